"""A bound on what all sandboxes keep together: the largest one forgets its oldest first."""

from typing import Protocol


class Keeper(Protocol):
    """What one sandbox keeps of something."""

    def __len__(self) -> int: ...

    def forget_oldest(self) -> None:
        """Drop the oldest that may be dropped."""
        ...


class Quota:
    """Counts what its keepers hold, and makes room when it is too much."""

    _LOOK_AGAIN = 64

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._total = 0
        self._keepers: dict[Keeper, None] = {}
        self._largest: Keeper | None = None
        self._forgotten = 0

    def join(self, keeper: Keeper) -> None:
        """Count what this keeper holds from now on."""
        self._keepers[keeper] = None

    def leave(self, keeper: Keeper) -> None:
        """The keeper, and all that it holds, is gone."""
        self._total -= len(keeper)
        self._keepers.pop(keeper, None)
        self._largest = None

    def added(self, keeper: Keeper) -> None:
        """This keeper holds one more; one that has left is not counted."""
        if keeper not in self._keepers:
            return
        self._total += 1
        while self._total > self._limit:
            self._find_largest().forget_oldest()
            self._total -= 1

    def _find_largest(self) -> Keeper:
        # Which keeper is largest changes slowly, and looking costs as much as there are sandboxes.
        self._forgotten += 1
        stale = self._forgotten % self._LOOK_AGAIN == 0
        if self._largest is None or stale or not len(self._largest):
            self._largest = max(self._keepers, key=len)
        return self._largest
