"""The Dashboard's answers: key for key in the order of the documents, with any id that there is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.media import of_url
from emulator.core.model import Posting, Submission, VisualPrediction
from emulator.core.rendering.dashboard import full_rule, legacy, standard
from emulator.core.rendering.task import Renderer
from tests.core.rendering.done import PROJECT, Done

POSTING = Posting("1111-122-331", "23145")
MADE = datetime(2022, 3, 24, 20, 25, 34, 599_000, tzinfo=UTC)
CHANGED = datetime(2022, 3, 30, 12, 16, 19, 546_000, tzinfo=UTC)
APPLICATION = "axImEu96VEaGDF7ee5m9wg"


@dataclass(frozen=True)
class Shown:
    id: str = "5phrGLaFGCoURyvTn9AryD"
    name: str = "Post has text in Deny List"
    full: Mapping[str, Any] = field(default_factory=lambda: {"id": "5phrGLaFGCoURyvTn9AryD"})


def test_the_standard_answer_is_as_printed_in_one_line() -> None:
    assert standard(Done(), POSTING, [Shown()]) == (
        b'{"patron_id":"1111-122-331","post_id":"23145",'
        b'"task_id":"0e6b1d64-c37e-11ed-8e35-0242ac110002",'
        b'"triggered_rules":[{"rule_id":"5phrGLaFGCoURyvTn9AryD",'
        b'"rule_name":"Post has text in Deny List"}]}'
    )


def test_without_a_rule_the_list_is_there_and_empty() -> None:
    assert json.loads(standard(Done(), POSTING, []))["triggered_rules"] == []


def test_several_rules_stand_in_the_order_in_which_they_are_given() -> None:
    rules = [Shown(f"id {at}", f"name {at}") for at in (3, 1, 2)]
    told = json.loads(standard(Done(), POSTING, rules))["triggered_rules"]
    assert told == [{"rule_id": f"id {at}", "rule_name": f"name {at}"} for at in (3, 1, 2)]


@pytest.mark.parametrize("named", ["patron_id", "user_id"])
def test_the_patron_is_answered_under_the_name_that_was_sent(named: str) -> None:
    posting = POSTING._replace(named=named)
    assert next(iter(json.loads(standard(Done(), posting, [])))) == named


@pytest.mark.parametrize("kind", ["text", "picture"])
def test_no_key_stands_twice_in_a_legacy_answer_whose_patron_was_sent_as_user_id(
    renderer: Renderer, kind: str
) -> None:
    """The account's number, which has the same name, is still in the response's `input`."""
    done = replace(PICTURE if kind == "picture" else Done(), project=PROJECT)
    posting = POSTING._replace(named="user_id")
    told = legacy(done, posting, [], APPLICATION, "x", renderer.answer(done))
    pairs = json.loads(told, object_pairs_hook=list)
    assert [name for name, _ in pairs] == [
        "content_id", "user_id", "post_id", "task_id", "triggered_rules", "id", "code",
        "project_id", "created_on", "status", "from_cache",
    ]  # fmt: skip
    answer = json.loads(told)
    assert answer["user_id"] == "1111-122-331"
    assert answer["status"][0]["response"]["input"]["user_id"] == PROJECT.user_id


@given(patron=st.text(), post=st.text(), name=st.text())
def test_any_id_and_any_name_come_back_as_they_were(patron: str, post: str, name: str) -> None:
    posting = Posting(patron, post)
    told = json.loads(standard(Done(), posting, [Shown(name=name)]))
    assert (told["patron_id"], told["post_id"]) == (patron, post)
    assert told["triggered_rules"][0]["rule_name"] == name


def test_half_a_character_in_an_id_is_escaped() -> None:
    told = standard(Done(), Posting("\ud83d", "\udc00"), [])
    assert told.startswith(b'{"patron_id":"\\ud83d","post_id":"\\udc00"')


PICTURE = Done(
    Submission(media=of_url("https://cdn.test/a.jpg")), prediction=VisualPrediction(background=0)
)


@pytest.mark.parametrize("done", [Done(), PICTURE], ids=["text", "picture"])
def test_the_legacy_answer_stands_before_all_that_the_task_api_answers(
    renderer: Renderer, done: Done
) -> None:
    envelope = renderer.answer(done)
    told = legacy(done, POSTING, [Shown()], APPLICATION, "3ghgevEKMQPE3kQDV1iwDl", envelope)
    assert told.endswith(envelope[1:])
    answer = json.loads(told)
    assert list(answer) == [
        "content_id", "patron_id", "post_id", "task_id", "triggered_rules", "id", "code",
        "project_id", "user_id", "created_on", "status", "from_cache",
    ]  # fmt: skip
    assert answer["task_id"] == answer["id"] == done.id
    assert answer["triggered_rules"] == [Shown().full]


def test_the_content_id_names_the_second_the_application_and_the_patron() -> None:
    for milliseconds in (0, 1, 399, 999):
        submitted = datetime(2022, 4, 5, 2, 58, 52, tzinfo=UTC) + timedelta(
            milliseconds=milliseconds
        )
        told = legacy(Done(submitted=submitted), POSTING, [], APPLICATION, "3ghg", b'{"a":1}')
        assert json.loads(told)["content_id"] == (
            "3ghg_2022-04-05T02:58:52.000Z_axImEu96VEaGDF7ee5m9wg_1111-122-331"
        )


def test_a_whole_rule_has_the_printed_keys_in_the_printed_order() -> None:
    told = full_rule(
        rule_id="3yIkuqerrtsmzVj42Fn3MiEgD",
        name="Send to Review Feed",
        application_id=APPLICATION,
        rule_type="post",
        cardinality=7,
        active=True,
        action_id="send_post_to_review",
        conditions=iter([{"subject": "post_needs_review"}]),
        trigger_frequency="once",
        created=MADE,
        updated=CHANGED,
    )
    assert list(told.items()) == [
        ("id", "3yIkuqerrtsmzVj42Fn3MiEgD"),
        ("display_name", "Send to Review Feed"),
        ("application_id", APPLICATION),
        ("rule_type", "post"),
        ("cardinality", 7),
        ("active", True),
        ("action_id", "send_post_to_review"),
        ("conditions", [{"subject": "post_needs_review"}]),
        ("deleted", False),
        ("trigger_frequency", "once"),
        ("created_at", "2022-03-24T20:25:34.599Z"),
        ("updated_at", "2022-03-30T12:16:19.546Z"),
    ]
