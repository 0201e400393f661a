"""Addresses of receivers: taken apart, rewritten, and how far away they are."""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote, urlsplit

from emulator.engine.callbacks import Unreachable

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Target:
    """An address taken apart: `path` is everything after the authority, exactly as written."""

    scheme: str
    host: str
    port: int
    path: str
    credentials: str | None = None

    @cached_property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What one connection leads to."""
        return self.scheme, self.host, self.port


def target_of(url: str) -> Target:
    """The parts of an absolute http or https address; `Unreachable` when it is none."""
    try:
        parts = urlsplit(url)
        usual = _PORTS[parts.scheme]
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


def rewritten(url: str, rewrites: Mapping[str, str]) -> str:
    """The address with its origin replaced where a rewrite names it; the rest stays as it is."""
    if not rewrites:
        return url
    scheme, found, rest = url.partition("://")
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    origin = f"{scheme}{found}{rest[:end]}".lower()
    return rewrites[origin] + rest[end:] if origin in rewrites else url


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
