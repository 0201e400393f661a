"""What policies are asked about: contracts, keys, bases, lines, and what is not possible."""

import json
from math import fsum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.model import Kind
from emulator.core.taxonomy.visual import DOCS
from emulator.lab.asking import LabError
from emulator.lab.axes import Axis, alone, grid
from emulator.lab.joint import joint
from emulator.lab.pairs import lines_of, map_pair
from emulator.lab.setup import CONTRACTS, Setup, make_setup
from emulator.library.problems import LibraryError
from tests.lab import deciding
from tests.lab.trying import mapped, trial


def answered(setup: Setup, axis: Axis, value: Any) -> Any:
    return json.loads(setup.answers.answer(axis.at(value)))


def test_a_base_without_noise_is_nothing_but_negative_classes() -> None:
    setup = make_setup("visual")
    found = deciding.scores(json.loads(setup.answers.answer(setup.bases[0])))
    negative = {head.negative for head in DOCS.heads}
    assert found == {name: int(name in negative) for name in DOCS.classes}


@given(st.sampled_from(DOCS.heads), st.data())
def test_a_head_sums_to_one_wherever_a_class_of_it_is(head: Any, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(head.classes) - 1))
    score = data.draw(st.floats(0, 1))
    scores = alone(head, at, score)
    assert scores[at] == score
    assert abs(fsum(scores) - 1) <= 1e-9


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_contract_gives_the_same_answer_for_the_same_point(contract: str) -> None:
    setup = make_setup(contract)
    for axis in setup.axes((0.0, 1.0))[-2:]:
        value = axis.values[-1]
        assert answered(setup, axis, value) == answered(setup, axis, value)


def test_only_a_legacy_answer_of_the_dashboard_holds_the_scores() -> None:
    plain, legacy = make_setup("dashboard"), make_setup("dashboard-legacy")
    assert "status" not in answered(plain, plain.axis("gun_in_hand"), 0.5)
    whole = answered(legacy, legacy.axis("gun_in_hand"), 0.5)
    assert deciding.scores(whole)["gun_in_hand"] == 0.5
    assert deciding.scores(whole)["yes_kkk"] == 0


def test_a_video_has_a_frame_each_second_as_the_guide_describes() -> None:
    setup = make_setup("video", frames=3)
    found = deciding.response(answered(setup, setup.axis("gun_in_hand"), 0.25))
    assert [frame["time"] for frame in found["output"]] == [0, 1, 2]
    assert {frame["classes"][-1]["score"] for frame in found["output"]} == {0}
    assert found["input"]["media"]["num_frames"] == found["input"]["media"]["duration"] == 3


def test_texts_are_said_in_words_that_patterns_find() -> None:
    setup = make_setup("text")
    for name, list_ in (
        ("profanity", "text_filters"),
        ("Email Address", "pii_entities"),
        ("U.S. Phone Number", "pii_entities"),
        ("web address", "urls"),
    ):
        axis = setup.axis(name)
        assert deciding.response(answered(setup, axis, axis.values[0]))[list_] == []
        assert len(deciding.response(answered(setup, axis, axis.values[1]))[list_]) == 1
    assert deciding.response(answered(setup, setup.axis("language"), "FR"))["language"] == "FR"
    assert deciding.scores(answered(setup, setup.axis("hate"), -1))["hate"] == -1


def test_a_fixture_is_a_base(tmp_path: Path) -> None:
    (file := tmp_path / "f.yaml").write_text(
        "fixtures:\n"
        "  - name: both\n"
        "    when: {url: b}\n"
        "    visual: {yes_nazi: 0.75}\n"
        "    text: {hate: 2, language: FR, pii_entities: "
        "[{value: a, start_index: 0, end_index: 1, type: b}]}\n"
    )
    setup = make_setup("any", base=str(file))
    assert setup.base_words == "the fixture 'both'"
    found = deciding.scores(answered(setup, setup.axis("yes_kkk"), 0.5))
    assert (found["yes_nazi"], found["yes_kkk"], found["no_nazi"]) == (0.75, 0.5, 0.25)
    text = answered(setup, setup.axis("sexual"), 3)
    assert deciding.scores(text) == {
        "spam": 0,
        "sexual": 3,
        "hate": 2,
        "violence": 0,
        "bullying": 0,
    }
    assert deciding.response(text)["language"] == "FR"
    assert deciding.response(text)["pii_entities"][0]["type"] == "b"
    assert setup.axis("language").values[0] == "FR"


IMPOSSIBLE: dict[str, tuple[dict[str, Any], str]] = {
    "no such fixture": ({"base": "stand-in gun_in_han"}, "Did you mean 'stand-in gun_in_hand'"),
    "a fixture of a text": ({"base": "stand-in hate 2"}, "says nothing for visual answers"),
    "a key of the other kind": ({"key": "dashboard-key"}, "--key, for visual answers: "),
    "no frames": ({"contract": "video", "frames": 0}, "a video has at least one"),
    "no such class": (
        {"only": ["gun_in_han"]},
        "no class 'gun_in_han'. Did you mean 'gun_in_hand'",
    ),
    "a class of another contract": ({"only": ["hate"]}, "visual answers have no class 'hate'"),
}


@pytest.mark.parametrize(("how", "said"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_is_not_possible_is_told(how: dict[str, Any], said: str) -> None:
    with pytest.raises(LabError) as refused:
        make_setup(**{"contract": "visual", **how})
    assert said in str(refused.value)


def test_a_file_without_fixtures_is_no_base(tmp_path: Path) -> None:
    (file := tmp_path / "f.yaml").write_text("fixtures: []\n")
    with pytest.raises(LabError, match="there is no fixture in this file"):
        make_setup("visual", base=str(file))
    with pytest.raises(LibraryError):
        make_setup("visual", base=str(tmp_path / "none.yaml"))


def test_classes_and_rules_of_a_configuration_are_looked_at(tmp_path: Path) -> None:
    (file := tmp_path / "c.yaml").write_text(
        "projects:\n"
        "  - name: pictures\n    keys: [mine]\n"
        "    extra_heads: {furry: [furry-no_furry, furry-yes_furry]}\n"
        "applications:\n"
        "  - name: forum\n    keys: [ours]\n"
        "    rules: [{name: Furry, type: post, action: delete_post, "
        "when: {visual: {furry-yes_furry: {gte: 0.7}}}}]\n"
    )  # fmt: skip
    setup = make_setup("visual", config=file, key="mine")
    found = deciding.scores(answered(setup, setup.axis("furry-yes_furry"), 0.5))
    assert found["furry-no_furry"] == 0.5
    board = make_setup("dashboard", config=file, key="ours")
    assert answered(board, board.axis("hate"), 3)["triggered_rules"] == []


def test_text_classes_that_are_asked_for_are_there() -> None:
    assert len(make_setup("text").axes(())) == 5 + 4 + 1
    assert len(make_setup("text", classes=["drugs"]).axes(())) == 19 + 4 + 1


@pytest.mark.parametrize(
    ("low", "high", "steps"), [(0, 1, 1), (0.5, 0.5, 3), (-0.1, 1, 3), (0, 1.1, 3)]
)
def test_a_grid_that_is_none_is_refused(low: float, high: float, steps: int) -> None:
    with pytest.raises(ValueError, match=r"at least 2 steps|scores from 0 to 1"):
        grid(low, high, steps)


def test_a_grid_is_of_the_decimals_that_one_would_write() -> None:
    assert grid(0, 1, 21)[-3:] == (0.9, 0.95, 1.0)
    assert grid(0, 1, 11)[3] == 0.3


# Two classes together.


def test_a_pair_tells_what_neither_class_alone_leads_to() -> None:
    found = trial(deciding.both_together)
    pair = map_pair(found, *lines_of(found.setup, ("yes_kkk", "yes_nazi"), grid(0, 1, 3)))
    assert [(one, other) for one, other, _ in pair.together] == [
        (0.5, 0.5), (0.5, 1.0), (1.0, 0.5), (1.0, 1.0),
    ]  # fmt: skip
    assert mapped(deciding.both_together, only=["kkk"]).never != []


def test_what_one_class_alone_leads_to_is_nothing_new() -> None:
    found = trial(deciding.no_gun)
    pair = map_pair(found, *lines_of(found.setup, ("no_gun", "yes_kkk"), grid(0, 1, 3)))
    assert pair.together == []


def test_scores_of_one_head_that_are_more_than_one_are_impossible() -> None:
    found = trial(deciding.no_gun)
    pair = map_pair(
        found, *lines_of(found.setup, ("gun_in_hand", "gun_not_in_hand"), grid(0, 1, 3))
    )
    assert [[token is None for token in line] for line in pair.cells] == [
        [False, False, False], [False, False, True], [False, True, True],
    ]  # fmt: skip


def test_texts_have_several_things_at_once() -> None:
    setup = make_setup("text")
    language = setup.axis("language")
    point = joint(
        setup,
        [
            (setup.axis("hate"), 2),
            (setup.axis("profanity"), "damn it"),
            (language, "FR"),
            (setup.axis("sexual"), 0),
        ],
    )
    assert point is not None
    assert point.words(DOCS) == "'Good morning, damn it', hate 2, language FR"
    assert point.fixture(DOCS) == {"text": {"hate": 2, "language": "FR"}}


def test_a_video_says_what_is_in_its_frames() -> None:
    setup = make_setup("video", frames=2)
    whole = setup.axis("gun_in_hand").at(1)
    assert whole.words(DOCS) == "gun_in_hand 1 in all 2 frames"
    mixed = whole._replace(frames=((), whole.frames[0]))
    assert mixed.words(DOCS) == "frame 1: nothing; frame 2: gun_in_hand 1"
    assert mixed.kind is Kind.VIDEO
    assert mixed.fixture(DOCS) == {
        "video": {"frames": [{"at": "0s"}, {"at": "1s", "gun_in_hand": 1.0}]}
    }
