"""The `response` of the visual model."""

import json
from dataclasses import replace
from math import fsum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.access import Project
from emulator.core.media import of_url
from emulator.core.model import Kind, Media, Submission, VisualPrediction
from emulator.core.prediction.completion import complete
from emulator.core.prediction.invention import BACKGROUNDS, Draw, invented_heads, quiet_heads
from emulator.core.rendering.task import Renderer
from emulator.core.taxonomy.visual import DOCS, RECORDED_2023_03, Head
from tests.core.rendering.done import PROJECT, Done

PICTURE = of_url("https://any.test/a.jpg?b=c")
OLD = replace(PROJECT, taxonomy=RECORDED_2023_03)
FURRY = replace(
    PROJECT, taxonomy=DOCS.with_heads([Head("furry", ('furry-"no"', "furry-yes"), 'furry-"no"')])
)
PROJECTS = pytest.mark.parametrize("project", [PROJECT, OLD, FURRY], ids=["docs", "2023", "furry"])


def rendered(
    renderer: Renderer,
    prediction: VisualPrediction,
    media: Media = PICTURE,
    project: Project = PROJECT,
) -> dict[str, Any]:
    answer = json.loads(renderer.answer(Done(Submission(media=media), prediction, project)))
    response = answer["status"][0]["response"]
    assert isinstance(response, dict)
    return response


def scores(response: dict[str, Any]) -> dict[str, float]:
    return {entry["class"]: entry["score"] for entry in response["output"][0]["classes"]}


def test_the_response_has_the_recorded_keys_in_the_recorded_order(renderer: Renderer) -> None:
    response = rendered(renderer, VisualPrediction(0))
    assert list(response) == ["input", "output"]
    assert list(response["input"]) == [
        "id",
        "charge",
        "model",
        "model_version",
        "model_type",
        "created_on",
        "media",
        "user_id",
        "project_id",
        "config_version",
        "config_tag",
    ]
    assert list(response["output"][0]) == ["time", "classes"]
    assert [len(response["output"]), response["output"][0]["time"]] == [1, 0]
    assert list(response["output"][0]["classes"][0]) == ["class", "score"]


def test_the_fixed_values_are_those_of_the_recording(renderer: Renderer) -> None:
    told = rendered(renderer, VisualPrediction(0))["input"]
    assert (told["charge"], told["model"], told["model_version"]) == (0.003, "mod55_dense", 1)
    assert (told["model_type"], told["config_version"]) == ("CATEGORIZATION", 1)
    assert told["config_tag"] == "default"


@pytest.mark.parametrize(
    ("media", "told"),
    [
        (
            PICTURE._replace(width=640, height=480),
            {
                "url": "https://any.test/a.jpg?b=c",
                "filename": "a.jpg",
                "type": "PHOTO",
                "mime_type": "jpeg",
                "mimetype": "image/jpeg",
                "width": 640,
                "height": 480,
                "num_frames": 1,
                "duration": 0,
            },
        ),
        (
            Media(Kind.PICTURE, "png", "image/png", "no extension", width=3, height=2),
            {
                "url": None,
                "filename": "no extension",
                "type": "PHOTO",
                "mime_type": "png",
                "mimetype": "image/png",
                "width": 3,
                "height": 2,
                "num_frames": 1,
                "duration": 0,
            },
        ),
    ],
    ids=["address", "upload"],
)
def test_a_medium_is_told_with_its_address_or_null_and_all_its_facts(
    renderer: Renderer, media: Media, told: dict[str, Any]
) -> None:
    found = rendered(renderer, VisualPrediction(0), media)["input"]["media"]
    assert list(found.items()) == list(told.items())


def test_a_prediction_without_a_medium_has_none(renderer: Renderer) -> None:
    answer = json.loads(renderer.answer(Done(Submission("hello"), VisualPrediction(0))))
    assert answer["status"][0]["response"]["input"]["media"] is None


@given(st.text(st.characters() | st.characters(categories=["Cs", "Cc"])))
def test_any_address_and_file_name_are_written_in_valid_json(renderer: Renderer, text: str) -> None:
    media = PICTURE._replace(url=text, filename=text)
    told = rendered(renderer, VisualPrediction(0), media)["input"]["media"]
    assert told["url"] == told["filename"]
    assert told["url"].encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")


@PROJECTS
def test_every_class_of_the_projects_taxonomy_is_answered_in_its_order(
    renderer: Renderer, project: Project
) -> None:
    found = rendered(renderer, VisualPrediction(3), project=project)
    assert tuple(scores(found)) == project.taxonomy.classes


@PROJECTS
@settings(max_examples=30)
@given(background=st.integers(0, BACKGROUNDS - 1), content=st.text(max_size=9))
def test_every_head_of_every_picture_sums_to_1(
    renderer: Renderer, draw: Draw, project: Project, background: int, content: str
) -> None:
    heads = invented_heads(project.taxonomy, draw, content)
    found = scores(rendered(renderer, VisualPrediction(background, heads), project=project))
    for head in project.taxonomy.heads:
        assert abs(fsum(found[name] for name in head.classes) - 1) <= 1e-9


@settings(max_examples=30)
@given(
    background=st.integers(0, BACKGROUNDS - 1),
    name=st.sampled_from(DOCS.classes),
    score=st.floats(0, 1),
)
def test_a_scripted_head_stands_over_its_background_and_every_score_is_the_double_it_was(
    renderer: Renderer, draw: Draw, background: int, name: str, score: float
) -> None:
    heads = complete(DOCS, {name: score})
    found = scores(rendered(renderer, VisualPrediction(background, heads)))
    quiet = dict(enumerate(quiet_heads(DOCS, draw, background)))
    expected = [value for values in (quiet | heads).values() for value in values]
    assert list(found.values()) == expected
    assert found[name] == score


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, BACKGROUNDS - 1), st.booleans()), max_size=10))
def test_what_was_written_before_does_not_matter(
    renderer: Renderer, draw: Draw, sequence: list[tuple[int, bool]]
) -> None:
    fresh = Renderer(draw)
    for background, scripted in sequence:
        heads = complete(DOCS, {"gun_in_hand": 0.75}) if scripted else {}
        task = Done(Submission(media=PICTURE), VisualPrediction(background, heads))
        assert fresh.answer(task) == renderer.answer(task)


def test_a_callback_shows_what_the_answer_shows(renderer: Renderer) -> None:
    task = Done(Submission(media=PICTURE), VisualPrediction(9, complete(DOCS, {"yes_nazi": 0.5})))
    answer, callback = json.loads(renderer.answer(task)), json.loads(renderer.callback(task))
    assert answer["status"] == callback["status"]
