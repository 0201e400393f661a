"""What stands behind the question mark of an address."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from emulator.core.rendering.window import read_window


def asked_of(query: bytes) -> Mapping[str, str]:
    """The parameters of an address; of a repeated one the first counts."""
    return dict(reversed(parse_qsl(query.decode("latin-1"))))


def asked_window(query: bytes) -> slice:
    """The frames that a summary is asked for; `BadField` where no frames could be meant."""
    asked = asked_of(query)
    return read_window(asked.get("frame_limit"), asked.get("frame_offset"))
