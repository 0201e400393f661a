"""The `response` of the visual model for a video."""

import json
from dataclasses import replace
from math import fsum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.access import Project
from emulator.core.media import of_url, with_facts
from emulator.core.model import (
    Keyframe,
    MediaScript,
    Script,
    Submission,
    VideoPrediction,
    VideoScript,
)
from emulator.core.prediction.invention import Draw
from emulator.core.prediction.scores import Scores
from emulator.core.prediction.scoring import Scorer
from emulator.core.rendering.task import Renderer
from emulator.core.taxonomy.visual import DOCS, RECORDED_2023_03, Head
from tests.core.rendering.done import PROJECT, Done

OLD = replace(PROJECT, taxonomy=RECORDED_2023_03, fps=2)
FURRY = replace(
    PROJECT, taxonomy=DOCS.with_heads([Head("furry", ("furry-no", "furry-yes"), "furry-no")])
)
PROJECTS = pytest.mark.parametrize("project", [PROJECT, OLD, FURRY], ids=["docs", "2023", "furry"])
SCRIPTS = {
    "nothing": None,
    "one class everywhere": Script(visual={"gun_in_hand": 0.97}),
    "the first and the last head everywhere": Script(
        visual={"general_nsfw": 0.5, "yes_qr_code": 0.5, "yes_religious_icon": 0.5}
    ),
    "heads side by side": Script(visual={"yes_female_underwear": 0.9, "yes_male_underwear": 0.8}),
    "a timeline that holds": Script(
        video=VideoScript((Keyframe(0, {}), Keyframe(3, {"yes_pills": 0.9}), Keyframe(5, {})))
    ),
    "a timeline in lines": Script(
        video=VideoScript((Keyframe(1, {"yes_nazi": 0.2}), Keyframe(6, {"no_gun": 0.1})), True)
    ),
}
SCRIPTED = pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)


def lasting(seconds: float) -> Submission:
    media = of_url("https://cdn.test/a.mp4")
    return Submission(
        media=with_facts(media, MediaScript(duration=seconds)), callback_url="http://me.test/"
    )


def predicted(draw: Draw, submission: Submission, project: Project, script: Script | None) -> Any:
    scorer = Scorer(draw)
    if script is None:
        return scorer.quiet_video(submission, project)
    return scorer.video(submission, project, script)


def response(body: bytes) -> Any:
    return json.loads(body)["status"][0]["response"]


def scores(frame: dict[str, Any]) -> dict[str, float]:
    return {one["class"]: one["score"] for one in frame["classes"]}


@PROJECTS
@SCRIPTED
def test_every_frame_has_every_class_in_its_order_and_each_head_sums_to_1(
    renderer: Renderer, draw: Draw, project: Project, script: Script | None
) -> None:
    submission = lasting(8)
    prediction = predicted(draw, submission, project, script)
    frames = response(renderer.answer(Done(submission, prediction, project)))["output"]
    assert len(frames) == 8 * project.fps
    for frame in frames:
        assert list(frame) == ["time", "classes"]
        found = scores(frame)
        assert tuple(found) == project.taxonomy.classes
        for head in project.taxonomy.heads:
            assert abs(fsum(found[name] for name in head.classes) - 1) < 1e-9


@PROJECTS
@SCRIPTED
def test_what_rules_look_at_is_what_is_written(
    renderer: Renderer, draw: Draw, project: Project, script: Script | None
) -> None:
    submission = lasting(7.5)
    prediction = predicted(draw, submission, project, script)
    frames = response(renderer.answer(Done(submission, prediction, project)))["output"]
    seen = Scores(draw).frames(prediction, project.taxonomy)
    assert [scores(frame) for frame in frames] == [dict(one) for one in seen]
    assert seen[-1] == seen[len(seen) - 1]
    assert seen[1:3] == [seen[1], seen[2]]


@SCRIPTED
def test_asynchronous_frames_are_the_same_with_their_number_and_their_picture(
    renderer: Renderer, draw: Draw, script: Script | None
) -> None:
    submission = lasting(8)
    done = Done(submission, predicted(draw, submission, PROJECT, script))
    plain = response(renderer.answer(done))["output"]
    frames = response(renderer.callback(done))["output"]
    assert list(frames[0]) == ["time", "classes", "media_link", "subtask_no"]
    assert list(frames[-1]) == ["time", "classes", "subtask_no"]
    for ordinal, (frame, same) in enumerate(zip(frames, plain, strict=True)):
        link = frame.pop("media_link", None)
        last = ordinal == len(frames) - 1
        assert link == (None if last else f"https://frames.invalid/{done.id}/{ordinal}.jpg")
        assert frame.pop("subtask_no") == ordinal
        assert frame == same


@settings(max_examples=20)
@given(st.integers(0, 12), st.integers(0, 12))
def test_some_frames_are_those_of_all(
    renderer: Renderer, draw: Draw, begin: int, length: int
) -> None:
    submission = lasting(8)
    script = SCRIPTS["a timeline that holds"]
    done = Done(submission, predicted(draw, submission, PROJECT, script))
    every = response(renderer.callback(done))["output"]
    some = response(renderer.callback(done, slice(begin, begin + length)))["output"]
    assert some == every[begin : begin + length]


def test_a_long_video_has_its_time_stamps_to_the_end(renderer: Renderer, draw: Draw) -> None:
    submission = lasting(200)
    done = Done(submission, predicted(draw, submission, PROJECT, None))
    times = [frame["time"] for frame in response(renderer.answer(done))["output"]]
    assert times[:3] == [0, 0.9676333333333333, 1.9686333333333335]
    assert len(times) == 200
    assert times == [frame["time"] for frame in response(renderer.callback(done))["output"]]
    assert times[199] == pytest.approx(199, abs=1 / 29.9)


def test_the_charge_is_that_of_a_picture_for_each_frame(renderer: Renderer, draw: Draw) -> None:
    submission = lasting(34)
    done = Done(submission, predicted(draw, submission, PROJECT, None))
    assert b'"charge":0.10200000000000001,' in renderer.answer(done)
    media = response(renderer.answer(done))["input"]["media"]
    assert (media["type"], media["duration"], media["num_frames"]) == ("VIDEO", 34, 1019)


def test_quiet_frames_differ_from_each_other_and_not_from_run_to_run(
    renderer: Renderer, draw: Draw
) -> None:
    submission = lasting(10)
    done = Done(submission, predicted(draw, submission, PROJECT, None))
    frames = response(renderer.answer(done))["output"]
    assert len({json.dumps(frame["classes"]) for frame in frames}) == 10
    assert renderer.answer(done) == Renderer(draw).answer(
        Done(submission, predicted(draw, submission, PROJECT, None))
    )


def test_more_samplings_than_are_remembered_change_nothing(renderer: Renderer, draw: Draw) -> None:
    submission = lasting(2)
    done = Done(submission, predicted(draw, submission, PROJECT, None))
    before = renderer.answer(done)
    prediction: VideoPrediction = done.prediction  # type: ignore[assignment]
    for fps in range(1, 70):
        other = prediction._replace(sampling=prediction.sampling._replace(fps=fps / 4))
        renderer.answer(replace(done, prediction=other))
    for place in range(20):
        name = DOCS.heads[place].classes[0]
        script = Script(visual={name: 0.5})
        whole = predicted(draw, lasting(60), PROJECT, script)
        renderer.answer(Done(lasting(60), whole))
    assert renderer.answer(done) == before
