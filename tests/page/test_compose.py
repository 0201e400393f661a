"""Compose: send something as an application would, and watch what happens."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.page.tabs import Tab
from tests.support.pictures import png
from tests.support.receiver import Receiver


def send(tab: Tab) -> None:
    tab.button("Send").click()


def test_a_text_goes_to_a_project_and_what_happens_is_seen(tab: Tab) -> None:
    tab.open("compose")
    form = tab.role("form", "Compose")
    form.get_by_label("For").select_option("project text")
    form.get_by_label("Text", exact=True).last.fill("you are hive-bullying-2")
    send(tab)
    result = tab.region("What became of it")
    expect(result).to_contain_text("stand-in bullying 2")
    expect(result.locator("[data-key=bullying] dd")).to_have_text("2")
    [task] = tab.control("GET", "tasks")["items"]
    assert (task["project"], task["mode"]) == ("text", "sync")
    [request] = tab.control("GET", "requests")["items"]
    assert (request["path"], request["status"]) == ("/api/v2/task/sync", 200)


def test_an_asynchronous_url_is_watched_until_its_callback_is_delivered(
    tab: Tab, receiver: Receiver
) -> None:
    tab.open("compose")
    form = tab.role("form", "Compose")
    form.get_by_label("For").select_option("project visual")
    form.get_by_label("URL", exact=True).check()
    form.get_by_role("textbox", name="URL", exact=True).fill("https://cdn.test/hive-text.jpg")
    form.get_by_label("Asynchronous").check()
    form.get_by_label("Callback URL").fill(receiver.url)
    send(tab)
    result = tab.region("What became of it")
    expect(result).to_contain_text("delivered")
    assert receiver.next().json()["callback"] == receiver.url


def test_a_file_is_uploaded(tab: Tab, tmp_path: Path) -> None:
    (file := tmp_path / "holiday--gun_in_hand=0.9.png").write_bytes(png())
    tab.open("compose")
    form = tab.role("form", "Compose")
    form.get_by_label("File", exact=True).check()
    form.locator("input[type=file]").set_input_files(file)
    send(tab)
    expect(tab.region("gun")).to_contain_text("0.900")
    [task] = tab.control("GET", "tasks")["items"]
    assert task["submission"]["filename"] == file.name


def test_a_post_goes_to_an_application_and_its_rule_fires(tab: Tab) -> None:
    tab.open("compose")
    form = tab.role("form", "Compose")
    form.get_by_label("Preset").select_option("Post has text in Deny List")
    expect(form.get_by_label("For")).to_have_value("application dashboard")
    form.get_by_label("Post", exact=True).fill("p7")
    send(tab)
    expect(tab.region("What became of it")).to_contain_text("Sends the post to review")
    [post] = tab.control("GET", "posts")["items"]
    assert (post["id"], post["patron_id"]) == ("p7", "ann")


@pytest.mark.parametrize(
    ("preset", "told"),
    [("stand-in gun_in_hand", "0.970"), ("stand-in hate 2", "stand-in hate 2")],
)
def test_a_preset_trips_a_bundled_stand_in(tab: Tab, preset: str, told: str) -> None:
    tab.open("compose")
    tab.page.get_by_label("Preset").select_option(preset)
    send(tab)
    expect(tab.region("What became of it")).to_contain_text(f"bundled fixture '{preset}'")
    expect(tab.region("What became of it")).to_contain_text(told)


def test_what_is_refused_is_told_in_the_apis_words(tab: Tab) -> None:
    tab.open("compose")
    form = tab.role("form", "Compose")
    form.get_by_label("For").select_option("project visual")
    form.get_by_label("Text", exact=True).last.fill("hello")
    send(tab)
    result = tab.region("What became of it")
    expect(result.get_by_role("heading", name="Refused")).to_be_visible()
    expect(result).to_contain_text("400")
