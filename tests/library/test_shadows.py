"""Fixtures that are never reached: which are told, and that what is told is always so."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.access import Directory, undeclared_project
from emulator.core.faults import Sort, sort_of
from emulator.core.fixture import Fixture
from emulator.core.matching import Glob, Is, Pattern, When
from emulator.core.media import of_url
from emulator.core.model import Submission
from emulator.engine.chance import Chance
from emulator.engine.scoring import Knowledge
from emulator.engine.shelf import Library, Shelf
from emulator.library.shadows import shadowed
from emulator.settings import Unscripted
from tests.library.told import fixtures_of

HIDDEN = {
    "the same": ("{url: a}", "{url: a}"),
    "one of several": ("{url: [a, b]}", "{url: b}"),
    "several of several": ("{url: [a, b, c]}", "{url: [c, a]}"),
    "what a star takes": ("{url: '*/a.jpg'}", "{url: 'http://b/a.jpg'}"),
    "a star within a star": ("{url: '*'}", "{url: '*/a.jpg'}"),
    "a star within another": ("{url: 'http://*.jpg'}", "{url: 'http://b/*/a.jpg'}"),
    "the same star": ("{filename: 'a*'}", "{filename: 'a*'}"),
    "a text that contains it": ("{text_contains: b}", "{text: abc}"),
    "a longer stretch": ("{text_contains: b}", "{text_contains: abc}"),
    "a longer one of stretches": ("{text_contains: [x, b]}", "{text_contains: [abc, xyz, axb]}"),
    "a text that an expression finds": ("{text_matches: '^a'}", "{text: abc}"),
    "the same expression": ("{text_matches: '^a'}", "{text_matches: '^a'}"),
    "the same long expression": (
        "{text_matches: 'a long expression'}",
        "{text_matches: 'a long expression'}",
    ),
    "one of several expressions": ("{text_matches: [b, '^a']}", "{text_matches: '^a'}"),
    "texts that expressions find": ("{text_matches: [b, '^a']}", "{text: [xbx, ac]}"),
    "what an expression and a project demand": (
        "{text_matches: b, project: p}",
        "{project: p, text: abc}",
    ),
    "what demands more": ("{url: a}", "{url: a, project: p}"),
    "in another order": ("{project: p, url: a}", "{url: a, project: p}"),
    "a digest in other letters": (f"{{sha256: {'A' * 64}}}", f"{{sha256: {'a' * 64}}}"),
}


def hidden_in(first: str, second: str) -> list[tuple[str, str]]:
    found, problems = fixtures_of(
        f"fixtures: [{{name: first, {first}}}, {{name: second, {second}}}]"
    )
    assert problems == []
    return [(late.name, early.name) for late, early in shadowed(found)]


@pytest.mark.parametrize(("broad", "narrow"), HIDDEN.values(), ids=HIDDEN)
def test_a_fixture_is_hidden_by_an_earlier_one_that_takes_all_it_would(
    broad: str, narrow: str
) -> None:
    says = "visual: {}, text: {}"
    assert hidden_in(f"when: {broad}, {says}", f"when: {narrow}, {says}") == [("second", "first")]


SEEN = {
    "another": ("{url: a}", "{url: b}"),
    "broader": ("{url: a}", "{url: [a, b]}"),
    "a star": ("{url: a}", "{url: '*'}"),
    "a star elsewhere": ("{url: 'a*'}", "{url: '*a'}"),
    "less demanding": ("{url: a, project: p}", "{url: a}"),
    "of another field": ("{url: '*'}", "{filename: a}"),
    "of another part of the address": ("{url: '*'}", "{url_full: a}"),
    "a text": ("{text_contains: abc}", "{text_contains: b}"),
    "a text that is not found": ("{text_contains: x}", "{text: abc}"),
    "another expression": ("{text_matches: '^a'}", "{text_matches: '^b'}"),
    "an expression after a text": ("{text_contains: a}", "{text_matches: '^a'}"),
    "an expression after the same text": ("{text_contains: a}", "{text_matches: a}"),
    "a stretch after the same text": ("{text: a}", "{text_contains: a}"),
}


@pytest.mark.parametrize(("first", "second"), SEEN.values(), ids=SEEN)
def test_a_fixture_that_takes_something_else_is_not_hidden(first: str, second: str) -> None:
    says = "visual: {}, text: {}"
    assert hidden_in(f"when: {first}, {says}", f"when: {second}, {says}") == []


SAID = {
    "scores hide scores": ("visual: {gun_in_hand: 1}", "visual: {}", True),
    "a text says nothing of pictures": ("text: {}", "visual: {}", False),
    "both hide either": ("text: {}, visual: {}", "text: {}", True),
    "a refusal hides all": (
        "fault: server_error",
        "visual: {}, latency: 5s, fault: bad_request",
        True,
    ),
    "a refusal that is only likely hides none but its own sort": (
        "fault: server_error, probability: 0.5",
        "visual: {}",
        False,
    ),
    "a fault that is only likely hides a fault": (
        "fault: server_error, probability: 0.5",
        "fault: bad_request",
        True,
    ),
    "an answer that comes late is one": ("fault: slow", "visual: {}", False),
    "a callback that is lost hides no scores": ("fault: lost", "visual: {}", False),
    "scores do not hide a refusal": ("visual: {}", "fault: server_error", False),
    "scores do not hide a latency": ("visual: {}", "latency: 5s", False),
    "scores do not hide facts": ("visual: {}", "visual: {}, media: {width: 5}", False),
    "a latency hides a latency": ("latency: 1s", "latency: 5s", True),
}


@pytest.mark.parametrize(("first", "second", "hidden"), SAID.values(), ids=SAID)
def test_only_what_says_as_much_hides_what_is_said(first: str, second: str, hidden: bool) -> None:
    found = hidden_in(f"when: {{url: a}}, {first}", f"when: {{url: a}}, {second}")
    assert found == ([("second", "first")] if hidden else [])


def test_each_hidden_fixture_is_told_once_with_the_first_that_hides_it() -> None:
    found, _ = fixtures_of(
        """\
        fixtures:
          - {name: a, when: {url: "*"}, visual: {}}
          - {name: b, when: {url: "*.jpg"}, visual: {}}
          - {name: c, when: {url: "x.jpg"}, visual: {}}
        """
    )
    assert [(late.name, early.name) for late, early in shadowed(found)] == [("b", "a"), ("c", "a")]


def test_what_is_hidden_hides_nothing_itself() -> None:
    """Where a late answer is scripted first, the refusal never has the word; the scores have."""
    found, _ = fixtures_of(
        """\
        fixtures:
          - {name: late, when: {url: a}, fault: slow}
          - {name: refused, when: {url: a}, fault: server_error}
          - {name: scored, when: {url: a}, visual: {}}
        """
    )
    assert [late.name for late, _ in shadowed(found)] == ["refused"]


def test_of_several_that_hide_a_fixture_the_first_is_told() -> None:
    others = "".join(
        f"  - {{name: '{at}', when: {{url: '{at}'}}, visual: {{}}}}\n" for at in "123456"
    )
    found, _ = fixtures_of(
        "fixtures:\n"
        "  - {name: zero, when: {url: '0'}, visual: {}}\n"
        "  - {name: first, when: {url: '*gun*'}, visual: {}}\n"
        f"{others}"
        "  - {name: second, when: {url: '*hand*'}, visual: {}}\n"
        "  - {name: hidden, when: {url: '*gun-in-hand*'}, visual: {}}\n"
    )
    assert [(late.name, early.name) for late, early in shadowed(found)] == [("hidden", "first")]


class Counted(Glob):
    """A pattern that counts how often such patterns are asked anything."""

    asked = 0

    def matches(self, value: str) -> bool:
        Counted.asked += 1
        return super().matches(value)


class CountedName(Is):
    """The same of one name."""

    def matches(self, value: str) -> bool:
        Counted.asked += 1
        return super().matches(value)


FORMS = {
    "addresses": "*/p/{}.jpg",
    "file names": "{}-front.*",
    "numbers": "*{}*",
    "whole addresses": "https://cdn.test/products/{}.jpg",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_of_thousands_each_is_compared_with_a_few_only(form: str) -> None:
    [alike], _ = fixtures_of("fixtures: [{name: a, when: {url: b}, visual: {}}]")
    sources = [form.format(number) for number in range(10_000, 13_000)]
    many = [replace(alike, when=When({"url": (Counted(source),)})) for source in sources]
    again = replace(many[77], name="again")
    Counted.asked = 0
    [found] = shadowed([*many, again])
    assert (found[0] is again, found[1] is many[77]) == (True, True)
    assert Counted.asked < 20 * len(many)


@pytest.mark.parametrize("other", [{}, {"metadata": (Is("m"),)}], ids=["first", "between"])
def test_of_thousands_that_are_alike_in_one_thing_each_is_found_by_another(
    other: dict[str, tuple[Pattern, ...]],
) -> None:
    [alike], _ = fixtures_of("fixtures: [{name: a, when: {url: b}, visual: {}}]")
    whens = [
        When({**other, "url": (Glob("*/gun.jpg"),), "project": (CountedName(f"p{number}"),)})
        for number in range(3_000)
    ]
    Counted.asked = 0
    assert [*shadowed(replace(alike, when=when) for when in whens)] == []
    assert Counted.asked < 20 * len(whens)


PATTERNS = st.text("ab*", min_size=1, max_size=4)
WHENS = st.fixed_dictionaries(
    {},
    optional={
        "url": st.lists(PATTERNS, min_size=1, max_size=2),
        "filename": PATTERNS,
        "text_contains": st.text("ab", min_size=1, max_size=2),
        "text": st.text("ab", min_size=1, max_size=3),
        "text_matches": st.sampled_from(["a", "^b", "ab|ba"]),
        "project": st.sampled_from(["p", "undeclared-2c70e12b"]),
    },
).filter(bool)
SAYS = st.fixed_dictionaries(
    {},
    optional={
        "visual": st.just({}),
        "text": st.just({}),
        "fault": st.sampled_from(["server_error", "bad_request", "slow", "lost"]),
        "latency": st.sampled_from(["1s", "5s"]),
        "media": st.just({"width": 7}),
    },
).filter(bool)
LIKELY = st.sampled_from([{}, {}, {"probability": 0.5}])


def outcome(fixtures: list[Fixture], submission: Submission) -> object:
    """All that a caller can see of what is known, whoever says it."""
    shelf = Shelf(Library(directory=Directory({}), fixtures=tuple(fixtures), scenarios={}))
    knowledge = Knowledge(shelf, Chance(0).draw, Unscripted.QUIET)
    known = knowledge.look_up(submission, undeclared_project("k"))
    fault = known.fault and known.fault[0]
    if fault and sort_of(fault) is Sort.REFUSAL and fault.probability == 1:
        return known.fault
    return known.script, known.fault, known.latency, known.media


@settings(max_examples=150, deadline=None)
@given(
    written=st.lists(st.tuples(WHENS, SAYS), min_size=2, max_size=3),
    likely=st.lists(LIKELY, min_size=3, max_size=3),
    content=st.text("ab", min_size=1, max_size=5),
    is_text=st.booleans(),
)
def test_without_what_is_told_to_be_hidden_nothing_changes(
    written: list[tuple[dict[str, Any], dict[str, Any]]],
    likely: list[dict[str, Any]],
    content: str,
    is_text: bool,
) -> None:
    listed = [
        {"name": f"f{at}", "when": when, **says, **(likely[at] if "fault" in says else {})}
        for at, (when, says) in enumerate(written)
    ]
    found, problems = fixtures_of(json.dumps({"fixtures": listed}))
    assert problems == []
    hidden = [late for late, _ in shadowed(found)]
    left = [one for one in found if one not in hidden]
    submission = Submission(text=content) if is_text else Submission(media=of_url(content))
    assert outcome(left, submission) == outcome(found, submission)


@settings(max_examples=100, deadline=None)
@given(written=st.lists(st.tuples(WHENS, SAYS), min_size=2, max_size=8))
def test_what_hides_something_among_many_is_the_first_that_hides_it_alone(
    written: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    listed = [{"name": f"f{at}", "when": when, **says} for at, (when, says) in enumerate(written)]
    found, problems = fixtures_of(json.dumps({"fixtures": listed}))
    assert problems == []
    earlier: list[Fixture] = []
    expected = []
    for fixture in found:
        hiding = next((one for one in earlier if [*shadowed([one, fixture])]), None)
        if hiding is None:
            earlier.append(fixture)
        else:
            expected.append((fixture, hiding))
    assert [*shadowed(found)] == expected
