"""How the command leaves: the exit codes, which are documented, and what is said last."""

import sys
from typing import NoReturn

import click

DID_NOT_HOLD = 1
BAD_USAGE = 2
NOT_STARTED = 3
TIMED_OUT = 4


def leave(message: str, code: int) -> NoReturn:
    """Say on standard error why, and leave."""
    click.echo(f"hive-emulator: {message}" if "\n" not in message else message, err=True)
    sys.exit(code)
