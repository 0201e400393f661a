"""Policies from YAML: what is read, and what is told of mistakes."""

from pathlib import Path
from textwrap import dedent

import pytest

from emulator.core.policy import Policy
from emulator.library.policies import load_policy, read_policy, warnings
from emulator.library.problems import LibraryError, Problems
from tests.library.told import documents_of, told

GOOD = """\
    decisions:                                    # first that holds
      - {decide: remove, when: {visual: {general_nsfw: {gte: 0.9}}}}
      - {decide: remove, when: {visual: {no_gun: {lt: 0.1}}}}
      - {decide: review, when: {text: {sexual: {gte: 2}}}}
    otherwise: allow
    """


def policy_of(text: str) -> tuple[Policy | None, list[str]]:
    problems = Problems()
    [document], _ = documents_of(text)
    return read_policy(document, problems), told(problems)


def test_a_policy_is_read_in_its_order() -> None:
    policy, problems = policy_of(GOOD)
    assert problems == []
    assert str(policy) == (
        '"remove" when general_nsfw is at least 0.9; "remove" when no_gun is below 0.1; '
        '"review" when sexual is at least 2; otherwise "allow"'
    )


def test_it_reads_back_what_it_writes() -> None:
    policy, _ = policy_of(GOOD)
    assert policy is not None
    again, problems = policy_of(str(policy.as_written()))
    assert problems == []
    assert again is not None
    assert again.as_written() == policy.as_written()


def test_a_decision_may_be_any_value() -> None:
    policy, _ = policy_of("decisions: []\notherwise: {allowed: true, why: [a, 1.5, null]}\n")
    assert policy is not None
    assert policy.otherwise == {"allowed": True, "why": ["a", 1.5, None]}
    empty, problems = policy_of("decisions:\notherwise:\n")
    assert (empty, problems) == (Policy((), None), [])


WRONG = {
    "nothing else": ("decisions: []", ["f.yaml:1: a policy needs the key 'otherwise'"]),
    "no decisions": ("otherwise: a", ["f.yaml:1: a policy needs the key 'decisions'"]),
    "an unknown key": (
        "decisions: []\notherwise: a\nothers: b",
        [
            ("f.yaml:3: a policy has no key 'others'. Did you mean 'otherwise'? Known are: "
            "decisions, otherwise")
        ],
    ),
    "a decision without its parts": (
        "decisions:\n  - {}\notherwise: a",
        [
            "f.yaml:2: a decision needs the key 'decide'",
            "f.yaml:2: a decision needs the key 'when'",
        ],
    ),
    "a decision that is none": (
        "decisions: [a]\notherwise: b",
        ["f.yaml:1: decisions: expected a mapping, found 'a'"],
    ),
    "a condition that is wrong": (
        "decisions:\n  - {decide: a, when: {visual: {no_gnu: {lt: 0.1}}}}\notherwise: b",
        ["f.yaml:2: 'no_gnu' is no visual class. Did you mean 'no_gun'?"],
    ),
    "other posts": (
        (
            "decisions:\n  - decide: a\n"
            "    when: {count: {of: {profanity: true}, within: 1h, at_least: 2}}\notherwise: b"
        ),
        ["f.yaml:3: a policy looks at one answer, which tells nothing for 'count'"],
    ),
    "the patron": (
        ("decisions:\n  - {decide: a, when: {any: [{patron_state: banned}, "
        "{patron_metadata: {a: 1}}]}}\notherwise: b"),
        [
            "f.yaml:2: a policy looks at one answer, which tells nothing for 'patron_state'",
            "f.yaml:2: a policy looks at one answer, which tells nothing for 'patron_metadata'",
        ],
    ),
    "a number that is endless": (
        "decisions: []\notherwise: 1e999",
        [("f.yaml:2: otherwise: expected a value of JSON: Out of range float values are not JSON "
         "compliant")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_line(text: str, expected: list[str]) -> None:
    policy, problems = policy_of(text)
    assert policy is None
    assert [one.partition(": inf")[0] for one in problems] == expected


def test_what_was_sent_along_may_be_asked_for() -> None:
    _, problems = policy_of(
        "decisions:\n  - {decide: a, when: {content_metadata: {a: 1}}}\notherwise: b"
    )
    assert problems == []


def test_what_is_never_decided_is_a_warning_with_its_line() -> None:
    policy, _ = policy_of(
        """\
        decisions:
          - {decide: review, when: {visual: {general_nsfw: {gte: 0.5}}}}
          - {decide: remove, when: {visual: {general_nsfw: {gte: 0.9}}}}
        otherwise: allow
        """
    )
    assert policy is not None
    [warning] = warnings(policy)
    assert str(warning).startswith('f.yaml:3: the decision "remove" when general_nsfw is at least')


FILES = {
    "a policy": (GOOD, []),
    "nothing": ("", ["p.yaml: there is nothing in this file: expected a policy"]),
    "two": (
        "decisions: []\notherwise: a\n---\ndecisions: []\notherwise: b\n",
        ["p.yaml:4: a policy is one document, this is a second"],
    ),
    "fixtures": ("fixtures: []\n", ["p.yaml:1: these are fixtures: give them with --fixtures"]),
    "no YAML": ("a: [", ["p.yaml:2: this is not valid YAML"]),
}


@pytest.mark.parametrize(("text", "expected"), FILES.values(), ids=FILES)
def test_a_file_is_one_policy(tmp_path: Path, text: str, expected: list[str]) -> None:
    (file := tmp_path / "p.yaml").write_text(dedent(text))
    if not expected:
        assert load_policy(file).otherwise == "allow"
        return
    with pytest.raises(LibraryError) as refused:
        load_policy(file)
    found = [str(problem).removeprefix(f"{tmp_path}/") for problem in refused.value.problems]
    assert [one[: len(told)] for one, told in zip(found, expected, strict=True)] == expected


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be read: No such file"):
        load_policy(tmp_path / "none.yaml")
