"""Policies behind HTTP, over real sockets."""

import json
import socket
from collections.abc import Mapping
from threading import Barrier, Event, Thread

import pytest

from emulator.lab import exchange
from emulator.lab.asking import LabError, Outcome, Question
from emulator.lab.endpoint import AT_ONCE, EndpointAsker
from emulator.lab.mapping import map_policy
from emulator.lab.setup import make_setup
from emulator.lab.trial import Trial
from tests.lab.deciding import from_nine_tenths
from tests.lab.serving import Reply, as_json, serving
from tests.lab.trying import rows


def judge(path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    return as_json({"result": {"decision": from_nine_tenths(json.loads(body))}})


def test_a_map_is_made_of_the_decisions_of_a_server() -> None:
    with serving(judge) as server:
        asker = EndpointAsker(f"{server.url}/judge?a=b", "/result/decision")
        found = map_policy(Trial(asker, make_setup("visual", only=["nsfw"])), steps=5)
    [row] = rows(found).values()
    assert (row.axis.name, row.changes[0].threshold) == ("general_nsfw", 0.9)
    assert found.findings == []
    assert {path for path, _ in server.calls} == {"/judge?a=b"}


def test_calls_go_out_at_once_but_not_more_than_so_many() -> None:
    together = Barrier(AT_ONCE)

    def wait(path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        together.wait(20)
        return as_json("ok")

    questions = [Question("", lambda: b"{}")] * (AT_ONCE * 3)
    with serving(wait) as server:
        outcomes = EndpointAsker(server.url, patience=20).ask(questions)
    assert outcomes == [Outcome('"ok"')] * (AT_ONCE * 3)
    assert server.at_once == AT_ONCE


def ask(reply: Reply, decision: str = "/decision") -> Outcome:
    with serving(lambda *_: reply) as server:
        [outcome] = EndpointAsker(server.url, decision).ask([Question("", lambda: b"{}")])
    return outcome


REPLIES = {
    "a decision": (as_json({"decision": "a"}), "/decision", '"a"'),
    "the whole reply": (as_json(["a"]), "", '["a"]'),
    "a refusal with a decision": (as_json({"decision": "a"}, 422), "/decision", '"a"'),
    "the status": ((403, b"no"), "status", "403"),
    "no JSON": ((200, b"<p>ok"), "/decision", "unreadable: the reply is no JSON"),
    "nothing there": (
        as_json({"verdict": 1}),
        "/decision",
        "unreadable: nothing stands at '/decision': in the reply is an object with 'verdict'",
    ),
    "a broken server": (as_json({"decision": "a"}, 500), "/decision", "raises: HTTP 500"),
    "a refusal": ((404, b"not here"), "/decision", "raises: HTTP 404"),
}


@pytest.mark.parametrize(("reply", "decision", "token"), REPLIES.values(), ids=REPLIES)
def test_a_reply_is_read_or_told(reply: Reply, decision: str, token: str) -> None:
    assert ask(reply, decision).token == token


def test_what_a_broken_server_said_is_kept() -> None:
    trouble = ask((500, b"Traceback: KeyError")).trouble
    assert trouble is not None
    assert trouble.details == "Traceback: KeyError"


def test_a_reply_that_is_too_large_is_no_decision() -> None:
    outcome = ask((200, b'"' + b"a" * exchange.LARGEST + b'"'), "")
    assert outcome.token == "no answer: the reply is larger than 4 MiB"


def test_a_server_that_does_not_answer_in_time_is_late() -> None:
    never = Event()

    def hang(path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        never.wait(20)
        raise ConnectionError

    with serving(hang) as server:
        [outcome] = EndpointAsker(server.url, patience=0.05).ask([Question("", lambda: b"{}")])
        never.set()
    assert outcome.token == "times out: no answer within 0.05 s"


def raw(answers: list[bytes], *, close: bool = True) -> tuple[str, Thread]:
    """A server that gives each connection these bytes and then goes."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def serve() -> None:
        with listening:
            for answer in answers:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{port}/", thread


OK = b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"a"'
QUESTIONS = [Question("", lambda: b"{}")] * 2


def test_a_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    url, thread = raw([OK, OK])
    outcomes = EndpointAsker(url, at_once=1).ask(QUESTIONS)
    thread.join(20)
    assert outcomes == [Outcome('"a"')] * 2


def test_a_server_that_wants_to_close_is_called_anew() -> None:
    url, thread = raw([OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")] * 2)
    assert EndpointAsker(url, at_once=1).ask(QUESTIONS) == [Outcome('"a"')] * 2
    thread.join(20)


def test_what_is_not_http_is_no_answer() -> None:
    url, thread = raw([b"SSH-2.0-OpenSSH_9\r\n"])
    [outcome] = EndpointAsker(url).ask(QUESTIONS[:1])
    thread.join(20)
    assert outcome.token.startswith("no answer: 127.0.0.1:")


def test_a_reply_that_trickles_is_late_too() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    gone = Event()

    def serve() -> None:
        with listening:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                try:
                    while not gone.wait(0.02):
                        connection.sendall(b"a")
                except OSError:
                    pass

    thread = Thread(target=serve)
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    [outcome] = EndpointAsker(url, patience=0.1).ask(QUESTIONS[:1])
    gone.set()
    thread.join(20)
    assert outcome.token.startswith("times out: ")


def test_one_that_hangs_does_not_keep_a_kept_connection() -> None:
    calls = 0
    release = Event()

    def second_hangs(path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        nonlocal calls
        calls += 1
        if calls == 2:
            release.wait(20)
            raise ConnectionError
        return as_json("a")

    with serving(second_hangs) as server:
        first, second = EndpointAsker(server.url, patience=0.1, at_once=1).ask(QUESTIONS)
        release.set()
    assert first.token == '"a"'
    assert second.token == "times out: no answer within 0.1 s"


def test_nobody_there_is_told_before_anything_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    setup = make_setup("visual")
    with pytest.raises(LabError, match=f"nobody listens at 127.0.0.1:{port}"):
        map_policy(Trial(EndpointAsker(f"http://127.0.0.1:{port}/"), setup))
    with pytest.raises(LabError, match=r"there is no host 'nowhere\.invalid'"):
        map_policy(Trial(EndpointAsker("http://nowhere.invalid/"), setup))


@pytest.mark.parametrize("url", ["ftp://a/b", "http://", "decide", "http://a:b/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(LabError, match="is no address to ask"):
        EndpointAsker(url)


def test_https_is_spoken_and_checked() -> None:
    with serving(judge) as server:
        url = server.url.replace("http:", "https:")
        [outcome] = EndpointAsker(url, patience=20).ask(QUESTIONS[:1])
    assert outcome.token.startswith("no answer: ")
