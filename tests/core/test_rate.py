"""Rates as people write them, and the bucket that each fills."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.rate import EXPECTED, Rate, parse_rate

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
RATES = st.builds(
    Rate,
    st.integers(1, 10**6),
    st.sampled_from([timedelta(seconds=seconds) for seconds in UNITS.values()]),
)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=3))


@pytest.mark.parametrize(("unit", "seconds"), UNITS.items())
def test_a_rate_is_a_number_of_calls_in_a_unit_of_time(unit: str, seconds: int) -> None:
    assert parse_rate(f"50/{unit}") == Rate(50, timedelta(seconds=seconds))


def test_blanks_around_the_parts_do_no_harm() -> None:
    assert parse_rate(" 5 / m ") == Rate(5, timedelta(minutes=1))


@given(RATES)
def test_a_rate_is_written_as_it_is_read(rate: Rate) -> None:
    assert parse_rate(str(rate)) == rate


@pytest.mark.parametrize(
    "written",
    ["", "50", "0/s", "-1/s", "1.5/s", "50/w", "50/sec", "50 per s", "\u0665/s", "1" * 10 + "/s"],
)
def test_what_is_no_rate_is_told_what_one_looks_like(written: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(EXPECTED)}$"):
        parse_rate(written)


@pytest.mark.parametrize("written", [50, 0.5, True, None, ["50/s"]], ids=repr)
def test_only_a_text_is_a_rate(written: object) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(EXPECTED)}$"):
        parse_rate(written)
