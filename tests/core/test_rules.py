"""Rules: when they fire, their one sentence, why they fired or not, and which are made useless."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.conditions.composites import AllOf
from emulator.core.conditions.condition import Condition, Count
from emulator.core.conditions.others import Metadata
from emulator.core.rules import (
    ACTIONS,
    ALWAYS,
    BY_RULES,
    FREQUENCIES,
    PATRON,
    POST,
    TYPES,
    Action,
    Rule,
    makes_useless,
    useless,
)
from tests.core.conditions.made import CONDITIONS, a_picture, a_text, compared, hateful

REVIEW, BAN = Action("send_post_to_review"), Action("ban_patron")
SUSPEND = Action("suspend_patron", {"for": timedelta(days=7)})
BAD, GOOD = a_text(hate=3), a_text(hate=0)
THREE = Count(hateful(), timedelta(days=1), 3)


def rule(
    when: Condition | None = None, action: Action = REVIEW, kind: str = POST, **more: Any
) -> Rule:
    return Rule("a", kind, hateful() if when is None else when, action, **more)


@pytest.mark.parametrize(
    ("made", "facts", "before", "fires", "why"),
    [
        (rule(), BAD, False, True, "fires"),
        (rule(), GOOD, False, False, "does not fire: its condition does not hold"),
        (rule(), a_picture(), False, False, "does not fire: its condition does not hold"),
        (rule(), BAD, True, False, "does not fire: it has fired for this post before"),
        (
            rule(kind=PATRON),
            BAD,
            True,
            False,
            "does not fire: it has fired for this patron before",
        ),
        (rule(trigger_frequency=ALWAYS), BAD, True, True, "fires"),
        (rule(active=False), BAD, False, False, "does not fire: it is switched off"),
        (
            rule(active=False, trigger_frequency=ALWAYS),
            GOOD,
            True,
            False,
            "does not fire: it is switched off",
        ),
    ],
)
def test_a_rule_fires_or_tells_why_not(
    made: Rule, facts: Any, before: bool, fires: bool, why: str
) -> None:
    assert made.fires(facts, before=before) is fires
    explanation = made.explain(facts, before=before)
    assert (explanation.holds, explanation.says) == (fires, f"the rule 'a' {why}")
    assert explanation.parts == (made.when.explain(facts),)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (rule(), "Sends the post to review once hate is at least 2."),
        (
            rule(THREE, BAN, PATRON),
            (
                "Bans the patron once there are 3 or more posts within 24h in which hate is at "
                "least 2."
            ),
        ),
        (rule(trigger_frequency=ALWAYS), "Sends the post to review each time hate is at least 2."),
        (rule(action=BAN), "Bans the patron once per post, when hate is at least 2."),
        (rule(kind=PATRON), "Sends the post to review once per patron, when hate is at least 2."),
        (rule(active=False), "Switched off: sends the post to review once hate is at least 2."),
    ],
)
def test_a_rule_says_itself_in_one_sentence(made: Rule, sentence: str) -> None:
    assert str(made) == sentence


@pytest.mark.parametrize(
    ("action", "says", "written"),
    [
        (Action("send_post_to_review"), "sends the post to review", "send_post_to_review"),
        (Action("delete_post"), "deletes the post", "delete_post"),
        (
            Action("tag_post", {"tag": "{x}"}),
            "tags the post with '{x}'",
            {"tag_post": {"tag": "{x}"}},
        ),
        (Action("ban_patron"), "bans the patron", "ban_patron"),
        (SUSPEND, "suspends the patron for 7d", {"suspend_patron": {"for": "7d"}}),
        (
            Action("tag_patron", {"tag": "b"}),
            "tags the patron with 'b'",
            {"tag_patron": {"tag": "b"}},
        ),
        (Action("send_patron_to_review"), "sends the patron to review", "send_patron_to_review"),
    ],
)
def test_an_action_says_itself_and_is_written(action: Action, says: str, written: Any) -> None:
    assert str(action) == says
    assert action.as_written() == written
    assert says.split()[2] == action.deed.on


def test_rules_take_seven_actions_and_moderators_five_more() -> None:
    assert [*BY_RULES] == [
        *("send_post_to_review", "delete_post", "tag_post", "ban_patron", "suspend_patron"),
        *("tag_patron", "send_patron_to_review"),
    ]
    assert [*ACTIONS] == [
        *BY_RULES,
        *("release_post", "restore_post", "release_patron", "unban_patron", "unsuspend_patron"),
    ]
    assert (TYPES, FREQUENCIES) == (("post", "patron"), ("once", "always"))


def test_a_rule_is_written_with_every_key() -> None:
    assert rule(cardinality=4, where="f.yaml:3").as_written() == {
        "name": "a",
        "type": "post",
        "when": {"text": {"hate": {"gte": 2}}},
        "action": "send_post_to_review",
        "trigger_frequency": "once",
        "active": True,
        "cardinality": 4,
    }


BROAD, NARROW = hateful(gte=1), hateful(gte=3)


@pytest.mark.parametrize(
    ("by", "other"),
    [
        (rule(BROAD), rule(NARROW)),
        (rule(BROAD), rule(BROAD)),
        (rule(BROAD, trigger_frequency=ALWAYS), rule(NARROW)),
        (rule(BROAD, trigger_frequency=ALWAYS), rule(NARROW, trigger_frequency=ALWAYS)),
        (rule(BROAD, BAN, PATRON), rule(NARROW, BAN, PATRON)),
        (rule(BROAD, BAN, POST), rule(NARROW, BAN, POST)),
        (rule(BROAD, SUSPEND, PATRON, trigger_frequency=ALWAYS), rule(NARROW, SUSPEND, PATRON)),
        (
            rule(BROAD, REVIEW, PATRON, trigger_frequency=ALWAYS),
            rule(NARROW, REVIEW, PATRON),
        ),
    ],
)
def test_a_rule_that_does_the_same_more_often_makes_another_useless(by: Rule, other: Rule) -> None:
    assert makes_useless(by, other)
    assert useless([by, other]) == [(other, by)]


@pytest.mark.parametrize(
    ("by", "useful"),
    [
        (rule(NARROW), rule(BROAD)),
        (rule(BROAD), rule(NARROW, BAN)),
        (rule(BROAD), rule(NARROW, kind=PATRON)),
        (rule(BROAD, active=False), rule(NARROW)),
        (rule(BROAD), rule(NARROW, active=False)),
        (rule(BROAD), rule(NARROW, trigger_frequency=ALWAYS)),
        (
            rule(BROAD, Action("tag_post", {"tag": "x"})),
            rule(NARROW, Action("tag_post", {"tag": "y"})),
        ),
    ],
)
def test_a_rule_that_does_something_else_or_less_often_does_not(by: Rule, useful: Rule) -> None:
    assert not makes_useless(by, useful)
    assert (useful, by) not in useless([by, useful])


def test_a_suspension_that_is_over_can_be_needed_again() -> None:
    assert not makes_useless(rule(BROAD, SUSPEND, PATRON), rule(NARROW, SUSPEND, PATRON))


def test_a_rule_that_fired_for_one_post_of_a_patron_does_nothing_about_the_next() -> None:
    """A mild post first, of which the broad rule is done with the patron; then a bad one."""
    delete = Action("delete_post")
    assert not makes_useless(rule(BROAD, delete, PATRON), rule(NARROW, delete, PATRON))


RULES = st.builds(
    rule,
    CONDITIONS,
    st.sampled_from([REVIEW, BAN, SUSPEND]),
    st.sampled_from(TYPES),
    trigger_frequency=st.sampled_from(FREQUENCIES),
    active=st.booleans(),
)


@given(st.lists(RULES, max_size=6))
def test_of_many_rules_those_are_useless_that_are_so_in_pairs(rules: list[Rule]) -> None:
    """Except for what only a useless rule makes so: of two alike, the first stays."""
    found = useless(rules)
    assert all(makes_useless(by, other) for other, by in found)
    gone = {id(other) for other, _ in found}
    left = [one for one in rules if id(one) not in gone]
    assert not [
        (one, other)
        for one in left
        for other in left
        if one is not other and makes_useless(one, other)
    ]


class Looked(AllOf):
    """A condition that counts how often its parts are looked at."""

    times = 0

    def __getattribute__(self, name: str) -> Any:
        Looked.times += name == "parts"
        return super().__getattribute__(name)


def test_of_many_rules_each_is_brought_into_its_normal_form_once() -> None:
    counts = []
    for many in (5, 50):
        rules = [
            rule(Looked((BROAD, Metadata("patron", f"key {at}", compared(eq=at)))))
            for at in range(many)
        ]
        Looked.times = 0
        assert useless(rules) == []
        counts.append(Looked.times / many)
    assert counts[0] == counts[1] > 0
