"""The smallest pictures that are what they say, made byte by byte."""

import struct
import zlib


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 3, height: int = 2, text: str = "") -> bytes:
    """A black PNG, with a text chunk where a text is given."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\0" * width for _ in range(height)))
    comment = _chunk(b"tEXt", b"Comment\0" + text.encode()) if text else b""
    parts = (_chunk(b"IHDR", header), comment, _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg(width: int = 3, height: int = 2, comment: str = "") -> bytes:
    """The markers of a JPEG up to its frame header, which is all that tells its size."""
    said = comment.encode()
    com = b"\xff\xfe" + struct.pack(">H", len(said) + 2) + said if said else b""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    return b"\xff\xd8" + app + com + frame + b"\xff\xd9"


def gif(width: int = 3, height: int = 2) -> bytes:
    """The header of a GIF and its trailer."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0;"
