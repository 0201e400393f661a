"""Trials of policies, as short as they can be written."""

from typing import Any

from emulator.lab.callables import CallableAsker
from emulator.lab.mapping import Map, Row, map_policy
from emulator.lab.setup import make_setup
from emulator.lab.trial import Trial
from tests.lab.deciding import Decide


def trial(decide: Decide, contract: str = "visual", *, patience: float = 20, **how: Any) -> Trial:
    asker = CallableAsker(decide.__name__, decide, patience=patience)
    return Trial(asker, make_setup(contract, **how))


def mapped(decide: Decide, contract: str = "visual", steps: int = 11, **how: Any) -> Map:
    return map_policy(trial(decide, contract, **how), steps=steps)


def rows(found: Map) -> dict[str, Row]:
    """The classes that matter."""
    return {row.axis.name: row for row in found.rows if row.matters}
