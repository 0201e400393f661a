"""The results that a sandbox remembers for projects with a cache, by content."""

from collections import OrderedDict
from hashlib import sha256
from typing import NamedTuple

from emulator.core.model import Prediction, Source
from emulator.core.rendering.finished import Origin
from emulator.engine.tasks import Task

KEPT = 10_000
"""How many results are remembered; the oldest are forgotten first."""


class Result(NamedTuple):
    """What a task got, which the same content gets again."""

    origin: Origin
    prediction: Prediction
    source: Source


class Results:
    """The results of one sandbox; they are the same for the same content in the same project."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Result] = OrderedDict()

    def of(self, task: Task) -> Result | None:
        """What this content got before, if it was seen."""
        return self._kept.get(_key(task))

    def keep(self, task: Task, prediction: Prediction, source: Source) -> None:
        """Remember what a task got."""
        origin = Origin(task.id, task.submitted)
        self._kept[_key(task)] = Result(origin, prediction, source)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def _key(task: Task) -> bytes:
    submission = task.submission
    whole = f"{task.project.name}\0{submission.kind}\0{submission.content}"
    return sha256(whole.encode("utf-8", "surrogatepass")).digest()
