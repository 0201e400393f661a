"""Profanity: the words of a list, also in disguise, and never inside of other words.

A disguise is any of: digits and signs for letters (`sh1t`, `a$$`), `*` for letters within (`f**k`),
punctuation between letters (`s.h.i.t`), a letter held for three or more (`shiiit`), accents.

Blanks, and punctuation that stands for nothing, cut a text into chunks; what may stand between the
letters of a word cuts a chunk into pieces. A word is found where a piece is one, or a whole chunk.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from unicodedata import category, combining, normalize

from emulator.core.prediction.folding import is_unspaced

_MARK = "\u0300"
"""Stands for everything that changes no letter: accents, joiners, variation selectors."""
_JOINING = ".-_'~^"
_BREAKING = ',;:?"()[]{}<>/\\&=#%`'
_SIGNS = {"@": "a", "$": "s", "!": "i", "|": "i", "+": "t"}
_DIGITS = dict(zip("0134578l9", "oieastbig", strict=True))
"""What is read as which letter. A 1 may be an i or an l, so that these two are read as one."""

_WORDLY = r"[^\s!-/:-@\[-^`{-~]"
_CUT = re.escape(_BREAKING + _JOINING)
_AT_AN_EDGE = re.compile(rf"[!|+*]++(?!{_WORDLY})|(?<!{_WORDLY})(?<!\*)\*++")
_CHUNK = re.compile(rf"[^\s{re.escape(_BREAKING)}]+")
_PIECE = re.compile(rf"[^\s{_CUT}]+")
_LOOSE_MARKS = re.compile(rf"(?<!{_WORDLY}){_MARK}+")
_HELD = re.compile(r"(\w)\1\1")
_RUN = re.compile(r"(\w)\1+")
_KNOWN_CHARACTERS = 20_000


class _Reading(dict[int, int | str | None]):
    """A table for `translate` that reads all disguises of a letter as one and the same."""

    def __init__(self, signs: dict[str, str], joining: str | None, underscore: str | None) -> None:
        read: dict[str, int | str | None] = {**dict.fromkeys(_BREAKING, " "), **_DIGITS, **signs}
        read |= {**dict.fromkeys(_JOINING, joining), "_": underscore, _MARK: None}
        # Every ASCII character is in it, since what is missing is asked for one by one.
        super().__init__({code: code for code in range(128)} | str.maketrans(read))

    def __missing__(self, code: int) -> int:
        return code


_WHOLE = _Reading(_SIGNS, None, None)
_PIECES = _Reading(_SIGNS, " ", "_")
_SIGNLESS = _Reading(dict.fromkeys(_SIGNS, " "), " ", "_")


class _Folds(dict[int, str]):
    """One character for each: small, without accents, and a blank where it is part of no word."""

    def __missing__(self, code: int) -> str:
        if len(self) > _KNOWN_CHARACTERS:
            self.clear()
        self[code] = folded = _folded(chr(code))
        return folded


_FOLDS = _Folds()
_AS_ASCII = dict(zip("\u2018\u2019\u2013\u2014\u00b7\u2022", "''--..", strict=True))
_ACCENTS = (
    *(("\u0300", "\u036f"), ("\u1ab0", "\u1aff"), ("\u1dc0", "\u1dff")),
    *(("\u20d0", "\u20ff"), ("\ufe00", "\ufe2f")),
)


def _folded(character: str) -> str:
    if category(character) == "Cf" or any(low <= character <= high for low, high in _ACCENTS):
        return _MARK
    base = _AS_ASCII.get(character) or _without_accents(character)
    small = base.lower() if len(base.lower()) == 1 else base
    return small if small.isascii() or category(small)[0] in "LMN" else " "


def _without_accents(character: str) -> str:
    """The letter below the accents, in scripts where that is the same letter to a reader."""
    plain = normalize("NFKD", character)
    base, more = plain[0], plain[1:]
    alphabetic = character < "\u0530" or "\u1e00" <= character < "\u2000"
    only_accents = all(map(combining, more))
    return base if only_accents and (alphabetic or base.isascii()) else character


def flatten(text: str) -> str:
    """The text with every character as words are compared, each in its place."""
    if text.isascii():
        flat = text.lower()
    else:
        flat = text.translate(_FOLDS)
        if _MARK in flat:
            flat = _LOOSE_MARKS.sub(_blanks, flat)
    if "!" in flat or "*" in flat or "+" in flat or "|" in flat:
        flat = _AT_AN_EDGE.sub(_blanks, flat)
    return flat


def _blanks(found: re.Match[str]) -> str:
    return " " * len(found[0])


def reading_of(word: str) -> str:
    """What all disguises of a word are read as."""
    return flatten(word).translate(_WHOLE)


def _let_go(reading: str) -> str:
    """A reading without double letters, so that held letters make no difference."""
    return _RUN.sub(r"\1", reading)


class _Word:
    """A word of the list: as a piece, and as a whole chunk with punctuation between its letters.

    Both are made when they are asked for, since most words of a list are in no text at all.
    """

    def __init__(self, word: str) -> None:
        self.reading = reading_of(word)
        self._letters = flatten(word).translate({ord(one): None for one in (*_JOINING, _MARK)})

    @cached_property
    def piece(self) -> re.Pattern[str]:
        """The word by itself."""
        letters = _letters(self._letters, f"{_MARK}*")
        return re.compile(rf"(?<!{_WORDLY}){letters}{_MARK}*(?!{_WORDLY})")

    @cached_property
    def whole(self) -> re.Pattern[str]:
        """The word with what joins letters anywhere in it, and around it."""
        joining = re.escape(_JOINING)
        letters = _letters(self._letters, f"[{joining}{_MARK}]*")
        return re.compile(rf"[{joining}]*({letters}{_MARK}*)[{joining}]*")


def _letters(flat: str, between: str) -> str:
    """An expression for a word: each run of a letter as long as it is, or held for three or more.

    A character is part of one letter only, so that nothing is tried in many ways.
    """
    runs = []
    for letter, same in groupby(flat):
        one, count = _class_of(letter), len([*same])
        more = f"(?:{between}{one})"
        runs.append(f"{one}(?:{more}{{{max(2, count)},}}|{more}{{{count - 1}}})")
    return between.join(runs)


def _class_of(letter: str) -> str:
    read = _DIGITS.get(letter, letter)
    alike = [one for one, means in {**_DIGITS, **_SIGNS}.items() if means == read and one != "l"]
    return f"[{re.escape(''.join((letter, *alike, '*')))}]"


class Profanity:
    """A list of words; what is asked of a text costs little where none of them is in it."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        spaced = [word for word in self.words if not any(map(is_unspaced, word))]
        self._unspaced = [flatten(word) for word in self.words.difference(spaced)]
        self._ascii = all(map(str.isascii, map(flatten, self.words)))
        self._plain = {flatten(word) for word in spaced}
        self._by_reading: dict[str, list[_Word]] = defaultdict(list)
        self._held: dict[str, list[_Word]] = defaultdict(list)
        self._starred: dict[tuple[str, int], list[_Word]] = defaultdict(list)
        for word in map(_Word, sorted(spaced)):
            self._by_reading[word.reading].append(word)
            self._held[_let_go(word.reading)].append(word)
            self._starred[word.reading[0], len(word.reading)].append(word)

    def may_be_in(self, flat: str) -> bool:
        """Whether to look for them in a flattened text at all; what this denies is not in it."""
        if flat.isascii() and flat.replace(" ", "").isalpha():
            return not self._plain.isdisjoint(flat.split()) or _HELD.search(flat) is not None
        if self._ascii and not flat.isascii():
            # What is no ASCII becomes a question mark, which cuts at least as much as it should.
            flat = flat.replace(_MARK, "").encode("ascii", "replace").decode()
        whole = flat.translate(_WHOLE)
        pieces, wholes = flat.translate(_PIECES).split(), whole.split()
        readings = self._by_reading.keys()
        return (
            not readings.isdisjoint(pieces)
            or (wholes != pieces and not readings.isdisjoint(wholes))
            or _HELD.search(whole) is not None
            or "*" in flat
            or (
                ("$" in flat or "@" in flat or "!" in flat or "+" in flat or "|" in flat)
                and self._has_signless(flat)
            )
            or any(word in flat for word in self._unspaced)
        )

    def _has_signless(self, flat: str) -> bool:
        return not self._by_reading.keys().isdisjoint(flat.translate(_SIGNLESS).split())

    def places(self, flat: str) -> Iterator[tuple[int, int, str]]:
        """Where words of the list stand in a flattened text, and what each is read as.

        They come in order; of those that overlap the first counts, and of these the longest.
        """
        end = 0
        for start, stop, reading in sorted(self._all(flat), key=lambda one: (one[0], -one[1])):
            if start >= end:
                yield start, stop, reading
                end = stop

    def _all(self, flat: str) -> Iterator[tuple[int, int, str]]:
        for chunk in _CHUNK.finditer(flat):
            yield from self._in_chunk(flat, *chunk.span())
        for word in self._unspaced:
            for found in re.finditer(re.escape(word), flat):
                yield *found.span(), word

    def _in_chunk(self, flat: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        chunk = flat[start:end]
        pieces = {*chunk.translate(_PIECES).split(), *chunk.translate(_SIGNLESS).split()}
        found = [
            (*piece.span(), word.reading)
            for word in self._read_as(pieces)
            for piece in word.piece.finditer(flat, start, end)
        ]
        if "*" in chunk:
            found += self._in_stars(flat, start, end)
        yield from found or self._as_a_whole(flat, start, end)

    def _as_a_whole(self, flat: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        for word in self._read_as([flat[start:end].translate(_WHOLE)]):
            if whole := word.whole.fullmatch(flat, start, end):
                yield *whole.span(1), word.reading

    def _read_as(self, readings: Iterable[str]) -> Iterator[_Word]:
        for reading in readings:
            yield from self._by_reading.get(reading, ())
            if _HELD.search(reading):
                yield from self._held.get(_let_go(reading), ())

    def _in_stars(self, flat: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        for piece in _PIECE.finditer(flat, start, end):
            reading = piece[0].translate(_WHOLE)
            if "*" in reading:
                for word in self._starred.get((reading[0], len(reading)), ()):
                    if word.piece.fullmatch(flat, *piece.span()):
                        yield *piece.span(), word.reading
