"""Requests written byte by byte, as no client library would write them."""

from collections.abc import Iterable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from emulator.core.parsing.body import UPLOADS
from tests.contract.exchanges import parsed

Written = tuple[str, bytes]
"""The name of a field, and its value as it stands in the body."""
BOUNDARY = b"----------------------------0123456789"


def as_json(fields: Iterable[Written]) -> tuple[str, bytes]:
    """The values are JSON already."""
    pairs = (b'"%b":%b' % (name.encode(), value) for name, value in fields)
    return "application/json", b"{%b}" % b",".join(pairs)


def as_form(fields: Iterable[Written]) -> tuple[str, bytes]:
    """The values are percent-encoded already."""
    pairs = (b"%b=%b" % (name.encode(), value) for name, value in fields)
    return "application/x-www-form-urlencoded", b"&".join(pairs)


def as_multipart(fields: Iterable[Written]) -> tuple[str, bytes]:
    """The values stand as they are; what may be an upload has a file name."""
    parts = []
    for name, value in fields:
        named = b'; filename="a.jpg"' if name in UPLOADS else b""
        head = b'Content-Disposition: form-data; name="%b"%b' % (name.encode(), named)
        parts.append(b"--%b\r\n%b\r\n\r\n%b\r\n" % (BOUNDARY, head, value))
    content_type = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return content_type, b"".join(parts) + b"--%b--\r\n" % BOUNDARY


FORMS = {"json": as_json, "form": as_form, "multipart": as_multipart}


class RawClient:
    """Sends one request after the other over a connection that has to last."""

    def __init__(self, url: str, prefix: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=20)
        self._prefix = prefix

    def send(
        self, method: str, path: str, key: str, content_type: str = "", body: bytes | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of the answer."""
        headers = {"Authorization": f"Token {key}"}
        if content_type:
            headers["Content-Type"] = content_type
        self._connection.request(method, f"{self._prefix}{path}", body, headers)
        answer = self._connection.getresponse()
        return answer.status, parsed(answer.read())

    def close(self) -> None:
        self._connection.close()
