"""`serve`: from settings to a server that has said where it is, until it is told to stop."""

import gc
import logging

import click

from emulator.server.app import create_app
from emulator.server.listening import Server, take_port, url_of, write_ready_file
from emulator.settings import Settings
from emulator.wiring import Emulator


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(message)s")
    # uvicorn's own lines on starting and stopping would only repeat ours; its errors are shown.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    emulator = Emulator(settings)
    taken = take_port(settings.host, settings.port)
    url = url_of(settings.host, taken)

    def announce() -> None:
        _settle()
        if settings.ready_file is not None:
            write_ready_file(settings.ready_file, url)
        click.echo(f"hive-emulator is ready at {url}")

    Server(create_app(emulator), announce).run_until_stopped(taken)


def _settle() -> None:
    """Spare the garbage collector what will never be garbage.

    The server keeps thousands of tasks for as long as it runs. Looking through them again and again
    for cycles, of which there are hardly any, would cost a tenth of every call.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
