"""Conditions on pictures and videos, metadata and the patron: decisions, words, what was found."""

from typing import Any

import pytest

from emulator.core.conditions.condition import Leaf
from emulator.core.conditions.others import CONTENT, PATRON, Metadata, PatronState, Visual
from tests.core.conditions.made import Post, a_picture, a_text, compared

EXPLICIT = Visual("general_nsfw", compared(gte=0.9))
NO_GUN = Visual("no_gun", compared(lt=0.1))
BETWEEN = Visual("no_gun", compared(gte=0.3, lt=0.6))
VIDEO = Post(visual=[{"no_gun": 0.98}, {"no_gun": 0.02}, {"no_gun": 0.75}])
VERIFIED = Metadata(PATRON, "verified", compared(eq=True))
AGE = Metadata(CONTENT, "age", compared(gte=3, lt=7))
PATRON_OF_3 = Post(content_metadata={"age": 3}, patron_metadata={"verified": True, "age": 1})

CASES: list[tuple[Leaf, Post, bool, str]] = [
    (
        EXPLICIT,
        a_picture(general_nsfw=0.97),
        True,
        "general_nsfw is at least 0.9: it is 0.97",
    ),
    (
        EXPLICIT,
        a_picture(general_nsfw=0.8999999),
        False,
        "general_nsfw is at least 0.9: it is 0.8999999",
    ),
    (
        EXPLICIT,
        a_picture(no_gun=1),
        False,
        "general_nsfw is at least 0.9: this model does not have the class",
    ),
    (EXPLICIT, a_text(), False, "general_nsfw is at least 0.9: this is no picture or video"),
    (NO_GUN, VIDEO, True, "no_gun is below 0.1: it is 0.02 in frame 2 of 3"),
    (
        BETWEEN,
        VIDEO,
        False,
        "no_gun is at least 0.3 and below 0.6: it is from 0.02 to 0.98 in 3 frames",
    ),
    (VERIFIED, PATRON_OF_3, True, "the patron's 'verified' is true: it is true"),
    (
        VERIFIED,
        Post(patron_metadata={"verified": 1}),
        False,
        "the patron's 'verified' is true: it is 1",
    ),
    (
        VERIFIED,
        Post(content_metadata={"verified": True}),
        False,
        "the patron's 'verified' is true: it was not sent",
    ),
    (AGE, PATRON_OF_3, True, "the content's 'age' is at least 3 and below 7: it is 3"),
    (
        AGE,
        Post(content_metadata={"age": "5"}),
        False,
        "the content's 'age' is at least 3 and below 7: it is '5'",
    ),
    (
        Metadata(PATRON, "name", compared(eq=None)),
        Post(patron_metadata={"name": None}),
        True,
        "the patron's 'name' is null: it is null",
    ),
    (
        PatronState("banned"),
        Post(patron_states=("suspended", "banned")),
        True,
        "the patron is banned: the patron is banned and suspended",
    ),
    (
        PatronState("banned"),
        Post(),
        False,
        "the patron is banned: the patron is in good standing",
    ),
]


@pytest.mark.parametrize(("leaf", "facts", "holds", "says"), CASES)
def test_a_leaf_decides_and_tells_what_was_found(
    leaf: Leaf, facts: Post, holds: bool, says: str
) -> None:
    assert leaf.holds(facts) is holds
    explanation = leaf.explain(facts)
    assert (explanation.holds, explanation.says, explanation.parts) == (holds, says, ())


def test_two_bounds_on_a_score_are_of_the_same_frame() -> None:
    """Although there is a frame above, and another one below."""
    assert not BETWEEN.holds(VIDEO)
    assert BETWEEN.holds(Post(visual=[{"no_gun": 0.98}, {"no_gun": 0.5}]))


def test_a_class_may_be_missing_in_some_frames() -> None:
    assert NO_GUN.holds(Post(visual=[{}, {"no_gun": 0}]))
    assert not NO_GUN.holds(Post(visual=[]))


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (EXPLICIT, "general_nsfw is not at least 0.9"),
        (BETWEEN, "not (no_gun is at least 0.3 and below 0.6)"),
        (VERIFIED, "the patron's 'verified' is not true"),
        (AGE, "not (the content's 'age' is at least 3 and below 7)"),
        (PatronState("suspended"), "the patron is not suspended"),
    ],
)
def test_the_opposite_has_words_of_its_own(leaf: Leaf, words: str) -> None:
    assert leaf.opposite() == words


@pytest.mark.parametrize(
    ("leaf", "written", "subject"),
    [
        (
            EXPLICIT,
            {"visual": {"general_nsfw": {"gte": 0.9}}},
            {"subject": "visual", "class": "general_nsfw", "operator": "gte", "value": 0.9},
        ),
        (
            VERIFIED,
            {"patron_metadata": {"verified": True}},
            {"subject": "patron_metadata", "key": "verified", "operator": "eq", "value": True},
        ),
        (
            AGE,
            {"content_metadata": {"age": {"gte": 3, "lt": 7}}},
            {
                "subject": "all",
                "conditions": [
                    {"subject": "content_metadata", "key": "age", "operator": "gte", "value": 3},
                    {"subject": "content_metadata", "key": "age", "operator": "lt", "value": 7},
                ],
            },
        ),
        (
            Metadata(CONTENT, "age", compared(eq=3, gt=2)),
            {"content_metadata": {"age": {"eq": 3, "gt": 2}}},
            {
                "subject": "all",
                "conditions": [
                    {"subject": "content_metadata", "key": "age", "operator": "eq", "value": 3},
                    {"subject": "content_metadata", "key": "age", "operator": "gt", "value": 2},
                ],
            },
        ),
        (
            PatronState("banned"),
            {"patron_state": "banned"},
            {"subject": "patron_state", "value": "banned"},
        ),
    ],
)
def test_a_leaf_has_both_written_forms(
    leaf: Leaf, written: dict[str, Any], subject: dict[str, Any]
) -> None:
    assert leaf.as_written() == written
    assert leaf.subject() == subject
