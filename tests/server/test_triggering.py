"""Triggering the callback of a finished task: a client asks for it, and it comes once more."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.lives import ASYNC, SUMMARY, TRIGGER, World, calling
from tests.support.receiver import Receiver

V1 = "/api/v1/task/callback"
VISUAL = {"authorization": "Token visual-key"}


@pytest.fixture
def world(server_url: str, request: pytest.FixtureRequest, receiver: Receiver) -> Iterator[World]:
    with calling(server_url, request) as client:
        yield World(client, receiver)


def trigger(world: World, path: str = TRIGGER, **sent: Any) -> httpx.Response:
    return world.client.post(path, headers=VISUAL, **sent)


def refused(answer: httpx.Response, status: int, words: str) -> None:
    assert (answer.status_code, answer.json()["return_code"]) == (status, status)
    assert words in answer.json()["message"]


@pytest.mark.parametrize("path", [TRIGGER, V1, f"/task-api{TRIGGER}", f"/task-api{V1}"])
@pytest.mark.parametrize("form", ["params", "data", "json", "files"])
def test_the_callback_comes_once_more_and_says_that_it_was_resent(
    world: World, form: str, path: str
) -> None:
    task_id = world.submit()
    world.run_until_idle()
    first = world.receiver.next()
    world.advance("1m")
    named = {"task_id": (None, task_id) if form == "files" else task_id}
    answer = trigger(world, path, **{form: named})
    assert answer.status_code == 200
    assert answer.json() == {"task_id": task_id, "message": "The callback is being sent."}
    world.run_until_idle()
    second = world.receiver.next()
    body = second.json()
    assert (second.target, second.header("content-type")) == (
        first.target,
        first.header("content-type"),
    )
    assert (body.pop("resent_on"), body.pop("resent_by")) == ("2026-01-01T00:01:00.000Z", "manual")
    assert json.dumps(body) == json.dumps(first.json())
    [callback] = world.callbacks()
    assert [one["status"] for one in callback["attempts"]] == [200, 200]
    shown = world.ask("GET", f"callbacks/{callback['id']}")["attempts"]
    assert [one["request"]["body"].encode() for one in shown] == [first.body, second.body]


def test_it_has_the_whole_schedule_before_it_again_and_the_moment_stays(world: World) -> None:
    task_id = world.call_back_one()
    world.receiver.answers = [503, 503]
    assert trigger(world, data={"task_id": task_id}).status_code == 200
    assert world.run_until_idle()["now"] == "2026-01-01T00:00:06.000Z"
    bodies = [world.receiver.next().json() for _ in range(3)]
    assert {one["resent_on"] for one in bodies} == {"2026-01-01T00:00:00.000Z"}
    assert world.callback()["state"] == "delivered"


def test_what_the_control_api_resends_is_as_it_first_was(world: World) -> None:
    task_id = world.submit()
    world.run_until_idle()
    first = world.receiver.next()
    trigger(world, data={"task_id": task_id})
    world.run_until_idle()
    assert "resent_on" in world.receiver.next().json()
    world.ask("POST", f"callbacks/{world.callback()['id']}/resend")
    world.run_until_idle()
    assert world.receiver.next().body == first.body


def test_the_body_counts_where_the_address_names_another_task(world: World) -> None:
    first, second = world.call_back_one(), world.call_back_one()
    answer = trigger(world, params={"task_id": first}, json={"task_id": second})
    assert answer.json()["task_id"] == second


def test_a_task_that_failed_is_called_back_anew_as_one_that_failed(world: World) -> None:
    world.play({"on": "submit", "fault": "corrupt_file"})
    task_id = world.call_back_one()
    trigger(world, data={"task_id": task_id})
    world.run_until_idle()
    body = world.receiver.next().json()
    assert (body["resent_by"], body["error_code"]) == ("manual", 3300)


def test_one_that_waits_to_be_tried_again_is_sent_at_once(world: World) -> None:
    world.receiver.answers = [503]
    task_id = world.submit()
    world.advance("0s")
    assert world.callback()["state"] == "scheduled"
    assert trigger(world, data={"task_id": task_id}).status_code == 200
    world.advance("0s")
    assert world.callback()["state"] == "delivered"
    first, second = (world.receiver.next().json() for _ in range(2))
    assert ("resent_on" in first, "resent_on" in second) == (False, True)


def test_one_that_is_on_its_way_is_refused(world: World) -> None:
    world.receiver.holds = True
    task_id = world.submit()
    world.client.post("/_emulator/clock/advance", json={"by": 0, "timeout": 0})
    world.ask("POST", "wait", {"callbacks": {"state": "in_flight"}})
    refused(trigger(world, data={"task_id": task_id}), 400, "on its way at this moment")
    world.receiver.release.set()
    world.run_until_idle()
    assert len(world.receiver.all) == 1


def test_an_unfinished_task_is_refused(world: World) -> None:
    world.ask("POST", "fixtures", {"name": "slowly", "when": {"url": "*"}, "latency": "1h"})
    task_id = world.submit()
    refused(trigger(world, data={"task_id": task_id}), 400, "still in progress")


def test_a_task_without_a_callback_is_refused(world: World) -> None:
    refused(trigger(world, data={"task_id": world.finish_one()}), 400, "has no callback")
    synchronous = world.call("submit_sync", callback_url=world.receiver.url).json()["id"]
    refused(trigger(world, data={"task_id": synchronous}), 400, "has no callback")


def test_a_task_of_nobody_or_of_another_project_is_refused(world: World) -> None:
    refused(trigger(world, data={"task_id": "nobody"}), 404, "no task 'nobody'")
    task_id = world.call_back_one()
    world.key = "any-key"
    refused(world.call("trigger", task_id=task_id), 404, "no task")
    assert world.receiver.all == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "'task_id' is missing: POST /api/v2/task/callback?task_id="),
        ({"data": {"task_id": ""}}, "'task_id' is empty"),
        ({"json": {"task_id": 5}}, "'task_id' must be a string, not a number"),
        ({"json": []}, "must be an object"),
        ({"content": b"task_id=x"}, "There is no content type"),
    ],
    ids=str,
)
def test_a_call_that_names_no_task_is_refused(world: World, sent: Any, words: str) -> None:
    refused(trigger(world, **sent), 400, words)


def test_another_method_is_not_there(world: World) -> None:
    answer = world.client.get(TRIGGER, headers=VISUAL)
    refused(answer, 404, "takes POST, not GET")


def test_the_journal_holds_the_call_and_what_it_was_answered(world: World) -> None:
    task_id = world.call_back_one()
    answer = trigger(world, data={"task_id": task_id})
    [*_, request] = world.items("requests")
    assert (request["path"], request["status"], request["task_id"]) == (TRIGGER, 200, task_id)
    shown = world.ask("GET", f"requests/{request['id']}")
    assert shown["answer"]["body"] == answer.text
    assert shown["request"]["body"] == f"task_id={task_id}"


def test_a_post_of_the_dashboard_is_called_back_anew_in_its_own_shape(world: World) -> None:
    headers = {"authorization": "Token dashboard-key"}
    post = {"patron_id": "ann", "post_id": "p1", "text_data": "hello"}
    sent = {**post, "callback_url": world.receiver.url}
    task_id = world.client.post(ASYNC, headers=headers, json=sent).json()["task_id"]
    world.run_until_idle()
    first = world.receiver.next().json()
    answer = world.client.post(TRIGGER, headers=headers, json={"task_id": task_id})
    assert answer.status_code == 200
    world.run_until_idle()
    assert list(world.receiver.next().json()) == [*first, "resent_on", "resent_by"]


# The summary beside it


@pytest.mark.parametrize("path", ["/api/v1/task", "/task-api/api/v1/task", f"/task-api{SUMMARY}"])
def test_the_summary_has_a_twin_of_the_first_version(world: World, path: str) -> None:
    task_id = world.finish_one()
    known = world.call("summary", task_id=task_id).content
    answer = world.client.get(path, headers=VISUAL, params={"task_id": task_id})
    assert (answer.status_code, answer.content) == (200, known)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_the_first_versions_submissions_are_the_task_apis_under_its_prefix(
    world: World, mode: str
) -> None:
    headers = {"authorization": "Token nobodys-key"}
    answer = world.client.post(
        f"/task-api/api/v1/task/{mode}", headers=headers, data={"text_data": "hello"}
    )
    assert answer.status_code == 200
    assert next(iter(answer.json())) == ("id" if mode == "sync" else "task_id")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ("frame_limit=x", "'frame_limit' is 'x'"),
        ("frame_limit=0", "from 1 on"),
        ("frame_offset=-1", "'frame_offset' is '-1'"),
        ("frame_offset=5&frame_limit=5.5", "'frame_limit' is '5.5'"),
    ],
)
def test_a_window_that_is_none_is_refused(world: World, parameters: str, words: str) -> None:
    task_id = world.finish_one()
    answer = world.client.get(f"{SUMMARY}?task_id={task_id}&{parameters}", headers=VISUAL)
    refused(answer, 400, words)


def test_of_a_repeated_parameter_the_first_counts(world: World) -> None:
    task_id = world.finish_one()
    query = f"task_id={task_id}&task_id=other&frame_limit=1&frame_limit=x"
    assert world.client.get(f"{SUMMARY}?{query}", headers=VISUAL).status_code == 200


def test_the_journal_writes_a_summary_again_with_its_window(world: World) -> None:
    task_id = world.finish_one()
    answer = world.call("summary", task_id=task_id, frame_limit="3", frame_offset="7")
    [*_, request] = world.items("requests")
    assert world.ask("GET", f"requests/{request['id']}")["answer"]["body"] == answer.text
