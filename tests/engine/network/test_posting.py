"""The real network, on real sockets."""

import socket
import ssl
from asyncio import Event, IncompleteReadError, StreamReader, StreamWriter, start_server
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.rendering.bending import Body
from emulator.engine.callbacks import SHOWN, Unreachable
from emulator.engine.network.addresses import is_private_name, rewritten, target_of
from emulator.engine.network.posting import CUT_SHORT, HttpNetwork, in_container, usual_trust
from emulator.settings import CallbackTargets, Settings
from emulator.wiring import real_network
from tests.support.receiver import Receiver

pytestmark = pytest.mark.anyio

EMPTY = Body(b"{}")


@pytest.fixture
async def network() -> HttpNetwork:
    return HttpNetwork()


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port on which nobody listens, and which nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


async def why(network: HttpNetwork, url: str, seconds: float = 20) -> str:
    with pytest.raises(Unreachable) as caught:
        await network.post(url, EMPTY, seconds)
    await network.close()
    return str(caught.value)


async def test_the_address_is_sent_byte_for_byte(network: HttpNetwork, receiver: Receiver) -> None:
    target = "/hook%2Fa/../b//c?secret=a+b%20c&x=%e2%82%ac&y=['\"]|{}~!$*(),;:@#frag?ment"
    reply = await network.post(receiver.url + target, Body(b'{"a":1}'), 20)
    await network.close()
    assert (reply.status, reply.body) == (200, b"thanks")
    assert receiver.next().target == target.partition("#")[0]


async def test_what_a_request_line_cannot_carry_is_encoded(
    network: HttpNetwork, receiver: Receiver
) -> None:
    await network.post(f"{receiver.url}?q=é", EMPTY, 20)
    await network.close()
    assert receiver.next().target == "/?q=%C3%A9"


async def test_the_body_is_json_and_says_how_long_it_is(
    network: HttpNetwork, receiver: Receiver
) -> None:
    await network.post(receiver.url, Body(b'{"a":1}'), 20)
    await network.close()
    received = receiver.next()
    names = {name.lower(): value for name, value in received.headers.items()}
    assert received.body == b'{"a":1}'
    assert names["content-type"] == "application/json"
    assert names["content-length"] == "7"
    assert names["host"] == receiver.url.removeprefix("http://")


async def test_a_body_is_declared_as_what_it_says_it_is(
    network: HttpNetwork, receiver: Receiver
) -> None:
    await network.post(receiver.url, Body(b"{}", "text/html; charset=utf-8"), 20)
    await network.close()
    assert receiver.next().header("content-type") == "text/html; charset=utf-8"


async def test_a_body_that_is_cut_promises_all_of_itself_and_breaks_off(
    network: HttpNetwork, receiver: Receiver
) -> None:
    with pytest.raises(Unreachable, match=CUT_SHORT):
        await network.post(receiver.url, Body(b'{"a":1}', cut=3), 20)
    await network.post(receiver.url, EMPTY, 20)
    await network.close()
    cut, whole = sorted((receiver.next(), receiver.next()), key=lambda one: one.whole)
    assert (cut.body, cut.length, cut.whole) == (b'{"a', 7, False)
    assert (whole.body, whole.whole) == (b"{}", True)


async def test_credentials_in_the_address_become_a_header(
    network: HttpNetwork, receiver: Receiver
) -> None:
    await network.post(receiver.url.replace("//", "//me:p%40ss@"), EMPTY, 20)
    await network.close()
    assert receiver.next().header("authorization") == "Basic bWU6cEBzcw=="


async def test_only_the_beginning_of_an_answer_is_kept(
    network: HttpNetwork, receiver: Receiver
) -> None:
    receiver.body = b"x" * 1_000_000
    reply = await network.post(receiver.url, EMPTY, 20)
    await network.close()
    assert reply.body == b"x" * SHOWN


async def test_redirects_are_not_followed(network: HttpNetwork, receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [307], {"Location": "/elsewhere"}
    assert (await network.post(receiver.url, EMPTY, 20)).status == 307
    await network.close()
    assert len(receiver.all) == 1


async def test_a_refused_connection_is_told_as_such(network: HttpNetwork, free_port: int) -> None:
    told = await why(network, f"http://127.0.0.1:{free_port}/")
    assert told == f"connection refused by 127.0.0.1:{free_port}"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_inside_a_container_a_refusing_localhost_is_explained_with_the_remedy(
    host: str, free_port: int
) -> None:
    told = await why(HttpNetwork(in_container=True), f"http://{host}:{free_port}/")
    assert "localhost is the container itself" in told
    assert "host.docker.internal" in told
    assert "--callback-rewrite" in told


async def test_a_receiver_that_never_answers_is_given_up_in_time(
    network: HttpNetwork, receiver: Receiver
) -> None:
    receiver.holds = True
    assert "within 50ms" in await why(network, receiver.url, 0.05)


async def test_a_receiver_that_hangs_up_is_told_as_such(network: HttpNetwork) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            connection, _ = server.accept()
            with connection:
                said = b""
                while not said.endswith(b"{}"):
                    said += connection.recv(65536)

        thread = Thread(target=hang_up)
        thread.start()
        told = await why(network, f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert told.endswith("it closed the connection without sending an answer")


async def test_a_receiver_without_tls_is_told_as_such(
    network: HttpNetwork, receiver: Receiver
) -> None:
    told = await why(network, receiver.url.replace("http:", "https:"))
    assert told.startswith("no answer from 127.0.0.1:")


@pytest.mark.parametrize("url", ["http://8.8.8.8/", "http://[2001:4860:4860::8888]/x"])
async def test_a_public_address_is_not_posted_to_unless_allowed(
    network: HttpNetwork, url: str
) -> None:
    told = await why(network, url)
    assert "--callback-targets any" in told


async def test_a_name_that_cannot_be_resolved_is_told_as_such(network: HttpNetwork) -> None:
    told = await why(network, "http://no-such-host.invalid/")
    assert told == "the name 'no-such-host.invalid' cannot be resolved"


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://host:99999/", "http://.."])
async def test_an_address_that_is_none_is_told_as_such(network: HttpNetwork, url: str) -> None:
    assert await why(network, url)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("app", True),
        ("app.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("172.32.0.1", False),
        ("192.168.1.1", True),
        ("169.254.1.1", True),
        ("::1", True),
        ("fd00::1", True),
        ("fe80::1%eth0", True),
        ("::ffff:10.0.0.1", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("0.0.0.0", False),
        ("example.com", None),
        ("host.docker.internal", None),
    ],
)
def test_what_is_private(host: str, private: bool | None) -> None:
    assert is_private_name(host) is private


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://a.test/x", "a.test"),
        ("https://a.test:443/x", "a.test"),
        ("http://a.test:8080?x", "a.test:8080"),
        ("http://[::1]:81", "[::1]:81"),
        ("http://bücher.test/", "xn--bcher-kva.test"),
    ],
)
def test_the_host_header_names_what_was_written(url: str, authority: str) -> None:
    assert target_of(url).authority == authority


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#")))
def test_every_printable_path_survives(path: str) -> None:
    assert target_of(f"http://a.test/{path}").path == f"/{path}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:9000/a?b#c", "http://app:9000/a?b#c"),
        ("HTTP://LOCALHOST:9000?x", "http://app:9000?x"),
        ("http://localhost:9000", "http://app:9000"),
        ("http://localhost:90001/a", "http://localhost:90001/a"),
        ("https://localhost:9000/a", "https://localhost:9000/a"),
    ],
)
def test_a_rewrite_is_for_one_origin(url: str, expected: str) -> None:
    assert rewritten(url, {"http://localhost:9000": "http://app:9000"}) == expected


def test_a_container_is_known_by_its_usual_signs(tmp_path: Path) -> None:
    assert not in_container(tmp_path, {})
    assert in_container(tmp_path, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"})
    (tmp_path / ".dockerenv").touch()
    assert in_container(tmp_path)


async def test_a_receiver_never_sees_its_cookies_again(network: HttpNetwork) -> None:
    heard: list[str] = []

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode().lower())
        writer.write(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for _ in range(2):
            await network.post(f"http://127.0.0.1:{port}/", Body(b""), 20)
        await network.close()
    assert len(heard) == 2
    assert not any("cookie" in one for one in heard)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("134744072", False),
        ("0x08080808", False),
        ("0x7f.1", True),
        ("2130706433", True),
        ("10.0.0.1%.evil.test", None),
        ("fe80::1%eth0", True),
    ],
)
def test_an_address_in_disguise_is_what_it_is(host: str, private: bool | None) -> None:
    assert is_private_name(host) is private


@pytest.mark.parametrize(
    "url", ["http://a..b/", "http://127.0.0.1/\ud800", "http://\ud800/", "http://\ud800@127.0.0.1/"]
)
async def test_an_address_that_cannot_be_written_is_explained(
    network: HttpNetwork, url: str
) -> None:
    assert "is not an address" in await why(network, url)


def test_port_0_is_not_the_usual_port() -> None:
    assert target_of("http://127.0.0.1:0/").port == 0


async def test_connections_are_used_again(network: HttpNetwork) -> None:
    connections = 0
    left = Event()

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with suppress(IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        left.set()

    async with await start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for _ in range(3):
            await network.post(f"http://127.0.0.1:{port}/", Body(b""), 20)
        await network.close()
        await left.wait()
    assert connections == 1


async def test_a_proxy_of_the_environment_is_not_asked(
    network: HttpNetwork, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert (await network.post(receiver.url, EMPTY, 20)).status == 200
    await network.close()


async def test_the_setting_decides_where_callbacks_may_go() -> None:
    outside = "http://192.0.2.1:1/"
    assert "--callback-targets any" in await why(real_network(Settings()), outside)
    anywhere = real_network(Settings(callback_targets=CallbackTargets.ANY))
    assert "--callback-targets" not in await why(anywhere, outside, 0.05)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def secure_receiver(authority: trustme.CA, name: str) -> AsyncIterator[int]:
    """A receiver whose certificate is for that name; its port."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    async with await start_server(answer, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def test_a_receiver_with_a_trusted_certificate_is_posted_to(authority: trustme.CA) -> None:
    network = HttpNetwork(trust=lambda: trusting(authority))
    async with secure_receiver(authority, "127.0.0.1") as port:
        reply = await network.post(f"https://127.0.0.1:{port}/", Body(b""), 20)
        await network.close()
    assert (reply.status, reply.body) == (200, b"ok")


async def test_a_certificate_of_another_name_is_not_accepted(authority: trustme.CA) -> None:
    network = HttpNetwork(trust=lambda: trusting(authority))
    async with secure_receiver(authority, "other.test") as port:
        told = await why(network, f"https://127.0.0.1:{port}/")
    assert "certificate is not valid for '127.0.0.1'" in told


async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    authority: trustme.CA,
) -> None:
    async with secure_receiver(authority, "127.0.0.1") as port:
        told = await why(HttpNetwork(trust=usual_trust), f"https://127.0.0.1:{port}/")
    assert "CERTIFICATE_VERIFY_FAILED" in told


async def test_the_address_that_answers_is_taken_when_a_name_has_several() -> None:
    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    network = HttpNetwork()
    async with await start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        # Where the system knows IPv6 this name has two addresses, and nobody listens at the first.
        assert (await network.post(f"http://localhost:{port}/", Body(b""), 20)).status == 200
        await network.close()
