"""Fixtures that can never be reached, since an earlier one takes all that they would."""

from collections import Counter
from collections.abc import Iterable, Iterator

from emulator.core.faults import Sort, sort_of
from emulator.core.fixture import Fixture
from emulator.core.matching import FIELDS, Contains, Field, Glob, Matches, Pattern, When

_SAID = ("visual", "video", "text", "media", "fault", "latency")
_STRETCH = 8
"""How many characters a pattern is filed under, where it has as many."""
_Label = tuple[Field, str]
"""A field, and a text in it."""


def shadowed(fixtures: Iterable[Fixture]) -> Iterator[tuple[Fixture, Fixture]]:
    """Pairs of a fixture and the earlier one that hides it whole.

    What is found is so; what a star or an expression would also match is not always found.
    """
    every = tuple(fixtures)
    earlier = _Earlier(every)
    for fixture in every:
        near = earlier.near(fixture.when)
        hiding = next((one for one in near if _hides(one, fixture)), None)
        if hiding is None:
            # What is hidden itself hides nothing: it never has the word.
            earlier.add(fixture)
        else:
            yield fixture, hiding


def never_reached(fixtures: Iterable[Fixture]) -> Iterator[tuple[str, str]]:
    """Where each of the user's own fixtures is that is hidden whole, and by what.

    Of what is bundled being hidden is what the hiding ones are for.
    """
    for fixture, hiding in shadowed(fixtures):
        if not fixture.bundled:
            told = f"the fixture {fixture.name!r} is never reached: {hiding.name!r} comes first"
            yield fixture.where, f"{told} ({hiding.where})"


class _Earlier:
    """Fixtures, of which those that may cover another are found without asking all of them.

    Each is filed under one key that it demands: the one whose patterns look like the fewest others.
    """

    def __init__(self, every: Iterable[Fixture]) -> None:
        self._alike = Counter(
            label
            for fixture in every
            for key, patterns in fixture.when.patterns.items()
            for pattern in patterns
            for label in _labels(key, pattern)
        )
        self._sizes = sorted({len(text) for _, text in self._alike if len(text) <= _STRETCH})
        self._filed: dict[_Label, list[int]] = {}
        self._expressions: dict[Field, list[int]] = {}
        self._fixtures: list[Fixture] = []

    def add(self, fixture: Fixture) -> None:
        """One more, after those that are here."""
        at = len(self._fixtures)
        self._fixtures.append(fixture)
        key = min(fixture.when.patterns, key=lambda key: self._rarest(fixture.when, key)[0])
        for label in self._rarest(fixture.when, key)[1]:
            self._filed.setdefault(label, []).append(at)
        if isinstance(fixture.when.patterns[key][0], Matches):
            self._expressions.setdefault(FIELDS[key], []).append(at)

    def _rarest(self, when: When, key: str) -> tuple[int, set[_Label]]:
        """One label for each pattern of a key, and how many others have these labels."""
        labels = {min(_labels(key, one), key=self._alike.__getitem__) for one in when.patterns[key]}
        return sum(map(self._alike.__getitem__, labels)), labels

    def near(self, when: When) -> Iterator[Fixture]:
        """Everything that may cover this, in order, and little else."""
        found: set[int] = set()
        for key, (first, *_) in when.patterns.items():
            field = FIELDS[key]
            for text in (first.source, *_stretches(first.source, self._sizes)):
                found.update(self._filed.get((field, text), ()))
            if first.exact:
                # In a value that is known whole, an expression may find something.
                found.update(self._expressions.get(field, ()))
        return (self._fixtures[at] for at in sorted(found))


def _labels(key: str, pattern: Pattern) -> list[_Label]:
    """What a pattern may be filed under: whatever it covers contains each of these."""
    if isinstance(pattern, Matches):
        return [(FIELDS[key], pattern.source)]
    sizes = [min(_STRETCH, len(pattern.literal))]
    return [(FIELDS[key], text) for text in _stretches(pattern.literal, sizes)]


def _stretches(text: str, sizes: Iterable[int]) -> Iterator[str]:
    return (text[at : at + size] for size in sizes for at in range(len(text) - size + 1))


def _hides(earlier: Fixture, later: Fixture) -> bool:
    # Of all fixtures that match, the first that says something of a sort has the word in that.
    says_as_much = all(
        getattr(earlier.script, name) is not None or getattr(later.script, name) is None
        for name in _SAID
    )
    return (says_as_much or _refuses(earlier)) and covers(earlier.when, later.when)


def _refuses(fixture: Fixture) -> bool:
    """Whether content that it knows never gets an answer, so that nothing said of it matters."""
    fault = fixture.script.fault
    return fault is not None and sort_of(fault) is Sort.REFUSAL and fault.probability >= 1


def covers(broad: When, narrow: When) -> bool:
    """Whether everything that the narrow one matches, the broad one matches too."""
    return all(
        any(
            FIELDS[key] is FIELDS[other] and _all_covered(patterns, narrow.patterns[other])
            for other in narrow.patterns
        )
        for key, patterns in broad.patterns.items()
    )


def _all_covered(broad: Iterable[Pattern], narrow: Iterable[Pattern]) -> bool:
    several = tuple(broad)
    same = {(type(one), one.source) for one in several}
    return all(
        (type(pattern), pattern.source) in same or any(_covered(one, pattern) for one in several)
        for pattern in narrow
    )


def _covered(broad: Pattern, narrow: Pattern) -> bool:
    if narrow.exact:
        return broad.matches(narrow.literal)
    if isinstance(broad, Glob) and isinstance(narrow, Glob):
        # Only its own star can take a star, so that it takes whatever that one stands for.
        return broad.matches(narrow.source)
    return isinstance(broad, Contains) and broad.literal in narrow.literal
