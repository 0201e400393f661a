"""The time of a sandbox, and its beginning anew."""

from collections.abc import Awaitable, Mapping
from typing import Any

from starlette.requests import Request

from emulator.core.duration import EXPECTED
from emulator.core.model import ClockMode
from emulator.core.suggest import shown
from emulator.engine.clock import Backwards
from emulator.engine.emulator import Emulator
from emulator.engine.passing import LIMIT, PATIENCE, Passed, StillWaiting, WorldEnded
from emulator.engine.sandbox import Sandbox
from emulator.engine.worlds import KEPT
from emulator.server.control import views
from emulator.server.control.asked import (
    ControlError,
    fields_of,
    read_duration,
    read_moment,
    read_number,
    read_patience,
    read_word,
    sandbox_name,
)


class Moments:
    """The endpoints of the clock, and of the reset."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def clock(self, request: Request) -> Any:
        """The time of the sandbox."""
        return views.clock(self._sandbox(request).clock)

    async def set_clock(self, request: Request) -> Any:
        """Another kind of clock, or another moment."""
        sandbox = self._sandbox(request)
        wanted = await fields_of(request, ("mode", "now"))
        mode = ClockMode(read_word("mode", wanted.get("mode", sandbox.clock.mode.value), ClockMode))
        moment = read_moment("now", wanted["now"]) if wanted.get("now") is not None else None
        try:
            self._emulator.set_clock(sandbox, mode, moment)
        except Backwards:
            now = views.stamp(sandbox.clock.now())
            raise ControlError(
                409,
                f"The sandbox {sandbox.name!r} has seen submissions, and its clock is at {now}: "
                "it cannot go back. POST /_emulator/reset makes the sandbox new.",
            ) from None
        return views.clock(sandbox.clock)

    async def advance(self, request: Request) -> Any:
        """Let time pass."""
        wanted = await fields_of(request, ("by", "timeout"))
        if "by" not in wanted:
            raise ControlError(400, f"The field 'by' is missing: it must be {EXPECTED}.")
        by = read_duration("by", wanted["by"])
        sandbox = self._sandbox(request)
        return await _passed(self._emulator.advance(sandbox, by, _patience(wanted)))

    async def run_until_idle(self, request: Request) -> Any:
        """Let time pass until nothing is left to do."""
        wanted = await fields_of(request, ("limit", "timeout"))
        limit = read_duration("limit", wanted["limit"]) if "limit" in wanted else LIMIT
        sandbox = self._sandbox(request)
        return await _passed(self._emulator.run_until_idle(sandbox, limit, _patience(wanted)))

    async def reset(self, request: Request) -> Any:
        """The sandbox as new."""
        wanted = await fields_of(request, ("keep", "seed"))
        keep = wanted.get("keep", [])
        if not isinstance(keep, list):
            told = f"'keep' is {shown(keep)}: it must be a list of {', '.join(KEPT)}."
            raise ControlError(400, told)
        for one in keep:
            read_word("keep", one, KEPT)
        seed = read_number("seed", wanted["seed"]) if "seed" in wanted else None
        return views.sandbox(self._emulator.reset(sandbox_name(request), keep, seed))

    def _sandbox(self, request: Request) -> Sandbox:
        return self._emulator.sandbox(sandbox_name(request))


def _patience(wanted: Mapping[str, Any]) -> float:
    return read_patience(wanted["timeout"]) if "timeout" in wanted else PATIENCE


_NO_RECEIVER = "an acknowledgement that is not out, or another call that lets time pass"


async def _passed(passing: Awaitable[Passed]) -> Mapping[str, Any]:
    try:
        passed = await passing
    except StillWaiting as error:
        now = views.stamp(error.now)
        waited = ", ".join(error.receivers) or _NO_RECEIVER
        raise ControlError(
            408,
            f"Still waiting for {waited}. The clock stands at {now}; what has come to its end so "
            "far is in the journal, and the same call goes on from here.",
            now=now,
            waiting_for=list(error.receivers),
        ) from None
    except WorldEnded as error:
        told = f"The sandbox {error.args[0]!r} was reset or forgotten while its time passed."
        raise ControlError(409, told) from None
    return {
        "now": views.stamp(passed.now),
        "delivered": passed.delivered,
        "failed": passed.failed,
        "pending": passed.pending,
    }
