"""Conditions on pictures and videos, on what was sent along, and on the state of the patron."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from emulator.core.conditions.comparing import (
    Comparison,
    apart,
    compared,
    implied,
    spelled,
    telling,
)
from emulator.core.conditions.condition import Facts, Known, Leaf
from emulator.core.suggest import shown


@dataclass(frozen=True, slots=True)
class Visual(Leaf):
    """A score in some frame; several bounds are of the same frame."""

    name: str
    comparison: Comparison
    about: ClassVar[str] = "media"

    def holds(self, facts: Facts, /) -> bool:
        """Whether the score is so in any frame."""
        if facts.visual is None:
            return False
        for frame in facts.visual:
            score = frame.get(self.name)
            if score is not None and self.comparison.holds(score):
                return True
        return False

    def found(self, facts: Facts, /) -> str:
        """The score; of a video the first that is so, or the least and the greatest."""
        if facts.visual is None:
            return "this is no picture or video"
        scores = [frame[self.name] for frame in facts.visual if self.name in frame]
        if not scores:
            return "this model does not have the class"
        if len(scores) == 1:
            return f"it is {scores[0]}"
        for at, score in enumerate(scores, 1):
            if self.comparison.holds(score):
                return f"it is {score} in frame {at} of {len(scores)}"
        return f"it is from {min(scores)} to {max(scores)} in {len(scores)} frames"

    def __str__(self) -> str:
        return f"{self.name} is {self.comparison}"

    def opposite(self) -> str:
        """No frame is so."""
        several = len(self.comparison.bounds) > 1
        return f"not ({self})" if several else f"{self.name} is not {self.comparison}"

    def as_written(self) -> dict[str, Any]:
        """`{visual: {general_nsfw: {gte: 0.9}}}`."""
        return {"visual": {self.name: self.comparison.as_written()}}

    def subject(self) -> dict[str, Any]:
        """One a bound."""
        return compared({"subject": "visual", "class": self.name}, self.comparison)

    def never(self, known: Known, /) -> str | None:
        """A class that does not exist, or a score that none has."""
        if self.name not in known.visual:
            return f"the model has no visual class {self.name!r}"
        if any(map(self.comparison.holds, _scores(self.comparison))):
            return None
        return f"{self.name} is never {self.comparison}: a score is from 0 to 1"

    def implies(self, other: Leaf, /) -> bool:
        """Whether a frame that is so here is so there."""
        return (
            isinstance(other, Visual)
            and self.name == other.name
            and implied(
                self.comparison, other.comparison, _scores(self.comparison, other.comparison)
            )
        )


def _scores(*comparisons: Comparison) -> list[Fraction]:
    """A score of every sort that the comparisons tell apart."""
    return [value for value in telling(comparisons, (0, 1)) if 0 <= value <= 1]


@dataclass(frozen=True, slots=True)
class Metadata(Leaf):
    """A value that was sent along with a content or patron; one that was not satisfies nothing."""

    whose: str
    key: str
    comparison: Comparison

    def _sent(self, facts: Facts) -> Mapping[str, Any]:
        return facts.patron_metadata if self.whose == PATRON else facts.content_metadata

    def holds(self, facts: Facts, /) -> bool:
        """Whether it was sent and is so."""
        sent = self._sent(facts)
        return self.key in sent and self.comparison.holds(sent[self.key])

    def found(self, facts: Facts, /) -> str:
        """The value."""
        sent = self._sent(facts)
        return f"it is {spelled(sent[self.key])}" if self.key in sent else "it was not sent"

    def __str__(self) -> str:
        return f"the {self.whose}'s {shown(self.key)} is {self.comparison}"

    def opposite(self) -> str:
        """It is not so, or was not sent."""
        if len(self.comparison.bounds) > 1:
            return f"not ({self})"
        return f"the {self.whose}'s {shown(self.key)} is not {self.comparison}"

    def as_written(self) -> dict[str, Any]:
        """The plain value where it has to be equal, else the comparison."""
        first, *more = self.comparison.bounds
        equal = first.operator == "eq" and not more
        value = first.value if equal else self.comparison.as_written()
        return {METADATA[self.whose]: {self.key: value}}

    def subject(self) -> dict[str, Any]:
        """One a bound."""
        return compared({"subject": METADATA[self.whose], "key": self.key}, self.comparison)

    def implies(self, other: Leaf, /) -> bool:
        """Whether no value is so here and not so there."""
        if not isinstance(other, Metadata) or (self.whose, self.key) != (other.whose, other.key):
            return False
        values = telling((self.comparison, other.comparison))
        return implied(self.comparison, other.comparison, values)

    def excludes(self, other: Leaf, /) -> bool:
        """Whether no value is so both here and there."""
        if not isinstance(other, Metadata) or (self.whose, self.key) != (other.whose, other.key):
            return False
        values = telling((self.comparison, other.comparison))
        return apart(self.comparison, other.comparison, values)


CONTENT, PATRON = "content", "patron"
METADATA: Mapping[str, str] = {CONTENT: "content_metadata", PATRON: "patron_metadata"}
"""Whose metadata there is, and the key that asks for it."""


@dataclass(frozen=True, slots=True)
class PatronState(Leaf):
    """What earlier actions have made of the patron."""

    state: str

    def holds(self, facts: Facts, /) -> bool:
        """Whether the patron is so."""
        return self.state in facts.patron_states

    def found(self, facts: Facts, /) -> str:
        """What the patron is."""
        return f"the patron is {' and '.join(sorted(facts.patron_states)) or 'in good standing'}"

    def __str__(self) -> str:
        return f"the patron is {self.state}"

    def opposite(self) -> str:
        """The patron is not so."""
        return f"the patron is not {self.state}"

    def as_written(self) -> dict[str, Any]:
        """`{patron_state: banned}`."""
        return {"patron_state": self.state}

    def subject(self) -> dict[str, Any]:
        """The state is the value."""
        return {"subject": "patron_state", "value": self.state}

    def implies(self, other: Leaf, /) -> bool:
        """Itself."""
        return self == other
