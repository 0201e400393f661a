"""A client of the control API, small and quick to load: JSON there and back, and its events."""

import http.client
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

SILENT = (OSError, http.client.HTTPException, UnicodeError)
"""What is raised where nobody answers, or nobody who speaks HTTP."""
PREFIX = "/_emulator"
_CONNECT = 5.0
"""How long reaching a server may take, in seconds."""
_ANSWER = 60.0
"""How long a server may take to answer that has nothing to wait for, in seconds."""


class NoAnswer(Exception):
    """There is no emulator at that address; the message says so, and how to have one."""


class Refused(Exception):
    """The server says no: with a status, in its own words, and with whatever stands beside them."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        super().__init__(told["error"])
        self.status = status
        self.told = told


class Event(NamedTuple):
    """One server-sent event: what it is called, and its data."""

    name: str
    data: Any


class Client:
    """Asks one server about one sandbox: the one that is named, else that of the URL's path."""

    def __init__(self, url: str, sandbox: str | None = None, token: str | None = None) -> None:
        self.url = url
        self._path = quote(urlsplit(url).path.rstrip("/"), safe="/%~")
        self._asked = sandbox
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    @property
    def sandbox(self) -> str:
        """The name of the sandbox that is asked about."""
        if self._asked is not None:
            return self._asked
        inside = self._path.startswith("/s/")
        return self._path.split("/")[2] if inside else "default"

    def get(self, *path: str, **query: object) -> Any:
        """What the server says; `query` without what is None."""
        return self._ask("GET", path, query, None, _ANSWER)

    def post(self, *path: str, body: object = None, within: float = _ANSWER) -> Any:
        """What the server says to that body, within so many seconds."""
        return self._ask("POST", path, {}, body, within)

    def put(self, *path: str, body: object = None) -> Any:
        """What the server says to that body, which is to be there from now on."""
        return self._ask("PUT", path, {}, body, _ANSWER)

    def delete(self, *path: str) -> Any:
        """What the server says to that being away from now on."""
        return self._ask("DELETE", path, {}, None, _ANSWER)

    @contextmanager
    def follow(self, **query: object) -> Iterator[Iterator[Event]]:
        """What happens in the sandbox, as it happens, until the server ends it."""
        with (
            closing(connection(self.url, _CONNECT)) as line,
            closing(self._send(line, "GET", ("events",), query, None, None)) as response,
        ):
            if response.status != 200:
                self._read(response, "events")
            yield _events(_lines(response))

    @contextmanager
    def submitting(self) -> Iterator[Callable[[str, str, Mapping[str, str]], int]]:
        """Submits fields to a path of the emulated API with a key, over one connection.

        What it gives is the status of the answer.
        """
        suffix = "" if self._asked is None else f"~{self._asked}"
        with closing(connection(self.url, _CONNECT)) as line:

            def submit(path: str, key: str, fields: Mapping[str, str]) -> int:
                headers = {
                    "Authorization": f"Token {key}{suffix}",
                    "Content-Type": "application/x-www-form-urlencoded",
                }
                target, body = f"{self._path}{path}", urlencode(fields)
                try:
                    return _status(line, target, body, headers)
                except SILENT as error:
                    raise self._no_answer(error) from None

            yield submit

    def _ask(
        self, method: str, path: tuple[str, ...], query: dict[str, object], body: object, by: float
    ) -> Any:
        with closing(connection(self.url, _CONNECT)) as line:
            return self._read(self._send(line, method, path, query, body, by), "/".join(path))

    def _send(
        self,
        line: http.client.HTTPConnection,
        method: str,
        path: tuple[str, ...],
        query: dict[str, object],
        body: object,
        within: float | None,
    ) -> http.client.HTTPResponse:
        asked = {name: value for name, value in query.items() if value is not None}
        if self._asked is not None:
            asked["sandbox"] = self._asked
        target = f"{self._path}{PREFIX}/{'/'.join(quote(part, safe='') for part in path)}"
        sent = None if body is None else json.dumps(body).encode()
        try:
            line.connect()
            line.sock.settimeout(within)
            line.request(
                method, f"{target}?{urlencode(asked)}" if asked else target, sent, self._headers
            )
            return line.getresponse()
        except SILENT as error:
            raise self._no_answer(error) from None

    def _read(self, response: http.client.HTTPResponse, path: str) -> Any:
        try:
            body = response.read()
        except SILENT as error:
            raise self._no_answer(error) from None
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        if response.status == 200 and told is not None:
            return told
        if isinstance(told, dict) and isinstance(told.get("error"), str):
            raise Refused(response.status, told)
        raise NoAnswer(
            f"{self.url} answers {response.status} to {PREFIX}/{path}, and not as hive-emulator "
            "does: is that its URL?"
        )

    def _no_answer(self, error: Exception) -> NoAnswer:
        reason = " ".join(str(error).split()) or type(error).__name__
        return NoAnswer(
            f"{self.url} does not answer: {reason}. Start a server with `hive-emulator`, or name "
            "another with --url or HIVE_EMULATOR_URL."
        )


def _status(
    line: http.client.HTTPConnection, target: str, body: str, headers: Mapping[str, str]
) -> int:
    """The status of an answer, which is read; 0 where a trouble leaves the call without one."""
    if line.sock is None:
        line.connect()
    line.sock.settimeout(_ANSWER)
    try:
        line.request("POST", target, body, dict(headers))
        response = line.getresponse()
        response.read()
    except (http.client.RemoteDisconnected, http.client.IncompleteRead, ConnectionResetError):
        line.close()
        return 0
    return response.status


def _lines(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The lines of a stream, which ends where it breaks off."""
    try:
        yield from response
    except SILENT:
        return


def _events(lines: Iterator[bytes]) -> Iterator[Event]:
    """The events of a stream, which a blank line ends each."""
    name, data = "", b""
    for line in lines:
        field, _, value = line.rstrip(b"\r\n").partition(b": ")
        if field == b"event":
            name = value.decode()
        elif field == b"data":
            data += value
        elif not line.strip():
            if data:
                yield Event(name, json.loads(data))
            name, data = "", b""


def connection(url: str, within: float) -> http.client.HTTPConnection:
    """A connection to the server at a URL, not made yet; nothing on it takes longer than `within`.

    Over HTTPS it is not asked who the server is: its certificate is often one that only its clients
    know, or of Hive's own name.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=within)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, parts.port, timeout=within, context=context)
