"""What the control API takes: parameters, and bodies that have the shapes of the files."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from emulator.core.access import NAME
from emulator.core.faults import EVENTS, TROUBLES, objection
from emulator.core.model import ClockMode, Kind, Mode
from emulator.core.rules import ACTIONS, PATRON, POST
from emulator.core.scenario import OWED
from emulator.engine.callbacks import CallbackState
from emulator.engine.expectations import SORTS, Expectation
from emulator.engine.journal import KINDS
from emulator.engine.tasks import TaskState
from emulator.engine.worlds import KEPT
from emulator.library import rule_schemas
from emulator.library import schemas as files
from emulator.library.scenarios import FAULTS_ONLY
from emulator.library.scripts import SCRIPT_KEYS
from emulator.server.control.openapi.shapes import (
    TEXT,
    Schema,
    loose,
    nullable,
    record,
    ref,
    row,
    word,
)

_NUMBER_OF: Schema = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,18}$"}]
}
_LIMIT: Schema = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
_GLOB = "in which `*` stands for anything"


def _parameter(
    name: str, schema: Schema, description: str, where: str = "query", **more: Any
) -> Schema:
    return {"name": name, "in": where, "description": description, "schema": schema, **more}


PARAMETERS: Mapping[str, Schema] = {
    "sandbox": _parameter(
        "sandbox",
        {"type": "string", "pattern": f"^{NAME.pattern}$", "default": "default"},
        "the sandbox that the call is about; it comes into being at its first use",
    ),
    "since": _parameter(
        "since", TEXT, "an id, for what comes after it; where things happen at a time also a time"
    ),
    "limit": _parameter("limit", _LIMIT, "only the newest so many"),
    "few": _parameter("limit", {**_LIMIT, "default": 20}, "only the newest so many"),
    "kind": _parameter("kind", word(KINDS), "entries of this kind"),
    "taskId": _parameter("task", TEXT, "entries about the task of this id"),
    "taskMode": _parameter("mode", word(Mode), "tasks submitted in this way"),
    "taskKind": _parameter("kind", word(Kind), "tasks of this kind of content"),
    "fixture": _parameter("fixture", TEXT, f"tasks scored by a fixture of this name, {_GLOB}"),
    "text": _parameter(
        "q",
        TEXT,
        "tasks that have this in their content, ids, project, fixture or rules; case "
        "does not count",
    ),
    "before": _parameter("before", TEXT, "the id of a task: only those that came before it"),
    "forProject": _parameter("project", TEXT, "the declared project to submit for"),
    "forApplication": _parameter(
        "application", TEXT, "the declared application to submit for; instead of a project"
    ),
    "submitMode": _parameter("mode", {**word(Mode), "default": "sync"}, "how it is submitted"),
    "taskState": _parameter("state", word(TaskState), "tasks in this state"),
    "callbackState": _parameter("state", word(CallbackState), "callbacks in this state"),
    "callbackKind": _parameter(
        "kind", word(OWED), "callbacks of tasks, or webhooks of actions; otherwise both"
    ),
    **{
        name: _parameter(name, TEXT, f"those with this {name}, {_GLOB}")
        for name in SORTS["request"].fields
    },
    "postId": _parameter("id", TEXT, "the post of this id, explained rule by rule"),
    "patronId": _parameter("id", TEXT, "the patron of this id"),
    "application": _parameter("application", TEXT, "of the application of this name only"),
    "bundled": _parameter(
        "bundled", TEXT, "the fixtures of the emulator's own too", allowEmptyValue=True
    ),
    "sinceEntry": _parameter(
        "since", _LIMIT, "the id of an entry: those that came after it come first"
    ),
    "lastEventId": _parameter(
        "Last-Event-ID", _LIMIT, "as `since`, and counts before it", where="header"
    ),
}
"""The parameters by the names they have among the components."""


def schemas() -> dict[str, Schema]:
    """What the bodies are made of, by name."""
    fixture = files.fixtures()["properties"]["fixtures"]["items"]
    scenario = files.scenarios()
    step = scenario["properties"]["steps"]["items"]
    # The dialect is that of the document, and the title is for editors.
    inline = {key: value for key, value in scenario.items() if key not in ("$schema", "title")}
    says = fixture["properties"]
    made = {
        "Duration": says["latency"],
        "When": says["when"],
        "VisualScript": says["visual"],
        "TextScript": says["text"],
        "MediaScript": says["media"],
        "ScenarioStep": step,
        "ScenarioSpell": scenario["properties"]["timeline"]["items"],
        "NewStep": _step_on_its_own(step),
        "NewScenario": {
            "description": "a name alone is that of a known scenario; anything else is a new one",
            **inline,
            "required": [],
        },
        "NewFixture": {**fixture, "required": ["when"]},
    }
    return {
        **{name: _with_references(schema, made) for name, schema in made.items()},
        "NewFixtures": {
            "anyOf": [
                ref("NewFixture"),
                row(ref("NewFixture")),
                record({"fixtures": row(ref("NewFixture"))}),
            ]
        },
        **_bodies(),
        **_expectations(),
        **_rules(made),
    }


def _with_references(schema: Schema, named: Mapping[str, Schema]) -> Schema:
    """The schema with a reference wherever one of those that have names stands in it."""

    def within(value: Any) -> Any:
        if isinstance(value, list):
            return [within(one) for one in value]
        if not isinstance(value, dict):
            return value
        for name, known in named.items():
            if value == known:
                return ref(name)
        return {key: within(inner) for key, inner in value.items()}

    return {key: within(inner) for key, inner in schema.items()}


_DEFINED: Mapping[str, str] = {
    rule_schemas.CONDITION: "Condition",
    rule_schemas.COUNTED: "CountedCondition",
    rule_schemas.SCORE: "ScoreComparison",
    rule_schemas.SEVERITY: "SeverityComparison",
    rule_schemas.METADATA_VALUE: "MetadataComparison",
}
"""What a document of rules has under `$defs`, and its names among the components."""


def _rules(named: Mapping[str, Schema]) -> dict[str, Schema]:
    """What is sent of an application, and what a moderator does."""
    application = files.config()["properties"]["applications"]["items"]["properties"]
    # A file may have the key alone; here it would be taken for an oversight.
    rules = {**application["rules"], "type": "array"}
    own = {"rules": rules, "actions": application["actions"]}
    definitions = rule_schemas.definitions()
    made = {
        "NewApplication": loose(own),
        "ModeratorAction": {
            "oneOf": [
                record(
                    {
                        f"{on}_id": TEXT,
                        f"{other}_id": {"type": "null"},
                        "action": _action_on(on),
                        "application": nullable(TEXT),
                    },
                    (f"{other}_id", "application"),
                )
                for on, other in ((POST, PATRON), (PATRON, POST))
            ]
        },
        **{_DEFINED[name]: schema for name, schema in definitions.items()},
    }
    return {name: _redirected(_with_references(one, named)) for name, one in made.items()}


def _action_on(subject: str) -> Schema:
    deeds = {name: deed for name, deed in ACTIONS.items() if deed.on == subject}
    return rule_schemas.action_schema(deeds)


def _redirected(value: Any) -> Any:
    """The same, with what refers to definitions of a file referring to components."""
    if isinstance(value, list):
        return [_redirected(one) for one in value]
    if not isinstance(value, dict):
        return value
    target = value.get("$ref")
    if isinstance(target, str) and target.startswith("#/$defs/"):
        return ref(_DEFINED[target.removeprefix("#/$defs/")])
    return {key: _redirected(inner) for key, inner in value.items()}


def _step_on_its_own(step: Schema) -> Schema:
    """A step that may leave out `on`; then it is at the first event that its fault can be on."""
    content = {name: False for name in SCRIPT_KEYS if name != "fault"}
    elsewhere = [fault for fault in TROUBLES if _home_of(fault) in FAULTS_ONLY]
    without_on = {
        **step,
        "properties": {name: one for name, one in step["properties"].items() if name != "on"},
        "required": [],
        "anyOf": _required(SCRIPT_KEYS),
        "allOf": [
            *(rule for rule in step["allOf"] if "on" not in rule["if"].get("properties", {})),
            {
                "if": {"properties": {"fault": {"enum": elsewhere}}, "required": ["fault"]},
                "then": {"properties": content},
            },
        ],
    }
    return {"oneOf": [step, without_on]}


def _home_of(fault: str) -> str:
    return next(word for word in EVENTS if objection(fault, word) is None)


def _bodies() -> dict[str, Schema]:
    timeout = {
        "description": "how long to wait, in real time; at most 1h",
        "allOf": [ref("Duration")],
    }
    moment = {**TEXT, "description": "such as 2026-01-01T00:00:00Z; without a zone it is UTC"}
    clock = {"mode": word(ClockMode), "now": nullable(moment)}
    passing = {"limit": ref("Duration"), "timeout": timeout}
    keep = {"keep": row(word(KEPT))}
    sorts = {f"{sort}s": ref(f"SoMany{sort.capitalize()}s") for sort in SORTS}
    return {
        "Reset": loose({**keep, "seed": _NUMBER_OF}),
        "ClockSetting": loose(clock),
        "Advance": record({"by": ref("Duration"), "timeout": timeout}, ("timeout",)),
        "RunUntilIdle": loose(passing),
        "Wait": {**loose({**sorts, "timeout": timeout}), "anyOf": _required(sorts)},
        "Verify": record({"expect": {**row(ref("Expectation")), "minItems": 1}}),
    }


_NUMBERS: Mapping[str, Schema] = {
    one.name: _NUMBER_OF for one in fields(Expectation) if one.default is None
}
_COUNT_ALONE: Schema = {
    "required": ["count"],
    "anyOf": [{"required": [name]} for name in _NUMBERS if name != "count"],
}


def _expectations() -> dict[str, Schema]:
    """What things may be like, and how many there are to be: for `verify`, and flat for `wait`."""
    likeness = {
        sort: {**dict.fromkeys(known.fields, ref("Glob")), "when": ref("When")}
        for sort, known in SORTS.items()
    }
    likenesses = {sort: ref(f"{sort.capitalize()}Likeness") for sort in SORTS}
    return {
        "Glob": {"type": ["string", "integer"], "description": f"a text {_GLOB}"},
        **{f"{sort.capitalize()}Likeness": loose(made) for sort, made in likeness.items()},
        **{
            f"SoMany{sort.capitalize()}s": {**loose({**made, **_NUMBERS}), "not": _COUNT_ALONE}
            for sort, made in likeness.items()
        },
        "Expectation": {
            **loose({**likenesses, **_NUMBERS}),
            "oneOf": _required(SORTS),
            "not": _COUNT_ALONE,
        },
    }


def _required(names: Iterable[str]) -> list[Schema]:
    """Alternatives: each of these is there."""
    return [{"required": [name]} for name in names]
