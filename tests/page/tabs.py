"""A tab of the browser: where it looks, and what must not happen in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)

WITHIN = 10_000
"""How long what must come to be seen is waited for, in milliseconds, before a test fails."""
SYNC = "/api/v2/task/sync"
ASYNC = "/api/v2/task/async"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
HOW = (
    "there is no Chromium: `apt-get install -y --no-install-recommends chromium fonts-dejavu-core`"
)
expect.set_options(timeout=WITHIN)


@dataclass
class Tab:
    """A page that looks at one sandbox, and a client of the same."""

    page: Page
    url: str
    sandbox: str
    client: httpx.Client
    mistakes: list[str] = field(default_factory=list)

    # What happens in the sandbox

    def submit(self, key: str = "text", path: str = SYNC, **fields: Any) -> str:
        """Submit something; the id of its task."""
        files = fields.pop("files", None)
        headers = {"authorization": f"Token {key}-key"}
        answer = self.client.post(path, headers=headers, data=fields, files=files)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        return str(told.get("task_id") or told.get("id") or self.newest())

    def newest(self) -> Any:
        return self.control("GET", "tasks?limit=1")["items"][0]["id"]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, f"/_emulator/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    # What is seen

    def open(self, *parts: str, query: str = "") -> None:
        path = "/".join(quote(part, safe="") for part in (self.sandbox, *parts))
        self.page.goto(f"{self.url}/#/{path}{query}")

    def role(self, role: Any, name: str | None = None, **more: Any) -> Locator:
        return self.page.get_by_role(role, name=name, **more)

    def region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)

    def rows(self, name: str) -> Locator:
        """The rows of a list that are there."""
        return self.page.get_by_role("list", name=name, exact=True).get_by_role("listitem")

    def wait_until_live(self) -> None:
        expect(self.page.get_by_text("Live", exact=True)).to_be_visible()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def path(self) -> str:
        """What the address says after the sandbox."""
        return self.page.url.partition(f"#/{self.sandbox}/")[2]


def heard(tab: Tab, message: ConsoleMessage) -> None:
    # What the control API refuses is told in the page; the browser counts it as an error too.
    if message.type == "error" and "Failed to load resource" not in message.text:
        tab.mistakes.append(message.text)


@contextmanager
def watched(page: Page, url: str, sandbox: str, client: httpx.Client) -> Iterator[Tab]:
    """A tab of that page, which fails where something in it went wrong."""
    tab = Tab(page, url, sandbox, client)

    def on_console(message: ConsoleMessage) -> None:
        heard(tab, message)

    def on_error(error: Error) -> None:
        tab.mistakes.append(str(error))

    page.on("console", on_console)
    page.on("pageerror", on_error)
    try:
        yield tab
        assert tab.mistakes == []
    finally:
        page.remove_listener("console", on_console)
        page.remove_listener("pageerror", on_error)


@contextmanager
def launched() -> Iterator[Browser]:
    """Debian's own Chromium, headless; where there is none it is said how to have it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise AssertionError(HOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def new_page(browser: Browser, **options: Any) -> Page:
    """A page in a profile of its own."""
    options = {"locale": "en-GB", "timezone_id": "Asia/Tokyo", **options}
    return browser.new_context(**options).new_page()


@contextmanager
def tab_of(
    browser: Browser, url: str, sandbox: str, client: httpx.Client, **options: Any
) -> Iterator[Tab]:
    """A tab in a profile of its own."""
    page = new_page(browser, **options)
    try:
        with watched(page, url, sandbox, client) as tab:
            yield tab
    finally:
        page.context.close()
