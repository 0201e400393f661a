"""Severities guessed from words and patterns, for `--unscripted lexicon`.

It is no model and knows nothing of context: a phrase of the list that stands in a text as whole
words gives its class the severity that the list says, the highest counts, and everything that says
so is told. Negation, irony and languages but the list's own are lost on it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from emulator.core.model import Found
from emulator.core.prediction.contacts import OTHER_PHONE, UK_PHONE, US_PHONE
from emulator.core.prediction.folding import fold, occurrences

_MOST_TOLD = 8
_SPAM = {"spam": 3}
_PHONE = {"spam": 3, "phone_number": 3, "redirection": 2}
_PATTERNS = {
    "url": {"spam": 3, "redirection": 2},
    "Email Address": _SPAM,
    US_PHONE: _PHONE,
    UK_PHONE: _PHONE,
    OTHER_PHONE: _PHONE,
}
"""What a pattern says of a text; of spam the documents say as much, the rest is our choice."""


class Entry(NamedTuple):
    """A phrase and the severity that it gives a class."""

    phrase: str
    name: str
    severity: int


class Guess(NamedTuple):
    """Severities by class, and for each that is not 0 what says so."""

    severities: Mapping[str, int]
    because: tuple[str, ...] = ()


class Lexicon:
    """The phrases of a list."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = [(fold(entry.phrase).text, entry) for entry in entries]

    def guess(self, text: str, found: Found, classes: Sequence[str]) -> Guess:
        """What the words and the patterns of a text come to, for these classes."""
        said = [one for one in self._said(text, found) if one[0] in classes]
        severities: dict[str, int] = {}
        for name, severity, _ in said:
            severities[name] = max(severity, severities.get(name, 0))
        return Guess(severities, tuple(_reasons(severities, said)))

    def _said(self, text: str, found: Found) -> Iterator[tuple[str, int, str]]:
        folded = fold(text)
        for phrase, entry in self._entries:
            if any(True for _ in occurrences(phrase, folded, text)):
                yield entry.name, entry.severity, repr(entry.phrase)
        for match in (*found.urls, *found.pii_entities):
            for name, severity in _PATTERNS.get(match.type, {}).items():
                yield name, severity, f"{match.type} {match.value!r}"


def _reasons(severities: Mapping[str, int], said: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    for name, severity in severities.items():
        by = list(dict.fromkeys(one[2] for one in said if one[:2] == (name, severity)))
        more = f" and {len(by) - _MOST_TOLD} more" if len(by) > _MOST_TOLD else ""
        yield f"{name} {severity}: {', '.join(by[:_MOST_TOLD])}{more}"
