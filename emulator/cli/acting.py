"""`advance`, `resend` and `reset`: what is done to a sandbox of a running server."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from emulator.cli.asking import asks, not_empty, say_json
from emulator.cli.leaving import BAD_USAGE, leave

if TYPE_CHECKING:
    from emulator.client import Client

_LONGER = 10.0
"""How much longer than it was told to wait a server may take to say so, in seconds."""


@click.command(short_help="Let time pass in a sandbox.")
@click.argument("duration", required=False)
@click.option("--until-idle", is_flag=True, help="Until nothing is left to do, and no further.")
@click.option(
    "--limit", metavar="DURATION", help="How far --until-idle goes at most.  [default: 30d]"
)
@click.option(
    "--timeout",
    metavar="DURATION",
    default="60s",
    show_default=True,
    help="How long to wait for receivers, in real time.",
)
@asks
def advance(
    client: "Client",
    as_json: bool,
    duration: str | None,
    until_idle: bool,
    limit: str | None,
    timeout: str,
) -> None:
    """Let time pass on the clock of a sandbox, and answer when all that fell due in it has been
    done, callbacks included. DURATION is such as 250ms, 5s, 2m, 1h or 30d.

    \b
    Examples:
      hive-emulator advance 5m            five minutes
      hive-emulator advance --until-idle  until nothing is left to do

    Exit code 4 when a receiver takes too long, with its address; the same call goes on from there.
    """
    from emulator.cli.tables import moment

    if until_idle == (duration is not None):
        raise click.UsageError("name either a DURATION or --until-idle")
    if limit is not None and not until_idle:
        raise click.UsageError("--limit goes with --until-idle")
    asked = {"by": duration, "limit": limit, "timeout": timeout}
    passed = client.post(
        "clock",
        "run-until-idle" if until_idle else "advance",
        body={name: value for name, value in asked.items() if value is not None},
        within=_seconds(timeout) + _LONGER,
    )
    if as_json:
        say_json(passed)
        return
    click.echo(
        f"{moment(passed['now'])}: {passed['delivered']} delivered, {passed['failed']} failed, "
        f"{passed['pending']} pending"
    )


def _seconds(timeout: str) -> float:
    from emulator.core.duration import parse_duration
    from emulator.settings import BadSetting

    try:
        return parse_duration(timeout).total_seconds()
    except ValueError as error:
        raise BadSetting("option --timeout", timeout, error) from None


@click.command(short_help="Send a callback once more.")
@click.argument("one", metavar="ID", callback=not_empty)
@asks
def resend(client: "Client", as_json: bool, one: str) -> None:
    """Send a callback once more that has come to its end: delivered, failed or dropped. ID is the
    callback's own, or that of its task.
    """
    from emulator.cli.tables import moment
    from emulator.core.plain import plain

    sent = _unless_unknown(client.post, "callbacks", one, "resend")
    if sent is None:
        sent = client.post("callbacks", _callback_of(client, one), "resend")
    if as_json:
        say_json(sent)
        return
    own = plain(sent["id"])
    due = moment(sent["due"])
    click.echo(
        f"{own} goes out to {plain(sent['url'])} once more, due {due}; how it fares is told by: "
        f"hive-emulator callbacks {own}"
    )


def _unless_unknown(ask: Callable[..., Any], *path: str) -> Any:
    """What the server says; None where it knows no such thing."""
    from emulator.client import Refused

    try:
        return ask(*path)
    except Refused as error:
        if error.status != 404:
            raise
        return None


def _callback_of(client: "Client", one: str) -> str:
    """The callback of the task of that id."""
    task = _unless_unknown(client.get, "tasks", one)
    if task is None:
        where = f"in the sandbox {client.sandbox!r}"
        leave(f"there is neither a callback nor a task {one!r} {where}", BAD_USAGE)
    if task["callback"] is None:
        leave(f"the task {one} owes no callback: {_why_none(task)}", BAD_USAGE)
    return str(task["callback"])


def _why_none(task: Any) -> str:
    if task["mode"] == "sync":
        return "it is synchronous"
    if task["submission"]["callback_url"] is None:
        return "it was submitted without a callback_url"
    return f"it is {task['state']}, and ends at {task['due']} on the clock of its sandbox"


@click.command(short_help="Make a sandbox as new.")
@click.option(
    "--keep",
    multiple=True,
    metavar="fixtures|scenario|clock",
    help="What stays: fixtures added while it ran, the scenario, or the clock (repeatable).",
)
@asks
def reset(client: "Client", as_json: bool, keep: tuple[str, ...]) -> None:
    """Make a sandbox as new: no tasks and no journal, ids from the start, what is on its way
    cancelled, and fixtures, scenario and clock as at the start.
    """
    from emulator.cli.tables import moment

    fresh = client.post("reset", body={"keep": keep})
    if as_json:
        say_json(fresh)
        return
    kept = f" but for {' and '.join(keep)}" if keep else ""
    clock = fresh["clock"]
    click.echo(
        f"the sandbox {fresh['name']!r} is as new{kept}: scenario {fresh['scenario']!r}, "
        f"{clock['mode']} clock at {moment(clock['now'])}"
    )
