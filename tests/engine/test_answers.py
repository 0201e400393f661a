"""What is answered and posted of a task, in the shape of the contract that it came by."""

import json
from dataclasses import replace
from typing import Any

import pytest

from emulator.core.access import application_of
from emulator.core.conditions.texts import TextContainsAny
from emulator.core.model import Mode
from emulator.core.rules import ALWAYS, PATRON, POST, Action, Rule
from emulator.engine.answers import ID_LENGTH, Answers
from emulator.engine.chance import Chance
from emulator.engine.tasks import Task
from tests.conftest import Make
from tests.support.posts import Posters

pytestmark = pytest.mark.anyio

STANDARD = ["patron_id", "post_id", "task_id", "triggered_rules"]
ENVELOPE = ["id", "code", "project_id", "user_id", "created_on", "status", "from_cache"]
HERE = "http://127.0.0.1:9/"
GREETING = Rule(
    "Greeting", POST, TextContainsAny(("hello",)), Action("send_post_to_review"), cardinality=3
)


@pytest.fixture
def posters(make: Make) -> Posters:
    return Posters(make(), (GREETING,))


def told(posters: Posters, task: Task) -> Any:
    return json.loads(posters.emulator.answer(task))


def test_a_synchronous_post_is_answered_with_the_rules_that_fired(posters: Posters) -> None:
    answer = told(posters, posters.post(post_id="a/b:c d", patron_id="ann"))
    assert list(answer) == STANDARD
    assert (answer["patron_id"], answer["post_id"]) == ("ann", "a/b:c d")
    [rule] = answer["triggered_rules"]
    assert list(rule) == ["rule_id", "rule_name"]
    assert rule["rule_name"] == "Greeting"


def test_the_legacy_answer_holds_the_rules_whole_and_the_models_response(posters: Posters) -> None:
    task = posters.post(legacy=True)
    answer = told(posters, task)
    assert list(answer) == ["content_id", *STANDARD, *ENVELOPE]
    assert answer["id"] == answer["task_id"] == task.id
    [rule] = answer["triggered_rules"]
    assert (rule["display_name"], rule["cardinality"]) == ("Greeting", 3)
    assert rule["conditions"] == [{"subject": "text_contains_any", "value": ["hello"]}]


def test_both_answers_know_a_rule_by_the_same_id_of_22_letters_and_digits(posters: Posters) -> None:
    short = told(posters, posters.post())["triggered_rules"][0]["rule_id"]
    whole = told(posters, posters.post(legacy=True))["triggered_rules"][0]["id"]
    assert short == whole
    assert len(short) == ID_LENGTH == 22
    assert short.isalnum()
    assert short.isascii()


def test_the_id_of_a_rule_depends_on_seed_application_and_name_and_on_nothing_else() -> None:
    def rule_id(seed: int = 0, application: str = "forum", name: str = "a", **more: Any) -> str:
        rule = replace(GREETING, name=name, **more)
        return Answers(Chance(seed)).shown(application_of(application), rule).id

    assert rule_id() == rule_id(active=False, type=PATRON, trigger_frequency=ALWAYS)
    assert len({rule_id(), rule_id(1), rule_id(0, "shop"), rule_id(0, "forum", "b")}) == 4


def test_content_ids_begin_with_22_letters_and_digits_that_no_two_tasks_share(
    posters: Posters,
) -> None:
    ids = [told(posters, posters.post(legacy=True))["content_id"] for _ in range(20)]
    words = {one.partition("_")[0] for one in ids}
    assert len(words) == 20
    assert {len(word) for word in words} == {22}
    assert {one.partition("_")[2] for one in ids} == {
        "2026-01-01T00:00:00.000Z_axImEu96VEaGDF7ee5m9wg_ann"
    }


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("content", [{"text_data": "hello"}, {"url": "https://cdn.test/a.jpg"}])
async def test_a_callback_and_a_summary_are_what_a_synchronous_call_is_answered(
    posters: Posters, legacy: bool, content: dict[str, str]
) -> None:
    emulator = posters.emulator
    task = posters.post(Mode.ASYNC, legacy, **content, callback_url=HERE, post_id="p")
    assert told(posters, task) == {"task_id": task.id, "id": task.id}
    assert json.loads(emulator.summary(task))["message"] == "The task is still in progress."
    await emulator.run_until_idle(posters.sandbox)
    body = emulator.callback_body(task)
    assert emulator.summary(task) == body
    synchronous = posters.post(Mode.SYNC, legacy, **content, post_id="p")
    rest = emulator.answer(synchronous).replace(synchronous.id.encode(), task.id.encode())
    same = json.loads(rest)
    for answer in (same, told_by := json.loads(body)):
        answer.pop("content_id", None)
        # The rule has fired for this post when it is sent once more.
        answer.pop("triggered_rules")
    assert list(same.items()) == list(told_by.items())


@pytest.mark.parametrize("legacy", [False, True])
async def test_a_task_that_failed_is_told_of_as_the_task_api_does(
    posters: Posters, legacy: bool
) -> None:
    text = "[hive fault=classifier_error] hello"
    synchronous = posters.post(Mode.SYNC, legacy, text_data=text)
    assert told(posters, synchronous) == {"return_code": 500, "message": "Classifier error"}
    task = posters.post(Mode.ASYNC, legacy, text_data=text, callback_url=HERE)
    await posters.emulator.run_until_idle(posters.sandbox)
    assert json.loads(posters.emulator.callback_body(task))["error_code"] == 3000


def test_a_task_of_the_task_api_is_answered_as_ever(posters: Posters) -> None:
    task = posters.emulator.submit("text-key", text_data="hello")
    assert list(told(posters, task)) == ENVELOPE
