"""What the control API tells of a sandbox, as typed values: submissions, requests, tasks and so on.

All of them are read when they are asked for, and do not change afterwards; what is long is fetched
when it is looked at. Times are of the sandbox's clock, in UTC.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

Told = Mapping[str, Any]
Fetch = Callable[[], Told]


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of letting time pass: the time it is now, and how many callbacks went which way."""

    now: datetime
    delivered: int
    failed: int
    pending: int


def passed(told: Told) -> Passed:
    """From what `advance` answers."""
    return Passed(_moment(told["now"]), told["delivered"], told["failed"], told["pending"])


@dataclass(frozen=True, slots=True)
class Submission:
    """What was sent in: a `text`, or a medium by `url` or upload; None is what it has not.

    `kind` is "text", "picture", "video" or "audio". `sha256` and `size`, in bytes, are of an
    upload. `post_id` and `patron_id` are those of the Dashboard.
    """

    kind: str
    text: str | None
    url: str | None
    filename: str | None
    sha256: str | None
    size: int
    metadata: Any
    post_id: str | None
    patron_id: str | None
    callback_url: str | None


@dataclass(frozen=True)
class Request:
    """A call of the emulated API, whatever it was answered with; `status` 0 is no answer at all.

    `project` and `task_id` are None where the call did not get so far, `submission` where it was
    refused before. `prediction` says who made the scores, `refusal` why it was refused.
    """

    id: str
    at: datetime
    method: str
    path: str
    status: int
    project: str | None
    task_id: str | None
    submission: Submission | None
    prediction: str | None
    refusal: str | None
    _fetch: Fetch = field(repr=False, compare=False)

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers that were sent, their names in lower case; keys are left out."""
        return {name.lower(): value for name, value in self._whole["request"]["headers"]}

    @cached_property
    def body(self) -> str:
        """The body that was sent, as text, cut after 16 KiB; empty where it was not read."""
        return self._whole["request"]["body"] or ""

    @cached_property
    def answer(self) -> Any:
        """The JSON that it was answered with, as text where it is none, None without a body."""
        return _parsed(self._whole["answer"])

    @cached_property
    def _whole(self) -> Told:
        return self._fetch()


@dataclass(frozen=True)
class Task:
    """What became of a submission: `state` is accepted, in_progress, finished or failed.

    `due` is when it is, or was, to be finished, `ended` when it was. `prediction` says who made the
    scores, and `error_code` is Hive's, of a task that failed.
    """

    id: str
    at: datetime
    state: str
    mode: str
    project: str
    submission: Submission
    due: datetime
    ended: datetime | None
    prediction: str | None
    error_code: int | None
    triggered_rules: tuple[str, ...]
    _fetch: Fetch = field(repr=False, compare=False)

    @property
    def answer(self) -> Any:
        """Its result: the JSON of the answer or of the callback; None before its end."""
        return self._whole["answer"]

    @property
    def explanation(self) -> Told:
        """What made each part of it, and what that hid."""
        told: Told = self._whole["explanation"]
        return told

    @cached_property
    def _whole(self) -> Told:
        return self._fetch()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a callback: `status` None is no answer, and `error` says why.

    `latency` is in milliseconds of real time; `response` is the receiver's body.
    """

    number: int
    due: datetime
    at: datetime
    url: str
    status: int | None
    error: str | None
    latency: float
    fault: str | None
    response: str


@dataclass(frozen=True)
class Callback:
    """A callback, or a webhook (`kind`), with its attempts.

    `state` is scheduled, in_flight, delivered, failed or dropped; `due` is when the next attempt
    is, None where there is none to come.
    """

    id: str
    kind: str
    state: str
    url: str
    task_id: str
    due: datetime | None
    attempts: tuple[Attempt, ...]
    _fetch: Fetch = field(repr=False, compare=False)

    @cached_property
    def body(self) -> Any:
        """The JSON that the newest attempt posted, as text where it is none; None before any."""
        attempts = self._fetch()["attempts"]
        return _parsed(attempts[-1]["request"]) if attempts else None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done to a post or a patron: the action as it is written, and by whom."""

    at: datetime
    action: Any
    by: str


@dataclass(frozen=True, slots=True)
class Content:
    """One content of a post, its task, and the rules that fired on it."""

    at: datetime
    task_id: str
    submission: Submission
    triggered_rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the Dashboard, and what was done to it."""

    id: str
    application: str
    patron_id: str
    metadata: Told
    tags: tuple[str, ...]
    deleted: bool
    in_review: bool
    fired_rules: tuple[str, ...]
    contents: tuple[Content, ...]
    history: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Patron:
    """A patron of the Dashboard, and what was done to it; `posts` are ids."""

    id: str
    application: str
    metadata: Told
    tags: tuple[str, ...]
    banned: bool
    suspended: bool
    suspended_until: datetime | None
    in_review: bool
    fired_rules: tuple[str, ...]
    posts: tuple[str, ...]
    history: tuple[Deed, ...]


def submission(told: Told) -> Submission:
    """From what is told of any submission."""
    return Submission(
        kind=told["kind"],
        text=told.get("text_data"),
        url=told.get("url"),
        filename=told.get("filename"),
        sha256=told.get("sha256"),
        size=told.get("size", 0),
        metadata=told.get("metadata"),
        post_id=told.get("post_id"),
        patron_id=told.get("patron_id"),
        callback_url=told["callback_url"],
    )


def request(told: Told, fetch: Fetch) -> Request:
    """From an item of the list of requests; `fetch` gives the whole of it."""
    sent = told["submission"]
    plain = ("id", "method", "path", "status", "project", "task_id", "prediction", "refusal")
    return Request(
        at=_moment(told["at"]),
        submission=None if sent is None else submission(sent),
        _fetch=fetch,
        **{name: told[name] for name in plain},
    )


def task(told: Told, fetch: Fetch) -> Task:
    """From an item of the list of tasks; `fetch` gives the whole of it."""
    plain = ("id", "state", "mode", "project", "prediction", "error_code")
    return Task(
        at=_moment(told["at"]),
        submission=submission(told["submission"]),
        due=_moment(told["due"]),
        ended=_maybe(told["ended"]),
        triggered_rules=tuple(told["triggered_rules"]),
        _fetch=fetch,
        **{name: told[name] for name in plain},
    )


def callback(told: Told, fetch: Fetch) -> Callback:
    """From an item of the list of callbacks; `fetch` gives the whole of it."""
    plain = ("id", "kind", "state", "url", "task_id")
    return Callback(
        due=_maybe(told["due"]),
        attempts=tuple(map(_attempt, told["attempts"])),
        _fetch=fetch,
        **{name: told[name] for name in plain},
    )


def _attempt(told: Told) -> Attempt:
    plain = ("number", "url", "status", "error", "latency", "fault", "response")
    return Attempt(
        due=_moment(told["due"]),
        at=_moment(told["at"]),
        **{name: told[name] for name in plain},
    )


def post(told: Told) -> Post:
    """From an item of the list of posts."""
    plain = ("id", "application", "patron_id", "metadata", "deleted", "in_review")
    return Post(
        tags=tuple(told["tags"]),
        fired_rules=tuple(told["fired_rules"]),
        contents=tuple(
            Content(
                _moment(one["at"]),
                one["task_id"],
                submission(one["submission"]),
                tuple(one["triggered_rules"]),
            )
            for one in told["contents"]
        ),
        history=tuple(map(_deed, told["history"])),
        **{name: told[name] for name in plain},
    )


def patron(told: Told) -> Patron:
    """From an item of the list of patrons."""
    plain = ("id", "application", "metadata", "banned", "suspended", "in_review")
    return Patron(
        tags=tuple(told["tags"]),
        suspended_until=_maybe(told["suspended_until"]),
        fired_rules=tuple(told["fired_rules"]),
        posts=tuple(told["posts"]),
        history=tuple(map(_deed, told["history"])),
        **{name: told[name] for name in plain},
    )


def _deed(told: Told) -> Deed:
    return Deed(_moment(told["at"]), told["action"], told["by"])


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _maybe(stamp: str | None) -> datetime | None:
    return None if stamp is None else _moment(stamp)


def _parsed(content: Told | None) -> Any:
    if content is None:
        return None
    try:
        return json.loads(content["body"])
    except ValueError:
        return content["body"]
