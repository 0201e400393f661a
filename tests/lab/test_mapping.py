"""Maps: where a policy changes its mind, exactly, and what it looks at there."""

from time import process_time
from typing import Any

import pytest

from emulator.lab import trial as trials
from emulator.lab.mapping import Row, map_policy
from emulator.lab.trial import Trial
from tests.lab import deciding
from tests.lab.trying import mapped, rows, trial


def thresholds(row: Row) -> list[tuple[str, str, float, bool]]:
    return [(one.before, one.after, one.threshold, one.inclusive) for one in row.changes]


ALLOW, REMOVE, REVIEW = '"allow"', '"remove"', '"review"'
LINES: dict[str, tuple[deciding.Decide, str, list[tuple[str, str, float, bool]]]] = {
    "from a score on": (
        deciding.from_nine_tenths,
        "general_nsfw",
        [(ALLOW, REMOVE, 0.9, True)],
    ),
    "over a score": (deciding.over_three_tenths, "yes_smoking", [(ALLOW, REMOVE, 0.3, False)]),
    "below a score": (deciding.no_gun, "no_gun", [(REMOVE, ALLOW, 0.1, True)]),
    "up to a score": (deciding.at_most_a_tenth, "no_gun", [(REMOVE, ALLOW, 0.1, False)]),
    "two levels": (
        deciding.two_levels,
        "very_bloody",
        [(ALLOW, REVIEW, 0.5, True), (REVIEW, REMOVE, 0.9, True)],
    ),
    "a band": (
        deciding.band,
        "very_bloody",
        [(ALLOW, REVIEW, 0.4, True), (REVIEW, ALLOW, 0.6, True)],
    ),
    "a number without an end": (deciding.third, "yes_kkk", [("false", "true", 1 / 3, True)]),
    "anything at all": (deciding.anything_at_all, "yes_kkk", [("false", "true", 0, False)]),
}


@pytest.mark.parametrize(("decide", "name", "expected"), LINES.values(), ids=LINES)
def test_a_threshold_is_found_to_the_last_bit_of_it(
    decide: deciding.Decide, name: str, expected: list[Any]
) -> None:
    assert thresholds(rows(mapped(decide, only=[name]))[name]) == expected


@pytest.mark.parametrize("steps", [2, 7, 21, 101])
def test_thresholds_do_not_hang_on_the_grid(steps: int) -> None:
    found = rows(mapped(deciding.two_levels, steps=steps, only=["blood"]))
    assert [one.threshold for one in found["very_bloody"].changes] == [0.5, 0.9]


def test_a_decision_that_comes_back_is_not_monotone() -> None:
    assert not rows(mapped(deciding.band, only=["blood"]))["very_bloody"].monotone
    assert rows(mapped(deciding.two_levels, only=["blood"]))["very_bloody"].monotone


def test_what_never_changes_anything_is_listed() -> None:
    found = mapped(deciding.from_nine_tenths)
    assert len(found.rows) == 116
    assert len(found.never) == 115
    assert found.base == [ALLOW]
    assert found.tokens == [ALLOW, REMOVE]


READS = {
    "a positive class": (deciding.from_nine_tenths, {"general_nsfw": "itself"}),
    "one of two classes": (
        deciding.over_three_tenths,
        {"yes_smoking": "itself", "no_smoking": "the other classes"},
    ),
    "the negative class": (
        deciding.no_gun,
        {
            "no_gun": "itself",
            "animated_gun": "the negative class",
            "gun_in_hand": "the negative class",
            "gun_not_in_hand": "the negative class",
        },
    ),
    "the sum of a head": (
        deciding.sum_of_knives,
        {
            "knife_in_hand": "the sum of the head's positive classes",
            "knife_not_in_hand": "the sum of the head's positive classes",
            "culinary_knife_in_hand": "the sum of the head's positive classes",
            "culinary_knife_not_in_hand": "the sum of the head's positive classes",
            "no_knife": "the other classes",
        },
    ),
    "two classes of a head, each by itself": (
        deciding.every_gun_by_itself,
        {"gun_in_hand": "itself", "gun_not_in_hand": "itself", "no_gun": "the other classes"},
    ),
    "two classes against each other": (
        deciding.rather_animated,
        {
            "animated": "several classes of its head together",
            "natural": "several classes of its head together",
        },
    ),
}


@pytest.mark.parametrize(("decide", "expected"), READS.values(), ids=READS)
def test_which_class_of_a_head_is_read_is_told(
    decide: deciding.Decide, expected: dict[str, str]
) -> None:
    found = rows(mapped(decide, only=["nsfw", "smoking", "gun", "knife", "image_type"]))
    assert {name: row.reads[0] for name, row in found.items()} == expected
    direct = {name for name, row in found.items() if row.direct}
    moved = {
        name for name, reads in expected.items() if reads.startswith("the ") and "sum" not in reads
    }
    assert direct == set(expected) - moved


FRAMES = {
    "maximum": (deciding.maximum, "general_nsfw", "maximum"),
    "mean": (deciding.mean, "general_nsfw", "mean"),
    "a mean that one frame can reach": (deciding.low_mean, "general_nsfw", "mean"),
    "minimum": (deciding.every_frame, "general_nsfw", "minimum"),
    "first": (deciding.from_nine_tenths, "general_nsfw", "first frame"),
    "last": (deciding.last_frame, "general_nsfw", "last frame"),
    "some": (deciding.two_inner_frames, "general_nsfw", "otherwise"),
    "two of them, by the negative class": (deciding.two_frames, "no_gun", "2 of 5"),
    "two in a row": (deciding.two_in_a_row, "general_nsfw", "2 of 5"),
    "squares": (deciding.sum_of_squares, "general_nsfw", "otherwise"),
    "only all alike": (deciding.only_all_frames_alike, "general_nsfw", "otherwise"),
}


@pytest.mark.parametrize(("decide", "name", "word"), FRAMES.values(), ids=FRAMES)
def test_how_frames_of_a_video_are_combined_is_told(
    decide: deciding.Decide, name: str, word: str
) -> None:
    combination = rows(mapped(decide, "video", steps=6, only=["general_nsfw", "no_gun"]))[
        name
    ].frames
    assert combination is not None
    assert combination.word == word
    assert ("in a row" in combination.says) is (decide is deciding.two_in_a_row)


def test_a_video_of_one_frame_has_a_maximum() -> None:
    row = rows(mapped(deciding.maximum, "video", steps=3, frames=1, only=["nsfw"]))["general_nsfw"]
    assert row.frames is not None
    assert row.frames.word == "maximum"


def test_severities_patterns_and_languages_of_texts_are_walked() -> None:
    found = rows(mapped(deciding.dating, "text"))
    assert {name: row.changes[0].threshold for name, row in found.items()} == {
        "spam": 3, "sexual": 3, "hate": 2, "violence": 2, "bullying": 2,
    }  # fmt: skip
    found = rows(mapped(deciding.patterns, "text"))
    assert [*found] == ["profanity", "Email Address", "U.S. Phone Number", "language"]
    spoken = {value for value, token in found["language"].cells if token == '"translate"'}
    assert spoken == {"RU", "UNSUPPORTED"}


def test_rules_of_the_dashboard_are_walked_for_pictures_and_texts() -> None:
    only = ["nsfw", "text classes", "patterns"]
    found = rows(mapped(deciding.triggered, "dashboard", steps=3, only=only))
    assert found["general_nsfw"].changes[0].threshold == 0.9
    assert found["general_nsfw"].changes[0].after == '["Explicit, unless verified"]'
    assert found["hate"].changes[0].threshold == 2
    assert found["Email Address"].cells[1][1] == '["Contact data"]'
    assert "bullying" not in found


def test_a_base_is_a_fixture() -> None:
    found = rows(mapped(deciding.both_together, base="stand-in yes_nazi", only=["yes_kkk"]))
    assert found["yes_kkk"].changes[0].threshold == 0.5
    assert rows(mapped(deciding.both_together, only=["kkk", "nazi"])) == {}


def test_a_decision_that_holds_the_score_has_no_thresholds() -> None:
    row = rows(mapped(deciding.the_score_itself, only=["kkk"]))["yes_kkk"]
    assert (row.changes, row.unsettled, row.graded) == ([], True, True)


def test_all_visual_classes_at_21_steps_take_less_than_two_seconds() -> None:
    one = trial(deciding.from_nine_tenths)
    # Of this process alone: the machine may have other things to do.
    began = process_time()
    found = map_policy(one, steps=21)
    assert process_time() - began < 2
    assert found.asked > 116 * 15


# What is wrong with a policy.


def findings(decide: deciding.Decide, **how: Any) -> dict[str, trials.Finding]:
    return {one.kind: one for one in mapped(decide, only=["gun", "kkk"], **how).findings}


def test_what_a_policy_raises_is_a_finding_with_the_input() -> None:
    [finding] = findings(deciding.raises).values()
    assert str(finding).startswith(
        "it raises: KeyError: 'gun <b>' (10 times), first at gun_in_hand 0.6, no_gun 0.4"
    )
    assert finding.fixture == {"visual": {"gun_in_hand": 0.6, "no_gun": 0.4}}
    assert deciding.scores(finding.answer)["gun_in_hand"] == 0.6
    assert 'raise KeyError("gun <b>")' in finding.details


def test_a_policy_that_leaves_is_a_finding() -> None:
    finding = findings(deciding.leaves)["raises"]
    assert finding.what == "SystemExit: 3"


def test_where_a_policy_raises_is_looked_for_like_a_decision() -> None:
    [change] = rows(mapped(deciding.raises, only=["gun"]))["gun_in_hand"].changes
    assert (change.threshold, change.inclusive) == (0.5, False)
    assert change.after == "raises: KeyError: 'gun <b>'"


def test_a_policy_that_answers_differently_is_a_finding() -> None:
    finding = findings(deciding.turns)["answers differently"]
    assert "of the same answer" in finding.what
    assert finding.answer is not None


def test_a_policy_that_ignores_its_input_is_a_finding() -> None:
    [finding] = mapped(deciding.ignores, steps=2).findings
    assert str(finding).endswith("and always the decision 'allow'")


def test_whoever_was_not_asked_about_everything_may_have_looked() -> None:
    assert findings(deciding.ignores) == {}


def test_a_decision_that_json_does_not_have_is_a_finding() -> None:
    finding = findings(deciding.object_itself)["unreadable"]
    assert finding.what == "a object"
    assert findings(deciding.not_a_number)["unreadable"].what == "a float"


def test_a_policy_that_hangs_once_is_a_finding_and_the_map_complete() -> None:
    found = mapped(deciding.hangs_once, patience=0.2, steps=2, only=["gun"])
    assert [one.kind for one in found.findings] == ["times out"]
    assert found.complete


def test_a_policy_that_hangs_too_often_is_asked_no_more() -> None:
    found = mapped(deciding.hangs, patience=0.05, only=["gun"])
    assert not found.complete
    assert [one.kind for one in found.findings] == ["times out"]
    assert found.findings[0].count >= trials.MOST_LATE


class Chaos:
    """Decides in a new way whatever it is asked."""

    name = "chaos"

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, questions: Any) -> Any:
        from emulator.lab.asking import Outcome

        self.asked += len(questions)
        return [Outcome(str(self.asked + at)) for at in range(len(questions))]


def test_a_search_without_an_end_is_given_up() -> None:
    one = Trial(Chaos(), trial(deciding.ignores).setup)
    axis = one.setup.axis("yes_kkk")
    from emulator.lab.search import narrow

    assert one.search([(axis.at, narrow(0.0, 1.0, "a", "b"))]) == [None]


def test_of_many_sorts_of_findings_some_are_kept() -> None:
    def each_otherwise(answer: Any) -> None:
        raise ValueError(deciding.scores(answer)["yes_kkk"])

    found = mapped(each_otherwise, steps=31, only=["yes_kkk"])
    assert len(found.findings) == 20
    assert found.rows[0].graded
