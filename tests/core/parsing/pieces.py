"""Bodies in pieces: however a network cuts them."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from hypothesis import strategies as st

CUTS = st.lists(st.integers(0, 100_000), max_size=20)


def in_pieces(body: bytes, cuts: Iterable[int]) -> Iterator[bytes]:
    places = {0, len(body), *(cut % (len(body) + 1) for cut in cuts)}
    return (body[begin:end] for begin, end in pairwise(sorted(places)))
