"""The file formats as JSON Schemas, for editors: made from the tables that reading goes by.

What no schema can say, a reader says all the same: that the scores of a head sum to at most 1, that
an expression is one of RE2, that a name stands only once. For JSON Schema `1e3` and `4483.0` are
whole numbers; the readers want them written as such. The other way round, a schema knows no
configuration: it takes every class with a hyphen, since a project may have it of its own and Hive
names such classes so, and none without, since that may as well be a known one that is misspelt.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.core.access import PRODUCTS
from emulator.core.codes import CODES, DOWNLOAD_CODES
from emulator.core.duration import parse_duration
from emulator.core.faults import EVENTS, TROUBLES, Event, Kind, objection
from emulator.core.latency import read_latency
from emulator.core.matching import FIELDS
from emulator.core.model import NOTHING
from emulator.core.rules import ACTIONS
from emulator.core.scenario import OWED
from emulator.core.size import parse_size
from emulator.core.taxonomy.text import TEXT_SEVERITIES, TEXT_TAXONOMIES, UNSUPPORTED
from emulator.core.taxonomy.visual import DOCS, VISUAL_TAXONOMIES
from emulator.library.configuration import (
    AMOUNT,
    LEAST_FPS,
    MOST_FPS,
    MOST_MONEY,
    ORDINARY_HEADS,
)
from emulator.library.policies import DECISION_KEYS, POLICY_KEYS
from emulator.library.rule_schemas import (
    condition_schema,
    definitions,
    policy_definitions,
    rule_schema,
)
from emulator.library.scenarios import FAULTS_ONLY
from emulator.library.schema_parts import (
    DURATION,
    LANGUAGE,
    SOME_TIME,
    TEXT,
    TEXTS,
    Schema,
    one_or_more,
    table,
    tables,
    whole,
)
from emulator.library.scripts import (
    BETWEEN,
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

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PATH: Schema = {**TEXT, "pattern": r"^[^\u0000]*$"}
_NAME: Schema = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}
_CLASS: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,100}$"}
_KEYS = one_or_more(TEXT, uniqueItems=True)
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}
_ORIGIN = "[A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#=]+"
_ADDRESS = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]+([/?#]\S*)?$"
_LATENCY: Schema = {"anyOf": [{"enum": ["none", "documented"]}, DURATION]}
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
_SIZE_DIGITS = 18


def _size(most: int | None = None) -> Schema:
    number = whole(1, 10**_SIZE_DIGITS - 1 if most is None else most)
    digits = f"0*[1-9][0-9]{{0,{_SIZE_DIGITS - 1}}}"
    text = {"type": "string", "pattern": rf"^\s*{digits}\s*([KMG]iB)?\s*$"}
    return {"description": "200MiB, 64KiB, or a number of bytes", "anyOf": [number, text]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _in_quotes(least: int, most: int) -> Schema:
    """A whole number that is written as a text; `least` is 0 or 1."""
    digits, shorter = str(most), len(str(most)) - 1
    # What has fewer digits, or is less at one of them after the same ones.
    less = [
        f"{digits[:at]}[0-{int(digit) - 1}][0-9]{{{shorter - at}}}"
        for at, digit in enumerate(digits)
        if digit != "0"
    ]
    bounded = rf"^\s*0*([0-9]{{1,{shorter}}}|{'|'.join(less)}|{digits})\s*$"
    patterns = [bounded, "[1-9]"] if least else [bounded]
    return {"type": "string", "allOf": [{"pattern": one} for one in patterns]}


def _severities() -> Schema:
    return {name: {"enum": [UNSUPPORTED, *possible]} for name, possible in TEXT_SEVERITIES.items()}


def _match() -> Schema:
    index = whole(0, 10**9)
    properties = {"value": TEXT, "start_index": index, "end_index": index, "type": TEXT}
    return table(properties, properties)


def _visual(beside: Mapping[str, Schema] = NOTHING) -> Schema:
    """Scores by class, and what must stand beside them."""
    score = {"type": "number", "minimum": 0, "maximum": 1}
    known = dict.fromkeys(DOCS.classes, score)
    # A project may have heads of its own, whose classes contain a hyphen [observed].
    own = {"^[A-Za-z0-9_.]+-[A-Za-z0-9_.-]+$": score}
    return table({**beside, **known}, beside, patternProperties=own)


def _video() -> Schema:
    frames = {**_list(_visual({"at": DURATION})), "minItems": 1}
    return table({"between": {"enum": list(BETWEEN)}, "frames": frames}, ("frames",))


def _script() -> Schema:
    pixels = whole(1, 100_000)
    reserved = {"language": LANGUAGE, **{name: tables(_match()) for name in MATCH_LISTS}}
    return {
        "visual": _visual(),
        "video": _video(),
        "text": table({**_severities(), **reserved}),
        "media": table(
            {
                "width": pixels,
                "height": pixels,
                "mimetype": {"enum": MIME_TYPES},
                "duration": DURATION,
            }
        ),
        "latency": DURATION,
        **_fault(),
    }


_KINDS: Mapping[Kind, Schema] = {
    Kind.DURATION: DURATION,
    Kind.COUNT: whole(LEAST_COUNT, MOST_COUNT),
    Kind.CODE: {"enum": list(DOWNLOAD_CODES)},
    Kind.ANY_CODE: {"enum": list(CODES)},
    Kind.TEXT: TEXT,
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


def _kind_of_callbacks() -> Schema:
    """Only callbacks are of several kinds."""
    elsewhere = {"properties": {"on": {"not": {"const": Event.CALLBACK.value}}}}
    return {"if": elsewhere, "then": {"properties": {"kind": False}}}


def _when() -> Schema:
    fields = {**dict.fromkeys(FIELDS, TEXTS), "sha256": one_or_more(_DIGEST)}
    return table(fields, minProperties=1)


def _says_something() -> Schema:
    return {"anyOf": [{"required": [name]} for name in SCRIPT_KEYS]}


def fixtures() -> Schema:
    """A file of fixtures."""
    fixture = table(
        {"name": TEXT, "when": _when(), **_script()},
        ("name", "when"),
        allOf=[_says_something(), *_settings_of_faults()],
    )
    return _document("fixtures of hive-emulator", table({"fixtures": tables(fixture)}))


def scenarios() -> Schema:
    """A scenario."""
    on = {"enum": list(EVENTS)}
    owed: Schema = {"enum": list(OWED)}
    step = table(
        {
            "on": on,
            "kind": owed,
            "when": _when(),
            "times": whole(1, 10**9),
            **_script(),
        },
        ("on",),
        allOf=[
            _content_of_steps(),
            _kind_of_callbacks(),
            *_settings_of_faults(),
            *_faults_at_events(),
        ],
    )
    spell = table(
        {"from": DURATION, "to": DURATION, "on": on, **_fault()},
        ("fault",),
        allOf=[*_settings_of_faults(), *_faults_at_events()],
    )
    scenario = table(
        {
            "name": _NAME,
            "description": TEXT,
            "latency": _LATENCY,
            "steps": tables(step),
            "timeline": tables(spell),
            "callbacks": table({"timeout": SOME_TIME, "retry": _list(DURATION)}),
        },
        ("name",),
    )
    return _document("a scenario of hive-emulator", scenario)


def config() -> Schema:
    """A configuration file."""
    number = whole(0, 2**53)
    project = table(
        {
            "name": TEXT,
            "keys": _KEYS,
            "product": {"enum": list(PRODUCTS)},
            "project_id": number,
            "user_id": number,
            **_model(),
            "rate_limit": _RATE,
            "balance": _MONEY,
            "cache": {"type": "boolean"},
        },
        ("name", "keys"),
    )
    webhook = table({"webhook": {"type": "string", "pattern": _ADDRESS}}, ("webhook",))
    application = table(
        {
            "name": TEXT,
            "keys": _KEYS,
            "application_id": TEXT,
            **_model(),
            "rules": tables(rule_schema()),
            "actions": table(dict.fromkeys(ACTIONS, webhook)),
        },
        ("name", "keys"),
    )
    options = {
        name: {**_option(knob), "description": knob.meaning}
        for knob in KNOBS
        if knob.name != "config"
        for name in (knob.name, knob.name.replace("_", "-"))
    }
    listed = {"projects": tables(project), "applications": tables(application)}
    once = [
        {"not": {"required": [name, name.replace("_", "-")]}} for name in options if "_" in name
    ]
    document = table({**listed, **options}, allOf=once) | {"$defs": definitions()}
    return _document("the configuration of hive-emulator", document)


def policy() -> Schema:
    """A policy."""
    anything: Schema = {"description": "what is decided: any value"}
    decision = table({"decide": anything, "when": condition_schema()}, DECISION_KEYS)
    properties = {
        "decisions": {**tables(decision), "description": "the first that holds counts"},
        "otherwise": anything,
    }
    document = table(properties, POLICY_KEYS) | {"$defs": policy_definitions()}
    return _document("a policy of hive-emulator", document)


def _model() -> dict[str, Schema]:
    """What a project, or an application, says of its model."""
    return {
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
        "fps": {"type": "number", "minimum": LEAST_FPS, "maximum": MOST_FPS},
        "text_taxonomy": {"enum": list(TEXT_TAXONOMIES)},
        "promotions": {"type": "boolean"},
        "max_text_length": whole(1, 10_000_000),
        "indices": {"enum": ["codepoints", "utf16"]},
        "custom_classes": tables(table({"type": TEXT, "patterns": TEXTS}, ("type", "patterns"))),
        "allowlist": _list(TEXT),
        "languages": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z]{2}$"},
            "additionalProperties": {
                "anyOf": [{"const": "all"}, _list({"enum": list(TEXT_SEVERITIES)})]
            },
        },
    }


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
    read_text: TEXT,
    read_path: _PATH,
    read_flag: {
        "anyOf": [
            {"type": "boolean"},
            {"enum": [0, 1]},
            _words(("yes", "no", "on", "off", "true", "false", "1", "0")),
        ]
    },
    read_latency: _LATENCY,
    parse_duration: DURATION,
    parse_size: _size(),
    read_rewrite: {"type": "string", "pattern": f"^{_ORIGIN}={_ORIGIN}$"},
}
"""What each reader of settings takes."""


def _scalar(knob: Knob) -> Schema:
    if isinstance(knob.read, WholeNumber):
        bounds = knob.read.least, knob.read.most
        return {"anyOf": [whole(*bounds), _in_quotes(*bounds)]}
    return _SCALARS.get(knob.read) or _words(knob.metavar.split("|"))


def _document(title: str, schema: Schema) -> Schema:
    return {"$schema": _DIALECT, "title": title, **schema}


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "fixtures": fixtures,
    "scenarios": scenarios,
    "config": config,
    "policy": policy,
}
"""The schema of each file format, by the name that the command line uses."""
