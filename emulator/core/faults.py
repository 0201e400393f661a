"""The troubles by name: what each does, where it may apply, and the settings it takes.

Five sorts of trouble exist. A *refusal* answers a call with an error, or not at all; *pace* makes
an answer late; *body* bends an answer or a callback; *task* makes a task end without a result;
*sending* changes how a callback is sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, StrEnum
from typing import Any, Final

from emulator.core import errors
from emulator.core.model import Fault, Source
from emulator.core.suggest import listed


class Event(StrEnum):
    """What a scenario's step may be about."""

    SUBMIT_SYNC = "submit_sync"
    SUBMIT_ASYNC = "submit_async"
    SUMMARY = "summary"
    TRIGGER = "trigger"
    CALLBACK = "callback"


SUBMIT: Final = frozenset({Event.SUBMIT_SYNC, Event.SUBMIT_ASYNC})
ANSWERED: Final = SUBMIT | {Event.SUMMARY, Event.TRIGGER}
RESULTS: Final = frozenset({Event.SUBMIT_SYNC, Event.SUMMARY, Event.CALLBACK})
"""Where a result is handed over; the acknowledgement of an asynchronous task holds none."""
CALLBACK: Final = frozenset({Event.CALLBACK})
EVENTS: Mapping[str, frozenset[Event]] = {
    "submit": SUBMIT,
    **{event.value: frozenset({event}) for event in Event},
}
"""The words that `on` may have, and the events each stands for."""


class Sort(Enum):
    """What a trouble does something to."""

    REFUSAL = "refusal"
    PACE = "pace"
    BODY = "body"
    TASK = "task"
    SENDING = "sending"


class Kind(Enum):
    """What the value of a setting is."""

    DURATION = "duration"
    COUNT = "count"
    CODE = "code"
    ANY_CODE = "any code"
    TEXT = "text"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that may stand beside a trouble; `default` is what counts when it does not."""

    kind: Kind
    default: Any
    meaning: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """One entry of the table; `refusal` makes the error of those that are one."""

    sort: Sort
    on: frozenset[Event]
    meaning: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    refusal: Callable[[], errors.Refusal] | None = None


def _refusal(meaning: str, refusal: Callable[[], errors.Refusal], **settings: Setting) -> Trouble:
    return Trouble(Sort.REFUSAL, ANSWERED, meaning, settings, refusal)


def _server_trouble(status: int, message: str) -> Callable[[], errors.Refusal]:
    return lambda: errors.ServerTrouble(status, message)


def _task(meaning: str, **settings: Setting) -> Trouble:
    return Trouble(Sort.TASK, SUBMIT, meaning, settings)


def _duration(seconds: float, meaning: str) -> Setting:
    return Setting(Kind.DURATION, timedelta(seconds=seconds), meaning)


_EVERYWHERE = frozenset(Event)

TROUBLES: Mapping[str, Trouble] = {
    "rate_limited": _refusal(
        "429, with a Retry-After header where `retry_after` asks for one",
        errors.rate_limited,
        retry_after=Setting(Kind.DURATION, None, "the Retry-After header, in whole seconds"),
    ),
    "invalid_key": _refusal("403, as for a wrong key", errors.scripted_invalid_key),
    "insufficient_balance": _refusal("405, as for a spent balance", errors.no_balance),
    "bad_request": _refusal("400, whatever was sent", errors.scripted_bad_request),
    "server_error": _refusal("500", _server_trouble(500, "Internal server error")),
    "maintenance": _refusal("503", _server_trouble(503, "Offline for maintenance")),
    "gateway_timeout": _refusal("504", _server_trouble(504, "Gateway timeout")),
    "hang": _refusal(
        "no answer: the connection stays open until the client gives up, or for `delay`; nothing "
        "is taken",
        errors.hung,
        delay=Setting(Kind.DURATION, None, "how long, in real time; for ever when left out"),
    ),
    "disconnect": _refusal(
        "no answer: the connection is closed; nothing is taken", errors.disconnected
    ),
    "slow": Trouble(
        Sort.PACE,
        ANSWERED,
        "the answer comes late; goes with any other trouble",
        {"delay": _duration(3, "how late, in real time")},
    ),
    "truncated": Trouble(
        Sort.BODY, _EVERYWHERE, "half of the body, and then the connection is closed"
    ),
    "malformed_json": Trouble(Sort.BODY, _EVERYWHERE, "a body that is no JSON"),
    "wrong_content_type": Trouble(Sort.BODY, _EVERYWHERE, "the same body, declared as text/html"),
    "unknown_class": Trouble(
        Sort.BODY,
        RESULTS,
        "a class in every list of classes that no taxonomy has",
        {"class": Setting(Kind.TEXT, "yes_unheard_of", "its name")},
    ),
    "missing_field": Trouble(
        Sort.BODY,
        _EVERYWHERE,
        "a field of the body is left out",
        {
            "field": Setting(
                Kind.TEXT,
                None,
                "which, as a path such as status.0.response; otherwise status, or task_id of an "
                "acknowledgement",
            )
        },
    ),
    "oversized": Trouble(
        Sort.BODY,
        _EVERYWHERE,
        "a body with a huge field more",
        {"size": Setting(Kind.SIZE, 5 * 1024**2, "of that field")},
    ),
    "download_failed": _task(
        "the medium cannot be downloaded",
        code=Setting(Kind.CODE, 2100, "Hive's error code, one of the 2000s"),
    ),
    "unsupported_media": _task("the medium is of a kind that no model takes"),
    "corrupt_file": _task("the medium cannot be decoded"),
    "classifier_error": _task("the model fails"),
    "classifier_timeout": _task("the model takes too long"),
    "partial_failure": _task(
        "the result is there, and a second element of its `status` tells of a failure",
        error_code=Setting(Kind.ANY_CODE, 3000, "Hive's error code, any of them"),
    ),
    "lost": Trouble(Sort.SENDING, CALLBACK, "the callback is never sent, and ends as dropped"),
    "late": Trouble(
        Sort.SENDING,
        CALLBACK,
        "the callback is sent later than it is due",
        {"delay": _duration(60, "how much later, on the sandbox's clock")},
    ),
    "duplicate": Trouble(
        Sort.SENDING,
        CALLBACK,
        "the callback is sent more than once",
        {"copies": Setting(Kind.COUNT, 2, "how often in all")},
    ),
    "early": Trouble(
        Sort.SENDING, CALLBACK, "the callback is sent before the acknowledgement is out"
    ),
    "reordered": Trouble(
        Sort.SENDING,
        CALLBACK,
        "the next callback overtakes this one",
        {"delay": _duration(1, "how long it waits for a next one, on the sandbox's clock")},
    ),
    "other_task_id": Trouble(
        Sort.BODY, CALLBACK, "the callback carries the id of a task that nobody submitted"
    ),
}


def setting(fault: Fault, name: str) -> Any:
    """The value of a setting, as it was written or as by default."""
    if name in fault.settings:
        return fault.settings[name]
    return TROUBLES[fault.name].settings[name].default


def sort_of(fault: Fault) -> Sort:
    """What a trouble does something to."""
    return TROUBLES[fault.name].sort


def objection(name: str, on: str) -> str | None:
    """Why a trouble cannot apply to what `on` says, or None when it can."""
    trouble = TROUBLES[name]
    if EVENTS[on] <= trouble.on:
        return None
    possible = [word for word, events in EVENTS.items() if events <= trouble.on]
    return f"the fault {name!r} cannot be on {on!r}: it can be on {listed(possible)}"


def event_of_content(fault: Fault, submitted: Event) -> Event | None:
    """Where a trouble that content itself asks for applies: at the submission or at its callback.

    None where this submission has no place for it.
    """
    on = TROUBLES[fault.name].on
    if submitted in on:
        return submitted
    return Event.CALLBACK if submitted is Event.SUBMIT_ASYNC and Event.CALLBACK in on else None


def refusal_of(fault: Fault, because: Source) -> errors.Refusal:
    """The refusal that a fault is, with the reason it was given."""
    make = TROUBLES[fault.name].refusal
    if make is None:
        raise LookupError(f"{fault.name} is no refusal")
    refusal = make()
    refusal.because, refusal.fault = because, fault.name
    wait: timedelta | None = fault.settings.get("retry_after")
    if wait is not None:
        refusal.headers = (("retry-after", str(-(-wait // timedelta(seconds=1)))),)
    if isinstance(refusal, errors.NoAnswer):
        refusal.within = fault.settings.get("delay")
    return refusal
