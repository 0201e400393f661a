"""How the control API shows things: plain JSON values made from the engine's own."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import singledispatch
from typing import Any

from emulator.core.access import Project
from emulator.core.duration import format_duration
from emulator.core.errors import NoAnswer
from emulator.core.faults import EVENTS, Event, Trouble
from emulator.core.fixture import Fixture
from emulator.core.matching import Subject, When
from emulator.core.model import ABSENT, Applied, Mode, Posting, Submission, TextPrediction
from emulator.core.rendering.bending import Body, bend
from emulator.core.rendering.values import stamp
from emulator.core.rendering.window import FRAME_LIMIT
from emulator.core.rules import Action
from emulator.core.scenario import Scenario, Step
from emulator.engine.callbacks import Attempt, Callback
from emulator.engine.clock import Clock
from emulator.engine.emulator import Emulator
from emulator.engine.fetch import Download
from emulator.engine.journal import Entry, Exchange, Told
from emulator.engine.moderation import Feed
from emulator.engine.sandbox import Sandbox
from emulator.engine.subjects import Content, Patron, Post
from emulator.engine.tasks import Task, TaskState
from emulator.engine.troubles import Troubles
from emulator.server.refusals import refusal_body

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
        "scenario": shown.scenario,
        "seed": shown.seed,
        "tasks": len(shown.tasks),
        "journal": len(shown.journal),
        "delivered": shown.delivered,
        "failed": shown.failed,
        "dropped": shown.dropped,
        "pending": shown.pending,
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
    posting = {} if shown.posting is None else _posting(shown.posting)
    return {
        "kind": shown.kind.value,
        **content,
        **metadata,
        **posting,
        "callback_url": shown.callback_url,
    }


def _posting(shown: Posting) -> View:
    return {
        "post_id": shown.post_id,
        "patron_id": shown.patron_id,
        "content_metadata": dict(shown.content_metadata),
        "patron_metadata": dict(shown.patron_metadata),
    }


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
        "status": int(shown.status),
        "project": shown.project,
        "task_id": shown.task.id if shown.task else None,
        "submission": submission(shown.submission),
        "prediction": _prediction(shown.task),
        "refusal": refusal.message if refusal else None,
        "because": str(refusal.because) if refusal and refusal.because else None,
    }


def exchange_in_full(shown: Exchange, emulator: Emulator) -> View:
    """A call with what was sent and what was answered; keys are left out, long bodies cut."""
    return {
        **_exchange(shown),
        "request": {
            "query": shown.query.decode("latin-1"),
            "headers": [
                [name.decode("latin-1"), _masked(name, value)] for name, value in shown.headers
            ],
            **_received(shown),
        },
        "answer": _answer(shown, emulator),
    }


def _received(shown: Exchange) -> View:
    """The body of a request; null where the call was refused before it was read."""
    declared = dict(shown.headers).get(b"content-length", b"0")
    if not shown.body_size and declared != b"0":
        return {"body": None, "size": int(declared), "cut": True}
    return {
        "body": shown.body.decode("utf-8", "replace"),
        "size": shown.body_size,
        "cut": shown.body_size > len(shown.body),
    }


def _masked(name: bytes, value: bytes) -> str:
    text = value.decode("latin-1")
    if name not in _SECRET:
        return text
    scheme, _, rest = text.partition(" ")
    return f"{scheme} …" if rest else "…"


_SECRET = (b"authorization", b"cookie", b"proxy-authorization", b"x-api-key")


def _answer(shown: Exchange, emulator: Emulator) -> View | None:
    """What was answered; None where nothing was, or where it was not kept."""
    if shown.refusal is not None and not isinstance(shown.refusal, NoAnswer):
        refused = refusal_body(shown.refusal)
        return {"status": int(shown.status), **_content(refused)}
    task = shown.task
    if task is None:
        return None
    about = shown.event in (Event.SUMMARY, Event.TRIGGER)
    if not (about or task.mode is Mode.ASYNC or task.ended_already):
        return None
    content = emulator.answer_again(shown, task)
    body = Body(content) if shown.bend is None else bend(shown.bend, content)
    return {"status": int(shown.status), **_content(body.sent)}


def _content(body: bytes) -> View:
    """A body to be read, cut where it is long, with its true length."""
    return {
        "body": body[:SHOWN_OF_BODY].decode("utf-8", "replace"),
        "size": len(body),
        "cut": len(body) > SHOWN_OF_BODY,
    }


SHOWN_OF_BODY = 64 * 1024
"""How much of a body is shown, in bytes."""


@entry.register
def _told(shown: Told) -> View:
    return {
        "id": str(shown.id),
        "kind": shown.kind,
        "at": stamp(shown.at),
        "about": shown.about,
        **shown.facts,
    }


def task(shown: Task) -> View:
    """A task in a line of a list."""
    return {
        "id": shown.id,
        "at": stamp(shown.submitted),
        "state": shown.state.value,
        "mode": shown.mode.value,
        "project": shown.project.name,
        "submission": submission(shown.submission),
        "due": stamp(shown.due),
        "ended": stamp(shown.ended) if shown.ended_already else None,
        "prediction": _prediction(shown),
        "error_code": _error_code(shown),
        "faults": [fault(applied) for applied in shown.troubles],
        "triggered_rules": [rule.name for rule in shown.triggered],
        "callback": shown.callback.id if shown.callback else None,
    }


def _error_code(shown: Task) -> int | None:
    failure = shown.failure or shown.lacking
    return None if failure is None else failure.code


def unmatched(shown: Task | Exchange) -> View:
    """A submission that nobody knew: as its task, or where it was refused as its call."""
    if isinstance(shown, Task):
        return task(shown)
    return {
        "id": str(shown.id),
        "at": stamp(shown.at),
        "state": "refused",
        "project": shown.project,
        "submission": submission(shown.submission),
    }


def _prediction(shown: Task | None) -> str | None:
    """Where the scores of a task come from; None where there are none."""
    finished = shown is not None and shown.state is TaskState.FINISHED
    return str(shown.source) if shown is not None and finished else None


def task_in_full(shown: Task, sandbox: Sandbox, emulator: Emulator) -> View:
    """A task with its result, its callback, and what made and what was hidden."""
    return {
        **task(shown),
        "answer": json.loads(_result(shown, emulator)) if shown.ended_already else None,
        "callbacks": [callback_in_full(one, emulator) for one in _callbacks_of(shown, sandbox)],
        "explanation": explanation(shown, sandbox, emulator),
    }


def _callbacks_of(shown: Task, sandbox: Sandbox) -> list[Callback]:
    """Its own, and the webhooks of what its rules did."""
    own = [] if shown.callback is None else [shown.callback]
    return own + [one for one in sandbox.callbacks.notices if one.task_id == shown.id]


def explanation(shown: Task, sandbox: Sandbox, emulator: Emulator) -> View:
    """What made each part of a task, what was hidden by it, and what nearly knew it."""
    known = shown.known
    told: dict[str, Any] = {
        "prediction": str(shown.source) if shown.failure is None else None,
        "hidden": [str(source) for source in known.hidden],
        "latency": str(known.latency[1]) if known.latency else None,
        "media": str(known.media[1]) if known.media else None,
        "scenario": shown.scenario.name,
        "faults": [fault(applied) for applied in shown.troubles],
        "faults_without_effect": [
            {**fault(applied), "why": why} for applied, why in shown.without_effect
        ],
        "ignored_directives": list(known.ignored),
        "download": download(shown.download) if shown.download else None,
        "failure": shown.failure.why or shown.failure.message if shown.failure else None,
    }
    if because := _because(shown):
        told["because"] = because
    if known.script is None:
        subject = Subject(shown.submission, shown.project.name)
        told["nearest"] = emulator.knowledge.nearest(subject, sandbox.added)
    if shown.application is not None:
        told["rules"] = [] if shown.judged is None else _explained(sandbox, shown.judged)
    return told


def _because(shown: Task) -> list[str]:
    """Which words made severities that were guessed."""
    if shown.state is not TaskState.FINISHED or not isinstance(shown.prediction, TextPrediction):
        return []
    return list(shown.prediction.because)


def download(shown: Download) -> View:
    """What became of a download."""
    return {
        "tries": shown.tries,
        "hops": list(shown.hops),
        "size": shown.media.size if shown.fetched and not shown.why else None,
        "because": shown.why or None,
    }


def fault(shown: Applied) -> View:
    """A trouble that happened, and who said so."""
    return {"fault": shown[0].name, "because": str(shown[1])}


def _result(shown: Task, emulator: Emulator) -> bytes:
    """What a task came to; of a long video as many frames as a summary shows of itself."""
    if shown.mode is Mode.ASYNC:
        return emulator.callback_body(shown, frames=slice(FRAME_LIMIT))
    return emulator.answer(shown)


def callback(shown: Callback) -> View:
    """A callback with every attempt; of a webhook the action, and the rule or moderator behind."""
    about = {} if shown.content is None else {name: shown.facts[name] for name in ("action", "by")}
    return {
        "id": shown.id,
        "at": stamp(shown.task.ended),
        "kind": shown.kind,
        "task_id": shown.task_id,
        **about,
        "state": shown.state.value,
        "url": shown.url,
        "due": stamp(shown.due) if shown.due else None,
        "attempts": [attempt(one) for one in shown.attempts],
    }


def callback_in_full(shown: Callback, emulator: Emulator) -> View:
    """A callback, and with each attempt what was posted."""
    attempts = [
        {**attempt(one), "request": _content(_posted(shown, one, emulator))}
        for one in shown.attempts
    ]
    return {**callback(shown), "attempts": attempts}


def _posted(shown: Callback, made: Attempt, emulator: Emulator) -> bytes:
    return emulator.deliveries.body(shown, made.fault, made.resent).sent


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
        "fault": shown.fault.name if shown.fault else None,
        "response": shown.response.decode("utf-8", "replace"),
    }


def scenario(shown: Scenario, *, active: bool) -> View:
    """A scenario that can be chosen."""
    return {
        "id": shown.name,
        "name": shown.name,
        "description": shown.description,
        "active": active,
    }


def scenario_in_full(shown: Scenario, sandbox: Sandbox) -> View:
    """The scenario of a sandbox, with what is left of each step."""
    return {
        **scenario(shown, active=True),
        "steps": [step(one, shown, sandbox.troubles) for one in shown.steps],
        "timeline": [
            {
                "on": sorted(one.on),
                "from": format_duration(one.begin),
                "to": None if one.end is None else format_duration(one.end),
                "fault": one.fault.name,
                "where": one.where,
            }
            for one in shown.timeline
        ],
    }


def added_step(shown: Step, troubles: Troubles) -> View:
    """A step that was put before the scenario's own."""
    return {"id": troubles.id_of(shown), **step(shown, troubles.added, troubles)}


def step(shown: Step, scenario: Scenario, troubles: Troubles) -> View:
    """A step, and how often it may still apply: null for ever."""
    return {
        "on": sorted(shown.on),
        "kind": shown.kind,
        "when": _when(shown.when),
        "times": shown.times,
        "left": troubles.left(scenario, shown),
        "fault": shown.fault.name if shown.fault else None,
        "where": shown.where,
    }


def trouble(name: str, shown: Trouble) -> View:
    """A fault that there is: where it may happen, and what may stand beside it."""
    words = [word for word, events in EVENTS.items() if events <= shown.on]
    return {
        "id": name,
        "name": name,
        "meaning": shown.meaning,
        "on": words,
        "settings": [
            {"name": key, "meaning": one.meaning, "default": _written(one.default)}
            for key, one in shown.settings.items()
        ],
    }


def _written(default: Any) -> str | None:
    if isinstance(default, timedelta):
        return format_duration(default)
    return None if default is None else str(default)


def problem(number: int, where: str, what: str, level: str) -> View:
    """A mistake in a file: where, as file and line, and what."""
    return {"id": str(number), "level": level, "where": where, "what": what}


def fixture(shown: Fixture) -> View:
    """A fixture, with what it says in a word each."""
    script = shown.script
    says = ("visual", "video", "text", "media", "fault", "latency")
    return {
        "id": shown.name,
        "name": shown.name,
        "when": _when(shown.when),
        "says": [name for name in says if getattr(script, name) is not None],
        "where": shown.where,
    }


def _when(shown: When | None) -> View | None:
    """The patterns by field, each as it was written."""
    if shown is None:
        return None
    return {
        name: [pattern.source for pattern in patterns] for name, patterns in shown.patterns.items()
    }


def project_in(sandbox: Sandbox) -> Callable[[Project], View]:
    """How a declared project is shown in a sandbox, where its balance and its rate are counted."""

    def view(shown: Project) -> View:
        left = sandbox.accounts.left(shown)
        return {
            **project(shown),
            "rate_limit": None if shown.rate_limit is None else str(shown.rate_limit),
            "balance": None if left is None else float(left),
            "cache": shown.cache,
        }

    return view


def application(shown: Feed, ids: Mapping[str, str]) -> View:
    """An application without its keys; each rule under its id, as it is written and in words."""
    own = shown.application
    return {
        "id": own.name,
        "name": own.name,
        "application_id": own.application_id,
        "rules": [
            {"id": ids[rule.name], **rule.as_written(), "says": str(rule), "where": rule.where}
            for rule in shown.rules
        ],
        "actions": {name: {"webhook": url} for name, url in own.webhooks.items()},
        "posts": len(shown.posts),
        "patrons": len(shown.patrons),
    }


def post(feed: Feed, shown: Post) -> View:
    """A post with its contents, and what was done to it."""
    return {
        "id": shown.id,
        "at": stamp(shown.came.at),
        "application": feed.application.name,
        "patron_id": shown.patron_id,
        "metadata": shown.metadata,
        "tags": shown.tags,
        "deleted": shown.deleted,
        "in_review": shown.to_review is not None,
        "fired_rules": list(shown.fired),
        "contents": [
            {
                "task_id": one.task_id,
                "at": stamp(one.at),
                "submission": submission(one.submission),
                "triggered_rules": list(one.judgement.fired),
            }
            for one in shown.contents
        ],
        "history": _history(shown),
    }


def post_in_full(sandbox: Sandbox) -> Callable[[Feed, Post], View]:
    """How a post is shown with every rule explained, for each of its contents.

    Windows, metadata and the patron's state count as they did when the content was judged, and the
    rules are those that judged it.
    """

    def view(feed: Feed, shown: Post) -> View:
        whole = post(feed, shown)
        contents = [
            {**told, "rules": _explained(sandbox, content)}
            for told, content in zip(whole["contents"], shown.contents, strict=True)
        ]
        return {**whole, "contents": contents}

    return view


def _explained(sandbox: Sandbox, content: Content) -> list[View]:
    """The rules that judged a content: none where its task failed."""
    facts = sandbox.moderation.facts(content)
    judged = content.judgement
    return [
        {
            "rule": rule.name,
            "says": str(rule),
            "fired": rule.name in judged.fired,
            "explanation": rule.explain(facts, before=rule.name in judged.before).as_json(),
        }
        for rule in judged.rules
    ]


def patron(feed: Feed, shown: Patron, now: datetime) -> View:
    """A patron, and what was done to it."""
    until = shown.suspended_until
    return {
        "id": shown.id,
        "at": stamp(shown.came.at),
        "application": feed.application.name,
        "metadata": shown.metadata,
        "tags": shown.tags,
        "banned": shown.banned,
        "suspended": "suspended" in shown.states(now),
        "suspended_until": None if until is None else stamp(until),
        "in_review": shown.to_review is not None,
        "fired_rules": list(shown.fired),
        "posts": list(shown.posts),
        "history": _history(shown),
    }


def reviewed(feed: Feed, shown: Post | Patron, now: datetime) -> View:
    """A post or patron in the review feed; its moment is when it came there."""
    came = {} if shown.to_review is None else {"at": stamp(shown.to_review.at)}
    if isinstance(shown, Post):
        return {"type": "post", **post(feed, shown), **came}
    return {"type": "patron", **patron(feed, shown, now), **came}


def _history(shown: Post | Patron) -> list[View]:
    return [
        {
            "at": stamp(event.at),
            "action": Action(event.action, event.settings).as_written(),
            "by": event.by,
        }
        for event in shown.history
    ]


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
