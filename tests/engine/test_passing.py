"""Letting time pass: everything that falls due in it is done, each thing at its own moment."""

from asyncio import Event, create_task, wait_for
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from emulator import Emulator
from emulator.core.model import ClockMode, Mode
from emulator.engine.callbacks import CallbackState
from emulator.engine.clock import LAST, START, OutOfRange
from emulator.engine.journal import AttemptMade, ClockMoved
from emulator.engine.passing import StillWaiting, WorldEnded, perform
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task
from tests.conftest import Make
from tests.support.networks import Mailbox
from tests.support.receiver import WITHIN
from tests.support.walls import NOON, Wall

pytestmark = pytest.mark.anyio

HOOK, OTHER = "http://app:9000/hook", "http://app:9000/other"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SOON = 0.02
"""How long a test waits for what does not come, in seconds."""


@pytest.fixture
def emulator(make: Make) -> Emulator:
    return make(no_bundled=True)


@pytest.fixture
def sandbox(emulator: Emulator) -> Sandbox:
    return emulator.sandbox("default")


def send(emulator: Emulator, text: str = "hello", url: str = HOOK) -> Task:
    return emulator.submit("text-key", Mode.ASYNC, text_data=text, callback_url=url)


def attempts(sandbox: Sandbox) -> list[AttemptMade]:
    return [entry for entry in sandbox.journal if isinstance(entry, AttemptMade)]


def state(task: Task) -> CallbackState:
    assert task.callback is not None
    return task.callback.state


# What is done, and when


async def test_three_days_of_retries_for_a_thousand_callbacks_are_played_each_at_its_moment(
    make: Make, mailbox: Mailbox, tmp_path: Path
) -> None:
    (tmp_path / "ladder.yaml").write_text("name: ladder\ncallbacks: {retry: [1m, 1h, 1d, 2d]}")
    waits = [timedelta(), MINUTE, HOUR, 24 * HOUR, 48 * HOUR]
    emulator = make(
        scenarios=(tmp_path,), scenario="ladder", journal_entries=100_000, journal_bytes=2**30
    )
    sandbox = emulator.sandbox("default")
    mailbox.answers = [500] * 5000
    tasks = [send(emulator, f"[hive latency={n % 50}s]", f"{HOOK}/{n}") for n in range(1000)]
    passed = await emulator.run_until_idle(sandbox)
    moments: list[tuple[datetime, int]] = []
    for n, task in enumerate(tasks):
        assert task.callback is not None
        due = [START + n % 50 * SECOND + sum(waits[: tries + 1], timedelta()) for tries in range(5)]
        assert [attempt.due for attempt in task.callback.attempts] == due
        assert [attempt.at for attempt in task.callback.attempts] == due
        assert [attempt.number for attempt in task.callback.attempts] == [1, 2, 3, 4, 5]
        moments += [(moment, n) for moment in due]
    ordinals = {task.id: n for n, task in enumerate(tasks)}
    made = [(entry.at, ordinals[entry.facts["task"]]) for entry in attempts(sandbox)]
    assert made == sorted(moments)
    assert (passed.delivered, passed.failed, passed.pending) == (0, 1000, 0)
    assert passed.now == START + 49 * SECOND + sum(waits, timedelta())


async def test_what_is_due_now_is_done_although_no_time_passes(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    task = send(emulator)
    passed = await emulator.advance(sandbox, timedelta())
    assert (passed.now, passed.delivered, passed.pending) == (START, 1, 0)
    assert state(task) is CallbackState.DELIVERED


async def test_what_something_sets_off_is_done_as_well_where_it_falls_into_the_time(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    mailbox.answers = [500] * 9
    send(emulator, "[hive latency=1m]")
    passed = await emulator.advance(sandbox, MINUTE + 6 * SECOND)
    assert [entry.at for entry in attempts(sandbox)] == [
        START + MINUTE + wait * SECOND for wait in (0, 1, 6)
    ]
    assert (passed.now, passed.pending) == (START + MINUTE + 6 * SECOND, 1)


async def test_it_counts_what_came_to_an_end_in_this_time_and_no_other(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    mailbox.answers = [200, *[500] * 4, 200]
    counts = []
    for _ in range(3):
        send(emulator)
        passed = await emulator.run_until_idle(sandbox)
        counts.append((passed.delivered, passed.failed))
    assert counts == [(1, 0), (0, 1), (1, 0)]


async def test_the_journal_remembers_that_time_passed_after_what_happened_in_it(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    send(emulator)
    await emulator.advance(sandbox, HOUR)
    last = [*sandbox.journal][-1]
    assert isinstance(last, ClockMoved)
    assert (last.at, last.about, last.facts) == (START + HOUR, "passed", {"by": 3600.0})


async def test_until_idle_it_remembers_how_much_time_passed_and_not_how_much_might_have(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    mailbox.answers = [500, 200]
    send(emulator)
    await emulator.run_until_idle(sandbox)
    last = [*sandbox.journal][-1]
    assert isinstance(last, ClockMoved)
    assert (last.at, last.facts) == (START + SECOND, {"by": 1.0})


async def test_time_passes_on_a_system_clock_as_a_jump(make: Make, wall: Wall) -> None:
    emulator = make(clock=ClockMode.SYSTEM, no_bundled=True)
    sandbox = emulator.sandbox("default")
    send(emulator, "[hive latency=1h]")
    passed = await emulator.run_until_idle(sandbox)
    assert (passed.now, passed.delivered) == (NOON + HOUR, 1)
    wall.pass_time(60)
    assert sandbox.clock.now() == NOON + HOUR + MINUTE


async def test_nothing_is_passed_where_a_clock_cannot_stand(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    emulator.set_clock(sandbox, ClockMode.MANUAL, LAST - HOUR)
    send(emulator)
    with pytest.raises(OutOfRange):
        await emulator.advance(sandbox, HOUR + SECOND)
    assert (sandbox.clock.now(), attempts(sandbox)) == (LAST - HOUR, [])


def test_what_is_due_is_done_in_order_and_a_mistake_in_one_thing_is_logged(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[datetime] = []

    def mistaken(due: datetime) -> None:
        done.append(due)
        raise ZeroDivisionError

    for seconds in (2, 1, 3, 0):
        sandbox.agenda.put(START + seconds * SECOND, mistaken if seconds == 1 else done.append)
    sandbox.clock.move_to(START + 2 * SECOND)
    perform(sandbox)
    assert done == [START + seconds * SECOND for seconds in range(3)]
    [record] = caplog.records
    assert "a mistake of the emulator's own, in the sandbox 'default'" in record.getMessage()
    assert record.exc_info is not None


# Idle


async def test_a_sandbox_in_which_nothing_is_to_be_done_is_idle_at_once(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    passed = await emulator.run_until_idle(sandbox)
    assert (passed.now, passed.delivered, passed.failed, passed.pending) == (START, 0, 0, 0)


async def test_the_clock_stays_where_the_last_thing_was_done(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    mailbox.answers = [500]
    send(emulator, "[hive latency=1m]")
    passed = await emulator.run_until_idle(sandbox)
    assert passed.now == sandbox.clock.now() == START + MINUTE + SECOND


async def test_the_journal_tells_how_far_the_clock_moved_until_all_was_done(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    send(emulator, "[hive latency=36s]")
    await emulator.run_until_idle(sandbox)
    await emulator.run_until_idle(sandbox)
    moved = [entry.facts["by"] for entry in sandbox.journal if isinstance(entry, ClockMoved)]
    assert moved == [36, 0]


async def test_what_falls_due_at_the_limit_is_done_and_what_comes_later_is_not(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    tasks = [send(emulator, f"[hive latency={minutes}m]") for minutes in (1, 2, 3)]
    passed = await emulator.run_until_idle(sandbox, 2 * MINUTE)
    assert (passed.now, passed.delivered, passed.pending) == (START + 2 * MINUTE, 2, 1)
    assert tasks[2].callback is None


async def test_a_task_whose_acknowledgement_was_never_sent_keeps_nobody_from_being_idle(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    task = emulator.submit("text-key", Mode.ASYNC, text_data="hello")
    assert (await emulator.run_until_idle(sandbox)).pending == 0
    assert task.ended_already


# Receivers that do not answer


async def test_a_receiver_that_does_not_answer_is_named_and_the_same_call_goes_on_afterwards(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    gate = mailbox.gates[HOOK] = Event()
    done, held, later = (
        send(emulator, f"[hive latency={minutes}m]", url)
        for minutes, url in ((1, OTHER), (2, HOOK), (3, OTHER))
    )
    with pytest.raises(StillWaiting, match=HOOK) as caught:
        await emulator.run_until_idle(sandbox, within=SOON)
    assert (caught.value.receivers, caught.value.now) == ([HOOK], START + 2 * MINUTE)
    assert sandbox.clock.now() == START + 2 * MINUTE
    assert (state(done), state(held)) == (CallbackState.DELIVERED, CallbackState.IN_FLIGHT)
    assert later.callback is None
    gate.set()
    passed = await emulator.run_until_idle(sandbox)
    assert (passed.now, passed.pending) == (START + 3 * MINUTE, 0)
    assert {state(task) for task in (done, held, later)} == {CallbackState.DELIVERED}
    assert len(mailbox.posts) == 3


async def test_it_may_be_asked_again_and_again_while_a_receiver_does_not_answer(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    gate = mailbox.gates[HOOK] = Event()
    task = send(emulator)
    for _ in range(3):
        with pytest.raises(StillWaiting):
            await emulator.advance(sandbox, HOUR, within=SOON)
    assert sandbox.clock.now() == START
    going_on = create_task(emulator.advance(sandbox, HOUR))
    gate.set()
    assert (await wait_for(going_on, WITHIN)).now == START + HOUR
    assert len(mailbox.posts) == 1
    assert state(task) is CallbackState.DELIVERED


async def test_each_receiver_is_named_once_in_the_order_of_their_callbacks(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    mailbox.gates = {HOOK: Event(), OTHER: Event()}
    for url in (OTHER, HOOK, OTHER):
        send(emulator, url=url)
    with pytest.raises(StillWaiting) as caught:
        await emulator.advance(sandbox, HOUR, within=SOON)
    assert caught.value.receivers == [OTHER, HOOK]


async def test_a_receiver_that_has_answered_is_not_waited_for(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    mailbox.gates = {HOOK: Event()}
    mailbox.answers = [500, 500]
    send(emulator, url=OTHER)
    send(emulator, "[hive latency=1s]", HOOK)
    with pytest.raises(StillWaiting) as caught:
        await emulator.advance(sandbox, HOUR, within=SOON)
    assert caught.value.receivers == [HOOK]


async def test_whoever_waits_for_another_to_move_the_clock_is_told_whom_that_one_waits_for(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    gate = mailbox.gates[HOOK] = Event()
    send(emulator)
    first = create_task(emulator.advance(sandbox, HOUR))
    await mailbox.until(1)
    with pytest.raises(StillWaiting) as caught:
        await emulator.advance(sandbox, HOUR, within=SOON)
    assert caught.value.receivers == [HOOK]
    gate.set()
    assert (await wait_for(first, WITHIN)).now == START + HOUR


async def test_time_passes_in_one_sandbox_while_another_waits_for_its_receiver(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    gate = mailbox.gates[HOOK] = Event()
    send(emulator)
    waiting = create_task(emulator.advance(sandbox, HOUR))
    await mailbox.until(1)
    other = emulator.sandbox("other")
    assert (await wait_for(emulator.advance(other, HOUR), WITHIN)).now == START + HOUR
    assert not waiting.done()
    gate.set()
    await wait_for(waiting, WITHIN)


async def test_a_reset_frees_whoever_waits_for_a_receiver_and_moves_no_clock_that_is_kept(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    mailbox.gates = {HOOK: Event()}
    send(emulator)
    waiting = create_task(emulator.advance(sandbox, HOUR))
    await mailbox.until(1)
    fresh = emulator.reset("default", ["clock"])
    with pytest.raises(WorldEnded):
        await wait_for(waiting, WITHIN)
    assert fresh.clock.now() == START
