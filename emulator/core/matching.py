"""What content is recognised by, and why not.

A pattern looks at one field of what was submitted and tells the difference, in words, or None:
a match is "no difference", so that "why not?" always has a true answer. A `When` holds several
fields' patterns; an `Index` finds the first of many that matches without asking all of them.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, Protocol, TypeVar

from emulator.core.model import ABSENT, Submission
from emulator.core.suggest import shown


class Regex(Protocol):
    """A compiled regular expression, whoever compiled it."""

    def search(self, text: str, /) -> object:
        """A match, or None."""
        ...


class Subject(NamedTuple):
    """What patterns look at: a submission and the name of the project that it came to."""

    submission: Submission
    project: str


def _text(subject: Subject) -> str | None:
    return subject.submission.text


def _url_full(subject: Subject) -> str | None:
    media = subject.submission.media
    return media.url if media else None


def _url(subject: Subject) -> str | None:
    media = subject.submission.media
    return media.url_path if media else None


def _filename(subject: Subject) -> str | None:
    media = subject.submission.media
    return media.filename if media else None


def _sha256(subject: Subject) -> str | None:
    media = subject.submission.media
    return media.sha256 if media else None


def _metadata(subject: Subject) -> str | None:
    metadata = subject.submission.metadata
    if metadata is ABSENT or metadata is None:
        return None
    if isinstance(metadata, str):
        return metadata
    return json.dumps(metadata, separators=(",", ":"), ensure_ascii=False)


def _project(subject: Subject) -> str:
    return subject.project


def _patron_id(subject: Subject) -> str | None:
    posting = subject.submission.posting
    return posting.patron_id if posting else None


def _post_id(subject: Subject) -> str | None:
    posting = subject.submission.posting
    return posting.post_id if posting else None


Field = Callable[[Subject], str | None]
"""Takes a value out of a subject; None where this content has no such thing."""

FIELDS: Mapping[str, Field] = {
    "url": _url,
    "url_full": _url_full,
    "filename": _filename,
    "sha256": _sha256,
    "text": _text,
    "text_contains": _text,
    "text_matches": _text,
    "metadata": _metadata,
    "project": _project,
    "patron_id": _patron_id,
    "post_id": _post_id,
}
"""The keys of `when`, and what each looks at."""


class Pattern(Protocol):
    """One way to recognise a value."""

    @property
    def literal(self) -> str:
        """A stretch that every matching value contains, as long as can be told; may be empty."""
        ...

    @property
    def exact(self) -> bool:
        """Whether the literal is the only value that matches."""
        ...

    @property
    def source(self) -> str:
        """The pattern as it was written."""
        ...

    def matches(self, value: str) -> bool:
        """Whether the value matches."""
        ...

    def difference(self, value: str) -> str | None:
        """Why the value does not match, or None when it does."""
        ...


@dataclass(frozen=True, slots=True)
class Is:
    """Exactly this value."""

    literal: str
    exact = True

    @property
    def source(self) -> str:
        """The value itself."""
        return self.literal

    def matches(self, value: str) -> bool:
        """Whether the value is this one."""
        return value == self.literal

    def difference(self, value: str) -> str | None:
        """Why the value is another."""
        return None if value == self.literal else f"{shown(value)} is not {shown(self.literal)}"


@dataclass(frozen=True, slots=True)
class Contains:
    """This stretch, anywhere."""

    literal: str
    exact = False

    @property
    def source(self) -> str:
        """The stretch itself."""
        return self.literal

    def matches(self, value: str) -> bool:
        """Whether the value contains it."""
        return self.literal in value

    def difference(self, value: str) -> str | None:
        """Why the value does not contain it."""
        if self.literal in value:
            return None
        return f"{shown(value)} does not contain {shown(self.literal)}"


@dataclass(frozen=True)
class Glob:
    """A value in which `*` stands for anything, and nothing else is special."""

    source: str

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        return tuple(self.source.split("*"))

    @cached_property
    def literal(self) -> str:
        """The longest stretch between two stars."""
        return max(self._pieces, key=len)

    @property
    def exact(self) -> bool:
        """Whether there is no star in it."""
        return len(self._pieces) == 1

    def difference(self, value: str) -> str | None:
        """Why the value does not look like that."""
        if self.matches(value):
            return None
        return f"{shown(value)} does not match {shown(self.source)}"

    def matches(self, value: str) -> bool:
        """Whether the value looks like that."""
        first, *middle = self._pieces
        if not middle:
            return value == first
        last = middle.pop()
        if not (value.startswith(first) and value.endswith(last)):
            return False
        at, end = len(first), len(value) - len(last)
        for piece in middle:
            found = value.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return at <= end


@dataclass(frozen=True, slots=True)
class Matches:
    """A regular expression, found anywhere in the value."""

    source: str
    compiled: Regex
    literal = ""
    exact = False

    def matches(self, value: str) -> bool:
        """Whether the expression finds something."""
        return bool(self.compiled.search(value))

    def difference(self, value: str) -> str | None:
        """Why the expression finds nothing."""
        if self.matches(value):
            return None
        return f"{shown(value)} does not match the expression {shown(self.source)}"


@dataclass(frozen=True, eq=False)
class When:
    """Patterns by field: every field must match, by any one of its patterns."""

    patterns: Mapping[str, tuple[Pattern, ...]]

    def differences(self, subject: Subject) -> list[str]:
        """What keeps this from matching, one sentence a field; empty when it matches."""
        return [
            difference
            for key, patterns in self.patterns.items()
            if (difference := _difference(key, patterns, FIELDS[key](subject))) is not None
        ]

    def matches(self, subject: Subject) -> bool:
        """Whether every field matches."""
        for key, patterns in self.patterns.items():
            value = FIELDS[key](subject)
            if value is None or not _any_matches(patterns, value):
                return False
        return True


def _any_matches(patterns: Iterable[Pattern], value: str) -> bool:
    for pattern in patterns:  # noqa: SIM110 - most have one pattern, and a generator costs more
        if pattern.matches(value):
            return True
    return False


def _difference(key: str, patterns: tuple[Pattern, ...], value: str | None) -> str | None:
    if value is None:
        return f"{key}: this content has none"
    told = ""
    for pattern in patterns:
        difference = pattern.difference(value)
        if difference is None:
            return None
        told = told or difference
    others = f" (nor any of {len(patterns) - 1} more)" if len(patterns) > 1 else ""
    return f"{key}: {told}{others}"


class Conditional(Protocol):
    """Whatever has a `when`."""

    @property
    def when(self) -> When:
        """What it is recognised by."""
        ...


T = TypeVar("T", bound=Conditional)


_GRAM = 4
"""How many characters a pattern is filed under."""


class Index(Generic[T]):
    """Many things with a `when`, of which the first that matches is found quickly.

    Each thing is filed under one field that it demands: under the value itself where only one
    will do, else under a few characters that the value must contain, else it is asked every time.
    So the number of things asked stays small, however many there are.
    """

    def __init__(self, things: Iterable[T]) -> None:
        self.things: Sequence[T] = tuple(things)
        self._always: list[int] = []
        by_field: dict[Field, list[tuple[Pattern, int]]] = {}
        for at, thing in enumerate(self.things):
            key = _best_key(thing.when)
            if key is None:
                self._always.append(at)
            else:
                filed = by_field.setdefault(FIELDS[key], [])
                filed.extend((pattern, at) for pattern in thing.when.patterns[key])
        self._drawers = [(field, _Drawer(filed)) for field, filed in by_field.items()]

    def first(self, subject: Subject) -> T | None:
        """The first thing that matches, in their order."""
        for at in self._candidates(subject):
            if self.things[at].when.matches(subject):
                return self.things[at]
        return None

    def all(self, subject: Subject) -> list[T]:
        """Everything that matches, in order."""
        found = (self.things[at] for at in self._candidates(subject))
        return [thing for thing in found if thing.when.matches(subject)]

    def _candidates(self, subject: Subject) -> Sequence[int]:
        found: set[int] | None = None
        for field, drawer in self._drawers:
            value = field(subject)
            if value is not None and (hits := drawer.collect(value)):
                found = hits if found is None else found | hits
        if found is None:
            return self._always
        return sorted(found.union(self._always))


def _best_key(when: When) -> str | None:
    """The field that tells most things apart, None where no pattern can be filed."""

    def weight(key: str) -> int:
        if key == "project":
            return 0
        return min(
            1000 if pattern.exact else len(pattern.literal) - _GRAM + 1
            for pattern in when.patterns[key]
        )

    best = max(when.patterns, key=weight)
    return best if weight(best) > 0 else None


class _Drawer:
    """Patterns on one field: exact values, and all others under a few of their characters.

    Those are chosen as the ones that the fewest other patterns share. Where a handful of stretches
    cover all patterns, as a common marker does, a value without any of them is done with at once.
    """

    _COVER = 6

    def __init__(self, filed: Iterable[tuple[Pattern, int]]) -> None:
        self._exact: dict[str, set[int]] = {}
        self._grams: dict[str, set[int]] = {}
        inexact = []
        for pattern, at in filed:
            if pattern.exact:
                self._exact.setdefault(pattern.literal, set()).add(at)
            else:
                inexact.append((_grams(pattern.literal), at))
        counts = Counter(gram for grams, _ in inexact for gram in grams)
        for grams, at in inexact:
            self._grams.setdefault(min(grams, key=counts.__getitem__), set()).add(at)
        self._cover = _cover([grams for grams, _ in inexact], self._COVER)

    def collect(self, value: str) -> set[int]:
        """The places of all things that may match the value."""
        found = self._exact.get(value, _NONE)
        if not self._grams or (self._cover and not any(gram in value for gram in self._cover)):
            return found
        grams = self._grams
        hits = {
            value[at : at + _GRAM]
            for at in range(len(value) - _GRAM + 1)
            if value[at : at + _GRAM] in grams
        }
        return found.union(*(grams[gram] for gram in hits))


_NONE: set[int] = set()


def _grams(literal: str) -> set[str]:
    return {literal[at : at + _GRAM] for at in range(len(literal) - _GRAM + 1)}


def _cover(patterns: Sequence[set[str]], most: int) -> tuple[str, ...]:
    """A few grams of which every pattern has one; empty where it takes more than `most`."""
    left = list(patterns)
    chosen: list[str] = []
    while left and len(chosen) < most:
        counts = Counter(gram for grams in left for gram in grams)
        # The alphabet breaks ties, so that the choice does not depend on the order of a set.
        best = max(sorted(counts), key=counts.__getitem__)
        chosen.append(best)
        left = [grams for grams in left if best not in grams]
    return () if left else tuple(chosen)
