"""Serving with uvicorn on a socket that was taken before."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from emulator.server.line import Protocol
from emulator.server.problems import NotReady

STOP_WITHIN = 10
"""How long stopping waits for calls in flight, in seconds."""


class Server(uvicorn.Server):
    """uvicorn, quiet and fast, which tells when it listens and stops with exit code 0.

    There is no access log, no proxy header is believed, and connections are kept for as long as
    the usual load balancer keeps them, so that a pooled client does not meet a closed one.
    """

    def __init__(
        self,
        app: ASGIApp,
        when_ready: Callable[[], None],
        when_stopping: Callable[[], None],
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        """`certificate` is that and its key, both in PEM, to serve HTTPS."""
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                access_log=False,
                proxy_headers=False,
                ws="none",
                server_header=False,
                log_config=None,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=STOP_WITHIN,
                ssl_certfile=certificate and certificate[0],
                ssl_keyfile=certificate and certificate[1],
            )
        )
        self._when_ready = when_ready
        self._when_stopping = when_stopping
        self.failure: NotReady | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, and then say so."""
        await super().startup(sockets)
        try:
            self._when_ready()
        except NotReady as error:
            self.failure = error
            self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, after those were told who would wait in vain."""
        self._when_stopping()
        await super().shutdown(sockets)

    def run_until_stopped(self, taken: socket.socket) -> None:
        """Serve in the main thread until SIGTERM or SIGINT, and then return.

        uvicorn raises the signal once more when it has stopped; the handlers that stand behind
        its own make that harmless, and serve before its own are there.
        """
        for stopping in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stopping, self._stop)
        self.run(sockets=[taken])
        if self.failure is not None:
            raise self.failure

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signals call
        self.should_exit = True


def write_ready_file(path: Path, url: str) -> None:
    """Write the URL so that whoever waits for the file never sees half of it."""
    fresh = path.parent / f"{path.name}.new"
    try:
        fresh.write_text(f"{url}\n")
        fresh.replace(path)
    except OSError as error:
        raise NotReady(f"the ready file {path} cannot be written: {error.strerror}") from None
