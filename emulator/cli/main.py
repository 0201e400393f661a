"""The commands and their options, made from the table of settings."""

import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from emulator.cli.acting import advance, resend, reset
from emulator.cli.certifying import certificate
from emulator.cli.leaving import BAD_USAGE, DID_NOT_HOLD, NOT_STARTED, TIMED_OUT, leave
from emulator.cli.looking import callbacks, tail, tasks, verify
from emulator.cli.policy import policy
from emulator.cli.populating import populate
from emulator.core.duration import format_duration
from emulator.library.problems import LibraryError
from emulator.server.problems import NotReady, PortTaken
from emulator.settings import KNOBS, BadSetting, Knob, told

_HELP = """The offline Hive: answers the calls of Hive's content moderation API on this machine,
with scripted scores, callbacks and a clock you control.

Without a command it serves, on http://127.0.0.1:4483. "hive-emulator serve --help" lists every
option. Each has an environment variable, HIVE_EMULATOR_PORT for --port, and may stand in the file
given with --config: options beat variables, variables beat the file.

\b
Examples:
  hive-emulator                                 serve with the bundled fixtures
  hive-emulator --fixtures moderation/fixtures  serve with your own before them
  hive-emulator validate moderation             check your files, all mistakes at once
  hive-emulator exec -- pytest                  run your tests beside a server of their own
  hive-emulator ready --wait                    wait until a server answers
  hive-emulator classes visual                  what a picture may be found to show
  hive-emulator tail                            follow what happens in a running server
  hive-emulator tasks ID                        why a task came out as it did
  hive-emulator populate                        made-up patrons, posts and pictures
  hive-emulator advance 5m                      let five minutes pass, callbacks included
  hive-emulator policy map app.rules:decide     where the decisions of your policy change

\b
A first call:
  curl http://127.0.0.1:4483/api/v2/task/sync \\
       -H 'Authorization: Token text-key' -d 'text_data=you are hive-bullying-2'

\b
Exit codes: 0 fine, 1 a check did not hold, 2 bad usage, configuration or file,
3 could not start, 4 timed out."""


_SECTIONS = {
    "Serving": ("serve", "exec"),
    "Checking": ("validate", "ready", "verify", "policy"),
    "Looking into a running server": ("tail", "tasks", "callbacks"),
    "Acting on it": ("populate", "advance", "resend", "reset"),
}
"""The commands as the help shows them; those that stand nowhere here come last."""


class _ServeByDefault(click.Group):
    """A group whose command is `serve` when none is named."""

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - as click calls it
        formatter: click.HelpFormatter,
    ) -> None:
        """The commands by section, in the order in which one comes to need them."""
        named = {name for names in _SECTIONS.values() for name in names}
        others = tuple(name for name in self.commands if name not in named)
        width = max(map(len, self.commands))
        for title, names in {**_SECTIONS, "Further": others}.items():
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (f"{name:{width}}", self.commands[name].get_short_help_str(80))
                        for name in names
                    ]
                )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help", "--version")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_ServeByDefault,
    help=_HELP,
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="hive-emulator")
def cli() -> None:
    """The group; its help is `_HELP`."""


def _option(knob: Knob, default: str) -> Callable[[Any], Any]:
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
    return format_duration(default) if isinstance(default, timedelta) else str(default)


def _with_options(**defaults: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """All options of `serve`; `defaults` are told in place of the usual ones."""

    def add_to(command: Callable[..., Any]) -> Callable[..., Any]:
        for knob in reversed(KNOBS):
            command = _option(knob, defaults.get(knob.name) or shown_default(knob))(command)
        return command

    return add_to


@cli.command(
    "serve",
    help="Serve until stopped; prints one line with the URL when it is ready.\n\nEvery option may "
    "also be a variable (HIVE_EMULATOR_PORT for --port) or stand in the file of --config: options "
    "beat variables, variables beat the file.",
    short_help="Serve until stopped.",
)
@_with_options()
def _serve(**flags: Any) -> None:
    # The server is imported here, and below, so that what needs none is there at once.
    from emulator.cli.serving import serve
    from emulator.wiring import collect_settings

    serve(collect_settings(flags, os.environ))


@cli.command(
    "exec",
    help="Run COMMAND beside a server on a free port, with HIVE_EMULATOR_URL, HIVE_EMULATOR_KEY "
    "and HIVE_API_KEY set; then stop, with COMMAND's exit code.",
    short_help="Run a command beside a server of its own.",
    # What follows the command's name is the command's, also where it looks like an option.
    context_settings={"allow_interspersed_args": False},
    options_metavar="[OPTIONS] [--]",
)
@_with_options(port="a free one")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def _exec(command: tuple[str, ...], **flags: Any) -> None:
    from emulator.cli.executing import CommandNotStarted, execute
    from emulator.cli.logs import start_log
    from emulator.wiring import collect_settings

    settings = collect_settings(flags, os.environ)
    if "port" not in settings.places:
        settings = replace(settings, port=0)
    start_log(settings)
    # Not told without being asked for: the command's own output should be all that is seen.
    logging.getLogger("hive_emulator").debug("options: %s", told(settings))
    try:
        sys.exit(execute(settings, command, os.environ))
    except CommandNotStarted as error:
        leave(str(error), error.code)


@cli.command(
    "validate",
    help="Check fixtures, scenarios, policies and configuration: the files and folders named, or "
    "without any those that `serve` would read. What a file is, is told by its top-level keys.",
    short_help="Check fixtures, scenarios, policies and configuration.",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as problems.")
def _validate(paths: tuple[Path, ...], strict: bool) -> None:
    from emulator.cli.validation import check_files

    sys.exit(0 if check_files(paths, strict=strict) else BAD_USAGE)


@cli.command(
    "ready",
    help="Tell whether a server answers: exit 0 if so, 1 if not.",
    short_help="Tell whether a server answers.",
)
@click.option("--url", help="The server; by default $HIVE_EMULATOR_URL, or this machine's.")
@click.option("--wait", is_flag=True, help="Wait until it answers; exit 4 when it never does.")
@click.option("--timeout", default="30s", show_default=True, help="How long to wait.")
def _ready(url: str | None, wait: bool, timeout: str) -> None:
    from emulator.cli.readiness import why_never_ready, why_not_ready
    from emulator.cli.target import target_of
    from emulator.core.duration import parse_duration

    target = target_of(url, None, os.environ).url
    try:
        seconds = parse_duration(timeout).total_seconds()
    except ValueError as error:
        raise BadSetting("option --timeout", timeout, error) from None
    reason = why_never_ready(target, seconds) if wait else why_not_ready(target)
    if reason is not None:
        leave(reason, TIMED_OUT if wait else DID_NOT_HOLD)


@cli.command("classes", help="The classes that the models know.")
@click.argument("kind", required=False, type=click.Choice(["visual", "text"]))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def _classes(kind: str | None, as_json: bool) -> None:
    from emulator.cli import taxonomies

    kinds = [kind] if kind else [taxonomies.VISUAL, taxonomies.TEXT]
    click.echo(taxonomies.as_json(kinds) if as_json else taxonomies.as_table(kinds))


@cli.command("schema", help="The JSON Schema of a file format, for editors.")
@click.argument("format", type=click.Choice(["fixtures", "scenarios", "config", "policy"]))
def _schema(format: str) -> None:  # noqa: A002 - what people type
    from emulator.library.schemas import SCHEMAS

    click.echo(json.dumps(SCHEMAS[format](), indent=2))


for _command in (
    certificate,
    tail,
    tasks,
    callbacks,
    verify,
    populate,
    advance,
    resend,
    reset,
    policy,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; leaves with the documented exit codes and without a traceback."""
    try:
        cli.main(arguments, prog_name="hive-emulator", standalone_mode=True)
    except LibraryError as error:
        leave(f"{error}\n{_count(len(error.problems))}", BAD_USAGE)
    except BadSetting as error:
        leave(str(error), BAD_USAGE)
    except (PortTaken, NotReady) as error:
        leave(str(error), NOT_STARTED)
    except OSError as error:
        # What is left is that what was to be said cannot be written: a full disk, for example.
        leave(f"the output cannot be written: {error.strerror}", DID_NOT_HOLD)


def _count(problems: int) -> str:
    return "1 problem, not started" if problems == 1 else f"{problems} problems, not started"
