"""What several tests of the command share."""

import httpx
import pytest

from tests.cli.talking import Talking


@pytest.fixture
def talking(client: httpx.Client) -> Talking:
    """The commands that ask a server, and a sandbox of this test's own on a manual clock."""
    client.put("/_emulator/clock", json={"mode": "manual"}).raise_for_status()
    return Talking(client)
