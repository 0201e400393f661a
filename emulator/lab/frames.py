"""How a policy combines the frames of a video: by their maximum, their mean, or otherwise.

Told by placing a class in some frames only. It is *loud* where nothing could be louder, and *just
enough* at the exact threshold that all frames together were found to have.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from emulator.lab.point import Scene

if TYPE_CHECKING:
    from emulator.lab.mapping import Row
    from emulator.lab.search import Change
    from emulator.lab.trial import Trial

NEAR = 1e-9
"""How exactly a mean is told: sums of doubles are not exact."""

MAXIMUM, MINIMUM, MEAN, FIRST, LAST, OTHERWISE = (
    *("maximum", "minimum", "mean", "first frame", "last frame", "otherwise"),
)


class Combination(NamedTuple):
    """In a word, and in a sentence that says what it means for a video."""

    word: str
    says: str


def combinations(trial: "Trial", rows: Iterable["Row"]) -> None:
    """Find out, for every class that the policy reads, how it combines frames."""
    for row in rows:
        change = next((one for one in row.changes if row.base in (one.before, one.after)), None)
        if row.direct and change is not None:
            row.frames = _Frames(trial, row, change).combination()


class _Frames:
    """One class in some of the frames of a video."""

    def __init__(self, trial: "Trial", row: "Row", change: "Change") -> None:
        rising = change.before == row.base
        self._trial = trial
        self._row = row
        self._rising = rising
        self._base = trial.setup.base_of(row.axis)
        self.count = len(self._base.frames)
        self.threshold = change.above if rising else 1 - change.below
        self.quiet = self._base.frames[0]
        self.loud = self._scene(1.0)
        self.enough = self._at(change.above if rising else change.below)
        self.too_little = self._at(change.below if rising else change.above)

    def _at(self, score: float) -> Scene:
        return self._row.axis.at(score).frames[0]

    def _scene(self, strength: float) -> Scene:
        """A frame that shows so much of it; a negative class shows it by being low."""
        return self._at(strength if self._rising else 1 - strength)

    def decides(self, scenes: Sequence[Scene]) -> bool:
        """Whether these frames, and quiet ones after them, are decided otherwise than the base."""
        rest = [self.quiet] * (self.count - len(scenes))
        return self._trial.one(self._base._replace(frames=(*scenes, *rest))) != self._row.base

    def combination(self) -> Combination:
        """What all of it comes to."""
        single = [at for at in range(self.count) if self.decides([self.quiet] * at + [self.loud])]
        if 0 < len(single) < self.count:
            return self._of_places(single)
        needed = next((n for n in range(1, self.count + 1) if self.decides([self.loud] * n)), None)
        if needed is None:
            return _OTHERWISE
        before = [self.loud] * (needed - 1)
        if self.decides([*before, self.enough]) and not self.decides([*before, self.too_little]):
            return self._of_several(needed)
        return self._mean(needed)

    def _of_places(self, single: Sequence[int]) -> Combination:
        """Only some frames count, wherever it is shown."""
        told = {0: FIRST, self.count - 1: LAST}
        if len(single) == 1 and single[0] in told:
            word = told[single[0]]
            return Combination(word, f"it looks at the {word} alone, and at no other")
        frames = ", ".join(str(at + 1) for at in single)
        return Combination(OTHERWISE, f"it looks at frames {frames} of {self.count} alone")

    def _of_several(self, needed: int) -> Combination:
        """So many frames that are each over the threshold are enough."""
        if needed == 1:
            return Combination(MAXIMUM, "one frame is enough, wherever it is (their maximum)")
        if needed == self.count:
            return Combination(MINIMUM, "every frame has to be so (their minimum)")
        apart = [self.loud if at % 2 == 0 else self.quiet for at in range(2 * needed - 1)]
        row = " in a row" if len(apart) <= self.count and not self.decides(apart) else ""
        return Combination(f"{needed} of {self.count}", f"{needed} frames{row} are needed")

    def _mean(self, needed: int) -> Combination:
        """Whether it changes where the mean of the frames crosses the threshold."""
        strength = self.threshold * self.count - (needed - 1)
        more, less = min(1.0, strength + NEAR), max(0.0, strength - NEAR)
        before = [self.loud] * (needed - 1)
        over = self.decides([*before, self._scene(more)])
        if over and not self.decides([*before, self._scene(less)]):
            return Combination(MEAN, "it takes the mean of the frames")
        return _OTHERWISE


_OTHERWISE = Combination(OTHERWISE, "it combines the frames by neither maximum, minimum nor mean")
