"""How the command leaves: the exit codes, which are documented, and what is said last."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NoReturn

import click

DID_NOT_HOLD = 1
BAD_USAGE = 2
NOT_STARTED = 3
TIMED_OUT = 4


def leave(message: str, code: int) -> NoReturn:
    """Say on standard error why, and leave."""
    if _wants_json(sys.argv, os.environ):
        line = {"level": "error", "logger": "hive_emulator", "message": message}
        click.echo(json.dumps(line), err=True)
    else:
        click.echo(f"hive-emulator: {message}" if "\n" not in message else message, err=True)
    sys.exit(code)


def _wants_json(arguments: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Whether the log is to be JSON, as far as that is known before any option was read."""
    following = dict(pairwise(arguments)).get("--log-format")
    written = "--log-format=json" in arguments or following == "json"
    return written or (
        following is None and environ.get("HIVE_EMULATOR_LOG_FORMAT", "").lower() == "json"
    )
