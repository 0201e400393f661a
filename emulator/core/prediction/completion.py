"""Filling in a head: what was scripted stays, and the remainder goes where it belongs.

The remainder goes to the head's negative class or, where that is scripted too, to the first
unscripted positive class; with none left the scripted scores must sum to 1 by themselves.
"""

from collections.abc import Iterable, Mapping
from math import fsum, isclose

from emulator.core.taxonomy.visual import Head, VisualTaxonomy

TOLERANCE = 1e-9


def complete_head(head: Head, scripted: Mapping[str, float]) -> tuple[float, ...]:
    """The scores of every class of a head, which sum to 1.

    ValueError tells when the scripted ones cannot be part of such a sum.
    """
    total = fsum(scripted.values())
    if total > 1 + TOLERANCE:
        raise ValueError(_too_much(head, scripted, total))
    remainder = max(0.0, 1 - total)
    takes_it = _remainder_class(head, scripted)
    if takes_it is None and not isclose(total, 1, abs_tol=TOLERANCE):
        raise ValueError(
            f"every class of the head {head.name!r} is scripted, and they sum to {total:g}: "
            "they must sum to 1"
        )
    return tuple(remainder if name == takes_it else scripted.get(name, 0) for name in head.classes)


def complete(
    taxonomy: VisualTaxonomy, scripted: Mapping[str, float]
) -> dict[int, tuple[float, ...]]:
    """The complete scores of each head of which a class is scripted, by the head's place.

    A class that this taxonomy does not have is left out. ValueError as for `complete_head`.
    """
    by_head: dict[int, dict[str, float]] = {}
    for name, score in scripted.items():
        place = taxonomy.places.get(name)
        if place is not None:
            by_head.setdefault(place, {})[name] = score
    return {place: complete_head(taxonomy.heads[place], some) for place, some in by_head.items()}


def _remainder_class(head: Head, scripted: Mapping[str, float]) -> str | None:
    if head.negative not in scripted:
        return head.negative
    return next((name for name in head.classes if name not in scripted), None)


def _too_much(head: Head, scripted: Iterable[str], total: float) -> str:
    names = ", ".join(scripted)
    return f"the scores of the head {head.name!r} ({names}) sum to {total:g}: at most 1 is possible"
