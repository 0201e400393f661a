"""The Task API over HTTP, on a real socket with real clients."""

import json
import socket
from asyncio import Event, create_task
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.types import Message, Scope

from emulator import create_app, run
from emulator.core.taxonomy.visual import DOCS
from emulator.engine.passing import StillWaiting
from tests.conftest import Make
from tests.support.networks import Mailbox
from tests.support.pictures import gif, jpeg, png
from tests.support.receiver import Receiver

SYNC = "/api/v2/task/sync"
ASYNC = "/api/v2/task/async"
TEXT = {"authorization": "Token text-key"}
VISUAL = {"authorization": "Token visual-key"}
ANY = {"authorization": "Token any-key"}


def response_of(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["status"][0]["response"]


def scores_of(answer: httpx.Response) -> dict[str, float]:
    classes = response_of(answer)["output"][0]["classes"]
    return {one["class"]: one["score"] for one in classes}


# The synchronous answer


def test_a_text_answer_has_the_recorded_keys_in_the_recorded_order(client: httpx.Client) -> None:
    body = client.post(SYNC, headers=TEXT, data={"text_data": "hello"}).json()
    assert list(body) == [
        "id", "code", "project_id", "user_id", "created_on", "status", "from_cache"
    ]  # fmt: skip
    assert (body["code"], body["from_cache"]) == (200, False)
    [status] = body["status"]
    assert list(status) == ["status", "response"]
    assert status["status"] == {"code": "0", "message": "SUCCESS"}
    response = status["response"]
    assert list(response) == [
        "input", "custom_classes", "text_filters", "pii_entities", "urls", "language",
        "moderated_classes", "output",
    ]  # fmt: skip
    assert list(response["input"]) == [
        "hash", "inference_client_version", "model", "model_type", "model_version", "text", "id",
        "created_on", "user_id", "project_id", "charge",
    ]  # fmt: skip
    assert response["language"] == "EN"
    assert response["moderated_classes"] == ["sexual", "hate", "violence", "bullying", "spam"]
    [output] = response["output"]
    assert list(output) == ["time", "start_char_index", "end_char_index", "classes"]
    assert [one["class"] for one in output["classes"]] == [
        "spam", "sexual", "hate", "violence", "bullying"
    ]  # fmt: skip


def test_a_picture_answer_has_the_recorded_keys_in_the_recorded_order(client: httpx.Client) -> None:
    answer = client.post(SYNC, headers=VISUAL, data={"url": "https://cdn.test/a.jpg?x=1"})
    response = response_of(answer)
    assert list(response) == ["input", "output"]
    assert list(response["input"]) == [
        "id", "charge", "model", "model_version", "model_type", "created_on", "media", "user_id",
        "project_id", "config_version", "config_tag",
    ]  # fmt: skip
    media = response["input"]["media"]
    assert list(media) == [
        "url", "filename", "type", "mime_type", "mimetype", "width", "height", "num_frames",
        "duration",
    ]  # fmt: skip
    assert (media["url"], media["filename"]) == ("https://cdn.test/a.jpg?x=1", "a.jpg")
    assert (media["type"], media["num_frames"], media["duration"]) == ("PHOTO", 1, 0)
    [frame] = response["output"]
    assert list(frame) == ["time", "classes"]
    assert [one["class"] for one in frame["classes"]] == list(DOCS.classes)


def test_every_head_of_a_picture_sums_to_1(client: httpx.Client) -> None:
    for n in range(20):
        scores = scores_of(client.post(SYNC, headers=VISUAL, data={"url": f"http://a.test/{n}"}))
        for head in DOCS.heads:
            assert sum(scores[name] for name in head.classes) == pytest.approx(1, abs=1e-9)


def test_ids_and_times_have_the_recorded_form(client: httpx.Client) -> None:
    body = client.post(SYNC, headers=TEXT, data={"text_data": "hello"}).json()
    inner = body["status"][0]["response"]["input"]
    assert UUID(body["id"]).version == 1
    assert inner["id"] == body["id"]
    for stamp in (body["created_on"], inner["created_on"]):
        assert len(stamp) == len("2023-03-15T22:16:18.408Z")
        assert (stamp[10], stamp[19], stamp[23]) == ("T", ".", "Z")


def test_the_answer_is_compact_json_of_its_stated_length(client: httpx.Client) -> None:
    answer = client.post(SYNC, headers=TEXT, data={"text_data": "hello"})
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.text == json.dumps(answer.json(), separators=(",", ":"))


# What is sent, and how


@pytest.mark.parametrize(
    "send",
    [
        pytest.param({"data": {"text_data": "héllo & more"}}, id="urlencoded"),
        pytest.param({"json": {"text_data": "héllo & more"}}, id="json"),
        pytest.param({"files": {"text_data": (None, "héllo & more")}}, id="multipart"),
    ],
)
def test_a_text_may_be_sent_in_any_of_the_three_forms(
    client: httpx.Client, send: dict[str, Any]
) -> None:
    answer = client.post(SYNC, headers=TEXT, **send)
    assert response_of(answer)["input"]["text"] == "héllo & more"


@pytest.mark.parametrize(
    "send",
    [
        pytest.param({"data": {"url": "http://a.test/hive-noose.jpg"}}, id="urlencoded"),
        pytest.param({"json": {"url": "http://a.test/hive-noose.jpg"}}, id="json"),
        pytest.param({"files": {"url": (None, "http://a.test/hive-noose.jpg")}}, id="multipart"),
    ],
)
def test_a_picture_may_be_named_in_any_of_the_three_forms(
    client: httpx.Client, send: dict[str, Any]
) -> None:
    assert scores_of(client.post(SYNC, headers=VISUAL, **send))["noose"] == 0.97


@pytest.mark.parametrize("word", ["Token", "token", "TOKEN", "ToKeN"])
def test_the_word_token_may_be_written_in_any_case(client: httpx.Client, word: str) -> None:
    headers = {"authorization": f"{word} text-key"}
    assert client.post(SYNC, headers=headers, data={"text_data": "x"}).status_code == 200


@pytest.mark.parametrize("part", ["media", "image"])
def test_an_upload_is_known_by_its_bytes_and_not_by_its_declared_type(
    client: httpx.Client, part: str
) -> None:
    files = {part: ("photo.jpg", png(30, 20), "application/zip")}
    media = response_of(client.post(SYNC, headers=VISUAL, files=files))["input"]["media"]
    assert media["url"] is None
    assert media["filename"] == "photo.jpg"
    assert (media["mime_type"], media["mimetype"]) == ("png", "image/png")
    assert (media["width"], media["height"]) == (30, 20)


@pytest.mark.parametrize("picture", [png(), jpeg(), gif()], ids=["png", "jpeg", "gif"])
def test_an_upload_needs_no_file_name(client: httpx.Client, picture: bytes) -> None:
    boundary = b"xyz"
    body = (
        b'--xyz\r\nContent-Disposition: form-data; name="media"\r\n\r\n'
        + picture
        + b"\r\n--xyz--\r\n"
    )
    headers = {**VISUAL, "content-type": f"multipart/form-data; boundary={boundary.decode()}"}
    media = response_of(client.post(SYNC, headers=headers, content=body))["input"]["media"]
    assert (media["filename"], media["width"], media["height"]) == ("", 3, 2)


def test_a_body_may_begin_with_a_line_break_before_its_first_boundary(client: httpx.Client) -> None:
    body = b'\r\n--xyz\r\nContent-Disposition: form-data; name="media"; filename="a"\r\n\r\n'
    headers = {**VISUAL, "content-type": "multipart/form-data; boundary=xyz"}
    answer = client.post(SYNC, headers=headers, content=body + png() + b"\r\n--xyz--")
    assert response_of(answer)["input"]["media"]["mime_type"] == "png"


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_an_upload_may_come_in_chunks_of_any_size(client: httpx.Client, size: int) -> None:
    request = client.build_request(
        "POST", SYNC, headers=VISUAL, files={"media": ("a.png", png(9, 8, "x" * 2000))}
    )
    body = request.read()

    def chunks() -> Iterator[bytes]:
        for at in range(0, len(body), size):
            yield body[at : at + size]

    headers = {**VISUAL, "content-type": request.headers["content-type"]}
    answer = client.post(SYNC, headers=headers, content=chunks())
    assert response_of(answer)["input"]["media"]["width"] == 9


def test_a_large_upload_is_hashed_whole(client: httpx.Client) -> None:
    picture = png() + b"\0" * 3_000_000
    answer = client.post(SYNC, headers=VISUAL, files={"media": ("a.png", picture)})
    task_id = answer.json()["id"]
    task = client.get(f"/_emulator/tasks/{task_id}").json()
    assert task["submission"]["sha256"] == sha256(picture).hexdigest()
    assert task["submission"]["size"] == len(picture)


def test_directives_in_the_bytes_of_an_upload_script_it(client: httpx.Client) -> None:
    for picture in (
        png(text="[hive gun_in_hand=0.9]"),
        jpeg(comment="[hive gun_in_hand=0.9]"),
        png() + b"\0" * 500_000 + b"[hive gun_in_hand=0.9]",
    ):
        answer = client.post(SYNC, headers=VISUAL, files={"media": ("a", picture)})
        assert scores_of(answer)["gun_in_hand"] == 0.9


def test_an_upload_goes_with_fields_in_the_same_body(client: httpx.Client) -> None:
    answer = client.post(
        SYNC, headers=ANY, files={"media": ("a.png", png())}, data={"metadata": "mine", "x": "y"}
    )
    assert answer.json()["metadata"] == "mine"


def test_unknown_and_repeated_fields_are_ignored(client: httpx.Client) -> None:
    body = "models=text&text_data=first&text_data=second&user_id=7"
    headers = {**TEXT, "content-type": "application/x-www-form-urlencoded"}
    answer = client.post(SYNC, headers=headers, content=body)
    assert response_of(answer)["input"]["text"] == "first"


@pytest.mark.parametrize(
    ("send", "expected"),
    [
        pytest.param({"data": {"metadata": "id 7"}}, "id 7", id="form"),
        pytest.param({"json": {"metadata": "id 7"}}, "id 7", id="json text"),
        pytest.param({"json": {"metadata": {"a": [1, "é"]}}}, {"a": [1, "é"]}, id="json object"),
        pytest.param({"json": {"metadata": None}}, None, id="json null"),
    ],
)
def test_metadata_is_given_back(client: httpx.Client, send: Any, expected: object) -> None:
    body = next(iter(send.values()))
    body["text_data"] = "hello"
    assert client.post(SYNC, headers=TEXT, **send).json()["metadata"] == expected


def test_an_undeclared_key_is_a_project_of_its_own_that_takes_both(client: httpx.Client) -> None:
    headers = {"authorization": "Token aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF"}
    text = client.post(SYNC, headers=headers, data={"text_data": "hello"}).json()
    picture = client.post(SYNC, headers=headers, data={"url": "http://a.test/a.png"}).json()
    other = client.post(SYNC, headers=ANY, data={"text_data": "hello"}).json()
    assert text["project_id"] == picture["project_id"] != other["project_id"]


def test_a_sandbox_may_be_named_by_the_key_or_by_the_path(server_url: str) -> None:
    with httpx.Client(base_url=server_url, trust_env=False) as client:
        for url, key in ((SYNC, "text-key~named-here"), (f"/s/named-here{SYNC}", "text-key")):
            headers = {"authorization": f"Token {key}"}
            client.post(url, headers=headers, data={"text_data": "hello"})
        seen = client.get("/_emulator/requests?sandbox=named-here").json()
    assert seen["total"] == 2


@pytest.mark.parametrize("prefix", ["/task-api", ""])
def test_the_contract_may_be_named_by_the_path_or_by_the_host(
    client: httpx.Client, prefix: str
) -> None:
    headers = {**TEXT, "host": "api.thehive.ai"}
    answer = client.post(f"{prefix}{SYNC}", headers=headers, data={"text_data": "hello"})
    assert answer.status_code == 200


# Asynchronous


def test_a_submission_is_acknowledged_and_called_back(
    client: httpx.Client, receiver: Receiver
) -> None:
    hook = f"{receiver.url}/hook?secret=a%2Fb&x"
    fields = {"text_data": "hive-hate-3", "callback_url": hook, "metadata": "post 7"}
    answer = client.post(ASYNC, headers=TEXT, data=fields)
    assert answer.status_code == 200
    task_id = answer.json()["task_id"]
    assert isinstance(task_id, str)
    received = receiver.next()
    assert received.target == "/hook?secret=a%2Fb&x"
    body = received.json()
    assert (body["id"], body["metadata"], body["callback"]) == (task_id, "post 7", hook)
    response = body["status"][0]["response"]
    assert response["output"][0]["classes"][2] == {"class": "hate", "score": 3}


def test_a_picture_is_called_back_with_the_scores_of_the_synchronous_answer(
    client: httpx.Client, receiver: Receiver
) -> None:
    url = "http://a.test/some.jpg"
    known = response_of(client.post(SYNC, headers=VISUAL, data={"url": url}))["output"]
    client.post(ASYNC, headers=VISUAL, data={"url": url, "callback_url": receiver.url})
    assert receiver.next().json()["status"][0]["response"]["output"] == known


def test_the_callback_comes_after_the_acknowledgement_has_left(receiver: Receiver) -> None:
    """The client does not read its answer until the callback is there, and then finds it whole."""
    with (
        run(port=0) as server,
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as connection,
    ):
        body = f"text_data=x&callback_url={receiver.url}".encode()
        connection.sendall(
            b"POST /api/v2/task/async HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Authorization: Token text-key\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        called_back = receiver.next().json()["id"]
        connection.setblocking(False)
        acknowledged = connection.recv(65536)
    assert json.loads(acknowledged.partition(b"\r\n\r\n")[2])["task_id"] == called_back


def test_a_failing_receiver_is_called_again_and_every_attempt_is_on_record(
    client: httpx.Client, receiver: Receiver
) -> None:
    client.put("/_emulator/clock", json={"mode": "manual"}).raise_for_status()
    receiver.answers = [503, 201]
    client.post(ASYNC, headers=TEXT, data={"text_data": "x", "callback_url": receiver.url})
    passed = client.post("/_emulator/clock/run-until-idle").json()
    assert (passed["now"], passed["delivered"]) == ("2026-01-01T00:00:01.000Z", 1)
    [callback] = client.get("/_emulator/callbacks").json()["items"]
    assert callback["state"] == "delivered"
    first, second = callback["attempts"]
    assert (first["status"], second["status"]) == (503, 201)
    assert "any 2xx is a success" in first["error"]
    assert (first["due"], second["due"]) == (
        "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"
    )  # fmt: skip
    assert second["response"] == "thanks"


def test_many_callbacks_share_pooled_connections(client: httpx.Client, receiver: Receiver) -> None:
    fields = {"text_data": "x", "callback_url": receiver.url}
    ids = {client.post(ASYNC, headers=TEXT, data=fields).json()["task_id"] for _ in range(40)}
    assert {receiver.next().json()["id"] for _ in ids} == ids


def test_a_client_that_hangs_up_in_the_middle_of_its_body_harms_nobody(
    server_url: str, client: httpx.Client
) -> None:
    address = ("127.0.0.1", int(server_url.rpartition(":")[2]))
    with socket.create_connection(address) as connection:
        connection.sendall(
            b"POST /api/v2/task/sync HTTP/1.1\r\nHost: localhost\r\n"
            b"Authorization: Token text-key\r\n"
            b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        )
    assert client.post(SYNC, headers=TEXT, data={"text_data": "x"}).status_code == 200


@pytest.mark.anyio
async def test_no_callback_leaves_while_the_acknowledgement_is_held_back(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    app = create_app(emulator)
    held, let_go = Event(), Event()
    body = b"text_data=hello&callback_url=http://127.0.0.1:9/"

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        held.set()
        await let_go.wait()

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v2/task/async",
        "query_string": b"",
        "headers": [
            (b"authorization", b"Token text-key"),
            (b"content-type", b"application/x-www-form-urlencoded"),
        ],
    }
    async with emulator.running():
        calling = create_task(app(scope, receive, send))
        await held.wait()
        with pytest.raises(StillWaiting):
            await emulator.advance(emulator.sandbox("default"), timedelta(hours=1), within=0.05)
        assert mailbox.posts == []
        let_go.set()
        await calling
        await mailbox.until(1)


def test_a_synchronous_call_on_a_system_clock_takes_as_long_as_its_task(
    client: httpx.Client,
) -> None:
    body = client.post(SYNC, headers=TEXT, data={"text_data": "[hive latency=50ms]"}).json()
    submitted = body["status"][0]["response"]["input"]["created_on"]
    taken = datetime.fromisoformat(body["created_on"]) - datetime.fromisoformat(submitted)
    assert taken >= timedelta(milliseconds=49)


def test_a_call_that_waits_when_the_server_stops_is_told_so_at_once() -> None:
    with ThreadPoolExecutor() as threads:
        with run(port=0) as server:
            fields = {"text_data": "[hive latency=1h]"}
            url = f"{server.url}{SYNC}"
            waiting = threads.submit(httpx.post, url, headers=TEXT, data=fields, timeout=60)
            tasks = f"{server.url}/_emulator/tasks"
            while not httpx.get(tasks).json()["total"]:
                pass
        answer = waiting.result(20)
    assert (answer.status_code, answer.json()["return_code"]) == (503, 503)
    assert "told to stop" in answer.json()["message"]
