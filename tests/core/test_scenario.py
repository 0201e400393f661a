"""A scenario says what happens at an event, and its rules leave the counting to who asks."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.faults import EVENTS, SUBMIT, TROUBLES, Event, Sort, sort_of
from emulator.core.matching import Contains, Subject, When
from emulator.core.model import Fault, Script, Source, Submission, TextScript
from emulator.core.scenario import CALM, Delivery, IsOpen, Ruling, Scenario, Spell, Step

SYNC, ASYNC, CALLBACK = Event.SUBMIT_SYNC, Event.SUBMIT_ASYNC, Event.CALLBACK
ERROR, LIMIT, SLOW = Fault("server_error"), Fault("rate_limited"), Fault("slow")
LOST, EARLY = Fault("lost"), Fault("early")
RUDE = Script(text=TextScript({"hate": 3}))
HELLO = Subject(Submission("hello"), "mine")
OTHER = Subject(Submission("good bye"), "mine")
ON_HELLO = When({"text_contains": (Contains("hello"),)})
ON_CALLBACK = EVENTS["callback"]
NOW = timedelta()


def seconds(amount: float) -> timedelta:
    return timedelta(seconds=amount)


def every(_: Step | Spell, __: str) -> bool:
    return True


class Counting:
    """Opens a step as often as its `times` say, as a sandbox does, and notes every question."""

    def __init__(self) -> None:
        self.used: Counter[str] = Counter()
        self.asked: list[str] = []

    def __call__(self, rule: Step | Spell, name: str) -> bool:
        self.asked.append(name)
        if isinstance(rule, Step) and rule.times is not None and self.used[name] >= rule.times:
            return False
        self.used[name] += 1
        return True


def gate(
    scenario: Scenario, event: Event = SYNC, elapsed: timedelta = NOW, is_open: IsOpen = every
) -> list[Ruling]:
    return list(scenario.at_the_gate(event, elapsed, is_open))


def content(
    scenario: Scenario,
    subject: Subject = HELLO,
    event: Event = SYNC,
    is_open: IsOpen = every,
    *,
    troubled: bool = False,
) -> list[Ruling]:
    return list(scenario.on_content(event, subject, is_open, troubled=troubled))


def rules(rulings: Iterable[Ruling]) -> list[Step | Spell]:
    return [ruling.rule for ruling in rulings]


def test_calm_does_nothing_to_anything() -> None:
    assert CALM.calm
    for event in Event:
        assert gate(CALM, event) == content(CALM, event=event) == []
    assert CALM.on_callback(HELLO, NOW, every) is None


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario("one", steps=(Step(SUBMIT, fault=ERROR),)),
        Scenario("other", timeline=(Spell(NOW, None, ERROR),)),
    ],
    ids=["steps", "timeline"],
)
def test_a_scenario_with_steps_or_a_timeline_is_not_calm(scenario: Scenario) -> None:
    assert not scenario.calm


def test_callbacks_are_retried_after_1_5_and_30_seconds_unless_a_scenario_says_otherwise() -> None:
    assert CALM.callbacks == Delivery(seconds(10), (seconds(1), seconds(5), seconds(30)))


def test_a_ruling_tells_its_trouble_what_it_scripts_and_where_it_stands() -> None:
    step = Step(SUBMIT, script=RUDE, fault=ERROR, where="x.yaml:4")
    spell = Spell(NOW, None, SLOW, where="x.yaml:9")
    slow, trouble = gate(Scenario("both", steps=(step,), timeline=(spell,)))
    assert (slow.fault, slow.script) == (SLOW, None)
    assert (trouble.fault, trouble.script) == (ERROR, RUDE)
    assert slow == Ruling(spell, Source("scenario", "both", "x.yaml:9"), "timeline 0")
    assert trouble == Ruling(step, Source("scenario", "both", "x.yaml:4"), "step 0")


# At the gate.


@pytest.mark.parametrize(
    ("elapsed", "troubled"),
    [(0, False), (29.999, False), (30, True), (49.999, True), (50, False), (1000, False)],
)
def test_a_spell_lasts_from_its_beginning_until_just_before_its_end(
    elapsed: float, troubled: bool
) -> None:
    spell = Spell(seconds(30), seconds(50), ERROR)
    answer = gate(Scenario("outage", timeline=(spell,)), elapsed=seconds(elapsed))
    assert rules(answer) == ([spell] if troubled else [])


def test_a_spell_without_an_end_lasts_for_ever() -> None:
    scenario = Scenario("down", timeline=(Spell(seconds(1), None, ERROR),))
    assert gate(scenario) == []
    assert gate(scenario, elapsed=timedelta(days=999)) != []


@pytest.mark.parametrize(("on", "hit"), [("submit", True), ("submit_sync", False)])
def test_a_spell_troubles_the_events_it_is_for_and_those_are_submissions_by_default(
    on: str, hit: bool
) -> None:
    spell = Spell(NOW, None, ERROR, EVENTS[on])
    assert bool(gate(Scenario("down", timeline=(spell,)), ASYNC)) == hit
    assert Spell(NOW, None, ERROR).on == SUBMIT


def test_the_timeline_comes_before_the_steps_and_uses_none_up() -> None:
    step, spell = Step(SUBMIT, times=1, fault=LIMIT), Spell(NOW, seconds(1), ERROR)
    scenario, counting = Scenario("both", steps=(step,), timeline=(spell,)), Counting()
    assert rules(gate(scenario, is_open=counting)) == [spell]
    assert counting.used["step 0"] == 0
    assert rules(gate(scenario, elapsed=seconds(1), is_open=counting)) == [step]


def test_two_refusals_then_normal_service() -> None:
    scenario = Scenario("limited", steps=(Step(SUBMIT, times=2, fault=LIMIT),))
    counting = Counting()
    answers = [gate(scenario, event, is_open=counting) for event in (SYNC, ASYNC, SYNC)]
    assert [[ruling.fault for ruling in one] for one in answers] == [[LIMIT], [LIMIT], []]


def test_a_rule_is_named_by_its_place_in_the_scenario() -> None:
    """The same wherever it runs, since chance is drawn for it by that name."""
    scenario = Scenario(
        "many",
        steps=(Step(ON_CALLBACK, fault=LOST), Step(SUBMIT, fault=ERROR)),
        timeline=(Spell(seconds(9), None, ERROR), Spell(NOW, None, SLOW)),
    )
    counting = Counting()
    gate(scenario, is_open=counting)
    assert counting.asked == ["timeline 1", "step 1"]


def test_a_rule_that_chance_is_against_leaves_the_event_to_the_next() -> None:
    unlikely, sure = Step(SUBMIT, fault=Fault("hang", probability=0.1)), Step(SUBMIT, fault=ERROR)
    scenario = Scenario("some", steps=(unlikely, sure))
    assert rules(gate(scenario, is_open=lambda rule, _: rule is not unlikely)) == [sure]


def test_what_slows_an_answer_goes_with_one_other_trouble_in_either_order() -> None:
    slow, error, limit = (Step(SUBMIT, fault=fault) for fault in (SLOW, ERROR, LIMIT))
    assert rules(gate(Scenario("a", steps=(slow, error, limit)))) == [slow, error]
    assert rules(gate(Scenario("b", steps=(error, limit, slow)))) == [error, slow]
    assert rules(gate(Scenario("c", steps=(slow, Step(SUBMIT, fault=SLOW))))) == [slow]


def test_no_rule_is_used_up_that_comes_too_late_to_apply() -> None:
    scenario = Scenario("a", steps=tuple(Step(SUBMIT, times=1, fault=LIMIT) for _ in range(3)))
    counting = Counting()
    for used in range(1, 4):
        assert len(gate(scenario, is_open=counting)) == 1
        assert sum(counting.used.values()) == used


def test_nothing_is_asked_beyond_what_is_taken() -> None:
    """A refusal ends a call, and so uses up no rule that would have come after it."""
    scenario = Scenario("a", steps=(Step(SUBMIT, fault=ERROR), Step(SUBMIT, times=1, fault=SLOW)))
    counting = Counting()
    rulings = scenario.at_the_gate(SYNC, NOW, counting)
    assert next(rulings).fault == ERROR
    assert counting.asked == ["step 0"]


FAULTS = st.sampled_from([*TROUBLES]).map(Fault)
STEPS = st.lists(
    st.builds(
        Step, st.sampled_from([*EVENTS.values()]), st.none() | st.just(ON_HELLO), fault=FAULTS
    )
)
SPELLS = st.lists(st.builds(Spell, st.just(NOW), st.none(), FAULTS, st.just(SUBMIT)))


@given(STEPS, SPELLS, st.sampled_from(Event), st.booleans())
def test_at_most_one_rule_slows_and_at_most_one_does_anything_else(
    steps: list[Step], spells: list[Spell], event: Event, troubled: bool
) -> None:
    scenario = Scenario("any", steps=tuple(steps), timeline=tuple(spells))
    for rulings in (gate(scenario, event), content(scenario, event=event, troubled=troubled)):
        slows = [
            ruling.fault is not None and sort_of(ruling.fault) is Sort.PACE for ruling in rulings
        ]
        assert len(set(slows)) == len(slows)


# On content.


def test_a_step_that_looks_at_content_does_not_apply_at_the_gate() -> None:
    step = Step(SUBMIT, ON_HELLO, fault=ERROR, where="x.yaml:2")
    scenario = Scenario("hello", steps=(step,))
    assert gate(scenario) == content(scenario, OTHER) == []
    source = Source("scenario", "hello", "x.yaml:2")
    assert content(scenario) == [Ruling(step, source, "step 0")]


def test_a_trouble_without_when_is_over_by_the_time_content_is_looked_at() -> None:
    assert content(Scenario("down", steps=(Step(SUBMIT, fault=ERROR),))) == []


def test_a_step_without_when_that_scripts_content_applies_to_any_content() -> None:
    scenario = Scenario("rude", steps=(Step(SUBMIT, script=RUDE, times=1),))
    counting = Counting()
    assert gate(scenario, is_open=counting) == []
    assert [one.script for one in content(scenario, OTHER, is_open=counting)] == [RUDE]
    assert content(scenario, OTHER, is_open=counting) == []


def test_the_first_step_that_matches_and_is_not_used_up_applies() -> None:
    once, always = Step(SUBMIT, ON_HELLO, 1, RUDE), Step(SUBMIT, ON_HELLO, script=Script())
    scenario, counting = Scenario("two", steps=(once, always)), Counting()
    found = [rules(content(scenario, is_open=counting)) for _ in range(3)]
    assert found == [[once], [always], [always]]


def test_where_the_gate_has_chosen_a_trouble_no_step_brings_a_second() -> None:
    second, slow = (Step(SUBMIT, ON_HELLO, 1, fault=fault) for fault in (ERROR, SLOW))
    scripted = Step(SUBMIT, script=RUDE)
    scenario, counting = Scenario("two", steps=(second, slow, scripted)), Counting()
    assert rules(content(scenario, is_open=counting, troubled=True)) == [slow, scripted]
    assert counting.used["step 0"] == 0
    assert rules(content(scenario, is_open=counting)) == [second]


@given(st.integers(0, 5), st.integers(0, 8))
def test_a_step_applies_as_often_as_it_says(times: int, calls: int) -> None:
    scenario = Scenario("some", steps=(Step(SUBMIT, ON_HELLO, times, fault=LIMIT),))
    counting = Counting()
    refused = sum(len(content(scenario, is_open=counting)) for _ in range(calls))
    assert refused == min(times, calls)


@pytest.mark.parametrize("on", EVENTS)
@pytest.mark.parametrize("event", Event)
def test_a_step_applies_at_its_events_only(on: str, event: Event) -> None:
    at_gate = Scenario("gate", steps=(Step(EVENTS[on], fault=ERROR),))
    on_content = Scenario("content", steps=(Step(EVENTS[on], ON_HELLO, fault=ERROR),))
    assert bool(gate(at_gate, event)) == (event in EVENTS[on])
    assert bool(content(on_content, event=event)) == (event in EVENTS[on])


# On a callback.


def test_a_callback_has_the_first_trouble_that_is_open_and_matches() -> None:
    other = Step(ON_CALLBACK, When({"text_contains": (Contains("bye"),)}), fault=LOST)
    late = Step(ON_CALLBACK, ON_HELLO, 1, fault=Fault("late"), where="x.yaml:3")
    lost = Step(ON_CALLBACK, fault=LOST)
    scenario = Scenario("flaky", steps=(Step(SUBMIT, fault=ERROR), other, late, lost))
    counting = Counting()
    first, second = (scenario.on_callback(HELLO, NOW, counting) for _ in range(2))
    assert first == Ruling(late, Source("scenario", "flaky", "x.yaml:3"), "step 2")
    assert second is not None
    assert second.rule is lost
    assert counting.asked == ["step 2", "step 2", "step 3"]


def test_a_spell_on_callbacks_comes_before_the_steps() -> None:
    spell = Spell(seconds(1), seconds(2), Fault("late"), ON_CALLBACK)
    step = Step(ON_CALLBACK, fault=LOST)
    scenario = Scenario("flood", steps=(step,), timeline=(Spell(NOW, None, ERROR), spell))
    found = [scenario.on_callback(HELLO, seconds(at), every) for at in (0, 1, 2)]
    assert rules(filter(None, found)) == [step, spell, step]


def test_whether_a_callback_is_early_is_a_question_of_its_own() -> None:
    early, lost = Step(ON_CALLBACK, fault=EARLY), Step(ON_CALLBACK, fault=LOST)
    scenario, counting = Scenario("both", steps=(lost, early)), Counting()
    ahead = scenario.on_callback(HELLO, NOW, counting, early=True)
    sent = scenario.on_callback(HELLO, NOW, counting)
    assert rules(filter(None, (ahead, sent))) == [early, lost]
    assert counting.asked == ["step 1", "step 0"]


def test_a_callback_that_nothing_is_said_of_has_no_trouble() -> None:
    scenario = Scenario("some", steps=(Step(ON_CALLBACK, ON_HELLO, fault=LOST),))
    assert scenario.on_callback(OTHER, NOW, every) is None
    assert scenario.on_callback(HELLO, NOW, lambda *_: False) is None
    assert scenario.on_callback(HELLO, NOW, every, early=True) is None
