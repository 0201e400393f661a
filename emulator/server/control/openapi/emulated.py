"""The emulated API: the submissions, the summary, and the JSON that `core.rendering` writes.

Which of the two contracts a call gets is decided by its address and its key, which no schema can
say: in the second version a body may be that of either, in the first it is the Dashboard's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.core.codes import CODES
from emulator.core.conditions.comparing import OPERATORS
from emulator.core.parsing.body import UPLOADS
from emulator.core.parsing.posting import PATRON_IDS, PATRON_METADATA
from emulator.core.parsing.submission import MOST
from emulator.core.rendering import text, visual
from emulator.core.rendering.finished import CHARGE
from emulator.core.rendering.window import FRAME_LIMIT
from emulator.core.rules import ACTIONS, FREQUENCIES, TYPES
from emulator.core.taxonomy.text import GRADED, UNSUPPORTED
from emulator.engine.answers import ID_LENGTH
from emulator.library.conditions import CONDITIONS
from emulator.library.scripts import MATCH_LISTS
from emulator.server.api import (
    SUBMIT_ASYNC,
    SUBMIT_ASYNC_V1,
    SUBMIT_SYNC,
    SUBMIT_SYNC_V1,
    SUMMARY,
    SUMMARY_V1,
    TRIGGER,
    TRIGGER_V1,
)
from emulator.server.control.openapi.shapes import (
    ANYTHING,
    FALSE,
    FLAG,
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
_ADDRESS: Schema = {
    "type": "string",
    "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]+([/?#]\S*)?$",
    "maxLength": MOST,
}
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


def _posting_fields(uploads: Iterable[str], *, json: bool) -> Schema:
    """The fields of a submission to the Dashboard, which takes no uploads."""
    base = _fields({}, json=json)
    named = {**_SOME_TEXT, "maxLength": MOST}
    patron = {**named, "description": "who published it"}
    metadata: Schema = {"description": "in a form as JSON", "anyOf": [ref("MetadataAsJson")]}
    if json:
        metadata["anyOf"] += [ref("Metadata"), {"type": "null"}]
    known = {
        **dict.fromkeys(PATRON_IDS, nullable(patron) if json else patron),
        "post_id": {**named, "description": "ties the contents of a post together"},
        "content_metadata": metadata,
        **dict.fromkeys(PATRON_METADATA, metadata),
        **(dict.fromkeys(uploads, False) if not json else {"media": {"type": "null"}}),
    }
    one_content = {"oneOf": [_sent("text_data"), _sent("url")]}
    one_patron = {"oneOf": [_sent(name) for name in PATRON_IDS]}
    return {
        **base,
        "properties": {**base["properties"], **known},
        "required": ["post_id"],
        "allOf": [one_content, one_patron],
        "not": {"allOf": [_sent(name) for name in PATRON_METADATA]},
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
        "JsonPosting": _posting_fields(uploads, json=True),
        "FormPosting": _posting_fields(("media",), json=False),
        "MultipartPosting": _posting_fields(uploads, json=False),
        "Metadata": {"type": "object"},
        "MetadataAsJson": {"type": "string", "contentMediaType": JSON},
    }


_CONTENT_TYPES: Mapping[str, str] = {
    "multipart/form-data": "Multipart",
    "application/x-www-form-urlencoded": "Form",
    JSON: "Json",
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
                    "charge": {"type": "number", "minimum": CHARGE},
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
            "output": row(
                record(
                    {
                        "time": NUMBER,
                        "classes": row(_class(score)),
                        "media_link": TEXT,
                        "subtask_no": WHOLE,
                    },
                    ("media_link", "subtask_no"),
                )
            ),
        }
    )


_FAILED = record({"code": word(map(str, CODES)), "message": word(CODES.values())})
_ERROR_CODE: Schema = {"type": "integer", "enum": [*CODES]}
_RESENT: Mapping[str, Schema] = {"resent_on": MOMENT, "resent_by": {"const": "manual"}}


def _with_result(head: Mapping[str, Schema], response: str, *optional: str) -> Schema:
    """A result; a second element of `status`, and an error code, where it failed in part."""
    success = record({"code": {"const": "0"}, "message": {"const": "SUCCESS"}})
    elements = [record({"status": success, "response": ref(response)}), record({"status": _FAILED})]
    status = {"type": "array", "prefixItems": elements, "minItems": 1, "maxItems": 2}
    ends = {"status": status, "from_cache": FLAG, "error_code": _ERROR_CODE}
    return record({**head, **ends}, (*optional, "error_code"))


# What the Dashboard answers.

_RULE_ID: Schema = {"type": "string", "pattern": f"^[A-Za-z0-9]{{{ID_LENGTH}}}$"}


def _whose(named: str) -> dict[str, Schema]:
    """Whose post it was, the patron's id under the name that was sent."""
    return {named: TEXT, "post_id": TEXT, "task_id": _ID}


def _standard(named: str) -> Schema:
    rule = record({"rule_id": _RULE_ID, "rule_name": TEXT})
    return record({**_whose(named), "triggered_rules": row(rule)})


def _legacy(named: str, answer: Schema) -> Schema:
    """Whole rules, and all that the Task API would have answered under names not taken yet."""
    before = {
        "content_id": TEXT,
        **_whose(named),
        "triggered_rules": row(ref("TriggeredRule")),
    }
    return record({**answer["properties"], **before}, ("metadata", "error_code"))


def _triggered_rule() -> Schema:
    return record(
        {
            "id": _RULE_ID,
            "display_name": TEXT,
            "application_id": TEXT,
            "rule_type": word(TYPES),
            "cardinality": WHOLE,
            "active": FLAG,
            "action_id": word(ACTIONS),
            "conditions": row(ref("RuleCondition")),
            "deleted": FALSE,
            "trigger_frequency": word(FREQUENCIES),
            "created_at": MOMENT,
            "updated_at": MOMENT,
        }
    )


def _rule_condition() -> Schema:
    scalar = {"type": ["string", "number", "boolean", "null"]}
    beside = {
        "class": TEXT,
        "key": TEXT,
        "operator": word(OPERATORS),
        "value": {"anyOf": [scalar, TEXTS]},
        "within": TEXT,
        "at_least": WHOLE,
        "conditions": row(ref("RuleCondition")),
    }
    described = "our own form: of Hive's only `{subject}` is known"
    return {**record({"subject": word(CONDITIONS), **beside}, beside), "description": described}


def _dashboards(answers: Mapping[str, Schema]) -> dict[str, Schema]:
    return {
        "PostAnswer": {"oneOf": [_standard(named) for named in PATRON_IDS]},
        **{
            f"Legacy{name}": {"oneOf": [_legacy(named, answer) for named in PATRON_IDS]}
            for name, answer in answers.items()
        },
        "TriggeredRule": _triggered_rule(),
        "ActionNotice": record(
            {
                "application_id": TEXT,
                "action": ref("Action"),
                "post_id": nullable(TEXT),
                "patron_id": TEXT,
                "task_id": {
                    "description": "the task that the rule fired on; a moderator acts on none",
                    **nullable({"type": "string", "format": "uuid"}),
                },
                "by": {**TEXT, "description": "the name of a rule, or `moderator`"},
                "created_on": MOMENT,
            }
        ),
        "RuleCondition": _rule_condition(),
    }


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
        **_RESENT,
    }
    answers = {
        name: _with_result(answer, response, "metadata")
        for name, response in (("TextAnswer", "TextResponse"), ("PictureAnswer", "PictureResponse"))
    }
    return {
        **_bodies(),
        "Match": _MATCH,
        "TextResponse": _text_response(),
        "PictureResponse": _picture_response(),
        **answers,
        **_dashboards(answers),
        "Acknowledgement": record({"task_id": _ID, "id": _ID}),
        "TextResult": _with_result(result, "TextResponse", *_RESENT),
        "PictureResult": _with_result(result, "PictureResponse", *_RESENT),
        "FailedResult": record(
            {
                **result,
                "status": {**row(record({"status": _FAILED})), "minItems": 1, "maxItems": 1},
                "from_cache": FALSE,
                "error_code": _ERROR_CODE,
            },
            _RESENT,
        ),
        "Triggered": record({"task_id": _ID, "message": TEXT}),
        "InProgress": record({"task_id": _ID, "message": TEXT}),
        "Refusal": record({"return_code": STATUS, "message": TEXT}),
    }


JUDGED = ("PostAnswer", "LegacyTextAnswer", "LegacyPictureAnswer")
"""What the Dashboard answers of a task that succeeded, and posts of it."""
_RESULTS = ("TextResult", "PictureResult", "FailedResult", *JUDGED)

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


_SUBMITTED = [status for status in _REFUSED if status != 404]
"""A submission is refused with 404 only where the method is wrong."""
_BY_THE_KEY = (
    "With the key of a project it is the Task API, with one of an application the Dashboard."
)
_LEGACY = {
    "name": "legacy",
    "in": "query",
    "description": "with 1 the answer holds whole rules and the model's whole response",
    "schema": TEXT,
}


def body(*sorts: str, **more: Any) -> Schema:
    """A body of one of these sorts, in each content type."""
    content = {}
    for content_type, form in _CONTENT_TYPES.items():
        known = [ref(f"{form}{sort}") for sort in sorts]
        schema = known[0] if len(known) == 1 else {"anyOf": known}
        content[content_type] = {"schema": {"allOf": [schema, more]} if more else schema}
    return {"required": True, "content": content}


def paths() -> dict[str, Schema]:
    """The calls by path."""
    failed = "with --error-status observed also a task that failed, told as a refusal is."
    sync = {
        **_operation(
            "submit_sync",
            "Submit a text or a picture, and wait for its result",
            ("TextAnswer", "PictureAnswer", *JUDGED, "Refusal"),
            f"The result; {failed}",
            refused=_SUBMITTED,
        ),
        "description": _BY_THE_KEY,
        "parameters": [_LEGACY],
        "requestBody": body("Submission", "Posting"),
    }
    acknowledged = {
        **_operation(
            "submit_async",
            "Submit a text or a picture; its result is posted to `callback_url`",
            ("Acknowledgement",),
            "The task is accepted.",
            refused=_SUBMITTED,
        ),
        "description": _BY_THE_KEY,
        "parameters": [_LEGACY],
        "requestBody": body("Submission", "Posting"),
        "callbacks": {"result": _callback(_RESULTS)},
    }
    summary = _operation(
        "summary",
        "The result of a task, or that there is none yet",
        (*_RESULTS, "InProgress"),
        "The result as it is posted to a callback address; for a task that is not finished yet "
        "that it is in progress.",
        refused=[status for status in _REFUSED if status != 413],
    )
    summary["parameters"] = [
        _parameter("task_id", _SOME_TEXT, "of which task", required=True),
        _parameter("frame_limit", _COUNT, f"how many frames of a video, {FRAME_LIMIT} by default"),
        _parameter("frame_offset", {**_COUNT, "minimum": 0}, "how many frames are left out before"),
    ]
    return {
        SUBMIT_SYNC: {"post": sync},
        SUBMIT_ASYNC: {"post": acknowledged},
        SUMMARY: {"get": summary},
        TRIGGER: {"post": _triggering("trigger")},
        **_first_version(failed),
        SUMMARY_V1: {"get": {**summary, "operationId": "summary_v1"}},
        TRIGGER_V1: {"post": _triggering("trigger_v1")},
    }


_COUNT: Schema = {"type": "integer", "minimum": 1}


def _parameter(name: str, schema: Schema, meaning: str, *, required: bool = False) -> Schema:
    stands = {"name": name, "in": "query", "description": meaning}
    return {**stands, "required": required, "schema": schema}


def _triggering(name: str) -> Schema:
    sent = {"type": "object", "properties": {"task_id": nullable(_SOME_TEXT)}}
    return {
        **_operation(
            name,
            "Have the callback of a finished task sent anew",
            ("Triggered",),
            "The callback is being sent; its body tells `resent_on` and `resent_by`.",
            refused=_REFUSED,
        ),
        "description": "The task is named in the address or in the body, which counts if both do.",
        "parameters": [_parameter("task_id", _SOME_TEXT, "of which task")],
        "requestBody": {
            "required": False,
            "content": {one: {"schema": sent} for one in _CONTENT_TYPES},
        },
    }


def _first_version(failed: str) -> dict[str, Schema]:
    """The Dashboard's own calls, as its reference has them."""
    described = "With a declared key of a project it is the Task API, as in the second version."
    judged = _operation(
        "post_sync",
        "Submit a content of a post to the Dashboard, and wait for the rules that it triggers",
        (*JUDGED, "Refusal"),
        f"The rules that were triggered; {failed}",
        refused=_SUBMITTED,
    )
    acknowledged = _operation(
        "post_async",
        "Submit a content of a post to the Dashboard; what it triggers goes to `callback_url`",
        ("Acknowledgement",),
        "The task is accepted.",
        refused=_SUBMITTED,
    )
    around = {"description": described, "parameters": [_LEGACY]}
    with_callback = body("Posting", **_sent("callback_url"))
    return {
        SUBMIT_SYNC_V1: {"post": {**judged, **around, "requestBody": body("Posting")}},
        SUBMIT_ASYNC_V1: {
            "post": {
                **acknowledged,
                **around,
                "requestBody": with_callback,
                "callbacks": {"result": _callback((*JUDGED, "FailedResult"))},
            }
        },
    }


def webhooks() -> dict[str, Schema]:
    """What is posted to the addresses that an application names for its actions."""
    content = {JSON: {"schema": ref("ActionNotice")}}
    posted = {
        "operationId": "action_taken",
        "tags": [TAG],
        "summary": "An action that a rule or a moderator took, as its webhook is told of it",
        "requestBody": {"required": True, "content": content},
        "responses": {"2XX": {"description": "Taken; anything else is tried again."}},
    }
    return {"action": {"post": posted}}


def _callback(results: Iterable[str]) -> Schema:
    schema = {"oneOf": [ref(name) for name in results]}
    posted = {
        "summary": "The result of a task, as it is posted to its callback address",
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
        "responses": {"2XX": {"description": "Taken; anything else is tried again."}},
    }
    return {"{$request.body#/callback_url}": {"post": posted}}
