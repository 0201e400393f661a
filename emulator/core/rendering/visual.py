"""The `response` of the visual model: what was sent, and for each frame every class's score.

A quiet background is written once and kept; a picture with scripted heads swaps those in.
"""

from dataclasses import dataclass
from functools import lru_cache

from emulator.core.model import Kind, Media, Prediction, VideoPrediction, VisualPrediction
from emulator.core.prediction.invention import Draw, quiet_heads
from emulator.core.rendering.finished import END, Finished, charge_of, input_id
from emulator.core.rendering.values import encode, number, quote, to_bytes
from emulator.core.taxonomy.visual import Head, VisualTaxonomy

MODEL = "mod55_dense"
"""The model of the recorded answer [observed]."""

_TYPES = {Kind.PICTURE: "PHOTO", Kind.VIDEO: "VIDEO", Kind.AUDIO: "AUDIO"}


@dataclass(frozen=True, slots=True)
class Background:
    """The classes of a picture in which nothing is seen: head by head, and all together."""

    heads: tuple[bytes, ...]
    whole: bytes


class Pictures:
    """Writes visual predictions; `draw` must be the one that the predictions are made with."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._backgrounds: dict[tuple[VisualTaxonomy, int], Background] = {}

    def write(
        self, head: str, task: Finished, prediction: VisualPrediction, submitted: str
    ) -> bytes:
        """The whole answer, of which `head` is what stands before the object `response`."""
        before = f'{before_output(head, task, prediction, submitted)}{{"time":0,"classes":['
        classes = self.classes(task.project.taxonomy, prediction)
        return b"".join((to_bytes(before), classes, _AFTER_CLASSES))

    def classes(self, taxonomy: VisualTaxonomy, prediction: VisualPrediction) -> bytes:
        """The inside of the array `classes`."""
        background = self.background(taxonomy, prediction.background)
        if not prediction.heads:
            return background.whole
        heads = list(background.heads)
        for at, scores in prediction.heads.items():
            heads[at] = write_head(taxonomy.heads[at], scores)
        return b",".join(heads)

    def background(self, taxonomy: VisualTaxonomy, number: int) -> Background:
        """A quiet background as it is written."""
        known = self._backgrounds.get((taxonomy, number))
        if known is None:
            scores = quiet_heads(taxonomy, self._draw, number)
            heads = tuple(map(write_head, taxonomy.heads, scores))
            known = Background(heads, b",".join(heads))
            self._backgrounds[taxonomy, number] = known
        return known


_AFTER_CLASSES = f"]}}]}}{END}".encode()
_MODEL = f'"model":"{MODEL}","model_version":1,"model_type":"CATEGORIZATION"'


def before_output(head: str, task: Finished, prediction: Prediction, submitted: str) -> str:
    """Everything up to the first element of the array `output`."""
    project = task.project
    frames = prediction.sampling.frames if isinstance(prediction, VideoPrediction) else 1
    return (
        f'{head}{{"input":{{"id":"{input_id(task)}","charge":{charge_of(frames)},{_MODEL},'
        f'"created_on":"{submitted}",'
        f'"media":{_media(task.submission.media)},"user_id":{project.user_id},'
        f'"project_id":{project.project_id},"config_version":1,"config_tag":"default"}},'
        '"output":['
    )


def _media(media: Media | None) -> str:
    if media is None:
        return "null"
    return (
        f'{{"url":{"null" if media.url is None else quote(media.url)},'
        f'"filename":{quote(media.filename)},"type":"{_TYPES[media.kind]}",'
        f'"mime_type":"{media.mime_type}","mimetype":"{media.mimetype}","width":{media.width},'
        f'"height":{media.height},"num_frames":{media.num_frames},'
        f'"duration":{number(media.duration)}}}'
    )


def write_head(head: Head, scores: tuple[float, ...]) -> bytes:
    """The classes of a head, one after the other."""
    pairs = zip(_before_scores(head), scores, strict=True)
    return ",".join([f"{before}{number(score)}}}" for before, score in pairs]).encode()


@lru_cache(maxsize=1024)
def _before_scores(head: Head) -> tuple[str, ...]:
    return tuple(f'{{"class":{encode(name)},"score":' for name in head.classes)
