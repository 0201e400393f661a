"""An upload as it streams by: hashed and looked at, never held whole."""

from collections.abc import Callable
from hashlib import sha256

from emulator.core import errors
from emulator.core.codes import CORRUPT_FILE, INVALID_INPUT, UNSUPPORTED_MEDIA_TYPE
from emulator.core.media.addresses import FILM_RATE
from emulator.core.media.formats import (
    ENOUGH,
    UNKNOWN,
    Format,
    name_unsupported,
    recognise,
    without_pictures,
)
from emulator.core.media.looking import Corrupt, Facts, Looking
from emulator.core.model import Flaw, Kind, Media

HEAD = 128 * 1024
"""How many bytes of the beginning are kept, for directives."""
TAIL = 4 * 1024
"""How many bytes of the end are kept, for directives."""
MOST_PIXELS = 2**28
"""How large a picture may be: what has more would fill the memory of whoever unpacks it. Our
choice."""
SUPPORTED = "jpg, png, gif, webp, mp4, webm, mkv, mov, avi and wmv"


class Upload:
    """Bytes of a medium, an upload's or those that were downloaded for an address.

    What they are is looked for while they come; nothing that they hold is unpacked.
    """

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._digest = sha256()
        self._head = bytearray()
        self._tail = b""
        self._size = 0
        self._format: Format | None = None
        self._look: Callable[[bytes], None] | None = None
        self._looking: Looking | None = None

    def feed(self, chunk: bytes) -> None:
        """The next bytes."""
        self._digest.update(chunk)
        self._size += len(chunk)
        if len(self._head) < HEAD:
            self._head += chunk[: HEAD - len(self._head)]
        self._tail = (self._tail + chunk[-TAIL:])[-TAIL:]
        if self._look is not None:
            self._look(chunk)
        elif self._size >= ENOUGH:
            # All that has come so far, of which the head may be only a part.
            self._begin(bytes(self._head[: self._size - len(chunk)]) + chunk)

    def _begin(self, so_far: bytes) -> None:
        """Recognise the format, and begin to look for its facts."""
        self._format = recognise(so_far[:ENOUGH])
        if self._format is None or self._format.walk is None:
            self._look = _nothing
            return
        self._looking = Looking(self._format.walk)
        self._look = self._looking.feed
        self._look(so_far)

    def finish(self, url: str | None = None, url_path: str | None = None) -> Media:
        """What the bytes are; those that no model takes have a flaw. Refused when there are none.

        `url` is where they were downloaded from.
        """
        if not self._size:
            raise errors.empty_field("media")
        head = bytes(self._head)
        if self._look is None:
            self._begin(head)
        known, facts, flaw = self._told(head)
        directives = (head,) if self._size <= len(head) else (head, self._tail)
        return Media(
            known.kind,
            known.mime_type,
            known.mimetype,
            self._filename,
            url,
            url_path,
            facts.width,
            facts.height,
            facts.num_frames,
            facts.duration,
            sha256=self._digest.hexdigest(),
            size=self._size,
            directives=tuple(stretch for stretch in directives if b"[hive " in stretch),
            flaw=flaw,
        )

    def _told(self, head: bytes) -> tuple[Format, Facts, Flaw | None]:
        known = self._format
        if known is None:
            why = f"this is {name_unsupported(head)}. Supported are {SUPPORTED}"
            return UNKNOWN, Facts(), Flaw(UNSUPPORTED_MEDIA_TYPE, why)
        if self._looking is None:
            return known, Facts(), None
        try:
            facts = self._looking.finish(self._size)
        except Corrupt as error:
            return known, Facts(), Flaw(CORRUPT_FILE, f"this is {known.mimetype}, but {error}")
        if facts.heard:
            return without_pictures(known), facts, None
        return known, _with_frames(facts, known.kind), _flaw(facts, known)


def _nothing(chunk: bytes) -> None:
    """What is done with the bytes of a medium in which nobody looks for anything."""


def _with_frames(facts: Facts, kind: Kind) -> Facts:
    """The facts of a video that does not tell how many frames it has."""
    if kind is Kind.VIDEO and not facts.num_frames:
        return facts._replace(num_frames=max(1, round(facts.duration * FILM_RATE)))
    return facts


def _flaw(facts: Facts, known: Format) -> Flaw | None:
    width, height = facts.width, facts.height
    if not (width and height):
        return Flaw(CORRUPT_FILE, f"this is {known.mimetype}, but it has no size")
    if width * height > MOST_PIXELS:
        told = f"it is said to have {width} x {height} pixels, and at most {MOST_PIXELS} are taken"
        return Flaw(INVALID_INPUT, f"this is {known.mimetype}, but {told}")
    return None
