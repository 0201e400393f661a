"""Points → the answers that the API gives of them, by the renderers that serve them in life."""

from collections.abc import Mapping
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
    Kind,
    Media,
    Prediction,
    Script,
    Submission,
    VisualPrediction,
)
from emulator.core.prediction.scoring import Scorer
from emulator.core.rendering.task import Renderer
from emulator.core.taxonomy.visual import VisualTaxonomy
from emulator.engine.chance import Chance
from emulator.engine.clock import START
from emulator.lab.point import Point, Scene, silence
from emulator.lab.served import POSTED, Served
from emulator.library.words import load_words

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
    """The synchronous answers of the Task API."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._renderer = Renderer(silent)
        words = load_words(())
        self._scorer = Scorer(Chance(0).draw, lambda: words)

    def answer(self, point: Point, /) -> bytes:
        """The body that a client gets."""
        submission = submission_of(point)
        if point.kind is Kind.TEXT:
            script = Script(text=point.said.script)
            text = self._scorer.text(submission, self._project, script)
            return self._renderer.answer(_Finished(self._project, submission, text))
        bodies = [
            self._renderer.answer(
                _Finished(self._project, submission, VisualPrediction(0, dict(scene)))
            )
            for scene in point.frames
        ]
        return bodies[0] if len(bodies) == 1 else _joined(bodies)


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
    return Script(visual=every_score(point.frames[0], taxonomy))


def every_score(scene: Scene, taxonomy: VisualTaxonomy) -> dict[str, float]:
    """The scores of all classes, those of the silent heads among them."""
    known = dict(scene)
    return {
        name: score
        for place, head in enumerate(taxonomy.heads)
        for name, score in zip(head.classes, known.get(place) or silence(head), strict=True)
    }


_BEFORE, _AFTER = b'"output":[', b"]}}"


def _joined(bodies: list[bytes]) -> bytes:
    """One answer with the frames of several, a second apart.

    The form of a video's answer [in the documents: visual guide]; each frame is written by the
    renderer of pictures.
    """
    head, _, _ = bodies[0].partition(_BEFORE)
    frames = []
    tail = b""
    for second, body in enumerate(bodies):
        inner, found, tail = body.partition(_BEFORE)[2].rpartition(_AFTER)
        frames.append(inner.replace(b'"time":0', b'"time":%d' % second, 1))
        tail = found + tail
    return head + _BEFORE + b",".join(frames) + tail
