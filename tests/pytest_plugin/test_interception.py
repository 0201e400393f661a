"""Calls to Hive's own hosts that come to the emulator, by unmodified clients."""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests
import uvloop

from emulator import run
from emulator.pytest_plugin import Hive
from emulator.pytest_plugin.detour import ADDRESS, name_of
from emulator.pytest_plugin.gateway import addressed
from emulator.server.authority import Authority
from tests.pytest_plugin.calls import classes
from tests.support.pictures import png

TASK = "https://api.thehive.ai/api/v2/task/sync"
DASHBOARD = "https://api.hivemoderation.com/api/v1/task/sync"
KEY = {"Authorization": "Token text-key"}
FOOL = {"text_data": "you fool"}


def by_requests() -> object:
    return requests.post(TASK, data=FOOL, headers=KEY, timeout=20).json()


def by_httpx() -> object:
    return httpx.post(TASK, data=FOOL, headers=KEY).json()


async def async_httpx() -> object:
    async with httpx.AsyncClient() as client:
        return (await client.post(TASK, data=FOOL, headers=KEY)).json()


async def with_aiohttp() -> object:
    async with (
        aiohttp.ClientSession() as session,
        session.post(TASK, data=FOOL, headers=KEY) as answer,
    ):
        return await answer.json()


def by_urllib() -> object:
    request = urllib.request.Request(TASK, b"text_data=you+fool", KEY)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


CLIENTS: dict[str, Callable[[], object]] = {
    "requests": by_requests,
    "httpx": by_httpx,
    "httpx, asynchronous": lambda: asyncio.run(async_httpx()),
    "httpx on uvloop": lambda: uvloop.run(async_httpx()),
    "aiohttp": lambda: asyncio.run(with_aiohttp()),
    "urllib": by_urllib,
}


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_a_client_of_any_sort_comes_to_the_sandbox(
    hive: Hive, client: Callable[[], object]
) -> None:
    hive.text("you fool", bullying=2)
    with hive.intercept():
        assert classes(client())["bullying"] == 2
    hive.assert_requested(path="/api/v2/task/sync", project="text", count=1)


@pytest.mark.anyio
async def test_it_works_within_an_event_loop(hive: Hive) -> None:
    with hive.intercept():
        await async_httpx()
        await with_aiohttp()
    hive.assert_requested(text="you fool", count=2)


def test_clients_that_were_made_before_come_there_too(hive: Hive) -> None:
    with requests.Session() as session, httpx.Client() as client, hive.intercept():
        for _ in range(2):
            assert session.post(TASK, data=FOOL, headers=KEY).status_code == 200
            assert client.post(TASK, data=FOOL, headers=KEY).status_code == 200
    hive.assert_requested(count=4)


def test_the_host_decides_the_contract(hive: Hive) -> None:
    posted = {"patron_id": "ann", "post_id": "p1", "text_data": "Buy my snake oil!"}
    with hive.intercept():
        key = {"Authorization": "Token dashboard-key"}
        answer = requests.post(DASHBOARD, data=posted, headers=key, timeout=20).json()
        plain = requests.post(TASK.replace("https", "http"), data=FOOL, headers=KEY, timeout=20)
    assert answer["triggered_rules"][0]["rule_name"] == "Post has text in Deny List"
    assert plain.status_code == 200
    assert [post.id for post in hive.posts()] == ["p1"]


def test_who_does_not_verify_comes_there_all_the_same(hive: Hive) -> None:
    with hive.intercept(), httpx.Client(verify=False) as client:
        client.post(TASK, data=FOOL, headers=KEY)
    hive.assert_requested(count=1)


def test_an_upload_is_passed_on_whole(hive: Hive) -> None:
    body = png(2, 2) + os.urandom(300_000)
    key = {"Authorization": "Token visual-key"}
    with hive.intercept():
        requests.post(TASK, files={"media": ("a.jpg", body)}, headers=key, timeout=20)
    sent = hive.requests()[-1].submission
    assert sent is not None
    assert sent.size == len(body)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("disconnect", "Server disconnected"),
        ("truncated", "peer closed connection without sending complete message body"),
    ],
)
def test_broken_answers_arrive_broken(hive: Hive, fault: str, error: str) -> None:
    hive.fault(fault)
    with hive.intercept(), pytest.raises(httpx.RemoteProtocolError, match=error):
        by_httpx()


def test_a_client_that_gives_up_is_let_go(hive: Hive) -> None:
    hive.fault("hang")
    with hive.intercept(), pytest.raises(httpx.ReadTimeout):
        httpx.post(TASK, data=FOOL, headers=KEY, timeout=0.05)


def test_everything_is_as_before_when_it_is_over(hive: Hive) -> None:
    def state() -> list[object]:
        return [
            *(vars(socket)[name] for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")),
            *(vars(socket.socket).get(name) for name in ("connect", "connect_ex")),
            *(vars(ssl.SSLContext).get(name) for name in ("wrap_socket", "wrap_bio")),
            *(vars(uvloop.Loop).get(name) for name in ("getaddrinfo", "create_connection")),
            *(os.environ.get(name) for name in ("no_proxy", "NO_PROXY")),
        ]

    before, threads = state(), threading.active_count()
    with hive.intercept():
        assert all(now is not then for now, then in zip(state(), before, strict=True))
        with hive.intercept():
            by_httpx()
        assert state() != before
        by_httpx()
    assert state() == before
    assert threading.active_count() == threads


def test_only_one_sandbox_has_it_at_a_time(hive: Hive) -> None:
    other = Hive(hive.url.partition("/s/")[0], "other", None, strict=False)
    told = f"to the sandbox '{hive.sandbox}'"
    with hive.intercept(), pytest.raises(RuntimeError, match=told), other.intercept():
        pass


def test_names_are_found_by_every_function_that_finds_them(hive: Hive) -> None:
    with hive.intercept():
        assert socket.gethostbyname("API.thehive.ai.") == ADDRESS
        assert socket.gethostbyname_ex("api.hivemoderation.com")[2] == [ADDRESS]
        assert socket.getaddrinfo(b"api.thehive.ai", 443)[0][4] == (ADDRESS, 443)
        assert socket.gethostbyname("localhost") == "127.0.0.1"
        with socket.create_connection(("api.thehive.ai", 443)) as plain:
            trusting = ssl.create_default_context()
            with trusting.wrap_socket(plain, server_hostname="api.thehive.ai") as secure:
                secure.sendall(b"GET /readyz HTTP/1.1\r\nHost: api.thehive.ai\r\n\r\n")
                assert secure.recv(100).startswith(b"HTTP/1.1 ")
        with socket.socket() as direct:
            assert direct.connect_ex(("api.thehive.ai", 443)) == 0


def test_uvloop_finds_them_too(hive: Hive) -> None:
    async def ask() -> None:
        loop = asyncio.get_running_loop()
        assert (await loop.getaddrinfo("api.thehive.ai", 443))[0][4] == (ADDRESS, 443)
        reader, writer = await asyncio.open_connection("api.thehive.ai", 443, ssl=True)
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: api.thehive.ai\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 ")
        writer.close()
        await writer.wait_closed()

    with hive.intercept():
        uvloop.run(ask())


@pytest.mark.parametrize(
    ("host", "name"),
    [("API.TheHive.ai.", "api.thehive.ai"), (b"a.B", "a.b"), (None, ""), (7, "")],
)
def test_names_are_compared_without_case(host: object, name: str) -> None:
    assert name_of(host) == name


# What would have reached Hive itself


def failure(hive: Hive, call: Callable[[], object]) -> str:
    """How a test fails that makes such a call and does not mind its error."""

    def survive() -> None:
        with pytest.raises((OSError, httpx.HTTPError)):
            call()

    with pytest.raises(pytest.fail.Exception) as caught, hive.intercept():
        survive()
    return str(caught.value)


def test_another_host_of_hives_is_not_called(hive: Hive) -> None:
    told = failure(hive, lambda: requests.get("https://docs.thehive.ai/", timeout=5))
    assert told.startswith("within hive.intercept() Hive itself would have been called:\n")
    assert "docs.thehive.ai: only api.thehive.ai and api.hivemoderation.com are emulated" in told


def test_an_error_of_the_test_itself_is_told_with_it(hive: Hive) -> None:
    told = r"thehive\.ai is Hive's, and is not emulated"
    with pytest.raises(OSError, match=told) as caught, hive.intercept():
        socket.create_connection(("thehive.ai", 443))
    assert "Hive itself would have been called" in caught.value.__notes__[0]
    with pytest.raises(ZeroDivisionError) as other, hive.intercept():
        raise ZeroDivisionError
    assert not hasattr(other.value, "__notes__")


@contextmanager
def somebody_else() -> Iterator[int]:
    """A server in Hive's name that has not our certificate, as Hive itself has not."""
    context = Authority().serving()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            caller, _ = listening.accept()
            try:
                with context.wrap_socket(caller, server_side=True) as secure:
                    secure.recv(1)
            except OSError:
                caller.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_a_connection_that_came_there_unseen_ends_before_a_word_was_said(hive: Hive) -> None:
    def by_socket() -> None:
        with socket.create_connection(("127.0.0.1", port)) as plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname="api.thehive.ai")

    async def by_loop() -> None:
        await asyncio.open_connection("127.0.0.1", port, ssl=True, server_hostname="api.thehive.ai")

    for call in (by_socket, lambda: asyncio.run(by_loop())):
        with somebody_else() as port:
            told = failure(hive, call)
        assert "api.thehive.ai: somebody else answered in its name" in told


def test_a_proxy_is_gone_round(hive: Hive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "somewhere.test")
    with hive.intercept():
        assert os.environ["no_proxy"].startswith("somewhere.test,api.thehive.ai,")
        by_requests()
        by_httpx()
        by_urllib()
    assert os.environ["NO_PROXY"] == "somewhere.test"
    hive.assert_requested(count=3)


def test_without_the_extra_it_says_how_to_have_it(tmp_path: Path) -> None:
    (tmp_path / "trustme.py").write_text("raise ModuleNotFoundError('trustme')")
    (tmp_path / "test_it.py").write_text("def test_it(hive):\n    with hive.intercept(): pass\n")
    kept = {name: one for name, one in os.environ.items() if "HIVE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "hive_emulator_pytest", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(tmp_path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout
    assert "hive.intercept() cannot begin: making certificates needs trustme" in done.stdout
    assert "pip install 'hive-emulator[certificate]'" in done.stdout


# The gateway


def test_only_the_head_of_a_call_is_changed() -> None:
    head = b"POST /a?b=1 HTTP/1.1\r\nHost: x\r\nconnection: keep-alive\r\nX: y\r\n\r\n"
    assert addressed(head, b"/s/z") == (
        b"POST /s/z/a?b=1 HTTP/1.1\r\nHost: x\r\nX: y\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"x" * 100_000])
def test_what_is_no_call_is_closed(hive: Hive, said: bytes) -> None:
    with hive.intercept(), socket.create_connection(("api.thehive.ai", 80)) as caller:
        try:
            caller.sendall(said)
            caller.shutdown(socket.SHUT_WR)
            assert caller.recv(1) == b""
        except ConnectionError:
            assert len(said) > 1000


def test_an_emulator_that_speaks_https_is_reached_too(
    tmp_path: Path, hive: Hive, certificate: tuple[Path, Path]
) -> None:
    cert, key = certificate
    with run(port=0, tls_cert=cert, tls_key=key) as server:
        there = Hive(server.url, "there", None, strict=False)
        with there.intercept():
            by_httpx()
        there.assert_requested(count=1)


def test_an_emulator_that_is_gone_closes_the_connection() -> None:
    gone = Hive("http://127.0.0.1:9", "gone", None, strict=False)
    with gone.intercept(), pytest.raises(httpx.RemoteProtocolError):
        by_httpx()
