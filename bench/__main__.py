"""Command line of the bench: `python -m bench` measures, prints a table, and ends."""

import argparse
import json
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType

from bench.callbacks import CALLBACKS, Delivery, measure_callbacks
from bench.cases import CASES, Case
from bench.contenders import (
    BARE,
    EMULATOR,
    EMULATOR_COMMAND,
    Contender,
    contenders,
    require_packages,
)
from bench.errors import BenchError
from bench.measure import QUICK, Settings, Start, measure_case, measure_starts, progress
from bench.posts import PART, POSTS, measure_posts
from bench.report import (
    Report,
    assemble,
    case_figures,
    delivery_figures,
    growth_figures,
    show,
    start_figures,
)

INTERRUPTED = 130


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure server CPU time per request and throughput, side by side. "
        "The exit code tells of errors only, never of speed.",
    )
    parser.add_argument("--rounds", type=positive, metavar="N", help="rounds per case (5)")
    parser.add_argument(
        "--cases",
        nargs="*",
        choices=[case.name for case in CASES],
        default=[case.name for case in CASES if case.by_default],
        metavar="CASE",
        help="which of: %(choices)s (%(default)s)",
    )
    parser.add_argument("--quick", action="store_true", help="few requests: a smoke test")
    parser.add_argument("--no-mocks", action="store_true", help="leave FastAPI and Flask out")
    parser.add_argument("--no-starts", action="store_true", help="do not measure the start")
    parser.add_argument("--no-posts", action="store_true", help="do not measure posts")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there too")
    parser.add_argument(
        "--emulator-command",
        default=EMULATOR_COMMAND,
        metavar="COMMAND",
        help="how to start the emulator (%(default)s)",
    )
    parser.add_argument("--no-callbacks", action="store_true", help="do not measure callbacks")
    options = parser.parse_args(arguments)
    # Found out now rather than after minutes of measuring.
    if options.json and not options.json.parent.is_dir():
        parser.error(f"--json: there is no folder {options.json.parent}")
    return options


def settings_of(options: argparse.Namespace) -> Settings:
    settings = QUICK if options.quick else Settings()
    return replace(settings, rounds=options.rounds) if options.rounds else settings


def measure(options: argparse.Namespace) -> Report:
    chosen = contenders(options.emulator_command, mocks=not options.no_mocks)
    require_packages(chosen)
    settings = settings_of(options)
    if options.quick:
        progress("a smoke test: too short for its figures to mean anything")
    cases = [
        case_figures(case, measure_case(case, chosen, settings))
        for case in CASES
        if case.name in options.cases
    ]
    starts = {} if options.no_starts else starts_of(chosen, CASES[0], settings)
    posts = [] if options.no_posts else measure_posts(*posts_of(options.quick, settings))
    callbacks = [] if options.no_callbacks else callbacks_of(chosen, options.quick, settings)
    return assemble(
        cases,
        start_figures(starts),
        [growth_figures(one) for one in posts],
        delivery_figures(callbacks) if callbacks else None,
    )


def callbacks_of(chosen: list[Contender], quick: bool, settings: Settings) -> list[Delivery]:
    emulator = next(contender for contender in chosen if contender.name == EMULATOR)
    return measure_callbacks(emulator, CALLBACKS // 50 if quick else CALLBACKS, settings.rounds)


def posts_of(quick: bool, settings: Settings) -> tuple[int, int]:
    """How many posts, and how many rounds of them; a round is long enough to need no more."""
    return (2 * PART, 1) if quick else (POSTS, min(settings.rounds, 3))


def starts_of(chosen: list[Contender], case: Case, settings: Settings) -> dict[str, list[Start]]:
    pair = [contender for contender in chosen if contender.name in {BARE, EMULATOR}]
    return measure_starts(case, pair, settings)


def end_on_signal(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM unwinds as Ctrl-C does, so that every server is stopped on the way out."""
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    signal.signal(signal.SIGTERM, end_on_signal)
    try:
        report = measure(options)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return INTERRUPTED
    print(show(report))
    if options.json:
        options.json.write_text(json.dumps(report.as_json(), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
