"""RIFF: WebP, still and animated, and AVI."""

from fractions import Fraction

from emulator.core.media.looking import Corrupt, Cursor, Ended, Facts, Steps


def _little(written: bytes) -> int:
    return int.from_bytes(written, "little")


def _padded(length: int) -> int:
    """Chunks begin at even places."""
    return length + (length & 1)


def walk_webp(cursor: Cursor) -> Steps[Facts]:
    """Size, and of an animated picture its frames and how long they are shown in all."""
    start = yield from cursor.take(20)
    match start[12:16]:
        case b"VP8 ":
            frame = yield from cursor.take(10)
            return Facts(_little(frame[6:8]) & 0x3FFF, _little(frame[8:10]) & 0x3FFF, 1)
        case b"VP8L":
            packed = _little((yield from cursor.take(5))[1:])
            return Facts((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1, 1)
        case b"VP8X":
            canvas = yield from cursor.take(10)
            width, height = _little(canvas[4:7]) + 1, _little(canvas[7:10]) + 1
            if not canvas[0] & _ANIMATED:
                return Facts(width, height, 1)
            yield from cursor.skip(_padded(_little(start[16:20])) - 10)
            frames, milliseconds = yield from _animation(cursor)
            return Facts(width, height, max(1, frames), milliseconds / 1000)
    raise Corrupt("it holds no picture")


_ANIMATED = 0x02


def _animation(cursor: Cursor) -> Steps[tuple[int, int]]:
    """How many frames there are, and the sum of their durations, as far as the file goes."""
    frames, milliseconds = 0, 0
    try:
        while True:
            header = yield from cursor.take(8)
            length = _padded(_little(header[4:8]))
            if header[:4] == b"ANMF" and length >= 16:
                frame = yield from cursor.take(16)
                frames += 1
                milliseconds += _little(frame[12:15])
                length -= 16
            yield from cursor.skip(length)
    except Ended:
        return frames, milliseconds


def walk_avi(cursor: Cursor) -> Steps[Facts]:
    """Size, frames and duration of the first stream of pictures, from the headers."""
    start = yield from cursor.take(12)
    whole = 8 + _little(start[4:8])
    width = height = streams = 0
    while True:
        header = yield from cursor.take(8)
        name, length = header[:4], _padded(_little(header[4:8]))
        if name == b"LIST":
            length -= 4
            kind = yield from cursor.take(4)
            if kind == b"movi":
                return _without_pictures(streams, whole)
            if kind in (b"hdrl", b"strl"):
                continue
        elif name == b"avih" and length >= 40:
            told = yield from cursor.take(40)
            width, height = _little(told[32:36]), _little(told[36:40])
            length -= 40
        elif name == b"strh" and length >= 36:
            told = yield from cursor.take(36)
            if told[:4] == b"vids":
                frames, seconds = _told_of_stream(told)
                return Facts(width, height, frames, seconds, whole=whole)
            streams += 1
            length -= 36
        yield from cursor.skip(length)


def _without_pictures(streams: int, whole: int) -> Facts:
    if not streams:
        raise Corrupt("it has no streams")
    return Facts(heard=True, whole=whole)


def _told_of_stream(header: bytes) -> tuple[int, float]:
    """How many frames there are, and how many seconds they take: `scale` / `rate` each."""
    scale, rate, length = (_little(header[at : at + 4]) for at in (20, 24, 32))
    return length, float(Fraction(length * scale, rate)) if rate else 0
