"""Policies held against each other: differences as stretches, corners and submissions."""

from textwrap import dedent
from typing import Any

import pytest

from emulator.core.policy import Policy
from emulator.lab.asking import DeclaredAsker, LabError, Question
from emulator.lab.comparing import Comparison, change, compare, deviation
from emulator.lab.corners import corners
from emulator.lab.setup import make_setup
from emulator.lab.trial import Trial
from tests.lab import deciding
from tests.lab.trying import trial
from tests.library.test_policies import policy_of


def declared(text: str) -> Policy:
    policy, problems = policy_of(dedent(text))
    assert problems == []
    assert policy is not None
    return policy


def one_of(when: str, decide: str = "remove") -> Policy:
    return declared(f"decisions:\n  - {{decide: {decide}, when: {when}}}\notherwise: allow\n")


def held(
    decide: deciding.Decide, policy: Policy, contract: str = "visual", **how: Any
) -> Comparison:
    more = {name: how.pop(name) for name in ("only", "base") if name in how}
    setup = make_setup(contract, declared=[policy], **more)
    expected = Trial(DeclaredAsker("p.yaml", policy), setup)
    return compare(
        trial(decide, contract, declared=[policy], **more), expected, declared=[policy], **how
    )


def deviations(
    decide: deciding.Decide, policy: Policy, contract: str = "visual", **how: Any
) -> list[str]:
    return [deviation(one) for one in held(decide, policy, contract, **how).differences]


NSFW: dict[str, Any] = {"only": ["nsfw"]}


def test_what_is_as_expected_has_no_deviation() -> None:
    policy = one_of("{visual: {general_nsfw: {gte: 0.9}}}")
    found = held(deciding.from_nine_tenths, policy, **NSFW)
    assert (found.differences, found.changed, found.complete) == ([], 0, True)
    assert found.compared > 60
    assert deviations(deciding.no_gun, one_of("{visual: {no_gun: {lt: 0.1}}}"), only=["gun"]) == []


DEVIATIONS = {
    "the threshold itself": (
        "{visual: {general_nsfw: {gt: 0.9}}}",
        ["With general_nsfw at 0.9 it decides 'remove', where 'allow' is expected."],
    ),
    "a lower threshold": (
        "{visual: {general_nsfw: {gte: 0.85}}}",
        [
            ("With general_nsfw from 0.85 to 0.8999999999999999 it decides 'allow', where "
            "'remove' is expected.")
        ],
    ),
    "one between the steps of the grid": (
        "{visual: {general_nsfw: {gte: 0.9000001}}}",
        [("With general_nsfw from 0.9 to 0.9000000999999999 it decides 'remove', where "
         "'allow' is expected.")],
    ),
    "another class": (
        "{visual: {general_suggestive: {gte: 0.9}}}",
        [
            "With general_nsfw from 0.9 to 1 it decides 'remove', where 'allow' is expected.",
            "With general_suggestive from 0.9 to 1 it decides 'allow', where 'remove' is expected.",
        ],
    ),
    "a decision by another name": (
        "{visual: {general_nsfw: {gte: 0.9}}}",
        ["With general_nsfw from 0.9 to 1 it decides 'remove', where 'ban' is expected."],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("when", "expected"), DEVIATIONS.values(), ids=DEVIATIONS)
def test_every_deviation_is_one_sentence(when: str, expected: list[str]) -> None:
    decide = "ban" if "'ban'" in expected[0] else "remove"
    assert deviations(deciding.from_nine_tenths, one_of(when, decide), **NSFW) == expected


def test_conditions_that_must_hold_together_are_looked_at_together() -> None:
    both = "{all: [{visual: {yes_kkk: {gte: 0.5}}}, {visual: {yes_nazi: {gte: 0.6}}}]}"
    only = ["kkk", "nazi"]
    assert deviations(deciding.both_together, one_of(both), only=only) == [
        (
            "With yes_kkk at 0.5 and yes_nazi at 0.5999999999999999 it decides 'remove', where "
            "'allow' is expected."
        )
    ]
    right = both.replace("0.6", "0.5")
    assert deviations(deciding.both_together, one_of(right), only=only) == []


def test_two_classes_are_looked_at_together_on_request() -> None:
    never = one_of("{visual: {yes_kkk: {gt: 1}}}")
    found = held(
        deciding.both_together, never, only=["kkk"], steps=3, pairs=[("yes_kkk", "yes_nazi")]
    )
    assert [one.at for one in found.differences] == [
        "at 0.5 with yes_nazi at 0.5",
        "at 0.5 with yes_nazi at 1",
        "at 1 with yes_nazi at 0.5",
        "at 1 with yes_nazi at 1",
    ]
    found = held(
        deciding.ignores, one_of("{profanity: true}"), steps=3, pairs=[("gun_in_hand", "no_gun")],
        only=["gun"],
    )  # fmt: skip
    assert found.compared == 12 + 3 * 3 - 3


def test_texts_are_compared_by_severity_pattern_and_language() -> None:
    policy = declared(
        """\
        decisions:
          - {decide: mask, when: {pii: ["Email Address"]}}
          - {decide: review, when: {text_contains_any: [snake oil]}}
          - {decide: translate, when: {language: [RU, SV]}}
        otherwise: allow
        """
    )
    found = held(deciding.patterns, policy, "text", only=["patterns", "language", "phrases"])
    assert [change(one) for one in found.differences] == [
        "With profanity at 'damn it' the first decides 'review', the second 'allow'.",
        (
            "With U.S. Phone Number at 'call 617-768-2274' the first decides 'mask', the second "
            "'allow'."
        ),
        "With language at 'SV' the first decides 'allow', the second 'translate'.",
        "With language at 'UNSUPPORTED' the first decides 'translate', the second 'allow'.",
        "With snake oil at 'there' the first decides 'allow', the second 'review'.",
    ]


def test_a_corpus_is_compared_line_by_line() -> None:
    one, other = trial(deciding.from_nine_tenths, **NSFW), trial(deciding.ignores, **NSFW)
    axis = one.setup.axis("general_nsfw")
    corpus = [
        Question(f"line {at}", lambda value=value: one.setup.answers.answer(axis.at(value)))  # type: ignore[misc]
        for at, value in enumerate((0.1, 0.95), 1)
    ]
    found = compare(one, other, steps=2, corpus=corpus)
    assert found.submissions == 2
    assert change(found.differences[-1]) == (
        "With line 2 the first decides 'remove', the second 'allow'."
    )


def test_what_raises_decides_as_nobody_expects() -> None:
    found = held(deciding.raises, one_of("{visual: {no_gun: {lt: 0.5}}}", "allow"), only=["gun"])
    assert found.changed > 0
    assert found.differences[0].one == "raises: KeyError: 'gun <b>'"
    assert [one.kind for one in found.findings] == ["raises"]


def test_a_policy_that_answers_differently_is_found_here_too() -> None:
    found = held(deciding.turns, one_of("{visual: {yes_kkk: {gt: 1}}}"), only=["kkk"], steps=2)
    assert "answers differently" in [one.kind for one in found.findings]


def test_a_policy_that_hangs_ends_a_comparison() -> None:
    policy = one_of("{visual: {no_gun: {lt: 0.5}}}")
    hanging = trial(deciding.hangs, patience=0.05, only=["gun"])
    found = compare(hanging, Trial(DeclaredAsker("p", policy), hanging.setup))
    assert not found.complete


CORNERS = {
    "two classes": ("{all: [{visual: {yes_kkk: {gte: 0.5}}}, {visual: {no_gun: {lt: 0.1}}}]}", 4),
    "each once": ("{all: [{visual: {yes_kkk: {gte: 0.5}}}, {visual: {yes_kkk: {lt: 0.9}}}]}", 0),
    "any of two": ("{any: [{visual: {yes_kkk: {gte: 0.5}}}, {visual: {no_gun: {lt: 0.1}}}]}", 0),
    "of one head, as far as it goes": (
        "{all: [{visual: {gun_in_hand: {gte: 0.6}}}, {visual: {gun_not_in_hand: {gt: 0.5}}}]}",
        0,
    ),
    "words": ("{all: [{profanity: true}, {pii: true}, {language: EN}]}", 8),
    "severities and phrases": (
        "{all: [{text: {hate: {gt: 1}, sexual: {lte: 0}}}, {text_contains_any: [a b]}]}", 8
    ),
    "what is no line": ("{all: [{content_metadata: {a: 1}}, {profanity: true}]}", 0),
    "a picture and a text": ("{all: [{visual: {yes_kkk: {gte: 0.5}}}, {profanity: true}]}", 0),
    "many": (
        ("{all: [{visual: {yes_kkk: {gte: 0.5}, yes_nazi: {gte: 0.5}, yes_pills: {gte: 0.5}, "
        "yes_bra: {gte: 0.5}, yes_fight: {gte: 0.5}, yes_drawing: {gte: 0.5}, "
        "yes_smoking: {gte: 0.5}}}]}"),
        21 * 4,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("when", "count"), CORNERS.values(), ids=CORNERS)
def test_corners_are_where_conditions_begin_to_hold_together(when: str, count: int) -> None:
    policy = one_of(when)
    found = [*corners(policy, make_setup("any", declared=[policy]))]
    assert len(found) == count


def test_what_cannot_be_together_is_told() -> None:
    with pytest.raises(LabError, match="'gun_in_hand' and 'hate' cannot be looked at together"):
        held(deciding.ignores, one_of("{profanity: true}"), "any", pairs=[("gun_in_hand", "hate")])
    with pytest.raises(LabError, match="cannot be looked at together"):
        held(deciding.ignores, one_of("{profanity: true}"), pairs=[("no_gun", "no_gun")])
