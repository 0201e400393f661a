"""Matroska and WebM: elements of EBML, each behind its id and its length.

Ids are unique in all of it, so that going into a container is nothing but not passing over it. That
is how files can be read whose containers do not tell their length, as browsers record them.
"""

from dataclasses import dataclass, field
from struct import unpack

from emulator.core.media.looking import Corrupt, Cursor, Ended, Facts, Steps

_SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0
_CLUSTER, _GROUP = 0x1F43B675, 0xA0
_INSIDE = frozenset({_SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO, _CLUSTER, _GROUP})
_SCALE, _DURATION = 0x2AD7B1, 0x4489
_NUMBER, _TYPE, _WIDTH, _HEIGHT, _EACH = 0xD7, 0x83, 0xB0, 0xBA, 0x23E383
_TIME, _BLOCK, _SIMPLE_BLOCK = 0xE7, 0xA1, 0xA3
_BLOCKS = frozenset({_BLOCK, _SIMPLE_BLOCK})
_TOLD = frozenset({_SCALE, _DURATION, _NUMBER, _TYPE, _WIDTH, _HEIGHT, _EACH, _TIME})
_PICTURES = 1
_A_SECOND = 1_000_000_000
"""In nanoseconds, which all times are told in."""


@dataclass(slots=True)
class _Track:
    number: int = 0
    type: int = 0
    width: int = 0
    height: int = 0
    each: int = 0


@dataclass(slots=True)
class _Film:
    """What has been read so far."""

    end: int | None = None
    scale: int = 1_000_000
    duration: float = 0
    tracks: list[_Track] = field(default_factory=list)
    shown: _Track | None = None
    cluster: int = 0
    frames: int = 0
    last: int = 0

    def facts(self) -> Facts:
        """Facts; a film that does not tell how long it takes ends with its last frame."""
        if not self.tracks:
            raise Corrupt("it has no tracks")
        shown = self.pictures()
        if shown is None:
            return Facts(heard=True)
        seconds = self.duration * self.scale / _A_SECOND
        if not seconds and self.frames:
            seconds = (self.last * self.scale + self._each(shown)) / _A_SECOND
        return Facts(shown.width, shown.height, self.frames, seconds)

    def pictures(self) -> _Track | None:
        """The first track that is to be seen."""
        if self.shown is None:
            self.shown = next((one for one in self.tracks if one.type == _PICTURES), None)
        return self.shown

    def _each(self, shown: _Track) -> float:
        """How long one frame is shown, in nanoseconds."""
        return shown.each or self.last * self.scale / max(1, self.frames - 1)


def walk(cursor: Cursor) -> Steps[Facts]:
    """Size, duration, and how many frames the blocks of the first track of pictures make.

    A film that does not tell its length may break off anywhere, as recordings do.
    """
    film = _Film()
    try:
        yield from _elements(cursor, film)
    except (Ended, Corrupt):
        if film.end is not None or not film.frames:
            raise
    return film.facts()


def _elements(cursor: Cursor, film: _Film) -> Steps[None]:
    """Read one element after the other, up to the end of the film."""
    while film.end is None or cursor.place < film.end:
        header = yield from cursor.peek(12)
        if not header and film.end is None:
            return
        cursor.step()
        name, length, size = _header(header)
        cursor.at += length
        if name in _BLOCKS and size is not None and 4 <= size <= cursor.left:
            # Most of a film is blocks that are there whole: these take no steps of their own.
            _count(film, cursor.data[cursor.at : cursor.at + 4])
            cursor.at += size
        elif name not in _INSIDE:
            yield from _element(cursor, film, name, size)
        elif name == _SEGMENT and size is not None:
            film.end = cursor.place + size
        elif name == _TRACK:
            film.tracks.append(_Track())


def _header(written: bytes) -> tuple[int, int, int | None]:
    """The id of an element, how long its header is, and how long what is in it, if that is told."""
    id_length = 9 - written[0].bit_length() if written else 1
    if id_length > 4:
        raise Corrupt("it has something in it that is no element")
    if id_length >= len(written):
        raise Ended
    length = 9 - written[id_length].bit_length()
    if length > 8:
        raise Corrupt("it has something in it that is no element")
    if id_length + length > len(written):
        raise Ended
    size = int.from_bytes(written[id_length : id_length + length]) & (1 << 7 * length) - 1
    unknown = size == (1 << 7 * length) - 1
    return int.from_bytes(written[:id_length]), id_length + length, None if unknown else size


def _element(cursor: Cursor, film: _Film, name: int, size: int | None) -> Steps[None]:
    """Read an element that no others are looked for in."""
    if size is None:
        raise Corrupt("an element of it does not tell its length")
    if name in _TOLD and size <= 8:
        _tell(film, name, (yield from cursor.take(size)))
        return
    if name in _BLOCKS and size >= 4:
        _count(film, (yield from cursor.take(4)))
        size -= 4
    yield from cursor.skip(size)


def _tell(film: _Film, name: int, written: bytes) -> None:
    value = int.from_bytes(written)
    if name == _DURATION and len(written) in (4, 8):
        [film.duration] = unpack(">f" if len(written) == 4 else ">d", written)
        return
    if name in _OF_FILM:
        setattr(film, _OF_FILM[name], value)
    elif name in _OF_TRACK and film.tracks:
        setattr(film.tracks[-1], _OF_TRACK[name], value)


_OF_FILM = {_SCALE: "scale", _TIME: "cluster"}
_OF_TRACK = {_NUMBER: "number", _TYPE: "type", _WIDTH: "width", _HEIGHT: "height", _EACH: "each"}


def _count(film: _Film, block: bytes) -> None:
    """Count a frame, if it is one: a block begins with its track, and its time in the cluster."""
    shown = film.pictures()
    if shown is not None and block[0] & 0x7F == shown.number:
        film.frames += 1
        film.last = max(film.last, film.cluster + int.from_bytes(block[1:3], signed=True))
