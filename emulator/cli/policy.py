"""The policy lab on the command line: map, check, diff and boundaries."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import click

from emulator.cli.leaving import BAD_USAGE, DID_NOT_HOLD, TIMED_OUT, leave
from emulator.core.duration import parse_duration
from emulator.library.problems import LibraryError

if TYPE_CHECKING:
    from emulator.lab.asking import Question
    from emulator.lab.comparing import Comparison, Difference
    from emulator.lab.opening import Wanted
    from emulator.lab.served import Served
    from emulator.lab.setup import Setup
    from emulator.lab.trial import Trial

Command = TypeVar("Command", bound=Callable[..., Any])
_EPILOG = """\b
A POLICY is one of
  module:function          a Python callable that is given the answer, imported from here
  policy.yaml              declared decisions, in the language of rules
  --url http://…           an address that answers are posted to
  --request template.http  the application: a request with {content}; the application calls the
                           emulator, which is served on --port, and its reply holds the decision

\b
Exit codes: 0 fine, 1 a check did not hold or something is wrong with the policy, 2 bad usage,
file or module, or nobody to ask, 4 the policy took too long too often."""
_CONTRACTS = ("visual", "text", "video", "any", "dashboard", "dashboard-legacy")


@click.group("policy", short_help="Find out what a policy really does.", epilog=_EPILOG)
def policy() -> None:
    """Find out what a policy does: where its decisions change, and whether that is as expected."""


def _options(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def add_to(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add_to


_ASKING = _options(
    click.option("--url", help="The policy is at this address: answers are posted there."),
    click.option("--request", metavar="FILE", help="The policy is an application: a template."),
    click.option(
        "--decision",
        default="",
        metavar="POINTER",
        help="Where in a reply the decision stands: /decision, or status for the HTTP status.",
    ),
    click.option(
        "--contract",
        type=click.Choice(_CONTRACTS),
        help="The answers that it is asked about. [default: what a policy file names, else visual]",
    ),
    click.option("--only", multiple=True, metavar="NAME", help="Only this class or head."),
    click.option("--base", metavar="FIXTURE", help="Everything else is as in this fixture."),
    click.option("--config", type=click.Path(path_type=Path), help="Projects and rules of yours."),
    click.option("--key", help="The key whose project or application answers."),
    click.option("--frames", default=5, show_default=True, help="How many a video has."),
    click.option("--steps", default=21, show_default=True, help="How many scores of each class."),
    click.option("--timeout", default="5s", show_default=True, help="How long one decision takes."),
    click.option("--port", default=4483, show_default=True, help="Where applications call."),
    click.option("--sandbox", default="default", help="The sandbox that applications call."),
)
_REPORTS = _options(
    click.option("--json", "json_path", metavar="PATH", help="Write JSON; - for standard output."),
    click.option("--html", "html_path", metavar="PATH", help="Write a page to look at."),
    click.option("--junit", "junit_path", metavar="PATH", help="Write JUnit's XML."),
)
_PAIRS = click.option("--pairs", multiple=True, metavar="A,B", help="Look at two classes together.")


@policy.command("map", short_help="Where the decision changes, for every class.", epilog=_EPILOG)
@click.argument("policy", required=False)
@_ASKING
@_PAIRS
@_REPORTS
def _map(policy: str | None, **options: Any) -> None:
    """Walk every class over its scores or severities, and show where the decision changes."""
    with _told():
        from emulator.cli.policy_tables import map_table
        from emulator.lab.mapping import map_policy
        from emulator.lab.reports import data, junit, page

        pairs = _pairs(options["pairs"])
        with _trials(options, [_wanted(policy, options)]) as [trial]:
            found = map_policy(trial, steps=options["steps"], pairs=pairs)
        _write(options["json_path"], lambda: _json(data.of_map(found)))
        _write(options["html_path"], lambda: page.of_map(found))
        _write(options["junit_path"], lambda: junit.of_map(found))
        if options["json_path"] != "-":
            click.echo(map_table(found))
    if not found.complete:
        leave("the policy took too long too often: it was asked no more", TIMED_OUT)
    sys.exit(DID_NOT_HOLD if found.findings else 0)


@policy.command("check", short_help="Hold a policy to a declared one.", epilog=_EPILOG)
@click.argument("policy", required=False)
@click.option(
    "--against",
    required=True,
    metavar="FILE",
    help="The decisions that are expected, as a policy file.",
)
@_ASKING
@_PAIRS
@_REPORTS
def _check(policy: str | None, against: str, **options: Any) -> None:
    """Hold a policy to a declared one; every deviation is told in one sentence."""
    with _told():
        from emulator.lab.comparing import deviation

        both = [_wanted(policy, options), _declared(against)]
        found = _compared(both, options)
        verdict = _verdict(found, "as expected", "otherwise than expected")
        _report("Policy check", verdict, found, deviation, 0, options)
    _leave_after(found, 0)


@policy.command("diff", short_help="What changes from one policy to another.", epilog=_EPILOG)
@click.argument("first")
@click.argument("second")
@_ASKING
@_PAIRS
@click.option("--corpus", type=click.Path(path_type=Path), help="Submissions, one a line of JSON.")
@click.option("--budget", default=0, show_default=True, help="How many decisions may change.")
@click.option(
    "--fixtures",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Fixtures that know the submissions of the corpus. (repeatable)",
)
@click.option(
    "--unscripted",
    type=click.Choice(["quiet", "random"]),
    default="quiet",
    show_default=True,
    help="What submissions get that no fixture knows.",
)
@_REPORTS
def _diff(first: str, second: str, **options: Any) -> None:
    """Show what is decided differently by two policies, over all classes and over a corpus."""
    with _told():
        from emulator.lab.comparing import change
        from emulator.lab.opening import wanted

        both = [wanted(first), wanted(second)]
        found = _compared(both, options)
        budget = options["budget"]
        verdict = f"{_verdict(found, 'alike', 'differently')} Allowed are {budget}."
        _report("Policy diff", verdict, found, change, budget, options)
    _leave_after(found, options["budget"])


@policy.command("boundaries", short_help="Fixtures around every threshold.", epilog=_EPILOG)
@click.argument("policy", required=False)
@_ASKING
@click.option("--json", "json_path", metavar="PATH", help="Write JSON; - for standard output.")
def _boundaries(policy: str | None, **options: Any) -> None:
    """Print fixtures just below, at and just above every threshold, ready for --fixtures."""
    with _told():
        from emulator.cli.policy_tables import boundaries_yaml
        from emulator.lab.boundaries import boundaries
        from emulator.lab.mapping import map_policy
        from emulator.lab.reports import data

        with _trials(options, [_wanted(policy, options)]) as [trial]:
            found = map_policy(trial, steps=options["steps"])
            made = boundaries(trial, found, _served(trial.setup, options))
        _write(options["json_path"], lambda: _json(data.of_boundaries(found.policy, made)))
        if options["json_path"] != "-":
            click.echo(boundaries_yaml(found, made), nl=False)
    if not found.complete:
        leave("the policy took too long too often: it was asked no more", TIMED_OUT)


@contextmanager
def _told() -> Iterator[None]:
    """What cannot be done is told, and leaves with the code for that."""
    from emulator.lab.asking import LabError
    from emulator.lab.trial import TooLate

    try:
        yield
    except LabError as error:
        leave(str(error), BAD_USAGE)
    except LibraryError as error:
        leave(str(error), BAD_USAGE)
    except TooLate:
        leave("the policy took too long too often: it was asked no more", TIMED_OUT)


def _wanted(policy: str | None, options: dict[str, Any]) -> "Wanted":
    from emulator.lab.opening import wanted

    return wanted(policy, options["url"], options["request"])


def _declared(against: str) -> "Wanted":
    from emulator.lab.opening import FILE, Wanted
    from emulator.library.policies import load_policy

    return Wanted(against, FILE, load_policy(Path(against)))


def _pairs(written: Sequence[str]) -> list[tuple[str, str]]:
    from emulator.lab.asking import LabError

    pairs = []
    for one in written:
        names = [name.strip() for name in one.split(",")]
        if len(names) != 2 or not all(names):
            raise LabError(f"--pairs {one}: expected two classes with a comma between them")
        pairs.append((names[0], names[1]))
    return pairs


@contextmanager
def _trials(options: dict[str, Any], policies: Sequence["Wanted"]) -> Iterator[list["Trial"]]:
    """A trial for each policy, and progress on a terminal."""
    from contextlib import ExitStack

    from emulator.lab.asking import LabError
    from emulator.lab.opening import Ways, answers_for, contract_for, opened
    from emulator.lab.setup import make_setup
    from emulator.lab.trial import Trial

    if options["steps"] < 2:
        raise LabError(f"--steps {options['steps']}: at least 2, since both ends are looked at")
    try:
        patience = parse_duration(options["timeout"]).total_seconds()
    except ValueError as error:
        raise LabError(f"--timeout: expected {error}") from None
    contract = options["contract"] or contract_for(policies)
    declared = [one.declared for one in policies if one.declared is not None]
    ways = Ways(
        decision=options["decision"],
        patience=patience or 0.001,
        port=options["port"],
        sandbox=options["sandbox"],
        config=options["config"],
    )
    with ExitStack() as stack, _progress() as progress:
        trials = []
        for one in policies:
            setup = make_setup(
                answers_for(one, contract),
                key=options["key"],
                config=options["config"],
                base=options["base"],
                frames=options["frames"],
                declared=declared,
                only=options["only"],
            )
            asker = stack.enter_context(opened(one, setup, ways))
            trials.append(Trial(asker, setup, progress))
        yield trials


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Tells on a terminal how far a long run is, and takes it back in the end."""
    began = last = monotonic()
    shown = False

    def tell(answers: int) -> None:
        nonlocal last, shown
        now = monotonic()
        if sys.stderr.isatty() and now - began > 0.5 and now - last > 0.1:
            click.echo(f"\r{answers:,} answers judged …\x1b[K", nl=False, err=True)
            last, shown = now, True

    try:
        yield tell
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _compared(policies: Sequence["Wanted"], options: dict[str, Any]) -> "Comparison":
    from emulator.lab.comparing import compare

    pairs = _pairs(options["pairs"])
    declared = [one.declared for one in policies if one.declared is not None]
    with _trials(options, policies) as [one, other]:
        return compare(
            one,
            other,
            steps=options["steps"],
            pairs=pairs,
            declared=declared,
            corpus=_corpus(one.setup, options),
        )


def _corpus(setup: "Setup", options: dict[str, Any]) -> list["Question"]:
    from emulator.lab.corpus import read_corpus

    path = options.get("corpus")
    return [] if path is None else read_corpus(path, _served(setup, options), setup.contract)


def _served(setup: "Setup", options: dict[str, Any]) -> "Served":
    """The emulator as it serves, with the fixtures that were named."""
    from emulator.core.model import ClockMode
    from emulator.lab.served import Served
    from emulator.lab.setup import DASHBOARD, KEYS, LEGACY
    from emulator.settings import Settings, Unscripted
    from emulator.wiring import Emulator

    settings = Settings(
        clock=ClockMode.MANUAL,
        config=options["config"],
        fixtures=tuple(options.get("fixtures", ())),
        unscripted=Unscripted(options.get("unscripted", "quiet")),
    )
    key = options["key"] or KEYS[setup.contract]
    dashboard = setup.contract in (DASHBOARD, LEGACY)
    legacy = setup.contract == LEGACY
    return Served(Emulator(settings), key, dashboard=dashboard, legacy=legacy)


def _report(
    title: str,
    verdict: str,
    found: "Comparison",
    say: Callable[["Difference"], str],
    budget: int,
    options: dict[str, Any],
) -> None:
    from emulator.cli.policy_tables import comparison_table
    from emulator.lab.reports import data, junit, page

    name = f"{title} {found.one.asker.name}"
    _write(options["json_path"], lambda: _json(data.of_comparison(found, say, budget)))
    _write(options["html_path"], lambda: page.of_comparison(title, verdict, found, say, budget))
    _write(options["junit_path"], lambda: junit.of_comparison(name, found, say, budget))
    if options["json_path"] != "-":
        click.echo(comparison_table(found, say, verdict))


def _verdict(found: "Comparison", alike: str, differently: str) -> str:
    if not found.changed:
        return f"All {found.compared + found.submissions:,} inputs are decided {alike}."
    of = f"{found.compared + found.submissions:,} inputs"
    are = "is" if found.changed == 1 else "are"
    return f"{found.changed:,} of {of} {are} decided {differently}."


def _leave_after(found: "Comparison", budget: int) -> None:
    if not found.complete:
        leave("a policy took too long too often: it was asked no more", TIMED_OUT)
    sys.exit(DID_NOT_HOLD if found.changed > budget else 0)


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _write(path: str | None, content: Callable[[], bytes]) -> None:
    """Write a report to a file, or to standard output."""
    if path is None:
        return
    if path == "-":
        click.echo(content(), nl=False)
        return
    try:
        Path(path).write_bytes(content())
    except OSError as error:
        leave(f"{path}: cannot be written: {error.strerror}", BAD_USAGE)
