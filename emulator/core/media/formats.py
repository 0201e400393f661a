"""The kinds of files that Hive takes, and how the first bytes and the endings tell them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.core.media import asf, gif, iso, jpeg, matroska, png, riff
from emulator.core.media.looking import Walk
from emulator.core.model import Kind

ENOUGH = 64
"""How many of the first bytes tell the format."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: `mime_type` is the short name that answers carry.

    `walk` finds the facts in its bytes, where anybody looks for them.
    """

    kind: Kind
    mime_type: str
    mimetype: str
    walk: Walk | None = None


def _picture(name: str, walk: Walk) -> Format:
    return Format(Kind.PICTURE, name, f"image/{name}", walk)


def _video(name: str, mimetype: str, walk: Walk) -> Format:
    return Format(Kind.VIDEO, name, mimetype, walk)


def _sound(name: str, mimetype: str) -> Format:
    return Format(Kind.AUDIO, name, mimetype)


JPEG = _picture("jpeg", jpeg.walk)
PNG = _picture("png", png.walk)
GIF = _picture("gif", gif.walk)
WEBP = _picture("webp", riff.walk_webp)
_MP4 = _video("mp4", "video/mp4", iso.walk)
_MOV = _video("mov", "video/quicktime", iso.walk)
_MKV = _video("mkv", "video/x-matroska", matroska.walk)
_WEBM = _video("webm", "video/webm", matroska.walk)
_AVI = _video("avi", "video/x-msvideo", riff.walk_avi)
_WMV = _video("wmv", "video/x-ms-wmv", asf.walk)
_M4A = _sound("m4a", "audio/m4a")

BY_ENDING: Mapping[str, Format] = {
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": PNG,
    "gif": GIF,
    "webp": WEBP,
    "mp4": _MP4,
    "m4v": _video("m4v", "video/mp4", iso.walk),
    "webm": _WEBM,
    "avi": _AVI,
    "mkv": _MKV,
    "wmv": _WMV,
    "mov": _MOV,
    "mp3": _sound("mp3", "audio/mpeg"),
    "m4a": _M4A,
    "wav": _sound("wav", "audio/wav"),
    "ogg": _sound("ogg", "audio/ogg"),
}

BY_MIMETYPE: Mapping[str, Format] = {one.mimetype: one for one in reversed([*BY_ENDING.values()])}
"""Where two endings have one type, as mp4 and m4v do, the first is its short form."""

UNKNOWN = Format(Kind.PICTURE, "octet-stream", "application/octet-stream")
"""What bytes are called that no model takes: something that was meant to be seen."""

_SILENT: Mapping[Format, Format] = {
    **dict.fromkeys((_MP4, _MOV, BY_ENDING["m4v"]), _M4A),
    _WEBM: _sound("webm", "audio/webm"),
    _MKV: _sound("mka", "audio/x-matroska"),
    _AVI: _sound("avi", "audio/x-msvideo"),
    _WMV: _sound("wma", "audio/x-ms-wma"),
}


def without_pictures(known: Format) -> Format:
    """What a container is called in which there is nothing to be seen, only to be heard."""
    return _SILENT.get(known, known)


def recognise(head: bytes) -> Format | None:
    """The format that the first bytes are of, or None."""
    for magic, known in _BY_MAGIC.items():
        if head.startswith(magic):
            return known if isinstance(known, Format) else known(head)
    return _boxes(head)


def _riff(head: bytes) -> Format | None:
    forms = {b"WEBP": WEBP, b"AVI ": _AVI, b"WAVE": BY_ENDING["wav"]}
    return forms.get(head[8:12])


def _ebml(head: bytes) -> Format:
    return _WEBM if b"webm" in head[:ENOUGH] else _MKV


def _boxes(head: bytes) -> Format | None:
    if head[4:8] != b"ftyp":
        # What was written before there was a box that says what it is.
        return _MOV if head[4:8] in (b"moov", b"mdat", b"wide", b"pnot") else None
    brand = head[8:12]
    if brand in _PICTURES_IN_BOXES:
        return None
    return BY_ENDING[{b"qt  ": "mov", b"M4A ": "m4a", b"M4V ": "m4v"}.get(brand, "mp4")]


_PICTURES_IN_BOXES = (b"heic", b"heix", b"mif1", b"avif")

_BY_MAGIC: Mapping[bytes, Format | Callable[[bytes], Format | None]] = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    b"RIFF": _riff,
    b"\x1a\x45\xdf\xa3": _ebml,
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": _WMV,
    b"ID3": BY_ENDING["mp3"],
    b"\xff\xfb": BY_ENDING["mp3"],
    b"\xff\xf3": BY_ENDING["mp3"],
    b"OggS": BY_ENDING["ogg"],
}

_OTHERS: Mapping[bytes, str] = {
    b"PK\x03\x04": "a zip archive",
    b"%PDF-": "a PDF document",
    b"BM": "a BMP picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"\x1f\x8b": "a gzip archive",
    b"<": "a document in HTML, SVG or XML",
    b"{": "JSON text",
}


def name_unsupported(head: bytes) -> str:
    """What bytes are that no model takes, as far as they tell."""
    if head[4:8] == b"ftyp":
        return "a HEIC or AVIF picture"
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            return name
    return f"nothing known (it begins with the bytes {head[:8].hex(' ')})"
