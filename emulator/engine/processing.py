"""What becomes of a task: scored at its moment, and its callback owed."""

from datetime import datetime
from functools import partial

from emulator.core.model import ClockMode, Mode, Prediction, Source
from emulator.engine.calls import Call
from emulator.engine.delivery import Deliveries, note_move
from emulator.engine.downloads import Downloads
from emulator.engine.journal import PredictionMade, TaskMoved
from emulator.engine.judging import Judging
from emulator.engine.pump import Pump
from emulator.engine.sandbox import Sandbox
from emulator.engine.scoring import Knowledge
from emulator.engine.tasks import Task, TaskState


class Processing:
    """Brings tasks to their end, synchronous and asynchronous ones alike but for the waiting."""

    def __init__(
        self,
        knowledge: Knowledge,
        deliveries: Deliveries,
        judging: Judging,
        pump: Pump[Sandbox],
        downloads: Downloads,
    ) -> None:
        self._knowledge = knowledge
        self._downloads = downloads
        self._judging = judging
        self._deliveries = deliveries
        self._pump = pump

    def start(self, sandbox: Sandbox, task: Task) -> None:
        """A task was made; it is finished at once where nothing keeps it."""
        if task.mode is Mode.ASYNC:
            sandbox.tasks.add(task)
            sandbox.flights.hold(task.id)
        elif task.due > task.submitted and sandbox.clock.mode is ClockMode.SYSTEM:
            sandbox.tasks.add(task)
            sandbox.journal.add(TaskMoved(task.submitted, task))
            sandbox.agenda.put(task.due, partial(self._finish, sandbox, task, "answered"))
            self._pump.wake(sandbox)
        else:
            self._score(sandbox, task, "answered", task.submitted)
            sandbox.tasks.finished(task)

    def acknowledged(self, sandbox: Sandbox, task: Task) -> None:
        """The acknowledgement of an asynchronous task has left: from now on it may go on."""
        sandbox.flights.release(task.id)
        if task.state is TaskState.ACCEPTED:
            task.move("acknowledged")
            sandbox.journal.add(TaskMoved(sandbox.clock.now(), task))
            if self._waits_for_bytes(task):
                self._downloads.for_task(sandbox, task, partial(self._go_on, sandbox, task))
            else:
                self._go_on(sandbox, task)

    def _waits_for_bytes(self, task: Task) -> bool:
        return task.failure is None and self._downloads.wanted_by(task.submission)

    def _go_on(self, sandbox: Sandbox, task: Task) -> None:
        """All that is needed is there: the task is finished when its time has come."""
        due = max(task.due, sandbox.clock.now()) if task.download is not None else task.due
        sandbox.agenda.put(due, partial(self._finish, sandbox, task, "scored"))
        self._pump.wake(sandbox)

    async def send_early(self, call: Call, task: Task) -> None:
        """Finish a task and try its callback once while its acknowledgement is held back."""
        sandbox = call.sandbox
        if self._waits_for_bytes(task):
            await self._downloads.teach(sandbox, task)
        self._finish(sandbox, task, "answered", task.submitted)
        if task.callback is not None and not sandbox.closed:
            task.callback.settled = True
            await task.callback.first_landing()

    def _finish(self, sandbox: Sandbox, task: Task, event: str, due: datetime) -> None:
        task.ended = due
        self._score(sandbox, task, event, due)
        url = task.submission.callback_url if task.mode is Mode.ASYNC else None
        if url is None:
            sandbox.tasks.finished(task)
        else:
            sandbox.tasks.owes(task)
            callback = sandbox.callbacks.owe(task, url, due)
            self._deliveries.schedule(sandbox, callback, due)
            note_move(sandbox, callback, due)

    def _predict(self, sandbox: Sandbox, task: Task) -> tuple[Prediction, Source]:
        """The prediction, or where the project has a cache the one that its content got before."""
        asked = task.submission, task.project, task.known, sandbox.scorer
        if not task.project.cache:
            return self._knowledge.predict(*asked)
        before = sandbox.results.of(task)
        if before is not None:
            task.origin = before.origin
            return before.prediction, before.source
        made = self._knowledge.predict(*asked)
        sandbox.results.keep(task, *made)
        return made

    def _score(self, sandbox: Sandbox, task: Task, event: str, now: datetime) -> None:
        """Bring a task to its end, which may say to be later than now where nobody waits for it."""
        if task.failure is not None:
            task.fail()
        else:
            task.finish(event, *self._predict(sandbox, task))
            sandbox.journal.add(PredictionMade(now, task))
        sandbox.journal.add(TaskMoved(now, task))
        if task.application is not None:
            self._judging.judge(sandbox, task)
