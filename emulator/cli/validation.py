"""`validate`: what is wrong with files, each on its line, before anything is served."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from emulator.core.scenario import CALM
from emulator.library.bundled import bundled
from emulator.library.problems import Problem
from emulator.library.validation import Place, Report, validate
from emulator.settings import BadSetting, Settings
from emulator.wiring import check_scenario


def check_files(paths: Sequence[Path], settings: Settings | None, *, strict: bool) -> bool:
    """Check files, or those that `serve` would read with settings; whether a start is possible."""
    report = validate(map(Place, paths)) if settings is None else _validate_served(settings)
    for problem in report.problems:
        click.echo(str(problem))
    for warning in report.warnings:
        click.echo(f"{warning.where}: warning: {warning.what}")
    click.echo(_summary(report))
    return not report.problems and not (strict and report.warnings)


def _validate_served(settings: Settings) -> Report:
    report = validate(_served(settings))
    try:
        check_scenario(settings, [CALM.name, *(one.name for one in report.scenarios)])
    except BadSetting as error:
        report.problems = (*report.problems, Problem(error.where, error.what))
    return report


def _served(settings: Settings) -> Iterator[Place]:
    """What `serve` reads, each as what it reads it."""
    if settings.config is not None:
        yield Place(settings.config, "configuration")
    for kind, folder, own in (
        ("fixtures", "fixtures", settings.fixtures),
        ("scenario", "scenarios", settings.scenarios),
    ):
        yield from (Place(path, kind) for path in own)
        if not settings.no_bundled:
            yield Place(bundled(folder), kind, bundled=True)


def _summary(report: Report) -> str:
    counted = (
        _count(report.files, "file"),
        _count(len(report.fixtures), "fixture"),
        _count(len(report.scenarios), "scenario"),
        _count(len(report.configurations), "configuration"),
    )
    found = f"{_count(len(report.problems), 'problem')}, {_count(len(report.warnings), 'warning')}"
    return f"{', '.join(counted)}: {found}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
