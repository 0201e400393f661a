"""How single values are written: strings, numbers, time stamps and arrays of matches."""

from collections.abc import Callable, Sequence
from datetime import datetime
from json import JSONEncoder
from json.encoder import encode_basestring

from emulator.core.model import Match
from emulator.core.units import Places

encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A value as compact JSON. Lone surrogates are left for `to_bytes`."""

quote: Callable[[str], str] = encode_basestring
"""A text as a JSON string: what `encode` comes to for texts, without the way there."""


def to_bytes(text: str) -> bytes:
    """JSON as bytes; a lone surrogate, which UTF-8 does not have, becomes its JSON escape."""
    return text.encode("utf-8", "backslashreplace")


def number(value: float) -> str:
    """The shortest digits that read back to the same double; a whole number as an integer."""
    return str(int(value)) if value == int(value) else repr(value)


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: UTC with milliseconds and Z."""
    # As `isoformat` would, in two thirds of its time: every answer holds two of these.
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (  # noqa: UP031 - the fastest there is
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
        moment.microsecond // 1000,
    )


def matches(found: Sequence[Match], text: str, *, utf16: bool) -> str:
    """An array of `{"value", "start_index", "end_index", "type"}`."""
    if not found:
        return "[]"
    places = Places(text, utf16=utf16)
    return f"[{','.join(_match(match, places) for match in found)}]"


def _match(match: Match, places: Places) -> str:
    return (
        f'{{"value":{encode(match.value)},"start_index":{places.of(match.start)},'
        f'"end_index":{places.of(match.end)},"type":{encode(match.type)}}}'
    )
