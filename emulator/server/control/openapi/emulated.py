"""The emulated API: the submissions, the summary, and the JSON that `core.rendering` writes."""

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.core.codes import CODES
from emulator.core.parsing.body import UPLOADS
from emulator.core.rendering import text, visual
from emulator.core.rendering.finished import CHARGE
from emulator.core.taxonomy.text import GRADED, UNSUPPORTED
from emulator.library.scripts import MATCH_LISTS
from emulator.server.api import SUBMIT_ASYNC, SUBMIT_SYNC, SUMMARY
from emulator.server.control.openapi.shapes import (
    ANYTHING,
    FALSE,
    MOMENT,
    NUMBER,
    STATUS,
    TEXT,
    TEXTS,
    WHOLE,
    Schema,
    nullable,
    record,
    ref,
    row,
    word,
)

TAG = "emulated"
JSON = "application/json"
SECURITY: list[dict[str, list[str]]] = [{"key": []}]

_ID: Schema = {"type": "string", "format": "uuid"}
_ADDRESS: Schema = {"type": "string", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]+([/?#]\S*)?$"}
_SOME_TEXT: Schema = {"type": "string", "minLength": 1}

# What is sent.


def _fields(uploads: Mapping[str, Any], *, json: bool) -> Schema:
    """The fields of a submission, of which one is content; fields that nobody knows are ignored."""
    known = {
        "text_data": {**_SOME_TEXT, "description": "at most `max_text_length` of the project"},
        "url": {**_ADDRESS, "description": "of a picture"},
        "callback_url": {**_ADDRESS, "description": "where the result of a task is posted"},
    }
    properties = {name: nullable(schema) if json else schema for name, schema in known.items()}
    metadata = ANYTHING if json else TEXT
    return {
        "type": "object",
        "properties": {
            **properties,
            "metadata": {**metadata, "description": "comes back with the result, as it was sent"},
            **uploads,
        },
    }


def _sent(name: str) -> Schema:
    """That a field is there, and not null."""
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def _bodies() -> dict[str, Schema]:
    """A schema for each content type."""
    one = {"oneOf": [_sent("text_data"), _sent("url")]}
    upload: Schema = {
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "description": "a picture: jpg, png, gif or webp",
    }
    uploads = dict.fromkeys(sorted(UPLOADS, reverse=True), upload)
    uploaded = {"anyOf": [_sent(name) for name in uploads]}
    return {
        "JsonSubmission": {**_fields({"media": {"type": "null"}}, json=True), **one},
        "FormSubmission": {**_fields({"media": False}, json=False), **one},
        "MultipartSubmission": {**_fields(uploads, json=False), "oneOf": [*one["oneOf"], uploaded]},
    }


_CONTENT_TYPES: Mapping[str, str] = {
    "multipart/form-data": "MultipartSubmission",
    "application/x-www-form-urlencoded": "FormSubmission",
    JSON: "JsonSubmission",
}

# What is answered.

_CHARGE: Schema = {"const": CHARGE}
_PROJECT = {"user_id": WHOLE, "project_id": WHOLE}
_MATCH = record({"value": TEXT, "start_index": WHOLE, "end_index": WHOLE, "type": TEXT})


def _class(score: Schema) -> Schema:
    return record({"class": TEXT, "score": score})


def _text_response() -> Schema:
    severity = {"type": "integer", "minimum": UNSUPPORTED, "maximum": max(GRADED)}
    return record(
        {
            "input": record(
                {
                    "hash": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                    "inference_client_version": {"const": text.CLIENT_VERSION},
                    "model": {"const": text.MODEL},
                    "model_type": {"const": "TEXT_CLASSIFICATION"},
                    "model_version": {"const": 1},
                    "text": TEXT,
                    "id": _ID,
                    "created_on": MOMENT,
                    **_PROJECT,
                    "charge": _CHARGE,
                }
            ),
            **{name: row(ref("Match")) for name in MATCH_LISTS},
            "language": TEXT,
            "moderated_classes": TEXTS,
            "output": row(
                record(
                    {
                        "time": NUMBER,
                        "start_char_index": WHOLE,
                        "end_char_index": WHOLE,
                        "classes": row(_class(severity)),
                    }
                )
            ),
        }
    )


def _picture_response() -> Schema:
    media = record(
        {
            "url": nullable(TEXT),
            "filename": TEXT,
            "type": word(("PHOTO", "VIDEO", "AUDIO")),
            "mime_type": TEXT,
            "mimetype": TEXT,
            "width": WHOLE,
            "height": WHOLE,
            "num_frames": WHOLE,
            "duration": NUMBER,
        }
    )
    score = {"type": "number", "minimum": 0, "maximum": 1}
    return record(
        {
            "input": record(
                {
                    "id": _ID,
                    "charge": _CHARGE,
                    "model": {"const": visual.MODEL},
                    "model_version": {"const": 1},
                    "model_type": {"const": "CATEGORIZATION"},
                    "created_on": MOMENT,
                    "media": media,
                    **_PROJECT,
                    "config_version": {"const": 1},
                    "config_tag": {"const": "default"},
                }
            ),
            "output": row(record({"time": NUMBER, "classes": row(_class(score))})),
        }
    )


def _one(status: Mapping[str, Schema]) -> Schema:
    return {**row(record(status)), "minItems": 1, "maxItems": 1}


def _with_result(head: Mapping[str, Schema], response: str, *optional: str) -> Schema:
    success = record({"code": {"const": "0"}, "message": {"const": "SUCCESS"}})
    status = _one({"status": success, "response": ref(response)})
    return record({**head, "status": status, "from_cache": FALSE}, optional)


def schemas() -> dict[str, Schema]:
    """All shapes of the emulated API by name."""
    answer = {
        "id": _ID,
        "code": {"const": 200},
        "project_id": WHOLE,
        "user_id": WHOLE,
        "created_on": MOMENT,
        "metadata": ANYTHING,
    }
    result = {
        "id": _ID,
        "project_id": WHOLE,
        "created_on": MOMENT,
        "callback": nullable(TEXT),
        "metadata": ANYTHING,
    }
    failed = record({"code": word(map(str, CODES)), "message": word(CODES.values())})
    return {
        **_bodies(),
        "Match": _MATCH,
        "TextResponse": _text_response(),
        "PictureResponse": _picture_response(),
        "TextAnswer": _with_result(answer, "TextResponse", "metadata"),
        "PictureAnswer": _with_result(answer, "PictureResponse", "metadata"),
        "Acknowledgement": record({"task_id": _ID, "id": _ID}),
        "TextResult": _with_result(result, "TextResponse"),
        "PictureResult": _with_result(result, "PictureResponse"),
        "FailedResult": record(
            {
                **result,
                "status": _one({"status": failed}),
                "from_cache": FALSE,
                "error_code": {"type": "integer", "enum": [*CODES]},
            }
        ),
        "InProgress": record({"task_id": _ID, "message": TEXT}),
        "Refusal": record({"return_code": STATUS, "message": TEXT}),
    }


_RESULTS = ("TextResult", "PictureResult", "FailedResult")

# How calls are refused.

_REFUSED: Mapping[int, tuple[str, str]] = {
    400: ("BadRequest", "The request cannot be accepted as it stands."),
    403: ("Forbidden", "The key is missing or wrong, or one of the other API."),
    404: ("NotFound", "No such address, no such method on it, no such task."),
    405: ("InsufficientBalance", "The account's balance is spent."),
    413: ("TooLarge", "The body is over the limit."),
    429: ("RateLimited", "Too many requests for the project."),
    500: ("ServerError", "Trouble at Hive's side, when a scenario makes it."),
    503: ("Unavailable", "Maintenance, when a scenario makes it; or the emulator stops."),
    504: ("GatewayTimeout", "Trouble at Hive's side, when a scenario makes it."),
}


def responses() -> dict[str, Schema]:
    """The refusals by name."""
    return {name: _refusal(status, words) for status, (name, words) in _REFUSED.items()}


def _refusal(status: int, words: str) -> Schema:
    same = {"properties": {"return_code": {"const": status}}}
    made: Schema = {
        "description": words,
        "content": {JSON: {"schema": {"allOf": [ref("Refusal"), same]}}},
    }
    if status == 429:
        wait = {"description": "seconds, where a scenario asks for it", "schema": WHOLE}
        made["headers"] = {"Retry-After": wait}
    return made


# The calls.


def _operation(
    name: str, summary: str, answers: Iterable[str], words: str, *, refused: Iterable[int]
) -> Schema:
    schemas = [ref(one) for one in answers]
    schema = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
    return {
        "operationId": name,
        "tags": [TAG],
        "summary": summary,
        "security": SECURITY,
        "responses": {
            "200": {"description": words, "content": {JSON: {"schema": schema}}},
            **{str(status): ref(_REFUSED[status][0], "responses") for status in refused},
        },
    }


def paths() -> dict[str, Schema]:
    """The calls by path."""
    body = {
        "required": True,
        "content": {kind: {"schema": ref(schema)} for kind, schema in _CONTENT_TYPES.items()},
    }
    sync = _operation(
        "submit_sync",
        "Submit a text or a picture, and wait for its result",
        ("TextAnswer", "PictureAnswer", "Refusal"),
        "The result; with --error-status observed also a task that failed, told as a refusal is.",
        refused=_REFUSED,
    )
    acknowledged = _operation(
        "submit_async",
        "Submit a text or a picture; its result is posted to `callback_url`",
        ("Acknowledgement",),
        "The task is accepted.",
        refused=_REFUSED,
    )
    summary = _operation(
        "summary",
        "The result of a task, or that there is none yet",
        (*_RESULTS, "InProgress"),
        "The result as it is posted to a callback address; for a task that is not finished yet "
        "that it is in progress.",
        refused=[status for status in _REFUSED if status != 413],
    )
    summary["parameters"] = [
        {"name": "task_id", "in": "query", "required": True, "schema": _SOME_TEXT}
    ]
    return {
        SUBMIT_SYNC: {"post": {**sync, "requestBody": body}},
        SUBMIT_ASYNC: {
            "post": {**acknowledged, "requestBody": body, "callbacks": {"result": _callback()}}
        },
        SUMMARY: {"get": summary},
    }


def _callback() -> Schema:
    schema = {"oneOf": [ref(name) for name in _RESULTS]}
    posted = {
        "summary": "The result of a task, as it is posted to its callback address",
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
        "responses": {"2XX": {"description": "Taken; anything else is tried again."}},
    }
    return {"{$request.body#/callback_url}": {"post": posted}}
