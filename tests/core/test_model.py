"""The vocabulary: what a submission is named by, and what a script knows."""

import pytest

from emulator.core.media import of_url
from emulator.core.model import ABSENT, NOTHING, Kind, Script, Source, Submission, TextScript

URL = "https://any.test/a.jpg?size=2"
UPLOAD = of_url(URL)._replace(url=None, sha256="9f86d08")


@pytest.mark.parametrize(
    ("submission", "kind", "content"),
    [
        (Submission("hello"), Kind.TEXT, "hello"),
        (Submission(), Kind.TEXT, ""),
        (Submission(media=of_url(URL)), Kind.PICTURE, URL),
        (Submission(media=UPLOAD), Kind.PICTURE, "9f86d08"),
        (Submission(media=UPLOAD._replace(sha256=None)), Kind.PICTURE, ""),
        (Submission(media=of_url("https://any.test/a.mp4")), Kind.VIDEO, "https://any.test/a.mp4"),
    ],
    ids=["text", "nothing", "address", "upload", "unnamed", "video"],
)
def test_a_submission_is_named_by_its_text_its_digest_or_its_address(
    submission: Submission, kind: Kind, content: str
) -> None:
    assert (submission.kind, submission.content) == (kind, content)


def test_metadata_that_was_not_sent_is_not_the_same_as_null() -> None:
    assert Submission("hello").metadata is ABSENT
    assert Submission("hello", metadata=None) != Submission("hello")


@pytest.mark.parametrize(
    ("script", "known"),
    [
        (Script(), set()),
        (Script(visual={}), {Kind.PICTURE, Kind.VIDEO, Kind.AUDIO}),
        (Script(text=TextScript()), {Kind.TEXT}),
        (Script(visual={"no_gun": 1}, text=TextScript()), set(Kind)),
    ],
    ids=["nothing", "visual", "text", "both"],
)
def test_a_script_knows_the_kinds_of_content_that_it_speaks_of(
    script: Script, known: set[Kind]
) -> None:
    assert {kind for kind in Kind if script.knows(kind)} == known


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (Source("directive"), "directive"),
        (Source("fixture", "a gun"), "fixture 'a gun'"),
        (Source("fixture", "a gun", "x.yaml:3"), "fixture 'a gun' (x.yaml:3)"),
        (Source("step", where="x.yaml:3"), "step (x.yaml:3)"),
    ],
    ids=str,
)
def test_a_source_says_what_it_is_its_name_and_where_it_stands(source: Source, told: str) -> None:
    assert str(source) == told


def test_the_empty_mapping_that_is_shared_cannot_be_written_to() -> None:
    with pytest.raises(TypeError):
        NOTHING["a"] = 1  # type: ignore[index]
