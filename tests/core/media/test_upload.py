"""An upload: hashed, looked at as it streams by, and told what is wrong with it."""

import tracemalloc
from hashlib import sha256
from itertools import pairwise
from struct import pack
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core import errors
from emulator.core.media import HEAD, Upload
from emulator.core.media.looking import MOST_STEPS, Corrupt, Cursor, Facts, Looking, Steps
from emulator.core.media.upload import MOST_PIXELS
from emulator.core.model import Flaw, Kind, Media
from tests.core.media.made import MAKERS, SIZES, gif, jpeg, png, riff, uploaded
from tests.support.films import film


@pytest.mark.parametrize("kind", MAKERS)
@given(width=SIZES, height=SIZES)
def test_the_size_of_a_picture_is_read_from_its_bytes(kind: str, width: int, height: int) -> None:
    media = uploaded(MAKERS[kind](width, height))
    short = kind.rpartition(" ")[2]
    assert (media.width, media.height) == (width, height)
    assert (media.kind, media.mime_type, media.mimetype) == (
        Kind.PICTURE,
        short,
        f"image/{short}",
    )


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCF], ids=hex)
def test_every_kind_of_jpeg_frame_tells_the_size(frame: int) -> None:
    media = uploaded(jpeg(640, 480, frame=frame))
    assert (media.width, media.height) == (640, 480)


@pytest.mark.parametrize(
    "before",
    [b"\xff\xc4\x00\x05\x00\x01\x02", b"\xff\xfe\x00\x06\xff\xc0\xff\xc0", b"\xff\xff\xff"],
    ids=["Huffman tables", "a comment that looks like a frame", "fill bytes"],
)
def test_what_stands_before_the_frame_of_a_jpeg_is_stepped_over(before: bytes) -> None:
    media = uploaded(jpeg(640, 480, before=before))
    assert (media.width, media.height) == (640, 480)


@pytest.mark.parametrize(
    "content",
    [
        jpeg(640, 480)[:25],
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x02garbage without a marker",
        b"\x89PNG\r\n\x1a\n",
        b"GIF87a",
        riff(b"WEBP"),
        riff(b"WEBP", b"ALPH and something else"),
    ],
    ids=repr,
)
def test_a_picture_that_does_not_tell_its_size_is_corrupt(content: bytes) -> None:
    media = uploaded(content)
    assert (media.kind, media.width, media.height) == (Kind.PICTURE, 0, 0)
    assert media.flaw is not None
    assert (media.flaw.code, media.flaw.why[:14]) == (3300, "this is image/")


def test_a_picture_whose_pixels_are_cut_off_is_taken() -> None:
    assert uploaded(jpeg(640, 480)[:-5]).flaw is None
    assert uploaded(png(640, 480)[:26]).flaw is None
    assert uploaded(gif(640, 480)[:10]).flaw is None


@given(st.sampled_from(sorted(MAKERS)), st.binary(max_size=60))
def test_no_bytes_behind_the_beginning_of_a_picture_do_any_harm(kind: str, noise: bytes) -> None:
    assert uploaded(MAKERS[kind](5, 5)[:12] + noise).kind is Kind.PICTURE


@pytest.mark.parametrize("content", [b"ID3\x04", b"OggS", riff(b"WAVE")], ids=repr)
def test_of_a_sound_nothing_is_read(content: bytes) -> None:
    media = uploaded(content)
    assert (media.kind, media.width, media.height, media.flaw) == (Kind.AUDIO, 0, 0, None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04rest", "a zip archive"),
        (b"%PDF-1.7", "a PDF document"),
        (b"BM....", "a BMP picture"),
        (b"II*\x00", "a TIFF picture"),
        (b"MM\x00*", "a TIFF picture"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"<svg/>", "a document in HTML, SVG or XML"),
        (b'{"a": 1}', "JSON text"),
        (b"\x00\x00\x00\x18ftypheic", "a HEIC or AVIF picture"),
        (b"\x00\x00\x00\x18ftypavif", "a HEIC or AVIF picture"),
        (riff(b"CDDA"), "nothing known (it begins with the bytes 52 49 46 46 04 00 00 00)"),
        (b"\x00", "nothing known (it begins with the bytes 00)"),
    ],
    ids=repr,
)
def test_bytes_that_no_model_takes_have_a_flaw_and_are_named(content: bytes, told: str) -> None:
    media = uploaded(content, "picture.jpg")
    assert media.flaw == Flaw(
        3100,
        f"this is {told}. Supported are jpg, png, gif, webp, mp4, webm, mkv, mov, avi and wmv",
    )
    assert (media.kind, media.mimetype) == (Kind.PICTURE, "application/octet-stream")


WHOLE = {ending: film(ending) for ending in ("mp4", "webm", "mkv", "mov", "avi", "wmv")}
CUT = {**WHOLE, "mp4 with its index first": film("mp4", options=(("movflags", "faststart"),))}


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("content", CUT.values(), ids=CUT)
def test_a_video_that_is_cut_off_is_corrupt(content: bytes, part: float) -> None:
    flaw = uploaded(content[: int(len(content) * part)]).flaw
    assert flaw is not None
    assert flaw.code == 3300
    assert "it is cut off" in flaw.why


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE)
def test_something_written_behind_a_video_does_it_no_harm(content: bytes) -> None:
    behind = uploaded(content + b"[hive duration=5s]")
    plain = uploaded(content)
    assert behind.flaw is None
    assert (behind.duration, behind.num_frames) == (plain.duration, plain.num_frames)


@pytest.mark.parametrize("kind", ["png", "extended webp", "jpeg"])
def test_a_picture_with_more_pixels_than_any_memory_takes_is_refused(kind: str) -> None:
    side = 65_500
    flaw = uploaded(MAKERS[kind](side, side)).flaw
    assert flaw is not None
    assert flaw.code == 3200
    assert f"{side} x {side} pixels, and at most {MOST_PIXELS}" in flaw.why


def test_a_picture_may_have_as_many_pixels_as_that() -> None:
    assert uploaded(png(2**14, 2**14)).flaw is None
    assert uploaded(png(2**14, 2**14 + 1)).flaw is not None


MUCH = 128 * 1024


def endless(begin: bytes, part: bytes) -> bytes:
    return begin + part * (MUCH // len(part))


TIRING = {
    "a GIF of empty blocks": endless(gif(3, 2)[:13] + b"\x21\xfe", b"\x01a"),
    "a PNG of empty chunks": endless(png(3, 2)[:33], pack(">I", 0) + b"fcTL" + bytes(4)),
    "an MKV of empty elements": endless(WHOLE["mkv"][:64], b"\xec\x80"),
    "an MP4 of empty boxes": endless(WHOLE["mp4"][:28], pack(">I", 8) + b"free"),
    "an MP4 of boxes in boxes": WHOLE["mp4"][:28]
    + b"".join(pack(">I", MUCH - 8 * at) + b"moov" for at in range(MUCH // 8)),
    "an AVI of empty chunks": endless(riff(b"AVI "), b"JUNK" + bytes(4)),
}


@pytest.mark.parametrize("content", TIRING.values(), ids=TIRING)
def test_a_file_that_is_made_to_waste_time_is_done_with_soon(content: bytes) -> None:
    begin = process_time()
    media = uploaded(content)
    assert process_time() - begin < 10
    assert media.sha256 == sha256(content).hexdigest()


def test_a_walk_of_more_steps_than_any_film_has_is_broken_off() -> None:
    def tired(cursor: Cursor) -> Steps[Facts]:
        cursor.step(MOST_STEPS)
        yield from cursor.take(1)
        return Facts()

    looking = Looking(tired)
    looking.feed(b"some")
    with pytest.raises(Corrupt, match="more than 3000000 parts"):
        looking.finish(4)


def test_a_large_upload_is_never_held_whole() -> None:
    upload, chunk = Upload("large.mp4"), bytes(2**20)
    tracemalloc.start()
    try:
        upload.feed(WHOLE["mp4"][:28] + pack(">I", 100 * 2**20 + 8) + b"mdat")
        for _ in range(100):
            upload.feed(chunk)
        upload.feed(_index_of(WHOLE["mp4"]))
        media = upload.finish()
        assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
    finally:
        tracemalloc.stop()
    assert (media.num_frames, media.duration, media.flaw) == (10, 0.4, None)
    assert media.size > 100 * 2**20


def _index_of(content: bytes) -> bytes:
    return content[content.index(b"moov") - 4 :]


def test_an_empty_upload_is_refused() -> None:
    with pytest.raises(errors.BadField, match="'media' is empty"):
        Upload("a.jpg").finish()


def test_an_upload_has_a_name_a_digest_and_a_size_and_no_address() -> None:
    media = uploaded(gif(3, 2), "holiday")
    assert media == Media(
        Kind.PICTURE,
        "gif",
        "image/gif",
        "holiday",
        width=3,
        height=2,
        sha256=sha256(gif(3, 2)).hexdigest(),
        size=len(gif(3, 2)),
    )


DIRECTIVE = b"[hive gun_in_hand=0.9]"


@settings(max_examples=60)
@given(
    st.sampled_from([*WHOLE.values(), *CUT.values(), png(7, 5), gif(7, 5), jpeg(7, 5)]),
    st.lists(st.integers(0, 2**15), max_size=200),
)
def test_the_facts_are_the_same_in_whatever_pieces_they_come(
    content: bytes, cuts: list[int]
) -> None:
    upload = Upload("any")
    for begin, end in pairwise(sorted({0, len(content), *(cut % len(content) for cut in cuts)})):
        upload.feed(content[begin:end])
    assert upload.finish() == uploaded(content)


@given(st.sampled_from([*WHOLE.values(), *(make(7, 5) for make in MAKERS.values())]), st.data())
def test_whatever_is_broken_in_a_file_it_has_facts_or_a_flaw(
    content: bytes, data: st.DataObject
) -> None:
    broken = bytearray(content[: data.draw(st.integers(1, len(content)))])
    for _ in range(data.draw(st.integers(0, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    media = uploaded(bytes(broken))
    if media.flaw is None and media.kind is not Kind.AUDIO:
        assert media.width > 0
        assert media.height > 0
        assert media.duration >= 0
    elif media.flaw is not None:
        assert media.flaw.code in (3100, 3200, 3300)


@settings(max_examples=25)
@given(
    st.sampled_from([0, 100, HEAD - 60, HEAD, HEAD + 100, HEAD + 5000, 2 * HEAD]),
    st.lists(st.integers(0, 2 * HEAD + 100), max_size=12),
)
def test_an_upload_is_the_same_in_whatever_pieces_it_comes(size: int, cuts: list[int]) -> None:
    content = png(7, 5, (b"tEXt", b"Comment\x00" + DIRECTIVE)) + bytes(size) + DIRECTIVE
    upload = Upload("a.png")
    for begin, end in pairwise(sorted({0, len(content), *(cut % len(content) for cut in cuts)})):
        upload.feed(content[begin:end])
    assert upload.finish() == uploaded(content, "a.png")


@pytest.mark.parametrize(
    "content",
    [
        png(1, 1, (b"tEXt", b"Comment\x00" + DIRECTIVE)),
        png(1, 1, (b"zzZz", bytes(50_000)), (b"tEXt", b"Comment\x00" + DIRECTIVE)),
        jpeg(1, 1, before=b"\xff\xfe\x00\x18" + DIRECTIVE),
        gif(1, 1) + DIRECTIVE,
        gif(1, 1) + bytes(4050) + DIRECTIVE + bytes(500_000),
        gif(1, 1) + bytes(500_000) + DIRECTIVE,
        gif(1, 1) + bytes(500_000) + DIRECTIVE + bytes(4096 - len(DIRECTIVE)),
        gif(1, 1) + bytes(HEAD - 24) + DIRECTIVE + bytes(100),
    ],
    ids=[
        "PNG text chunk",
        "PNG text chunk behind pixels",
        "JPEG comment",
        "small",
        "end of the first 4 KiB",
        "last bytes",
        "beginning of the last 4 KiB",
        "across what is kept of the beginning",
    ],
)
def test_directives_are_kept_from_text_chunks_comments_and_both_ends(content: bytes) -> None:
    assert any(DIRECTIVE in stretch for stretch in uploaded(content).directives)


def test_bytes_without_directives_are_not_kept() -> None:
    assert uploaded(gif(1, 1) + bytes(300_000)).directives == ()
