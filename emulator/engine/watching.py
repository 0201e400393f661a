"""Hearing what happens in a sandbox as it happens: who waits for something, and who watches."""

from asyncio import Event, timeout
from collections import deque
from collections.abc import AsyncIterator, Callable

from emulator.engine.journal import Entry
from emulator.engine.sandbox import Sandbox
from emulator.engine.worlds import Worlds

QUEUED = 10_000
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
    if worlds.stopped:
        return
    come = Event()
    queue: deque[Entry | None] = deque()
    if since is not None:
        queue.extend(worlds.of(name).journal.since(since))

    def hear(entry: Entry | None) -> None:
        queue.append(entry)
        come.set()

    with worlds.listen(name, hear):
        # What was there before nobody was slow to read.
        allowed = len(queue) + QUEUED
        while True:
            while queue and len(queue) <= allowed:
                entry = queue.popleft()
                # The last thing that is told is that it all ends, not that it begins anew.
                if entry is not None or not worlds.stopped:
                    yield entry
            if queue or worlds.stopped:
                return
            allowed = QUEUED
            come.clear()
            await come.wait()
