"""Every refusal: the right status, `{"return_code", "message"}`, and words that help."""

from typing import Any

import httpx
import pytest

from emulator import run
from tests.support.pictures import png

SYNC = "/api/v2/task/sync"
FORM = "application/x-www-form-urlencoded"
TEXT = {"authorization": "Token text-key"}
VISUAL = {"authorization": "Token visual-key"}
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
    ("zip named jpg", upload(b"PK\x03\x04rest"), 400, "this is a zip archive"),
    ("pdf", upload(b"%PDF-1.7"), 400, "this is a PDF document"),
    ("heic", upload(b"\0\0\0\x18ftypheic"), 400, "HEIC or AVIF"),
    ("unknown bytes", upload(b"\x01\x02\x03\x04"), 400, "01 02 03 04"),
    ("empty upload", upload(b""), 400, "'media' is empty"),
    ("video upload", upload(b"\0\0\0\x18ftypisom"), 400, "does not answer yet"),
    ("video by url", {"data": {"url": "http://a.test/a.mp4"}, "headers": VISUAL}, 400, "This is video"),
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


@pytest.mark.parametrize(
    ("prefix", "host"),
    [("/task-api", "localhost"), ("", "api.thehive.ai")],
    ids=["prefix", "host"],
)
def test_a_key_of_the_other_kind_is_refused_and_both_are_named(
    client: httpx.Client, prefix: str, host: str
) -> None:
    headers = {"authorization": "Token dashboard-key", "host": host}
    answer = client.post(f"{prefix}{SYNC}", headers=headers, data=HELLO)
    assert answer.status_code == 403
    message = answer.json()["message"]
    assert "an application of the Dashboard API ('dashboard')" in message
    assert "the Task API" in message


def test_a_projects_key_on_the_dashboards_address_is_refused(client: httpx.Client) -> None:
    answer = client.post(f"/dashboard{SYNC}", headers=TEXT, data=HELLO)
    assert answer.status_code == 403
    assert "a project of the Task API ('text')" in answer.json()["message"]


def test_a_dashboard_call_is_refused_as_not_reproduced(client: httpx.Client) -> None:
    headers = {"authorization": "Token dashboard-key"}
    answer = client.post(SYNC, headers=headers, data=HELLO)
    assert answer.status_code == 404
    assert "does not answer" in answer.json()["message"]


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
