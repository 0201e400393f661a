"""What each call of the control API takes and answers, beside what its route and docstring say."""

import re
from collections.abc import Iterator, Mapping
from inspect import getdoc
from typing import Any, NamedTuple

from emulator.server.control.openapi.emulated import body
from emulator.server.control.openapi.shapes import Schema, ref
from emulator.server.control.routes import PREFIX, Call

TAG = "control"
JSON = "application/json"

_HERE = ("sandbox",)
_PAGE = ("since", "limit")
_LIST = (*_HERE, *_PAGE)
_LOOKED_FOR = ("taskMode", "taskKind", "project", "fixture", "text")
_FEW = (*_HERE, "since", "few")

_TAKEN_BACK: Mapping[int, str] = {404: "Error", 409: "Error"}


class Operation(NamedTuple):
    """A call: the schema of its answer, its parameters, its body, and how it can be refused.

    A body that is "" is one that the emulated API takes. Each call that takes anything can be
    refused with 400.
    """

    answer: str
    parameters: tuple[str, ...] = ()
    body: str | None = None
    needs_body: bool = True
    refusals: Mapping[int, str] = {}
    content_type: str = JSON


OPERATIONS: Mapping[str, Operation] = {
    "openapi": Operation("OpenApi", _HERE),
    "reset": Operation("Sandbox", _HERE, "Reset", needs_body=False),
    "sandboxes": Operation("Sandboxes", _LIST),
    "forget_sandbox": Operation("Forgotten", _HERE, refusals={404: "Error"}),
    "clock": Operation("Clock", _HERE),
    "set_clock": Operation(
        "Clock", _HERE, "ClockSetting", needs_body=False, refusals={409: "Error"}
    ),
    "advance": Operation("Passed", _HERE, "Advance", refusals={408: "StillWaiting"}),
    "run_until_idle": Operation(
        "Passed", _HERE, "RunUntilIdle", needs_body=False, refusals={408: "StillWaiting"}
    ),
    "journal": Operation("Journal", (*_LIST, "kind", "taskId")),
    "requests": Operation("Requests", (*_LIST, "path", "method", "status", "project")),
    "request": Operation("RequestInFull", _HERE, refusals={404: "Error"}),
    "tasks": Operation("Tasks", (*_LIST, "before", "taskState", *_LOOKED_FOR)),
    "task": Operation("TaskInFull", _HERE, refusals={404: "Error"}),
    "scores": Operation("Scores", _HERE, refusals=_TAKEN_BACK),
    "submit": Operation(
        "RequestInFull",
        (*_HERE, "forProject", "forApplication", "submitMode"),
        "",
        refusals={404: "Error"},
    ),
    "callbacks": Operation("Callbacks", (*_LIST, "callbackState", "callbackKind")),
    "callback": Operation("CallbackInFull", _HERE, refusals={404: "Error"}),
    "resend": Operation("Callback", _HERE, refusals=_TAKEN_BACK),
    "send_now": Operation("Callback", _HERE, refusals=_TAKEN_BACK),
    "drop": Operation("Callback", _HERE, refusals=_TAKEN_BACK),
    "wait": Operation("Seen", _HERE, "Wait", refusals={408: "NotYet"}),
    "verify": Operation("Held", _HERE, "Verify", refusals={406: "Unmet"}),
    "fixtures": Operation("Fixtures", _LIST),
    "add_fixtures": Operation("Fixtures", _HERE, "NewFixtures"),
    "unused": Operation("UnusedFixtures", (*_FEW, "bundled")),
    "put_fixture": Operation("Fixture", _HERE, "NewFixture"),
    "remove_fixture": Operation("RemovedFixture", _HERE, refusals={404: "Error"}),
    "unmatched": Operation("UnmatchedTasks", _FEW),
    "presets": Operation("Presets", _LIST),
    "problems": Operation("FileProblems", _LIST),
    "scenarios": Operation("Scenarios", _LIST),
    "scenario": Operation("ScenarioInFull", _HERE, refusals={404: "Error"}),
    "set_scenario": Operation("ScenarioInFull", _HERE, "NewScenario", needs_body=False),
    "faults": Operation("AddedSteps", _LIST),
    "possible_faults": Operation("PossibleFaults", _LIST),
    "add_fault": Operation("AddedStep", _HERE, "NewStep"),
    "clear_faults": Operation("RemovedFaults", _HERE),
    "remove_fault": Operation("RemovedFault", _HERE, refusals={404: "Error"}),
    "projects": Operation("Projects", _LIST),
    "applications": Operation("Applications", _LIST),
    "set_application": Operation(
        "ApplicationSet", _HERE, "NewApplication", needs_body=False, refusals={404: "Error"}
    ),
    "posts": Operation("Posts", (*_LIST, "postId", "application"), refusals={404: "Error"}),
    "patrons": Operation("Patrons", (*_LIST, "patronId", "application"), refusals={404: "Error"}),
    "review": Operation("Review", (*_LIST, "application"), refusals={404: "Error"}),
    "act": Operation("Acted", _HERE, "ModeratorAction", refusals={404: "Error"}),
    "events": Operation(
        "Events", (*_HERE, "sinceEntry", "lastEventId"), content_type="text/event-stream"
    ),
}
"""By the names of the endpoints' methods, which are the ids of the operations."""

REFUSED: Mapping[int, str] = {
    400: "Something in the call is not as it must be.",
    401: "The value of --admin-token is missing or wrong.",
    403: "The control API is not for this host, origin or site.",
    404: "There is no such thing in this sandbox.",
    406: "Something that is expected does not hold.",
    408: "It took longer than the call was willing to wait.",
    409: "It cannot be done to this thing as it stands.",
}
"""What each status of a refusal means."""


def operation(call: Call, *, guarded: bool) -> tuple[str, str, Schema]:
    """The path of a call, its method, and what the document says of it."""
    name = call.answer.__name__
    known = OPERATIONS[name]
    summary, _, description = (getdoc(call.answer) or "").partition("\n\n")
    made: Schema = {
        "operationId": name,
        "tags": [TAG],
        "summary": summary,
        **({"description": description} if description else {}),
        "parameters": [
            *map(_path_parameter, re.findall(r"{(\w+)", call.path)),
            *(ref(parameter, "parameters") for parameter in known.parameters),
        ],
        "responses": dict(_responses(known, guarded=guarded)),
        "security": [{"adminToken": []}] if guarded else [],
    }
    if known.body:
        content = {JSON: {"schema": ref(known.body)}}
        made["requestBody"] = {"required": known.needs_body, "content": content}
    elif known.body is not None:
        made["requestBody"] = body("Submission", "Posting")
    return PREFIX + re.sub(r":\w+}", "}", call.path), call.method.lower(), made


def _path_parameter(name: str) -> Schema:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _responses(known: Operation, *, guarded: bool) -> Iterator[tuple[str, Any]]:
    content = {known.content_type: {"schema": ref(known.answer)}}
    yield "200", {"description": "Done.", "content": content}
    taken = {400: "Error"} if known.parameters or known.body else {}
    guard = {401: "Error", 403: "Error"} if guarded else {403: "Error"}
    for status, schema in sorted({**taken, **guard, **known.refusals}.items()):
        content = {JSON: {"schema": ref(schema)}}
        yield str(status), {"description": REFUSED[status], "content": content}
