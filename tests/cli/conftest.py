"""What several tests of the command share."""

from pathlib import Path

import httpx
import pytest
import trustme

from tests.cli.talking import Talking


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate that nobody was told to trust, and its key."""
    made = trustme.CA().issue_cert("api.thehive.ai")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made.cert_chain_pems[0].write_to_path(str(cert))
    made.private_key_pem.write_to_path(str(key))
    return cert, key


@pytest.fixture
def talking(client: httpx.Client) -> Talking:
    """The commands that ask a server, and a sandbox of this test's own on a manual clock."""
    client.put("/_emulator/clock", json={"mode": "manual"}).raise_for_status()
    return Talking(client)
