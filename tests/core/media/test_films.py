"""What is read from videos and pictures that move, held against what trusted libraries read."""

from fractions import Fraction
from io import BytesIO
from typing import Any

import av
import pytest
from PIL import Image

from emulator.core.media.addresses import FILM_RATE
from emulator.core.model import Kind, Media
from tests.core.media.made import uploaded
from tests.support.films import FILMS, film, picture, sound

NTSC = Fraction(30_000, 1001)
SIZE = (96, 64)
MIMETYPES = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
    "webm": "video/webm",
    "avi": "video/x-msvideo",
    "wmv": "video/x-ms-wmv",
}
FIRST = (("movflags", "faststart"),)
FRAGMENTS = (("movflags", "frag_keyframe+empty_moov"),)
SMALL_FRAGMENTS = (("movflags", "frag_every_frame+empty_moov+default_base_moof"),)
LIVE = (("live", "1"),)
HOW: list[tuple[str, tuple[tuple[str, str], ...]]] = [
    *((ending, ()) for ending in FILMS),
    *((ending, how) for ending in ("mp4", "mov") for how in (FIRST, FRAGMENTS, SMALL_FRAGMENTS)),
    *((ending, LIVE) for ending in ("mkv", "webm")),
]
WRITTEN = [
    (ending, how, with_sound)
    for ending, how in HOW
    for with_sound in (False, True)
    # What writes these has no sound for WMV.
    if not (ending == "wmv" and with_sound)
]
NAMES = [
    " ".join([ending, *(value for _, value in how), *(["with sound"] * with_sound)])
    for ending, how, with_sound in WRITTEN
]


def seconds(content: bytes) -> float:
    """How long the pictures take, frame by frame: the time of the last, and as long as it lasts."""
    with av.open(BytesIO(content), mode="r") as opened:
        stream = opened.streams.video[0]
        assert stream.time_base is not None
        times = [packet.pts for packet in opened.demux(stream) if packet.pts is not None]
    each = (max(times) - min(times)) / (len(times) - 1)
    return float((max(times) - min(times) + each) * stream.time_base)


def size_of(content: bytes) -> tuple[int, int]:
    with av.open(BytesIO(content), mode="r") as opened:
        stream = opened.streams.video[0]
        return stream.width, stream.height


@pytest.mark.parametrize("rate", [Fraction(25), NTSC], ids=["25", "29.97"])
@pytest.mark.parametrize(("ending", "how", "with_sound"), WRITTEN, ids=NAMES)
def test_a_video_has_the_size_the_frames_and_the_duration_that_a_player_sees(
    ending: str, how: tuple[tuple[str, str], ...], with_sound: bool, rate: Fraction
) -> None:
    content = film(ending, frames=20, rate=rate, size=SIZE, sound=with_sound, options=how)
    media = uploaded(content)
    assert (media.kind, media.mimetype, media.mime_type) == (
        Kind.VIDEO,
        MIMETYPES[ending],
        ending,
    )
    assert (media.width, media.height) == size_of(content) == SIZE
    told = 20 if ending != "wmv" else round(media.duration * FILM_RATE)
    assert media.num_frames == told
    assert media.duration == pytest.approx(seconds(content), abs=0.002)


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "webm", "avi"])
def test_a_video_in_which_there_is_only_something_to_be_heard_is_a_sound(ending: str) -> None:
    media = uploaded(sound(ending))
    assert (media.kind, media.width, media.height, media.flaw) == (Kind.AUDIO, 0, 0, None)
    assert media.mimetype.startswith("audio/")


@pytest.mark.parametrize("behind", [b"[hive duration=5s]", b"\x00" * 20, b"\x1f"], ids=repr)
@pytest.mark.parametrize("ending", ["mkv", "webm"])
def test_what_a_browser_records_may_break_off_anywhere(ending: str, behind: bytes) -> None:
    content = film(ending, frames=20, size=SIZE, options=LIVE)
    assert uploaded(content + behind).num_frames == 20
    cut = uploaded(content[: len(content) * 3 // 4])
    assert cut.flaw is None
    assert 1 < cut.num_frames < 20


DELAYS = (100, 250, 40)


def moving(kind: str) -> tuple[Media, bytes]:
    content = picture(kind, (37, 21), delays=DELAYS)
    return uploaded(content), content


@pytest.mark.parametrize("kind", ["png", "gif", "webp"])
def test_a_picture_that_moves_has_all_its_frames_and_stays_a_picture(kind: str) -> None:
    media, content = moving(kind)
    with Image.open(BytesIO(content)) as opened:
        assert (media.width, media.height) == opened.size
        assert media.num_frames == getattr(opened, "n_frames", 1) == len(DELAYS)
    assert (media.kind, media.mimetype) == (Kind.PICTURE, f"image/{kind}")
    assert media.duration == pytest.approx(sum(DELAYS) / 1000)


@pytest.mark.parametrize("kind", ["png", "gif", "webp"])
def test_of_a_picture_that_moves_and_is_cut_off_the_frames_until_there_count(kind: str) -> None:
    _, content = moving(kind)
    media = uploaded(content[:-10])
    assert media.flaw is None
    assert 1 <= media.num_frames <= len(DELAYS)


STILL: list[tuple[str, dict[str, Any]]] = [
    ("jpeg", {}),
    ("jpeg", {"progressive": True}),
    ("png", {}),
    ("gif", {}),
    ("webp", {}),
    ("webp", {"lossless": True}),
    ("webp", {"exif": b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00"}),
]


@pytest.mark.parametrize(("kind", "how"), STILL, ids=repr)
def test_a_still_picture_has_its_size_and_one_frame(kind: str, how: dict[str, Any]) -> None:
    media = uploaded(picture(kind, (37, 21), **how))
    assert (media.width, media.height, media.num_frames, media.duration) == (37, 21, 1, 0)
