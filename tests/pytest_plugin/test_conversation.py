"""What a test that failed shows of what was said."""

import httpx
import pytest

from emulator.pytest_plugin import Hive
from emulator.pytest_plugin.conversation import LINES
from emulator.pytest_plugin.hive import Hive as Made
from tests.pytest_plugin.calls import ASYNC, call


def lines(hive: Hive) -> list[str]:
    """Without the head, and without the time, which stands still."""
    head, *rest = hive.conversation().splitlines()
    assert head.startswith(f"sandbox {hive.sandbox} at {hive.url.partition('/s/')[0]}, where it is")
    return [line.removeprefix("01-01 00:00:00.000").strip() for line in rest]


def test_where_nothing_was_said_it_says_so(hive: Hive) -> None:
    assert lines(hive) == ["nothing was said"]


def test_a_request_is_told_with_its_answer_and_the_classes_that_matter(hive: Hive) -> None:
    hive.visual("*/a.jpg", general_nsfw=0.97, yes_smoking=0.6, gun_in_hand=0.02)
    hive.text("you fool", bullying=2)
    call(hive.url, hive.visual_key, url="https://cdn.test/a.jpg")
    call(hive.url, hive.text_key, text_data="you fool")
    hive.text("clean")
    call(hive.url, hive.text_key, text_data="clean")
    assert lines(hive) == [
        "POST /api/v2/task/sync -> 200 picture https://cdn.test/a.jpg",
        "general_nsfw 0.97, yes_smoking 0.6 (by fixture \"hive.visual('*/a.jpg')\")",
        "POST /api/v2/task/sync -> 200 text 'you fool'",
        "bullying 2 (by fixture \"hive.text('you fool')\")",
        "POST /api/v2/task/sync -> 200 text 'clean'",
        "clean (by fixture \"hive.text('clean')\")",
    ]


def test_what_nobody_knew_is_told_with_the_nearest_fixture(hive: Hive) -> None:
    hive.text("you fool", bullying=2)
    call(hive.url, hive.text_key, text_data="you foul")
    assert lines(hive)[1:] == [
        "clean (by unscripted 'quiet')",
        (
            "no fixture knew it; the nearest is \"hive.text('you fool')\" "
            "(text: 'you foul' is not 'you fool')"
        ),
    ]


def test_a_refusal_is_told_with_its_words_and_who_made_it(hive: Hive) -> None:
    call(hive.url, hive.text_key, text="you fool")
    hive.fault("maintenance", times=1)
    call(hive.url, hive.text_key, text_data="hello")
    told = lines(hive)
    assert told[0] == "POST /api/v2/task/sync -> 400"
    assert "text_data" in told[1]
    assert told[2] == "fault maintenance by scenario 'faults of the control API' (fault-1)"
    assert told[3] == "POST /api/v2/task/sync -> 503"
    assert told[4].endswith("(by scenario 'faults of the control API' (fault-1))")


def test_no_answer_is_told_as_none(hive: Hive) -> None:
    hive.fault("disconnect")
    with pytest.raises(httpx.RemoteProtocolError):
        call(hive.url, hive.text_key, text_data="hello")
    assert "POST /api/v2/task/sync -> no answer" in lines(hive)


def test_callbacks_are_told_with_every_attempt(hive: Hive) -> None:
    inbox = hive.inbox(500)
    data = {"text_data": "hive-spam-3", "callback_url": f"{inbox.url}/hook"}
    task = call(hive.url, hive.text_key, ASYNC, **data).json()["task_id"]
    hive.advance("5s")
    assert [line[line.find("c") :] for line in lines(hive) if "callback" in line] == [
        f"callback cb-1 of {task}, attempt 1 -> 500, scheduled",
        f"callback cb-1 of {task}, attempt 2 -> 200, delivered",
    ]
    assert "5s pass by" in hive.conversation()
    assert "spam 3 (by bundled fixture 'stand-in spam 3')" in lines(hive)


def test_a_callback_that_never_arrives_is_told_with_the_reason(hive: Hive) -> None:
    hive.scenario(callbacks={"retry": []})
    data = {"text_data": "hello", "callback_url": "http://127.0.0.1:9/"}
    call(hive.url, hive.text_key, ASYNC, **data)
    hive.fault("lost")
    call(hive.url, hive.text_key, ASYNC, **data)
    hive.run_until_idle()
    told = lines(hive)
    assert any(line.endswith("attempt 1 -> no answer, failed") for line in told)
    assert any(line.startswith("connection refused by 127.0.0.1:9") for line in told)
    assert any(line.startswith("callback cb-2 of ") and line.endswith(": dropped") for line in told)


def test_tasks_that_failed_and_tasks_that_go_on_are_told_as_such(hive: Hive) -> None:
    hive.visual("*/gone.jpg", fault="download_failed")
    hive.visual("*/slow.jpg", latency="1h")
    call(hive.url, hive.visual_key, url="https://cdn.test/gone.jpg")
    call(hive.url, hive.visual_key, ASYNC, url="https://cdn.test/slow.jpg")
    told = lines(hive)
    assert "the task failed with error 2100" in told
    assert "the task is in_progress, due at 01-01 01:00:00.000" in told


def test_rules_and_actions_of_the_dashboard_are_told(hive: Hive) -> None:
    posted = {"patron_id": "ann", "post_id": "p1", "text_data": "Buy my snake oil!"}
    call(hive.dashboard_url, hive.dashboard_key, "/api/v1/task/sync", **posted)
    told = lines(hive)
    assert told[0] == (
        "send_post_to_review on post p1 of patron ann, by Post has text in Deny List"
    )
    assert "clean, rule 'Post has text in Deny List' (by unscripted 'quiet')" in told


def test_it_is_at_most_so_long_and_the_newest_stands_last(hive: Hive) -> None:
    for number in range(40):
        call(hive.url, hive.text_key, text_data=f"hive-spam-3 {number}")
    told = hive.conversation().splitlines()
    assert len(told) == LINES
    assert told[1] == "(34 earlier entries are left out)"
    assert told[2].endswith("text 'hive-spam-3 11'")
    assert told[-2].endswith("text 'hive-spam-3 39'")


def test_what_clients_send_does_nothing_to_the_terminal(hive: Hive) -> None:
    call(hive.url, hive.text_key, text_data="\x1b[31mred\n" + "x" * 1000)
    assert "\x1b" not in hive.conversation()
    assert max(map(len, hive.conversation().splitlines())) < 210


def test_a_task_that_was_forgotten_is_told_as_such(hive: Hive, server_url: str) -> None:
    from emulator import run

    with run(port=0, tasks=1) as server:
        here = Made(server.url, "default", None, strict=False)
        for text in ("one", "two"):
            call(here.url, here.text_key, text_data=text)
        assert "which was forgotten" in here.conversation()
    assert here.conversation().startswith("The emulator cannot be asked any more: http://127")
