"""What happened in a sandbox, as typed entries in their order: asked by tests, pages and people."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Any, ClassVar

from emulator.core.errors import Refusal
from emulator.core.model import Submission
from emulator.engine.quota import Quota
from emulator.engine.tasks import Task


class Entry:
    """Something that happened at a moment of the sandbox's clock."""

    __slots__ = ("at", "id")
    kind: ClassVar[str]

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.id = 0


class Exchange(Entry):
    """A call of the emulated API and what it was answered with; filled in as it goes.

    Its moment is that of the answer, or of the acknowledgement.
    It refers to the task rather than holding the answer, which can be written again from there.
    """

    __slots__ = ("method", "path", "project", "refusal", "status", "submission", "task")
    kind = "request"

    at: datetime

    def __init__(self, method: str, path: str) -> None:
        self.method = method
        self.path = path
        self.status = 0
        self.project: str | None = None
        self.submission: Submission | None = None
        self.task: Task | None = None
        self.refusal: Refusal | None = None


class Note(Entry):
    """Something worth knowing that changed no answer: `about` names it, `facts` say it."""

    __slots__ = ("about", "facts")
    kind = "note"

    def __init__(self, at: datetime, about: str, **facts: Any) -> None:
        super().__init__(at)
        self.about = about
        self.facts = facts


class TaskMoved(Note):
    """A task came to another state."""

    __slots__ = ()
    kind = "task"


class AttemptMade(Note):
    """A callback was tried, and this is what came of it."""

    __slots__ = ()
    kind = "attempt"


class ClockMoved(Note):
    """The sandbox's clock was set or advanced."""

    __slots__ = ()
    kind = "clock"


class Journal:
    """The entries of one sandbox, newest last, within the server's quota."""

    def __init__(self, quota: Quota) -> None:
        self._entries: deque[Entry] = deque()
        self._ids = count(1)
        self._quota = quota
        quota.join(self)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def add(self, entry: Entry) -> None:
        """Remember an entry."""
        entry.id = next(self._ids)
        self._entries.append(entry)
        self._quota.added(self)

    def forget_oldest(self) -> None:
        """Drop the oldest entry."""
        self._entries.popleft()

    def select(self, wanted: Callable[[Entry], bool]) -> list[Entry]:
        """The entries that are wanted, newest last."""
        return [entry for entry in self._entries if wanted(entry)]
