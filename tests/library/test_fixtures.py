"""Fixtures from YAML: several a file, in their order, and what each must have."""

import json
from typing import Any

from hypothesis import given, settings

from emulator.core.matching import FIELDS
from emulator.core.model import Source
from tests.library.told import anything_under, fixtures_of

KEYS = "visual, video, text, media, fault, latency"
WORDS = (
    *(
        "fixtures",
        "name",
        "when",
        "visual",
        "video",
        "text",
        "media",
        "fault",
        "latency",
        "retry_after",
    ),
    *("gun_in_hand", "no_gun", "yes_bra", "no_bra", "spam", "sexual", "language", "urls", "value"),
    *("start_index", "end_index", "type", "width", "mimetype", "rate_limited", *FIELDS),
    *("probability", "download_failed", "code", "duplicate", "copies", "oversized", "size"),
)


def test_fixtures_keep_their_order_and_know_their_place() -> None:
    fixtures, problems = fixtures_of(
        """\
        # content of the forum
        fixtures:
          - name: gun in hand
            when: {url: "*/gun1.jpg"}
            visual: {gun_in_hand: 0.97}

          - {name: flirting, when: {text_contains: hey handsome}, text: {sexual: 1}}
        ---
        fixtures:
          - {name: dead link, when: {url: "*/gone.jpg"}, fault: server_error}
        """
    )
    assert problems == []
    assert [(fixture.name, fixture.where) for fixture in fixtures] == [
        ("gun in hand", "f.yaml:3"),
        ("flirting", "f.yaml:7"),
        ("dead link", "f.yaml:10"),
    ]


def test_a_fixture_accounts_for_itself_by_name_and_place() -> None:
    [fixture], _ = fixtures_of("fixtures:\n  - {name: a, when: {url: b}, visual: {}}\n")
    assert fixture.source == Source("fixture", "a", "f.yaml:2")
    assert str(fixture.source) == "fixture 'a' (f.yaml:2)"


def test_a_file_whose_fixtures_are_all_commented_out_is_no_mistake() -> None:
    assert fixtures_of("fixtures:\n#  - name: a\n") == ([], [])


def test_an_unknown_key_of_a_file_is_told_with_the_nearest_one() -> None:
    assert fixtures_of("fixture: []\n") == (
        [],
        [
            (
                "f.yaml:1: a file of fixtures has no key 'fixture'. Did you mean 'fixtures'? "
                "Known are: fixtures"
            )
        ],
    )


def test_an_unknown_key_of_a_fixture_is_told_with_the_nearest_one() -> None:
    _, problems = fixtures_of(
        "fixtures:\n  - name: a\n    when: {url: b}\n    visul: {}\n    text: {}\n"
    )
    assert problems == [
        (
            "f.yaml:4: a fixture has no key 'visul'. Did you mean 'visual'? "
            f"Known are: name, when, {KEYS}"
        )
    ]


def test_fixtures_are_a_list_of_mappings() -> None:
    assert fixtures_of("fixtures: {name: a}\n")[1] == [
        "f.yaml:1: fixtures: expected a list, found {'name': 'a'}"
    ]
    assert fixtures_of("fixtures:\n  - gun\n")[1] == [
        "f.yaml:2: fixtures: expected a mapping, found 'gun'"
    ]


def test_a_fixture_without_when_is_told_by_its_name() -> None:
    assert fixtures_of("fixtures:\n  - {name: a, visual: {}}\n") == (
        [],
        ["f.yaml:2: the fixture 'a' needs the key 'when'"],
    )


def test_a_fixture_that_says_nothing_is_told_by_its_name() -> None:
    assert fixtures_of("fixtures:\n  - {name: a, when: {url: b}}\n")[1] == [
        f"f.yaml:2: the fixture 'a' says nothing: it needs one of {KEYS}"
    ]


def test_a_fixture_without_a_name_is_told_once_and_without_one() -> None:
    fixtures, problems = fixtures_of("fixtures:\n  - {}\n")
    assert fixtures == []
    assert problems[0] == "f.yaml:2: a fixture needs the key 'name'"
    assert len(problems) == 3
    assert not any("None" in problem for problem in problems)


def test_a_name_is_a_text() -> None:
    assert fixtures_of("fixtures:\n  - {name: 12, when: {url: b}, visual: {}}\n") == (
        [],
        ["f.yaml:2: name: expected a text (put it in quotes if it looks like a number), found 12"],
    )


def test_mistakes_in_several_fixtures_are_told_at_once() -> None:
    fixtures, problems = fixtures_of(
        """\
        fixtures:
          - {name: a, when: {}, visual: {}}
          - {name: b, when: {url: c}, visual: {gun_in_hand: 2}}
          - {name: d, when: {url: e}, visual: {}}
          - {name: f, when: {url: g}, text: {spam: 1}}
        """
    )
    assert [fixture.name for fixture in fixtures] == ["b", "d", "f"]
    assert [problem.split(": ")[0] for problem in problems] == ["f.yaml:2", "f.yaml:3", "f.yaml:5"]


@settings(max_examples=80, deadline=None)
@given(fixture=anything_under(WORDS), file=anything_under(WORDS))
def test_whatever_a_file_says_is_fixtures_or_problems(
    fixture: dict[str, Any], file: dict[str, Any]
) -> None:
    """JSON is YAML, so that it does for writing."""
    whole = {"name": "a", "when": {"url": "b"}, "visual": {}} | fixture
    fixtures, problems = fixtures_of(json.dumps(file | {"fixtures": [whole]}))
    assert fixtures or problems
    assert all(problem.startswith("f.yaml:1: ") for problem in problems)
