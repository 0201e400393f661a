"""What is told to people: words that are safe to show, moments, tables and lists of facts."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

import click

from emulator.core.duration import format_duration
from emulator.core.plain import plain

GOOD = "green"
BAD = "red"
UNDECIDED = "yellow"
_COLOURS = {
    **dict.fromkeys(("finished", "delivered"), GOOD),
    **dict.fromkeys(("failed", "dropped", "no answer"), BAD),
    **dict.fromkeys(("accepted", "in_progress", "scheduled", "in_flight"), UNDECIDED),
}


class Cell(NamedTuple):
    """A text and its colour, which is put on when its place in a table is known."""

    text: str
    colour: str | None = None

    def padded(self, width: int) -> str:
        """The text in its colour, with blanks behind it up to a width."""
        shown = click.style(self.text, fg=self.colour) if self.colour else self.text
        return shown + " " * (width - len(self.text))


def state(word: str) -> Cell:
    """A state in the colour of what it means."""
    return Cell(plain(word), _COLOURS.get(word))


def status(code: int | None) -> Cell:
    """The status of an answer; 0 or None where there was none."""
    if not code:
        return state("no answer")
    return Cell(str(code), GOOD if code < 300 else BAD)


def moment(stamp: str | None) -> str:
    """A time stamp of the control API, to be read: 2026-01-01 00:00:05.250, always UTC."""
    return "" if stamp is None else plain(stamp).replace("T", " ").removesuffix("Z")


def duration(seconds: float) -> str:
    """So many seconds."""
    return format_duration(timedelta(seconds=seconds))


def counted(number: int, what: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def table(head: Sequence[str], rows: Iterable[Sequence[str | Cell]]) -> str:
    """Rows below their heads, as wide as they need to be."""
    cells = [[Cell(name) for name in head]]
    cells += [[one if isinstance(one, Cell) else Cell(one) for one in row] for row in rows]
    widths = [max(len(row[at].text) for row in cells) for at in range(len(head))]
    return "\n".join(
        "  ".join(cell.padded(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def facts(told: Iterable[tuple[str, str | Sequence[str]]], indent: int = 2) -> str:
    """Names with what is to be said of each, a line or several; what has nothing is left out."""
    lines = []
    for name, said in told:
        several = [line for line in ([said] if isinstance(said, str) else said) if line]
        lines += [f"{'' if at else name:12}{line}" for at, line in enumerate(several)]
    return "\n".join(f"{' ' * indent}{line}" for line in lines)
