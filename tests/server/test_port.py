"""Taking a port, and the URL under which it is reached."""

import socket

import pytest

from emulator.server.port import take_port, url_at, url_of
from emulator.server.problems import PortTaken


def test_a_free_port_is_taken_and_its_url_is_known() -> None:
    with take_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert url_of("127.0.0.1", taken) == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port)):
            pass


def test_a_port_that_somebody_has_is_told_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"^cannot listen on 127.0.0.1:{port}: Address already"):
            take_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["a..b", "a b", "192.0.2.1"])
def test_an_address_that_is_not_ours_is_told(host: str) -> None:
    with pytest.raises(PortTaken, match=rf"^cannot listen on {host}:0: "):
        take_port(host, 0)


@pytest.mark.parametrize(
    ("host", "https", "url"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:4483"),
        ("localhost", True, "https://localhost:4483"),
        ("0.0.0.0", False, "http://127.0.0.1:4483"),
        ("::", False, "http://[::1]:4483"),
        ("::1", False, "http://[::1]:4483"),
        ("[::1]", False, "http://[::1]:4483"),
    ],
)
def test_what_listens_everywhere_is_reached_at_this_machine(
    host: str, https: bool, url: str
) -> None:
    assert url_at(host, 4483, https=https) == url
