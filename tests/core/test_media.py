"""What a medium is, told from its bytes, or from the ending of its address."""

import struct
import zlib
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core import errors
from emulator.core.media import BY_ENDING, HEAD, Upload, of_url, recognise, with_facts
from emulator.core.model import Kind, Media, MediaScript

SIZES = st.integers(1, 2**14 - 1)


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = ((b"IHDR", header), *chunks, (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in body
    )


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b";"


def jpeg(width: int, height: int, *, frame: int = 0xC0, before: bytes = b"") -> bytes:
    jfif = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    start = struct.pack(">BBHBHHB", 0xFF, frame, 11, 8, height, width, 1)
    return b"\xff\xd8" + jfif + before + start + b"\x01\x11\x00\xff\xd9"


def riff(form: bytes, content: bytes = b"") -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(content)) + form + content


def lossy_webp(width: int, height: int) -> bytes:
    scaled = struct.pack("<HH", width | 1 << 14, height | 2 << 14)
    return riff(b"WEBP", b"VP8 \x0a\x00\x00\x00\x50\x01\x00\x9d\x01\x2a" + scaled)


def lossless_webp(width: int, height: int) -> bytes:
    packed = struct.pack("<I", width - 1 | (height - 1) << 14 | 1 << 28)
    return riff(b"WEBP", b"VP8L\x05\x00\x00\x00\x2f" + packed)


def extended_webp(width: int, height: int) -> bytes:
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return riff(b"WEBP", b"VP8X\x0a\x00\x00\x00\x10\x00\x00\x00" + canvas)


def uploaded(content: bytes, filename: str = "any") -> Media:
    upload = Upload(filename)
    upload.feed(content)
    return upload.finish()


MAKERS: dict[str, Callable[[int, int], bytes]] = {
    "jpeg": jpeg,
    "png": png,
    "gif": gif,
    "lossy webp": lossy_webp,
    "lossless webp": lossless_webp,
    "extended webp": extended_webp,
}


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
def test_a_picture_cut_short_has_no_size_and_is_taken_all_the_same(content: bytes) -> None:
    media = uploaded(content)
    assert (media.kind, media.width, media.height) == (Kind.PICTURE, 0, 0)


@given(st.sampled_from(sorted(MAKERS)), st.binary(max_size=60))
def test_no_bytes_behind_the_beginning_of_a_picture_do_any_harm(kind: str, noise: bytes) -> None:
    assert uploaded(MAKERS[kind](5, 5)[:12] + noise).kind is Kind.PICTURE


@pytest.mark.parametrize(
    ("head", "kind", "mimetype"),
    [
        (b"GIF87a", Kind.PICTURE, "image/gif"),
        (riff(b"AVI "), Kind.VIDEO, "video/x-msvideo"),
        (riff(b"WAVE"), Kind.AUDIO, "audio/wav"),
        (b"\x00\x00\x00\x18ftypmp42", Kind.VIDEO, "video/mp4"),
        (b"\x00\x00\x00\x18ftypisom", Kind.VIDEO, "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4V ", Kind.VIDEO, "video/mp4"),
        (b"\x00\x00\x00\x18ftypqt  ", Kind.VIDEO, "video/quicktime"),
        (b"\x00\x00\x00\x18ftypM4A ", Kind.AUDIO, "audio/m4a"),
        (b"\x1a\x45\xdf\xa3....webm", Kind.VIDEO, "video/webm"),
        (b"\x1a\x45\xdf\xa3....matroska", Kind.VIDEO, "video/x-matroska"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind.VIDEO, "video/x-ms-wmv"),
        (b"ID3\x04", Kind.AUDIO, "audio/mpeg"),
        (b"\xff\xfb\x90", Kind.AUDIO, "audio/mpeg"),
        (b"\xff\xf3\x90", Kind.AUDIO, "audio/mpeg"),
        (b"OggS", Kind.AUDIO, "audio/ogg"),
    ],
    ids=repr,
)
def test_a_format_is_recognised_by_its_first_bytes(head: bytes, kind: Kind, mimetype: str) -> None:
    known = recognise(head)
    assert known is not None
    assert (known.kind, known.mimetype) == (kind, mimetype)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\x00\x00\x00\x18ftypmp42", Kind.VIDEO), (b"ID3\x04", Kind.AUDIO)],
    ids=["video", "sound"],
)
def test_of_a_video_or_a_sound_no_size_is_read(content: bytes, kind: Kind) -> None:
    media = uploaded(content)
    assert (media.kind, media.width, media.height) == (kind, 0, 0)


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
def test_bytes_that_no_model_takes_are_refused_and_named(content: bytes, told: str) -> None:
    with pytest.raises(errors.WrongContent) as refused:
        uploaded(content, "picture.jpg")
    assert f"this is {told}." in refused.value.message


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


@pytest.mark.parametrize(
    ("url", "path", "filename", "mimetype"),
    [
        ("https://a.test/b/c.jpg", "https://a.test/b/c.jpg", "c.jpg", "image/jpeg"),
        ("https://a.test/C.PNG?d=e.gif", "https://a.test/C.PNG", "C.PNG", "image/png"),
        ("https://a.test/c.gif#d/e.png", "https://a.test/c.gif", "c.gif", "image/gif"),
        ("https://a.test/c.webp?a=1#b?c=2", "https://a.test/c.webp", "c.webp", "image/webp"),
        ("https://a.test/c.mp4", "https://a.test/c.mp4", "c.mp4", "video/mp4"),
        ("https://a.test/c.mp3", "https://a.test/c.mp3", "c.mp3", "audio/mpeg"),
        ("https://a.test/c%20d.jpg", "https://a.test/c%20d.jpg", "c%20d.jpg", "image/jpeg"),
        ("https://a.test/picture", "https://a.test/picture", "picture", "image/jpeg"),
        ("https://a.test/png", "https://a.test/png", "png", "image/jpeg"),
        ("https://a.test/", "https://a.test/", "", "image/jpeg"),
        ("https://a.test", "https://a.test", "", "image/jpeg"),
        ("https://a.mov", "https://a.mov", "", "image/jpeg"),
        ("https://a.mov?b=c", "https://a.mov", "", "image/jpeg"),
    ],
)
def test_of_an_address_the_last_segment_of_its_path_tells_name_and_kind(
    url: str, path: str, filename: str, mimetype: str
) -> None:
    media = of_url(url)
    assert (media.url, media.url_path) == (url, path)
    assert (media.filename, media.mimetype) == (filename, mimetype)
    assert (media.width > 0, media.height > 0, media.sha256) == (True, True, None)


@pytest.mark.parametrize(
    "ending",
    ["gif", "jpg", "png", "webp", "mp4", "webm", "avi", "mkv", "wmv", "mov", "m4v", "jpeg"],
)
def test_every_documented_ending_is_known(ending: str) -> None:
    assert of_url(f"https://a.test/b.{ending}").mimetype == BY_ENDING[ending].mimetype


PICTURE = of_url("https://a.test/b.jpg")


def test_scripted_facts_take_the_place_of_what_is_known_and_the_rest_stays() -> None:
    assert with_facts(PICTURE, MediaScript()) == PICTURE
    assert with_facts(PICTURE, MediaScript(width=20)) == PICTURE._replace(width=20)
    assert with_facts(PICTURE, MediaScript(20, 10)) == PICTURE._replace(width=20, height=10)


@pytest.mark.parametrize(
    ("mimetype", "short"),
    [
        ("image/png", "png"),
        ("image/jpeg", "jpeg"),
        ("image/webp", "webp"),
        ("image/gif", "gif"),
        ("video/mp4", "mp4"),
        ("video/quicktime", "mov"),
        ("audio/m4a", "m4a"),
    ],
)
def test_a_scripted_type_brings_its_short_form_and_its_kind(mimetype: str, short: str) -> None:
    media = with_facts(PICTURE, MediaScript(mimetype=mimetype))
    kind = {"image": Kind.PICTURE, "video": Kind.VIDEO, "audio": Kind.AUDIO}
    assert (media.mimetype, media.mime_type) == (mimetype, short)
    assert media.kind is kind[mimetype.partition("/")[0]]
