"""The one place that sleeps: it wakes when something falls due, and has it done."""

from asyncio import Event, timeout
from collections.abc import Callable
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count
from typing import Generic, Protocol, TypeVar

from emulator.engine.agenda import Agenda
from emulator.engine.clock import Clock

_NEAR = 0.001
"""Moments so near to each other, in seconds, are one to the pump."""


class World(Protocol):
    """What the pump needs to know of a sandbox."""

    clock: Clock
    agenda: Agenda
    closed: bool


W = TypeVar("W", bound=World)


class Pump(Generic[W]):
    """Watches the agendas of all sandboxes without asking those in which nothing happens."""

    def __init__(self, perform: Callable[[W], None]) -> None:
        self._perform = perform
        self._woken: dict[W, None] = {}
        self._later: list[tuple[float, int, W]] = []
        self._watched: dict[W, float] = {}
        self._ordinal = count()
        self._event = Event()
        self._regular: Callable[[float], None] | None = None
        self._every = self._next = float("inf")

    def wake(self, world: W) -> None:
        """Something was put down in this world's agenda, or its clock was moved."""
        self._woken[world] = None
        self._event.set()

    def regularly(self, every: float, action: Callable[[float], None]) -> None:
        """Have something done every so many seconds of real time; it is given the time."""
        self._every, self._next, self._regular = every, float("-inf"), action

    async def run(self, time: Callable[[], float]) -> None:
        """Have done what is due, for ever; `time` is monotonic, in seconds."""
        while True:
            self._event.clear()
            self.turn(time())
            with suppress(TimeoutError):
                async with timeout(self._rest(time())):
                    await self._event.wait()

    def turn(self, now: float) -> None:
        """Have done what is due now, and remember what falls due later by itself."""
        if self._regular is not None and now >= self._next:
            self._next = now + self._every
            self._regular(now)
        while self._later and self._later[0][0] <= now:
            world = heappop(self._later)[2]
            self._watched.pop(world, None)
            self._woken[world] = None
        woken, self._woken = self._woken, {}
        for world in woken:
            if not world.closed:
                self._perform(world)
                self._watch(world, now)

    def _watch(self, world: W, now: float) -> None:
        due = world.agenda.next_due()
        wait = world.clock.wait_for(due) if due is not None else None
        if wait is None:
            return
        at = now + wait.total_seconds()
        # A world is looked at again when its turn comes: one entry for its earliest moment will do.
        if at < self._watched.get(world, float("inf")) - _NEAR:
            self._watched[world] = at
            heappush(self._later, (at, next(self._ordinal), world))

    def _rest(self, now: float) -> float | None:
        if self._woken:
            return 0
        nearest = min(self._later[0][0] if self._later else float("inf"), self._next)
        return None if nearest == float("inf") else max(0.0, nearest - now)
