"""Callbacks: what is owed to a client's address, each attempt to deliver it, and its outcome."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from emulator.core.rendering.finished import Finished
from emulator.core.scenario import Delivery


class CallbackState(StrEnum):
    """Where a callback stands."""

    SCHEDULED = "scheduled"
    IN_FLIGHT = "in_flight"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


LIFECYCLE: Mapping[CallbackState, Mapping[str, CallbackState]] = {
    CallbackState.SCHEDULED: {
        "sent": CallbackState.IN_FLIGHT,
        "cancelled": CallbackState.DROPPED,
    },
    CallbackState.IN_FLIGHT: {
        "accepted": CallbackState.DELIVERED,
        "refused": CallbackState.SCHEDULED,
        "given up": CallbackState.FAILED,
        "cancelled": CallbackState.DROPPED,
    },
    CallbackState.DELIVERED: {},
    CallbackState.FAILED: {},
    CallbackState.DROPPED: {},
}
"""What may happen to a callback in each state, and where that leads."""

SHOWN = 2048
"""How much of a receiver's answer is kept, in bytes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answered: its status and the beginning of its body."""

    status: int
    body: bytes = b""


class Unreachable(Exception):
    """No answer came; the message says why, and what would help."""


class Network(Protocol):
    """How a body gets to an address; handed in, so that tests can be the network."""

    async def post(self, url: str, body: bytes, timeout: float) -> Reply:  # noqa: ASYNC109
        """Post JSON to an address exactly as it is written, within so many seconds.

        `Unreachable` when no answer comes.
        """
        ...

    async def close(self) -> None:
        """Close what is open; nothing is posted afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when it was due and made, on the sandbox's clock, and what came of it.

    `latency` is real time, in seconds. `status` is None when no answer came, and `error` says why;
    `error` also explains a status that is no success.
    """

    number: int
    due: datetime
    at: datetime
    url: str
    status: int | None
    error: str | None
    latency: float
    response: bytes = b""


class Callback:
    """The finished task that is owed to an address."""

    __slots__ = ("attempts", "delivery", "due", "id", "state", "task", "url")

    def __init__(
        self,
        id: str,  # noqa: A002 - it is what everybody calls it
        task: Finished,
        url: str,
        due: datetime,
        delivery: Delivery,
    ) -> None:
        self.id = id
        self.task = task
        self.url = url
        self.delivery = delivery
        self.due: datetime | None = due
        self.state = CallbackState.SCHEDULED
        self.attempts: list[Attempt] = []

    def move(self, event: str) -> None:
        """Go where that event leads from here; KeyError when it cannot happen here."""
        self.state = LIFECYCLE[self.state][event]


class Owing(Finished, Protocol):
    """A finished task that may owe a callback."""

    callback: Callback | None


class Callbacks:
    """The callbacks of one sandbox, of the tasks that it still knows."""

    def __init__(self, tasks: Iterable[Owing]) -> None:
        self._tasks = tasks
        self._made = 0

    def __iter__(self) -> Iterator[Callback]:
        found = [task.callback for task in self._tasks if task.callback is not None]
        return iter(sorted(found, key=lambda callback: int(callback.id.removeprefix("cb-"))))

    def get(self, callback_id: str) -> Callback | None:
        """The callback of that id, if its task is still known."""
        return next((callback for callback in self if callback.id == callback_id), None)

    def owe(self, task: Owing, url: str, due: datetime, delivery: Delivery) -> Callback:
        """A new callback for a finished task, to be sent the way its scenario says."""
        self._made += 1
        task.callback = Callback(f"cb-{self._made}", task, url, due, delivery)
        return task.callback


def explain_status(status: int) -> str | None:
    """What is wrong with a receiver's status, or None when it is a success."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"the receiver answered {status}: redirects are not followed, any 2xx is a success"
    return f"the receiver answered {status}: any 2xx is a success"
