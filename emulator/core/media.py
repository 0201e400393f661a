"""What a medium is, told from its bytes, or from the ending of its address where there are none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from emulator.core import errors
from emulator.core.model import Kind, Media, MediaScript

HEAD = 128 * 1024
"""How many bytes of the beginning are kept to look at."""
TAIL = 4 * 1024
"""How many bytes of the end are kept, for directives."""

UNKNOWN_SIZE = (1024, 768)
"""Width and height given for a picture that was not downloaded: our choice."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: `mime_type` is the short name that answers carry."""

    kind: Kind
    mime_type: str
    mimetype: str


JPEG = Format(Kind.PICTURE, "jpeg", "image/jpeg")
PNG = Format(Kind.PICTURE, "png", "image/png")
GIF = Format(Kind.PICTURE, "gif", "image/gif")
WEBP = Format(Kind.PICTURE, "webp", "image/webp")
_VIDEOS = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "avi": "video/x-msvideo",
    "mkv": "video/x-matroska",
    "wmv": "video/x-ms-wmv",
    "mov": "video/quicktime",
}
_SOUNDS = {"mp3": "audio/mpeg", "m4a": "audio/m4a", "wav": "audio/wav", "ogg": "audio/ogg"}

BY_ENDING: Mapping[str, Format] = {
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": PNG,
    "gif": GIF,
    "webp": WEBP,
    **{ending: Format(Kind.VIDEO, ending, mimetype) for ending, mimetype in _VIDEOS.items()},
    **{ending: Format(Kind.AUDIO, ending, mimetype) for ending, mimetype in _SOUNDS.items()},
}

_BY_MIMETYPE: Mapping[str, Format] = {one.mimetype: one for one in reversed([*BY_ENDING.values()])}
"""Where two endings have one type, as mp4 and m4v do, the first is its short form."""

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"%PDF-", "a PDF document"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"<", "a document in HTML, SVG or XML"),
    (b"{", "JSON text"),
)


def of_url(url: str) -> Media:
    """What is known of a medium that is only named: everything from the ending of its path."""
    path = url
    if "?" in url or "#" in url:
        path = url.partition("#")[0].partition("?")[0]
    filename = path.partition("://")[2].partition("/")[2].rpartition("/")[2]
    _, dot, ending = filename.rpartition(".")
    known = BY_ENDING.get(ending.lower(), JPEG) if dot else JPEG
    width, height = UNKNOWN_SIZE
    return Media(known.kind, known.mime_type, known.mimetype, filename, url, path, width, height)


def with_facts(media: Media, script: MediaScript) -> Media:
    """The medium with those facts that were scripted."""
    known = _BY_MIMETYPE.get(script.mimetype or "")
    return media._replace(
        kind=known.kind if known else media.kind,
        width=script.width or media.width,
        height=script.height or media.height,
        mime_type=known.mime_type if known else media.mime_type,
        mimetype=known.mimetype if known else media.mimetype,
    )


class Upload:
    """An upload as it streams by: hashed and looked at, never held whole."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._digest = sha256()
        self._head = bytearray()
        self._tail = b""
        self._size = 0

    def feed(self, chunk: bytes) -> None:
        """The next bytes."""
        self._digest.update(chunk)
        self._size += len(chunk)
        if len(self._head) < HEAD:
            self._head += chunk[: HEAD - len(self._head)]
        self._tail = (self._tail + chunk[-TAIL:])[-TAIL:]

    def finish(self) -> Media:
        """What the upload was; refused when it is empty or of a kind that no model takes."""
        if not self._size:
            raise errors.empty_field("media")
        head = bytes(self._head)
        known = recognise(head)
        if known is None:
            raise errors.unsupported_media(_name_unsupported(head))
        width, height = _SIZES.get(known.mime_type, _no_size)(head)
        directives = (head,) if self._size <= len(head) else (head, self._tail)
        return Media(
            known.kind,
            known.mime_type,
            known.mimetype,
            self._filename,
            width=width,
            height=height,
            sha256=self._digest.hexdigest(),
            size=self._size,
            directives=tuple(stretch for stretch in directives if b"[hive " in stretch),
        )


def recognise(head: bytes) -> Format | None:
    """The format that the first bytes are of, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"RIFF"):
        return _riff(head[8:12])
    if head[4:8] == b"ftyp":
        return _iso_media(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return BY_ENDING["webm" if b"webm" in head[:64] else "mkv"]
    if head.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"):
        return BY_ENDING["wmv"]
    return _sound(head)


def _riff(form: bytes) -> Format | None:
    return {b"WEBP": WEBP, b"AVI ": BY_ENDING["avi"], b"WAVE": BY_ENDING["wav"]}.get(form)


def _iso_media(brand: bytes) -> Format | None:
    if brand in (b"heic", b"heix", b"mif1", b"avif"):
        return None
    return BY_ENDING[{b"qt  ": "mov", b"M4A ": "m4a", b"M4V ": "m4v"}.get(brand, "mp4")]


def _sound(head: bytes) -> Format | None:
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3")):
        return BY_ENDING["mp3"]
    return BY_ENDING["ogg"] if head.startswith(b"OggS") else None


def _name_unsupported(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return "a HEIC or AVIF picture"
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    return f"nothing known (it begins with the bytes {head[:8].hex(' ')})"


Size = tuple[int, int]


def _no_size(head: bytes) -> Size:  # noqa: ARG001 - one shape for all formats
    return 0, 0


def _png_size(head: bytes) -> Size:
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def _gif_size(head: bytes) -> Size:
    return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")


def _webp_size(head: bytes) -> Size:
    match head[12:16]:
        case b"VP8 ":
            width, height = head[26:28], head[28:30]
            return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(
                height, "little"
            ) & 0x3FFF
        case b"VP8L":
            packed = int.from_bytes(head[21:25], "little")
            return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = head[24:27], head[27:30]
            return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    return 0, 0


_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg_size(head: bytes) -> Size:
    """Walks from marker to marker until the one that begins the frame."""
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4])
        if marker in _FRAME_HEADERS:
            return int.from_bytes(head[at + 7 : at + 9]), int.from_bytes(head[at + 5 : at + 7])
        at += 1 if marker == 0xFF else 2 + length
    return 0, 0


_SIZES: Mapping[str, Callable[[bytes], Size]] = {
    "jpeg": _jpeg_size,
    "png": _png_size,
    "gif": _gif_size,
    "webp": _webp_size,
}
