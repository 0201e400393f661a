"""What the tests of the core share: one source of chance, the same in every run."""

from hashlib import sha256

import pytest
from hypothesis import settings

from emulator.core.prediction.invention import Draw

# An example that takes long tells of a busy machine here, never of the core.
settings.register_profile("core", deadline=None)
settings.load_profile("core")


@pytest.fixture(scope="session")
def draw() -> Draw:
    def number(*names: object) -> float:
        return int.from_bytes(sha256(repr(names).encode()).digest()[:4]) / 2**32

    return number
