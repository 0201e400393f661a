"""The `output` of the visual model: for each frame, every class with its score.

A quiet background is written once and kept; a picture with scripted heads swaps those in.
"""

from dataclasses import dataclass

from emulator.core.model import VisualPrediction
from emulator.core.prediction.invention import Draw, quiet_heads
from emulator.core.rendering.values import encode, number
from emulator.core.taxonomy.visual import Head, VisualTaxonomy


@dataclass(frozen=True, slots=True)
class _Background:
    heads: tuple[bytes, ...]
    whole: bytes


class Pictures:
    """Writes visual predictions; `draw` must be the one that the predictions are made with."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._backgrounds: dict[tuple[VisualTaxonomy, int], _Background] = {}

    def classes(self, taxonomy: VisualTaxonomy, prediction: VisualPrediction) -> bytes:
        """The inside of the array `classes`."""
        background = self._background(taxonomy, prediction.background)
        if not prediction.heads:
            return background.whole
        heads = list(background.heads)
        for at, scores in prediction.heads.items():
            heads[at] = _head(taxonomy.heads[at], scores)
        return b",".join(heads)

    def _background(self, taxonomy: VisualTaxonomy, number: int) -> _Background:
        known = self._backgrounds.get((taxonomy, number))
        if known is None:
            scores = quiet_heads(taxonomy, self._draw, number)
            heads = tuple(map(_head, taxonomy.heads, scores))
            known = _Background(heads, b",".join(heads))
            self._backgrounds[taxonomy, number] = known
        return known


def _head(head: Head, scores: tuple[float, ...]) -> bytes:
    pairs = zip(head.classes, scores, strict=True)
    written = (f'{{"class":{encode(name)},"score":{number(score)}}}' for name, score in pairs)
    return ",".join(written).encode()
