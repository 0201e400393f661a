"""Scores nobody scripted: quiet backgrounds, and plausible invention, both from one seed.

Every number here is a function of the seed and of what it is for, never of order or time.
"""

from collections.abc import Callable
from math import fsum

from emulator.core.taxonomy.text import TEXT_SEVERITIES, TextTaxonomy
from emulator.core.taxonomy.visual import Head, VisualTaxonomy

Draw = Callable[..., float]
"""A number of [0, 1) for whatever is named: the same for the same names, under one seed."""

BACKGROUNDS = 64
"""How many quiet pictures there are. More would look no different, and each costs 20 KB once
rendered."""

_LOUD = 0.12
"""How likely an invented picture or text is to show something in a given head or class."""


def quiet_head(head: Head, draw: Draw, *names: object) -> tuple[float, ...]:
    """The scores of a head in which nothing is seen: the negative class takes nearly all.

    Positive classes get between 1e-6 and 1e-3, as recorded answers do for clean pictures; no
    score is exactly 0 or 1.
    """
    scores = [10 ** -(3 + 3 * draw(*names, head.name, name)) for name in head.classes]
    return _with_remainder(head, scores)


def _with_remainder(head: Head, scores: list[float]) -> tuple[float, ...]:
    scores[head.negative_at] = 0
    scores[head.negative_at] = 1 - fsum(scores)
    return tuple(scores)


def invented_heads(
    taxonomy: VisualTaxonomy, draw: Draw, content: str
) -> dict[int, tuple[float, ...]]:
    """Heads in which an invented picture shows something; the others stay quiet."""
    return {
        at: _loud_head(head, draw, content)
        for at, head in enumerate(taxonomy.heads)
        if draw("loud", content, head.name) < _LOUD
    }


def _loud_head(head: Head, draw: Draw, content: str) -> tuple[float, ...]:
    positives = [at for at in range(len(head.classes)) if at != head.negative_at]
    seen = positives[int(draw("which", content, head.name) * len(positives))]
    scores = list(quiet_head(head, draw, "beside", content))
    scores[seen] = 0.3 + 0.69 * draw("how much", content, head.name)
    return _with_remainder(head, scores)


def invented_severities(taxonomy: TextTaxonomy, draw: Draw, content: str) -> tuple[int, ...]:
    """Severities of an invented text: mostly 0, each one that its class may have."""
    return tuple(_severity(name, draw, content) for name in taxonomy.classes)


def _severity(name: str, draw: Draw, content: str) -> int:
    if draw("loud", content, name) >= _LOUD:
        return 0
    possible = [severity for severity in TEXT_SEVERITIES[name] if severity > 0]
    return possible[int(draw("how much", content, name) * len(possible))]


def quiet_heads(
    taxonomy: VisualTaxonomy, draw: Draw, background: int
) -> tuple[tuple[float, ...], ...]:
    """All heads of one quiet background, in the order of the taxonomy."""
    return tuple(quiet_head(head, draw, "background", background) for head in taxonomy.heads)
