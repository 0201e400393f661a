"""The list of tasks: newest first, live, looked through, and quick when it is long."""

import httpx
from playwright.sync_api import Browser, expect

from emulator import run
from tests.page.tabs import ASYNC, Tab, tab_of

MANY = 3000
GREW = """(before) => {
  const size = Number(document.querySelector('.item').ariaSetSize);
  return size > before && size;
}"""


def test_tasks_are_listed_newest_first_and_new_ones_come_by_themselves(tab: Tab) -> None:
    tab.submit(text_data="the first")
    tab.open("tasks")
    rows = tab.rows("Tasks")
    expect(rows).to_have_count(1)
    tab.submit(text_data="the second")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("the second")
    expect(rows.last).to_contain_text("the first")


def test_a_row_says_what_it_was_who_scored_it_and_which_rule_fired(tab: Tab) -> None:
    post = {"patron_id": "ann", "post_id": "p1", "text_data": "Buy snake oil, hive-hate-2"}
    tab.submit("dashboard", "/api/v1/task/sync", **post)
    tab.open("tasks")
    row = tab.rows("Tasks").first
    for told in (post["text_data"], "dashboard", "stand-in hate 2", "Hateful text"):
        expect(row).to_contain_text(told)


def test_what_is_looked_for_stands_in_the_address_and_survives_a_reload(tab: Tab) -> None:
    tab.submit(text_data="hello there")
    tab.submit(text_data="hello hive-bullying-2")
    tab.submit("visual", url="https://cdn.test/hello.jpg")
    tab.open("tasks")
    box = tab.role("searchbox", "Search tasks")
    box.fill("kind:text hello")
    expect(tab.rows("Tasks")).to_have_count(2)
    box.fill('kind:text fixture:"stand-in bullying 2" hello')
    expect(tab.rows("Tasks")).to_have_count(1)
    assert "fixture%3A%22stand-in+bullying+2%22" in tab.path
    tab.page.reload()
    expect(tab.rows("Tasks")).to_have_count(1)
    expect(box).to_have_value('kind:text fixture:"stand-in bullying 2" hello')
    box.fill("project:visual")
    expect(tab.rows("Tasks").first).to_contain_text("https://cdn.test/hello.jpg")
    box.fill("nothing like it")
    expect(tab.page.get_by_text("No task is like that.")).to_be_visible()


def test_filters_that_are_pressed_go_into_the_search_and_out_of_it(tab: Tab) -> None:
    tab.control("POST", "faults", {"fault": "download_failed", "times": 1})
    tab.submit("visual", url="https://cdn.test/gone.jpg")
    tab.submit("visual", url="https://cdn.test/there.jpg")
    tab.open("tasks")
    failed = tab.button("failed")
    failed.click()
    expect(tab.rows("Tasks")).to_have_count(1)
    expect(tab.rows("Tasks")).to_contain_text("code 2100")
    expect(tab.role("searchbox")).to_have_value("status:failed")
    expect(failed).to_have_attribute("aria-pressed", "true")
    failed.click()
    expect(tab.rows("Tasks")).to_have_count(2)


def test_a_word_that_cannot_be_is_told_with_what_is_possible(tab: Tab) -> None:
    tab.submit(text_data="hello")
    tab.open("tasks", query="?q=kind:pictur")
    expect(tab.page.get_by_text("Did you mean 'picture'?")).to_be_visible()


def test_a_task_comes_to_another_state_in_its_row(tab: Tab) -> None:
    tab.control("PUT", "clock", {"mode": "manual"})
    slow = {"name": "slow", "when": {"text": "slow"}, "text": {}, "latency": "1h"}
    tab.control("POST", "fixtures", slow)
    tab.submit(path=ASYNC, text_data="slow")
    tab.open("tasks")
    row = tab.rows("Tasks").first
    expect(row).to_contain_text("in progress")
    tab.control("POST", "clock/advance", {"by": "1h"})
    expect(row).not_to_contain_text("in progress")


def test_thousands_of_tasks_cost_no_more_than_those_in_sight(browser: Browser) -> None:
    with run(port=0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        for number in range(MANY):
            server.emulator.submit("text-key", text_data=f"number {number}")
        with tab_of(browser, server.url, "default", client) as tab:
            tab.open("tasks")
            rows = tab.rows("Tasks")
            expect(rows.first).to_contain_text(f"number {MANY - 1}")
            rows.first.get_by_role("link").focus()
            # Older ones are asked for as the end comes near.
            loaded = 0
            while loaded < MANY:
                loaded = tab.page.wait_for_function(GREW, arg=loaded).json_value()
                tab.page.keyboard.press("End")
            expect(tab.page.get_by_text("number 0", exact=True)).to_be_visible()
            assert rows.count() < 60


def test_rows_are_walked_through_with_the_keyboard(tab: Tab) -> None:
    for name in ("one", "two", "three"):
        tab.submit(text_data=name)
    tab.open("tasks")
    links = tab.rows("Tasks").get_by_role("link")
    links.first.focus()
    for key, name in (("ArrowDown", "two"), ("j", "one"), ("k", "two"), ("Home", "three")):
        tab.page.keyboard.press(key)
        expect(tab.page.locator(":focus")).to_contain_text(name)
    tab.page.keyboard.press("Enter")
    expect(tab.role("heading", "three", level=1)).to_be_visible()


def test_where_nothing_was_submitted_the_page_says_what_to_do(tab: Tab) -> None:
    tab.open("tasks")
    expect(tab.page.get_by_text(f"hive-emulator populate --sandbox {tab.sandbox}")).to_be_visible()
    tab.page.get_by_role("main").get_by_role("link", name="Compose").click()
    expect(tab.role("heading", "Compose")).to_be_visible()


def test_calls_that_were_refused_are_listed_with_the_reason(tab: Tab) -> None:
    refused = {"authorization": "Token refused-key"}
    tab.client.post("/api/v2/task/sync", headers=refused, data={"text_data": "x"})
    tab.submit(text_data="fine")
    tab.open("calls")
    expect(tab.rows("Calls")).to_have_count(2)
    tab.role("searchbox").fill("status:403")
    expect(tab.rows("Calls")).to_have_count(1)
    tab.rows("Calls").get_by_role("link").click()
    expect(tab.role("heading", "Refused")).to_be_visible()
    expect(tab.page.get_by_text("authorization: Token …")).to_be_visible()
