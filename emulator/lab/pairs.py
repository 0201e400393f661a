"""Two classes together: what is decided that neither of them alone leads to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.lab.axes import CHOICE, Axis
from emulator.lab.joint import joint
from emulator.lab.setup import Setup

if TYPE_CHECKING:
    from emulator.lab.trial import Trial


@dataclass
class Pair:
    """The decisions for every pair of values; None where two scores cannot be so together."""

    one: Axis
    other: Axis
    cells: list[list[str | None]]

    @property
    def tokens(self) -> Iterator[str]:
        """Every decision in it."""
        return (token for line in self.cells for token in line if token is not None)

    @property
    def together(self) -> list[tuple[Any, Any, str]]:
        """The values at which something is decided that none of the two alone leads to.

        The first values of both are those of the base, or next to it.
        """
        quiet = self._quiet
        of_other = self.cells[quiet[0]]
        return [
            (value, also, token)
            for value, line in zip(self.one.values, self.cells, strict=True)
            for also, token, alone in zip(self.other.values, line, of_other, strict=True)
            if token is not None and token not in (line[quiet[1]], alone)
        ]

    @property
    def _quiet(self) -> tuple[int, int]:
        return _at_base(self.one), _at_base(self.other)


def _at_base(axis: Axis) -> int:
    """The place of the value that is nearest to nothing at all."""
    if axis.negative:
        return len(axis.values) - 1
    return 0 if axis.kind == CHOICE or 0 not in axis.values else axis.values.index(0)


def lines_of(setup: Setup, pair: tuple[str, str], values: Sequence[float]) -> tuple[Axis, Axis]:
    """The lines of two classes; `LabError` where there is one no such, or no content has both."""
    one, other = (setup.axis(name, values) for name in pair)
    joint(setup, [(one, one.values[0]), (other, other.values[0])])
    return one, other


def map_pair(trial: "Trial", one: Axis, other: Axis) -> Pair:
    """What is decided for every pair of values of two lines that go together."""
    setup = trial.setup
    points = [[joint(setup, [(one, a), (other, b)]) for b in other.values] for a in one.values]
    possible = [point for line in points for point in line if point is not None]
    tokens = dict(zip(possible, trial.ask(possible), strict=True))
    cells = [[None if point is None else tokens[point] for point in line] for line in points]
    return Pair(one, other, cells)
