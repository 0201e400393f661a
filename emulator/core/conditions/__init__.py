"""What may be asked of a submission and of who sent it: rules and policies decide by the same."""

from emulator.core.conditions.composites import AllOf, AnyOf, Not, counts_in, inside, subjects
from emulator.core.conditions.condition import (
    KNOWN,
    PATRON_STATES,
    Condition,
    Count,
    Explanation,
    Facts,
    Known,
    Leaf,
)
from emulator.core.conditions.logic import implies, implies_normal, never, normal
from emulator.core.conditions.window import Window

__all__ = [
    "KNOWN",
    "PATRON_STATES",
    "AllOf",
    "AnyOf",
    "Condition",
    "Count",
    "Explanation",
    "Facts",
    "Known",
    "Leaf",
    "Not",
    "Window",
    "counts_in",
    "implies",
    "implies_normal",
    "inside",
    "never",
    "normal",
    "subjects",
]
