"""How the control API shows things: plain JSON values made from the engine's own."""

import json
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from emulator.core.access import Project
from emulator.core.model import ABSENT, Mode, Submission
from emulator.core.rendering.values import stamp
from emulator.core.scenario import Scenario
from emulator.engine.callbacks import Attempt, Callback
from emulator.engine.clock import Clock
from emulator.engine.emulator import Emulator
from emulator.engine.journal import Entry, Exchange, Note
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task, TaskState

View = Mapping[str, Any]

__all__ = ["stamp"]


def clock(shown: Clock) -> View:
    """Kind and time of a clock."""
    return {"mode": shown.mode.value, "now": stamp(shown.now())}


def sandbox(shown: Sandbox) -> View:
    """A sandbox with its counts."""
    return {
        "id": shown.name,
        "name": shown.name,
        "clock": clock(shown.clock),
        "scenario": shown.default_scenario,
        "tasks": len(shown.tasks) + shown.tasks.unfinished,
        "journal": len(shown.journal),
        "pending": len(shown.agenda) + shown.flights.count,
    }


def submission(shown: Submission | None) -> View | None:
    """What was sent in."""
    if shown is None:
        return None
    media = shown.media
    content: View = (
        {"text_data": shown.text}
        if media is None
        else {
            "url": media.url,
            "filename": media.filename,
            "mimetype": media.mimetype,
            "sha256": media.sha256,
            "size": media.size,
        }
    )
    metadata = {} if shown.metadata is ABSENT else {"metadata": shown.metadata}
    return {"kind": shown.kind.value, **content, **metadata, "callback_url": shown.callback_url}


@singledispatch
def entry(shown: Entry) -> View:
    """An entry of the journal."""
    raise TypeError(type(shown).__name__)


@entry.register
def _exchange(shown: Exchange) -> View:
    refusal = shown.refusal
    return {
        "id": str(shown.id),
        "kind": shown.kind,
        "at": stamp(shown.at),
        "method": shown.method,
        "path": shown.path,
        "status": shown.status,
        "project": shown.project,
        "task_id": shown.task.id if shown.task else None,
        "submission": submission(shown.submission),
        "prediction": str(shown.task.source) if shown.task else None,
        "refusal": refusal.message if refusal else None,
        "because": str(refusal.because) if refusal and refusal.because else None,
    }


@entry.register
def _note(shown: Note) -> View:
    return {
        "id": str(shown.id),
        "kind": shown.kind,
        "at": stamp(shown.at),
        "about": shown.about,
        **shown.facts,
    }


def task(shown: Task) -> View:
    """A task in a line of a list."""
    finished = shown.state is TaskState.FINISHED
    return {
        "id": shown.id,
        "at": stamp(shown.submitted),
        "state": shown.state.value,
        "mode": shown.mode.value,
        "project": shown.project.name,
        "submission": submission(shown.submission),
        "due": stamp(shown.due),
        "ended": stamp(shown.ended) if finished else None,
        "prediction": str(shown.source) if finished else None,
        "callback": shown.callback.id if shown.callback else None,
    }


def task_in_full(shown: Task, emulator: Emulator) -> View:
    """A task with its result, its callback, and what made and what was hidden."""
    finished = shown.state is TaskState.FINISHED
    return {
        **task(shown),
        "answer": json.loads(_result(shown, emulator)) if finished else None,
        "callbacks": [callback(shown.callback)] if shown.callback else [],
        "explanation": {
            "prediction": str(shown.source),
            "hidden": [str(source) for source in shown.known.hidden],
            "ignored_directives": list(shown.known.ignored),
        },
    }


def _result(shown: Task, emulator: Emulator) -> bytes:
    return emulator.callback_body(shown) if shown.mode is Mode.ASYNC else emulator.answer(shown)


def callback(shown: Callback) -> View:
    """A callback with every attempt."""
    return {
        "id": shown.id,
        "at": stamp(shown.task.ended),
        "task_id": shown.task.id,
        "state": shown.state.value,
        "url": shown.url,
        "due": stamp(shown.due) if shown.due else None,
        "attempts": [attempt(one) for one in shown.attempts],
    }


def attempt(shown: Attempt) -> View:
    """One attempt; `latency` in milliseconds of real time."""
    return {
        "number": shown.number,
        "due": stamp(shown.due),
        "at": stamp(shown.at),
        "url": shown.url,
        "status": shown.status,
        "error": shown.error,
        "latency": round(shown.latency * 1000, 3),
        "response": shown.response.decode("utf-8", "replace"),
    }


def scenario(shown: Scenario) -> View:
    """A scenario that can be chosen."""
    return {"id": shown.name, "name": shown.name, "description": shown.description}


def project(shown: Project) -> View:
    """A declared project, without its keys."""
    return {
        "id": shown.name,
        "name": shown.name,
        "product": shown.product,
        "project_id": shown.project_id,
        "user_id": shown.user_id,
        "taxonomy": shown.taxonomy.name,
        "text_taxonomy": shown.text_taxonomy.name,
        "max_text_length": shown.max_text_length,
    }
