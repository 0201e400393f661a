"""Scores by class as rules see them: those that an answer prints, to the last digit."""

import json
from collections.abc import Mapping

import pytest

from emulator.core.model import VisualPrediction
from emulator.core.prediction.completion import complete
from emulator.core.prediction.invention import BACKGROUNDS, Draw, invented_heads
from emulator.core.prediction.scores import Scores
from emulator.core.rendering.visual import Pictures
from emulator.core.taxonomy.visual import DOCS, VISUAL_TAXONOMIES, Head, VisualTaxonomy

TAXONOMIES = (*VISUAL_TAXONOMIES.values(), DOCS.with_heads([Head("x", ("no_x", "yes_x"), "no_x")]))


@pytest.fixture(scope="module")
def scores(draw: Draw) -> Scores:
    return Scores(draw)


@pytest.fixture(scope="module")
def pictures(draw: Draw) -> Pictures:
    return Pictures(draw)


def printed(
    pictures: Pictures, taxonomy: VisualTaxonomy, prediction: VisualPrediction
) -> Mapping[str, float]:
    """What an answer says, class by class."""
    classes = json.loads(b"[%b]" % pictures.classes(taxonomy, prediction))
    return {one["class"]: one["score"] for one in classes}


@pytest.mark.parametrize("taxonomy", TAXONOMIES, ids=lambda taxonomy: len(taxonomy.heads))
def test_every_background_has_the_scores_that_are_printed(
    scores: Scores, pictures: Pictures, taxonomy: VisualTaxonomy
) -> None:
    for background in range(BACKGROUNDS):
        quiet = VisualPrediction(background)
        found = scores.of(quiet, taxonomy)
        assert found == printed(pictures, taxonomy, quiet)
        assert list(found) == list(taxonomy.classes)


@pytest.mark.parametrize("taxonomy", TAXONOMIES, ids=lambda taxonomy: len(taxonomy.heads))
def test_every_scripted_head_has_the_scores_that_are_printed(
    scores: Scores, pictures: Pictures, taxonomy: VisualTaxonomy
) -> None:
    for at, name in enumerate(taxonomy.classes):
        scripted = VisualPrediction(at % BACKGROUNDS, complete(taxonomy, {name: 0.97}))
        found = scores.of(scripted, taxonomy)
        assert found[name] == 0.97
        assert found == printed(pictures, taxonomy, scripted)


def test_many_heads_at_once_have_the_scores_that_are_printed(
    scores: Scores, pictures: Pictures, draw: Draw
) -> None:
    for number in range(50):
        heads = invented_heads(DOCS, draw, f"https://any.test/{number}.jpg")
        invented = VisualPrediction(number, heads)
        assert scores.of(invented, DOCS) == printed(pictures, DOCS, invented)


def test_a_scripted_picture_changes_no_background(scores: Scores) -> None:
    quiet = VisualPrediction(3)
    before = dict(scores.of(quiet, DOCS))
    scores.of(VisualPrediction(3, complete(DOCS, {"gun_in_hand": 1})), DOCS)
    assert scores.of(quiet, DOCS) == before
