"""Conditions on texts: severities, phrases, what the patterns found, the language.

None of them holds of a picture, a video or a sound.
"""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from emulator.core.conditions.comparing import Comparison, apart, compared, implied, telling
from emulator.core.conditions.condition import Facts, Known, Leaf, either
from emulator.core.prediction.analysis import PROFANE
from emulator.core.suggest import listed
from emulator.core.taxonomy.text import TEXT_SEVERITIES, UNSUPPORTED


class _OfText(Leaf):
    """Something that is asked of a text."""

    __slots__ = ()
    about: ClassVar[str] = "text"

    def found(self, facts: Facts, /) -> str:
        """What there is in the text, if it is one."""
        return "this is no text" if facts.text is None else self._found(facts)

    @abstractmethod
    def _found(self, facts: Facts) -> str:
        """What there is in the text."""


@dataclass(frozen=True, slots=True)
class Text(_OfText):
    """A severity; that of a class which the language is not supported for satisfies nothing."""

    name: str
    comparison: Comparison

    def holds(self, facts: Facts, /) -> bool:
        """Whether the text's severity is so."""
        if facts.severities is None:
            return False
        severity = facts.severities.get(self.name, UNSUPPORTED)
        return severity != UNSUPPORTED and self.comparison.holds(severity)

    def _found(self, facts: Facts) -> str:
        severity = (facts.severities or {}).get(self.name)
        if severity is None:
            return "this model does not have the class"
        return "not supported for the language" if severity == UNSUPPORTED else f"it is {severity}"

    def __str__(self) -> str:
        return f"{self.name} is {self.comparison}"

    def opposite(self) -> str:
        """The severity is not so."""
        several = len(self.comparison.bounds) > 1
        return f"not ({self})" if several else f"{self.name} is not {self.comparison}"

    def as_written(self) -> dict[str, Any]:
        """`{text: {hate: {gte: 2}}}`."""
        return {"text": {self.name: self.comparison.as_written()}}

    def subject(self) -> dict[str, Any]:
        """One a bound."""
        return compared({"subject": "text", "class": self.name}, self.comparison)

    def never(self, known: Known, /) -> str | None:
        """A class that does not exist, or severities that it never has."""
        possible = known.text.get(self.name)
        if possible is None:
            return f"the model has no text class {self.name!r}"
        if any(map(self.comparison.holds, possible)):
            return None
        severities = listed(map(str, possible))
        return f"{self.name} is never {self.comparison}: its severities are {severities}"

    def implies(self, other: Leaf, /) -> bool:
        """Whether no severity is so here and not so there."""
        return (
            isinstance(other, Text)
            and self.name == other.name
            and implied(self.comparison, other.comparison, self._possible(other))
        )

    def excludes(self, other: Leaf, /) -> bool:
        """Whether no severity is so both here and there."""
        if not isinstance(other, Text) or self.name != other.name:
            return Leaf.excludes(self, other)
        return apart(self.comparison, other.comparison, self._possible(other))

    def _possible(self, other: "Text") -> Any:
        known = TEXT_SEVERITIES.get(self.name)
        return known or telling((self.comparison, other.comparison))


@dataclass(frozen=True, slots=True)
class TextContainsAny(_OfText):
    """One of these phrases, anywhere and in any case.

    What counts as case, and that a phrase may stand inside of a word, is our choice.
    """

    phrases: tuple[str, ...]
    _folded: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_folded", tuple(one.casefold() for one in self.phrases))

    def holds(self, facts: Facts, /) -> bool:
        """Whether one is in the text."""
        if facts.text is None:
            return False
        text = facts.text.casefold()
        for phrase in self._folded:  # noqa: SIM110 - as in `Comparison.holds`
            if phrase in text:
                return True
        return False

    def _found(self, facts: Facts) -> str:
        text = (facts.text or "").casefold()
        found = [
            phrase
            for phrase, folded in zip(self.phrases, self._folded, strict=True)
            if folded in text
        ]
        return f"it contains {listed(map(repr, found), 3)}" if found else "it does not"

    def __str__(self) -> str:
        return f"the text contains {either(self.phrases)}"

    def opposite(self) -> str:
        """None of them is in it."""
        return f"the text does not contain {either(self.phrases)}"

    def as_written(self) -> dict[str, Any]:
        """`{text_contains_any: [snake oil, miracle cure]}`."""
        return {"text_contains_any": [*self.phrases]}

    def subject(self) -> dict[str, Any]:
        """All phrases at once."""
        return {"subject": "text_contains_any", "value": [*self.phrases]}

    def implies(self, other: Leaf, /) -> bool:
        """Whether each phrase contains one of those."""
        return isinstance(other, TextContainsAny) and all(
            any(there in here for there in other._folded) for here in self._folded
        )


@dataclass(frozen=True, slots=True)
class Profanity(_OfText):
    """A word that the patterns found to be profane."""

    def holds(self, facts: Facts, /) -> bool:
        """Whether there is one."""
        return any(match.type == PROFANE for match in facts.found.text_filters)

    def _found(self, facts: Facts) -> str:
        words = [match.value for match in facts.found.text_filters if match.type == PROFANE]
        return f"it has {listed(map(repr, words), 3)}" if words else "it has none"

    def __str__(self) -> str:
        return "the text has profanity"

    def opposite(self) -> str:
        """There is none."""
        return "the text has no profanity"

    def as_written(self) -> dict[str, Any]:
        """`{profanity: true}`."""
        return {"profanity": True}

    def subject(self) -> dict[str, Any]:
        """Nothing but itself."""
        return {"subject": "profanity"}

    def implies(self, other: Leaf, /) -> bool:
        """Itself."""
        return self == other


@dataclass(frozen=True, slots=True)
class _OneOf(_OfText):
    """Something of the text is one of a few words, at least one."""

    words: tuple[str, ...]
    key: ClassVar[str]

    @abstractmethod
    def _has(self, facts: Facts) -> set[str]:
        """The words that the text has."""

    def holds(self, facts: Facts, /) -> bool:
        """Whether the text has one of them."""
        return not self._has(facts).isdisjoint(self.words)

    def _found(self, facts: Facts) -> str:
        return f"it has {listed(map(repr, sorted(self._has(facts))), 3) or 'none'}"

    def as_written(self) -> dict[str, Any]:
        """The word, or a list of them."""
        return {self.key: self.words[0] if len(self.words) == 1 else [*self.words]}

    def subject(self) -> dict[str, Any]:
        """All words at once."""
        return {"subject": self.key, "value": [*self.words]}

    def implies(self, other: Leaf, /) -> bool:
        """Whether there are no words here that are not there."""
        return (
            isinstance(other, _OneOf)
            and self.key == other.key
            and set(self.words) <= set(other.words)
        )


@dataclass(frozen=True, slots=True)
class PersonalData(_OneOf):
    """Personal data of one of these types; of any at all where no type is named."""

    key: ClassVar[str] = "pii"

    def _has(self, facts: Facts) -> set[str]:
        return {match.type for match in facts.found.pii_entities}

    def holds(self, facts: Facts, /) -> bool:
        """Whether there is some."""
        if not self.words:
            return bool(facts.found.pii_entities)
        return _OneOf.holds(self, facts)

    def __str__(self) -> str:
        return f"the text has {self._words}"

    def opposite(self) -> str:
        """There is none."""
        return f"the text has no {self._words}"

    @property
    def _words(self) -> str:
        return f"personal data of type {either(self.words)}" if self.words else "personal data"

    def as_written(self) -> dict[str, Any]:
        """`{pii: true}`, or a list of types."""
        return {self.key: [*self.words] or True}

    def subject(self) -> dict[str, Any]:
        """All types at once."""
        return {"subject": self.key, **({"value": [*self.words]} if self.words else {})}

    def implies(self, other: Leaf, /) -> bool:
        """Whether there are no types here that are not there."""
        if isinstance(other, PersonalData) and not other.words:
            return True
        return bool(self.words) and _OneOf.implies(self, other)


@dataclass(frozen=True, slots=True)
class CustomClass(_OneOf):
    """A phrase of one of the project's own classes."""

    key: ClassVar[str] = "custom_class"

    def _has(self, facts: Facts) -> set[str]:
        return {match.type for match in facts.found.custom_classes}

    def __str__(self) -> str:
        return f"the text is of the custom class {either(self.words)}"

    def opposite(self) -> str:
        """It is of none of them."""
        return f"the text is not of the custom class {either(self.words)}"


@dataclass(frozen=True, slots=True)
class Language(_OneOf):
    """The text's language is one of these."""

    key: ClassVar[str] = "language"

    def _has(self, facts: Facts) -> set[str]:
        return set() if facts.language is None else {facts.language}

    def _found(self, facts: Facts) -> str:
        return f"it is {facts.language or 'not known'}"

    def __str__(self) -> str:
        return f"the language is {self._words}"

    def opposite(self) -> str:
        """It is another."""
        return f"the language is not {self._words}"

    @property
    def _words(self) -> str:
        *others, last = self.words
        return f"{', '.join(others)} or {last}" if others else last

    def excludes(self, other: Leaf, /) -> bool:
        """Whether there is no language both here and there."""
        if isinstance(other, Language):
            return set(self.words).isdisjoint(other.words)
        return Leaf.excludes(self, other)
