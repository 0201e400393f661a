"""What patterns find in a text: e-mail addresses, phone numbers, web addresses and profanity.

Indices count code points of the text as it was sent, `end` exclusive. The value of an e-mail
address and of a profanity is upper-cased, as recorded; all others are as written.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from emulator.core.model import Match
from emulator.core.prediction.words import PROFANITY

EMAIL = "Email Address"
PHONE = "U.S. Phone Number"
PROFANE = "profanity"
URL = "url"

_WORD = re.compile(r"\w+")
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}"
    r"(?![\w-])"
)
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}(?![\w-])",
    re.ASCII,
)
_URL = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"'\]\[(){}]+|(?:www\.)(?:[\w-]{1,63}\.)+[a-z]{2,24}(?:/[^\s<>\"'\]\[(){}]*)?)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?"

Finder = Callable[[str], Iterator[Match]]


def emails(text: str) -> Iterator[Match]:
    """E-mail addresses [in the documents]."""
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield Match(found[0].upper(), *found.span(), EMAIL)


def phones(text: str) -> Iterator[Match]:
    """Phone numbers of the U.S., written with separators [in the documents]."""
    for found in _PHONE.finditer(text):
        yield Match(found[0], *found.span(), PHONE)


def urls(text: str) -> tuple[Match, ...]:
    """Web addresses; the shape of an entry is our choice."""
    if "://" not in text and "www." not in text.lower():
        return ()
    return tuple(_web_addresses(text))


def _web_addresses(text: str) -> Iterator[Match]:
    for found in _URL.finditer(text):
        value = found[0].rstrip(_TRAILING)
        yield Match(value, found.start(), found.start() + len(value), URL)


def pii(text: str) -> tuple[Match, ...]:
    """Everything personal, in the order in which it stands in the text."""
    return tuple(sorted((*emails(text), *phones(text)), key=lambda match: match.start))


def profanity(text: str, allowed: Collection[str]) -> tuple[Match, ...]:
    """Words of the list that the project does not allow."""
    return tuple(
        Match(found[0].upper(), *found.span(), PROFANE)
        for found in _WORD.finditer(text)
        if found[0].lower() in PROFANITY and found[0].lower() not in allowed
    )


def custom(text: str, classes: Mapping[str, Collection[str]]) -> tuple[Match, ...]:
    """Phrases of the project's own, whole words, whatever their case."""
    if not classes:
        return ()
    found = (
        Match(hit[0], *hit.span(), name)
        for name, phrases in classes.items()
        for phrase in phrases
        for hit in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE)
    )
    return tuple(sorted(found, key=lambda match: (match.start, match.end)))
