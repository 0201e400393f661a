"""Whether something has happened: `verify` says it now, `wait` as soon as it has."""

from asyncio import Task, create_task, wait
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from emulator.core.matching import Glob
from emulator.core.suggest import shown
from emulator.engine.emulator import Emulator
from emulator.engine.expectations import SORTS, Expectation, Likeness, failures, outlook
from emulator.engine.sandbox import Sandbox
from emulator.engine.watching import wait_until
from emulator.library.inline import when_from
from emulator.server.control import views
from emulator.server.control.asked import (
    ControlError,
    checked_fields,
    fields_of,
    read_number,
    read_patience,
    read_word,
    sandbox_name,
)
from emulator.server.line import hold

_NUMBERS = ("count", "at_least", "at_most")
_PLURALS = {f"{sort}s": sort for sort in SORTS}
_PATIENCE = 10.0
"""How long `wait` waits when nobody says otherwise, in seconds of real time."""


class Asking:
    """The endpoints that hold what happened against what was expected."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def verify(self, request: Request) -> Any:
        """Whether everything that is expected holds; each failure in words."""
        wanted = await fields_of(request, ("expect",))
        listed = wanted.get("expect")
        if not isinstance(listed, list) or not listed:
            raise ControlError(
                400,
                "'expect' must be a list of at least one expectation, such as "
                '{"request": {"path": "/api/v2/task/sync"}, "count": 2}.',
            )
        expected = [_expectation(one, f"expect[{at}]") for at, one in enumerate(listed)]
        failed = failures(expected, self._emulator.sandbox(sandbox_name(request)))
        if failed:
            told = f"{len(failed)} of {len(expected)} expectations do not hold."
            raise ControlError(406, told, ok=False, failures=failed)
        return {"ok": True}

    async def wait(self, request: Request) -> Any:
        """Answer as soon as it holds, or 408 with what was seen and what is due when."""
        wanted = await fields_of(request, (*_PLURALS, "timeout"))
        expected = [
            _of_sort(sort, wanted[plural], plural)
            for plural, sort in _PLURALS.items()
            if plural in wanted
        ]
        if not expected:
            raise ControlError(400, f"Nothing to wait for: name one of {', '.join(_PLURALS)}.")
        within = read_patience(wanted["timeout"]) if "timeout" in wanted else _PATIENCE
        worlds, name = self._emulator.worlds, sandbox_name(request)

        def missing(sandbox: Sandbox) -> int:
            return max(one.missing(sandbox) for one in expected)

        waiting = create_task(wait_until(worlds, name, missing, within))
        if not await hold(settled(waiting), request.scope, request.receive):
            # Nobody is there any more to be told.
            waiting.cancel()
            return Response()
        if waiting.result():
            return {"ok": True, "seen": _seen(expected, worlds.of(name))}
        sandbox = worlds.of(name)
        failed = failures(expected, sandbox)
        due = [{"due": views.stamp(one["due"]), "what": one["what"]} for one in outlook(sandbox)]
        why = "The emulator stops." if worlds.stopped else f"It did not hold within {within:g} s."
        raise ControlError(
            408,
            " ".join([why, *(f"{one[:1].upper()}{one[1:].rstrip('.')}." for one in failed)]),
            ok=False,
            failures=failed,
            seen=_seen(expected, sandbox),
            now=views.stamp(sandbox.clock.now()),
            clock=sandbox.clock.mode.value,
            due=due,
        )


async def settled(waiting: Task[bool]) -> None:
    """Wait until it is known."""
    await wait({waiting})


def _seen(expected: list[Expectation], sandbox: Sandbox) -> Mapping[str, int]:
    return {f"{one.sort}s": len(one.found(sandbox)) for one in expected}


def _expectation(written: Any, place: str) -> Expectation:
    """`{"request": {...}, "count": 2}`."""
    fields = checked_fields(written, (*SORTS, *_NUMBERS), place)
    sorts = [sort for sort in SORTS if sort in fields]
    if len(sorts) != 1:
        raise ControlError(400, f"{place} needs one of {', '.join(SORTS)}.")
    numbers = {name: fields[name] for name in _NUMBERS if name in fields}
    return _made(sorts[0], fields[sorts[0]], numbers, f"{place}.{sorts[0]}")


def _of_sort(sort: str, written: Any, place: str) -> Expectation:
    """`{"state": "delivered", "at_least": 3}`."""
    fields = checked_fields(written, (*SORTS[sort].fields, "when", *_NUMBERS), place)
    numbers = {name: fields[name] for name in _NUMBERS if name in fields}
    like = {name: value for name, value in fields.items() if name not in numbers}
    return _made(sort, like, numbers, place)


def _made(sort: str, like: Any, numbers: Mapping[str, Any], place: str) -> Expectation:
    fields = checked_fields(like, (*SORTS[sort].fields, "when"), place)
    if "count" in numbers and len(numbers) > 1:
        raise ControlError(400, f"{place}: 'count' is exact, and stands alone.")
    read = {name: read_number(name, value) for name, value in numbers.items()}
    if read.get("at_most", read.get("at_least", 0)) < read.get("at_least", 0):
        raise ControlError(400, f"{place}: 'at_most' is less than 'at_least'.")
    return Expectation(
        sort,
        Likeness(
            {name: _glob(sort, name, value) for name, value in fields.items() if name != "when"},
            when_from(fields["when"], f"{place}.when") if "when" in fields else None,
        ),
        **read,
    )


def _glob(sort: str, name: str, value: Any) -> Glob:
    words = SORTS[sort].words.get(name)
    if words is not None and "*" not in str(value):
        # A word that cannot be would make "none of them" true for ever.
        read_word(name, value, words)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ControlError(400, f"{name!r} is {shown(value)}: it must be a text or a number.")
    return Glob(str(value))
