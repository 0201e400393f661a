"""Calls that have come as far as a test wants them, without any HTTP."""

from typing import Any

from emulator import Emulator
from emulator.core.access import Address
from emulator.core.faults import Event
from emulator.engine.calls import Call
from emulator.engine.tasks import Task


def begun(emulator: Emulator, event: Event = Event.SUBMIT_SYNC, key: str = "text-key") -> Call:
    """A call that was admitted."""
    call = emulator.begin("POST", Address("/api/v2/task"), f"Token {key}", event)
    emulator.admit(call)
    return call


def taken(emulator: Emulator, callback_url: str, **fields: Any) -> tuple[Call, Task]:
    """An asynchronous call that was taken in, and its task, which is not acknowledged yet."""
    call = begun(emulator, Event.SUBMIT_ASYNC)
    fields["callback_url"] = callback_url
    return call, emulator.accept(call, emulator.read(call, fields, None))
