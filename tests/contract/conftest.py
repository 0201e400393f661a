"""What the tests of exchanges share: the servers that those are walked through, and a receiver."""

from collections.abc import Iterator

import pytest

from tests.contract.walking import Servers
from tests.support.receiver import Receiver, receiving


@pytest.fixture(scope="module")
def hooks() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def servers(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with Servers(server_url, tmp_path_factory.mktemp("configs")) as servers:
        yield servers
