"""Looking through a medium as it streams by: what the walks through containers stand on.

A walk is a generator that reads its format from front to back as if all of it were there. It is
fed in whatever pieces the bytes come, keeps no more than the few bytes that it wants at once, and
is done as soon as it knows enough.
"""

from collections.abc import Callable, Generator
from typing import NamedTuple, TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Runs until it wants more bytes than have come, and is gone on with when there are more."""

MOST_STEPS = 3_000_000
"""How many parts of a file are looked at: what has more of them is made to waste time."""


class Facts(NamedTuple):
    """What a container tells: pixels, frames and seconds, each 0 where it does not.

    `heard` says that there is nothing to be seen in it; `whole` is how many bytes the file has
    where it is whole.
    """

    width: int = 0
    height: int = 0
    num_frames: int = 0
    duration: float = 0
    heard: bool = False
    whole: int = 0


class Corrupt(Exception):
    """The bytes are not what their beginning promises; the message says why."""


class Ended(Exception):
    """There are no more bytes, and a walk wanted more."""


class Cursor:
    """The place in a stream that a walk has come to."""

    __slots__ = ("_steps", "at", "data", "ended", "passed")

    def __init__(self) -> None:
        self.data = b""
        self.at = 0
        self.passed = 0
        self.ended = False
        self._steps = 0

    @property
    def place(self) -> int:
        """How many bytes lie before it."""
        return self.passed + self.at

    @property
    def left(self) -> int:
        """How many bytes are there behind it, as yet."""
        return len(self.data) - self.at

    def more(self, chunk: bytes) -> None:
        """More bytes have come."""
        rest = self.data[self.at :]
        self.passed += self.at
        self.data = rest + chunk if rest else chunk
        self.at = 0

    def step(self, count: int = 1) -> None:
        """Count parts that were looked at."""
        self._steps += count
        if self._steps > MOST_STEPS:
            raise Corrupt(f"it has more than {MOST_STEPS} parts")

    def peek(self, count: int) -> Steps[bytes]:
        """The next bytes, which stay; fewer where the stream ends before."""
        while len(self.data) - self.at < count and not self.ended:
            yield
        return self.data[self.at : self.at + count]

    def take(self, count: int) -> Steps[bytes]:
        """The next bytes, `Ended` where there are not so many."""
        self.step()
        while len(self.data) - self.at < count:
            if self.ended:
                raise Ended
            yield
        found = self.data[self.at : self.at + count]
        self.at += count
        return found

    def skip(self, count: int) -> Steps[None]:
        """Pass over bytes without keeping any; `Ended` where there are not so many."""
        self.step()
        if count < 0:
            raise Corrupt("a part of it is shorter than its own header")
        left = count - (len(self.data) - self.at)
        while left > 0:
            self.at = len(self.data)
            if not self.ended:
                yield
            if self.ended:
                raise Ended
            left -= len(self.data)
        self.at = len(self.data) + left


Walk = Callable[[Cursor], Steps[Facts]]
"""Walks through a format; `Corrupt` and `Ended` where it is not whole."""


class Looking:
    """A walk under way."""

    __slots__ = ("_cursor", "_found", "_steps", "_why")

    def __init__(self, walk: Walk) -> None:
        self._cursor = Cursor()
        self._steps: Steps[Facts] | None = walk(self._cursor)
        self._found = Facts()
        self._why: str | None = None

    def feed(self, chunk: bytes) -> None:
        """The next bytes."""
        if self._steps is not None:
            self._cursor.more(chunk)
            self._go_on()

    def _go_on(self) -> None:
        steps = self._steps
        try:
            if steps is not None:
                next(steps)
                return
        except StopIteration as done:
            self._found = done.value
        except Corrupt as error:
            self._why = str(error)
        except Ended:
            self._why = CUT_OFF
        self._steps = None

    def finish(self, size: int) -> Facts:
        """The facts of so many bytes; `Corrupt` says why they are none."""
        self._cursor.ended = True
        while self._steps is not None:
            self._go_on()
        if self._why is not None:
            raise Corrupt(self._why)
        if size < self._found.whole:
            raise Corrupt(f"{CUT_OFF} (it has {size} of its {self._found.whole} bytes)")
        return self._found


CUT_OFF = "it is cut off"
