"""The `response` of the visual model for a video: one element of `output` for each sampled frame.

Put together from pieces that are written once and kept: backgrounds, and what stands between the
classes of two frames. Nothing of a whole answer is kept.
"""

from collections.abc import Iterable, Iterator

from emulator.core.model import NOTHING, Heads, Sampling, VideoPrediction
from emulator.core.prediction.invention import BACKGROUNDS
from emulator.core.prediction.sampling import time_of
from emulator.core.prediction.timelines import heads_at
from emulator.core.rendering.finished import END, Finished
from emulator.core.rendering.values import number, to_bytes
from emulator.core.rendering.visual import Pictures, before_output, write_head
from emulator.core.rendering.window import EVERY
from emulator.core.taxonomy.visual import VisualTaxonomy

FRAME_ORIGIN = "https://frames.invalid"
"""Where the pictures of asynchronous frames are said to be; no such host can exist. Our choice."""

_SAMPLINGS, _OPENINGS, _FRAGMENTS = 64, 128, 512
"""How many samplings are remembered, frames of each, and backgrounds in fragments."""
_AFTER = f"]}}{END}".encode()
Pieces = tuple[bytes, ...]


class Videos:
    """Writes video predictions over the backgrounds of pictures."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._openings: dict[tuple[float, float], list[bytes]] = {}
        self._fragments: dict[tuple[VisualTaxonomy, int, tuple[int, ...]], Pieces] = {}

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
        background, first = self._pictures.background, prediction.background
        ordinals = range(prediction.sampling.frames) if ordinals is None else ordinals
        if not prediction.timeline.moments:
            for ordinal in ordinals:
                yield background(taxonomy, (first + ordinal) % BACKGROUNDS).whole
            return
        heads: Heads = NOTHING
        places: tuple[int, ...] = ()
        written: list[bytes] = []
        for ordinal in ordinals:
            here = heads_at(prediction.timeline, ordinal / prediction.sampling.fps)
            if here is not heads:
                heads, places = here, tuple(sorted(here))
                written = [write_head(taxonomy.heads[at], here[at]) for at in places]
            number = (first + ordinal) % BACKGROUNDS
            if places:
                yield _filled(self._fragments_of(taxonomy, number, places), written)
            else:
                yield background(taxonomy, number).whole

    def _fragments_of(
        self, taxonomy: VisualTaxonomy, number: int, places: tuple[int, ...]
    ) -> Pieces:
        """What of a background stands before, between and behind heads at those places."""
        key = taxonomy, number, places
        known = self._fragments.get(key)
        if known is None:
            if len(self._fragments) >= _FRAGMENTS:
                self._fragments.clear()
            heads = self._pictures.background(taxonomy, number).heads
            known = self._fragments[key] = _around(heads, places)
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


def _around(heads: Pieces, places: tuple[int, ...]) -> Pieces:
    """The heads of a background without those at some places, with the commas between all."""
    around, begin = [], 0
    for place in places:
        around.append(_joined(heads[begin:place], before=begin > 0, behind=True))
        begin = place + 1
    around.append(_joined(heads[begin:], before=True, behind=False))
    return tuple(around)


def _joined(heads: Pieces, *, before: bool, behind: bool) -> bytes:
    """Heads with a comma on the sides where something stands; of none, the one between two."""
    if not heads:
        return b"," if before and behind else b""
    return b"".join((b"," * before, b",".join(heads), b"," * behind))


def _filled(fragments: Pieces, written: list[bytes]) -> bytes:
    pieces = [fragments[0]]
    for head, fragment in zip(written, fragments[1:], strict=True):
        pieces.append(head)
        pieces.append(fragment)
    return b"".join(pieces)
