"""Declared policies: what is decided of an answer, by the conditions that rules are made of too.

A policy does not change. It decides (`decide`), and says itself in plain words (`str`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.core.conditions import KNOWN, Condition, Facts, Known, implies, inside, never
from emulator.core.conditions.comparing import Bound
from emulator.core.conditions.others import Visual
from emulator.core.conditions.texts import Text


def canonical(value: Any) -> str:
    """A decision as canonical JSON, by which decisions are compared.

    Keys are sorted, and a number that is whole is written as one, since JSON has one sort of
    numbers only. TypeError or ValueError when it is no value of JSON.
    """
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"its key {key!r} is no text")
    return key


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided when something holds; `where` is the file and line it was read from."""

    decide: Any
    when: Condition
    where: str = ""

    def __str__(self) -> str:
        return f"{canonical(self.decide)} when {self.when}"

    def as_written(self) -> dict[str, Any]:
        """The mapping that reads back to this."""
        return {"decide": self.decide, "when": self.when.as_written()}


@dataclass(frozen=True, slots=True)
class Policy:
    """Decisions in their order, of which the first that holds counts, and what is decided else."""

    decisions: tuple[Decision, ...]
    otherwise: Any

    def decide(self, facts: Facts) -> Any:
        """What is decided of this."""
        for decision in self.decisions:
            if decision.when.holds(facts):
                return decision.decide
        return self.otherwise

    def __str__(self) -> str:
        return "; ".join([*map(str, self.decisions), f"otherwise {canonical(self.otherwise)}"])

    def as_written(self) -> dict[str, Any]:
        """The mapping, fit for JSON and YAML, that reads back to this."""
        decisions = [decision.as_written() for decision in self.decisions]
        return {"decisions": decisions, "otherwise": self.otherwise}

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every condition in it, and all that each is made of."""
        for decision in self.decisions:
            yield from inside(decision.when)


def bounds_in(conditions: Iterable[Condition]) -> dict[str, list[Bound]]:
    """By class, every bound that some of these conditions compares its score or severity with."""
    found: dict[str, list[Bound]] = {}
    for condition in conditions:
        if isinstance(condition, Visual | Text):
            found.setdefault(condition.name, []).extend(condition.comparison.bounds)
    return found


def useless(policy: Policy, known: Known = KNOWN) -> Iterator[tuple[Decision, str]]:
    """The decisions that are never made, as far as can be told, and why."""
    for at, decision in enumerate(policy.decisions):
        reason = never(decision.when, known)
        before = next(
            (one for one in policy.decisions[:at] if implies(decision.when, one.when)), None
        )
        if reason is not None:
            yield decision, f"can never hold: {reason}"
        elif before is not None:
            yield decision, f"is never reached: it holds only where {before} comes first"
