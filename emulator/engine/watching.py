"""Hearing what happens in a sandbox as it happens: who waits for something, and who watches."""

from asyncio import Event, timeout
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from emulator.engine.journal import Entry
from emulator.engine.sandbox import Sandbox
from emulator.engine.worlds import Worlds

QUEUED = 1000
"""How many entries wait for a watcher who does not keep up; then it is told no more."""


async def wait_until(
    worlds: Worlds, name: str, holds: Callable[[Sandbox], bool], within: float
) -> bool:
    """True as soon as something holds of a sandbox; False after so many seconds of real time.

    Nothing is asked again and again: it is looked at when the journal hears of something.
    """
    come = Event()
    with worlds.listen(name, lambda _: come.set()):
        try:
            async with timeout(within):
                while not holds(worlds.of(name)):
                    if worlds.stopped:
                        return False
                    come.clear()
                    await come.wait()
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
