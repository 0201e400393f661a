"""Numbers of bytes as people write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.size import EXPECTED, parse_size


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("64KiB", 64 * 1024),
        ("200MiB", 200 * 1024**2),
        ("1GiB", 1024**3),
        (" 2 MiB ", 2 * 1024**2),
        ("1", 1),
        (4096, 4096),
    ],
)
def test_a_size_is_a_number_of_bytes_or_of_a_unit(written: object, size: int) -> None:
    assert parse_size(written) == size


@given(st.integers(1, 10**12), st.sampled_from(["KiB", "MiB", "GiB"]))
def test_a_unit_is_1024_of_the_one_below(number: int, unit: str) -> None:
    below = {"KiB": "", "MiB": "KiB", "GiB": "MiB"}[unit]
    assert parse_size(f"{number}{unit}") == 1024 * parse_size(f"{number}{below}")


@pytest.mark.parametrize(
    "written",
    ["", "0", "-1", "0KiB", "1.5MiB", "5MB", "5kib", "MiB", "1e6", 0, -1, 0.5, True, None, [1]],
    ids=repr,
)
def test_what_is_no_size_is_told_what_one_looks_like(written: object) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(EXPECTED)}$"):
        parse_size(written)
