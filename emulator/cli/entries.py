"""`tail`: an entry of the journal in a line."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from emulator.cli.tables import Cell, duration, moment, state, status
from emulator.core.plain import plain

_PLACE = re.compile(r" \([^()]*:\d+\)$")
_COMMON = ("id", "kind", "at", "about")
_CONTENT = 60
"""How much of what was submitted is shown, in characters."""

RESET = "-- the sandbox was made new --"


def line(entry: Mapping[str, Any]) -> str:
    """When, what kind of thing, what came of it, and what it was."""
    kind = entry["kind"]
    outcome, told = _TOLD.get(kind, _anything)(entry)
    columns = (Cell(moment(entry["at"])).padded(23), Cell(plain(kind)).padded(10))
    return "  ".join((*columns, outcome.padded(12), told)).rstrip()


def repeats(entry: Mapping[str, Any]) -> bool:
    """Whether the request of a synchronous call, which comes after it, says as much in its line.

    That tells neither what failed nor what was hidden.
    """
    if entry["kind"] not in ("task", "prediction") or entry.get("mode") != "sync":
        return False
    return not (entry.get("error_code") or entry.get("hidden"))


def source(who: str) -> str:
    """Who made something, without the file and line, which are in the account of the task."""
    return _PLACE.sub("", plain(who))


def content(submission: Mapping[str, Any], most: int = _CONTENT) -> str:
    """What was submitted: a text in quotes, or the address or the name of a medium."""
    if "text_data" in submission:
        return f"text {plain(repr(submission['text_data']), most)}"
    named = submission.get("url") or submission.get("filename") or "upload"
    return f"{plain(submission['kind'])} {plain(named, most)}"


def _request(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    told = f"{plain(entry['method'])} {plain(entry['path'])}"
    if entry["project"] is not None:
        told += f" {plain(entry['project'])}"
    if entry["submission"] is not None:
        told += f" {content(entry['submission'])}"
    if entry["refusal"] is not None:
        told += f": {plain(entry['refusal'])}"
        if entry["because"]:
            told = f"{told.removesuffix('.')} (by {source(entry['because'])})"
    elif entry["task_id"] is not None:
        told += f" -> {plain(entry['task_id'])}"
        told += f" by {source(entry['prediction'])}" if entry["prediction"] else ""
    return status(entry["status"]), told


def _task(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    code = entry.get("error_code")
    return state(entry["state"]), plain(entry["about"]) + (f", error {code}" if code else "")


def _prediction(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    hidden = "".join(f", hiding {source(one)}" for one in entry["hidden"])
    return Cell("made"), f"{plain(entry['about'])} by {source(entry['by'])}{hidden}"


def _callback(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    return state(entry["state"]), f"{plain(entry['about'])}{_whose(entry)}"


def _whose(entry: Mapping[str, Any]) -> str:
    """What a callback is about: its task, or the action that a webhook tells of."""
    if "action" in entry:
        return f", webhook of {plain(entry['action'])} by {plain(entry['by'])}"
    return f" of task {plain(entry['task'])}"


def _action(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    post = "" if entry["post"] is None else f"post {plain(entry['post'])} of "
    whose = f"{post}patron {plain(entry['patron'])}"
    told = f"{plain(entry['about'])} on {whose} in {plain(entry['application'])}"
    return Cell("taken"), f"{told}, by {plain(entry['by'])}"


def _attempt(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    webhook = _whose(entry) if "action" in entry else ""
    told = f"{plain(entry['about'])}{webhook}, attempt {entry['number']}: {plain(entry['state'])}"
    return status(entry["status"]), told + (f"; {plain(entry['error'])}" if entry["error"] else "")


def _fault(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    told = f"{plain(entry['about'])} by {source(entry['because'])}"
    told += "".join(
        f", {name} {plain(entry[name])}" for name in ("task", "callback") if entry.get(name)
    )
    return Cell(plain(entry["on"] or "")), told


def _clock(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    told = duration(entry["by"]) if "by" in entry else plain(entry.get("mode", ""))
    return Cell(plain(entry["about"])), told


def _anything(entry: Mapping[str, Any]) -> tuple[Cell, str]:
    """What has no words of its own, such as a note."""
    said = [
        f"{plain(name)} {_listed(value)}" for name, value in entry.items() if name not in _COMMON
    ]
    told = plain(entry.get("about", ""))
    return Cell(""), f"{told}: {', '.join(said)}" if said else told


def _listed(value: object) -> str:
    return ", ".join(map(plain, value)) if isinstance(value, list) else plain(value)


_TOLD: Mapping[str, Callable[[Mapping[str, Any]], tuple[Cell, str]]] = {
    "request": _request,
    "task": _task,
    "prediction": _prediction,
    "callback": _callback,
    "action": _action,
    "attempt": _attempt,
    "fault": _fault,
    "clock": _clock,
}
