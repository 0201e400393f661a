"""Sends requests over keep-alive connections as cheaply as Python can, and checks every answer."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import uvloop

from bench.errors import LoadError

CONNECTIONS = 16
# Nothing is gained by collecting more errors than these before giving up.
MOST_ERRORS = 100
# Work put off until after the answer belongs to the request as well: wait for it.
SETTLE_SECONDS = 0.1
CONNECT_TIMEOUT = 10.0
END_OF_HEAD = b"\r\n\r\n"
HEAD_UNSEEN = -1
# One tick of the clock. Only a smoke test is so short that a server seems to have used less.
LEAST_CPU_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to ask, what, and which lengths of answers are plausible."""

    host: str
    port: int
    encode: Callable[[int], bytes]
    shortest: int
    longest: int
    cpu_seconds: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run of requests cost."""

    requests: int
    seconds: float
    server_cpu: float
    client_cpu: float
    reconnects: int
    mean_bytes: float

    @property
    def cpu_per_request(self) -> float:
        return max(self.server_cpu, LEAST_CPU_SECONDS) / self.requests

    @property
    def throughput(self) -> float:
        return self.requests / self.seconds

    @property
    def client_load(self) -> float:
        """Share of the time that the load generator itself was busy; near 1 it is the brake."""
        return self.client_cpu / self.seconds


class Run:
    """A fixed number of requests, shared out among connections."""

    def __init__(self, target: Target, first: int, count: int) -> None:
        self.target = target
        self.next = first
        self.end = first + count
        self.pending = count
        self.reconnects = 0
        self.received = 0
        self.errors = 0
        self.first_error = ""
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self.loop.create_future()
        self.connections: list[Connection] = []
        self.reconnecting: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self.loop.set_exception_handler(self.handle_exception)
        for _ in range(CONNECTIONS):
            await self.connect()

    async def connect(self) -> "Connection":
        _, connection = await asyncio.wait_for(
            self.loop.create_connection(
                lambda: Connection(self), self.target.host, self.target.port
            ),
            CONNECT_TIMEOUT,
        )
        self.connections.append(connection)
        return connection

    def start(self) -> None:
        for connection in tuple(self.connections):
            connection.send_next()

    def replace(self, connection: "Connection") -> None:
        """The server closes after its answer: go on with a new connection, as clients do."""
        self.connections.remove(connection)
        connection.close()
        if self.next >= self.end:
            return
        self.reconnects += 1
        task = self.loop.create_task(self.reconnect())
        self.reconnecting.add(task)
        task.add_done_callback(self.reconnecting.discard)

    async def reconnect(self) -> None:
        try:
            connection = await self.connect()
        except (OSError, TimeoutError) as error:
            self.give_up(f"a new connection failed: {error}")
        else:
            connection.send_next()

    def answered(self) -> None:
        self.pending -= 1
        if self.pending == 0:
            self.finish()

    def finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def count_error(self, what: str) -> None:
        self.errors += 1
        self.first_error = self.first_error or what
        if self.errors >= MOST_ERRORS:
            self.finish()

    def give_up(self, what: str) -> None:
        """An error after which the connection cannot go on."""
        self.count_error(what)
        self.finish()

    def handle_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A mistake in a callback ends the run at once, where it would wait for the timeout."""
        self.give_up(f"{context['message']}: {context.get('exception')!r}")

    async def close(self) -> None:
        for task in tuple(self.reconnecting):
            task.cancel()
        for connection in self.connections:
            connection.close()
        # One turn of the loop lets the transports go before the loop does.
        await asyncio.sleep(0)


class Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    __slots__ = ("closes", "head", "missing", "run", "transport", "waiting")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.head = b""
        self.missing = HEAD_UNSEEN
        self.closes = False
        self.waiting = False
        self.transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not derive from asyncio's, though they do all the same.
        self.transport = cast("asyncio.WriteTransport", transport)

    def send_next(self) -> None:
        run = self.run
        if run.next >= run.end or run.done.done():
            return
        self.waiting = True
        self.transport.write(run.target.encode(run.next))
        run.next += 1

    def data_received(self, data: bytes) -> None:
        received = len(data)
        if self.missing == HEAD_UNSEEN:
            data = self.head + data
            end = data.find(END_OF_HEAD)
            if end < 0:
                self.head = data
                return
            self.head = b""
            self.read_head(data[:end])
            received = len(data) - end - len(END_OF_HEAD)
        self.missing -= received
        if self.missing == 0:
            self.complete()
        elif self.missing < 0:
            self.run.give_up("an answer was longer than its Content-Length")

    def read_head(self, head: bytes) -> None:
        run = self.run
        lower = head.lower()
        _, found, rest = lower.partition(b"\r\ncontent-length:")
        if not found:
            run.give_up(f"an answer that began {head[:40]!r} had no Content-Length")
            return
        length = int(rest.partition(b"\r\n")[0])
        if not head.startswith(b"HTTP/1.1 200 "):
            run.count_error(f"an answer began {head[:40]!r}")
        elif not run.target.shortest <= length <= run.target.longest:
            run.count_error(f"an answer had the implausible length of {length:,} bytes")
        run.received += length
        self.missing = length
        self.closes = b"\r\nconnection: close" in lower

    def complete(self) -> None:
        self.missing = HEAD_UNSEEN
        self.waiting = False
        self.run.answered()
        if self.closes:
            self.run.replace(self)
        else:
            self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting:
            self.run.give_up(f"a connection was closed before its answer was whole ({exc})")

    def close(self) -> None:
        self.waiting = False
        self.transport.close()


async def perform(target: Target, first: int, count: int, patience: float) -> Measurement:
    run = Run(target, first, count)
    try:
        await run.open()
        await asyncio.sleep(SETTLE_SECONDS)
        server_before = target.cpu_seconds()
        client_before = time.process_time()
        started = time.perf_counter()
        run.start()
        await asyncio.wait_for(run.done, patience)
        seconds = time.perf_counter() - started
        client_cpu = time.process_time() - client_before
        await asyncio.sleep(SETTLE_SECONDS)
        server_cpu = target.cpu_seconds() - server_before
    except TimeoutError as error:
        raise LoadError(
            f"left {run.pending:,} of {count:,} requests unanswered after {patience:.0f} seconds"
        ) from error
    except OSError as error:
        raise LoadError(f"could not be reached: {error}") from error
    finally:
        await run.close()
    if run.errors:
        raise LoadError(
            f"gave {run.errors:,} bad answers in {count - run.pending:,} "
            f"of {count:,} requests; the first: {run.first_error}"
        )
    return Measurement(
        requests=count,
        seconds=seconds,
        server_cpu=server_cpu,
        client_cpu=client_cpu,
        reconnects=run.reconnects,
        mean_bytes=run.received / count,
    )


def send(target: Target, first: int, count: int, timeout: float) -> Measurement:
    """Send `count` requests, numbered from `first`, and wait for the last answer."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(perform(target, first, count, timeout))
