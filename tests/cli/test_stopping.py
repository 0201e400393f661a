"""Stopping under load: whoever waits is told at once, and what will not happen is said."""

import json
import signal
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.processes import Serving, serving, stop

DATA = {"text_data": "hello"}


def key(suffix: str = "") -> dict[str, str]:
    return {"authorization": f"Token text-key{suffix}"}


def submit(url: str, suffix: str, path: str = "sync", **fields: str) -> httpx.Response:
    return httpx.post(
        f"{url}/api/v2/task/{path}", data=DATA | fields, headers=key(suffix), timeout=15
    )


def hang(url: str) -> str:
    with pytest.raises(httpx.RemoteProtocolError) as raised:
        submit(url, "~~hang")
    return str(raised.value)


def seen(url: str, count: int) -> None:
    """Wait until so many calls have come to the server."""
    body = {"tasks": {"at_least": count}, "timeout": "10s"}
    httpx.post(f"{url}/_emulator/wait", json=body, timeout=15).raise_for_status()


def stopped(
    served: Serving, *calls: Callable[[], Any], tasks: int = 0
) -> tuple[list[Any], int, str]:
    """What calls in flight came to when the server was stopped; its exit code, and its log."""
    with ThreadPoolExecutor(len(calls)) as pool:
        flying: list[Future[Any]] = [pool.submit(call) for call in calls]
        if tasks:
            seen(served.url, tasks)
        code, _, log = stop(served, signal.SIGTERM)
        return [one.result() for one in flying], code, log


def test_a_call_that_waits_for_its_result_is_told_that_none_comes(tmp_path: Path) -> None:
    with serving(["serve", "--port", "0", "--latency", "1h"], tmp_path) as served:
        [answer], code, log = stopped(served, lambda: submit(served.url, ""), tasks=1)
    assert (answer.status_code, answer.json()["message"]) == (503, "The emulator was told to stop.")
    assert code == 0
    assert "1 task(s) not finished" in log


def test_a_slow_answer_is_given_at_once(tmp_path: Path) -> None:
    with serving(["serve", "--port", "0"], tmp_path) as served:
        [answer], code, _ = stopped(served, lambda: submit(served.url, "~~slow"), tasks=1)
    assert answer.status_code == 200
    assert answer.json()["status"][0]["status"]["message"] == "SUCCESS"
    assert code == 0


def test_what_hangs_or_watches_is_let_go(tmp_path: Path) -> None:
    with serving(["serve", "--port", "0"], tmp_path) as served:
        url = served.url
        with httpx.stream("GET", f"{url}/_emulator/events", timeout=15) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith(":")
            with ThreadPoolExecutor(1) as pool:
                hanging = pool.submit(hang, url)
                assert any(line.startswith("data:") and "hang" in line for line in lines)
                code, _, _ = stop(served, signal.SIGTERM)
                assert "without sending a response" in hanging.result()
            assert all("Traceback" not in line for line in lines), "the stream ends by itself"
    assert code == 0


def test_callbacks_that_will_not_be_sent_are_named(tmp_path: Path) -> None:
    with serving(["serve", "--port", "0", "--scenario", "callback-late"], tmp_path) as served:
        for sandbox in ("~one", "~two", "~two"):
            submit(served.url, sandbox, "async", callback_url="http://127.0.0.1:9/x")
        body = {"callbacks": {"state": "scheduled", "count": 2}, "timeout": "10s"}
        waited = httpx.post(f"{served.url}/_emulator/wait?sandbox=two", json=body, timeout=15)
        assert waited.status_code == 200, waited.text
        code, _, log = stop(served, signal.SIGTERM)
    assert code == 0
    assert "the sandbox 'two' ends with 2 callback(s) not sent yet" in log
    assert "the sandbox 'one' ends with 1 callback(s) not sent yet" in log


def test_under_load_every_call_is_answered_or_refused_and_none_is_cut(tmp_path: Path) -> None:
    with serving(["serve", "--port", "0"], tmp_path) as served:

        def load() -> set[int]:
            statuses: set[int] = set()
            with httpx.Client(base_url=served.url, headers=key(), timeout=15) as client:
                while True:
                    try:
                        answer = client.post("/api/v2/task/sync", data=DATA)
                    except httpx.TransportError:
                        # The server is gone, or has closed the connection between two calls.
                        return statuses
                    json.loads(answer.content)
                    statuses.add(answer.status_code)

        results, code, _ = stopped(served, *([load] * 4), tasks=200)
    assert results == [{200}] * 4
    assert code == 0


@pytest.mark.parametrize("scenario", ["disconnect", "truncated", "hang", "slow"])
def test_a_client_that_sends_two_calls_at_once_and_leaves_holds_nothing_up(
    scenario: str, tmp_path: Path
) -> None:
    with serving(["serve", "--port", "0", "--scenario", scenario], tmp_path) as served:
        host, _, port = served.url.removeprefix("http://").partition(":")
        call = (
            "POST /api/v2/task/sync HTTP/1.1\r\nhost: x\r\nauthorization: Token text-key\r\n"
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: 11\r\n\r\n"
            "text_data=a"
        )
        with socket.create_connection((host, int(port))) as client:
            client.sendall(call.encode() * 2)
            submit(served.url, "~other~calm")
        code, _, log = stop(served, signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in log
    assert "timeout" not in log


def test_who_follows_and_does_not_read_holds_nothing_up(tmp_path: Path) -> None:
    with serving(["serve", "--port", "0"], tmp_path) as served:
        host, _, port = served.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(b"GET /_emulator/events HTTP/1.1\r\nhost: localhost\r\n\r\n")
            assert client.recv(16)
            with httpx.Client(base_url=served.url, headers=key(), verify=False) as other:
                for _ in range(900):
                    other.post("/api/v2/task/sync", data={"text_data": "x" * 1000})
            code, _, log = stop(served, signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in log
