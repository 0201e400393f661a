"""What can be told of conditions without facts: that one never holds, that one implies another.

All of it is sound and none complete: what is told is so, and some of what is so is not told.
"""

from collections.abc import Iterable
from itertools import combinations

from emulator.core.conditions.comparing import Comparison
from emulator.core.conditions.composites import AllOf, AnyOf, Not
from emulator.core.conditions.condition import KNOWN, Condition, Count, Known, Leaf
from emulator.core.conditions.others import Metadata
from emulator.core.conditions.texts import Text


def never(condition: Condition, known: Known = KNOWN) -> str | None:
    """Why a condition can never hold, or None where it may."""
    return _never(normal(condition), known)


def implies(one: Condition, other: Condition) -> bool:
    """Whether the other holds whenever the one does, as far as can be told."""
    return implies_normal(normal(one), normal(other))


def implies_normal(one: Condition, other: Condition) -> bool:
    """The same of two conditions that are `normal` already, as for many pairs of a few."""
    return _Implication().holds(one, other)


def normal(condition: Condition, *, holds: bool = True) -> Condition:
    """The same condition, or its opposite, in which `Not` stands before leaves and counts only.

    Nothing stands directly in its own kind either, and severities and metadata have one bound each.
    A score is not taken apart: in a video, two scores may be of two frames.
    """
    if isinstance(condition, Not):
        return normal(condition.of, holds=not holds)
    if isinstance(condition, (AllOf, AnyOf)):
        kind = AllOf if isinstance(condition, AllOf) is holds else AnyOf
        return _flat(kind, (normal(part, holds=holds) for part in condition.parts))
    if isinstance(condition, (Text, Metadata)) and len(condition.comparison.bounds) > 1:
        return normal(AllOf(_bounds(condition)), holds=holds)
    return condition if holds else Not(condition)


def _flat(kind: type[AllOf | AnyOf], parts: Iterable[Condition]) -> Condition:
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _bounds(leaf: Text | Metadata) -> tuple[Condition, ...]:
    single = [Comparison((bound,)) for bound in leaf.comparison.bounds]
    if isinstance(leaf, Text):
        return tuple(Text(leaf.name, one) for one in single)
    return tuple(Metadata(leaf.whose, leaf.key, one) for one in single)


def _never(condition: Condition, known: Known) -> str | None:
    if isinstance(condition, AnyOf):
        reasons = [_never(part, known) for part in condition.parts]
        told = [reason for reason in reasons if reason is not None]
        return "; ".join(dict.fromkeys(told)) if len(told) == len(reasons) else None
    if isinstance(condition, AllOf):
        reasons = [_never(part, known) for part in condition.parts]
        return next((reason for reason in reasons if reason), None) or _clash(condition.parts)
    if isinstance(condition, Count):
        return never(condition.of, known)
    return condition.never(known) if isinstance(condition, Leaf) else None


def _clash(parts: Iterable[Condition]) -> str | None:
    """Two of them that cannot both hold."""
    for one, other in combinations(parts, 2):
        if _excludes(one, other):
            return f"{one.phrase()} and {other.phrase()} never hold together"
    return None


def _excludes(one: Condition, other: Condition) -> bool:
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        return one.excludes(other)
    if isinstance(one, AnyOf):
        return all(_excludes(part, other) for part in one.parts)
    if isinstance(other, AnyOf):
        return all(_excludes(one, part) for part in other.parts)
    if isinstance(one, Not):
        return not isinstance(other, Not) and _Implication().holds(other, one.of)
    return isinstance(other, Not) and _Implication().holds(one, other.of)


class _Implication:
    """Whether one normal condition implies another; every pair of parts is looked at only once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def holds(self, one: Condition, other: Condition) -> bool:
        """Whether it does; both have to stay alive while this object does."""
        pair = id(one), id(other)
        if pair not in self._known:
            self._known[pair] = self._decide(one, other)
        return self._known[pair]

    def _decide(self, one: Condition, other: Condition) -> bool:
        # By their very types: to ask an abstract class what belongs to it takes ten times as long.
        if type(other) is AllOf:
            return all(self.holds(one, part) for part in other.parts)
        if type(one) is AnyOf:
            return all(self.holds(part, other) for part in one.parts)
        if type(one) is AllOf and any(self.holds(part, other) for part in one.parts):
            return True
        if type(other) is AnyOf:
            return any(self.holds(one, part) for part in other.parts)
        return _literal_implies(one, other)


def _literal_implies(one: Condition, other: Condition) -> bool:
    """The same for leaves and counts, and the opposites of these."""
    if type(one) is Not:
        return type(other) is Not and _literal_implies(other.of, one.of)
    if type(other) is Not:
        return isinstance(one, Leaf) and isinstance(other.of, Leaf) and one.excludes(other.of)
    if type(one) is Count or type(other) is Count:
        return type(one) is type(other) is Count and _count_implies(one, other)
    return isinstance(one, Leaf) and isinstance(other, Leaf) and one.implies(other)


def _count_implies(one: Count, other: Count) -> bool:
    enough = one.at_least >= other.at_least and one.within <= other.within
    return enough and implies(one.of, other.of)
