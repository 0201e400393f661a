"""JPEG: from marker to marker, until the one that begins the frame."""

from emulator.core.media.looking import Corrupt, Cursor, Facts, Steps

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers that no length follows."""


def walk(cursor: Cursor) -> Steps[Facts]:
    """The size of a picture, which stands before its pixels."""
    yield from cursor.skip(2)
    while True:
        lead, marker = yield from cursor.take(2)
        while marker == 0xFF:
            [marker] = yield from cursor.take(1)
        if lead != 0xFF or marker in (0xD9, 0xDA):
            raise Corrupt("no frame begins in it")
        if marker in _ALONE:
            continue
        length = int.from_bytes((yield from cursor.take(2)))
        if marker in _FRAMES:
            frame = yield from cursor.take(5)
            height, width = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
            return Facts(width, height, num_frames=1)
        yield from cursor.skip(max(0, length - 2))
