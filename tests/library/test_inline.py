"""What files may hold, as JSON at run time: taken and refused alike, with paths for lines."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.faults import EVENTS, SUBMIT, TROUBLES, Event, objection
from emulator.core.fixture import Fixture
from emulator.core.latency import Latency
from emulator.core.matching import Contains, Glob, Is
from emulator.core.model import Fault
from emulator.core.rules import ACTIONS, REQUIRED, Action
from emulator.core.suggest import shown
from emulator.core.taxonomy.visual import Head
from emulator.library.inline import (
    action_from,
    application_from,
    fixture_from,
    fixtures_from,
    scenario_from,
    step_from,
    when_from,
)
from emulator.library.problems import LibraryError
from emulator.library.yaml import MAX_DEPTH
from tests.library.told import anything_under, configuration_of, fixtures_of, scenarios_of

FURRY = Head("furry", ("no_furry", "yes_furry"), "no_furry")


def problems_of(make: Callable[[], object]) -> list[str]:
    with pytest.raises(LibraryError) as caught:
        make()
    return [str(problem) for problem in caught.value.problems]


def names(fixtures: tuple[Fixture, ...]) -> list[str]:
    return [fixture.name for fixture in fixtures]


def fixture(**more: Any) -> dict[str, Any]:
    return {"name": "a", "when": {"url": "b"}, "visual": {}} | more


# Fixtures.


@pytest.mark.parametrize(
    "value",
    [fixture(), [fixture()], {"fixtures": [fixture()]}, (fixture(),)],
    ids=["alone", "in a list", "as in a file", "in a tuple"],
)
def test_one_fixture_may_come_in_three_shapes(value: Any) -> None:
    [found] = fixtures_from(value, ())
    assert (found.name, found.bundled) == ("a", False)
    assert dict(found.when.patterns) == {"url": (Glob("b"),)}
    assert found.script.visual == {}


@pytest.mark.parametrize("value", [[], {"fixtures": []}], ids=["list", "file"])
def test_no_fixtures_are_no_mistake(value: Any) -> None:
    assert fixtures_from(value, ()) == ()


def test_a_fixture_of_the_control_api_says_that_it_is_one() -> None:
    [found] = fixtures_from(fixture(name="x"), ())
    assert str(found.source) == "fixture 'x' (control API)"


def test_fixtures_without_a_name_are_called_after_the_next_numbers() -> None:
    nameless = {"when": {"text": "b"}, "text": {}}
    numbers = count(7)
    assert names(fixtures_from([nameless, fixture(), nameless], (), numbers)) == [
        *("run-time 7", "a", "run-time 8")
    ]
    assert names(fixtures_from(nameless, (), numbers)) == ["run-time 9"]
    assert names(fixtures_from(nameless, ())) == ["run-time 1"]


def test_the_classes_of_a_projects_own_heads_are_known() -> None:
    [found] = fixtures_from(fixture(visual={"yes_furry": 0.5}), [FURRY])
    assert found.script.visual == {"yes_furry": 0.5}
    [problem] = problems_of(lambda: fixtures_from(fixture(visual={"yes_furry": 0.5}), ()))
    assert problem.startswith("body.visual.yes_furry: 'yes_furry' is no visual class.")


def test_mistakes_are_told_all_at_once_with_their_paths() -> None:
    value = {
        "fixtures": [
            {"name": "a", "when": {}, "visual": {"gun_in_hand": 2}},
            {"name": "b", "when": {"urll": "c", "text": ["d", 5]}, "text": {}},
            {"name": "e", "when": {"url": "f"}, "fault": "hang", "delay": "soon"},
            {"when": {"url": "g"}, "text": {"urls": [{"value": "h"}, 3]}},
            "i",
        ]
    }
    problems = problems_of(lambda: fixtures_from(value, ()))
    assert sorted(problem.split(": ")[0] for problem in problems) == [
        "body.fixtures[0].visual.gun_in_hand",
        "body.fixtures[0].when",
        "body.fixtures[1].when.text",
        "body.fixtures[1].when.urll",
        "body.fixtures[2].delay",
        *["body.fixtures[3].text.urls[0]"] * 3,
        "body.fixtures[3].text.urls[1]",
        "body.fixtures[4]",
    ]


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (fixture(visul={}), "body.visul"),
        ([fixture(visul={})], "body[0].visul"),
        ({"fixtures": [fixture(visul={})]}, "body.fixtures[0].visul"),
        ({"fixtures": [], "name": "a"}, "body.name"),
        ({"fixtures": 3}, "body.fixtures"),
        (fixture(visual={"yes bra": 1}), "body.visual['yes bra']"),
        (fixture(visual={"furry-yes_furry": 1}), "body.visual.furry-yes_furry"),
        (fixture(visual={"": 1}), "body.visual['']"),
        (fixture(visual={"x" * 500: 1}), f"body.visual.{'x' * 500}"),
        (fixture(visual={"ü" * 500: 1}), f"body.visual['{'ü' * 58}…]"),
    ],
)
def test_a_path_leads_to_what_is_wrong(value: Any, place: str) -> None:
    [problem] = problems_of(lambda: fixtures_from(value, ()))
    assert problem.startswith(f"{place}: ")


@pytest.mark.parametrize("value", [None, "gun", 3, True], ids=repr)
def test_what_is_no_fixture_at_all_is_told_what_may_be_sent(value: Any) -> None:
    assert problems_of(lambda: fixtures_from(value, ())) == [
        (
            "body: expected a fixture, a list of fixtures, or a mapping with 'fixtures', "
            f"found {shown(value)}"
        )
    ]


def test_no_two_fixtures_share_a_name_since_that_is_how_they_are_replaced() -> None:
    assert problems_of(lambda: fixtures_from([fixture(), fixture(name="b"), fixture()], ())) == [
        "body[2]: the name 'a' was used before, at body[0]"
    ]


def test_a_fixture_that_is_put_somewhere_has_the_name_of_that_place() -> None:
    assert fixture_from(fixture(), (), "a").name == "a"
    nameless = {"when": {"url": "b"}, "visual": {}}
    found = fixture_from(nameless, (), "gun in hand")
    assert str(found.source) == "fixture 'gun in hand' (control API)"


def test_a_fixture_that_is_put_somewhere_cannot_have_another_name() -> None:
    assert problems_of(lambda: fixture_from(fixture(visul={}), (), "b")) == [
        (
            "body.visul: a fixture has no key 'visul'. Did you mean 'visual'? "
            "Known are: name, when, visual, video, text, media, fault, latency"
        ),
        "body.name: name: expected 'b', as the address says, found 'a'",
    ]
    assert problems_of(lambda: fixture_from([fixture()], (), "a"))[0].startswith(
        "body: expected a fixture as a mapping, found [{"
    )


# Scenarios.


def test_a_scenario_is_read_as_from_a_file_and_its_parts_say_which_they_are() -> None:
    made = scenario_from(
        {
            "name": "flaky",
            "latency": "2m",
            "steps": [
                {"on": "submit", "times": 2, "fault": "rate_limited", "retry_after": "2s"},
                {"on": "callback", "fault": "lost", "probability": 0.5},
            ],
            "timeline": [{"from": "30s", "to": 50, "fault": "server_error"}],
            "callbacks": {"retry": []},
        },
        (),
    )
    assert (made.name, made.where, made.callbacks.retry) == ("flaky", "control API", ())
    assert made.latency == Latency(timedelta(minutes=2))
    assert made.steps[0].fault == Fault("rate_limited", {"retry_after": timedelta(seconds=2)})
    assert made.steps[1].fault == Fault("lost", {}, 0.5)
    assert [step.where for step in made.steps] == ["control API, steps[0]", "control API, steps[1]"]
    [spell] = made.timeline
    assert (spell.end, spell.where) == (timedelta(seconds=50), "control API, timeline[0]")


def test_a_scenario_needs_no_name_when_it_is_used_at_once() -> None:
    assert scenario_from({}, ()).name == "inline"
    assert scenario_from({"steps": []}, ()).calm


def test_a_scenario_is_wrong_in_the_words_of_a_file() -> None:
    value = {
        "name": "",
        "steps": [{"on": "submit", "fault": "lost"}, {"on": "submit", "visual": {"yes_furry": 2}}],
        "timeline": [{"fault": "slow", "retry_after": 3}],
        "callbacks": {"retry": "5s"},
    }
    assert problems_of(lambda: scenario_from(value, [FURRY])) == [
        "body.name: name: expected a name of 1 to 64 letters, digits, '.', '_' and '-', found ''",
        ("body.steps[0].fault: the fault 'lost' cannot be on 'submit': it can be on callback"),
        "body.steps[1].visual.yes_furry: yes_furry: expected a score from 0 to 1, found 2",
        (
            "body.timeline[0].retry_after: the fault 'slow' has no setting 'retry_after'. "
            "Known are: delay, probability"
        ),
        "body.callbacks.retry: retry: expected a list, found '5s'",
    ]
    assert problems_of(lambda: scenario_from("outage", ())) == [
        "body: expected a scenario as a mapping, found 'outage'"
    ]


# Faults and steps.


@pytest.mark.parametrize("fault", TROUBLES)
def test_a_fault_that_names_no_event_is_at_the_first_that_it_can_be_on(fault: str) -> None:
    first = next(word for word in EVENTS if objection(fault, word) is None)
    assert step_from({"fault": fault}, ()).on == EVENTS[first]


@pytest.mark.parametrize(
    ("fault", "on"),
    [
        ("server_error", SUBMIT),
        ("download_failed", SUBMIT),
        ("unknown_class", {Event.SUBMIT_SYNC}),
        ("lost", {Event.CALLBACK}),
    ],
)
def test_where_some_faults_are_that_name_no_event(fault: str, on: set[Event]) -> None:
    assert step_from({"fault": fault}, ()).on == on


def test_a_step_may_carry_what_it_carries_in_a_scenario() -> None:
    step = step_from(
        {"when": {"text_contains": "hello"}, "times": 1, "text": {"hate": 3}, "latency": "5s"}, ()
    )
    assert (step.on, step.times, step.fault) == (SUBMIT, 1, None)
    assert step.when is not None
    assert dict(step.when.patterns) == {"text_contains": (Contains("hello"),)}
    assert step.script.text is not None
    assert step.script.latency == timedelta(seconds=5)


def test_a_fault_takes_its_settings_at_run_time_too() -> None:
    step = step_from({"on": "callback", "fault": "duplicate", "copies": 3, "probability": 0.5}, ())
    assert step.fault == Fault("duplicate", {"copies": 3}, 0.5)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({}, "body: a step needs one of visual, video, text, media, fault, latency"),
        (
            {"on": "submit", "fault": "lost"},
            "body.fault: the fault 'lost' cannot be on 'submit': it can be on callback",
        ),
        (
            {"fault": "lost", "visual": {}},
            (
                "body.visual: visual: a step on 'callback' can carry a fault only, "
                "since content is looked at when it is submitted"
            ),
        ),
        (
            {"fault": "server_error", "times": 0},
            "body.times: times: expected a whole number from 1 to 1000000000, found 0",
        ),
        ([], "body: expected a step as a mapping, found []"),
    ],
)
def test_a_wrong_step_is_told_with_its_path(value: Any, problem: str) -> None:
    assert problems_of(lambda: step_from(value, ())) == [problem]


def test_a_fault_that_nobody_knows_is_told_once() -> None:
    [problem] = problems_of(lambda: step_from({"fault": "server_eror", "delay": "x"}, ()))
    assert problem.startswith("body.fault: fault: expected one of ")
    assert problem.endswith("found 'server_eror'. Did you mean 'server_error'?")


# Applications.


def rule(**more: Any) -> dict[str, Any]:
    made = {"name": "Swears", "type": "post", "when": {"profanity": True}, "action": "delete_post"}
    return made | more


def test_the_rules_of_an_application_are_read_as_from_a_file_and_say_which_they_are() -> None:
    tag = {"tag_patron": {"tag": "rude"}}
    count = {"of": {"text": {"hate": {"gte": 2}}}, "within": "24h", "at_least": 3}
    made = application_from(
        {"rules": [rule(), rule(name="Thrice", type="patron", when={"count": count}, action=tag)]},
        (),
    )
    assert [*made] == ["rules"]
    assert [str(one) for one in made["rules"]] == [
        "Deletes the post once the text has profanity.",
        (
            "Tags the patron with 'rude' once there are 3 or more posts within 24h in which "
            "hate is at least 2."
        ),
    ]
    assert [one.where for one in made["rules"]] == [
        "control API, rules[0]",
        "control API, rules[1]",
    ]


def test_what_is_said_of_actions_becomes_the_addresses_that_are_told_of_them() -> None:
    actions = {"ban_patron": {"webhook": "http://127.0.0.1:9/a?b=c"}}
    assert application_from({"actions": actions}, ()) == {
        "webhooks": {"ban_patron": "http://127.0.0.1:9/a?b=c"}
    }


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        ({}, {}),
        ({"rules": []}, {"rules": ()}),
        ({"actions": {}}, {"webhooks": {}}),
        ({"rules": [], "actions": {}}, {"rules": (), "webhooks": {}}),
    ],
)
def test_what_is_not_said_of_an_application_is_not_changed_and_nothing_may_be_said(
    value: Any, changes: dict[str, Any]
) -> None:
    assert application_from(value, ()) == changes


def test_a_rule_may_ask_for_the_classes_of_a_projects_own_heads() -> None:
    furry = {"rules": [rule(when={"visual": {"yes_furry": {"gte": 0.9}}})]}
    [made] = application_from(furry, [FURRY])["rules"]
    assert str(made.when) == "yes_furry is at least 0.9"
    [problem] = problems_of(lambda: application_from(furry, ()))
    assert problem.startswith("body.rules[0].when.visual.yes_furry: 'yes_furry' is no visual class")


def test_all_mistakes_of_an_application_are_told_at_once_with_their_paths() -> None:
    value = {
        "rules": [
            rule(type="user"),
            rule(name="b", when={"all": [{"profanity": True}, {"text": {"hatred": {"gte": 2}}}]}),
            rule(name="c", when={"not": {"count": {"of": {}, "within": "0s", "at_least": 0}}}),
            rule(name="d", when={"patron_metadata": {"a b": {"gt": "x"}}}),
            rule(name="e", action={"tag_post": {}}),
            rule(name="f", action={"suspend_patron": {"for": "ever", "until": 3}}),
            {"name": "g"},
            "h",
        ],
        "actions": {"ban_patron": {"webhook": "a.test"}, "delet_post": {}, "tag_post": "x"},
        "name": "forum",
    }
    problems = problems_of(lambda: application_from(value, ()))
    assert sorted(problem.split(": ")[0] for problem in problems) == [
        "body.actions.ban_patron.webhook",
        "body.actions.delet_post",
        "body.actions.tag_post",
        "body.name",
        "body.rules[0].type",
        "body.rules[1].when.all[1].text.hatred",
        "body.rules[2].when.not.count.at_least",
        "body.rules[2].when.not.count.of",
        "body.rules[2].when.not.count.within",
        "body.rules[3].when.patron_metadata['a b'].gt",
        "body.rules[4].action.tag_post",
        "body.rules[5].action.suspend_patron.for",
        "body.rules[5].action.suspend_patron.until",
        *["body.rules[6]"] * 3,
        "body.rules[7]",
    ]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"rules": [rule(), rule()]}, "body.rules[1]: the name 'Swears' was used before, at body."),
        ({"rules": rule()}, "body.rules: rules: expected a list, found {'name': 'Swears', "),
        ({"rule": []}, "body.rule: an application has no key 'rule'. Did you mean 'rules'? "),
        ({"keys": ["k"]}, "body.keys: an application has no key 'keys'. Known are: rules, actions"),
        ({"actions": []}, "body.actions: actions: expected a mapping, found []"),
        ({"rules": None}, "body.rules: rules: expected a list, found null"),
        ({"actions": None}, "body.actions: actions: expected a mapping, found null"),
        ([rule()], "body: expected an application as a mapping, found [{'name': 'Swears', "),
        (None, "body: expected an application as a mapping, found null"),
        ({"rules": [rule(name="\udc00")]}, "body.rules[0].name: half a character is not allowed"),
    ],
)
def test_a_mistake_in_an_application_is_told_with_its_path(value: Any, problem: str) -> None:
    [told] = problems_of(lambda: application_from(value, ()))
    assert told.startswith(problem)


# Actions.


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_without_settings_that_must_be_there_may_be_a_name_alone(name: str) -> None:
    required = [key for key, one in ACTIONS[name].settings.items() if one is REQUIRED]
    if required:
        [told] = problems_of(lambda: action_from(name))
        assert told == (
            f"body.action: the action {name!r} needs the setting 'tag': {{{name}: {{tag: …}}}}"
        )
    else:
        assert action_from(name) == Action(name, ACTIONS[name].settings)
        assert action_from({name: {}}) == action_from(name)


def test_an_action_may_have_its_settings() -> None:
    assert action_from({"tag_post": {"tag": "a b"}}) == Action("tag_post", {"tag": "a b"})
    assert action_from({"suspend_patron": {"for": "2h"}}) == Action(
        "suspend_patron", {"for": timedelta(hours=2)}
    )


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("delete", "body.action: action: expected one of "),
        ("ban_patrn", "body.action: action: expected one of "),
        (None, "body.action: action: expected one of "),
        (["delete_post"], "body.action: action: expected one of "),
        ({}, "body.action: action: expected one action, found none"),
        ({"delete_post": {}, "ban_patron": {}}, "body.action: action: expected one action, found "),
        ({"ban": {}}, "body.action.ban: 'ban' is no action."),
        ({"ban_patrn": {}}, "body.action.ban_patrn: 'ban_patrn' is no action. Did you mean 'ban_"),
        (
            {"ban_patron": None},
            "body.action.ban_patron: ban_patron: expected a mapping, found null",
        ),
        ({"ban_patron": {"for": 1}}, "body.action.ban_patron.for: the action 'ban_patron' has no "),
        ({"tag_post": {}}, "body.action.tag_post: the action 'tag_post' needs the setting 'tag': "),
        ({"tag_post": {"tag": ""}}, "body.action.tag_post.tag: tag: expected a text "),
        (
            {"suspend_patron": {"for": 0}},
            "body.action.suspend_patron.for: for: expected a duration",
        ),
        ({"tag_post": {"tag": "\ud800"}}, "body.action.tag_post.tag: half a character is not "),
    ],
)
def test_a_mistake_in_an_action_is_told_once_with_its_path(value: Any, problem: str) -> None:
    [told] = problems_of(lambda: action_from(value))
    assert told.startswith(problem)


# Patterns.


def test_patterns_alone_are_read_for_whoever_looks_for_content() -> None:
    found = when_from({"text": ["a", "b"], "project": "p"})
    assert dict(found.patterns) == {"text": (Is("a"), Is("b")), "project": (Is("p"),)}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"urll": "x"}, "body.expect[2].when.urll: when has no key 'urll'. Did you mean 'url'? "),
        ({"text": 12}, "body.expect[2].when.text: text: expected a text "),
        ({"text_matches": "("}, "body.expect[2].when.text_matches: text_matches: expected a "),
        ({}, "body.expect[2].when: when is empty: it needs at least one of url, "),
        (None, "body.expect[2].when: when is empty: it needs at least one of url, "),
        ("*.jpg", "body.expect[2].when: when: expected a mapping, found '*.jpg'"),
    ],
)
def test_wrong_patterns_are_told_with_the_path_that_they_stand_at(value: Any, problem: str) -> None:
    [told] = problems_of(lambda: when_from(value, "body.expect[2].when"))
    assert told.startswith(problem)


# What JSON can be.


def nested(levels: int) -> Any:
    value: Any = "a"
    for _ in range(levels):
        value = [value]
    return value


def test_what_is_nested_too_deep_is_told_before_anything_is_read() -> None:
    assert problems_of(lambda: when_from(nested(MAX_DEPTH), "body"))[0].startswith("body: when: ")
    [problem] = problems_of(lambda: fixtures_from(nested(MAX_DEPTH + 1), ()))
    assert problem == f"body{'[0]' * (MAX_DEPTH + 1)}: it is nested deeper than 40 levels"
    assert len(problems_of(lambda: step_from(nested(5000), ()))) == 1


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (fixture(name="\udc00"), "body.name"),
        (fixture(when={"url": ["a", "b\ud800"]}), "body.when.url[1]"),
        (fixture(visual={"\ud800": 1}), "body.visual['\\ud800']"),
    ],
)
def test_half_a_character_is_refused_where_it_stands(value: Any, place: str) -> None:
    """JSON can write one, but no answer could show the name or pattern that has it."""
    assert problems_of(lambda: fixtures_from(json.loads(json.dumps(value)), ())) == [
        f"{place}: half a character is not allowed"
    ]


def test_a_whole_character_of_two_halves_is_one() -> None:
    assert names(
        fixtures_from(
            json.loads('{"name": "\\ud83d\\ude00", "when": {"url": "a"}, "visual": {}}'), ()
        )
    ) == ["😀"]


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), 10**4000], ids=["nan", "inf", "huge"]
)
def test_numbers_that_no_yaml_has_are_refused_like_others(number: float) -> None:
    [problem] = problems_of(lambda: fixtures_from(fixture(visual={"no_gun": number}), ()))
    assert problem.startswith("body.visual.no_gun: no_gun: expected a score from 0 to 1, found ")
    [problem] = problems_of(lambda: step_from({"fault": "slow", "delay": number}, ()))
    assert problem.startswith("body.delay: delay: expected a duration ")


WORDS = (
    *(
        "name",
        "when",
        "visual",
        "video",
        "text",
        "media",
        "fault",
        "latency",
        "url",
        "text_contains",
        "on",
    ),
    *("gun_in_hand", "no_gun", "spam", "language", "urls", "callback", "summary", "hang", "late"),
    *("slow", "delay", "times", "probability", "steps", "timeline", "callbacks", "retry", "from"),
)
BODIES = anything_under((*WORDS, "fixtures"))


def whats(read: Callable[[Any, tuple[Head, ...]], object], body: Any) -> list[str]:
    """What is wrong with a body, without the places."""
    try:
        read(body, ())
    except LibraryError as error:
        return [problem.what for problem in error.problems]
    return []


@settings(max_examples=100, deadline=None)
@given(fixture=anything_under(WORDS), file=anything_under(WORDS))
def test_what_a_file_may_hold_may_be_sent_and_what_it_may_not_is_refused_alike(
    fixture: dict[str, Any], file: dict[str, Any]
) -> None:
    """JSON is YAML, so that one text does for both."""
    named = {"name": "a", "when": {"url": "b"}, "visual": {}} | fixture
    body: dict[str, Any] = {"fixtures": [named]}
    in_a_file = fixtures_of(json.dumps(body))[1]
    assert whats(fixtures_from, body) == [told.removeprefix("f.yaml:1: ") for told in in_a_file]
    body = {"name": "a", "steps": [{"on": "submit"} | fixture]} | file
    in_a_file = scenarios_of(json.dumps(body))[1]
    assert whats(scenario_from, body) == [told.removeprefix("f.yaml:1: ") for told in in_a_file]


RULE_WORDS = (
    *("name", "type", "when", "action", "active", "cardinality", "rules", "actions", "webhook"),
    *("all", "any", "not", "text", "hate", "gte", "profanity", "count", "of", "within", "at_least"),
    *("patron_state", "banned", "post", "once", "trigger_frequency", "delete_post", "tag_post"),
    *("tag", "patron_metadata", "eq"),
)


@settings(max_examples=100, deadline=None)
@given(one=anything_under(RULE_WORDS), around=anything_under(RULE_WORDS))
def test_what_an_application_of_a_file_may_hold_may_be_sent_and_is_refused_alike(
    one: dict[str, Any], around: dict[str, Any]
) -> None:
    # That a file says nothing leaves things as they are, while a call must not take all rules away.
    named = (name for name in ("rules", "actions") if around.get(name) is not None)
    own = {name: around[name] for name in named}
    body: dict[str, Any] = {"rules": [rule() | one]} | own
    entry = {"name": "a", "keys": "k"} | body
    in_a_file = configuration_of(json.dumps({"applications": [entry]}))[1]
    assert whats(application_from, body) == [told.removeprefix("f.yaml:1: ") for told in in_a_file]


@settings(max_examples=100, deadline=None)
@given(anything_under(RULE_WORDS) | st.sampled_from([*ACTIONS]) | st.none() | st.integers())
def test_whatever_is_sent_as_an_action_is_one_or_problems_with_paths(sent: Any) -> None:
    told = []
    try:
        assert action_from(sent).name in ACTIONS
    except LibraryError as error:
        told = [str(problem) for problem in error.problems] or ["nothing"]
    assert [one for one in told if not one.startswith("body.action")] == []


@settings(max_examples=100, deadline=None)
@given(BODIES | st.lists(BODIES, max_size=2) | st.none() | st.text(max_size=3))
def test_whatever_is_sent_is_something_or_problems_with_paths(body: Any) -> None:
    for read in (fixtures_from, scenario_from, step_from, application_from):
        told = []
        try:
            read(body, ())
        except LibraryError as error:
            told = [str(problem) for problem in error.problems] or ["nothing"]
        assert [one for one in told if not one.startswith("body")] == []
