"""Scenarios and faults, what was not recognised and why, and mistakes in files."""

from pathlib import Path

import httpx
from playwright.sync_api import Browser, expect

from emulator import run
from emulator.settings import Unscripted
from tests.page.tabs import SYNC, Tab, tab_of

TEXT = {"authorization": "Token text-key"}


def call(tab: Tab) -> int:
    return tab.client.post(SYNC, headers=TEXT, data={"text_data": "hello"}).status_code


def test_the_scenario_is_switched_and_its_steps_are_counted_down(tab: Tab) -> None:
    tab.open("scenarios")
    region = tab.region("Scenario")
    expect(region).to_contain_text("Nothing happens")
    region.get_by_label("Scenario").select_option("rate-limited-then-recovers")
    region.get_by_role("button", name="Switch").click()
    expect(region).to_contain_text("2 left of 2")
    assert call(tab) == 429
    expect(region).to_contain_text("1 left of 2")
    assert (call(tab), call(tab)) == (429, 200)
    expect(region).to_contain_text("0 left of 2")


def test_a_fault_is_added_seen_and_taken_away(tab: Tab) -> None:
    tab.open("scenarios")
    region = tab.region("Faults")
    region.locator("select[name=fault]").select_option("maintenance")
    region.get_by_label("How often").fill("2")
    region.get_by_role("button", name="Add the fault").click()
    added = region.get_by_role("list", name="Added faults")
    expect(added).to_contain_text("maintenance")
    expect(added).to_contain_text("2 left of 2")
    assert call(tab) == 503
    expect(added).to_contain_text("1 left of 2")
    region.get_by_role("button", name="Remove fault-1").click()
    expect(region).to_contain_text("None was added here.")
    assert call(tab) == 200


def test_a_fault_takes_its_settings(tab: Tab) -> None:
    tab.open("scenarios")
    region = tab.region("Faults")
    region.locator("select[name=fault]").select_option("rate_limited")
    region.get_by_label("retry after").fill("2s")
    region.get_by_role("button", name="Add the fault").click()
    expect(region.get_by_role("list", name="Added faults")).to_contain_text("rate limited")
    answer = tab.client.post(SYNC, headers=TEXT, data={"text_data": "hello"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")


def test_a_submission_that_nothing_knew_stands_there_with_the_nearest_and_the_reason(
    tab: Tab,
) -> None:
    tab.open("scenarios")
    region = tab.region("Unmatched submissions")
    expect(region).to_contain_text("None: every submission was known")
    tab.submit(text_data="hive-bullyin-2")
    expect(region.get_by_role("link")).to_contain_text("hive-bullyin-2")
    expect(region).to_contain_text("does not contain 'hive-")


def test_one_that_was_refused_since_nothing_knew_it_leads_to_its_call(browser: Browser) -> None:
    with (
        run(port=0, unscripted=Unscripted.REJECT) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
        tab_of(browser, server.url, "default", client) as tab,
    ):
        assert client.post(SYNC, headers=TEXT, data={"text_data": "hello"}).status_code == 400
        tab.open("scenarios")
        tab.region("Unmatched submissions").get_by_role("link").click()
        expect(tab.role("heading", "Refused")).to_be_visible()


def test_a_fixture_without_a_say_stands_there_with_the_reason_and_is_removed(tab: Tab) -> None:
    fixture = {"name": "never", "when": {"text": "never"}, "text": {"hate": 1}}
    tab.control("POST", "fixtures", fixture)
    tab.submit(text_data="hello")
    tab.open("scenarios")
    unused = tab.region("Unused fixtures")
    expect(unused).to_contain_text("never")
    expect(unused).to_contain_text("'hello' is not 'never'")
    tab.button("Remove never").click()
    expect(unused).to_contain_text("None: each of your own had a say")
    assert tab.control("GET", "fixtures")["items"] == []


def test_mistakes_in_files_are_told_with_file_and_line(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    right = "fixtures:\n  - {name: one, when: {text: a}, text: {hate: 1}}\n"
    file.write_text(f"{right}  - {{name: two, when: {{text: a}}, text: {{hate: 2}}}}\n")
    with (
        run(port=0, fixtures=(tmp_path,), watch=True) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
        tab_of(browser, server.url, "default", client) as tab,
    ):
        tab.open("scenarios")
        problems = tab.region("Problems in files")
        expect(problems).to_contain_text(f"{file}:3")
        expect(problems).to_contain_text("the fixture 'two' is never reached")
        file.write_text(f"{right}  - {{name: two, when: {{text: b}}, text: {{hat: 2}}}}\n")
        expect(problems).to_contain_text("Did you mean 'hate'?")
        expect(problems).to_contain_text(f"{file}:3")
        file.write_text(right)
        expect(problems).to_contain_text("None.")
