"""One connection to a receiver that answers in every way that HTTP/1.1 allows, and in others."""

import socket
from asyncio import (
    StreamReader,
    StreamWriter,
    Transport,
    create_task,
    get_running_loop,
    sleep,
    start_server,
)
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.engine.callbacks import SHOWN, Reply
from emulator.engine.network.connections import HEADERS, Broken, Connection

pytestmark = pytest.mark.anyio

REQUEST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", b"{}"
WHOLE = b"".join(REQUEST)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def connected(*answers: Iterable[bytes], hang_up: bool = False) -> AsyncIterator[Connection]:
    """A connection to a receiver that sends these pieces for each request, one after another."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        for pieces in answers:
            await reader.readexactly(len(WHOLE))
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
        if not hang_up:
            await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set_result(None)

    gone = get_running_loop().create_future()
    async with await start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        _, connection = await get_running_loop().create_connection(Connection, "127.0.0.1", port)
        yield connection
        connection.close()
        await gone


async def why(connection: Connection) -> str:
    with pytest.raises(Broken) as caught:
        await connection.exchange(*REQUEST)
    return str(caught.value)


async def test_one_exchange_comes_after_another() -> None:
    async with connected(
        [OK], [b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"], [OK]
    ) as connection:
        assert await connection.exchange(*REQUEST) == Reply(200, b"ok")
        assert await connection.exchange(*REQUEST) == Reply(503)
        assert await connection.exchange(*REQUEST) == Reply(200, b"ok")
        assert connection.usable


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", Reply(204)),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
            Reply(200, b"ok"),
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, Reply(200, b"ok")),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, Reply(200, b"ok")),
    ],
    ids=["no content", "chunked", "continue", "early hints"],
)
async def test_an_answer_ends_where_it_says(answer: bytes, reply: Reply) -> None:
    async with connected([answer], [OK]) as connection:
        assert await connection.exchange(*REQUEST) == reply
        assert await connection.exchange(*REQUEST) == Reply(200, b"ok")


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", Reply(200, b"ok")),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", Reply(200, b"ok")),
        (b"HTTP/1.1 101 Go\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n", Reply(101)),
        (b"HTTP/1.1 101 Go\r\n\r\n", Reply(101)),
    ],
    ids=["close", "old", "upgrade", "upgrade to nothing"],
)
async def test_after_the_last_answer_nothing_more_is_sent(answer: bytes, reply: Reply) -> None:
    async with connected([answer]) as connection:
        assert await connection.exchange(*REQUEST) == reply
        assert not connection.usable


async def test_an_answer_that_does_not_say_where_it_ends_does_so_with_the_connection() -> None:
    async with connected(
        [b"HTTP/1.1 200 OK\r\n\r\n", b"as much", b" as comes"], hang_up=True
    ) as one:
        assert await one.exchange(*REQUEST) == Reply(200, b"as much as comes")


async def test_what_comes_after_the_beginning_of_a_body_is_not_waited_for() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * (SHOWN + 1)
    async with connected([endless]) as connection:
        assert await connection.exchange(*REQUEST) == Reply(200, b"x" * SHOWN)
        assert not connection.usable


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", "without sending an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "without sending an answer"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "without sending an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "in the middle of its answer"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
            "in the middle of its answer",
        ),
    ],
    ids=["nothing", "half a header", "only an announcement", "too short", "no last chunk"],
)
async def test_a_receiver_that_hangs_up_is_told_as_such(answer: bytes, told: str) -> None:
    async with connected([answer], hang_up=True) as connection:
        assert await why(connection) == f"it closed the connection {told}"


async def test_the_second_answer_does_not_inherit_from_the_first() -> None:
    async with connected([OK], [b""], hang_up=True) as connection:
        assert await connection.exchange(*REQUEST) == Reply(200, b"ok")
        assert await why(connection) == "it closed the connection without sending an answer"


@pytest.mark.parametrize("answer", [b"220 mail.test ESMTP\r\n", b"\x15\x03\x01\x00\x02\x02"])
async def test_what_is_no_answer_in_http_is_told_as_such(answer: bytes) -> None:
    async with connected([answer]) as connection:
        assert (await why(connection)).startswith("what it sent is not an answer in HTTP: ")
        assert not connection.usable


async def test_headers_without_an_end_are_not_waited_for() -> None:
    async with connected([b"HTTP/1.1 200 OK\r\nX: ", b"x" * HEADERS]) as connection:
        assert await why(connection) == f"the headers of its answer are longer than {HEADERS} bytes"
        assert not connection.usable


async def test_a_connection_is_quiet_until_its_receiver_closes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        _, connection = await get_running_loop().create_connection(Connection, "127.0.0.1", port)
        accepted, _ = server.accept()
        assert [connection.quiet] == [True]
        accepted.close()
        assert [connection.usable, connection.quiet] == [True, False]
        connection.close()
        await connection.gone()
        assert [connection.usable, connection.quiet] == [False, False]


async def test_a_receiver_that_talks_unasked_is_not_listened_to() -> None:
    async with connected([OK + b"HTTP/1.1 200 OK\r\n"]) as connection:
        assert await connection.exchange(*REQUEST) == Reply(200, b"ok")
        assert not connection.usable


class Deaf(Transport):
    """Takes everything and sends nothing."""

    def writelines(self, list_of_data: Iterable[object]) -> None:
        """Forget it."""

    def is_closing(self) -> bool:
        return False


ANSWER = b"HTTP/1.1 201 Yes\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n"


@settings(max_examples=30)
@given(st.sets(st.integers(1, len(ANSWER) - 1)))
async def test_however_an_answer_is_cut_into_pieces_it_is_the_same(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(ANSWER)]
    connection = Connection()
    connection.connection_made(Deaf())
    sent = create_task(connection.exchange(*REQUEST))
    await sleep(0)
    for begin, end in pairwise(edges):
        connection.data_received(ANSWER[begin:end])
    assert await sent == Reply(201, b"yes")
