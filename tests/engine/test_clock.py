from datetime import timedelta

import pytest

from emulator.core.model import ClockMode
from emulator.engine.clock import START, Backwards, Clock
from tests.support.walls import NOON, Wall

HOUR = timedelta(hours=1)


def test_a_system_clock_follows_the_wall(wall: Wall) -> None:
    clock = Clock(wall)
    wall.pass_time(5)
    assert clock.now() == NOON + timedelta(seconds=5)


def test_a_system_clock_waits_where_the_wall_is_set_back(wall: Wall) -> None:
    clock = Clock(wall)
    wall.pass_time(-5)
    assert clock.now() == NOON
    wall.pass_time(6)
    assert clock.now() == NOON + timedelta(seconds=1)


def test_a_manual_clock_stands_still_at_the_beginning_of_2026(wall: Wall) -> None:
    clock = Clock(wall, ClockMode.MANUAL)
    wall.pass_time(5)
    assert clock.now() == START


def test_a_clock_jumps_ahead_and_never_back(wall: Wall) -> None:
    clock = Clock(wall)
    clock.move_to(NOON + HOUR)
    clock.move_to(NOON)
    assert clock.now() == NOON + HOUR


def test_a_manual_moment_does_not_come_by_itself(wall: Wall) -> None:
    assert Clock(wall, ClockMode.MANUAL).wait_for(START + HOUR) is None


def test_a_system_moment_comes_in_real_time(wall: Wall) -> None:
    clock = Clock(wall)
    assert clock.wait_for(NOON + HOUR) == HOUR
    assert clock.wait_for(NOON - HOUR) == timedelta()


@pytest.mark.parametrize("used", [False, True], ids=["unused", "used"])
def test_a_clock_may_be_set_to_a_later_moment(wall: Wall, used: bool) -> None:
    for mode in ClockMode:
        clock = Clock(wall)
        clock.set(mode, NOON + HOUR, used=used)
        assert (clock.mode, clock.now()) == (mode, NOON + HOUR)


def test_only_an_unused_clock_may_be_set_back(wall: Wall) -> None:
    clock = Clock(wall)
    with pytest.raises(Backwards):
        clock.set(ClockMode.MANUAL, NOON - HOUR, used=True)
    assert (clock.mode, clock.now()) == (ClockMode.SYSTEM, NOON)
    clock.set(ClockMode.MANUAL, NOON - HOUR, used=False)
    assert clock.now() == NOON - HOUR


@pytest.mark.parametrize(
    ("mode", "used", "expected"),
    [
        pytest.param(ClockMode.MANUAL, False, START, id="unused manual stands at the start"),
        pytest.param(ClockMode.MANUAL, True, NOON, id="used manual stands where it was"),
        pytest.param(ClockMode.SYSTEM, False, NOON, id="unused system is the wall"),
        pytest.param(ClockMode.SYSTEM, True, NOON, id="used system goes on"),
    ],
)
def test_without_a_moment_the_kind_of_clock_decides(
    wall: Wall, mode: ClockMode, used: bool, expected: object
) -> None:
    clock = Clock(wall)
    clock.set(mode, None, used=used)
    assert clock.now() == expected


def test_a_used_clock_that_is_ahead_goes_on_from_there(wall: Wall) -> None:
    clock = Clock(wall, ClockMode.MANUAL)
    clock.move_to(NOON + HOUR)
    clock.set(ClockMode.SYSTEM, None, used=True)
    wall.pass_time(10)
    assert clock.now() == NOON + HOUR + timedelta(seconds=10)
