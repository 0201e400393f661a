"""`populate`: send made-up traffic to a running server, through the endpoints of the real API."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

import click

from emulator.cli.asking import asks, say_json
from emulator.cli.leaving import BAD_USAGE, leave

if TYPE_CHECKING:
    from faker import Faker

    from emulator.cli.traffic import Call
    from emulator.client import Client

_EXTRA = "populate makes its traffic up with faker: pip install 'hive-emulator[populate]'"


@click.command(short_help="Send realistic made-up traffic.")
@click.option(
    "--count", type=click.IntRange(min=1), default=200, show_default=True, help="How many calls."
)
@click.option(
    "--rate", default="20/s", show_default=True, help="How fast, such as 20/s or 600/m; or max."
)
@click.option("--locale", default="en_US", show_default=True, help="Whose words and names.")
@click.option(
    "--seed", type=int, default=0, show_default=True, help="The same one makes the same calls."
)
@click.option(
    "--callback-url", metavar="URL", help="Submit a fifth of it asynchronously, to be told there."
)
@asks
def populate(
    client: "Client",
    as_json: bool,
    count: int,
    rate: str,
    locale: str,
    seed: int,
    callback_url: str | None,
) -> None:
    """Send realistic made-up traffic to a running server: patrons, posts, texts and addresses of
    pictures, some of which trip the rules of the bundled application.

    \b
    Examples:
      hive-emulator populate                           200 calls in ten seconds
      hive-emulator populate --count 5000 --rate max   as fast as it goes
      hive-emulator populate --locale de_DE --seed 7   other words, other people

    Nothing harmful is in it: what scores high are the markers of the bundled stand-ins.
    """
    from emulator.cli.traffic import traffic

    seconds = _seconds_between(rate)
    words = _words(locale, seed)
    statuses: Counter[str] = Counter()
    calls = traffic(words, count, callback_url)
    with client.submitting() as submit:
        for call in _shown(paced(calls, seconds), count):
            statuses[str(submit(call.path, call.key, call.fields))] += 1
    _tell(client, statuses, as_json=as_json)


def _seconds_between(rate: str) -> float:
    from emulator.core.rate import EXPECTED, parse_rate
    from emulator.settings import BadSetting

    if rate == "max":
        return 0
    try:
        read = parse_rate(rate)
    except ValueError:
        raise BadSetting("option --rate", rate, f"{EXPECTED}, or max") from None
    return read.within.total_seconds() / read.calls


def _words(locale: str, seed: int) -> "Faker":
    """The one who makes up words; faker is large, and loaded by nothing else."""
    try:
        from faker import Faker
        from faker.config import AVAILABLE_LOCALES
    except ImportError:
        leave(_EXTRA, BAD_USAGE)
    if locale not in AVAILABLE_LOCALES:
        from emulator.core.suggest import did_you_mean, listed
        from emulator.settings import BadSetting

        known = sorted(AVAILABLE_LOCALES)
        expected = f"one of {listed(known)}.{did_you_mean(locale, known)}"
        raise BadSetting("option --locale", locale, expected)
    words = Faker(locale)
    words.seed_instance(seed)
    return words


def paced(
    calls: Iterator["Call"],
    seconds: float,
    now: Callable[[], float] = monotonic,
    pause: Callable[[float], object] = lambda ahead: Event().wait(ahead),
) -> Iterator["Call"]:
    """Each in its turn, so many seconds after the one before began; time is handed in."""
    began = now()
    for at, call in enumerate(calls):
        ahead = began + at * seconds - now()
        if ahead > 0:
            pause(ahead)
        yield call


def _shown(calls: Iterator["Call"], count: int) -> Iterator["Call"]:
    """The same, with how far it is on a terminal."""
    if not sys.stderr.isatty():
        yield from calls
        return
    for at, call in enumerate(calls):
        click.echo(f"\r{at} of {count} sent", nl=False, err=True)
        yield call
    click.echo(f"\r{count} of {count} sent", err=True)


def _tell(client: "Client", statuses: Counter[str], *, as_json: bool) -> None:
    posts, patrons = (client.get(what, limit=0)["total"] for what in ("posts", "patrons"))
    review = client.get("review", limit=0)["total"]
    told = {"sent": statuses.total(), "statuses": dict(sorted(statuses.items()))}
    if as_json:
        say_json({**told, "posts": posts, "patrons": patrons, "in_review": review})
        return
    refused = ", ".join(f"{many} with {one}" for one, many in statuses.items() if one != "200")
    fate = f"refused: {refused}" if refused else "all of them taken"
    click.echo(
        f"{statuses.total()} sent, {fate}; the sandbox {client.sandbox!r} has {posts} posts by "
        f"{patrons} patrons, {review} in review"
    )
