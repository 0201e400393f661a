"""Serving from a thread, for tests and scripts that want a server beside them."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

from emulator.engine.emulator import Emulator
from emulator.server.app import create_app
from emulator.server.certificate import certificate_of
from emulator.server.listening import Server
from emulator.server.port import take_port, url_of
from emulator.server.problems import NotReady
from emulator.settings import Settings
from emulator.wiring import Emulator as WiredEmulator


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs: where it is, and the emulator behind it."""

    url: str
    emulator: Emulator


@contextmanager
def run(settings: Settings | None = None, **changes: Any) -> Iterator[Running]:
    """Serve from a thread while the block runs; `changes` are settings by name.

    `PortTaken` when the port is in use.
    """
    settings = replace(settings or Settings(port=0), **changes)
    certificate = certificate_of(settings)
    emulator = WiredEmulator(settings)
    with (
        closing(take_port(settings.host, settings.port)) as taken,
        serving(emulator, taken, certificate),
    ):
        yield Running(url_of(settings.host, taken, https=certificate is not None), emulator)


@contextmanager
def serving(
    emulator: Emulator, taken: socket.socket, certificate: tuple[Path, Path] | None = None
) -> Iterator[None]:
    """Serve an emulator from a thread, on a socket that listens, while the block runs."""
    ready = Event()
    server = Server(create_app(emulator), ready.set, emulator.turn_away, certificate)

    def serve() -> None:
        try:
            server.run(sockets=[taken])
        finally:
            ready.set()

    thread = Thread(target=serve, name="hive-emulator", daemon=True)
    thread.start()
    ready.wait()
    if not server.started:
        thread.join()
        raise NotReady("the server did not start; its log says why")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
