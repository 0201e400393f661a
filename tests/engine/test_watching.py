"""Hearing what happens as it happens: whoever waits for something, and whoever watches."""

from asyncio import Event, create_task, timeout, wait_for
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import timedelta

import pytest

from emulator.core import errors
from emulator.core.model import ClockMode, Mode
from emulator.engine.chance import Chance
from emulator.engine.journal import Entry, Note
from emulator.engine.sandbox import Sandbox
from emulator.engine.watching import QUEUED, wait_until, watch
from emulator.engine.worlds import Worlds
from emulator.settings import Settings
from tests.conftest import Make
from tests.support.networks import Mailbox
from tests.support.receiver import WITHIN
from tests.support.walls import Wall

pytestmark = pytest.mark.anyio

Entries = AsyncIterator[Entry | None]


@pytest.fixture
def worlds(wall: Wall) -> Worlds:
    return Worlds(Settings(clock=ClockMode.MANUAL, journal_entries=1_000_000), wall, Chance(0))


def note(worlds: Worlds, name: str = "a") -> Note:
    sandbox = worlds.of(name)
    made = Note(sandbox.clock.now(), "something")
    sandbox.journal.add(made)
    return made


class Asked:
    """What is missing until so many entries are in the journal. It tells when it was looked at."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self.times = 0
        self.looked = Event()

    def __call__(self, sandbox: Sandbox) -> int:
        self.times += 1
        self.looked.set()
        return max(0, self._entries - len(sandbox.journal))

    async def again(self) -> None:
        """Wait until it has been looked at since this was asked before."""
        await wait_for(self.looked.wait(), WITHIN)
        self.looked.clear()


async def is_so(thing: Callable[[], bool]) -> bool:
    """Whether something is so when it is this coroutine's turn."""
    return thing()


# Waiting


async def test_what_missing_already_is_not_waited_for(worlds: Worlds) -> None:
    note(worlds)
    assert await wait_until(worlds, "a", Asked(1), 0)


async def test_waiting_ends_in_the_turn_in_which_it_missing(worlds: Worlds) -> None:
    missing = Asked(2)
    waiting = create_task(wait_until(worlds, "a", missing, WITHIN))
    await missing.again()
    for _ in range(2):
        assert not await create_task(is_so(waiting.done))
        note(worlds)
    # Whatever is begun after the entry finds that the waiting is over.
    assert await create_task(is_so(waiting.done))
    assert await waiting


async def test_nothing_is_looked_at_while_nothing_happens(worlds: Worlds) -> None:
    missing = Asked(9)
    assert not await wait_until(worlds, "a", missing, 0.02)
    assert missing.times == 1


async def test_what_happens_in_other_sandboxes_is_not_looked_at(worlds: Worlds) -> None:
    missing = Asked(1)
    waiting = create_task(wait_until(worlds, "a", missing, WITHIN))
    await missing.again()
    note(worlds, "b")
    await create_task(is_so(waiting.done))
    assert missing.times == 1
    note(worlds)
    assert await wait_for(waiting, WITHIN)


async def test_many_entries_of_one_turn_are_looked_at_once(worlds: Worlds) -> None:
    missing = Asked(100)
    waiting = create_task(wait_until(worlds, "a", missing, WITHIN))
    await missing.again()
    for _ in range(100):
        note(worlds)
    assert await wait_for(waiting, WITHIN)
    assert missing.times == 2


async def test_waiting_goes_on_across_a_reset_and_looks_at_the_new_sandbox(
    worlds: Worlds,
) -> None:
    missing = Asked(2)
    note(worlds)
    waiting = create_task(wait_until(worlds, "a", missing, WITHIN))
    await missing.again()
    worlds.reset("a")
    await missing.again()
    note(worlds)
    assert not await create_task(is_so(waiting.done))
    note(worlds)
    assert await wait_for(waiting, WITHIN)


async def test_nothing_is_looked_at_before_as_much_has_happened_as_is_missing(
    worlds: Worlds,
) -> None:
    missing = Asked(3)
    waiting = create_task(wait_until(worlds, "a", missing, WITHIN))
    await missing.again()
    for times in (1, 1, 2):
        note(worlds)
        await create_task(is_so(waiting.done))
        assert missing.times == times
    assert await wait_for(waiting, WITHIN)


async def test_a_reset_may_be_what_is_waited_for(worlds: Worlds) -> None:
    note(worlds)
    looked = Event()

    def too_many(sandbox: Sandbox) -> int:
        looked.set()
        return len(sandbox.journal)

    waiting = create_task(wait_until(worlds, "a", too_many, WITHIN))
    await wait_for(looked.wait(), WITHIN)
    worlds.reset("a")
    assert await wait_for(waiting, WITHIN)


async def test_waiting_ends_in_vain_when_the_emulator_stops(worlds: Worlds) -> None:
    missing = Asked(1)
    waiting = create_task(wait_until(worlds, "a", missing, 999))
    await missing.again()
    worlds.stop(errors.stopping())
    assert not await wait_for(waiting, WITHIN)


async def test_nobody_waits_once_the_emulator_has_stopped(worlds: Worlds) -> None:
    worlds.stop(errors.stopping())
    assert not await wait_for(wait_until(worlds, "a", Asked(1), 999), WITHIN)


async def test_whoever_has_waited_is_told_no_more(worlds: Worlds) -> None:
    for count, within in ((1, WITHIN), (99, 0.001)):
        missing = Asked(count)
        note(worlds)
        await wait_until(worlds, "a", missing, within)
        before = missing.times
        note(worlds)
        await create_task(is_so(bool))
        assert missing.times == before
    assert worlds.of("a").journal.listener is None


async def test_a_callback_is_waited_for_until_it_is_delivered(make: Make, mailbox: Mailbox) -> None:
    emulator = make()
    async with emulator.running():
        own = "http://app/"
        task = emulator.submit("text-key", Mode.ASYNC, text_data="x", callback_url=own)
        assert await wait_until(
            emulator.worlds, "default", lambda sandbox: 1 - sandbox.delivered, WITHIN
        )
    assert task.callback is not None
    assert len(task.callback.attempts) == 1


# Watching


async def upcoming(entries: Entries) -> Entry | None:
    """The next entry; a test fails that waits for it in vain."""
    async with timeout(WITHIN):
        return await anext(entries)


async def ended(entries: Entries) -> bool:
    """Whether there is no further entry."""
    try:
        await upcoming(entries)
    except StopAsyncIteration:
        return True
    return False


async def watching(worlds: Worlds, since: int | None = None) -> Entries:
    """Entries, watched from now on: what was there before is done with."""
    entries = watch(worlds, "a", since)
    first = create_task(upcoming(entries))
    await create_task(is_so(first.done))
    note(worlds)
    assert await first is not None
    return entries


async def test_entries_are_given_in_their_order_as_they_come(worlds: Worlds) -> None:
    entries = await watching(worlds)
    for _ in range(3):
        made = note(worlds)
        note(worlds, "b")
        assert await upcoming(entries) is made


async def test_entries_that_come_while_nobody_asks_are_given_later(worlds: Worlds) -> None:
    entries = await watching(worlds)
    made = [note(worlds) for _ in range(5)]
    assert [await upcoming(entries) for _ in made] == made


async def test_what_was_there_before_is_not_given_unless_it_is_asked_for(worlds: Worlds) -> None:
    note(worlds)
    entries = watch(worlds, "a")
    first = create_task(upcoming(entries))
    await create_task(is_so(first.done))
    made = note(worlds)
    assert await first is made


@pytest.mark.parametrize("since", [0, 1, 3])
async def test_what_came_since_an_id_comes_first_and_then_what_comes(
    worlds: Worlds, since: int
) -> None:
    made = [note(worlds) for _ in range(3)]
    entries = watch(worlds, "a", since)
    assert [await upcoming(entries) for _ in made[since:]] == made[since:]
    first = create_task(upcoming(entries))
    await create_task(is_so(first.done))
    later = note(worlds)
    assert await first is later


async def test_nothing_is_given_twice_or_left_out_where_one_watch_goes_on_after_another(
    worlds: Worlds,
) -> None:
    made = [note(worlds) for _ in range(4)]
    first = watch(worlds, "a", 0)
    last = [await upcoming(first) for _ in range(2)][-1]
    assert last is not None
    second = watch(worlds, "a", last.id)
    assert [await upcoming(second) for _ in range(2)] == made[2:]


async def test_a_reset_is_given_as_none_and_watching_goes_on(worlds: Worlds) -> None:
    entries = await watching(worlds)
    before = note(worlds)
    worlds.reset("a")
    after = note(worlds)
    assert [await upcoming(entries) for _ in range(3)] == [before, None, after]
    assert after.id == 1


async def test_watching_ends_when_the_emulator_stops(worlds: Worlds) -> None:
    entries = await watching(worlds)
    end = create_task(ended(entries))
    await create_task(is_so(end.done))
    worlds.stop(errors.stopping())
    assert await end


async def test_what_was_not_told_yet_is_told_before_a_watch_ends(worlds: Worlds) -> None:
    entries = await watching(worlds)
    last = note(worlds)
    worlds.stop(errors.stopping())
    assert await upcoming(entries) is last
    assert await ended(entries)


async def test_nothing_is_watched_once_the_emulator_has_stopped(worlds: Worlds) -> None:
    note(worlds)
    worlds.stop(errors.stopping())
    assert await ended(watch(worlds, "a", 0))


async def test_a_watcher_who_is_too_slow_is_told_no_more(worlds: Worlds) -> None:
    entries = await watching(worlds)
    for _ in range(QUEUED + 1):
        note(worlds)
    given = 0
    while given <= QUEUED and not await ended(entries):
        given += 1
    assert given <= QUEUED


async def test_whoever_comes_late_is_given_all_that_was_kept(worlds: Worlds) -> None:
    made = [note(worlds) for _ in range(QUEUED + 5)]
    entries = watch(worlds, "a", 0)
    assert [await upcoming(entries) for _ in made] == made


async def test_whoever_has_watched_is_told_no_more(worlds: Worlds) -> None:
    entries = watch(worlds, "a", 0)
    note(worlds)
    async with aclosing(entries):  # type: ignore[type-var]
        await upcoming(entries)
    assert worlds.of("a").journal.listener is None


async def test_a_sandbox_that_is_only_watched_is_forgotten_when_idle_and_watched_on_when_it_is_back(
    wall: Wall,
) -> None:
    settings = Settings(clock=ClockMode.MANUAL, sandbox_idle=timedelta(hours=1))
    worlds = Worlds(settings, wall, Chance(0))
    entries = await watching(worlds)
    for hours in range(3):
        worlds.forget_idle(hours * 3600)
    assert worlds.peek("a") is None
    made = note(worlds)
    assert [await upcoming(entries) for _ in range(2)] == [None, made]
