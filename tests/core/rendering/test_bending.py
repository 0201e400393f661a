"""Each bend is what its name says, whatever the body is about, and all else stays as it was."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.failure import failure_of
from emulator.core.faults import TROUBLES, Sort, setting
from emulator.core.media import of_url
from emulator.core.model import Fault, Prediction, Submission, TextPrediction, VisualPrediction
from emulator.core.rendering.bending import JSON, Body, another_id, bend, why_unchanged
from emulator.core.rendering.task import Renderer, acknowledgement, in_progress
from emulator.core.rendering.values import encode, to_bytes
from tests.core.rendering.done import Done

METADATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FAILED = failure_of(Fault("corrupt_file"))
PREDICTIONS: list[Prediction] = [
    TextPrediction((0, 1, 2, 3, 0), "EN"),
    VisualPrediction(0, {3: (0.25, 0.75)}),
]


@st.composite
def tasks(draw: st.DrawFn) -> Done:
    """A finished task about a text or a picture."""
    prediction = draw(st.sampled_from(PREDICTIONS))
    sent = Submission(
        callback_url=draw(st.sampled_from([None, "http://app:9000/hook?a=b"])),
        metadata=draw(METADATA),
    )
    if isinstance(prediction, TextPrediction):
        submission = sent._replace(text=draw(st.text(st.characters(exclude_categories=[]))))
    else:
        submission = sent._replace(media=of_url("https://any.test/a.jpg"))
    return Done(submission, prediction)


class Bodies:
    """All bodies that a trouble may be in."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def results(self, task: Done) -> Iterator[bytes]:
        yield self._renderer.answer(task)
        yield self._renderer.callback(task)

    def every(self, task: Done) -> Iterator[bytes]:
        yield from self.results(task)
        yield from self.results(replace(task, failure=FAILED))
        yield acknowledgement(task.id)
        yield in_progress(task.id)


@pytest.fixture(scope="session")
def bodies(renderer: Renderer) -> Bodies:
    return Bodies(renderer)


def read(body: Body) -> dict[str, Any]:
    """What a client reads that trusts the body and its declaration."""
    assert (body.content_type, body.cut) == (JSON, None)
    assert body.sent == body.content
    whole = json.loads(body.sent)
    assert isinstance(whole, dict)
    return whole


def written(value: object) -> bytes:
    return to_bytes(encode(value))


def lists_of_classes(whole: Any) -> list[Any]:
    """Where a client finds classes: in each output of the response."""
    outputs = whole["status"][0]["response"]["output"]
    return [output["classes"] for output in outputs]


def test_every_trouble_of_bodies_has_a_bend_and_no_other_trouble_has_one(bodies: Bodies) -> None:
    content = next(bodies.results(Done()))
    for name, trouble in TROUBLES.items():
        if trouble.sort is Sort.BODY:
            assert bend(Fault(name), content) != Body(content)
        else:
            with pytest.raises(KeyError):
                bend(Fault(name), content)


def test_a_body_that_nobody_bends_is_json_and_leaves_whole() -> None:
    assert read(Body(b"{}")) == {}


@given(tasks())
def test_a_truncated_body_promises_all_of_itself_and_sends_the_first_half(
    bodies: Bodies, task: Done
) -> None:
    for content in bodies.every(task):
        body = bend(Fault("truncated"), content)
        assert (body.content, body.content_type) == (content, JSON)
        assert content.startswith(body.sent)
        assert len(body.sent) == len(content) // 2
        with pytest.raises(ValueError, match=r".*"):
            json.loads(body.sent)


@given(tasks())
def test_a_malformed_body_is_no_json_although_it_begins_like_it(bodies: Bodies, task: Done) -> None:
    for content in bodies.every(task):
        body = bend(Fault("malformed_json"), content)
        assert (body.content_type, body.cut) == (JSON, None)
        assert body.sent[:-1] == content[:-1]
        with pytest.raises(ValueError, match=r".*"):
            json.loads(body.sent)


@given(tasks())
def test_a_body_of_the_wrong_type_is_the_same_body(bodies: Bodies, task: Done) -> None:
    for content in bodies.every(task):
        body = bend(Fault("wrong_content_type"), content)
        assert body == Body(content, "text/html; charset=utf-8")


@given(tasks(), st.sampled_from(["yes_unheard_of", "brand_new"]))
def test_an_unknown_class_comes_last_in_every_list_of_classes(
    bodies: Bodies, task: Done, name: str
) -> None:
    fault = Fault("unknown_class", {} if name == "yes_unheard_of" else {"class": name})
    most: float = 3 if isinstance(task.prediction, TextPrediction) else 0.99
    for content in bodies.results(task):
        bent = read(bend(fault, content))
        added = [classes.pop() for classes in lists_of_classes(bent)]
        assert added == [{"class": name, "score": most}] * len(added)
        assert added
        assert written(bent) == content


@pytest.mark.parametrize(
    "classes",
    [[], ["a"], [1], [{"class": "mine"}], {"a": 1}, [{"class": "b", "score": 1}]],
    ids=str,
)
def test_what_a_client_calls_classes_itself_comes_back_as_it_was_sent(
    bodies: Bodies, classes: object
) -> None:
    metadata = {"classes": classes}
    task = Done(Submission("hello", metadata=metadata))
    for content in bodies.results(task):
        assert read(bend(Fault("unknown_class"), content))["metadata"] == metadata


@given(tasks())
def test_the_field_that_is_missing_is_the_one_a_client_needs_most(
    bodies: Bodies, task: Done
) -> None:
    for content in bodies.every(task):
        whole = json.loads(content)
        missing = next(one for one in ("status", "task_id", "message") if one in whole)
        bent = read(bend(Fault("missing_field"), content))
        assert missing not in bent
        del whole[missing]
        assert written(bent) == written(whole)


PATHS = [
    "id",
    "metadata",
    "status.0",
    "status.0.status",
    "status.0.response",
    "status.0.response.output",
    "status.0.response.input.id",
    "status.0.response.output.0.classes",
    "status.0.response.output.0.classes.1",
    "status.0.response.output.0.classes.1.score",
]


def delete(whole: Any, path: str) -> None:
    """Take away what is at the end of a path."""
    *way, last = (int(name) if name.isdecimal() else name for name in path.split("."))
    for name in way:
        whole = whole[name]
    del whole[last]


@given(tasks(), st.sampled_from(PATHS))
def test_the_missing_field_may_be_named_by_its_path(bodies: Bodies, task: Done, path: str) -> None:
    for content in bodies.results(task):
        bent = read(bend(Fault("missing_field", {"field": path}), content))
        whole = json.loads(content)
        delete(whole, path)
        assert written(bent) == written(whole)


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "status.9",
        "status.9.response",
        "status.x",
        "status.-1",
        "id.0",
        "status.0.response.nothing",
        "a.b.c",
        ".",
    ],
)
def test_a_field_that_is_not_there_cannot_be_missed(bodies: Bodies, path: str) -> None:
    fault = Fault("missing_field", {"field": path})
    for content in bodies.every(Done()):
        assert bend(fault, content) == Body(content)


@given(tasks(), st.integers(0, 3000))
def test_an_oversized_body_has_one_huge_field_more(bodies: Bodies, task: Done, size: int) -> None:
    for content in bodies.every(task):
        bent = read(bend(Fault("oversized", {"size": size}), content))
        assert len(bent.pop("padding")) == size
        assert written(bent) == content


def test_an_oversized_body_is_larger_than_5_mib_unless_told_otherwise(bodies: Bodies) -> None:
    fault = Fault("oversized")
    for content in bodies.every(Done()):
        assert len(bend(fault, content).sent) > setting(fault, "size") == 5 * 1024**2


@given(tasks(), st.uuids(version=1))
def test_the_other_task_is_one_that_nobody_submitted_and_all_else_is_this_ones(
    bodies: Bodies, task: Done, task_id: UUID
) -> None:
    task = replace(task, id=str(task_id))
    for content in bodies.results(task):
        body = bend(Fault("other_task_id"), content)
        other = read(body)["id"]
        assert other != task.id
        assert json.loads(body.sent)["status"][0]["response"]["input"]["id"] == other
        assert body.sent.replace(other.encode(), task.id.encode()) == content


@given(st.uuids(version=1))
def test_another_id_is_a_uuid_of_version_1_of_the_same_moment_and_node(task_id: UUID) -> None:
    other = UUID(another_id(str(task_id).encode()).decode())
    assert (other.version, other.variant) == (1, task_id.variant)
    assert (other.time, other.node) == (task_id.time, task_id.node)
    assert other != task_id


# What finds nothing to change

ANYWHERE = st.lists(st.sampled_from(["status", "0", "1", "response", "output", "nope"]), min_size=1)


@given(tasks(), ANYWHERE.map(".".join))
def test_a_trouble_says_why_where_it_leaves_a_body_as_it_was_and_nowhere_else(
    bodies: Bodies, task: Done, path: str
) -> None:
    faults = [Fault("missing_field", {"field": path}), *map(Fault, TROUBLES)]
    for content in (*bodies.every(task), b'{"action":"ban_patron","by":"moderator"}', b"{}"):
        for fault in faults:
            if TROUBLES[fault.name].sort is Sort.BODY:
                unchanged = bend(fault, content) == Body(content)
                assert (why_unchanged(fault, content) is not None) == unchanged, fault


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("missing_field", {"field": "status.7"}), "the body has no 'status.7'"),
        (Fault("missing_field"), "the body has none of status, task_id, message"),
        (Fault("unknown_class"), "the body has no list of classes"),
        (Fault("other_task_id"), "the body names no task"),
    ],
)
def test_why_nothing_was_changed_is_said_in_words(fault: Fault, why: str) -> None:
    assert why_unchanged(fault, b'{"by":"moderator"}') == why
