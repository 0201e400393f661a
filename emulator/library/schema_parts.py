"""What the JSON Schemas of all file formats are made of."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from emulator.core.duration import LONGEST

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
LANGUAGE: Schema = {"type": "string", "pattern": "^([A-Z]{2}|UNSUPPORTED)$"}
_MILLISECONDS = {"ms": 1, "s?": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_MOST_DIGITS = 12


def _so_many(unit: str) -> str:
    """How so many of a unit are written, with no more digits than the longest duration has."""
    longest = str(LONGEST // timedelta(milliseconds=_MILLISECONDS[unit]))
    digits = min(_MOST_DIGITS, len(longest))
    return rf"0{{0,{_MOST_DIGITS - digits}}}[0-9]{{1,{digits}}}(\.[0-9]{{1,9}})?{unit}"


DURATION: Schema = {
    "description": "250ms, 5s, 2m, 1h, 30d, or a number of seconds",
    "anyOf": [
        {"type": "string", "pattern": rf"^\s*({'|'.join(map(_so_many, _MILLISECONDS))})\s*$"},
        {"type": "number", "minimum": 0, "maximum": LONGEST.total_seconds()},
    ],
}
SOME_TIME: Schema = {
    "description": "as any duration, but longer than 0s",
    "allOf": [
        DURATION,
        {"anyOf": [{"type": "number"}, {"pattern": "[1-9]"}]},
        {"not": {"const": 0}},
    ],
}


def one_or_more(one: Schema, **more: Any) -> Schema:
    """A value, or a list of at least one, of which more may be said."""
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, **more}]}


def table(properties: Mapping[str, Any], required: Iterable[str] = (), **more: Any) -> Schema:
    """A mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def tables(items: Schema) -> Schema:
    """A list of mappings, of which there may be nothing but the key."""
    return {"type": ["array", "null"], "items": items}


def whole(least: int, most: int) -> Schema:
    """A whole number within bounds."""
    return {"type": "integer", "minimum": least, "maximum": most}


TEXTS = one_or_more(TEXT)
