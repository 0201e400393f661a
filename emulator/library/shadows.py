"""Fixtures that can never be reached, since an earlier one takes all that they would."""

from collections.abc import Iterable, Iterator

from emulator.core.faults import Sort, sort_of
from emulator.core.fixture import Fixture
from emulator.core.matching import FIELDS, Contains, Glob, Matches, Pattern, When

_SAID = ("visual", "text", "media", "fault", "latency")


def shadowed(fixtures: Iterable[Fixture]) -> Iterator[tuple[Fixture, Fixture]]:
    """Pairs of a fixture and the earlier one that hides it whole.

    What is found is so; what a star or an expression would also match is not always found.
    """
    earlier: list[Fixture] = []
    for fixture in fixtures:
        hiding = next((one for one in earlier if _hides(one, fixture)), None)
        if hiding is not None:
            yield fixture, hiding
        earlier.append(fixture)


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
    return all(any(_covered(one, pattern) for one in several) for pattern in narrow)


def _covered(broad: Pattern, narrow: Pattern) -> bool:
    if broad == narrow or (narrow.exact and broad.difference(narrow.literal) is None):
        return True
    if isinstance(broad, Glob) and isinstance(narrow, Glob):
        # Only its own star can take a star, so that it takes whatever that one stands for.
        return broad.difference(narrow.source) is None
    if isinstance(broad, Matches) and isinstance(narrow, Matches):
        return broad.source == narrow.source
    return isinstance(broad, Contains) and broad.literal in narrow.literal
