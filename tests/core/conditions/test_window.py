"""Windows: they count what a search through all posts would find, and keep nothing else."""

import sys
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from emulator.core.conditions.window import Window

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


EVENTS = st.lists(
    st.tuples(st.integers(0, 30), st.none() | st.sampled_from(["p", "q", "r", "s"])), max_size=40
)


@given(EVENTS, st.integers(1, 12))
def test_a_window_counts_what_a_search_would(
    events: list[tuple[int, str | None]], within: int
) -> None:
    """An event is a post or, with None, a question; a time before the newest is the newest."""
    window = Window(timedelta(seconds=within))
    added: list[tuple[int, str]] = []
    now = 0
    for moment, post in events:
        now = max(now, moment)
        if post is not None:
            window.add(at(moment), post)
            added.append((now, post))
        expected = {one for when, one in added if now - within < when <= now}
        assert window.count(at(moment)) == len(expected)


def test_a_post_expires_when_the_whole_time_has_passed() -> None:
    window = Window(DAY)
    window.add(START, "p")
    assert window.count(START) == 1
    assert window.count(START + DAY - timedelta(microseconds=1)) == 1
    assert window.count(START + DAY) == 0


def test_a_post_that_comes_again_counts_once_and_from_then_on() -> None:
    window = Window(DAY)
    window.add(START, "p")
    window.add(at(1), "q")
    window.add(at(2), "p")
    assert window.count(at(2)) == 2
    assert window.count(START + DAY) == 2
    assert window.count(at(1) + DAY) == 1
    assert window.count(at(2) + DAY) == 0


def test_what_expired_is_not_kept_even_if_nobody_asks() -> None:
    """All posts of a month leave no more behind than those of its last minute do."""
    month, minute = Window(timedelta(minutes=1)), Window(timedelta(minutes=1))
    for second in range(0, 30 * 86400, 60):
        month.add(at(second), f"p{second}")
    minute.add(at(second), "p")
    assert month.count(at(second)) == minute.count(at(second)) == 1
    assert size(month) <= 2 * size(minute)


def size(window: Window) -> int:
    return sum(sys.getsizeof(getattr(window, name)) for name in Window.__slots__)


def test_a_post_that_is_discarded_counts_no_more() -> None:
    window = Window(DAY)
    for post in "pq":
        window.add(at(0), post)
    window.discard("p")
    window.discard("nobody")
    assert window.count(at(1)) == 1
