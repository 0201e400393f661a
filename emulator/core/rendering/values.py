"""How single values are written: strings, numbers, time stamps and arrays of matches."""

from collections.abc import Iterable
from datetime import datetime
from json import JSONEncoder

from emulator.core.model import Match

encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A value as compact JSON. Lone surrogates are left for `to_bytes`."""


def to_bytes(text: str) -> bytes:
    """JSON as bytes; a lone surrogate, which UTF-8 does not have, becomes its JSON escape."""
    return text.encode("utf-8", "backslashreplace")


def number(value: float) -> str:
    """The shortest digits that read back to the same double; a whole number as an integer."""
    return str(int(value)) if value == int(value) else repr(value)


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: UTC with milliseconds and Z."""
    return f"{moment.isoformat(timespec='milliseconds')[:23]}Z"


def utf16_offset(text: str, index: int) -> int:
    """The index in UTF-16 units of a place that is given in code points."""
    return index + sum(character > "\uffff" for character in text[:index])


def matches(found: Iterable[Match], text: str, *, utf16: bool) -> str:
    """An array of `{"value", "start_index", "end_index", "type"}`."""
    return f"[{','.join(_match(match, text, utf16=utf16) for match in found)}]"


def _match(match: Match, text: str, *, utf16: bool) -> str:
    start, end = match.start, match.end
    if utf16:
        start, end = utf16_offset(text, start), utf16_offset(text, end)
    return (
        f'{{"value":{encode(match.value)},"start_index":{start},"end_index":{end},'
        f'"type":{encode(match.type)}}}'
    )
