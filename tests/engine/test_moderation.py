"""Posts and patrons of a sandbox: what is known of them, which rules fire, and what these do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.access import Application, application_of
from emulator.core.conditions import Condition, Count, Facts, Not
from emulator.core.conditions.others import Metadata, PatronState, Visual
from emulator.core.conditions.texts import Text, TextContainsAny
from emulator.core.model import (
    Posting,
    Prediction,
    Submission,
    TextPrediction,
    VisualPrediction,
)
from emulator.core.prediction.completion import complete
from emulator.core.prediction.scores import Scores
from emulator.core.rules import ACTIONS, ALWAYS, BY_RULES, PATRON, POST, Action, Rule
from emulator.core.taxonomy.visual import DOCS
from emulator.engine.chance import Chance
from emulator.engine.moderation import MODERATOR, Feed, Moderation, Triggered
from emulator.engine.quota import Quota
from emulator.engine.subjects import (
    REMEMBERED,
    Content,
    Event,
    Moment,
    Patron,
    Post,
    act,
)
from tests.core.conditions.made import compared, hateful
from tests.support.walls import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BANNED = PatronState("banned")
SUSPENDED = PatronState("suspended")
DELETE, BAN, REVIEW = Action("delete_post"), Action("ban_patron"), Action("send_post_to_review")
SUSPEND = Action("suspend_patron", {"for": DAY})
MOMENT = Moment(NOON, 1)
HATEFUL = hateful(gte=2)


def rule(name: str, when: Condition, action: Action = REVIEW, on: str = POST, **more: Any) -> Rule:
    return Rule(name, on, when, action, **more)


def verified(value: object = True, whose: str = "patron") -> Metadata:
    return Metadata(whose, "verified", compared(eq=value))  # type: ignore[arg-type]


def several(of: Condition = HATEFUL, at_least: int = 3, within: timedelta = DAY) -> Count:
    return Count(of, within, at_least)


@dataclass
class Forum:
    """One application with its rules, to which people post at moments that tests choose."""

    rules: tuple[Rule, ...] = ()
    most: int = 1000
    most_patrons: int = 1000
    most_bytes: int | None = None
    now: datetime = NOON
    name: str = "forum"
    moderation: Moderation = field(init=False)
    posted: int = 0

    def __post_init__(self) -> None:
        posts, patrons = (
            Quota(self.most, self.most_bytes),
            Quota(self.most_patrons, self.most_bytes),
        )
        self.moderation = Moderation(Scores(Chance(0).draw), posts, patrons)
        self.application = application_of(self.name, rules=self.rules)

    def post(
        self,
        text: str = "hello",
        post: str | None = None,
        patron: str = "ann",
        hate: int = 0,
        prediction: Prediction | None = None,
        failed: bool = False,
        **metadata: Mapping[str, Any],
    ) -> list[Triggered]:
        """Post something; the rules that fire."""
        self.posted += 1
        posting = Posting(patron, post or f"post {self.posted}", **metadata)  # type: ignore[arg-type]
        severities = tuple(hate if name == "hate" else 0 for name in self.classes)
        found = prediction or TextPrediction(severities, "EN")
        content = Content(
            f"task {self.posted}",
            self.now,
            Submission(text, posting=posting),
            self.application.project,
            None if failed else found,
        )
        return self.moderation.judge(self.feed, content)[1]

    def fired(self, **more: Any) -> list[str]:
        """The names of the rules that fire on a post."""
        return [one.rule.name for one in self.post(**more)]

    @property
    def classes(self) -> tuple[str, ...]:
        return self.application.project.text_taxonomy.classes

    @property
    def feed(self) -> Feed:
        return self.moderation.adopt(self.application)

    def pass_time(self, by: timedelta) -> None:
        self.now += by

    def explained(self, post: str = "post 1", at: int = 0) -> dict[str, str]:
        """For each rule that judged a content, what its explanation comes to now."""
        content = self.feed.posts[post].contents[at]
        facts = self.moderation.facts(content)
        judged = content.judgement
        told = {}
        for one in judged.rules:
            explanation = one.explain(facts, before=one.name in judged.before)
            assert explanation.holds is (one.name in judged.fired)
            told[one.name] = str(explanation)
        return told


# What is known of posts and patrons


def test_several_contents_are_one_post() -> None:
    forum = Forum()
    forum.post("first", post="p")
    forum.pass_time(HOUR)
    forum.post("second", post="p")
    [post] = forum.feed.posts.values()
    assert [(one.task_id, one.at, one.submission.text) for one in post.contents] == [
        ("task 1", NOON, "first"),
        ("task 2", NOON + HOUR, "second"),
    ]


def test_metadata_is_merged_and_of_one_key_the_newer_counts() -> None:
    forum = Forum()
    forum.post(post="p", content_metadata={"a": 1, "b": 1}, patron_metadata={"age": 30})
    forum.post(post="p", content_metadata={"b": 2, "c": 2}, patron_metadata={"verified": True})
    forum.post(post="q", content_metadata={"a": 9})
    assert forum.feed.posts["p"].metadata == {"a": 1, "b": 2, "c": 2}
    assert forum.feed.posts["q"].metadata == {"a": 9}
    assert forum.feed.patrons["ann"].metadata == {"age": 30, "verified": True}


def test_what_a_client_sent_is_not_changed_by_what_it_sends_later() -> None:
    forum = Forum()
    sent = {"a": 1}
    forum.post(post="p", content_metadata=sent)
    forum.post(post="p", content_metadata={"a": 2})
    assert sent == {"a": 1}


@pytest.mark.parametrize("name", ["a/b:c d", "a?b#c%20", "é😀", " ", "a\nb", "../..", "~"])
def test_ids_of_any_characters_stay_as_they_are(name: str) -> None:
    forum = Forum()
    forum.post(post=name, patron=name)
    assert list(forum.feed.posts) == list(forum.feed.patrons) == [name]
    assert list(forum.feed.patrons[name].posts) == [name]


def test_a_patron_has_all_its_posts_in_their_order() -> None:
    forum = Forum()
    for post in ("b", "a", "b", "c"):
        forum.post(post=post)
    forum.post(post="d", patron="bob")
    assert list(forum.feed.patrons["ann"].posts) == ["b", "a", "c"]
    assert list(forum.feed.patrons["bob"].posts) == ["d"]


def test_a_post_of_two_patrons_is_the_firsts_and_both_have_it() -> None:
    forum = Forum()
    forum.post(post="p", patron="ann")
    forum.post(post="p", patron="bob")
    assert forum.feed.posts["p"].patron_id == "ann"
    assert [list(one.posts) for one in forum.feed.patrons.values()] == [["p"], ["p"]]


def test_a_submission_that_is_no_posting_is_not_kept() -> None:
    forum = Forum((rule("all", TextContainsAny(("hello",))),))
    content = Content("t", NOON, Submission("hello"), forum.application.project, None)
    assert forum.moderation.judge(forum.feed, content) == (content, [])
    assert (forum.feed.posts, forum.feed.patrons) == ({}, {})


def test_a_post_remembers_so_many_contents_and_no_more() -> None:
    forum = Forum()
    for number in range(REMEMBERED + 5):
        forum.post(f"number {number}", post="p")
    texts = [one.submission.text for one in forum.feed.posts["p"].contents]
    assert (len(texts), texts[0], texts[-1]) == (REMEMBERED, "number 5", "number 104")


def test_applications_know_nothing_of_each_other() -> None:
    forum = Forum((rule("three", several(), BAN, PATRON),))
    other = replace(forum, name="shop")
    other.moderation = forum.moderation
    for _ in range(2):
        assert forum.fired(hate=3) == other.fired(hate=3) == []
    assert [len(feed.posts) for feed in forum.moderation] == [2, 2]


@pytest.mark.parametrize(
    "changes", [{"name": "shop"}, {"application_id": "another"}], ids=["name", "id"]
)
def test_applications_of_one_name_or_of_one_id_are_two(changes: dict[str, Any]) -> None:
    forum = Forum(most=3)
    twin = replace(forum)
    twin.moderation = forum.moderation
    twin.application = replace(forum.application, **changes)
    for _ in range(2):
        forum.post()
        twin.post()
    assert [list(feed.posts) for feed in forum.moderation] == [["post 2"], ["post 1", "post 2"]]
    assert forum.feed.application is forum.application


# Which rules fire


def test_rules_that_fire_are_listed_in_the_order_of_the_file() -> None:
    names = ("delta", "alpha", "charlie", "bravo")
    forum = Forum(tuple(rule(name, HATEFUL) for name in names))
    assert forum.fired(hate=3) == [*names]
    assert forum.fired(hate=1) == []


def test_whom_a_rule_fires_on_comes_with_it() -> None:
    forum = Forum((rule("hate", HATEFUL),))
    [fired] = forum.post(hate=2, post="p")
    assert fired == Triggered(forum.rules[0], forum.feed.posts["p"], forum.feed.patrons["ann"])


def test_a_post_rule_fires_once_for_each_post() -> None:
    forum = Forum((rule("hate", HATEFUL),))
    assert [forum.fired(hate=2, post=post) for post in ("p", "p", "q")] == [["hate"], [], ["hate"]]


def test_a_patron_rule_fires_once_for_each_patron() -> None:
    forum = Forum((rule("hate", HATEFUL, on=PATRON),))
    assert [forum.fired(hate=2, patron=one) for one in ("ann", "ann", "bob")] == [
        ["hate"], [], ["hate"]
    ]  # fmt: skip


@pytest.mark.parametrize("on", [POST, PATRON])
def test_a_rule_that_always_fires_does_so_each_time(on: str) -> None:
    forum = Forum((rule("hate", HATEFUL, on=on, trigger_frequency=ALWAYS),))
    assert [forum.fired(hate=2, post="p") for _ in range(3)] == [["hate"]] * 3


def test_a_rule_that_is_switched_off_never_fires() -> None:
    forum = Forum((rule("hate", HATEFUL, active=False),))
    assert forum.fired(hate=3) == []


def test_a_post_is_judged_with_the_metadata_of_all_its_contents() -> None:
    forum = Forum((rule("adult", verified(whose="content")),))
    assert forum.fired(post="p", content_metadata={"other": 1}) == []
    assert forum.fired(post="p", content_metadata={"verified": True}) == ["adult"]
    forum = Forum((rule("adult", verified(whose="content"), trigger_frequency=ALWAYS),))
    forum.post(post="p", content_metadata={"verified": True})
    assert forum.fired(post="p") == ["adult"]


def test_a_picture_is_judged_by_its_scores_and_is_no_text() -> None:
    seen = VisualPrediction(0, complete(DOCS, {"gun_in_hand": 0.9}))
    gun = Visual("gun_in_hand", compared(gte=0.9))
    forum = Forum((rule("gun", gun), rule("text", Text("hate", compared(gte=-3)))))
    assert forum.fired(prediction=seen) == ["gun"]
    assert forum.fired(prediction=VisualPrediction(0)) == []
    assert forum.fired(hate=3) == ["text"]


def test_a_task_that_failed_is_stored_and_judged_by_nobody() -> None:
    forum = Forum((rule("any", Not(BANNED)),))
    assert forum.fired(failed=True, post="p", patron_metadata={"a": 1}) == []
    [content] = forum.feed.posts["p"].contents
    assert content.prediction is None
    assert forum.explained("p") == {}
    assert forum.feed.patrons["ann"].metadata == {"a": 1}
    assert forum.fired(post="p") == ["any"]


# Counts


def test_a_count_holds_as_soon_as_there_are_as_many_this_post_included() -> None:
    forum = Forum((rule("three", several(), BAN, PATRON),))
    assert [forum.fired(hate=2) for _ in range(4)] == [[], [], ["three"], []]


def test_only_posts_of_the_sort_count_and_only_the_patrons_own() -> None:
    forum = Forum((rule("three", several(), on=PATRON),))
    posts = [("ann", 2), ("ann", 1), ("bob", 3), ("ann", 2), ("bob", 2), ("ann", 0)]
    assert all(forum.fired(patron=patron, hate=hate) == [] for patron, hate in posts)
    assert forum.fired(patron="ann", hate=2) == ["three"]


def test_several_contents_of_one_post_count_once() -> None:
    forum = Forum((rule("two", several(at_least=2), on=PATRON),))
    assert [forum.fired(hate=2, post=post) for post in ("p", "p", "p", "q")] == [
        [], [], [], ["two"]
    ]  # fmt: skip


def test_a_window_lets_go_of_what_is_too_old() -> None:
    forum = Forum((rule("two", several(at_least=2), on=PATRON, trigger_frequency=ALWAYS),))
    assert forum.fired(hate=2) == []
    forum.pass_time(DAY - timedelta(microseconds=1))
    assert forum.fired(hate=2) == ["two"]
    forum.pass_time(DAY)
    assert forum.fired(hate=2) == []


def test_a_rule_may_hold_of_a_post_that_does_not_count_itself() -> None:
    forum = Forum((rule("two", several(at_least=2), on=PATRON, trigger_frequency=ALWAYS),))
    assert [forum.fired(hate=hate) for hate in (2, 2, 0)] == [[], ["two"], ["two"]]


def test_one_condition_may_be_counted_within_several_times() -> None:
    hour, day = several(at_least=2, within=HOUR), several(at_least=3, within=DAY)
    forum = Forum((rule("day", day, on=PATRON), rule("hour", hour, on=PATRON)))
    assert forum.fired(hate=2) == []
    forum.pass_time(2 * HOUR)
    assert forum.fired(hate=2) == []
    assert forum.fired(hate=2) == ["day", "hour"]


def test_a_count_may_ask_for_the_state_of_the_patron() -> None:
    forum = Forum(
        (
            rule("ban", HATEFUL, BAN),
            rule("still there", several(BANNED, at_least=2), on=PATRON),
            rule("in good standing", several(Not(BANNED), at_least=3), on=PATRON),
        )
    )
    assert [forum.fired(hate=hate) for hate in (3, 0, 0, 0)] == [["ban"], [], ["still there"], []]


def test_the_rule_that_is_switched_off_goes_on_counting_for_its_explanation() -> None:
    forum = Forum((rule("two", several(at_least=2), on=PATRON, active=False),))
    forum.post(hate=2)
    forum.post(hate=2)
    assert "2 so far" in forum.explained("post 2")["two"]


class Asked(Text):
    """A severity that counts how often it is asked for."""

    times = 0

    def holds(self, facts: Facts, /) -> bool:
        Asked.times += 1
        return super().holds(facts)


@pytest.mark.parametrize("patrons", [1, 50])
def test_history_is_counted_and_never_searched(patrons: int) -> None:
    """A post is looked at once for each window, however many there were before."""
    counted = several(Asked("hate", compared(gte=2)), at_least=10**6)
    forum = Forum((rule("many", counted, on=PATRON), rule("again", Not(counted), on=PATRON)))
    for number in range(1000):
        Asked.times = 0
        forum.post(hate=3, patron=f"patron {number % patrons}")
        assert Asked.times == 1


# Actions


def done_by(action: Action) -> tuple[Post, Patron]:
    """The post and the patron that a rule with that action has fired on."""
    forum = Forum((rule("hate", HATEFUL, action),))
    forum.post(hate=3, post="p")
    return forum.feed.posts["p"], forum.feed.patrons["ann"]


MARKS = {
    "send_post_to_review": ("post", "to_review", MOMENT),
    "delete_post": ("post", "deleted", True),
    "tag_post": ("post", "tags", ["spam"]),
    "ban_patron": ("patron", "banned", True),
    "suspend_patron": ("patron", "suspended_until", NOON + DAY),
    "tag_patron": ("patron", "tags", ["spam"]),
    "send_patron_to_review": ("patron", "to_review", MOMENT),
}
SETTINGS: Mapping[str, Any] = {"tag": "spam", "for": DAY}


def action_of(name: str) -> Action:
    return Action(name, {key: SETTINGS[key] for key in ACTIONS[name].settings})


@pytest.mark.parametrize("name", BY_RULES)
def test_an_action_leaves_its_mark_and_no_other(name: str) -> None:
    action = action_of(name)
    post, patron = done_by(action)
    for whose, subject in (("post", post), ("patron", patron)):
        for one, mark, value in MARKS.values():
            if one == whose and hasattr(subject, mark):
                left = (one, mark) == MARKS[name][:2]
                assert bool(getattr(subject, mark)) is left
                assert not left or getattr(subject, mark) == value
    whose = MARKS[name][0]
    event = Event(NOON, name, "hate", action.settings)
    assert [*post.history] == ([event] if whose == "post" else [])
    assert [*patron.history] == ([event] if whose == "patron" else [])


@pytest.mark.parametrize("name", BY_RULES)
def test_a_moderator_does_the_same_by_hand(name: str) -> None:
    post, patron = done_by(action_of(name))
    forum = Forum()
    forum.post(post="p")
    other = forum.feed.posts["p"], forum.feed.patrons["ann"]
    act(action_of(name), other[0], other[1], MOMENT, MODERATOR)
    for by_rule, by_hand in ((post, other[0]), (patron, other[1])):
        assert [event._replace(by="hate") for event in by_hand.history] == [*by_rule.history]
        for _, mark, _ in MARKS.values():
            assert getattr(by_rule, mark, None) == getattr(by_hand, mark, None)


UNDONE = {
    "release_post": REVIEW,
    "restore_post": DELETE,
    "release_patron": Action("send_patron_to_review"),
    "unban_patron": BAN,
    "unsuspend_patron": SUSPEND,
}


def test_every_action_by_hand_undoes_one_of_a_rule() -> None:
    assert UNDONE.keys() == ACTIONS.keys() - BY_RULES.keys()


@pytest.mark.parametrize(("name", "done"), UNDONE.items(), ids=UNDONE)
def test_what_a_rule_did_is_undone_by_hand_and_nothing_else(name: str, done: Action) -> None:
    """Every mark there is is left by rules; the moderator takes away one."""
    forum = Forum(tuple(rule(one, HATEFUL, action_of(one)) for one in BY_RULES))
    forum.post(hate=3, post="p")
    post, patron = forum.feed.posts["p"], forum.feed.patrons["ann"]
    forum.moderation.act(Action(name), post, patron, NOON)
    for action, (whose, mark, value) in MARKS.items():
        left = getattr(post if whose == "post" else patron, mark)
        assert not left if action == done.name else left == value
    newest = (post if ACTIONS[name].on == POST else patron).history[-1]
    assert newest == Event(NOON, name, MODERATOR, {})


def test_what_comes_to_review_again_comes_anew() -> None:
    forum = Forum()
    forum.post(post="p")
    post, patron = forum.feed.posts["p"], forum.feed.patrons["ann"]
    for name in ("send_post_to_review", "send_post_to_review"):
        forum.moderation.act(Action(name), post, patron, NOON)
    first = post.to_review
    assert first == Moment(NOON, 2)
    forum.moderation.act(Action("release_post"), post, patron, NOON)
    forum.moderation.act(Action("send_post_to_review"), post, patron, NOON + HOUR)
    assert post.to_review == Moment(NOON + HOUR, 5)


@pytest.mark.parametrize("name", [name for name, deed in ACTIONS.items() if deed.on == POST])
def test_what_is_done_to_a_post_needs_one(name: str) -> None:
    with pytest.raises(LookupError, match="done to a post"):
        act(action_of(name), None, Patron("ann", MOMENT), MOMENT, MODERATOR)


def test_what_a_rule_has_done_is_known_to_the_next_post_and_not_to_this_one() -> None:
    forum = Forum(
        (
            rule("ban", HATEFUL, BAN, trigger_frequency=ALWAYS),
            rule("banned", BANNED, trigger_frequency=ALWAYS),
        )
    )
    assert [forum.fired(hate=hate) for hate in (3, 0, 3)] == [
        ["ban"],
        ["banned"],
        ["ban", "banned"],
    ]


def test_a_suspension_ends_at_its_moment() -> None:
    forum = Forum((rule("suspended", SUSPENDED, trigger_frequency=ALWAYS),))
    forum.post()
    act(SUSPEND, None, forum.feed.patrons["ann"], MOMENT, MODERATOR)
    assert forum.fired() == ["suspended"]
    forum.pass_time(DAY - timedelta(microseconds=1))
    assert forum.fired() == ["suspended"]
    forum.pass_time(timedelta(microseconds=1))
    assert forum.fired() == []


def test_a_suspension_is_made_longer_and_never_shorter() -> None:
    patron = Patron("ann", MOMENT)
    for lasts, until in ((2 * DAY, 2 * DAY), (DAY, 2 * DAY), (3 * DAY, 3 * DAY)):
        act(Action("suspend_patron", {"for": lasts}), None, patron, MOMENT, MODERATOR)
        assert patron.suspended_until == NOON + until


def test_a_patron_may_be_banned_and_suspended_at_once() -> None:
    patron = Patron("ann", MOMENT)
    assert patron.states(NOON) == set()
    act(BAN, None, patron, MOMENT, MODERATOR)
    act(SUSPEND, None, patron, MOMENT, MODERATOR)
    assert patron.states(NOON) == {"banned", "suspended"}
    assert patron.states(NOON + DAY) == {"banned"}


def test_tags_are_kept_in_their_order_and_each_once() -> None:
    patron = Patron("ann", MOMENT)
    for tag in ("b", "a", "b"):
        act(Action("tag_patron", {"tag": tag}), None, patron, MOMENT, MODERATOR)
    assert (patron.tags, len(patron.history)) == (["b", "a"], 3)


def test_a_history_is_bounded() -> None:
    patron = Patron("ann", MOMENT)
    for number in range(REMEMBERED + 1):
        act(BAN, None, patron, Moment(NOON + number * HOUR, number), MODERATOR)
    assert len(patron.history) == REMEMBERED
    assert patron.history[0].at == NOON + HOUR


# Explanations, which `explained` holds against what fired


def test_an_explanation_goes_by_the_metadata_of_its_moment() -> None:
    content, patron = rule("content", verified(whose="content")), rule("patron", verified())
    forum = Forum((content, patron))
    forum.post(post="p", content_metadata={"verified": 1}, patron_metadata={"verified": True})
    forum.post(post="p", content_metadata={"verified": True}, patron_metadata={"verified": 0})
    first, second = forum.explained("p", 0), forum.explained("p", 1)
    assert ("it is 1" in first["content"], "it is true" in second["content"]) == (True, True)
    assert ("it is true" in first["patron"], "it is 0" in second["patron"]) == (True, True)


def test_an_explanation_of_a_post_of_two_patrons_goes_by_who_sent_the_content() -> None:
    forum = Forum((rule("verified", verified(), trigger_frequency=ALWAYS),))
    forum.post(post="p", patron="ann", patron_metadata={"verified": False})
    forum.post(post="p", patron="bob", patron_metadata={"verified": True})
    assert "it is false" in forum.explained("p", 0)["verified"]
    assert "it is true" in forum.explained("p", 1)["verified"]


def test_an_explanation_goes_by_the_counts_and_states_of_its_moment() -> None:
    forum = Forum((rule("two", several(at_least=2), BAN, PATRON), rule("banned", BANNED)))
    for _ in range(3):
        forum.post(hate=2)
        forum.pass_time(HOUR)
    forum.pass_time(9 * DAY)
    counted = [forum.explained(f"post {number}")["two"] for number in (1, 2, 3)]
    assert ["1 so far" in counted[0], "2 so far" in counted[1], "3 so far" in counted[2]] == [
        True, True, True
    ]  # fmt: skip
    assert "it has fired for this patron before" in counted[2]
    states = [forum.explained(f"post {number}")["banned"] for number in (1, 2, 3)]
    assert ["in good standing" in one for one in states] == [True, True, False]


def test_an_explanation_is_of_the_rules_that_judged() -> None:
    forum = Forum((rule("hate", HATEFUL),))
    forum.post(hate=3)
    forum.feed.override(rules=(rule("nothing", verified()),))
    forum.post(hate=3)
    assert list(forum.explained("post 1")) == ["hate"]
    assert list(forum.explained("post 2")) == ["nothing"]


def test_an_explanation_of_a_picture_tells_the_score_that_counted() -> None:
    gun = rule("gun", Visual("gun_in_hand", compared(gte=0.9)))
    forum = Forum((gun,))
    forum.post(prediction=VisualPrediction(0, complete(DOCS, {"gun_in_hand": 0.89})))
    assert "gun_in_hand is at least 0.9: it is 0.89" in forum.explained()["gun"]


# Other rules, while there is a history


def declared(forum: Forum, **changes: Any) -> Application:
    """The application as it is read anew."""
    return replace(forum.application, **changes)


def test_what_was_set_here_stays_when_the_application_is_read_anew() -> None:
    forum = Forum((rule("old", HATEFUL),))
    forum.feed.override(webhooks={"ban_patron": "http://a.test/"})
    forum.application = declared(forum, rules=(rule("new", HATEFUL),))
    assert forum.fired(hate=2) == ["new"]
    assert forum.feed.application.webhooks == {"ban_patron": "http://a.test/"}
    forum.feed.override(rules=(rule("mine", HATEFUL),))
    forum.application = declared(forum, rules=(rule("newest", HATEFUL),))
    assert forum.fired(hate=2) == ["mine"]
    assert forum.feed.application.webhooks == {"ban_patron": "http://a.test/"}


def test_a_rule_that_is_replaced_by_one_of_its_name_has_fired_already() -> None:
    forum = Forum((rule("hate", HATEFUL),))
    forum.post(hate=3, post="p")
    forum.feed.override(rules=(rule("hate", TextContainsAny(("hello",))),))
    assert forum.fired(hate=3, post="p") == []
    assert forum.fired(post="q") == ["hate"]


def test_a_count_goes_on_where_its_rule_changes_around_it_and_begins_anew_where_it_was_gone() -> (
    None
):
    forum = Forum((rule("three", several(), on=PATRON),))
    forum.post(hate=2)
    forum.feed.override(rules=(rule("renamed", several(), BAN, PATRON),))
    forum.post(hate=2)
    assert forum.fired(hate=2) == ["renamed"]
    forum.feed.override(rules=())
    forum.feed.override(rules=(rule("back", several(at_least=3), on=PATRON),))
    assert forum.fired(hate=2) == []
    [window] = forum.feed.patrons["ann"].windows.values()
    assert window.count(NOON) == 1


# Metadata


def test_of_metadata_with_ever_new_keys_the_newest_are_kept() -> None:
    forum = Forum()
    for number in range(REMEMBERED + 5):
        forum.post(post="p", content_metadata={f"key {number}": number, "always": True})
    kept = forum.feed.posts["p"].metadata
    assert (len(kept), "always" in kept) == (REMEMBERED, True)
    assert next(iter(kept)) == "key 6"


def test_of_too_many_keys_at_once_the_last_are_kept() -> None:
    forum = Forum()
    forum.post(patron_metadata={str(number): number for number in range(REMEMBERED + 1)})
    kept = forum.feed.patrons["ann"].metadata
    assert [*kept] == [str(number) for number in range(1, REMEMBERED + 1)]


def test_a_key_that_is_told_again_is_new_again() -> None:
    forum = Forum()
    forum.post(patron_metadata={"verified": True})
    for number in range(REMEMBERED - 1):
        forum.post(patron_metadata={str(number): number})
    forum.post(patron_metadata={"verified": True})
    forum.post(patron_metadata={"another": 1})
    kept = forum.feed.patrons["ann"].metadata
    assert ("verified" in kept, "0" in kept, len(kept)) == (True, False, REMEMBERED)


def metadata_of_judgements(forum: Forum) -> list[Mapping[str, Any]]:
    contents = [content for post in forum.feed.posts.values() for content in post.contents]
    return [content.judgement.patron_metadata for content in contents]


def test_judgements_share_metadata_that_has_not_changed() -> None:
    forum = Forum()
    forum.post(patron_metadata={"other": 1})
    for _ in range(3):
        forum.post(patron_metadata={"age": 30, "verified": True})
    forum.post()
    _, *later = metadata_of_judgements(forum)
    assert later == [{"other": 1, "age": 30, "verified": True}] * 4
    assert len({id(one) for one in later}) == 1


@pytest.mark.parametrize(("before", "after"), [(True, 1), ([True], [1]), ({"a": 0}, {"a": False})])
def test_metadata_that_is_equal_only_to_python_has_changed(before: object, after: object) -> None:
    forum = Forum()
    forum.post(patron_metadata={"a": before})
    forum.post(patron_metadata={"a": after})
    assert [repr(one["a"]) for one in metadata_of_judgements(forum)] == [repr(before), repr(after)]


# Windows, which `_count` asks at every post


def test_a_window_expires_for_a_post_that_does_not_count_itself() -> None:
    forum = Forum((rule("two", several(at_least=2), on=PATRON, trigger_frequency=ALWAYS),))
    forum.post(hate=2)
    assert forum.fired(hate=2) == ["two"]
    forum.pass_time(DAY)
    assert forum.fired(hate=0) == []
    assert "0 so far" in forum.explained("post 3")["two"]


def test_a_forgotten_post_leaves_the_windows() -> None:
    forum = Forum((rule("two", several(at_least=3), on=PATRON, trigger_frequency=ALWAYS),), most=2)
    assert [forum.fired(hate=2) for _ in range(4)] == [[], [], ["two"], ["two"]]
    [window] = forum.feed.patrons["ann"].windows.values()
    assert window.count(forum.now) == 2


# What is forgotten


def test_the_post_that_came_first_is_forgotten_first() -> None:
    forum = Forum(most=3)
    for post in ("a", "b", "a", "c", "d"):
        forum.post(post=post)
    assert list(forum.feed.posts) == ["b", "c", "d"]
    assert list(forum.feed.patrons["ann"].posts) == ["b", "c", "d"]


def test_a_patron_of_whom_nothing_is_left_is_forgotten_too() -> None:
    forum = Forum(most=2)
    forum.post(post="a", patron="ann")
    forum.post(post="a", patron="bob")
    forum.post(post="b", patron="eve")
    forum.post(post="c", patron="eve")
    assert list(forum.feed.patrons) == ["eve"]


@pytest.mark.parametrize("name", [name for name, deed in BY_RULES.items() if deed.on == PATRON])
def test_a_patron_to_whom_something_was_done_is_not_forgotten(name: str) -> None:
    forum = Forum(most=1)
    forum.post(patron="ann")
    act(action_of(name), None, forum.feed.patrons["ann"], MOMENT, MODERATOR)
    forum.post(patron="bob")
    forum.post(patron="eve")
    assert list(forum.feed.patrons) == ["ann", "eve"]
    assert list(forum.feed.patrons["ann"].posts) == []


def test_posts_of_all_applications_are_forgotten_in_their_common_order() -> None:
    forum = Forum(most=2)
    other = replace(forum, name="shop")
    other.moderation = forum.moderation
    for one in (forum, other, forum):
        one.post(post=f"by {one.name}, {one.posted}")
    assert list(forum.feed.posts) == ["by forum, 1"]
    assert list(other.feed.posts) == ["by shop, 0"]


def test_a_rule_that_fires_once_per_patron_does_not_fire_again_when_the_posts_are_forgotten() -> (
    None
):
    forum = Forum((rule("hate", HATEFUL, on=PATRON),), most=1)
    assert forum.fired(hate=2, patron="ann") == ["hate"]
    forum.post(patron="bob")
    assert forum.fired(hate=2, patron="ann") == []


def test_of_too_many_patrons_the_one_who_posted_longest_ago_is_forgotten() -> None:
    forum = Forum(most_patrons=2)
    for patron in ("ann", "bob", "ann", "eve"):
        forum.post(post="p", patron=patron)
    assert list(forum.feed.patrons) == ["ann", "eve"]
    post = forum.feed.posts["p"]
    assert (post.patron_id, list(post.patrons)) == ("ann", ["ann", "eve"])
    assert forum.fired(post="p", patron="bob") == []


BIG = "x" * 10_000


@pytest.mark.parametrize(
    "large",
    [
        {"text": BIG},
        {"post": BIG},
        {"patron": BIG},
        {"content_metadata": {"a": BIG}},
        {"patron_metadata": {"a": {"b": [BIG]}}},
        {"content_metadata": {BIG: 1}},
    ],
    ids=["text", "post_id", "patron_id", "metadata", "nested", "key"],
)
def test_what_is_sent_is_bounded_in_bytes(large: dict[str, Any]) -> None:
    """Also where it is all of one post, which then remembers it all, or of one patron."""
    forum = Forum(most_bytes=100_000)
    for number in range(30):
        own = {key: f"{value}{number}" for key, value in large.items() if isinstance(value, str)}
        forum.post(**{**large, **own})
    assert 5 < len(forum.feed.posts) < 12
    for number in range(REMEMBERED):
        forum.post(**({"text": BIG, "post": f"p{number % 2}"} | large | {"patron": "ann"}))
    assert sum(post.weight for post in forum.feed.posts.values()) <= 100_000
    assert sum(patron.weight for patron in forum.feed.patrons.values()) <= 100_000


def test_what_a_post_has_forgotten_is_not_counted() -> None:
    forum = Forum(most_bytes=10**9)
    for _ in range(REMEMBERED):
        forum.post(BIG, post="p")
    before = forum.feed.posts["p"].weight
    for _ in range(REMEMBERED):
        forum.post("hello", post="p")
    after = forum.feed.posts["p"].weight
    assert before > REMEMBERED * len(BIG)
    assert after < before - REMEMBERED * (len(BIG) - len("hello") - 1)


def test_a_post_that_is_larger_than_the_bound_goes_too() -> None:
    forum = Forum(most_bytes=5_000)
    forum.post(BIG)
    assert list(forum.moderation) == []
    forum.post()
    assert list(forum.feed.posts) == ["post 2"]


def test_a_feed_in_which_nothing_is_left_is_dropped() -> None:
    forum = Forum(most=1)
    other = replace(forum, name="undeclared")
    other.moderation = forum.moderation
    other.post()
    forum.post()
    assert [feed.application.name for feed in forum.moderation] == ["forum"]


def test_a_feed_that_was_given_other_rules_is_not_dropped() -> None:
    forum = Forum(most=1)
    other = replace(forum, name="shop")
    other.moderation = forum.moderation
    other.feed.override(rules=(rule("mine", HATEFUL),))
    other.post()
    forum.post()
    assert [feed.application.name for feed in forum.moderation] == ["shop", "forum"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwx")), max_size=40))
def test_whatever_is_forgotten_posts_and_patrons_know_each_other(sent: list[Any]) -> None:
    forum = Forum((rule("hate", HATEFUL, on=PATRON),), most=3, most_patrons=2)
    for number, (post, patron) in enumerate(sent):
        forum.post(post=post, patron=patron, hate=2 * (number % 3 == 0))
    feed = forum.feed
    known = {(post.id, patron) for post in feed.posts.values() for patron in post.patrons}
    assert known == {(post, one.id) for one in feed.patrons.values() for post in one.posts}
    assert (len(feed.posts) <= 3, len(feed.patrons) <= 2) == (True, True)


def test_what_leaves_is_counted_no_more() -> None:
    posts, patrons = Quota(2), Quota(2)
    forum, other = Forum(), Forum()
    forum.moderation = Moderation(Scores(Chance(0).draw), posts, patrons)
    other.moderation = Moderation(Scores(Chance(0).draw), posts, patrons)
    for one in (forum, other):
        one.post()
    forum.moderation.leave()
    other.post(patron="bob")
    assert (len(other.feed.posts), len(other.feed.patrons)) == (2, 2)
