"""GIF, still and animated: its blocks up to the trailer."""

from emulator.core.media.looking import Cursor, Ended, Facts, Steps

_EXTENSION, _IMAGE = 0x21, 0x2C
_CONTROL = 0xF9


def walk(cursor: Cursor) -> Steps[Facts]:
    """Size, and of an animated picture its frames and how long they are shown in all.

    A single frame is a still picture, whatever its delay. Of a cut file it is what came before.
    """
    screen = yield from cursor.take(10)
    width = int.from_bytes(screen[6:8], "little")
    height = int.from_bytes(screen[8:10], "little")
    frames, hundredths = 0, 0
    try:
        flags, _, _ = yield from cursor.take(3)
        yield from cursor.skip(_palette(flags))
        while True:
            [block] = yield from cursor.take(1)
            if block == _IMAGE:
                frames += 1
                image = yield from cursor.take(9)
                yield from cursor.skip(_palette(image[8]) + 1)
            elif block == _EXTENSION:
                hundredths += yield from _extension(cursor)
            else:
                break
            yield from _pass_blocks(cursor)
    except Ended:
        pass
    moving = frames > 1
    return Facts(width, height, max(1, frames), hundredths / 100 if moving else 0)


def _palette(flags: int) -> int:
    """How many bytes the table of colours takes that the flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _extension(cursor: Cursor) -> Steps[int]:
    """The delay, in hundredths of a second, of an extension that controls a frame."""
    [label] = yield from cursor.take(1)
    if label != _CONTROL:
        return 0
    control = yield from cursor.peek(5)
    return int.from_bytes(control[2:4], "little") if control[:1] == b"\x04" else 0


def _pass_blocks(cursor: Cursor) -> Steps[None]:
    """Pass over blocks of up to 255 bytes, each behind its length, up to the empty one.

    A picture has thousands of them, so that those which are there are hopped over in one go.
    """
    while True:
        data, at, end, hops = cursor.data, cursor.at, len(cursor.data), 0
        while at < end and data[at]:
            at += data[at] + 1
            hops += 1
        cursor.step(hops)
        cursor.at = min(at, end)
        if at < end:
            cursor.at += 1
            return
        yield from cursor.skip(at - end)
        yield from cursor.peek(1)
        if cursor.ended and cursor.at == len(cursor.data):
            raise Ended
