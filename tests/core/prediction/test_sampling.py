"""Which frames of a video are looked at, and when they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.media import of_url
from emulator.core.media.addresses import FILM_RATE
from emulator.core.model import Sampling
from emulator.core.prediction.sampling import sampling_of, time_of

FILM = of_url("https://cdn.test/a.mp4")


def test_the_time_stamps_are_those_of_the_printed_sample() -> None:
    sampling = sampling_of(FILM, 1)
    assert [time_of(sampling, at) for at in range(3)] == [0, 0.9676333333333333, 1.9686333333333335]


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"),
    [
        (30, 1, 30),
        (30, 2, 60),
        (30, 0.5, 15),
        (10.01, 1, 11),
        (0.2, 1, 1),
        (0, 1, 1),
        (0.1 + 0.2, 10, 3),
        (2400, 1, 2400),
    ],
)
def test_a_video_of_so_many_seconds_has_so_many_frames(
    seconds: float, fps: float, frames: int
) -> None:
    assert sampling_of(FILM._replace(duration=seconds), fps).frames == frames


def test_of_bytes_the_time_stamps_are_those_of_their_own_frames() -> None:
    seen = FILM._replace(sha256="0" * 64, duration=4, num_frames=100)
    sampling = sampling_of(seen, 2)
    assert [time_of(sampling, at) for at in range(5)] == [0, 0.48, 1, 1.48, 2]


@given(st.floats(0.1, 30), st.floats(0.5, 240), st.integers(0, 9999))
def test_a_frame_is_the_last_one_that_begins_until_its_moment(
    fps: float, rate: float, ordinal: int
) -> None:
    moment = ordinal / fps
    time = time_of(Sampling(10_000, fps, rate), ordinal)
    assert time <= moment + 1e-6
    assert moment < time + 1 / rate + 1e-6


@given(st.integers(1, 3600))
def test_times_go_on_and_on(seconds: int) -> None:
    sampling = sampling_of(FILM._replace(duration=seconds), 1)
    times = [time_of(sampling, at) for at in range(sampling.frames)]
    assert times == sorted(set(times))
    assert times[-1] < seconds
    assert sampling.rate == FILM_RATE
