"""What a finished task of the Dashboard sets off: rules, actions, and who is told of these."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from emulator.core import errors
from emulator.core.conditions.others import PatronState
from emulator.core.conditions.texts import TextContainsAny
from emulator.core.faults import CALLBACK
from emulator.core.matching import Contains, When
from emulator.core.model import Fault, Mode
from emulator.core.rules import ACTIONS, ALWAYS, BY_RULES, PATRON, POST, Action, Rule
from emulator.core.scenario import CALM, OWED, Step
from emulator.engine.callbacks import NOTICES, Callback, CallbackState
from emulator.engine.clock import START
from emulator.engine.journal import ActionTaken, CallbackMoved
from emulator.engine.tasks import Task
from emulator.library.loading import load_configuration
from emulator.wiring import load_library
from tests.conftest import Make
from tests.core.conditions.made import compared, hateful
from tests.support.networks import Mailbox
from tests.support.posts import Posters

pytestmark = pytest.mark.anyio

HOOK = "http://127.0.0.1:9000/hook"
APPLICATION = "axImEu96VEaGDF7ee5m9wg"
SNAKE_OIL = TextContainsAny(("snake oil",))
HATEFUL = hateful(gte=2)
SETTINGS: dict[str, Any] = {"tag": "mine", "for": timedelta(hours=36)}
WRITTEN: dict[str, Any] = {
    **{name: name for name in ACTIONS},
    "tag_post": {"tag_post": {"tag": "mine"}},
    "tag_patron": {"tag_patron": {"tag": "mine"}},
    "suspend_patron": {"suspend_patron": {"for": "36h"}},
}


def action_of(name: str) -> Action:
    return Action(name, {key: SETTINGS[key] for key in ACTIONS[name].settings})


def selling(action: Action, **more: Any) -> Rule:
    """A rule that fires on whoever sells snake oil."""
    return Rule("Snake oil", POST, SNAKE_OIL, action, **more)


REVIEW, BAN = action_of("send_post_to_review"), action_of("ban_patron")


@pytest.fixture
def emulator(make: Make) -> Emulator:
    return make()


def bannings(emulator: Emulator) -> Posters:
    """Whoever sells snake oil is banned, and somebody is told."""
    return Posters(emulator, (selling(BAN, trigger_frequency=ALWAYS),), {"ban_patron": HOOK})


def callbacks(posters: Posters) -> list[Callback]:
    return [*posters.sandbox.callbacks]


# Judging


def test_the_rules_that_fire_are_the_tasks_in_the_order_of_the_file(emulator: Emulator) -> None:
    hate = Rule("Hate", POST, HATEFUL, REVIEW)
    posters = Posters(emulator, (hate, selling(REVIEW)))
    task = posters.post(text_data="[hive hate=3] snake oil")
    assert [rule.name for rule in task.triggered] == ["Hate", "Snake oil"]
    assert [rule.name for rule in posters.post(text_data="snake oil").triggered] == ["Snake oil"]
    assert posters.post().triggered == ()


async def test_an_asynchronous_task_is_judged_when_it_is_finished(emulator: Emulator) -> None:
    posters = bannings(emulator)
    task = posters.post(Mode.ASYNC, text_data="[hive latency=1h] snake oil", post_id="p")
    assert (task.triggered, dict(posters.feed.posts)) == ((), {})
    await emulator.advance(posters.sandbox, timedelta(hours=1))
    assert [rule.name for rule in task.triggered] == ["Snake oil"]
    assert [content.at for content in posters.feed.posts["p"].contents] == [
        START + timedelta(hours=1)
    ]


async def test_a_task_that_failed_triggers_nothing_and_is_stored(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    posters = bannings(emulator)
    task = posters.post(text_data="[hive fault=classifier_error] snake oil", post_id="p")
    assert (task.failure is not None, task.triggered) == (True, ())
    assert list(posters.feed.posts) == ["p"]
    await emulator.run_until_idle(posters.sandbox)
    assert mailbox.posts == []


def test_a_task_of_the_task_api_is_nobodys_post(emulator: Emulator) -> None:
    task = emulator.submit("text-key", text_data="snake oil")
    emulator.judging.judge(emulator.sandbox("default"), task)
    assert (task.application, task.triggered) == (None, ())
    assert list(emulator.sandbox("default").moderation) == []


def test_an_action_changes_nothing_that_the_model_says_later(emulator: Emulator) -> None:
    posters = bannings(emulator)
    text = "snake oil, my number is 617-768-2274"
    first, second = posters.post(text_data=text), posters.post(text_data=text)
    assert posters.post(text_data="hello").prediction == Posters(emulator).post().prediction
    assert first.prediction == second.prediction
    assert first.state is second.state


RULED = """\
applications:
  - name: forum
    keys: forum-key
    rules:
      - {name: Denied, type: post, when: {text_contains_any: %s}, action: send_post_to_review}
"""
TWICE = """\
      - name: Twice
        type: patron
        when: {count: {of: {text: {hate: {gte: 2}}}, within: 10h, at_least: 2}}
        action: ban_patron
"""


def read_anew(emulator: Emulator, written: str) -> None:
    """The configuration is another, and the server follows it."""
    config = emulator.settings.config
    assert config is not None
    config.write_text(written)
    emulator.exchange(load_library(emulator.settings, load_configuration(config)))


async def test_a_task_from_before_a_reload_is_judged_by_the_rules_in_force(
    make: Make, tmp_path: Path
) -> None:
    """And puts none of the old ones back, with which the windows of the new ones would go."""
    config = tmp_path / "c.yaml"
    config.write_text(RULED % "snake")
    emulator = make(config=config)
    sandbox = emulator.sandbox("default")

    def post(text: str, post_id: str, mode: Mode = Mode.SYNC) -> Task:
        fields: dict[str, Any] = {"text_data": text, "post_id": post_id, "patron_id": "ann"}
        return emulator.submit("forum-key", mode, **fields)

    post("hello", "0")
    old = post("[hive latency=1h] snake oil", "1", Mode.ASYNC)
    read_anew(emulator, RULED % "oil" + TWICE)
    assert post("[hive hate=2]", "2").triggered == ()
    await emulator.advance(sandbox, timedelta(hours=1))
    [denied] = old.triggered
    assert "oil" in str(denied)
    assert "snake" not in str(denied)
    assert [rule.name for rule in post("[hive hate=2]", "3").triggered] == ["Twice"]


async def test_a_task_of_an_application_that_is_gone_is_judged_as_before(
    make: Make, tmp_path: Path
) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(RULED % "snake")
    emulator = make(config=config)
    fields: dict[str, Any] = {
        "text_data": "[hive latency=1h] snake",
        "post_id": "1",
        "patron_id": "ann",
    }
    task = emulator.submit("forum-key", Mode.ASYNC, **fields)
    read_anew(emulator, "applications: []")
    await emulator.advance(emulator.sandbox("default"), timedelta(hours=1))
    assert [rule.name for rule in task.triggered] == ["Denied"]


MODELLED = """\
applications:
  - name: forum
    keys: forum-key
    custom_classes: [{type: competitor, patterns: acme}]
    allowlist: [damn]
    max_text_length: 20
    text_taxonomy: 2026-01
    rules:
      - {name: Theirs, type: post, when: {custom_class: competitor}, action: delete_post}
      - {name: Rude, type: post, when: {profanity: true}, action: delete_post}
      - {name: Drugs, type: post, when: {text: {drugs: {gte: 1}}}, action: delete_post}
"""


def test_rules_judge_by_the_model_of_their_application(make: Make, tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(MODELLED)
    emulator = make(config=config)

    def fired(text: str) -> list[str]:
        fields: dict[str, Any] = {"text_data": text, "post_id": text, "patron_id": "ann"}
        return [rule.name for rule in emulator.submit("forum-key", **fields).triggered]

    assert fired("buy acme") == ["Theirs"]
    assert (fired("damn"), fired("crap")) == ([], ["Rude"])
    assert fired("[hive drugs=2]") == ["Drugs"]
    with pytest.raises(errors.BadField, match="21 characters, and this project takes at most 20"):
        fired("x" * 21)


def test_the_words_of_a_directive_are_not_in_the_text(emulator: Emulator) -> None:
    denied = Rule("Denied", POST, TextContainsAny(("hate", "spam", "[hive")), REVIEW)
    posters = Posters(emulator, (denied,))
    assert posters.post(text_data="[hive hate=3 spam=0] hello").triggered == ()
    assert posters.post(text_data="[hive hate=3 spam=0] I hate it").triggered == (denied,)


# Notices


@pytest.mark.parametrize("name", BY_RULES)
async def test_whoever_wants_to_know_of_an_action_is_told(
    emulator: Emulator, mailbox: Mailbox, name: str
) -> None:
    posters = Posters(emulator, (selling(action_of(name)),), {name: HOOK})
    task = posters.post(text_data="snake oil", post_id="a/b:c", patron_id="d e")
    await emulator.run_until_idle(posters.sandbox)
    [(url, body)] = mailbox.posts
    assert url == HOOK
    assert list(body.items()) == [
        ("application_id", APPLICATION),
        ("action", WRITTEN[name]),
        ("post_id", "a/b:c" if ACTIONS[name].on == POST else None),
        ("patron_id", "d e"),
        ("task_id", task.id),
        ("by", "Snake oil"),
        ("created_on", "2026-01-01T00:00:00.000Z"),
    ]


async def test_nobody_is_told_of_what_nobody_wants_to_know(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    posters = Posters(emulator, (selling(REVIEW),), {"ban_patron": HOOK})
    posters.post(text_data="snake oil")
    await emulator.run_until_idle(posters.sandbox)
    assert (mailbox.posts, callbacks(posters)) == ([], [])


async def test_every_rule_that_fires_is_told_of_in_their_order(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    rules = [replace(selling(REVIEW), name=name) for name in ("first", "second", "third")]
    posters = Posters(emulator, tuple(rules), {"send_post_to_review": HOOK})
    posters.post(text_data="snake oil")
    await emulator.run_until_idle(posters.sandbox)
    assert sorted(body["by"] for _, body in mailbox.posts) == ["first", "second", "third"]
    assert [callback.id for callback in callbacks(posters)] == ["cb-1", "cb-2", "cb-3"]


async def test_a_rule_that_fires_once_is_told_of_once(emulator: Emulator, mailbox: Mailbox) -> None:
    posters = Posters(emulator, (selling(BAN),), {"ban_patron": HOOK})
    for _ in range(3):
        posters.post(text_data="snake oil", post_id="p")
    await emulator.run_until_idle(posters.sandbox)
    assert len(mailbox.posts) == 1


async def test_a_notice_is_tried_again_and_given_up_as_a_callback_is(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    posters = bannings(emulator)
    mailbox.answers = [500, "nobody is there", 404, 301]
    posters.post(text_data="snake oil")
    passed = await emulator.run_until_idle(posters.sandbox)
    [callback] = callbacks(posters)
    assert (callback.state, passed.failed) == (CallbackState.FAILED, 1)
    due = [(attempt.due - START).total_seconds() for attempt in callback.attempts]
    assert due == [0, 1, 6, 36]
    assert [attempt.status for attempt in callback.attempts] == [500, None, 404, 301]
    assert len({str(body) for _, body in mailbox.posts}) == 1
    emulator.resend(posters.sandbox, callback)
    await emulator.run_until_idle(posters.sandbox)
    assert (callback.state, len(mailbox.posts)) == (CallbackState.DELIVERED, 5)


async def test_a_fault_on_callbacks_happens_to_notices(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    posters = bannings(emulator)
    posters.sandbox.troubles.add(Step(CALLBACK, times=1, fault=Fault("lost")))
    posters.post(text_data="snake oil")
    posters.post(text_data="snake oil")
    await emulator.run_until_idle(posters.sandbox)
    assert [one.state for one in callbacks(posters)] == [
        CallbackState.DROPPED, CallbackState.DELIVERED
    ]  # fmt: skip
    assert len(mailbox.posts) == 1


async def test_the_result_and_the_notice_are_two_callbacks(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    posters = bannings(emulator)
    own = "http://127.0.0.1:9000/result"
    task = posters.post(Mode.ASYNC, text_data="snake oil", callback_url=own, post_id="p")
    await emulator.run_until_idle(posters.sandbox)
    told = dict(mailbox.posts)
    assert told[own]["task_id"] == task.id
    assert told[HOOK]["by"] == "Snake oil"
    assert [callback.task_id for callback in callbacks(posters)] == [task.id] * 2


def test_the_journal_tells_of_every_action_and_of_every_notice(emulator: Emulator) -> None:
    posters = Posters(emulator, (selling(REVIEW), selling(BAN)), {"ban_patron": HOOK})
    task = posters.post(text_data="snake oil", post_id="p")
    noted = [entry for entry in posters.sandbox.journal if isinstance(entry, ActionTaken)]
    common = {"application": "dashboard", "by": "Snake oil", "patron": "ann"}
    assert [(entry.about, entry.facts) for entry in noted] == [
        ("send_post_to_review", {**common, "post": "p"}),
        ("ban_patron", {**common, "post": None}),
    ]
    kinds = [entry.kind for entry in posters.sandbox.journal]
    assert kinds == ["prediction", "task", "action", "action", "callback", "request"]
    [moved] = [entry for entry in posters.sandbox.journal if isinstance(entry, CallbackMoved)]
    assert (moved.about, moved.facts) == (
        "cb-1",
        {"task": task.id, "action": "ban_patron", "by": "Snake oil", "state": "scheduled"},
    )


async def test_notices_that_have_come_to_their_end_are_forgotten_at_some_time(
    emulator: Emulator,
) -> None:
    posters = bannings(emulator)
    for number in range(NOTICES + 3):
        posters.post(text_data="snake oil", patron_id=f"patron {number}")
        await emulator.run_until_idle(posters.sandbox)
    kept = callbacks(posters)
    assert len(kept) == NOTICES
    assert [kept[0].id, kept[-1].id] == ["cb-4", f"cb-{NOTICES + 3}"]


# The moderator


@pytest.mark.parametrize("name", ACTIONS)
async def test_a_moderator_acts_with_the_same_effects_and_the_same_notices(
    emulator: Emulator, mailbox: Mailbox, name: str
) -> None:
    posters = Posters(emulator, webhooks={name: HOOK})
    posters.post(post_id="p")
    post = posters.feed.posts["p"] if ACTIONS[name].on == POST else None
    patron = posters.feed.patrons["ann"]
    await emulator.advance(posters.sandbox, timedelta(hours=1))
    emulator.judging.act(
        posters.sandbox, posters.feed.application, action_of(name), post, patron, CALM
    )
    await emulator.run_until_idle(posters.sandbox)
    [(_, body)] = mailbox.posts
    assert (body["action"], body["by"]) == (WRITTEN[name], "moderator")
    assert body["task_id"] is None
    assert body["created_on"] == "2026-01-01T01:00:00.000Z"
    [event] = (post or patron).history
    assert (event.action, event.by, event.at) == (name, "moderator", START + timedelta(hours=1))


def test_what_a_moderator_did_is_seen_by_the_next_rule(emulator: Emulator) -> None:
    banned = Rule("Banned", PATRON, PatronState("banned"), REVIEW)
    posters = Posters(emulator, (banned,))
    posters.post()
    emulator.judging.act(
        posters.sandbox, posters.feed.application, BAN, None, posters.feed.patrons["ann"], CALM
    )
    assert [rule.name for rule in posters.post().triggered] == ["Banned"]


def test_a_severity_is_compared_as_answered(emulator: Emulator) -> None:
    """A score of -1, for a language that is not supported, satisfies no comparison."""
    low = Rule("Low", POST, hateful(lt=1), REVIEW)
    equal = Rule("Equal", POST, replace(HATEFUL, comparison=compared(eq=-1)), REVIEW)
    posters = Posters(emulator, (low, equal))
    assert [rule.name for rule in posters.post(text_data="hello").triggered] == ["Low"]
    assert posters.post(text_data="[hive language=UNSUPPORTED]").triggered == ()


# What is kept, and what scenarios do to notices


async def test_notices_that_wait_are_never_forgotten_and_keep_no_others(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    """The first is tried in vain for as long as its schedule lasts, and more than are kept wait."""
    posters = bannings(emulator)
    mailbox.answers = ["nobody is there"] * (NOTICES + 2)
    for number in range(NOTICES + 2):
        posters.post(text_data="snake oil", patron_id=f"patron {number}")
    await emulator.advance(posters.sandbox, timedelta(0))
    assert len(callbacks(posters)) == NOTICES + 2
    for number in range(NOTICES + 2):
        posters.post(text_data="snake oil", patron_id=f"later {number}")
    await emulator.advance(posters.sandbox, timedelta(0))
    kept = callbacks(posters)
    ended = [one for one in kept if one.ended]
    assert (len(kept), len(ended)) == (2 * NOTICES + 2, NOTICES)
    assert kept[0].id == "cb-1"


async def test_a_notice_that_is_sent_once_more_is_not_forgotten_meanwhile(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    posters = bannings(emulator)
    posters.post(text_data="snake oil")
    await emulator.run_until_idle(posters.sandbox)
    [first] = callbacks(posters)
    mailbox.answers = ["nobody is there"]
    emulator.resend(posters.sandbox, first)
    await emulator.advance(posters.sandbox, timedelta(0))
    for number in range(NOTICES + 1):
        posters.post(text_data="snake oil", patron_id=f"patron {number}")
    await emulator.advance(posters.sandbox, timedelta(0))
    assert callbacks(posters)[0] is first
    assert len(callbacks(posters)) == NOTICES + 1


@pytest.mark.parametrize("field", ["post_id", "patron_id", "text_contains"])
async def test_a_step_on_callbacks_knows_the_post_that_led_to_a_notice(
    emulator: Emulator, field: str
) -> None:
    posters = bannings(emulator)
    own: dict[str, Any] = {
        "post_id": "wanted",
        "patron_id": "wanted",
        "text_data": "wanted snake oil",
    }
    when = When({field: (Contains("wanted"),)})
    posters.sandbox.troubles.add(Step(CALLBACK, when, fault=Fault("lost")))
    posters.post(text_data="snake oil")
    posters.post(**own)
    await emulator.run_until_idle(posters.sandbox)
    assert [one.state for one in callbacks(posters)] == [
        CallbackState.DELIVERED, CallbackState.DROPPED
    ]  # fmt: skip


@pytest.mark.parametrize("kind", OWED)
async def test_a_step_may_be_for_one_kind_of_callbacks(
    emulator: Emulator, mailbox: Mailbox, kind: str
) -> None:
    posters = bannings(emulator)
    step = Step(CALLBACK, times=1, fault=Fault("lost"), kind=kind)
    posters.sandbox.troubles.add(step)
    own = "http://127.0.0.1:9000/result"
    posters.post(Mode.ASYNC, text_data="snake oil", callback_url=own)
    await emulator.run_until_idle(posters.sandbox)
    assert {one.kind: one.state for one in callbacks(posters)} == {
        one: CallbackState.DROPPED if one == kind else CallbackState.DELIVERED for one in OWED
    }


async def test_what_rules_do_is_told_of_when_the_task_was_finished(
    emulator: Emulator, mailbox: Mailbox
) -> None:
    posters = bannings(emulator)
    posters.post(Mode.ASYNC, text_data="[hive latency=1h] snake oil")
    await emulator.run_until_idle(posters.sandbox)
    [(_, body)] = mailbox.posts
    assert body["created_on"] == "2026-01-01T01:00:00.000Z"
    [taken] = [entry for entry in posters.sandbox.journal if isinstance(entry, ActionTaken)]
    assert taken.at == START + timedelta(hours=1)
    [event] = posters.feed.patrons["ann"].history
    assert event.at == START + timedelta(hours=1)


def test_without_http_the_legacy_answer_can_be_had(emulator: Emulator) -> None:
    fields: dict[str, Any] = {"text_data": "hello", "patron_id": "ann", "post_id": "p"}
    whole = emulator.answer(emulator.submit("dashboard-key", legacy=True, **fields))
    assert b'"content_id"' in whole
    assert b'"content_id"' not in emulator.answer(emulator.submit("dashboard-key", **fields))


def test_suspicious_rules_are_told_in_the_log(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = tmp_path / "c.yaml"
    when = "visual: {general_nsfw: {gt: 1}}"
    rule = f"{{name: Never, type: post, when: {{{when}}}, action: delete_post}}"
    config.write_text(f"applications:\n  - {{name: forum, keys: k, rules: [{rule}]}}\n")
    make(config=config)
    [told] = [record.getMessage() for record in caplog.records]
    assert told.endswith(
        "c.yaml:2: the rule 'Never' can never fire: general_nsfw is never above 1: a score is from "
        "0 to 1"
    )
