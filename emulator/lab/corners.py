"""Where the conditions of a declared policy come together: what classes alone can never show."""

from collections.abc import Iterator
from itertools import product
from math import inf, nextafter
from typing import Any

from emulator.core.conditions import AllOf, Condition, Leaf, inside
from emulator.core.conditions.comparing import Bound
from emulator.core.conditions.others import Visual
from emulator.core.conditions.texts import Language, PersonalData, Profanity, Text, TextContainsAny
from emulator.core.policy import Policy
from emulator.core.prediction.analysis import PROFANE
from emulator.core.prediction.contacts import EMAIL
from emulator.lab.asking import LabError
from emulator.lab.axes import Axis
from emulator.lab.joint import joint
from emulator.lab.point import Point
from emulator.lab.setup import Setup

MOST = 6
"""Of so many conditions together every combination is looked at, of more each two."""

Corner = tuple[str, Point]
"""A point, and in words what is so there."""


def corners(policy: Policy, setup: Setup) -> Iterator[Corner]:
    """For conditions that hold together: each just so and just not so, in every combination."""
    lines = {axis.name: axis for axis in setup.axes((0.0, 1.0))}
    seen: set[Point] = set()
    for condition in policy.conditions:
        if isinstance(condition, AllOf):
            asked = [_asked(leaf, lines) for leaf in _leaves(condition)]
            for words, point in _combined([one for one in asked if one is not None], setup):
                if point not in seen:
                    yield words, point
                seen.add(point)


_Asked = tuple[Axis, tuple[Any, Any]]
"""A line, and the two values of it between which a condition begins to hold."""


def _leaves(condition: Condition) -> Iterator[Leaf]:
    return (one for one in inside(condition) if isinstance(one, Leaf))


def _combined(asked: list[_Asked], setup: Setup) -> Iterator[Corner]:
    once = [*{axis.name: (axis, values) for axis, values in asked}.values()]
    groups = (
        [once]
        if len(once) <= MOST
        else [[one, other] for at, one in enumerate(once) for other in once[at + 1 :]]
    )
    for group in groups:
        if len(group) > 1:
            yield from _points(group, setup)


def _points(group: list[_Asked], setup: Setup) -> Iterator[Corner]:
    for values in product(*(both for _, both in group)):
        wanted = [(axis, value) for (axis, _), value in zip(group, values, strict=True)]
        try:
            point = joint(setup, wanted)
        except LabError:
            return
        if point is not None:
            yield " and ".join(f"{axis.name} at {value}" for axis, value in wanted), point


def _asked(leaf: Leaf, lines: dict[str, Axis]) -> _Asked | None:
    name, values = _values(leaf)
    axis = lines.get(name)
    if axis is None:
        return None
    if values is None:
        return axis, (axis.values[0], axis.values[1])
    return axis, values


def _values(leaf: Leaf) -> tuple[str, tuple[Any, Any] | None]:
    """The line that a condition asks about; without values that is one of choices."""
    if isinstance(leaf, Visual):
        return leaf.name, _scores(leaf.comparison.bounds[0])
    if isinstance(leaf, Text):
        return leaf.name, _severities(leaf.comparison.bounds[0])
    if isinstance(leaf, Language):
        return "language", ("EN" if leaf.words[0] != "EN" else "ES", leaf.words[0])
    if isinstance(leaf, TextContainsAny):
        return leaf.phrases[0], None
    if isinstance(leaf, PersonalData):
        return (leaf.words or (EMAIL,))[0], None
    return (PROFANE, None) if isinstance(leaf, Profanity) else ("", None)


def _scores(bound: Bound) -> tuple[float, float]:
    """The two neighbouring scores of which one is so."""
    value = float(bound.value or 0)
    other = nextafter(value, inf if bound.operator in ("gt", "lte") else -inf)
    return tuple(sorted(min(1.0, max(0.0, one)) for one in (value, other)))  # type: ignore[return-value]


def _severities(bound: Bound) -> tuple[int, int]:
    value = int(bound.value or 0)
    other = value + 1 if bound.operator in ("gt", "lte") else value - 1
    return tuple(sorted(min(3, max(0, one)) for one in (value, other)))  # type: ignore[return-value]
