"""The few shapes that all schemas of the document are made of."""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

ANYTHING: Schema = {}
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
TRUE: Schema = {"const": True}
FALSE: Schema = {"const": False}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
STATUS: Schema = {"type": "integer", "minimum": 0, "maximum": 599}
MOMENT: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
}


def ref(name: str, sort: str = "schemas") -> Schema:
    """What is kept under that name among the components."""
    return {"$ref": f"#/components/{sort}/{name}"}


def record(properties: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object with these properties and no others; all are there but those that are optional."""
    left_out = set(optional)
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in left_out],
        "additionalProperties": False,
    }


def loose(properties: Mapping[str, Schema]) -> Schema:
    """A record of which nothing has to be there."""
    return record(properties, properties)


def extended(base: Schema, properties: Mapping[str, Schema]) -> Schema:
    """A record with these properties too."""
    return {
        **base,
        "properties": {**base["properties"], **properties},
        "required": [*base["required"], *properties],
    }


def row(items: Schema) -> Schema:
    """An array."""
    return {"type": "array", "items": items}


def listing(items: Schema) -> Schema:
    """A list of the control API: `total` counts before `limit` cuts."""
    return record({"items": row(items), "total": WHOLE})


def word(words: Iterable[str]) -> Schema:
    """One of a few words."""
    return {"type": "string", "enum": [str(one) for one in words]}


def nullable(schema: Schema) -> Schema:
    """That, or null."""
    if schema.keys() == {"type"}:
        return {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
