"""Which class of a head a policy reads: scores of one head move together, since they sum to 1.

At a change two neighbouring doubles are decided differently. There the class itself and the rest of
its head can be moved one without the other: the head still sums to 1 within 1e-9, as it has to.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.lab.axes import Axis, alone, in_head, shared
from emulator.lab.point import Point, Scores
from emulator.lab.search import Change

if TYPE_CHECKING:
    from emulator.lab.mapping import Row
    from emulator.lab.trial import Trial

OWN = "itself"
SUM = "the sum of the head's positive classes"
SEVERAL = "several classes of its head together"
NEGATIVE = "the negative class"
OTHERS = "the other classes"
ITSELF = (OWN, SUM, SEVERAL)
"""Readings in which the class itself counts."""


def readings(trial: "Trial", rows: Iterable["Row"]) -> None:
    """Find out for every change of every line of scores what the policy reads there."""
    rows = [row for row in rows if row.axis.head is not None]
    jobs = [(row, change) for row in rows for change in row.changes]
    trial.ask([point for row, change in jobs for point in _probes(trial, row.axis, change)])
    for row, change in jobs:
        row.reads.append(_reading(trial, row, change))


def _probes(trial: "Trial", axis: Axis, change: Change) -> list[Point]:
    """The class moved alone, the rest moved alone, and all positive classes moved evenly."""
    head = axis.head
    assert head is not None  # noqa: S101 - only lines of scores come here
    at = head.classes.index(axis.name)
    below, above = alone(head, at, change.below), alone(head, at, change.above)
    scores = [_with(below, at, above[at]), _with(above, at, below[at])]
    if not axis.negative and len(head.classes) > 2:
        scores.append(shared(head, change.above, 1 - change.above))
    base = trial.setup.base_of(axis)
    return [in_head(base, axis.place, head, one) for one in scores]


def _with(scores: Scores, at: int, score: float) -> Scores:
    return (*scores[:at], score, *scores[at + 1 :])


def _reading(trial: "Trial", row: "Row", change: Change) -> str:
    own, others, *spread = trial.ask(_probes(trial, row.axis, change))
    by_itself, by_others = own != change.before, others != change.before
    if by_others and not by_itself:
        return OTHERS if row.axis.negative else NEGATIVE
    if by_itself and not by_others:
        even = bool(spread) and spread[0] == change.after
        return SUM if even and not _explained(trial, row.axis, change) else OWN
    return SEVERAL


def _explained(trial: "Trial", axis: Axis, change: Change) -> bool:
    """Whether some positive class alone is decided so already at its share of the sum."""
    head = axis.head
    assert head is not None  # noqa: S101 - only lines of scores come here
    share = change.above / (len(head.classes) - 1)
    base = trial.setup.base_of(axis)
    points = [
        in_head(base, axis.place, head, alone(head, at, share))
        for at in range(len(head.classes))
        if at != head.negative_at
    ]
    return change.after in trial.ask(points)
