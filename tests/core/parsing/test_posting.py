"""Fields → Submission of the Dashboard: whose post it is, and under which names that was sent."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core import errors
from emulator.core.media import of_url
from emulator.core.model import Posting, Submission
from emulator.core.parsing.posting import LONGEST_ID, MOST_METADATA, read_posting

URL = "https://cdn.test/a.jpg"
FIELDS = {"text_data": "x", "patron_id": "945455793", "post_id": "7756488575"}
DEEP = '{"a":' * 2000 + "1" + "}" * 2000


def read(legacy: Any = False, needs_callback: Any = False, **fields: Any) -> Submission:
    """A submission of these fields beside the required ones; one that is None is not sent."""
    sent = {name: value for name, value in {**FIELDS, **fields}.items() if value is not None}
    return read_posting(sent, legacy=legacy, needs_callback=needs_callback)


def posting_of(submission: Submission) -> Posting:
    assert submission.posting is not None
    return submission.posting


def refusal_of(**fields: Any) -> str:
    with pytest.raises(errors.BadField) as refused:
        read(**fields)
    return refused.value.message


# What is taken


def test_a_text_and_a_picture_are_read_as_for_the_task_api_with_whose_post_they_are() -> None:
    posting = Posting("945455793", "7756488575")
    assert read() == Submission("x", posting=posting)
    assert read(text_data=None, url=URL) == Submission(media=of_url(URL), posting=posting)


@given(patron=st.text(min_size=1), post=st.text(min_size=1))
def test_any_id_is_taken_as_it_is(patron: str, post: str) -> None:
    posting = posting_of(read(patron_id=patron, post_id=post))
    assert (posting.patron_id, posting.post_id) == (patron, post)


def test_the_newer_names_mean_the_same_and_are_remembered() -> None:
    newer = read(patron_id=None, user_id="ann", user_metadata={"verified": True})
    older = read(patron_id="ann", patron_metadata={"verified": True})
    assert posting_of(newer) == posting_of(older)._replace(named="user_id")


@pytest.mark.parametrize("older", ["patron_metadata", "user_metadata"])
@pytest.mark.parametrize("named", ["patron_id", "user_id"])
def test_the_two_newer_names_need_not_come_together(named: str, older: str) -> None:
    posting = posting_of(read(**{"patron_id": None, named: "ann", older: {"a": 1}}))
    assert (posting.named, posting.patron_id, posting.patron_metadata) == (named, "ann", {"a": 1})


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ({"a": {"b": [1, None, True]}}, {"a": {"b": [1, None, True]}}),
        ('{"a": {"b": [1, null, true]}}', {"a": {"b": [1, None, True]}}),
        ({}, {}),
        ("{}", {}),
        ("", {}),
        (None, {}),
    ],
    ids=repr,
)
def test_metadata_is_an_object_which_a_form_writes_as_a_text(
    sent: object, read_as: Mapping[str, Any]
) -> None:
    posting = posting_of(read(content_metadata=sent, patron_metadata=sent))
    assert posting.content_metadata == posting.patron_metadata == read_as


def test_everything_else_of_the_second_version_is_taken_and_not_looked_at() -> None:
    more = {
        "models": ["visual", "ocr"],
        "group_id": 5,
        "conversation_id": "c",
        "parent_id": None,
        "content_variant": "v",
        "stream_url": "",
        "stream_id": [],
        "frame_url": {},
        "thorn_enabled": True,
        "timestamp": 1700000000,
        "user_tags": ["a"],
        "reference_url": "nowhere",
    }
    assert read(**more) == read()


def test_which_answer_is_asked_for_goes_along() -> None:
    assert posting_of(read(legacy=True)) == posting_of(read())._replace(legacy=True)


def test_a_callback_address_is_needed_where_the_call_says_so() -> None:
    assert read(needs_callback=True, callback_url=URL) == read(callback_url=URL)
    assert "'callback_url' is missing" in refusal_of(needs_callback=True)


# What is refused


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"patron_id": None}, "'patron_id' is missing: the user that published the content"),
        ({"post_id": None}, "'post_id' is missing: the post that the content belongs to"),
        ({"patron_id": ""}, "'patron_id' is empty"),
        ({"patron_id": None, "user_id": ""}, "'user_id' is empty"),
        ({"post_id": ""}, "'post_id' is empty"),
        ({"patron_id": 945455793}, "'patron_id' must be a string, not a number"),
        ({"patron_id": None, "user_id": 7}, "'user_id' must be a string, not a number"),
        ({"post_id": ["a"]}, "'post_id' must be a string, not an array"),
        ({"user_id": "bob"}, "'patron_id' and 'user_id' are two names of one field"),
        (
            {"patron_metadata": {}, "user_metadata": {}},
            "'patron_metadata' and 'user_metadata' are two names of one field",
        ),
        ({"text_data": None}, "No content was sent"),
        ({"url": URL}, "'text_data' and 'url' were sent together"),
        ({"callback_url": "nowhere"}, "'callback_url' is 'nowhere'"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_what_is_missing_or_wrong_is_told_by_its_name(fields: dict[str, Any], words: str) -> None:
    assert words in refusal_of(**fields)


METADATA_NAMES = ["content_metadata", "patron_metadata", "user_metadata"]


@pytest.mark.parametrize("name", METADATA_NAMES)
@pytest.mark.parametrize("sent", [7, True, ["a"], "[1]", "null", '"a"'], ids=repr)
def test_metadata_that_is_no_object_is_refused(name: str, sent: object) -> None:
    assert f"'{name}' must be a JSON object, not " in refusal_of(**{name: sent})


@pytest.mark.parametrize("name", METADATA_NAMES)
@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("nope", "Expecting value: line 1 column 1 (char 0)"),
        ('{"a": NaN}', "NaN is no JSON"),
        ('{"a": 1e999}', "'1e999' is too large for a number"),
        (DEEP, "it is nested "),
        ('{"a": "\ud800"', "Expecting ',' delimiter"),
    ],
    ids=["words", "constant", "number", "deep", "half a character"],
)
def test_a_text_that_is_no_json_is_told_why(name: str, sent: str, why: str) -> None:
    assert f"'{name}' is not valid JSON: {why}" in refusal_of(**{name: sent})


@pytest.mark.parametrize("name", ["post_id", "patron_id"])
def test_an_id_may_have_so_many_characters_and_no_more(name: str) -> None:
    assert name in repr(read(**{name: "é" * LONGEST_ID}))
    told = f"'{name}' has 1025 characters, and may have at most 1024"
    assert told in refusal_of(**{name: "é" * (LONGEST_ID + 1)})


@pytest.mark.parametrize("name", METADATA_NAMES)
@pytest.mark.parametrize("as_text", [False, True])
def test_metadata_may_have_so_many_bytes_of_json_and_no_more(name: str, as_text: bool) -> None:
    def of_size(size: int) -> object:
        value = {"é": "x" * (size - len('{"é":""}'.encode()))}
        return json.dumps(value, indent=8) if as_text else value

    assert read(**{"patron_metadata": None, name: of_size(MOST_METADATA)})
    told = f"'{name}' has 65537 bytes of JSON, and this emulator takes at most 65536"
    assert told in refusal_of(**{name: of_size(MOST_METADATA + 1)})


def test_what_may_carry_content_is_told_without_uploads() -> None:
    for fields in ({"text_data": None}, {"url": URL}):
        told = refusal_of(**fields)
        assert told.endswith("one of 'text_data' (text) or 'url' (the address of a picture).")


def test_an_upload_is_no_content_here_and_nobody_is_told_to_send_one() -> None:
    told = refusal_of(media="a.jpg", text_data=None)
    assert "the Dashboard API takes 'text_data' or 'url'" in told
    assert "--form" not in told
