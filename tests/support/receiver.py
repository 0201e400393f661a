"""A callback receiver on a real socket: it records every byte, and answers as it is told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread
from typing import Any

WITHIN = 20.0
"""How long a test waits for what must come, in seconds, before it fails."""


@dataclass(frozen=True)
class Received:
    """One request: its first line and headers as they came, and its body."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def target(self) -> str:
        """The request target, byte for byte."""
        return self.line.split(" ")[1]

    def header(self, name: str) -> str:
        """A header's value, whatever case its name came in."""
        return {one.lower(): value for one, value in self.headers.items()}[name.lower()]

    @property
    def length(self) -> int:
        """How long the body was said to be."""
        return int(self.header("content-length"))

    @property
    def whole(self) -> bool:
        """Whether all of the body came before the connection was closed."""
        return len(self.body) == self.length

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """What came, in order; `answers` are the statuses for the next requests, then 200.

    `hear` is told of each request as it comes, before it is answered. One that breaks off in the
    middle of its body is not answered.
    """

    url: str = ""
    came: "Queue[Received]" = field(default_factory=Queue)
    all: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"thanks"
    release: Event = field(default_factory=Event)
    holds: bool = False
    hear: Callable[[Received], object] = lambda _: None

    def next(self) -> Received:
        """The next request that was not asked for yet; waits for it."""
        return self.came.get(timeout=WITHIN)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or else each answer after the first takes 40 ms

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            received = Received(self.requestline, dict(self.headers.items()), body)
            receiver.all.append(received)
            receiver.hear(received)
            if len(body) < int(self.headers.get("Content-Length", "0")):
                self.close_connection = True
                receiver.came.put(received)
                return
            status = receiver.answers.pop(0) if receiver.answers else 200
            if receiver.holds:
                receiver.release.wait(WITHIN)
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)
            self.wfile.flush()
            receiver.came.put(received)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # as many as come at the same moment

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver on a free port of the loopback interface."""
    receiver = Receiver()
    server = _Server(("127.0.0.1", port), _handler(receiver))
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
