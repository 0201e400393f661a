"""Points at which several classes have a value each."""

from collections.abc import Sequence
from typing import Any

from emulator.core.model import Kind
from emulator.core.prediction.completion import complete_head
from emulator.core.taxonomy.visual import Head
from emulator.lab.asking import LabError
from emulator.lab.axes import Axis, alone
from emulator.lab.point import Point, Scene, Scores, with_head
from emulator.lab.setup import Setup

Wanted = Sequence[tuple[Axis, Any]]
"""Lines, and the value that each is to have."""


def joint(setup: Setup, wanted: Wanted) -> Point | None:
    """The point where all of them are so; None where the scores of a head cannot be.

    `LabError` when no content has all of these classes, or one of them is named twice.
    """
    names = [axis.name for axis, _ in wanted]
    kinds = {axis.head is None for axis, _ in wanted}
    if len(kinds) > 1 or len(set(names)) < len(names):
        told = " and ".join(map(repr, names))
        raise LabError(f"{told} cannot be looked at together: no content has both")
    base = setup.base_of(wanted[0][0])
    return _text(base, wanted) if base.kind is Kind.TEXT else _picture(base, wanted)


def _picture(base: Point, wanted: Wanted) -> Point | None:
    scene: Scene = base.frames[0]
    heads: dict[int, dict[str, float]] = {}
    found: dict[int, Head] = {}
    for axis, score in wanted:
        assert axis.head is not None  # noqa: S101 - every line of a picture is of a head
        heads.setdefault(axis.place, {})[axis.name] = score
        found[axis.place] = axis.head
    for place, scores in heads.items():
        complete = _completed(found[place], scores)
        if complete is None:
            return None
        scene = with_head(scene, place, complete, found[place])
    return base.showing(scene)


def _completed(head: Head, scores: dict[str, float]) -> Scores | None:
    """As a class alone is looked at; several as fixtures are completed."""
    if len(scores) == 1:
        [(name, score)] = scores.items()
        return alone(head, head.classes.index(name), score)
    try:
        return complete_head(head, scores)
    except ValueError:
        return None


def _text(base: Point, wanted: Wanted) -> Point:
    said = base.said
    for axis, value in wanted:
        own = axis.at(value).said
        said = said._replace(words=said.words + own.words.removeprefix(base.said.words))
        if own.language != base.said.language:
            said = said._replace(language=own.language)
        for name, severity in own.severities:
            said = said.with_severity(name, severity)
        if axis.kind == "severity":
            said = said.with_severity(axis.name, value)
    return base._replace(said=said)
