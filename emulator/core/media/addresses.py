"""What is known of a medium that is only named, and of one of which a script tells more."""

from collections.abc import Mapping
from typing import NamedTuple

from emulator.core.media.formats import BY_ENDING, BY_MIMETYPE, JPEG
from emulator.core.model import Kind, Media, MediaScript

FILM_RATE = 30_000 / 1001
"""Frames per second of a video that does not tell its own: every time stamp of the printed sample
is a whole number of them [documented elsewhere]."""


class _Guess(NamedTuple):
    width: int
    height: int
    num_frames: int
    duration: float


UNKNOWN_DURATION = 30.0
"""Seconds that a video takes which was not downloaded: the guide's own example. Our choice."""

_GUESSES: Mapping[Kind, _Guess] = {
    Kind.PICTURE: _Guess(1024, 768, 1, 0),
    Kind.VIDEO: _Guess(1280, 720, round(UNKNOWN_DURATION * FILM_RATE), UNKNOWN_DURATION),
    Kind.AUDIO: _Guess(0, 0, 0, 0),
}
"""What is told of a medium that was not downloaded: our choice."""


def of_url(url: str) -> Media:
    """What is known of a medium that is only named: everything from the ending of its path."""
    path = url
    if "?" in url or "#" in url:
        path = url.partition("#")[0].partition("?")[0]
    filename = path.partition("://")[2].partition("/")[2].rpartition("/")[2]
    _, dot, ending = filename.rpartition(".")
    known = BY_ENDING.get(ending.lower(), JPEG) if dot else JPEG
    return Media(
        known.kind,
        known.mime_type,
        known.mimetype,
        filename,
        url,
        path,
        *_GUESSES[known.kind],
    )


def with_facts(media: Media, script: MediaScript) -> Media:
    """The medium with those facts that were scripted; a video's frames go by its duration."""
    known = BY_MIMETYPE.get(script.mimetype or "")
    if known is not None:
        if media.url is not None and known.kind is not media.kind and media.sha256 is None:
            guess = _GUESSES[known.kind]
            media = media._replace(**guess._asdict())
        media = media._replace(kind=known.kind, mime_type=known.mime_type, mimetype=known.mimetype)
    if script.duration is not None:
        if media.kind is Kind.VIDEO:
            frames = max(1, round(script.duration * rate_of(media)))
            media = media._replace(num_frames=frames)
        media = media._replace(duration=script.duration)
    return media._replace(
        width=script.width or media.width,
        height=script.height or media.height,
    )


def rate_of(media: Media) -> float:
    """How many frames a second of a video has; one that was not seen has the usual rate."""
    if media.sha256 is None or media.num_frames <= 0 or media.duration <= 0:
        return FILM_RATE
    return media.num_frames / media.duration
