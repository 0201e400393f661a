"""A receiver of callbacks that does as little as one can: it reads each, and answers 200."""

import asyncio
from typing import cast

import uvloop

from bench.servers.listening import announce, arguments, listen

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


class Receiver(asyncio.Protocol):
    """One connection, on which one callback comes after another."""

    __slots__ = ("come", "transport")

    def __init__(self) -> None:
        self.come = b""
        self.transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self.come += data
        while (end := self.end()) is not None and len(self.come) >= end:
            self.come = self.come[end:]
            self.transport.write(ANSWER)

    def end(self) -> int | None:
        """Where the callback that comes ends; None before its headers are there."""
        head, found, _ = self.come.partition(END_OF_HEAD)
        if not found:
            return None
        _, _, rest = head.lower().partition(LENGTH)
        return len(head) + len(END_OF_HEAD) + int(rest.partition(b"\r\n")[0])


async def serve() -> None:
    ready_file, _ = arguments()
    listener = listen()
    server = await asyncio.get_running_loop().create_server(Receiver, sock=listener)
    announce(ready_file, listener.getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
