"""The troubles by name: where each may apply, its settings, and the refusal it is.

Only troubles that are a refusal stand here so far; a fault whose name is not in the table is
refused by whoever reads it from a file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from emulator.core import errors
from emulator.core.model import Fault, Source


class Event(StrEnum):
    """What a scenario's step may be about."""

    SUBMIT_SYNC = "submit_sync"
    SUBMIT_ASYNC = "submit_async"


SUBMIT = frozenset({Event.SUBMIT_SYNC, Event.SUBMIT_ASYNC})
EVENTS: Mapping[str, frozenset[Event]] = {
    "submit": SUBMIT,
    **{event.value: frozenset({event}) for event in Event},
}
"""The words that `on` may have, and the events each stands for."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One entry of the table: the settings by name with what each is, and what it does."""

    meaning: str
    refusal: Callable[[], errors.Refusal]
    settings: Mapping[str, str] = field(default_factory=dict)


def _server_trouble(status: int, message: str) -> Callable[[], errors.Refusal]:
    return lambda: errors.ServerTrouble(status, message)


TROUBLES: Mapping[str, Trouble] = {
    "rate_limited": Trouble(
        "429, with a Retry-After header where `retry_after` asks for one",
        errors.rate_limited,
        {"retry_after": "duration"},
    ),
    "invalid_key": Trouble("403, as for a wrong key", errors.scripted_invalid_key),
    "insufficient_balance": Trouble("405, as for a spent balance", errors.no_balance),
    "bad_request": Trouble("400, whatever was sent", errors.scripted_bad_request),
    "server_error": Trouble("500", _server_trouble(500, "Internal server error")),
    "maintenance": Trouble("503", _server_trouble(503, "Offline for maintenance")),
    "gateway_timeout": Trouble("504", _server_trouble(504, "Gateway timeout")),
}


def refusal_of(fault: Fault, because: Source) -> errors.Refusal:
    """The refusal that a fault is, with the reason it was given."""
    refusal = TROUBLES[fault.name].refusal()
    refusal.because = because
    wait: Any = fault.settings.get("retry_after")
    if wait is not None:
        refusal.headers = (("retry-after", str(-(-wait // timedelta(seconds=1)))),)
    return refusal
