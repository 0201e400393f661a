"""Callbacks: what is owed to a client's address, each attempt to deliver it, and its outcome."""

from asyncio import Future, get_running_loop
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from emulator.core.model import Applied, Fault
from emulator.core.rendering.bending import Body
from emulator.core.rendering.finished import Finished
from emulator.core.scenario import Scenario
from emulator.engine.agenda import Entry


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
        "dropped": CallbackState.DROPPED,
    },
    CallbackState.IN_FLIGHT: {
        "accepted": CallbackState.DELIVERED,
        "refused": CallbackState.SCHEDULED,
        "given up": CallbackState.FAILED,
        "dropped": CallbackState.DROPPED,
    },
    CallbackState.DELIVERED: {"resent": CallbackState.SCHEDULED},
    CallbackState.FAILED: {"resent": CallbackState.SCHEDULED},
    CallbackState.DROPPED: {"resent": CallbackState.SCHEDULED},
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

    async def post(self, url: str, body: Body, timeout: float) -> Reply:  # noqa: ASYNC109
        """Post a body to an address exactly as it is written, within so many seconds.

        `Unreachable` when no answer comes, which is so for a body that is cut.
        """
        ...

    async def close(self) -> None:
        """Close what is open; nothing is posted afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when it was due and made, on the sandbox's clock, and what came of it.

    `latency` is real time, in seconds. `status` is None when no answer came, and `error` says why;
    `error` also explains a status that is no success. `fault` is the trouble that was played.
    """

    number: int
    due: datetime
    at: datetime
    url: str
    status: int | None
    error: str | None
    latency: float
    response: bytes = b""
    fault: Fault | None = None


class Callback:
    """The finished task that is owed to an address.

    `due` is when it is sent next, and `entry` where that is put down. `rounds` counts how often it
    was sent since it was owed or resent, which retrying goes by. With `settled` the next attempt
    is made without asking the scenario once more, and `played` is what that said. `held` lets a
    callback overtake it that departs after it: `departed` counts the departures of the sandbox.
    While `asked` its receiver has it and has not answered.
    """

    __slots__ = (
        "asked",
        "attempts",
        "delivery",
        "departed",
        "due",
        "entry",
        "held",
        "id",
        "landed",
        "played",
        "rounds",
        "settled",
        "state",
        "task",
        "url",
    )

    def __init__(
        self,
        id: str,  # noqa: A002 - it is what everybody calls it
        task: "Owing",
        url: str,
        due: datetime,
    ) -> None:
        self.id = id
        self.task = task
        self.url = url
        self.delivery = task.scenario.callbacks
        self.due: datetime | None = due
        self.entry: Entry | None = None
        self.state = CallbackState.SCHEDULED
        self.attempts: list[Attempt] = []
        self.rounds = 0
        self.settled = False
        self.played: Fault | None = None
        self.held = False
        self.asked = False
        self.departed = 0
        self.landed: Future[None] | None = None

    def move(self, event: str) -> None:
        """Go where that event leads from here; `Impossible` when it cannot happen here."""
        self.state = self.check(event)

    def check(self, event: str) -> CallbackState:
        """Where that event leads from here; `Impossible` when it cannot happen here."""
        after = LIFECYCLE[self.state].get(event)
        if after is None:
            raise Impossible(f"the callback {self.id} is {self.state.value}: it cannot be {event}")
        return after

    async def first_landing(self) -> None:
        """Wait until it was tried, or will not be."""
        if not self.attempts and self.state is not CallbackState.DROPPED:
            self.landed = get_running_loop().create_future()
            await self.landed


class Impossible(ValueError):
    """Something that cannot be done to a callback as it stands."""


class Owing(Finished, Protocol):
    """A finished task that may owe a callback."""

    callback: Callback | None
    scenario: Scenario
    sending: Applied | None
    troubles: tuple[Applied, ...]


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

    def owe(self, task: Owing, url: str, due: datetime) -> Callback:
        """A new callback for a finished task, to be sent the way its scenario says."""
        self._made += 1
        task.callback = Callback(f"cb-{self._made}", task, url, due)
        return task.callback


def explain_status(status: int) -> str | None:
    """What is wrong with a receiver's status, or None when it is a success."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"the receiver answered {status}: redirects are not followed, any 2xx is a success"
    return f"the receiver answered {status}: any 2xx is a success"
