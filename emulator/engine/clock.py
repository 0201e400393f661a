"""The time of a sandbox: it follows the wall, or stands still until it is moved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from emulator.core.model import ClockMode

START = datetime(2026, 1, 1, tzinfo=UTC)
"""Where a manual clock stands when nobody says otherwise."""

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(5000, 1, 1, tzinfo=UTC)
"""Between these a clock may stand: version-1 UUIDs end in the year 5236, latencies come on top."""

Wall = Callable[[], datetime]

wall: Wall = partial(datetime.now, UTC)
"""The time of this machine, in UTC."""


class Backwards(ValueError):
    """A clock was to be moved back after its sandbox had seen a submission."""


class OutOfRange(ValueError):
    """A clock was to be moved to where it cannot stand."""


def in_range(moment: datetime) -> datetime:
    """The moment, or `OutOfRange` when no clock can stand there."""
    if not FIRST <= moment <= LAST:
        raise OutOfRange(
            f"a clock cannot stand at {moment:%Y-%m-%d}: it stands between {FIRST.year} and "
            f"{LAST.year}"
        )
    return moment


class Clock:
    """Tells the time of one sandbox; it never runs backwards by itself."""

    def __init__(self, wall: Wall, mode: ClockMode = ClockMode.SYSTEM) -> None:
        self._wall = wall
        self.mode = mode
        self._offset = timedelta()
        self._last = START if mode is ClockMode.MANUAL else wall()

    def now(self) -> datetime:
        """The present moment, in UTC."""
        if self.mode is ClockMode.SYSTEM:
            moment = self._wall()
            if self._offset:
                moment += self._offset
            if moment > self._last:
                self._last = moment
        return self._last

    def move_to(self, moment: datetime) -> None:
        """Jump ahead to that moment; a moment that has passed changes nothing."""
        ahead = moment - self.now()
        if ahead > timedelta():
            self._offset += ahead
            self._last = moment

    def set(self, mode: ClockMode, moment: datetime | None, *, used: bool) -> None:
        """Become a clock of that kind, at that moment.

        Without a moment a used clock goes on from where it is; an unused one becomes the wall, or
        stands at `START`. `Backwards` when a used clock would have to go back.
        """
        present = self.now()
        if moment is None:
            fresh = START if mode is ClockMode.MANUAL else self._wall()
            moment = max(present, self._wall()) if used and mode is ClockMode.SYSTEM else fresh
            moment = present if used and mode is ClockMode.MANUAL else moment
        if used and moment < present:
            raise Backwards
        in_range(moment)
        self.mode = mode
        self._offset = moment - self._wall()
        self._last = moment

    def wait_for(self, moment: datetime) -> timedelta | None:
        """How much real time passes until then; None when it does not come by itself."""
        if self.mode is ClockMode.MANUAL:
            return None
        return max(timedelta(), moment - self.now())
