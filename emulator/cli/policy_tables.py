"""What the policy lab found out, for a terminal, and as fixtures."""

from collections.abc import Callable, Iterable, Sequence
from json import dumps

import click

from emulator.cli.tables import BAD, Cell, table
from emulator.core.plain import plain
from emulator.lab.axes import SCORE, SEVERITY
from emulator.lab.boundaries import Boundary
from emulator.lab.comparing import Comparison, Difference
from emulator.lab.mapping import Map, Row
from emulator.lab.pairs import Pair
from emulator.lab.reports.html import Palette
from emulator.lab.reports.words import changes, headline, never, notes, shown
from emulator.lab.trial import Finding

_MOST = 60
_COLOURS = {"d1": "red", "d2": "yellow", "trouble": "red"}


def map_table(found: Map) -> str:
    """The classes that matter, what never does, and what was found."""
    palette = Palette(found.tokens, found.base)
    speed = f"{found.asked:,} answers in {found.seconds:.1f} s"
    parts = [f"{headline(found)}; {speed}", _legend(found, palette)]
    rows = [_row(row, palette) for row in found.rows if row.matters]
    if rows:
        scores = any(row.axis.kind == SCORE for row in found.rows)
        line = "from 0 to 1" if scores else "values"
        parts += ["", table(("class", line, "decides", "notes"), rows)]
    parts += ["", f"{never(found)}."]
    parts += [part for pair in found.pairs for part in ("", _pair(pair, palette))]
    return "\n".join([*parts, *_findings(found.findings)])


def _legend(found: Map, palette: Palette) -> str:
    return "   ".join(
        f"{palette.letter(token)} {plain(shown(token), 60)}" for token in found.tokens
    )


def _row(row: Row, palette: Palette) -> Sequence[str | Cell]:
    strip = "".join(palette.letter(token) for _, token in row.cells)
    if row.axis.kind != SCORE:
        strip = _strip(row, palette)
    first = next(token for _, token in row.cells if token != row.base)
    colour = _COLOURS.get(palette.class_of(first), "cyan") if row.direct else None
    decides = Cell(plain("; ".join(changes(row)), 70), colour)
    return plain(row.axis.name), strip, decides, plain("; ".join(notes(row)), 100)


def _strip(row: Row, palette: Palette) -> str:
    """Every severity with its letter; of choices those that change the decision."""
    if row.axis.kind == SEVERITY:
        return " ".join(f"{value}{palette.letter(token)}" for value, token in row.cells)
    changing = {palette.letter(token): value for value, token in row.cells if token != row.base}
    return plain(" ".join(f"{value} {letter}" for letter, value in changing.items()), 40)


def _pair(pair: Pair, palette: Palette) -> str:
    names = f"{pair.one.name} (down) and {pair.other.name} (across)"
    lines = [
        "".join(" " if token is None else palette.letter(token) for token in line)
        for line in pair.cells
    ]
    width = max(len(str(value)) for value in pair.one.values)
    drawn = [
        f"  {value!s:>{width}} {line}" for value, line in zip(pair.one.values, lines, strict=True)
    ]
    told = f"  {len(pair.together)} pairs decide as neither class alone does"
    return "\n".join([plain(names), *drawn, told])


def comparison_table(found: Comparison, say: Callable[[Difference], str], verdict: str) -> str:
    """Every difference in its sentence, and what it comes to."""
    told = [plain(say(one)) for one in found.differences[:_MOST]]
    if len(found.differences) > _MOST:
        told.append(f"… and {len(found.differences) - _MOST} more")
    return "\n".join([*told, *_findings(found.findings), verdict])


def _findings(findings: Iterable[Finding]) -> list[str]:
    lines = []
    for one in findings:
        lines += ["", f"{click.style('finding', fg=BAD)}: {plain(one)}"]
        if one.fixture is not None:
            lines.append(f"  as a fixture: {plain(dumps(one.fixture), 300)}")
        lines += [f"  {plain(line)}" for line in one.details.splitlines()]
    return lines


def boundaries_yaml(found: Map, made: Sequence[Boundary]) -> str:
    """The fixtures as a file, each below a comment with what is decided and what to submit."""
    lines = [
        f"# The boundaries of {plain(found.policy)} over {found.setup.contract} answers,",
        "# for `hive-emulator --fixtures`. Above each: what to submit, and what is decided then.",
    ]
    if not made:
        return "\n".join([*lines, "fixtures: []", ""])
    lines.append("fixtures:")
    for one in made:
        submit = ", ".join(f"{name}: {value}" for name, value in one.submit.items())
        lines.append(f"  # {plain(submit)} -> {plain(shown(one.decision))}")
        lines.append(f"  - {_flow(one.fixture)}")
    return "\n".join([*lines, ""])


def _flow(fixture: object) -> str:
    """JSON, which is YAML in flow style."""
    return dumps(fixture, ensure_ascii=False)
