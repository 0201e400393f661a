"""The schema of rules: it takes what the reader takes, and refuses what the reader refuses."""

import json
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from emulator.core.rules import Rule
from emulator.library.rule_schemas import condition_schema, definitions, rule_schema
from tests.core.conditions.made import CONDITIONS
from tests.library.test_conditions import conditions_of
from tests.library.test_rules import MADE, rules_of

RULES = Draft202012Validator(
    {"properties": {"rules": {"items": rule_schema()}}, "$defs": definitions()}
)
ALONE = Draft202012Validator({**condition_schema(), "$defs": definitions()})


def test_the_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(RULES.schema)
    Draft202012Validator.check_schema(ALONE.schema)


@given(MADE)
def test_every_rule_is_taken(made: Rule) -> None:
    RULES.validate({"rules": [made.as_written()]})


@given(CONDITIONS)
def test_every_condition_is_taken(made: Any) -> None:
    ALONE.validate(made.as_written())


def test_classes_of_a_projects_own_heads_are_taken() -> None:
    ALONE.validate({"visual": {"furry-yes_furry": {"gte": 0.5}}})


PII = {"pii": True}
COUNT = {"of": PII, "within": "24h", "at_least": 3}


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"visul": {}},
        {"visual": {}},
        {"visual": {"general_nsf": {"gte": 0.9}}},
        {"visual": {"no_gun": {}}},
        {"visual": {"no_gun": 0.9}},
        {"visual": {"no_gun": {"gte": True}}},
        {"visual": {"no_gun": {"above": 1}}},
        {"text": {"unicorn": {"gte": 1}}},
        {"text": {"hate": {"gte": 0.5}}},
        {"text": {"hate": {"gte": 1001}}},
        {"text_contains_any": []},
        {"text_contains_any": ""},
        {"profanity": False},
        {"profanity": 1},
        {"pii": False},
        {"pii": [""]},
        {"custom_class": 1},
        {"language": "en"},
        {"language": []},
        {"content_metadata": {}},
        {"content_metadata": {"a": [1]}},
        {"patron_metadata": {"a": {}}},
        {"patron_metadata": {"a": {"gt": "1"}}},
        {"patron_metadata": {"a": {"eq": []}}},
        {"patron_state": "bored"},
        {"all": []},
        {"any": PII},
        {"not": [PII]},
        {"not": {}},
        {"count": {}},
        {"count": {**COUNT, "of": {"not": {"count": COUNT}}}},
        {"count": {**COUNT, "within": 0}},
        {"count": {**COUNT, "within": "0s"}},
        {"count": {**COUNT, "at_least": 0}},
        {"count": {**COUNT, "by": "a"}},
    ],
    ids=json.dumps,
)
def test_both_refuse_a_wrong_condition(condition: Any) -> None:
    assert conditions_of(json.dumps(condition))[0] is None
    assert not ALONE.is_valid(condition)


RULE = {"name": "a", "type": "post", "when": PII, "action": "delete_post"}


@pytest.mark.parametrize(
    "changed",
    [
        *({"name": name} for name in ("", 1, None)),
        *({"type": kind} for kind in ("posts", None)),
        {"when": "pii"},
        *({"action": action} for action in ("tag_post", "ban", None)),
        {"action": {}},
        {"action": {"ban": {}}},
        {"action": {"ban_patron": {"for": "1d"}}},
        {"action": {"ban_patron": {}, "delete_post": {}}},
        {"action": {"tag_post": {}}},
        {"action": {"tag_post": {"tag": ""}}},
        {"action": {"suspend_patron": {"for": "0s"}}},
        {"action": {"suspend_patron": "7d"}},
        {"trigger_frequency": "twice"},
        {"active": 1},
        {"cardinality": 0},
        {"actve": True},
    ],
    ids=json.dumps,
)
def test_both_refuse_a_wrong_rule(changed: Any) -> None:
    document = {"rules": [RULE | changed]}
    assert rules_of(json.dumps(document))[1] != []
    assert not RULES.is_valid(document)


@pytest.mark.parametrize("missing", RULE)
def test_both_want_what_a_rule_needs(missing: str) -> None:
    document = {"rules": [{key: value for key, value in RULE.items() if key != missing}]}
    assert rules_of(json.dumps(document))[1] != []
    assert not RULES.is_valid(document)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"action": {"suspend_patron": {}}},
        {"action": "suspend_patron"},
        {"action": {"suspend_patron": {"for": 30}}},
        {"action": {"tag_patron": {"tag": "x"}}},
        {"action": {"ban_patron": {}}},
        {"when": {"count": {**COUNT, "within": 60}}},
        {"when": {"visual": {"no_gun": {"gte": 1.5}}, "text": {"spam": {"eq": 2}}}},
        {"when": {"text_contains_any": "a", "language": "EN", "custom_class": "b"}},
        {"when": {"patron_metadata": {"a": None, "b": "c", "d": {"eq": None, "gt": 1}}}},
    ],
    ids=json.dumps,
)
def test_both_take_what_is_right(changed: Any) -> None:
    document = {"rules": [RULE | changed]}
    assert rules_of(json.dumps(document))[1] == []
    RULES.validate(document)
