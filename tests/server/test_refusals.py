"""Every refusal: the right status, `{"return_code", "message"}`, and words that help."""

from typing import Any

import httpx
import pytest

from emulator import run
from emulator.engine.journal import Exchange
from tests.support.pictures import png

SYNC, ASYNC = "/api/v2/task/sync", "/api/v2/task/async"
SYNC_V1, ASYNC_V1 = "/api/v1/task/sync", "/api/v1/task/async"
FORM = "application/x-www-form-urlencoded"
TEXT = {"authorization": "Token text-key"}
VISUAL = {"authorization": "Token visual-key"}
DASHBOARD = {"authorization": "Token dashboard-key"}
HELLO = {"text_data": "hello"}


def multipart(body: bytes, boundary: str = "xyz") -> dict[str, Any]:
    return {
        "content": body,
        "headers": {**VISUAL, "content-type": f"multipart/form-data; boundary={boundary}"},
    }


def with_json(body: str) -> dict[str, Any]:
    return {"content": body.encode(), "headers": {**TEXT, "content-type": "application/json"}}


def with_form(body: bytes) -> dict[str, Any]:
    return {"content": body, "headers": {**TEXT, "content-type": FORM}}


def upload(content: bytes) -> dict[str, Any]:
    return {"files": {"media": ("photo.jpg", content, "image/jpeg")}, "headers": VISUAL}


PART = b'--xyz\r\nContent-Disposition: form-data; name="media"\r\n\r\n'

REFUSALS = [
    # name, request, status, words
    ("missing key", {"data": HELLO}, 403, "Authorization: Token <your key>"),
    ("empty key", {"data": HELLO, "headers": {"authorization": "Token"}}, 403, "No API key"),
    ("blank header", {"data": HELLO, "headers": {"authorization": ""}}, 403, "No API key"),
    ("bearer", {"data": HELLO, "headers": {"authorization": "Bearer k"}}, 403, "'Bearer'"),
    ("refused key", {"data": HELLO, "headers": {"authorization": "Token refused-key"}}, 403, "refused"),
    ("unpaid key", {"data": HELLO, "headers": {"authorization": "Token unpaid-key"}}, 405, "balance"),
    ("limited key", {"data": HELLO, "headers": {"authorization": "Token limited-key"}}, 429, "Project has been rate limited"),
    ("bad sandbox", {"data": HELLO, "headers": {"authorization": "Token k~a b"}}, 400, "no name for a sandbox"),
    ("no content", {"data": {"x": "y"}, "headers": TEXT}, 400, "'text_data' (text), 'url'"),
    ("two contents", {"data": {**HELLO, "url": "http://a.test/a"}, "headers": TEXT}, 400, "'text_data' and 'url'"),
    ("empty text", {"data": {"text_data": ""}, "headers": TEXT}, 400, "'text_data' is empty"),
    ("long text", {"data": {"text_data": "x" * 1025}, "headers": TEXT}, 400, "1025 characters, and this project takes at most 1024"),
    ("text to visual", {"data": HELLO, "headers": VISUAL}, 400, "opens the visual project 'visual', which takes 'url' or 'media', and a text was sent"),
    ("picture to text", {"data": {"url": "http://a.test/a.jpg"}, "headers": TEXT}, 400, "opens the text project 'text', which takes 'text_data', and a picture was sent"),
    ("upload to text", {"files": {"media": png()}, "headers": TEXT}, 400, "which takes 'text_data'"),
    ("empty upload", upload(b""), 400, "'media' is empty"),
    ("sound upload", upload(b"ID3\x04"), 400, "does not answer yet"),
    ("sound by url", {"data": {"url": "http://a.test/a.mp3"}, "headers": VISUAL}, 400, "This is audio"),
    ("long video", {"data": {"url": "http://a.test/a.mp4?hive.duration=91s"}, "headers": VISUAL}, 400, "91 s long: at most 90 s are taken by a synchronous call"),
    ("relative url", {"data": {"url": "a.jpg"}, "headers": VISUAL}, 400, "absolute http or https address"),
    ("url with blanks", {"data": {"url": "http://a.test/a b"}, "headers": VISUAL}, 400, "without blanks"),
    ("bad callback", {"data": {**HELLO, "callback_url": "hook"}, "headers": TEXT}, 400, "'callback_url' is 'hook'"),
    ("media as text", {"json": {"media": "abc"}, "headers": VISUAL}, 400, "--form 'media=@picture.jpg'"),
    ("number as text", {"json": {"text_data": 7}, "headers": TEXT}, 400, "'text_data' must be a string, not a number"),
    ("object as url", {"json": {"url": {}}, "headers": VISUAL}, 400, "'url' must be a string, not an object"),
    ("broken json", with_json('{"text_data": '), 400, "not valid JSON: Expecting value"),
    ("json NaN", with_json('{"text_data": NaN}'), 400, "NaN is no JSON"),
    ("deep json", with_json("[" * 100_000), 400, "nested too deep"),
    ("json array", with_json("[]"), 400, "must be an object, not an array"),
    ("json not utf-8", {"content": b'{"a": "\xff"}', "headers": {**TEXT, "content-type": "application/json"}}, 400, "it is not UTF-8"),
    ("json as form", with_form(b'{"text_data": "x"}'), 400, "Content-Type: application/json"),
    ("form not utf-8", with_form(b"text_data=%ff"), 400, "it is not UTF-8"),
    ("form of many fields", with_form(b"a=b&" * 1001), 400, "more than 1000 fields"),
    ("no content type", {"content": b"text_data=x", "headers": TEXT}, 400, "There is no content type"),
    ("other content type", {"content": b"x", "headers": {**TEXT, "content-type": "text/plain"}}, 400, "'text/plain'"),
    ("no boundary", multipart(b"", ""), 400, "names no usable boundary"),
    ("boundary not there", multipart(b"hello"), 400, "'xyz' does not occur"),
    ("cut off", multipart(PART + b"abc"), 400, "ends before its last boundary"),
    ("part without a name", multipart(b"--xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xyz--"), 400, "no name"),
    ("part without headers", multipart(b"--xyz\r\n\r\nx\r\n--xyz--"), 400, "no Content-Disposition"),
    ("junk after boundary", multipart(b"--xyzzy\r\n\r\nx"), 400, "something else on its line"),
    ("field not utf-8", multipart(b'--xyz\r\nContent-Disposition: form-data; name="url"\r\n\r\n\xff\r\n--xyz--'), 400, "'url' is not UTF-8"),
    ("unknown directive", {"data": {"text_data": "[hive sexuall=2]"}, "headers": TEXT}, 400, "Did you mean 'sexual'?"),
    ("impossible directive", {"data": {"text_data": "[hive spam=1]"}, "headers": TEXT}, 400, "expected is one of -1, 0, 3"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("send", "status", "words"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_a_refusal_says_what_was_wrong(
    client: httpx.Client, send: dict[str, Any], status: int, words: str
) -> None:
    answer = client.post(SYNC, **send)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["return_code", "message"]
    assert answer.json()["return_code"] == status
    assert words in answer.json()["message"]
    [entry] = client.get("/_emulator/requests").json()["items"]
    assert (entry["status"], entry["refusal"]) == (status, answer.json()["message"])
    assert client.post(SYNC, headers=TEXT, data=HELLO).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_wrong_method_is_not_found_and_the_right_one_is_named(
    client: httpx.Client, method: str
) -> None:
    answer = client.request(method, SYNC, headers=TEXT)
    assert (answer.status_code, answer.json()["return_code"]) == (404, 404)
    assert f"takes POST, not {method}" in answer.json()["message"]


@pytest.mark.parametrize("path", ["/api/v2/task/snyc", "/api/v3/x", "/nowhere", "/task-api/x"])
def test_an_unknown_path_is_refused_with_the_known_ones(client: httpx.Client, path: str) -> None:
    answer = client.post(path, headers=TEXT)
    assert (answer.status_code, answer.json()["return_code"]) == (404, 404)
    assert SYNC in answer.json()["message"]
    assert client.get("/_emulator/requests").json()["total"] == 1


@pytest.mark.parametrize("path", [SYNC, SYNC_V1, ASYNC, ASYNC_V1])
@pytest.mark.parametrize(
    ("key", "opened", "prefix", "host", "called"),
    [
        ("dashboard-key", "an application of the Dashboard API ('dashboard')", "/task-api", None, "Task API"),
        ("dashboard-key", "an application of the Dashboard API ('dashboard')", "", "api.thehive.ai", "Task API"),
        ("text-key", "a project of the Task API ('text')", "/dashboard", None, "Dashboard API"),
        ("text-key", "a project of the Task API ('text')", "", "api.hivemoderation.com", "Dashboard API"),
    ],
    ids=["by the prefix task", "by the host task", "by the prefix dash", "by the host dash"],
)  # fmt: skip
def test_a_key_of_the_other_kind_is_refused_and_both_are_named(
    client: httpx.Client,
    path: str,
    key: str,
    opened: str,
    prefix: str,
    host: str | None,
    called: str,
) -> None:
    headers = {"authorization": f"Token {key}"} | ({"host": host} if host else {})
    answer = client.post(f"{prefix}{path}", headers=headers, data=POST)
    assert (answer.status_code, answer.json()["return_code"]) == (403, 403)
    message = answer.json()["message"]
    assert f"This key opens {opened}" in message
    assert f"the call was made to the {called}" in message
    assert key not in message


def posting(**fields: Any) -> dict[str, Any]:
    """A post of the Dashboard as JSON with these fields, and without those that are None."""
    made = {**POST, **fields}
    return {"json": {name: value for name, value in made.items() if value is not None}}


POST = {**HELLO, "patron_id": "ann", "post_id": "p1"}
OF_THE_DASHBOARD = [
    # name, request, words
    ("no patron", posting(patron_id=None), "The field 'patron_id' is missing: the user that published the content."),
    ("no post", posting(post_id=None), "The field 'post_id' is missing: the post that the content belongs to."),
    ("neither", posting(patron_id=None, post_id=None), "'patron_id' is missing"),
    ("a form without a post", {"data": {**HELLO, "patron_id": "ann"}}, "'post_id' is missing"),
    ("an empty patron", posting(patron_id=""), "'patron_id' is empty"),
    ("an empty user", posting(patron_id=None, user_id=""), "'user_id' is empty"),
    ("an empty post", posting(post_id=""), "'post_id' is empty"),
    ("a patron that is a number", posting(patron_id=7), "'patron_id' must be a string, not a number"),
    ("a user that is a number", posting(patron_id=None, user_id=7), "'user_id' must be a string, not a number"),
    ("a post that is a list", posting(post_id=["p1"]), "'post_id' must be a string, not an array"),
    ("two names of the patron", posting(user_id="ann"), "'patron_id' and 'user_id' are two names of one field"),
    ("two names of the metadata", posting(patron_metadata={}, user_metadata={}), "'patron_metadata' and 'user_metadata' are two names of one field"),
    ("metadata that are a list", posting(content_metadata=[1]), "'content_metadata' must be a JSON object, not an array"),
    ("metadata that are a number", posting(patron_metadata=1), "'patron_metadata' must be a JSON object, not a number"),
    ("metadata of a user that are a list", posting(user_metadata=[]), "'user_metadata' must be a JSON object, not an array"),
    ("metadata that are no JSON", {"data": {**POST, "content_metadata": "a=b"}}, "'content_metadata' is not valid JSON: Expecting value"),
    ("metadata that are JSON of a list", {"data": {**POST, "patron_metadata": "[1]"}}, "'patron_metadata' must be a JSON object"),
    ("no content", posting(text_data=None), "No content was sent"),
    ("two contents", posting(url="http://a.test/a.jpg"), "'text_data' and 'url' were sent together"),
    ("an upload", {"data": {"patron_id": "ann", "post_id": "p1"}, "files": {"media": png()}}, "the Dashboard API takes 'text_data' or 'url'"),
    ("an upload beside a text", {"data": POST, "files": {"media": png()}}, "the Dashboard API takes 'text_data' or 'url'"),
    ("a long text", posting(text_data="x" * 1025), "1025 characters, and this project takes at most 1024"),
    ("a sound", posting(text_data=None, url="http://a.test/a.mp3"), "This is audio"),
    ("a long video", posting(text_data=None, url="http://a.test/a.mp4?hive.duration=61m"), "3660 s long: at most 3600 s are taken by the Dashboard API"),
    ("a bad callback", posting(callback_url="hook"), "'callback_url' is 'hook'"),
    ("an unknown directive", posting(text_data="[hive hatred=1]"), "Did you mean 'hate'?"),
]  # fmt: skip


@pytest.mark.parametrize("path", [SYNC_V1, SYNC])
@pytest.mark.parametrize(
    ("send", "words"),
    [row[1:] for row in OF_THE_DASHBOARD],
    ids=[row[0] for row in OF_THE_DASHBOARD],
)
def test_a_refusal_of_the_dashboard_says_what_was_wrong_and_nothing_is_posted(
    client: httpx.Client, path: str, send: dict[str, Any], words: str
) -> None:
    answer = client.post(path, headers=DASHBOARD, **send)
    assert answer.status_code == 400, answer.text
    assert list(answer.json()) == ["return_code", "message"]
    assert answer.json()["return_code"] == 400
    assert words in answer.json()["message"]
    [entry] = client.get("/_emulator/requests").json()["items"]
    assert (entry["status"], entry["project"]) == (400, "dashboard")
    assert client.get("/_emulator/posts").json()["total"] == 0
    assert client.get("/_emulator/patrons").json()["total"] == 0
    assert client.post(path, headers=DASHBOARD, data=POST).status_code == 200


def test_the_first_asynchronous_call_of_the_dashboard_needs_its_callback_address(
    client: httpx.Client,
) -> None:
    answer = client.post(ASYNC_V1, headers=DASHBOARD, data=POST)
    assert answer.status_code == 400
    assert "'callback_url' is missing: the address that the result is posted to" in answer.text
    assert client.post(ASYNC, headers=DASHBOARD, data=POST).status_code == 200


@pytest.mark.parametrize("path", [SYNC_V1, ASYNC_V1])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_wrong_method_of_the_dashboard_is_not_found_and_the_right_one_is_named(
    client: httpx.Client, method: str, path: str
) -> None:
    answer = client.request(method, path, headers=DASHBOARD)
    assert (answer.status_code, answer.json()["return_code"]) == (404, 404)
    assert f"takes POST, not {method}" in answer.json()["message"]


def test_a_body_without_ids_is_the_task_apis_only_where_the_address_or_the_key_says_so(
    client: httpx.Client,
) -> None:
    """The body never decides whose call it is."""
    nobody = {"authorization": "Token nobody-declared-this"}
    answers = {
        where: client.post(where, headers=headers, data=HELLO).status_code
        for where, headers in {
            SYNC: nobody,
            f"/task-api{SYNC_V1}": nobody,
            SYNC_V1: nobody,
            f"/dashboard{SYNC}": nobody,
        }.items()
    }
    assert answers == {
        SYNC: 200,
        f"/task-api{SYNC_V1}": 200,
        SYNC_V1: 400,
        f"/dashboard{SYNC}": 400,
    }
    assert client.post(SYNC_V1, headers=TEXT, data=HELLO).status_code == 200


def test_a_body_over_the_limit_is_refused_however_it_comes() -> None:
    with run(port=0, max_body=1000) as server, httpx.Client(base_url=server.url) as client:
        picture = png() + b"\0" * 100_000
        declared = client.post(SYNC, headers=VISUAL, files={"media": picture})
        request = client.build_request("POST", SYNC, files={"media": picture})
        body = request.read()
        headers = {**VISUAL, "content-type": request.headers["content-type"]}
        pieces = (body[at : at + 500] for at in range(0, len(body), 500))
        chunked = client.post(SYNC, headers=headers, content=pieces)
    for answer in (declared, chunked):
        assert (answer.status_code, answer.json()["return_code"]) == (413, 413)
        assert "larger than 1000 bytes" in answer.json()["message"]


def test_a_form_over_eight_megabytes_is_refused(client: httpx.Client) -> None:
    body = b"text_data=" + b"x" * (9 * 1024 * 1024)
    headers = {**TEXT, "content-type": FORM}
    assert client.post(SYNC, headers=headers, content=body).status_code == 413


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud800", "😀\ud83d", "e\u0301", "\u202eabc", "x" * 1024], ids=ascii
)
def test_any_text_is_taken_and_given_back(client: httpx.Client, text: str) -> None:
    import json

    content = json.dumps({"text_data": text, "metadata": text})
    answer = client.post(SYNC, **with_json(content))
    assert answer.status_code == 200
    body = json.loads(answer.content)
    assert body["metadata"] == text
    assert body["status"][0]["response"]["input"]["text"] == text


def test_a_refusal_that_is_remembered_holds_on_to_nothing_of_its_call() -> None:
    """Frames of the call would hold its body, its connection, and all that they refer to."""
    headers = {"authorization": "Token text-key"}
    with run(port=0) as server, httpx.Client(base_url=server.url, verify=False) as client:
        client.post("/nowhere")
        client.get("/api/v2/task/sync")
        client.get("/api/v2/task", headers=headers)
        client.post("/api/v2/task/sync", headers=headers)
        client.post("/api/v2/task/sync", data={"text_data": "hello"})
        client.post("/api/v2/task/sync", headers=headers, json=[])
        directive = {"text_data": "[hive fault=server_error]"}
        client.post("/api/v2/task/sync", headers=headers, data=directive)
        kept = [
            entry.refusal
            for entry in server.emulator.sandbox("default").journal
            if isinstance(entry, Exchange) and entry.refusal is not None
        ]
    assert len(kept) == 7
    held = [(one.__traceback__, one.__context__, one.__cause__) for one in kept]
    assert held == [(None, None, None)] * 7
