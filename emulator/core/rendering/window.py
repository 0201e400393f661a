"""Which frames of a long video a summary shows."""

from typing import Final

from emulator.core import errors

FRAME_LIMIT: Final = 200
"""How many frames a summary shows when it is not told [documented elsewhere]."""
EVERY: Final = slice(None)
"""All frames, as a synchronous answer and a callback have them."""

_DIGITS = 9


def read_window(frame_limit: str | None, frame_offset: str | None) -> slice:
    """The frames that a summary asks for, by their places; `BadField` where that is none."""
    limit = _count("frame_limit", frame_limit, 1, FRAME_LIMIT)
    offset = _count("frame_offset", frame_offset, 0, 0)
    return slice(offset, offset + limit)


def _count(name: str, written: str | None, least: int, default: int) -> int:
    if written is None:
        return default
    whole = written.isascii() and written.isdigit() and len(written) <= _DIGITS
    if not whole or int(written) < least:
        raise errors.bad_count(name, written, least)
    return int(written)
