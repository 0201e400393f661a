"""Every field with everything that can be wrong with it, in every form of a body, to both APIs.

Nothing is answered with a 500, nothing hangs, and after each trouble the server answers as before.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_from_bytes
from zlib import crc32

import pytest

from tests.support.pictures import png
from tests.support.raw import FORMS, RawClient, Written

SYNC, ASYNC = "/api/v2/task/sync", "/api/v2/task/async"
PICTURE, HOOK = b"https://any.test/a.jpg", b"http://127.0.0.1:9/hook"
LONG = 64 * 1024
"""Longer than any field that has a limit of its own."""
KEYS = {"task": "any-key", "dashboard": "dashboard-key"}
MIB = 2**20

Outcome = tuple[int, str]
"""The status of an answer, and what its message has to hold."""
TAKEN: Outcome = (200, "")
FAILED: Outcome = (200, "Unsupported media type")
"""The task is taken and fails, which an asynchronous call is not told."""

# The fields: a good value of each, and what sort of field it is

GOOD: Mapping[str, bytes] = {
    "text_data": b"hello",
    "url": PICTURE,
    "media": png(),
    "image": png(),
    "callback_url": HOOK,
    "metadata": b"post 7",
    "options": b"x",
    "models": b"x",
    "patron_id": b"ann",
    "user_id": b"ann",
    "post_id": b"p1",
    "content_metadata": b'{"a":1}',
    "patron_metadata": b'{"a":1}',
    "user_metadata": b'{"a":1}',
}
SORTS: Mapping[str, str] = {
    **dict.fromkeys(("url", "callback_url"), "address"),
    **dict.fromkeys(("media", "image"), "upload"),
    **dict.fromkeys(("patron_id", "user_id", "post_id"), "id"),
    **dict.fromkeys(("content_metadata", "patron_metadata", "user_metadata"), "object"),
    **dict.fromkeys(("metadata", "options", "models"), "free"),
    "text_data": "text",
}
CONTENTS = ("text_data", "url", "media", "image")
OF_THE_DASHBOARD = [name for name, sort in SORTS.items() if sort in ("id", "object")]
FIELDS = {
    "task": [name for name in SORTS if name not in OF_THE_DASHBOARD],
    "dashboard": [*SORTS],
}


def around(api: str, name: str) -> list[str]:
    """The fields that have to go with this one."""
    content = [] if name in CONTENTS else ["text_data"]
    patron = "user_id" if name == "user_id" else "patron_id"
    whose = [patron, "post_id"] if api == "dashboard" else []
    return [one for one in (*content, *whose) if one != name]


# The troubles: what stands in the body, raw, and what comes of it by the sort of the field

STRINGS = ("text", "address", "id")
EVERY = (*STRINGS, "object", "free", "upload")


def outcomes(sorts: tuple[str, ...], words: str) -> Mapping[str, Outcome]:
    """These sorts of fields are refused in these words; all others are taken."""
    return dict.fromkeys(sorts, (400, words))


NO_STRING = outcomes(STRINGS, "must be a string, not ")
NO_OBJECT = outcomes(("object",), "must be a JSON object")
WRITTEN_WRONG = outcomes(("object",), "is not valid JSON: ")
NO_ADDRESS = outcomes(("address",), "must be an absolute http or https address")
NOT_UTF_8 = outcomes(EVERY, "not UTF-8")
NO_JSON = outcomes(EVERY, "not valid JSON")
EMPTY = outcomes(STRINGS, "is empty")
HUGE = {
    "text": (400, "this project takes at most 1024"),
    "address": (400, "may have at most 8192"),
    "id": (400, "may have at most 1024"),
    "object": (400, "bytes of JSON, and this emulator takes at most 65536"),
}
HIGH, LOW, AS_BYTES = b"\\ud800", b"\\udc00", b"\xed\xa0\x80"
"""Lone surrogates as JSON escapes, and what a careless writer makes of one."""

Trouble = tuple[list[bytes], Mapping[str, Outcome]]
"""The values, one for each time that the field stands there, and what comes of it."""


def in_json(good: bytes, sort: str) -> Mapping[str, Trouble]:
    """Values as they stand in JSON."""
    text = json.dumps(good.decode("latin-1")).encode()
    right = good if sort == "object" else text
    begun, end = (b'{"a":"', b'"}') if sort == "object" else (text[:-1], b'"')
    return {
        "a number": ([b"5"], {**NO_STRING, **NO_OBJECT}),
        "true": ([b"true"], {**NO_STRING, **NO_OBJECT}),
        "an array": ([b'["a"]'], {**NO_STRING, **NO_OBJECT}),
        "an object": ([b'{"a":{}}'], NO_STRING),
        "an object of 50 levels": ([b'{"a":' * 50 + b"1" + b"}" * 50], NO_STRING),
        "an object of 500 levels": ([b'{"a":' * 500 + b"1" + b"}" * 500], NO_JSON),
        "a number that is too large": ([b"1e999"], NO_JSON),
        "a number of 5000 digits": ([b"9" * 5000], NO_JSON),
        "not a number": ([b"NaN"], NO_JSON),
        "no JSON": ([b"x"], NO_JSON),
        "empty": ([b'""'], EMPTY),
        "huge": ([begun + b"x" * LONG + end], HUGE),
        "repeated": ([right, b"5"], {}),
        "repeated, the first one wrong": ([b"5", right], {**NO_STRING, **NO_OBJECT}),
        "not UTF-8": ([begun + b"\xff" + end], NOT_UTF_8),
        "NUL": ([begun + b"\\u0000x" + end], NO_ADDRESS),
        "a raw NUL": ([begun + b"\0" + end], NO_JSON),
        "a high surrogate": ([begun + HIGH + end], NO_ADDRESS),
        "a low surrogate": ([begun + LOW + end], NO_ADDRESS),
        "surrogates the wrong way round": ([begun + LOW + HIGH + end], NO_ADDRESS),
        "a surrogate as bytes": ([begun + AS_BYTES + end], NOT_UTF_8),
    }


def in_a_form(good: bytes, sort: str) -> Mapping[str, Trouble]:
    """Values as the bytes that they stand for, in a form of either sort."""
    huge = b'{"a":"%b"}' % (b"x" * LONG) if sort == "object" else good + b"x" * LONG
    return {
        "no object": ([b"a=b"], {**WRITTEN_WRONG, **NO_ADDRESS}),
        "empty": ([b""], EMPTY),
        "huge": ([huge], HUGE),
        "repeated": ([good, b"other"], {}),
        "repeated, the first one wrong": ([b"", good], EMPTY),
        "not UTF-8": ([good + b"\xff"], NOT_UTF_8),
        "UTF-16": (["hello".encode("utf-16")], NOT_UTF_8),
        "NUL": ([good + b"\0x"], {**NO_ADDRESS, **WRITTEN_WRONG}),
        "a surrogate as bytes": ([good + AS_BYTES], NOT_UTF_8),
    }


TROUBLES = {"json": in_json, "form": in_a_form, "multipart": in_a_form}

# What is otherwise: of uploads, and of fields that are not looked at

UPLOADED = {
    "task": {
        "empty": (400, "'media' is empty"),
        "no object": FAILED,
        "UTF-16": FAILED,
        "repeated, the first one wrong": (400, "'media' is empty"),
    },
    "dashboard": {},
}


def outcome(
    api: str, name: str, form: str, trouble: str, by_sort: Mapping[str, Outcome]
) -> Outcome:
    """What a trouble has to come to."""
    sort = SORTS[name]
    if sort == "upload":
        return uploaded(api, name, form, trouble, by_sort)
    if name == "models" and form == "multipart":
        return TAKEN  # a part that nobody knows is not even read
    return by_sort.get(sort, TAKEN)


def uploaded(
    api: str, name: str, form: str, trouble: str, by_sort: Mapping[str, Outcome]
) -> Outcome:
    """Bytes are an upload in multipart only, where nothing is wrong with any of them."""
    if form == "multipart":
        if api == "dashboard":
            return 400, "An upload was sent"
        return UPLOADED[api].get(trouble, TAKEN)
    if form == "form" or "upload" in by_sort:
        # The good picture is no UTF-8 itself.
        words = by_sort["upload"][1] if form == "json" else ""
        return 400, words
    if name == "image":
        return 400, "No content was sent"
    return 400, "'media' is an upload" if api == "task" else "An upload was sent"


# The walk through them


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> str:
    return f"/s/bad-{crc32(request.node.nodeid.encode())}"


@pytest.fixture
def client(server_url: str, sandbox: str) -> Iterator[RawClient]:
    client = RawClient(server_url, sandbox)
    yield client
    client.close()


def written(form: str, value: bytes) -> bytes:
    """A good value, or the bytes of a bad one, as they stand in a form."""
    if form == "json":
        return json.dumps(value.decode("latin-1")).encode()
    return quote_from_bytes(value).encode() if form == "form" else value


def body(api: str, name: str, form: str, values: list[bytes]) -> tuple[str, bytes]:
    """A request in which nothing is wrong but this field."""
    good: list[Written] = [(one, written(form, GOOD[one])) for one in around(api, name)]
    raw = values if form == "json" else [written(form, value) for value in values]
    return FORMS[form]([*good, *((name, value) for value in raw)])


def differs(expected: Outcome, found: tuple[int, Any]) -> bool:
    status, answer = found
    went_well = "return_code" not in answer
    if status != expected[0] or went_well != (expected == TAKEN):
        return True
    return not went_well and expected[1] not in answer["message"]


CASES = [(api, name, form) for api in KEYS for name in FIELDS[api] for form in FORMS]


@pytest.mark.parametrize(("api", "name", "form"), CASES, ids=["-".join(one) for one in CASES])
def test_every_trouble_of_a_field_is_refused_in_words_or_taken_as_documented(
    client: RawClient, api: str, name: str, form: str
) -> None:
    wrong = []
    for trouble, (values, by_sort) in TROUBLES[form](GOOD[name], SORTS[name]).items():
        content_type, content = body(api, name, form, values)
        expected = outcome(api, name, form, trouble, by_sort)
        for path in (SYNC, ASYNC):
            found = client.send("POST", path, KEYS[api], content_type, content)
            told = TAKEN if path == ASYNC and expected == FAILED else expected
            if differs(told, found):
                wrong.append((trouble, path, expected, found[0], str(found[1])[:200]))
    assert wrong == []
    assert_answers(client, api)


def assert_answers(client: RawClient, api: str) -> None:
    """The server goes on, over the same connection."""
    status, answer = client.send("POST", SYNC, KEYS[api], *body(api, "options", "json", [b"1"]))
    assert (status, "return_code" in answer) == (200, False)


@pytest.mark.parametrize("api", KEYS)
@pytest.mark.parametrize("name", [*CONTENTS, "callback_url", "post_id", "patron_id", "metadata"])
def test_null_in_json_is_as_if_the_field_was_not_sent(
    client: RawClient, api: str, name: str
) -> None:
    status, answer = client.send("POST", ASYNC, KEYS[api], *body(api, name, "json", [b"null"]))
    words = "No content was sent" if name in CONTENTS else f"'{name}' is missing"
    needed = name in CONTENTS or (api == "dashboard" and name in ("post_id", "patron_id"))
    assert (status, words in str(answer)) == (400 if needed else 200, needed)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["text_data", "metadata", "options"])
def test_a_field_of_nine_mebibytes_is_a_413(client: RawClient, name: str, form: str) -> None:
    value = b"x" * 9 * MIB
    raw = b'"%b"' % value if form == "json" else value
    found = client.send("POST", SYNC, "any-key", *body("task", name, form, [raw]))
    assert found[0] == found[1]["return_code"] == 413
    assert_answers(client, "task")


# What comes back of what was taken


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udc00\ud800", "é\u0301😀", "\u202e\ufeff"])
def test_what_is_taken_comes_back_as_it_was(client: RawClient, text: str) -> None:
    value = json.dumps(text).encode()
    status, answer = client.send(
        "POST", SYNC, "any-key", *body("task", "metadata", "json", [value])
    )
    assert (status, answer["metadata"]) == (200, text)
    sent = body("dashboard", "post_id", "json", [value])
    status, answer = client.send("POST", SYNC, "dashboard-key", *sent)
    assert (status, answer["post_id"]) == (200, text)
    sent = body("task", "text_data", "json", [value])
    status, answer = client.send("POST", SYNC, "any-key", *sent)
    assert (status, answer["status"][0]["response"]["input"]["text"]) == (200, text)


@pytest.mark.parametrize("api", KEYS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["text_data", "metadata"])
def test_of_a_repeated_field_the_first_counts(
    client: RawClient, api: str, form: str, name: str
) -> None:
    values = [b'"one"', b'"two"'] if form == "json" else [b"one", b"two"]
    query = "?legacy=1" if api == "dashboard" else ""
    path = f"{SYNC}{query}"
    status, answer = client.send("POST", path, KEYS[api], *body(api, name, form, values))
    text = answer["status"][0]["response"]["input"]["text"]
    assert (status, answer["metadata"] if name == "metadata" else text) == (200, "one")


# Bodies, names and addresses


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"text_data": "x"}'.encode("utf-16"), "not UTF-8"),
        ('{"text_data": "x"}'.encode("utf-32"), "not UTF-8"),
        (b"\0", "not valid JSON"),
        (b"", "not valid JSON"),
        (b"[" * MIB, "nested too deep"),
        (b'{"text_data":"x"}x', "not valid JSON"),
    ],
    ids=["UTF-16", "UTF-32", "NUL", "empty", "deep", "more than one value"],
)
def test_a_body_that_is_no_json_is_refused(client: RawClient, content: bytes, words: str) -> None:
    for api, key in KEYS.items():
        status, answer = client.send("POST", SYNC, key, "application/json", content)
        assert (status, words in answer["message"]) == (400, True), answer
        assert_answers(client, api)


def test_a_byte_order_mark_before_json_is_taken(client: RawClient) -> None:
    content = b"\xef\xbb\xbf" + b'{"text_data":"x"}'
    assert client.send("POST", SYNC, "any-key", "application/json", content)[0] == 200


@pytest.mark.parametrize(
    ("form", "content", "expected"),
    [
        ("form", b"text_data=x&%ff=y", (400, "not UTF-8")),
        ("form", b"text_data=x&a%00b=y&=z&&", TAKEN),
        ("form", b"%74ext_data=x", TAKEN),
        ("form", b"text_data=%zz%", TAKEN),
        ("form", b"&" * 2000, (400, "more than 1000 fields")),
        ("form", b"", (400, "No content was sent")),
        ("json", b'{"text_data":"x","\\ud800\\u0000":1,"":2}', TAKEN),
        ("json", b'{"TEXT_DATA":"x"}', (400, "No content was sent")),
        ("json", b"{%b}" % b",".join(b'"%d":1' % at for at in range(50_000)), (400, "No content")),
    ],
    ids=str,
)
def test_names_of_fields_may_be_anything_that_is_utf_8(
    client: RawClient, form: str, content: bytes, expected: Outcome
) -> None:
    content_type = FORMS[form]([])[0]
    found = client.send("POST", SYNC, "any-key", content_type, content)
    assert not differs(expected, found), found
    assert_answers(client, "task")


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        (b"a\0b.jpg", "a\0b.jpg"),
        (b"caf\xe9.jpg", "café.jpg"),
        ("café.jpg".encode(), "café.jpg"),
        (AS_BYTES, "í\xa0\x80"),
        (b"../../etc/passwd", "../../etc/passwd"),
        (b'a\\"b.jpg', 'a"b.jpg'),
        (b"", ""),
        (b"x" * 10_000, "x" * 10_000),
    ],
    ids=["NUL", "latin-1", "UTF-8", "surrogate", "path", "quote", "empty", "long"],
)
def test_a_file_name_may_be_anything_and_comes_back(
    client: RawClient, filename: bytes, shown: str
) -> None:
    head = b'Content-Disposition: form-data; name="media"; filename="%b"' % filename
    content = b"--x\r\n%b\r\n\r\n%b\r\n--x--\r\n" % (head, png())
    kind = "multipart/form-data; boundary=x"
    status, answer = client.send("POST", SYNC, "any-key", kind, content)
    assert (status, answer["status"][0]["response"]["input"]["media"]["filename"]) == (200, shown)


def test_a_file_name_of_a_hundred_kilobytes_is_refused(client: RawClient) -> None:
    head = b'Content-Disposition: form-data; name="media"; filename="%b"' % (b"x" * 100_000)
    content = b"--x\r\n%b\r\n\r\nx\r\n--x--\r\n" % head
    kind = "multipart/form-data; boundary=x"
    status, answer = client.send("POST", SYNC, "any-key", kind, content)
    assert (status, "headers of a part are too long" in answer["message"]) == (400, True)
    assert_answers(client, "task")


IDS = ["", "%00", "%ff", "%ed%a0%80", "x" * 20_000, "%", "a%0d%0ab", "..%2f..", "1;2", "&&&="]


@pytest.mark.parametrize("task_id", IDS, ids=range(len(IDS)))
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("api", KEYS)
def test_an_id_of_a_task_that_is_none_is_refused(
    client: RawClient, api: str, method: str, task_id: str
) -> None:
    path = "/api/v2/task" if method == "GET" else "/api/v2/task/callback"
    status, answer = client.send(method, f"{path}?task_id={task_id}", KEYS[api])
    assert (status, answer["return_code"]) in ((400, 400), (404, 404))
    assert len(answer["message"]) < 1000
    assert_answers(client, api)


@pytest.mark.parametrize("form", FORMS)
def test_an_id_of_a_task_in_a_body_has_the_same_troubles(client: RawClient, form: str) -> None:
    for trouble, (values, by_sort) in TROUBLES[form](b"x", "id").items():
        raw = values if form == "json" else [written(form, value) for value in values]
        sent = FORMS[form](("task_id", value) for value in raw)
        status, answer = client.send("POST", "/api/v2/task/callback", "any-key", *sent)
        refused = by_sort.get("id", (404, "There is no task")) if trouble != "huge" else (404, "")
        assert not differs(refused, (status, answer)), (trouble, answer)
    assert_answers(client, "task")


@pytest.mark.parametrize("legacy", ["", "1&legacy=0", "0&legacy=1", "%ff", "x" * 20_000])
def test_a_legacy_that_is_nothing_changes_nothing(client: RawClient, legacy: str) -> None:
    sent = body("dashboard", "options", "form", [b"x"])
    status, answer = client.send("POST", f"{SYNC}?legacy={legacy}", "dashboard-key", *sent)
    assert (status, answer["post_id"]) == (200, "p1")
    assert ("content_id" in answer) == legacy.startswith("1")


@pytest.mark.parametrize("key", ["\xff", "a\tb", "x" * 20_000, "text-key~\xe9", "~", "~~", "k~~~"])
def test_a_key_of_any_bytes_opens_a_project_or_is_refused(client: RawClient, key: str) -> None:
    status, answer = client.send("POST", SYNC, key, *body("task", "options", "json", [b"1"]))
    assert status in (200, 400, 403), answer
    assert_answers(client, "task")


CONTENT_TYPES = [
    *("application/json; charset=utf-16", "application/json;;;", "a" * 20_000, "\xff"),
    *("multipart/", "multipart/form-data", 'multipart/form-data; boundary="'),
    "multipart/form-data; boundary=\xff",
]


@pytest.mark.parametrize("content_type", CONTENT_TYPES, ids=range(len(CONTENT_TYPES)))
def test_a_content_type_of_any_bytes_is_understood_or_refused(
    client: RawClient, content_type: str
) -> None:
    status, answer = client.send("POST", SYNC, "any-key", content_type, b'{"text_data":"x"}')
    assert status == (200 if content_type.startswith("application/json") else 400)
    assert status == 200 or len(answer["message"]) < 1000
    assert_answers(client, "task")
