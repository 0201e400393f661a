"""Fixtures around thresholds: what is in them, and that the server answers so."""

import json
from typing import Any

from emulator import Emulator, Settings
from emulator.core.model import ClockMode
from emulator.lab.boundaries import Boundary, boundaries
from emulator.lab.mapping import map_policy
from emulator.lab.served import Served
from emulator.library.inline import fixtures_from
from tests.lab import deciding
from tests.lab.trying import trial


def made(decide: deciding.Decide, contract: str = "visual", **how: Any) -> list[Boundary]:
    one = trial(decide, contract, **how)
    emulator = Emulator(Settings(clock=ClockMode.MANUAL))
    dashboard = contract.startswith("dashboard")
    key = "dashboard-key" if dashboard else "any-key"
    return boundaries(one, map_policy(one, steps=5), Served(emulator, key, dashboard=dashboard))


def decisions(found: list[Boundary]) -> dict[str, str]:
    return {one.name: one.decision for one in found}


def test_a_threshold_is_surrounded_in_all_shapes_of_numbers() -> None:
    found = made(deciding.from_nine_tenths, only=["nsfw"])
    assert decisions(found) == {
        "general_nsfw at 8.8e-05": '"allow"',
        "general_nsfw just below 0.9": '"allow"',
        "general_nsfw at 0.9": '"remove"',
        "general_nsfw just above 0.9": '"remove"',
        "general_nsfw at 1": '"remove"',
    }
    assert [one.value for one in found] == [8.8e-05, 0.8999999999999999, 0.9, 0.9000000000000001, 1]
    assert found[2].submit == {
        "url": "https://lab.hive-emulator.test/boundary-general_nsfw-0.9.jpg"
    }


def test_only_what_the_policy_reads_is_surrounded() -> None:
    assert {one.of for one in made(deciding.no_gun, only=["gun"])} == {"no_gun"}
    assert made(deciding.ignores, only=["gun"]) == []


def test_a_threshold_at_the_end_has_nothing_beyond() -> None:
    found = made(deciding.anything_at_all, only=["kkk"])
    assert [one.value for one in found] == [0, 5e-324, 8.8e-05, 1]


def test_texts_are_surrounded_by_severities_words_and_languages() -> None:
    found = decisions(made(deciding.dating, "text", only=["hate"]))
    assert found == {
        "hate at -1": '"allow"',
        "hate at 0": '"allow"',
        "hate at 1": '"allow"',
        "hate at 2, where the decision changes": '"remove"',
        "hate at 3": '"remove"',
    }
    found = decisions(made(deciding.patterns, "text"))
    assert found["profanity: 'damn it'"] == '"review"'
    assert found["profanity: 'none'"] == '"allow"'
    assert found["language: 'UNSUPPORTED'"] == '"translate"'


def test_a_server_with_these_fixtures_answers_so() -> None:
    found = made(deciding.two_levels, only=["blood"]) + made(deciding.patterns, "text")
    emulator = Emulator(Settings(clock=ClockMode.MANUAL))
    fixtures = fixtures_from([one.fixture for one in found], ())
    emulator.sandbox("default").set_fixtures(fixtures)
    for one in found:
        fields: dict[str, Any] = one.submit
        answer = json.loads(emulator.answer(emulator.submit("any-key", **fields)))
        decide = deciding.two_levels if "url" in one.submit else deciding.patterns
        assert json.dumps(decide(answer)) == one.decision


def test_a_dashboard_and_a_video_are_surrounded_too() -> None:
    found = decisions(made(deciding.triggered, "dashboard", only=["general_nsfw"]))
    assert found["general_nsfw at 0.9"] == '["Explicit, unless verified"]'
    found_urls = [one.submit["url"] for one in made(deciding.maximum, "video", only=["nsfw"])]
    assert all(url.endswith(".mp4") for url in found_urls)
