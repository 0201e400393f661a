"""What patterns find in a text: e-mail addresses, phone numbers, web addresses and profanity.

Indices count code points of the text as it was sent, `end` exclusive. The value of an e-mail
address and of a profanity is upper-cased, as recorded; all others are as written.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from emulator.core.model import NOTHING_FOUND, Found, Match
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
_LINE_NUMBER = re.compile(r"[0-9]{4}")
_TRAILING = ".,;:!?"


def emails(text: str) -> Iterator[Match]:
    """E-mail addresses [in the documents]."""
    for found in _EMAIL.finditer(text):
        yield Match(found[0].upper(), *found.span(), EMAIL)


def phones(text: str) -> Iterator[Match]:
    """Phone numbers of the U.S., written with separators [in the documents]."""
    for found in _PHONE.finditer(text):
        yield Match(found[0], *found.span(), PHONE)


def urls(text: str) -> Iterator[Match]:
    """Web addresses; the shape of an entry is our choice."""
    for found in _URL.finditer(text):
        value = found[0].rstrip(_TRAILING)
        yield Match(value, found.start(), found.start() + len(value), URL)


def profanity(text: str, allowed: Collection[str]) -> Iterator[Match]:
    """Words of the list that the project does not allow."""
    for found in _WORD.finditer(text):
        word = found[0].lower()
        if word in PROFANITY and word not in allowed:
            yield Match(found[0].upper(), *found.span(), PROFANE)


def custom(text: str, classes: Mapping[str, Collection[str]]) -> Iterator[Match]:
    """Phrases of the project's own, whole words, whatever their case."""
    for name, phrases in classes.items():
        for phrase in phrases:
            for hit in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE):
                yield Match(hit[0], *hit.span(), name)


def analyse(text: str, allowed: Collection[str], classes: Mapping[str, Collection[str]]) -> Found:
    """Look for everything; `NOTHING_FOUND` itself where there is nothing to look for.

    Most texts hold nothing at all, and are told apart by a few cheap questions.
    """
    lower = text.lower()
    profane = not PROFANITY.isdisjoint(_WORD.findall(lower))
    personal = "@" in text or _LINE_NUMBER.search(text) is not None
    linked = "://" in text or "www." in lower
    if not (profane or personal or linked or classes):
        return NOTHING_FOUND
    return Found(
        tuple(profanity(text, allowed)),
        _in_order(*emails(text), *phones(text)),
        _in_order(*custom(text, classes)),
        tuple(urls(text)),
    )


def _in_order(*found: Match) -> tuple[Match, ...]:
    return tuple(sorted(found, key=lambda match: (match.start, match.end)))
