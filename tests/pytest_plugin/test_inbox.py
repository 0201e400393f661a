"""The receiver of callbacks, by itself."""

from collections.abc import Iterator
from threading import Thread

import httpx
import pytest

from emulator.pytest_plugin.inbox import NEVER, Answer, Inbox, slow
from emulator.pytest_plugin.waiting import Blocked


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    made = Inbox()
    yield made
    made.close()


def post(inbox: Inbox, path: str = "/", body: bytes = b"{}", timeout: float = 20) -> httpx.Response:
    with httpx.Client(trust_env=False, verify=False, timeout=timeout) as client:
        return client.post(f"{inbox.url}{path}", content=body, headers={"X-Kind": "test"})


def test_it_records_what_arrives_in_order(inbox: Inbox) -> None:
    assert post(inbox, "/a?b=1&c=", b'{"d": 2}').status_code == 200
    post(inbox, "/e", b"no json")
    first, second = inbox
    assert (first.path, first.query, first.json()) == ("/a", {"b": "1", "c": ""}, {"d": 2})
    assert first.headers["x-kind"] == "test"
    assert (second.path, second.body, len(inbox), inbox[1]) == ("/e", b"no json", 2, second)
    with pytest.raises(ValueError, match="Expecting value"):
        second.json()
    assert repr(inbox) == f"<Inbox at {inbox.url} with 2 received>"


def test_it_answers_as_told_and_then_with_200(inbox: Inbox) -> None:
    inbox.answer(500, Answer(302, body=b"there", headers={"Location": "/x"})).answer(404)
    said = [post(inbox) for _ in range(4)]
    assert [one.status_code for one in said] == [500, 302, 404, 200]
    assert (said[1].content, said[1].headers["location"]) == (b"there", "/x")


def test_it_can_be_slow(inbox: Inbox) -> None:
    inbox.answer(slow("50ms", 503))
    answer = post(inbox)
    assert answer.status_code == 503
    assert answer.elapsed.total_seconds() >= 0.05


def test_it_can_never_answer_and_lets_go_at_the_end() -> None:
    inbox = Inbox(NEVER)
    with pytest.raises(httpx.ReadTimeout):
        post(inbox, timeout=0.05)
    inbox.answer(NEVER)
    caught: list[Exception] = []

    def held() -> None:
        try:
            post(inbox)
        except httpx.HTTPError as error:
            caught.append(error)

    thread = Thread(target=held)
    thread.start()
    assert len(inbox.wait(2)) == 2
    inbox.close()
    thread.join()
    assert isinstance(caught[0], httpx.RemoteProtocolError)


def test_wait_returns_as_soon_as_so_many_came(inbox: Inbox) -> None:
    threads = [Thread(target=post, args=(inbox, f"/{number}")) for number in range(3)]
    for thread in threads:
        thread.start()
    assert {one.path for one in inbox.wait(3)} == {"/0", "/1", "/2"}
    for thread in threads:
        thread.join()


def test_wait_fails_with_what_came_and_what_is_to_come() -> None:
    inbox = Inbox(outlook=lambda: "and more is due")
    try:
        post(inbox, "/one")
        with pytest.raises(AssertionError) as caught:
            inbox.wait(2, timeout=0)
    finally:
        inbox.close()
    told = f"1 of 2 callbacks came to {inbox.url} within 0 s\n  /one\nand more is due"
    assert str(caught.value) == told


@pytest.mark.anyio
async def test_inside_an_event_loop_it_is_awaited(inbox: Inbox) -> None:
    with pytest.raises(Blocked, match=r"Use `await inbox\.aio\.wait\(\.\.\.\)`\."):
        inbox.wait()
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        await client.post(inbox.url, content=b"")
    [received] = await inbox.aio.wait()
    assert received.body == b""


def test_a_sender_that_hangs_up_is_no_trouble(inbox: Inbox) -> None:
    import socket

    inbox.answer(slow("20ms"))
    host, port = inbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as sender:
        sender.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
    assert post(inbox).status_code == 200
