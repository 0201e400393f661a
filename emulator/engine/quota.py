"""Bounds on what all sandboxes keep together: the largest one forgets its oldest first."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from math import inf
from typing import Protocol


class Keeper(Protocol):
    """What one sandbox keeps of something, in the order in which it came."""

    def forget_oldest(self) -> int:
        """Drop the oldest that may be dropped, and give the bytes that it was added with."""
        ...


class _Share:
    """What one keeper holds: how many things, and how many bytes; `ordinal` decides ties."""

    __slots__ = ("count", "keeper", "ordinal", "size")

    def __init__(self, keeper: Keeper, ordinal: int) -> None:
        self.keeper = keeper
        self.ordinal = ordinal
        self.count = 0
        self.size = 0


class _Ranking:
    """Finds the largest share by one measure, without looking at all of them.

    Each stands in a heap with a size that is never less than its own: one that grew is listed again
    before the heap is asked, one that shrank when it comes to the top.
    """

    def __init__(self, measure: Callable[[_Share], int]) -> None:
        self._measure = measure
        self._heap: list[tuple[int, int, _Share]] = []
        self._listed: dict[_Share, int] = {}
        self._grown: dict[_Share, None] = {}

    def grew(self, share: _Share) -> None:
        """That share holds more than before."""
        self._grown[share] = None

    def leave(self, share: _Share) -> None:
        """That share is gone."""
        self._grown.pop(share, None)
        self._listed.pop(share, None)

    def largest(self) -> _Share:
        """The largest share; there is one at least that holds anything."""
        self._list_grown()
        while True:
            listed, ordinal, share = self._heap[0]
            if self._listed.get(share) != -listed:
                heappop(self._heap)
                continue
            size = self._measure(share)
            if size == -listed:
                return share
            self._listed[share] = size
            heapreplace(self._heap, (-size, ordinal, share))

    def _list_grown(self) -> None:
        for share in self._grown:
            size = self._measure(share)
            if size > self._listed.get(share, 0):
                self._listed[share] = size
                heappush(self._heap, (-size, share.ordinal, share))
        self._grown.clear()
        # What was listed before stays below: it is cleared away when it is most of the heap.
        if len(self._heap) > 2 * len(self._listed) + 64:
            self._heap = [(-size, one.ordinal, one) for one, size in self._listed.items()]
            heapify(self._heap)


class Quota:
    """Counts what its keepers hold, and makes room when it is too much.

    It bounds how many things there are and, where that is given, the bytes they take. The largest
    keeper by what is too much forgets; a thing that is larger than the bound goes like any other,
    after all that its keeper held before it.
    """

    def __init__(self, most: int, most_bytes: int | None = None) -> None:
        self._most = most
        self._most_bytes = inf if most_bytes is None else most_bytes
        self._count = 0
        self._size = 0
        self._shares: dict[Keeper, _Share] = {}
        self._joined = 0
        self._by_count = _Ranking(lambda share: share.count)
        self._by_size = _Ranking(lambda share: share.size)
        # Who was added to last, as long as both rankings know that it has grown; and whether it is
        # the largest by count in a quota that is full of them.
        self._latest: _Share | None = None
        self._swapping = False

    def join(self, keeper: Keeper) -> None:
        """Count what this keeper holds from now on."""
        self._joined += 1
        self._shares[keeper] = _Share(keeper, self._joined)

    def leave(self, keeper: Keeper) -> None:
        """The keeper, and all that it holds, is gone."""
        share = self._shares.pop(keeper, None)
        if share is None:
            return
        self._count -= share.count
        self._size -= share.size
        self._by_count.leave(share)
        self._by_size.leave(share)
        self._latest = None
        # The share itself may still be listed for a while.
        del share.keeper

    def added(self, keeper: Keeper, size: int = 0) -> None:
        """This keeper holds one more, of so many bytes; one that has left is not counted."""
        share = self._latest
        if share is None or share.keeper is not keeper:
            share = self._shares.get(keeper)
            if share is None:
                return
            self._by_count.grew(share)
            self._by_size.grew(share)
            self._latest, self._swapping = share, False
        if self._swapping:
            # What comes in and what goes out are the same keeper's, and all else stays as it is.
            size -= keeper.forget_oldest()
        else:
            share.count += 1
            self._count += 1
        share.size += size
        self._size += size
        if self._count > self._most or self._size > self._most_bytes:
            self._make_room(share)

    def grew(self, keeper: Keeper, size: int) -> None:
        """Something that this keeper holds takes so many bytes more, or fewer."""
        share = self._shares.get(keeper)
        if share is None:
            return
        share.size += size
        self._size += size
        self._by_size.grew(share)
        if self._size > self._most_bytes:
            self._make_room(share)

    def dropped(self, keeper: Keeper, size: int = 0) -> None:
        """This keeper has done without one thing, of so many bytes."""
        share = self._shares.get(keeper)
        if share is None:
            return
        self._latest = None
        share.count -= 1
        share.size -= size
        self._count -= 1
        self._size -= size

    def _make_room(self, grown: _Share) -> None:
        """Let the largest forget until all is within its bounds."""
        self._latest = None
        while self._count > self._most:
            largest = self._by_count.largest()
            self._forget(largest)
            if largest is grown:
                self._latest, self._swapping = grown, True
        while self._size > self._most_bytes:
            self._latest = None
            self._forget(self._by_size.largest())

    def _forget(self, share: _Share) -> None:
        dropped = share.keeper.forget_oldest()
        share.count -= 1
        share.size -= dropped
        self._count -= 1
        self._size -= dropped
