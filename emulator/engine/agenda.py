"""What is due when: (moment, ordinal, action), earliest first. It never waits for anything."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

Action = Callable[[datetime], None]
"""Something to do at the moment that it is given."""


class Agenda:
    """Actions in the order of their moments, and of their being put down within one moment."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Action]] = []
        self._ordinal = 0

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, due: datetime, action: Action) -> None:
        """Put an action down for a moment."""
        heappush(self._entries, (due, self._ordinal, action))
        self._ordinal += 1

    def next_due(self) -> datetime | None:
        """The earliest moment for which anything is put down."""
        return self._entries[0][0] if self._entries else None

    def take_due(self, now: datetime) -> tuple[datetime, Action] | None:
        """The earliest action whose moment has come, taken off."""
        if not self._entries or self._entries[0][0] > now:
            return None
        due, _, action = heappop(self._entries)
        return due, action
