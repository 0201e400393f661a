"""Every exchange in the folders beside this file, made with a real server; and the walking."""

from typing import Any

import pytest

from tests.contract.exchanges import EXCHANGES, KINDS, Comparison, Exchange, as_printed, without
from tests.contract.fidelity import unlisted
from tests.contract.walking import STEPS, Servers, walked
from tests.support.receiver import Receiver

every_exchange = pytest.mark.parametrize(
    "exchange", EXCHANGES, ids=[f"{one.file}: {one.name}" for one in EXCHANGES]
)


@every_exchange
def test_what_comes_back_is_what_has_to(
    exchange: Exchange, servers: Servers, hooks: Receiver
) -> None:
    walk = walked(exchange, servers, hooks)
    assert walk.comparison.differences == []
    assert [row for told in walk.told for row in unlisted(told)] == []
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


def test_every_refusal_says_which_it_is() -> None:
    sends = [step for one in EXCHANGES for step in one.steps if "send" in step]
    plain = [step for step in sends if step.get("status", 200) == 200]
    assert [step for step in plain if "refuses" in step] == []
    nameless = [step for step in sends if step not in plain and "refuses" not in step]
    assert [step for step in nameless if "return_code" not in str(step.get("answer"))] == []


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


def test_what_a_print_has_and_an_answer_has_not_is_named_and_the_other_way_round() -> None:
    printed = {"as printed": '{"a": 1, "b": {"c": 2, "d": 3}}', "except": {"b.c": "older"}}
    assert as_printed(printed) == {"a": 1, "b": {"d": 3}}
    assert without({"a": 1, "b": [{"e": 4, "d": 3}]}, ["b.0.e"]) == {"a": 1, "b": [{"d": 3}]}
    for mistaken in (lambda: as_printed({**printed, "except": {"b.e": ""}}), without_nothing):
        with pytest.raises(KeyError):
            mistaken()


def without_nothing() -> object:
    return without({"a": 1}, ["b"])


def exchange_of(*steps: dict[str, Any], **more: Any) -> Exchange:
    data = {"name": "made up", "mark": "our choice", "source": "this test", "steps": steps}
    data |= more
    return Exchange("here", data)


POST = {"patron_id": "ann", "post_id": "p1", "text_data": "hello"}
HELLO = {"path": "/api/v1/task/sync", "key": "dashboard-key", "json": POST}


TEXT = {"path": "/api/v2/task/sync", "key": "text-key", "form": {"text_data": "hello"}}
PICTURE = "https://any.test/a.jpg?hive.no_gun=0.9"
GUN = {"path": "/api/v2/task/sync", "key": "visual-key", "form": {"url": PICTURE}}


@pytest.mark.parametrize(
    "step",
    [{"send": HELLO}, {"send": HELLO, "status": 200}, {"send": HELLO, "part": {}, "answer": None}],
    ids=["nothing", "the status alone", "an answer of null"],
)
def test_an_exchange_that_compares_nothing_fails(
    step: dict[str, Any], servers: Servers, hooks: Receiver
) -> None:
    with pytest.raises(AssertionError):
        assert walked(exchange_of(step), servers, hooks).comparison.differences == []


def test_an_exchange_without_a_comparison_in_any_step_fails(
    servers: Servers, hooks: Receiver
) -> None:
    with pytest.raises(AssertionError, match="nothing is compared"):
        walked(exchange_of({"advance": "1h"}), servers, hooks)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"send": HELLO, "triggers": ["x"]}, "expected ['x'], found []"),
        ({"send": HELLO, "status": 400, "triggers": []}, "expected 400, found 200"),
        ({"look": "posts", "items": [{"id": "p1"}]}, "expected 1, found 0"),
        ({"send": TEXT, "scores": [{"hate": 1}]}, "hate: expected 1, found 0"),
        ({"send": TEXT, "scores": [{"hate": 0.0}]}, "hate: expected 0.0, found 0"),
        ({"send": TEXT, "scores": [{"hatred": 0}]}, "hatred: expected 0, found None"),
        ({"send": TEXT, "scores": [{"hate": 0}, {}]}, "how many frames: expected 2, found 1"),
        ({"send": TEXT, "classes": [["spam"]]}, "classes[0], its length: expected 1, found 5"),
        ({"send": GUN, "scores": [{"no_gun": 0.9001}]}, "no_gun: expected 0.9001, found 0.9"),
        ({"send": HELLO, "as printed": '{"post_id": "p1"}'}, "expected ['post_id']"),
        ({"send": HELLO, "part as printed": '{"post_id": "p2"}'}, "expected 'p2'"),
    ],
    ids=str,
)
def test_an_exchange_that_is_not_so_fails(
    step: dict[str, Any], told: str, servers: Servers, hooks: Receiver
) -> None:
    differences = walked(exchange_of(step), servers, hooks).comparison.differences
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


def written_in(value: Any) -> list[str]:
    """Every key of a structure, and every text that stands alone in it."""
    if isinstance(value, dict):
        return [*value, *(text for inner in value.values() for text in written_in(inner))]
    if isinstance(value, list):
        return [text for inner in value for text in written_in(inner)]
    return [value] if isinstance(value, str) else []
