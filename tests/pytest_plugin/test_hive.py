"""The verbs of the fixture `hive`, which this suite has as every other does."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from emulator.client import Refused
from emulator.pytest_plugin import Hive
from emulator.pytest_plugin.scripting import Unclear
from emulator.pytest_plugin.waiting import Blocked
from tests.pytest_plugin.calls import ASYNC, SYNC, call, classes
from tests.support.pictures import png

START = datetime(2026, 1, 1, tzinfo=UTC)
NSFW = "https://cdn.test/a.jpg"


def seen(hive: Hive, **fields: str) -> dict[str, float]:
    key = hive.text_key if "text_data" in fields else hive.visual_key
    return classes(call(hive.url, key, **fields).json())


def later(hive: Hive, url: str, text: str = "hello") -> None:
    answer = call(hive.url, hive.text_key, ASYNC, text_data=text, callback_url=url)
    assert answer.status_code == 200


# Where it is


def test_the_address_and_the_keys_each_select_the_sandbox(hive: Hive) -> None:
    server = hive.url.removesuffix(f"/s/{hive.sandbox}")
    assert call(server, hive.key, text_data="by key").status_code == 200
    assert call(hive.url, "text-key", text_data="by path").status_code == 200
    assert call(hive.url, hive.text_key, text_data="by both").status_code == 200
    assert [one.submission and one.submission.text for one in hive.requests()] == [
        "by key", "by path", "by both"
    ]  # fmt: skip


def test_each_key_opens_what_it_is_for(hive: Hive) -> None:
    assert call(hive.url, hive.visual_key, url=NSFW).status_code == 200
    assert call(hive.url, hive.visual_key, text_data="no text").status_code == 400
    assert call(hive.url, hive.text_key, url=NSFW).status_code == 400
    assert call(hive.url, hive.key, url=NSFW).status_code == 200
    whose = {"patron_id": "ann", "post_id": "p1"}
    dashboard = hive.dashboard_url, hive.dashboard_key, "/api/v1/task/sync"
    assert call(*dashboard, text_data="hello", **whose).status_code == 200


def test_the_clock_stands_still(hive: Hive) -> None:
    call(hive.url, hive.key, text_data="hello")
    [task] = hive.tasks()
    assert (task.at, task.due, task.ended) == (START, START, START)
    assert (task.state, task.mode, task.project) == ("finished", "sync", "any")


# Scripting


def test_a_text_is_scripted_by_the_whole_of_it_a_part_or_a_pattern(hive: Hive) -> None:
    hive.text("you fool", bullying=2)
    hive.text(contains="handsome", sexual=1, language="FR")
    hive.text(matches="^tere", hate=3)
    assert seen(hive, text_data="you fool")["bullying"] == 2
    assert seen(hive, text_data="you fool!")["bullying"] == 0
    assert seen(hive, text_data="hey handsome")["sexual"] == 1
    assert seen(hive, text_data="tere")["hate"] == 3
    assert hive.requests()[2].answer["status"][0]["response"]["language"] == "FR"


def test_a_picture_is_scripted_by_its_address_its_name_or_its_bytes(hive: Hive) -> None:
    hive.visual("*/a.jpg", general_nsfw=0.97)
    hive.visual("b*.png", {"gun_in_hand": 0.5}, knife_in_hand=0.25)
    assert seen(hive, url=NSFW)["general_nsfw"] == 0.97
    found = seen(hive, url="https://cdn.test/deep/b2.png")
    assert (found["gun_in_hand"], found["knife_in_hand"]) == (0.5, 0.25)
    assert seen(hive, url="https://cdn.test/c.png")["gun_in_hand"] < 0.1


def test_an_upload_is_recognised_by_its_digest(hive: Hive) -> None:
    import hashlib

    import httpx

    picture = png(2, 2)
    hive.visual(sha256=hashlib.sha256(picture).hexdigest(), yes_pills=0.8)
    key = {"Authorization": f"Token {hive.visual_key}"}
    answer = httpx.post(f"{hive.url}{SYNC}", headers=key, files={"media": ("x.png", picture)})
    assert classes(answer.json())["yes_pills"] == 0.8
    [request] = hive.requests()
    assert request.submission is not None
    assert (request.submission.filename, request.submission.size) == ("x.png", len(picture))


def test_a_video_is_scripted_by_its_frames(hive: Hive) -> None:
    frames = {"0s": {}, "1s": {"knife_in_hand": 0.95}, "2s": {"knife_in_hand": 0.1}}
    hive.video("*/v.mp4", frames, duration="3s")
    hive.video(
        "w.mp4", [{"at": "0s"}, {"at": "2s", "gun_in_hand": 0.8}], between="linear", media={}
    )
    answer = call(hive.url, hive.visual_key, url="https://cdn.test/v.mp4").json()
    seen = [
        {one["class"]: one["score"] for one in output["classes"]}["knife_in_hand"]
        for output in answer["status"][0]["response"]["output"]
    ]
    assert seen[1:] == [0.95, 0.1]
    assert seen[0] < 0.1
    assert call(hive.url, hive.visual_key, url="https://cdn.test/w.mp4").status_code == 200
    assert [one.submission.kind for one in hive.tasks()] == ["video", "video"]


def test_what_is_scripted_last_counts_and_the_same_pattern_is_scripted_anew(hive: Hive) -> None:
    hive.text(contains="fool", bullying=1)
    hive.text("you fool", bullying=2)
    assert seen(hive, text_data="you fool")["bullying"] == 2
    hive.text("you fool", bullying=3)
    assert seen(hive, text_data="you fool")["bullying"] == 3
    assert hive.tasks()[-1].prediction == "fixture \"hive.text('you fool')\" (control API)"


def test_a_fixture_may_be_what_a_file_may_hold(hive: Hive) -> None:
    hive.fixture({"when": {"url": "*/gone.jpg"}}, fault="server_error")
    hive.fixture(name="mine", when={"text": "x"}, text={"spam": 3}, latency="5s")
    assert call(hive.url, hive.visual_key, url="https://cdn.test/gone.jpg").status_code == 500
    assert seen(hive, text_data="x")["spam"] == 3
    [task] = hive.tasks()
    assert task.explanation["prediction"] == "fixture 'mine' (control API)"
    assert task.due == START + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("verb", "arguments", "words"),
    [
        ("text", {}, "needs one of: a text, contains=..., matches=..."),
        ("text", {"contains": "a", "matches": "b"}, "needs one of"),
        ("visual", {"general_nsfw": 0.5}, "needs the address or file name"),
        ("video", {"frames": []}, "needs the address or file name"),
        ("video", {"pattern": "*/a.mp4", "gun_in_hand": 1}, "it has no gun_in_hand"),
    ],
)
def test_a_verb_that_says_nothing_is_told_so(
    hive: Hive, verb: str, arguments: Any, words: str
) -> None:
    with pytest.raises(Unclear) as caught:
        getattr(hive, verb)(**arguments)
    assert words in str(caught.value)


def test_a_class_that_there_is_not_is_told_with_the_nearest(hive: Hive) -> None:
    with pytest.raises(Refused, match=r"bulying.*Did you mean 'bullying'\?"):
        hive.text("you fool", bulying=2)
    with pytest.raises(Refused, match=r"Did you mean 'general_nsfw'\?"):
        hive.visual("*/a.jpg", general_nfsw=0.9)


def test_a_scenario_is_begun_by_name_or_as_a_file_has_it(hive: Hive) -> None:
    hive.scenario("invalid-key")
    assert call(hive.url, hive.key, text_data="x").status_code == 403
    hive.scenario(steps=[{"on": "submit", "times": 1, "fault": "maintenance"}])
    assert call(hive.url, hive.key, text_data="x").status_code == 503
    assert call(hive.url, hive.key, text_data="x").status_code == 200
    with pytest.raises(Refused, match=r"Did you mean 'maintenance'\?"):
        hive.scenario("maintenence")


def test_a_fault_lasts_until_it_is_used_up(hive: Hive) -> None:
    hive.fault("rate_limited", times=1, retry_after="2s")
    hive.fault("server_error", when={"text": "bad"})
    said = [call(hive.url, hive.key, text_data=text) for text in ("bad", "good", "bad", "good")]
    assert [one.status_code for one in said] == [429, 200, 500, 200]
    assert said[0].headers["Retry-After"] == "2"


# Time and callbacks


def test_advance_returns_when_what_fell_due_was_done(hive: Hive) -> None:
    inbox = hive.inbox(500, 500, 200)
    later(hive, f"{inbox.url}/hook?a=1&b=")
    passed = hive.advance("5m")
    assert (passed.now, passed.delivered, passed.failed, passed.pending) == (
        START + timedelta(minutes=5), 1, 0, 0
    )  # fmt: skip
    [callback] = hive.callbacks()
    assert (callback.state, callback.kind, callback.due) == ("delivered", "callback", None)
    assert [one.status for one in callback.attempts] == [500, 500, 200]
    assert [one.at - START for one in callback.attempts] == [
        timedelta(seconds=seconds) for seconds in (0, 1, 6)
    ]
    assert [one.path for one in inbox] == ["/hook"] * 3
    assert inbox[0].query == {"a": "1", "b": ""}
    assert inbox[0].json() == callback.body == hive.tasks()[0].answer
    assert inbox[0].headers["content-type"] == "application/json"


def test_time_may_be_given_as_a_timedelta(hive: Hive) -> None:
    assert hive.advance(timedelta(minutes=2)).now == START + timedelta(minutes=2)


def test_run_until_idle_lets_as_much_time_pass_as_it_takes(hive: Hive) -> None:
    inbox = hive.inbox(*[500] * 4)
    hive.text("slow", latency="1h")
    later(hive, inbox.url, "slow")
    assert hive.run_until_idle("30m").pending == 1
    passed = hive.run_until_idle()
    assert (passed.failed, len(inbox)) == (1, 4)
    assert passed.now == START + timedelta(hours=1, seconds=36)


def test_a_receiver_that_does_not_answer_is_named(hive: Hive) -> None:
    hive.scenario(callbacks={"timeout": "10s", "retry": []})
    inbox = hive.inbox(hive.never)
    later(hive, inbox.url)
    with pytest.raises(TimeoutError, match=rf"Still waiting for {inbox.url}"):
        hive.advance("1s", timeout=0.01)


def test_wait_for_waits_for_others(hive: Hive) -> None:
    Thread(target=call, args=(hive.url, hive.key), kwargs={"text_data": "hello"}).start()
    hive.wait_for(requests={"path": SYNC, "count": 1}, tasks=1)
    assert len(hive.requests()) == 1


def test_wait_for_fails_with_what_there_was_and_what_is_due(hive: Hive) -> None:
    inbox = hive.inbox(500)
    later(hive, inbox.url)
    hive.advance(0)
    with pytest.raises(AssertionError) as caught:
        hive.wait_for(callbacks={"state": "delivered"}, timeout=0)
    told = str(caught.value)
    assert "Expected at least 1 callback with state 'delivered'" in told
    assert f"2026-01-01T00:00:01.000Z  callback cb-1 to {inbox.url}" in told
    assert told.endswith("The clock stands still: hive.advance(...) lets time pass.")


def test_an_inbox_that_waits_in_vain_says_what_is_due(hive: Hive) -> None:
    inbox = hive.inbox(500)
    with pytest.raises(AssertionError, match=rf"^0 of 1 callbacks came to {inbox.url} within 0 s$"):
        inbox.wait(timeout=0)
    later(hive, inbox.url)
    hive.advance(0)
    with pytest.raises(AssertionError) as caught:
        inbox.wait(2, timeout=0)
    assert str(caught.value).splitlines()[-2:] == [
        "The clock stands still until hive.advance(...), and due are:",
        f"  2026-01-01 00:00:01  callback cb-1 to {inbox.url}",
    ]


def test_what_cannot_be_waited_for_is_refused(hive: Hive) -> None:
    with pytest.raises(Refused, match="Did you mean 'state'"):
        hive.wait_for(tasks={"sate": "finished"})
    with pytest.raises(Refused, match="it must be a duration"):
        hive.advance("5 parsecs")


@pytest.mark.anyio
async def test_inside_an_event_loop_the_waiting_verbs_are_awaited(hive: Hive) -> None:
    inbox = hive.inbox()
    later(hive, inbox.url)
    await hive.aio.wait_for(callbacks={"state": "delivered"})
    [received] = await inbox.aio.wait()
    later(hive, inbox.url)
    assert (await hive.aio.advance("5m")).pending == 0
    assert (await hive.aio.run_until_idle()).delivered == 0
    assert inbox.received[0] is received
    assert len(inbox) == 2


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("verb", "arguments"),
    [("advance", ("5m",)), ("run_until_idle", ()), ("wait_for", ())],
)
async def test_inside_an_event_loop_the_blocking_verbs_raise_at_once(
    hive: Hive, verb: str, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(Blocked, match=rf"Use `await hive\.aio\.{verb}\(\.\.\.\)`\."):
        getattr(hive, verb)(*arguments)


# What happened


def test_a_request_knows_what_was_sent_and_answered(hive: Hive) -> None:
    call(hive.url, hive.text_key, text_data="hello", metadata='{"a": 1}')
    call(hive.url, "refused-key", "/api/v2/task/async", text_data="hello")
    taken, refused = hive.requests()
    assert (taken.method, taken.path, taken.status, taken.project) == ("POST", SYNC, 200, "text")
    assert taken.submission is not None
    assert (taken.submission.kind, taken.submission.metadata) == ("text", '{"a": 1}')
    assert taken.headers["authorization"] == "Token …"
    assert taken.body.startswith("text_data=hello")
    assert taken.answer["id"] == taken.task_id == hive.tasks()[0].id
    assert (refused.status, refused.submission, refused.task_id) == (403, None, None)
    assert refused.refusal is not None
    assert refused.answer["message"] == refused.refusal
    assert hive.requests(status=403, path="*/async") == [refused]
    assert hive.requests(method="GET") == []


def test_an_answer_that_is_no_json_is_a_text(hive: Hive) -> None:
    hive.fault("malformed_json")
    call(hive.url, hive.text_key, text_data="hello")
    assert isinstance(hive.requests()[0].answer, str)
    hive.fault("disconnect")
    with pytest.raises(Exception, match="disconnected"):
        call(hive.url, hive.text_key, text_data="hello")
    assert hive.requests()[-1].answer is None


def test_a_callback_without_attempts_has_posted_nothing(hive: Hive) -> None:
    hive.fault("lost")
    later(hive, "http://127.0.0.1:9/")
    hive.run_until_idle()
    [callback] = hive.callbacks(state="dropped")
    assert (callback.attempts, callback.body) == ((), None)


def test_posts_and_patrons_are_told_with_what_was_done_to_them(hive: Hive) -> None:
    posted = {"patron_id": "ann", "post_id": "p1", "text_data": "Buy my snake oil!"}
    call(hive.dashboard_url, hive.dashboard_key, "/api/v1/task/sync", **posted)
    [post] = hive.posts()
    assert (post.id, post.patron_id, post.in_review, post.deleted) == ("p1", "ann", True, False)
    assert post.contents[0].triggered_rules == post.fired_rules == ("Post has text in Deny List",)
    assert post.contents[0].submission.text == "Buy my snake oil!"
    assert post.contents[0].task_id == hive.tasks()[0].id
    assert [(one.action, one.by, one.at) for one in post.history] == [
        ("send_post_to_review", "Post has text in Deny List", START)
    ]
    [patron] = hive.patrons("ann")
    assert (patron.banned, patron.suspended, patron.posts) == (False, False, ("p1",))
    assert (hive.patrons("bob"), hive.posts("p2")) == ([], [])


def test_what_was_requested_is_asserted_with_the_nearest_miss(hive: Hive) -> None:
    call(hive.url, hive.text_key, text_data="you fool")
    hive.assert_requested(path="/api/v2/task/*", count=1)
    hive.assert_requested(text_contains="fool", project="text", status=200, at_most=1)
    hive.assert_not_requested(path="/api/v2/task/async")
    with pytest.raises(AssertionError) as caught:
        hive.assert_requested(path="/api/v2/task/async", text="you foul")
    assert "expected at least 1 request with path '/api/v2/task/async'" in str(caught.value)
    assert "'you fool' is not 'you foul'" in str(caught.value)
    with pytest.raises(AssertionError, match=r"expected 0 requests .* but there is 1"):
        hive.assert_not_requested(text_matches="^you")
    with pytest.raises(Refused, match="text_contain"):
        hive.assert_requested(text_contain="fool")


# Strictness


def test_a_strict_test_complains_of_what_nobody_knew_and_nobody_used(hive: Hive) -> None:
    hive.text("you fool", bullying=2)
    hive.visual("*/b.jpg", general_nsfw=0.9)
    call(hive.url, hive.text_key, text_data="you foul")
    call(hive.url, hive.visual_key, url="https://cdn.test/b.jpg")
    unmatched, unused = hive.complaints()
    assert unmatched.startswith("no fixture knew the text 'you foul'; the nearest fixture is")
    assert "'you foul' is not 'you fool'" in unmatched
    assert unused.startswith("the fixture \"hive.text('you fool')\" was not used: nothing matched;")
    call(hive.url, hive.visual_key, url="https://cdn.test/c.jpg")
    assert any("the picture https://cdn.test/c.jpg" in one for one in hive.complaints())


def test_there_is_nothing_to_complain_of_where_all_was_known_and_used(hive: Hive) -> None:
    hive.text("you fool", bullying=2)
    call(hive.url, hive.text_key, text_data="you fool")
    call(hive.url, hive.text_key, text_data="hive-spam-3")
    assert hive.complaints() == []


def test_it_says_where_it_is(hive: Hive) -> None:
    assert repr(hive) == f"<Hive at {hive.url}>"


def nine_tenths(answer: Any) -> str:
    [frame] = answer["status"][0]["response"]["output"]
    scores = {one["class"]: one["score"] for one in frame["classes"]}
    return "remove" if scores["general_nsfw"] >= 0.9 else "allow"


def test_a_policy_is_swept_and_its_boundary_found() -> None:
    hive = Hive("http://127.0.0.1:1", "nowhere", None, strict=False)
    decisions = [nine_tenths(answer) for answer in hive.sweep("general_nsfw", 0.0, 1.0, steps=11)]
    assert decisions == ["allow"] * 9 + ["remove"] * 2
    threshold = hive.boundary(nine_tenths, "general_nsfw")
    assert threshold == 0.9
    assert hive.boundary(nine_tenths, "gun_in_hand", steps=3) is None
