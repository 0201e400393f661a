"""Where on a line of scores a decision changes, exactly: down to two doubles that are neighbours.

A search is a generator that is sent what is decided at the values it yields, so that the searches
of many classes ask their questions together.
"""

import itertools
import struct
from collections.abc import Generator, Iterator, Sequence
from math import ceil, floor, inf, nextafter
from typing import NamedTuple

from emulator.core.rendering.values import number

DIGITS = 4
"""Up to so many decimal digits a threshold is looked for as somebody would have written it."""


class Change(NamedTuple):
    """A decision that is `before` up to the value `below`, and `after` from `above` on.

    Nothing lies between the two: they are neighbouring doubles, or neighbouring severities.
    """

    before: str
    after: str
    below: float
    above: float

    @property
    def inclusive(self) -> bool:
        """Whether the threshold itself decides as what is above it: `>=` and `<`, not `>`, `<=`.

        Both neighbours might be what was written; the one with fewer digits is.
        """
        return len(number(self.above)) <= len(number(self.below))

    @property
    def threshold(self) -> float:
        """The value that was written, as far as can be told."""
        return self.above if self.inclusive else self.below


Search = Generator[float, str, list[Change]]


def narrow(low: float, high: float, before: str, after: str) -> Search:
    """The changes between two values that are decided differently, first as decimals."""
    for digits in range(1, DIGITS + 1):
        search = _on_decimals(low, high, before, after, 10**digits)
        low, high, third = yield from search
        if third is not None:
            return (yield from _both(low, high, before, after, *third))
        if (yield from _decided_at(nextafter(high, -inf), low)) == before:
            return [Change(before, after, nextafter(high, -inf), high)]
        if (yield from _decided_at(nextafter(low, inf), high)) == after:
            return [Change(before, after, low, nextafter(low, inf))]
    return (yield from _by_halves(low, high, before, after))


_Third = tuple[float, str] | None
"""A value that is decided in a third way."""


def _on_decimals(
    low: float, high: float, before: str, after: str, scale: int
) -> Generator[float, str, tuple[float, float, _Third]]:
    """The neighbours between which it changes, of those decimals."""
    first, last = floor(low * scale), ceil(high * scale)
    while last - first > 1:
        middle = (first + last) // 2
        value = middle / scale
        if not low < value < high:
            first, last = (middle, last) if value <= low else (first, middle)
            continue
        token = yield value
        if token == before:
            first, low = middle, value
        elif token == after:
            last, high = middle, value
        else:
            return low, high, (value, token)
    return low, high, None


def _decided_at(value: float, other: float) -> Generator[float, str, str | None]:
    """What is decided there; None where that is the other end itself."""
    if value == other:
        return None
    token = yield value
    return token


def _by_halves(low: float, high: float, before: str, after: str) -> Search:
    while (middle := _between(low, high)) is not None:
        token = yield middle
        if token == before:
            low = middle
        elif token == after:
            high = middle
        else:
            return (yield from _both(low, high, before, after, middle, token))
    return [Change(before, after, low, high)]


def _both(low: float, high: float, before: str, after: str, middle: float, token: str) -> Search:
    """The changes on both sides of a value that is decided in a third way."""
    left = yield from _by_halves_or_none(low, middle, before, token)
    right = yield from _by_halves_or_none(middle, high, token, after)
    return left + right


def _by_halves_or_none(low: float, high: float, before: str, after: str) -> Search:
    return [] if before == after else (yield from narrow(low, high, before, after))


def _between(low: float, high: float) -> float | None:
    """The double in the middle, counted in doubles; None between neighbours."""
    first, last = _ordinal(low), _ordinal(high)
    return _double((first + last) // 2) if last - first > 1 else None


def _ordinal(value: float) -> int:
    """The number of a double that is not negative, in the order of doubles."""
    ordinal: int = struct.unpack("<q", struct.pack("<d", value))[0]
    return ordinal


def _double(ordinal: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<q", ordinal))[0]
    return value


def between(cells: Sequence[tuple[float, str]]) -> Iterator[Search]:
    """A search for every two neighbours of a grid that are decided differently."""
    for (low, before), (high, after) in itertools.pairwise(cells):
        if before != after:
            yield narrow(low, high, before, after)
