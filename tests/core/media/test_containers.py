"""Containers made box by box: what no library writes, and what is broken in its own way."""

from struct import pack

import pytest

from emulator.core.model import Kind
from tests.core.media.made import jpeg, riff, uploaded

FTYP = pack(">I", 16) + b"ftypisom" + bytes(4)


def box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return pack(">I", 8 + len(inside)) + name + inside


def large(name: bytes, *content: bytes) -> bytes:
    """A box with a length of eight bytes."""
    inside = b"".join(content)
    return pack(">I", 1) + name + pack(">Q", 16 + len(inside)) + inside


def timed(name: bytes, scale: int, duration: int, *, wide: bool = False) -> bytes:
    many = ">QQIQ" if wide else ">IIII"
    return box(name, bytes([wide, 0, 0, 0]), pack(many, 0, 0, scale, duration))


def track(
    *, wide: bool = False, duration: int = 500, samples: int = 125, handler: bytes = b"vide"
) -> bytes:
    entry = (
        pack(">I4s", 44 + 42, b"mp4v") + bytes(8) + bytes(16) + pack(">HH", 640, 360) + bytes(50)
    )
    number = pack(">QQI" if wide else ">III", 0, 0, 7)
    return box(
        b"trak",
        box(b"tkhd", bytes([wide, 0, 0, 0]), number, bytes(60)),
        box(
            b"mdia",
            timed(b"mdhd", 100, duration, wide=wide),
            box(b"hdlr", bytes(8), handler, bytes(12)),
            box(
                b"minf",
                box(
                    b"stbl",
                    box(b"stsd", bytes(4), pack(">I", 1), entry),
                    box(b"stsz", bytes(8), pack(">I", samples)),
                ),
            ),
        ),
    )


def facts(content: bytes) -> tuple[int, int, int, float]:
    media = uploaded(content)
    assert media.flaw is None, media.flaw
    return media.width, media.height, media.num_frames, media.duration


def broken(content: bytes) -> str:
    flaw = uploaded(content).flaw
    assert flaw is not None
    assert flaw.code == 3300
    return flaw.why


@pytest.mark.parametrize("wide", [False, True], ids=["short numbers", "long numbers"])
def test_an_index_may_have_short_numbers_or_long_ones(wide: bool) -> None:
    assert facts(FTYP + box(b"moov", track(wide=wide))) == (640, 360, 125, 5)


def test_a_box_may_have_a_long_length_or_go_on_to_the_end() -> None:
    index = box(b"moov", track())
    assert facts(FTYP + large(b"mdat", bytes(100)) + index) == (640, 360, 125, 5)
    assert facts(FTYP + index + pack(">I", 0) + b"mdat" + bytes(100)) == (640, 360, 125, 5)


def test_a_track_that_does_not_tell_its_duration_is_as_long_as_the_film() -> None:
    index = box(b"moov", timed(b"mvhd", 10, 30), track(duration=0xFFFFFFFF))
    assert facts(FTYP + index) == (640, 360, 125, 3)


def test_the_first_track_of_pictures_counts() -> None:
    index = box(b"moov", track(handler=b"soun"), track(samples=7), track(samples=9))
    assert facts(FTYP + index)[2] == 7


def fragment(
    flags: int, count: int, *table: int, defaults: bytes = b"", time: bytes = b""
) -> bytes:
    header = pack(">I", 0x08 if defaults else 0) + pack(">I", 7) + defaults
    run = pack(">II", flags, count) + b"".join(pack(">I", one) for one in table)
    return box(b"moof", box(b"traf", box(b"tfhd", header), time, box(b"trun", run)))


def extended(each: int) -> bytes:
    return box(b"mvex", box(b"trex", bytes(4), pack(">IIII", 7, 1, each, 0)))


FRAGMENTED = FTYP + box(b"moov", track(duration=0, samples=0), extended(4))


@pytest.mark.parametrize(
    ("fragments", "frames", "seconds"),
    [
        ([fragment(0, 25), fragment(0, 25)], 50, 2),
        ([fragment(0, 10, defaults=pack(">I", 20))], 10, 2),
        ([fragment(0x101, 3, 99, 100, 50, 50)], 3, 2),
        ([fragment(0x305, 2, 99, 99, 100, 1, 50, 1)], 2, 1.5),
        ([fragment(0x100, 200, *[1] * 200)], 200, 2),
        ([fragment(0, 1, time=box(b"tfdt", bytes(4), pack(">I", 296)))], 1, 3),
        ([fragment(0, 1, time=box(b"tfdt", b"\1\0\0\0", pack(">Q", 296)))], 1, 3),
    ],
    ids=[
        "as the film says",
        "as the fragment says",
        "each its own",
        "each its own, and more beside",
        "more than are read at once",
        "at a time",
        "at a long time",
    ],
)
def test_the_frames_of_fragments_are_counted(
    fragments: list[bytes], frames: int, seconds: float
) -> None:
    assert facts(FRAGMENTED + b"".join(fragments))[2:] == (frames, seconds)


def test_a_fragment_of_another_track_does_not_count() -> None:
    other = fragment(0, 25).replace(pack(">I", 7), pack(">I", 8), 1)
    assert facts(FRAGMENTED + fragment(0, 5) + other)[2] == 5


BROKEN = {
    "no index": (FTYP + box(b"mdat", bytes(9)), "what tells of its tracks is missing"),
    "an empty index": (FTYP + box(b"moov"), "it has no tracks"),
    "an index without an end": (FTYP + pack(">I", 0) + b"moov", "must tell its length does not"),
    "a box shorter than its header": (
        FTYP + pack(">I", 7) + b"moov",
        "shorter than its own header",
    ),
    "a box longer than its own": (
        FTYP + box(b"moov", pack(">I", 100) + b"trak"),
        "longer than what it stands in",
    ),
    "a header with too little": (FTYP + box(b"moov", box(b"mvhd", bytes(3))), "too little in it"),
    "a run with too little": (
        FRAGMENTED + fragment(0x100, 9, 1, 2),
        "too little in it",
    ),
    "a RIFF without a picture": (riff(b"WEBP", b"ALPH" + bytes(20)), "it holds no picture"),
    "an AVI without streams": (
        riff(b"AVI ", b"LIST" + pack("<I", 4) + b"movi") + bytes(40),
        "it has no streams",
    ),
    "a WMV without streams": (
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + pack("<QI", 30, 0) + bytes(40),
        "it has no streams",
    ),
    "a WMV of less than nothing": (
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + pack("<QI", 30, 1) + bytes(40),
        "shorter than nothing",
    ),
    "an MKV without tracks": (b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x80" + bytes(0), "no tracks"),
    "an MKV of something else": (b"\x1a\x45\xdf\xa3\x80" + bytes(80), "that is no element"),
    "an MKV with endless elements": (b"\x1a\x45\xdf\xa3\xff" + bytes(80), "tell its length"),
    "a JPEG that ends before its frame": (b"\xff\xd8\xff\xd9" + bytes(80), "no frame begins in it"),
}


@pytest.mark.parametrize(("content", "why"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_says_how(content: bytes, why: str) -> None:
    assert why in broken(content)


def test_markers_that_stand_alone_are_stepped_over() -> None:
    media = uploaded(jpeg(640, 480, before=b"\xff\x01\xff\xd0"))
    assert (media.width, media.height) == (640, 480)


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_a_picture_of_no_size_is_corrupt(size: tuple[int, int]) -> None:
    assert "it has no size" in broken(jpeg(*size))


def test_a_film_without_an_index_of_sounds_is_none() -> None:
    media = uploaded(FTYP + box(b"moov", track(handler=b"soun")))
    assert (media.kind, media.mimetype) == (Kind.AUDIO, "audio/m4a")
