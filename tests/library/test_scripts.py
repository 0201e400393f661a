"""What a fixture or step may carry, and every way in which it can be wrong."""

from datetime import timedelta
from typing import Any

import pytest

from emulator.core.faults import TROUBLES
from emulator.core.matching import Contains, Glob, Is, Matches
from emulator.core.model import (
    Fault,
    Keyframe,
    Match,
    MediaScript,
    Script,
    TextScript,
    VideoScript,
)
from emulator.library.scripts import FAULTS_WITH, compile_regex
from tests.library.told import fixtures_of

DURATION = "a duration such as 250ms, 5s, 2m, 1h, 30d, or a number of seconds"
FAULTS = (
    "rate_limited, invalid_key, insufficient_balance, bad_request, server_error, maintenance, "
    "gateway_timeout, hang, disconnect, slow, truncated, malformed_json and 16 more"
)
CODES = (
    "2000, 2100, 2101, 2201, 2202, 2203, 2204, 2205, 2206, 2207, 2208, 2209, 2210, 2211, 2212, 2213"
)
LIKELY = "a number above 0, and at most 1"
WHEN_KEYS = (
    "url, url_full, filename, sha256, text, text_contains, text_matches, metadata, project, "
    "patron_id, post_id"
)


def script(carried: str) -> tuple[Script, list[str]]:
    """The script of a fixture that carries this on its fifth line, and the problems."""
    text = f"fixtures:\n  - name: a\n    when:\n      url: x\n    {carried}\n"
    fixtures, problems = fixtures_of(text)
    assert len(fixtures) == 1
    return fixtures[0].script, problems


def test_scores_stand_as_they_were_written() -> None:
    made, problems = script("visual: {general_nsfw: 0.97, gun_in_hand: 1, no_knife: 0}")
    assert problems == []
    assert made.visual == {"general_nsfw": 0.97, "gun_in_hand": 1, "no_knife": 0}


def test_severities_and_language_make_a_text() -> None:
    made, problems = script("text: {sexual: 2, spam: 3, hate: -1, language: FR}")
    assert problems == []
    assert made.text == TextScript({"sexual": 2, "spam": 3, "hate": -1}, "FR")


@pytest.mark.parametrize("language", ["NO", "EN", "UNSUPPORTED"])
def test_norwegian_stays_a_language(language: str) -> None:
    made, problems = script(f"text: {{language: {language}}}")
    assert problems == []
    assert made.text is not None
    assert made.text.language == language


def test_matches_that_are_scripted_replace_what_analysis_would_find() -> None:
    made, problems = script(
        "text: {urls: [], pii_entities: [{value: a, start_index: 0, end_index: 1, type: t}]}"
    )
    assert problems == []
    assert made.text == TextScript({}, urls=(), pii_entities=(Match("a", 0, 1, "t"),))


def test_media_facts_fault_and_latency_are_read() -> None:
    made, problems = script(
        "{}: {}".format("media", "{width: 1280, height: 720, mimetype: image/webp}")
        + "\n    fault: server_error\n    latency: 250ms"
    )
    assert problems == []
    assert made.media == MediaScript(1280, 720, "image/webp")
    assert made.fault == Fault("server_error")
    assert made.latency == timedelta(milliseconds=250)


def test_a_timeline_is_read() -> None:
    frames = "[{at: 0s}, {at: 12s, knife_in_hand: 0.95}, {at: 1m, knife_in_hand: 0.1, no_gun: 1}]"
    made, problems = script(f"video: {{between: linear, frames: {frames}}}")
    assert problems == []
    assert made.video == VideoScript(
        (
            Keyframe(0, {}),
            Keyframe(12, {"knife_in_hand": 0.95}),
            Keyframe(60, {"knife_in_hand": 0.1, "no_gun": 1}),
        ),
        linear=True,
    )


def test_frames_hold_unless_something_else_is_said() -> None:
    made, problems = script("video: {frames: [{at: 0.5}]}")
    assert problems == []
    assert made.video == VideoScript((Keyframe(0.5, {}),), linear=False)


def test_a_duration_is_a_fact_in_seconds() -> None:
    made, problems = script("media: {duration: 1m}")
    assert (made.media, problems) == (MediaScript(duration=60), [])


def beside(fault: str, written: str) -> tuple[Script, list[str]]:
    """The script of a fixture with a fault, and on its sixth line something beside it."""
    return script(f"fault: {fault}\n    {written}")


SETTINGS: dict[str, tuple[str, str, Any]] = {
    "a duration": ("rate_limited", "retry_after: 2s", timedelta(seconds=2)),
    "a duration in seconds": ("slow", "delay: 0.5", timedelta(milliseconds=500)),
    "a duration on the clock": ("late", "delay: 30d", timedelta(days=30)),
    "a count": ("duplicate", "copies: 3", 3),
    "a code": ("download_failed", "code: 2203", 2203),
    "any code": ("partial_failure", "error_code: 3401", 3401),
    "a class": ("unknown_class", "class: yes_unicorn", "yes_unicorn"),
    "a path": ("missing_field", "field: status.0.response", "status.0.response"),
    "a size": ("oversized", "size: 2MiB", 2 * 1024**2),
    "a size in bytes": ("oversized", "size: 1", 1),
}


@pytest.mark.parametrize(("fault", "written", "value"), SETTINGS.values(), ids=SETTINGS)
def test_a_fault_takes_its_settings_beside_it(fault: str, written: str, value: Any) -> None:
    made, problems = beside(fault, written)
    assert problems == []
    assert made.fault == Fault(fault, {written.partition(":")[0]: value})


def test_a_setting_of_every_fault_is_among_these() -> None:
    written = {(fault, text.partition(":")[0]) for fault, text, _ in SETTINGS.values()}
    assert {setting for _, setting in written} == {*FAULTS_WITH} - {"probability"}


@pytest.mark.parametrize("fault", TROUBLES)
@pytest.mark.parametrize("setting", FAULTS_WITH)
def test_a_setting_stands_beside_the_faults_that_have_it_and_no_other(
    fault: str, setting: str
) -> None:
    values = {
        "class": "a",
        "field": "a",
        "code": "2100",
        "error_code": "3401",
        "probability": "0.5",
    }
    made, problems = beside(fault, f"{setting}: {values.get(setting, '5')}")
    assert made.fault is not None
    if fault in FAULTS_WITH[setting]:
        assert problems == []
    else:
        [problem] = problems
        told, _, known = problem.partition(". Known are: ")
        assert told == f"f.yaml:6: the fault {fault!r} has no setting {setting!r}"
        assert known.split(", ") == [*TROUBLES[fault].settings, "probability"]


@pytest.mark.parametrize(("written", "probability"), [("1", 1), ("0.25", 0.25), ("1e-9", 1e-9)])
def test_a_fault_may_be_likely_only(written: str, probability: float) -> None:
    made, problems = beside("hang", f"probability: {written}")
    assert problems == []
    assert made.fault == Fault("hang", {}, probability)
    assert made.fault.probability == probability


def test_a_fault_is_certain_unless_it_says_otherwise() -> None:
    made, _ = script("fault: hang")
    assert made.fault is not None
    assert made.fault.probability == 1


@pytest.mark.parametrize("fault", TROUBLES)
def test_content_may_have_any_fault(fault: str) -> None:
    """It happens where it is at home, at the submission or else at its callback."""
    made, problems = script(f"fault: {fault}")
    assert problems == []
    assert made.fault == Fault(fault)


WRONG_BESIDE: dict[str, tuple[str, str, str]] = {
    "no duration": (
        "rate_limited",
        "retry_after: soon",
        f"retry_after: expected {DURATION}, found 'soon'",
    ),
    "one copy": (
        "duplicate",
        "copies: 1",
        "copies: expected a whole number from 2 to 100, found 1",
    ),
    "too many copies": (
        "duplicate",
        "copies: 101",
        "copies: expected a whole number from 2 to 100, found 101",
    ),
    "a code of another sort": (
        "download_failed",
        "code: 3000",
        f"code: expected one of Hive's codes {CODES}, found 3000",
    ),
    "a code in words": (
        "download_failed",
        "code: ENOTFOUND",
        f"code: expected one of Hive's codes {CODES}, found 'ENOTFOUND'",
    ),
    "a code that is true": (
        "download_failed",
        "code: true",
        f"code: expected one of Hive's codes {CODES}, found true",
    ),
    "a class that is a number": (
        "unknown_class",
        "class: 5",
        "class: expected a text (put it in quotes if it looks like a number), found 5",
    ),
    "a size of another unit": (
        "oversized",
        "size: 5MB",
        "size: expected a size such as 200MiB, 64KiB, or a number of bytes, found '5MB'",
    ),
    "a size beyond what is sensible": (
        "oversized",
        "size: 2GiB",
        (
            "size: expected a size such as 200MiB, 64KiB, or a number of bytes, at most 1GiB, "
            "found '2GiB'"
        ),
    ),
    "a fault that never happens": (
        "hang",
        "probability: 0",
        f"probability: expected {LIKELY}, found 0",
    ),
    "more than certain": ("hang", "probability: 1.1", f"probability: expected {LIKELY}, found 1.1"),
    "less than never": ("hang", "probability: -1", f"probability: expected {LIKELY}, found -1"),
    "true for certain": (
        "hang",
        "probability: true",
        f"probability: expected {LIKELY}, found true",
    ),
    "a share in words": (
        "hang",
        "probability: 10%",
        f"probability: expected {LIKELY}, found '10%'",
    ),
    "a setting with its letters mixed up": (
        "rate_limited",
        "retry_aftr: 2s",
        (
            "a fixture has no key 'retry_aftr'. Did you mean 'retry_after'? Known are: name, when, "
            "visual, video, text, media, fault, latency, retry_after, probability"
        ),
    ),
    "a setting of another fault": (
        "server_error",
        "retry_after: 2s",
        "the fault 'server_error' has no setting 'retry_after'. Known are: probability",
    ),
}


@pytest.mark.parametrize(
    ("fault", "written", "problem"), WRONG_BESIDE.values(), ids=[*WRONG_BESIDE]
)
def test_a_mistake_beside_a_fault_is_told_with_its_line(
    fault: str, written: str, problem: str
) -> None:
    assert beside(fault, written)[1] == [f"f.yaml:6: {problem}"]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "retry_after: 2s",
            "retry_after goes with the fault rate_limited, and no fault stands here",
        ),
        (
            "delay: 2s",
            "delay goes with the fault hang or slow or late or reordered, and no fault stands here",
        ),
        ("probability: 0.5", "probability goes with a fault, and no fault stands here"),
    ],
)
def test_a_setting_without_a_fault_is_told_with_the_faults_that_have_it(
    written: str, problem: str
) -> None:
    assert script(f"visual: {{}}\n    {written}")[1] == [f"f.yaml:6: {problem}"]


def test_beside_a_fault_that_nobody_knows_no_setting_is_a_second_mistake() -> None:
    [problem] = beside("rate_limitd", "retry_after: soon")[1]
    assert problem.startswith("f.yaml:5: fault: expected one of ")


WRONG: dict[str, tuple[str, str]] = {
    "an unknown class": (
        "visual: {gun_in_han: 0.9}",
        "'gun_in_han' is no visual class. Did you mean 'gun_in_hand'?",
    ),
    "a class like no other": (
        "visual: {zzz: 0.9}",
        (
            "'zzz' is no visual class. 116 are known, such as general_not_nsfw_not_suggestive, "
            "general_nsfw, general_suggestive, no_female_underwear and 112 more"
        ),
    ),
    "a score above 1": (
        "visual: {gun_in_hand: 1.01}",
        "gun_in_hand: expected a score from 0 to 1, found 1.01",
    ),
    "a score below 0": (
        "visual: {gun_in_hand: -0.1}",
        "gun_in_hand: expected a score from 0 to 1, found -0.1",
    ),
    "a score that is a word": (
        "visual: {gun_in_hand: high}",
        "gun_in_hand: expected a score from 0 to 1, found 'high'",
    ),
    "a score without a number": (
        "visual: {gun_in_hand: .nan}",
        "gun_in_hand: expected a score from 0 to 1, found '.nan'",
    ),
    "a head above 1": (
        "visual: {gun_in_hand: 0.9, no_gun: 0.2}",
        (
            "visual: the scores of the head 'gun' (gun_in_hand, no_gun) sum to 1.1: "
            "at most 1 is possible"
        ),
    ),
    "a whole head below 1": (
        "visual: {yes_bra: 0.4, no_bra: 0.2}",
        (
            "visual: every class of the head 'bra' is scripted, and they sum to 0.6: "
            "they must sum to 1"
        ),
    ),
    "scores in a list": ("visual: [0.9]", "visual: expected a mapping, found [0.9]"),
    "an unknown text class": (
        "text: {sexuall: 2}",
        "'sexuall' is no text class. Did you mean 'sexual'?",
    ),
    "a severity that nothing has": (
        "text: {sexual: 4}",
        "sexual: expected a severity of -1, 0, 1, 2, 3, found 4",
    ),
    "a severity that this class lacks": (
        "text: {spam: 2}",
        "spam: expected a severity of -1, 0, 3, found 2",
    ),
    "a severity that is a word": (
        "text: {spam: high}",
        "spam: expected a severity of -1, 0, 3, found 'high'",
    ),
    "a language in small letters": (
        "text: {language: en}",
        "language: expected two capital letters such as EN, or UNSUPPORTED, found 'en'",
    ),
    "a language in three letters": (
        "text: {language: ENG}",
        "language: expected two capital letters such as EN, or UNSUPPORTED, found 'ENG'",
    ),
    "a language with a digit": (
        "text: {language: A1}",
        "language: expected two capital letters such as EN, or UNSUPPORTED, found 'A1'",
    ),
    "matches without a list": ("text: {urls: 3}", "urls: expected a list, found 3"),
    "a match that is a word": ("text: {urls: [a]}", "urls: expected a mapping, found 'a'"),
    "a match with an unknown key": (
        "text: {urls: [{value: a, start_index: 0, end_index: 1, type: t, tpe: u}]}",
        (
            "a match has no key 'tpe'. Did you mean 'type'? "
            "Known are: value, start_index, end_index, type"
        ),
    ),
    "a match that ends before it starts": (
        "text: {urls: [{value: a, start_index: 9, end_index: 3, type: t}]}",
        "end_index: expected a number after 'start_index'",
    ),
    "a match at a fraction": (
        "text: {urls: [{value: a, start_index: 0, end_index: 1.5, type: t}]}",
        "end_index: expected a whole number from 0 to 1000000000, found 1.5",
    ),
    "a timeline without frames": ("video: {between: hold}", "video needs the key 'frames'"),
    "a timeline of no frames": (
        "video: {frames: []}",
        "frames: expected at least one frame, such as {at: 0s}",
    ),
    "frames that are none": ("video: {frames: 3}", "frames: expected a list, found 3"),
    "a frame at no moment": ("video: {frames: [{no_gun: 1}]}", "a frame needs the key 'at'"),
    "a frame before its time": (
        "video: {frames: [{at: 2s}, {at: 2s}]}",
        "at: expected a moment after that of the frame before",
    ),
    "a frame of an unknown class": (
        "video: {frames: [{at: 0s, gun_in_hnd: 1}]}",
        "'gun_in_hnd' is no visual class. Did you mean 'gun_in_hand'?",
    ),
    "a frame with too much in a head": (
        "video: {frames: [{at: 0s, no_gun: 0.9, gun_in_hand: 0.9}]}",
        (
            "visual: the scores of the head 'gun' (no_gun, gun_in_hand) sum to 1.8: "
            "at most 1 is possible"
        ),
    ),
    "something else between frames": (
        "video: {between: linaer, frames: [{at: 0s}]}",
        "between: expected one of hold, linear, found 'linaer'. Did you mean 'linear'?",
    ),
    "an unknown fact": (
        "media: {heigth: 3}",
        (
            "media has no key 'heigth'. Did you mean 'height'? "
            "Known are: width, height, mimetype, duration"
        ),
    ),
    "a picture without width": (
        "media: {width: 0}",
        "width: expected a whole number from 1 to 100000, found 0",
    ),
    "a trouble with its letters mixed up": (
        "fault: rate_limitd",
        f"fault: expected one of {FAULTS}, found 'rate_limitd'. Did you mean 'rate_limited'?",
    ),
    "a trouble with its letters mixed up beside its own setting": (
        "fault: rate_limitd\n    retry_after: soon",
        f"fault: expected one of {FAULTS}, found 'rate_limitd'. Did you mean 'rate_limited'?",
    ),
    "a trouble that is none": ("fault: boom", f"fault: expected one of {FAULTS}, found 'boom'"),
    "a latency that is no duration": (
        "latency: soon",
        f"latency: expected {DURATION}, found 'soon'",
    ),
}


@pytest.mark.parametrize(("carried", "problem"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_line_and_what_was_expected(carried: str, problem: str) -> None:
    assert script(carried)[1] == [f"f.yaml:5: {problem}"]


@pytest.mark.parametrize("key", ["visual", "video", "text", "media"])
def test_a_script_that_was_left_empty_is_told(key: str) -> None:
    """`visual:` with nothing behind it would otherwise script nothing, and hide what follows."""
    [problem] = script(f"{key}:")[1]
    assert problem.startswith(f"f.yaml:5: {key}: expected a mapping")


def test_a_match_that_lacks_everything_is_told_key_by_key() -> None:
    _, problems = script("text: {urls: [{}]}")
    assert problems == [
        f"f.yaml:5: a match needs the key {key!r}"
        for key in ("value", "start_index", "end_index", "type")
    ]


def test_every_wrong_class_of_a_script_is_told_at_its_own_line() -> None:
    _, problems = script("visual:\n      gun_in_han: 0.9\n      yes_bra: 2\n      yes_bro: 0.1")
    assert problems == [
        "f.yaml:6: 'gun_in_han' is no visual class. Did you mean 'gun_in_hand'?",
        "f.yaml:7: yes_bra: expected a score from 0 to 1, found 2",
        "f.yaml:8: 'yes_bro' is no visual class. Did you mean 'yes_bra'?",
    ]


def when(written: str) -> tuple[object, list[str]]:
    """The patterns of `when`, whose keys stand on the fourth line and on, and the problems."""
    lines = "".join(f"      {line}\n" for line in written.splitlines())
    text = f"fixtures:\n  - name: a\n    when:\n{lines}    visual: {{}}\n"
    fixtures, problems = fixtures_of(text)
    return (dict(fixtures[0].when.patterns) if fixtures else None), problems


def test_each_key_of_when_makes_its_sort_of_pattern() -> None:
    patterns, problems = when(
        f"url: '*/a.jpg'\nurl_full: '*?b=1'\nfilename: c*\nsha256: {'AB' * 32}\ntext: d\n"
        "text_contains: [e, f]\nmetadata: g\nproject: h"
    )
    assert problems == []
    assert patterns == {
        "url": (Glob("*/a.jpg"),),
        "url_full": (Glob("*?b=1"),),
        "filename": (Glob("c*"),),
        "sha256": (Is("ab" * 32),),
        "text": (Is("d"),),
        "text_contains": (Contains("e"), Contains("f")),
        "metadata": (Is("g"),),
        "project": (Is("h"),),
    }


def test_text_matches_is_a_regular_expression_found_anywhere() -> None:
    patterns, problems = when("text_matches: 'b+c'")
    assert problems == []
    assert isinstance(patterns, dict)
    [pattern] = patterns["text_matches"]
    assert isinstance(pattern, Matches)
    assert pattern.difference("abbbc") is None
    assert pattern.difference("ac") == "'ac' does not match the expression 'b+c'"


def _no_expression(why: str, found: str) -> str:
    expected = f"expected a regular expression in RE2 syntax ({why})"
    return f"f.yaml:4: text_matches: {expected}, found {found}"


WRONG_WHEN: dict[str, tuple[str, str]] = {
    "an unknown key": (
        "urll: x",
        f"f.yaml:4: when has no key 'urll'. Did you mean 'url'? Known are: {WHEN_KEYS}",
    ),
    "an empty text": (
        "text: ''",
        "f.yaml:4: text: expected a text that is not empty, found ''",
    ),
    "a number": (
        "text: 12",
        "f.yaml:4: text: expected a text (put it in quotes if it looks like a number), found 12",
    ),
    "an empty list": (
        "url: []",
        "f.yaml:4: url: expected a text, or a list with at least one, found []",
    ),
    "a group left open": (
        "text_matches: '('",
        _no_expression("missing ): (", "'('"),
    ),
    "a look ahead": (
        "text_matches: '(?=a)'",
        _no_expression("invalid perl operator: (?=", "'(?=a)'"),
    ),
    "a back reference": (
        "text_matches: '(a)\\1'",
        _no_expression("invalid escape sequence: \\1", "'(a)\\\\1'"),
    ),
    "one bad expression of two": (
        "text_matches: [ok, '[']",
        _no_expression("missing ]: [", "'['"),
    ),
    "a digest of another length": (
        "sha256: abc",
        "f.yaml:4: sha256: expected the 64 hexadecimal digits of a digest, found 'abc'",
    ),
}


@pytest.mark.parametrize(("written", "problem"), WRONG_WHEN.values(), ids=WRONG_WHEN)
def test_a_mistake_in_when_is_told_with_its_line(written: str, problem: str) -> None:
    assert when(written)[1] == [problem]


@pytest.mark.parametrize("written", ["{}", "", "~"], ids=["braces", "nothing", "null"])
def test_an_empty_when_is_told(written: str) -> None:
    fixtures, problems = fixtures_of(
        f"fixtures:\n  - name: a\n    when: {written}\n    visual: {{}}\n"
    )
    assert fixtures == []
    assert problems == [f"f.yaml:3: when is empty: it needs at least one of {WHEN_KEYS}"]


def test_a_when_that_is_no_mapping_is_told() -> None:
    fixtures, problems = fixtures_of("fixtures:\n  - name: a\n    when: '*.jpg'\n    visual: {}\n")
    assert fixtures == []
    assert problems == ["f.yaml:3: when: expected a mapping, found '*.jpg'"]


def test_an_expression_that_would_take_for_ever_elsewhere_ends() -> None:
    assert compile_regex("(a+)+$").search("a" * 5000 + "b") is None
