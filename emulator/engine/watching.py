"""Hearing what happens in a sandbox as it happens: who waits for something, and who watches."""

from asyncio import Event, timeout
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from emulator.engine.journal import Entry
from emulator.engine.sandbox import Sandbox
from emulator.engine.worlds import Worlds

QUEUED = 3000
"""How many entries wait for a watcher who does not keep up; then it is told no more."""


async def wait_until(
    worlds: Worlds, name: str, missing: Callable[[Sandbox], int], within: float
) -> bool:
    """True as soon as nothing is missing of a sandbox; False after so many seconds of real time.

    `missing` tells how many things have to happen at least until then. Nothing is asked again and
    again: it is looked at when the journal has heard of as many.
    """
    heard = _Counted()
    with worlds.listen(name, heard.add):
        try:
            async with timeout(within):
                while least := missing(worlds.of(name)):
                    if worlds.stopped:
                        return False
                    await heard.as_many_as(least)
        except TimeoutError:
            return False
    return True


async def watch(worlds: Worlds, name: str, since: int | None = None) -> AsyncIterator[Entry | None]:
    """The entries of a sandbox as they come, after those since the one of that id.

    None stands for the sandbox being made new. It ends when the emulator stops, and when whoever
    watches is too slow.
    """
    missed = since is not None and not worlds.stopped
    heard = _Heard(worlds.of(name).journal.since(since or 0) if missed else ())
    with worlds.listen(name, heard.add):
        while True:
            for entry in heard.taken():
                # The last thing that is told is that it all ends, not that it begins anew.
                if entry is not None or not worlds.stopped:
                    yield entry
            if worlds.stopped or heard.too_much:
                return
            await heard.something()


class _Counted:
    """Counts what happens. A sandbox that is made new may bring everything at once."""

    def __init__(self) -> None:
        self._wanted = 0
        self._come = Event()

    def add(self, entry: Entry | None) -> None:
        """One more has happened."""
        self._wanted = 0 if entry is None else self._wanted - 1
        if self._wanted <= 0:
            self._come.set()

    async def as_many_as(self, wanted: int) -> None:
        """Wait until so many more have happened."""
        self._wanted = wanted
        self._come.clear()
        await self._come.wait()


class _Heard:
    """What was heard and is not told yet, within a bound."""

    def __init__(self, before: Iterable[Entry]) -> None:
        self._waiting: deque[Entry | None] = deque(before)
        # What was there before nobody was slow to read.
        self._most = len(self._waiting) + QUEUED
        self._come = Event()
        self._come.set()
        self.too_much = False

    def add(self, entry: Entry | None) -> None:
        """One more; nothing is kept any more once it was too much."""
        self.too_much = self.too_much or len(self._waiting) >= self._most
        if not self.too_much:
            self._waiting.append(entry)
        self._come.set()

    def taken(self) -> Iterator[Entry | None]:
        """All that waits, and what comes while it is told."""
        while self._waiting:
            yield self._waiting.popleft()
        self._most = QUEUED

    async def something(self) -> None:
        """Wait until something was heard."""
        if not (self._waiting or self.too_much):
            self._come.clear()
            await self._come.wait()
