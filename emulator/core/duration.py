"""Durations as people write them: `250ms`, `5s`, `2m`, `1h`, `30d`, or a number of seconds."""

import re
from datetime import timedelta

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_WRITTEN = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)?", re.ASCII)
LONGEST = timedelta(days=36500)
EXPECTED = "a duration such as 250ms, 5s, 2m, 1h, 30d, or a number of seconds"


def parse_duration(written: object) -> timedelta:
    """The duration that was written; ValueError says what is expected instead."""
    if isinstance(written, bool) or not isinstance(written, (str, int, float)):
        raise ValueError(EXPECTED)
    found = _WRITTEN.fullmatch(str(written).strip())
    if found is None:
        raise ValueError(EXPECTED)
    amount, unit = found.groups()
    if float(amount) * _UNITS[unit or "s"].total_seconds() > LONGEST.total_seconds():
        raise ValueError(f"{EXPECTED}, at most {LONGEST.days}d")
    return float(amount) * _UNITS[unit or "s"]


def format_duration(duration: timedelta) -> str:
    """The shortest way to write a duration, in the largest unit that keeps it whole."""
    for unit in ("d", "h", "m", "s"):
        if duration and not duration % _UNITS[unit]:
            return f"{duration // _UNITS[unit]}{unit}"
    if not duration:
        return "0s"
    whole, rest = divmod(duration, _UNITS["ms"])
    return f"{whole}.{rest.microseconds:03}".rstrip("0").rstrip(".") + "ms"
