"""Every exchange of the Dashboard API in dashboard/*.yaml, made with a real server."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import yaml

from emulator import run
from emulator.core import errors
from emulator.core.conditions.comparing import OPERATORS
from emulator.core.parsing import posting, submission
from emulator.core.rules import ACTIONS, BY_RULES, FREQUENCIES, TYPES
from emulator.library.bundled import bundled
from emulator.library.conditions import CONDITIONS
from emulator.settings import Keys
from tests.contract.exchanges import KINDS, Comparison, Exchange, as_printed, exchanges_in
from tests.contract.walking import STEPS, Walk
from tests.support.lives import client_of
from tests.support.receiver import Receiver, receiving

EXCHANGES = exchanges_in(Path(__file__).parent / "dashboard")
BUNDLED = yaml.safe_load((bundled("applications") / "dashboard.yaml").read_text("utf-8"))
DEFAULT_RULES = BUNDLED["applications"][0]["rules"]
every_exchange = pytest.mark.parametrize(
    "exchange", EXCHANGES, ids=[f"{one.file}: {one.name}" for one in EXCHANGES]
)


@pytest.fixture(scope="module")
def strict_url() -> Iterator[str]:
    """A server that takes declared keys only."""
    with run(port=0, keys=Keys.DECLARED) as server:
        yield server.url


@pytest.fixture(scope="module")
def hooks() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def walked(exchange: Exchange, url: str, hooks: Receiver) -> Walk:
    sandbox = f"contract-{crc32(f'{exchange.file}: {exchange.name}'.encode())}"
    with client_of(f"{url}/s/{sandbox}") as client:
        walk = Walk(client, hooks)
        walk.through(exchange)
        return walk


@every_exchange
def test_what_comes_back_is_what_has_to(
    exchange: Exchange, server_url: str, strict_url: str, hooks: Receiver
) -> None:
    url = strict_url if exchange.data.get("keys") == "declared" else server_url
    walk = walked(exchange, url, hooks)
    assert walk.comparison.differences == []
    assert hooks.came.empty(), "something came that no step takes"
    # A rule that an exchange brings along is there to fire.
    brought = {rule["name"] for rule in exchange.data.get("rules", ())}
    silent = brought - set(walk.triggered) - shown_otherwise(exchange)
    assert not silent, f"nothing trips {silent}"


def shown_otherwise(exchange: Exchange) -> set[str]:
    """The rules whose silence is the point, and those of tasks whose answer nobody sees."""
    return {
        *(rule["name"] for rule in exchange.data.get("rules", ()) if not rule.get("active", True)),
        *("Never", "Minus one"),
        *(["Selling"] if exchange.name.startswith("an asynchronous post") else []),
    }


@every_exchange
def test_an_exchange_is_written_as_it_has_to_be(exchange: Exchange) -> None:
    assert list(exchange.problems) == []


def test_no_two_exchanges_of_a_file_have_one_name() -> None:
    names = [(one.file, one.name) for one in EXCHANGES]
    assert len(set(names)) == len(names)


# Nothing is left out


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


def test_every_bundled_rule_is_tripped_by_something(server_url: str, hooks: Receiver) -> None:
    """By an exchange that brings no rules along, or in the worked example of the documents."""
    plain = [one for one in EXCHANGES if not one.data.keys() & {"rules", "keys"}]
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


def test_every_refusal_says_which_it_is() -> None:
    sends = [step for one in EXCHANGES for step in one.steps if "send" in step]
    assert all(("refuses" in step) is (step.get("status", 200) != 200) for step in sends)


# The comparing itself


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        (1, True),
        (0, False),
        (0, 0.0),
        ("1", 1),
        (None, 0),
        ([], None),
        ({}, []),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ([1, 1], [1]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}),
        ("<moment>", "2026-01-01"),
        ("<task>", "0e6b1d64-c37e-41ed-8e35-0242ac110002"),
        ("<rule id>", "short"),
        (["<rule id>", "<rule id>"], ["a" * 22, "b" * 22]),
        ("<integer>", True),
    ],
    ids=repr,
)
def test_what_is_different_is_told(expected: Any, found: Any) -> None:
    comparison = Comparison()
    comparison.whole(expected, found)
    assert comparison.differences
    assert comparison.compared


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"a": 1, "b": [None, "x", 0.5, True]}, {"a": 1, "b": [None, "x", 0.5, True]}),
        ({}, {}),
        ([], []),
        (["<rule id>", "<rule id 2>", "<rule id>"], ["a" * 22, "b" * 22, "a" * 22]),
        ({"at": "<moment>"}, {"at": "2026-01-01T00:00:00.000Z"}),
    ],
    ids=repr,
)
def test_what_is_the_same_is_the_same(expected: Any, found: Any) -> None:
    comparison = Comparison()
    comparison.whole(expected, found)
    assert comparison.differences == []


def test_a_part_may_have_other_keys_but_no_other_order() -> None:
    comparison = Comparison()
    comparison.part({"a": 1, "c": {"d": 1}}, {"a": 1, "b": 2, "c": {"d": 1, "e": 2}})
    assert comparison.differences == []
    comparison.part({"c": 1, "a": 1}, {"a": 1, "c": 1})
    assert len(comparison.differences) == 1


def test_a_print_allows_another_value_of_the_same_type_only() -> None:
    step = {"as printed": '{"a": "x", "b": [1]}', "but": {"a": "<moment>", "b.0": "<integer>"}}
    assert as_printed(step) == {"a": "<moment>", "b": ["<integer>"]}
    with pytest.raises(AssertionError, match="the document prints"):
        as_printed({**step, "but": {"b.0": "<moment>"}})
    with pytest.raises(AssertionError, match="the document prints"):
        as_printed({**step, "but": {"a": "<integer>"}})


def exchange_of(*steps: dict[str, Any], **more: Any) -> Exchange:
    data = {"name": "made up", "mark": "our choice", "source": "this test", "steps": steps}
    data |= more
    return Exchange("here", data)


HELLO = {"json": {"patron_id": "ann", "post_id": "p1", "text_data": "hello"}}


@pytest.mark.parametrize(
    "step",
    [{"send": HELLO}, {"send": HELLO, "status": 200}, {"send": HELLO, "part": {}, "answer": None}],
    ids=["nothing", "the status alone", "an answer of null"],
)
def test_an_exchange_that_compares_nothing_fails(
    step: dict[str, Any], server_url: str, hooks: Receiver
) -> None:
    with pytest.raises(AssertionError):
        assert walked(exchange_of(step), server_url, hooks).comparison.differences == []


def test_an_exchange_without_a_comparison_in_any_step_fails(
    server_url: str, hooks: Receiver
) -> None:
    with pytest.raises(AssertionError, match="nothing is compared"):
        walked(exchange_of({"advance": "1h"}), server_url, hooks)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"send": HELLO, "triggers": ["x"]}, "expected ['x'], found []"),
        ({"send": HELLO, "status": 400, "triggers": []}, "expected 400, found 200"),
        ({"look": "posts", "items": [{"id": "p1"}]}, "expected 1, found 0"),
    ],
    ids=["rules", "status", "items"],
)
def test_an_exchange_that_is_not_so_fails(
    step: dict[str, Any], told: str, server_url: str, hooks: Receiver
) -> None:
    differences = walked(exchange_of(step), server_url, hooks).comparison.differences
    assert any(told in one for one in differences)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"mark": "a guess"}, "its mark is none of"),
        ({"source": ""}, "it has no source"),
        ({"rule": []}, "unknown fields: {'rule'}"),
        ({"steps": [{"send": {}, "look": "posts"}]}, "step 0 does not do one thing"),
        ({"steps": [{"send": {}, "trigers": []}]}, "step 0 has unknown fields: {'trigers'}"),
    ],
    ids=["mark", "source", "field", "two things", "what is compared"],
)
def test_data_that_are_wrong_are_told(data: dict[str, Any], told: str) -> None:
    assert [told in one for one in exchange_of(**data).problems] == [True]


def test_the_kinds_that_there_are_are_used_and_every_step_is() -> None:
    data = [one.data for one in EXCHANGES]
    texts = {text.strip("<>").rstrip(" 0123456789") for text in written_in(data)}
    assert KINDS.keys() <= texts
    assert STEPS.keys() <= {key for one in EXCHANGES for step in one.steps for key in step}
