"""What is due when: (moment, ordinal, action), earliest first. It never waits for anything."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

Action = Callable[[datetime], None]
"""Something to do at the moment that it is given."""


class Entry:
    """Something put down; it can be crossed out again."""

    __slots__ = ("action",)

    def __init__(self, action: Action) -> None:
        self.action: Action | None = action


class Agenda:
    """Actions in the order of their moments, and of their being put down within one moment."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Entry]] = []
        self._ordinal = 0
        self._crossed_out = 0

    def __len__(self) -> int:
        return len(self._entries) - self._crossed_out

    def put(self, due: datetime, action: Action) -> Entry:
        """Put an action down for a moment."""
        entry = Entry(action)
        heappush(self._entries, (due, self._ordinal, entry))
        self._ordinal += 1
        return entry

    def cross_out(self, entry: Entry) -> None:
        """It is not to be done any more; nothing happens where it was done already."""
        if entry.action is not None:
            entry.action = None
            self._crossed_out += 1

    def next_due(self) -> datetime | None:
        """The earliest moment for which anything is put down."""
        entries = self._entries
        while entries and entries[0][2].action is None:
            heappop(entries)
            self._crossed_out -= 1
        return entries[0][0] if entries else None

    def take_due(self, now: datetime) -> tuple[datetime, Action] | None:
        """The earliest action whose moment has come, taken off."""
        due = self.next_due()
        if due is None or due > now:
            return None
        entry = heappop(self._entries)[2]
        action, entry.action = entry.action, None
        # What was crossed out was passed over by `next_due`.
        return None if action is None else (due, action)
