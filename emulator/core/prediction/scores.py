"""The scores of a prediction by class, as rules and policies look at them."""

from collections.abc import Mapping, Sequence
from typing import overload

from emulator.core.model import Heads, VideoPrediction, VisualPrediction
from emulator.core.prediction.invention import BACKGROUNDS, Draw, quiet_heads
from emulator.core.prediction.timelines import heads_at
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
        return self.over(prediction.background, prediction.heads, taxonomy)

    def frames(
        self, prediction: VideoPrediction, taxonomy: VisualTaxonomy
    ) -> Sequence[Mapping[str, float]]:
        """Every class's score in each frame of a video, made when it is asked for."""
        return _Frames(self, prediction, taxonomy)

    def over(self, background: int, heads: Heads, taxonomy: VisualTaxonomy) -> Mapping[str, float]:
        """Every class's score, of heads over a background."""
        quiet = self._background(taxonomy, background)
        if not heads:
            return quiet
        scores = dict(quiet)
        for at, own in heads.items():
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


class _Frames(Sequence[Mapping[str, float]]):
    """The frames of a video, of which none is kept."""

    def __init__(
        self, scores: Scores, prediction: VideoPrediction, taxonomy: VisualTaxonomy
    ) -> None:
        self._scores = scores
        self._prediction = prediction
        self._taxonomy = taxonomy

    def __len__(self) -> int:
        return self._prediction.sampling.frames

    @overload
    def __getitem__(self, at: int) -> Mapping[str, float]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Mapping[str, float]]: ...
    def __getitem__(self, at: int | slice) -> Mapping[str, float] | Sequence[Mapping[str, float]]:
        ordinals = range(len(self))
        if isinstance(at, slice):
            return [self._frame(ordinal) for ordinal in ordinals[at]]
        return self._frame(ordinals[at])

    def _frame(self, ordinal: int) -> Mapping[str, float]:
        shown = self._prediction
        heads = heads_at(shown.timeline, ordinal / shown.sampling.fps)
        background = (shown.background + ordinal) % BACKGROUNDS
        return self._scores.over(background, heads, self._taxonomy)
