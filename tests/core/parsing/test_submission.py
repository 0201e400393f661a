"""Fields → Submission: one piece of content, and whether the fields are what they must be."""

from dataclasses import replace
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core import errors
from emulator.core.access import Project
from emulator.core.media import Upload, of_url
from emulator.core.model import ABSENT, Contract, Mode, Submission
from emulator.core.parsing.submission import check, check_length, read_submission

URL = "https://cdn.test/a.jpg"
FILM = "https://cdn.test/a.mp4"
GIF = b"GIF89a\x01\x00\x01\x00"


def upload() -> Upload:
    made = Upload("a.gif")
    made.feed(GIF)
    return made


def project(product: str = "any", *, limit: int = 1024, utf16: bool = False) -> Project:
    return Project(
        name="mine", product=product, project_id=1, user_id=1, max_text_length=limit, utf16=utf16
    )


@given(st.text(min_size=1))
def test_any_text_is_taken_as_it_is(text: str) -> None:
    assert read_submission({"text_data": text}, None) == Submission(text)


def test_an_address_becomes_a_medium() -> None:
    assert read_submission({"url": URL}, None) == Submission(media=of_url(URL))


def test_an_upload_becomes_a_medium() -> None:
    assert read_submission({}, upload()) == Submission(media=upload().finish())


def test_callback_address_and_metadata_go_along_and_unknown_fields_do_not_matter() -> None:
    fields = {"text_data": "x", "callback_url": URL, "metadata": "7", "models": ["visual"]}
    assert read_submission(fields, None) == Submission("x", callback_url=URL, metadata="7")


@pytest.mark.parametrize("metadata", ["", "7", None, {"id": [7]}, 7, False], ids=repr)
def test_metadata_is_kept_as_given(metadata: object) -> None:
    sent = read_submission({"text_data": "x", "metadata": metadata}, None)
    assert sent.metadata == metadata
    assert read_submission({"text_data": "x"}, None).metadata is ABSENT


@pytest.mark.parametrize(
    ("fields", "with_upload", "words"),
    [
        ({}, False, "No content was sent"),
        ({"text_data": None, "url": None, "media": None}, False, "No content was sent"),
        ({"text_data": "x", "url": URL}, False, "'text_data' and 'url' were sent together"),
        ({"text_data": "x"}, True, "'text_data' and 'media' were sent together"),
        ({"url": URL}, True, "'url' and 'media' were sent together"),
        ({"text_data": "x", "url": URL}, True, "'text_data' and 'url' and 'media' were sent"),
        ({"text_data": ""}, False, "'text_data' is empty"),
        ({"url": ""}, False, "'url' is empty"),
        ({"text_data": "x", "callback_url": ""}, False, "'callback_url' is empty"),
        ({"text_data": 5}, False, "'text_data' must be a string, not a number"),
        ({"text_data": False}, False, "'text_data' must be a string, not a boolean"),
        ({"url": {"a": 1}}, False, "'url' must be a string, not an object"),
        ({"url": []}, False, "'url' must be a string, not an array"),
        ({"text_data": "x", "callback_url": 5}, False, "'callback_url' must be a string"),
        ({"media": "a.jpg"}, False, "'media' is an upload"),
        ({"media": ""}, False, "'media' is an upload"),
    ],
)
def test_exactly_one_content_of_the_right_type_is_demanded(
    fields: dict[str, Any], with_upload: bool, words: str
) -> None:
    with pytest.raises(errors.BadField) as refused:
        read_submission(fields, upload() if with_upload else None)
    assert words in refused.value.message


GOOD = ["http://a", "HTTPS://a.test/b?c#d", "http://[::1]:80/x", "http://u:p@a:1", "http://é/日本"]
BAD = ["a.jpg", "/a.jpg", "//a/b", "ftp://a/b", "file:///a", "http:/a", "http://", "http:///a"]
BAD += ["http://?a", "http://#a", "data:image/png;base64,xx", "http://a b", "http://a/b c"]
BAD += [" http://a", "http://a\n", "http://a/\x00", "http://a/\x7f", "s3://a/b", "http://a\tb"]


@pytest.mark.parametrize("url", GOOD)
def test_an_absolute_http_address_is_taken(url: str) -> None:
    sent = read_submission({"url": url, "callback_url": url}, None)
    assert sent.media is not None
    assert (sent.media.url, sent.callback_url) == (url, url)


@pytest.mark.parametrize("url", BAD, ids=repr)
def test_any_other_address_is_a_400_that_names_the_field(url: str) -> None:
    with pytest.raises(errors.BadField, match="'url' is "):
        read_submission({"url": url}, None)
    with pytest.raises(errors.BadField, match="'callback_url' is "):
        read_submission({"text_data": "x", "callback_url": url}, None)


@pytest.mark.parametrize(
    "url", ["http://" + "a" * 50_000 + " ", "http://" + "a/" * 50_000 + "\n"], ids=["host", "path"]
)
def test_a_long_bad_address_is_refused_at_once(url: str) -> None:
    begin = process_time()
    with pytest.raises(errors.BadField):
        read_submission({"url": url}, None)
    assert process_time() - begin < 1


@pytest.mark.parametrize(
    ("product", "submission", "words"),
    [
        ("visual", Submission("x"), "visual project 'mine', which takes 'url' or 'media'"),
        ("text", Submission(media=of_url(URL)), "text project 'mine', which takes 'text_data'"),
    ],
    ids=["text to a visual project", "picture to a text project"],
)
def test_content_of_another_kind_than_the_projects_is_refused_and_what_it_takes_is_told(
    product: str, submission: Submission, words: str
) -> None:
    with pytest.raises(errors.WrongContent) as refused:
        check(submission, project(product))
    assert words in refused.value.message


@pytest.mark.parametrize("product", ["visual", "any"])
def test_sounds_are_refused_as_not_answered_yet(product: str) -> None:
    with pytest.raises(errors.WrongContent, match="does not answer yet"):
        check(Submission(media=of_url("https://cdn.test/a.mp3")), project(product))


@pytest.mark.parametrize("url", [URL, FILM])
@pytest.mark.parametrize("product", ["visual", "any"])
def test_pictures_and_videos_are_taken_but_by_a_text_project(product: str, url: str) -> None:
    check(Submission(media=of_url(url)), project(product))
    with pytest.raises(errors.WrongContent):
        check(Submission(media=of_url(url)), project("text"))


def lasting(seconds: float) -> Submission:
    return Submission(media=of_url(FILM)._replace(duration=seconds))


TOO_LONG = [
    (Contract.TASK, Mode.SYNC, 90, "at most 90 s are taken by a synchronous call"),
    (Contract.TASK, Mode.ASYNC, 10_000, "at most 10000 are looked at"),
    (Contract.DASHBOARD, Mode.SYNC, 3600, "at most 3600 s are taken by the Dashboard API"),
    (Contract.DASHBOARD, Mode.ASYNC, 3600, "at most 3600 s are taken by the Dashboard API"),
]


@pytest.mark.parametrize(("contract", "mode", "limit", "words"), TOO_LONG)
def test_a_video_may_be_so_long_for_a_call_and_no_longer(
    contract: Contract, mode: Mode, limit: float, words: str
) -> None:
    check_length(lasting(limit), project(), mode, contract)
    with pytest.raises(errors.WrongContent, match=words):
        check_length(lasting(limit + 0.5), project(), mode, contract)


def test_more_frames_per_second_make_fewer_seconds_that_are_looked_at() -> None:
    often = replace(project(), fps=30)
    check_length(lasting(10_000 / 30), often, Mode.ASYNC, Contract.TASK)
    with pytest.raises(errors.WrongContent, match="At 30 frames per second"):
        check_length(lasting(10_001 / 30), often, Mode.ASYNC, Contract.TASK)


def test_a_text_has_no_length_in_seconds() -> None:
    check_length(Submission("x"), project(), Mode.SYNC, Contract.TASK)


@pytest.mark.parametrize(
    ("text", "utf16", "length"),
    [("x" * 10, False, 10), ("😀" * 10, False, 10), ("😀" * 5, True, 10)],
    ids=["letters", "emoji", "emoji in UTF-16"],
)
def test_a_text_may_be_as_long_as_the_project_says_in_its_own_units(
    text: str, utf16: bool, length: int
) -> None:
    check(Submission(text), project(limit=length, utf16=utf16))
    with pytest.raises(errors.BadField, match=f"has {length} characters.*at most {length - 1}"):
        check(Submission(text), project(limit=length - 1, utf16=utf16))


def test_a_text_may_have_1024_characters_by_default() -> None:
    check(Submission("x" * 1024), Project(name="mine", project_id=1, user_id=1))
    with pytest.raises(errors.BadField, match="has 1025 characters"):
        check(Submission("x" * 1025), Project(name="mine", project_id=1, user_id=1))
