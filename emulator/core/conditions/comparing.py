"""Comparisons: `{gte: 0.5, lt: 0.9}` as a value that decides, says itself, and is reasoned about.

Only numbers are above or below others; `eq` compares as JSON does, where `true` is not 1.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple, TypeGuard

from emulator.core.suggest import shown

Scalar = str | int | float | bool | None
"""What a value may be compared with."""


def is_number(value: object) -> TypeGuard[int | float | Fraction]:
    """Whether it is a number, which neither `true` nor `false` is."""
    return isinstance(value, (int, float, Fraction)) and not isinstance(value, bool)


def same(one: object, other: object) -> bool:
    """Whether two values are equal as JSON."""
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def spelled(value: object) -> str:
    """A value as JSON spells it, texts in single quotes and cut short."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value) if is_number(value) else shown(value)


class Operator(NamedTuple):
    """What an operator decides, and the word for it."""

    holds: Callable[[Any, Any], bool]
    word: str
    numbers_only: bool = True


OPERATORS: Mapping[str, Operator] = {
    "gt": Operator(operator.gt, "above "),
    "gte": Operator(operator.ge, "at least "),
    "lt": Operator(operator.lt, "below "),
    "lte": Operator(operator.le, "at most "),
    "eq": Operator(same, "", numbers_only=False),
}


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """One operator and the value at its right."""

    operator: str
    value: Scalar

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Bound)
            and self.operator == other.operator
            and same(self.value, other.value)
        )

    def __hash__(self) -> int:
        return hash((self.operator, self.value))

    def __str__(self) -> str:
        return f"{OPERATORS[self.operator].word}{spelled(self.value)}"

    def holds(self, value: object) -> bool:
        """Whether a value is so."""
        decides = OPERATORS[self.operator]
        return (not decides.numbers_only or is_number(value)) and decides.holds(value, self.value)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several bounds, at least one, that all hold of one value."""

    bounds: tuple[Bound, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.bounds))

    def holds(self, value: object) -> bool:
        """Whether a value is so."""
        for bound in self.bounds:  # noqa: SIM110 - a third faster than all(), for every rule of every post
            if not bound.holds(value):
                return False
        return True

    def as_written(self) -> dict[str, Scalar]:
        """The mapping that reads back to this."""
        return {bound.operator: bound.value for bound in self.bounds}


def telling(comparisons: Iterable[Comparison], ends: Iterable[int] = ()) -> list[Any]:
    """Values among which there is one of every sort that the comparisons tell apart.

    Every bound itself, one value between each two neighbours, and one beyond either end: what
    holds of all of these holds of everything. `ends` are looked at like bounds.
    """
    written = [bound.value for one in comparisons for bound in one.bounds]
    numbers = sorted({Fraction(value) for value in (*written, *ends) if is_number(value)})
    between = [(low + high) / 2 for low, high in pairwise(numbers)]
    beyond = [numbers[0] - 1, numbers[-1] + 1] if numbers else []
    return [*numbers, *between, *beyond, *(value for value in written if not is_number(value))]


def implied(one: Comparison, other: Comparison, among: Iterable[object]) -> bool:
    """Whether, of those values, every one that is so by the one is so by the other."""
    return all(other.holds(value) for value in among if one.holds(value))


def apart(one: Comparison, other: Comparison, among: Iterable[object]) -> bool:
    """Whether none of those values is so by both."""
    return not any(one.holds(value) and other.holds(value) for value in among)


def compared(subject: dict[str, Any], comparison: Comparison) -> dict[str, Any]:
    """The subject with an operator and its value; several stand under `conditions`."""
    each = [
        {**subject, "operator": bound.operator, "value": bound.value} for bound in comparison.bounds
    ]
    return each[0] if len(each) == 1 else {"subject": "all", "conditions": each}
