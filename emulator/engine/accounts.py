"""What the projects of a sandbox have used up: the calls of their rates, and their balances."""

from datetime import datetime, timedelta
from decimal import Decimal

from emulator.core import errors
from emulator.core.access import Project
from emulator.core.rate import Rate

_TICK = timedelta(microseconds=1)
_NOTHING = Decimal()


class _Bucket:
    """The tokens of one rate, counted so that they are exact: whole numbers, and no call is lost.

    A token is as many parts as there are microseconds in the rate's time, so that each microsecond
    brings as many parts as the rate has calls.
    """

    __slots__ = ("_filled", "_parts", "_rate", "_token")

    def __init__(self, rate: Rate, now: datetime) -> None:
        self._rate = rate
        self._token = rate.within // _TICK
        self._parts = rate.calls * self._token
        self._filled = now

    def parts(self, now: datetime) -> int:
        """What is in it at that moment."""
        calls = self._rate.calls
        passed = max(0, (now - self._filled) // _TICK)
        return min(calls * self._token, self._parts + calls * passed)

    def tokens(self, now: datetime) -> float:
        """How many calls may come at that moment."""
        return self.parts(now) / self._token

    def take(self, now: datetime) -> bool:
        """Take one token out, if there is one."""
        self._parts = self.parts(now)
        # Also when that moment is before the last one, which happens where a clock is set back.
        self._filled = now
        if self._parts < self._token:
            return False
        self._parts -= self._token
        return True


class Accounts:
    """How many calls the projects of one sandbox may still make, and what they may spend.

    A bucket starts full, and fills up evenly on the sandbox's clock.
    """

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._left: dict[str, Decimal] = {}

    def admit(self, project: Project, now: datetime, price: Decimal = _NOTHING) -> None:
        """Let a call in that costs so much, or raise the refusal that it earns.

        One that is refused for its balance has used its token all the same.
        """
        rate = project.rate_limit
        if rate is not None and not self._bucket(project, rate, now).take(now):
            raise errors.rate_limited()
        left = self.left(project)
        if left is not None and left < price:
            raise errors.no_balance()

    def charge(self, project: Project, amount: Decimal) -> None:
        """Spend so much of a project's balance, or all of it where there is less."""
        left = self.left(project)
        if left is not None:
            self._left[project.name] = max(_NOTHING, left - amount)

    def left(self, project: Project) -> Decimal | None:
        """What is left of a project's balance; None where it has none to spend."""
        if project.balance is None:
            return None
        return self._left.get(project.name, project.balance)

    def tokens(self, project: Project, now: datetime) -> float | None:
        """How many calls a project may make at that moment; None where nothing limits it."""
        if project.rate_limit is None:
            return None
        return self._bucket(project, project.rate_limit, now).tokens(now)

    def _bucket(self, project: Project, rate: Rate, now: datetime) -> _Bucket:
        known = self._buckets.get(project.name)
        if known is None:
            known = self._buckets[project.name] = _Bucket(rate, now)
        return known
