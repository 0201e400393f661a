"""Fields → Submission of the Dashboard API: whose post the content belongs to.

`patron_id` and `user_id` are one field under two names [in the documents: Dashboard reference;
documented elsewhere], as are `patron_metadata` and `user_metadata`; an answer has the name that was
sent. Everything else that the newer form has is taken and not looked at.
"""

from collections.abc import Mapping
from typing import Any

from emulator.core import errors
from emulator.core.model import NOTHING, Posting, Submission
from emulator.core.parsing.body import value_of
from emulator.core.parsing.submission import read_submission, string_of
from emulator.core.rendering.values import encode, to_bytes

PATRON_IDS = ("patron_id", "user_id")
PATRON_METADATA = ("patron_metadata", "user_metadata")
LONGEST_ID = 1024
"""How many characters an id may have [our choice]."""
MOST_METADATA = 64 * 1024
"""How many bytes of JSON, without blanks, metadata may have [our choice]."""


def read_posting(fields: Mapping[str, Any], *, legacy: bool, needs_callback: bool) -> Submission:
    """The submission that the fields of a request make; a `BadField` says what is wrong.

    `legacy` asks for the answer with the model's whole response; `needs_callback` is so for the
    asynchronous calls of the first version.
    """
    if fields.get("media") is not None:
        raise errors.no_uploads()
    submission = read_submission(fields, None, errors.POSTED_FIELDS)
    named, patron_id = _patron(fields)
    posting = Posting(
        patron_id=patron_id,
        post_id=_required(fields, "post_id"),
        named=named,
        content_metadata=_object(fields, "content_metadata"),
        patron_metadata=_object(fields, _either(fields, PATRON_METADATA)),
        legacy=legacy,
    )
    if needs_callback and submission.callback_url is None:
        raise errors.missing_field("callback_url", "the address that the result is posted to")
    return submission._replace(posting=posting)


def _patron(fields: Mapping[str, Any]) -> tuple[str, str]:
    named = _either(fields, PATRON_IDS)
    return named, _required(fields, named)


def _either(fields: Mapping[str, Any], names: tuple[str, str]) -> str:
    """The one of two names that was sent, the documented one where neither was."""
    older, newer = names
    if fields.get(older) is not None and fields.get(newer) is not None:
        raise errors.both_names(older, newer)
    return newer if fields.get(newer) is not None else older


def _required(fields: Mapping[str, Any], name: str) -> str:
    value = string_of(fields, name, LONGEST_ID)
    if value is None:
        meaning = "the post that the content belongs to" if name == "post_id" else _PATRON
        raise errors.missing_field(name, meaning)
    return value


_PATRON = "the user that published the content"


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A JSON object; in a form it is written as a text."""
    value = fields.get(name)
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        value = _written(name, value)
    if not isinstance(value, dict):
        raise errors.wrong_type(name, value, "a JSON object")
    size = len(to_bytes(encode(value)))
    if size > MOST_METADATA:
        raise errors.metadata_too_large(name, size, MOST_METADATA)
    return value


def _written(name: str, text: str) -> Any:
    """What a text says in JSON, read as strictly as a body."""
    try:
        return value_of(to_bytes(text))
    except ValueError as error:
        raise errors.field_not_json(name, str(error)) from None
