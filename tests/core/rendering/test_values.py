"""How single values are written."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emulator.core.model import Match
from emulator.core.rendering.values import encode, matches, number, quote, stamp, to_bytes

ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "So"]))


def joined(text: str) -> str:
    """The text with surrogates that make a pair put together, as every JSON reader does."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@given(ANY_TEXT)
@example('\x00\x1f"\\/\x7f\u2028\ud83d😀\udc00')
def test_any_text_becomes_valid_json_in_utf_8(text: str) -> None:
    written = to_bytes(quote(text))
    assert json.loads(written.decode()) == joined(text)
    assert written == to_bytes(encode(text))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("é😀", '"é😀"'.encode()),
        ("\ud83d", rb'"\ud83d"'),
        ('a"b\\c\n\x00', rb'"a\"b\\c\n\u0000"'),
        ("a/b", b'"a/b"'),
    ],
    ids=["no escape that is not needed", "lone surrogate", "escapes", "slash"],
)
def test_only_what_must_be_is_escaped(text: str, written: bytes) -> None:
    assert to_bytes(quote(text)) == written


def test_json_is_compact() -> None:
    assert encode({"a": [1, None, True], "é": {}}) == '{"a":[1,null,true],"é":{}}'


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(8.857344804177162e-05)
@example(0.00010170473872266839)
@example(1e22)
@example(-0.5)
def test_a_number_reads_back_to_the_same_double(value: float) -> None:
    assert float(json.loads(number(value))) == value


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (0.0, "0"), (1.0, "1"), (1, "1"), (0.5, "0.5"), (30.0, "30")]
)
def test_a_whole_number_is_written_as_an_integer(value: float, written: str) -> None:
    assert number(value) == written


@given(st.datetimes(timezones=st.just(UTC)))
@example(datetime(2023, 3, 15, 22, 16, 18, 408_999, tzinfo=UTC))
@example(datetime(1, 1, 1, tzinfo=UTC))
def test_a_stamp_is_the_iso_form_in_milliseconds_with_z(moment: datetime) -> None:
    iso = moment.isoformat(timespec="milliseconds")
    assert stamp(moment) == iso.removesuffix("+00:00") + "Z"


def test_a_stamp_looks_like_the_recorded_one() -> None:
    moment = datetime(2023, 3, 15, 22, 16, 18, 408_000, tzinfo=UTC)
    assert stamp(moment) == "2023-03-15T22:16:18.408Z"


@given(st.lists(st.sampled_from("a\u00e9😀\ud83d"), max_size=8).map("".join), st.data())
def test_indices_of_matches_agree_with_the_encoding_in_utf_16(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    match = Match(text[start:end], start, end, "any")
    (in_units,) = json.loads(to_bytes(matches([match], text, utf16=True)).decode())
    encoded = text.encode("utf-16-le", "surrogatepass")
    cut = encoded[2 * in_units["start_index"] : 2 * in_units["end_index"]]
    assert cut.decode("utf-16-le", "surrogatepass") == joined(match.value)
    (in_points,) = json.loads(to_bytes(matches([match], text, utf16=False)).decode())
    assert (in_points["start_index"], in_points["end_index"]) == (start, end)


def test_a_match_has_its_keys_in_the_recorded_order() -> None:
    found = [Match("ASS", 1, 4, "profanity"), Match('"', 5, 6, "x\\y")]
    assert matches(found, "xass '", utf16=False) == (
        '[{"value":"ASS","start_index":1,"end_index":4,"type":"profanity"},'
        '{"value":"\\"","start_index":5,"end_index":6,"type":"x\\\\y"}]'
    )
    assert matches((), "", utf16=True) == "[]"
