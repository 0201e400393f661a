"""Downloads beside the calls and tasks that need them, and what a task learns from one.

A synchronous call waits for its download before anything else is decided. An asynchronous task is
acknowledged first, and looked at anew when its bytes are there.
"""

import logging
from asyncio import FIRST_COMPLETED, create_task, wait
from collections.abc import Callable
from itertools import count

from emulator.core import errors
from emulator.core.codes import INVALID_INPUT, UNSUPPORTED_MEDIA_TYPE
from emulator.core.failure import Failure, failure_of, failure_of_flaw
from emulator.core.faults import Event, Sort, event_of_content, sort_of
from emulator.core.model import Applied, Contract, Flaw, Kind, Mode, Submission
from emulator.core.parsing.submission import check, check_length
from emulator.engine.calls import Call
from emulator.engine.fetch import DOWNLOAD_ERROR, Download, Fetcher
from emulator.engine.intake import told_of
from emulator.engine.journal import FaultApplied, Note
from emulator.engine.sandbox import Sandbox
from emulator.engine.scoring import Knowledge
from emulator.engine.tasks import Task

log = logging.getLogger(__name__)


class Downloads:
    """Starts downloads, and hands on what came of them."""

    def __init__(self, fetcher: Fetcher | None, knowledge: Knowledge) -> None:
        self._fetcher = fetcher
        self._knowledge = knowledge
        self._ordinals = count(1)

    def wanted_by(self, submission: Submission) -> bool:
        """Whether a submission names a medium that is to be downloaded."""
        return self._fetcher is not None and self._fetcher.wants(submission.media)

    async def for_call(self, call: Call, submission: Submission) -> Submission:
        """What a call submits, with what its bytes tell; the time of its sandbox waits for it.

        `Refusal` where the call would be refused anyway, or the sandbox ends meanwhile.
        """
        check(submission, call.project)
        if call.project.earns is not None:
            raise call.project.earns()
        sandbox = call.sandbox
        name = f"download {next(self._ordinals)}"
        sandbox.flights.hold(name)
        try:
            call.download = await self._while_open(sandbox, submission)
        finally:
            sandbox.flights.release(name)
        _note(sandbox, call.download, None)
        return submission._replace(media=call.download.media)

    async def _while_open(self, sandbox: Sandbox, submission: Submission) -> Download:
        running = create_task(self._download(submission))
        ended = create_task(sandbox.pause(None))
        try:
            await wait({running, ended}, return_when=FIRST_COMPLETED)
            if not running.done():
                closed = sandbox.closed
                raise errors.sandbox_closed(sandbox.name) if closed else errors.stopping()
            return running.result()
        finally:
            running.cancel()
            ended.cancel()

    async def _download(self, submission: Submission) -> Download:
        if self._fetcher is None or submission.media is None:
            raise LookupError("nothing is to be downloaded")
        return await self._fetcher.download(submission.media)

    def for_task(self, sandbox: Sandbox, task: Task, done: Callable[[], None]) -> None:
        """Download what a task needs, tell it, and then call `done`; time waits for it.

        There must be a running event loop.
        """
        name = f"download {next(self._ordinals)}"
        sandbox.flights.hold(name)
        running = create_task(self.teach(sandbox, task))
        sandbox.flights.watch(running)

        def landed(_: object) -> None:
            if not running.cancelled() and not sandbox.closed:
                done()
            sandbox.flights.release(name)

        running.add_done_callback(landed)

    async def teach(self, sandbox: Sandbox, task: Task) -> None:
        """Download what a task needs, and have it learn from it."""
        try:
            download = await self._download(task.submission)
            _note(sandbox, download, task.id)
            task.download = download
            if download.media.flaw is not None:
                task.submission = task.submission._replace(media=download.media)
                task.failure = task.failure or failure_of_flaw(download.media.flaw)
            elif download.fetched:
                self._learn(sandbox, task, task.submission._replace(media=download.media))
        except Exception as error:
            log.exception("a mistake of the emulator's own, in the sandbox %r", sandbox.name)
            task.failure = failure_of_flaw(Flaw(DOWNLOAD_ERROR, repr(error)))

    def _learn(self, sandbox: Sandbox, task: Task, submission: Submission) -> None:
        """Look at a task anew, now that its bytes are there."""
        contract = Contract.TASK if task.application is None else Contract.DASHBOARD
        try:
            known = self._knowledge.look_up(submission, task.project, task.steps, sandbox.fixtures)
            submission = told_of(submission, known, task.project)
            check(submission, task.project)
            if submission.kind is Kind.VIDEO:
                check_length(submission, task.project, Mode.ASYNC, contract)
        except errors.Refusal as refusal:
            task.failure = _too_late(refusal)
            return
        sandbox.fixtures_used.update(str(fixture.source) for fixture in known.used)
        before, task.known = task.known, known
        task.submission, task.source = submission, known.source
        if known.latency is not None and known.latency != before.latency:
            task.due = task.submitted + known.latency[0]
        if known.fault is not None and known.fault != before.fault:
            self._trouble(sandbox, task, known.fault)

    def _trouble(self, sandbox: Sandbox, task: Task, applied: Applied) -> None:
        """A trouble that the bytes ask for, as far as there still is a place for it."""
        fault, source = applied
        now = sandbox.clock.now()
        event = event_of_content(fault, Event.SUBMIT_ASYNC)
        if sort_of(fault) is Sort.TASK:
            if sandbox.troubles.happens(fault, source):
                task.failure = failure_of(fault)
                task.troubles = (*task.troubles, applied)
                on = Event.SUBMIT_ASYNC.value
                sandbox.journal.add(
                    FaultApplied(now, fault.name, on=on, because=str(source), task=task.id)
                )
        elif event is Event.CALLBACK and fault.name != "early":
            task.sending = task.sending or applied
        else:
            sandbox.journal.add(
                Note(now, "fault without a place", fault=fault.name, because=str(source))
            )


def _too_late(refusal: errors.Refusal) -> Failure:
    """How a task fails that would have been refused, had its bytes been there."""
    kind = isinstance(refusal, errors.WrongContent)
    code = UNSUPPORTED_MEDIA_TYPE if kind else INVALID_INPUT
    return Failure(code, 400, refusal.message, refusal.message)


def _note(sandbox: Sandbox, download: Download, task_id: str | None) -> None:
    """Remember what was downloaded, or why nothing was."""
    media, now = download.media, sandbox.clock.now()
    asked = {"task": task_id, "url": media.url, "tries": download.tries}
    if not download.fetched:
        sandbox.journal.add(Note(now, "media not downloaded", **asked, because=download.why))
    elif download.why:
        code = media.flaw.code if media.flaw is not None else None
        note = Note(now, "download failed", **asked, error_code=code, because=download.why)
        sandbox.journal.add(note)
    else:
        found = {"size": media.size, "mimetype": media.mimetype, "sha256": media.sha256}
        sandbox.journal.add(Note(now, "media downloaded", **asked, **found))
