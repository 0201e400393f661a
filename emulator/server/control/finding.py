"""Which tasks are looked for: by state, kind and project, by their fixture, and by free text."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from emulator.core.matching import Glob
from emulator.core.rendering.values import encode
from emulator.engine.expectations import TASK, Likeness
from emulator.engine.tasks import Task
from emulator.server.control.asked import read_word

Holds = Callable[[Task], bool]


def wanted(asked: Mapping[str, str]) -> Holds:
    """What a task has to be like, from the query of a call; `ControlError` for impossible words."""
    for name, words in TASK.words.items():
        if name in asked:
            read_word(name, asked[name], words)
    like = Likeness({name: Glob(asked[name]) for name in TASK.fields if name in asked})
    fixture = Glob(asked["fixture"]) if "fixture" in asked else None
    needle = asked.get("q", "").casefold()

    def holds(task: Task) -> bool:
        return (
            like.fits(TASK, task)
            and (fixture is None or _comes_from(task, fixture))
            and (not needle or needle in _words_of(task))
        )

    return holds


def _comes_from(task: Task, fixture: Glob) -> bool:
    source = task.source
    return source.what.endswith("fixture") and fixture.matches(source.name)


def _words_of(task: Task) -> str:
    """Everything that a task is known by, to be searched in."""
    return "\n".join(_told(task)).casefold()


def _told(task: Task) -> Iterator[str]:
    submission = task.submission
    yield task.id
    yield task.project.name
    yield task.source.name
    yield submission.text or ""
    media = submission.media
    if media is not None:
        yield from (media.url or "", media.filename, media.sha256 or "")
    if submission.posting is not None:
        yield from (submission.posting.post_id, submission.posting.patron_id)
    yield from (rule.name for rule in task.triggered)
    if isinstance(submission.metadata, str | dict | list):
        yield encode(submission.metadata)


def before(tasks: Sequence[Task], task_id: str | None) -> Sequence[Task]:
    """Those that came before the one of that id, oldest first; none where it is not among them."""
    if task_id is None:
        return tasks
    for at, task in enumerate(tasks):
        if task.id == task_id:
            return tasks[:at]
    return ()
