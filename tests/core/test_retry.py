"""Whether a callback is tried again: any 2xx settles it, and the schedule ends."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.retry import SCHEDULE, Decision, Delivered, GaveUp, RetryIn, decide

SECOND = timedelta(seconds=1)
SCHEDULES = st.lists(st.timedeltas(timedelta(), timedelta(days=1)), max_size=5).map(tuple)


@pytest.mark.parametrize(
    ("attempts", "status", "decision"),
    [
        (1, 200, Delivered()),
        (1, 299, Delivered()),
        (4, 204, Delivered()),
        (1, 199, RetryIn(SECOND)),
        (1, 300, RetryIn(SECOND)),
        (1, 404, RetryIn(SECOND)),
        (1, 500, RetryIn(SECOND)),
        (1, None, RetryIn(SECOND)),
        (2, None, RetryIn(5 * SECOND)),
        (3, 503, RetryIn(30 * SECOND)),
        (4, 503, GaveUp()),
        (4, None, GaveUp()),
        (9, 503, GaveUp()),
    ],
    ids=lambda value: str(value) if isinstance(value, int | None) else type(value).__name__,
)
def test_the_default_schedule_waits_1_5_and_30_seconds_and_gives_up(
    attempts: int, status: int | None, decision: Decision
) -> None:
    assert decide(SCHEDULE, attempts, status) == decision


def test_with_an_empty_schedule_there_is_one_attempt() -> None:
    assert decide((), 1, 500) == GaveUp()


@given(SCHEDULES, st.none() | st.integers(300, 599))
def test_a_receiver_that_never_takes_it_gets_one_attempt_more_than_there_are_waits(
    schedule: tuple[timedelta, ...], status: int | None
) -> None:
    decisions = [decide(schedule, attempts, status) for attempts in range(1, len(schedule) + 2)]
    assert decisions == [*map(RetryIn, schedule), GaveUp()]


@given(SCHEDULES, st.integers(1, 9), st.integers(200, 299))
def test_any_2xx_is_a_delivery_whenever_it_comes(
    schedule: tuple[timedelta, ...], attempts: int, status: int
) -> None:
    assert decide(schedule, attempts, status) == Delivered()
