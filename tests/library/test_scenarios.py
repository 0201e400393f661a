"""Scenarios from YAML: steps, a timeline, how callbacks are sent, and what can be wrong in them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from emulator.core.faults import EVENTS, TROUBLES, Event, objection
from emulator.core.latency import Latency
from emulator.core.model import Fault
from emulator.core.retry import SCHEDULE, TIMEOUT
from emulator.core.scenario import Scenario
from tests.library.told import anything_under, scenarios_of

WORDS = (
    *("name", "description", "latency", "steps", "timeline", "callbacks", "on", "when", "times"),
    *("fault", "retry_after", "from", "to", "timeout", "retry", "submit", "submit_sync"),
    *("server_error", "rate_limited", "visual", "video", "text", "media", "documented", "callback"),
    *("summary", "late", "kind", "webhook", "delay", "unknown_class", "class", "duplicate"),
    *("copies", "probability"),
    *("download_failed", "code", "oversized", "size", "missing_field", "field"),
)
SYNC, ASYNC = frozenset({Event.SUBMIT_SYNC}), frozenset({Event.SUBMIT_ASYNC})
BOTH = SYNC | ASYNC
DURATION = "a duration such as 250ms, 5s, 2m, 1h, 30d, or a number of seconds"


def scenario(text: str) -> Scenario:
    [found], problems = scenarios_of(text)
    assert problems == []
    assert found is not None
    return found


def test_a_scenario_is_read_whole() -> None:
    made = scenario(
        """\
        name: rate-limited-then-recovers
        description: Two refusals, then normal service.
        latency: 250ms
        steps:
          - {on: submit, times: 2, fault: rate_limited, retry_after: 2s}
          - {on: submit_sync, when: {url: "*/b.jpg"}, visual: {no_gun: 0.02}}
        timeline:
          - {from: 30s, to: 50s, fault: server_error}
          - {on: submit_async, fault: maintenance}
        callbacks:
          timeout: 3s
          retry: [1s, 2m]
        """
    )
    first, second = made.steps
    outage, closed = made.timeline
    assert (made.name, made.where) == ("rate-limited-then-recovers", "f.yaml:1")
    assert made.description == "Two refusals, then normal service."
    assert made.latency == Latency(timedelta(milliseconds=250))
    assert (first.on, first.times, first.when, first.where) == (BOTH, 2, None, "f.yaml:5")
    assert first.fault == Fault("rate_limited", {"retry_after": timedelta(seconds=2)})
    assert (second.on, second.times, second.fault) == (SYNC, None, None)
    assert second.when is not None
    assert second.script.visual == {"no_gun": 0.02}
    assert (outage.begin, outage.end) == (timedelta(seconds=30), timedelta(seconds=50))
    assert (outage.fault, outage.on, outage.where) == (Fault("server_error"), BOTH, "f.yaml:8")
    assert (closed.begin, closed.end, closed.on) == (timedelta(), None, ASYNC)
    assert made.callbacks.timeout == timedelta(seconds=3)
    assert made.callbacks.retry == (timedelta(seconds=1), timedelta(minutes=2))


def test_a_name_alone_is_a_scenario_in_which_nothing_happens() -> None:
    made = scenario("name: quiet\n")
    assert made.calm
    assert made.latency is None
    assert (made.callbacks.timeout, made.callbacks.retry) == (TIMEOUT, SCHEDULE)


@pytest.mark.parametrize(
    ("written", "latency"),
    [("none", Latency()), ("documented", Latency(None)), ("2m", Latency(timedelta(minutes=2)))],
)
def test_a_latency_is_none_documented_or_a_duration(written: str, latency: Latency) -> None:
    assert scenario(f"name: a\nlatency: {written}\n").latency == latency


def test_callbacks_need_not_be_tried_again() -> None:
    assert scenario("name: a\ncallbacks: {retry: []}\n").callbacks.retry == ()


def test_several_scenarios_may_stand_in_one_file() -> None:
    found, problems = scenarios_of("name: a\n---\nname: b\n")
    assert problems == []
    assert [one.name for one in found if one is not None] == ["a", "b"]


def test_faults_of_every_event_take_their_settings_and_how_likely_they_are() -> None:
    made = scenario(
        """\
        name: a
        steps:
          - {on: callback, when: {text: b}, times: 2, fault: late, delay: 5m, probability: 0.5}
          - {on: summary, when: {url: c}, fault: missing_field, field: status}
        timeline:
          - {to: 1m, on: callback, fault: duplicate, copies: 3, probability: 0.25}
          - {on: summary, fault: slow}
        """
    )
    late, missing = made.steps
    twice, slow = made.timeline
    assert late.fault == Fault("late", {"delay": timedelta(minutes=5)}, 0.5)
    assert missing.fault == Fault("missing_field", {"field": "status"})
    assert (late.on, missing.on) == (EVENTS["callback"], EVENTS["summary"])
    assert late.when is not None
    assert missing.when is not None
    assert twice.fault == Fault("duplicate", {"copies": 3}, 0.25)
    assert (twice.on, slow.on) == (EVENTS["callback"], EVENTS["summary"])


@pytest.mark.parametrize("on", EVENTS)
@pytest.mark.parametrize("fault", TROUBLES)
def test_a_fault_is_taken_where_it_can_be_and_nowhere_else(fault: str, on: str) -> None:
    against = objection(fault, on)
    told = [] if against is None else [f"f.yaml:3: {against}"]
    assert scenarios_of(f"name: a\nsteps:\n  - {{on: {on}, fault: {fault}}}\n")[1] == told
    assert scenarios_of(f"name: a\ntimeline:\n  - {{on: {on}, fault: {fault}}}\n")[1] == told


WRONG: dict[str, tuple[str, list[str]]] = {
    "no name": ("steps: []\n", ["f.yaml:1: a scenario needs the key 'name'"]),
    "a name with a blank": (
        "name: a b\n",
        [
            (
                "f.yaml:1: name: expected a name of 1 to 64 letters, digits, '.', '_' and '-', "
                "found 'a b'"
            )
        ],
    ),
    "a name that is a number": (
        "name: 12\n",
        ["f.yaml:1: name: expected a name of 1 to 64 letters, digits, '.', '_' and '-', found 12"],
    ),
    "an unknown key": (
        "name: a\nstep: []\n",
        [
            (
                "f.yaml:2: a scenario has no key 'step'. Did you mean 'steps'? "
                "Known are: name, description, latency, steps, timeline, callbacks"
            )
        ],
    ),
    "a description that is a number": (
        "name: a\ndescription: 5\n",
        [
            (
                "f.yaml:2: description: expected a text "
                "(put it in quotes if it looks like a number), "
                "found 5"
            )
        ],
    ),
    "a latency that is none": (
        "name: a\nlatency: quick\n",
        [f"f.yaml:2: latency: expected none, documented, or {DURATION}, found 'quick'"],
    ),
    "steps that are no list": (
        "name: a\nsteps: 3\n",
        ["f.yaml:2: steps: expected a list, found 3"],
    ),
    "a step that is a word": (
        "name: a\nsteps:\n  - boom\n",
        ["f.yaml:3: steps: expected a mapping, found 'boom'"],
    ),
    "a step that does nothing": (
        "name: a\nsteps:\n  - {on: submit}\n",
        ["f.yaml:3: a step needs one of visual, video, text, media, fault, latency"],
    ),
    "a step at no event": (
        "name: a\nsteps:\n  - {fault: server_error}\n",
        ["f.yaml:3: a step needs the key 'on'"],
    ),
    "a step at an unknown event": (
        "name: a\nsteps:\n  - on: sumbit\n    fault: server_error\n",
        [
            (
                "f.yaml:3: on: expected one of submit, submit_sync, submit_async, summary, "
                "trigger, callback, found 'sumbit'. Did you mean 'submit'?"
            )
        ],
    ),
    "a step with an unknown key": (
        "name: a\nsteps:\n  - on: submit\n    tims: 2\n    fault: server_error\n",
        [
            (
                "f.yaml:4: a step has no key 'tims'. Did you mean 'times'? "
                "Known are: on, kind, when, times, visual, video, text, media, fault, latency, "
                "probability"
            )
        ],
    ),
    "a step that never applies": (
        "name: a\nsteps:\n  - {on: submit, times: 0, fault: server_error}\n",
        ["f.yaml:3: times: expected a whole number from 1 to 1000000000, found 0"],
    ),
    "a step with an unknown class": (
        "name: a\nsteps:\n  - {on: submit, visual: {no_gn: 1}}\n",
        ["f.yaml:3: 'no_gn' is no visual class. Did you mean 'no_gun'?"],
    ),
    "a fault where it cannot be": (
        "name: a\nsteps:\n  - on: submit\n    fault: lost\n",
        ["f.yaml:4: the fault 'lost' cannot be on 'submit': it can be on callback"],
    ),
    "a fault where it can be at times only": (
        "name: a\nsteps:\n  - {on: submit, fault: unknown_class}\n",
        [
            (
                "f.yaml:3: the fault 'unknown_class' cannot be on 'submit': "
                "it can be on submit_sync, summary, callback"
            )
        ],
    ),
    "a fault of callbacks at a time that names no event": (
        "name: a\ntimeline:\n  - from: 5s\n    fault: late\n",
        ["f.yaml:4: the fault 'late' cannot be on 'submit': it can be on callback"],
    ),
    "a time at an unknown event": (
        "name: a\ntimeline:\n  - {on: calback, fault: late}\n",
        [
            (
                "f.yaml:3: on: expected one of submit, submit_sync, submit_async, summary, "
                "trigger, callback, found 'calback'. Did you mean 'callback'?"
            )
        ],
    ),
    "a callback that is scored": (
        "name: a\nsteps:\n  - on: callback\n    visual: {}\n    latency: 5s\n",
        [
            (
                "f.yaml:4: visual: a step on 'callback' can carry a fault only, "
                "since content is looked at when it is submitted"
            ),
            (
                "f.yaml:5: latency: a step on 'callback' can carry a fault only, "
                "since content is looked at when it is submitted"
            ),
            "f.yaml:3: a step on 'callback' needs the key 'fault'",
        ],
    ),
    "a summary to which nothing happens": (
        "name: a\nsteps:\n  - {on: summary}\n",
        ["f.yaml:3: a step on 'summary' needs the key 'fault'"],
    ),
    "a setting of another fault": (
        "name: a\ntimeline:\n  - fault: slow\n    retry_after: 5s\n",
        [
            (
                "f.yaml:4: the fault 'slow' has no setting 'retry_after'. "
                "Known are: delay, probability"
            )
        ],
    ),
    "a time of trouble without one": (
        "name: a\ntimeline:\n  - {from: 1s}\n",
        ["f.yaml:3: an entry of the timeline needs the key 'fault'"],
    ),
    "a time that ends as it begins": (
        "name: a\ntimeline:\n  - from: 5s\n    to: 5s\n    fault: server_error\n",
        ["f.yaml:4: to: expected a time after 'from'"],
    ),
    "a time with an unknown key": (
        "name: a\ntimeline:\n  - {form: 5s, fault: server_error}\n",
        [
            (
                "f.yaml:3: an entry of the timeline has no key 'form'. Did you mean 'from'? "
                "Known are: from, to, on, fault, probability"
            )
        ],
    ),
    "callbacks that are a word": (
        "name: a\ncallbacks: none\n",
        ["f.yaml:2: callbacks: expected a mapping, found 'none'"],
    ),
    "callbacks in every way": (
        "name: a\ncallbacks:\n  timeout: 0s\n  retry: 5s\n  retries: 2\n",
        [
            (
                "f.yaml:5: callbacks has no key 'retries'. Did you mean 'retry'? "
                "Known are: timeout, retry"
            ),
            "f.yaml:3: timeout: expected a duration longer than 0s, found '0s'",
            "f.yaml:4: retry: expected a list, found '5s'",
        ],
    ),
    "a wait that is no duration": (
        "name: a\ncallbacks: {retry: [1s, soon]}\n",
        [f"f.yaml:2: retry: expected {DURATION}, found ['1s', 'soon']"],
    ),
}


@pytest.mark.parametrize(("written", "told"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_line_and_what_was_expected(
    written: str, told: list[str]
) -> None:
    assert scenarios_of(written)[1] == told


def test_an_empty_when_does_not_make_a_step_apply_to_everything() -> None:
    _, problems = scenarios_of(
        "name: a\nsteps:\n  - on: submit\n    when:\n    fault: server_error\n"
    )
    [problem] = problems
    assert problem.startswith("f.yaml:4: when is empty: it needs at least one of url, ")


def test_a_step_on_callbacks_may_be_for_one_kind_of_them() -> None:
    made = scenario(
        """\
        name: a
        steps:
          - {on: callback, kind: webhook, fault: lost}
          - {on: callback, kind: callback, fault: late}
          - {on: callback, fault: lost}
        """
    )
    assert [step.kind for step in made.steps] == ["webhook", "callback", None]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            "{on: submit, kind: webhook, fault: server_error}",
            "f.yaml:3: kind: only a step on 'callback' has one, this is on 'submit'",
        ),
        (
            "{on: callback, kind: webhok, fault: lost}",
            (
                "f.yaml:3: kind: expected one of callback, webhook, found 'webhok'. Did you mean "
                "'webhook'?"
            ),
        ),
    ],
)
def test_what_is_no_kind_of_callbacks_is_told(step: str, told: str) -> None:
    assert scenarios_of(f"name: a\nsteps:\n  - {step}\n")[1] == [told]


def test_a_timeline_without_its_trouble_is_left_out_of_the_scenario() -> None:
    [found], problems = scenarios_of("name: a\ntimeline:\n  - {fault: boom}\n")
    assert found is not None
    assert found.timeline == ()
    assert len(problems) == 1


def test_mistakes_everywhere_are_told_at_once() -> None:
    _, problems = scenarios_of(
        """\
        name: a
        latency: quick
        steps:
          - {on: submit}
          - {on: never, fault: server_error}
        timeline:
          - {from: x, fault: server_error}
        callbacks: {timeout: x}
        """
    )
    lines = sorted(problem.split(": ")[0] for problem in problems)
    assert lines == ["f.yaml:2", "f.yaml:4", "f.yaml:5", "f.yaml:7", "f.yaml:8"]


@settings(max_examples=80, deadline=None)
@given(step=anything_under(WORDS), entry=anything_under(WORDS), file=anything_under(WORDS))
def test_whatever_a_file_says_is_a_scenario_or_problems(
    step: dict[str, Any], entry: dict[str, Any], file: dict[str, Any]
) -> None:
    whole = {"name": "a", "steps": [step], "timeline": [entry]} | file
    found, problems = scenarios_of(json.dumps(whole))
    assert problems or found[0] is not None
    assert all(problem.startswith("f.yaml:1: ") for problem in problems)


@pytest.mark.parametrize("retry_after", ["2s", "soon"])
@pytest.mark.parametrize("form", ["steps:\n  - {{on: submit, {}}}\n", "timeline:\n  - {{{}}}\n"])
def test_of_a_misspelt_fault_that_alone_is_told_and_nothing_of_its_settings(
    form: str, retry_after: str
) -> None:
    written = f"fault: rate_limted, retry_after: {retry_after}, probability: 0.5"
    _, [problem] = scenarios_of(f"name: a\n{form.format(written)}")
    assert problem.startswith("f.yaml:3: fault: expected one of ")
    assert problem.endswith("found 'rate_limted'. Did you mean 'rate_limited'?")
