"""What was found out as JSON."""

from json import loads
from typing import Any

from emulator.lab.boundaries import Boundary
from emulator.lab.comparing import Comparison, Difference
from emulator.lab.mapping import Map, Row
from emulator.lab.pairs import Pair
from emulator.lab.reports.words import changes, notes, operator
from emulator.lab.search import Change
from emulator.lab.trial import Finding, Trial, is_trouble


def of_map(found: Map) -> dict[str, Any]:
    """Everything in a map."""
    return {
        "policy": found.policy,
        "contract": found.setup.contract,
        "base": found.setup.base_words,
        "steps": found.steps,
        "answers": found.asked,
        "seconds": round(found.seconds, 3),
        "complete": found.complete,
        "decisions": [_token(token) for token in found.tokens],
        "classes": [_row(row) for row in found.rows],
        "never": [row.axis.name for row in found.never],
        "pairs": [_pair(pair) for pair in found.pairs],
        "findings": [_finding(one) for one in found.findings],
    }


def of_comparison(found: Comparison, say: Any, budget: int) -> dict[str, Any]:
    """Everything in a comparison."""
    return {
        "first": _policy(found.one),
        "second": _policy(found.other),
        "contract": found.one.setup.contract,
        "base": found.one.setup.base_words,
        "compared": found.compared,
        "submissions": found.submissions,
        "changed": found.changed,
        "budget": budget,
        "complete": found.complete,
        "differences": [_difference(one, say) for one in found.differences],
        "findings": [_finding(one) for one in found.findings],
    }


def of_boundaries(policy: str, found: list[Boundary]) -> dict[str, Any]:
    """The fixtures with what is submitted to get them and what is decided then."""
    return {
        "policy": policy,
        "boundaries": [
            {
                "name": one.name,
                "class": one.of,
                "value": one.value,
                "submit": one.submit,
                "decision": _token(one.decision),
                "fixture": one.fixture,
            }
            for one in found
        ],
    }


def _policy(trial: Trial) -> dict[str, Any]:
    return {"policy": trial.asker.name, "answers": trial.asked}


def _token(token: str) -> Any:
    """A decision as itself; a trouble as an object that no decision of a sane policy looks like."""
    return {"trouble": token} if is_trouble(token) else loads(token)


def _row(row: Row) -> dict[str, Any]:
    axis = row.axis
    told: dict[str, Any] = {
        "class": axis.name,
        "group": axis.group,
        "kind": axis.kind,
        "negative": axis.negative,
        "matters": row.matters,
        "direct": row.direct,
        "monotone": row.monotone,
        "base": _token(row.base),
        "says": changes(row),
        "notes": notes(row),
        "changes": [
            {**_change(change, row), "reads": reads}
            for change, reads in zip(row.changes, _reads(row), strict=True)
        ],
        "cells": [{"at": value, "decision": _token(token)} for value, token in row.cells],
    }
    if row.frames is not None:
        told["frames"] = {"combined_by": row.frames.word, "says": row.frames.says}
    return told


def _reads(row: Row) -> list[str | None]:
    return [*row.reads] if row.reads else [None] * len(row.changes)


def _change(change: Change, row: Row) -> dict[str, Any]:
    rising = change.after != row.base
    return {
        "threshold": change.threshold,
        "operator": operator(change, rising=rising),
        "decision": _token(change.after if rising else change.before),
        "before": _token(change.before),
        "after": _token(change.after),
        "below": change.below,
        "above": change.above,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "classes": [pair.one.name, pair.other.name],
        "values": [[*pair.one.values], [*pair.other.values]],
        "decisions": [
            [None if token is None else _token(token) for token in line] for line in pair.cells
        ],
        "impossible": sum(token is None for line in pair.cells for token in line),
        "together": [
            {"at": [one, other], "decision": _token(token)} for one, other, token in pair.together
        ],
    }


def _difference(one: Difference, say: Any) -> dict[str, Any]:
    return {
        "says": say(one),
        "class": one.of or None,
        "from": one.low,
        "to": one.high,
        "inputs": one.count,
        "first": _token(one.one),
        "second": _token(one.other),
    }


def _finding(one: Finding) -> dict[str, Any]:
    told = {
        "kind": one.kind,
        "says": str(one),
        "what": one.what,
        "count": one.count,
        "input": one.input,
        "fixture": one.fixture,
        "answer": one.answer,
        "details": one.details,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}
