"""The page of a task: a timeline from what came in to what was sent out, and things to copy."""

import re
import subprocess
from hashlib import sha256
from pathlib import Path

from playwright.sync_api import expect

from emulator import Emulator, Settings
from emulator.engine.tasks import Task
from emulator.pytest_plugin.hive import Hive
from tests.page.tabs import ASYNC, Tab
from tests.support.pictures import png
from tests.support.receiver import Receiver

TEXT = "you are hive-bullying-2, aren't you?"
OIL = {"patron_id": "ann", "post_id": "p1", "text_data": "Buy my snake oil!"}


def copied(tab: Tab, what: str) -> str:
    """What the page offers to copy."""
    tab.button(f"As {what}").click()
    return tab.region("Copy").locator("pre").inner_text()


def test_a_timeline_tells_what_came_in_who_scored_it_what_that_hid_and_the_answer(tab: Tab) -> None:
    tab.control("POST", "fixtures", {"name": "mine", "when": {"text": TEXT}, "text": {"hate": 1}})
    task = tab.submit(text_data=TEXT)
    tab.open("tasks", task)
    line = tab.region("Timeline")
    expect(line.get_by_role("heading")).to_have_text(
        ["Timeline", "Submitted", "Scored", "Answered"]
    )
    expect(line).to_contain_text("fixture 'mine'")
    expect(line).to_contain_text("It hid fixture 'stand-in bullying 2'")
    line.get_by_text("Raw request").click()
    expect(line.locator("pre").first).to_contain_text("text_data=you+are")
    line.get_by_text("Raw answer").click()
    expect(line.locator("pre").last).to_contain_text('"class": "hate"')


def test_what_no_fixture_knew_is_told_with_the_nearest(tab: Tab) -> None:
    tab.open("tasks", tab.submit(text_data="hive-bullyin-2"))
    line = tab.region("Timeline")
    line.get_by_text("No fixture knew it; the nearest").click()
    expect(line).to_contain_text("does not contain 'hive-bullying-2'")


def test_each_attempt_of_a_callback_stands_there_with_when_it_was_due(
    tab: Tab, receiver: Receiver
) -> None:
    tab.control("PUT", "clock", {"mode": "manual"})
    slow = {"name": "slow", "when": {"text": "slow"}, "text": {}, "latency": "5m"}
    tab.control("POST", "fixtures", slow)
    receiver.answers = [503]
    task = tab.submit(path=ASYNC, text_data="slow", callback_url=f"{receiver.url}/hook")
    tab.open("tasks", task)
    line = tab.region("Timeline")
    expect(line).to_contain_text("For 5 min, until")
    expect(line).to_contain_text("because of fixture 'slow'")
    expect(line.get_by_role("heading", name="To be scored")).to_be_visible()
    tab.control("POST", "clock/run-until-idle")
    expect(line.get_by_role("heading", name="Scored", exact=True)).to_be_visible()
    # The sandbox's clock, in the reader's zone: Tokyo is nine hours ahead.
    for second in ("00", "01"):
        expect(line).to_contain_text(re.compile(rf"Due 1 Jan( 2026)?, 09:05:{second}"))
    expect(line).to_contain_text("503")
    expect(line.get_by_text("delivered")).to_be_visible()
    sent = line.locator("details").filter(has_text="What was sent").last
    sent.get_by_text("What was sent").click()
    expect(sent.locator("pre")).to_contain_text(task)


def test_a_rule_that_fired_says_itself_in_a_sentence_and_why(tab: Tab) -> None:
    tab.open("tasks", tab.submit("dashboard", "/api/v1/task/sync", **OIL))
    line = tab.region("Timeline")
    expect(line).to_contain_text("Sends the post to review once the text contains 'snake oil'")
    line.get_by_text("Why").click()
    expect(line.get_by_text("it contains 'snake oil'")).to_be_visible()


def test_a_trouble_that_a_task_met_is_told_with_who_wanted_it(tab: Tab) -> None:
    tab.control("POST", "faults", {"fault": "download_failed", "times": 1})
    tab.open("tasks", tab.submit("visual", url="https://cdn.test/gone.jpg"))
    line = tab.region("Timeline")
    expect(line).to_contain_text("download failed because of")
    expect(tab.region("Scores")).to_contain_text("It failed with code 2100")


def test_copied_as_curl_it_is_the_same_call_once_more(tab: Tab) -> None:
    tab.open("tasks", tab.submit(text_data=TEXT, metadata='{"a": "b c"}'))
    command = copied(tab, "curl")
    subprocess.run(["bash", "-c", f"{command} -sf"], check=True, capture_output=True)
    first, second = tab.control("GET", "tasks")["items"]
    assert first["submission"] == second["submission"]
    assert first["id"] != second["id"]


def test_copied_as_a_fixture_it_scripts_the_same_scores(tab: Tab, tmp_path: Path) -> None:
    tab.open("tasks", tab.submit("visual", url="https://cdn.test/hive-gun_in_hand.jpg"))
    (tmp_path / "copied.yaml").write_text(copied(tab, "fixture"))
    emulator = Emulator(Settings(fixtures=(tmp_path,), no_bundled=True))
    task = emulator.submit("visual-key", url="https://cdn.test/hive-gun_in_hand.jpg")
    assert task.source.what == "fixture"
    assert '{"class":"gun_in_hand","score":0.97}' in answer(emulator, task)


def answer(emulator: Emulator, task: Task) -> str:
    return emulator.answer(task).decode()


def test_copied_as_a_line_of_pytest_it_names_content_and_scores(tab: Tab, hive: Hive) -> None:
    tab.open("tasks", tab.submit(text_data=TEXT))
    line = copied(tab, "pytest line")
    assert line == f'hive.text("{TEXT}", bullying=2)'
    tab.button("Copy").click()
    expect(tab.page.get_by_text("Copied.")).to_be_visible()
    exec(line, {"hive": hive})
    key = {"authorization": f"Token {hive.text_key}"}
    told = tab.client.post(f"{hive.url}/api/v2/task/sync", headers=key, data={"text_data": TEXT})
    assert '{"class":"bullying","score":2}' in told.text


def test_the_line_of_a_picture_names_its_address_or_the_digest_of_its_bytes(
    tab: Tab, hive: Hive
) -> None:
    tab.open("tasks", tab.submit("visual", url="https://cdn.test/hive-gun_in_hand.jpg?a=b"))
    line = 'hive.visual("https://cdn.test/hive-gun_in_hand.jpg", gun_in_hand=0.97)'
    expect(tab.region("Copy").locator("pre")).to_contain_text("curl")
    assert copied(tab, "pytest line") == line
    name = "a--yes_pills=0.95.png"
    tab.open("tasks", tab.submit("visual", files={"media": (name, png())}))
    expect(tab.role("heading", name, level=1)).to_be_visible()
    of_bytes = copied(tab, "pytest line")
    digest = sha256(png()).hexdigest()
    assert of_bytes == f'hive.visual(yes_pills=0.95, sha256="{digest}")'
    for one in (line, of_bytes):
        exec(one, {"hive": hive})


def test_a_task_that_is_not_there_is_told(tab: Tab) -> None:
    tab.open("tasks", "none")
    expect(tab.page.get_by_text("There is no task 'none' in the sandbox")).to_be_visible()
