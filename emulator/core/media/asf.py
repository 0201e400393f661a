"""ASF, which is what WMV files are: the objects of its header."""

from emulator.core.media.looking import Corrupt, Cursor, Facts, Steps

_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_STREAM = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")
_PICTURES = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_BROADCAST = 1


def _little(written: bytes) -> int:
    return int.from_bytes(written, "little")


def walk(cursor: Cursor) -> Steps[Facts]:
    """Size and duration; how many frames there are is not told."""
    header = yield from cursor.take(30)
    width = height = whole = 0
    seconds, streams = 0.0, 0
    for _ in range(_little(header[24:28])):
        start = yield from cursor.take(24)
        left = _little(start[16:24]) - 24
        if left < 0:
            raise Corrupt("a part of its header is shorter than nothing")
        if start[:16] == _PROPERTIES and left >= 80:
            told = yield from cursor.take(80)
            seconds, whole = _duration(told), _size(told)
            left -= 80
        elif start[:16] == _STREAM and left >= 62:
            told = yield from cursor.take(62)
            streams += 1
            if told[:16] == _PICTURES and not width:
                width, height = _little(told[54:58]), _little(told[58:62])
            left -= 62
        yield from cursor.skip(left)
    if not streams:
        raise Corrupt("it has no streams")
    return Facts(width, height, 0, seconds, heard=not width, whole=whole)


def _duration(told: bytes) -> float:
    """Seconds: what is played in units of 100 ns, less what is loaded before, in ms."""
    return max(0, _little(told[40:48]) - _little(told[56:64]) * 10_000) / 10_000_000


def _size(told: bytes) -> int:
    """How long the file is to be; a broadcast does not know."""
    return 0 if _little(told[64:68]) & _BROADCAST else _little(told[16:24])
