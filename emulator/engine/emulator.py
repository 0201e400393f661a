"""The emulator itself: submit, look up, let time pass, reset. It needs no HTTP to be used."""

import logging
from asyncio import CancelledError, create_task, wait
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from emulator.core import errors
from emulator.core.access import Address
from emulator.core.faults import Event
from emulator.core.model import ClockMode, Mode
from emulator.core.rendering.bending import Body, bend
from emulator.engine import passing
from emulator.engine.answers import Answers
from emulator.engine.callbacks import Callback, CallbackState, Network
from emulator.engine.calls import Call
from emulator.engine.chance import Chance
from emulator.engine.clock import Wall
from emulator.engine.delivery import Deliveries
from emulator.engine.downloads import Downloads
from emulator.engine.fetch import Fetcher, Web
from emulator.engine.intake import Intake
from emulator.engine.journal import ClockMoved, Note
from emulator.engine.judging import Judging
from emulator.engine.passing import LIMIT, PATIENCE, Passed
from emulator.engine.processing import Processing
from emulator.engine.pump import Pump
from emulator.engine.sandbox import Sandbox
from emulator.engine.scoring import Knowledge
from emulator.engine.shelf import Library, Shelf
from emulator.engine.tasks import Task
from emulator.engine.worlds import Worlds
from emulator.settings import Settings

log = logging.getLogger(__name__)
GRACE = 5.0
"""How long stopping waits for callbacks that are on their way, in seconds."""
_SUBMISSION = {Mode.SYNC: Event.SUBMIT_SYNC, Mode.ASYNC: Event.SUBMIT_ASYNC}


class Emulator:
    """Everything that a face of the emulator does goes through it.

    `network` carries callbacks, `web` downloads media, `wall` tells the time; all are handed in.
    Without a web nothing is downloaded.
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        network: Network,
        wall: Wall,
        web: Web | None = None,
    ) -> None:
        chance = Chance(settings.seed)
        self.settings = settings
        self.problems: tuple[str, ...] = ()
        self.shelf = Shelf(library)
        self.worlds = Worlds(settings, wall, chance, lambda: self.shelf.library.words)
        self.knowledge = Knowledge(self.shelf, chance.draw, settings.unscripted)
        self._network = network
        self._answers = Answers(chance)
        self._pump: Pump[Sandbox] = Pump(passing.perform)
        rewrites = dict(settings.callback_rewrite)
        self.deliveries = Deliveries(network, self._answers.callback, rewrites, self._pump.wake)
        self.judging = Judging(self.shelf, self.deliveries)
        self._web = web
        self._downloads = Downloads(_fetcher(settings, web), self.knowledge)
        self._processing = Processing(
            self.knowledge, self.deliveries, self.judging, self._pump, self._downloads
        )
        self._intake = Intake(
            settings,
            self.shelf,
            self.worlds,
            self.knowledge,
            self._answers,
            self._processing.start,
            self.deliveries.trigger,
        )
        # What a call goes through, as it is.
        self.begin = self._intake.begin
        self.begin_for = self._intake.begin_for
        self.admit = self._intake.admit
        self.read = self._intake.read
        self.accept = self._intake.accept
        self.answered = self._intake.answered
        self.refuse = self._intake.refuse
        self.abandon = self._intake.abandon
        self.downloads = self._downloads.wanted_by
        self.download = self._downloads.for_call
        self.summarise = self._intake.summarise
        self.trigger = self._intake.trigger
        self.answer = self._answers.answer
        self.summary = self._answers.summary
        self.answer_again = self._answers.again
        self.callback_body = self._answers.callback
        self.shown_rule = self._answers.shown
        self.acknowledged = self._processing.acknowledged
        self.send_early = self._processing.send_early

    @property
    def library(self) -> Library:
        """What was read from disk."""
        return self.shelf.library

    @property
    def sandboxes(self) -> Iterable[Sandbox]:
        """All sandboxes that have come into being."""
        return self.worlds

    def sandbox(self, name: str) -> Sandbox:
        """The sandbox of that name; it comes into being at first use."""
        return self.worlds.of(name)

    def reset(self, name: str, keep: Iterable[str] = (), seed: int | None = None) -> Sandbox:
        """The sandbox as new, but for what is to be kept: fixtures, scenario, clock.

        A `seed` is its own until it is made new again, in place of the server's.
        """
        return self.worlds.reset(name, keep, seed)

    def submit(
        self, key: str, mode: Mode = Mode.SYNC, *, legacy: bool = False, **fields: Any
    ) -> Task:
        """Submit the fields of a request, without any HTTP; `Refusal` says why it was not taken.

        An asynchronous task is acknowledged by the return of this call. Media are downloaded for
        asynchronous tasks only, which needs a running event loop. `legacy` is what the Dashboard is
        asked by `?legacy=1`.
        """
        address = Address(f"/api/v2/task/{mode}")
        call = self.begin("POST", address, f"Token {key}", _SUBMISSION[mode])
        call.exchange.query = b"legacy=1" if legacy else b""
        try:
            self.admit(call)
            task = self.accept(call, self.read(call, fields, None))
        except errors.Refusal as refusal:
            self.refuse(call, refusal)
            raise
        if mode is Mode.ASYNC:
            self.acknowledged(call.sandbox, task)
        elif not task.ended_already:
            self.answered(call)
        return task

    # What was read from disk

    def exchange(self, library: Library) -> None:
        """Use what was read anew, from the next call on."""
        self.shelf.exchange(library)
        self.problems = ()
        counts = {"fixtures": len(library.fixtures), "scenarios": len(library.scenarios)}
        log.info(
            "files read anew: %s", ", ".join(f"{many} {what}" for what, many in counts.items())
        )
        self._note_everywhere("files read anew", **counts)

    def keep_library(self, problems: Sequence[str]) -> None:
        """What was read anew cannot be used: the last good set stays."""
        self.problems = tuple(problems)
        log.error("changed files are not used, the last good ones stay:\n%s", "\n".join(problems))
        self._note_everywhere("files broken", problems=list(problems))

    def _note_everywhere(self, about: str, **facts: Any) -> None:
        for sandbox in self.sandboxes:
            sandbox.journal.add(Note(sandbox.clock.now(), about, **facts))

    # What is answered and posted

    def bent_answer(self, call: Call, content: bytes) -> Body:
        """An answer with the trouble in it that its call met."""
        return Body(content) if call.bend is None else bend(call.bend[0], content)

    # What may be done to a callback

    def resend(self, sandbox: Sandbox, callback: Callback) -> None:
        """Send it once more, with its whole schedule; `Impossible` while it is not at its end."""
        self.deliveries.resend(sandbox, callback)

    def send_now(self, sandbox: Sandbox, callback: Callback) -> None:
        """Send at once what waits for its moment; `Impossible` where nothing waits."""
        self.deliveries.send_now(sandbox, callback)

    def drop(self, sandbox: Sandbox, callback: Callback) -> None:
        """Send it no more; `Impossible` when it is at its end."""
        self.deliveries.drop(sandbox, callback)

    # Time

    async def advance(self, sandbox: Sandbox, by: timedelta, within: float = PATIENCE) -> Passed:
        """Let that much time pass, and return when all that fell due in it has been done."""
        passed = await passing.advance(sandbox, by, within)
        self._pump.wake(sandbox)
        return passed

    async def run_until_idle(
        self, sandbox: Sandbox, limit: timedelta = LIMIT, within: float = PATIENCE
    ) -> Passed:
        """Let time pass until nothing is left to do, at most so much."""
        passed = await passing.run_until_idle(sandbox, limit, within)
        self._pump.wake(sandbox)
        return passed

    def set_clock(self, sandbox: Sandbox, mode: ClockMode, moment: datetime | None) -> None:
        """Give a sandbox a clock of that kind, standing at that moment.

        `Backwards` when the sandbox is in use and the moment has passed there.
        """
        sandbox.clock.set(mode, moment, used=sandbox.used)
        sandbox.journal.add(ClockMoved(sandbox.clock.now(), "set", mode=mode.value))
        self._pump.wake(sandbox)

    # Running and stopping

    def turn_away(self) -> None:
        """The server stops: whoever waits for a result, or watches, is told so at once."""
        self.worlds.stop(errors.stopping())

    @asynccontextmanager
    async def running(self, grace: float = GRACE) -> AsyncIterator["Emulator"]:
        """Things happen by themselves while this is open.

        Leaving it stops them: what is on its way may land for `grace` seconds.
        """
        idle = self.settings.sandbox_idle.total_seconds()
        self._pump.regularly(max(idle / 10, 0.05), self.worlds.forget_idle)
        pump = create_task(self._pump.run(monotonic))
        try:
            yield self
        finally:
            pump.cancel()
            with suppress(CancelledError):
                await pump
            await self._land(grace)
            await self._network.close()
            if self._web is not None:
                await self._web.close()

    async def _land(self, grace: float) -> None:
        landing = [create_task(sandbox.flights.all_landed()) for sandbox in self.sandboxes]
        if landing:
            await wait(landing, timeout=grace)
        for sandbox in self.sandboxes:
            sandbox.call_off()
        for one in landing:
            one.cancel()
        self._tell_what_is_left()

    def _tell_what_is_left(self) -> None:
        """Say in the log what will not happen any more, so that nobody waits for it."""
        for sandbox in self.sandboxes:
            states = Counter(callback.state for callback in sandbox.callbacks)
            counts = {
                "callback(s) not sent yet": states[CallbackState.SCHEDULED],
                "callback(s) on their way without an answer": states[CallbackState.IN_FLIGHT],
                "task(s) not finished": sandbox.tasks.unfinished,
                "of them with a callback to come": sandbox.tasks.owing,
            }
            told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
            if told:
                log.warning("the sandbox %r ends with %s", sandbox.name, told)


def _fetcher(settings: Settings, web: Web | None) -> Fetcher | None:
    if web is None:
        return None
    wait = settings.download_wait.total_seconds()
    return Fetcher(web, settings.fetch, settings.max_body, wait)
