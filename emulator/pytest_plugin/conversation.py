"""What was said between a client and the emulator, for the report of a test that failed."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from emulator.client import Client, NoAnswer, Refused
from emulator.core.duration import format_duration
from emulator.core.plain import plain
from emulator.core.taxonomy.visual import DOCS

LINES = 60
"""How long it is at most; the oldest is left out."""
_READ = 400
"""How many entries of the journal are looked at: more than there are lines for."""
_WIDTH = 180
_INDENT = " " * 22
_SEEN = 0.1
"""The score from which a visual class is worth a word."""
_PLACE = re.compile(r" \((?:control API[^()]*|[^()]*:\d+)\)$")
_NEGATIVE = {head.negative for head in DOCS.heads}

Told = Mapping[str, Any]


class Conversation:
    """Requests with their answers, callbacks with their attempts, and what came between."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def told(self) -> str:
        """At most `LINES` lines, newest last. A server that is gone is said to be."""
        try:
            return "\n".join(self._lines())
        except (NoAnswer, Refused) as error:
            return f"The emulator cannot be asked any more: {error}"

    def _lines(self) -> list[str]:
        now = _time(self._client.get("clock")["now"])
        head = f"sandbox {self._client.sandbox} at {self._client.url}, where it is {now}"
        journal = self._client.get("journal", limit=_READ)
        lines: list[str] = []
        read = 0
        for entry in reversed(journal["items"]):
            more = list(self._of(entry))
            # Two lines are for the head, and for the word that something is left out.
            if len(lines) + len(more) > LINES - 2:
                break
            lines[:0] = more
            read += 1
        left_out = journal["total"] - read
        told = [f"({left_out} earlier entries are left out)"] if left_out else []
        return [head, *told, *(lines or ["nothing was said"])]

    def _of(self, entry: Told) -> Iterator[str]:
        """What an entry of the journal has to say, in no line, in one or in several."""
        say = _SAY.get(entry["kind"])
        first = True
        for line in say(self, entry) if say else ():
            start = f"{_time(entry['at'])}  " if first else _INDENT
            yield f"{start}{plain(line, _WIDTH)}"
            first = False

    def _request(self, entry: Told) -> Iterator[str]:
        status = entry["status"] or "no answer"
        sent = "" if entry["submission"] is None else f"  {_content(entry['submission'])}"
        yield f"{entry['method']} {entry['path']} -> {status}{sent}"
        if entry["refusal"] is not None:
            by = f" (by {_source(entry['because'])})" if entry["because"] else ""
            yield f"{entry['refusal']}{by}"
        elif entry["task_id"] is not None:
            yield from self._task(entry["task_id"])

    def _task(self, id: str) -> Iterator[str]:  # noqa: A002 - as everywhere
        try:
            task = self._client.get("tasks", id)
        except Refused:
            yield f"task {id}, which was forgotten"
            return
        if task["error_code"] is not None:
            yield f"the task failed with error {task['error_code']}"
        elif task["prediction"] is None:
            yield f"the task is {task['state']}, due at {_time(task['due'])}"
        else:
            rules = "".join(f", rule {name!r}" for name in task["triggered_rules"])
            yield f"{_scores(task['answer'])}{rules} (by {_source(task['prediction'])})"
        for nearest in task["explanation"].get("nearest", ())[:1]:
            yield f"no fixture knew it; the nearest is {nearest}"

    def _attempt(self, entry: Told) -> Iterator[str]:
        status = entry["status"] or "no answer"
        told = f"callback {entry['about']} of {entry['task']}, attempt {entry['number']}"
        yield f"{told} -> {status}, {entry['state']}"
        if entry["error"]:
            yield entry["error"]

    def _callback(self, entry: Told) -> Iterator[str]:
        if entry["state"] == "dropped":
            yield f"callback {entry['about']} of {entry['task']}: dropped"

    def _fault(self, entry: Told) -> Iterator[str]:
        yield f"fault {entry['about']} by {_source(entry['because'])}"

    def _action(self, entry: Told) -> Iterator[str]:
        post = "" if entry["post"] is None else f"post {entry['post']} of "
        yield f"{entry['about']} on {post}patron {entry['patron']}, by {entry['by']}"

    def _clock(self, entry: Told) -> Iterator[str]:
        if "by" in entry:
            yield f"{format_duration(timedelta(seconds=entry['by']))} pass by"


_SAY: Mapping[str, Callable[[Conversation, Told], Iterator[str]]] = {
    "request": Conversation._request,
    "attempt": Conversation._attempt,
    "callback": Conversation._callback,
    "fault": Conversation._fault,
    "action": Conversation._action,
    "clock": Conversation._clock,
}


def _time(stamp: str) -> str:
    """01-01 00:05:00.000: nobody asks for the year."""
    return stamp[5:23].replace("T", " ")


def _source(who: str) -> str:
    """Who made something, without file and line."""
    return _PLACE.sub("", who)


def _content(submission: Told) -> str:
    if "text_data" in submission:
        return f"text {plain(repr(submission['text_data']), 100)}"
    return f"{submission['kind']} {submission['url'] or submission['filename'] or 'upload'}"


def _scores(answer: Any) -> str:
    """The classes that matter, the strongest first; Dashboard answers have none."""
    strongest: dict[str, float] = {}
    for one in _classes(answer):
        name, score = one["class"], one["score"]
        if _matters(name, score):
            strongest[name] = max(score, strongest.get(name, score))
    ranked = sorted(strongest.items(), key=lambda one: -abs(one[1]))[:8]
    return ", ".join(f"{name} {score:.4g}" for name, score in ranked) or "clean"


def _classes(answer: Any) -> Iterator[Told]:
    """The scores of an answer of the Task API, those of every frame."""
    statuses = answer.get("status", ()) if isinstance(answer, dict) else ()
    for status in statuses if isinstance(statuses, list) else ():
        for output in status.get("response", {}).get("output", ()):
            yield from output.get("classes", ())


def _matters(name: str, score: float) -> bool:
    """A severity that is not 0, or a score of something that is really there."""
    if isinstance(score, int):
        return score != 0
    return score >= _SEEN and name not in _NEGATIVE and "no_" not in (name[:3], name[-3:])
