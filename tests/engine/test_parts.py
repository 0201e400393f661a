"""The small parts of the engine, each by itself."""

from asyncio import create_task, sleep, wait_for
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.model import ClockMode
from emulator.engine import callbacks, tasks
from emulator.engine.agenda import Agenda
from emulator.engine.chance import Chance
from emulator.engine.clock import START, Clock
from emulator.engine.flights import Flights
from emulator.engine.pump import Pump
from tests.support.receiver import WITHIN
from tests.support.walls import NOON, Wall

SECOND = timedelta(seconds=1)


# Chance


def test_ids_are_uuids_of_version_1_with_the_time_of_their_moment() -> None:
    uuid = UUID(Chance(0).ids("a").next(NOON))
    assert (uuid.version, uuid.variant) == (1, "specified in RFC 4122")
    unix = (uuid.time - 0x01B21DD213814000) / 10_000_000
    assert unix == NOON.timestamp()


@given(st.integers(0, 3 * 10_000), st.integers(0, 3), st.integers(0, 3 * 10_000), st.integers(0, 3))
def test_ids_of_one_sandbox_differ_whatever_their_moment(
    one: int, early: int, two: int, late: int
) -> None:
    def made(ordinal: int, second: int) -> str:
        ids = Chance(0).ids("a", ordinal)
        return ids.next(NOON + second * timedelta(milliseconds=1))

    assert (made(one, early) == made(two, late)) == ((one, early) == (two, late))


def test_an_id_comes_after_ten_thousand_others_as_if_it_were_asked_for_by_number() -> None:
    ids = Chance(0).ids("a")
    made = [ids.next(NOON) for _ in range(20_002)]
    assert len(set(made)) == len(made)
    assert made[20_001] == Chance(0).ids("a", 20_001).next(NOON)


def test_sandboxes_have_nodes_of_their_own_that_are_no_hardware_address() -> None:
    nodes = {UUID(Chance(0).ids(f"gw{n}").next(NOON)).node for n in range(100)}
    assert len(nodes) == 100
    assert all(node >> 40 & 1 for node in nodes)


def test_numbers_depend_on_the_seed_and_on_every_name() -> None:
    draws = {Chance(seed).draw(*names) for seed in (0, 1) for names in (("a",), ("b",), ("a", "b"))}
    assert len(draws) == 6
    assert all(0 <= draw < 1 for draw in draws)
    assert Chance(3).draw("a", 1) == Chance(3).draw("a", 1)


# Lifecycles


@pytest.mark.parametrize("table", [tasks.LIFECYCLE, callbacks.LIFECYCLE], ids=["task", "callback"])
def test_every_state_is_in_the_table_and_every_arrow_leads_to_one(
    table: dict[str, dict[str, str]],
) -> None:
    kind = type(next(iter(table)))
    assert set(table) == set(kind)  # type: ignore[call-overload]
    assert {to for arrows in table.values() for to in arrows.values()} <= set(table)


@pytest.mark.parametrize(("status", "fine"), [(199, False), (200, True), (299, True), (300, False)])
def test_any_2xx_is_a_success_and_nothing_else(status: int, fine: bool) -> None:
    assert (callbacks.explain_status(status) is None) is fine


# Flights


@pytest.mark.anyio
async def test_a_flight_waits_for_those_of_its_moment_that_departed_before() -> None:
    flights = Flights()
    first, second = flights.depart(START), flights.depart(START)
    waiting = create_task(second.turn())
    await first.turn()
    flights.land(first)
    await wait_for(waiting, WITHIN)
    flights.land(second)
    await flights.all_landed()
    assert flights.count == 0


@pytest.mark.anyio
async def test_a_flight_of_another_moment_waits_for_nobody() -> None:
    flights = Flights()
    flights.depart(START)
    await wait_for(flights.depart(START + SECOND).turn(), WITHIN)


@pytest.mark.anyio
async def test_calling_back_one_that_waits_for_its_turn_does_no_harm_to_the_one_before() -> None:
    flights = Flights()
    first, second = flights.depart(START), flights.depart(START)
    waiting = create_task(second.turn())
    flights.watch(waiting)
    await wait_for(first.turn(), WITHIN)
    flights.cancel()
    flights.land(first)
    flights.land(second)
    assert flights.count == 0


@pytest.mark.anyio
async def test_landing_does_no_harm_to_those_who_have_given_up_waiting() -> None:
    flights = Flights()
    flight = flights.depart(START)
    with pytest.raises(TimeoutError):
        await wait_for(flights.all_landed(), 0.01)
    flights.land(flight)
    await wait_for(flights.all_landed(), WITHIN)


@pytest.mark.anyio
async def test_what_departs_as_the_last_one_lands_is_waited_for_as_well() -> None:
    flights = Flights()
    first = flights.depart(START)
    waiting = create_task(flights.all_landed())
    await sleep(0)
    flights.land(first)
    second = flights.depart(START)
    await sleep(0)
    await sleep(0)
    assert not waiting.done()
    flights.land(second)
    await wait_for(waiting, WITHIN)


# Pump


class World:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.agenda = Agenda()
        self.closed = False


def pump_and_log() -> tuple[Pump[World], list[World]]:
    performed: list[World] = []

    def perform(world: World) -> None:
        performed.append(world)
        while (entry := world.agenda.take_due(world.clock.now())) is not None:
            entry[1](entry[0])

    return Pump(perform), performed


def test_the_pump_looks_only_at_those_who_woke_it(wall: Wall) -> None:
    pump, performed = pump_and_log()
    worlds = [World(Clock(wall)) for _ in range(3)]
    pump.wake(worlds[1])
    pump.turn(0.0)
    pump.turn(0.0)
    assert performed == [worlds[1]]


def test_the_pump_comes_back_when_the_next_thing_is_due(wall: Wall) -> None:
    pump, performed = pump_and_log()
    world = World(Clock(wall))
    world.agenda.put(NOON + 2 * SECOND, lambda due: None)
    for _ in range(3):
        pump.wake(world)
        pump.turn(10.0)
    pump.turn(11.9)
    assert len(performed) == 3
    wall.pass_time(2)
    pump.turn(12.0)
    assert (len(performed), len(world.agenda)) == (4, 0)
    pump.turn(99.0)
    assert len(performed) == 4


def test_something_earlier_brings_the_pump_back_earlier(wall: Wall) -> None:
    pump, performed = pump_and_log()
    world = World(Clock(wall))
    for seconds in (9, 2):
        world.agenda.put(NOON + seconds * SECOND, lambda due: None)
        pump.wake(world)
        pump.turn(0.0)
    wall.pass_time(2)
    pump.turn(2.0)
    assert (len(performed), len(world.agenda)) == (3, 1)


def test_the_pump_does_not_come_back_to_a_manual_clock(wall: Wall) -> None:
    pump, performed = pump_and_log()
    world = World(Clock(wall, ClockMode.MANUAL))
    world.agenda.put(START + SECOND, lambda due: None)
    pump.wake(world)
    pump.turn(0.0)
    pump.turn(1e9)
    assert performed == [world]


def test_the_pump_leaves_a_closed_world_alone(wall: Wall) -> None:
    pump, performed = pump_and_log()
    world = World(Clock(wall))
    world.closed = True
    pump.wake(world)
    pump.turn(0.0)
    assert performed == []
