"""A finished task, made of values."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from emulator.core.access import Project
from emulator.core.failure import Failure
from emulator.core.model import Prediction, Submission, TextPrediction
from emulator.core.rendering.finished import Origin

SUBMITTED = datetime(2023, 3, 15, 22, 16, 18, 136_999, tzinfo=UTC)
PROJECT = Project(name="mine", project_id=32267, user_id=3121654)
CLEAN = TextPrediction((0, 0, 0, 0, 0), "EN")


@dataclass(frozen=True)
class Done:
    submission: Submission = field(default_factory=lambda: Submission("hello"))
    prediction: Prediction = CLEAN
    project: Project = PROJECT
    id: str = "0e6b1d64-c37e-11ed-8e35-0242ac110002"
    submitted: datetime = SUBMITTED
    ended: datetime = SUBMITTED + timedelta(milliseconds=272)
    failure: Failure | None = None
    lacking: Failure | None = None
    origin: Origin | None = None
