"""Small servers that decide: over a real socket, in threads of this process."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

Reply = tuple[int, bytes]
Handle = Callable[[str, bytes, Mapping[str, str]], Reply]
"""Path, body and headers → status and body."""


@dataclass
class Served:
    """Where a server is, and how many calls it had at once at most."""

    url: str
    port: int
    at_once: int = 0
    calls: list[tuple[str, bytes]] = field(default_factory=list)


@contextmanager
def serving(handle: Handle) -> Iterator[Served]:
    lock, now = Lock(), 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            nonlocal now
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                now += 1
                served.at_once = max(served.at_once, now)
                served.calls.append((self.path, body))
            try:
                status, content = handle(self.path, body, dict(self.headers.items()))
                with lock:
                    now -= 1
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except (ConnectionError, TimeoutError):
                self.close_connection = True

        do_GET = do_POST  # noqa: N815 - as http.server calls it

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        port = server.server_address[1]
        served = Served(f"http://127.0.0.1:{port}", port)
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


def as_json(value: Any, status: int = 200) -> Reply:
    return status, json.dumps(value).encode()
