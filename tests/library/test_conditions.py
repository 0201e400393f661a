"""Conditions from YAML: every key and operator, back and forth, and what can be wrong in them."""

import json
from datetime import timedelta
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given

from emulator.core.conditions.comparing import OPERATORS
from emulator.core.conditions.composites import AllOf, AnyOf, Not
from emulator.core.conditions.condition import Condition, Count
from emulator.core.conditions.others import Metadata, PatronState, Visual
from emulator.core.conditions.texts import (
    CustomClass,
    Language,
    PersonalData,
    Profanity,
    Text,
    TextContainsAny,
)
from emulator.core.taxonomy.visual import DOCS, Head
from emulator.library.conditions import CONDITIONS, read_condition
from emulator.library.problems import Problems
from emulator.library.yaml import parse_documents
from tests.core.conditions import made
from tests.core.conditions.made import compared, hateful
from tests.library.told import FILE, anything_under, told


def conditions_of(text: str) -> tuple[Condition | None, list[str]]:
    problems = Problems()
    [document] = parse_documents(dedent(text), FILE, problems)
    return read_condition(document, problems, DOCS), told(problems)


def condition(text: str) -> Condition:
    found, problems = conditions_of(text)
    assert problems == []
    assert found is not None
    return found


def wrong(text: str) -> list[str]:
    """The problems of a condition, of which then nothing is made."""
    found, problems = conditions_of(text)
    assert found is None
    return problems


SNAKE_OIL = TextContainsAny(("snake oil", "miracle cure"))
EXPLICIT = Visual("general_nsfw", compared(gte=0.9))
BANNED = PatronState("banned")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("visual: {general_nsfw: {gte: 0.9}}", EXPLICIT),
        ("visual: {no_gun: {lt: 0.1, gt: 0}}", Visual("no_gun", compared(lt=0.1, gt=0))),
        ("visual: {no_gun: {gte: 1.5}}", Visual("no_gun", compared(gte=1.5))),
        ("text: {hate: {gte: 2}}", hateful(gte=2)),
        ("text: {spam: {eq: 2}}", Text("spam", compared(eq=2))),
        ("text_contains_any: [snake oil, miracle cure]", SNAKE_OIL),
        ("text_contains_any: snake oil", TextContainsAny(("snake oil",))),
        ("profanity: true", Profanity()),
        ("pii: true", PersonalData(())),
        ("pii: Email Address", PersonalData(("Email Address",))),
        ("pii: [a, b]", PersonalData(("a", "b"))),
        ("custom_class: competitor", CustomClass(("competitor",))),
        ("custom_class: [competitor, food]", CustomClass(("competitor", "food"))),
        ("language: EN", Language(("EN",))),
        ("language: [NO, UNSUPPORTED]", Language(("NO", "UNSUPPORTED"))),
        ("content_metadata: {kind: story}", Metadata("content", "kind", compared(eq="story"))),
        ("patron_metadata: {verified: true}", Metadata("patron", "verified", compared(eq=True))),
        ("patron_metadata: {age: {gte: 3}}", Metadata("patron", "age", compared(gte=3))),
        ("patron_metadata: {age: ~}", Metadata("patron", "age", compared(eq=None))),
        ("patron_metadata: {age: {eq: ~}}", Metadata("patron", "age", compared(eq=None))),
        ("patron_state: suspended", PatronState("suspended")),
        ("not: {patron_state: banned}", Not(BANNED)),
        ("all: [{patron_state: banned}]", AllOf((BANNED,))),
        ("any: [{patron_state: banned}, {text: {hate: {gte: 2}}}]", AnyOf((BANNED, hateful()))),
        (
            "count: {of: {text: {hate: {gte: 2}}}, within: 24h, at_least: 3}",
            Count(hateful(), timedelta(hours=24), 3),
        ),
    ],
)
def test_every_key_is_read(text: str, expected: Condition) -> None:
    assert condition(text) == expected


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_read_wherever_it_may_stand(operator: str) -> None:
    bounds = compared(**{operator: 1})
    assert condition(f"visual: {{no_gun: {{{operator}: 1}}}}") == Visual("no_gun", bounds)
    assert condition(f"text: {{hate: {{{operator}: 1}}}}") == Text("hate", bounds)
    for whose in ("content", "patron"):
        text = f"{whose}_metadata: {{a: {{{operator}: 1}}}}"
        assert condition(text) == Metadata(whose, "a", bounds)


def test_several_keys_and_several_classes_all_hold() -> None:
    assert condition(
        """\
        text: {hate: {gte: 2}, spam: {eq: 0}}
        patron_state: banned
        patron_metadata: {verified: true, age: {lt: 18}}
        """
    ) == AllOf(
        (
            hateful(),
            Text("spam", compared(eq=0)),
            BANNED,
            Metadata("patron", "verified", compared(eq=True)),
            Metadata("patron", "age", compared(lt=18)),
        )
    )


def test_conditions_nest() -> None:
    assert condition(
        """\
        all:
          - any: [{visual: {general_nsfw: {gte: 0.9}}}, {patron_state: banned}]
          - not: {all: [{patron_state: banned}, {count: {of: {not: {pii: true}}, within: 60, at_least: 1}}]}
        """  # noqa: E501
    ) == AllOf(
        (
            AnyOf((EXPLICIT, BANNED)),
            Not(AllOf((BANNED, Count(Not(PersonalData(())), timedelta(minutes=1), 1)))),
        )
    )


@given(made.CONDITIONS)
def test_what_a_condition_writes_is_read_as_the_same_condition(made: Condition) -> None:
    assert condition(json.dumps(made.as_written())) == made


def test_the_classes_of_projects_own_heads_are_known() -> None:
    problems = Problems()
    [document] = parse_documents("visual: {furry-yes_furry: {gt: 0.5}}", FILE, problems)
    own = Head("furry", ("furry-no_furry", "furry-yes_furry"), "furry-no_furry")
    read = read_condition(document, problems, DOCS.with_heads([own]))
    assert read == Visual("furry-yes_furry", compared(gt=0.5))
    assert read_condition(document, problems, DOCS) is None
    assert len(problems.found) == 1


KEYS = ", ".join(CONDITIONS)
SCALAR = "a text, a number, true, false or null"
LANGUAGES = "two capital letters such as EN, or UNSUPPORTED, or a list of such"
TYPES = "true, or a type such as 'Email Address', or a list of types"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", f"a condition is empty: it needs at least one of {KEYS}"),
        (
            "visul: {}",
            f"a condition has no key 'visul'. Did you mean 'visual'? Known are: {KEYS}",
        ),
        ("visual: 1", "visual: expected a mapping, found 1"),
        ("visual: ~", "visual: expected a mapping, found null"),
        (
            "visual: {}",
            "visual is empty: expected at least a class, such as {general_nsfw: {gte: 0.9}}",
        ),
        (
            "visual: {general_nsf: {gte: 1}}",
            "'general_nsf' is no visual class. Did you mean 'general_nsfw'?",
        ),
        (
            "visual: {qqq: {gte: 1}}",
            (
                "'qqq' is no visual class. 116 are known, such as general_not_nsfw_not_suggestive, "
                "general_nsfw, general_suggestive, no_female_underwear and 112 more"
            ),
        ),
        (
            "visual: {no_gun: 0.9}",
            "no_gun: expected a comparison such as {gte: 0.9}, found 0.9",
        ),
        ("visual: {no_gun: {}}", "no_gun: expected a comparison such as {gte: 0.9}, found {}"),
        ("visual: {no_gun: {gte: high}}", "gte: expected a number, found 'high'"),
        ("visual: {no_gun: {gte: true}}", "gte: expected a number, found true"),
        ("visual: {no_gun: {gte: 1e400}}", "gte: expected a number that is finite, found inf"),
        (
            "visual: {no_gun: {get: 1}}",
            "a comparison has no key 'get'. Did you mean 'gt'? Known are: gt, gte, lt, lte, eq",
        ),
        ("text: {}", "text is empty: expected at least a class, such as {hate: {gte: 2}}"),
        ("text: {hat: {gte: 1}}", "'hat' is no text class. Did you mean 'hate'?"),
        ("text: {hate: 2}", "hate: expected a comparison such as {gte: 2}, found 2"),
        (
            "text: {hate: {gte: 0.9}}",
            "gte: expected a whole number from -1000 to 1000, found 0.9",
        ),
        (
            "text_contains_any: []",
            "text_contains_any: expected a text, or a list with at least one, found []",
        ),
        (
            "text_contains_any: ['']",
            ("text_contains_any: expected a text that is not empty, found ['']"),
        ),
        (
            "profanity: false",
            "profanity: expected true (its opposite is written with 'not'), found false",
        ),
        ("profanity: 1", "profanity: expected true (its opposite is written with 'not'), found 1"),
        ("pii: false", f"pii: expected {TYPES}, found false"),
        ("pii: []", f"pii: expected {TYPES}, found []"),
        (
            "custom_class: 1",
            ("custom_class: expected a text (put it in quotes if it looks like a number), found 1"),
        ),
        ("language: english", f"language: expected {LANGUAGES}, found 'english'"),
        ("language: [EN, en]", f"language: expected {LANGUAGES}, found ['EN', 'en']"),
        (
            "patron_metadata: {}",
            "patron_metadata is empty: expected at least a key, such as {verified: true}",
        ),
        (
            "patron_metadata: {age: [1]}",
            f"age: expected {SCALAR}, or a comparison such as {{gte: 3}}, found [1]",
        ),
        (
            "patron_metadata: {age: {}}",
            f"age: expected {SCALAR}, or a comparison such as {{gte: 3}}, found {{}}",
        ),
        ("content_metadata: {age: {gte: '3'}}", "gte: expected a number, found '3'"),
        ("content_metadata: {age: {eq: [3]}}", f"eq: expected {SCALAR}, found [3]"),
        (
            "patron_state: baned",
            (
                "patron_state: expected one of banned, suspended, found 'baned'. "
                "Did you mean 'banned'?"
            ),
        ),
        ("all: []", "all is empty: expected a list of at least one condition"),
        ("any: ~", "any is empty: expected a list of at least one condition"),
        ("all: {pii: true}", "all: expected a list, found {'pii': true}"),
        ("any: [pii]", "any: expected a mapping, found 'pii'"),
        ("not: [{pii: true}]", "not: expected a mapping, found [{'pii': true}]"),
        ("not: {}", f"a condition is empty: it needs at least one of {KEYS}"),
        ("count: 3", "count: expected a mapping, found 3"),
        ("count: {within: 1d, at_least: 1}", "a count needs the key 'of'"),
        ("count: {of: {pii: true}, at_least: 1}", "a count needs the key 'within'"),
        ("count: {of: {pii: true}, within: 1d}", "a count needs the key 'at_least'"),
        (
            "count: {of: {pii: true}, within: 0s, at_least: 1}",
            "within: expected a duration longer than 0s, found '0s'",
        ),
        (
            "count: {of: {pii: true}, within: 1d, at_least: 0}",
            "at_least: expected a whole number from 1 to 1000000, found 0",
        ),
        (
            "count: {of: {pii: true}, within: 1d, at_least: 1, by: a}",
            "a count has no key 'by'. Known are: of, within, at_least",
        ),
        (
            "count: {of: {not: {count: {of: {pii: true}}}}, within: 1d, at_least: 1}",
            "count: what a count counts cannot be a count itself",
        ),
    ],
)
def test_a_mistake_is_told_with_what_is_expected(text: str, problem: str) -> None:
    assert wrong(text) == [f"f.yaml:1: {problem}"]


def test_all_mistakes_are_told_each_with_its_line() -> None:
    problems = wrong(
        """\
        all:
          - any:
              - visual:
                  general_nsf: {gte: 0.9}
              - pii: 1
          - text: {hate: {gte: high}}
        count:
          of: {}
          within: soon
        """
    )
    assert [problem.partition(": ")[0] for problem in problems] == [
        *("f.yaml:4", "f.yaml:5", "f.yaml:6", "f.yaml:8", "f.yaml:9", "f.yaml:8")
    ]


WORDS = (
    *CONDITIONS,
    *OPERATORS,
    *("of", "within", "at_least", "general_nsfw", "hate", "verified", "banned", "EN"),
)


@given(anything_under(WORDS))
def test_whatever_a_condition_holds_it_is_read_or_told(written: dict[str, Any]) -> None:
    found, problems = conditions_of(json.dumps(written))
    assert (found is None) is bool(problems)
    if found is not None:
        assert condition(json.dumps(found.as_written())) == found
