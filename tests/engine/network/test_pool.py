"""Connections that are kept for the next callback."""

from asyncio import StreamReader, StreamWriter, get_running_loop, run, start_server
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from emulator.engine.network.connections import Connection
from emulator.engine.network.pool import Pool
from tests.engine.network.test_connections import Deaf

pytestmark = pytest.mark.anyio

FOR_EVER = 3600.0


class Place:
    """A receiver that says nothing; `open` counts who is connected to it."""

    def __init__(self) -> None:
        self.port = 0
        self.open = 0
        self.left = get_running_loop().create_future()

    async def connect(self) -> Connection:
        loop = get_running_loop()
        return (await loop.create_connection(Connection, "127.0.0.1", self.port))[1]

    async def hold(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.open += 1
        await reader.read()
        writer.close()
        self.open -= 1
        if not self.open and not self.left.done():
            self.left.set_result(None)


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    made = Place()
    async with await start_server(made.hold, "127.0.0.1", 0) as server:
        made.port = server.sockets[0].getsockname()[1]
        yield made
        await made.left


async def test_what_was_given_last_is_taken_first() -> None:
    pool = Pool(FOR_EVER)
    async with place() as there:
        first, second = await there.connect(), await there.connect()
        pool.give("there", first)
        pool.give("there", second)
        assert [pool.take("there"), pool.take("there"), pool.take("there")] == [second, first, None]
        first.close()
        second.close()


async def test_a_connection_leads_where_it_leads() -> None:
    pool = Pool(FOR_EVER)
    async with place() as there:
        pool.give("there", await there.connect())
        assert pool.take("elsewhere") is None
        await pool.close()


async def test_what_is_closed_is_not_kept() -> None:
    pool = Pool(FOR_EVER)
    async with place() as there:
        connection = await there.connect()
        connection.close()
        pool.give("there", connection)
        assert pool.take("there") is None


async def test_what_was_closed_while_it_was_kept_is_not_handed_out() -> None:
    pool = Pool(FOR_EVER)
    async with place() as there:
        connection = await there.connect()
        pool.give("there", connection)
        connection.close()
        assert pool.take("there") is None


async def test_what_is_too_old_is_not_handed_out() -> None:
    pool = Pool(kept=0)
    async with place() as there:
        connection = await there.connect()
        pool.give("there", connection)
        assert pool.take("there") is None
        assert not connection.usable


async def test_what_nobody_asks_for_is_closed() -> None:
    pool = Pool(kept=0.01)
    async with place() as there:
        for _ in range(2):
            pool.give("there", await there.connect())
        await there.left
        assert pool.take("there") is None


async def test_only_what_was_given_before_a_moment_is_swept_away() -> None:
    pool = Pool(FOR_EVER)
    async with place() as there:
        early, late = await there.connect(), await there.connect()
        pool.give("there", early)
        moment = get_running_loop().time()
        pool.give("there", late)
        pool.sweep(moment)
        assert not early.usable
        assert pool.take("there") is late
        late.close()


async def test_one_too_many_is_closed() -> None:
    pool = Pool(FOR_EVER, most=1)
    async with place() as there:
        first, second = await there.connect(), await there.connect()
        pool.give("there", first)
        pool.give("there", second)
        assert (first.usable, second.usable) == (True, False)
        assert pool.take("there") is first
        pool.give("there", first)
        assert first.usable
        await pool.close()


async def test_closing_closes_all() -> None:
    pool = Pool(FOR_EVER)
    async with place() as there:
        for origin in ("there", "there", "as well"):
            pool.give(origin, await there.connect())
        await pool.close()
        await there.left


def test_connections_of_an_event_loop_that_has_ended_are_forgotten() -> None:
    pool = Pool(FOR_EVER)
    assert run(_give(pool)).usable
    assert run(_take(pool)) is None


async def _give(pool: Pool) -> Connection:
    connection = Connection()
    connection.connection_made(Deaf())
    pool.give("there", connection)
    return connection


async def _take(pool: Pool) -> Connection | None:
    return pool.take("there")
