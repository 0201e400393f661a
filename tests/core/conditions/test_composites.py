"""All, any and not: decisions, sentences without ambiguity, explanations, and what is inside."""

from datetime import timedelta

import pytest

from emulator.core.conditions.composites import (
    AllOf,
    AnyOf,
    Not,
    counts_in,
    inside,
    subjects,
)
from emulator.core.conditions.condition import Condition, Count
from emulator.core.conditions.others import Metadata, PatronState, Visual
from tests.core.conditions.made import Post, compared, hateful

BANNED, SUSPENDED = PatronState("banned"), PatronState("suspended")
BOTH, EITHER = AllOf((BANNED, SUSPENDED)), AnyOf((BANNED, SUSPENDED))
STATES = [(), ("banned",), ("suspended",), ("banned", "suspended")]
EXPLICIT = AllOf(
    (
        AnyOf(
            (
                Visual("general_nsfw", compared(gte=0.9)),
                Visual("yes_sexual_activity", compared(gte=0.9)),
            )
        ),
        Not(Metadata("patron", "verified", compared(eq=True))),
    )
)


@pytest.mark.parametrize(
    ("condition", "decisions"),
    [
        (BOTH, [False, False, False, True]),
        (EITHER, [False, True, True, True]),
        (Not(BOTH), [True, True, True, False]),
        (Not(EITHER), [True, False, False, False]),
        (AllOf((BANNED,)), [False, True, False, True]),
        (AnyOf((BANNED,)), [False, True, False, True]),
    ],
)
def test_conditions_compose(condition: Condition, decisions: list[bool]) -> None:
    assert [condition.holds(Post(patron_states=states)) for states in STATES] == decisions


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (BOTH, "the patron is banned and the patron is suspended"),
        (EITHER, "the patron is banned or the patron is suspended"),
        (Not(BANNED), "the patron is not banned"),
        (Not(BOTH), "not (the patron is banned and the patron is suspended)"),
        (Not(Not(BANNED)), "the patron is banned"),
        (Not(AllOf((BANNED,))), "the patron is not banned"),
        (AllOf((EITHER,)), "the patron is banned or the patron is suspended"),
        (
            AnyOf((BANNED, Not(AnyOf((SUSPENDED, hateful()))))),
            "the patron is banned or not (the patron is suspended or hate is at least 2)",
        ),
        (
            AnyOf((Not(AllOf((BANNED,))), AnyOf((Not(Not(BOTH)),)))),
            "the patron is not banned or (the patron is banned and the patron is suspended)",
        ),
        (
            EXPLICIT,
            (
                "(general_nsfw is at least 0.9 or yes_sexual_activity is at least 0.9) and "
                "the patron's 'verified' is not true"
            ),
        ),
    ],
)
def test_a_composition_says_itself(condition: Condition, words: str) -> None:
    assert str(condition) == words


def test_an_explanation_tells_every_part_also_where_the_first_decides() -> None:
    facts = Post(visual=[{"general_nsfw": 0.97}], patron_metadata={"verified": True})
    assert str(EXPLICIT.explain(facts)).splitlines() == [
        "no: all of these: 1 of 2 holds",
        "  yes: any of these: 1 of 2 holds",
        "    yes: general_nsfw is at least 0.9: it is 0.97",
        "    no: yes_sexual_activity is at least 0.9: this model does not have the class",
        "  no: the patron's 'verified' is not true",
        "    yes: the patron's 'verified' is true: it is true",
    ]


def test_how_many_hold_is_told_of_all_numbers() -> None:
    says = [BOTH.explain(Post(patron_states=states)).says for states in STATES]
    assert says[0] == "all of these: 0 of 2 hold"
    assert says[3] == "all of these: 2 of 2 hold"


def test_compositions_have_both_written_forms() -> None:
    assert Not(BOTH).as_written() == {
        "not": {"all": [{"patron_state": "banned"}, {"patron_state": "suspended"}]}
    }
    assert AnyOf((BANNED,)).as_written() == {"any": [{"patron_state": "banned"}]}
    banned = {"subject": "patron_state", "value": "banned"}
    suspended = {"subject": "patron_state", "value": "suspended"}
    assert Not(EITHER).subject() == {
        "subject": "not",
        "conditions": [{"subject": "any", "conditions": [banned, suspended]}],
    }
    assert subjects(BOTH) == [banned, suspended]
    assert subjects(EITHER) == [{"subject": "any", "conditions": [banned, suspended]}]
    assert subjects(BANNED) == [banned]


def test_all_and_any_of_the_same_are_different() -> None:
    either: Condition = AnyOf((BANNED,))
    assert either != AllOf((BANNED,))
    assert AllOf((BANNED,)) == AllOf((PatronState("banned"),))


def test_counts_are_found_wherever_they_stand_and_each_once() -> None:
    day, week = Count(BANNED, timedelta(days=1), 1), Count(BOTH, timedelta(days=7), 2)
    condition = AllOf((day, AnyOf((Not(week), BANNED)), Count(BANNED, timedelta(days=1), 1)))
    assert counts_in(condition) == (day, week)
    assert counts_in(EXPLICIT) == ()
    assert [*inside(week)] == [week, BOTH, BANNED, SUSPENDED]
    assert len([*inside(condition)]) == 12
