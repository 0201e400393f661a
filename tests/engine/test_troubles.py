"""How far the scenarios of a sandbox have come: what is used up, and what chance says."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.faults import EVENTS, SUBMIT, Event
from emulator.core.matching import Contains, Subject, When
from emulator.core.model import Fault, Script, Source, Submission, TextScript
from emulator.core.scenario import CALM, Ruling, Scenario, Spell, Step
from emulator.engine.chance import Chance
from emulator.engine.clock import START
from emulator.engine.troubles import RUN_TIME, Troubles

SYNC, CALLBACK = Event.SUBMIT_SYNC, EVENTS["callback"]
ERROR, LIMIT, SLOW, DULL = map(Fault, ("server_error", "rate_limited", "slow", "slow"))
LOST, EARLY, DUPLICATE = map(Fault, ("lost", "early", "duplicate"))
RUDE = Script(text=TextScript({"hate": 3}))
HELLO = Subject(Submission("hello"), "mine")
OTHER = Subject(Submission("good bye"), "mine")
ON_HELLO = When({"text_contains": (Contains("hello"),)})
SECOND = timedelta(seconds=1)


def made(seed: int = 0, sandbox: str = "here") -> Troubles:
    return Troubles(Chance(seed).draw, sandbox)


def faults(rulings: Sequence[Ruling]) -> list[Fault | None]:
    return [ruling.fault for ruling in rulings]


def gate(
    troubles: Troubles, scenario: Scenario, event: Event = SYNC, now: datetime = START
) -> list[Fault | None]:
    return faults(troubles.at_the_gate(scenario, event, now))


def content(
    troubles: Troubles,
    scenario: Scenario,
    subject: Subject = HELLO,
    before: Sequence[Ruling] = (),
) -> list[Fault | None]:
    return faults(troubles.on_content(scenario, SYNC, subject, list(before)))


def callback(troubles: Troubles, scenario: Scenario, *, early: bool = False) -> Fault | None:
    ruling = troubles.on_callback(scenario, HELLO, START, early=early)
    return None if ruling is None else ruling.fault


def sometimes(name: str = "server_error") -> Scenario:
    """A scenario of one step that applies every third time or so."""
    return Scenario("flaky", steps=(Step(SUBMIT, fault=Fault(name, probability=0.3)),))


# How often


@given(st.integers(1, 5), st.integers(0, 9))
def test_a_step_applies_so_many_times_and_no_more(times: int, calls: int) -> None:
    troubles = made()
    step = Step(SUBMIT, times=times, fault=ERROR)
    scenario = Scenario("few", steps=(step,))
    applied = [gate(troubles, scenario) for _ in range(calls)]
    expected = [[ERROR]] * min(times, calls)
    assert applied == [*expected, *[[]] * (calls - len(expected))]
    assert troubles.left(scenario, step) == times - len(expected)


def test_a_step_without_times_applies_for_ever() -> None:
    troubles = made()
    step = Step(SUBMIT, fault=ERROR)
    scenario = Scenario("always", steps=(step,))
    assert all(gate(troubles, scenario) == [ERROR] for _ in range(50))
    assert troubles.left(scenario, step) is None


def test_when_the_first_step_is_used_up_the_next_one_has_its_turn() -> None:
    troubles = made()
    steps = (Step(SUBMIT, times=2, fault=ERROR), Step(SUBMIT, times=1, fault=LIMIT))
    scenario = Scenario("one after the other", steps=steps)
    assert [gate(troubles, scenario) for _ in range(4)] == [[ERROR], [ERROR], [LIMIT], []]


def test_a_step_that_does_not_match_is_not_used_up() -> None:
    troubles = made()
    scenario = Scenario("for some", steps=(Step(SUBMIT, ON_HELLO, times=1, fault=ERROR),))
    assert content(troubles, scenario, OTHER) == []
    assert content(troubles, scenario, HELLO) == [ERROR]
    assert content(troubles, scenario, HELLO) == []


def test_every_attempt_to_deliver_uses_its_steps_up() -> None:
    troubles = made()
    steps = (Step(CALLBACK, times=1, fault=LOST), Step(CALLBACK, times=1, fault=DUPLICATE))
    scenario = Scenario("flaky", steps=steps)
    assert [callback(troubles, scenario) for _ in range(3)] == [LOST, DUPLICATE, None]


def test_whether_to_be_early_is_asked_apart_from_all_other_troubles_of_callbacks() -> None:
    troubles = made()
    steps = (Step(CALLBACK, times=1, fault=EARLY), Step(CALLBACK, times=1, fault=LOST))
    scenario = Scenario("both", steps=steps)
    assert [callback(troubles, scenario) for _ in range(2)] == [LOST, None]
    assert [callback(troubles, scenario, early=True) for _ in range(2)] == [EARLY, None]


def test_two_scenarios_count_apart_although_their_steps_are_alike() -> None:
    troubles = made()
    one = Scenario("one", steps=(Step(SUBMIT, times=1, fault=ERROR),))
    two = Scenario("two", steps=(Step(SUBMIT, times=1, fault=ERROR),))
    assert [gate(troubles, each) for each in (one, two, one, two)] == [[ERROR], [ERROR], [], []]


def test_nothing_is_counted_where_nothing_can_happen() -> None:
    troubles = made()
    assert not troubles.apply_to(CALM)
    assert troubles.apply_to(sometimes())
    troubles.add(Step(SUBMIT, times=1, fault=ERROR))
    assert troubles.apply_to(CALM)


# Given back


@given(st.lists(st.booleans(), max_size=20))
def test_what_is_given_back_may_apply_again(kept: list[bool]) -> None:
    troubles = made()
    step = Step(SUBMIT, times=3, fault=ERROR)
    scenario = Scenario("few", steps=(step,))
    left = 3
    for keeps in kept:
        rulings = troubles.at_the_gate(scenario, SYNC, START)
        assert faults(rulings) == [ERROR] * (left > 0)
        for ruling in rulings:
            if keeps:
                left -= 1
            else:
                troubles.give_back(ruling)
        assert troubles.left(scenario, step) == left


def test_only_the_ruling_that_is_given_back_is_so() -> None:
    troubles = made()
    slow, error = Step(SUBMIT, times=1, fault=SLOW), Step(SUBMIT, times=1, fault=ERROR)
    scenario = Scenario("both", steps=(slow, error))
    first, _ = troubles.at_the_gate(scenario, SYNC, START)
    troubles.give_back(first)
    assert (troubles.left(scenario, slow), troubles.left(scenario, error)) == (1, 0)


def test_a_spell_of_a_timeline_is_never_used_up_and_giving_it_back_changes_nothing() -> None:
    troubles = made()
    scenario = Scenario("down", timeline=(Spell(timedelta(), None, ERROR),))
    for _ in range(3):
        [ruling] = troubles.at_the_gate(scenario, SYNC, START)
        troubles.give_back(ruling)
    assert gate(troubles, scenario) == [ERROR]


def test_what_is_given_back_after_its_scenario_began_anew_is_not_given_twice() -> None:
    troubles = made()
    step = Step(SUBMIT, times=1, fault=ERROR)
    scenario = Scenario("few", steps=(step,))
    [ruling] = troubles.at_the_gate(scenario, SYNC, START)
    troubles.begin(scenario)
    troubles.give_back(ruling)
    assert troubles.left(scenario, step) == 1


# One that slows, and one other


def test_one_trouble_that_slows_goes_with_one_other_and_no_more() -> None:
    troubles = made()
    steps = tuple(Step(SUBMIT, fault=fault) for fault in (SLOW, DULL, ERROR, LIMIT))
    assert gate(troubles, Scenario("many", steps=steps)) == [SLOW, ERROR]


def test_those_that_do_not_apply_since_another_does_are_not_used_up() -> None:
    troubles = made()
    first, second = (Step(SUBMIT, times=1, fault=fault) for fault in (ERROR, LIMIT))
    scenario = Scenario("two", steps=(first, second))
    assert gate(troubles, scenario) == [ERROR]
    assert troubles.left(scenario, second) == 1


def test_what_the_content_asks_for_stands_back_behind_the_gate_sort_by_sort() -> None:
    troubles = made()
    slow, error = Step(SUBMIT, fault=SLOW), Step(SUBMIT, fault=ERROR)
    slower, limit = (Step(SUBMIT, ON_HELLO, times=9, fault=fault) for fault in (DULL, LIMIT))
    said = Step(SUBMIT, ON_HELLO, script=RUDE)
    for before, after in (
        ((), [DULL, LIMIT]),
        ((slow,), [LIMIT]),
        ((error,), [DULL, None]),
        ((slow, error), [None]),
    ):
        scenario = Scenario("both", steps=(*before, slower, limit, said))
        rulings = troubles.at_the_gate(scenario, SYNC, START)
        assert content(troubles, scenario, before=rulings) == after


def test_run_time_faults_and_the_scenario_share_the_two_places() -> None:
    troubles = made()
    scenario = Scenario("both", steps=(Step(SUBMIT, fault=DULL), Step(SUBMIT, fault=ERROR)))
    troubles.add(Step(SUBMIT, times=1, fault=LIMIT))
    assert gate(troubles, scenario) == [LIMIT, DULL]
    troubles.add(Step(SUBMIT, times=1, fault=SLOW))
    assert gate(troubles, scenario) == [SLOW, ERROR]
    assert gate(troubles, scenario) == [DULL, ERROR]


# Faults of run time


def test_a_run_time_fault_comes_before_the_scenarios_own_and_the_newest_first() -> None:
    troubles = made()
    scenario = Scenario("own", steps=(Step(SUBMIT, fault=ERROR),))
    for name in ("rate_limited", "maintenance"):
        troubles.add(Step(SUBMIT, times=1, fault=Fault(name)))
    applied = [faults(troubles.at_the_gate(scenario, SYNC, START)) for _ in range(3)]
    assert [fault.name for [fault] in applied if fault] == [
        "maintenance",
        "rate_limited",
        "server_error",
    ]


def test_a_run_time_fault_says_where_it_comes_from() -> None:
    troubles = made()
    troubles.add(Step(SUBMIT, fault=ERROR))
    [ruling] = troubles.at_the_gate(CALM, SYNC, START)
    assert ruling.source == Source("scenario", RUN_TIME, "fault-1")


def test_a_run_time_fault_applies_to_content_and_to_callbacks_as_well() -> None:
    troubles = made()
    troubles.add(Step(SUBMIT, ON_HELLO, times=1, fault=ERROR))
    troubles.add(Step(CALLBACK, times=1, fault=LOST))
    scenario = Scenario("own", steps=(Step(CALLBACK, fault=DUPLICATE),))
    assert [content(troubles, scenario) for _ in range(2)] == [[ERROR], []]
    assert [callback(troubles, scenario) for _ in range(2)] == [LOST, DUPLICATE]


def test_run_time_faults_are_taken_away_all_together() -> None:
    troubles = made()
    for _ in range(2):
        troubles.add(Step(SUBMIT, fault=ERROR))
    troubles.clear()
    assert troubles.added.steps == ()
    assert gate(troubles, CALM) == []


def test_each_run_time_fault_has_an_id_that_no_other_ever_has() -> None:
    troubles = made()
    steps = [troubles.add(Step(SUBMIT, fault=ERROR)) for _ in range(3)]
    ids = [troubles.id_of(step) for step in steps]
    assert len(set(ids)) == 3
    assert troubles.remove(ids[1])
    assert [troubles.id_of(step) for step in (steps[0], steps[2])] == [ids[0], ids[2]]
    troubles.clear()
    assert troubles.id_of(troubles.add(steps[0])) not in ids


def test_a_run_time_fault_that_is_taken_away_applies_no_more_and_the_others_do() -> None:
    troubles = made()
    first = troubles.add(Step(SUBMIT, fault=ERROR))
    second = troubles.add(Step(SUBMIT, times=2, fault=LIMIT))
    assert gate(troubles, CALM) == [LIMIT]
    assert troubles.remove(troubles.id_of(second))
    assert gate(troubles, CALM) == [ERROR]
    assert troubles.added.steps == (first,)


def test_a_run_time_fault_that_is_not_there_cannot_be_taken_away() -> None:
    troubles = made()
    step = troubles.add(Step(SUBMIT, fault=ERROR))
    own = troubles.id_of(step)
    assert [troubles.remove(one) for one in ("fault-99", "", own, own)] == [
        False,
        False,
        True,
        False,
    ]
    assert not troubles.apply_to(CALM)


# Beginning anew, and the timeline


def test_a_scenario_that_begins_anew_has_used_nothing_up() -> None:
    troubles = made()
    steps = (Step(SUBMIT, times=1, fault=ERROR), Step(SUBMIT, ON_HELLO, times=1, fault=LIMIT))
    scenario = Scenario("once", steps=steps)
    for _ in range(2):
        assert (gate(troubles, scenario), content(troubles, scenario)) == ([ERROR], [LIMIT])
        assert (gate(troubles, scenario), content(troubles, scenario)) == ([], [])
        troubles.begin(scenario)


def test_a_scenario_that_begins_anew_leaves_others_and_run_time_faults_as_they_are() -> None:
    troubles = made()
    one, two = (
        Scenario(name, steps=(Step(SUBMIT, times=1, fault=ERROR),)) for name in ("one", "two")
    )
    for scenario in (one, two):
        gate(troubles, scenario)
    added = troubles.add(Step(SUBMIT, times=2, fault=LIMIT))
    gate(troubles, one)
    troubles.begin(one)
    assert troubles.left(troubles.added, added) == 1
    assert [gate(troubles, two), gate(troubles, two), gate(troubles, one)] == [[LIMIT], [], [ERROR]]


OUTAGE = Scenario("outage", timeline=(Spell(30 * SECOND, 50 * SECOND, ERROR),))


@pytest.mark.parametrize("late", [0, 12345], ids=["at once", "much later"])
def test_a_timeline_counts_from_the_scenarios_first_use(late: int) -> None:
    troubles = made()
    first = START + late * SECOND
    seen = {
        seconds: gate(troubles, OUTAGE, now=first + seconds * SECOND)
        for seconds in (0, 29, 30, 49, 50)
    }
    assert seen == {0: [], 29: [], 30: [ERROR], 49: [ERROR], 50: []}


def test_a_callback_is_a_first_use_too() -> None:
    troubles = made()
    troubles.on_callback(OUTAGE, HELLO, START)
    assert gate(troubles, OUTAGE, now=START + 30 * SECOND) == [ERROR]


def test_a_timeline_begins_anew_with_its_scenario_at_the_next_use() -> None:
    troubles = made()
    gate(troubles, OUTAGE)
    troubles.begin(OUTAGE)
    again = START + 1000 * SECOND
    assert gate(troubles, OUTAGE, now=again) == []
    assert gate(troubles, OUTAGE, now=again + 30 * SECOND) == [ERROR]


def test_each_scenario_has_a_timeline_of_its_own() -> None:
    troubles = made()
    other = Scenario("other", timeline=OUTAGE.timeline)
    gate(troubles, OUTAGE)
    gate(troubles, other, now=START + 20 * SECOND)
    assert gate(troubles, OUTAGE, now=START + 35 * SECOND) == [ERROR]
    assert gate(troubles, other, now=START + 35 * SECOND) == []


# Chance


def drawn(troubles: Troubles, scenario: Scenario, calls: int = 200) -> list[bool]:
    return [gate(troubles, scenario) != [] for _ in range(calls)]


def test_a_step_with_a_probability_applies_about_so_often() -> None:
    assert 240 < sum(drawn(made(), sometimes(), 1000)) < 360


def test_chance_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert drawn(made(1), sometimes()) == drawn(made(1), sometimes())
    assert drawn(made(1), sometimes()) != drawn(made(2), sometimes())


def test_chance_is_another_in_another_sandbox_and_under_another_scenario() -> None:
    renamed = Scenario("renamed", steps=sometimes().steps)
    assert drawn(made(sandbox="here"), sometimes()) != drawn(made(sandbox="there"), sometimes())
    assert drawn(made(), sometimes()) != drawn(made(), renamed)


@given(st.lists(st.sampled_from(["other sandbox", "other scenario", "other step"]), max_size=20))
def test_chance_is_the_same_whatever_else_happens(meanwhile: list[str]) -> None:
    chance = Chance(0)
    here, there = Troubles(chance.draw, "here"), Troubles(chance.draw, "there")
    rare = Fault("rate_limited", probability=0.5)
    own = Scenario("own", steps=(*sometimes().steps, Step(SUBMIT, ON_HELLO, fault=rare)))
    alone = drawn(made(), own, 20)
    among: list[bool] = []
    for turn in range(20):
        match meanwhile[turn : turn + 1]:
            case ["other sandbox"]:
                gate(there, own)
            case ["other scenario"]:
                gate(here, sometimes())
            case ["other step"]:
                content(here, own)
        among += drawn(here, own, 1)
    assert among == alone


def test_a_step_that_chance_is_against_leaves_its_turn_to_the_next_and_is_not_used_up() -> None:
    troubles = made()
    rare = Step(SUBMIT, times=3, fault=Fault("server_error", probability=0.3))
    scenario = Scenario("flaky", steps=(rare, Step(SUBMIT, fault=LIMIT)))
    names = [fault.name for _ in range(100) for fault in gate(troubles, scenario) if fault]
    assert names.count("server_error") == 3
    assert names.count("rate_limited") == 97
    assert names.index("rate_limited") < names.index("server_error")
    assert troubles.left(scenario, rare) == 0


def test_a_probability_of_0_never_happens_and_one_of_1_always() -> None:
    never = Scenario("never", steps=(Step(SUBMIT, fault=Fault("server_error", probability=0)),))
    assert not any(drawn(made(), never))
    assert all(drawn(made(), Scenario("always", steps=(Step(SUBMIT, fault=ERROR),))))


def test_what_content_asks_for_is_held_against_chance_as_well() -> None:
    rare, source = Fault("server_error", probability=0.3), Source("fixture", "dead link")

    def happened(troubles: Troubles) -> list[bool]:
        return [troubles.happens(rare, source) for _ in range(1000)]

    assert happened(made()) == happened(made())
    assert 240 < sum(happened(made())) < 360
    assert made().happens(ERROR, source)


def test_what_a_run_time_fault_draws_does_not_depend_on_others_that_come_and_go() -> None:
    rare = Step(SUBMIT, fault=Fault("server_error", probability=0.5))

    def drawn(*, with_another: bool) -> list[list[Fault | None]]:
        troubles = made()
        troubles.add(rare)
        if with_another:
            troubles.remove(troubles.id_of(troubles.add(Step(SUBMIT, fault=LIMIT))))
        return [gate(troubles, CALM) for _ in range(40)]

    assert drawn(with_another=False) == drawn(with_another=True)


def test_a_scenario_that_is_read_anew_goes_on_from_where_it_was() -> None:
    troubles = made()
    before, after = (Scenario("few", steps=(Step(SUBMIT, times=2, fault=ERROR),)) for _ in range(2))
    assert gate(troubles, before) == [ERROR]
    assert [gate(troubles, after) for _ in range(2)] == [[ERROR], []]
