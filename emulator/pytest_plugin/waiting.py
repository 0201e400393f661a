"""The verbs that wait, blocking and to be awaited.

The blocking ones refuse inside a running event loop: what they wait for, such as a receiver of
callbacks, may live in that very loop.
"""

from asyncio import get_running_loop, to_thread
from collections.abc import Mapping
from typing import Any

from emulator.client import Client, Refused
from emulator.pytest_plugin.records import Passed, passed

_REFUSED_IN_TIME = 408
_MARGIN = 30.0
"""How much longer than it is told to wait the server may take to answer, in seconds."""
So = int | Mapping[str, Any]


class Blocked(RuntimeError):
    """A blocking verb was called where it would block an event loop."""


def refuse_to_block(verb: str, instead: str) -> None:
    """Raise `Blocked` inside a running event loop."""
    try:
        get_running_loop()
    except RuntimeError:
        return
    raise Blocked(
        f"{verb} would block the event loop that runs here, and with it whatever it waits for. "
        f"Use `await {instead}`."
    )


class Waits:
    """What can be waited for in a sandbox; blocks without asking."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def advance(self, by: object, timeout: float) -> Passed:
        """Let so much time pass."""
        return self._pass("advance", {"by": _written(by)}, timeout)

    def run_until_idle(self, limit: object, timeout: float) -> Passed:
        """Let time pass until nothing is left to do."""
        body = {} if limit is None else {"limit": _written(limit)}
        return self._pass("run-until-idle", body, timeout)

    def _pass(self, call: str, body: Mapping[str, Any], timeout: float) -> Passed:
        sent = {**body, "timeout": timeout}
        try:
            return passed(self._client.post("clock", call, body=sent, within=timeout + _MARGIN))
        except Refused as refused:
            if refused.status == _REFUSED_IN_TIME:
                raise TimeoutError(str(refused)) from None
            raise

    def wait_for(self, wanted: Mapping[str, So | None], timeout: float) -> None:
        """Return as soon as it holds, and fail with what there was instead."""
        asked = {
            what: {"at_least": so} if isinstance(so, int) else dict(so)
            for what, so in wanted.items()
            if so is not None
        }
        body = {**asked, "timeout": timeout}
        try:
            self._client.post("wait", body=body, within=timeout + _MARGIN)
        except Refused as refused:
            if refused.status != _REFUSED_IN_TIME:
                raise
            raise AssertionError(_told(refused)) from None


def _told(refused: Refused) -> str:
    """What was missing, and what would have to happen for it to come."""
    lines = [str(refused)]
    due = refused.told["due"]
    if due:
        lines.append(f"It is {refused.told['now']}, and due are:")
        lines += [f"  {one['due']}  {one['what']}" for one in due]
        if refused.told["clock"] == "manual":
            lines.append("The clock stands still: hive.advance(...) lets time pass.")
    return "\n".join(lines)


def _written(duration: object) -> object:
    """A duration as the control API reads it: as it is, or a timedelta in seconds."""
    seconds = getattr(duration, "total_seconds", None)
    return duration if seconds is None else seconds()


class Awaited:
    """`hive.aio`: the verbs that wait, to be awaited; the event loop goes on meanwhile."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits

    async def advance(self, by: object, *, timeout: float = 60.0) -> Passed:
        """As `hive.advance`."""
        return await to_thread(self._waits.advance, by, timeout)

    async def run_until_idle(self, limit: object = None, *, timeout: float = 60.0) -> Passed:
        """As `hive.run_until_idle`."""
        return await to_thread(self._waits.run_until_idle, limit, timeout)

    async def wait_for(
        self,
        *,
        requests: So | None = None,
        tasks: So | None = None,
        callbacks: So | None = None,
        timeout: float = 10.0,
    ) -> None:
        """As `hive.wait_for`."""
        wanted = {"requests": requests, "tasks": tasks, "callbacks": callbacks}
        await to_thread(self._waits.wait_for, wanted, timeout)
