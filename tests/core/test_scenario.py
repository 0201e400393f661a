"""A scenario answers for an event with a step and with the scenario that follows; none changes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.faults import EVENTS, SUBMIT, Event
from emulator.core.matching import Contains, Subject, When
from emulator.core.model import Fault, Script, Source, Submission, TextScript
from emulator.core.scenario import CALM, Delivery, Scenario, Spell, Step

SYNC, ASYNC = Event.SUBMIT_SYNC, Event.SUBMIT_ASYNC
ERROR, LIMIT = Fault("server_error"), Fault("rate_limited")
RUDE = Script(text=TextScript({"hate": 3}))
HELLO = Subject(Submission("hello"), "mine")
OTHER = Subject(Submission("good bye"), "mine")
ON_HELLO = When({"text_contains": (Contains("hello"),)})


def seconds(amount: float) -> timedelta:
    return timedelta(seconds=amount)


def test_calm_does_nothing_to_anything() -> None:
    assert CALM.calm
    assert CALM.at_the_gate(SYNC, timedelta()) is None
    assert CALM.on_content(SYNC, HELLO) is None


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario("one", steps=(Step(SUBMIT, fault=ERROR),)),
        Scenario("other", timeline=(Spell(seconds(0), None, ERROR),)),
    ],
    ids=["steps", "timeline"],
)
def test_a_scenario_with_steps_or_a_timeline_is_not_calm(scenario: Scenario) -> None:
    assert not scenario.calm


def test_callbacks_are_retried_after_1_5_and_30_seconds_unless_a_scenario_says_otherwise() -> None:
    assert CALM.callbacks == Delivery(seconds(10), (seconds(1), seconds(5), seconds(30)))


@pytest.mark.parametrize(
    ("elapsed", "troubled"),
    [(0, False), (29.999, False), (30, True), (49.999, True), (50, False), (1000, False)],
)
def test_a_spell_lasts_from_its_beginning_until_just_before_its_end(
    elapsed: float, troubled: bool
) -> None:
    scenario = Scenario(
        "outage", timeline=(Spell(seconds(30), seconds(50), ERROR, where="x.yaml:4"),)
    )
    answer = scenario.at_the_gate(SYNC, seconds(elapsed))
    expected = (ERROR, Source("scenario", "outage", "x.yaml:4"), scenario)
    assert answer == (expected if troubled else None)


def test_a_spell_without_an_end_lasts_for_ever() -> None:
    scenario = Scenario("down", timeline=(Spell(seconds(1), None, ERROR),))
    assert scenario.at_the_gate(SYNC, timedelta()) is None
    assert scenario.at_the_gate(SYNC, timedelta(days=999)) is not None


@pytest.mark.parametrize(("on", "hit"), [("submit", True), ("submit_sync", False)])
def test_a_spell_troubles_the_events_it_is_for_and_those_are_submissions_by_default(
    on: str, hit: bool
) -> None:
    spell = Spell(seconds(0), None, ERROR, EVENTS[on])
    answer = Scenario("down", timeline=(spell,)).at_the_gate(ASYNC, timedelta())
    assert (answer is not None) == hit
    assert Spell(seconds(0), None, ERROR).on == SUBMIT


def test_the_timeline_comes_before_the_steps_and_uses_none_up() -> None:
    scenario = Scenario(
        "both",
        steps=(Step(SUBMIT, times=1, fault=LIMIT),),
        timeline=(Spell(seconds(0), seconds(1), ERROR),),
    )
    during = scenario.at_the_gate(SYNC, timedelta())
    assert during is not None
    assert (during[0], during[2]) == (ERROR, scenario)
    after = during[2].at_the_gate(SYNC, seconds(1))
    assert after is not None
    assert after[0] == LIMIT


def test_two_refusals_then_normal_service() -> None:
    scenario = Scenario("limited", steps=(Step(SUBMIT, times=2, fault=LIMIT),))
    first = scenario.at_the_gate(SYNC, timedelta())
    assert first is not None
    second = first[2].at_the_gate(ASYNC, timedelta())
    assert second is not None
    assert second[2].at_the_gate(SYNC, timedelta()) is None


@given(st.integers(0, 5), st.integers(0, 8))
def test_a_step_applies_as_often_as_it_says_and_the_loaded_scenario_stays_as_it_was(
    times: int, calls: int
) -> None:
    loaded = scenario = Scenario("some", steps=(Step(SUBMIT, times=times, fault=LIMIT),))
    refused = 0
    for _ in range(calls):
        if (answer := scenario.at_the_gate(SYNC, timedelta())) is not None:
            refused, scenario = refused + 1, answer[2]
    assert refused == min(times, calls)
    assert dict(loaded.used) == {}


def test_a_step_without_times_applies_for_ever() -> None:
    scenario = Scenario("down", steps=(Step(SUBMIT, fault=ERROR),))
    for _ in range(50):
        answer = scenario.at_the_gate(SYNC, timedelta())
        assert answer is not None
        scenario = answer[2]


def test_a_step_that_looks_at_content_does_not_apply_at_the_gate() -> None:
    scenario = Scenario("hello", steps=(Step(SUBMIT, ON_HELLO, fault=ERROR, where="x.yaml:2"),))
    assert scenario.at_the_gate(SYNC, timedelta()) is None
    assert scenario.on_content(SYNC, OTHER) is None
    answer = scenario.on_content(SYNC, HELLO)
    assert answer is not None
    assert answer[:2] == (scenario.steps[0], Source("scenario", "hello", "x.yaml:2"))


def test_a_trouble_without_when_is_over_by_the_time_content_is_looked_at() -> None:
    scenario = Scenario("down", steps=(Step(SUBMIT, fault=ERROR),))
    assert scenario.on_content(SYNC, HELLO) is None


def test_a_step_without_when_that_scripts_content_applies_to_any_content() -> None:
    scenario = Scenario("rude", steps=(Step(SUBMIT, script=RUDE, times=1),))
    assert scenario.at_the_gate(SYNC, timedelta()) is None
    answer = scenario.on_content(SYNC, OTHER)
    assert answer is not None
    assert answer[0].script is RUDE
    assert answer[2].on_content(SYNC, OTHER) is None


def test_the_first_step_that_matches_and_is_not_used_up_applies() -> None:
    once, always = Step(SUBMIT, ON_HELLO, 1, RUDE), Step(SUBMIT, ON_HELLO, script=Script())
    scenario = Scenario("two", steps=(once, always))
    first = scenario.on_content(SYNC, HELLO)
    assert first is not None
    second = first[2].on_content(SYNC, HELLO)
    assert second is not None
    assert [first[0], second[0]] == [once, always]


@pytest.mark.parametrize(
    ("on", "sync", "asynchronous"),
    [
        ("submit", True, True),
        ("submit_sync", True, False),
        ("submit_async", False, True),
    ],
)
def test_a_step_applies_at_its_events_only(on: str, sync: bool, asynchronous: bool) -> None:
    at_gate = Scenario("gate", steps=(Step(EVENTS[on], fault=ERROR),))
    on_content = Scenario("content", steps=(Step(EVENTS[on], ON_HELLO, fault=ERROR),))
    for event, applies in ((SYNC, sync), (ASYNC, asynchronous)):
        assert (at_gate.at_the_gate(event, timedelta()) is not None) == applies
        assert (on_content.on_content(event, HELLO) is not None) == applies
