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
from typing import Generic, Protocol, TypeVar

from emulator.core.model import ABSENT, Submission
from emulator.core.suggest import shown


class Regex(Protocol):
    """A compiled regular expression, whoever compiled it."""

    def search(self, text: str, /) -> object:
        """A match, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """What patterns look at: a submission and the name of the project that it came to."""

    submission: Submission
    project: str

    def field(self, key: str) -> str | None:
        """The value of a field of that name, None where this content has no such field."""
        return FIELDS[key](self)


def _text(subject: Subject) -> str | None:
    return subject.submission.text


def _url_full(subject: Subject) -> str | None:
    media = subject.submission.media
    return media.url if media else None


def _url(subject: Subject) -> str | None:
    full = _url_full(subject)
    return full.partition("#")[0].partition("?")[0] if full else None


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


FIELDS: Mapping[str, Callable[[Subject], str | None]] = {
    "url": _url,
    "url_full": _url_full,
    "filename": _filename,
    "sha256": _sha256,
    "text": _text,
    "text_contains": _text,
    "text_matches": _text,
    "metadata": _metadata,
    "project": _project,
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

    def difference(self, value: str) -> str | None:
        """Why the value does not match, or None when it does."""
        ...


@dataclass(frozen=True, slots=True)
class Is:
    """Exactly this value."""

    literal: str
    exact = True

    def difference(self, value: str) -> str | None:
        """Why the value is another."""
        return None if value == self.literal else f"{shown(value)} is not {shown(self.literal)}"


@dataclass(frozen=True, slots=True)
class Contains:
    """This stretch, anywhere."""

    literal: str
    exact = False

    def difference(self, value: str) -> str | None:
        """Why the value does not contain it."""
        if self.literal in value:
            return None
        return f"{shown(value)} does not contain {shown(self.literal)}"


@dataclass(frozen=True)
class Glob:
    """A value in which `*` stands for anything, and nothing else is special."""

    pattern: str

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        return tuple(self.pattern.split("*"))

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
        if self._matches(value):
            return None
        return f"{shown(value)} does not match {shown(self.pattern)}"

    def _matches(self, value: str) -> bool:
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

    def difference(self, value: str) -> str | None:
        """Why the expression finds nothing."""
        if self.compiled.search(value):
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
            if (difference := _difference(key, patterns, subject.field(key))) is not None
        ]

    def matches(self, subject: Subject) -> bool:
        """Whether every field matches."""
        return not self.differences(subject)


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


class Index(Generic[T]):
    """Many things with a `when`, of which the first that matches is found quickly.

    Each thing is filed under one field that it demands: under the value itself where only one
    will do, else under a few characters that the value must contain, else it is asked every time.
    The characters are chosen as those that the fewest others share, so that the number of things
    asked stays small however many there are.
    """

    _GRAM = 4

    def __init__(self, things: Iterable[T]) -> None:
        self.things: Sequence[T] = tuple(things)
        self._drawers: dict[str, _Drawer] = {}
        self._always: list[int] = []
        counts = self._count_grams()
        for at, thing in enumerate(self.things):
            self._file(at, thing.when, counts)

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

    def _candidates(self, subject: Subject) -> list[int]:
        found = set(self._always)
        for key, drawer in self._drawers.items():
            value = subject.field(key)
            if value is not None:
                drawer.collect(value, self._GRAM, found)
        return sorted(found) if found else []

    def _count_grams(self) -> Counter[str]:
        return Counter(
            gram
            for thing in self.things
            for patterns in thing.when.patterns.values()
            for pattern in patterns
            if not pattern.exact
            for gram in _grams(pattern.literal, self._GRAM)
        )

    def _file(self, at: int, when: When, counts: Counter[str]) -> None:
        key = self._best_key(when)
        if key is None:
            self._always.append(at)
            return
        drawer = self._drawers.setdefault(key, _Drawer({}, {}))
        for pattern in when.patterns[key]:
            if pattern.exact:
                drawer.exact.setdefault(pattern.literal, []).append(at)
            else:
                rarest = min(_grams(pattern.literal, self._GRAM), key=lambda gram: counts[gram])
                drawer.grams.setdefault(rarest, []).append(at)

    def _best_key(self, when: When) -> str | None:
        def weight(key: str) -> int:
            if key == "project":
                return 0
            return min(
                1000 if pattern.exact else len(pattern.literal) - self._GRAM + 1
                for pattern in when.patterns[key]
            )

        best = max(when.patterns, key=weight)
        return best if weight(best) > 0 else None


@dataclass(frozen=True, slots=True)
class _Drawer:
    exact: dict[str, list[int]]
    grams: dict[str, list[int]]

    def collect(self, value: str, size: int, found: set[int]) -> None:
        if value in self.exact:
            found.update(self.exact[value])
        grams = self.grams
        if grams:
            for at in range(len(value) - size + 1):
                if value[at : at + size] in grams:
                    found.update(grams[value[at : at + size]])


def _grams(literal: str, size: int) -> list[str]:
    return [literal[at : at + size] for at in range(len(literal) - size + 1)]
