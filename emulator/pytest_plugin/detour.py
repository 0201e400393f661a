"""The way of this process to Hive's hosts, led elsewhere: names, connections and trust.

What is changed is changed where every Python library comes by, whatever it is: names are looked up
in `socket`, connections made there, certificates looked at in `ssl`. It is all put back at the end.

Hive's names lead to an address that is nobody's, and a connection to that address to a gateway. A
connection that is to be Hive's by its certificate's name trusts the authority of the gateway alone:
so one that came to Hive itself by a way that is not seen here (a proxy, a resolver that asks the
network by itself) ends before a word was said, and is told of.
"""

import os
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from inspect import signature
from threading import Lock
from typing import Any

from emulator.pytest_plugin.gateway import Gateway
from emulator.pytest_plugin.variables import environment
from emulator.server.address import HOSTS

ADDRESS = "127.72.86.83"
"""Of this machine, as all of 127/8; nobody listens there."""
_PLAIN = 80
_OURS = tuple(host.partition(".")[2] for host in HOSTS)
_installing = Lock()
_HIVES = frozenset(HOSTS)


class Elsewhere(OSError):
    """A call would have reached Hive itself, and was stopped."""


def name_of(host: object) -> str:
    """A host's name in the form in which names are compared; empty where it is none."""
    if isinstance(host, bytes):
        host = host.decode("latin-1")
    return host.lower().rstrip(".") if isinstance(host, str) else ""


class Detour:
    """The two hosts lead to a gateway while this is open; `leaks` is what was stopped."""

    def __init__(self, gateway: Gateway, trusting: ssl.SSLContext) -> None:
        self.leaks: list[str] = []
        self._gateway = gateway
        self._trusting = trusting
        trusting.sslsocket_class = _telling(ssl.SSLSocket, self._leak)
        trusting.sslobject_class = _telling(ssl.SSLObject, self._leak)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Lead calls there while the block runs."""
        with ExitStack() as stack:
            with _installing:
                for owner, name, made in self._changes():
                    stack.enter_context(_changed(owner, name, made))
                stack.enter_context(environment(_without_proxies()))
            yield

    def _changes(self) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
        yield socket, "getaddrinfo", self._getaddrinfo(socket.getaddrinfo)
        for name in ("gethostbyname", "gethostbyname_ex"):
            yield socket, name, self._by_name(getattr(socket, name))
        for name in ("connect", "connect_ex"):
            yield socket.socket, name, self._connecting(getattr(socket.socket, name))
        yield ssl.SSLContext, "wrap_socket", self._wrapping(ssl.SSLContext.wrap_socket)
        yield ssl.SSLContext, "wrap_bio", self._wrapping(ssl.SSLContext.wrap_bio)
        loop = getattr(sys.modules.get("uvloop"), "Loop", None)
        if loop is not None:
            # It asks the system by itself, for names as for connections.
            yield loop, "getaddrinfo", self._of_loop(loop.getaddrinfo)
            yield loop, "create_connection", self._creating(loop.create_connection)

    def _leads(self, host: object) -> bool:
        """Whether a host is one of the two; `Elsewhere` where it is another one of Hive's."""
        name = name_of(host)
        if name in _HIVES or name == ADDRESS:
            return True
        if name.endswith(tuple(f".{domain}" for domain in _OURS)) or name in _OURS:
            self._leak(f"{name}: only {' and '.join(HOSTS)} are emulated")
            raise Elsewhere(f"{name} is Hive's, and is not emulated: it was not called")
        return False

    def _leak(self, told: str) -> None:
        self.leaks.append(told)

    def _port(self, port: object) -> int:
        plain = port in (_PLAIN, str(_PLAIN), "http")
        return self._gateway.plain if plain else self._gateway.tls

    def _getaddrinfo(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def getaddrinfo(host: Any, port: Any, *more: Any, **named: Any) -> Any:
            return real(ADDRESS if self._leads(host) else host, port, *more, **named)

        return getaddrinfo

    def _by_name(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def by_name(host: Any) -> Any:
            return real(ADDRESS if self._leads(host) else host)

        return by_name

    def _connecting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def connect(sock: socket.socket, address: Any) -> Any:
            return real(sock, self._led(address))

        return connect

    def _led(self, address: Any) -> Any:
        """Where a connection goes: to the gateway what was for Hive."""
        if isinstance(address, tuple) and len(address) >= 2 and self._leads(address[0]):
            return ("127.0.0.1", self._port(address[1]))
        return address

    def _wrapping(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """`wrap_socket` or `wrap_bio`, by the context that trusts the gateway alone."""
        shape = signature(real)

        def wrap(*given: Any, **named: Any) -> Any:
            call = shape.bind(*given, **named)
            if name_of(call.arguments.get("server_hostname")) in _HIVES:
                call.arguments["self"] = self._trusting
                # A session is of the context that it began in.
                call.arguments.pop("session", None)
            return real(*call.args, **call.kwargs)

        return wrap

    def _of_loop(self, real: Callable[..., Any]) -> Callable[..., Any]:
        async def getaddrinfo(loop: Any, host: Any, port: Any, **named: Any) -> Any:
            return await real(loop, ADDRESS if self._leads(host) else host, port, **named)

        return getaddrinfo

    def _creating(self, real: Callable[..., Any]) -> Callable[..., Any]:
        async def create_connection(
            loop: Any, factory: Any, host: Any = None, port: Any = None, **named: Any
        ) -> Any:
            if host is not None and self._leads(host):
                if named.get("ssl") and named.get("server_hostname") is None:
                    named["server_hostname"] = host
                host, port = "127.0.0.1", self._port(port)
            return await real(loop, factory, host, port, **named)

        return create_connection


def _telling(base: type[Any], tell: Callable[[str], None]) -> Any:
    """A socket of `ssl` that tells where whoever answers has not the gateway's certificate."""

    def do_handshake(self: Any, *more: Any) -> None:
        try:
            base.do_handshake(self, *more)
        except ssl.SSLCertVerificationError as error:
            tell(f"{self.server_hostname}: somebody else answered in its name ({error.reason})")
            raise

    return type("Telling", (base,), {"do_handshake": do_handshake})


@contextmanager
def _changed(owner: Any, name: str, made: Any) -> Iterator[None]:
    """Something by another thing of the same name, and at the end what was there before."""
    own = vars(owner).get(name)
    setattr(owner, name, made)
    try:
        yield
    finally:
        if own is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own)


def _without_proxies() -> dict[str, str]:
    """The variables by which proxies leave out both hosts, beside what they leave out already."""
    before = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    value = ",".join([*filter(None, [before]), *HOSTS])
    return {"no_proxy": value, "NO_PROXY": value}
