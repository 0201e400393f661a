"""All sandboxes: first use, made anew, forgotten, listened to."""

import gc
import tracemalloc
from asyncio import CancelledError, create_task, sleep, wait_for
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from emulator.core import errors
from emulator.core.faults import SUBMIT, Event
from emulator.core.fixture import Fixture
from emulator.core.matching import Contains, When
from emulator.core.model import ClockMode, Fault, Script, TextScript
from emulator.core.scenario import Scenario, Step
from emulator.engine.chance import Chance
from emulator.engine.clock import START
from emulator.engine.journal import Entry, Note
from emulator.engine.sandbox import Sandbox
from emulator.engine.worlds import KEPT, Worlds
from emulator.settings import Settings
from tests.support.receiver import WITHIN
from tests.support.walls import NOON, Wall

HOUR = 3600.0
FIXTURE = Fixture(
    "rude", When({"text": (Contains("hello"),)}), Script(text=TextScript({"hate": 3}))
)
ERROR = Step(SUBMIT, times=1, fault=Fault("server_error"))
OUTAGE = Scenario("outage", steps=(ERROR,))


@pytest.fixture
def worlds(wall: Wall) -> Worlds:
    settings = Settings(clock=ClockMode.MANUAL, sandbox_idle=timedelta(hours=1))
    return Worlds(settings, wall, Chance(0))


def names(worlds: Worlds) -> set[str]:
    return {sandbox.name for sandbox in worlds}


def note(sandbox: Sandbox, about: str = "something") -> Note:
    made = Note(sandbox.clock.now(), about)
    sandbox.journal.add(made)
    return made


# First use


def test_a_sandbox_comes_into_being_at_first_use_and_stays_the_same(worlds: Worlds) -> None:
    assert names(worlds) == set()
    first = worlds.of("a")
    assert worlds.of("a") is first
    assert worlds.of("b") is not first
    assert names(worlds) == {"a", "b"}


def test_a_new_sandbox_is_as_the_settings_say(wall: Wall) -> None:
    for mode, now in ((ClockMode.MANUAL, START), (ClockMode.SYSTEM, NOON)):
        worlds = Worlds(Settings(clock=mode, scenario="outage"), wall, Chance(0))
        sandbox = worlds.of("a")
        assert (sandbox.clock.mode, sandbox.clock.now()) == (mode, now)
        assert (sandbox.scenario, sandbox.used, sandbox.added) == ("outage", False, ())


def test_asking_whether_there_is_a_sandbox_makes_none_and_does_not_use_it(worlds: Worlds) -> None:
    assert worlds.peek("a") is None
    assert names(worlds) == set()
    sandbox = worlds.of("a")
    worlds.forget_idle(0)
    assert worlds.peek("a") is sandbox
    assert not sandbox.touched


def test_sandboxes_may_be_made_and_forgotten_while_they_are_looked_through(worlds: Worlds) -> None:
    for name in "abc":
        worlds.of(name)
    for sandbox in worlds:
        worlds.forget(sandbox.name)
        worlds.of(f"{sandbox.name}-again")
    assert names(worlds) == {"a-again", "b-again", "c-again"}


# Reset


def lived_in(worlds: Worlds) -> Sandbox:
    """A sandbox in which everything is other than in a new one."""
    sandbox = worlds.of("a")
    sandbox.clock.set(ClockMode.SYSTEM, NOON + timedelta(days=9), used=False)
    sandbox.set_fixtures([FIXTURE])
    sandbox.begin_scenario(OUTAGE, inline=True)
    sandbox.troubles.at_the_gate(OUTAGE, Event.SUBMIT_SYNC, sandbox.clock.now())
    sandbox.troubles.add(ERROR)
    sandbox.used = True
    sandbox.ids.next(sandbox.clock.now())
    sandbox.delivered = sandbox.failed = sandbox.dropped = 1
    sandbox.fixtures_used.add(FIXTURE.name)
    note(sandbox)
    return sandbox


def is_new(sandbox: Sandbox, wall: Wall) -> bool:
    """Whether a sandbox is new in all that nobody can ask a reset to keep."""
    new = Worlds(Settings(), wall, Chance(0)).of("a")
    counts = (sandbox.delivered, sandbox.failed, sandbox.dropped, len(sandbox.journal))
    return (
        counts == (0, 0, 0, 0)
        and not sandbox.used
        and not sandbox.closed
        and sandbox.troubles.added.calm
        and sandbox.troubles.left(sandbox.troubles.added, ERROR) == 1
        and sandbox.fixtures_used == set()
        and sandbox.ids.next(START) == new.ids.next(START)
    )


def test_a_reset_makes_a_sandbox_that_is_as_new_and_closes_the_old_one(
    worlds: Worlds, wall: Wall
) -> None:
    old = lived_in(worlds)
    fresh = worlds.reset("a")
    assert worlds.of("a") is fresh is not old
    assert (old.closed, is_new(fresh, wall)) == (True, True)
    assert (fresh.clock.mode, fresh.clock.now()) == (ClockMode.MANUAL, START)
    assert (fresh.scenario, fresh.added) == ("calm", ())
    assert "outage" not in fresh.scenarios({})


def test_a_reset_can_give_a_sandbox_a_seed_of_its_own_until_the_next_one(worlds: Worlds) -> None:
    servers = worlds.of("a").ids.next(START)
    own = worlds.reset("a", seed=7)
    assert (own.seed, own.closed) == (7, False)
    assert own.ids.next(START) not in (servers, worlds.reset("a").ids.next(START))
    assert (worlds.of("a").seed, worlds.reset("a").ids.next(START)) == (0, servers)
    assert worlds.reset("a", seed=7).ids.next(START) == worlds.reset("a", seed=7).ids.next(START)


@pytest.mark.parametrize("keep", [*KEPT, "all"])
def test_a_reset_keeps_what_it_is_told_to_keep_and_nothing_else(
    worlds: Worlds, wall: Wall, keep: str
) -> None:
    lived_in(worlds)
    kept = KEPT if keep == "all" else (keep,)
    fresh = worlds.reset("a", kept)
    later = NOON + timedelta(days=9)
    moment = (ClockMode.SYSTEM, later) if "clock" in kept else (ClockMode.MANUAL, START)
    assert (fresh.clock.mode, fresh.clock.now()) == moment
    assert fresh.added == ((FIXTURE,) if "fixtures" in kept else ())
    assert fresh.scenario == ("outage" if "scenario" in kept else "calm")
    assert ("outage" in fresh.scenarios({})) is ("scenario" in kept)
    assert is_new(fresh, wall)


def test_a_clock_that_is_kept_may_be_set_back_since_nothing_was_submitted_yet(
    worlds: Worlds,
) -> None:
    lived_in(worlds)
    fresh = worlds.reset("a", ["clock"])
    fresh.clock.set(ClockMode.MANUAL, START, used=fresh.used)
    assert fresh.clock.now() == START


def test_resetting_a_sandbox_that_nobody_used_makes_it(worlds: Worlds, wall: Wall) -> None:
    assert is_new(worlds.reset("a", KEPT), wall)
    assert names(worlds) == {"a"}


def test_a_reset_leaves_the_other_sandboxes_alone(worlds: Worlds) -> None:
    old = lived_in(worlds)
    worlds.of("b")
    worlds.reset("b")
    assert worlds.of("a") is old
    assert not old.closed


# Forgetting


def test_a_sandbox_that_is_forgotten_is_closed_and_comes_back_as_new(
    worlds: Worlds, wall: Wall
) -> None:
    old = lived_in(worlds)
    assert worlds.forget("a")
    assert (old.closed, names(worlds)) == (True, set())
    assert is_new(worlds.of("a"), wall)


def test_what_is_not_there_cannot_be_forgotten(worlds: Worlds) -> None:
    assert not worlds.forget("a")


def test_a_sandbox_is_forgotten_when_it_has_been_idle_for_long_enough(worlds: Worlds) -> None:
    worlds.of("a")
    for now, known in ((0, {"a"}), (0.9 * HOUR, {"a"}), (HOUR, set())):
        worlds.forget_idle(now)
        assert names(worlds) == known


def test_idleness_is_counted_from_when_a_sandbox_was_first_found_unused(worlds: Worlds) -> None:
    worlds.of("a")
    worlds.forget_idle(10 * HOUR)
    worlds.forget_idle(10.9 * HOUR)
    assert names(worlds) == {"a"}
    worlds.forget_idle(11 * HOUR)
    assert names(worlds) == set()


def test_a_sandbox_that_is_used_is_not_forgotten(worlds: Worlds) -> None:
    for half_hours in range(9):
        worlds.of("a")
        worlds.forget_idle(half_hours * HOUR / 2)
    worlds.forget_idle(4.9 * HOUR)
    assert names(worlds) == {"a"}
    worlds.forget_idle(5 * HOUR)
    assert names(worlds) == set()


def test_each_sandbox_is_idle_by_itself(worlds: Worlds) -> None:
    for now in (0, HOUR / 2):
        worlds.of("busy")
        worlds.peek("idle") or worlds.of("idle")
        worlds.forget_idle(now)
    worlds.of("busy")
    worlds.forget_idle(HOUR)
    assert names(worlds) == {"busy"}


def test_a_sandbox_with_something_due_is_never_forgotten_until_it_was_done(
    worlds: Worlds,
) -> None:
    sandbox = worlds.of("a")
    entry = sandbox.agenda.put(START + timedelta(days=1), lambda _: None)
    for hours in range(100):
        worlds.forget_idle(hours * HOUR)
    assert names(worlds) == {"a"}
    sandbox.agenda.cross_out(entry)
    worlds.forget_idle(99.9 * HOUR)
    assert names(worlds) == {"a"}
    worlds.forget_idle(100 * HOUR)
    assert names(worlds) == set()


@pytest.mark.anyio
async def test_a_sandbox_with_something_on_its_way_is_never_forgotten_until_it_has_landed(
    worlds: Worlds,
) -> None:
    sandbox = worlds.of("a")
    flight = sandbox.flights.depart(START)
    for hours in range(100):
        worlds.forget_idle(hours * HOUR)
    assert names(worlds) == {"a"}
    sandbox.flights.land(flight)
    worlds.forget_idle(100 * HOUR)
    assert names(worlds) == set()


@pytest.mark.anyio
async def test_a_sandbox_in_which_a_call_is_kept_waiting_is_never_forgotten(
    worlds: Worlds,
) -> None:
    waiting = create_task(worlds.of("a").pause(None))
    await sleep(0)
    for hours in range(100):
        worlds.forget_idle(hours * HOUR)
    assert (names(worlds), waiting.done()) == ({"a"}, False)
    waiting.cancel()
    with suppress(CancelledError):
        await waiting
    worlds.forget_idle(99.9 * HOUR)
    assert names(worlds) == {"a"}
    worlds.forget_idle(100 * HOUR)
    assert names(worlds) == set()


def test_nothing_is_kept_of_sandboxes_that_were_forgotten(worlds: Worlds) -> None:
    worlds.of("a")
    worlds.forget_idle(0)
    worlds.forget("a")
    gc.collect()
    tracemalloc.start()
    for number in range(2000):
        worlds.of(f"sandbox-{number}")
        worlds.forget_idle(0)
        worlds.forget(f"sandbox-{number}")
    gc.collect()
    each = tracemalloc.get_traced_memory()[0] / 2000
    tracemalloc.stop()
    assert each < 20, f"{each:.0f} bytes each"


def test_a_sandbox_that_comes_back_is_idle_anew(worlds: Worlds) -> None:
    worlds.of("a")
    worlds.forget_idle(0)
    worlds.reset("a")
    worlds.forget_idle(HOUR)
    assert names(worlds) == {"a"}
    worlds.forget("a")
    worlds.of("a")
    worlds.forget_idle(9 * HOUR)
    assert names(worlds) == {"a"}


# Listening


@pytest.fixture
def heard(worlds: Worlds) -> Iterator[list[Entry | None]]:
    """What is heard of the sandbox `a`."""
    told: list[Entry | None] = []
    with worlds.listen("a", told.append):
        yield told


def test_whoever_listens_hears_every_entry_of_that_sandbox_and_no_other(
    worlds: Worlds, heard: list[Entry | None]
) -> None:
    entries = [note(worlds.of("a")), note(worlds.of("a"))]
    note(worlds.of("b"))
    assert heard == entries
    assert [entry.id for entry in entries] == [1, 2]


def test_whoever_listens_hears_of_a_reset_and_what_happens_after_it(
    worlds: Worlds, heard: list[Entry | None]
) -> None:
    before = note(worlds.of("a"))
    after = note(worlds.reset("a"))
    assert heard == [before, None, after]


@pytest.mark.parametrize("end", [Worlds.reset, Worlds.forget], ids=["reset", "forgotten"])
def test_what_an_ended_world_still_writes_down_is_heard_by_nobody(
    worlds: Worlds, heard: list[Entry | None], end: Callable[[Worlds, str], object]
) -> None:
    old = worlds.of("a")
    end(worlds, "a")
    late, after = note(old), note(worlds.of("a"))
    assert late not in heard
    assert heard[-1] is after


def test_whoever_listens_hears_a_sandbox_that_was_forgotten_and_came_back(
    worlds: Worlds, heard: list[Entry | None]
) -> None:
    worlds.forget("a")
    assert heard == [None, note(worlds.of("a"))]


def test_forgetting_what_is_not_there_is_told_to_nobody(
    worlds: Worlds, heard: list[Entry | None]
) -> None:
    worlds.forget("a")
    worlds.forget("a")
    assert heard == [None]


def test_several_may_listen_and_each_is_told_until_it_stops(worlds: Worlds) -> None:
    first: list[Entry | None] = []
    second: list[Entry | None] = []
    with worlds.listen("a", first.append):
        with worlds.listen("a", second.append):
            both = note(worlds.of("a"))
        one = note(worlds.of("a"))
    note(worlds.of("a"))
    assert (first, second) == ([both, one], [both])


def test_nobody_is_told_when_all_have_stopped_listening_meanwhile(worlds: Worlds) -> None:
    heard: list[Entry | None] = []
    with worlds.listen("a", heard.append):
        worlds.forget("a")
    note(worlds.of("a"))
    assert heard == [None]


# The end of all


@pytest.mark.anyio
async def test_when_all_ends_whoever_listens_and_whoever_pauses_is_told(
    worlds: Worlds, heard: list[Entry | None]
) -> None:
    pausing = create_task(worlds.of("a").pause(None))
    starting = create_task(worlds.of("a").pause(0))
    await starting
    worlds.stop(errors.stopping())
    await wait_for(pausing, WITHIN)
    assert (worlds.stopped, heard) == (True, [None])
    assert names(worlds) == {"a"}
