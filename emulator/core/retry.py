"""Whether to call back again, and when: arithmetic, and nothing else.

Nothing is documented about Hive's own retries; the schedule is our choice and a setting.
"""

from dataclasses import dataclass
from datetime import timedelta

SCHEDULE = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))
"""The waits before the second, third and fourth attempt."""

TIMEOUT = timedelta(seconds=10)
"""How long one attempt may take, in real time."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver took it."""


@dataclass(frozen=True, slots=True)
class RetryIn:
    """Try again when this much time has passed on the sandbox's clock."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class GaveUp:
    """There is no attempt left."""


Decision = Delivered | RetryIn | GaveUp


def decide(schedule: tuple[timedelta, ...], attempts: int, status: int | None) -> Decision:
    """What follows after so many attempts, the last of which was answered with that status.

    `status` is None when no answer came. Any 2xx is a success.
    """
    if status is not None and 200 <= status < 300:
        return Delivered()
    if attempts <= len(schedule):
        return RetryIn(schedule[attempts - 1])
    return GaveUp()
