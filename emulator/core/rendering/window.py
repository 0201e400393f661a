"""Which frames of a long video a summary shows."""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

from emulator.core import errors

FRAME_LIMIT: Final = 200
"""How many frames a summary shows when it is not told [documented elsewhere]."""

_DIGITS = 9
One = TypeVar("One")


class Window(NamedTuple):
    """So many frames from the one at `offset` on; without a limit all that follow."""

    offset: int = 0
    limit: int | None = None

    def of(self, frames: Sequence[One]) -> Sequence[One]:
        """The frames that are shown."""
        end = None if self.limit is None else self.offset + self.limit
        return frames[self.offset : end]


EVERYTHING: Final = Window()


def read_window(frame_limit: str | None, frame_offset: str | None) -> Window:
    """The window that a summary asks for; `BadField` where that is none."""
    limit = _count("frame_limit", frame_limit, 1, FRAME_LIMIT)
    return Window(_count("frame_offset", frame_offset, 0, 0), limit)


def _count(name: str, written: str | None, least: int, default: int) -> int:
    if written is None:
        return default
    whole = written.isascii() and written.isdigit() and len(written) <= _DIGITS
    if not whole or int(written) < least:
        raise errors.bad_count(name, written, least)
    return int(written)
