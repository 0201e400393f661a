"""One HTTP exchange, over connections that are kept: what policies that are servers are asked by.

Made for this machine and its network: no proxies, no redirects, no cookies. An exchange has one
time limit, and a reply may not be larger than any decision needs.
"""

import ssl
from collections import deque
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import gaierror
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

LARGEST = 4 * 1024**2
"""How large a reply may be, in bytes."""


class Failed(Exception):
    """There is no reply; `timed_out` where it only did not come in time."""

    def __init__(self, what: str, *, timed_out: bool = False) -> None:
        super().__init__(what)
        self.timed_out = timed_out


class Reply(NamedTuple):
    """What was answered."""

    status: int
    body: bytes


class Target(NamedTuple):
    """Where a request goes: `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The parts of an absolute http or https address; ValueError when it is none."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    if usual is None or not parts.hostname:
        raise ValueError("an absolute http or https address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, parts.port or usual, path)


class Line:
    """Connections to one server, each used by one exchange at a time and kept until `close`."""

    def __init__(self, target: Target, patience: float) -> None:
        self._target = target
        self._patience = patience
        self._kept: deque[HTTPConnection] = deque()

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """Send a request and read its reply; `Failed` says why there is none."""
        try:
            connection = self._kept.pop()
        except IndexError:
            return self._over(self._connect(), method, path, headers, body)
        try:
            return self._over(connection, method, path, headers, body)
        except Failed as failed:
            if failed.timed_out:
                raise
            # A server may close what is kept at any time; a new connection tells what is so.
            return self._over(self._connect(), method, path, headers, body)

    def close(self) -> None:
        """Close what is kept."""
        while self._kept:
            self._kept.pop().close()

    def _connect(self) -> HTTPConnection:
        scheme, host, port, _ = self._target
        if scheme == "http":
            return HTTPConnection(host, port, timeout=self._patience)
        context = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=self._patience, context=context)

    def _over(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Reply:
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            response = connection.getresponse()
            reply = Reply(response.status, self._read(response))
        except TimeoutError:
            connection.close()
            raise Failed(f"no answer within {self._patience:g} s", timed_out=True) from None
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            raise Failed(self._why(error)) from None
        except Failed:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._kept.append(connection)
        return reply

    def _read(self, response: HTTPResponse) -> bytes:
        """The body, which may come in ever so small pieces, but not for ever."""
        until = monotonic() + self._patience
        pieces: list[bytes] = []
        size = 0
        while piece := response.read1(65536):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise Failed(f"the reply is larger than {LARGEST // 1024**2} MiB")
            if monotonic() > until:
                raise TimeoutError
        # Read to its end in pieces, it does not know that it is there.
        response.close()
        return b"".join(pieces)

    def _why(self, error: Exception) -> str:
        where = f"{self._target.host}:{self._target.port}"
        if isinstance(error, ConnectionRefusedError):
            return f"nobody listens at {where}"
        if isinstance(error, gaierror):
            return f"there is no host {self._target.host!r}"
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return f"{where}: {said}"
