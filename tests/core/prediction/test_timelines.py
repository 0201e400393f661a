"""Timelines: what a video shows at each moment."""

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.model import Keyframe, VideoScript
from emulator.core.prediction.timelines import QUIET, always, completed, heads_at
from emulator.core.taxonomy.visual import DOCS

KNIFE, PILLS = DOCS.places["knife_in_hand"], DOCS.places["yes_pills"]
SEEN = (
    Keyframe(2, {}),
    Keyframe(12, {"knife_in_hand": 0.9}),
    Keyframe(15, {"knife_in_hand": 0.1, "yes_pills": 0.5}),
)


def score(moment: float, name: str, *, linear: bool = False) -> float | None:
    """The score of a class at a moment; None where only the background tells."""
    heads = heads_at(completed(VideoScript(SEEN, linear), DOCS), moment)
    at = DOCS.places[name]
    return heads[at][DOCS.heads[at].classes.index(name)] if at in heads else None


@pytest.mark.parametrize(
    ("moment", "knife", "pills"),
    [
        (0, None, None),
        (2, None, None),
        (11.999, None, None),
        (12, 0.9, None),
        (14.999, 0.9, None),
        (15, 0.1, 0.5),
        (9999, 0.1, 0.5),
    ],
)
def test_each_frame_holds_until_the_next_and_the_last_for_ever(
    moment: float, knife: float | None, pills: float | None
) -> None:
    assert (score(moment, "knife_in_hand"), score(moment, "yes_pills")) == (knife, pills)


@pytest.mark.parametrize(
    ("moment", "knife", "pills"),
    [
        (0, None, None),
        (2, 0, None),
        (7, 0.45, None),
        (12, 0.9, 0),
        (13.5, 0.5, 0.25),
        (15, 0.1, 0.5),
        (9999, 0.1, 0.5),
    ],
)
def test_between_frames_scores_go_in_a_line(
    moment: float, knife: float | None, pills: float | None
) -> None:
    assert score(moment, "knife_in_hand", linear=True) == (
        None if knife is None else pytest.approx(knife)
    )
    assert score(moment, "yes_pills", linear=True) == (
        None if pills is None else pytest.approx(pills)
    )


SCORES = st.dictionaries(
    st.sampled_from(["knife_in_hand", "yes_pills", "no_gun", "general_nsfw"]), st.floats(0, 1)
)


@given(st.lists(SCORES, min_size=1, max_size=5), st.booleans(), st.floats(0, 10))
def test_every_head_sums_to_1_at_every_moment(
    frames: list[dict[str, float]], linear: bool, moment: float
) -> None:
    script = VideoScript(tuple(Keyframe(2 * at, one) for at, one in enumerate(frames)), linear)
    for scores in heads_at(completed(script, DOCS), moment).values():
        assert abs(fsum(scores) - 1) < 1e-9
        assert all(0 <= one <= 1 for one in scores)


def test_where_nothing_is_seen_there_is_nothing_to_look_up() -> None:
    assert completed(VideoScript((Keyframe(0, {}), Keyframe(5, {}))), DOCS) is QUIET
    assert always({}) is QUIET
    assert heads_at(QUIET, 7) == {}


def test_what_is_always_seen_is_seen_from_the_first_frame_on() -> None:
    heads = {KNIFE: (1.0,)}
    assert heads_at(always(heads), 0) is heads
    assert heads_at(always(heads), 1e6) is heads


def test_a_class_that_the_taxonomy_does_not_have_is_left_out() -> None:
    assert completed(VideoScript((Keyframe(0, {"furry-yes": 1}),)), DOCS).heads == ({},)
