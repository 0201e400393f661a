"""Filling in a head: what was scripted stays, and the remainder goes where it belongs."""

from collections.abc import Mapping
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.prediction.completion import complete, complete_head
from emulator.core.taxonomy.visual import DOCS, RECORDED_2023_03, Head

GUN = next(head for head in DOCS.heads if head.name == "gun")
IMAGE_TYPE = next(head for head in DOCS.heads if head.name == "image_type")


@st.composite
def partial_scripts(draw: st.DrawFn, head: Head) -> dict[str, float]:
    names = draw(st.lists(st.sampled_from(head.classes), unique=True))
    weights = [draw(st.floats(0, 1)) for _ in names]
    room = 1 if len(names) == len(head.classes) else draw(st.floats(0, 1))
    total = fsum(weights)
    if not total:
        return {name: room / len(names) for name in names}
    return {name: weight / total * room for name, weight in zip(names, weights, strict=True)}


HEADS_AND_SCRIPTS = st.sampled_from(DOCS.heads).flatmap(
    lambda head: st.tuples(st.just(head), partial_scripts(head))
)


@given(HEADS_AND_SCRIPTS)
def test_a_head_sums_to_1_and_keeps_what_was_scripted(
    scripted: tuple[Head, Mapping[str, float]],
) -> None:
    head, scores = scripted
    completed = dict(zip(head.classes, complete_head(head, scores), strict=True))
    assert abs(fsum(completed.values()) - 1) <= 1e-9
    assert completed.items() >= scores.items()
    assert all(0 <= score <= 1 for score in completed.values())


@given(HEADS_AND_SCRIPTS)
def test_one_class_at_most_takes_the_remainder_and_the_others_get_nothing(
    scripted: tuple[Head, Mapping[str, float]],
) -> None:
    head, scores = scripted
    others = [name for name in head.classes if name not in scores]
    takes_it = head.negative if head.negative in others else next(iter(others), None)
    completed = dict(zip(head.classes, complete_head(head, scores), strict=True))
    assert all(completed[name] == 0 for name in others if name != takes_it)


@pytest.mark.parametrize(
    ("head", "scripted", "completed"),
    [
        (GUN, {"gun_in_hand": 0.75}, (0, 0.75, 0, 0.25)),
        (GUN, {"no_gun": 0.25}, (0.75, 0, 0, 0.25)),
        (GUN, {"no_gun": 0.25, "animated_gun": 0.25}, (0.25, 0.5, 0, 0.25)),
        (GUN, {"gun_in_hand": 1}, (0, 1, 0, 0)),
        (GUN, {"no_gun": 1}, (0, 0, 0, 1)),
        (GUN, {"gun_in_hand": 0}, (0, 0, 0, 1)),
        (GUN, {}, (0, 0, 0, 1)),
        (IMAGE_TYPE, {"animated": 0.25}, (0.25, 0, 0.75)),
        (IMAGE_TYPE, {"natural": 0.25}, (0.75, 0, 0.25)),
    ],
    ids=str,
)
def test_the_remainder_of_a_head_goes_to_its_negative_class_or_else_to_its_first_positive(
    head: Head, scripted: Mapping[str, float], completed: tuple[float, ...]
) -> None:
    assert complete_head(head, scripted) == completed


def test_scores_whose_sum_is_over_1_by_less_than_a_billionth_are_kept_as_they_are() -> None:
    scripted = {"gun_in_hand": 0.9, "animated_gun": 0.1 + 5e-10}
    assert complete_head(GUN, scripted) == (0.1 + 5e-10, 0.9, 0, 0)


@pytest.mark.parametrize(
    ("scripted", "words"),
    [
        ({"gun_in_hand": 0.9, "no_gun": 0.2}, "'gun' (gun_in_hand, no_gun) sum to 1.1: at most 1"),
        (dict.fromkeys(GUN.classes, 0.2), "every class of the head 'gun' is scripted"),
        (dict.fromkeys(GUN.classes, 0.25 + 1e-8), "at most 1"),
        (dict.fromkeys(GUN.classes, 0.25 - 1e-8), "they must sum to 1"),
    ],
    ids=["two over 1", "all under 1", "all barely over 1", "all barely under 1"],
)
def test_scores_that_cannot_be_a_head_are_refused_and_the_head_is_named(
    scripted: Mapping[str, float], words: str
) -> None:
    with pytest.raises(ValueError, match="head 'gun'") as refused:
        complete_head(GUN, scripted)
    assert words in str(refused.value)


def test_each_scripted_head_is_completed_and_no_other() -> None:
    heads = complete(DOCS, {"gun_in_hand": 0.75, "no_gun": 0.25, "yes_nazi": 0.5})
    named = {DOCS.heads[at].name: scores for at, scores in heads.items()}
    assert named == {"gun": (0, 0.75, 0, 0.25), "nazi": (0.5, 0.5)}


def test_classes_that_a_projects_taxonomy_does_not_have_are_left_out() -> None:
    assert complete(RECORDED_2023_03, {"yes_bra": 0.9, "not_a_class": 5}) == {}
    assert complete(DOCS, {}) == {}


def test_one_impossible_head_makes_the_script_impossible() -> None:
    with pytest.raises(ValueError, match="'nazi'"):
        complete(DOCS, {"gun_in_hand": 0.75, "no_nazi": 0.6, "yes_nazi": 0.6})
