"""The emulator itself: submit, look up, let time pass, reset. It needs no HTTP to be used.

A call goes through `begin`, `admit` and `accept`, in the order in which the API decides: gate, key,
parsing, the contract's own checks, the account, scripted troubles, and then the prediction.
"""

import logging
from asyncio import CancelledError, create_task, wait
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

from emulator.core import errors
from emulator.core.access import (
    DEFAULT_SANDBOX,
    Address,
    Caller,
    Directory,
    Project,
    project_of,
    sandbox_of,
)
from emulator.core.faults import Event, refusal_of
from emulator.core.fixture import Fixture
from emulator.core.matching import Index, Subject
from emulator.core.media import with_facts
from emulator.core.model import ClockMode, Mode, Source, Submission
from emulator.core.parsing.submission import check, read_submission
from emulator.core.rendering.task import Renderer, acknowledgement
from emulator.core.scenario import Scenario, Step
from emulator.engine.callbacks import Network
from emulator.engine.chance import Chance
from emulator.engine.clock import Clock, Wall, in_range
from emulator.engine.delivery import Deliveries
from emulator.engine.journal import ClockMoved, Exchange, Note, TaskMoved
from emulator.engine.pump import Pump
from emulator.engine.quota import Quota
from emulator.engine.sandbox import Sandbox
from emulator.engine.scoring import Knowledge, Known
from emulator.engine.tasks import Task, TaskState
from emulator.settings import Settings

_EVENTS = {Mode.SYNC: Event.SUBMIT_SYNC, Mode.ASYNC: Event.SUBMIT_ASYNC}
log = logging.getLogger(__name__)
GRACE = 5.0
"""How long stopping waits for callbacks that are on their way, in seconds."""


class Call:
    """One call of the emulated API on its way through the emulator; `project` once admitted."""

    __slots__ = (
        "address",
        "caller",
        "exchange",
        "mode",
        "problem",
        "project",
        "sandbox",
        "scenario",
    )
    project: Project

    def __init__(
        self,
        address: Address,
        caller: Caller,
        mode: Mode,
        sandbox: Sandbox,
        scenario: Scenario,
        exchange: Exchange,
    ) -> None:
        self.address = address
        self.caller = caller
        self.mode = mode
        self.sandbox = sandbox
        self.scenario = scenario
        self.exchange = exchange
        self.problem: errors.Refusal | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """What letting time pass has done: callbacks delivered and failed in it, things still to do."""

    now: datetime
    delivered: int
    failed: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What was read from disk: keys, fixtures in the order in which they count, and scenarios."""

    directory: Directory
    fixtures: tuple[Fixture, ...] = ()
    scenarios: Mapping[str, Scenario]


class Emulator:
    """Owner of all sandboxes; everything that a face of the emulator does goes through it.

    `network` carries callbacks, `wall` tells the time; both are handed in.
    """

    def __init__(self, settings: Settings, library: Library, network: Network, wall: Wall) -> None:
        self.settings = settings
        self.library = library
        self._wall = wall
        self._chance = Chance(settings.seed)
        self._network = network
        self._renderer = Renderer(self._chance.draw)
        self._knowledge = Knowledge(Index(library.fixtures), self._chance.draw, settings.unscripted)
        self._journal_quota = Quota(settings.journal_entries)
        self._task_quota = Quota(settings.tasks)
        self._sandboxes: dict[str, Sandbox] = {}
        self._pump: Pump[Sandbox] = Pump(self._perform)
        rewrites = dict(settings.callback_rewrite)
        self._deliveries = Deliveries(network, self._renderer, rewrites, self._pump.wake)

    @property
    def sandboxes(self) -> Iterable[Sandbox]:
        """All sandboxes that have come into being."""
        return self._sandboxes.values()

    def sandbox(self, name: str) -> Sandbox:
        """The sandbox of that name; it comes into being at first use."""
        known = self._sandboxes.get(name)
        if known is None:
            known = self._sandboxes[name] = self._new_sandbox(name)
        return known

    def _new_sandbox(self, name: str) -> Sandbox:
        return Sandbox(
            name,
            Clock(self._wall, self.settings.clock),
            self._chance,
            self.library.scenarios[self.settings.scenario],
            journal_quota=self._journal_quota,
            task_quota=self._task_quota,
        )

    def reset(self, name: str) -> Sandbox:
        """The sandbox as new: empty, ids from the start, deliveries in flight cancelled."""
        known = self._sandboxes.pop(name, None)
        if known is not None:
            known.close()
        return self.sandbox(name)

    # What a call goes through

    def submit(self, key: str, mode: Mode = Mode.SYNC, **fields: Any) -> Task:
        """Submit the fields of a request, without any HTTP; `Refusal` says why it was not taken.

        An asynchronous task is acknowledged by the return of this call.
        """
        address = Address(f"/api/v2/task/{mode}")
        call = self.begin("POST", address, f"Token {key}", mode)
        try:
            self.admit(call)
            task = self.accept(call, read_submission(fields, None))
        except errors.Refusal as refusal:
            self.refuse(call, refusal)
            raise
        if mode is Mode.ASYNC:
            self.acknowledged(call.sandbox, task)
        return task

    def begin(self, method: str, address: Address, authorization: str | None, mode: Mode) -> Call:
        """A call comes in. Which world it is for is told here, all else by `admit`."""
        caller = self.library.directory.caller(authorization)
        problem: errors.Refusal | None = None
        try:
            sandbox = self.sandbox(sandbox_of(address, caller))
            scenario = self._scenario(sandbox, caller)
        except errors.Refusal as refusal:
            problem = refusal
            sandbox = self.sandbox(DEFAULT_SANDBOX)
            scenario = self._scenario(sandbox, Caller())
        exchange = Exchange(method, address.path)
        call = Call(address, caller, mode, sandbox, scenario, exchange)
        call.problem = problem
        return call

    def _scenario(self, sandbox: Sandbox, caller: Caller) -> Scenario:
        name = caller.scenario or sandbox.default_scenario
        named = self.library.scenarios.get(name)
        if named is None:
            raise errors.unknown_scenario(name, self.library.scenarios)
        return sandbox.scenario(named)

    def admit(self, call: Call) -> None:
        """Whether the call may go on: the scenario's gate, then the key."""
        if call.problem is not None:
            raise call.problem
        if not call.scenario.calm:
            self._pass_gate(call)
        call.project = project_of(call.address, call.caller)
        call.exchange.project = call.project.name

    def _pass_gate(self, call: Call) -> None:
        elapsed = call.sandbox.since(call.scenario)
        stopped = call.scenario.at_the_gate(_EVENTS[call.mode], elapsed)
        if stopped is not None:
            fault, source, afterwards = stopped
            call.sandbox.progress(afterwards)
            raise refusal_of(fault, source)

    def accept(self, call: Call, submission: Submission) -> Task:
        """Take a submission in: a task, finished where it can be answered at once."""
        sandbox = call.sandbox
        project = call.project
        call.exchange.submission = submission
        check(submission, project)
        if project.earns is not None:
            raise project.earns()
        step = None if call.scenario.calm else self._step(call, submission, project)
        known = self._knowledge.look_up(submission, project, step)
        if known.fault is not None:
            raise refusal_of(*known.fault)
        self._knowledge.demand(submission, project, known)
        if known.ignored:
            sandbox.journal.add(
                Note(sandbox.clock.now(), "directives ignored", names=known.ignored)
            )
        if known.media is not None and submission.media is not None:
            submission = submission._replace(media=with_facts(submission.media, known.media))
        return self._make_task(call, submission, project, known)

    def _step(
        self, call: Call, submission: Submission, project: Project
    ) -> tuple[Step, Source] | None:
        subject = Subject(submission, project.name)
        found = call.scenario.on_content(_EVENTS[call.mode], subject)
        if found is None:
            return None
        step, source, afterwards = found
        call.sandbox.progress(afterwards)
        if step.fault is not None:
            raise refusal_of(step.fault, source)
        return step, source

    def _make_task(
        self, call: Call, submission: Submission, project: Project, known: Known
    ) -> Task:
        sandbox = call.sandbox
        sandbox.used = True
        now = sandbox.clock.now()
        latency = self._latency(call.scenario, known, submission)
        due = now + latency if latency else now
        task = Task(sandbox.ids.next(now), project, submission, call.mode, known, now, due)
        task.delivery = call.scenario.callbacks
        exchange = call.exchange
        exchange.at, exchange.status, exchange.task = now, 200, task
        if call.mode is Mode.ASYNC:
            sandbox.tasks.add(task)
        elif latency and sandbox.clock.mode is ClockMode.SYSTEM:
            sandbox.tasks.add(task)
            sandbox.agenda.put(due, partial(self._finish, sandbox, task, "answered"))
            self._pump.wake(sandbox)
        else:
            self._score(task, "answered")
            sandbox.tasks.finished(task)
        sandbox.journal.add(exchange)
        return task

    def _latency(self, scenario: Scenario, known: Known, submission: Submission) -> timedelta:
        if known.latency is not None:
            return known.latency
        latency = self.settings.latency if scenario.latency is None else scenario.latency
        return latency.of(submission)

    def refuse(self, call: Call, refusal: errors.Refusal) -> None:
        """Remember that a call was refused, and why."""
        call.exchange.at = call.sandbox.clock.now()
        call.exchange.status, call.exchange.refusal = refusal.status, refusal
        call.sandbox.journal.add(call.exchange)

    def answer(self, task: Task) -> bytes:
        """The body that a call is answered with."""
        if task.mode is Mode.ASYNC:
            return acknowledgement(task.id)
        return self._renderer.answer(task)

    def callback_body(self, task: Task) -> bytes:
        """The body that is posted to the callback address of a finished task."""
        return self._renderer.callback(task)

    # What happens to a task afterwards

    def acknowledged(self, sandbox: Sandbox, task: Task) -> None:
        """The acknowledgement of an asynchronous task has left: from now on it may go on."""
        if task.state is TaskState.ACCEPTED:
            task.move("acknowledged")
            sandbox.agenda.put(task.due, partial(self._finish, sandbox, task, "scored"))
            self._pump.wake(sandbox)

    def _finish(self, sandbox: Sandbox, task: Task, event: str, due: datetime) -> None:
        self._score(task, event)
        task.ended = due
        sandbox.tasks.finished(task)
        sandbox.journal.add(
            TaskMoved(due, task.id, state=task.state.value, prediction=str(task.source))
        )
        url = task.submission.callback_url
        if url is not None and task.mode is Mode.ASYNC:
            callback = sandbox.callbacks.owe(task, url, due, task.delivery)
            self._deliveries.schedule(sandbox, callback, due)

    def _score(self, task: Task, event: str) -> None:
        prediction, source = self._knowledge.predict(task.submission, task.project, task.known)
        task.finish(event, prediction, source)

    # Time

    def _perform(self, sandbox: Sandbox) -> None:
        """Do what is due in a sandbox, in order, each thing at its own moment."""
        now = sandbox.clock.now()
        while (entry := sandbox.agenda.take_due(now)) is not None:
            due, action = entry
            # A mistake in one thing must not end the pump, and with it the time of all sandboxes.
            try:
                action(due)
            except Exception:
                log.exception("a mistake of the emulator's own, in the sandbox %r", sandbox.name)

    async def advance(self, sandbox: Sandbox, by: timedelta) -> Passed:
        """Let that much time pass, and return when all that fell due in it has been done."""
        return await self._play(sandbox, by, stay=False)

    async def run_until_idle(
        self, sandbox: Sandbox, limit: timedelta = timedelta(days=30)
    ) -> Passed:
        """Let time pass until nothing is left to do, at most so much."""
        return await self._play(sandbox, limit, stay=True)

    async def _play(self, sandbox: Sandbox, span: timedelta, *, stay: bool) -> Passed:
        async with sandbox.playing:
            delivered, failed = sandbox.delivered, sandbox.failed
            end = in_range(sandbox.clock.now() + span)
            while True:
                self._perform(sandbox)
                await sandbox.flights.all_landed()
                due = sandbox.agenda.next_due()
                if due is None or due > end:
                    break
                sandbox.clock.move_to(due)
            if not stay:
                sandbox.clock.move_to(end)
                self._perform(sandbox)
            now = sandbox.clock.now()
            sandbox.journal.add(ClockMoved(now, "passed", by=span.total_seconds()))
            self._pump.wake(sandbox)
            return Passed(
                now,
                sandbox.delivered - delivered,
                sandbox.failed - failed,
                len(sandbox.agenda) + sandbox.flights.count,
            )

    def set_clock(self, sandbox: Sandbox, mode: ClockMode, moment: datetime | None) -> None:
        """Give a sandbox a clock of that kind, standing at that moment.

        `Backwards` when the sandbox is in use and the moment has passed there.
        """
        sandbox.clock.set(mode, moment, used=sandbox.used)
        sandbox.journal.add(ClockMoved(sandbox.clock.now(), "set", mode=mode.value))
        self._pump.wake(sandbox)

    def turn_away(self) -> None:
        """The server stops: whoever waits for a result is told so at once."""
        for sandbox in self.sandboxes:
            sandbox.turn_away(errors.stopping())

    @asynccontextmanager
    async def running(self, grace: float = GRACE) -> AsyncIterator["Emulator"]:
        """Things happen by themselves while this is open.

        Leaving it stops them: what is on its way may land for `grace` seconds.
        """
        pump = create_task(self._pump.run(monotonic))
        try:
            yield self
        finally:
            pump.cancel()
            with suppress(CancelledError):
                await pump
            await self._land(grace)
            await self._network.close()

    async def _land(self, grace: float) -> None:
        landing = [create_task(sandbox.flights.all_landed()) for sandbox in self.sandboxes]
        if landing:
            await wait(landing, timeout=grace)
        self._deliveries.stop()
        for sandbox in self.sandboxes:
            sandbox.flights.cancel()
        for one in landing:
            one.cancel()
