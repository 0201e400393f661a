"""multipart/form-data as it streams by, against what real clients write."""

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.policy import HTTP

import httpx
import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from emulator.core import errors
from emulator.core.parsing.multipart import (
    MAX_PART_HEADERS,
    MAX_PARTS,
    MAX_PREAMBLE,
    MultipartReader,
    boundary_of,
)
from tests.core.parsing.pieces import CUTS, in_pieces

Part = tuple[str, str | None, bytes]
BOUNDARY = "b-1"
URL = "http://127.0.0.1/api/v2/task/sync"


class Kept:
    def __init__(self) -> None:
        self.content = b""

    def feed(self, chunk: bytes) -> None:
        assert chunk
        self.content += chunk


def read(body: bytes, boundary: bytes = BOUNDARY.encode(), cuts: Sequence[int] = ()) -> list[Part]:
    opened: list[tuple[str, str | None, Kept]] = []

    def opener(name: str, filename: str | None) -> Kept:
        opened.append((name, filename, Kept()))
        return opened[-1][2]

    reader = MultipartReader(boundary, opener)
    for piece in in_pieces(body, cuts):
        reader.feed(piece)
    reader.finish()
    return [(name, filename, kept.content) for name, filename, kept in opened]


def written(parts: Sequence[Part], boundary: str = BOUNDARY) -> bytes:
    body = b""
    for name, filename, content in parts:
        file = "" if filename is None else f'; filename="{filename}"'
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def harmless(content: bytes) -> bool:
    return b"\r\n--" + BOUNDARY.encode() not in b"\r\n" + content + b"\r\n--"


NAMES = st.text(st.sampled_from("abcé_;= "), min_size=1, max_size=6).map(str.strip).filter(bool)
TRICKY = [b"\r", b"\n", b"\r\n", b"-", b"--", b"--b", b"\r\n--b-", b"--b-2", b"\x00", b"\xff", b"x"]
CONTENTS = st.lists(st.sampled_from(TRICKY), max_size=10).map(b"".join).filter(harmless)
PARTS = st.lists(st.tuples(NAMES, st.none() | NAMES, CONTENTS), min_size=1, max_size=4)


@given(PARTS, CUTS)
@example([("a", None, b"x")], [6])
@example([("a", None, b"")], list(range(80)))
def test_in_whatever_pieces_a_body_comes_its_parts_are_the_same(
    parts: list[Part], cuts: list[int]
) -> None:
    assert read(written(parts), cuts=cuts) == parts


@given(PARTS)
def test_a_body_may_come_byte_by_byte(parts: list[Part]) -> None:
    body = written(parts)
    assert read(body, cuts=range(len(body))) == parts


@given(st.binary(max_size=200), CUTS)
def test_whatever_the_bytes_are_they_are_read_or_refused_and_the_pieces_do_not_matter(
    noise: bytes, cuts: list[int]
) -> None:
    head = b'--b-1\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b-1'

    def outcome(cuts: Sequence[int]) -> list[Part] | str:
        try:
            return read(head + noise, cuts=cuts)
        except errors.BadBody as refusal:
            return refusal.message

    assert outcome(cuts) == outcome(())


FIELDS = st.dictionaries(
    st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=20), min_size=1, max_size=4
)
FILENAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters='"\\'),
    min_size=1,
    max_size=12,
).filter(lambda name: name == name.strip())
FILES = st.tuples(FILENAMES, st.binary(max_size=300))


def all_parts(fields: Mapping[str, str], file: tuple[str, bytes]) -> list[Part]:
    return [*((name, None, value.encode()) for name, value in fields.items()), ("media", *file)]


@given(FIELDS, FILES, CUTS)
def test_what_httpx_sends_is_read(
    fields: dict[str, str], file: tuple[str, bytes], cuts: list[int]
) -> None:
    request = httpx.Request("POST", URL, data=fields, files={"media": file})
    boundary = boundary_of(request.headers["content-type"])
    assert read(request.read(), boundary, cuts) == all_parts(fields, file)


@given(FIELDS, FILES, CUTS)
def test_what_requests_sends_is_read(
    fields: dict[str, str], file: tuple[str, bytes], cuts: list[int]
) -> None:
    request = requests.Request("POST", URL, data=fields, files={"media": file}).prepare()
    boundary = boundary_of(request.headers["content-type"])
    assert isinstance(request.body, bytes)
    assert read(request.body, boundary, cuts) == all_parts(fields, file)


LINES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)
ASCII_NAMES = st.from_regex(r"[A-Za-z0-9_]{1,12}(\.[a-z]{3})?", fullmatch=True)


@given(st.dictionaries(ASCII_NAMES, LINES, min_size=1, max_size=4), ASCII_NAMES, CUTS)
def test_what_the_email_package_writes_is_read(
    fields: dict[str, str], filename: str, cuts: list[int]
) -> None:
    form = MIMEMultipart("form-data", policy=HTTP)
    for name, value in fields.items():
        part = EmailMessage(HTTP)
        part["Content-Disposition"] = f'form-data; name="{name}"'
        part.set_payload(value)
        form.attach(part)
    file = EmailMessage(HTTP)
    file.set_payload("GIF89a")
    file.add_header("Content-Disposition", "form-data", name="media", filename=filename)
    form.attach(file)
    head, _, body = form.as_bytes().partition(b"\r\n\r\n")
    boundary = boundary_of(head.decode().replace("\r\n", ""))
    assert read(body, boundary, cuts) == all_parts(fields, (filename, b"GIF89a"))


def disposition(line: str, content: str = "x") -> bytes:
    return f"--b-1\r\n{line}\r\n\r\n{content}\r\n--b-1--\r\n".encode()


@pytest.mark.parametrize(
    ("line", "name", "filename"),
    [
        ('Content-Disposition: form-data; name="a"', "a", None),
        ("Content-Disposition: form-data; name=a", "a", None),
        ("content-disposition:form-data;name=a;filename=b.png", "a", "b.png"),
        ('CONTENT-DISPOSITION: form-data; NAME="a"; FileName="b.png"', "a", "b.png"),
        ('Content-Disposition: form-data; filename="b.png"; name="a"', "a", "b.png"),
        ('Content-Disposition: form-data; name="a"; filename=""', "a", ""),
        ('Content-Disposition: form-data; name="a"; filename="b;name=c"', "a", "b;name=c"),
        (r'Content-Disposition: form-data; name="a"; filename="b\"c"', "a", 'b"c'),
        (r'Content-Disposition: form-data; name="a"; filename="b\\c"', "a", r"b\c"),
        (r'Content-Disposition: form-data; name="a"; filename="C:\d\e"', "a", r"C:\d\e"),
        ('Content-Disposition: form-data; name="é"; filename="日本.png"', "é", "日本.png"),
        ('Content-Type: text/plain\r\nContent-Disposition: form-data; name="a"', "a", None),
        ('Content-Disposition: form-data; name="a"\r\nX-Other: name="b"', "a", None),
    ],
)
def test_name_and_file_name_are_read_however_they_are_written(
    line: str, name: str, filename: str | None
) -> None:
    assert read(disposition(line)) == [(name, filename, b"x")]


def test_a_name_that_is_not_utf_8_is_read_as_latin_1() -> None:
    body = disposition('Content-Disposition: form-data; name="a"; filename="é.png"')
    assert read(body.replace("é".encode(), b"\xe9")) == [("a", "é.png", b"x")]


@pytest.mark.parametrize(
    "body",
    [
        b"preamble\r\n" + disposition('Content-Disposition: form-data; name="a"'),
        disposition('Content-Disposition: form-data; name="a"') + b"epilogue\r\n--b-1\r\n",
        disposition('Content-Disposition: form-data; name="a"').rstrip(),
        disposition('Content-Disposition: form-data; name="a"').replace(b"b-1\r", b"b-1 \t\r"),
    ],
    ids=["preamble", "epilogue", "no last line break", "blanks behind a boundary"],
)
@given(cuts=CUTS)
def test_what_stands_around_the_parts_does_not_matter(body: bytes, cuts: list[int]) -> None:
    assert read(body, cuts=cuts) == [("a", None, b"x")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "its boundary 'b-1' does not occur in it"),
        (b"something else", "its boundary 'b-1' does not occur in it"),
        (disposition("Content-Disposition: form-data; name=a")[:-6], "before its last boundary"),
        (b"--b-1\r\nContent-Disposition: form-data; name=a", "before its last boundary"),
        (disposition("X-Other: form-data; name=a"), "a part has no Content-Disposition header"),
        (b"--b-1\r\n\r\nx\r\n--b-1--\r\n", "a part has no Content-Disposition header"),
        (disposition("Content-Disposition: form-data"), "a part has no name"),
        (disposition("Content-Disposition: form-data; filename=a"), "a part has no name"),
        (b"--b-12\r\n", "followed by something else"),
        (b"--b-1-\r\n", "followed by something else"),
        (b"--b-1" + b" " * 20_000, "followed by something else"),
        (b"x" * (MAX_PREAMBLE + 100), "its first boundary does not come"),
    ],
)
def test_a_broken_body_is_a_400_that_says_what_is_wrong(body: bytes, words: str) -> None:
    for cuts in ((), range(0, len(body), 997)):
        with pytest.raises(errors.BadBody, match=words) as refused:
            read(body, cuts=cuts)
        assert refused.value.status == 400


def test_a_body_may_have_a_thousand_parts_and_no_more() -> None:
    part: Part = ("a", None, b"")
    assert len(read(written([part] * MAX_PARTS))) == MAX_PARTS
    with pytest.raises(errors.BadBody, match="more than 1000 parts"):
        read(written([part] * (MAX_PARTS + 1)))


@pytest.mark.parametrize("cuts", [(), range(0, 70_000, 4096)], ids=["whole", "in pieces"])
def test_a_preamble_may_have_64_kib_in_whatever_pieces_it_comes(cuts: Sequence[int]) -> None:
    body = b"\r\n" + disposition("Content-Disposition: form-data; name=a")
    assert read(b"x" * (MAX_PREAMBLE - 10) + body, cuts=cuts) == [("a", None, b"x")]
    with pytest.raises(errors.BadBody, match="its first boundary does not come"):
        read(b"x" * (MAX_PREAMBLE + 100) + body, cuts=cuts)


@pytest.mark.parametrize("step", [1, 2, 3, 5, 100_000], ids="in steps of {}".format)
@pytest.mark.parametrize("more", [0, 1], ids=["longest", "too long"])
def test_headers_may_have_16_kib_in_whatever_pieces_they_come(step: int, more: int) -> None:
    line = "\r\nContent-Disposition: form-data; name=a\r\nX: "
    line = line.removeprefix("\r\n") + "x" * (MAX_PART_HEADERS - len(line) + more)
    body = disposition(line)
    cuts = [MAX_PART_HEADERS + at for at in range(0, 30, step)]
    if more:
        with pytest.raises(errors.BadBody, match="headers of a part are too long"):
            read(body, cuts=cuts)
    else:
        assert read(body, cuts=cuts) == [("a", None, b"x")]


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=abc", b"abc"),
        ('multipart/form-data; boundary="a b:c"', b"a b:c"),
        ("multipart/form-data;BOUNDARY=abc;charset=utf-8", b"abc"),
        (
            "multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundary7",
            b"----WebKitFormBoundary7",
        ),
        ("multipart/form-data; boundary=abc ", b"abc"),
    ],
)
def test_the_boundary_is_read_from_the_content_type(content_type: str, boundary: bytes) -> None:
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        "multipart/form-data; boundary=é",
        "multipart/form-data; boundary=a\rb",
        "multipart/form-data; boundary=" + "x" * 201,
        "multipart/form-data; xboundary=abc",
    ],
)
def test_a_content_type_without_a_usable_boundary_is_a_400(content_type: str) -> None:
    with pytest.raises(errors.BadBody, match="names no usable boundary"):
        boundary_of(content_type)
