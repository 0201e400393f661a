"""The exchanges of the Dashboard API leave nothing out: no condition, no action, no refusal."""

import ast
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from emulator.core import errors
from emulator.core.conditions.comparing import OPERATORS
from emulator.core.parsing import posting, submission
from emulator.core.rules import ACTIONS, BY_RULES, FREQUENCIES, TYPES
from emulator.library.bundled import bundled
from emulator.library.conditions import CONDITIONS
from tests.contract.exchanges import EXCHANGES as EVERY

EXCHANGES = [one for one in EVERY if one.file.startswith("dashboard/")]
BUNDLED = yaml.safe_load((bundled("applications") / "dashboard.yaml").read_text("utf-8"))
DEFAULT_RULES = BUNDLED["applications"][0]["rules"]


def written_in(value: Any) -> Iterator[str]:
    """Every key of a structure, and every text that stands alone in it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from written_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from written_in(inner)
    elif isinstance(value, str):
        yield value


BROUGHT = [rule for one in EXCHANGES for rule in one.data.get("rules", ())]


@pytest.mark.parametrize("key", CONDITIONS)
def test_every_leaf_and_every_way_to_compose_them_occurs(key: str) -> None:
    assert any(key in written_in(rule["when"]) for rule in BROUGHT)
    assert any(one.name.split(",")[0].split(" ")[0] == key for one in EXCHANGES)


@pytest.mark.parametrize("kind", ["visual", "text", "content_metadata"])
@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_occurs_on_everything_that_is_compared(operator: str, kind: str) -> None:
    compared = [rule["when"][kind] for rule in BROUGHT if kind in rule["when"]]
    assert any(operator in written_in(one) for one in compared)


@pytest.mark.parametrize("action", BY_RULES)
def test_every_action_of_rules_occurs(action: str) -> None:
    assert any(action in written_in(rule["action"]) for rule in BROUGHT)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_occurs_by_hand_and_is_told_to_a_webhook(action: str) -> None:
    acts = [step["act"] for one in EXCHANGES for step in one.steps if "act" in step]
    assert any(action in written_in(act["action"]) for act in acts)
    webhooks = [one.data["actions"] for one in EXCHANGES if "actions" in one.data]
    assert any(action in one for one in webhooks)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("type", one) for one in TYPES),
        *(("trigger_frequency", one) for one in FREQUENCIES),
        ("active", False),
        ("active", True),
        ("cardinality", 5),
    ],
)
def test_every_setting_of_a_rule_occurs(key: str, value: object) -> None:
    assert value in [rule.get(key) for rule in BROUGHT]


def test_every_bundled_rule_is_tripped_by_something() -> None:
    """By an exchange that brings no rules along, or in the worked example of the documents."""
    plain = [one for one in EXCHANGES if not one.data.keys() & {"rules", "config"}]
    tripped = {name for one in plain for step in one.steps for name in step.get("triggers", ())}
    tripped |= {rule for one in plain for rule in names_in(one.steps)}
    assert {"Post has text in Deny List", "Explicit, unless verified", "Contact data"} <= tripped


def names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (name for name in (value.get("rule_name"),) if name)
        for inner in value.values():
            yield from names_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from names_in(inner)


IMPOSSIBLE = {
    "media_not_uploaded": "an upload is refused before",
    "wrong_content": "an application takes texts and pictures alike",
    "too_many_frames": "an hour of video has fewer",
}


def raised_by(module: Any) -> set[str]:
    """The refusals that a module makes."""
    return {
        node.func.attr
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "errors"
    }


def test_every_refusal_of_a_posting_occurs() -> None:
    told = {step["refuses"] for one in EXCHANGES for step in one.steps if "refuses" in step}
    assert raised_by(posting) | raised_by(submission) <= told | IMPOSSIBLE.keys()
    keys = {"missing_key", "missing_scheme", "wrong_scheme", "unknown_key", "refused_key"}
    assert {*keys, "key_of_the_other_kind", "unknown_scenario", "bad_name"} <= told
    assert all(hasattr(errors, name) for name in told)
