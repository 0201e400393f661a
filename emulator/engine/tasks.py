"""Tasks: what a submission becomes, the states it goes through, and the store of a sandbox."""

from asyncio import Future, get_running_loop
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from emulator.core.access import Application, Project
from emulator.core.failure import Failure
from emulator.core.model import Applied, Mode, Prediction, Script, Source, Submission
from emulator.core.rendering.finished import Origin
from emulator.core.rules import Rule
from emulator.core.scenario import Scenario
from emulator.engine.callbacks import Callback
from emulator.engine.fetch import Download
from emulator.engine.quota import Quota
from emulator.engine.scoring import Known
from emulator.engine.subjects import Content

USUAL = 4096
"""What most tasks were made of takes less than so much, in bytes, headers and all."""


class TaskState(StrEnum):
    """Where a task stands."""

    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    FAILED = "failed"


LIFECYCLE: Mapping[TaskState, Mapping[str, TaskState]] = {
    TaskState.ACCEPTED: {
        "acknowledged": TaskState.IN_PROGRESS,
        "answered": TaskState.FINISHED,
        "failed": TaskState.FAILED,
    },
    TaskState.IN_PROGRESS: {"scored": TaskState.FINISHED, "failed": TaskState.FAILED},
    TaskState.FINISHED: {},
    TaskState.FAILED: {},
}
"""What may happen to a task in each state, and where that leads; what is absent cannot happen."""


class Task:
    """A submission on its way to a prediction.

    `due` is when its result is there, on the sandbox's clock; `ended` is the same once it is.
    `known` is what was found to be known of its content, `source` where its prediction comes from.
    `scenario` is the one that it was submitted under; `troubles` are all that happened to it so
    far, `without_effect` those that found nothing to change, with why; `failure` is why it has no
    result, `lacking` what failed of one that has one; `origin` is the task that its result was
    first made for, where that was another one; `sending` what its content asks for its callback.
    `download` is what became of the medium that it names; until that is there, `steps` are what a
    scenario says of it. Of a task of the Dashboard `application` is whose it is, `triggered` the
    rules that fired on it, and `judged` what was posted with what counted when these were asked.
    `weight` is roughly what it was made of, in bytes.
    """

    __slots__ = (
        "_prediction",
        "application",
        "callback",
        "download",
        "due",
        "ended",
        "failure",
        "id",
        "judged",
        "known",
        "lacking",
        "mode",
        "origin",
        "project",
        "scenario",
        "sending",
        "source",
        "state",
        "steps",
        "submission",
        "submitted",
        "triggered",
        "troubles",
        "waiting",
        "weight",
        "without_effect",
    )

    def __init__(
        self,
        id: str,  # noqa: A002 - it is what the API calls it
        project: Project,
        submission: Submission,
        mode: Mode,
        known: Known,
        scenario: Scenario,
        submitted: datetime,
        due: datetime,
    ) -> None:
        self.id = id
        self.project = project
        self.submission = submission
        self.mode = mode
        self.submitted = submitted
        self.due = due
        self.ended = due
        self.state = TaskState.ACCEPTED
        self.known = known
        self.source = known.source
        self.scenario = scenario
        self.troubles: tuple[Applied, ...] = ()
        self.without_effect: tuple[tuple[Applied, str], ...] = ()
        self.failure: Failure | None = None
        self.lacking: Failure | None = None
        self.origin: Origin | None = None
        self.sending: Applied | None = None
        self.application: Application | None = None
        self.triggered: Sequence[Rule] = ()
        self.judged: Content | None = None
        self.callback: Callback | None = None
        self.download: Download | None = None
        self.steps: Sequence[tuple[Script, Source]] = ()
        self.waiting: Future[None] | None = None
        self.weight = 0
        self._prediction: Prediction | None = None

    @property
    def prediction(self) -> Prediction:
        """The prediction; a task that is not finished has none, and asking for it is a mistake."""
        if self._prediction is None:
            raise LookupError(f"task {self.id} is {self.state}, and has no prediction")
        return self._prediction

    @property
    def ended_already(self) -> bool:
        """Whether it has come to an end, good or bad."""
        return self.state in (TaskState.FINISHED, TaskState.FAILED)

    def move(self, event: str) -> None:
        """Go where that event leads from here; KeyError when it cannot happen here."""
        self.state = LIFECYCLE[self.state][event]

    def finish(self, event: str, prediction: Prediction, source: Source) -> None:
        """The result is there."""
        self.move(event)
        self._prediction = prediction
        self.source = source
        self._tell()

    def fail(self) -> None:
        """There will be no result, for the reason that `failure` gives."""
        self.move("failed")
        self._tell()

    def _tell(self) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(None)

    async def result(self) -> None:
        """Wait until the task has ended; `Refusal` when its sandbox ends before."""
        if not self.ended_already:
            self.waiting = get_running_loop().create_future()
            await self.waiting


def age(task: Task) -> tuple[object, ...]:
    """Sorts tasks as they were submitted: by moment, and within one by the ordinal of their ids."""
    low, mid, high, sequence, _ = task.id.split("-")
    return task.submitted, sequence, high, mid, low


class TaskStore:
    """The tasks of one sandbox by id; finished ones within the server's quota."""

    def __init__(self, quota: Quota) -> None:
        self._unfinished: dict[str, Task] = {}
        self._owing: dict[str, Task] = {}
        # An OrderedDict, since a dict gets slower to take the oldest from with each one taken.
        self._finished: OrderedDict[str, Task] = OrderedDict()
        self._quota = quota
        quota.join(self)

    def __len__(self) -> int:
        return len(self._finished) + len(self._owing) + len(self._unfinished)

    def __iter__(self) -> Iterator[Task]:
        """All tasks, those that are finished first."""
        yield from self._finished.values()
        yield from self._owing.values()
        yield from self._unfinished.values()

    @property
    def unfinished(self) -> int:
        """How many are on their way."""
        return len(self._unfinished)

    @property
    def owing(self) -> int:
        """How many of those will owe a callback."""
        return sum(
            task.mode is Mode.ASYNC and task.submission.callback_url is not None
            for task in self._unfinished.values()
        )

    def get(self, task_id: str) -> Task | None:
        """The task of that id, if it is known."""
        for kept in (self._unfinished, self._owing, self._finished):
            if task_id in kept:
                return kept[task_id]
        return None

    def add(self, task: Task) -> None:
        """Keep a task that is on its way."""
        self._unfinished[task.id] = task

    def finished(self, task: Task) -> None:
        """The task's result is there and owed to nobody: from now on it may be forgotten."""
        self._unfinished.pop(task.id, None)
        self._finished[task.id] = task
        self._quota.added(self, _surplus(task))

    def owes(self, task: Task) -> None:
        """The task's result is there, and somebody is to be called back."""
        self._unfinished.pop(task.id, None)
        self._owing[task.id] = task

    def paid(self, task_id: str) -> None:
        """Whoever was to be called back was, or will not be."""
        task = self._owing.pop(task_id, None)
        if task is not None:
            self.finished(task)

    def forget_oldest(self) -> int:
        """Drop the task that was finished first."""
        return _surplus(self._finished.popitem(last=False)[1])


def _surplus(task: Task) -> int:
    """What a task takes beyond what most do, in bytes; usual ones are only counted."""
    return max(0, task.weight - USUAL)
