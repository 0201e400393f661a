"""`serve`: from settings to a server that has said where it is, until it is told to stop."""

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
        if settings.ready_file is not None:
            write_ready_file(settings.ready_file, url)
        click.echo(f"hive-emulator is ready at {url}")

    Server(create_app(emulator), announce).run_until_stopped(taken)
