"""The map of a policy: for every class alone, where on the base the decision changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from time import perf_counter
from typing import Any

from emulator.core.model import Kind
from emulator.lab.axes import CHOICE, SCORE, SEVERITY, Axis, grid
from emulator.lab.frames import Combination, combinations
from emulator.lab.heads import ITSELF, readings
from emulator.lab.pairs import Pair, lines_of, map_pair
from emulator.lab.point import Point
from emulator.lab.search import Change, between
from emulator.lab.setup import STEPS, Setup
from emulator.lab.trial import IGNORES, Finding, TooLate, Trial, each, said

GRADED = 8
"""So many different decisions along one line are rather a number than decisions."""


@dataclass
class Row:
    """One class: what is decided at each value of the grid, and where that changes.

    `reads` says for each change what the policy looks at there, `unsettled` that the exact places
    could not be found. `frames` tells of a video how its frames are combined.
    """

    axis: Axis
    cells: list[tuple[Any, str]]
    base: str
    changes: list[Change] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    unsettled: bool = False
    frames: Combination | None = None

    @property
    def matters(self) -> bool:
        """Whether the decision ever changes along this line."""
        return any(token != self.base for _, token in self.cells)

    @property
    def direct(self) -> bool:
        """Whether it is this class that the policy looks at, and not one that moves with it."""
        if not self.matters:
            return False
        return not self.reads or any(one in ITSELF for one in self.reads)

    @property
    def graded(self) -> bool:
        """Whether there are too many different decisions to look for thresholds."""
        return self.axis.kind == SCORE and len({token for _, token in self.cells}) > GRADED

    @property
    def monotone(self) -> bool:
        """Whether no decision comes back once it was left."""
        if self.axis.kind == CHOICE:
            return True
        runs = [token for token, _ in groupby(self.decisions)]
        return len(runs) == len(set(runs))

    @property
    def decisions(self) -> list[str]:
        """The decisions along the line, in their order, as far as they are known."""
        if self.axis.kind == SCORE and self.changes:
            return [self.changes[0].before, *(change.after for change in self.changes)]
        return [token for _, token in self.cells]


@dataclass
class Map:
    """Everything that was found out about a policy."""

    policy: str
    setup: Setup
    steps: int
    base: list[str]
    rows: list[Row] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    asked: int = 0
    seconds: float = 0.0
    complete: bool = True

    @property
    def tokens(self) -> list[str]:
        """Every decision there is, the base's first."""
        cells = (token for row in self.rows for _, token in row.cells)
        more = (change.after for row in self.rows for change in row.changes)
        paired = (token for pair in self.pairs for token in pair.tokens)
        return [*each([*self.base, *cells, *more, *paired])]

    @property
    def never(self) -> list[Row]:
        """The lines along which nothing changes."""
        return [row for row in self.rows if not row.matters]


def map_policy(
    trial: Trial,
    *,
    steps: int = STEPS,
    pairs: Sequence[tuple[str, str]] = (),
    low: float = 0.0,
    high: float = 1.0,
) -> Map:
    """Walk every class, and find out what the policy does there."""
    began = perf_counter()
    values = grid(low, high, steps)
    setup = trial.setup
    paired = [lines_of(setup, pair, values) for pair in pairs]
    found = Map(trial.asker.name, setup, steps, trial.begin())
    try:
        found.rows = walk(trial, setup.axes(values))
        found.pairs = [map_pair(trial, one, other) for one, other in paired]
        _ask_again(trial, found)
    except TooLate:
        found.complete = False
    _look_for_ignorance(trial, found)
    found.findings = [*trial.findings.values()]
    found.asked, found.seconds = trial.asked, perf_counter() - began
    return found


def walk(trial: Trial, axes: Sequence[Axis]) -> list[Row]:
    """A row for every line, with the exact places of its changes and what is read there."""
    rows = look(trial, axes)
    readings(trial, rows)
    if trial.setup.bases[0].kind is Kind.VIDEO:
        combinations(trial, rows)
    return rows


def look(trial: Trial, axes: Sequence[Axis]) -> list[Row]:
    """A row for every line, with the exact places of its changes."""
    points = [axis.at(value) for axis in axes for value in axis.values]
    tokens = iter(trial.ask(points))
    rows = [
        Row(
            axis,
            [(value, next(tokens)) for value in axis.values],
            trial.one(trial.setup.base_of(axis)),
        )
        for axis in axes
    ]
    _settle(trial, rows)
    return rows


def _settle(trial: Trial, rows: Iterable[Row]) -> None:
    """Find the exact places of all changes."""
    searched: list[tuple[Row, Any]] = []
    for row in rows:
        if row.axis.kind == SEVERITY:
            row.changes = _between_severities(row.cells)
        elif row.graded:
            row.unsettled = True
        elif row.axis.kind == SCORE:
            searched += [(row, search) for search in between(row.cells)]
    jobs = [(row.axis.at, search) for row, search in searched]
    for (row, _), changes in zip(searched, trial.search(jobs), strict=True):
        if changes is None:
            row.unsettled = True
        else:
            row.changes += changes


def _between_severities(cells: Sequence[tuple[int, str]]) -> list[Change]:
    neighbours = pairwise(cells)
    return [
        Change(before, after, low, high)
        for (low, before), (high, after) in neighbours
        if before != after
    ]


def _ask_again(trial: Trial, found: Map) -> None:
    """The bases, an end of every line, and both sides of every change."""
    again: list[Point] = [*trial.setup.bases]
    for row in found.rows:
        at: Callable[[Any], Point] = row.axis.at
        again.append(at(row.cells[-1][0]))
        for change in row.changes:
            again += [at(change.below), at(change.above)]
    trial.again(again)


def _look_for_ignorance(trial: Trial, found: Map) -> None:
    """A policy that has decided the same of everything has not looked."""
    everything = found.complete and not trial.setup.only
    if everything and len(found.tokens) == 1 and not trial.findings:
        [token] = found.tokens
        told = f"{trial.asked:,} answers, and always the decision {said(token)!r}"
        trial.find(IGNORES, told)
