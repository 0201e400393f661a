"""What patterns find in a text: profanity, ways to reach somebody, phrases of the project's own.

Indices count code points of the text as it was sent, `end` exclusive. The value of an e-mail
address and of a profanity is upper-cased, as recorded; all others are as written.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice

from emulator.core.model import NOTHING_FOUND, Found, Match
from emulator.core.prediction.addresses import POSTAL, addresses
from emulator.core.prediction.contacts import (
    BARE_ENDING,
    EMAIL,
    MOST,
    OTHER_PHONE,
    UK_PHONE,
    US_PHONE,
    emails,
    phones,
    urls,
)
from emulator.core.prediction.folding import fold, occurrences
from emulator.core.prediction.profanity import Profanity, flatten, reading_of

PROFANE = "profanity"
_DIGIT = re.compile(r"\d")
PERSONAL = (EMAIL, US_PHONE, UK_PHONE, OTHER_PHONE, POSTAL)
"""The types of personal data that patterns find."""


def profanity(text: str, words: Profanity, allowed: Collection[str] = ()) -> Iterator[Match]:
    """Words of the list that the project does not allow."""
    readings = {_reading_of(word) for word in allowed}
    for start, end, reading in words.places(flatten(text)):
        if reading not in readings:
            yield Match(text[start:end].upper(), start, end, PROFANE)


def custom(text: str, classes: Mapping[str, Collection[str]]) -> Iterator[Match]:
    """Phrases of the project's own, whole words, whatever their case and composition."""
    folded = fold(text)
    for name, phrases in classes.items():
        for phrase in phrases:
            for start, end in islice(occurrences(_folded(phrase), folded, text), MOST):
                yield Match(text[start:end], start, end, name)


def analyse(
    text: str, words: Profanity, allowed: Collection[str], classes: Mapping[str, Collection[str]]
) -> Found:
    """Look for everything; `NOTHING_FOUND` itself where nothing is there.

    Most texts hold nothing at all, and are told apart by a few cheap questions.
    """
    digits = _DIGIT.search(text) is not None
    mails = tuple(emails(text)) if "@" in text else ()
    links = tuple(urls(text)) if _may_hold_urls(text) else ()
    personal = [*mails, *(_numbers(text, mails, links) if digits else ())]
    profane = (
        [*islice(profanity(text, words, allowed), MOST)] if words.may_be_in(flatten(text)) else []
    )
    own = custom(text, classes) if classes else ()
    if allowed and (profane or personal):
        profane, personal = (
            _not_allowed(text, allowed, profane),
            _not_allowed(text, allowed, personal),
        )
    if not (profane or personal or links or classes):
        return NOTHING_FOUND
    found = Found(tuple(profane), _in_order(personal), _in_order(own), links)
    return NOTHING_FOUND if found == NOTHING_FOUND else found


def _may_hold_urls(text: str) -> bool:
    if "." not in text and "://" not in text:
        return False
    small = text.lower()
    return "://" in text or "www." in small or BARE_ENDING.search(small) is not None


def _numbers(text: str, mails: Iterable[Match], links: Iterable[Match]) -> Iterator[Match]:
    """Phone numbers and postal addresses, neither of them in an address of another sort."""
    posted = [*addresses(text)]
    yield from posted
    yield from phones(text, (*mails, *links, *posted))


def _not_allowed(text: str, allowed: Collection[str], found: Iterable[Match]) -> list[Match]:
    """Those matches that stand in no stretch of text which the project allows."""
    folded = fold(text)
    spans = sorted(
        span
        for phrase in allowed
        for span in islice(occurrences(_folded(phrase), folded, text), MOST)
    )
    return [match for match in found if not _within(match, spans)]


def _within(match: Match, spans: list[tuple[int, int]]) -> bool:
    """Whether one of these stretches, which start in order, holds a match."""
    before = spans[: bisect_left(spans, (match.start + 1,))]
    return any(end >= match.end for _, end in before[-8:])


@lru_cache(4096)
def _folded(phrase: str) -> str:
    return fold(phrase).text


@lru_cache(4096)
def _reading_of(word: str) -> str:
    return reading_of(word)


def _in_order(found: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(sorted(found, key=lambda match: (match.start, match.end)))
