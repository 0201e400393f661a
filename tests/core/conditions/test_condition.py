"""What all conditions have in common, and counts: decisions, words, explanations, other forms."""

import json
from datetime import timedelta

import pytest
from hypothesis import given

from emulator.core.conditions.composites import AllOf, AnyOf, Not
from emulator.core.conditions.condition import Condition, Count, Explanation, either
from emulator.core.conditions.others import PatronState
from tests.core.conditions.made import ANY_POST, CONDITIONS, THIS, Post, a_picture, a_text, hateful

DAY = timedelta(days=1)
HATE = Count(hateful(), DAY, 3)
BAD, GOOD = a_text(hate=3), a_text(hate=0)


def after(*earlier: tuple[float, str, Post], this: Post = BAD) -> Post:
    """Facts of a post after others, with their ages in hours."""
    posts = tuple((timedelta(hours=hours), post, facts) for hours, post, facts in earlier)
    return Post(text=this.text, severities=this.severities, earlier=posts)


@given(CONDITIONS, ANY_POST)
def test_an_explanation_comes_to_the_same_as_the_decision(
    condition: Condition, facts: Post
) -> None:
    explanation = condition.explain(facts)
    assert explanation.holds is condition.holds(facts)
    assert Not(condition).explain(facts).holds is not explanation.holds


@given(CONDITIONS, ANY_POST)
def test_everything_is_said_in_one_line_a_part(condition: Condition, facts: Post) -> None:
    assert "\n" not in str(condition)
    assert "\n" not in condition.opposite()
    for line in condition.explain(facts).lines():
        assert line.lstrip().startswith(("yes: ", "no: "))
        assert "\n" not in line


@given(CONDITIONS)
def test_a_condition_and_its_opposite_have_different_words(condition: Condition) -> None:
    assert str(Not(condition)) == condition.opposite() != str(condition)
    assert str(Not(Not(condition))) == str(condition)
    assert Not(Not(condition)).phrase() == condition.phrase()


@given(CONDITIONS)
def test_both_written_forms_are_json(condition: Condition) -> None:
    for written in (condition.as_written(), condition.subject()):
        assert json.loads(json.dumps(written)) == written
    assert isinstance(condition.subject()["subject"], str)


def test_an_explanation_is_lines_and_json() -> None:
    whole = Explanation(False, "a", (Explanation(True, "b", (Explanation(False, "c"),)),))
    assert str(whole) == "no: a\n  yes: b\n    no: c"
    assert whole.as_json() == {
        "holds": False,
        "says": "a",
        "parts": [
            {"holds": True, "says": "b", "parts": [{"holds": False, "says": "c"}]},
        ],
    }


# Counts.


def test_a_count_holds_from_so_many_distinct_posts_on_this_one_included() -> None:
    assert not HATE.holds(after((1, "p", BAD)))
    assert HATE.holds(after((1, "p", BAD), (2, "q", BAD)))
    assert not HATE.holds(after((1, "p", BAD), (2, "p", BAD)))
    assert not HATE.holds(after((1, "p", BAD), (2, THIS, BAD)))
    assert not HATE.holds(after((1, "p", BAD), (2, "q", GOOD)))
    assert not HATE.holds(after((1, "p", BAD), (24, "q", BAD)))
    assert HATE.holds(after((1, "p", BAD), (2, "q", BAD), (3, "r", BAD), this=GOOD))


def test_a_count_tells_how_many_there_are_and_whether_this_is_one() -> None:
    told = HATE.explain(after((1, "p", BAD), this=GOOD))
    assert str(told).splitlines() == [
        "no: there are 3 or more posts within 24h in which hate is at least 2: 1 so far",
        "  no: hate is at least 2: it is 0",
    ]


@pytest.mark.parametrize(
    ("count", "words", "opposite"),
    [
        (
            HATE,
            "there are 3 or more posts within 24h in which hate is at least 2",
            "there are fewer than 3 posts within 24h in which hate is at least 2",
        ),
        (
            Count(PatronState("banned"), timedelta(hours=36), 1),
            "there is a post within 36h in which the patron is banned",
            "there is no post within 36h in which the patron is banned",
        ),
        (
            Count(AnyOf((hateful(), hateful(lt=1))), timedelta(days=7), 2),
            "there are 2 or more posts within 7d in which hate is at least 2 or hate is below 1",
            "there are fewer than 2 posts within 7d in which hate is at least 2 or hate is below 1",
        ),
    ],
)
def test_a_count_says_itself(count: Count, words: str, opposite: str) -> None:
    assert (str(count), count.opposite()) == (words, opposite)


def test_a_count_within_a_sentence_has_an_end() -> None:
    both = AllOf((HATE, PatronState("banned")))
    assert str(both) == (
        "(there are 3 or more posts within 24h in which hate is at least 2) and the patron is "
        "banned"
    )
    assert AllOf((Not(HATE), PatronState("banned"))).phrase() == (
        "((there are fewer than 3 posts within 24h in which hate is at least 2) and the patron is "
        "banned)"
    )


def test_a_count_has_both_written_forms() -> None:
    assert HATE.as_written() == {
        "count": {"of": {"text": {"hate": {"gte": 2}}}, "within": "1d", "at_least": 3}
    }
    assert HATE.subject() == {
        "subject": "count",
        "within": "1d",
        "at_least": 3,
        "conditions": [{"subject": "text", "class": "hate", "operator": "gte", "value": 2}],
    }


def test_equal_counts_are_one_key() -> None:
    assert {HATE: 1}[Count(hateful(), DAY, 3)] == 1
    assert Count(hateful(), DAY, 2) != HATE


def test_words_are_listed_with_an_or_and_cut_short() -> None:
    assert either(["a"]) == "'a'"
    assert either(["a", "b", "c"]) == "'a', 'b' or 'c'"
    assert either([*"abcdefgh"]) == "'a', 'b', 'c', 'd', 'e', 'f' or one of 2 more"


def test_what_a_condition_cannot_be_asked_about_does_not_satisfy_it() -> None:
    assert not hateful(gte=0).holds(a_picture())
    assert Not(hateful(gte=0)).holds(a_picture())
