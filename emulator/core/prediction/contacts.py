"""How to reach somebody: e-mail addresses, phone numbers, web addresses; and where they stand.

Every search goes through the text once, since it may be long and is nobody's friend.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from emulator.core.model import Match
from emulator.core.prediction.folding import is_mark, is_unspaced

EMAIL = "Email Address"
US_PHONE = "U.S. Phone Number"
UK_PHONE = "U.K. Phone Number"
OTHER_PHONE = "International Phone Number"
URL = "url"

MOST = 10_000
"""How many matches of one sort are told; what comes later in a text is left out."""

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(
    r"(?<![\w+%-])(?<![\w+%'-]\.)(?=[\w.+%'-]{1,64}@)[\w+%-]+(?:[.'][\w+%-]+)*@"
    rf"(?:{_LABEL}\.){{1,8}}[^\W\d_][\w-]{{0,22}}[^\W_](?![\w@-])"
)
_OPEN = (
    r"""[^\s<>"'`\]\[{}|\\^"""
    r"\u3001\u3002\uff0c\uff01\uff1f\uff1b\uff1a\u300c-\u300f\uff08\uff09\u201c\u201d\u2018\u2019\u00ab\u00bb"
    r"\ud800-\udfff]"
)
"""What may stand in an address: no blank, bracket or quote, and no punctuation of other scripts."""
_BARE = "com|net|org|edu|gov|info|biz|io|xyz"
_HOST = rf"(?:{_LABEL}\.){{1,8}}"
_PORT_AND_PATH = rf"(?::[0-9]{{1,5}})?(?:[/?#]{_OPEN}*)?"
_URL = re.compile(
    rf"(?<![\w@.-])(?:https?://{_OPEN}+"
    rf"|www\.{_HOST}[^\W\d_]{{2,24}}(?![\w@-]){_PORT_AND_PATH}"
    rf"|{_HOST}(?:{_BARE})(?![\w@-])(?!\.\w){_PORT_AND_PATH})",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?*_~"
BARE_ENDING = re.compile(rf"\.(?:{_BARE})")
"""What a host ends with that counts without http or www before it, in small letters."""

_US_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}(?![\w-])",
    re.ASCII,
)
_DIGITS = re.compile(r"\d")
_BETWEEN = r"[ .,/()\[\]\uff08\uff09\uff0d\uff0e\u00a0\u2010-\u2015~x-]"
_STRETCH = re.compile(rf"(?<!\d)[+\uff0b(\[\uff08]?\d(?:{_BETWEEN}{{0,3}}\d){{6,19}}(?!\d)")
_STRETCHES = 200
"""How many stretches of digits are held against the numbering plans, at some 0.2 ms each."""
_FEWEST_DIGITS = 7


class _Spelled(dict[int, int]):
    """For `translate`: accents count as letters, and scripts without blanks as no letters."""

    def __init__(self, *, unspaced: bool) -> None:
        super().__init__()
        self._unspaced = unspaced

    def __missing__(self, code: int) -> int:
        if len(self) > 20_000:
            self.clear()
        character = chr(code)
        if is_mark(character) and not "\ufe00" <= character <= "\ufe0f":
            code = ord("\u02b0")
        elif not self._unspaced and is_unspaced(character):
            code = ord(" ")
        return self.setdefault(ord(character), code)


_SPACED_ONLY = _Spelled(unspaced=False)
_ALL_LETTERS = _Spelled(unspaced=True)


def emails(text: str) -> Iterator[Match]:
    """E-mail addresses [in the documents], their values upper-cased as recorded."""
    return islice(_emails(text), MOST)


def _emails(text: str) -> Iterator[Match]:
    for start, end in _spans(_EMAIL, text):
        yield Match(text[start:end].upper(), start, end, EMAIL)


def _spans(pattern: re.Pattern[str], text: str) -> Iterable[tuple[int, int]]:
    """Where an expression for words of letters matches, accents and all.

    In a text that mixes scripts with and without blanks the former come first: what stands next to
    an address, without a blank, is no part of it. An address that is all in the latter counts too.
    """
    if text.isascii():
        return (found.span() for found in pattern.finditer(text))
    first = [found.span() for found in pattern.finditer(text.translate(_SPACED_ONLY))]
    taken = {place for start, end in first for place in range(start, end)}
    more = (found.span() for found in pattern.finditer(text.translate(_ALL_LETTERS)))
    return sorted([*first, *(one for one in more if taken.isdisjoint(range(*one)))])


def urls(text: str) -> Iterator[Match]:
    """Web addresses: with http, https or www, or ending like the commonest of hosts.

    The shape of an entry, and what counts as one, are our choice.
    """
    return islice(_urls(text), MOST)


def _urls(text: str) -> Iterator[Match]:
    for found in _URL.finditer(text if text.isascii() else text.translate(_HOSTS)):
        start, end = found.start(), _end_of(text, *found.span())
        value = text[start:end]
        if not value.lower().endswith("://"):
            yield Match(value, start, end, URL)


class _Hosts(_Spelled):
    """For `translate` as above, but that everything stays what may be part of a path."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        if is_unspaced(character):
            # No letter and no blank: it ends a name, and goes on in a path.
            return self.setdefault(code, 0x2013)
        return super().__missing__(code)


_HOSTS = _Hosts(unspaced=False)


def _end_of(text: str, start: int, end: int) -> int:
    """Where an address ends that punctuation follows, or a bracket that was opened before it."""
    opened = text.count("(", start, end) - text.count(")", start, end)
    while end > start:
        last = text[end - 1]
        if last == "(" or (last == ")" and opened < 0):
            opened += 1 if last == ")" else -1
        elif last not in _TRAILING:
            break
        end -= 1
    return end


def phones(text: str, besides: Iterable[Match] = ()) -> Iterator[Match]:
    """Phone numbers, as they are written; `besides` are addresses, whose digits make none.

    Numbers of the U.S. written with separators [in the documents], whether they are assigned or
    not, and all that are valid in their numbering plan; the types of others are our choice.
    """
    if _too_few_digits(text):
        return iter(())
    left = without(text, besides, "|")
    found = (Match(one[0], *one.span(), US_PHONE) for one in _US_PHONE.finditer(left))
    common = [*islice(found, MOST)]
    return iter((*common, *_by_plan(without(left, common, "|"))))


def without(text: str, matches: Iterable[Match], filler: str = " ") -> str:
    """The text with these stretches filled with something else, of the same length."""
    parts, end = [], 0
    for match in sorted(matches, key=lambda one: one.start):
        start = max(match.start, end)
        if match.end > start:
            parts += [text[end:start], filler * len(text[start : match.end])]
            end = match.end
    return "".join((*parts, text[end:]))


def _too_few_digits(text: str) -> bool:
    found = _DIGITS.finditer(text)
    return len([*islice(found, _FEWEST_DIGITS)]) < _FEWEST_DIGITS


def _by_plan(text: str) -> Iterator[Match]:
    """Numbers that the numbering plans know."""
    last = 0
    for stretch in islice(_STRETCH.finditer(text), _STRETCHES):
        # A little before and behind it says whether the number ends where the digits do.
        start = max(stretch.start() - 2, 0)
        around = text[start : stretch.end() + 12]
        for value, at, country in _valid(around):
            kind = _TYPES.get(country, OTHER_PHONE)
            if start + at >= last:
                last = start + at + len(value)
                yield Match(value, start + at, last, kind)


def _valid(text: str) -> Iterator[tuple[str, int, int]]:
    """Numbers that are valid, where they start, and the code of their country."""
    # Imported here since most texts hold no number, and it takes 25 ms.
    from phonenumbers import Leniency, PhoneNumberMatcher

    for one in PhoneNumberMatcher(text, "US", Leniency.VALID, _TRIES):
        yield one.raw_string, one.start, one.number.country_code or 0


_TYPES = {1: US_PHONE, 44: UK_PHONE}
_TRIES = 20
