"""Posting callbacks, exactly as addressed, and only where they may go."""

import errno
import socket
import ssl
from asyncio import get_running_loop, timeout
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from emulator.core.duration import format_duration
from emulator.core.rendering.bending import Body
from emulator.engine.callbacks import Reply, Unreachable
from emulator.engine.network.addresses import Target, is_private_name, target_of
from emulator.engine.network.connections import Connection
from emulator.engine.network.pool import Pool

FORBIDDEN = (
    "{host} is outside the private networks, where callbacks are not sent unless the server is "
    "started with --callback-targets any"
)


CUT_SHORT = "half of the body was sent, and the connection closed, as the scenario wants it"


class HttpNetwork:
    """Posts over connections that are kept open; `private_only` keeps it to private networks.

    A name that is looked up is connected to at the very address that was checked. No redirect is
    followed, no proxy asked, no cookie kept. `trust` makes what https receivers are checked with,
    once, with the first callback that needs it: that takes longer than a start allows.
    """

    def __init__(
        self,
        *,
        private_only: bool = True,
        in_container: bool = False,
        trust: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self._private_only = private_only
        self._in_container = in_container
        self._pool = Pool()
        self._trust = cache(trust or usual_trust)

    async def post(self, url: str, body: Body, timeout: float) -> Reply:  # noqa: ASYNC109
        """As `Network.post` says."""
        target = target_of(url)
        try:
            return await self._post(target, body, timeout)
        except TimeoutError:
            allowed = format_duration(timedelta(seconds=timeout))
            raise Unreachable(f"no answer from {target.authority} within {allowed}") from None
        except OSError as error:
            raise Unreachable(self._explain(target, error)) from None

    async def _post(self, target: Target, body: Body, seconds: float) -> Reply:
        head = _head(target, body)
        async with timeout(seconds):
            connection = self._pool.take(target.origin) or await self._connect(target)
            try:
                if body.cut is not None:
                    connection.send_and_close(head, body.sent)
                    raise Unreachable(CUT_SHORT)
                reply = await connection.exchange(head, body.content)
            except BaseException:
                connection.close()
                raise
            self._pool.give(target.origin, connection)
            return reply

    async def _connect(self, target: Target) -> Connection:
        """A new connection to the first of the target's addresses that takes one."""
        refused: OSError | None = None
        for address in await self._addresses(target):
            try:
                return await self._connect_to(address, target)
            except OSError as error:
                refused = error
        raise refused or Unreachable(FORBIDDEN.format(host=target.host))

    async def _connect_to(self, address: str, target: Target) -> Connection:
        secure = target.scheme == "https"
        _, connection = await get_running_loop().create_connection(
            Connection,
            address,
            target.port,
            ssl=self._trust() if secure else None,
            server_hostname=target.host if secure else None,
        )
        return connection

    async def _addresses(self, target: Target) -> Sequence[str]:
        """The addresses of a host to which callbacks may go, in the resolver's order."""
        loop = get_running_loop()
        private = is_private_name(target.host)
        if self._private_only and private is False:
            return ()
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        # A dict, because resolvers repeat themselves.
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        if self._private_only and private is None:
            return [address for address in addresses if is_private_name(address)]
        return addresses

    def _explain(self, target: Target, error: OSError) -> str:
        if error.errno == errno.ECONNREFUSED:
            told = f"connection refused by {target.authority}"
            return f"{told}: {_CONTAINER}" if self._is_own_container(target) else told
        if isinstance(error, socket.gaierror):
            return f"the name {target.host!r} cannot be resolved"
        return f"no answer from {target.authority}: {error}"

    def _is_own_container(self, target: Target) -> bool:
        return self._in_container and (
            target.host in ("localhost", "::1") or target.host[:4] == "127."
        )

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._pool.close()


def usual_trust() -> ssl.SSLContext:
    """The authorities of the system, and the public ones that Python's clients bring along."""
    import certifi

    trusted = ssl.create_default_context()
    trusted.load_verify_locations(certifi.where())
    return trusted


_CONTAINER = (
    "the emulator runs in a container, where localhost is the container itself. Use the receiver's "
    "service name, or host.docker.internal for the machine around it, in callback_url, or start "
    "with --callback-rewrite http://localhost:PORT=http://host.docker.internal:PORT"
)


def _head(target: Target, body: Body) -> bytes:
    """The request line and the headers of a post."""
    lines = (
        f"POST {target.path} HTTP/1.1\r\n"
        f"Host: {target.authority}\r\n"
        f"Content-Type: {body.content_type}\r\n"
        f"Content-Length: {len(body.content)}\r\n"
        "User-Agent: hive-emulator\r\n"
        "Accept: */*\r\n"
        "Accept-Encoding: identity\r\n"
    )
    if target.credentials:
        plain = unquote(target.credentials).encode()
        lines += f"Authorization: Basic {b64encode(plain).decode()}\r\n"
    return f"{lines}\r\n".encode("ascii")


def in_container(root: Path = Path("/"), environ: Mapping[str, str] | None = None) -> bool:
    """Whether this process runs in a container, as far as the usual signs tell."""
    signs = (root / ".dockerenv", root / "run" / ".containerenv")
    return any(sign.exists() for sign in signs) or "KUBERNETES_SERVICE_HOST" in (environ or {})
