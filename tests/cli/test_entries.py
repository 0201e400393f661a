"""Every kind of entry of the journal in a line, as a real server tells it."""

from typing import Any

import httpx
import pytest
from click import unstyle

from emulator.cli.entries import content, line
from emulator.engine.journal import KINDS
from tests.cli.talking import ANY, ASYNC, SYNC, Talking
from tests.support.pictures import png
from tests.support.receiver import Receiver

NOW = "2026-01-01 00:00:00.000"


def lines(talking: Talking, kind: str) -> list[str]:
    """What is told of the entries of a kind, without the time and the kind."""
    found = talking.client.get("/_emulator/journal", params={"kind": kind}).json()["items"]
    told = [unstyle(line(entry)) for entry in found]
    assert all(one.startswith(f"{NOW}  {kind:10}  ") for one in told)
    return [one[len(NOW) + 14 :] for one in told]


def test_requests_are_told_with_their_content_and_who_answered(talking: Talking) -> None:
    text = talking.submit(text_data="you are hive-bullying-2")
    picture = talking.submit(url=f"http://a/{'b' * 80}.png")
    called = f"200           POST {SYNC} any"
    bullying = "bundled fixture 'stand-in bullying 2'"
    address = f"http://a/{'b' * 50}…"
    assert lines(talking, "request") == [
        f"{called} text 'you are hive-bullying-2' -> {text} by {bullying}",
        f"{called} picture {address} -> {picture} by unscripted 'quiet'",
    ]


def test_refusals_are_told_with_their_reason(talking: Talking) -> None:
    talking.client.post(SYNC, data={"text_data": "one"})
    talking.control("faults", {"on": "submit", "times": 1, "fault": "rate_limited"})
    talking.submit(text_data="two")
    nobody, limited = lines(talking, "request")
    assert nobody == (
        f"403           POST {SYNC}: No API key: send the header 'Authorization: Token <your key>'."
    )
    by = "by scenario 'faults of the control API' (fault-1)"
    assert limited == f"429           POST {SYNC}: Project has been rate limited ({by})"
    [fault] = lines(talking, "fault")
    assert fault == f"submit_sync   rate_limited {by}"


def test_a_call_that_got_no_answer_is_told_as_such(talking: Talking) -> None:
    talking.control("faults", {"on": "submit", "times": 1, "fault": "hang", "delay": "1ms"})
    with pytest.raises(httpx.RemoteProtocolError):
        talking.submit(text_data="two")
    [told] = lines(talking, "request")
    assert told.startswith(f"no answer     POST {SYNC}: The scenario leaves this call without an")
    assert told.endswith("answer (by scenario 'faults of the control API' (fault-1))")


def test_a_task_is_followed_to_its_callback(talking: Talking, receiver: Receiver) -> None:
    data = {"text_data": "[hive hate=2] hive-spam-3", "callback_url": receiver.url}
    task = talking.submit(ASYNC, **data)
    talking.control("clock/run-until-idle")
    assert lines(talking, "task") == [f"in_progress   {task}", f"finished      {task}"]
    assert lines(talking, "prediction") == [
        f"made          {task} by directive, hiding bundled fixture 'stand-in spam 3'"
    ]
    assert lines(talking, "callback") == [
        f"scheduled     cb-1 of task {task}",
        f"in_flight     cb-1 of task {task}",
    ]
    assert lines(talking, "attempt") == ["200           cb-1, attempt 1: delivered"]


def test_what_goes_wrong_is_told_with_its_code_and_its_reason(talking: Talking) -> None:
    talking.control("faults", {"on": "submit", "times": 1, "fault": "classifier_error"})
    talking.control("faults", {"on": "callback", "times": 1, "fault": "lost"})
    task = talking.submit(ASYNC, text_data="one", callback_url="http://8.8.8.8/hook")
    code = talking.as_json("tasks", task)["error_code"]
    by = "by scenario 'faults of the control API'"
    assert lines(talking, "task")[-1] == f"failed        {task}, error {code}"
    assert lines(talking, "fault") == [
        f"submit_async  classifier_error {by} (fault-1), task {task}",
        f"callback      lost {by} (fault-2), task {task}, callback cb-1",
    ]
    assert lines(talking, "callback")[-1] == f"dropped       cb-1 of task {task}"


def test_actions_are_told_with_whom_they_were_done_to_and_by_whom(talking: Talking) -> None:
    talking.client.post(
        "/api/v1/task/sync",
        headers={"authorization": "Token dashboard-key"},
        data={"text_data": "Buy my snake oil!", "patron_id": "ann", "post_id": "p 1"},
    ).raise_for_status()
    talking.control("actions", {"patron_id": "ann", "action": {"suspend_patron": {"for": "1h"}}})
    rule = "by Post has text in Deny List"
    assert lines(talking, "action") == [
        f"taken         send_post_to_review on post p 1 of patron ann in dashboard, {rule}",
        "taken         suspend_patron on patron ann in dashboard, by moderator",
    ]


def test_the_clock_is_told_as_it_is_set_and_as_it_passes(talking: Talking) -> None:
    talking.control("clock/advance", {"by": 0})
    assert lines(talking, "clock") == ["set           manual", "passed        0s"]


def test_notes_are_told_with_all_that_they_say(talking: Talking) -> None:
    talking.submit(url="http://a/photo--w=8--h=6.jpg")
    assert lines(talking, "note") == ["              directives ignored: names w, h"]


def test_a_kind_that_is_not_known_yet_is_told_with_all_that_it_says() -> None:
    entry: dict[str, Any] = {"id": "1", "kind": "report", "at": "2026-01-01T00:00:00.000Z"}
    assert line(entry) == f"{NOW}  report"
    entry |= {"about": "post 7", "action": "ban\nhim", "rules": ["a", "b"]}
    assert line(entry) == f"{NOW}  report                    post 7: action ban him, rules a, b"
    assert "report" not in KINDS


def test_a_call_about_nothing_is_told_without_content() -> None:
    entry: dict[str, Any] = {"kind": "request", "at": "2026-01-01T00:00:00.000Z", "status": 200}
    entry |= {"method": "GET", "path": "/api"}
    entry |= dict.fromkeys(("project", "task_id", "submission", "prediction", "refusal"))
    assert unstyle(line(entry)) == f"{NOW}  request     200           GET /api"


def test_an_upload_is_told_by_its_name(talking: Talking) -> None:
    talking.client.post(SYNC, headers=ANY, files={"media": ("a.png", png())}).raise_for_status()
    assert f"POST {SYNC} any picture a.png -> " in lines(talking, "request")[0]
    assert content({"kind": "picture", "url": None, "filename": None}) == "picture upload"
