"""What the tests of rendering share: one renderer, which remembers what it has written."""

import pytest

from emulator.core.prediction.invention import Draw
from emulator.core.rendering.task import Renderer


@pytest.fixture(scope="session")
def renderer(draw: Draw) -> Renderer:
    return Renderer(draw)
