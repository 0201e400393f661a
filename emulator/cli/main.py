"""The commands and their options, made from the table of settings."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from emulator.cli.serving import serve
from emulator.library.problems import LibraryError
from emulator.server.listening import NotReady, PortTaken
from emulator.settings import KNOBS, BadSetting, Knob
from emulator.wiring import collect_settings

BAD_USAGE = 2
NOT_STARTED = 3

_HELP = """The offline Hive: answers the calls of Hive's content moderation API on this machine,
with scripted scores, callbacks and a clock you control.

Without a command it serves, on http://127.0.0.1:4483. Every option has an environment variable,
HIVE_EMULATOR_PORT for --port, and may stand in the file given with --config: options beat
variables, variables beat the file."""


class _ServeByDefault(click.Group):
    """A group whose command is `serve` when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "--version")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ServeByDefault, help=_HELP, context_settings={"max_content_width": 100})
@click.version_option(package_name="hive-emulator")
def cli() -> None:
    """The group; its help is `_HELP`."""


def _option(knob: Knob) -> Callable[[Any], Any]:
    default = shown_default(knob)
    shown = f" [default: {default}]" if default else ""
    return click.option(
        knob.option,
        knob.name,
        help=f"{knob.meaning}{' (repeatable)' if knob.repeatable else ''}{shown}",
        is_flag=knob.flag,
        multiple=knob.repeatable,
        default=None,
        metavar=None if knob.flag else knob.metavar,
    )


def shown_default(knob: Knob) -> str:
    """The default as somebody would write it; nothing where there is none."""
    default = knob.default
    if default in (None, ()) or default is False:
        return ""
    if isinstance(default, int) and default >= 1024**2 and default % 1024**2 == 0:
        return f"{default // 1024**2}MiB"
    return str(default)


def _with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for knob in reversed(KNOBS):
        command = _option(knob)(command)
    return command


@cli.command("serve", help="Serve until stopped; prints one line with the URL when it is ready.")
@_with_options
def _serve(**flags: Any) -> None:
    settings = collect_settings(flags, os.environ)
    serve(settings)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; leaves with the documented exit codes and without a traceback."""
    try:
        cli.main(arguments, prog_name="hive-emulator", standalone_mode=True)
    except LibraryError as error:
        _leave(f"{error}\n{_count(len(error.problems))}", BAD_USAGE)
    except BadSetting as error:
        _leave(str(error), BAD_USAGE)
    except PortTaken as error:
        _leave(f"{error} (port 0 takes a free one)", NOT_STARTED)
    except NotReady as error:
        _leave(str(error), NOT_STARTED)


def _count(problems: int) -> str:
    return "1 problem, not started" if problems == 1 else f"{problems} problems, not started"


def _leave(message: str, code: int) -> None:
    click.echo(f"hive-emulator: {message}" if "\n" not in message else message, err=True)
    sys.exit(code)
