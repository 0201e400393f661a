"""Two policies held against each other: where they decide differently, in one sentence each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from emulator.core.policy import Policy
from emulator.core.rendering.values import number
from emulator.lab.asking import Question
from emulator.lab.axes import CHOICE, Axis, grid
from emulator.lab.corners import corners
from emulator.lab.mapping import Row, look
from emulator.lab.pairs import lines_of, map_pair
from emulator.lab.setup import STEPS
from emulator.lab.trial import Finding, TooLate, Trial, said


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch, or one input, of which the one policy decides otherwise than the other.

    `of` is the class or what else it is about, `at` the place in words, `count` how many inputs
    that were looked at lie there.
    """

    of: str
    at: str
    one: str
    other: str
    count: int = 1
    low: Any = None
    high: Any = None


@dataclass
class Comparison:
    """Everything that was found out about two policies."""

    one: Trial
    other: Trial
    differences: list[Difference] = field(default_factory=list)
    compared: int = 0
    lines: list[str] = field(default_factory=list)
    submissions: int = 0
    complete: bool = True

    @property
    def changed(self) -> int:
        """How many inputs are decided differently."""
        return sum(one.count for one in self.differences)

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with either."""
        return [*self.one.findings.values(), *self.other.findings.values()]


def compare(
    one: Trial,
    other: Trial,
    *,
    steps: int = STEPS,
    pairs: Sequence[tuple[str, str]] = (),
    declared: Iterable[Policy] = (),
    corpus: Sequence[Question] = (),
) -> Comparison:
    """Walk every class with both, and whatever declared policies join, and a corpus.

    Both look at every value that a change of either lies at, so that no stretch is passed over that
    the one alone decides in some way.
    """
    found = Comparison(one, other)
    paired = [lines_of(one.setup, pair, grid(0, 1, steps)) for pair in pairs]
    try:
        one.begin()
        other.begin()
        _compare_lines(found, steps)
        for axes in paired:
            _compare_pair(found, *axes)
        for policy in declared:
            _compare_corners(found, policy)
        _compare_corpus(found, corpus)
        _ask_again(found)
    except TooLate:
        found.complete = False
    return found


def _compare_lines(found: Comparison, steps: int) -> None:
    axes = found.one.setup.axes(grid(0, 1, steps))
    found.lines = [axis.name for axis in axes]
    rows = zip(axes, look(found.one, axes), look(found.other, axes), strict=True)
    looked_at = [(axis, _values(axis, row, also)) for axis, row, also in rows]
    for trial in (found.one, found.other):
        trial.ask([axis.at(value) for axis, values in looked_at for value in values])
    for axis, values in looked_at:
        found.compared += len(values)
        found.differences += _stretches(found, axis, values)


def _values(axis: Axis, *rows: Row) -> list[Any]:
    if axis.kind == CHOICE:
        return [*axis.values]
    changes = chain.from_iterable(row.changes for row in rows)
    more = (value for change in changes for value in (change.below, change.above))
    return sorted({*axis.values, *more})


def _stretches(found: Comparison, axis: Axis, values: Sequence[Any]) -> Iterator[Difference]:
    """Neighbouring values that are decided in the same two different ways are one stretch."""
    start: list[Any] = []
    before: tuple[str, str] | None = None
    for value in values:
        point = axis.at(value)
        both = found.one.one(point), found.other.one(point)
        if start and (both != before or axis.kind == CHOICE):
            yield _difference(axis, start, before)
            start = []
        if both[0] != both[1]:
            start.append(value)
        before = both
    if start:
        yield _difference(axis, start, before)


def _difference(axis: Axis, values: list[Any], both: tuple[str, str] | None) -> Difference:
    one, other = both or ("", "")
    low, high = values[0], values[-1]
    at = f"at {_shown(low)}" if low == high else f"from {_shown(low)} to {_shown(high)}"
    return Difference(axis.name, at, one, other, len(values), low, high)


def _shown(value: Any) -> str:
    return number(value) if isinstance(value, int | float) else repr(value)


def _compare_pair(found: Comparison, line: Axis, also: Axis) -> None:
    one, other = map_pair(found.one, line, also), map_pair(found.other, line, also)
    for value, mine, theirs in zip(line.values, one.cells, other.cells, strict=True):
        for more, a, b in zip(also.values, mine, theirs, strict=True):
            if a is None or b is None:
                continue
            found.compared += 1
            if a != b:
                at = f"at {_shown(value)} with {also.name} at {_shown(more)}"
                found.differences.append(Difference(line.name, at, a, b))


def _compare_corners(found: Comparison, policy: Policy) -> None:
    for words, point in corners(policy, found.one.setup):
        a, b = found.one.one(point), found.other.one(point)
        found.compared += 1
        if a != b:
            name, _, at = words.partition(" ")
            found.differences.append(Difference(name, at, a, b))


def _compare_corpus(found: Comparison, corpus: Sequence[Question]) -> None:
    mine, theirs = found.one.ask_questions(corpus), found.other.ask_questions(corpus)
    found.submissions = len(corpus)
    for question, a, b in zip(corpus, mine, theirs, strict=True):
        if a.token != b.token:
            found.differences.append(Difference("", question.says, a.token, b.token))


def _ask_again(found: Comparison) -> None:
    """The bases and the ends of every stretch: whether they are decided alike a second time."""
    lines = {axis.name: axis for axis in found.one.setup.axes((0.0, 1.0))}
    ends = [
        lines[one.of].at(value)
        for one in found.differences
        if one.of in lines and one.low is not None
        for value in (one.low, one.high)
    ]
    for trial in (found.one, found.other):
        trial.again([*trial.setup.bases, *ends])


def deviation(difference: Difference) -> str:
    """What a check says of it."""
    one, expected = said(difference.one), said(difference.other)
    return f"With {_place(difference)} it decides {one!r}, where {expected!r} is expected."


def change(difference: Difference) -> str:
    """What a comparison says of it."""
    one, other = said(difference.one), said(difference.other)
    return f"With {_place(difference)} the first decides {one!r}, the second {other!r}."


def _place(difference: Difference) -> str:
    return f"{difference.of} {difference.at}".strip()
