"""A fixture accounts for what it says."""

import pytest

from emulator.core.fixture import Fixture
from emulator.core.matching import Is, When
from emulator.core.model import Script, Source


@pytest.mark.parametrize(
    ("bundled", "what"), [(False, "fixture"), (True, "bundled fixture")], ids=["user's", "bundled"]
)
def test_a_fixture_is_named_with_the_file_and_line_it_was_read_from(
    bundled: bool, what: str
) -> None:
    fixture = Fixture("gun", When({"text": (Is("gun"),)}), Script(), "guns.yaml:7", bundled)
    assert fixture.source == Source(what, "gun", "guns.yaml:7")
