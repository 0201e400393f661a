"""`ready`: what it says of servers that answer, that do not, and that come up while it waits."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from emulator import run as serve
from tests.cli.processes import COMMAND, WITHIN, environment, free_port, refused, run
from tests.support.receiver import Receiver


@pytest.fixture
def silent() -> Iterator[int]:
    """A port on which somebody listens and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def is_ready(folder: Path, *arguments: str, **variables: str) -> bool:
    done = run(["ready", *arguments], folder, **variables)
    assert (done.stdout, done.stderr) == ("", "")
    return done.returncode == 0


def test_a_server_that_answers_is_ready(tmp_path: Path, server_url: str) -> None:
    assert is_ready(tmp_path, "--url", server_url)
    assert is_ready(tmp_path, "--url", f"{server_url}/")
    assert is_ready(tmp_path, "--url", f"{server_url}/s/worker-3")
    assert is_ready(tmp_path, "--wait", "--url", server_url)


def test_the_server_is_that_of_the_variable_and_the_option_beats_it(
    tmp_path: Path, server_url: str
) -> None:
    assert is_ready(tmp_path, HIVE_EMULATOR_URL=server_url)
    nobody = f"http://127.0.0.1:{free_port()}"
    assert is_ready(tmp_path, "--url", server_url, HIVE_EMULATOR_URL=nobody)
    assert nobody in refused(["ready"], tmp_path, 1, HIVE_EMULATOR_URL=nobody)


def test_without_a_url_it_is_the_server_of_the_same_variables(
    tmp_path: Path, server_url: str
) -> None:
    port = server_url.rpartition(":")[2]
    assert is_ready(tmp_path, HIVE_EMULATOR_PORT=port)
    assert is_ready(tmp_path, HIVE_EMULATOR_PORT=port, HIVE_EMULATOR_HOST="0.0.0.0")
    assert is_ready(tmp_path, HIVE_EMULATOR_PORT=port, HIVE_EMULATOR_URL="")


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6 on this machine")
@pytest.mark.parametrize("host", ["::1", "::"])
def test_an_address_of_version_6_is_reached_too(tmp_path: Path, host: str) -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("there is no IPv6 on this machine")
    with serve(host=host, port=0) as server:
        port = server.url.rpartition(":")[2]
        assert is_ready(tmp_path, HIVE_EMULATOR_HOST=host, HIVE_EMULATOR_PORT=port)


def test_a_server_that_is_not_there_is_not_ready(tmp_path: Path) -> None:
    port = free_port()
    said = refused(["ready"], tmp_path, 1, HIVE_EMULATOR_PORT=str(port))
    assert said.startswith(f"hive-emulator: http://127.0.0.1:{port} does not answer: ")
    assert len(said.splitlines()) == 1


def test_a_server_that_answers_something_else_is_not_ready(
    tmp_path: Path, receiver: Receiver
) -> None:
    said = refused(["ready", "--url", receiver.url], tmp_path, 1)
    assert said == f"hive-emulator: {receiver.url} answers 501 to /readyz\n"


def test_what_speaks_no_http_is_not_ready(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(WITHIN)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with subprocess.Popen(
            [*COMMAND, "ready", "--url", url],
            cwd=tmp_path,
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            caller, _ = listening.accept()
            with caller:
                caller.sendall(b"220 mail.test ESMTP\r\n")
            _, said = process.communicate(timeout=WITHIN)
    assert process.returncode == 1
    assert said.startswith(f"hive-emulator: {url} does not answer: ")
    assert len(said.splitlines()) == 1


def test_waiting_ends_as_soon_as_the_server_comes_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as early:
        early.settimeout(WITHIN)
        port = early.getsockname()[1]
        waiting = subprocess.Popen(
            [*COMMAND, "ready", "--wait"],
            cwd=tmp_path,
            env=environment(HIVE_EMULATOR_PORT=str(port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        early.accept()[0].close()
    with serve(port=port):
        assert waiting.communicate(timeout=WITHIN) == (b"", b"")
    assert waiting.returncode == 0


def test_waiting_for_a_server_that_never_comes_up_times_out(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    said = refused(["ready", "--wait", "--timeout", "120ms", "--url", url], tmp_path, 4)
    assert said.startswith(f"hive-emulator: {url} does not answer: ")
    assert len(said.splitlines()) == 1


def test_waiting_for_a_server_that_says_nothing_is_no_longer_than_was_asked_for(
    tmp_path: Path, silent: int
) -> None:
    begun = monotonic()
    refused(["ready", "--wait", "--timeout", "100ms"], tmp_path, 4, HIVE_EMULATOR_PORT=str(silent))
    assert monotonic() - begun < 2.5


WRONG = {
    "no scheme": "localhost:4483",
    "a word": "foo",
    "another scheme": "ftp://127.0.0.1:4483",
    "no host": "http://:4483",
    "no such port": "http://127.0.0.1:99999",
    "a port that is not one yet": "http://127.0.0.1:0",
    "half an address": "http://[::1:4483",
    "no name of a host": "http://a..b:4483",
}


@pytest.mark.parametrize("url", WRONG.values(), ids=WRONG)
def test_what_is_no_url_is_told_at_once_even_when_waiting(tmp_path: Path, url: str) -> None:
    said = refused(["ready", "--wait", "--url", url], tmp_path, 2)
    expected = "is not possible, expected is a URL such as http://127.0.0.1:4483"
    assert said == f"hive-emulator: option --url: {url!r} {expected}\n"


def test_a_variable_that_is_no_url_is_told_by_its_name(tmp_path: Path) -> None:
    said = refused(["ready"], tmp_path, 2, HIVE_EMULATOR_URL="localhost:4483")
    assert said.startswith("hive-emulator: variable HIVE_EMULATOR_URL: 'localhost:4483' is not ")


def test_a_time_that_is_none_is_told(tmp_path: Path) -> None:
    said = refused(["ready", "--timeout", "soon"], tmp_path, 2)
    assert said.startswith(
        "hive-emulator: option --timeout: 'soon' is not possible, expected is a "
    )
    assert len(said.splitlines()) == 1


def test_a_wrong_variable_of_the_server_is_told(tmp_path: Path) -> None:
    said = refused(["ready"], tmp_path, 2, HIVE_EMULATOR_PORT="abc")
    assert said.startswith("hive-emulator: variable HIVE_EMULATOR_PORT: 'abc' is not possible")


def test_a_server_with_a_certificate_of_its_own_making_is_ready(
    tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    """A container's health check knows no authority; it tells nothing, so it need not trust."""
    cert, key = certificate
    with serve(port=0, tls_cert=cert, tls_key=key) as server:
        assert server.url.startswith("https://127.0.0.1:")
        assert is_ready(tmp_path, "--url", server.url)
        port = server.url.rpartition(":")[2]
        assert is_ready(tmp_path, HIVE_EMULATOR_PORT=port, HIVE_EMULATOR_TLS_CERT=str(cert))


def test_plain_http_to_a_server_of_https_is_not_ready(
    tmp_path: Path, certificate: tuple[Path, Path], server_url: str
) -> None:
    cert, key = certificate
    with serve(port=0, tls_cert=cert, tls_key=key) as server:
        refused(["ready", "--url", server.url.replace("https", "http")], tmp_path, 1)
    refused(["ready", "--url", server_url.replace("http", "https")], tmp_path, 1)
