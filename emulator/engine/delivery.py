"""Delivering callbacks: prepare, send, record, and again when the schedule says so."""

import logging
from asyncio import create_task
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any

from emulator.core.faults import Event, Sort, setting, sort_of
from emulator.core.matching import Subject
from emulator.core.model import Applied, Fault
from emulator.core.rendering.bending import Body, bend, why_unchanged
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
from emulator.engine.flights import Trip
from emulator.engine.journal import AttemptMade, CallbackMoved, FaultApplied
from emulator.engine.network.addresses import rewritten
from emulator.engine.sandbox import Sandbox
from emulator.engine.troubles import note_without_effect

log = logging.getLogger(__name__)

AT_ONCE = 64
"""How many callbacks of one sandbox may be on their way at the same time."""


class Deliveries:
    """Sends what is due, many at once within a bound, and records what came of it.

    `render` writes the body of a finished task, with the moment in it when it was triggered anew;
    `changed` is told of each sandbox in whose agenda
    something was put.
    """

    def __init__(
        self,
        network: Network,
        render: Callable[[Any, datetime | None], bytes],
        rewrites: Mapping[str, str],
        changed: Callable[[Sandbox], None],
    ) -> None:
        self._network = network
        self._render = render
        self._rewrites = rewrites
        self._changed = changed

    def schedule(self, sandbox: Sandbox, callback: Callback, due: datetime) -> None:
        """Put the next attempt of a callback into the agenda, in place of any other."""
        if callback.entry is not None:
            sandbox.agenda.cross_out(callback.entry)
        callback.due = due
        callback.entry = sandbox.agenda.put(due, partial(self._depart, sandbox, callback))
        self._changed(sandbox)

    def resend(self, sandbox: Sandbox, callback: Callback) -> None:
        """Send once more what has come to an end, as it was, with its whole schedule before it."""
        callback.move("resent")
        callback.resent = None
        if callback.content is not None:
            sandbox.callbacks.take_back(callback)
        callback.rounds = 0
        callback.settled = True
        now = sandbox.clock.now()
        note_move(sandbox, callback, now)
        self.schedule(sandbox, callback, now)

    def trigger(self, sandbox: Sandbox, callback: Callback) -> None:
        """Send it at once as one that a client asked for; `Impossible` while it is on its way."""
        if callback.state is CallbackState.SCHEDULED:
            self.send_now(sandbox, callback)
        else:
            self.resend(sandbox, callback)
        callback.resent = sandbox.clock.now()

    def send_now(self, sandbox: Sandbox, callback: Callback) -> None:
        """Send at once what waits for its moment; `Impossible` where nothing waits."""
        callback.check("sent")
        callback.held, callback.settled = False, True
        self.schedule(sandbox, callback, sandbox.clock.now())

    def drop(self, sandbox: Sandbox, callback: Callback) -> None:
        """Send it no more; an attempt on its way is recorded and changes nothing."""
        callback.move("dropped")
        self._end(sandbox, callback)

    def body(self, callback: Callback, fault: Fault | None, resent: datetime | None) -> Body:
        """What is posted, with the trouble in it that is played."""
        content = self._content(callback, resent)
        bends = fault is not None and sort_of(fault) is Sort.BODY
        return bend(fault, content) if bends and fault is not None else Body(content)

    def _content(self, callback: Callback, resent: datetime | None) -> bytes:
        known = callback.content
        return self._render(callback.task, resent) if known is None else known

    # On its way out

    def _depart(self, sandbox: Sandbox, callback: Callback, due: datetime) -> None:
        callback.entry = None
        fault = callback.played if callback.settled else self._trouble(sandbox, callback, due)
        if not callback.settled and fault is not None and _keeps_back(sandbox, fault):
            _BEFORE_SENDING[fault.name](self, sandbox, callback, fault, due)
            return
        callback.settled, callback.held, callback.played = False, False, None
        callback.rounds += 1
        sandbox.departed += 1
        callback.departed = sandbox.departed
        callback.move("sent")
        note_move(sandbox, callback, due)
        sandbox.outbox.append(Trip(callback, due, fault, sandbox.flights.depart(due)))
        self._start(sandbox)

    def _trouble(self, sandbox: Sandbox, callback: Callback, due: datetime) -> Fault | None:
        """What happens to this attempt: what a scenario says, or else what the content asks for."""
        task = callback.task
        ruling = None
        if sandbox.troubles.apply_to(task.scenario):
            subject = Subject(task.submission, task.project.name)
            ruling = sandbox.troubles.on_callback(task.scenario, subject, due, kind=callback.kind)
        applied: Applied | None = task.sending
        if ruling is not None and ruling.fault is not None:
            applied = (ruling.fault, ruling.source)
        elif applied is not None and not sandbox.troubles.happens(*applied):
            applied = None
        if applied is None:
            return None
        fault, source = applied
        bends = sort_of(fault) is Sort.BODY
        why = why_unchanged(fault, self._content(callback, callback.resent)) if bends else None
        if why is not None:
            told = {"callback": callback.id, **callback.facts}
            note_without_effect(sandbox.journal, due, task, applied, Event.CALLBACK, why, **told)
            return None
        task.troubles = (*task.troubles, applied)
        sandbox.journal.add(
            FaultApplied(
                due,
                fault.name,
                on=Event.CALLBACK.value,
                because=str(source),
                callback=callback.id,
                **callback.facts,
            )
        )
        return fault

    def _lose(self, sandbox: Sandbox, callback: Callback, fault: Fault, due: datetime) -> None:  # noqa: ARG002 - the shape of all
        callback.move("dropped")
        self._end(sandbox, callback)

    def _delay(self, sandbox: Sandbox, callback: Callback, fault: Fault, due: datetime) -> None:
        callback.settled, callback.played = True, fault
        self.schedule(sandbox, callback, due + setting(fault, "delay"))

    def _hold(self, sandbox: Sandbox, callback: Callback, fault: Fault, due: datetime) -> None:
        """Let the next callback overtake this one, or wait for it in vain."""
        callback.held, callback.departed = True, sandbox.departed
        sandbox.held.append(callback)
        self._delay(sandbox, callback, fault, due)

    def _start(self, sandbox: Sandbox) -> None:
        """Send what waits, as much at once as one sandbox may: none keeps another waiting."""
        while sandbox.outbox and sandbox.sending < AT_ONCE:
            trip = sandbox.outbox.popleft()
            sandbox.sending += 1
            running = create_task(self._carry_out(sandbox, trip))
            # Not in the coroutine itself: one that is cancelled before it begins never runs.
            running.add_done_callback(partial(self._over, sandbox, trip))
            sandbox.flights.watch(running)

    def _over(self, sandbox: Sandbox, trip: Trip, _: object) -> None:
        self._arrived(sandbox, trip)
        sandbox.flights.land(trip.flight)

    def _arrived(self, sandbox: Sandbox, trip: Trip) -> None:
        """The receiver has answered, or will not: another may be sent."""
        if trip.sending:
            trip.sending = False
            sandbox.sending -= 1
            self._start(sandbox)

    async def _carry_out(self, sandbox: Sandbox, trip: Trip) -> None:
        callback, fault = trip.callback, trip.fault
        copies = setting(fault, "copies") if fault is not None and fault.name == "duplicate" else 1
        departed = callback.departed
        callback.asked += 1
        made = [await self._send(sandbox, callback, trip.due, fault) for _ in range(copies)]
        callback.asked -= 1
        self._arrived(sandbox, trip)
        await trip.flight.turn()
        self._record(sandbox, callback, made, departed)

    async def _send(
        self, sandbox: Sandbox, callback: Callback, due: datetime, fault: Fault | None
    ) -> Attempt:
        url = rewritten(callback.url, self._rewrites)
        at, resent = sandbox.clock.now(), callback.resent
        begun = perf_counter()
        reply: Reply | None = None
        error: str | None
        try:
            body = self.body(callback, fault, resent)
            timeout = callback.delivery.timeout.total_seconds()
            reply = await self._network.post(url, body, timeout)
            error = explain_status(reply.status)
        except Unreachable as unreachable:
            error = str(unreachable)
        except Exception as mistake:
            log.exception("a mistake of the emulator's own, in the callback %s", callback.id)
            error = f"the emulator made a mistake ({type(mistake).__name__}); its log says more"
        return Attempt(
            number=0,
            due=due,
            at=at,
            url=url,
            status=reply.status if reply else None,
            error=error,
            latency=perf_counter() - begun,
            response=reply.body if reply else b"",
            fault=fault,
            resent=resent,
        )

    # What came of it

    def _record(
        self, sandbox: Sandbox, callback: Callback, made: list[Attempt], departed: int
    ) -> None:
        """Remember what was sent, copies of one attempt together: the best of them counts.

        Nothing comes of it when the callback was dropped meanwhile, and perhaps sent anew.
        """
        statuses = [attempt.status for attempt in made]
        successes = (status for status in statuses if decide((), 1, status) == Delivered())
        decision = decide(callback.delivery.retry, callback.rounds, next(successes, statuses[-1]))
        if callback.state is CallbackState.IN_FLIGHT and callback.departed == departed:
            callback.due = None
            match decision:
                case Delivered():
                    callback.move("accepted")
                    sandbox.delivered += 1
                    _let_go(sandbox, callback)
                case RetryIn(wait):
                    callback.move("refused")
                    self.schedule(sandbox, callback, sandbox.clock.now() + wait)
                case _:
                    callback.move("given up")
                    sandbox.failed += 1
                    _let_go(sandbox, callback)
        for attempt in made:
            self._note(sandbox, callback, attempt)
        self._let_overtaken_go(sandbox, callback)
        _tell(callback)

    def _note(self, sandbox: Sandbox, callback: Callback, attempt: Attempt) -> None:
        attempt = replace(attempt, number=len(callback.attempts) + 1)
        callback.attempts.append(attempt)
        sandbox.journal.add(
            AttemptMade(
                attempt.at,
                callback.id,
                **callback.facts,
                number=attempt.number,
                status=attempt.status,
                error=attempt.error,
                state=callback.state.value,
            )
        )

    def _let_overtaken_go(self, sandbox: Sandbox, callback: Callback) -> None:
        """What was held for another to pass goes out, now that one has that came after it."""
        waiting, sandbox.held = [one for one in sandbox.held if one.held], []
        for one in waiting:
            if one.departed < callback.departed and one is not callback:
                one.held = False
                self.schedule(sandbox, one, sandbox.clock.now())
            else:
                sandbox.held.append(one)

    def _end(self, sandbox: Sandbox, callback: Callback) -> None:
        """It comes to an end without being sent."""
        if callback.entry is not None:
            sandbox.agenda.cross_out(callback.entry)
            callback.entry = None
        callback.due, callback.held = None, False
        sandbox.dropped += 1
        _let_go(sandbox, callback)
        note_move(sandbox, callback, sandbox.clock.now())
        _tell(callback)


_BEFORE_SENDING: Mapping[str, Callable[[Deliveries, Sandbox, Callback, Fault, datetime], None]] = {
    "lost": Deliveries._lose,
    "late": Deliveries._delay,
    "reordered": Deliveries._hold,
}
"""Troubles that keep an attempt from being made now."""


def _keeps_back(sandbox: Sandbox, fault: Fault) -> bool:
    """Whether an attempt is not made now. Where one is held already, the next overtakes that."""
    overtakes = fault.name == "reordered" and any(one.held for one in sandbox.held)
    return fault.name in _BEFORE_SENDING and not overtakes


def _let_go(sandbox: Sandbox, callback: Callback) -> None:
    """It has come to its end: what it was about may be forgotten."""
    if callback.content is not None:
        sandbox.callbacks.let_go(callback)
    elif callback.task_id is not None:
        sandbox.tasks.paid(callback.task_id)


def _tell(callback: Callback) -> None:
    """Whoever waits for the first attempt is told that there was one, or that there is none."""
    if callback.landed is not None and not callback.landed.done():
        callback.landed.set_result(None)


def note_move(sandbox: Sandbox, callback: Callback, now: datetime) -> None:
    """Have the journal tell where a callback stands now."""
    sandbox.journal.add(
        CallbackMoved(now, callback.id, **callback.facts, state=callback.state.value)
    )
