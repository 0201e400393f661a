"""Media over HTTP: uploads and addresses, pictures and videos, whole and broken."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from emulator import run
from tests.support.films import film, picture, sound
from tests.support.lives import ASYNC, SYNC, World, client_of
from tests.support.pictures import gif, png
from tests.support.receiver import Receiver

VISUAL = {"authorization": "Token visual-key"}
FILM = "https://cdn.test/a.mp4"


@pytest.fixture
def world(client: httpx.Client, receiver: Receiver) -> World:
    return World(client, receiver)


def upload(world: World, content: bytes, name: str = "holiday.jpg") -> Any:
    return world.call("submit_sync", files={"media": (name, content, "image/jpeg")})


def media(answer: httpx.Response) -> Any:
    return answer.json()["status"][0]["response"]["input"]["media"]


def output(answer: Any) -> Any:
    return answer["status"][0]["response"]["output"]


def score(frame: Any, name: str) -> float:
    found: float = next(one["score"] for one in frame["classes"] if one["class"] == name)
    return found


BROKEN = {
    "a zip named jpg": (b"PK\x03\x04rest", 3100, "Unsupported media type: this is a zip archive."),
    "a PDF": (b"%PDF-1.7", 3100, "this is a PDF document"),
    "a HEIC": (b"\0\0\0\x18ftypheic", 3100, "HEIC or AVIF"),
    "noise": (b"\x01\x02\x03\x04", 3100, "01 02 03 04"),
    "a cut video": (film("mp4")[:-100], 3300, "The file is corrupt: this is video/mp4, but it is"),
    "a cut picture": (png()[:12], 3300, "it is cut off"),
    "a bomb": (png()[:16] + b"\0\1\0\0" * 2 + png()[24:], 3200, "65536 x 65536 pixels"),
}


@pytest.mark.parametrize(("content", "code", "words"), BROKEN.values(), ids=BROKEN)
def test_bytes_that_cannot_be_looked_at_fail_the_task_as_a_download_does(
    world: World, content: bytes, code: int, words: str
) -> None:
    answer = upload(world, content)
    assert answer.status_code == 200
    assert list(answer.json()) == ["return_code", "message"]
    assert answer.json()["return_code"] == 400
    assert words in answer.json()["message"]
    files = {"media": ("a.jpg", content)}
    task_id = world.submit(files=files)
    world.run_until_idle()
    called = world.receiver.next().json()
    assert (called["id"], called["error_code"]) == (task_id, code)
    assert called["status"][0]["status"]["code"] == str(code)
    assert world.task(task_id)["error_code"] == code


def test_such_a_failure_may_have_the_status_of_the_table() -> None:
    with run(port=0, error_status="documented") as server, client_of(server.url) as client:
        answer = client.post(SYNC, headers=VISUAL, files={"media": b"PK\x03\x04"})
    assert (answer.status_code, answer.json()["return_code"]) == (400, 400)


def test_an_uploaded_video_is_answered_frame_by_frame(world: World) -> None:
    answer = upload(world, film("mp4", frames=60, size=(64, 32)), "holiday.mp4")
    told = media(answer)
    assert told == {
        "url": None,
        "filename": "holiday.mp4",
        "type": "VIDEO",
        "mime_type": "mp4",
        "mimetype": "video/mp4",
        "width": 64,
        "height": 32,
        "num_frames": 60,
        "duration": 2.4,
    }
    assert [frame["time"] for frame in output(answer.json())] == [0, 1, 2]
    assert list(output(answer.json())[0]) == ["time", "classes"]


def test_a_picture_that_moves_is_one_picture(world: World) -> None:
    answer = upload(world, picture("gif", delays=(100, 200)), "holiday.gif")
    told = media(answer)
    assert (told["type"], told["num_frames"], told["duration"]) == ("PHOTO", 2, 0.3)
    assert [frame["time"] for frame in output(answer.json())] == [0]


def test_a_video_in_which_nothing_is_to_be_seen_is_a_sound(world: World) -> None:
    answer = upload(world, sound("webm"), "holiday.webm")
    assert answer.status_code == 400
    assert "This is audio" in answer.json()["message"]


TIMELINE = {
    "name": "knife appears",
    "when": {"filename": "knife*.mp4"},
    "media": {"duration": "20s", "width": 640, "height": 360},
    "video": {
        "frames": [
            {"at": "0s"},
            {"at": "12s", "knife_in_hand": 0.95},
            {"at": "15s", "knife_in_hand": 0.1},
        ]
    },
}


def test_a_scripted_timeline_is_seen_from_its_moments_on(world: World) -> None:
    world.ask("POST", "fixtures", TIMELINE)
    answer = world.call("submit_sync", url="https://cdn.test/knife-1.mp4")
    told = media(answer)
    assert (told["duration"], told["width"], told["height"]) == (20, 640, 360)
    frames = output(answer.json())
    assert len(frames) == 20
    assert all(score(frame, "knife_in_hand") < 0.001 for frame in frames[:12])
    assert [score(frame, "knife_in_hand") for frame in frames[12:17]] == [0.95] * 3 + [0.1] * 2
    assert frames[12]["time"] == pytest.approx(12, abs=1 / 29)
    assert frames[12]["time"] <= 12


def test_a_step_may_carry_a_timeline_too(world: World) -> None:
    frames = [{"at": "0s"}, {"at": "4s", "yes_nazi": 1}]
    world.play({"on": "submit", "video": {"between": "linear", "frames": frames}})
    found = output(world.call("submit_sync", url=f"{FILM}?hive.duration=5s").json())
    assert [score(frame, "yes_nazi") for frame in found] == [0, 0.25, 0.5, 0.75, 1]


def test_a_timeline_on_a_picture_is_its_frame_at_0_and_scores_on_a_video_are_every_frame(
    world: World,
) -> None:
    world.ask("POST", "fixtures", {**TIMELINE, "when": {"filename": "knife*"}})
    picture = output(world.call("submit_sync", url="https://cdn.test/knife.jpg").json())
    assert [len(picture), score(picture[0], "knife_in_hand") < 0.001] == [1, True]
    video = output(world.call("submit_sync", url=f"{FILM}?hive.yes_nazi=0.9").json())
    assert {score(frame, "yes_nazi") for frame in video} == {0.9}
    assert len(video) == 30


def test_the_stand_in_for_a_video_shows_its_class_for_a_while(world: World) -> None:
    frames = output(world.call("submit_sync", url="https://cdn.test/hive-knife_in_hand.mp4").json())
    assert {score(frame, "knife_in_hand") for frame in frames} == {0.97}
    frames = output(world.call("submit_sync", url="https://cdn.test/hive-knife_at_12s.mp4").json())
    seen = [score(frame, "knife_in_hand") > 0.9 for frame in frames]
    assert seen == [False] * 12 + [True] * 3 + [False] * 15


def test_asynchronous_frames_have_their_number_and_their_picture(world: World) -> None:
    world.submit(url=f"{FILM}?hive.duration=3s")
    world.run_until_idle()
    frames = output(world.receiver.next().json())
    assert [list(frame)[2:] for frame in frames] == [
        ["media_link", "subtask_no"],
        ["media_link", "subtask_no"],
        ["subtask_no"],
    ]


def test_a_video_longer_than_a_call_takes_is_refused_and_one_as_long_is_not(world: World) -> None:
    assert world.call("submit_sync", url=f"{FILM}?hive.duration=90s").status_code == 200
    answer = world.call("submit_sync", url=f"{FILM}?hive.duration=90.001s")
    assert (answer.status_code, answer.json()["return_code"]) == (400, 400)
    assert "at most 90 s" in answer.json()["message"]
    assert world.call("submit_async", url=f"{FILM}?hive.duration=90.001s").status_code == 200
    answer = world.call("submit_async", url=f"{FILM}?hive.duration=30d")
    assert (answer.status_code, "at most 10000" in answer.text) == (400, True)


def test_forty_minutes_of_video_are_called_back_whole(world: World) -> None:
    task_id = world.submit(url=f"{FILM}?hive.duration=40m&hive.yes_nazi=0.9")
    world.run_until_idle()
    received = world.receiver.next()
    assert received.whole
    assert received.length > 15_000_000
    frames = output(json.loads(received.body))
    assert len(frames) == 2400
    assert frames[-1]["subtask_no"] == 2399
    assert world.callback()["state"] == "delivered"
    assert world.task(task_id)["state"] == "finished"


def test_rules_of_the_dashboard_look_at_every_frame(client: httpx.Client) -> None:
    rules = [
        {
            "name": "a knife",
            "type": "post",
            "when": {"visual": {"knife_in_hand": {"gte": 0.9}}},
            "action": "delete_post",
        }
    ]
    assert client.put("/_emulator/applications/dashboard", json={"rules": rules}).is_success
    assert client.post("/_emulator/fixtures", json=TIMELINE).is_success
    for name, fired in (("knife.mp4", ["a knife"]), ("other.mp4", [])):
        sent = {"patron_id": "ann", "post_id": name, "url": f"https://cdn.test/{name}"}
        headers = {"authorization": "Token dashboard-key"}
        answer = client.post("/api/v1/task/sync", headers=headers, json=sent)
        assert [one["rule_name"] for one in answer.json()["triggered_rules"]] == fired


# Downloads


@pytest.fixture(scope="module")
def files() -> Iterator[str]:
    """A server of files on a real socket."""
    content = {"/a.mp4": film("mp4", frames=50), "/a.jpg": gif(9, 7)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = content.get(self.path, b"")
            self.send_response(200 if found else 404)
            self.send_header("content-length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def fetching() -> Iterator[httpx.Client]:
    with run(port=0, fetch="private") as server, client_of(server.url) as client:
        client.headers.update(VISUAL)
        yield client


def test_what_an_address_names_is_downloaded_and_counts_as_an_upload(
    fetching: httpx.Client, files: str
) -> None:
    told = media(fetching.post(SYNC, data={"url": f"{files}/a.jpg"}))
    assert (told["mimetype"], told["width"], told["url"]) == ("image/gif", 9, f"{files}/a.jpg")


def test_what_is_not_there_is_told_as_hive_was_seen_to(fetching: httpx.Client, files: str) -> None:
    answer = fetching.post(SYNC, data={"url": f"{files}/gone.jpg"})
    assert answer.status_code == 200
    assert answer.json() == {"return_code": 400, "message": "Unable to download file from url"}


def test_a_task_is_downloaded_while_it_runs(fetching: httpx.Client, files: str) -> None:
    ours = "/s/while-it-runs"
    task_id = fetching.post(f"{ours}{ASYNC}", data={"url": f"{files}/a.mp4"}).json()["task_id"]
    held = {"tasks": {"state": "finished"}, "timeout": "10s"}
    assert fetching.post(f"{ours}/_emulator/wait", json=held).status_code == 200
    task = fetching.get(f"{ours}/_emulator/tasks/{task_id}").json()
    assert len(output(task["answer"])) == 2
    assert task["explanation"]["download"]["hops"] == [f"{files}/a.mp4"]
    notes = fetching.get(f"{ours}/_emulator/journal?kind=note").json()["items"]
    assert notes[-1]["about"] == "media downloaded"
    assert (notes[-1]["task"], notes[-1]["mimetype"]) == (task_id, "video/mp4")
