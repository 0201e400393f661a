"""The attempts of one sandbox that are on their way, and their order within one moment."""

from asyncio import Future, Task
from datetime import datetime
from typing import Any

from emulator.core.model import Fault
from emulator.engine.callbacks import Callback


class Flights:
    """Counts attempts from the moment they are due until they are recorded.

    Attempts of one moment are sent at the same time and recorded in the order in which they were
    due: each waits for the one before it.
    """

    def __init__(self) -> None:
        self.count = 0
        self._holding: set[str] = set()
        self._running: set[Task[Any]] = set()
        self._landed: list[Future[None]] = []
        self._moment: datetime | None = None
        self._last: Future[None] | None = None

    def depart(self, moment: datetime) -> "Flight":
        """An attempt is due; it comes after those of the same moment that departed before."""
        before = self._last if moment == self._moment else None
        self._moment, self._last = moment, Future()
        self.count += 1
        return Flight(before, self._last)

    def watch(self, running: Task[Any]) -> None:
        """This is what carries an attempt out; it ends when the flights are cancelled."""
        self._running.add(running)
        running.add_done_callback(self._running.discard)

    def hold(self, name: str) -> None:
        """Something else is under way that time waits for: an acknowledgement, for example."""
        self._holding.add(name)
        self.count += 1

    def release(self, name: str) -> None:
        """It is done; what is done already is not done again."""
        if name in self._holding:
            self._holding.remove(name)
            self.count -= 1
            self._tell_if_all_landed()

    def land(self, flight: "Flight") -> None:
        """The attempt is recorded, or will never be."""
        # Cancelling an attempt that waits for its turn cancels what it waits for as well.
        if not flight.done.done():
            flight.done.set_result(None)
        self.count -= 1
        self._tell_if_all_landed()

    def _tell_if_all_landed(self) -> None:
        if not self.count:
            for waiting in self._landed:
                # Whoever waited may have been cancelled meanwhile.
                if not waiting.done():
                    waiting.set_result(None)
            self._landed.clear()

    async def all_landed(self) -> None:
        """Wait until nothing is on its way."""
        while self.count:
            waiting: Future[None] = Future()
            self._landed.append(waiting)
            await waiting

    def cancel(self) -> None:
        """Call back everything that is on its way."""
        for running in self._running:
            running.cancel()


class Flight:
    """One attempt among those of its moment."""

    __slots__ = ("before", "done")

    def __init__(self, before: Future[None] | None, done: Future[None]) -> None:
        self.before = before
        self.done = done

    async def turn(self) -> None:
        """Wait until the attempts before this one are recorded."""
        if self.before is not None:
            await self.before
            self.before = None


class Trip:
    """One attempt on its way out: whose, due when, and with what trouble.

    With `sending` it takes one of the places that a sandbox has.
    """

    __slots__ = ("callback", "due", "fault", "flight", "sending")

    def __init__(
        self, callback: Callback, due: datetime, fault: Fault | None, flight: Flight
    ) -> None:
        self.callback = callback
        self.due = due
        self.fault = fault
        self.flight = flight
        self.sending = True
