"""Comparisons: what is so, how it is said, and what can be told of it without a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.conditions.comparing import (
    OPERATORS,
    Bound,
    Comparison,
    apart,
    implied,
    same,
    spelled,
    telling,
)
from tests.core.conditions.made import compared

NUMBERS = st.sampled_from([-1, 0, 0.1, 0.1 + 2**-56, 0.5, 1, 1.5, 2, 2.0, 3, 10**400])
VALUES = NUMBERS | st.sampled_from([True, False, None, "", "2", "kids"])
BOUNDS = st.builds(Bound, st.sampled_from(["gt", "gte", "lt", "lte"]), NUMBERS) | st.builds(
    Bound, st.just("eq"), VALUES
)
COMPARISONS = st.lists(BOUNDS, min_size=1, max_size=3).map(tuple).map(Comparison)


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        ("gt", False, False, True),
        ("gte", False, True, True),
        ("lt", True, False, False),
        ("lte", True, True, False),
        ("eq", False, True, False),
    ],
)
def test_an_operator_decides_by_where_a_value_is(
    operator: str, below: bool, at: bool, above: bool
) -> None:
    bound = Bound(operator, 2)
    assert [bound.holds(value) for value in (1.9, 2, 2.0, 2.1)] == [below, at, at, above]


def test_there_are_five_operators() -> None:
    assert [*OPERATORS] == ["gt", "gte", "lt", "lte", "eq"]


@pytest.mark.parametrize("value", [True, None, "3", [3], {"a": 3}, float("nan")])
def test_what_is_no_number_is_neither_above_nor_below_one(value: object) -> None:
    assert not any(Bound(name, 2).holds(value) for name in OPERATORS)


def test_equal_is_what_is_equal_as_json() -> None:
    assert same(1, 1.0)
    assert same(None, None)
    assert same("kids", "kids")
    assert same(["a"], ["a"])
    assert not same(1, True)
    assert not same(False, 0)
    assert not same("1", 1)
    assert not same(None, False)


def test_bounds_on_true_and_on_one_are_different_bounds() -> None:
    assert Bound("eq", 1) == Bound("eq", 1.0)
    assert Bound("eq", 1) != Bound("eq", True)
    assert Bound("eq", 1) != Bound("gte", 1)
    assert Bound("eq", 1) != 1
    assert hash(Bound("eq", 1)) == hash(Bound("eq", 1.0))


def test_all_bounds_of_a_comparison_hold() -> None:
    comparison = compared(gte=0.5, lt=0.9)
    assert [comparison.holds(value) for value in (0.4, 0.5, 0.8, 0.9)] == [False, True, True, False]
    assert str(comparison) == "at least 0.5 and below 0.9"
    assert comparison.as_written() == {"gte": 0.5, "lt": 0.9}


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "true"), (False, "false"), (None, "null"), (2, "2"), (0.5, "0.5"), ("a", "'a'")],
)
def test_a_value_is_spelled_as_in_json(value: object, words: str) -> None:
    assert spelled(value) == words
    assert len(spelled("x" * 1000)) < 100


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"gt": 1}, "above 1"),
        ({"gte": 1}, "at least 1"),
        ({"lt": 1}, "below 1"),
        ({"lte": 1}, "at most 1"),
        ({"eq": "kids"}, "'kids'"),
        ({"gt": 0.5, "lte": 0.75}, "above 0.5 and at most 0.75"),
    ],
)
def test_a_comparison_says_itself(bounds: dict[str, float | str], words: str) -> None:
    assert str(compared(**bounds)) == words


@given(COMPARISONS, COMPARISONS, VALUES)
def test_telling_values_tell_of_all_values(
    one: Comparison, other: Comparison, value: object
) -> None:
    values = telling((one, other))
    if implied(one, other, values):
        assert other.holds(value) or not one.holds(value)
    if apart(one, other, values):
        assert not (one.holds(value) and other.holds(value))


def test_what_lies_between_two_bounds_is_told_apart() -> None:
    between = compared(gt=1, lt=2)
    assert implied(between, compared(gte=1), telling([between, compared(gte=1)]))
    assert not implied(compared(gte=1), between, telling([between, compared(gte=1)]))
    assert not apart(between, compared(lt=1.5), telling([between, compared(lt=1.5)]))
    assert apart(between, compared(gte=2), telling([between, compared(gte=2)]))
    assert telling([compared(eq="a")]) == ["a"]
