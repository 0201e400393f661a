"""Downloading what an address names: where it may come from, redirects, tries, and Hive's codes.

Every hop is checked, and connected to at the very address that was checked.
"""

import errno
import socket
import ssl
from asyncio import Event, timeout
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from time import monotonic
from typing import NamedTuple, Protocol
from urllib.parse import urljoin

from emulator.core.codes import CODES, CORRUPT_FILE
from emulator.core.media import Upload
from emulator.core.model import Flaw, Media
from emulator.engine.callbacks import Unreachable
from emulator.engine.network.addresses import Target, is_private_name, target_of
from emulator.settings import Fetch

MOST_REDIRECTS = 10
"""How many redirects are followed: our choice."""
WITHIN = 30.0
"""How long one try may take, in seconds of real time: our choice."""
_PAUSE, _LONGEST_PAUSE = 1.0, 8.0
_MOVED = frozenset({301, 302, 303, 307, 308})
MALFORMED, BAD_PORT, TOO_MANY_REDIRECTS, TIMED_OUT = 2101, 2211, 2212, 2213
DOWNLOAD_ERROR, HTTP_ERROR = 2000, 2100
_FINAL = frozenset({MALFORMED, BAD_PORT})
"""Those that no other try changes."""


class Answer(NamedTuple):
    """What a server answers: its status, where it sends to, and the bytes as they come."""

    status: int
    location: str | None
    chunks: AsyncIterator[bytes]


class Web(Protocol):
    """How bytes come from an address; handed in, so that tests can be the web."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses that a name stands for; OSError where there are none."""
        ...

    def get(self, target: Target, address: str) -> AbstractAsyncContextManager[Answer]:
        """Ask for a target at this address; OSError or `Garbled` where no answer comes."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...


class Garbled(Exception):
    """What came is no HTTP: one of Hive's codes, and why."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Download(NamedTuple):
    """What became of a download: the medium with what its bytes tell, or with its flaw.

    `fetched` is false where it was not tried, since the address is outside of what is allowed;
    `hops` are the addresses that were asked in the last try.
    """

    media: Media
    fetched: bool
    tries: int = 0
    hops: tuple[str, ...] = ()
    why: str = ""


class _Failed(Exception):
    """A try failed with this code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class _Outside(Exception):
    """The address is not among those that are asked."""


class Fetcher:
    """Downloads media; `most` is how many bytes one may have, `wait` how long it is tried again.

    A try takes `within` seconds at most; all of it is real time, which `time` tells, and `rest`
    lets pass.
    """

    def __init__(
        self,
        web: Web,
        allowed: Fetch,
        most: int,
        wait: float,
        *,
        within: float = WITHIN,
        time: Callable[[], float] = monotonic,
        rest: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._web = web
        self._allowed = allowed
        self._most = most
        self._wait = wait
        self._within = within
        self._time = time
        self._rest = rest or _rest

    def wants(self, media: Media | None) -> bool:
        """Whether a medium is one to be downloaded, as far as its address alone tells."""
        return (
            self._allowed is not Fetch.NEVER
            and media is not None
            and media.url is not None
            and media.sha256 is None
        )

    async def download(self, media: Media) -> Download:
        """Download what a medium's address names, trying again as long as that is to be done."""
        begin, tries, pause = self._time(), 0, _PAUSE
        while True:
            tries += 1
            hops: list[str] = []
            try:
                found = await self._try(media, hops)
            except _Outside:
                return Download(media, fetched=False, why=_OUTSIDE)
            except _Failed as failed:
                left = self._wait - (self._time() - begin)
                if left <= 0 or failed.code in _FINAL:
                    flawed = media._replace(flaw=Flaw(failed.code, str(failed)))
                    return Download(flawed, True, tries, tuple(hops), str(failed))
                await self._rest(min(pause, left))
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return Download(found, True, tries, tuple(hops))

    async def _try(self, media: Media, hops: list[str]) -> Media:
        try:
            async with timeout(self._within):
                return await self._follow(media, hops)
        except TimeoutError:
            raise _Failed(TIMED_OUT, f"no whole answer within {self._within:g} s") from None
        except Garbled as error:
            raise _Failed(error.code, str(error)) from None
        except OSError as error:
            raise _Failed(*_meaning(error)) from None

    async def _follow(self, media: Media, hops: list[str]) -> Media:
        """Go from redirect to redirect until something is there."""
        url = media.url or ""
        for _ in range(MOST_REDIRECTS + 1):
            target = _target(url)
            hops.append(url)
            address = await self._address(target, first=len(hops) == 1)
            async with self._web.get(target, address) as answer:
                if answer.status not in _MOVED or answer.location is None:
                    return await self._take(media, target, answer)
                url = _joined(url, answer.location)
        raise _Failed(TOO_MANY_REDIRECTS, f"more than {MOST_REDIRECTS} redirects")

    async def _address(self, target: Target, *, first: bool) -> str:
        """The address that is asked, which is one that may be."""
        known = is_private_name(target.host)
        if self._allowed is Fetch.ANY or known:
            return target.host
        found: Sequence[str] = ()
        if known is None:
            with suppress(OSError):
                found = await self._web.resolve(target.host, target.port)
        inside = next((one for one in found if is_private_name(one)), None)
        if inside is not None:
            return inside
        if first:
            raise _Outside
        raise _Failed(DOWNLOAD_ERROR, f"it was sent on to {target.authority}: {_OUTSIDE}")

    async def _take(self, media: Media, target: Target, answer: Answer) -> Media:
        if not 200 <= answer.status < 300:
            raise _Failed(HTTP_ERROR, f"{target.authority} answered with {answer.status}")
        upload, size = Upload(media.filename), 0
        async for chunk in answer.chunks:
            size += len(chunk)
            if size > self._most:
                told = f"it is larger than {self._most} bytes (option --max-body)"
                raise _Failed(DOWNLOAD_ERROR, told)
            upload.feed(chunk)
        if not size:
            return media._replace(flaw=Flaw(CORRUPT_FILE, "there is not one byte in it"))
        return upload.finish(media.url, media.url_path)

    async def close(self) -> None:
        """Nothing is downloaded afterwards."""
        await self._web.close()


_OUTSIDE = (
    "it is outside the private networks, from where nothing is downloaded unless the server is "
    "started with --fetch any"
)


async def _rest(seconds: float) -> None:
    with suppress(TimeoutError):
        async with timeout(seconds):
            await Event().wait()


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise _Failed(MALFORMED, f"it was sent on to {location!r}: {error}") from None


def _target(url: str) -> Target:
    try:
        target = target_of(url)
    except Unreachable as error:
        code = BAD_PORT if "out of range" in str(error) else MALFORMED
        raise _Failed(code, str(error)) from None
    if not target.port:
        raise _Failed(BAD_PORT, f"{url!r} names the port 0")
    return target


_OF_NAMES: Mapping[int, int] = {socket.EAI_AGAIN: 2202}
_OF_SYSTEM: Mapping[int, int] = {
    errno.ECONNREFUSED: 2203,
    errno.EHOSTUNREACH: 2208,
    errno.ENETUNREACH: 2208,
    errno.ETIMEDOUT: TIMED_OUT,
}
_OF_CERTIFICATES: Mapping[int, int] = {10: 2209, 18: 2205, 19: 2210, 20: 2204, 21: 2204}
"""Hive's codes by those of OpenSSL, after the names that both have."""


def _meaning(error: OSError) -> tuple[int, str]:
    """Hive's code for an error of the system, and what it says."""
    if isinstance(error, socket.gaierror):
        return _OF_NAMES.get(error.errno or 0, 2201), "the name cannot be resolved"
    if isinstance(error, ssl.SSLCertVerificationError):
        code = _OF_CERTIFICATES.get(error.verify_code, DOWNLOAD_ERROR)
        return code, f"its certificate is refused: {error.verify_message}"
    code = _OF_SYSTEM.get(error.errno or 0, DOWNLOAD_ERROR)
    return code, str(error) or CODES[code]
