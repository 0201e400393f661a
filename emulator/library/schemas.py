"""The file formats as JSON Schemas, for editors: made from the tables that reading goes by.

What no schema can say, a reader says all the same: that the scores of a head sum to at most 1, that
an expression is one of RE2, that a name stands only once. The other way round, a schema knows no
configuration: of the classes that a project has of its own it takes those with a hyphen, as Hive
names them, since any other may as well be a known one that is misspelt.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.core.access import PRODUCTS
from emulator.core.codes import DOWNLOAD_CODES
from emulator.core.duration import LONGEST
from emulator.core.faults import EVENTS, TROUBLES, Kind, objection
from emulator.core.latency import read_latency
from emulator.core.matching import FIELDS
from emulator.core.size import parse_size
from emulator.core.taxonomy.text import TEXT_SEVERITIES, TEXT_TAXONOMIES, UNSUPPORTED
from emulator.core.taxonomy.visual import DOCS, VISUAL_TAXONOMIES
from emulator.library.configuration import AMOUNT, MOST_MONEY, ORDINARY_HEADS
from emulator.library.scenarios import FAULTS_ONLY
from emulator.library.scripts import (
    FAULTS_WITH,
    LEAST_COUNT,
    MATCH_LISTS,
    MIME_TYPES,
    MOST_BYTES,
    MOST_COUNT,
    PROBABILITY,
    SCRIPT_KEYS,
)
from emulator.settings import (
    KNOBS,
    Knob,
    WholeNumber,
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


_RATE: Schema = {
    "description": "50/s, 100/m, 1000/h or 100/d",
    "type": "string",
    "pattern": r"^\s*[1-9][0-9]{0,8}\s*/\s*[smhd]\s*$",
}
_MONEY: Schema = {
    "description": "dollars",
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": MOST_MONEY},
        {"type": "string", "pattern": f"^{AMOUNT}$"},
    ],
}


def _size(most: int | None = None) -> Schema:
    number = {"type": "integer", "minimum": 1, **({} if most is None else {"maximum": most})}
    text = {"type": "string", "pattern": r"^\s*0*[1-9][0-9]*\s*([KMG]iB)?\s*$"}
    return {"description": "200MiB, 64KiB, or a number of bytes", "anyOf": [number, text]}


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
    reserved = {"language": _LANGUAGE, **{name: _list(_match()) for name in MATCH_LISTS}}
    return {
        "visual": _visual(),
        "text": _table({**_severities(), **reserved}),
        "media": _table({"width": pixels, "height": pixels, "mimetype": {"enum": MIME_TYPES}}),
        "latency": _DURATION,
        **_fault(),
    }


_KINDS: Mapping[Kind, Schema] = {
    Kind.DURATION: _DURATION,
    Kind.COUNT: _whole(LEAST_COUNT, MOST_COUNT),
    Kind.CODE: {"enum": list(DOWNLOAD_CODES)},
    Kind.TEXT: _TEXT,
    Kind.SIZE: _size(MOST_BYTES),
}


def _fault() -> Schema:
    """A fault, and everything that may stand beside one, with what it is for."""
    chance = {
        "description": "how likely the fault is, each time; drawn from the seed",
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
    }
    settings = {
        name: _setting(name, has_it) for name, has_it in FAULTS_WITH.items() if name != PROBABILITY
    }
    return {"fault": {"enum": list(TROUBLES)}, **settings, PROBABILITY: chance}


def _setting(name: str, has_it: Iterable[str]) -> Schema:
    """A setting, which is of one kind wherever it stands."""
    found = {one: TROUBLES[one].settings[name] for one in has_it}
    [kind] = {setting.kind for setting in found.values()}
    told = [f"{one}: {setting.meaning}" for one, setting in found.items()]
    return {**_KINDS[kind], "description": "; ".join(told)}


def _settings_of_faults() -> list[Schema]:
    """A setting stands only beside a fault that has it."""
    return [
        {
            "if": {"required": [name]},
            "then": {"properties": {"fault": {"enum": list(has_it)}}, "required": ["fault"]},
        }
        for name, has_it in FAULTS_WITH.items()
    ]


def _faults_at_events() -> list[Schema]:
    """A fault stands only where it can happen; without `on` that is at a submission."""
    return [
        {
            "if": {
                "properties": {"on": {"const": word}},
                "required": [] if word == "submit" else ["on"],
            },
            "then": {
                "properties": {
                    "fault": {"enum": [one for one in TROUBLES if objection(one, word) is None]}
                }
            },
        }
        for word in EVENTS
    ]


def _content_of_steps() -> Schema:
    """A step says something, and where content is looked at no more, it names a fault."""
    without = {name: False for name in SCRIPT_KEYS if name != "fault"}
    return {
        "if": {"properties": {"on": {"enum": list(FAULTS_ONLY)}}},
        "then": {"properties": without, "required": ["fault"]},
        "else": _says_something(),
    }


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
        allOf=[_content_of_steps(), *_settings_of_faults(), *_faults_at_events()],
    )
    spell = _table(
        {"from": _DURATION, "to": _DURATION, "on": on, **_fault()},
        ("fault",),
        allOf=[*_settings_of_faults(), *_faults_at_events()],
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
            "rate_limit": _RATE,
            "balance": _MONEY,
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


def _words(words: Iterable[str]) -> Schema:
    """One of a few words, of which editors show the plain form, in any case."""
    known = list(words)
    any_case = "|".join("".join(map(_in_any_case, word)) for word in known)
    pattern = {"type": "string", "pattern": rf"^\s*({any_case})\s*$"}
    return {"anyOf": [{"enum": known}, pattern]}


def _in_any_case(letter: str) -> str:
    return f"[{letter.upper()}{letter}]" if letter.isalpha() else letter


_SCALARS: Mapping[Any, Schema] = {
    read_text: _TEXT,
    read_path: _TEXT,
    read_flag: {
        "anyOf": [
            {"type": "boolean"},
            {"enum": [0, 1]},
            _words(("yes", "no", "on", "off", "true", "false", "1", "0")),
        ]
    },
    read_latency: _LATENCY,
    parse_size: _size(),
    read_rewrite: {"type": "string", "pattern": f"^{_ORIGIN}={_ORIGIN}$"},
}
"""What each reader of settings takes."""


def _scalar(knob: Knob) -> Schema:
    if isinstance(knob.read, WholeNumber):
        return _whole(knob.read.least, knob.read.most)
    return _SCALARS.get(knob.read) or _words(knob.metavar.split("|"))


def _document(title: str, schema: Schema) -> Schema:
    return {"$schema": _DIALECT, "title": title, **schema}


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "fixtures": fixtures,
    "scenarios": scenarios,
    "config": config,
}
"""The schema of each file format, by the name that the command line uses."""
