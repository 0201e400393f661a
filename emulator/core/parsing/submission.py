"""Fields → Submission: which content was sent, and whether the fields are what they must be."""

import re
from collections.abc import Mapping
from typing import Any

from emulator.core import errors
from emulator.core.access import Project
from emulator.core.media import Upload, of_url
from emulator.core.model import ABSENT, Kind, Media, Submission
from emulator.core.units import length_of

_ADDRESS = re.compile(
    r"https?://[^\s/?#\x00-\x1f\x7f]+(?:[/?#][^\s\x00-\x1f\x7f]*)?", re.IGNORECASE
)


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
    text = _string(fields, "text_data")
    url = _string(fields, "url")
    if upload is None and fields.get("media") is not None:
        raise errors.media_not_uploaded()
    if (text is not None) + (url is not None) + (upload is not None) != 1:
        raise _not_one(text, url, upload, content_fields)
    callback_url = _string(fields, "callback_url")
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
        if kind is not Kind.PICTURE:
            raise errors.unsupported_yet(kind)
        return
    length = length_of(text, utf16=project.utf16)
    if length > project.max_text_length:
        raise errors.text_too_long(length, project.max_text_length)


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


def _string(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or (isinstance(value, str) and value):
        return value
    if value == "":
        raise errors.empty_field(name)
    raise errors.wrong_type(name, value, "a string")
