"""What happened in a sandbox, as typed entries in their order: asked by tests, pages and people."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count, islice
from typing import Any, ClassVar

from emulator.core.errors import Refusal
from emulator.core.model import ABSENT, Fault, Submission
from emulator.engine.quota import Quota
from emulator.engine.tasks import Task
from emulator.engine.weighing import held_by

BODY_KEPT = 16 * 1024
"""How much of a request's body is kept, in bytes."""

# What things take in memory, measured: see `Entry.weigh`.
_EXCHANGE = 1100
_HEADER = 165
_NOTE = 350
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
    `body` is the beginning of a body of `body_size` bytes, `headers` are as they came.
    """

    __slots__ = (
        "bend",
        "body",
        "body_size",
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

    def __init__(self, method: str, path: str) -> None:
        self.method = method
        self.path = path
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

        All that a short body says has been kept about three times: as it came, as its fields, and
        in what was made of them.
        """
        weight = _EXCHANGE + len(self.headers) * _HEADER
        size = len(self.body)
        submission = self.submission
        if 0 < size < BODY_KEPT and (submission is None or submission.metadata is ABSENT):
            return weight + size * _OF_A_BODY
        return weight + size + len(self.path) + held_by(submission)


class Note(Entry):
    """Something worth knowing that changed no answer: `about` names it, `facts` say it."""

    __slots__ = ("about", "facts")
    kind = "note"

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


class TaskMoved(Note):
    """A task came to another state."""

    __slots__ = ()
    kind = "task"


class PredictionMade(Note):
    """A task got its prediction: made by whom, and who else knew the content."""

    __slots__ = ()
    kind = "prediction"


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
