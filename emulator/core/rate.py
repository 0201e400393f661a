"""How many calls a project may make in a time, as people write it: `50/s`, `1000/h`."""

import re
from dataclasses import dataclass
from datetime import timedelta

EXPECTED = "a rate such as 50/s, 100/m, 1000/h or 100/d"
_WRITTEN = re.compile(r"\s*([1-9][0-9]{0,8})\s*/\s*([smhd])\s*", re.ASCII)
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so much time; as many may come at once."""

    calls: int
    within: timedelta

    def __str__(self) -> str:
        return f"{self.calls}/{next(name for name, unit in _UNITS.items() if unit == self.within)}"


def parse_rate(written: object) -> Rate:
    """The rate that was written; ValueError says what is expected."""
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(EXPECTED)
    return Rate(int(found[1]), _UNITS[found[2]])
