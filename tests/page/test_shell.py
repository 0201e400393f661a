"""What surrounds every view: sandboxes, colours, keyboard, width, line, token and prefixes."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator import create_app, run
from tests.page.serving import served
from tests.page.tabs import Tab, tab_of

VIEWS = ["tasks", "calls", "callbacks", "moderation", "scenarios", "compose"]
PHONE = {"width": 375, "height": 740}


def test_sandboxes_stand_in_a_list_and_are_changed_between(tab: Tab) -> None:
    tab.submit(text_data="here")
    other = f"{tab.sandbox}-other"
    tab.client.post(
        f"{tab.url}/s/{other}/api/v2/task/sync",
        headers={"authorization": "Token text-key"},
        data={"text_data": "elsewhere"},
    )
    tab.open("tasks")
    expect(tab.rows("Tasks")).to_contain_text("here")
    listed = tab.role("navigation", "Sandboxes")
    expect(listed.locator("[aria-current]")).to_contain_text(tab.sandbox)
    listed.get_by_role("link", name=other).click()
    expect(tab.rows("Tasks")).to_contain_text("elsewhere")
    expect(listed.locator("[aria-current]")).to_contain_text(other)


def test_a_sandbox_is_made_as_new_after_a_question(tab: Tab) -> None:
    tab.submit(text_data="here")
    tab.open("tasks")
    expect(tab.rows("Tasks")).to_have_count(1)
    tab.page.once("dialog", lambda dialog: dialog.accept())
    tab.button("Reset").click()
    expect(tab.page.get_by_text("Nothing was submitted to this sandbox yet.")).to_be_visible()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_colours_follow_the_readers_scheme(
    browser: Browser, server_url: str, client: httpx.Client, scheme: str, dark: bool
) -> None:
    with tab_of(browser, server_url, "colours", client, color_scheme=scheme) as tab:
        tab.open("tasks")
        colour = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", colour))) < 200) == dark


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_fits_a_phone_and_has_one_heading_and_named_controls(
    browser: Browser, server_url: str, client: httpx.Client, view: str
) -> None:
    sandbox = str(client.base_url).rstrip("/").rpartition("/")[2]
    with tab_of(browser, server_url, sandbox, client, viewport=PHONE) as tab:
        post = {"text_data": "Buy my snake oil! " * 8, "patron_id": "ann", "post_id": "p" * 200}
        tab.submit("dashboard", "/api/v1/task/sync", **post)
        tab.open(view)
        expect(tab.role("heading", level=1)).to_have_count(1)
        tab.wait_until_live()
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert tab.page.evaluate(NAMELESS) == []


NAMELESS = """() => [...document.querySelectorAll('button, a, input, select, textarea')]
  .filter((node) => node.offsetParent)
  .filter((node) => !node.textContent.trim() && !node.getAttribute('aria-label'))
  .filter((node) => !node.labels?.length)
  .map((node) => node.outerHTML)"""


def test_the_keyboard_skips_to_the_content_and_reaches_the_views(tab: Tab) -> None:
    tab.open("tasks")
    tab.page.reload()
    expect(tab.role("heading", "Tasks")).to_be_visible()
    tab.page.keyboard.press("Tab")
    expect(tab.page.locator(":focus")).to_have_text("Skip to the content")
    outline = tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("document.activeElement.id") == "main"
    link = tab.role("navigation", "Views").get_by_role("link", name="Callbacks")
    link.focus()
    tab.page.keyboard.press("Enter")
    expect(tab.role("heading", "Callbacks")).to_be_visible()
    expect(link).to_have_attribute("aria-current", "page")


def test_times_are_in_the_readers_zone_with_the_exact_value_on_hover(tab: Tab) -> None:
    tab.control("PUT", "clock", {"mode": "manual", "now": "2026-05-01T20:30:00Z"})
    tab.submit(text_data="hello")
    tab.open("tasks")
    time = tab.rows("Tasks").locator("time")
    expect(time).to_have_text(re.compile(r"2 May( 2026)?, 05:30:00"))
    expect(time).to_have_attribute("title", "2026-05-01T20:30:00.000Z")


def test_a_lost_connection_is_shown_and_healed_and_nothing_is_missed(browser: Browser) -> None:
    with run(port=0) as server:
        port = int(server.url.rpartition(":")[2])
        context = browser.new_context()
        page = context.new_page()
        page.goto(server.url)
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Connection lost")
    with run(port=port) as server:
        key = {"authorization": "Token text-key"}
        data = {"text_data": "meanwhile"}
        httpx.post(f"{server.url}/api/v2/task/sync", headers=key, data=data).raise_for_status()
        # It tries by itself too, and may have been quicker.
        live = page.get_by_text("Live", exact=True)
        page.get_by_role("button", name="Try now").or_(live).first.click()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        expect(page.get_by_role("list", name="Tasks")).to_contain_text("meanwhile")
        expect(page.get_by_role("alert")).to_have_text("")
    context.close()


def test_a_server_that_asks_for_a_token_is_given_it_once_in_a_tab(browser: Browser) -> None:
    with (
        run(port=0, admin_token="s3cret") as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
        tab_of(browser, server.url, "default", client) as tab,
    ):
        server.emulator.submit("text-key", text_data="hidden")
        tab.open("tasks")
        dialog = tab.role("dialog")
        dialog.get_by_label("Token").fill("wrong")
        dialog.get_by_role("button", name="Continue").click()
        expect(dialog.get_by_label("Token")).to_have_value("")
        dialog.get_by_label("Token").fill("s3cret")
        dialog.get_by_role("button", name="Continue").click()
        expect(tab.rows("Tasks")).to_contain_text("hidden")
        tab.wait_until_live()
        tab.page.reload()
        expect(tab.rows("Tasks")).to_contain_text("hidden")


def beneath(prefix: str, app: ASGIApp) -> ASGIApp:
    """The application as a reverse proxy shows it, which takes its own prefix off."""

    async def proxied(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            assert scope["path"].startswith(prefix), scope["path"]
            raw = scope["raw_path"].removeprefix(prefix.encode())
            scope = {**scope, "path": scope["path"].removeprefix(prefix), "raw_path": raw}
        await app(scope, receive, send)

    return proxied


def test_it_works_beneath_a_prefix_of_a_reverse_proxy(browser: Browser) -> None:
    with (
        served(beneath("/hive", create_app())) as url,
        httpx.Client(base_url=f"{url}/hive", trust_env=False) as client,
        tab_of(browser, f"{url}/hive", "default", client) as tab,
    ):
        tab.submit(text_data="through the proxy")
        tab.open("tasks")
        expect(tab.rows("Tasks")).to_contain_text("through the proxy")
        tab.wait_until_live()


@pytest.mark.parametrize("ending", ["", "/"])
def test_beneath_a_sandboxs_own_address_it_shows_that_sandbox(tab: Tab, ending: str) -> None:
    tab.submit(text_data="mine")
    tab.page.goto(f"{tab.url}/s/{tab.sandbox}{ending}")
    expect(tab.rows("Tasks")).to_contain_text("mine")
