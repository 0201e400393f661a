"""The bodies that the API takes, each read into the same fields: JSON, urlencoded and multipart.

Unknown fields are ignored, and of a repeated field the first counts.
"""

from collections.abc import Callable, Iterable, Mapping
from json import JSONDecoder
from math import isinf
from typing import Any, NoReturn, Protocol
from urllib.parse import unquote_to_bytes

from emulator.core import errors
from emulator.core.media import Upload
from emulator.core.parsing.multipart import MultipartReader, Sink, boundary_of
from emulator.core.suggest import shown

MAX_FIELDS = 1000
MAX_DEPTH = 100
_NESTED = "it is nested too deep"
MAX_UNSTREAMED = 8 * 1024 * 1024
"""How large a JSON or urlencoded body, or a text field of a multipart one, may be: our choice."""

UPLOADS = frozenset({"media", "image"})
"""The parts that may carry an upload; `image` is what the oldest clients call it."""


class Reader(Protocol):
    """Takes a body piece by piece and gives its fields in the end."""

    upload: Upload | None

    def feed(self, chunk: bytes) -> None:
        """The next piece."""
        ...

    def finish(self) -> Mapping[str, Any]:
        """The fields by name; `upload` holds what was uploaded beside them."""
        ...


def reader_for(content_type: str) -> Reader:
    """The reader for a body of that content type."""
    essence = content_type
    if essence not in _WHOLE:
        essence = content_type.partition(";")[0].strip().lower()
    if essence in _WHOLE:
        return WholeReader(_WHOLE[essence])
    if essence == "multipart/form-data":
        return FormReader(content_type)
    raise errors.unsupported_content_type(essence)


class WholeReader:
    """Collects a body that can only be understood whole."""

    upload: Upload | None = None

    def __init__(self, parse: Callable[[bytes], Mapping[str, Any]]) -> None:
        self._parse = parse
        self._chunks: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> None:
        """The next piece; `TooLarge` when it becomes more than such a body may be."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > MAX_UNSTREAMED:
            raise errors.too_large(MAX_UNSTREAMED, streams=False)

    def finish(self) -> Mapping[str, Any]:
        """The fields."""
        return self._parse(b"".join(self._chunks))


class FormReader:
    """Reads multipart/form-data: text fields are kept, an upload streams through an `Upload`."""

    def __init__(self, content_type: str) -> None:
        self.upload: Upload | None = None
        self._fields: dict[str, _Field] = {}
        self._reader = MultipartReader(boundary_of(content_type), self._open)

    def feed(self, chunk: bytes) -> None:
        """The next piece."""
        self._reader.feed(chunk)

    def finish(self) -> Mapping[str, Any]:
        """The text fields."""
        self._reader.finish()
        return {name: field.value(name) for name, field in self._fields.items()}

    def _open(self, name: str, filename: str | None) -> Sink:
        if name in UPLOADS:
            if self.upload is not None:
                return _IGNORED
            self.upload = Upload(filename or "")
            return self.upload
        if name not in KNOWN or name in self._fields:
            return _IGNORED
        return self._fields.setdefault(name, _Field())


class _Field:
    def __init__(self) -> None:
        self._content = bytearray()

    def feed(self, chunk: bytes) -> None:
        self._content += chunk
        if len(self._content) > MAX_UNSTREAMED:
            raise errors.too_large(MAX_UNSTREAMED, streams=False)

    def value(self, name: str) -> str:
        try:
            return self._content.decode()
        except UnicodeDecodeError as error:
            raise errors.broken_multipart(f"the field {name!r} is not UTF-8 ({error})") from None


class _Ignored:
    def feed(self, chunk: bytes) -> None:
        pass


_IGNORED = _Ignored()

KNOWN = frozenset(
    {
        *("text_data", "url", "media", "callback_url", "metadata", "options"),
        *("patron_id", "user_id", "post_id", "task_id"),
        *("content_metadata", "patron_metadata", "user_metadata"),
    }
)
"""The fields of a body, to either contract; all others are ignored."""


def from_form(body: bytes) -> Mapping[str, Any]:
    """The fields of a urlencoded body."""
    pairs = body.split(b"&")
    if len(pairs) > MAX_FIELDS:
        raise errors.broken_form(f"it has more than {MAX_FIELDS} fields")
    fields: dict[str, str] = {}
    try:
        for pair in pairs:
            name, _, value = pair.partition(b"=")
            fields.setdefault(_form_decoded(name), _form_decoded(value))
    except UnicodeDecodeError as error:
        raise errors.broken_form(f"it is not UTF-8 ({error})") from None
    if body.startswith(b"{") and KNOWN.isdisjoint(fields):
        raise errors.json_sent_as_form()
    return fields


_ESCAPED = {
    f"{byte:{form}}".encode(): bytes((byte,)) for byte in range(256) for form in ("02x", "02X")
}


def _form_decoded(value: bytes) -> str:
    if b"+" in value:
        value = value.replace(b"+", b" ")
    if b"%" in value:
        first, *rest = value.split(b"%")
        try:
            # As `unquote_to_bytes` does, in half its time: most addresses come this way.
            value = first + b"".join([_ESCAPED[one[:2]] + one[2:] for one in rest])
        except KeyError:
            value = unquote_to_bytes(value)
    return value.decode()


def from_json(body: bytes) -> Mapping[str, Any]:
    """The fields of a JSON body."""
    try:
        value = value_of(body)
    except ValueError as error:
        raise errors.broken_json(str(error)) from None
    if not isinstance(value, dict):
        raise errors.json_not_an_object(value)
    return value


def value_of(written: bytes) -> Any:
    """What bytes say in JSON; a ValueError says why they do not."""
    try:
        value = _DECODER.decode(written.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 ({error})") from None
    except RecursionError:
        raise ValueError(_NESTED) from None
    if written.count(b"[") + written.count(b"{") > MAX_DEPTH and _too_deep(value):
        raise ValueError(_NESTED)
    return value


_WHOLE = {"application/x-www-form-urlencoded": from_form, "application/json": from_json}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(written: str) -> float:
    value = float(written)
    if isinf(value):
        raise ValueError(f"{shown(written)} is too large for a number")
    return value


def _first_counts(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        fields.update(reversed(pairs))
    return fields


def _too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


_DECODER = JSONDecoder(
    parse_float=_finite, parse_constant=_no_constant, object_pairs_hook=_first_counts
)
