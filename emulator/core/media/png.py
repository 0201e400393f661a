"""PNG, still and animated: the header, and the controls of each frame."""

from emulator.core.media.looking import Cursor, Ended, Facts, Steps

_MOST_TAKEN = 64


def walk(cursor: Cursor) -> Steps[Facts]:
    """Size, and of an animated picture its frames and how long they are shown in all."""
    start = yield from cursor.take(24)
    width, height = int.from_bytes(start[16:20]), int.from_bytes(start[20:24])
    moving = yield from _is_animated(cursor, int.from_bytes(start[8:12]) - 8)
    if not moving:
        return Facts(width, height, num_frames=1)
    frames, seconds = yield from _animation(cursor)
    return Facts(width, height, max(1, frames), seconds)


def _is_animated(cursor: Cursor, left: int) -> Steps[bool]:
    """Whether there is an animation control, which stands before all pixels.

    `left` is what is left of the header chunk.
    """
    try:
        yield from cursor.skip(left + 4)
        while True:
            header = yield from cursor.peek(8)
            if header[4:8] in (b"acTL", b"fcTL"):
                return True
            if header[4:8] in (b"IDAT", b"IEND") or len(header) < 8:
                return False
            yield from cursor.skip(12 + int.from_bytes(header[:4]))
    except Ended:
        return False


def _animation(cursor: Cursor) -> Steps[tuple[int, float]]:
    """How many frame controls there are, and the sum of their delays, as far as the file goes."""
    frames, seconds = 0, 0.0
    try:
        while True:
            header = yield from cursor.take(8)
            length = int.from_bytes(header[:4])
            if header[4:8] == b"IEND":
                break
            if header[4:8] == b"fcTL" and 26 <= length <= _MOST_TAKEN:
                control = yield from cursor.take(length)
                frames += 1
                seconds += _delay(control[20:24])
                length = 0
            yield from cursor.skip(length + 4)
    except Ended:
        pass
    return frames, seconds


def _delay(written: bytes) -> float:
    """A fraction of a second, of which the denominator 0 stands for 100 [PNG specification]."""
    return int.from_bytes(written[:2]) / (int.from_bytes(written[2:]) or 100)
