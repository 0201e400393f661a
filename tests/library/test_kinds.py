"""What a document is, and where it belongs."""

import pytest

from emulator.library.kinds import is_for, kind_of
from emulator.library.problems import Problems
from tests.library.told import documents_of, told

KINDS = {
    "fixtures": ("fixtures: [{name: a}]", "fixtures"),
    "no fixtures": ("fixtures: []", "fixtures"),
    "nothing at fixtures": ("fixtures:", "fixtures"),
    "fixtures that are none": ("fixtures: {a: b}", "fixtures"),
    "fixtures and folders": ("fixtures: [a, {name: b}]", "fixtures"),
    "a folder of fixtures": ("fixtures: a", "configuration"),
    "folders of fixtures": ("fixtures: [a, b]", "configuration"),
    "a scenario": ("name: a\nsteps: []", "scenario"),
    "a name": ("name: a", "scenario"),
    "steps without a name": ("steps: []", "scenario"),
    "a scenario with a latency": ("name: a\nlatency: 5s", "scenario"),
    "a latency": ("latency: 5s", "configuration"),
    "projects": ("projects: []", "configuration"),
    "applications": ("applications: []", "configuration"),
    "an option": ("log-level: info", "configuration"),
    "folders of scenarios": ("scenarios: [a]", "configuration"),
    "the name of a scenario": ("scenario: calm", "configuration"),
    "a policy": ("decisions: []\notherwise: a", "policy"),
    "a policy without decisions": ("otherwise: a", "policy"),
    "something else": ("services: {}", None),
    "nothing": ("{}", None),
    "a fixture that stands alone": ("name: a\nwhen: {url: b}\nvisual: {}", "fixtures"),
}


@pytest.mark.parametrize(("text", "kind"), KINDS.values(), ids=KINDS)
def test_what_a_document_is_is_told_by_its_keys(text: str, kind: str | None) -> None:
    [document], problems = documents_of(text)
    assert problems == []
    assert kind_of(document) == kind


ELSEWHERE = {
    "a scenario among fixtures": (
        "fixtures",
        "name: a\nsteps: []",
        "this is a scenario: give it with --scenarios",
    ),
    "a configuration among fixtures": (
        "fixtures",
        "fixtures: [a]\nport: 1",
        "this is a configuration: give it with --config",
    ),
    "fixtures among scenarios": (
        "scenario",
        "fixtures: [{name: a}]",
        "these are fixtures: give them with --fixtures",
    ),
    "a configuration among scenarios": (
        "scenario",
        "projects: []",
        "this is a configuration: give it with --config",
    ),
    "fixtures for a configuration": (
        "configuration",
        "fixtures: [{name: a}]",
        "these are fixtures: give them with --fixtures",
    ),
    "a scenario for a configuration": (
        "configuration",
        "name: a\nlatency: 5s",
        "this is a scenario: give it with --scenarios",
    ),
}


@pytest.mark.parametrize(("kind", "text", "problem"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_of_what_is_plainly_something_else_its_place_is_told(
    kind: str, text: str, problem: str
) -> None:
    [document], _ = documents_of(f"# first\n{text}\n")
    problems = Problems()
    assert not is_for(kind, document, problems)
    assert told(problems) == [f"f.yaml:2: {problem}"]


HERE = {
    "what it is": ("fixtures", "fixtures: []"),
    "what nobody can tell": ("fixtures", "fixtres: []"),
    "nothing": ("scenario", "{}"),
    "a fixture that is not in its list": ("fixtures", "name: a\nwhen: {url: b}\nvisual: {}"),
    "a configuration that has a name": ("configuration", "name: a\nprojects: []"),
    "a configuration with fixtures in it": ("configuration", "fixtures: [{name: a}]\nport: 1"),
    "folders that are none": ("configuration", "fixtures: [true]"),
    "no folders": ("configuration", "fixtures:"),
}


@pytest.mark.parametrize(("kind", "text"), HERE.values(), ids=HERE)
def test_whatever_may_be_meant_so_is_read_and_its_mistakes_are_told_there(
    kind: str, text: str
) -> None:
    [document], _ = documents_of(text)
    problems = Problems()
    assert is_for(kind, document, problems)
    assert told(problems) == []
