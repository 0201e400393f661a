"""What is kept of tasks: so many, and of their long contents so much."""

import gc
import tracemalloc

import pytest

from emulator.core.model import Mode
from emulator.engine.journal import Exchange
from emulator.engine.tasks import USUAL
from tests.conftest import Make
from tests.support.calls import begun

pytestmark = pytest.mark.anyio

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE


@pytest.mark.parametrize("mode", Mode)
async def test_the_long_contents_of_finished_tasks_stay_within_the_bytes_of_the_journal(
    make: Make, mode: Mode
) -> None:
    emulator = make(journal_bytes=MEBIBYTE, tasks=1000)
    sandbox = emulator.sandbox("default")
    gc.collect()
    tracemalloc.start()
    for number in range(60):
        metadata = f"{number}".ljust(100 * KIBIBYTE)
        last = emulator.submit("text-key", mode, text_data="hello", metadata=metadata)
        await emulator.run_until_idle(sandbox)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 5 <= len(sandbox.tasks) <= 10
    assert sandbox.tasks.get(last.id) is last
    assert taken < 2 * MEBIBYTE


def test_a_task_that_takes_no_more_than_most_is_only_counted(make: Make) -> None:
    emulator = make(journal_bytes=16 * KIBIBYTE, tasks=200)
    for number in range(300):
        emulator.submit("text-key", text_data=f"{number}".ljust(1000))
    assert len(emulator.sandbox("default").tasks) == 200


def test_whoever_only_asks_for_a_task_keeps_what_it_was_made_of(make: Make) -> None:
    emulator = make()
    metadata = "x" * 100 * KIBIBYTE
    task = emulator.submit("text-key", text_data="hello", metadata=metadata)
    emulator.summarise(begun(emulator, key="text-key"), task.id)
    weights = [
        one.weight for one in emulator.sandbox("default").journal if isinstance(one, Exchange)
    ]
    assert weights == [task.weight, task.weight]
    assert task.weight > len(metadata) > USUAL
