"""What can be told of conditions without facts: never, implies; nothing that is told is wrong."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.conditions.composites import AllOf, AnyOf, Not
from emulator.core.conditions.condition import KNOWN, Condition, Count, Known, Leaf
from emulator.core.conditions.logic import implies, never, normal
from emulator.core.conditions.others import CONTENT, PATRON, Metadata, PatronState, Visual
from emulator.core.conditions.texts import (
    CustomClass,
    Language,
    PersonalData,
    Profanity,
    Text,
    TextContainsAny,
)
from tests.core.conditions.made import (
    ALIKE,
    ANY_POST,
    CONDITIONS,
    LEAVES,
    POSTS,
    Post,
    compared,
    hateful,
)


def score(**bounds: float) -> Visual:
    return Visual("general_nsfw", compared(**bounds))


def verified(**bounds: bool | float | str) -> Metadata:
    return Metadata(PATRON, "verified", compared(**bounds))


def many(of: Condition, days: int, at_least: int) -> Count:
    return Count(of, timedelta(days=days), at_least)


EN, FR, ENGLISH_OR_FRENCH = Language(("EN",)), Language(("FR",)), Language(("EN", "FR"))
BANNED = PatronState("banned")
A, AB = TextContainsAny(("a",)), TextContainsAny(("AB", "xA"))


# Soundness.


LITERALS = ALIKE.flatmap(
    lambda leaves: st.tuples(*(st.sampled_from([leaf, Not(leaf)]) for leaf in leaves))
)
"""Leaves of one kind, and opposites of such."""
CLASHING = st.builds(
    lambda literals, more: AllOf((*literals, more)), LITERALS, LITERALS.map(AnyOf) | CONDITIONS
)


@given(CLASHING)
def test_what_is_said_never_to_hold_does_not(condition: Condition) -> None:
    if never(condition) is not None:
        assert not any(condition.holds(post) for post in POSTS)


@given(LITERALS, LITERALS, CONDITIONS)
def test_what_is_said_to_be_implied_holds_too(
    one: tuple[Condition, ...],
    other: tuple[Condition, ...],
    third: Condition,
) -> None:
    made = (AllOf(one), AnyOf(one), AllOf((AnyOf(other), third)), AnyOf((AllOf(other), third)))
    for narrow, broad in product((*one, *other, *made), repeat=2):
        if implies(narrow, broad):
            assert all(broad.holds(post) for post in POSTS if narrow.holds(post))


@given(ALIKE)
def test_leaves_of_one_kind_imply_and_exclude_each_other_rightly(leaves: list[Leaf]) -> None:
    for one, other in product(leaves, repeat=2):
        implied, excluded = one.implies(other), one.excludes(other)
        for post in POSTS:
            if one.holds(post):
                assert other.holds(post) or not implied
                assert not other.holds(post) or not excluded


@given(LEAVES, LEAVES)
def test_leaves_of_any_kinds_do(one: Leaf, other: Leaf) -> None:
    if one.excludes(other):
        assert not any(one.holds(post) and other.holds(post) for post in POSTS)
    if one.implies(other):
        assert all(other.holds(post) for post in POSTS if one.holds(post))


@given(CONDITIONS, ANY_POST)
def test_the_normal_form_is_the_same_condition(condition: Condition, facts: Post) -> None:
    assert normal(condition).holds(facts) is condition.holds(facts)
    assert normal(condition, holds=False).holds(facts) is not condition.holds(facts)


@given(CONDITIONS)
def test_in_the_normal_form_nothing_composed_is_denied(condition: Condition) -> None:
    form = normal(condition)
    denied = [one.of for one in _outside_counts(form) if isinstance(one, Not)]
    assert all(isinstance(one, Leaf | Count) for one in denied)
    assert normal(form) == form


def _outside_counts(condition: Condition) -> list[Condition]:
    if isinstance(condition, AllOf | AnyOf):
        return [condition, *(one for part in condition.parts for one in _outside_counts(part))]
    return [condition]


@given(CONDITIONS, CONDITIONS)
def test_a_condition_implies_itself_and_whatever_is_weaker(
    one: Condition, other: Condition
) -> None:
    assert implies(one, one)
    assert implies(AllOf((one, other)), one)
    assert implies(one, AnyOf((other, one)))


# Never.


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (score(gt=1), "general_nsfw is never above 1: a score is from 0 to 1"),
        (score(gte=1.5), "general_nsfw is never at least 1.5: a score is from 0 to 1"),
        (score(lt=0), "general_nsfw is never below 0: a score is from 0 to 1"),
        (
            score(gt=0.9, lt=0.5),
            "general_nsfw is never above 0.9 and below 0.5: a score is from 0 to 1",
        ),
        (Visual("yes_unicorn", compared(gt=0)), "the model has no visual class 'yes_unicorn'"),
        (Text("unicorn", compared(gt=0)), "the model has no text class 'unicorn'"),
        (hateful(gt=3), "hate is never above 3: its severities are 0, 1, 2, 3"),
        (hateful(lt=0), "hate is never below 0: its severities are 0, 1, 2, 3"),
        (hateful(eq=-1), "hate is never -1: its severities are 0, 1, 2, 3"),
        (Text("spam", compared(eq=2)), "spam is never 2: its severities are 0, 3"),
        (hateful(gt=1, lt=2), "hate is above 1 and hate is below 2 never hold together"),
        (
            AllOf((hateful(gte=2), AllOf((EN, hateful(eq=0))))),
            "hate is at least 2 and hate is 0 never hold together",
        ),
        (
            AllOf((verified(eq=True), verified(eq=1))),
            "the patron's 'verified' is true and the patron's 'verified' is 1 never hold together",
        ),
        (
            verified(gt=3, lt=2),
            (
                "the patron's 'verified' is above 3 and the patron's 'verified' is below 2 "
                "never hold together"
            ),
        ),
        (AllOf((EN, FR)), "the language is EN and the language is FR never hold together"),
        (
            AllOf((score(gt=0), Profanity())),
            "general_nsfw is above 0 and the text has profanity never hold together",
        ),
        (
            AllOf((BANNED, Not(BANNED))),
            "the patron is banned and the patron is not banned never hold together",
        ),
        (
            AllOf((Not(AnyOf((BANNED, hateful(gte=1)))), hateful(gte=2))),
            "hate is not at least 1 and hate is at least 2 never hold together",
        ),
        (
            AllOf((hateful(gte=2), AnyOf((hateful(eq=0), hateful(eq=1))))),
            "hate is at least 2 and (hate is 0 or hate is 1) never hold together",
        ),
        (
            AllOf((Not(ENGLISH_OR_FRENCH), AnyOf((EN, FR)))),
            (
                "the language is not EN or FR and (the language is EN or the language is FR) "
                "never hold together"
            ),
        ),
        (
            AnyOf((score(gt=1), hateful(gt=3), score(gt=1))),
            (
                "general_nsfw is never above 1: a score is from 0 to 1; "
                "hate is never above 3: its severities are 0, 1, 2, 3"
            ),
        ),
        (Not(Not(score(gt=1))), "general_nsfw is never above 1: a score is from 0 to 1"),
        (
            many(score(gt=1), 1, 1),
            "general_nsfw is never above 1: a score is from 0 to 1",
        ),
    ],
)
def test_what_can_never_hold_is_told_with_the_reason(condition: Condition, why: str) -> None:
    assert never(condition) == why


@pytest.mark.parametrize(
    "condition",
    [
        score(gte=1),
        score(lte=0),
        score(gt=0.5, lt=0.6),
        hateful(gt=2),
        hateful(gte=-1),
        Not(score(gt=1)),
        AnyOf((score(gt=1), BANNED)),
        AllOf((ENGLISH_OR_FRENCH, EN, hateful(gte=1), hateful(lt=2))),
        AllOf((BANNED, PatronState("suspended"))),
        AllOf((Metadata(CONTENT, "a", compared(eq=1)), Metadata(PATRON, "a", compared(eq=2)))),
        AllOf((hateful(gte=2), Text("spam", compared(eq=0)))),
        AllOf((verified(gte=2), verified(lt=2.5))),
    ],
)
def test_what_may_hold_is_left_in_peace(condition: Condition) -> None:
    assert never(condition) is None


def test_two_frames_of_a_video_may_satisfy_what_one_cannot() -> None:
    both = AllOf((score(gt=0.9), score(lt=0.1)))
    assert never(both) is None
    assert both.holds(Post(visual=[{"general_nsfw": 0.95}, {"general_nsfw": 0.05}]))


def test_the_classes_that_there_are_can_be_told() -> None:
    furry = Visual("yes_furry", compared(gt=0))
    assert never(furry, Known({"yes_furry"}, KNOWN.text)) is None
    assert never(hateful(), Known(KNOWN.visual, {"hate": (0, 1)})) == (
        "hate is never at least 2: its severities are 0, 1"
    )


# Implies.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (score(gte=0.9), score(gt=0.5)),
        (score(gt=0.5, lt=0.6), score(lte=0.6)),
        (score(gte=0.9), score(lte=1)),
        (hateful(eq=3), hateful(gte=2)),
        (hateful(gt=1), hateful(gte=2)),
        (Text("spam", compared(gte=1)), Text("spam", compared(eq=3))),
        (hateful(gte=2, lt=3), hateful(gte=1)),
        (AllOf((hateful(gte=1), hateful(lt=3))), hateful(gte=1, lt=3)),
        (AB, A),
        (PersonalData(("x",)), PersonalData(("x", "y"))),
        (PersonalData(("x",)), PersonalData(())),
        (CustomClass(("x",)), CustomClass(("y", "x"))),
        (EN, ENGLISH_OR_FRENCH),
        (EN, Not(FR)),
        (Not(ENGLISH_OR_FRENCH), Not(EN)),
        (verified(eq=3), verified(gt=2)),
        (verified(gte=3), verified(gt=2)),
        (verified(eq="a"), verified(eq="a")),
        (Profanity(), Profanity()),
        (BANNED, AnyOf((hateful(), BANNED))),
        (AllOf((hateful(), BANNED)), AllOf((BANNED, hateful(gte=1)))),
        (AnyOf((hateful(eq=2), hateful(eq=3))), hateful(gte=2)),
        (many(hateful(gte=3), 1, 3), many(hateful(gte=2), 1, 3)),
        (many(hateful(), 1, 3), many(hateful(), 2, 2)),
        (Not(many(hateful(), 2, 2)), Not(many(hateful(), 1, 3))),
    ],
)
def test_what_is_narrower_implies_what_is_broader(one: Condition, other: Condition) -> None:
    assert implies(one, other)
    assert implies(Not(other), Not(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (score(gt=0.5), score(gte=0.9)),
        (score(gte=0.9), Visual("gun_in_hand", compared(gt=0.5))),
        (score(gte=0.9), Not(score(lt=0.1))),
        (hateful(gte=1), hateful(gte=2)),
        (A, AB),
        (PersonalData(()), PersonalData(("x",))),
        (PersonalData(("x",)), CustomClass(("x",))),
        (ENGLISH_OR_FRENCH, EN),
        (verified(gt=2), verified(eq=3)),
        (verified(eq=1), verified(eq=True)),
        (Metadata(CONTENT, "verified", compared(eq=True)), verified(eq=True)),
        (BANNED, AllOf((BANNED, hateful()))),
        (AnyOf((BANNED, hateful())), BANNED),
        (many(hateful(), 2, 3), many(hateful(), 1, 3)),
        (many(hateful(), 1, 2), many(hateful(), 1, 3)),
        (hateful(), many(hateful(), 1, 2)),
        (Not(BANNED), hateful()),
        (BANNED, PatronState("suspended")),
    ],
)
def test_what_is_not_narrower_does_not(one: Condition, other: Condition) -> None:
    assert not implies(one, other)


def test_deeply_nested_conditions_are_compared_without_trying_every_path() -> None:
    """Of which there would be more than 10 ** 15."""
    one: Condition = BANNED
    other: Condition = PatronState("suspended")
    for level in range(19):
        word, another = Language((f"A{level}",)), Language((f"B{level}",))
        one = AllOf((word, AnyOf((another, one))))
        other = AnyOf((another, AllOf((word, other))))
    assert not implies(one, other)
    assert implies(one, one)
    assert never(one) is None
