"""Declared policies: what they decide, what they say, and which of it never happens."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.answer import Answer
from emulator.core.conditions import AllOf, AnyOf, Condition
from emulator.core.conditions.comparing import Bound, Comparison
from emulator.core.conditions.others import Visual
from emulator.core.conditions.texts import Text
from emulator.core.policy import Decision, Policy, bounds_in, canonical, useless


def score(name: str, operator: str, value: float) -> Condition:
    return Visual(name, Comparison((Bound(operator, value),)))


def severity(name: str, operator: str, value: int) -> Condition:
    return Text(name, Comparison((Bound(operator, value),)))


def picture(**scores: float) -> Answer:
    classes = [{"class": name, "score": one} for name, one in scores.items()]
    return Answer({"status": [{"response": {"output": [{"classes": classes}]}}]})


POLICY = Policy(
    (
        Decision("remove", score("general_nsfw", "gte", 0.9), "p.yaml:2"),
        Decision("review", score("general_nsfw", "gte", 0.5)),
    ),
    "allow",
)


@pytest.mark.parametrize(
    ("value", "decision"), [(0.9, "remove"), (0.89, "review"), (0.5, "review"), (0.1, "allow")]
)
def test_the_first_decision_that_holds_counts(value: float, decision: str) -> None:
    assert POLICY.decide(picture(general_nsfw=value)) == decision


def test_it_says_itself_in_plain_words() -> None:
    assert str(POLICY) == (
        '"remove" when general_nsfw is at least 0.9; "review" when general_nsfw is at least 0.5; '
        'otherwise "allow"'
    )
    assert str(Policy((), None)) == "otherwise null"


def test_it_is_written_as_it_was_read() -> None:
    assert POLICY.as_written() == {
        "decisions": [
            {"decide": "remove", "when": {"visual": {"general_nsfw": {"gte": 0.9}}}},
            {"decide": "review", "when": {"visual": {"general_nsfw": {"gte": 0.5}}}},
        ],
        "otherwise": "allow",
    }


def test_all_bounds_are_found_however_deep_they_stand() -> None:
    when = AllOf((score("no_gun", "lt", 0.1), AnyOf((severity("hate", "gte", 2),))))
    policy = Policy((Decision("a", when), *POLICY.decisions), "b")
    assert {name: [*map(str, bounds)] for name, bounds in bounds_in(policy.conditions).items()} == {
        "no_gun": ["below 0.1"],
        "hate": ["at least 2"],
        "general_nsfw": ["at least 0.9", "at least 0.5"],
    }


def test_what_is_never_decided_is_told() -> None:
    policy = Policy(
        (
            Decision("review", score("general_nsfw", "gte", 0.5)),
            Decision("remove", score("general_nsfw", "gte", 0.9)),
            Decision("ban", score("general_nsfw", "gt", 1)),
        ),
        "allow",
    )
    assert [(one.decide, why) for one, why in useless(policy)] == [
        (
            "remove",
            (
                'is never reached: it holds only where "review" when general_nsfw is at least 0.5 '
                "comes first"
            ),
        ),
        ("ban", "can never hold: general_nsfw is never above 1: a score is from 0 to 1"),
    ]
    assert [*useless(POLICY)] == []


SAME: list[tuple[Any, Any]] = [
    (1, 1.0),
    ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}),
    ([1, 2], (1, 2)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_decisions_that_are_the_same_json_are_the_same(one: Any, other: Any) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (0, False), ("1", 1), (None, "null"), ([], {})]
)
def test_decisions_that_are_other_json_are_others(one: Any, other: Any) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2}, {None: 1}, {1, 2}])
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical(value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=9))
def test_a_canonical_decision_stays_so(value: Any) -> None:
    import json

    assert canonical(json.loads(canonical(value))) == canonical(value)
