"""Delivering callbacks: prepare, send, record, and again when the schedule says so."""

import logging
from asyncio import create_task
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from time import perf_counter

from emulator.core.rendering.task import Renderer
from emulator.core.retry import Delivered, RetryIn, decide
from emulator.engine.callbacks import (
    Attempt,
    Callback,
    CallbackState,
    Network,
    Reply,
    Unreachable,
    explain_status,
)
from emulator.engine.flights import Flight
from emulator.engine.journal import AttemptMade
from emulator.engine.network import AT_ONCE, rewritten
from emulator.engine.sandbox import Sandbox

log = logging.getLogger(__name__)


class Deliveries:
    """Sends what is due, many at once within a bound, and records what came of it.

    `changed` is told of each sandbox in whose agenda something was put.
    """

    def __init__(
        self,
        network: Network,
        renderer: Renderer,
        rewrites: Mapping[str, str],
        changed: Callable[[Sandbox], None],
    ) -> None:
        self._network = network
        self._renderer = renderer
        self._rewrites = rewrites
        self._changed = changed
        self._queue: deque[tuple[Sandbox, Callback, datetime, Flight]] = deque()
        self._under_way = 0

    def schedule(self, sandbox: Sandbox, callback: Callback, due: datetime) -> None:
        """Put the next attempt of a callback into the agenda."""
        callback.due = due
        sandbox.agenda.put(due, partial(self._depart, sandbox, callback))
        self._changed(sandbox)

    def stop(self) -> None:
        """Send nothing more of what is waiting for its turn."""
        while self._queue:
            sandbox, _, _, flight = self._queue.popleft()
            sandbox.flights.land(flight)

    def _depart(self, sandbox: Sandbox, callback: Callback, due: datetime) -> None:
        if callback.state is not CallbackState.SCHEDULED:
            return
        callback.move("sent")
        self._queue.append((sandbox, callback, due, sandbox.flights.depart(due)))
        self._start()

    def _start(self) -> None:
        while self._queue and self._under_way < AT_ONCE:
            sandbox, callback, due, flight = self._queue.popleft()
            if sandbox.closed:
                # Whoever lets time pass there still waits for it.
                sandbox.flights.land(flight)
                continue
            self._under_way += 1
            sandbox.flights.watch(create_task(self._carry_out(sandbox, callback, due, flight)))

    async def _carry_out(
        self, sandbox: Sandbox, callback: Callback, due: datetime, flight: Flight
    ) -> None:
        try:
            attempt = await self._send(sandbox, callback, due)
            await flight.turn()
            self._record(sandbox, callback, attempt)
        finally:
            self._under_way -= 1
            sandbox.flights.land(flight)
            self._start()

    async def _send(self, sandbox: Sandbox, callback: Callback, due: datetime) -> Attempt:
        url = rewritten(callback.url, self._rewrites)
        at = sandbox.clock.now()
        begun = perf_counter()
        reply: Reply | None = None
        error: str | None
        try:
            body = self._renderer.callback(callback.task)
            timeout = callback.delivery.timeout.total_seconds()
            reply = await self._network.post(url, body, timeout)
            error = explain_status(reply.status)
        except Unreachable as unreachable:
            error = str(unreachable)
        except Exception as mistake:
            log.exception("a mistake of the emulator's own, in the callback %s", callback.id)
            error = f"the emulator made a mistake ({type(mistake).__name__}); its log says more"
        return Attempt(
            number=len(callback.attempts) + 1,
            due=due,
            at=at,
            url=url,
            status=reply.status if reply else None,
            error=error,
            latency=perf_counter() - begun,
            response=reply.body if reply else b"",
        )

    def _record(self, sandbox: Sandbox, callback: Callback, attempt: Attempt) -> None:
        callback.attempts.append(attempt)
        callback.due = None
        match decide(callback.delivery.retry, attempt.number, attempt.status):
            case Delivered():
                callback.move("accepted")
                sandbox.delivered += 1
            case RetryIn(wait):
                callback.move("refused")
                self.schedule(sandbox, callback, sandbox.clock.now() + wait)
            case _:
                callback.move("given up")
                sandbox.failed += 1
        sandbox.journal.add(
            AttemptMade(
                attempt.at,
                callback.id,
                task=callback.task.id,
                number=attempt.number,
                status=attempt.status,
                error=attempt.error,
                state=callback.state.value,
            )
        )
