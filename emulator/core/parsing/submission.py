"""Fields → Submission: which content was sent, and whether the fields are what they must be."""

import re
from collections.abc import Mapping
from typing import Any

from emulator.core import errors
from emulator.core.access import Project
from emulator.core.media import Upload, of_url
from emulator.core.model import ABSENT, Contract, Kind, Media, Mode, Submission
from emulator.core.prediction.sampling import MOST_FRAMES, sampling_of
from emulator.core.units import length_of

_ADDRESS = re.compile(
    r"https?://[^\s/?#\x00-\x1f\x7f\ud800-\udfff]+(?:[/?#][^\s\x00-\x1f\x7f\ud800-\udfff]*)?",
    re.IGNORECASE,
)
MOST = 8192
"""How many characters an address or an id may have: our choice, as many as most servers take."""


def is_address(written: str) -> bool:
    """Whether something could be sent to, or read from, this address."""
    return _ADDRESS.fullmatch(written) is not None


def read_submission(
    fields: Mapping[str, Any],
    upload: Upload | None,
    content_fields: str = errors.CONTENT_FIELDS,
) -> Submission:
    """The submission that the fields of a request make; a `BadField` says what is wrong.

    `content_fields` are what may carry content, as a refusal tells it.
    """
    text = string_of(fields, "text_data")
    url = string_of(fields, "url", MOST)
    if upload is None and fields.get("media") is not None:
        raise errors.media_not_uploaded()
    if (text is not None) + (url is not None) + (upload is not None) != 1:
        raise _not_one(text, url, upload, content_fields)
    callback_url = string_of(fields, "callback_url", MOST)
    if callback_url is not None and not _ADDRESS.fullmatch(callback_url):
        raise errors.bad_callback_url(callback_url)
    media = None if text is not None else _media(url, upload)
    return Submission(text, media, callback_url, fields.get("metadata", ABSENT))


def check(submission: Submission, project: Project) -> None:
    """What the project's model demands of a submission: the right kind, and not too much of it."""
    kind = submission.kind
    if not project.takes(kind):
        raise errors.wrong_content(kind, project.product, project.name)
    text = submission.text
    if text is None:
        if kind is Kind.AUDIO:
            raise errors.unsupported_yet(kind)
        return
    length = length_of(text, utf16=project.utf16)
    if length > project.max_text_length:
        raise errors.text_too_long(length, project.max_text_length)


SYNC_LIMIT = 90
"""Seconds of video that a synchronous call takes [in the documents: visual guide]."""
DASHBOARD_LIMIT = 3600
"""Seconds of video that the Dashboard takes [documented elsewhere]."""


def check_length(submission: Submission, project: Project, mode: Mode, contract: Contract) -> None:
    """That a video is not too long for the call that it came by, all facts told."""
    media = submission.media
    if media is None:
        return
    if contract is Contract.DASHBOARD and media.duration > DASHBOARD_LIMIT:
        raise errors.video_too_long(media.duration, DASHBOARD_LIMIT, "by the Dashboard API")
    if contract is Contract.TASK and mode is Mode.SYNC and media.duration > SYNC_LIMIT:
        why = "by a synchronous call; submit it asynchronously, or in segments"
        raise errors.video_too_long(media.duration, SYNC_LIMIT, why)
    frames = sampling_of(media, project.fps).frames
    if frames > MOST_FRAMES:
        raise errors.too_many_frames(frames, MOST_FRAMES, project.fps)


def _not_one(
    text: str | None, url: str | None, upload: Upload | None, fields: str
) -> errors.BadField:
    values = {"text_data": text, "url": url, "media": upload}
    sent = [name for name, value in values.items() if value is not None]
    return errors.several_contents(sent, fields) if sent else errors.no_content(fields)


def _media(url: str | None, upload: Upload | None) -> Media:
    if upload is not None:
        return upload.finish()
    if url is None or not _ADDRESS.fullmatch(url):
        raise errors.bad_url(url or "")
    return of_url(url)


def string_of(fields: Mapping[str, Any], name: str, most: int | None = None) -> str | None:
    """A field that is a string where it is there; a `BadField` where it is another thing.

    It may be of `most` characters, or of any length.
    """
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value:
        if most is not None and len(value) > most:
            raise errors.field_too_long(name, len(value), most)
        return value
    if value == "":
        raise errors.empty_field(name)
    raise errors.wrong_type(name, value, "a string")
