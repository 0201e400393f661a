"""What the commands that ask a running server have in common: options, exit codes, JSON."""

import json
import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from emulator.cli.leaving import BAD_USAGE, DID_NOT_HOLD, TIMED_OUT, leave

_CODES = {406: DID_NOT_HOLD, 408: TIMED_OUT}


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a client, the options that every client has, and the exit codes."""

    @click.option("--url", help="The server; by default $HIVE_EMULATOR_URL, or this machine's.")
    @click.option("--sandbox", metavar="NAME", help="The sandbox; by default that of the URL.")
    @click.option("--json", "as_json", is_flag=True, help="As JSON.")
    @click.option(
        "--token",
        metavar="T",
        help="The server's --admin-token; by default $HIVE_EMULATOR_ADMIN_TOKEN.",
    )
    @wraps(command)
    def run(url: str | None, sandbox: str | None, token: str | None, **more: Any) -> None:
        # Imported here, as all that talks to servers is, so that nothing else waits for it.
        from emulator.cli.target import target_of
        from emulator.client import Client, NoAnswer, Refused

        target = target_of(url, token, os.environ)
        try:
            command(Client(target.url, sandbox, target.token), **more)
        except Refused as error:
            hint = " Give it with --token." if error.status == 401 else ""
            leave(f"{error}{hint}", code_of(error.status))
        except NoAnswer as error:
            leave(str(error), DID_NOT_HOLD)

    return run


def code_of(status: int) -> int:
    """The exit code where a server refuses with that status."""
    return _CODES.get(status, BAD_USAGE if status < 500 else DID_NOT_HOLD)


def say_json(told: object) -> None:
    """An answer of the server as it is."""
    click.echo(json.dumps(told, indent=2))


def not_empty(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An id; an empty one, as of a shell variable that is not set, would mean all of them."""
    if value == "":
        raise click.BadParameter("it is empty", context, parameter)
    return value
