"""The client of the control API, against real servers."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import httpx
import pytest

from emulator import run
from emulator.client import Client, Event, NoAnswer, Refused
from tests.cli.processes import WITHIN, free_port
from tests.support.receiver import Receiver

ANY = {"authorization": "Token any-key"}


def submit(client: httpx.Client, text: str) -> None:
    client.post("/api/v2/task/sync", headers=ANY, data={"text_data": text}).raise_for_status()


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that says the same to everybody, and hangs up; what is given is its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(WITHIN)

        def serve() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_it_asks_and_tells(client: httpx.Client) -> None:
    asking = Client(str(client.base_url))
    submit(client, "one")
    submit(client, "two")
    found = asking.get("tasks", limit=1, state=None)
    assert found["total"] == 2
    assert found["items"][0]["submission"]["text_data"] == "two"
    assert asking.post("clock", "advance", body={"by": "1s"})["delivered"] == 0


def test_the_sandbox_is_that_of_the_path_or_the_one_that_is_named(server_url: str) -> None:
    assert Client(server_url).sandbox == "default"
    assert Client(f"{server_url}/s/a1/").sandbox == "a1"
    assert Client(f"{server_url}/s/a1/task-api").sandbox == "a1"
    assert Client(server_url, "a2").sandbox == "a2"
    for client, name in (
        (Client(f"{server_url}/s/named-by-path/"), "named-by-path"),
        (Client(server_url, "named-by-option"), "named-by-option"),
    ):
        assert client.post("reset")["name"] == name


def test_what_the_server_refuses_comes_with_its_status_and_its_words(server_url: str) -> None:
    with pytest.raises(Refused, match=r"^There is no task 'none' in the sandbox") as refused:
        Client(server_url, "empty").get("tasks", "none")
    assert refused.value.status == 404
    with pytest.raises(Refused, match="names the sandbox 'a' and"):
        Client(f"{server_url}/s/a", "b").get("tasks")


def test_an_id_is_no_path(server_url: str) -> None:
    with pytest.raises(Refused) as refused:
        Client(server_url).get("tasks", "x?sandbox=other#&ü ")
    assert "There is no task 'x?sandbox=other#&ü ' in the sandbox 'default'" in str(refused.value)


def test_a_server_with_a_token_wants_it() -> None:
    with run(port=0, admin_token="s3cret") as server:
        for wrong in (None, "other"):
            with pytest.raises(Refused) as refused:
                Client(server.url, token=wrong).get("tasks")
            assert refused.value.status == 401
        assert Client(server.url, token="s3cret").get("tasks")["total"] == 0
        with pytest.raises(Refused), Client(server.url).follow():
            pass


def test_a_certificate_need_not_be_trusted(certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    with run(port=0, tls_cert=cert, tls_key=key) as server:
        assert Client(server.url).get("tasks")["total"] == 0


def test_a_server_that_is_not_there_is_told_with_what_would_help() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(NoAnswer) as told:
        Client(url).get("tasks")
    assert str(told.value).startswith(f"{url} does not answer: ")
    assert "`hive-emulator`" in str(told.value)
    assert "--url" in str(told.value)


def test_a_name_that_is_none_is_told_as_a_server_that_is_not_there() -> None:
    with pytest.raises(NoAnswer, match=r"^http://a\.\.b does not answer: "):
        Client("http://a..b").get("tasks")


def test_another_server_is_told_as_such(receiver: Receiver) -> None:
    with pytest.raises(NoAnswer, match="answers 501 to /_emulator/tasks, and not as hive-emulator"):
        Client(receiver.url).get("tasks")


ANSWERS = {
    "no JSON": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "answers 200 to"),
    "no text": (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff", "answers 200 to"),
    "JSON of another": (b"HTTP/1.1 404 No\r\nContent-Length: 7\r\n\r\n[1,2,3]", "answers 404 to"),
    "half an answer": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", "does not answer: "),
    "no HTTP": (b"220 mail.test ESMTP\r\n", "does not answer: "),
}


@pytest.mark.parametrize(("answer", "told"), ANSWERS.values(), ids=ANSWERS)
def test_what_makes_no_sense_is_told_as_no_answer(answer: bytes, told: str) -> None:
    with answering(answer) as url, pytest.raises(NoAnswer, match=f"^{url} {told}"):
        Client(url).get("tasks")


def test_a_server_that_says_nothing_is_waited_for_as_long_as_was_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NoAnswer, match="does not answer: timed out"):
            Client(url).post("reset", within=0.05)


def test_events_are_told_as_they_happen(client: httpx.Client) -> None:
    submit(client, "before")
    with Client(str(client.base_url)).follow(since=0) as events:
        calls = (event for event in events if event.name == "request")
        assert next(calls).data["submission"]["text_data"] == "before"
        submit(client, "now")
        assert [next(events).name for _ in range(2)] == ["prediction", "task"]
        event = next(events)
        assert (event.name, event.data["submission"]["text_data"]) == ("request", "now")
        client.post("/_emulator/reset").raise_for_status()
        assert next(events) == Event("reset", {})


def test_events_end_when_the_server_stops() -> None:
    with ExitStack() as stack:
        with run(port=0) as server:
            asking = Client(server.url)
            events = stack.enter_context(asking.follow(since=0))
            asking.post("clock", "advance", body={"by": "1s"})
            assert next(events).data["about"] == "passed"
        assert list(events) == []


STREAMS: dict[str, tuple[bytes, list[Event]]] = {
    "comments and fields of no use": (
        b": hello\n\nid: 7\nretry: 1\nevent: a\ndata: 1\n\n",
        [Event("a", 1)],
    ),
    "an event without data": (b"event: a\n\ndata: 1\n\n", [Event("", 1)]),
    "lines that end as elsewhere": (b"event: a\r\ndata: 1\r\n\r\n", [Event("a", 1)]),
    "data of several lines": (b"event: a\ndata: [1,\ndata: 2]\n\n", [Event("a", [1, 2])]),
    "what does not come to its end": (b"event: a\ndata: 1\n\nevent: b\ndata: 2\n", [Event("a", 1)]),
}


@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_a_stream_is_read_as_the_standard_says(stream: bytes, events: list[Event]) -> None:
    with answering(b"HTTP/1.1 200 OK\r\n\r\n" + stream) as url, Client(url).follow() as told:
        assert list(told) == events


def test_a_stream_that_breaks_off_ends() -> None:
    chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nevent: a\ndata: 1\n\n"
    with answering(chunk) as url, Client(url).follow() as told:
        assert list(told) == [Event("a", 1)]
