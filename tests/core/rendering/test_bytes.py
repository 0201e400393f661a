"""Every body there is, as bytes: compact JSON, the shortest digits, one order of keys."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.failure import failure_of
from emulator.core.media import of_url
from emulator.core.model import (
    ABSENT,
    Fault,
    Found,
    Match,
    Posting,
    Sampling,
    Submission,
    TextPrediction,
    Timeline,
    VideoPrediction,
    VisualPrediction,
)
from emulator.core.prediction.completion import complete
from emulator.core.rendering.dashboard import legacy, standard
from emulator.core.rendering.finished import Origin
from emulator.core.rendering.task import Renderer, acknowledgement, in_progress, resent, triggered
from emulator.core.rendering.values import number, to_bytes
from emulator.core.taxonomy.visual import DOCS
from tests.core.rendering.done import Done

ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "So"]), max_size=30)
METADATA = st.just(ABSENT) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e300, 1e300) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ANY_TEXT, inner, max_size=2),
    max_leaves=5,
)
LATER = datetime(2023, 3, 15, 22, 20, tzinfo=UTC)


@st.composite
def texts(draw: st.DrawFn) -> Done:
    """A finished task about a text, with matches in it."""
    text = draw(ANY_TEXT.filter(bool))
    start = draw(st.integers(0, len(text)))
    match = Match(text[start:], start, len(text), draw(ANY_TEXT))
    found = Found((match,), (match, match), (), (match,))
    severities = tuple(draw(st.lists(st.integers(-1, 3), min_size=5, max_size=5)))
    submission = Submission(text, callback_url=draw(ANY_TEXT), metadata=draw(METADATA))
    return Done(submission, TextPrediction(severities, draw(st.sampled_from(["EN", "FR"])), found))


@st.composite
def pictures(draw: st.DrawFn) -> Done:
    """A finished task about a picture, with scripted scores of any digits."""
    scripted = {"gun_in_hand": draw(st.floats(0, 1)), "yes_sex_toy": draw(st.floats(0, 1))}
    media = of_url("https://any.test/a.jpg")._replace(filename=draw(ANY_TEXT))
    submission = Submission(media=media, metadata=draw(METADATA))
    prediction = VisualPrediction(draw(st.integers(0, 9)), complete(DOCS, scripted))
    return Done(submission, prediction)


@st.composite
def videos(draw: st.DrawFn) -> Done:
    """A finished task about a video of a few frames, of any rate."""
    heads = complete(DOCS, {"no_gun": draw(st.floats(0, 1))})
    timeline = Timeline((0.0, draw(st.floats(0.1, 3))), (heads, heads), draw(st.booleans()))
    sampling = Sampling(draw(st.integers(1, 3)), draw(st.floats(0.1, 5)), draw(st.floats(5, 60)))
    submission = Submission(media=of_url("https://any.test/a.mp4"), metadata=draw(METADATA))
    return Done(submission, VideoPrediction(draw(st.integers(0, 9)), sampling, timeline))


TASKS = texts() | pictures() | videos()


def bodies(renderer: Renderer, task: Done) -> Iterator[bytes]:
    """All that is ever written of a task."""
    first = Origin("b9388470-a078-11ea-a390-db89c3c0393a", LATER)
    failure = failure_of(Fault("corrupt_file"))
    for one in (task, replace(task, origin=first), replace(task, lacking=failure)):
        answer = renderer.answer(one)
        posting = Posting("ann", "p1")
        yield answer
        yield renderer.callback(one)
        yield resent(renderer.callback(one), LATER)
        yield legacy(one, posting, [], "application", "content", answer)
        yield standard(one, posting, [])
    failed = replace(task, failure=failure)
    yield from (renderer.answer(failed), renderer.callback(failed))
    yield from (acknowledgement(task.id), in_progress(task.id), triggered(task.id))


FEWER = settings(max_examples=30)
"""Each example writes and reads twenty bodies of some kilobytes."""


@FEWER
@given(TASKS)
def test_every_body_is_what_the_plainest_writer_of_compact_json_makes_of_it(
    renderer: Renderer, task: Done
) -> None:
    for body in bodies(renderer, task):
        plain = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
        assert body == to_bytes(plain)


def order(value: Any, at: str = "") -> list[str]:
    """The paths of all keys, in the order in which they stand."""
    if isinstance(value, dict):
        inner = ([f"{at}.{name}", *order(one, f"{at}.{name}")] for name, one in value.items())
    elif isinstance(value, list):
        inner = (order(one, f"{at}[{number}]") for number, one in enumerate(value))
    else:
        return []
    return [path for paths in inner for path in paths]


@FEWER
@given(TASKS)
def test_what_is_in_several_bodies_stands_in_one_order_in_all_of_them(
    renderer: Renderer, task: Done
) -> None:
    plain = replace(task, submission=task.submission._replace(metadata=None))
    found = [order(json.loads(body)) for body in bodies(renderer, plain)]
    for one, other in pairwise(found):
        common = set(one) & set(other)
        assert [path for path in one if path in common] == [
            path for path in other if path in common
        ]


@given(texts() | pictures())
def test_a_response_is_the_same_bytes_in_every_body(renderer: Renderer, task: Done) -> None:
    answer = renderer.answer(task)
    response = answer.partition(b'"response":')[2].rpartition(b'],"from_cache"')[0]
    assert response in renderer.callback(task)
    assert response in legacy(task, Posting("a", "b"), [], "application", "content", answer)


@given(st.floats(0, 1, exclude_max=True) | st.floats(0, 1e6))
def test_no_fewer_digits_would_read_back_to_the_same_double(value: float) -> None:
    written = number(value)
    digits = sum(one.isdigit() for one in written.partition("e")[0].replace(".", "").lstrip("0"))
    assert float(written) == value
    for fewer in range(1, digits):
        if not value.is_integer():
            assert float(f"{value:.{fewer - 1}e}") != value


@given(pictures())
def test_scores_are_numbers_and_the_moment_of_a_picture_is_an_integer(
    renderer: Renderer, task: Done
) -> None:
    [frame] = json.loads(renderer.answer(task))["status"][0]["response"]["output"]
    assert all(isinstance(one["score"], (int, float)) for one in frame["classes"])
    assert frame["time"] == 0
    assert isinstance(frame["time"], int)


@given(texts())
def test_indices_and_severities_of_a_text_are_integers(renderer: Renderer, task: Done) -> None:
    response = json.loads(renderer.answer(task))["status"][0]["response"]
    numbers = [one["score"] for one in response["output"][0]["classes"]]
    numbers += [one["start_index"] for one in response["pii_entities"]]
    numbers += [one["end_index"] for one in response["urls"]]
    assert {type(one) for one in numbers} == {int}
