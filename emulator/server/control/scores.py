"""What a model said of a task, grouped as its taxonomy groups it: heads with classes, matches."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.engine.tasks import Task

View = Mapping[str, Any]

_MATCHES = ("text_filters", "pii_entities", "custom_classes", "urls")
_DIGITS = 6


def scores(task: Task, envelope: bytes) -> View:
    """The scores of a task that is finished; `envelope` is its answer in the Task API's shape.

    `visual`, or else `text`, is there where the model is one of those.
    """
    [status] = json.loads(envelope)["status"]
    response = status["response"]
    frames = [one for one in response.get("output", ()) if "classes" in one]
    is_text = task.submission.text is not None
    return {
        "task_id": task.id,
        "source": str(task.source),
        "scripted": sorted(_scripted(task)),
        "visual": None if is_text else _visual(task, frames),
        "text": _text(task, response, frames) if is_text else None,
    }


def _scripted(task: Task) -> set[str]:
    """The classes that whoever scripted the prediction named."""
    script = task.known.script
    if script is None:
        return set()
    named = set(script.visual or ())
    return named | set(script.text.severities) if script.text is not None else named


def _visual(task: Task, frames: Sequence[View]) -> View:
    """The heads in their order, and of each frame the scores in the order of all their classes."""
    answered = [one["class"] for one in frames[0]["classes"]] if frames else []
    heads = [*_heads(task, answered)]
    order = [name for head in heads for name in head["classes"]]
    return {
        "heads": heads,
        "frames": [{"time": one["time"], "scores": [*_in_order(one, order)]} for one in frames],
    }


def _heads(task: Task, answered: Sequence[str]) -> Iterator[View]:
    left = dict.fromkeys(answered)
    for head in task.project.taxonomy.heads:
        classes = [name for name in head.classes if name in left]
        for name in classes:
            del left[name]
        if classes:
            yield {"head": head.name, "negative": head.negative, "classes": classes}
    if left:
        # What is in no head, as `deepfake` is.
        yield {"head": None, "negative": None, "classes": [*left]}


def _in_order(frame: View, order: Sequence[str]) -> Iterator[float]:
    known = {one["class"]: one["score"] for one in frame["classes"]}
    return (round(known.get(name, 0), _DIGITS) for name in order)


def _text(task: Task, response: View, frames: Sequence[View]) -> View:
    """Severities by class, and what was found in the text, with places in its own units."""
    return {
        "text": task.submission.text,
        "language": response.get("language"),
        "indices": "utf16" if task.project.utf16 else "codepoints",
        "classes": [
            {**one, "severities": [*TEXT_SEVERITIES.get(one["class"], ())]}
            for frame in frames[:1]
            for one in frame["classes"]
        ],
        "matches": [
            {
                "sort": sort,
                "type": one["type"],
                "value": one["value"],
                "start": one["start_index"],
                "end": one["end_index"],
            }
            for sort in _MATCHES
            for one in response.get(sort) or ()
        ],
    }
