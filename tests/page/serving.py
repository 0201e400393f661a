"""An ASGI application on a real socket, as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from starlette.types import ASGIApp

from emulator.server.listening import Server
from emulator.server.port import take_port, url_of


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve it from a thread while the block runs."""
    taken = take_port("127.0.0.1", 0)
    ready = Event()
    server = Server(app, ready.set, lambda: None, None)
    thread = Thread(target=lambda: server.run(sockets=[taken]), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield url_of("127.0.0.1", taken, https=False)
    finally:
        server.should_exit = True
        thread.join()
        taken.close()
