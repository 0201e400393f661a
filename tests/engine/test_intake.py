"""What a call goes through: what it costs, what it asks for, and what is remembered of it."""

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from weakref import ref

import pytest

from emulator import Emulator
from emulator.core import errors
from emulator.core.faults import Event
from emulator.core.model import Mode
from emulator.engine.journal import FaultApplied
from tests.conftest import Make
from tests.support.calls import begun, taken
from tests.support.networks import Mailbox

HOOK = "http://app:9000/hook"
HASTY = "fixtures:\n- {{name: hasty, when: {{text: hello}}, fault: early, probability: {chance}}}\n"


def faults(emulator: Emulator) -> list[str]:
    journal = emulator.sandbox("default").journal
    return [entry.about for entry in journal if isinstance(entry, FaultApplied)]


# What it costs


@pytest.mark.parametrize("mode", Mode)
def test_a_task_that_fails_costs_nothing(make: Make, tmp_path: Path, mode: Mode) -> None:
    (config := tmp_path / "config.yaml").write_text(
        "projects: [{name: ours, keys: our-key, balance: 0.003}]"
    )
    emulator = make(config=config)
    sandbox = emulator.sandbox("default")
    ours = begun(emulator, key="our-key").project
    for _ in range(3):
        task = emulator.submit("our-key", mode, text_data="[hive fault=classifier_error]")
        assert task.failure is not None
        assert sandbox.accounts.left(ours) == ours.balance
    emulator.submit("our-key", mode, text_data="hello")
    with pytest.raises(errors.InsufficientBalance):
        emulator.submit("our-key", mode, text_data="hello")


# What content asks for


def hasty(make: Make, folder: Path, chance: float) -> Emulator:
    """An emulator with a fixture that wants callbacks before acknowledgements."""
    (folder / "hasty.yaml").write_text(HASTY.format(chance=chance))
    return make(fixtures=(folder,))


@pytest.mark.parametrize(("chance", "early"), [(0.5, {True, False}), (1, {True})])
def test_how_likely_content_wants_its_callback_early_is_held_against_chance_once(
    make: Make, tmp_path: Path, chance: float, early: set[bool]
) -> None:
    emulator = hasty(make, tmp_path, chance)
    calls = [taken(emulator, HOOK, text_data="hello")[0] for _ in range(20)]
    assert {call.early is not None for call in calls} == early
    assert faults(emulator) == ["early"] * sum(call.early is not None for call in calls)


@pytest.mark.anyio
async def test_what_was_sent_early_and_refused_is_sent_again_as_any_other(
    make: Make, tmp_path: Path, mailbox: Mailbox
) -> None:
    emulator = hasty(make, tmp_path, 1)
    sandbox = emulator.sandbox("default")
    mailbox.answers = [503]
    call, task = taken(emulator, HOOK, text_data="hello")
    async with emulator.running():
        await emulator.send_early(call, task)
        emulator.acknowledged(sandbox, task)
        assert (await emulator.run_until_idle(sandbox)).delivered == 1
    assert task.callback is not None
    assert [attempt.fault for attempt in task.callback.attempts] == [None, None]
    assert faults(emulator) == ["early"]
    assert len(task.troubles) == 1


# Summaries


def test_a_summary_of_another_projects_task_is_refused_as_of_none(make: Make) -> None:
    emulator = make()
    task = emulator.submit("any-key", text_data="hello")
    asking = begun(emulator, Event.SUMMARY, "text-key")
    with pytest.raises(errors.NotFound, match=task.id):
        emulator.summarise(asking, task.id)
    assert emulator.summarise(begun(emulator, Event.SUMMARY, "any-key"), task.id) is task


# What is remembered of a refusal


class Fields(dict[str, Any]):
    """Fields of which it can be told whether anybody still has them."""


@pytest.mark.parametrize(
    "wrong", [{"text_data": "x" * 2000}, {}, {"text_data": 5}, {"text_data": "[hive nope=1]"}]
)
def test_what_was_sent_is_let_go_when_it_was_refused(
    make: Make, wrong: Mapping[str, object]
) -> None:
    emulator = make()
    fields = Fields(wrong)
    call = begun(emulator)
    try:
        emulator.accept(call, emulator.read(call, fields, None))
    except errors.Refusal as refusal:
        emulator.refuse(call, refusal)
    still = ref(fields)
    del fields, call
    gc.collect()
    assert len(emulator.sandbox("default").journal) == 1
    assert still() is None
