"""How long a task takes: nothing, a fixed time, or the figures of the guides."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.latency import Latency, read_latency
from emulator.core.media import of_url
from emulator.core.model import Submission

DOCUMENTED = Latency(None)
PICTURE = Submission(media=of_url("https://any.test/a.jpg"))


def text(length: int) -> Submission:
    return Submission("x" * length)


def milliseconds(amount: int) -> timedelta:
    return timedelta(milliseconds=amount)


@pytest.mark.parametrize(
    ("submission", "latency"),
    [
        (PICTURE, milliseconds(500)),
        (text(0), milliseconds(100)),
        (text(512), milliseconds(300)),
        (text(1024), milliseconds(500)),
        (text(5000), milliseconds(500)),
    ],
    ids=["picture", "no text", "half a text", "longest text", "longer text"],
)
def test_the_documented_latency_is_that_of_the_guides(
    submission: Submission, latency: timedelta
) -> None:
    assert DOCUMENTED.of(submission) == latency


@pytest.mark.parametrize(("seconds", "latency"), [(30, 10_000), (90, 30_000), (1, 500)])
def test_a_video_takes_a_third_of_its_duration_and_never_less_than_a_picture(
    seconds: float, latency: int
) -> None:
    media = of_url("https://cdn.test/a.mp4")._replace(duration=seconds)
    assert DOCUMENTED.of(Submission(media=media)) == milliseconds(latency)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_longer_text_never_takes_less_time(one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    assert DOCUMENTED.of(text(shorter)) <= DOCUMENTED.of(text(longer))


@pytest.mark.parametrize("submission", [PICTURE, text(9)], ids=["picture", "text"])
def test_a_fixed_latency_is_the_same_for_everything(submission: Submission) -> None:
    assert Latency(milliseconds(7)).of(submission) == milliseconds(7)
    assert Latency().of(submission) == timedelta()


@pytest.mark.parametrize(
    ("written", "latency"),
    [
        ("none", Latency(timedelta())),
        ("documented", DOCUMENTED),
        ("250ms", Latency(milliseconds(250))),
        (2, Latency(timedelta(seconds=2))),
    ],
    ids=str,
)
def test_a_latency_is_read_and_says_itself_in_the_same_words(
    written: object, latency: Latency
) -> None:
    assert read_latency(written) == latency
    assert read_latency(str(latency)) == latency


@pytest.mark.parametrize("written", ["soon", "", None, True, -1], ids=repr)
def test_what_is_no_latency_is_refused_with_all_that_is_possible(written: object) -> None:
    with pytest.raises(ValueError, match=r"^none, documented, or a duration such as"):
        read_latency(written)
