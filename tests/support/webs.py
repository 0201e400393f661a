"""A web that is a table: what the emulator downloads from in tests that need no socket."""

import socket
from asyncio import Event
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from emulator.engine.fetch import Answer
from emulator.engine.network.addresses import Target

Page = bytes | int | str | BaseException
"""Bytes that are there, a status of an error, where a redirect goes, or why no answer comes."""


@dataclass
class Pages:
    """Answers with what stands at an address; of a list with one after the other.

    `names` are the addresses of names. A page in `gates` waits until its event is set.
    """

    pages: dict[str, Page | list[Page]] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gates: dict[str, Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    chunk: int = 2**16
    closed: bool = False

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return self.names[host]

    @asynccontextmanager
    async def get(self, target: Target, address: str) -> AsyncIterator[Answer]:
        url = f"{target.scheme}://{target.authority}{target.path}"
        self.asked.append(url)
        self.addresses.append(address)
        if url in self.gates:
            await self.gates[url].wait()
        page = self.pages.get(url, 404)
        if isinstance(page, list):
            page = page.pop(0) if len(page) > 1 else page[0]
        if isinstance(page, BaseException):
            raise page
        if isinstance(page, str):
            yield Answer(302, page, self._in_chunks(b"elsewhere"))
        elif isinstance(page, int):
            yield Answer(page, None, self._in_chunks(b"nothing"))
        else:
            yield Answer(200, None, self._in_chunks(page))

    async def _in_chunks(self, content: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(content), self.chunk):
            yield content[at : at + self.chunk]

    async def close(self) -> None:
        self.closed = True
