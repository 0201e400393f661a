"""What is known of a medium that is only named, and what scripts add to it."""

import pytest

from emulator.core.media import BY_ENDING, of_url, with_facts
from emulator.core.media.addresses import FILM_RATE, rate_of
from emulator.core.model import Kind, Media, MediaScript


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
    seen = media.kind is not Kind.AUDIO
    assert (media.width > 0, media.height > 0, media.sha256) == (seen, seen, None)


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


FILM = of_url("https://a.test/b.mp4")


def test_a_video_that_nobody_has_seen_takes_half_a_minute_at_the_usual_rate() -> None:
    assert (FILM.kind, FILM.duration, FILM.num_frames) == (Kind.VIDEO, 30, 899)
    assert (FILM.width, FILM.height) == (1280, 720)
    assert rate_of(FILM) == FILM_RATE


def test_a_scripted_duration_brings_its_frames() -> None:
    film = with_facts(FILM, MediaScript(duration=10))
    assert (film.duration, film.num_frames) == (10, 300)


def test_a_scripted_duration_keeps_the_rate_that_the_bytes_tell() -> None:
    seen = FILM._replace(sha256="0" * 64, num_frames=250, duration=10)
    film = with_facts(seen, MediaScript(duration=4))
    assert (film.duration, film.num_frames, rate_of(film)) == (4, 100, 25)


def test_what_is_scripted_to_be_a_video_has_the_facts_of_one() -> None:
    film = with_facts(PICTURE, MediaScript(mimetype="video/mp4"))
    assert (film.kind, film.duration, film.num_frames) == (Kind.VIDEO, 30, 899)


def test_what_bytes_tell_is_kept_whatever_they_are_scripted_to_be() -> None:
    seen = Media(Kind.PICTURE, "gif", "image/gif", "a", "https://a.test/a", sha256="0" * 64)
    assert with_facts(seen, MediaScript(mimetype="video/mp4")).duration == 0


def test_a_picture_may_be_scripted_to_last() -> None:
    picture = with_facts(PICTURE, MediaScript(duration=2))
    assert (picture.kind, picture.duration, picture.num_frames) == (Kind.PICTURE, 2, 1)
