"""Rules and conditions as JSON Schema; conditions hold conditions, so they stand under `$defs`."""

from collections.abc import Mapping

from emulator.core.conditions.comparing import OPERATORS
from emulator.core.conditions.condition import PATRON_STATES
from emulator.core.conditions.others import METADATA
from emulator.core.prediction.analysis import PERSONAL
from emulator.core.rules import BY_RULES, FREQUENCIES, REQUIRED, TYPES, Deed
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.core.taxonomy.visual import DOCS
from emulator.library.conditions import MOST_POSTS, MOST_SEVERE
from emulator.library.policies import UNKNOWN_TO_ANSWERS
from emulator.library.rules import MOST_CARDINALITY
from emulator.library.schema_parts import (
    LANGUAGE,
    SOME_TIME,
    TEXT,
    TEXTS,
    Schema,
    one_or_more,
    table,
    whole,
)

CONDITION, COUNTED = "condition", "counted"
SCORE, SEVERITY, METADATA_VALUE = "score", "severity", "metadata"
_SETTINGS = {"tag": TEXT, "for": SOME_TIME}
_NUMBER: Schema = {"type": "number"}
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}


def rule_schema() -> Schema:
    """One rule; the document that holds it needs `definitions()` as its `$defs`."""
    return table(
        {
            "name": TEXT,
            "type": {"description": "what it judges", "enum": list(TYPES)},
            "when": condition_schema(),
            "action": action_schema(BY_RULES),
            "trigger_frequency": {"description": "once per subject", "enum": list(FREQUENCIES)},
            "active": {"type": "boolean"},
            "cardinality": whole(1, MOST_CARDINALITY),
        },
        ("name", "type", "when", "action"),
    )


def condition_schema() -> Schema:
    """One condition; the document that holds it needs `definitions()` as its `$defs`."""
    return _reference(CONDITION)


def definitions() -> dict[str, Schema]:
    """What the two refer to: a condition, one without a count, as that of a count is, and values.

    A value stands once here, since each of more than a hundred classes may be compared with one.
    """
    count = table(
        {"of": _reference(COUNTED), "within": SOME_TIME, "at_least": whole(1, MOST_POSTS)},
        ("of", "within", "at_least"),
    )
    return {
        CONDITION: _condition(CONDITION, count=count),
        COUNTED: _condition(COUNTED),
        SCORE: _compared(_NUMBER),
        SEVERITY: _compared(whole(-MOST_SEVERE, MOST_SEVERE)),
        METADATA_VALUE: _metadata_value(),
    }


def policy_definitions() -> dict[str, Schema]:
    """The same for policies, whose conditions ask nothing of other posts or of the patron."""
    condition = _condition(CONDITION)
    for key in UNKNOWN_TO_ANSWERS:
        condition["properties"].pop(key, None)
    known = {name: one for name, one in definitions().items() if name != COUNTED}
    return {**known, CONDITION: condition}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _condition(itself: str, **count: Schema) -> Schema:
    one = _reference(itself)
    several = {"type": "array", "items": one, "minItems": 1}
    # A project may have heads of its own, whose classes contain a hyphen [observed].
    own = {"^[A-Za-z0-9_.]+-[A-Za-z0-9_.-]+$": _reference(SCORE)}
    scores = dict.fromkeys(DOCS.classes, _reference(SCORE))
    severities = dict.fromkeys(TEXT_SEVERITIES, _reference(SEVERITY))
    metadata = {
        "type": "object",
        "additionalProperties": _reference(METADATA_VALUE),
        "minProperties": 1,
    }
    keys = {
        "all": several,
        "any": several,
        "not": one,
        "visual": table(scores, patternProperties=own, minProperties=1),
        "text": table(severities, minProperties=1),
        "text_contains_any": TEXTS,
        "profanity": {"const": True},
        "pii": {"examples": [True, *PERSONAL], "anyOf": [{"const": True}, TEXTS]},
        "custom_class": TEXTS,
        "language": one_or_more(LANGUAGE),
        **dict.fromkeys(METADATA.values(), metadata),
        "patron_state": {"enum": list(PATRON_STATES)},
    }
    return table({**keys, **count}, minProperties=1)


def _compared(value: Schema) -> Schema:
    return table(dict.fromkeys(OPERATORS, value), minProperties=1)


def _metadata_value() -> Schema:
    operators = {
        name: _NUMBER if operator.numbers_only else _SCALAR for name, operator in OPERATORS.items()
    }
    return {"anyOf": [_SCALAR, table(operators, minProperties=1)]}


def action_schema(deeds: Mapping[str, Deed]) -> Schema:
    """One of these actions: its name, or a mapping from it to its settings."""
    plain = [name for name, deed in deeds.items() if not _required(deed)]
    settled = [
        table({name: table(settings, _required(deed))}, (name,))
        for name, deed in deeds.items()
        for settings in [{one: _SETTINGS[one] for one in deed.settings}]
    ]
    return {"anyOf": [{"enum": plain}, *settled]}


def _required(deed: Deed) -> list[str]:
    return [name for name, default in deed.settings.items() if default is REQUIRED]
