"""Callbacks: where each stands, and what may be done to it; and the clock, always in sight."""

import re

from playwright.sync_api import expect

from tests.page.tabs import ASYNC, Tab
from tests.support.receiver import Receiver

NOBODY = "http://127.0.0.1:9/"


def frozen(tab: Tab) -> None:
    tab.control("PUT", "clock", {"mode": "manual"})


def owe(tab: Tab, url: str, text: str = "hello") -> None:
    """Have a callback that was tried once, or delivered."""
    tab.submit(path=ASYNC, text_data=text, callback_url=url)
    tab.control("POST", "clock/advance", {"by": 0})


def test_a_callback_that_waits_is_sent_now(tab: Tab, receiver: Receiver) -> None:
    frozen(tab)
    receiver.answers = [503]
    owe(tab, receiver.url)
    tab.open("callbacks")
    row = tab.rows("Callbacks").first
    expect(row).to_contain_text("scheduled")
    expect(row).to_contain_text("503")
    row.get_by_role("button", name="Send now").click()
    expect(row).to_contain_text("delivered")
    assert len(receiver.all) == 2


def test_a_callback_that_was_delivered_is_sent_once_more(tab: Tab, receiver: Receiver) -> None:
    frozen(tab)
    owe(tab, receiver.url)
    tab.open("callbacks")
    tab.button("Resend").click()
    expect(tab.rows("Callbacks").first).to_contain_text("2 attempts")
    assert len(receiver.all) == 2


def test_a_callback_is_dropped(tab: Tab) -> None:
    frozen(tab)
    owe(tab, NOBODY)
    tab.open("callbacks")
    tab.button("Drop").click()
    expect(tab.rows("Callbacks").first).to_contain_text("dropped")


def test_a_callback_that_is_in_flight_and_one_that_failed_are_seen_as_such(
    tab: Tab, receiver: Receiver
) -> None:
    frozen(tab)
    owe(tab, NOBODY)
    tab.control("POST", "clock/run-until-idle")
    receiver.holds = True
    tab.submit(path=ASYNC, text_data="hello", callback_url=receiver.url)
    tab.open("callbacks")
    rows = tab.rows("Callbacks")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("in flight")
    expect(rows.last).to_contain_text("failed")
    receiver.release.set()
    expect(rows.first).to_contain_text("delivered")


def test_callbacks_are_narrowed_to_those_in_one_state(tab: Tab, receiver: Receiver) -> None:
    frozen(tab)
    owe(tab, receiver.url)
    owe(tab, NOBODY)
    tab.open("callbacks")
    expect(tab.rows("Callbacks")).to_have_count(2)
    tab.button("delivered").click()
    expect(tab.rows("Callbacks")).to_have_count(1)
    assert tab.path == "callbacks?state=delivered"
    tab.button("failed").click()
    expect(tab.page.get_by_text("No callback is failed.")).to_be_visible()


def test_a_callbacks_own_page_has_its_attempts_with_both_bodies(
    tab: Tab, receiver: Receiver
) -> None:
    frozen(tab)
    owe(tab, receiver.url)
    tab.open("callbacks")
    tab.rows("Callbacks").first.get_by_role("link").click()
    attempts = tab.region("Attempts")
    expect(attempts).to_contain_text("Attempt 1")
    attempts.get_by_text("What came back").click()
    expect(attempts.get_by_text("thanks")).to_be_visible()


def test_the_clock_is_frozen_advanced_and_run_until_idle_from_every_view(
    tab: Tab, receiver: Receiver
) -> None:
    receiver.answers = [503]
    tab.open("scenarios")
    clock = tab.role("group", "Clock of the sandbox")
    expect(clock).to_contain_text("running")
    clock.get_by_role("button", name="Freeze").click()
    expect(clock).to_contain_text("frozen")
    # An unused sandbox may be put anywhere, and is here.
    tab.control("PUT", "clock", {"mode": "manual", "now": "2026-01-01T00:00:00Z"})
    now = clock.locator("time")
    expect(now).to_have_attribute("title", "2026-01-01T00:00:00.000Z")
    expect(now).to_have_text(re.compile(r"1 Jan( 2026)?, 09:00:00"))
    clock.get_by_label("Advance by").fill("1h")
    clock.get_by_role("button", name="Advance").click()
    expect(now).to_have_attribute("title", "2026-01-01T01:00:00.000Z")
    owe(tab, receiver.url)
    clock.get_by_role("button", name="Run until idle").click()
    expect(tab.page.get_by_text("1 callback delivered")).to_be_visible()
    expect(now).to_have_attribute("title", "2026-01-01T01:00:01.000Z")
    clock.get_by_role("button", name="Let run").click()
    expect(clock).to_contain_text("running")


def test_a_duration_that_is_none_is_told(tab: Tab) -> None:
    tab.open("tasks")
    clock = tab.role("group", "Clock of the sandbox")
    clock.get_by_label("Advance by").fill("soon")
    clock.get_by_role("button", name="Advance").click()
    expect(tab.page.get_by_text("'by' is 'soon'")).to_be_visible()
