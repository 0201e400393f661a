"""The forum's tests: no key, no network, no harmful content, and nothing sleeps."""

from threading import Thread

import pytest
from forum import Forum, server_of

CAT = "https://cdn.test/cat.jpg"


@pytest.fixture
def forum():
    forum = Forum()
    server = server_of(forum)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield forum
    server.shutdown()
    thread.join()
    server.server_close()


# The policy


@pytest.mark.parametrize(
    ("severities", "decision"),
    [
        ({}, "published"),
        ({"bullying": 1}, "published"),
        ({"bullying": 2}, "review"),
        ({"bullying": 3}, "removed"),
        ({"hate": 2}, "removed"),
    ],
)
@pytest.mark.hive(strict=True)
def test_a_comment_is_decided_by_its_severities(hive, forum, severities, decision):
    hive.text("some comment", **severities)
    assert forum.comment("some comment") == decision
    hive.assert_requested(path="/api/v2/task/sync", text="some comment", count=1)


@pytest.mark.parametrize(
    ("score", "decision"),
    [(0.49, "published"), (0.5, "review"), (0.89, "review"), (0.9, "removed")],
)
@pytest.mark.parametrize("name", ["general_nsfw", "gun_in_hand", "knife_in_hand"])
@pytest.mark.hive(strict=True)
def test_a_picture_is_decided_by_its_scores(hive, forum, name, score, decision):
    hive.visual("*/cat.jpg", {name: score})
    forum.picture(CAT)
    hive.run_until_idle()
    assert forum.pictures == {CAT: decision}


# Callbacks


def test_a_picture_waits_for_its_callback(hive, forum):
    hive.visual("*/cat.jpg", latency="1m")
    forum.picture(CAT)
    hive.advance("59s")
    assert forum.pictures == {CAT: "waiting"}
    hive.advance("1s")
    assert forum.pictures == {CAT: "published"}
    assert hive.callbacks()[0].state == "delivered"


@pytest.mark.hive(scenario="callback-early")
def test_a_callback_may_come_before_hive_has_said_which_task_it_is(hive, forum):
    hive.visual("*/cat.jpg", gun_in_hand=0.97)
    forum.picture(CAT)
    assert forum.pictures == {CAT: "removed"}


@pytest.mark.hive(scenario="callback-duplicate")
def test_a_callback_that_comes_twice_counts_once(hive):
    inbox = hive.inbox()
    forum = Forum(address=inbox.url)
    forum.picture(CAT)
    hive.run_until_idle()
    first, second = inbox
    forum.called_back(CAT, first.json())
    forum.pictures[CAT] = "removed by a moderator"
    forum.called_back(CAT, second.json())
    assert forum.pictures == {CAT: "removed by a moderator"}


def test_a_picture_that_cannot_be_downloaded_is_looked_at_by_somebody(hive, forum):
    hive.visual("*/cat.jpg", fault="download_failed")
    forum.picture(CAT)
    hive.run_until_idle()
    assert forum.pictures == {CAT: "review"}


def test_a_forum_that_is_down_gets_its_callback_later(hive):
    inbox = hive.inbox(500, 500)
    forum = Forum(address=inbox.url)
    forum.picture(CAT)
    hive.run_until_idle()
    assert [attempt.status for attempt in hive.callbacks()[0].attempts] == [500, 500, 200]
    forum.called_back(inbox[2].query["picture"], inbox[2].json())
    assert forum.pictures == {CAT: "published"}


# Troubles


def test_hive_is_asked_again_when_it_has_no_time(hive, forum):
    hive.fault("rate_limited", times=1)
    hive.fault("server_error", times=1)
    assert forum.comment("hello") == "published"
    assert [request.status for request in hive.requests()] == [500, 429, 200]


@pytest.mark.hive(scenario="maintenance")
def test_what_hive_does_not_look_at_is_looked_at_by_somebody(hive, forum):
    assert forum.comment("hello") == "review"
    hive.assert_requested(status=503, count=3)


def test_the_address_of_production_is_hives_own(hive, forum, monkeypatch):
    monkeypatch.delenv("HIVE_URL")
    with hive.intercept():
        assert forum.comment("hello") == "published"
    hive.assert_requested(text="hello")
