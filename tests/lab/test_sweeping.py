"""Sweeps and boundaries, as tests of somebody's application call them."""

import pytest

from emulator.lab import Threshold, boundary, sweep
from emulator.lab.asking import LabError
from tests.lab import deciding


def test_a_sweep_yields_answers_of_the_real_rendering() -> None:
    found = [deciding.scores(answer) for answer in sweep("general_nsfw", 0.0, 1.0, steps=21)]
    assert [one["general_nsfw"] for one in found] == [at / 20 for at in range(21)]
    assert found[-1]["general_not_nsfw_not_suggestive"] == 0
    assert len(found[0]) == 116


def test_a_sweep_of_a_text_class_has_its_severities() -> None:
    assert [deciding.scores(one)["hate"] for one in sweep("hate")] == [0, 1, 2, 3]
    assert [deciding.scores(one)["spam"] for one in sweep("spam", -1)] == [-1, 0, 3]
    assert [deciding.scores(one)["drugs"] for one in sweep("drugs", 1, 2)] == [1, 2]


def test_a_sweep_may_be_of_another_contract_and_over_another_base() -> None:
    [_, last] = sweep("yes_kkk", steps=2, contract="video", base="stand-in yes_nazi")
    assert len(deciding.frames(last)) == 5
    assert deciding.scores(last)["yes_nazi"] == 0.97


def test_a_stretch_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="scores from 0 to 1"):
        next(sweep("general_nsfw", 0.9, 0.1))
    with pytest.raises(LabError, match="Did you mean 'general_nsfw'"):
        next(sweep("genral_nsfw"))


def threshold(decide: deciding.Decide, name: str) -> Threshold:
    found = boundary(decide, name)
    assert found is not None
    return found


def test_a_boundary_is_the_threshold() -> None:
    found = threshold(deciding.from_nine_tenths, "general_nsfw")
    assert found == 0.9
    assert (found.operator, found.below, found.above) == (">=", 0.8999999999999999, 0.9)
    assert (found.before, found.after) == ("allow", "remove")


def test_at_least_is_told_from_over_and_levels_from_each_other() -> None:
    found = threshold(deciding.over_three_tenths, "yes_smoking")
    assert (found, found.operator) == (0.3, ">")
    assert threshold(deciding.two_levels, "very_bloody") == 0.5
    assert threshold(deciding.no_gun, "no_gun") == 0.1


def test_a_severity_has_a_boundary_too() -> None:
    assert threshold(deciding.dating, "hate") == 2.0
    assert boundary(deciding.ignores, "hate") is None
    assert boundary(deciding.ignores, "gun_in_hand") is None


def test_what_a_policy_raises_reaches_the_test() -> None:
    with pytest.raises(KeyError, match="gun <b>"):
        boundary(deciding.raises, "gun_in_hand")
