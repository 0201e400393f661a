"""The line to a client, where an answer is no usual answer: cut short, or never given.

ASGI has no way to close a connection without an answer, so uvicorn's protocol puts one into the
scope. Another server, or a transport without sockets, sees an exception instead.
"""

from asyncio import FIRST_COMPLETED, Event, Transport, create_task, timeout, wait
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator.core.rendering.bending import Body

_PATIENCE = 1.0
"""How long the rest of a body is waited for, in seconds."""
_ENOUGH = 1024 * 1024
"""How much of it is read, in bytes."""
_CONNECTION = "hive_emulator.connection"
_CYCLE = "hive_emulator.cycle"


class Protocol(HttpToolsProtocol):
    """uvicorn's own HTTP/1.1, with the connection within reach of the application."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """As the loop calls it."""
        super().connection_made(transport)
        # Also where somebody listens to every logger, as pytest does; there are the journals.
        self.access_log = False
        self.lost = Event()

    def connection_lost(self, exc: Exception | None) -> None:
        """As the loop calls it."""
        super().connection_lost(exc)
        self.lost.set()

    def on_headers_complete(self) -> None:
        """As the parser calls it, when a request begins to be answered."""
        super().on_headers_complete()
        self.scope[_CONNECTION] = self  # type: ignore[literal-required]
        self.scope[_CYCLE] = self.cycle  # type: ignore[literal-required]


class Unanswered(Exception):
    """The scenario leaves a call without an answer, and there is no connection to close for it."""


async def send_body(body: Body, status: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer; of one that is cut the beginning, and then the connection is closed."""
    headers = [
        (b"content-type", body.content_type.encode()),
        (b"content-length", b"%d" % len(body.content)),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    cut = body.cut is not None
    await send({"type": "http.response.body", "body": body.sent, "more_body": cut})
    if cut:
        await hang_up(scope, receive)


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection as it is; `Unanswered` where there is none to be closed."""
    connection = scope.get(_CONNECTION)
    if connection is None:
        raise Unanswered("the scenario leaves this call without an answer")
    connection.transport.close()
    await gone(scope, receive)


async def take_in(receive: Receive) -> None:
    """Read what is still to come of a body, within bounds.

    A connection that is closed with something unread is reset, which is another trouble for the
    client than one that is closed; and whether a client is gone shows only where it is read from.
    """
    size = 0
    with suppress(TimeoutError):
        async with timeout(_PATIENCE):
            while size < _ENOUGH:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


async def gone(scope: Scope, receive: Receive) -> None:
    """Wait until the client is gone; what it still sends is not looked at."""
    connection = scope.get(_CONNECTION)
    if connection is not None:
        await connection.lost.wait()
        # Of calls that were pipelined uvicorn knows this of the newest only, and would answer.
        scope[_CYCLE].disconnected = True
        return
    while (await receive())["type"] != "http.disconnect":
        self.access_log = False


async def hold(pause: Coroutine[Any, Any, None], scope: Scope, receive: Receive) -> bool:
    """Wait until the pause is over or the client is gone; whether it still is there."""
    leaving = create_task(gone(scope, receive))
    done, unfinished = await wait({create_task(pause), leaving}, return_when=FIRST_COMPLETED)
    for one in unfinished:
        one.cancel()
    return leaving not in done


def hurry(scope: Scope) -> None:
    """End the connection of a client that does not read what it was sent."""
    connection = scope.get(_CONNECTION)
    if connection is not None and connection.transport.get_write_buffer_size():
        connection.transport.abort()
