"""What many tests share: a server on a real socket, a client, and a receiver for its callbacks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import httpx
import pytest
from hypothesis import HealthCheck, settings

from emulator import Emulator, Settings, run
from emulator.core.model import ClockMode
from tests.support.networks import Mailbox
from tests.support.receiver import Receiver, receiving
from tests.support.walls import Wall

# On a machine with much else to do, that an example takes long says nothing about the code.
# `make properties` looks at many more examples.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("usual", _UNHURRIED, max_examples=40)
settings.register_profile("thorough", _UNHURRIED, max_examples=1000)
settings.load_profile("usual")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


class Make(Protocol):
    def __call__(self, **settings: Any) -> Emulator: ...


@pytest.fixture
def make(mailbox: Mailbox, wall: Wall) -> Make:
    """Makes an emulator of the given settings, on a manual clock unless told otherwise."""

    def made(**settings: Any) -> Emulator:
        settings.setdefault("clock", ClockMode.MANUAL)
        return Emulator(Settings(**settings), network=mailbox, wall=wall)

    return made


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """One server for all tests that are content with a sandbox of their own."""
    with run(port=0) as server:
        yield server.url


@pytest.fixture
def client(server_url: str, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of the shared server, in the sandbox of this test."""
    sandbox = f"test-{crc32(request.node.nodeid.encode())}"
    # Certificates take longer to load than a test to run, and nothing here is served with any.
    url = f"{server_url}/s/{sandbox}"
    with httpx.Client(base_url=url, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate that nobody was told to trust, and its key."""
    # Imported here since it takes long, and few tests need it.
    import trustme

    made = trustme.CA().issue_cert("api.thehive.ai")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made.cert_chain_pems[0].write_to_path(str(cert))
    made.private_key_pem.write_to_path(str(key))
    return cert, key
