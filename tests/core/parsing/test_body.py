"""Every kind of body becomes the same fields."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core import errors
from emulator.core.parsing.body import (
    MAX_FIELDS,
    MAX_UNSTREAMED,
    from_form,
    from_json,
    reader_for,
)
from tests.core.parsing.pieces import CUTS, in_pieces

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
FIELDS = st.dictionaries(
    st.sampled_from(["text_data", "url", "callback_url", "metadata", "options"]), TEXTS, min_size=1
)
GIF = b"GIF89a\x01\x00\x01\x00"


def part(head: str, content: bytes) -> bytes:
    return f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"


def as_multipart(fields: Mapping[str, str]) -> bytes:
    parts = (part(f'name="{name}"', value.encode()) for name, value in fields.items())
    return b"".join(parts) + b"--b--\r\n"


@pytest.mark.parametrize(
    ("content_type", "encode"),
    [
        ("application/json", lambda fields: json.dumps(fields).encode()),
        (FORM, lambda fields: urlencode(fields).encode()),
        (MULTIPART, as_multipart),
    ],
    ids=["json", "form", "multipart"],
)
@given(fields=FIELDS, cuts=CUTS)
def test_the_same_fields_come_out_of_every_kind_of_body_in_whatever_pieces_it_comes(
    content_type: str,
    encode: Callable[[Mapping[str, str]], bytes],
    fields: dict[str, str],
    cuts: list[int],
) -> None:
    reader = reader_for(content_type)
    for piece in in_pieces(encode(fields), cuts):
        reader.feed(piece)
    assert reader.finish() == fields
    assert reader.upload is None


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        " application/json ",
    ],
)
def test_case_and_parameters_of_a_content_type_do_not_matter(content_type: str) -> None:
    reader = reader_for(content_type)
    reader.feed(b'{"text_data":"x"}')
    assert reader.finish() == {"text_data": "x"}


@pytest.mark.parametrize(
    ("content_type", "words"),
    [
        ("", "There is no content type"),
        (";", "There is no content type"),
        ("text/plain", "'text/plain'"),
        ("application/xml; a=b", "'application/xml'"),
    ],
)
def test_any_other_content_type_is_a_400_that_lists_the_three(
    content_type: str, words: str
) -> None:
    with pytest.raises(
        errors.BadBody, match=r"multipart/form-data, .* or application/json"
    ) as told:
        reader_for(content_type)
    assert words in told.value.message


FORM_PIECES = ["a=", "%61=", "b", "=", "&", "&", "&", "+", "%20", "é", "%C3", "%A9", "%", "{", ";"]


@given(st.lists(st.sampled_from(FORM_PIECES), max_size=20).map("".join))
def test_a_form_is_read_as_the_standard_library_reads_it_and_the_first_of_a_name_counts(
    written: str,
) -> None:
    try:
        pairs = parse_qsl(written, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(errors.BadBody, match="it is not UTF-8"):
            from_form(written.encode())
        return
    if written.startswith("{"):
        with pytest.raises(errors.BadBody, match="looks like JSON"):
            from_form(written.encode())
        return
    found = {name: value for name, value in from_form(written.encode()).items() if name}
    assert found == {name: value for name, value in reversed(pairs) if name}


def test_of_a_field_that_is_repeated_in_a_form_the_first_value_counts() -> None:
    assert from_form(b"url=one&text_data=x&ur%6C=two") == {"url": "one", "text_data": "x"}


@given(FIELDS)
def test_what_httpx_sends_as_a_form_is_read(fields: dict[str, str]) -> None:
    request = httpx.Request("POST", "http://127.0.0.1/", data=fields)
    assert dict(from_form(request.read())) == fields


def test_a_form_may_have_a_thousand_fields_and_no_more() -> None:
    assert len(from_form(b"&".join(b"a%d=" % at for at in range(MAX_FIELDS)))) == MAX_FIELDS
    with pytest.raises(errors.BadBody, match="more than 1000 fields"):
        from_form(b"a&" * MAX_FIELDS + b"a")


def test_json_under_the_content_type_of_a_form_is_a_400_that_says_so() -> None:
    with pytest.raises(errors.BadBody, match="'Content-Type: application/json'"):
        from_form(b'{"text_data": "a=b&c"}')


def test_a_form_with_an_odd_first_field_is_still_a_form() -> None:
    assert from_form(b"{=1&text_data=x")["text_data"] == "x"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(TEXTS, VALUES), st.booleans())
def test_a_json_body_is_read_value_by_value_in_its_own_order(
    fields: dict[str, Any], ascii_only: bool
) -> None:
    body = json.dumps(fields, ensure_ascii=ascii_only).encode()
    assert json.dumps(from_json(body)) == json.dumps(fields)


def test_of_a_name_that_is_repeated_in_json_the_first_value_counts() -> None:
    body = b'{"text_data": "one", "url": "x", "text_data": "two"}'
    assert list(from_json(body).items()) == [("text_data", "one"), ("url", "x")]


def test_a_byte_order_mark_before_json_is_stepped_over() -> None:
    assert from_json(b'\xef\xbb\xbf{"url": "x"}') == {"url": "x"}


def test_a_lone_surrogate_in_json_is_kept() -> None:
    assert from_json(rb'{"text_data": "\ud83d"}') == {"text_data": "\ud83d"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"text_data=x", "not valid JSON"),
        (b"{'url': 'x'}", "not valid JSON"),
        (b'{"url": "x"} trailing', "not valid JSON"),
        (b'{"url": "\xff"}', "it is not UTF-8"),
        (b'{"metadata": NaN}', "NaN is no JSON"),
        (b'{"metadata": -Infinity}', "-Infinity is no JSON"),
        (b'{"metadata": 1e999}', "not valid JSON"),
        (b'{"metadata": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b'{"metadata": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
        (b"[]", "must be an object, not an array"),
        (b'"x"', "must be an object, not a string"),
        (b"null", "must be an object, not null"),
        (b"5", "must be an object, not a number"),
        (b"true", "must be an object, not a boolean"),
    ],
    ids=lambda value: str(value[:24]),
)
def test_a_json_body_that_cannot_be_read_is_a_400_that_says_why(body: bytes, words: str) -> None:
    with pytest.raises(errors.BadBody, match=words) as refused:
        from_json(body)
    assert len(refused.value.message) < 300


def test_json_may_be_wide_as_long_as_it_is_shallow() -> None:
    fields: dict[str, Any] = {"metadata": [[]] * 2000 + [{"a": [{}]}]}
    assert from_json(json.dumps(fields).encode()) == fields


def test_what_is_read_from_json_can_be_written_again_from_deeper_down() -> None:
    def written(value: object, further: int) -> str:
        return written(value, further - 1) if further else json.dumps(value)

    assert from_json(b'{"metadata": ' + b"[" * 50 + b"]" * 50 + b"}")
    for depth in range(50, 1000, 50):
        body = b'{"metadata": ' + b"[" * depth + b"]" * depth + b"}"
        try:
            fields = from_json(body)
        except errors.BadBody:
            continue
        assert written(fields, 100).encode() == body


@pytest.mark.parametrize("content_type", ["application/json", FORM, MULTIPART])
def test_what_cannot_stream_may_have_8_mib_and_no_more(content_type: str) -> None:
    head = part("name=text_data", b"")[:-2] if content_type == MULTIPART else b"text_data="
    reader = reader_for(content_type)
    reader.feed(head + b"x" * (MAX_UNSTREAMED - len(head)))
    with pytest.raises(errors.TooLarge) as refused:
        reader.feed(b"x" * (len(head) + 200))
    assert refused.value.status == 413
    assert str(MAX_UNSTREAMED) in refused.value.message
    assert "--max-body" not in refused.value.message


def test_an_upload_streams_through_and_is_told_by_its_digest() -> None:
    content = GIF + bytes(9 * 1024 * 1024)
    reader = reader_for(MULTIPART)
    reader.feed(part('name="media"; filename="a.gif"', content) + b"--b--\r\n")
    assert reader.finish() == {}
    assert reader.upload is not None
    media = reader.upload.finish()
    assert (media.filename, media.size) == ("a.gif", len(content))
    assert media.sha256 == sha256(content).hexdigest()


@given(st.binary(max_size=400), TEXTS, CUTS)
def test_in_whatever_pieces_an_upload_comes_fields_and_digest_are_the_same(
    noise: bytes, metadata: str, cuts: list[int]
) -> None:
    request = httpx.Request(
        "POST",
        "http://127.0.0.1/",
        data={"metadata": metadata},
        files={"media": ("a.gif", GIF + noise)},
    )
    reader = reader_for(request.headers["content-type"])
    for piece in in_pieces(request.read(), cuts):
        reader.feed(piece)
    assert reader.finish() == {"metadata": metadata}
    assert reader.upload is not None
    assert reader.upload.finish().sha256 == sha256(GIF + noise).hexdigest()


def fields_of(*parts: bytes) -> tuple[Mapping[str, Any], str | None]:
    reader = reader_for(MULTIPART)
    reader.feed(b"".join(parts) + b"--b--\r\n")
    fields = reader.finish()
    return fields, reader.upload.finish().filename if reader.upload else None


def test_unknown_parts_are_ignored_and_of_repeated_ones_the_first_counts() -> None:
    assert fields_of(
        part("name=models", b"visual"),
        part("name=url", b"one"),
        part("name=url", b"two"),
        part("name=media; filename=a.gif", GIF),
        part("name=media; filename=b.gif", GIF),
    ) == ({"url": "one"}, "a.gif")


@pytest.mark.parametrize(
    ("head", "filename"),
    [("name=media", ""), ("name=image; filename=a", "a"), ('name=media; filename=""', "")],
)
def test_an_upload_needs_no_file_name_and_has_an_old_name(head: str, filename: str) -> None:
    assert fields_of(part(head, GIF)) == ({}, filename)


def test_a_part_that_is_not_utf_8_is_a_400_that_names_it() -> None:
    with pytest.raises(errors.BadBody, match="the field 'text_data' is not UTF-8"):
        fields_of(part("name=text_data", b"\xff"))
