"""Scores nobody scripted: quiet or plausible, and a function of seed and content."""

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.prediction.invention import (
    BACKGROUNDS,
    Draw,
    invented_heads,
    invented_severities,
    quiet_head,
    quiet_heads,
)
from emulator.core.taxonomy.text import LIVE_2026_01, TEXT_SEVERITIES
from emulator.core.taxonomy.visual import DOCS, Head

CONTENTS = [f"https://any.test/{number}.jpg" for number in range(200)]


@pytest.mark.parametrize("drawn", [0.0, 0.5, 1 - 2**-53])
@pytest.mark.parametrize("head", DOCS.heads, ids=lambda head: head.name)
def test_a_quiet_head_shows_next_to_nothing_whatever_is_drawn(head: Head, drawn: float) -> None:
    scores = dict(zip(head.classes, quiet_head(head, lambda *_: drawn, "any"), strict=True))
    negative = scores.pop(head.negative)
    assert all(1e-6 <= score <= 1e-3 for score in scores.values())
    assert 0.99 < negative < 1
    assert abs(fsum((negative, *scores.values())) - 1) <= 1e-15


def test_no_two_backgrounds_are_alike(draw: Draw) -> None:
    backgrounds = {quiet_heads(DOCS, draw, number) for number in range(BACKGROUNDS)}
    assert len(backgrounds) == BACKGROUNDS
    assert quiet_heads(DOCS, draw, 5) in backgrounds


def test_a_background_has_every_head_in_its_order(draw: Draw) -> None:
    heads = quiet_heads(DOCS, draw, 0)
    assert [len(scores) for scores in heads] == [len(head.classes) for head in DOCS.heads]


@given(content=st.sampled_from(CONTENTS))
def test_an_invented_head_shows_one_class_and_sums_to_1(draw: Draw, content: str) -> None:
    for at, scores in invented_heads(DOCS, draw, content).items():
        head = DOCS.heads[at]
        named = dict(zip(head.classes, scores, strict=True))
        assert abs(fsum(scores) - 1) <= 1e-9
        assert all(0 < score < 1 for score in scores)
        loud = [name for name, score in named.items() if score >= 0.3 and name != head.negative]
        assert len(loud) == 1


def test_some_invented_pictures_show_something_and_each_class_comes_up(draw: Draw) -> None:
    seen = [invented_heads(DOCS, draw, content) for content in CONTENTS]
    assert {at for heads in seen for at in heads} == set(range(len(DOCS.heads)))
    guns = [heads[10] for heads in seen if 10 in heads]
    assert {scores.index(max(scores[:3])) for scores in guns} == {0, 1, 2}
    assert sum(map(len, seen)) < len(CONTENTS) * len(DOCS.heads) / 4


def test_invented_severities_are_among_those_that_a_class_may_have(draw: Draw) -> None:
    seen = [invented_severities(LIVE_2026_01, draw, content) for content in CONTENTS]
    for at, name in enumerate(LIVE_2026_01.classes):
        assert {severities[at] for severities in seen} == set(TEXT_SEVERITIES[name])


def test_what_is_invented_is_the_same_for_the_same_content_and_another_for_another(
    draw: Draw,
) -> None:
    one, other = CONTENTS[:2]
    assert invented_heads(DOCS, draw, one) == invented_heads(DOCS, draw, one)
    assert invented_heads(DOCS, draw, one) != invented_heads(DOCS, draw, other)
    severities = {invented_severities(LIVE_2026_01, draw, content) for content in CONTENTS}
    assert len(severities) > 20
