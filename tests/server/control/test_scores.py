"""What a model said, by head and by class."""

from typing import Any

import httpx
import pytest

from emulator.core.taxonomy.visual import DOCS
from emulator.server.control.scores import MOST

SYNC, ASYNC = "/api/v2/task/sync", "/api/v2/task/async"


def scores(client: httpx.Client, key: str, path: str = SYNC, **fields: str) -> Any:
    headers = {"authorization": f"Token {key}-key"}
    told = client.post(path, headers=headers, data=fields).json()
    task = told.get("task_id") or told["id"]
    answer = client.get(f"/_emulator/tasks/{task}/scores")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_head_is_there_in_its_order_and_sums_to_one(client: httpx.Client) -> None:
    told = scores(client, "visual", url="https://cdn.test/hive-gun_in_hand.jpg")
    heads = told["visual"]["heads"]
    assert [head["head"] for head in heads] == [head.name for head in DOCS.heads]
    [frame] = told["visual"]["frames"]
    left = iter(frame["scores"])
    for head in heads:
        assert sum(next(left) for _ in head["classes"]) == pytest.approx(1, abs=1e-4)
    assert next(left, None) is None
    assert (told["scripted"], told["text"]) == (["gun_in_hand"], None)


def test_they_are_those_of_the_answer(client: httpx.Client) -> None:
    told = scores(client, "visual", url="https://cdn.test/any.jpg")
    answer = client.get(f"/_emulator/tasks/{told['task_id']}").json()["answer"]
    [output] = answer["status"][0]["response"]["output"]
    order = [name for head in told["visual"]["heads"] for name in head["classes"]]
    said = {one["class"]: one["score"] for one in output["classes"]}
    shown = dict(zip(order, told["visual"]["frames"][0]["scores"], strict=True))
    assert shown == pytest.approx(said, abs=1e-6)


def test_a_post_has_them_too_whose_answer_names_only_rules(client: httpx.Client) -> None:
    whose = {"patron_id": "ann", "post_id": "p1"}
    told = scores(client, "dashboard", text_data="hive-hate-2", **whose)
    assert {one["class"]: one["score"] for one in told["text"]["classes"]}["hate"] == 2
    assert told["scripted"] == ["hate"]


def test_what_was_found_in_a_text_is_placed_in_code_points(client: httpx.Client) -> None:
    told = scores(client, "text", text_data="🐝🐝 ann@example.com")["text"]
    [match] = [one for one in told["matches"] if one["sort"] == "pii_entities"]
    assert told["text"][match["start"] : match["end"]] == "ann@example.com"
    assert [one["severities"] for one in told["classes"] if one["class"] == "spam"] == [[0, 3]]


VIDEO = {"frames": [{"at": "0s"}, {"at": "10m", "knife_in_hand": 0.95}]}


def test_of_a_long_video_as_many_frames_are_told_as_can_be_seen(client: httpx.Client) -> None:
    fixture = {"when": {"filename": "a.mp4"}, "media": {"duration": "20m"}, "video": VIDEO}
    client.post("/_emulator/fixtures", json=fixture).raise_for_status()
    told = scores(client, "visual", ASYNC, url="https://cdn.test/a.mp4")
    frames = told["visual"]["frames"]
    assert (len(frames), told["visual"]["total"]) == (MOST, 1200)
    assert (frames[0]["time"], frames[-1]["time"]) == (0, pytest.approx(1199, abs=0.01))
    assert told["scripted"] == ["knife_in_hand"]
    order = [name for head in told["visual"]["heads"] for name in head["classes"]]
    knife = order.index("knife_in_hand")
    assert frames[0]["scores"][knife] < 0.1
    assert frames[-1]["scores"][knife] == 0.95


def test_what_nobody_scripted_names_no_class(client: httpx.Client) -> None:
    assert scores(client, "text", text_data="hello")["scripted"] == []
