"""The real network: callbacks posted with httpx over pooled connections, to allowed targets."""

import errno
import ipaddress
import socket
from asyncio import get_running_loop, timeout
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from emulator.core.duration import format_duration
from emulator.core.rendering.bending import Body
from emulator.engine.callbacks import SHOWN, Reply, Unreachable

if TYPE_CHECKING:
    import httpx

from datetime import timedelta

AT_ONCE = 64
"""How many callbacks of one sandbox may be on their way at the same time."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: `path` is everything after the authority, exactly as written."""

    scheme: str
    host: str
    port: int
    path: str
    credentials: str | None = None

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """The parts of an absolute http or https address; `Unreachable` when it is none."""
    try:
        parts = urlsplit(url)
        usual = {"http": 80, "https": 443}[parts.scheme]
        port = usual if parts.port is None else parts.port
        host = _ascii_host(parts.hostname or "")
        start = url.index("://") + 3
        rest = url[start + len(parts.netloc) :].partition("#")[0]
        # Only what a request line cannot carry is encoded; all the rest is sent as it was given.
        path = quote(rest if rest.startswith("/") else f"/{rest}", safe=_PRINTABLE)
        credentials = parts.netloc.rpartition("@")[0] or None
        unquote(credentials or "").encode()
    except (ValueError, KeyError) as error:
        raise Unreachable(
            f"{url!r} is not an address that anything can be sent to: {error}"
        ) from None
    return Target(parts.scheme, host, port, path, credentials)


_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def _ascii_host(host: str) -> str:
    if not host:
        raise ValueError("it has no host")
    # Asked for plain names as well: it refuses an empty or overlong label, as the system does.
    return host if ":" in host else host.encode("idna").decode()


def is_private_name(host: str) -> bool | None:
    """Whether a host is on this machine or in a private network; None when only DNS can tell."""
    try:
        return is_private_address(ipaddress.ip_address(_plain(host)))
    except ValueError:
        name = host.rstrip(".").lower()
        return True if "." not in name or name.endswith(".localhost") else None


def _plain(host: str) -> str:
    """The usual form of what resolvers also take for an IPv4 address: 134744072, 0x8.8.8.8."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):
        return host


def is_private_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Loopback, link-local and private ranges; IPv4 inside IPv6 counts as what it is."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return is_private_address(address.ipv4_mapped)
    return any(address in network for network in _PRIVATE if network.version == address.version)


_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        (
            *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
            *("100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10"),
        ),
    )
)

FORBIDDEN = (
    "{host} is outside the private networks, where callbacks are not sent unless the server is "
    "started with --callback-targets any"
)


CUT_SHORT = "half of the body was sent, and the connection closed, as the scenario wants it"


class HttpNetwork:
    """Posts with httpx; `private_only` keeps it to this machine and private networks.

    A name that is looked up is connected to at the very address that was checked.
    """

    def __init__(self, *, private_only: bool = True, in_container: bool = False) -> None:
        self._private_only = private_only
        self._in_container = in_container
        self._clients: dict[str, httpx.AsyncClient] = {}

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
        import httpx

        client = self._client(target.scheme)
        async with timeout(seconds):
            address = await self._checked_address(target)
            request = client.build_request(
                "POST",
                httpx.URL(scheme=target.scheme, host=address, port=target.port, path="/"),
                content=body.content if body.cut is None else _cut_short(body.sent),
                headers=_headers(target, body),
                extensions={
                    "target": target.path.encode("ascii"),
                    "sni_hostname": target.host,
                },
            )
            try:
                response = await client.send(request, stream=True)
                try:
                    return Reply(response.status_code, await _beginning(response))
                finally:
                    await response.aclose()
            except _CutShort:
                raise Unreachable(CUT_SHORT) from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _cause(error) from error

    async def _checked_address(self, target: Target) -> str:
        if not self._private_only or is_private_name(target.host):
            return target.host
        if is_private_name(target.host) is None:
            loop = get_running_loop()
            found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            for *_, address in found:
                if is_private_name(str(address[0])):
                    return str(address[0])
        raise Unreachable(FORBIDDEN.format(host=target.host))

    def _client(self, scheme: str) -> "httpx.AsyncClient":
        # httpx takes as long to import as the whole server takes to start, and a verifying TLS
        # context longer still: neither is made before a callback needs it.
        if scheme not in self._clients:
            import httpx

            self._clients[scheme] = httpx.AsyncClient(
                verify=scheme == "https",
                trust_env=False,
                timeout=None,  # noqa: S113 - the whole exchange has one time limit, in `_post`
                # A receiver's cookies are its client's; no other sandbox may send them back.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                # Usual receivers close after 5 s, which is also a usual wait before a retry.
                limits=httpx.Limits(
                    max_connections=None, max_keepalive_connections=AT_ONCE, keepalive_expiry=2
                ),
            )
        return self._clients[scheme]

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
        """Close the pooled connections."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()


_CONTAINER = (
    "the emulator runs in a container, where localhost is the container itself. Use the receiver's "
    "service name, or host.docker.internal for the machine around it, in callback_url, or start "
    "with --callback-rewrite http://localhost:PORT=http://host.docker.internal:PORT"
)


class _CutShort(Exception):
    """The rest of a body is not sent."""


async def _cut_short(sent: bytes) -> AsyncIterator[bytes]:
    """The beginning of a body, after which httpx closes the connection."""
    yield sent
    raise _CutShort


def _headers(target: Target, body: Body) -> Mapping[str, str]:
    headers = {
        "host": target.authority,
        "content-type": body.content_type,
        "content-length": str(len(body.content)),
        "user-agent": "hive-emulator",
        "accept": "*/*",
        "accept-encoding": "identity",
    }
    if target.credentials:
        plain = unquote(target.credentials).encode()
        headers["authorization"] = f"Basic {b64encode(plain).decode()}"
    return headers


async def _beginning(response: "httpx.Response") -> bytes:
    """The first bytes of a body; what comes after them is not waited for."""
    body = b""
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) >= SHOWN:
            break
    return body[:SHOWN]


def _cause(error: Exception) -> OSError:
    """The operating system's own error behind what httpx raises, where there is one."""
    for below in _chain(error):
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


def in_container(root: Path = Path("/"), environ: Mapping[str, str] | None = None) -> bool:
    """Whether this process runs in a container, as far as the usual signs tell."""
    signs = (root / ".dockerenv", root / "run" / ".containerenv")
    return any(sign.exists() for sign in signs) or "KUBERNETES_SERVICE_HOST" in (environ or {})


def rewritten(url: str, rewrites: Mapping[str, str]) -> str:
    """The address with its origin replaced where a rewrite names it; the rest stays as it is."""
    scheme, found, rest = url.partition("://")
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    origin = f"{scheme}{found}{rest[:end]}".lower()
    return rewrites[origin] + rest[end:] if origin in rewrites else url
