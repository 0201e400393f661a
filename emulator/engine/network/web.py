"""The real web: downloads with httpx, one connection at the address that was checked."""

import socket
import ssl
from asyncio import get_running_loop
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import unquote

from emulator.engine.fetch import Answer, Garbled
from emulator.engine.network.addresses import Target

if TYPE_CHECKING:
    import httpx

NOT_HTTP, WRONG_LENGTH, DOWNLOAD_ERROR = 2206, 2207, 2000


class HttpWeb:
    """Asks with httpx; nothing that comes is unpacked, so that a few bytes stay a few bytes.

    `context` says which certificates are trusted, the usual ones without it.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """As `Web.resolve` says."""
        found = await get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [str(address[0]) for *_, address in found]

    @asynccontextmanager
    async def get(self, target: Target, address: str) -> AsyncIterator[Answer]:
        """As `Web.get` says."""
        import httpx

        client = self._client(target.scheme)
        request = client.build_request(
            "GET",
            httpx.URL(scheme=target.scheme, host=address, port=target.port, path="/"),
            headers=_headers(target),
            extensions={"target": target.path.encode("ascii"), "sni_hostname": target.host},
        )
        try:
            response = await client.send(request, stream=True)
            try:
                yield Answer(
                    response.status_code, response.headers.get("location"), response.aiter_raw()
                )
            finally:
                await response.aclose()
        except httpx.RemoteProtocolError as error:
            raise Garbled(_garbled(str(error)), str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _root_of(error) from error

    def _client(self, scheme: str) -> "httpx.AsyncClient":
        # Neither httpx nor a verifying context is made before something is downloaded.
        if scheme not in self._clients:
            import httpx

            trusted = self._context or scheme == "https"
            self._clients[scheme] = httpx.AsyncClient(
                verify=trusted if scheme == "https" else False,
                trust_env=False,
                timeout=None,  # noqa: S113 - a try has one time limit, where it is made
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            )
        return self._clients[scheme]

    async def close(self) -> None:
        """As `Web.close` says."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()


_HINTS: Mapping[str, int] = {
    "Server disconnected": DOWNLOAD_ERROR,
    "incomplete": WRONG_LENGTH,
    "Content-Length": WRONG_LENGTH,
    "content-length": WRONG_LENGTH,
    "complete message body": WRONG_LENGTH,
}


def _garbled(why: str) -> int:
    """Hive's code for what is no HTTP, told by the words of the library that reads it."""
    return next((code for words, code in _HINTS.items() if words in why), NOT_HTTP)


def _headers(target: Target) -> Mapping[str, str]:
    headers = {
        "host": target.authority,
        "user-agent": "hive-emulator",
        "accept": "*/*",
        "accept-encoding": "identity",
        "connection": "close",
    }
    if target.credentials:
        plain = unquote(target.credentials).encode()
        headers["authorization"] = f"Basic {b64encode(plain).decode()}"
    return headers


def _root_of(error: Exception) -> OSError:
    """The system's own error behind what the library raises, where there is one."""
    for below in _chain(error):
        if isinstance(below, ssl.SSLCertVerificationError):
            return below
        if isinstance(below, OSError) and (below.errno or isinstance(below, TimeoutError)):
            return below
    return ConnectionError(f"{error}" or type(error).__name__)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _chain(inner)
        yield error
        error = error.__cause__ or error.__context__
