"""multipart/form-data, read as it streams by: fields are kept and uploads handed on.

Written by hand because it stands on the path of every upload: splitting at the boundary costs a
third of what a general parser takes, and the upload is never in memory whole.
"""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from emulator.core import errors

MAX_PARTS = 1000
MAX_PART_HEADERS = 16 * 1024
MAX_PREAMBLE = 64 * 1024

_PARAMETER = re.compile(r';\s*([\w-]+\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.ASCII)
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{1,200}", re.ASCII)


_UNFINISHED = (b"", b"-", b"\r")
"""What may stand behind a boundary when the rest of its line has not come yet."""


class Sink(Protocol):
    """Where the bytes of one part go."""

    def feed(self, chunk: bytes) -> None:
        """The next bytes."""
        ...


Opener = Callable[[str, str | None], Sink]
"""Chooses the sink for a part of that name and, where one was given, file name."""


class _State(Enum):
    PREAMBLE = auto()
    AFTER_BOUNDARY = auto()
    HEADERS = auto()
    CONTENT = auto()
    END = auto()


def boundary_of(content_type: str) -> bytes:
    """The boundary that a content type declares."""
    parameters = {name.lower(): value for name, value in _PARAMETER.findall(content_type)}
    boundary = _unquoted(parameters.get("boundary", ""))
    if not _BOUNDARY.fullmatch(boundary):
        raise errors.broken_multipart("its content type names no usable boundary")
    return boundary.encode()


class MultipartReader:
    """Takes a body piece by piece; any refusal is a `BadBody` with the reason."""

    def __init__(self, boundary: bytes, opener: Opener) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._open = opener
        self._state = _State.PREAMBLE
        # A body may begin with its first boundary, which then lacks the line break before it.
        self._rest = b"\r\n"
        self._skipped = 0
        self._parts = 0
        self._begin = 0
        self._sink: Sink | None = None
        self._steps = {
            _State.PREAMBLE: self._preamble,
            _State.AFTER_BOUNDARY: self._after_boundary,
            _State.HEADERS: self._headers,
            _State.CONTENT: self._content,
            _State.END: self._end,
        }

    def feed(self, chunk: bytes) -> None:
        """The next piece of the body."""
        self._rest += chunk
        while self._steps[self._state]():
            pass

    def finish(self) -> None:
        """The body is over: it must have come to its last boundary."""
        if self._state is not _State.END:
            raise errors.broken_multipart(
                f"its boundary {self._delimiter[4:].decode()!r} does not occur in it"
                if self._state is _State.PREAMBLE
                else "it ends before its last boundary"
            )

    def _preamble(self) -> bool:
        at = self._rest.find(self._delimiter)
        keep = len(self._delimiter) - 1
        self._skipped += at if at >= 0 else max(0, len(self._rest) - keep)
        if self._skipped > MAX_PREAMBLE:
            raise errors.broken_multipart("its first boundary does not come")
        if at >= 0:
            return self._pass_boundary(at)
        self._rest = self._rest[-keep:]
        return False

    def _pass_boundary(self, at: int) -> bool:
        self._rest = self._rest[at + len(self._delimiter) :]
        self._state = _State.AFTER_BOUNDARY
        return True

    def _after_boundary(self) -> bool:
        if self._rest.startswith(b"--"):
            self._state = _State.END
            return True
        line, found, _ = self._rest.partition(b"\r\n")
        other = line.strip(b" \t")
        wrong = other if found else other not in _UNFINISHED
        if wrong or len(line) > MAX_PART_HEADERS:
            raise errors.broken_multipart("a boundary is followed by something else on its line")
        if not found:
            return False
        # The line break stays: a part with no headers has its empty line right here.
        self._rest = self._rest[len(line) :]
        self._state = _State.HEADERS
        return True

    def _headers(self) -> bool:
        at = self._rest.find(b"\r\n\r\n")
        if at > MAX_PART_HEADERS or (at < 0 and len(self._rest) > MAX_PART_HEADERS + 3):
            raise errors.broken_multipart("the headers of a part are too long")
        if at < 0:
            return False
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise errors.broken_multipart(f"it has more than {MAX_PARTS} parts")
        self._sink = self._open(*_name_and_filename(self._rest[:at]))
        # The line break stays once more: an empty part has its boundary right here.
        self._rest = self._rest[at + 2 :]
        self._begin = 2
        self._state = _State.CONTENT
        return True

    def _content(self) -> bool:
        at = self._rest.find(self._delimiter)
        if at >= 0:
            self._hand_on(self._rest[self._begin : at])
            return self._pass_boundary(at)
        keep = len(self._delimiter) - 1
        if len(self._rest) - keep > self._begin:
            self._hand_on(self._rest[self._begin : -keep])
            self._rest = self._rest[-keep:]
            self._begin = 0
        return False

    def _hand_on(self, content: bytes) -> None:
        if content and self._sink is not None:
            self._sink.feed(content)

    def _end(self) -> bool:
        self._rest = b""
        return False


def _name_and_filename(block: bytes) -> tuple[str, str | None]:
    for line in block.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-disposition":
            return _disposition(value)
    raise errors.broken_multipart("a part has no Content-Disposition header")


def _disposition(value: bytes) -> tuple[str, str | None]:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    found = _PARAMETER.findall(text)
    parameters = {name.lower(): _unquoted(written) for name, written in found}
    if "name" not in parameters:
        raise errors.broken_multipart("a part has no name in its Content-Disposition header")
    return parameters["name"], parameters.get("filename")


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) < 2 or not (value.startswith('"') and value.endswith('"')):
        return value
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
