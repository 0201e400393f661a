"""Connections that are kept open for the next callback, by where they lead."""

from asyncio import AbstractEventLoop, TimerHandle, get_running_loop
from collections.abc import Hashable

from emulator.engine.network.connections import Connection

IDLE = 256
"""How many connections are kept open at most with nothing to do."""
KEPT = 2.0
"""For how long, in seconds. Usual receivers close after 5 s, which is also a usual wait before a
retry: a connection must not be used in the very moment in which its receiver closes it."""


class Pool:
    """Hands out the connection that was given back last, and closes those that nobody asks for.

    It keeps `most` at a time, and each for `kept` seconds.
    """

    def __init__(self, kept: float = KEPT, most: int = IDLE) -> None:
        self._kept = kept
        self._most = most
        self._idle: dict[Hashable, list[tuple[float, Connection]]] = {}
        self._count = 0
        self._loop: AbstractEventLoop | None = None
        self._sweeping: TimerHandle | None = None

    def take(self, origin: Hashable) -> Connection | None:
        """An open connection that leads there, if there is one: the caller's until given back."""
        now = self._running_loop().time()
        kept = self._idle.get(origin)
        while kept:
            since, connection = kept.pop()
            self._count -= 1
            if connection.usable and connection.quiet and now - since < self._kept:
                return connection
            connection.close()
        return None

    def give(self, origin: Hashable, connection: Connection) -> None:
        """Keep a connection for whoever wants to go there next; one too many is closed."""
        loop = self._running_loop()
        if not connection.usable:
            return
        if self._count >= self._most:
            connection.close()
            return
        self._count += 1
        self._idle.setdefault(origin, []).append((loop.time(), connection))
        if self._sweeping is None:
            self._sweeping = loop.call_later(self._kept, self._regularly, loop)

    def sweep(self, before: float) -> None:
        """Close what was given back before that moment of the event loop."""
        for origin, kept in list(self._idle.items()):
            for since, connection in kept:
                if since < before:
                    connection.close()
            self._idle[origin] = [one for one in kept if one[1].usable]
            if not self._idle[origin]:
                del self._idle[origin]
        self._count = sum(map(len, self._idle.values()))

    async def close(self) -> None:
        """Close all that are kept."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        kept = [connection for some in self._idle.values() for _, connection in some]
        self._forget()
        for connection in kept:
            connection.close()
            await connection.gone()

    def _running_loop(self) -> AbstractEventLoop:
        """Connections live and die with the event loop that made them."""
        loop = get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._forget()
        return loop

    def _forget(self) -> None:
        self._idle.clear()
        self._count, self._sweeping = 0, None

    def _regularly(self, loop: AbstractEventLoop) -> None:
        """Come again while something is kept."""
        self.sweep(loop.time() - self._kept)
        again = self._count > 0
        self._sweeping = loop.call_later(self._kept / 2, self._regularly, loop) if again else None
