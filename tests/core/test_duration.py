"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emulator.core.duration import LONGEST, format_duration, parse_duration

MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("250ms", timedelta(milliseconds=250)),
        ("5s", timedelta(seconds=5)),
        ("2m", timedelta(minutes=2)),
        ("1h", timedelta(hours=1)),
        ("30d", timedelta(days=30)),
        ("7", timedelta(seconds=7)),
        ("0.5", timedelta(milliseconds=500)),
        ("1.5s", timedelta(milliseconds=1500)),
        (" 5s ", timedelta(seconds=5)),
        ("0", timedelta()),
        (3, timedelta(seconds=3)),
        (0.25, timedelta(milliseconds=250)),
        ("36500d", LONGEST),
    ],
    ids=repr,
)
def test_a_duration_is_a_number_with_a_unit_or_a_number_of_seconds(
    written: object, meant: timedelta
) -> None:
    assert parse_duration(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "s",
        "5 s",
        "-1s",
        "1w",
        "1h30m",
        "5S",
        ".5s",
        "1e3",
        "٣s",
        "nan",
        float("nan"),
        -1,
        float("inf"),
        True,
        None,
        [5],
        "36500.1d",
        "36501d",
        "9" * 13,
    ],
    ids=repr,
)
def test_anything_else_is_refused_with_what_is_expected(written: object) -> None:
    with pytest.raises(ValueError, match=r"^a duration such as 250ms, 5s, 2m, 1h, 30d, or a num"):
        parse_duration(written)


@pytest.mark.parametrize(
    ("duration", "written"),
    [
        (timedelta(), "0s"),
        (timedelta(milliseconds=250), "250ms"),
        (timedelta(milliseconds=1500), "1500ms"),
        (timedelta(microseconds=1), "0.001ms"),
        (timedelta(microseconds=2500), "2.5ms"),
        (timedelta(seconds=90), "90s"),
        (timedelta(seconds=120), "2m"),
        (timedelta(hours=36), "36h"),
        (timedelta(days=30), "30d"),
        (timedelta(seconds=1234, milliseconds=567), "1234567ms"),
    ],
    ids=str,
)
def test_a_duration_is_written_in_the_largest_unit_that_keeps_it_whole(
    duration: timedelta, written: str
) -> None:
    assert format_duration(duration) == written


@given(st.timedeltas(timedelta(), timedelta(days=9000)))
@example(timedelta(days=9000) - MILLISECOND)
def test_what_is_written_is_read_as_the_same_duration(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@given(st.integers(0, 10**9), st.sampled_from(["ms", "s", "m", "h", "d", ""]))
def test_what_is_read_is_never_longer_than_the_longest(amount: int, unit: str) -> None:
    try:
        assert timedelta() <= parse_duration(f"{amount}{unit}") <= LONGEST
    except ValueError as error:
        assert "at most 36500d" in str(error)  # noqa: PT017 - most amounts are short enough
