"""What rendering needs to know of a task."""

from datetime import datetime
from typing import NamedTuple, Protocol

from emulator.core.access import Project
from emulator.core.failure import Failure
from emulator.core.model import Prediction, Submission

CHARGE = 0.003
"""What a picture or a text costs, in dollars, as recorded [observed]."""


def charge_of(frames: int) -> float:
    """What a picture costs, for each frame that is looked at: our choice, as sounds are charged.

    With the noise of a double, as recorded [documented elsewhere]: 34 seconds cost
    0.10200000000000001.
    """
    return CHARGE * frames


END = '}],"from_cache":false}'
"""What follows the object `response` in every answer."""


class Origin(NamedTuple):
    """The task that a result was first made for, and when that was submitted."""

    id: str
    submitted: datetime


class Finished(Protocol):
    """A task that has ended at `ended`: with a prediction, or with a failure.

    `lacking` is what failed beside the prediction; `origin` is there when that comes from a cache.
    """

    @property
    def id(self) -> str: ...  # noqa: D102 - the names say it
    @property
    def project(self) -> Project: ...  # noqa: D102
    @property
    def submission(self) -> Submission: ...  # noqa: D102
    @property
    def submitted(self) -> datetime: ...  # noqa: D102
    @property
    def ended(self) -> datetime: ...  # noqa: D102
    @property
    def failure(self) -> Failure | None: ...  # noqa: D102
    @property
    def lacking(self) -> Failure | None: ...  # noqa: D102
    @property
    def origin(self) -> Origin | None: ...  # noqa: D102
    @property
    def prediction(self) -> Prediction: ...  # noqa: D102


def input_id(task: Finished) -> str:
    """The id in a response's `input`: of the task that the result was first made for."""
    return task.id if task.origin is None else task.origin.id
