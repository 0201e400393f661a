"""What a model said of a task, grouped as its taxonomy groups it: heads with classes, matches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.core.model import TextPrediction, VideoPrediction
from emulator.core.prediction.sampling import time_of
from emulator.core.prediction.scores import Scores
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.core.taxonomy.visual import VisualTaxonomy
from emulator.engine.tasks import Task

View = Mapping[str, Any]

MOST = 600
"""How many frames of a video are told; of more, so many at even distances."""
_MATCHES = ("text_filters", "pii_entities", "custom_classes", "urls")
_DIGITS = 6


def scores(task: Task, scores: Scores) -> View:
    """The scores of a task that is finished: `text` or `visual`, whichever its model looks at."""
    prediction, taxonomy = task.prediction, task.project.taxonomy
    text = visual = None
    if isinstance(prediction, TextPrediction):
        text = _text(task, prediction)
    elif isinstance(prediction, VideoPrediction):
        visual = _visual(taxonomy, [*_frames(prediction, taxonomy, scores)])
        visual["total"] = prediction.sampling.frames
    else:
        visual = _visual(taxonomy, [(0, scores.of(prediction, taxonomy))])
    return {
        "task_id": task.id,
        "source": str(task.source),
        "scripted": sorted(_scripted(task)),
        "visual": visual,
        "text": text,
    }


def _scripted(task: Task) -> Iterator[str]:
    """The classes that whoever scripted the prediction named."""
    script = task.known.script
    if script is None:
        return
    named = set(script.visual or ())
    if script.video is not None:
        named.update(name for frame in script.video.frames for name in frame.visual)
    if script.text is not None:
        named.update(script.text.severities)
    yield from named


def _frames(
    prediction: VideoPrediction, taxonomy: VisualTaxonomy, scores: Scores
) -> Iterator[tuple[float, Mapping[str, float]]]:
    frames, sampling = scores.frames(prediction, taxonomy), prediction.sampling
    told = min(sampling.frames, MOST)
    for at in range(told):
        ordinal = at * (sampling.frames - 1) // max(told - 1, 1)
        yield time_of(sampling, ordinal), frames[ordinal]


def _visual(
    taxonomy: VisualTaxonomy, frames: Sequence[tuple[float, Mapping[str, float]]]
) -> dict[str, Any]:
    """The heads in their order, and of each frame the scores in the order of all their classes."""
    order = taxonomy.classes
    return {
        "heads": [
            {"head": head.name, "negative": head.negative, "classes": [*head.classes]}
            for head in taxonomy.heads
        ],
        "frames": [
            {"time": time, "scores": [round(known[name], _DIGITS) for name in order]}
            for time, known in frames
        ],
        "total": len(frames),
    }


def _text(task: Task, prediction: TextPrediction) -> View:
    """Severities by class, and what was found in the text."""
    classes = task.project.text_taxonomy.classes
    return {
        "text": task.submission.text,
        "language": prediction.language,
        "classes": [
            {"class": name, "score": score, "severities": [*TEXT_SEVERITIES.get(name, ())]}
            for name, score in zip(classes, prediction.severities, strict=True)
        ],
        "matches": [
            {
                "sort": sort,
                "type": one.type,
                "value": one.value,
                "start": one.start,
                "end": one.end,
            }
            for sort in _MATCHES
            for one in getattr(prediction.found, sort)
        ],
    }
