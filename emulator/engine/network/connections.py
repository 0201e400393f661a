"""Connections to receivers: HTTP/1.1, one exchange at a time, kept open for the next one.

Written upon asyncio and the parser that the server itself uses, because a callback has to cost no
more than the call that caused it: `make bench` measures it.
"""

import select
from asyncio import Future, Protocol, Transport, get_running_loop
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from emulator.engine.callbacks import SHOWN, Reply

HEADERS = 64 * 1024
"""How long the headers of an answer may be, in bytes, with what announces it."""


class Broken(ConnectionError):
    """The receiver sent something else than an answer; the message says what."""


class Connection(Protocol):
    """One connection to a receiver."""

    def __init__(self) -> None:
        self._transport: Transport | None = None
        self._gone = get_running_loop().create_future()
        self._parser = HttpResponseParser(self)
        self._waiting: Future[Reply] | None = None
        self._status: int | None = None
        self._framed = False
        self._came = 0
        self._body = bytearray()

    @property
    def usable(self) -> bool:
        """Whether another exchange may begin."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def quiet(self) -> bool:
        """Whether the receiver has neither closed it nor sent what nobody asked for.

        The system is asked, since asyncio may not have been told yet.
        """
        if self._transport is None:
            return False
        return not _readable(self._transport.get_extra_info("socket").fileno())

    async def exchange(self, *request: bytes) -> Reply:
        """Send a request and return its answer; `Broken` or another `OSError` where none comes."""
        self._waiting = get_running_loop().create_future()
        self._status, self._came = None, 0
        self._body.clear()
        cast("Transport", self._transport).writelines(request)
        return await self._waiting

    def send_and_close(self, *request: bytes) -> None:
        """Send what is only the beginning of a request, and wait for no answer."""
        transport = cast("Transport", self._transport)
        transport.writelines(request)
        transport.close()

    def close(self) -> None:
        """Close it; what was to be sent is sent no more."""
        if self._transport is not None:
            self._transport.abort()

    async def gone(self) -> None:
        """Wait until it is closed."""
        await self._gone

    # What asyncio tells

    def connection_made(self, transport: object) -> None:
        """It is open."""
        self._transport = cast("Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Something came: some of an answer, or else what nobody asked for."""
        if self._waiting is None:
            self.close()
            return
        self._came += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(Broken(f"what it sent is not an answer in HTTP: {error}"))
            self.close()
        if self._status is None and self._came > HEADERS:
            self._fail(Broken(f"the headers of its answer are longer than {HEADERS} bytes"))
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed. An answer that does not say how long it is ends here."""
        self._transport = None
        self._gone.set_result(None)
        if isinstance(error, OSError):
            self._fail(error)
        elif self._status is None:
            self._fail(Broken("it closed the connection without sending an answer"))
        elif self._framed:
            self._fail(Broken("it closed the connection in the middle of its answer"))
        else:
            self._answer()

    # What the parser tells

    def on_message_begin(self) -> None:
        """An answer begins, or one that only announces it; or one more than was asked for."""
        self._framed = False
        if self._waiting is None:
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:  # noqa: ARG002 - the parser's shape
        """A header; what matters is whether the answer says where it ends."""
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._framed = True

    def on_headers_complete(self) -> None:
        """The status is known. 100 and 103 announce another; 101 is the last that is HTTP."""
        status = self._parser.get_status_code()
        if status >= 200 or status == 101:
            self._status = status

    def on_body(self, body: bytes) -> None:
        """Some of the body. What comes after its beginning is not waited for."""
        self._body += body
        if len(self._body) >= SHOWN:
            self._answer()
            self.close()

    def on_message_complete(self) -> None:
        """An answer is whole."""
        if self._status is not None:
            self._answer()
            if not self._parser.should_keep_alive():
                self.close()

    # What is told to who waits, once

    def _answer(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(Reply(self._status or 0, bytes(self._body[:SHOWN])))

    def _fail(self, error: OSError) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)


def _readable(descriptor: int) -> bool:
    """Whether something can be read at once, the end included."""
    if not hasattr(select, "poll"):  # pragma: no cover - Windows, where select takes any number
        return bool(select.select([descriptor], [], [], 0)[0])
    asked = select.poll()
    asked.register(descriptor, select.POLLIN)
    return bool(asked.poll(0))
