"""Places in a text count code points, or UTF-16 units where a project says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.units import Places, length_of, utf16_offset

TEXTS = st.text(st.sampled_from("ae\u00e9\uffff\U00010000\U0001f600\ud800\udc00"), max_size=12)


@given(TEXTS, st.integers(0, 12))
def test_an_offset_counts_the_units_that_utf_16_needs_up_to_it(text: str, index: int) -> None:
    at = min(index, len(text))
    units = len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
    assert utf16_offset(text, at) == Places(text, utf16=True).of(at) == units
    assert Places(text, utf16=False).of(at) == at


@given(TEXTS)
def test_a_length_counts_code_points_or_utf_16_units(text: str) -> None:
    assert length_of(text, utf16=False) == len(text)
    assert length_of(text, utf16=True) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("text", "code_points", "units"),
    [("", 0, 0), ("abc", 3, 3), ("é", 1, 1), ("😀", 1, 2), ("a😀b", 3, 4)],
    ids=["empty", "ascii", "accent", "emoji", "emoji between letters"],
)
def test_an_emoji_is_one_code_point_and_two_units(text: str, code_points: int, units: int) -> None:
    assert (length_of(text, utf16=False), length_of(text, utf16=True)) == (code_points, units)
