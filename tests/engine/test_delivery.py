"""Delivering: whose answer counts, what sending anew begins with, and who is told that it ended."""

from asyncio import Event as Gate
from asyncio import create_task, sleep, wait_for
from datetime import timedelta
from pathlib import Path

import pytest

from emulator import Emulator
from emulator.core.model import Mode
from emulator.engine.callbacks import Callback, CallbackState
from emulator.engine.clock import START
from emulator.engine.passing import perform
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task
from tests.conftest import Make
from tests.support.calls import taken
from tests.support.networks import Mailbox
from tests.support.receiver import WITHIN

pytestmark = pytest.mark.anyio

HOOK = "http://app:9000/hook"
SECOND = timedelta(seconds=1)


def under(make: Make, folder: Path, scenario: str) -> Emulator:
    """An emulator whose sandboxes begin with this scenario."""
    (folder / "own.yaml").write_text(f"name: own\n{scenario}\n")
    return make(scenarios=(folder,), scenario="own")


def send(emulator: Emulator, text: str = "hello") -> Task:
    return emulator.submit("text-key", Mode.ASYNC, text_data=text, callback_url=HOOK)


def callback_of(task: Task) -> Callback:
    assert task.callback is not None
    return task.callback


def statuses(task: Task) -> list[int | None]:
    return [attempt.status for attempt in callback_of(task).attempts]


# Sending anew


async def test_what_is_resent_has_its_whole_schedule_before_it_again(
    make: Make, tmp_path: Path, mailbox: Mailbox
) -> None:
    emulator = under(make, tmp_path, "callbacks: {retry: [1s, 5s]}")
    sandbox = emulator.sandbox("default")
    mailbox.answers = [500] * 6
    task = send(emulator)
    await emulator.run_until_idle(sandbox)
    assert callback_of(task).state is CallbackState.FAILED
    await emulator.advance(sandbox, 100 * SECOND)
    emulator.resend(sandbox, callback_of(task))
    await emulator.run_until_idle(sandbox)
    due = [(attempt.due - START) / SECOND for attempt in callback_of(task).attempts]
    assert due == [0, 1, 6, 106, 107, 112]
    assert callback_of(task).state is CallbackState.FAILED


@pytest.mark.parametrize("late", [500, 200])
async def test_what_comes_of_an_attempt_that_was_dropped_decides_nothing_once_it_is_sent_anew(
    make: Make, mailbox: Mailbox, late: int
) -> None:
    emulator = make()
    sandbox = emulator.sandbox("default")
    first, second = Gate(), Gate()
    mailbox.answers, mailbox.gates = [late, 200], {HOOK: first}
    callback = await in_flight(emulator, sandbox, mailbox, send(emulator))
    emulator.drop(sandbox, callback)
    mailbox.gates = {HOOK: second}
    emulator.resend(sandbox, callback)
    perform(sandbox)
    await mailbox.until(2)
    first.set()
    waiting = create_task(emulator.run_until_idle(sandbox))
    while not callback.attempts:
        assert not waiting.done()
        await sleep(0)
    assert (callback.state, callback.asked) == (CallbackState.IN_FLIGHT, 1)
    second.set()
    passed = await wait_for(waiting, WITHIN)
    assert (passed.delivered, sandbox.delivered, passed.now) == (1, 1, START)
    assert [attempt.status for attempt in callback.attempts] == [late, 200]


async def in_flight(emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox, task: Task) -> Callback:
    """The callback of a task, which its receiver has and has not answered."""
    perform(sandbox)
    await mailbox.until(1)
    assert callback_of(task).state is CallbackState.IN_FLIGHT
    return callback_of(task)


# Copies


@pytest.mark.parametrize(
    ("copies", "delivered"),
    [
        ([200, 503], True),
        ([503, 200], True),
        ([503, 204, "refused"], True),
        (["refused", 503, 302], False),
        ([503, "refused"], False),
    ],
)
async def test_the_best_of_several_copies_decides_wherever_it_stands(
    make: Make, tmp_path: Path, mailbox: Mailbox, copies: list[int | str], delivered: bool
) -> None:
    fault = f"steps: [{{on: callback, fault: duplicate, copies: {len(copies)}}}]"
    emulator = under(make, tmp_path, f"{fault}\ncallbacks: {{retry: []}}")
    mailbox.answers = [*copies]
    task = send(emulator)
    await emulator.run_until_idle(emulator.sandbox("default"))
    state = CallbackState.DELIVERED if delivered else CallbackState.FAILED
    assert callback_of(task).state is state
    assert statuses(task) == [None if isinstance(one, str) else one for one in copies]


# Early ones


async def test_an_acknowledgement_waits_no_longer_for_an_early_callback_that_was_dropped(
    make: Make, tmp_path: Path, mailbox: Mailbox
) -> None:
    emulator = under(make, tmp_path, "steps: [{on: callback, fault: early}]")
    sandbox = emulator.sandbox("default")
    mailbox.gates = {HOOK: Gate()}
    call, task = taken(emulator, HOOK, text_data="hello")
    sending = create_task(emulator.send_early(call, task))
    await sleep(0)
    callback = await in_flight(emulator, sandbox, mailbox, task)
    assert not sending.done()
    emulator.drop(sandbox, callback)
    await wait_for(sending, WITHIN)
    assert callback.attempts == []
    mailbox.gates[HOOK].set()


async def test_a_callback_that_is_early_has_no_other_trouble_and_uses_none_up(
    make: Make, tmp_path: Path, mailbox: Mailbox
) -> None:
    steps = "[{on: callback, times: 1, fault: early}, {on: callback, times: 1, fault: lost}]"
    emulator = under(make, tmp_path, f"steps: {steps}")
    sandbox = emulator.sandbox("default")
    call, task = taken(emulator, HOOK, text_data="hello")
    async with emulator.running():
        await wait_for(emulator.send_early(call, task), WITHIN)
        emulator.acknowledged(sandbox, task)
    assert callback_of(task).state is CallbackState.DELIVERED
    assert [fault.name for fault, _ in task.troubles] == ["early"]
    next_one = send(emulator)
    await emulator.run_until_idle(sandbox)
    assert callback_of(next_one).state is CallbackState.DROPPED
