"""The scores of a prediction by class, as rules and policies look at them."""

from collections.abc import Mapping

from emulator.core.model import VisualPrediction
from emulator.core.prediction.invention import Draw, quiet_heads
from emulator.core.taxonomy.visual import VisualTaxonomy


class Scores:
    """Reads predictions; `draw` must be the one that they are made with.

    A quiet background is drawn once and kept: there are few of them.
    """

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._backgrounds: dict[tuple[VisualTaxonomy, int], Mapping[str, float]] = {}

    def of(self, prediction: VisualPrediction, taxonomy: VisualTaxonomy) -> Mapping[str, float]:
        """Every class's score."""
        background = self._background(taxonomy, prediction.background)
        if not prediction.heads:
            return background
        scores = dict(background)
        for at, own in prediction.heads.items():
            scores.update(zip(taxonomy.heads[at].classes, own, strict=True))
        return scores

    def _background(self, taxonomy: VisualTaxonomy, number: int) -> Mapping[str, float]:
        known = self._backgrounds.get((taxonomy, number))
        if known is None:
            heads = zip(taxonomy.heads, quiet_heads(taxonomy, self._draw, number), strict=True)
            known = self._backgrounds[taxonomy, number] = {
                name: score
                for head, scores in heads
                for name, score in zip(head.classes, scores, strict=True)
            }
        return known
