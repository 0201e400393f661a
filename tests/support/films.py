"""Media made by libraries that many programs trust: what is read from files is held against them.

Everything is as small and as plain as it can be: grey pictures, and silence.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

FILMS: Mapping[str, tuple[str, str]] = {
    "mp4": ("mp4", "mpeg4"),
    "mov": ("mov", "mpeg4"),
    "mkv": ("matroska", "mpeg4"),
    "webm": ("webm", "libvpx"),
    "avi": ("avi", "mpeg4"),
    "wmv": ("asf", "wmv2"),
}
"""For each ending the name of its container, and a codec that goes into it."""


@cache
def film(
    ending: str,
    *,
    frames: int = 10,
    rate: Fraction = Fraction(25),
    size: tuple[int, int] = (64, 48),
    sound: bool = False,
    options: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """A video of so many frames."""
    container, codec = FILMS[ending]
    with TemporaryDirectory() as folder:
        # A file, since a film that is to begin with its index is written twice.
        path = Path(folder, "film")
        _write(path, container, codec, frames, rate, size, sound, dict(options))
        return path.read_bytes()


def _write(
    path: Path,
    container: str,
    codec: str,
    frames: int,
    rate: Fraction,
    size: tuple[int, int],
    with_sound: bool,
    options: dict[str, str],
) -> None:
    with av.open(path, "w", format=container, options=options) as output:
        stream = output.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        heard = _silent(output, _HEARD.get(container, "aac")) if with_sound else None
        for _ in range(frames):
            output.mux(stream.encode(_grey(size)))
        output.mux(stream.encode(None))
        if heard is not None:
            _fall_silent(output, heard)


_HEARD = {"webm": "libopus", "avi": "mp2", "asf": "wmav2"}


def _grey(size: tuple[int, int]) -> av.VideoFrame:
    frame = av.VideoFrame(*size, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


@cache
def sound(ending: str) -> bytes:
    """A container of films in which there is nothing to be seen."""
    written = BytesIO()
    container = FILMS[ending][0]
    with av.open(written, "w", format=container) as output:
        _fall_silent(output, _silent(output, _HEARD.get(container, "aac")))
    return written.getvalue()


_RATE = 48_000


def _silent(output: Any, codec: str) -> AudioStream:
    stream = output.add_stream(codec, rate=_RATE)
    assert isinstance(stream, AudioStream)
    stream.layout = "stereo"
    return stream


def _fall_silent(output: Any, stream: AudioStream) -> None:
    """Half a second of silence."""
    width = stream.codec_context.frame_size or 1024
    for at in range(20):
        frame = av.AudioFrame(stream.format.name, stream.layout.name, width)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts = _RATE, at * width
        frame.time_base = Fraction(1, _RATE)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def picture(
    kind: str, size: tuple[int, int] = (7, 5), *, delays: Sequence[int] = (), **options: Any
) -> bytes:
    """A picture; with delays in milliseconds one that moves."""
    shades = [Image.new("RGB", size, (40 * at + 1, 0, 0)) for at in range(max(1, len(delays)))]
    written = BytesIO()
    more = {"save_all": True, "append_images": shades[1:], "duration": list(delays)}
    shades[0].save(written, kind, **(more if delays else {}), **options)
    return written.getvalue()
