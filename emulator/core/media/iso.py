"""ISO base media, which MP4 and QuickTime files are: boxes in boxes.

A film is told of in one part, at the beginning or the end, or in fragments all over the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from emulator.core.media.looking import Corrupt, Cursor, Ended, Facts, Steps

_INSIDE = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"})
_KNOWN = frozenset(
    {
        *(b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"mfra", b"sidx"),
        *(b"styp", b"uuid", b"meta", b"pdin", b"ssix", b"prft", b"emsg", b"udta", b"pnot"),
    }
)
"""What stands in a file and in nothing else."""
_ALL_AT_ONCE = 128
"""How many durations of a fragment are read at once."""


@dataclass(slots=True)
class _Track:
    number: int = 0
    shown: bool = False
    scale: int = 0
    duration: int = 0
    width: int = 0
    height: int = 0
    frames: int = 0
    each: int = 0
    """How long a frame of a fragment takes that does not say so itself."""


@dataclass(slots=True)
class _Film:
    """What has been read so far.

    `here` is the track of the fragment that is being read, `here_each` how long a frame of it takes
    and `here_at` when the next one begins.
    """

    told: bool = False
    scale: int = 0
    duration: int = 0
    tracks: list[_Track] = field(default_factory=list)
    each: dict[int, int] = field(default_factory=dict)
    here: _Track | None = None
    here_each: int = 0
    here_at: int = 0

    def facts(self) -> Facts:
        if not self.told:
            raise Corrupt("what tells of its tracks is missing")
        shown = next((track for track in self.tracks if track.shown), None)
        if shown is None and not self.tracks:
            raise Corrupt("it has no tracks")
        if shown is None:
            return Facts(heard=True)
        seconds = shown.duration / shown.scale if shown.scale else 0
        if not seconds and self.scale:
            seconds = self.duration / self.scale
        return Facts(shown.width, shown.height, shown.frames, seconds)


def walk(cursor: Cursor) -> Steps[Facts]:
    """Size, duration and frames of the first track of pictures."""
    film = _Film()
    while True:
        header = yield from cursor.peek(16)
        name = header[4:8]
        if name not in _KNOWN:
            break
        length, size = _size(header)
        yield from cursor.skip(length)
        if size is None:
            if name in (b"moov", b"moof"):
                raise Corrupt("a part of it that must tell its length does not")
            break
        if name in (b"moov", b"moof"):
            yield from _inside(cursor, film, size)
            film.told = film.told or name == b"moov"
        else:
            yield from cursor.skip(size)
    return film.facts()


def _size(header: bytes) -> tuple[int, int | None]:
    """How long the header of a box is and how long what is in it; None is up to the end."""
    size, length = int.from_bytes(header[:4]), 8
    if size == 1:
        size, length = int.from_bytes(header[8:16]), 16
    if size == 0:
        return length, None
    if size < length:
        raise Corrupt("a part of it is shorter than its own header")
    return length, size - length


def _inside(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    """Read the boxes in a box, and in those that may have something to tell."""
    ends = [cursor.place + left]
    while ends:
        if ends[-1] - cursor.place < 8:
            yield from cursor.skip(ends.pop() - cursor.place)
            continue
        header = yield from cursor.peek(16)
        if len(header) < 8:
            raise Ended
        length, size = _size(header)
        end = ends[-1] if size is None else cursor.place + length + size
        if end > ends[-1]:
            raise Corrupt("a part of it is longer than what it stands in")
        yield from cursor.skip(length)
        name = header[4:8]
        if name in _INSIDE:
            _begin(film, name)
            ends.append(end)
            continue
        read = _READERS.get(name)
        if read is not None:
            yield from read(cursor, film, end - cursor.place)
        yield from cursor.skip(end - cursor.place)


def _begin(film: _Film, name: bytes) -> None:
    if name == b"trak":
        film.tracks.append(_Track())
    elif name == b"traf":
        film.here = None


def _numbers(cursor: Cursor, left: int, wanted: int) -> Steps[bytes]:
    """The first bytes of a box; `Corrupt` where it has fewer."""
    if left < wanted:
        raise Corrupt("a part of it has too little in it")
    return (yield from cursor.take(wanted))


def _film_header(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    film.scale, film.duration = yield from _timed(cursor, left)


def _media_header(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    scale, duration = yield from _timed(cursor, left)
    if film.tracks:
        film.tracks[-1].scale, film.tracks[-1].duration = scale, duration


def _timed(cursor: Cursor, left: int) -> Steps[tuple[int, int]]:
    """How many units a second has, and how many of them something takes; 0 where it is unknown."""
    version = yield from cursor.peek(1)
    wide = 8 if version == b"\x01" else 4
    told = yield from _numbers(cursor, left, 8 + 3 * wide)
    scale = int.from_bytes(told[4 + 2 * wide : 8 + 2 * wide])
    written = told[8 + 2 * wide : 8 + 3 * wide]
    return scale, 0 if written == b"\xff" * wide else int.from_bytes(written)


def _track_header(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    told = yield from _numbers(cursor, left, 24)
    at = 20 if told[0] == 1 else 12
    if film.tracks:
        film.tracks[-1].number = int.from_bytes(told[at : at + 4])


def _handler(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    told = yield from _numbers(cursor, left, 12)
    if film.tracks and told[8:12] == b"vide":
        film.tracks[-1].shown = True


def _description(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    """The size in pixels of the first sort of frames."""
    if left < 8 + 8 + 28:
        return
    told = yield from cursor.take(8 + 8 + 28)
    if film.tracks and film.tracks[-1].shown:
        film.tracks[-1].width = int.from_bytes(told[40:42])
        film.tracks[-1].height = int.from_bytes(told[42:44])


def _samples(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    told = yield from _numbers(cursor, left, 12)
    if film.tracks:
        film.tracks[-1].frames += int.from_bytes(told[8:12])


def _defaults(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    told = yield from _numbers(cursor, left, 16)
    film.each[int.from_bytes(told[4:8])] = int.from_bytes(told[12:16])


def _fragment_header(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    told = yield from _numbers(cursor, left, 8)
    flags, number = int.from_bytes(told[1:4]), int.from_bytes(told[4:8])
    film.here = next((track for track in film.tracks if track.number == number), None)
    film.here_at = film.here.duration if film.here is not None else 0
    film.here_each = film.each.get(number, 0)
    if flags & 0x08:
        before = 8 * bool(flags & 0x01) + 4 * bool(flags & 0x02)
        more = yield from _numbers(cursor, left - 8, before + 4)
        film.here_each = int.from_bytes(more[before:])


def _fragment_time(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    """When the first frame of a fragment begins."""
    told = yield from _numbers(cursor, left, 8)
    if told[0] == 1:
        told += yield from _numbers(cursor, left - 8, 4)
    film.here_at = int.from_bytes(told[4:])


def _run(cursor: Cursor, film: _Film, left: int) -> Steps[None]:
    """Count the frames of a run, and how long they take."""
    told = yield from _numbers(cursor, left, 8)
    flags, count = int.from_bytes(told[1:4]), int.from_bytes(told[4:8])
    before = 4 * bool(flags & 0x01) + 4 * bool(flags & 0x04)
    each = 4 * (flags >> 8 & 0x0F).bit_count()
    track = film.here
    if track is None:
        return
    track.frames += count
    if not flags & 0x100:
        _last(film, track, count * film.here_each)
        return
    if before + each * count > left - 8:
        raise Corrupt("a part of it has too little in it")
    yield from cursor.skip(before)
    while count > 0:
        some = min(count, _ALL_AT_ONCE)
        table = yield from cursor.take(each * some)
        some_last = (int.from_bytes(table[at : at + 4]) for at in range(0, len(table), each))
        _last(film, track, sum(some_last))
        count -= some


def _last(film: _Film, track: _Track, units: int) -> None:
    """Some frames take so long; the track ends where its last fragment does."""
    film.here_at += units
    track.duration = max(track.duration, film.here_at)


_READERS: dict[bytes, Callable[[Cursor, _Film, int], Steps[None]]] = {
    b"mvhd": _film_header,
    b"tkhd": _track_header,
    b"mdhd": _media_header,
    b"hdlr": _handler,
    b"stsd": _description,
    b"stsz": _samples,
    b"stz2": _samples,
    b"trex": _defaults,
    b"tfhd": _fragment_header,
    b"tfdt": _fragment_time,
    b"trun": _run,
}
