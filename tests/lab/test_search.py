"""Changes on a line of scores, found to the last bit."""

from collections.abc import Callable
from itertools import pairwise
from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.lab.search import Change, Search, between, narrow


def run(search: Search, decide: Callable[[float], str]) -> tuple[list[Change], int]:
    """What a search finds, and how many questions it took."""
    asked = 0
    try:
        value = next(search)
        while True:
            asked += 1
            assert 0 <= value <= 1
            value = search.send(decide(value))
    except StopIteration as end:
        return end.value, asked


def found(decide: Callable[[float], str]) -> tuple[list[Change], int]:
    return run(narrow(0.0, 1.0, decide(0.0), decide(1.0)), decide)


SCORES = st.floats(0, 1, exclude_min=True) | st.integers(1, 9999).map(lambda whole: whole / 10**4)


@given(SCORES)
def test_from_a_score_on_is_found_exactly(limit: float) -> None:
    [change], asked = found(lambda score: "b" if score >= limit else "a")
    assert (change.below, change.above) == (nextafter(limit, -inf), limit)
    assert asked <= 120


@given(SCORES.filter(lambda score: score < 1))
def test_over_a_score_is_found_exactly(limit: float) -> None:
    [change], _ = found(lambda score: "b" if score > limit else "a")
    assert (change.below, change.above) == (limit, nextafter(limit, inf))


@given(st.integers(1, 999))
def test_what_somebody_wrote_is_told_from_its_neighbour(whole: int) -> None:
    limit = whole / 1000
    [at_least], asked = found(lambda score: "b" if score >= limit else "a")
    [over], _ = found(lambda score: "b" if score > limit else "a")
    assert (at_least.threshold, at_least.inclusive) == (limit, True)
    assert (over.threshold, over.inclusive) == (limit, False)
    assert asked < 20


@given(st.lists(SCORES, min_size=1, max_size=5, unique=True).map(sorted))
def test_several_levels_are_all_found(limits: list[float]) -> None:
    def decide(score: float) -> str:
        return str(sum(score >= limit for limit in limits))

    changes, _ = found(decide)
    assert [change.above for change in changes] == limits
    for one, other in pairwise(changes):
        assert one.after == other.before


def test_scores_too_small_to_be_written_are_found() -> None:
    for limit in (5e-324, 1e-310, 8.8e-5):
        [change], _ = found(lambda score, limit=limit: "b" if score >= limit else "a")  # type: ignore[misc]
        assert change.above == limit


def test_neighbours_need_no_question() -> None:
    low, high = 0.5, nextafter(0.5, inf)
    assert run(narrow(low, high, "a", "b"), str) == ([Change("a", "b", low, high)], 0)


@pytest.mark.parametrize(
    ("cells", "count"), [([(0.0, "a"), (1.0, "a")], 0), ([(0.0, "a"), (0.5, "b"), (1.0, "a")], 2)]
)
def test_only_what_differs_is_searched(cells: list[tuple[float, str]], count: int) -> None:
    assert len([*between(cells)]) == count


def test_what_comes_back_between_two_decisions_is_found() -> None:
    def decide(score: float) -> str:
        return "c" if 0.45 <= score < 0.55 else "b" if score >= 0.9 else "a"

    changes, _ = found(decide)
    assert [change.after for change in changes] == ["c", "a", "b"]
    assert [change.threshold for change in changes] == [0.45, 0.55, 0.9]
