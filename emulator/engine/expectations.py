"""What is expected to have happened in a sandbox: whether it has, and in words why it has not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from emulator.core.matching import Glob, Subject, When
from emulator.core.model import Submission
from emulator.core.suggest import shown
from emulator.engine.callbacks import Callback
from emulator.engine.journal import Exchange
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task

_NEAREST = 3


class Seen(NamedTuple):
    """One thing that happened: what it is called, its fields, and the content it was about."""

    name: str
    fields: Mapping[str, str]
    submission: Submission | None
    project: str


def _requests(sandbox: Sandbox) -> Iterator[Seen]:
    for entry in sandbox.journal:
        if isinstance(entry, Exchange):
            yield seen_request(entry)


def seen_request(entry: Exchange) -> Seen:
    """A call of the emulated API."""
    fields = {
        "path": entry.path,
        "method": entry.method,
        "status": str(int(entry.status)),
        "project": entry.project or "",
    }
    name = f"request {entry.id}, {entry.method} {entry.path} answered {fields['status']}"
    return Seen(name, fields, entry.submission, entry.project or "")


def _tasks(sandbox: Sandbox) -> Iterator[Seen]:
    yield from map(seen_task, sandbox.tasks)


def seen_task(task: Task) -> Seen:
    """A task."""
    fields = {
        "state": task.state.value,
        "mode": task.mode.value,
        "project": task.project.name,
        "kind": task.submission.kind.value,
    }
    return Seen(f"task {task.id}, {task.state.value}", fields, task.submission, task.project.name)


def _callbacks(sandbox: Sandbox) -> Iterator[Seen]:
    yield from map(seen_callback, sandbox.callbacks)


def seen_callback(callback: Callback) -> Seen:
    """A callback."""
    task = callback.task
    fields = {
        "state": callback.state.value,
        "url": callback.url,
        "project": task.project.name,
        "task": task.id,
    }
    name = f"callback {callback.id} to {callback.url}, {callback.state.value}"
    return Seen(name, fields, task.submission, task.project.name)


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of thing that may be expected, and the fields it can be told by."""

    of: Callable[[Sandbox], Iterator[Seen]]
    fields: tuple[str, ...]


SORTS: Mapping[str, Sort] = {
    "request": Sort(_requests, ("path", "method", "status", "project")),
    "task": Sort(_tasks, ("state", "mode", "project", "kind")),
    "callback": Sort(_callbacks, ("state", "url", "project", "task")),
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """What things are to be like: fields in which `*` stands for anything, and their content."""

    fields: Mapping[str, Glob] = field(default_factory=dict)
    when: When | None = None

    def differences(self, seen: Seen) -> list[str]:
        """What keeps a thing from being like that, one sentence each; empty when it is."""
        told = [
            f"{name}: {difference}"
            for name, pattern in self.fields.items()
            if (difference := pattern.difference(seen.fields[name])) is not None
        ]
        if self.when is None:
            return told
        if seen.submission is None:
            return [*told, "when: no content was taken in"]
        return [*told, *self.when.differences(Subject(seen.submission, seen.project))]

    def __str__(self) -> str:
        told = [f"{name} {shown(pattern.source)}" for name, pattern in self.fields.items()]
        told += [] if self.when is None else [f"when {', '.join(self.when.patterns)} matches"]
        return f" with {' and '.join(told)}" if told else ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """So many things of a sort, like this: `count` exactly, or between `at_least` and `at_most`."""

    sort: str
    like: Likeness = field(default_factory=Likeness)
    count: int | None = None
    at_least: int | None = None
    at_most: int | None = None

    def found(self, sandbox: Sandbox) -> list[Seen]:
        """The things that are like that."""
        return [one for one in SORTS[self.sort].of(sandbox) if not self.like.differences(one)]

    def holds(self, sandbox: Sandbox) -> bool:
        """Whether there are as many as expected."""
        return self._is_right(len(self.found(sandbox)))

    def _is_right(self, number: int) -> bool:
        if self.count is not None:
            return number == self.count
        least = 1 if self.at_least is None and self.at_most is None else self.at_least or 0
        return number >= least and (self.at_most is None or number <= self.at_most)

    def failure(self, sandbox: Sandbox) -> str | None:
        """Why it does not hold, with the nearest misses; None when it does."""
        found = self.found(sandbox)
        if self._is_right(len(found)):
            return None
        told = f"expected {self}, but there {_are(len(found))}"
        if found and self._is_too_many(len(found)):
            return f"{told}: {_listed(one.name for one in found)}"
        return f"{told}. {self._misses(sandbox)}"

    def _is_too_many(self, number: int) -> bool:
        most = self.count if self.count is not None else self.at_most
        return most is not None and number > most

    def _misses(self, sandbox: Sandbox) -> str:
        """The things that come nearest, and what is different about them."""
        others = [
            (one, differences)
            for one in SORTS[self.sort].of(sandbox)
            if (differences := self.like.differences(one))
        ]
        if not others:
            return f"There is no other {self.sort} in this sandbox."
        others.sort(key=lambda other: len(other[1]))
        nearest = "; ".join(
            f"{one.name} ({'; '.join(differences)})" for one, differences in others[:_NEAREST]
        )
        more = f", and {len(others) - _NEAREST} more" if len(others) > _NEAREST else ""
        return f"Nearest: {nearest}{more}."

    def __str__(self) -> str:
        if self.count is not None:
            number = f"{self.count} {_plural(self.sort, self.count)}"
        elif self.at_most is not None:
            number = f"{self.at_least or 0} to {self.at_most} {_plural(self.sort, self.at_most)}"
        else:
            least = self.at_least if self.at_least is not None else 1
            number = f"at least {least} {_plural(self.sort, least)}"
        return f"{number}{self.like}"


def _plural(sort: str, number: int) -> str:
    return sort if number == 1 else f"{sort}s"


def _are(number: int) -> str:
    return {0: "is none", 1: "is 1"}.get(number, f"are {number}")


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _NEAREST} more" if len(every) > _NEAREST else ""
    return f"{'; '.join(islice(every, _NEAREST))}{more}"


def failures(expected: Sequence[Expectation], sandbox: Sandbox) -> list[str]:
    """What of all that is expected does not hold, in words."""
    return [told for one in expected if (told := one.failure(sandbox)) is not None]


def outlook(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What is due when, for somebody who waits: callbacks and tasks that are still to come."""
    waiting = [
        (callback.due, f"callback {callback.id} to {callback.url}")
        for callback in sandbox.callbacks
        if callback.due is not None
    ]
    waiting += [(task.due, f"task {task.id}") for task in sandbox.tasks if not task.ended_already]
    return [{"due": due, "what": what} for due, what in sorted(waiting)[:10]]
