"""`validate`: what is wrong with files, each on its line, before anything is served."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from emulator.core.scenario import CALM
from emulator.library.bundled import bundled
from emulator.library.problems import Problem, Problems
from emulator.library.validation import Place, Report, validate
from emulator.server.certificate import certificate_of
from emulator.settings import BadSetting, Settings
from emulator.wiring import check_scenario, collect_settings


def check_files(paths: Sequence[Path], *, strict: bool) -> bool:
    """Check files, or without any those that `serve` would read; whether a start is possible."""
    report = validate(map(Place, paths)) if paths else _validate_served(os.environ)
    for problem in report.problems:
        click.echo(str(problem))
    for warning in report.warnings:
        click.echo(f"{warning.where}: warning: {warning.what}")
    for note in report.notes:
        click.echo(f"{note.where}: note: {note.what}")
    click.echo(_summary(report))
    return not report.problems and not (strict and report.warnings)


def _validate_served(environ: Mapping[str, str]) -> Report:
    """What `serve` would say of the variables, the configuration, and the files that they name."""
    problems = Problems()
    settings = collect_settings({}, environ, problems=problems)
    report = validate(_served(settings))
    known = [CALM.name, *(one.name for one in report.scenarios)]
    problems.found += _refusal(check_scenario, settings, known)
    problems.found += _refusal(certificate_of, settings)
    # The configuration was read twice, and told both times what is wrong with it.
    own = [problem for problem in problems.found if problem not in report.problems]
    report.problems = (*own, *report.problems)
    warnings = [Problem(*warning.split(": ", 1)) for warning in settings.warnings]
    report.warnings = [*warnings, *report.warnings]
    return report


def _refusal(check: Callable[..., object], *what: object) -> list[Problem]:
    try:
        check(*what)
    except BadSetting as error:
        return [Problem(error.where, error.what)]
    return []


def _served(settings: Settings) -> Iterator[Place]:
    """What `serve` reads, each as what it reads it."""
    if settings.config is not None:
        yield Place(settings.config, "configuration")
    if not settings.no_bundled:
        yield Place(bundled("applications"), "configuration", bundled=True)
    for kind, folder, own in (
        ("fixtures", "fixtures", settings.fixtures),
        ("scenario", "scenarios", settings.scenarios),
        ("words", "words", settings.words),
    ):
        asked = settings.places.get(folder, "")
        yield from (Place(path, kind, asked=asked) for path in own)
        if not settings.no_bundled:
            yield Place(bundled(folder), kind, bundled=True)


def _summary(report: Report) -> str:
    counted = (
        _count(report.files, "file"),
        _count(len(report.fixtures), "fixture"),
        _count(len(report.scenarios), "scenario"),
        _count(len(report.configurations), "configuration"),
        *([_policies(len(report.policies))] if report.policies else []),
    )
    found = f"{_count(len(report.problems), 'problem')}, {_count(len(report.warnings), 'warning')}"
    return f"{', '.join(counted)}: {found}"


def _policies(number: int) -> str:
    return "1 policy" if number == 1 else f"{number} policies"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
