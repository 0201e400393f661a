"""Why nothing scripted was used: submissions that no fixture knew, fixtures that no one needed."""

from collections.abc import Iterable

from emulator.core.fixture import Fixture
from emulator.core.matching import Subject
from emulator.engine.sandbox import Sandbox
from emulator.engine.scoring import likeness
from emulator.engine.tasks import Task

_COMPARED = 20
"""How many of the newest submissions an unused fixture is held against."""


def unmatched(sandbox: Sandbox) -> list[Task]:
    """The submissions whose prediction nobody scripted."""
    return [task for task in sandbox.tasks if task.known.script is None]


def unused(sandbox: Sandbox, fixtures: Iterable[Fixture]) -> list[Fixture]:
    """Those of some fixtures that had no say in anything."""
    return [fixture for fixture in fixtures if str(fixture.source) not in sandbox.fixtures_used]


def why_unused(fixture: Fixture, sandbox: Sandbox) -> str:
    """Why a fixture had no say, held against the newest submissions."""
    tasks = [*sandbox.tasks][-_COMPARED:]
    if not tasks:
        return "nothing was submitted"
    subjects = [(task, Subject(task.submission, task.project.name)) for task in tasks]
    for task, subject in subjects:
        if fixture.when.matches(subject):
            return _reason_for(fixture, task)
    task, subject = max(subjects, key=lambda pair: likeness(fixture, pair[1]))
    differences = "; ".join(fixture.when.differences(subject))
    return f"nothing matched; nearest is the task {task.id} ({differences})"


def _reason_for(fixture: Fixture, task: Task) -> str:
    """Why a fixture that matches a task had no say in it."""
    kind = task.submission.kind
    if not fixture.script.knows(kind):
        return f"it matches the task {task.id}, but says nothing of what is seen in a {kind}"
    if task.known.script is None:
        return f"it matches the task {task.id}, but was not there when that was submitted"
    return f"it matches the task {task.id}, for which {task.source} came first"
