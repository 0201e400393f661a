"""The `response` of the text model."""

import json
from dataclasses import replace
from itertools import islice, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.access import Project
from emulator.core.model import Found, Match, Submission, TextPrediction
from emulator.core.rendering.task import Renderer
from emulator.core.taxonomy.text import DOCS, LIVE_2026_01
from tests.core.rendering.done import CLEAN, PROJECT, Done

PROMOTED = replace(PROJECT, text_taxonomy=DOCS.with_promotions())
UTF16 = replace(PROJECT, utf16=True)
ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "So"]))


def rendered(
    renderer: Renderer,
    text: str | None = "hello",
    prediction: TextPrediction = CLEAN,
    project: Project = PROJECT,
) -> dict[str, Any]:
    answer = json.loads(renderer.answer(Done(Submission(text), prediction, project)).decode())
    response = answer["status"][0]["response"]
    assert isinstance(response, dict)
    return response


def test_the_response_has_the_recorded_keys_in_the_recorded_order(renderer: Renderer) -> None:
    response = rendered(renderer)
    assert list(response) == [
        "input",
        "custom_classes",
        "text_filters",
        "pii_entities",
        "urls",
        "language",
        "moderated_classes",
        "output",
    ]
    assert list(response["input"]) == [
        "hash",
        "inference_client_version",
        "model",
        "model_type",
        "model_version",
        "text",
        "id",
        "created_on",
        "user_id",
        "project_id",
        "charge",
    ]
    assert response["input"]["model_type"] == "TEXT_CLASSIFICATION"
    assert isinstance(response["input"]["charge"], float)


def test_a_clean_text_is_answered_as_the_documents_print_it(renderer: Renderer) -> None:
    response = rendered(
        renderer, project=PROMOTED, prediction=TextPrediction((3, 2, 0, 0, 0, 3), "EN")
    )
    assert response["moderated_classes"] == [
        "sexual",
        "hate",
        "violence",
        "bullying",
        "spam",
        "promotions",
    ]
    assert response["output"] == [
        {
            "time": 0,
            "start_char_index": 0,
            "end_char_index": 5,
            "classes": [
                {"class": "spam", "score": 3},
                {"class": "sexual", "score": 2},
                {"class": "hate", "score": 0},
                {"class": "violence", "score": 0},
                {"class": "bullying", "score": 0},
                {"class": "promotions", "score": 3},
            ],
        }
    ]
    assert list(response["output"][0]) == ["time", "start_char_index", "end_char_index", "classes"]
    assert [response[key] for key in ("custom_classes", "text_filters", "pii_entities")] == [[]] * 3
    assert (response["urls"], response["language"]) == ([], "EN")


def test_scores_are_whole_numbers(renderer: Renderer) -> None:
    assert b'"score":0}' in renderer.answer(Done())
    assert b'"score":-1}' in renderer.answer(Done(prediction=TextPrediction((-1,) * 5, "EN")))


@given(ANY_TEXT)
def test_any_text_is_echoed_in_valid_json_and_measured(renderer: Renderer, text: str) -> None:
    echoed = rendered(renderer, text)["input"]["text"]
    assert echoed.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert rendered(renderer, text)["output"][0]["end_char_index"] == len(text)
    assert rendered(renderer, text, project=UTF16)["output"][0]["end_char_index"] == units


@given(ANY_TEXT, ANY_TEXT)
def test_the_hash_is_32_hexadecimal_digits_that_stand_for_the_text(
    renderer: Renderer, one: str, other: str
) -> None:
    first, second = (rendered(renderer, text)["input"]["hash"] for text in (one, other))
    assert len(first) == 32
    assert int(first, 16) >= 0
    assert (first == second) == (one == other)


def test_what_was_found_stands_in_its_own_array(renderer: Renderer) -> None:
    found = Found(
        text_filters=(Match("ASS", 2, 5, "profanity"),),
        pii_entities=(Match("A@B.TEST", 6, 14, "Email Address"),),
        custom_classes=(Match("acme", 15, 19, "competitor"),),
        urls=(Match("www.a.test", 20, 30, "url"),),
    )
    text = "😀 ass a@b.test acme www.a.test"
    response = rendered(renderer, text, TextPrediction((0,) * 5, "EN", found))
    keys = ("text_filters", "pii_entities", "custom_classes", "urls")
    assert [(entry["value"], entry["start_index"]) for key in keys for entry in response[key]] == [
        ("ASS", 2),
        ("A@B.TEST", 6),
        ("acme", 15),
        ("www.a.test", 20),
    ]
    in_units = rendered(renderer, text, TextPrediction((0,) * 5, "EN", found), UTF16)
    assert in_units["text_filters"] == [
        {"value": "ASS", "start_index": 3, "end_index": 6, "type": "profanity"}
    ]


@pytest.mark.parametrize("severities", [(-1,) * 5, (-1, -1, 2, -1, -1)])
def test_in_an_unsupported_language_nothing_is_moderated(
    renderer: Renderer, severities: tuple[int, ...]
) -> None:
    response = rendered(renderer, prediction=TextPrediction(severities, "UNSUPPORTED"))
    assert (response["language"], response["moderated_classes"]) == ("UNSUPPORTED", [])


def test_classes_that_a_language_does_not_have_are_not_among_the_moderated(
    renderer: Renderer,
) -> None:
    dutch = rendered(renderer, prediction=TextPrediction((-1, 0, 1, 0, 0), "NL"))
    assert dutch["moderated_classes"] == ["sexual", "hate", "violence", "bullying"]
    assert rendered(renderer)["moderated_classes"][-1] == "spam"


def test_the_classes_are_those_of_the_project(renderer: Renderer) -> None:
    live = replace(PROJECT, text_taxonomy=LIVE_2026_01)
    response = rendered(renderer, prediction=TextPrediction((0,) * 19, "EN"), project=live)
    named = [entry["class"] for entry in response["output"][0]["classes"]]
    assert named == list(LIVE_2026_01.classes) == response["moderated_classes"]


def test_more_severities_than_are_remembered_are_still_all_written(renderer: Renderer) -> None:
    live = replace(PROJECT, text_taxonomy=LIVE_2026_01)
    for last in islice(product(range(4), repeat=7), 4100):
        severities = (-1,) * 12 + last
        response = rendered(renderer, "", TextPrediction(severities, "EN"), live)
        written = tuple(entry["score"] for entry in response["output"][0]["classes"])
        assert written == severities
        assert response["moderated_classes"] == list(LIVE_2026_01.moderated[12:])


def test_a_submission_without_text_is_an_empty_one(renderer: Renderer) -> None:
    assert rendered(renderer, None) == rendered(renderer, "")
