"""What the control API answers: the shapes that `emulator.server.control.views` shows."""

from collections.abc import Mapping

from emulator.core.access import PRODUCTS
from emulator.core.faults import EVENTS, TROUBLES, Event
from emulator.core.matching import FIELDS
from emulator.core.model import ClockMode, Kind, Mode
from emulator.core.rules import ACTIONS, FREQUENCIES, PATRON, POST, TYPES
from emulator.core.scenario import OWED
from emulator.core.taxonomy.text import TEXT_TAXONOMIES
from emulator.core.taxonomy.visual import VISUAL_TAXONOMIES
from emulator.engine.answers import ID_LENGTH
from emulator.engine.callbacks import CallbackState
from emulator.engine.expectations import SORTS
from emulator.engine.tasks import TaskState
from emulator.library.rule_schemas import action_schema
from emulator.server.control.openapi.emulated import JUDGED
from emulator.server.control.openapi.shapes import (
    ANYTHING,
    FALSE,
    FLAG,
    MOMENT,
    NUMBER,
    STATUS,
    TEXT,
    TEXTS,
    TRUE,
    WHOLE,
    Schema,
    extended,
    listing,
    loose,
    nullable,
    record,
    ref,
    row,
    word,
)

_ENTRY_ID: Schema = {"type": "string", "pattern": "^[1-9][0-9]*$"}
_TASK_ID: Schema = {"type": "string", "format": "uuid"}
_OWED_ID: Schema = {
    "description": "of a task; null where a moderator did what a webhook tells of",
    **nullable(_TASK_ID),
}
_NOTICE: Mapping[str, Schema] = {
    "action": {**word(ACTIONS), "description": "what a webhook tells of"},
    "by": {**TEXT, "description": "the rule that did it, or `moderator`"},
}
_CALLBACK_ID: Schema = {"type": "string", "pattern": "^cb-[1-9][0-9]*$"}
_EVENTS = row(word(Event))
_FAULTS = row(record({"fault": ref("FaultName"), "because": TEXT}))
_SPARED = row(record({"fault": ref("FaultName"), "because": TEXT, "why": TEXT}))


def _submission() -> Schema:
    """A text, or a medium."""
    posting = {
        **dict.fromkeys(("post_id", "patron_id"), TEXT),
        **dict.fromkeys(("content_metadata", "patron_metadata"), ref("Metadata")),
    }
    around = {"metadata": ANYTHING, **posting, "callback_url": nullable(TEXT)}
    text = {"kind": {"const": Kind.TEXT.value}, "text_data": TEXT}
    medium = {
        "kind": word(kind for kind in Kind if kind is not Kind.TEXT),
        "url": nullable(TEXT),
        "filename": TEXT,
        "mimetype": TEXT,
        "sha256": nullable({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        "size": WHOLE,
    }
    return {
        "description": (
            "`metadata` is left out where none was sent, and what is told of a post and its patron "
            "where it is no submission to the Dashboard"
        ),
        "oneOf": [
            record({**content, **around}, ("metadata", *posting)) for content in (text, medium)
        ],
        "dependentRequired": {name: [*posting] for name in posting},
    }


_CONTENT = {"body": TEXT, "size": WHOLE, "cut": FLAG}
_TASK = record(
    {
        "id": _TASK_ID,
        "at": MOMENT,
        "state": word(TaskState),
        "mode": word(Mode),
        "project": TEXT,
        "submission": ref("Submission"),
        "due": MOMENT,
        "ended": nullable(MOMENT),
        "prediction": nullable(TEXT),
        "error_code": nullable(WHOLE),
        "faults": _FAULTS,
        "triggered_rules": TEXTS,
        "callback": nullable(_CALLBACK_ID),
    }
)
_REFUSED: Mapping[str, Schema] = {
    "id": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "that of the call"},
    "at": MOMENT,
    "state": {"const": "refused"},
    "project": TEXT,
    "submission": ref("Submission"),
}
"""A submission that was refused since nobody knew it."""
_ATTEMPT = record(
    {
        "number": {"type": "integer", "minimum": 1},
        "due": MOMENT,
        "at": MOMENT,
        "url": TEXT,
        "status": nullable(STATUS),
        "error": nullable(TEXT),
        "latency": {**NUMBER, "minimum": 0, "description": "milliseconds of real time"},
        "fault": nullable(ref("FaultName")),
        "response": TEXT,
    }
)


def _callback(attempt: str) -> Schema:
    return record(
        {
            "id": _CALLBACK_ID,
            "at": MOMENT,
            "kind": word(OWED),
            "task_id": _OWED_ID,
            **_NOTICE,
            "state": word(CallbackState),
            "url": TEXT,
            "due": nullable(MOMENT),
            "attempts": row(ref(attempt)),
        },
        tuple(_NOTICE),
    )


def _scores() -> Schema:
    """What a model said: heads and frames, or severities and matches."""
    head = {"head": TEXT, "negative": TEXT, "classes": TEXTS}
    frame = {
        "time": {**NUMBER, "description": "seconds"},
        "scores": {**row(NUMBER), "description": "in the order of all classes of all heads"},
    }
    severity = {"class": TEXT, "score": {"type": "integer"}, "severities": row(WHOLE)}
    place = {**WHOLE, "description": "in code points"}
    match = {"sort": TEXT, "type": TEXT, "value": TEXT, "start": place, "end": place}
    frames = {**WHOLE, "description": "of all that there are; of many, so many are left out"}
    visual = record({"heads": row(record(head)), "frames": row(record(frame)), "total": frames})
    text = record(
        {
            "text": TEXT,
            "language": TEXT,
            "classes": row(record(severity)),
            "matches": row(record(match)),
        }
    )
    return record(
        {
            "task_id": _TASK_ID,
            "source": TEXT,
            "scripted": {**TEXTS, "description": "the classes that were named by who scripted it"},
            "visual": nullable(visual),
            "text": nullable(text),
        }
    )


def _explanation() -> Schema:
    properties = {
        "prediction": nullable(TEXT),
        "hidden": TEXTS,
        "latency": nullable(TEXT),
        "media": nullable(TEXT),
        "scenario": TEXT,
        "faults": _FAULTS,
        "faults_without_effect": _SPARED,
        "ignored_directives": TEXTS,
        "download": nullable(
            record(
                {
                    "tries": WHOLE,
                    "hops": TEXTS,
                    "size": nullable(WHOLE),
                    "because": nullable(TEXT),
                }
            )
        ),
        "failure": nullable(TEXT),
        "because": TEXTS,
        "nearest": TEXTS,
        "rules": {
            "description": "those that judged it, each explained; of a task of the Dashboard",
            **row(_EXPLAINED),
        },
    }
    return record(properties, ("because", "nearest", "rules"))


_RESULTS = (
    *("TextAnswer", "PictureAnswer", "Refusal", "TextResult", "PictureResult", "FailedResult"),
    *JUDGED,
)
"""What a task can have come to: an answer, or what is posted to its callback address."""

_STEP = record(
    {
        "on": _EVENTS,
        "kind": nullable(word(OWED)),
        "when": nullable(ref("Patterns")),
        "times": nullable(WHOLE),
        "left": nullable(WHOLE),
        "fault": nullable(ref("FaultName")),
        "where": TEXT,
    }
)
_SPELL = record(
    {"on": _EVENTS, "from": TEXT, "to": nullable(TEXT), "fault": ref("FaultName"), "where": TEXT}
)
_POSSIBLE = record(
    {
        "id": ref("FaultName"),
        "name": ref("FaultName"),
        "meaning": TEXT,
        "on": row(word(EVENTS)),
        "settings": row(record({"name": TEXT, "meaning": TEXT, "default": nullable(TEXT)})),
    }
)
_PROBLEM = record(
    {"id": _ENTRY_ID, "level": word(("error", "warning")), "where": TEXT, "what": TEXT}
)
_PRESET = record(
    {
        "id": TEXT,
        "name": TEXT,
        "kind": word(Kind),
        "fields": loose({"text_data": TEXT, "url": TEXT}),
        "project": nullable(TEXT),
        "bundled": FLAG,
    }
)
_SCENARIO = record({"id": TEXT, "name": TEXT, "description": TEXT, "active": FLAG})
_FIXTURE = record(
    {
        "id": TEXT,
        "name": TEXT,
        "when": ref("Patterns"),
        "says": row(word(("visual", "video", "text", "media", "fault", "latency"))),
        "where": TEXT,
    }
)
_PROJECT = record(
    {
        "id": TEXT,
        "name": TEXT,
        "product": word(PRODUCTS),
        "project_id": WHOLE,
        "user_id": WHOLE,
        "taxonomy": word(VISUAL_TAXONOMIES),
        "text_taxonomy": word(TEXT_TAXONOMIES),
        "max_text_length": WHOLE,
        "rate_limit": nullable(TEXT),
        "balance": nullable(NUMBER),
        "cache": FLAG,
    }
)

# Applications, and what they know of posts and patrons.

_RULE = record(
    {
        "id": {"type": "string", "pattern": f"^[A-Za-z0-9]{{{ID_LENGTH}}}$"},
        "name": TEXT,
        "type": word(TYPES),
        "when": ref("Condition"),
        "action": ref("Action"),
        "trigger_frequency": word(FREQUENCIES),
        "active": FLAG,
        "cardinality": WHOLE,
        "says": {**TEXT, "description": "the rule in one plain sentence"},
        "where": TEXT,
    }
)
_APPLICATION = record(
    {
        "id": TEXT,
        "name": TEXT,
        "application_id": TEXT,
        "rules": row(_RULE),
        "actions": loose(dict.fromkeys(ACTIONS, record({"webhook": TEXT}))),
        "posts": WHOLE,
        "patrons": WHOLE,
    }
)
_HISTORY = row(record({"at": MOMENT, "action": ref("Action"), "by": TEXT}))
_EXPLANATION = record({"holds": FLAG, "says": TEXT, "parts": row(ref("Explanation"))}, ("parts",))
_EXPLAINED = record({"rule": TEXT, "says": TEXT, "fired": FLAG, "explanation": ref("Explanation")})
_CONTENT_OF_A_POST = record(
    {
        "task_id": _TASK_ID,
        "at": MOMENT,
        "submission": ref("Submission"),
        "triggered_rules": {**TEXTS, "description": "those that fired on it, in their order"},
        "rules": {
            "description": "those that judged it, each explained; where a post is asked for by id",
            **row(_EXPLAINED),
        },
    },
    ("rules",),
)
_FIRED: Schema = {
    "description": "those of its type that have fired for it; `once` goes by them",
    **TEXTS,
}
_POST = {
    "id": TEXT,
    "at": MOMENT,
    "application": TEXT,
    "patron_id": TEXT,
    "metadata": ref("Metadata"),
    "tags": TEXTS,
    "deleted": FLAG,
    "in_review": FLAG,
    "fired_rules": _FIRED,
    "contents": row(_CONTENT_OF_A_POST),
    "history": _HISTORY,
}
_PATRON = {
    "id": TEXT,
    "at": MOMENT,
    "application": TEXT,
    "metadata": ref("Metadata"),
    "tags": TEXTS,
    "banned": FLAG,
    "suspended": FLAG,
    "suspended_until": nullable(MOMENT),
    "in_review": FLAG,
    "fired_rules": _FIRED,
    "posts": TEXTS,
    "history": _HISTORY,
}


def _moderated() -> dict[str, Schema]:
    """Applications, posts and patrons by name."""
    review = [
        record({"type": {"const": sort}, **shown})
        for sort, shown in ((POST, _POST), (PATRON, _PATRON))
    ]
    warnings = {**TEXTS, "description": "rules that never fire, or that another makes useless"}
    return {
        "Application": _APPLICATION,
        "Applications": listing(ref("Application")),
        "ApplicationSet": extended(_APPLICATION, {"warnings": warnings}),
        "Action": action_schema(ACTIONS),
        "Explanation": _EXPLANATION,
        "Post": record(_POST),
        "Posts": listing(ref("Post")),
        "Patron": record(_PATRON),
        "Patrons": listing(ref("Patron")),
        "Acted": {"oneOf": [ref("Post"), ref("Patron")]},
        "Review": listing({"oneOf": review}),
    }


# What happened, as the journal has it: what all entries have, and what each kind says beside it.

_REQUEST = {
    "method": TEXT,
    "path": TEXT,
    "status": {**STATUS, "description": "0 where no answer was given"},
    "project": nullable(TEXT),
    "task_id": nullable(_TASK_ID),
    "submission": nullable(ref("Submission")),
    "prediction": nullable(TEXT),
    "refusal": nullable(TEXT),
    "because": nullable(TEXT),
}
_FACTS: Mapping[str, tuple[Mapping[str, Schema], tuple[str, ...]]] = {
    "task": ({"mode": word(Mode), "state": word(TaskState), "error_code": nullable(WHOLE)}, ()),
    "prediction": ({"mode": word(Mode), "by": TEXT, "hidden": TEXTS}, ()),
    "fault": (
        {
            "on": nullable(word(Event)),
            "because": TEXT,
            "task": _OWED_ID,
            "callback": _CALLBACK_ID,
            **_NOTICE,
        },
        ("callback", *_NOTICE),
    ),
    "callback": ({"task": _OWED_ID, **_NOTICE, "state": word(CallbackState)}, tuple(_NOTICE)),
    "action": ({"application": TEXT, "by": TEXT, "post": nullable(TEXT), "patron": TEXT}, ()),
    "attempt": (
        {
            "task": _OWED_ID,
            **_NOTICE,
            "number": WHOLE,
            "status": nullable(STATUS),
            "error": nullable(TEXT),
            "state": word(CallbackState),
        },
        tuple(_NOTICE),
    ),
    "clock": ({"mode": word(ClockMode), "by": NUMBER}, ("mode", "by")),
}


def _entries() -> dict[str, Schema]:
    """A schema for each kind of entry, and one for all of them."""

    def entry(kind: str, facts: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
        head = {"id": _ENTRY_ID, "kind": {"const": kind}, "at": MOMENT}
        about = {} if kind == "request" else {"about": TEXT}
        return record({**head, **about, **facts}, optional)

    made = {
        "request": entry("request", _REQUEST),
        **{kind: entry(kind, *facts) for kind, facts in _FACTS.items()},
        # Whatever else is worth knowing says what it has to say.
        "note": {**entry("note", {}), "additionalProperties": True},
    }
    names = {kind: f"{kind.capitalize()}Entry" for kind in made}
    return {
        **{names[kind]: schema for kind, schema in made.items()},
        "Entry": {
            "oneOf": [ref(name) for name in names.values()],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {kind: ref(name)["$ref"] for kind, name in names.items()},
            },
        },
    }


def _request_in_full(entries: Mapping[str, Schema]) -> Schema:
    header = {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}
    received = {**_CONTENT, "body": nullable(TEXT)}
    request = record({"query": TEXT, "headers": row(header), **received})
    answer = nullable(record({"status": STATUS, **_CONTENT}))
    return extended(entries["RequestEntry"], {"request": request, "answer": answer})


def _seen() -> Schema:
    """How many of each sort that was asked about."""
    sorts = {f"{sort}s": WHOLE for sort in SORTS}
    return loose(sorts)


def _refusals() -> dict[str, Schema]:
    """What a call is told that cannot be done."""
    problem = {"error": {**TEXT, "description": "what was wrong, and what is right"}}
    problems = {**TEXTS, "description": "each mistake in what was sent, with its path"}
    unmet = {**problem, "ok": FALSE, "failures": {**TEXTS, "minItems": 1}}
    due = row(record({"due": MOMENT, "what": TEXT}))
    standing = {"seen": _seen(), "now": MOMENT, "clock": word(ClockMode), "due": due}
    return {
        "Error": record({**problem, "problems": problems}, ("problems",)),
        "StillWaiting": record({**problem, "now": MOMENT, "waiting_for": TEXTS}),
        "Unmet": record(unmet),
        "NotYet": record({**unmet, **standing}),
    }


def schemas() -> dict[str, Schema]:
    """All of them by name."""
    entries = _entries()
    nearest = {"nearest": TEXTS}
    return {
        "OpenApi": {
            "type": "object",
            "properties": {"openapi": {"const": "3.1.0"}},
            "required": ["openapi", "info", "paths"],
        },
        "FaultName": word(TROUBLES),
        "Patterns": {**loose(dict.fromkeys(FIELDS, TEXTS)), "minProperties": 1},
        "Clock": record({"mode": word(ClockMode), "now": MOMENT}),
        "Passed": record({"now": MOMENT, "delivered": WHOLE, "failed": WHOLE, "pending": WHOLE}),
        "Sandbox": record(
            {
                **dict.fromkeys(("id", "name"), TEXT),
                "clock": ref("Clock"),
                "scenario": TEXT,
                "seed": {"type": "integer"},
                **dict.fromkeys(
                    ("tasks", "journal", "delivered", "failed", "dropped", "pending"), WHOLE
                ),
            }
        ),
        "Sandboxes": listing(ref("Sandbox")),
        "Forgotten": record({"forgotten": TEXT}),
        "Submission": _submission(),
        **entries,
        "Journal": listing(ref("Entry")),
        "Requests": listing(ref("RequestEntry")),
        "RequestInFull": _request_in_full(entries),
        "Task": _TASK,
        "Tasks": listing(ref("Task")),
        "TaskInFull": extended(
            _TASK,
            {
                "answer": {"anyOf": [*map(ref, _RESULTS), {"type": "null"}]},
                "callbacks": row(ref("CallbackInFull")),
                "explanation": _explanation(),
            },
        ),
        "UnmatchedTasks": listing(
            {"oneOf": [extended(_TASK, nearest), record({**_REFUSED, **nearest})]}
        ),
        "Presets": listing(_PRESET),
        "FileProblems": listing(_PROBLEM),
        "PossibleFaults": listing(_POSSIBLE),
        "Scores": _scores(),
        "Attempt": _ATTEMPT,
        "AttemptInFull": extended(_ATTEMPT, {"request": record(_CONTENT)}),
        "Callback": _callback("Attempt"),
        "CallbackInFull": _callback("AttemptInFull"),
        "Callbacks": listing(ref("Callback")),
        "Held": record({"ok": TRUE}),
        "Seen": record({"ok": TRUE, "seen": _seen()}),
        "Fixture": _FIXTURE,
        "Fixtures": listing(ref("Fixture")),
        "UnusedFixtures": listing(extended(_FIXTURE, {"reason": TEXT})),
        "RemovedFixture": record({"removed": TEXT}),
        "Scenario": _SCENARIO,
        "Scenarios": listing(ref("Scenario")),
        "ScenarioInFull": extended(_SCENARIO, {"steps": row(ref("Step")), "timeline": row(_SPELL)}),
        "Step": _STEP,
        "AddedStep": extended(_STEP, {"id": TEXT}),
        "AddedSteps": listing(ref("AddedStep")),
        "RemovedFault": record({"removed": TEXT}),
        "RemovedFaults": record({"removed": WHOLE}),
        "Projects": listing(_PROJECT),
        **_moderated(),
        "Events": {
            "type": "string",
            "description": (
                "Server-sent events. Each has the id and the kind of an entry of the journal, and "
                "as its data the entry itself: the schema `Entry`. The event `reset`, without an "
                "id and with `{}` as its data, tells that the sandbox was made new."
            ),
        },
        **_refusals(),
    }
