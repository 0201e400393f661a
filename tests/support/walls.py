"""A wall clock that tests hang up themselves."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Wall:
    """Stands at noon until it is moved."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def pass_time(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
