"""Fields → Submission: which content was sent, and whether the fields are what they must be."""

import re
from collections.abc import Mapping
from typing import Any

from emulator.core import errors
from emulator.core.access import Project
from emulator.core.media import Upload, of_url
from emulator.core.model import ABSENT, Kind, Submission
from emulator.core.rendering.values import utf16_offset

_ADDRESS = re.compile(r"https?://[^\s/?#\x00-\x1f\x7f]+[^\s\x00-\x1f\x7f]*", re.IGNORECASE)


def read_submission(fields: Mapping[str, Any], upload: Upload | None) -> Submission:
    """The submission that the fields of a request make; a `BadField` says what is wrong."""
    text = _string(fields, "text_data")
    url = _string(fields, "url")
    _no_media_field(fields, upload)
    sent = _contents_sent(text, url, upload)
    if len(sent) > 1:
        raise errors.several_contents(sent)
    if not sent:
        raise errors.no_content()
    return Submission(
        text=text,
        media=_media(url, upload),
        callback_url=_callback_url(fields),
        metadata=fields.get("metadata", ABSENT),
    )


def check(submission: Submission, project: Project) -> None:
    """What the project's model demands of a submission: the right kind, and not too much of it."""
    kind = submission.kind
    if not project.takes(kind):
        raise errors.wrong_content(kind, project.product, project.name)
    if kind in (Kind.VIDEO, Kind.AUDIO):
        raise errors.unsupported_yet(kind)
    text = submission.text
    if text is not None and len(text) > project.max_text_length // (2 if project.utf16 else 1):
        _check_length(text, project)


def _check_length(text: str, project: Project) -> None:
    length = utf16_offset(text, len(text)) if project.utf16 else len(text)
    if length > project.max_text_length:
        raise errors.text_too_long(length, project.max_text_length)


def _contents_sent(text: str | None, url: str | None, upload: Upload | None) -> list[str]:
    values = {"text_data": text, "url": url, "media": upload}
    return [name for name, value in values.items() if value is not None]


def _media(url: str | None, upload: Upload | None) -> Any:
    if upload is not None:
        return upload.finish()
    if url is None:
        return None
    if not _ADDRESS.fullmatch(url):
        raise errors.bad_url(url)
    return of_url(url)


def _string(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or (isinstance(value, str) and value):
        return value
    if value == "":
        raise errors.empty_field(name)
    raise errors.wrong_type(name, value, "a string")


def _no_media_field(fields: Mapping[str, Any], upload: Upload | None) -> None:
    if upload is None and fields.get("media") is not None:
        raise errors.media_not_uploaded()


def _callback_url(fields: Mapping[str, Any]) -> str | None:
    url = _string(fields, "callback_url")
    if url is not None and not _ADDRESS.fullmatch(url):
        raise errors.bad_callback_url(url)
    return url
