"""`tail`, `tasks`, `callbacks` and `verify`: what happened in a sandbox of a running server."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from emulator.cli.asking import asks, code_of, not_empty, say_json
from emulator.cli.leaving import BAD_USAGE, DID_NOT_HOLD, leave

if TYPE_CHECKING:
    from emulator.cli.client import Client


@click.command(short_help="Follow what happens, a line each.")
@click.option(
    "-n",
    "newest",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="How many entries of what happened before come first.",
)
@click.option(
    "--kind",
    help="Only entries of one kind: request, task, prediction, action, fault, callback, attempt, "
    "clock or note.",
)
@asks
def tail(client: "Client", as_json: bool, newest: int, kind: str | None) -> None:
    """Follow what happens in a sandbox, a line each, until Ctrl-C: calls, predictions, callbacks
    and their attempts, faults, the clock. Times are those of the sandbox's clock.

    \b
    Examples:
      hive-emulator tail                      everything, the last ten entries first
      hive-emulator tail -n 0 --kind attempt  from now on, how callbacks fare
      hive-emulator tail --json | jq .about   an object a line
    """
    with suppress(KeyboardInterrupt):
        _follow(client, newest, kind, as_json=as_json)
        told = "the server is gone, or this was read too slowly for it"
        leave(f"{client.url} sends no more events: {told}", DID_NOT_HOLD)


def _follow(client: "Client", newest: int, kind: str | None, *, as_json: bool) -> None:
    from emulator.cli.entries import RESET, line

    say: Callable[[Any], str] = json.dumps if as_json else line
    seen = client.get("journal", limit=1)["items"]
    last = int(seen[0]["id"]) if seen else 0
    with client.follow(since=last) as events:
        # What came since is among the events.
        before = client.get("journal", limit=newest, kind=kind)["items"]
        for entry in (one for one in before if int(one["id"]) <= last):
            click.echo(say(entry))
        for event in events:
            if event.name == "reset":
                click.echo(json.dumps({"kind": event.name}) if as_json else RESET)
            elif kind in (None, event.name):
                click.echo(say(event.data))


def _lists(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the argument and the options of those that list, or tell one in full."""

    def give(command: Callable[..., None]) -> Callable[..., None]:
        for parameter in (
            click.option(
                "-n",
                "--limit",
                type=click.IntRange(min=0),
                default=20,
                show_default=True,
                metavar="N",
                help="How many of the newest.",
            ),
            click.option("--state", help=f"Only {what}s in that state."),
            click.argument("one", metavar="[ID]", required=False, callback=not_empty),
        ):
            command = parameter(command)
        return command

    return give


@click.command(short_help="List tasks, or tell one in full.")
@_lists("task")
@asks
def tasks(client: "Client", as_json: bool, one: str | None, state: str | None, limit: int) -> None:
    """List the tasks of a sandbox, the newest last.

    With an ID, tell that one in full: what was submitted, what was found and who said so, who else
    knew the content, or else which fixtures come nearest, what went wrong on purpose, and every
    attempt of its callback.

    States are accepted, in_progress, finished and failed.
    """
    from emulator.cli.records import task_table, whole_task

    if one is None:
        _list(client, "tasks", task_table, state, limit, as_json=as_json)
    else:
        _tell(client, ("tasks", one), whole_task, state, as_json=as_json)


@click.command(short_help="List callbacks, or tell one in full.")
@_lists("callback")
@asks
def callbacks(
    client: "Client", as_json: bool, one: str | None, state: str | None, limit: int
) -> None:
    """List the callbacks of a sandbox, the newest last.

    With an ID, tell that one in full: when each attempt was due, what the receiver answered, and
    why that was no success.

    States are scheduled, in_flight, delivered, failed and dropped.
    """
    from emulator.cli.records import callback_table, whole_callback

    if one is None:
        _list(client, "callbacks", callback_table, state, limit, as_json=as_json)
    else:
        _tell(client, ("callbacks", one), whole_callback, state, as_json=as_json)


def _tell(
    client: "Client",
    path: tuple[str, str],
    in_full: Callable[[Any], str],
    state: str | None,
    *,
    as_json: bool,
) -> None:
    if state is not None:
        raise click.UsageError("with an ID there is nothing to choose by --state")
    found = client.get(*path)
    if as_json:
        say_json(found)
    else:
        click.echo(in_full(found))


def _list(
    client: "Client",
    what: str,
    as_table: Callable[[Any], str],
    state: str | None,
    limit: int,
    *,
    as_json: bool,
) -> None:
    found = client.get(what, state=state, limit=limit)
    if as_json:
        say_json(found)
        return
    items, total = found["items"], found["total"]
    if items:
        click.echo(as_table(items))
    if len(items) < total:
        click.echo(f"the newest {len(items)} of {total}: --limit {total} lists all", err=True)
    elif not items:
        such = "" if state is None else f" that are {state}"
        click.echo(f"there are no {what}{such} in the sandbox {client.sandbox!r}", err=True)


@click.command(short_help="Check what happened against a file.")
@click.argument("file")
@asks
def verify(client: "Client", as_json: bool, file: str) -> None:
    """Check that what is expected has happened in a sandbox.

    FILE is YAML or JSON, or - for standard input: a list of expectations, also as the value of
    'expect'. A request, a task or a callback is told by its fields, where * stands for anything,
    and with 'when' by its content, as in a fixture. At least one is expected, unless 'count',
    'at_least' or 'at_most' says otherwise.

    \b
    expect:
      - request: {path: /api/v2/task/sync, when: {text_contains: hello}}
        count: 2
      - callback: {state: delivered}

    Exit code 1 when something does not hold: each on its line, with what comes nearest.
    """
    from emulator.cli.client import Refused
    from emulator.cli.expected import placed, read_expected
    from emulator.cli.tables import plain

    body = read_expected(*_contents(file))
    try:
        told = client.post("verify", body=body)
    except Refused as error:
        if error.status == 406 and as_json:
            say_json(error.told)
        elif error.status == 406:
            click.echo("\n".join(map(plain, error.told["failures"])))
        leave(placed(str(error), body), code_of(error.status))
    if as_json:
        say_json(told)
    else:
        many = len(body["expect"])
        click.echo("the expectation holds" if many == 1 else f"all {many} expectations hold")


def _contents(file: str) -> tuple[str, str]:
    """What stands in a file, and what to call it."""
    name = "standard input" if file == "-" else file
    try:
        with click.open_file(file, encoding="utf-8-sig") as opened:
            return opened.read(), name
    except UnicodeDecodeError:
        leave(f"{name}: cannot be read: it is not UTF-8", BAD_USAGE)
    except OSError as error:
        leave(f"{name}: cannot be read: {error.strerror}", BAD_USAGE)
