"""Answers as conditions look at them, and whatever is not as it should be."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.answer import Answer
from emulator.core.conditions import Count
from emulator.core.conditions.texts import Profanity
from emulator.core.model import NOTHING_FOUND, Match


def answer(response: Any, **more: Any) -> Answer:
    return Answer({"status": [{"response": response}], **more})


def classes(**scores: float) -> list[dict[str, Any]]:
    return [{"class": name, "score": score} for name, score in scores.items()]


def test_a_picture_has_one_frame_of_scores_and_is_no_text() -> None:
    facts = answer({"input": {"media": {}}, "output": [{"time": 0, "classes": classes(a=0.5)}]})
    assert facts.visual == [{"a": 0.5}]
    assert (facts.severities, facts.text, facts.language) == (None, None, None)
    assert facts.found is NOTHING_FOUND


def test_a_video_has_as_many_frames_as_its_output() -> None:
    facts = answer({"output": [{"classes": classes(a=0)}, {"classes": classes(a=1)}]})
    assert facts.visual == [{"a": 0}, {"a": 1}]


PHONE = {"value": " 617-768-2274.", "start_index": 80, "end_index": 94, "type": "U.S. Phone Number"}


def test_a_text_has_severities_matches_and_a_language() -> None:
    facts = answer(
        {
            "input": {"text": "hello"},
            "language": "EN",
            "pii_entities": [PHONE],
            "text_filters": [{"value": "ASS", "type": "profanity"}],
            "custom_classes": [],
            "output": [{"classes": classes(hate=2)}],
        }
    )
    assert (facts.severities, facts.text, facts.language) == ({"hate": 2}, "hello", "EN")
    assert facts.visual is None
    assert facts.found.pii_entities == (Match(" 617-768-2274.", 80, 94, "U.S. Phone Number"),)
    assert facts.found.text_filters == (Match("ASS", 0, 0, "profanity"),)


def test_what_was_sent_along_is_known_and_nothing_of_the_patron() -> None:
    facts = answer({}, metadata={"room": 4})
    assert facts.content_metadata == {"room": 4}
    assert answer({}, metadata="room 4").content_metadata == {}
    assert (facts.patron_metadata, facts.patron_states) == ({}, ())


def test_a_count_counts_the_answer_itself() -> None:
    count = Count(Profanity(), timedelta(hours=1), 1)
    swearing = {"input": {"text": "ass"}, "text_filters": [{"value": "ASS", "type": "profanity"}]}
    assert [answer(one).count(count) for one in (swearing, {})] == [1, 0]


def test_a_text_without_output_has_no_severities() -> None:
    assert answer({"input": {"text": ""}}).severities == {}


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["status", "response", "output", "classes", "class", "score", "input", "text"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(ODD)
def test_whatever_an_answer_is_asking_it_is_safe(parsed: Any) -> None:
    facts = Answer(parsed)
    for name in ("visual", "severities", "found", "language", "content_metadata"):
        getattr(facts, name)


@pytest.mark.parametrize("parsed", [None, [], {"return_code": 400}, {"status": [None]}])
def test_an_answer_without_a_result_shows_nothing(parsed: Any) -> None:
    assert Answer(parsed).visual is None
