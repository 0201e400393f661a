"""A receiver of callbacks: it records what arrives, and answers as it is told."""

import json
from asyncio import to_thread
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from emulator.core.duration import parse_duration
from emulator.pytest_plugin.waiting import refuse_to_block

_PATIENCE = 60.0
"""How long a sender may be silent in the middle of its request, in seconds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a callback is answered with, after `delay` seconds; None for ever.

    "For ever" is until the test is over; the emulator gives up after the `timeout` of the scenario.
    """

    status: int = 200
    delay: float | None = 0.0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


NEVER = Answer(delay=None)
"""No answer: the connection is held."""


def slow(delay: object, status: int = 200) -> Answer:
    """That status, but so late: "3s", or seconds. This is real time, on every clock."""
    return Answer(status, delay=parse_duration(delay).total_seconds())


@dataclass(frozen=True, slots=True)
class Received:
    """A callback as it came: `path` without the query, names of headers in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body read as JSON; `ValueError` where it is none."""
        return json.loads(self.body)


class Inbox:
    """A receiver at `url`, where every path is taken; `received` is what came, in order.

    It is answered with 200 unless `answer` was told otherwise.
    """

    def __init__(
        self,
        *answers: Answer | int,
        outlook: Callable[[], str] = str,
    ) -> None:
        self.received: list[Received] = []
        self.aio = _Awaited(self)
        self._answers: deque[Answer] = deque()
        self._outlook = outlook
        self._came = Condition()
        self._over = Event()
        self.answer(*answers)
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, name="hive-inbox"
        )
        self._thread.start()

    def __len__(self) -> int:
        return len(self.received)

    def __iter__(self) -> Iterator[Received]:
        return iter(list(self.received))

    def __getitem__(self, at: int) -> Received:
        return self.received[at]

    def __repr__(self) -> str:
        return f"<Inbox at {self.url} with {len(self)} received>"

    def answer(self, *answers: Answer | int) -> "Inbox":
        """Answer the next callbacks so, one after the other, and then again with 200."""
        self._answers.extend(one if isinstance(one, Answer) else Answer(one) for one in answers)
        return self

    def wait(self, count: int = 1, *, timeout: float = 10.0) -> list[Received]:
        """What came, as soon as there are so many; the test fails when they do not come.

        `timeout` is in seconds of real time.
        """
        __tracebackhide__ = True
        refuse_to_block("inbox.wait", "inbox.aio.wait(...)")
        return self._wait(count, timeout)

    def _wait(self, count: int, timeout: float) -> list[Received]:
        __tracebackhide__ = True
        with self._came:
            if self._came.wait_for(lambda: len(self.received) >= count, timeout):
                return list(self.received)
        came = "".join(f"\n  {one.path}" for one in self)
        told = f"{len(self)} of {count} callbacks came to {self.url} within {timeout:g} s{came}"
        raise AssertionError("\n".join(filter(None, (told, self._outlook()))))

    def close(self) -> None:
        """Stop listening; who waits for an answer does not get one."""
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _PATIENCE

            def do_POST(self) -> None:
                inbox._take(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                """Say nothing: the output is the test's."""

        return Handler

    def _take(self, call: BaseHTTPRequestHandler) -> None:
        length = int(call.headers.get("Content-Length", "0"))
        body = call.rfile.read(length)
        target = urlsplit(call.path)
        headers = {name.lower(): value for name, value in call.headers.items()}
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        with self._came:
            answer = self._answers.popleft() if self._answers else Answer()
            self.received.append(Received(target.path, query, headers, body))
            self._came.notify_all()
        if not self._over.wait(answer.delay):
            _send(call, answer)


def _send(call: BaseHTTPRequestHandler, answer: Answer) -> None:
    call.send_response(answer.status)
    for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
        call.send_header(name, value)
    call.end_headers()
    call.wfile.write(answer.body)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    # Whoever is held is let go before the server closes, and is then waited for.
    daemon_threads = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up half-way, as faults make it do, is nothing to tell of."""


class _Awaited:
    """`inbox.aio`: waiting that lets the event loop go on."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def wait(self, count: int = 1, *, timeout: float = 10.0) -> list[Received]:
        """As `inbox.wait`."""
        return await to_thread(self._inbox._wait, count, timeout)
