"""`validate`: what is wrong with files, each on its line, before anything is served."""

from collections.abc import Sequence
from pathlib import Path

import click

from emulator.library.bundled import bundled
from emulator.library.validation import Report, validate
from emulator.settings import Settings


def check_files(paths: Sequence[Path], settings: Settings, *, strict: bool) -> bool:
    """Check files, or without any those that `serve` would read; whether a start is possible."""
    report = validate(paths or _served(settings))
    for problem in report.problems:
        click.echo(str(problem))
    for warning in report.warnings:
        click.echo(f"{warning.where}: warning: {warning.what}")
    click.echo(_summary(report))
    return not report.problems and not (strict and report.warnings)


def _served(settings: Settings) -> list[Path]:
    own = [*settings.fixtures, *settings.scenarios]
    if settings.config is not None:
        own.append(settings.config)
    return own if settings.no_bundled else [*own, bundled("fixtures"), bundled("scenarios")]


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
