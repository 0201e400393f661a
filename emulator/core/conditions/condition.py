"""What a condition is, what it is asked about, and how it explains itself.

A condition decides (`holds`), says itself in plain words (`str`), and tells with the values it
found why it holds or not (`explain`). None of them changes, and equal ones are the same question.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple, Protocol

from emulator.core.duration import format_duration
from emulator.core.model import Found
from emulator.core.suggest import shown
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.core.taxonomy.visual import DOCS


class Facts(Protocol):
    """Everything that is known of a post and its patron at the moment they are judged.

    What is no text has neither severities nor a language, and patterns found nothing in it.
    """

    @property
    def visual(self) -> Sequence[Mapping[str, float]] | None:
        """The scores by class of each frame, one of a picture; None where it is none of both."""
        ...

    @property
    def severities(self) -> Mapping[str, int] | None:
        """The severities by class; None where it is no text."""
        ...

    @property
    def text(self) -> str | None:
        """The text; None where it is none."""
        ...

    @property
    def found(self) -> Found:
        """What the patterns found."""
        ...

    @property
    def language(self) -> str | None:
        """The language of a text."""
        ...

    @property
    def content_metadata(self) -> Mapping[str, Any]:
        """What was sent along about the content."""
        ...

    @property
    def patron_metadata(self) -> Mapping[str, Any]:
        """What was sent along about the patron."""
        ...

    @property
    def patron_states(self) -> Collection[str]:
        """Which of `PATRON_STATES` the patron is in."""
        ...

    def count(self, counted: "Count", /) -> int:
        """How many of the patron's posts, this one included, a count finds."""
        ...


BANNED, SUSPENDED = PATRON_STATES = ("banned", "suspended")


class Known(NamedTuple):
    """Which classes there are, and which severities the text classes may have."""

    visual: Collection[str]
    text: Mapping[str, tuple[int, ...]]


KNOWN = Known(frozenset(DOCS.places), TEXT_SEVERITIES)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether something holds, in words that tell what was found, and why: its parts."""

    holds: bool
    says: str
    parts: tuple["Explanation", ...] = ()

    def lines(self, indent: str = "") -> Iterator[str]:
        """One line for this and for each part, further in with each level."""
        yield f"{indent}{'yes' if self.holds else 'no'}: {self.says}"
        for part in self.parts:
            yield from part.lines(f"{indent}  ")

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def as_json(self) -> dict[str, Any]:
        """The same for a reader that is a program; `parts` is left out where there are none."""
        told: dict[str, Any] = {"holds": self.holds, "says": self.says}
        if self.parts:
            told["parts"] = [part.as_json() for part in self.parts]
        return told


class Condition(ABC):
    """Something that holds or not."""

    __slots__ = ()

    @abstractmethod
    def holds(self, facts: Facts, /) -> bool:
        """Whether it is so."""

    @abstractmethod
    def explain(self, facts: Facts, /) -> Explanation:
        """Whether it is so, and why."""

    @abstractmethod
    def __str__(self) -> str: ...

    @abstractmethod
    def opposite(self) -> str:
        """The words for when it is not so."""

    def phrase(self) -> str:
        """Its words as a part of a longer sentence."""
        return str(self)

    def opposite_phrase(self) -> str:
        """The words of its opposite as a part of a longer sentence."""
        return self.opposite()

    @abstractmethod
    def as_written(self) -> dict[str, Any]:
        """The mapping, fit for JSON and YAML, that reads back to this."""

    @abstractmethod
    def subject(self) -> dict[str, Any]:
        """Itself in the form of Hive's `conditions: [{"subject": …}]`.

        Of those only one without settings is known; all keys beside `subject`, and the nesting
        under `conditions`, are our choice.
        """


class Leaf(Condition):
    """A condition that asks one thing."""

    __slots__ = ()
    about: ClassVar[str] = ""
    """What it can only be asked about: "text" or "media"."""

    @abstractmethod
    def found(self, facts: Facts, /) -> str:
        """What there is in place of what is asked for: "it is 0.97", "this is no text"."""

    def explain(self, facts: Facts, /) -> Explanation:
        """Whether it is so, and what was found."""
        return Explanation(self.holds(facts), f"{self}: {self.found(facts)}")

    def never(self, known: Known, /) -> str | None:  # noqa: ARG002 - most can always hold
        """Why it can never hold, or None where it may."""
        return None

    @abstractmethod
    def implies(self, other: "Leaf", /) -> bool:
        """Whether that one holds whenever this does, as far as can be told."""

    def excludes(self, other: "Leaf", /) -> bool:
        """Whether the two never hold at once, as far as can be told."""
        return {self.about, other.about} == {"text", "media"}


@dataclass(frozen=True, slots=True)
class Count(Condition):
    """So many distinct posts of the patron, within a time up to now, of which something held.

    It knows its hash, since the windows of patrons are looked up by it for every post.
    """

    of: Condition
    within: timedelta
    at_least: int
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.of, self.within, self.at_least)))

    def __hash__(self) -> int:
        return self._hash

    def holds(self, facts: Facts, /) -> bool:
        """Whether there are as many."""
        return facts.count(self) >= self.at_least

    def explain(self, facts: Facts, /) -> Explanation:
        """How many there are; the part tells whether this post is such a one."""
        count = facts.count(self)
        says = f"{self}: {count} so far"
        return Explanation(count >= self.at_least, says, (self.of.explain(facts),))

    def __str__(self) -> str:
        many = f"are {self.at_least} or more posts" if self.at_least > 1 else "is a post"
        return f"there {many} {self._posts}"

    @property
    def _posts(self) -> str:
        day = timedelta(days=1)
        within = "24h" if self.within == day else format_duration(self.within)
        return f"within {within} in which {self.of}"

    def opposite(self) -> str:
        """There are fewer."""
        few = f"are fewer than {self.at_least} posts" if self.at_least > 1 else "is no post"
        return f"there {few} {self._posts}"

    def phrase(self) -> str:
        """In brackets, so that what is counted has an end."""
        return f"({self})"

    def opposite_phrase(self) -> str:
        """In brackets likewise."""
        return f"({self.opposite()})"

    def as_written(self) -> dict[str, Any]:
        """`{count: {of, within, at_least}}`."""
        within = format_duration(self.within)
        written = {"of": self.of.as_written(), "within": within, "at_least": self.at_least}
        return {"count": written}

    def subject(self) -> dict[str, Any]:
        """What is counted stands under `conditions`."""
        settings = {"within": format_duration(self.within), "at_least": self.at_least}
        return {"subject": "count", **settings, "conditions": [self.of.subject()]}


def either(words: Sequence[str], most: int = 6) -> str:
    """Texts in quotes with "or" before the last, cut short where there are many."""
    quoted = [shown(word) for word in words[:most]]
    if len(words) > most:
        return f"{', '.join(quoted)} or one of {len(words) - most} more"
    *others, last = quoted
    return f"{', '.join(others)} or {last}" if others else last
