"""One task in full, in all its variety, as a real server tells it."""

import re

from click import unstyle

from emulator.cli.entries import line
from emulator.cli.records import callback_table, whole_task
from tests.cli.talking import ANY, ASYNC, SYNC, Talking
from tests.support.pictures import png
from tests.support.receiver import Receiver

OUTSIDE = "http://8.8.8.8/hook"


def told(talking: Talking, task: str) -> str:
    return unstyle(whole_task(talking.client.get(f"/_emulator/tasks/{task}").json()))


def test_a_text_is_told_with_its_classes_and_all_that_patterns_found(talking: Talking) -> None:
    text = "hive-hate-2 [hive bullying=1 hate=3 language=FR] damn x@y.test http://z.test/a"
    said = told(talking, talking.submit(text_data=text))
    assert f"  text        {text!r}\n" in said
    assert "  found       hate 3, bullying 1\n              language FR\n" in said
    assert "filters: DAMN" in said
    assert "personal data: X@Y.TEST" in said
    assert "addresses: " in said


def test_a_clean_text_is_told_as_such(talking: Talking) -> None:
    said = told(talking, talking.submit(text_data="hello"))
    assert "  found       severity 0 in every class\n" in said


def test_a_picture_is_told_with_its_positive_classes(talking: Talking) -> None:
    said = told(talking, talking.submit(url="http://a/x--gun_in_hand=0.75--yes_smoking=0.5.jpg"))
    assert "  picture     http://a/x--gun_in_hand=0.75--yes_smoking=0.5.jpg\n" in said
    assert "              image/jpeg\n" in said
    assert "  found       gun_in_hand 0.75, yes_smoking 0.5\n" in said


def test_an_upload_is_told_with_its_size_and_hash(talking: Talking) -> None:
    answer = talking.client.post(SYNC, headers=ANY, files={"media": ("a\n.png", png())}).json()
    said = told(talking, answer["id"])
    assert re.search(r"^  picture     an upload named 'a.*\.png'$", said, re.MULTILINE)
    assert f"              image/png, {len(png())} bytes\n              sha256 " in said


def test_a_task_on_its_way_is_told_with_its_moment(talking: Talking) -> None:
    task = talking.submit(ASYNC, url="http://a/b.jpg?hive.latency=5s", callback_url=OUTSIDE)
    said = told(talking, task)
    assert said.startswith(f"task {task}: in_progress\n")
    assert "  due         2026-01-01 00:00:05.000\n" in said
    assert "  answer      none yet\n" in said
    assert "  latency     by directive\n" in said
    assert "callback" not in said.partition("call back")[2]


def test_a_failure_is_told_with_its_answer_and_its_fault(talking: Talking) -> None:
    for mode in (SYNC, ASYNC):
        talking.control("faults", {"on": "submit", "times": 1, "fault": "classifier_error"})
        task = talking.submit(mode, text_data="one", callback_url=OUTSIDE)
        task = task if mode == ASYNC else talking.as_json("tasks")["items"][0]["id"]
        said = told(talking, task)
        assert said.startswith(f"task {task}: failed\n")
        assert re.search(r"^  answer      \d+ \w", said, re.MULTILINE)
        assert "  faults      classifier_error by scenario 'faults of the control API'" in said
        assert "  made by" not in said


def test_a_fault_of_a_callback_is_told_at_its_attempts(
    talking: Talking, receiver: Receiver
) -> None:
    talking.control("faults", {"on": "callback", "times": 1, "fault": "duplicate"})
    task = talking.submit(ASYNC, text_data="one", callback_url=receiver.url)
    talking.control("clock/run-until-idle")
    said = told(talking, task)
    assert said.count(" with the fault duplicate: 200 in ") == 2
    assert "callback cb-1: delivered\n" in said


def test_a_callback_that_was_not_tried_yet_is_told_as_such(talking: Talking) -> None:
    talking.control("faults", {"on": "callback", "times": 1, "fault": "late", "delay": "5s"})
    task = talking.submit(ASYNC, text_data="one", callback_url=OUTSIDE)
    assert told(talking, task).endswith(
        f"  to          {OUTSIDE}\n  next        due 2026-01-01 00:00:05.000\n  no attempt yet"
    )


def test_a_fault_that_found_nothing_to_change_is_told_with_the_reason(talking: Talking) -> None:
    step = {"on": "submit", "fault": "missing_field", "field": "nope"}
    talking.control("faults", step)
    said = told(talking, talking.submit(text_data="hello"))
    assert "  no effect   missing_field by scenario 'faults of the control API' (fault-1)" in said
    assert "since the body has no 'nope'" in said


DASHBOARD = {"authorization": "Token dashboard-key"}
BANNED_BY = "Three hateful posts in a day"


def posted(talking: Talking, text: str, post: str, **more: object) -> str:
    sent = {"text_data": text, "post_id": post, "patron_id": "ann", **more}
    answer = talking.client.post("/api/v1/task/sync", headers=DASHBOARD, json=sent)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["task_id"])


def test_a_task_of_the_dashboard_is_told_with_its_post_and_its_rules(talking: Talking) -> None:
    task = posted(talking, "Buy my snake oil", "p1", patron_metadata={"age": 30})
    said = told(talking, task)
    assert "  post        p1 by patron ann\n              patron metadata {'age': 30}\n" in said
    assert "  triggered   Post has text in Deny List\n" in said
    assert "  rules       yes: the rule 'Post has text in Deny List' fires\n" in said
    assert "                yes: the text contains 'snake oil' or 'miracle cure': it co" in said
    assert "None" not in said
    assert "  triggered   no rule\n" in told(talking, posted(talking, "hello", "p2"))


def test_a_webhook_is_told_by_its_action_and_its_rule(talking: Talking, receiver: Receiver) -> None:
    hooks = {"actions": {"ban_patron": {"webhook": receiver.url}}}
    talking.client.put("/_emulator/applications/dashboard", json=hooks).raise_for_status()
    task = [posted(talking, "hive-hate-2", post) for post in "123"][-1]
    talking.control("clock/run-until-idle", {})
    said = told(talking, task)
    assert f"  webhook of  ban_patron by {BANNED_BY}\n  task        {task}\n" in said
    callbacks = talking.client.get("/_emulator/callbacks").json()["items"]
    assert f"webhook of ban_patron by {BANNED_BY}" in unstyle(callback_table(callbacks))
    entries = talking.client.get("/_emulator/journal").json()["items"]
    lines = [unstyle(line(entry)) for entry in entries if entry.get("about") == "cb-1"]
    assert len(lines) == 3
    assert all(f"cb-1, webhook of ban_patron by {BANNED_BY}" in one for one in lines)
