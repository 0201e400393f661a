"""Networks that are a function: what the emulator posts to in tests that need no socket."""

import json
from asyncio import Event, timeout
from dataclasses import dataclass, field
from typing import Any

from emulator.core.rendering.bending import Body
from emulator.engine.callbacks import Reply, Unreachable
from emulator.engine.network.posting import CUT_SHORT
from tests.support.receiver import WITHIN


@dataclass
class Mailbox:
    """Takes every post, and answers with the next of `answers`, then with 200.

    An answer that is a text means that nobody answers, and why. Posts to an address in `gates` wait
    until its event is set.
    """

    answers: list[int | str] = field(default_factory=list)
    gates: dict[str, Event] = field(default_factory=dict)
    posts: list[tuple[str, Any]] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)
    closed: bool = False
    _waiting: list[Event] = field(default_factory=list)

    async def post(self, url: str, body: Body, timeout: float) -> Reply:  # noqa: ASYNC109
        self.posts.append((url, _read(body)))
        self.timeouts.append(timeout)
        for waiting in self._waiting:
            waiting.set()
        answer = self.answers.pop(0) if self.answers else 200
        if url in self.gates:
            await self.gates[url].wait()
        if body.cut is not None:
            raise Unreachable(CUT_SHORT)
        if isinstance(answer, str):
            raise Unreachable(answer)
        return Reply(answer, b"thanks")

    async def close(self) -> None:
        self.closed = True

    async def until(self, count: int) -> None:
        """Wait until so many posts have come; TimeoutError when they do not."""
        come = Event()
        self._waiting.append(come)
        async with timeout(WITHIN):
            while len(self.posts) < count:
                come.clear()
                await come.wait()

    @property
    def urls(self) -> list[str]:
        return [url for url, _ in self.posts]


def _read(body: Body) -> Any:
    """What a receiver reads of a body: its JSON, or the bytes where they are none."""
    try:
        return json.loads(body.sent)
    except ValueError:
        return body.sent
