"""Fields → Submission of the Dashboard API: whose post the content belongs to.

`patron_id` and `user_id` are one field under two names [in the documents: Dashboard reference;
documented elsewhere], as are `patron_metadata` and `user_metadata`; an answer has the name that was
sent. Everything else that the newer form has is taken and not looked at.
"""

from collections.abc import Mapping
from typing import Any

from emulator.core import errors
from emulator.core.model import NOTHING, Posting, Submission
from emulator.core.parsing.body import from_json
from emulator.core.parsing.submission import MOST, read_submission, string_of

PATRON_IDS = ("patron_id", "user_id")
PATRON_METADATA = ("patron_metadata", "user_metadata")


def read_posting(fields: Mapping[str, Any], *, legacy: bool, needs_callback: bool) -> Submission:
    """The submission that the fields of a request make; a `BadField` says what is wrong.

    `legacy` asks for the answer with the model's whole response; `needs_callback` is so for the
    asynchronous calls of the first version.
    """
    if fields.get("media") is not None:
        raise errors.no_uploads()
    submission = read_submission(fields, None)
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
    value = string_of(fields, name, MOST)
    if value is None:
        meaning = "the post that the content belongs to" if name == "post_id" else _PATRON
        raise errors.missing_field(name, meaning)
    return value


_PATRON = "the user that published the content"


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A JSON object; in a form it is written as a text, read as strictly as a body."""
    value = fields.get(name)
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        try:
            return from_json(value.encode())
        except (errors.BadBody, UnicodeEncodeError):
            raise errors.wrong_type(name, value, "a JSON object") from None
    if not isinstance(value, dict):
        raise errors.wrong_type(name, value, "a JSON object")
    return value
