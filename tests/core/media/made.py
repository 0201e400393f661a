"""The beginnings of pictures, made byte by byte, and what is found in bytes."""

import struct
import zlib
from collections.abc import Callable

from hypothesis import strategies as st

from emulator.core.media import Upload
from emulator.core.model import Media

SIZES = st.integers(1, 2**14 - 1)


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = ((b"IHDR", header), *chunks, (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in body
    )


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b";"


def jpeg(width: int, height: int, *, frame: int = 0xC0, before: bytes = b"") -> bytes:
    jfif = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    start = struct.pack(">BBHBHHB", 0xFF, frame, 11, 8, height, width, 1)
    return b"\xff\xd8" + jfif + before + start + b"\x01\x11\x00\xff\xd9"


def riff(form: bytes, content: bytes = b"") -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(content)) + form + content


def lossy_webp(width: int, height: int) -> bytes:
    scaled = struct.pack("<HH", width | 1 << 14, height | 2 << 14)
    return riff(b"WEBP", b"VP8 \x0a\x00\x00\x00\x50\x01\x00\x9d\x01\x2a" + scaled)


def lossless_webp(width: int, height: int) -> bytes:
    packed = struct.pack("<I", width - 1 | (height - 1) << 14 | 1 << 28)
    return riff(b"WEBP", b"VP8L\x05\x00\x00\x00\x2f" + packed)


def extended_webp(width: int, height: int) -> bytes:
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return riff(b"WEBP", b"VP8X\x0a\x00\x00\x00\x10\x00\x00\x00" + canvas)


def uploaded(content: bytes, filename: str = "any") -> Media:
    upload = Upload(filename)
    upload.feed(content)
    return upload.finish()


MAKERS: dict[str, Callable[[int, int], bytes]] = {
    "jpeg": jpeg,
    "png": png,
    "gif": gif,
    "lossy webp": lossy_webp,
    "lossless webp": lossless_webp,
    "extended webp": extended_webp,
}
