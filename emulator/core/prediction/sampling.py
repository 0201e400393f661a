"""Which frames of a video are looked at, and when those are.

One frame is sampled for each second, or `fps` of them [in the documents: visual guide]. The printed
sample says that the one at 1 s is the last frame that begins until then, and carries that frame's
own time to the last digit [documented elsewhere]: 0, 0.9676333333333333, 1.9686333333333335.
"""

from math import ceil, floor

from emulator.core.media.addresses import rate_of
from emulator.core.model import Media, Sampling

MOST_FRAMES = 10_000
"""How many frames of a video are looked at, which at one per second are 2 h 46 min: our choice."""
_SLIP = 1e-9


def sampling_of(media: Media, fps: float) -> Sampling:
    """The frames of a video of N seconds: N * fps, and at least one."""
    frames = max(1, ceil(media.duration * fps - _SLIP))
    return Sampling(frames, fps, rate_of(media))


def time_of(sampling: Sampling, ordinal: int) -> float:
    """When the frame of that ordinal is, in seconds."""
    return floor(ordinal / sampling.fps * sampling.rate + _SLIP) / sampling.rate
