"""A listener in the place of Hive's own hosts: it takes calls, and passes them to a sandbox.

Bytes are passed on as they come, in both directions, so that a broken answer arrives broken and a
closed connection closed. Of a call only its head is read: its address gets the sandbox in front,
and each connection carries one call.
"""

import asyncio
import socket
import ssl
from asyncio import (
    IncompleteReadError,
    LimitOverrunError,
    StreamReader,
    StreamReaderProtocol,
    StreamWriter,
)
from contextlib import suppress
from threading import Event, Thread
from urllib.parse import urlsplit

_CHUNK = 64 * 1024
_HOST = "127.0.0.1"


class Gateway:
    """Listens at `tls` and `plain`, two ports of this machine, from its own thread."""

    def __init__(self, server: str, sandbox: str, context: ssl.SSLContext) -> None:
        """`server` is the emulator's URL; `context` has the certificate of Hive's names."""
        self.tls = self.plain = 0
        self._server = urlsplit(server)
        self._prefix = f"/s/{sandbox}".encode()
        self._context = context
        self._ready = Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="hive-gateway", daemon=True)
        self._thread.start()
        self._ready.wait()

    def close(self) -> None:
        """Stop listening, and close what is open."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        with socket.create_server((_HOST, 0)) as tls, socket.create_server((_HOST, 0)) as plain:
            self.tls, self.plain = (one.getsockname()[1] for one in (tls, plain))
            for listening, context in ((tls, self._context), (plain, None)):
                listening.setblocking(False)
                self._loop.add_reader(listening, self._take, listening, context)
            self._ready.set()
            await self._stop.wait()
            for listening in (tls, plain):
                self._loop.remove_reader(listening)
            if self._calls:
                await asyncio.wait(self._calls)

    def _take(self, listening: socket.socket, context: ssl.SSLContext | None) -> None:
        # Whoever came may be gone again.
        with suppress(OSError):
            taken, _ = listening.accept()
            taken.setblocking(False)
            call = asyncio.create_task(self._pass(taken, context))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _pass(self, taken: socket.socket, context: ssl.SSLContext | None) -> None:
        """A connection, until its call is over or the gateway closes."""
        call = asyncio.create_task(self._call(taken, context))
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait((call, stopped), return_when=asyncio.FIRST_COMPLETED)
        call.cancel()
        stopped.cancel()
        await asyncio.wait((call,))
        taken.close()

    async def _call(self, taken: socket.socket, context: ssl.SSLContext | None) -> None:
        reader = StreamReader()
        protocol = StreamReaderProtocol(reader)
        # Either side may be gone, or speak no HTTP.
        with suppress(IncompleteReadError, LimitOverrunError, OSError):
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: protocol, taken, ssl=context
            )
            writer = StreamWriter(transport, protocol, reader, self._loop)
            try:
                await self._forward(await reader.readuntil(b"\r\n\r\n"), reader, writer)
                writer.close()
                await writer.wait_closed()
            finally:
                transport.abort()

    async def _forward(self, head: bytes, reader: StreamReader, writer: StreamWriter) -> None:
        server = self._server
        inner, outer = await asyncio.open_connection(
            server.hostname, server.port, ssl=_unasked(server.scheme)
        )
        ways = [asyncio.create_task(_copy(*way)) for way in ((reader, outer), (inner, writer))]
        try:
            outer.write(addressed(head, self._prefix))
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            outer.transport.abort()


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    """Pass on what comes, until one of the two sides is gone."""
    with suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()


def addressed(head: bytes, prefix: bytes) -> bytes:
    """The head of a call with the prefix before its path, for a connection of this call alone."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    method, _, rest = first.partition(b" ")
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([method + b" " + prefix + rest, *kept, b"Connection: close", b"", b""])


def _unasked(scheme: str) -> ssl.SSLContext | None:
    """For an emulator that speaks HTTPS itself: as the client of its control API, nobody asks."""
    if scheme == "http":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
