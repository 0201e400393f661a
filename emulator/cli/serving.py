"""`serve`: from settings to a server that has said where it is, until it is told to stop."""

import gc
import logging
import os
from contextlib import suppress

import click

from emulator.cli.logs import start_log
from emulator.server.app import create_app
from emulator.server.certificate import certificate_of
from emulator.server.listening import Server, write_ready_file
from emulator.server.port import take_port, url_of
from emulator.settings import Settings, told
from emulator.wiring import Emulator

log = logging.getLogger("hive_emulator")
_STDOUT = 1


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    start_log(settings)
    if settings.ready_file is not None:
        # The one of an earlier run would send whoever waits for it to a server that is gone.
        with suppress(OSError):
            settings.ready_file.unlink()
    certificate = certificate_of(settings)
    emulator = Emulator(settings)
    taken = take_port(settings.host, settings.port)
    url = url_of(settings.host, taken, https=certificate is not None)
    log.info("%s", _told(emulator))
    for warning in settings.warnings:
        log.warning("%s", warning)

    def announce() -> None:
        _settle()
        if settings.ready_file is not None:
            write_ready_file(settings.ready_file, url)
        try:
            click.echo(f"hive-emulator is ready at {url}")
        except OSError:
            # Nobody may be reading, or the disk be full; the server is there all the same. What is
            # left to be written would be tried again at the end, and change the exit code.
            os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)

    Server(create_app(emulator), announce, emulator.turn_away, certificate).run_until_stopped(taken)


def _told(emulator: Emulator) -> str:
    library = emulator.library
    counts = {
        "fixture": len(library.fixtures),
        "scenario": len(library.scenarios),
        "project": len(library.directory.projects),
    }
    listed = ", ".join(f"{many} {what}{'' if many == 1 else 's'}" for what, many in counts.items())
    return f"{listed}; options: {told(emulator.settings)}"


def _settle() -> None:
    """Spare the garbage collector what will never be garbage.

    The server keeps thousands of tasks for as long as it runs. Looking through them again and again
    for cycles, of which there are hardly any, would cost a tenth of every call.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
