"""Conditions made of others: all of them, any of them, not so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from emulator.core.conditions.condition import Condition, Count, Explanation, Facts


@dataclass(frozen=True, slots=True)
class _Several(Condition):
    """Conditions, at least one, and a word between them."""

    parts: tuple[Condition, ...]
    key: ClassVar[str]

    def __str__(self) -> str:
        if len(self.parts) == 1:
            return str(self.parts[0])
        word = "and" if self.key == "all" else "or"
        return f" {word} ".join(part.phrase() for part in self.parts)

    def phrase(self) -> str:
        """In brackets, unless there is nothing to hold together."""
        return f"({self})" if len(self.parts) > 1 else self.parts[0].phrase()

    def opposite(self) -> str:
        """The words for when it is not so."""
        return f"not ({self})" if len(self.parts) > 1 else self.parts[0].opposite()

    def opposite_phrase(self) -> str:
        """The brackets are in it."""
        return self.opposite() if len(self.parts) > 1 else self.parts[0].opposite_phrase()

    def _tell(self, facts: Facts) -> tuple[str, tuple[Explanation, ...], int]:
        """Every part, also those that the decision does not hang on."""
        parts = tuple(part.explain(facts) for part in self.parts)
        held = sum(part.holds for part in parts)
        says = f"{self.key} of these: {held} of {len(parts)} {'holds' if held == 1 else 'hold'}"
        return says, parts, held

    def as_written(self) -> dict[str, Any]:
        """`{all: […]}` or `{any: […]}`."""
        return {self.key: [part.as_written() for part in self.parts]}

    def subject(self) -> dict[str, Any]:
        """The parts stand under `conditions`."""
        return {"subject": self.key, "conditions": [part.subject() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AllOf(_Several):
    """Every one of them."""

    key: ClassVar[str] = "all"

    def holds(self, facts: Facts, /) -> bool:
        """Whether each part holds."""
        for part in self.parts:  # noqa: SIM110 - as in `Comparison.holds`
            if not part.holds(facts):
                return False
        return True

    def explain(self, facts: Facts, /) -> Explanation:
        """How many hold, and each of them."""
        says, parts, held = self._tell(facts)
        return Explanation(held == len(parts), says, parts)


@dataclass(frozen=True, slots=True)
class AnyOf(_Several):
    """One of them at least."""

    key: ClassVar[str] = "any"

    def holds(self, facts: Facts, /) -> bool:
        """Whether some part holds."""
        for part in self.parts:  # noqa: SIM110 - as in `Comparison.holds`
            if part.holds(facts):
                return True
        return False

    def explain(self, facts: Facts, /) -> Explanation:
        """How many hold, and each of them."""
        says, parts, held = self._tell(facts)
        return Explanation(held > 0, says, parts)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The opposite: it also holds of whatever the condition cannot be asked about."""

    of: Condition

    def holds(self, facts: Facts, /) -> bool:
        """Whether the condition does not hold."""
        return not self.of.holds(facts)

    def explain(self, facts: Facts, /) -> Explanation:
        """The condition's own explanation is the part."""
        part = self.of.explain(facts)
        return Explanation(not part.holds, str(self), (part,))

    def __str__(self) -> str:
        return self.of.opposite()

    def opposite(self) -> str:
        """The condition's own words."""
        return str(self.of)

    def phrase(self) -> str:
        """The words as a part of a longer sentence."""
        return self.of.opposite_phrase()

    def opposite_phrase(self) -> str:
        """The condition's own."""
        return self.of.phrase()

    def as_written(self) -> dict[str, Any]:
        """`{not: …}`."""
        return {"not": self.of.as_written()}

    def subject(self) -> dict[str, Any]:
        """The condition stands under `conditions`."""
        return {"subject": "not", "conditions": [self.of.subject()]}


def inside(condition: Condition) -> Iterator[Condition]:
    """A condition and all that it is made of, what is counted among it."""
    yield condition
    if isinstance(condition, _Several):
        for part in condition.parts:
            yield from inside(part)
    elif isinstance(condition, (Not, Count)):
        yield from inside(condition.of)


def counts_in(condition: Condition) -> tuple[Count, ...]:
    """The counts in a condition, each once; each needs a window for every patron."""
    return tuple(dict.fromkeys(one for one in inside(condition) if isinstance(one, Count)))


def subjects(condition: Condition) -> list[dict[str, Any]]:
    """A condition as Hive's `conditions` list, in a form of our own: all of its items hold."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return [part.subject() for part in parts]
