"""Points → the answers that the API gives of them, by the renderers that serve them in life."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any, Protocol

from emulator.core.access import Project
from emulator.core.failure import Failure
from emulator.core.fixture import Fixture
from emulator.core.matching import Is, When
from emulator.core.media import of_url
from emulator.core.model import (
    Keyframe,
    Kind,
    Media,
    MediaScript,
    Prediction,
    Sampling,
    Script,
    Submission,
    Timeline,
    VideoPrediction,
    VideoScript,
    VisualPrediction,
)
from emulator.core.prediction.scoring import Scorer
from emulator.core.prediction.words import Words
from emulator.core.rendering.task import Renderer
from emulator.core.taxonomy.visual import VisualTaxonomy
from emulator.engine.chance import Chance
from emulator.engine.clock import START
from emulator.lab.point import Point, Scene, silence
from emulator.lab.served import POSTED, Served

ADDRESS = "https://lab.hive-emulator.test/"
_PICTURE, _VIDEO = of_url(f"{ADDRESS}picture.jpg"), of_url(f"{ADDRESS}video.mp4")
_ID = "01234567-89ab-11f0-8000-000000000000"
_OURS = When({"patron_id": (Is(POSTED["patron_id"]),)})


def silent(*names: object) -> float:  # noqa: ARG001 - the shape of `Draw`
    """Draws a background without noise: a positive score is 10 to the minus of this."""
    return inf


class Answers(Protocol):
    """Writes the answer of a point: the same bytes for the same point."""

    def answer(self, point: Point, /) -> bytes:
        """The body that a client gets."""
        ...


@dataclass(frozen=True, slots=True)
class _Finished:
    """A task that has ended, as renderers want it; always of the same moment."""

    project: Project
    submission: Submission
    prediction: Prediction
    id: str = _ID
    submitted: datetime = START
    ended: datetime = START
    failure: Failure | None = None
    lacking: Failure | None = None
    origin: None = None


class TaskAnswers:
    """The synchronous answers of the Task API; `words` are those that texts are searched for."""

    def __init__(self, project: Project, words: Callable[[], Words] = Words) -> None:
        self._project = project
        self._renderer = Renderer(silent)
        self._scorer = Scorer(Chance(0).draw, words)

    def answer(self, point: Point, /) -> bytes:
        """The body that a client gets."""
        submission = submission_of(point)
        if point.kind is Kind.TEXT:
            script = Script(text=point.said.script)
            text = self._scorer.text(submission, self._project, script)
            return self._renderer.answer(_Finished(self._project, submission, text))
        shown = _shown(point)
        return self._renderer.answer(_Finished(self._project, submission, shown))


def _shown(point: Point) -> VisualPrediction | VideoPrediction:
    """What is seen in a picture, or from second to second in a video."""
    heads = tuple(dict(scene) for scene in point.frames)
    if point.kind is Kind.PICTURE:
        return VisualPrediction(0, heads[0])
    sampling = Sampling(len(heads), fps=1, rate=1)
    return VideoPrediction(0, sampling, Timeline(tuple(range(len(heads))), heads))


class DashboardAnswers:
    """The synchronous answers of the Dashboard API, in which rules have judged."""

    def __init__(self, served: Served, taxonomy: VisualTaxonomy) -> None:
        self._served = served
        self._taxonomy = taxonomy

    def answer(self, point: Point, /) -> bytes:
        """The body that a client gets."""
        fixture = Fixture("lab", _OURS, script_of(point, self._taxonomy))
        return self._served.answer(_fields(point), [fixture])


def _fields(point: Point) -> Mapping[str, Any]:
    text = point.kind is Kind.TEXT
    return {"text_data": point.said.words} if text else {"url": _PICTURE.url}


def submission_of(point: Point) -> Submission:
    """What a client would have sent."""
    if point.kind is Kind.TEXT:
        return Submission(text=point.said.words)
    return Submission(media=_PICTURE if point.kind is Kind.PICTURE else _video(len(point.frames)))


def _video(frames: int) -> Media:
    return _VIDEO._replace(num_frames=frames, duration=frames)


def script_of(point: Point, taxonomy: VisualTaxonomy) -> Script:
    """What a fixture would have to say: every class of every head, so that there is no noise."""
    if point.kind is Kind.TEXT:
        return Script(text=point.said.script)
    if point.kind is Kind.PICTURE:
        return Script(visual=every_score(point.frames[0], taxonomy))
    frames = tuple(
        Keyframe(at, every_score(scene, taxonomy)) for at, scene in enumerate(point.frames)
    )
    return Script(video=VideoScript(frames), media=MediaScript(duration=len(frames)))


def every_score(scene: Scene, taxonomy: VisualTaxonomy) -> dict[str, float]:
    """The scores of all classes, those of the silent heads among them."""
    known = dict(scene)
    return {
        name: score
        for place, head in enumerate(taxonomy.heads)
        for name, score in zip(head.classes, known.get(place) or silence(head), strict=True)
    }
