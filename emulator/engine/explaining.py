"""Why nothing scripted was used: submissions that no fixture knew, fixtures that no one needed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from emulator.core.errors import NothingScripted
from emulator.core.fixture import Fixture
from emulator.core.matching import Subject
from emulator.engine.journal import Exchange
from emulator.engine.sandbox import Sandbox
from emulator.engine.scoring import likeness
from emulator.engine.tasks import Task, age

_COMPARED = 20
"""How many of the newest submissions an unused fixture is held against."""


class Submitted(NamedTuple):
    """Something that was sent in: the task that it became, or the call that was refused for it."""

    thing: Task | Exchange
    subject: Subject

    @property
    def id(self) -> str:
        """The task's, or the call's."""
        return str(self.thing.id)

    @property
    def at(self) -> datetime:
        """When it was sent in."""
        return self.thing.submitted if isinstance(self.thing, Task) else self.thing.at

    def __str__(self) -> str:
        return f"the {'task' if isinstance(self.thing, Task) else 'request'} {self.id}"


def submitted(sandbox: Sandbox) -> list[Submitted]:
    """What was sent in, newest last, also what was refused since nobody knew it."""
    taken = [
        Submitted(task, Subject(task.submission, task.project.name))
        for task in sorted(sandbox.tasks, key=age)
    ]
    refused = [
        Submitted(entry, Subject(entry.submission, entry.project or ""))
        for entry in sandbox.journal
        if isinstance(entry, Exchange)
        and isinstance(entry.refusal, NothingScripted)
        and entry.submission is not None
    ]
    return sorted([*taken, *refused], key=lambda one: one.at) if refused else taken


def unmatched(sandbox: Sandbox) -> list[Submitted]:
    """The submissions that nobody scripted."""
    return [one for one in submitted(sandbox) if not _is_scripted(one.thing)]


def _is_scripted(thing: Task | Exchange) -> bool:
    return isinstance(thing, Task) and thing.known.script is not None


def unused(sandbox: Sandbox, fixtures: Iterable[Fixture]) -> list[Fixture]:
    """Those of some fixtures that had no say in anything."""
    return [fixture for fixture in fixtures if str(fixture.source) not in sandbox.fixtures_used]


def newest(sandbox: Sandbox) -> list[Submitted]:
    """The submissions that unused fixtures are held against."""
    return submitted(sandbox)[-_COMPARED:]


def why_unused(fixture: Fixture, newest: Sequence[Submitted]) -> str:
    """Why a fixture had no say, held against the newest submissions."""
    if not newest:
        return "nothing was submitted"
    for one in newest:
        if fixture.when.matches(one.subject):
            return _reason_for(fixture, one)
    nearest = max(newest, key=lambda one: likeness(fixture, one.subject))
    differences = "; ".join(fixture.when.differences(nearest.subject))
    return f"nothing matched; nearest is {nearest} ({differences})"


def _reason_for(fixture: Fixture, one: Submitted) -> str:
    """Why a fixture that matches a submission had no say in it."""
    kind = one.subject.submission.kind
    if not fixture.script.knows(kind):
        return f"it matches {one}, but says nothing of what is seen in a {kind}"
    if isinstance(one.thing, Exchange) or one.thing.known.script is None:
        return f"it matches {one}, but was not there when that was submitted"
    return f"it matches {one}, for which {one.thing.source} came first"
