"""What is expected to have happened in a sandbox: whether it has, and in words why it has not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from emulator.core.matching import Glob, Subject, When
from emulator.core.model import Kind, Mode, Submission
from emulator.core.scenario import OWED
from emulator.core.suggest import shown
from emulator.engine.callbacks import CallbackState
from emulator.engine.journal import Exchange
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import TaskState

_NEAREST = 3


Value = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of thing that may be expected: where they are, what they are told by, and their names.

    A field has `words` where no others are possible. `about` gives the content and the project.
    """

    of: Callable[[Sandbox], Iterable[Any]]
    fields: Mapping[str, Value]
    name: Callable[[Any], str]
    about: Callable[[Any], tuple[Submission | None, str]]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _requests(sandbox: Sandbox) -> Iterator[Exchange]:
    for entry in sandbox.journal:
        if isinstance(entry, Exchange):
            yield entry


REQUEST = Sort(
    of=_requests,
    fields={
        "path": lambda entry: entry.path,
        "method": lambda entry: entry.method,
        "status": lambda entry: f"{entry.status:d}",
        "project": lambda entry: entry.project or "",
    },
    name=lambda one: f"request {one.id}, {one.method} {one.path} answered {one.status:d}",
    about=lambda entry: (entry.submission, entry.project or ""),
)
TASK = Sort(
    of=lambda sandbox: sandbox.tasks,
    fields={
        "state": lambda task: task.state.value,
        "mode": lambda task: task.mode.value,
        "project": lambda task: task.project.name,
        "kind": lambda task: task.submission.kind.value,
    },
    name=lambda task: f"task {task.id}, {task.state.value}",
    about=lambda task: (task.submission, task.project.name),
    words={"state": tuple(TaskState), "mode": tuple(Mode), "kind": tuple(Kind)},
)
CALLBACK = Sort(
    of=lambda sandbox: sandbox.callbacks,
    fields={
        "state": lambda callback: callback.state.value,
        "kind": lambda callback: callback.kind,
        "url": lambda callback: callback.url,
        "project": lambda callback: callback.task.project.name,
        "task": lambda callback: callback.task_id or "",
    },
    name=lambda one: f"{one.kind} {one.id} to {one.url}, {one.state.value}",
    about=lambda callback: (callback.task.submission, callback.task.project.name),
    words={"state": tuple(CallbackState), "kind": OWED},
)
SORTS: Mapping[str, Sort] = {"request": REQUEST, "task": TASK, "callback": CALLBACK}


@dataclass(frozen=True, slots=True)
class Likeness:
    """What things are to be like: fields in which `*` stands for anything, and their content."""

    fields: Mapping[str, Glob] = field(default_factory=dict)
    when: When | None = None

    def fits(self, sort: Sort, thing: Any) -> bool:
        """Whether a thing is like that, without a word about it."""
        for name, pattern in self.fields.items():
            if not pattern.matches(sort.fields[name](thing)):
                return False
        if self.when is None:
            return True
        submission, project = sort.about(thing)
        return submission is not None and self.when.matches(Subject(submission, project))

    def differences(self, sort: Sort, thing: Any) -> list[str]:
        """What keeps a thing from being like that, one sentence each; empty when it is."""
        told = [
            f"{name}: {difference}"
            for name, pattern in self.fields.items()
            if (difference := pattern.difference(sort.fields[name](thing))) is not None
        ]
        if self.when is None:
            return told
        submission, project = sort.about(thing)
        if submission is None:
            return [*told, "when: no content was taken in"]
        return [*told, *self.when.differences(Subject(submission, project))]

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

    def found(self, sandbox: Sandbox) -> list[Any]:
        """The things that are like that."""
        sort = SORTS[self.sort]
        return [one for one in sort.of(sandbox) if self.like.fits(sort, one)]

    def missing(self, sandbox: Sandbox) -> int:
        """How many things have to happen at least until it holds; 0 when it does.

        One that is too many may cease to be so by being forgotten, of which nothing is heard.
        """
        number = len(self.found(sandbox))
        return 0 if self._is_right(number) else max(1, self._least - number)

    @property
    def _least(self) -> int:
        if self.count is not None:
            return self.count
        return 1 if self.at_least is None and self.at_most is None else self.at_least or 0

    def _is_right(self, number: int) -> bool:
        most = self.at_most if self.count is None else self.count
        return number >= self._least and (most is None or number <= most)

    def failure(self, sandbox: Sandbox) -> str | None:
        """Why it does not hold, with the nearest misses; None when it does."""
        found = self.found(sandbox)
        if self._is_right(len(found)):
            return None
        told = f"expected {self}, but there {_are(len(found))}"
        if found and self._is_too_many(len(found)):
            return f"{told}: {_listed(map(SORTS[self.sort].name, found))}"
        return f"{told}. {self._misses(sandbox)}"

    def _is_too_many(self, number: int) -> bool:
        most = self.count if self.count is not None else self.at_most
        return most is not None and number > most

    def _misses(self, sandbox: Sandbox) -> str:
        """The things that come nearest, and what is different about them."""
        sort = SORTS[self.sort]
        others = [
            (one, differences)
            for one in sort.of(sandbox)
            if (differences := self.like.differences(sort, one))
        ]
        gone = sandbox.journal.forgotten if sort is REQUEST else 0
        forgotten = f" {gone} older entries of the journal were forgotten." if gone else ""
        if not others:
            return f"There is no other {self.sort} in this sandbox.{forgotten}"
        others.sort(key=lambda other: len(other[1]))
        nearest = "; ".join(
            f"{sort.name(one)} ({'; '.join(differences)})" for one, differences in others[:_NEAREST]
        )
        more = f", and {len(others) - _NEAREST} more" if len(others) > _NEAREST else ""
        return f"Nearest: {nearest}{more}.{forgotten}"

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
