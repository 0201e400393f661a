"""Callbacks: what is owed to a client's address, each attempt to deliver it, and its outcome."""

from asyncio import Future, get_running_loop
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from emulator.core.access import Project
from emulator.core.model import Applied, Fault, Submission
from emulator.core.rendering.bending import Body
from emulator.core.scenario import NOTICE, RESULT, Scenario
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
    `error` also explains a status that is no success. `fault` is the trouble that was played;
    `resent` as for `Callback`.
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
    resent: datetime | None = None


class Callback:
    """Something that is owed to an address: a finished task, or the notice of an action.

    `task_id` is the task that it is about, or that led to the action, if any; `facts` say so in the
    journal, and what else it is about. `due` is when it is sent next, and `entry` where that is put
    down. `rounds` counts how often it was sent since it was owed or resent, which retrying goes by.
    `content` is what is posted where that is not a task's result. With `settled` the next attempt
    is made without asking the scenario once more, and `played` is what that said. `held` lets a
    callback overtake it that departs after it: `departed` counts the departures of the sandbox.
    `asked` counts the attempts that its receiver has and has not answered. `resent` is when a call
    of the emulated API triggered it anew, which its body then tells.
    """

    __slots__ = (
        "asked",
        "attempts",
        "content",
        "delivery",
        "departed",
        "due",
        "entry",
        "facts",
        "held",
        "id",
        "landed",
        "played",
        "resent",
        "rounds",
        "settled",
        "state",
        "task",
        "task_id",
        "url",
    )

    def __init__(
        self,
        id: str,  # noqa: A002 - it is what everybody calls it
        task: "Owed",
        url: str,
        due: datetime,
        facts: Mapping[str, str | None],
        content: bytes | None = None,
    ) -> None:
        self.id = id
        self.task = task
        self.task_id = facts["task"]
        self.facts = facts
        self.content = content
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
        self.asked = 0
        self.departed = 0
        self.resent: datetime | None = None
        self.landed: Future[None] | None = None

    @property
    def kind(self) -> str:
        """With the result of a task, or the notice of an action."""
        return RESULT if self.content is None else NOTICE

    def move(self, event: str) -> None:
        """Go where that event leads from here; `Impossible` when it cannot happen here."""
        self.state = self.check(event)

    def check(self, event: str) -> CallbackState:
        """Where that event leads from here; `Impossible` when it cannot happen here."""
        after = LIFECYCLE[self.state].get(event)
        if after is None:
            raise Impossible(f"the callback {self.id} is {self.state.value}: it cannot be {event}")
        return after

    @property
    def ended(self) -> bool:
        """Whether nothing more is to happen to it by itself."""
        return self.state not in (CallbackState.SCHEDULED, CallbackState.IN_FLIGHT)

    async def first_landing(self) -> None:
        """Wait until it was tried, or will not be."""
        if not self.attempts and self.state is not CallbackState.DROPPED:
            self.landed = get_running_loop().create_future()
            await self.landed


class Impossible(ValueError):
    """Something that cannot be done to a callback as it stands."""


class Owed(Protocol):
    """What a callback is about: a finished task, or an action that somebody is told of."""

    @property
    def project(self) -> Project: ...  # noqa: D102 - the names say it
    @property
    def submission(self) -> Submission: ...  # noqa: D102
    @property
    def ended(self) -> datetime: ...  # noqa: D102

    scenario: Scenario
    sending: Applied | None
    troubles: tuple[Applied, ...]
    without_effect: tuple[tuple[Applied, str], ...]


class Owing(Owed, Protocol):
    """A finished task that may owe a callback."""

    @property
    def id(self) -> str: ...  # noqa: D102

    callback: Callback | None


@dataclass(slots=True, eq=False)
class Notice:
    """An action that an address is told of; it stands where a callback has its task.

    `by` is the rule that wanted it, or a moderator; `task_id` the task that it fired on, if any.
    """

    action: str
    by: str
    task_id: str | None
    project: Project
    submission: Submission
    ended: datetime
    scenario: Scenario
    sending: Applied | None = None
    troubles: tuple[Applied, ...] = ()
    without_effect: tuple[tuple[Applied, str], ...] = ()


NOTICES = 1000
"""How many notices of actions a sandbox remembers that were sent, or will not be."""


class Callbacks:
    """The callbacks of one sandbox: of the tasks that it still knows, and notices of actions."""

    def __init__(self, tasks: Iterable[Owing]) -> None:
        self._tasks = tasks
        self._waiting: dict[str, Callback] = {}
        self._ended: OrderedDict[str, Callback] = OrderedDict()
        self._made = 0

    @property
    def notices(self) -> Iterator[Callback]:
        """Those of actions, as far as they are remembered; those that have ended come first."""
        yield from self._ended.values()
        yield from self._waiting.values()

    def __iter__(self) -> Iterator[Callback]:
        found = [task.callback for task in self._tasks if task.callback is not None]
        found += self.notices
        return iter(sorted(found, key=lambda callback: int(callback.id.removeprefix("cb-"))))

    def get(self, callback_id: str) -> Callback | None:
        """The callback of that id, if its task is still known."""
        return next((callback for callback in self if callback.id == callback_id), None)

    def owe(self, task: Owing, url: str, due: datetime) -> Callback:
        """A new callback for a finished task, to be sent the way its scenario says."""
        task.callback = Callback(self._next_id(), task, url, due, {"task": task.id})
        return task.callback

    def owe_notice(self, notice: Notice, url: str, due: datetime, content: bytes) -> Callback:
        """A new notice of an action."""
        facts = {"task": notice.task_id, "action": notice.action, "by": notice.by}
        made = Callback(self._next_id(), notice, url, due, facts, content)
        self._waiting[made.id] = made
        return made

    def let_go(self, notice: Callback) -> None:
        """A notice has come to its end: at some time it may be forgotten."""
        self._waiting.pop(notice.id, None)
        self._ended[notice.id] = notice
        if len(self._ended) > NOTICES:
            self._ended.popitem(last=False)

    def take_back(self, notice: Callback) -> None:
        """A notice is sent once more: it is not to be forgotten before its end."""
        if self._ended.pop(notice.id, None) is not None:
            self._waiting[notice.id] = notice

    def _next_id(self) -> str:
        self._made += 1
        return f"cb-{self._made}"


def explain_status(status: int) -> str | None:
    """What is wrong with a receiver's status, or None when it is a success."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"the receiver answered {status}: redirects are not followed, any 2xx is a success"
    return f"the receiver answered {status}: any 2xx is a success"
