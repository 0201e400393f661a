"""The `response` of the visual model for a video: one element of `output` for each sampled frame.

Put together from pieces that are written once and kept: backgrounds, and what stands between the
classes of two frames. Nothing of a whole answer is kept.
"""

from collections.abc import Iterable, Iterator

from emulator.core.model import NOTHING, Heads, Sampling, VideoPrediction
from emulator.core.prediction.invention import BACKGROUNDS
from emulator.core.prediction.sampling import time_of
from emulator.core.prediction.timelines import held_at
from emulator.core.rendering.finished import END, Finished
from emulator.core.rendering.values import number, to_bytes
from emulator.core.rendering.visual import Pictures, before_output, write_head
from emulator.core.rendering.window import EVERY
from emulator.core.taxonomy.visual import VisualTaxonomy

FRAME_ORIGIN = "https://frames.invalid"
"""Where the pictures of asynchronous frames are said to be; no such host can exist. Our choice."""

_SAMPLINGS, _OPENINGS, _SHOWN = 64, 128, 16
"""How many samplings are remembered, frames of each, and sets of heads, which over all backgrounds
take 420 KB."""
_AFTER = f"]}}{END}".encode()


class Videos:
    """Writes video predictions over the backgrounds of pictures."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._openings: dict[tuple[float, float], list[bytes]] = {}
        self._quiet: dict[VisualTaxonomy, _Over] = {}
        self._shown: dict[int, _Over] = {}

    def write(
        self, head: str, task: Finished, prediction: VideoPrediction, submitted: str
    ) -> bytes:
        """The whole answer, of which `head` is what stands before the object `response`."""
        pieces = [to_bytes(before_output(head, task, prediction, submitted))]
        frames = self.frames(task.project.taxonomy, prediction)
        for opening, classes in zip(self._all_openings(prediction.sampling), frames, strict=True):
            pieces.append(opening)
            pieces.append(classes)
        pieces.append(b"]}")
        pieces.append(_AFTER)
        return b"".join(pieces)

    def write_linked(
        self,
        head: str,
        task: Finished,
        prediction: VideoPrediction,
        submitted: str,
        frames: slice = EVERY,
    ) -> bytes:
        """The same as asynchronous answers have it: each frame with its number and its picture.

        The last one has no picture, as in the printed sample [documented elsewhere].
        """
        sampling = prediction.sampling
        pieces = [to_bytes(before_output(head, task, prediction, submitted))]
        link = f'],"media_link":"{FRAME_ORIGIN}/{task.id}/'
        ordinals, separator = range(sampling.frames)[frames], ""
        shown = self.frames(task.project.taxonomy, prediction, ordinals)
        for ordinal, classes in zip(ordinals, shown, strict=True):
            time = number(time_of(sampling, ordinal))
            pieces.append(f'{separator}{{"time":{time},"classes":['.encode())
            pieces.append(classes)
            linked = f'{link}{ordinal}.jpg"' if ordinal + 1 < sampling.frames else "]"
            pieces.append(f'{linked},"subtask_no":{ordinal}}}'.encode())
            separator = ","
        pieces.append(_AFTER)
        return b"".join(pieces)

    def frames(
        self,
        taxonomy: VisualTaxonomy,
        prediction: VideoPrediction,
        ordinals: Iterable[int] | None = None,
    ) -> Iterator[bytes]:
        """The inside of the array `classes` of each frame."""
        timeline, fps, first = prediction.timeline, prediction.sampling.fps, prediction.background
        every = range(prediction.sampling.frames)
        until, over = float("-inf"), self._over(taxonomy, NOTHING)
        for ordinal in every if ordinals is None else ordinals:
            moment = ordinal / fps
            if moment >= until:
                heads, until = held_at(timeline, moment)
                over = self._over(taxonomy, heads, kept=until > moment)
            number = (first + ordinal) % BACKGROUNDS
            yield over.classes[number] or over.write(number)

    def _over(self, taxonomy: VisualTaxonomy, heads: Heads, *, kept: bool = True) -> "_Over":
        """Heads over every background; those of a line are there once and not kept."""
        if not heads:
            known = self._quiet.get(taxonomy)
            if known is None:
                known = self._quiet[taxonomy] = _Over(self._pictures, taxonomy, NOTHING)
            return known
        # By identity: what a script shows is completed once, and the same from then on.
        known = self._shown.get(id(heads))
        if known is None or known.heads is not heads or known.taxonomy is not taxonomy:
            known = _Over(self._pictures, taxonomy, heads)
            if kept:
                if len(self._shown) >= _SHOWN:
                    self._shown.clear()
                self._shown[id(heads)] = known
        return known

    def _all_openings(self, sampling: Sampling) -> Iterator[bytes]:
        """What stands before the classes of each frame."""
        known = self._first_openings(sampling)
        yield from known[: sampling.frames]
        for ordinal in range(len(known), sampling.frames):
            yield _opening(sampling, ordinal)

    def _first_openings(self, sampling: Sampling) -> list[bytes]:
        key = sampling.fps, sampling.rate
        known = self._openings.get(key)
        if known is None:
            if len(self._openings) >= _SAMPLINGS:
                self._openings.clear()
            known = self._openings[key] = []
        for ordinal in range(len(known), min(_OPENINGS, sampling.frames)):
            known.append(_opening(sampling, ordinal))
        return known


def _opening(sampling: Sampling, ordinal: int) -> bytes:
    before = "]}," if ordinal else ""
    return f'{before}{{"time":{number(time_of(sampling, ordinal))},"classes":['.encode()


class _Over:
    """Heads over all backgrounds, each written when it is first needed."""

    __slots__ = ("_pictures", "_written", "classes", "heads", "taxonomy")

    def __init__(self, pictures: Pictures, taxonomy: VisualTaxonomy, heads: Heads) -> None:
        self.heads = heads
        self.taxonomy = taxonomy
        self.classes: list[bytes | None] = [None] * BACKGROUNDS
        self._pictures = pictures
        self._written = {at: write_head(taxonomy.heads[at], one) for at, one in heads.items()}

    def write(self, number: int) -> bytes:
        """The classes over the background of that number."""
        background = self._pictures.background(self.taxonomy, number)
        if self._written:
            heads = list(background.heads)
            for at, one in self._written.items():
                heads[at] = one
            written = b",".join(heads)
        else:
            written = background.whole
        self.classes[number] = written
        return written
