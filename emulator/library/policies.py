"""Policies from YAML, and what is suspicious about them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from emulator.core.conditions import KNOWN, Condition, Count, Known, inside
from emulator.core.conditions.others import METADATA, PATRON, Metadata, PatronState
from emulator.core.policy import Decision, Policy, canonical, useless
from emulator.core.taxonomy.visual import DOCS, Head, VisualTaxonomy
from emulator.library.conditions import read_condition
from emulator.library.kinds import is_for
from emulator.library.problems import Problem, Problems
from emulator.library.reading import Reader
from emulator.library.yaml import Row, Table, read_documents

POLICY_KEYS = ("decisions", "otherwise")
DECISION_KEYS = ("decide", "when")
UNKNOWN_TO_ANSWERS = (METADATA[PATRON], "patron_state", "count")
"""The keys of conditions that no policy may have."""
_SECOND = "a policy is one document, this is a second"


def load_policy(path: Path, heads: Iterable[Head] = ()) -> Policy:
    """The policy in a file; `LibraryError` with everything that is wrong in it."""
    problems = Problems()
    documents = list(read_documents(path, problems))
    policy = None
    if not documents and not problems.found:
        problems.add(str(path), "there is nothing in this file: expected a policy")
    if len(documents) > 1:
        problems.add(documents[1].where(), _SECOND)
    if documents and is_for("policy", documents[0], problems):
        policy = read_policy(documents[0], problems, heads)
    problems.raise_if_any()
    assert policy is not None  # noqa: S101 - where there is none, there is a problem
    return policy


def read_policy(table: Table, problems: Problems, heads: Iterable[Head] = ()) -> Policy | None:
    """The policy of one document; None where something in it is wrong.

    `heads` are those that projects have beside the documented ones.
    """
    before = len(problems.found)
    reader = Reader(table, problems)
    reader.only("a policy", POLICY_KEYS)
    taxonomy = DOCS.with_heads(heads)
    decisions = [_read_decision(one, problems, taxonomy) for one in reader.tables_at("decisions")]
    for key in POLICY_KEYS:
        if key not in table:
            reader.wrong(None, f"a policy needs the key {key!r}")
    otherwise = _read_value(reader, "otherwise")
    if len(problems.found) > before:
        return None
    return Policy(tuple(one for one in decisions if one is not None), otherwise)


def _read_decision(table: Table, problems: Problems, taxonomy: VisualTaxonomy) -> Decision | None:
    reader = Reader(table, problems)
    reader.only("a decision", DECISION_KEYS)
    for key in DECISION_KEYS:
        if key not in table:
            reader.wrong(None, f"a decision needs the key {key!r}")
    decide = _read_value(reader, "decide")
    when = reader.table_at("when")
    condition = None if when is None else read_condition(when, problems, taxonomy)
    if when is None or condition is None:
        return None
    unknown = filter(None, map(_unknown, inside(condition)))
    for key in dict.fromkeys(unknown):
        told = f"a policy looks at one answer, which tells nothing for {key!r}"
        problems.add(when.where(), told)
    return Decision(decide, condition, reader.where())


def _unknown(condition: Condition) -> str | None:
    """The key of a condition that no answer can tell anything for."""
    if isinstance(condition, Count):
        return "count"
    if isinstance(condition, PatronState):
        return "patron_state"
    of_patron = isinstance(condition, Metadata) and condition.whose == PATRON
    return METADATA[PATRON] if of_patron else None


def _read_value(reader: Reader, key: str) -> Any:
    """A decision: any value of JSON."""
    value = _plain(reader.table.get(key))
    try:
        canonical(value)
    except (TypeError, ValueError) as error:
        reader.wrong(key, f"{key}: expected a value of JSON: {error}")
    return value


def _plain(value: Any) -> Any:
    """A value without its places."""
    if isinstance(value, Table):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, Row) else value


def warnings(policy: Policy, heads: Iterable[Head] = ()) -> Iterator[Problem]:
    """That a decision is never made."""
    known = Known(frozenset(DOCS.with_heads(heads).places), KNOWN.text)
    for decision, why in useless(policy, known):
        yield Problem(decision.where, f"the decision {decision} {why}")
