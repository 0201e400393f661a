"""Letting the time of a sandbox pass, and doing everything that falls due in it."""

import logging
from asyncio import timeout
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.engine.clock import LAST, in_range
from emulator.engine.journal import ClockMoved
from emulator.engine.sandbox import Sandbox

log = logging.getLogger(__name__)

LIMIT = timedelta(days=30)
"""How far running until idle goes when nobody says otherwise."""
_NAMED = 10
"""How many receivers are named at most."""
PATIENCE = 60.0
"""How long letting time pass waits for receivers, in seconds of real time."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What letting time pass has done: callbacks delivered and failed in it, things still to do."""

    now: datetime
    delivered: int
    failed: int
    pending: int


class StillWaiting(Exception):
    """Receivers that do not answer keep time from passing; the clock stands where it came to."""

    def __init__(self, receivers: Sequence[str], now: datetime) -> None:
        super().__init__(", ".join(receivers))
        self.receivers = receivers
        self.now = now


class WorldEnded(Exception):
    """The sandbox was made new, or forgotten, while its time passed."""


def perform(sandbox: Sandbox) -> None:
    """Do what is due in a sandbox, in order, each thing at its own moment."""
    now = sandbox.clock.now()
    while (entry := sandbox.agenda.take_due(now)) is not None:
        due, action = entry
        # A mistake in one thing must not end the pump, and with it the time of all sandboxes.
        try:
            action(due)
        except Exception:
            log.exception("a mistake of the emulator's own, in the sandbox %r", sandbox.name)


async def advance(sandbox: Sandbox, by: timedelta, within: float = PATIENCE) -> Passed:
    """Let that much time pass, and return when all that fell due in it has been done.

    `StillWaiting` when receivers take longer than `within`.
    """
    return await _play(sandbox, by, within, stay=False)


async def run_until_idle(
    sandbox: Sandbox, limit: timedelta = LIMIT, within: float = PATIENCE
) -> Passed:
    """Let time pass until nothing is left to do, at most so much; `StillWaiting` as above."""
    return await _play(sandbox, limit, within, stay=True)


async def _play(sandbox: Sandbox, span: timedelta, within: float, *, stay: bool) -> Passed:
    try:
        async with timeout(within), sandbox.playing:
            return await _pass_time(sandbox, span, stay=stay)
    except TimeoutError:
        raise StillWaiting(_receivers(sandbox), sandbox.clock.now()) from None


async def _pass_time(sandbox: Sandbox, span: timedelta, *, stay: bool) -> Passed:
    """Do what falls due; with `stay` the clock stands where the last of it was done."""
    delivered, failed = sandbox.delivered, sandbox.failed
    began = sandbox.clock.now()
    end = sandbox.clock.now() + span
    end = min(end, LAST) if stay else in_range(end)
    while True:
        perform(sandbox)
        await sandbox.flights.all_landed()
        due = sandbox.agenda.next_due()
        if due is None or due > end:
            break
        sandbox.clock.move_to(due)
    if not stay:
        sandbox.clock.move_to(end)
        perform(sandbox)
    if sandbox.closed:
        raise WorldEnded(sandbox.name)
    now = sandbox.clock.now()
    moved = now - began if stay else span
    sandbox.journal.add(ClockMoved(now, "passed", by=moved.total_seconds()))
    return Passed(now, sandbox.delivered - delivered, sandbox.failed - failed, sandbox.pending)


def _receivers(sandbox: Sandbox) -> list[str]:
    """Who has a callback and has not answered; not those that only wait for these."""
    return [*{one.url: None for one in sandbox.callbacks if one.asked}][:_NAMED]
