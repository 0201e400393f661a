"""The file formats as JSON Schemas, for editors: made from the tables that reading goes by.

What no schema can say, a reader says all the same: that the scores of a head sum to at most 1, that
an expression is one of RE2, that a name stands only once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.core.access import PRODUCTS
from emulator.core.duration import LONGEST
from emulator.core.faults import EVENTS, TROUBLES
from emulator.core.latency import read_latency
from emulator.core.matching import FIELDS
from emulator.core.taxonomy.text import TEXT_SEVERITIES, TEXT_TAXONOMIES, UNSUPPORTED
from emulator.core.taxonomy.visual import DOCS, VISUAL_TAXONOMIES
from emulator.library.configuration import ORDINARY_HEADS
from emulator.library.scripts import MATCH_LISTS, MIME_TYPES, SCRIPT_KEYS
from emulator.settings import (
    KNOBS,
    Knob,
    WholeNumber,
    read_bytes,
    read_flag,
    read_path,
    read_rewrite,
    read_text,
)

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string", "minLength": 1}
_NAME: Schema = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}
_CLASS: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,100}$"}
_DURATION: Schema = {
    "description": "250ms, 5s, 2m, 1h, 30d, or a number of seconds",
    "anyOf": [
        {"type": "string", "pattern": r"^\s*\d{1,12}(\.\d{1,9})?(ms|s|m|h|d)?\s*$"},
        {"type": "number", "minimum": 0, "maximum": LONGEST.total_seconds()},
    ],
}
_SOME_TIME: Schema = {
    "description": "as any duration, but longer than 0s",
    "allOf": [
        _DURATION,
        {"anyOf": [{"type": "number"}, {"pattern": "[1-9]"}]},
        {"not": {"const": 0}},
    ],
}
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}
_ORIGIN = "[A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#=]+"
_LATENCY: Schema = {"anyOf": [{"enum": ["none", "documented"]}, _DURATION]}
_LANGUAGE: Schema = {"type": "string", "pattern": "^([A-Z]{2}|UNSUPPORTED)$"}


def _one_or_more(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


_TEXTS = _one_or_more(_TEXT)


def _table(properties: Mapping[str, Any], required: Iterable[str] = (), **more: Any) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _severities() -> Schema:
    return {name: {"enum": [UNSUPPORTED, *possible]} for name, possible in TEXT_SEVERITIES.items()}


def _match() -> Schema:
    index = _whole(0, 10**9)
    properties = {"value": _TEXT, "start_index": index, "end_index": index, "type": _TEXT}
    return _table(properties, properties)


def _visual() -> Schema:
    score = {"type": "number", "minimum": 0, "maximum": 1}
    known = dict.fromkeys(DOCS.classes, score)
    # A project may have heads of its own, whose classes contain a hyphen [observed].
    own = {"^[A-Za-z0-9_.]+-[A-Za-z0-9_.-]+$": score}
    return _table(known, patternProperties=own)


def _script() -> Schema:
    pixels = _whole(1, 100_000)
    settings = {name for trouble in TROUBLES.values() for name in trouble.settings}
    reserved = {"language": _LANGUAGE, **{name: _list(_match()) for name in MATCH_LISTS}}
    return {
        "visual": _visual(),
        "text": _table({**_severities(), **reserved}),
        "media": _table({"width": pixels, "height": pixels, "mimetype": {"enum": MIME_TYPES}}),
        "fault": {"enum": list(TROUBLES)},
        "latency": _DURATION,
        **dict.fromkeys(sorted(settings), _DURATION),
    }


def _settings_of_faults() -> list[Schema]:
    """A setting stands only beside a fault that has it."""
    every = {name for trouble in TROUBLES.values() for name in trouble.settings}
    return [
        {
            "if": {"required": [name]},
            "then": {
                "properties": {
                    "fault": {"enum": [one for one in TROUBLES if name in TROUBLES[one].settings]}
                },
                "required": ["fault"],
            },
        }
        for name in sorted(every)
    ]


def _when() -> Schema:
    fields = {**dict.fromkeys(FIELDS, _TEXTS), "sha256": _one_or_more(_DIGEST)}
    return _table(fields, minProperties=1)


def _says_something() -> Schema:
    return {"anyOf": [{"required": [name]} for name in SCRIPT_KEYS]}


def fixtures() -> Schema:
    """A file of fixtures."""
    fixture = _table(
        {"name": _TEXT, "when": _when(), **_script()},
        ("name", "when"),
        allOf=[_says_something(), *_settings_of_faults()],
    )
    return _document("fixtures of hive-emulator", _table({"fixtures": _list(fixture)}))


def scenarios() -> Schema:
    """A scenario."""
    on = {"enum": list(EVENTS)}
    step = _table(
        {"on": on, "when": _when(), "times": _whole(1, 10**9), **_script()},
        ("on",),
        allOf=[_says_something(), *_settings_of_faults()],
    )
    settings = {name for trouble in TROUBLES.values() for name in trouble.settings}
    spell = _table(
        {
            "from": _DURATION,
            "to": _DURATION,
            "on": on,
            "fault": {"enum": list(TROUBLES)},
            **dict.fromkeys(sorted(settings), _DURATION),
        },
        ("fault",),
        allOf=_settings_of_faults(),
    )
    scenario = _table(
        {
            "name": _NAME,
            "description": _TEXT,
            "latency": _LATENCY,
            "steps": _list(step),
            "timeline": _list(spell),
            "callbacks": _table({"timeout": _SOME_TIME, "retry": _list(_DURATION)}),
        },
        ("name",),
    )
    return _document("a scenario of hive-emulator", scenario)


def config() -> Schema:
    """A configuration file."""
    number = _whole(0, 2**53)
    project = _table(
        {
            "name": _TEXT,
            "keys": _TEXTS,
            "product": {"enum": list(PRODUCTS)},
            "project_id": number,
            "user_id": number,
            "taxonomy": {"enum": list(VISUAL_TAXONOMIES)},
            "extra_heads": {
                "type": "object",
                "propertyNames": {"not": {"enum": sorted(ORDINARY_HEADS)}},
                "additionalProperties": {
                    **_list({**_CLASS, "not": {"enum": list(DOCS.classes)}}),
                    "minItems": 2,
                    "uniqueItems": True,
                },
            },
            "text_taxonomy": {"enum": list(TEXT_TAXONOMIES)},
            "promotions": {"type": "boolean"},
            "max_text_length": _whole(1, 10_000_000),
            "indices": {"enum": ["codepoints", "utf16"]},
            "custom_classes": _list(
                _table({"type": _TEXT, "patterns": _TEXTS}, ("type", "patterns"))
            ),
            "allowlist": _list(_TEXT),
        },
        ("name", "keys"),
    )
    application = _table({"name": _TEXT, "keys": _TEXTS, "application_id": _TEXT}, ("name", "keys"))
    options = {
        name: {**_option(knob), "description": knob.meaning}
        for knob in KNOBS
        if knob.name != "config"
        for name in (knob.name, knob.name.replace("_", "-"))
    }
    listed = {"projects": _list(project), "applications": _list(application)}
    return _document("the configuration of hive-emulator", _table({**listed, **options}))


def _option(knob: Knob) -> Schema:
    """What an option may be, or each of a list of them."""
    scalar = _scalar(knob)
    return {"anyOf": [scalar, _list(scalar)]} if knob.repeatable else scalar


_SCALARS: Mapping[Any, Schema] = {
    read_text: _TEXT,
    read_path: _TEXT,
    read_flag: {"anyOf": [{"type": "boolean"}, {"enum": [0, 1, "yes", "no", "on", "off"]}]},
    read_latency: _LATENCY,
    read_bytes: {
        "anyOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "pattern": r"^\s*0*[1-9][0-9]*\s*([KMG]iB)?\s*$"},
        ]
    },
    read_rewrite: {"type": "string", "pattern": f"^{_ORIGIN}={_ORIGIN}$"},
}
"""What each reader of settings takes."""


def _scalar(knob: Knob) -> Schema:
    if isinstance(knob.read, WholeNumber):
        return _whole(knob.read.least, knob.read.most)
    return _SCALARS.get(knob.read) or {"enum": knob.metavar.split("|")}


def _document(title: str, schema: Schema) -> Schema:
    return {"$schema": _DIALECT, "title": title, **schema}


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "fixtures": fixtures,
    "scenarios": scenarios,
    "config": config,
}
"""The schema of each file format, by the name that the command line uses."""
