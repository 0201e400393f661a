"""Sweeps for tests: the answers along one class, and the threshold at which a function decides.

for answer in sweep("general_nsfw", 0.0, 1.0, steps=21):
    decide(answer)
assert boundary(decide, "general_nsfw") == 0.9
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from json import loads
from typing import Any

from emulator.core.policy import canonical
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.lab.axes import SCORE, Axis, grid
from emulator.lab.callables import as_json
from emulator.lab.search import Change, between
from emulator.lab.setup import STEPS, TEXT, VISUAL, Setup, make_setup


class Threshold(float):
    """The value at which a decision changes; as a number it is the threshold itself.

    `operator` is `>=` or `>`: whether the threshold itself decides as what is above it. `below` and
    `above` are the neighbouring values on its two sides, `before` and `after` the decisions there.
    """

    operator: str
    below: float
    above: float
    before: Any
    after: Any

    @classmethod
    def of(cls, change: Change) -> "Threshold":
        """The threshold of a change."""
        threshold = cls(change.threshold)
        threshold.operator = ">=" if change.inclusive else ">"
        threshold.below, threshold.above = change.below, change.above
        threshold.before, threshold.after = loads(change.before), loads(change.after)
        return threshold


def sweep(
    name: str,
    low: float | None = None,
    high: float | None = None,
    *,
    steps: int = STEPS,
    contract: str | None = None,
    base: str | None = None,
) -> Iterator[Any]:
    """The parsed answers of the real rendering while one class goes from one value to another.

    Everything else stays as in the base: without noise, or as a fixture says. Of a text class there
    is an answer for every severity that it may have, and for -1 where that is within. `LabError`
    when there is no such class, and ValueError when there is no such stretch of scores.
    """
    setup, axis = _line(name, contract, base)
    values = axis.values
    if axis.kind == SCORE:
        values = grid(low or 0.0, 1.0 if high is None else high, steps)
    least = 0 if low is None else low
    most = max(values) if high is None else high
    for value in values:
        if axis.kind != SCORE and not least <= value <= most:
            continue
        yield _answer(setup, axis, value)


def boundary(
    decide: Callable[[Any], Any],
    name: str,
    *,
    steps: int = STEPS,
    contract: str | None = None,
    base: str | None = None,
) -> Threshold | None:
    """Where along a class the decision changes first, exactly; None where it never does.

    What `decide` raises is raised. `LabError` when there is no such class.
    """
    setup, axis = _line(name, contract, base)

    def at(value: Any) -> str:
        return canonical(as_json(decide(_answer(setup, axis, value))))

    values = grid(0, 1, steps) if axis.kind == SCORE else axis.values
    cells = [(value, at(value)) for value in values]
    if axis.kind != SCORE:
        return _first_of_severities(cells)
    for search in between(cells):
        try:
            value = next(search)
            while True:
                value = search.send(at(value))
        except StopIteration as end:
            return Threshold.of(end.value[0])
    return None


def _line(name: str, contract: str | None, base: str | None) -> tuple[Setup, Axis]:
    """The line of a class; which contract has it is told by its name."""
    found = contract or (TEXT if name in TEXT_SEVERITIES else VISUAL)
    setup = make_setup(found, base=base, classes=[name])
    return setup, setup.axis(name)


def _answer(setup: Setup, axis: Axis, value: Any) -> Any:
    return loads(setup.answers.answer(axis.at(value)))


def _first_of_severities(cells: list[tuple[Any, str]]) -> Threshold | None:
    for (low, before), (high, after) in pairwise(cells):
        if before != after:
            return Threshold.of(Change(before, after, low, high))
    return None
