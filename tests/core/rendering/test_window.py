"""Which frames a summary shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.errors import BadField
from emulator.core.rendering.window import EVERY, FRAME_LIMIT, read_window

FRAMES = range(2400)


def test_without_being_told_a_summary_shows_the_first_200_frames() -> None:
    assert read_window(None, None) == slice(0, FRAME_LIMIT) == slice(0, 200)


def test_everything_is_everything() -> None:
    assert FRAMES[EVERY] == FRAMES


@given(st.integers(1, 3000), st.integers(0, 3000))
def test_a_window_shows_as_many_frames_as_its_limit_from_its_offset_on(
    limit: int, offset: int
) -> None:
    shown = FRAMES[read_window(str(limit), str(offset))]
    assert list(shown) == [one for one in FRAMES if offset <= one < offset + limit]


@given(st.integers(1, 500))
def test_windows_side_by_side_show_every_frame_once(limit: int) -> None:
    windows = [read_window(str(limit), str(at)) for at in range(0, len(FRAMES), limit)]
    assert [frame for window in windows for frame in FRAMES[window]] == list(FRAMES)


@pytest.mark.parametrize("written", ["", "x", "-1", "1.5", " 1", "1e3", "٣", "0x1", "1" * 10])
@pytest.mark.parametrize("name", ["frame_limit", "frame_offset"])
def test_what_is_no_count_is_refused_by_its_name(name: str, written: str) -> None:
    limit, offset = (written, None) if name == "frame_limit" else (None, written)
    with pytest.raises(BadField, match=f"'{name}' is .* expected is a whole number from"):
        read_window(limit, offset)


def test_a_limit_of_nothing_is_refused_and_an_offset_of_nothing_is_not() -> None:
    with pytest.raises(BadField, match="from 1 on"):
        read_window("0", None)
    assert read_window(None, "0").start == 0
