"""The real web: real sockets, real certificates, and servers that break off."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
import trustme

from emulator.core.media import of_url
from emulator.engine.fetch import Download, Fetcher
from emulator.engine.network.web import HttpWeb
from emulator.settings import Fetch
from tests.support.pictures import png

pytestmark = pytest.mark.anyio

CONTENT = png(7, 5)
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(CONTENT), CONTENT)


class Server:
    """Answers every connection with the same bytes, and remembers what it was sent."""

    def __init__(self, answer: bytes, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[bytes] = []
        self._answer = answer
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                accepted, _ = self._socket.accept()
            except OSError:
                return
            try:
                self._talk(accepted)
            except OSError:
                accepted.close()

    def _talk(self, accepted: socket.socket) -> None:
        if self._context is not None:
            accepted = self._context.wrap_socket(accepted, server_side=True)
        with accepted:
            self.asked.append(accepted.recv(65536))
            accepted.sendall(self._answer)
            accepted.shutdown(socket.SHUT_WR)
            accepted.recv(1)

    def close(self) -> None:
        self._socket.close()


@contextmanager
def serving(answer: bytes, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(answer, context)
    try:
        yield server
    finally:
        server.close()


async def downloaded(url: str, context: ssl.SSLContext | None = None) -> Download:
    fetcher = Fetcher(HttpWeb(context), Fetch.ANY, 10**6, 0)
    try:
        return await fetcher.download(of_url(url))
    finally:
        await fetcher.close()


async def test_what_is_there_is_downloaded() -> None:
    with serving(WHOLE) as server:
        download = await downloaded(f"http://127.0.0.1:{server.port}/a%20b/c.png?d=é#f")
        again = await downloaded(f"http://127.0.0.1:{server.port}/c.png")
    assert (download.media.flaw, download.media.width, download.why) == (None, 7, "")
    assert again.media.flaw is None
    head = server.asked[0]
    assert head.startswith(b"GET /a%20b/c.png?d=%C3%A9 HTTP/1.1\r\n")
    assert f"host: 127.0.0.1:{server.port}\r\n".encode() in head.lower()
    assert b"accept-encoding: identity\r\n" in head.lower()


async def test_a_name_and_a_password_in_the_address_are_sent_as_such() -> None:
    with serving(WHOLE) as server:
        download = await downloaded(f"http://ann:s%20cret@localhost:{server.port}/c.png")
    assert download.media.flaw is None
    assert b"authorization: Basic YW5uOnMgY3JldA==" in server.asked[0]


ANSWERS = {
    "no answer": (b"", 2000),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", 2206),
    "a body that is cut off": (WHOLE[:-5], 2207),
    "no length": (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", 2207),
    "nothing there": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 2100),
    "packed bytes": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08" + bytes(20),
        3100,
    ),
}


@pytest.mark.parametrize(("answer", "code"), ANSWERS.values(), ids=ANSWERS)
async def test_a_server_that_does_something_else_is_told_by_its_code(
    answer: bytes, code: int
) -> None:
    with serving(answer) as server:
        download = await downloaded(f"http://127.0.0.1:{server.port}/a.png")
    assert download.media.flaw is not None
    assert download.media.flaw.code == code, download.media.flaw


async def test_where_nobody_listens_the_connection_is_refused() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        download = await downloaded(f"http://127.0.0.1:{silent.getsockname()[1]}/a.png")
    assert download.media.flaw is not None
    assert download.media.flaw.code == 2203


async def test_a_name_that_nobody_has_is_not_found() -> None:
    download = await downloaded("http://nobody.invalid/a.png")
    assert download.media.flaw is not None
    assert download.media.flaw.code in (2201, 2202)


async def test_names_are_looked_up() -> None:
    found = await HttpWeb().resolve("localhost", 80)
    assert {"127.0.0.1", "::1"} & {*found}


# Certificates

CA, OTHER_CA = trustme.CA(), trustme.CA()
HOST = "localhost"


def presenting(*pems: bytes, key: bytes) -> ssl.SSLContext:
    """What a server presents: its certificate, the ones behind it, and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder, "all.pem")
        path.write_bytes(b"\n".join((*pems, key)))
        context.load_cert_chain(path)
    return context


def issued(
    ca: trustme.CA,
    host: str = HOST,
    *,
    chain: bool = False,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> ssl.SSLContext:
    made = ca.issue_cert(host, not_before=begin, not_after=end)
    behind = (ca.cert_pem.bytes(),) if chain else ()
    return presenting(
        *(one.bytes() for one in made.cert_chain_pems), *behind, key=made.private_key_pem.bytes()
    )


def self_signed() -> ssl.SSLContext:
    return presenting(OTHER_CA.cert_pem.bytes(), key=OTHER_CA.private_key_pem.bytes())


def expired() -> ssl.SSLContext:
    past = datetime.now(UTC) - timedelta(days=30)
    return issued(CA, begin=past - timedelta(days=30), end=past)


PRESENTED: dict[str, tuple[Callable[[], ssl.SSLContext], int]] = {
    "by nobody known": (lambda: issued(OTHER_CA), 2204),
    "by itself": (self_signed, 2205),
    "too late": (expired, 2209),
    "by somebody who is behind it": (lambda: issued(OTHER_CA, chain=True), 2210),
    "for another host": (lambda: issued(CA, "other.test"), 2000),
}


@pytest.fixture(scope="module")
def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    CA.configure_trust(context)
    return context


@pytest.mark.parametrize(("present", "code"), PRESENTED.values(), ids=PRESENTED)
async def test_a_certificate_that_cannot_be_trusted_is_told_by_its_code(
    present: Callable[[], ssl.SSLContext], code: int, trusting: ssl.SSLContext
) -> None:
    with serving(WHOLE, present()) as server:
        download = await downloaded(f"https://{HOST}:{server.port}/a.png", trusting)
    assert download.media.flaw is not None
    assert download.media.flaw.code == code, download.media.flaw
    assert "its certificate is refused" in download.why


async def test_a_certificate_that_is_trusted_lets_through(trusting: ssl.SSLContext) -> None:
    with serving(WHOLE, issued(CA)) as server:
        download = await downloaded(f"https://{HOST}:{server.port}/a.png", trusting)
    assert (download.media.flaw, download.media.width) == (None, 7)


async def test_by_default_the_usual_authorities_are_trusted() -> None:
    with serving(WHOLE, issued(CA)) as server:
        download = await downloaded(f"https://{HOST}:{server.port}/a.png")
    assert download.media.flaw is not None
    assert download.media.flaw.code == 2204
