"""What happened in a sandbox, as typed entries in their order: asked by tests, pages and people."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count, islice
from typing import Any, ClassVar

from emulator.core.errors import Refusal
from emulator.core.faults import Event
from emulator.core.model import ABSENT, Fault, Mode, Submission
from emulator.engine.quota import Quota
from emulator.engine.tasks import Task
from emulator.engine.weighing import held_by

BODY_KEPT = 16 * 1024
"""How much of a request's body is kept, in bytes."""

# What things take in memory, measured: see `Entry.weigh`. What every call tells takes 130 bytes,
# and 290 where nothing else keeps the id of its task and its moment any more.
_EXCHANGE = 1100
_HEADER = 165
_NOTE = 350
_OF_TASK = 160
_OF_A_BODY = 3


class Entry:
    """Something that happened at a moment of the sandbox's clock.

    `weight` is what it counts for in bytes; the journal gives it, and the `id`.
    """

    __slots__ = ("at", "id", "weight")
    kind: ClassVar[str]

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.id = 0
        self.weight = 0

    def weigh(self) -> int:
        """Roughly what it keeps in memory, in bytes."""
        return _NOTE


class Exchange(Entry):
    """A call of the emulated API and what it was answered with; filled in as it goes.

    Its moment is that of the answer, or of the acknowledgement. It refers to the task rather than
    holding the answer, which can be written again from there; `bend` is what was done to that.
    `body` is the beginning of a body of `body_size` bytes, `headers` are as they came. `event` is
    what it is about, None where its address is nothing.
    """

    __slots__ = (
        "bend",
        "body",
        "body_size",
        "event",
        "headers",
        "method",
        "path",
        "project",
        "query",
        "refusal",
        "status",
        "submission",
        "task",
    )
    kind = "request"

    at: datetime

    def __init__(self, method: str, path: str, event: Event | None = None) -> None:
        self.method = method
        self.path = path
        self.event = event
        self.query = b""
        self.headers: Sequence[tuple[bytes, bytes]] = ()
        self.body = b""
        self.body_size = 0
        self.status = 0
        self.project: str | None = None
        self.submission: Submission | None = None
        self.task: Task | None = None
        self.refusal: Refusal | None = None
        self.bend: Fault | None = None

    def received(self, chunk: bytes) -> None:
        """The next piece of the body has come."""
        kept = len(self.body)
        if kept < BODY_KEPT:
            self.body += chunk[: BODY_KEPT - kept]
        self.body_size += len(chunk)

    def weigh(self) -> int:
        """Roughly what it keeps in memory, in bytes, with its task and its prediction.

        Whoever refers to a task keeps all that this was made of, also when it only asks for it.
        All that a short body says has been kept about three times: as it came, as its fields, and
        in what was made of them.
        """
        weight = _EXCHANGE + len(self.headers) * _HEADER
        if self.task is not None and self.task.weight:
            return max(weight, self.task.weight)
        size = len(self.body)
        submission = self.submission
        if 0 < size < BODY_KEPT and (submission is None or submission.metadata is ABSENT):
            return weight + size * _OF_A_BODY
        return weight + size + len(self.path) + held_by(submission)


class Told(Entry):
    """What is told in a line: `about` names what it is about, `facts` say the rest."""

    __slots__ = ()

    @property
    def about(self) -> str:
        """What it is about: mostly an id."""
        raise NotImplementedError

    @property
    def facts(self) -> Mapping[str, Any]:
        """What there is to say, as JSON has it."""
        raise NotImplementedError


class Note(Told):
    """Something worth knowing that changed no answer."""

    __slots__ = ("about", "facts")
    kind = "note"
    about: str
    facts: Mapping[str, Any]

    def __init__(self, at: datetime, about: str, **facts: Any) -> None:
        super().__init__(at)
        self.about = about
        self.facts = facts

    def weigh(self) -> int:
        """Roughly what it keeps in memory, in bytes."""
        weight = _NOTE
        for fact in self.facts.values():
            if isinstance(fact, str):
                weight += len(fact)
            elif isinstance(fact, (list, tuple, dict)):
                weight += held_by(fact)
        return weight


class OfTask(Told):
    """What every call makes: light, and without a hold on the task, which may be forgotten."""

    __slots__ = ("mode", "task")
    mode: Mode
    task: str

    @property
    def about(self) -> str:
        """The id of the task."""
        return self.task

    def weigh(self) -> int:
        """Roughly what it keeps in memory, in bytes."""
        return _OF_TASK


class TaskMoved(OfTask):
    """A task came to another state."""

    __slots__ = ("code", "state")
    kind = "task"

    def __init__(self, at: datetime, task: Task) -> None:
        self.at = at
        self.task = task.id
        self.mode = task.mode
        self.state = task.state
        failure = task.failure or task.lacking
        self.code = None if failure is None or not task.ended_already else failure.code

    @property
    def facts(self) -> Mapping[str, Any]:
        """The state, and the code of what failed."""
        return {"mode": self.mode.value, "state": self.state.value, "error_code": self.code}


class PredictionMade(OfTask):
    """A task got its prediction: made by whom, and who else knew the content."""

    __slots__ = ("hidden", "source")
    kind = "prediction"

    def __init__(self, at: datetime, task: Task) -> None:
        self.at = at
        self.task = task.id
        self.mode = task.mode
        self.source = task.source
        self.hidden = task.known.hidden

    @property
    def facts(self) -> Mapping[str, Any]:
        """Who made it, and who would have."""
        hidden = list(map(str, self.hidden))
        return {"mode": self.mode.value, "by": str(self.source), "hidden": hidden}


class FaultApplied(Note):
    """The trouble that this is about happened: on what, because of what, to which task."""

    __slots__ = ()
    kind = "fault"


class CallbackMoved(Note):
    """A callback came to another state."""

    __slots__ = ()
    kind = "callback"


class ActionTaken(Note):
    """Something was done to a post or patron, by a rule or by a moderator."""

    __slots__ = ()
    kind = "action"


class AttemptMade(Note):
    """A callback was tried, and this is what came of it."""

    __slots__ = ()
    kind = "attempt"


class ClockMoved(Note):
    """The sandbox's clock was set or advanced."""

    __slots__ = ()
    kind = "clock"


class Journal:
    """The entries of one sandbox, newest last, within the server's quota.

    `listener` is told of each entry when it has been added.
    """

    def __init__(self, quota: Quota) -> None:
        self.listener: Callable[[Entry], None] | None = None
        self._entries: deque[Entry] = deque()
        self._ids = count(1)
        self._quota = quota
        quota.join(self)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    @property
    def forgotten(self) -> int:
        """How many entries there were before those that are kept."""
        return self._entries[0].id - 1 if self._entries else 0

    def add(self, entry: Entry) -> None:
        """Remember an entry."""
        entry.id = next(self._ids)
        entry.weight = weight = entry.weigh()
        self._entries.append(entry)
        self._quota.added(self, weight)
        if self.listener is not None:
            self.listener(entry)

    def forget_oldest(self) -> int:
        """Drop the oldest entry."""
        return self._entries.popleft().weight

    def select(self, wanted: Callable[[Entry], bool]) -> list[Entry]:
        """The entries that are wanted, newest last."""
        return [entry for entry in self._entries if wanted(entry)]

    def since(self, entry_id: int) -> Iterator[Entry]:
        """The entries after the one of that id, as they are now, newest last."""
        newest = self._entries[-1].id if self._entries else 0
        later = list(islice(reversed(self._entries), max(0, newest - entry_id)))
        return reversed(later)


KINDS = tuple(
    one.kind
    for one in (
        Exchange,
        TaskMoved,
        PredictionMade,
        FaultApplied,
        CallbackMoved,
        ActionTaken,
        AttemptMade,
        ClockMoved,
        Note,
    )
)
"""The kinds of entries, by the word that stands in each."""
