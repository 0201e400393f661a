"""Everything that the journal hears, as it happens: server-sent events."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Scope

from emulator.core.rendering.values import encode, to_bytes
from emulator.engine.emulator import Emulator
from emulator.engine.journal import Entry
from emulator.engine.watching import watch
from emulator.server.control import views
from emulator.server.control.asked import read_number, sandbox_name
from emulator.server.line import hurry

_GREETING = b": the journal of this sandbox, as it is written\n\n"


class Events:
    """The endpoint that streams."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def events(self, request: Request) -> Response:
        """The entries as they come; those missed since `Last-Event-ID`, or `since`, come first."""
        asked = request.headers.get("last-event-id") or request.query_params.get("since")
        since = read_number("since", asked) if asked is not None else None
        return StreamingResponse(
            self._stream(sandbox_name(request), since, request.scope),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def _stream(self, name: str, since: int | None, scope: Scope) -> AsyncIterator[bytes]:
        worlds = self._emulator.worlds

        def end(entry: Entry | None) -> None:
            # Who does not read is not told either that it all ends, and would hold it up.
            if entry is None and worlds.stopped:
                hurry(scope)

        yield _GREETING
        with worlds.listen(name, end):
            async for entry in watch(worlds, name, since):
                yield _event(entry)


def _event(entry: Entry | None) -> bytes:
    if entry is None:
        return b"event: reset\ndata: {}\n\n"
    data = encode(views.entry(entry))
    return to_bytes(f"id: {entry.id}\nevent: {entry.kind}\ndata: {data}\n\n")
