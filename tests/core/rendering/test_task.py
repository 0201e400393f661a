"""The envelope of an answer and of a callback: keys, order and types as recorded."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.failure import failure_of
from emulator.core.media import of_url
from emulator.core.model import ABSENT, Fault, Submission, VisualPrediction
from emulator.core.rendering.finished import Origin
from emulator.core.rendering.task import Renderer, acknowledgement, resent
from tests.core.rendering.done import Done

TEXT = Done()
PICTURE = Done(Submission(media=of_url("https://any.test/a.jpg")), VisualPrediction(0))
BOTH = pytest.mark.parametrize("task", [TEXT, PICTURE], ids=["text", "picture"])

METADATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def answered(renderer: Renderer, task: Done) -> dict[str, Any]:
    answer = json.loads(renderer.answer(task))
    assert isinstance(answer, dict)
    return answer


def called_back(renderer: Renderer, task: Done) -> dict[str, Any]:
    answer = json.loads(renderer.callback(task))
    assert isinstance(answer, dict)
    return answer


def sent(task: Done, *, callback_url: str | None = None, metadata: object = ABSENT) -> Done:
    submission = task.submission._replace(callback_url=callback_url, metadata=metadata)
    return replace(task, submission=submission)


@BOTH
def test_an_answer_has_the_recorded_keys_in_the_recorded_order(
    renderer: Renderer, task: Done
) -> None:
    answer = answered(renderer, task)
    status = answer.pop("status")
    assert list(answer.items()) == [
        ("id", task.id),
        ("code", 200),
        ("project_id", 32267),
        ("user_id", 3121654),
        ("created_on", "2023-03-15T22:16:18.408Z"),
        ("from_cache", False),
    ]
    assert list(answered(renderer, task))[-2:] == ["status", "from_cache"]
    ((inner, response),) = (one.values() for one in status)
    assert list(status[0]) == ["status", "response"]
    assert list(inner.items()) == [("code", "0"), ("message", "SUCCESS")]
    assert next(iter(response)) == "input"


@BOTH
def test_a_callback_lacks_code_and_user_and_has_metadata_and_its_own_address(
    renderer: Renderer, task: Done
) -> None:
    body = called_back(renderer, sent(task, callback_url="http://127.0.0.1/hive?a=1"))
    status = body.pop("status")
    assert status == answered(renderer, task)["status"]
    assert list(body.items()) == [
        ("id", task.id),
        ("project_id", 32267),
        ("created_on", "2023-03-15T22:16:18.408Z"),
        ("callback", "http://127.0.0.1/hive?a=1"),
        ("metadata", None),
        ("from_cache", False),
    ]


def test_a_callback_without_an_address_says_null(renderer: Renderer) -> None:
    assert called_back(renderer, TEXT)["callback"] is None


@BOTH
def test_the_input_has_the_id_of_the_task_and_the_moment_it_was_submitted(
    renderer: Renderer, task: Done
) -> None:
    body = answered(renderer, task)
    told = body["status"][0]["response"]["input"]
    assert (told["id"], told["created_on"]) == (task.id, "2023-03-15T22:16:18.136Z")
    assert (told["project_id"], told["user_id"]) == (32267, 3121654)


@BOTH
def test_a_task_that_took_no_time_has_two_stamps_of_the_same_moment(
    renderer: Renderer, task: Done
) -> None:
    for ended in (task.submitted, task.submitted + timedelta(microseconds=0)):
        body = answered(renderer, replace(task, ended=ended))
        assert body["created_on"] == body["status"][0]["response"]["input"]["created_on"]


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(), timedelta(days=1)),
)
def test_the_top_stamp_is_when_the_task_ended_and_the_inner_when_it_was_submitted(
    renderer: Renderer, submitted: datetime, took: timedelta
) -> None:
    body = answered(renderer, Done(submitted=submitted, ended=submitted + took))
    inner = datetime.fromisoformat(body["status"][0]["response"]["input"]["created_on"])
    top = datetime.fromisoformat(body["created_on"])
    assert timedelta() <= submitted - inner < timedelta(milliseconds=1)
    assert timedelta() <= submitted + took - top < timedelta(milliseconds=1)


@pytest.mark.parametrize("render", [answered, called_back], ids=["answer", "callback"])
@given(metadata=METADATA)
def test_metadata_comes_back_as_it_was_given(
    renderer: Renderer, render: Callable[[Renderer, Done], dict[str, Any]], metadata: object
) -> None:
    body = render(renderer, sent(TEXT, metadata=metadata))
    assert json.dumps(body["metadata"]) == json.dumps(metadata)


@BOTH
def test_metadata_that_was_not_sent_is_not_in_the_answer(renderer: Renderer, task: Done) -> None:
    assert "metadata" not in answered(renderer, task)
    assert answered(renderer, sent(task, metadata=None))["metadata"] is None


@given(st.text(st.characters() | st.characters(categories=["Cs", "Cc"])))
def test_no_text_in_metadata_or_callback_address_breaks_the_json(
    renderer: Renderer, text: str
) -> None:
    body = called_back(renderer, sent(TEXT, callback_url=text, metadata=text))
    assert body["callback"] == body["metadata"]
    assert body["metadata"].encode("utf-16", "surrogatepass") == text.encode(
        "utf-16", "surrogatepass"
    )


def test_bodies_are_one_line_of_compact_json(renderer: Renderer) -> None:
    for body in (renderer.answer(PICTURE), renderer.callback(sent(TEXT, metadata={"a": [1, 2]}))):
        assert body.decode() == json.dumps(json.loads(body), separators=(",", ":"))


def test_the_same_task_is_written_in_the_same_bytes(renderer: Renderer) -> None:
    assert renderer.answer(PICTURE) == renderer.answer(PICTURE)
    assert renderer.callback(TEXT) == renderer.callback(TEXT)


def test_an_acknowledgement_names_the_task_under_either_name() -> None:
    assert acknowledgement(TEXT.id) == f'{{"task_id":"{TEXT.id}","id":"{TEXT.id}"}}'.encode()


# Bodies that are not as ever: resent, from a cache, failed in part, a part of a video

MOMENT = datetime(2020, 5, 28, 0, 19, 40, 769_000, tzinfo=UTC)
FAILED = failure_of(Fault("corrupt_file"))
PARTLY = failure_of(Fault("partial_failure"))
FIRST = Origin("b9388470-a078-11ea-a390-db89c3c0393a", MOMENT)


@BOTH
def test_a_callback_that_was_triggered_anew_says_so_before_from_cache(
    renderer: Renderer, task: Done
) -> None:
    before = renderer.callback(task)
    body = json.loads(resent(before, MOMENT))
    assert list(body)[-4:] == ["status", "resent_on", "resent_by", "from_cache"]
    assert (body.pop("resent_on"), body.pop("resent_by")) == ("2020-05-28T00:19:40.769Z", "manual")
    assert body == json.loads(before)


def test_a_failed_task_that_is_called_back_anew_says_so_at_the_same_place(
    renderer: Renderer,
) -> None:
    body = json.loads(resent(renderer.callback(replace(TEXT, failure=FAILED)), MOMENT))
    assert list(body)[-5:] == ["status", "resent_on", "resent_by", "from_cache", "error_code"]


def test_the_dashboards_own_answer_says_so_at_its_end() -> None:
    body = json.loads(resent(b'{"patron_id":"\\"from_cache\\":","triggered_rules":[]}', MOMENT))
    assert list(body) == ["patron_id", "triggered_rules", "resent_on", "resent_by"]


@given(METADATA)
def test_whatever_metadata_hold_a_body_says_at_its_end_that_it_was_resent(
    renderer: Renderer, metadata: object
) -> None:
    nested = {"from_cache": metadata}
    body = json.loads(resent(renderer.callback(sent(TEXT, metadata=nested)), MOMENT))
    assert list(body)[-3:] == ["resent_on", "resent_by", "from_cache"]
    assert json.dumps(body["metadata"]) == json.dumps(nested)


@BOTH
@pytest.mark.parametrize("render", [answered, called_back], ids=["answer", "callback"])
def test_a_result_from_a_cache_has_id_and_moment_of_the_first_task_in_its_input(
    renderer: Renderer, render: Callable[[Renderer, Done], dict[str, Any]], task: Done
) -> None:
    usual, body = render(renderer, task), render(renderer, replace(task, origin=FIRST))
    inner = body["status"][0]["response"]["input"]
    assert (inner["id"], inner["created_on"]) == (FIRST.id, "2020-05-28T00:19:40.769Z")
    assert body["from_cache"] is True
    for one in (usual, body):
        inner = one["status"][0]["response"]["input"]
        inner["id"] = inner["created_on"] = one["from_cache"] = "another"
    assert list(body.items()) == list(usual.items())


@BOTH
@pytest.mark.parametrize("render", [answered, called_back], ids=["answer", "callback"])
def test_a_task_that_failed_in_part_has_its_result_and_the_failure_behind_it(
    renderer: Renderer, render: Callable[[Renderer, Done], dict[str, Any]], task: Done
) -> None:
    usual = render(renderer, task)
    body = render(renderer, replace(task, lacking=PARTLY))
    well, badly = body["status"]
    assert [well] == usual["status"]
    assert badly == {"status": {"code": "3000", "message": "CLASSIFIER_ERROR"}}
    assert list(body) == [*usual, "error_code"]
    assert (body["error_code"], body["from_cache"]) == (3000, False)


def test_of_a_picture_and_of_a_text_a_summary_shows_everything(renderer: Renderer) -> None:
    for task in (PICTURE, TEXT):
        assert renderer.callback(task, slice(1, 2)) == renderer.callback(task)
