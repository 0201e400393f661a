"""A real browser, one for all tests of the page, and a tab of its own for each."""

import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.page.tabs import Tab, new_page, watched

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
HOW = "there is no Chromium: install it with `apt-get install -y --no-install-recommends chromium`"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's own Chromium, headless.

    For these tests only: while it runs, no other loop can in this thread.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail(HOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def page(browser: Browser) -> Page:
    """The one page that all tests look at which are content with a reader in Tokyo."""
    return new_page(browser)


@pytest.fixture
def tab(page: Page, server_url: str, client: httpx.Client) -> Iterator[Tab]:
    """A tab on the sandbox of this test, in which no mistake may happen."""
    sandbox = str(client.base_url).rstrip("/").rpartition("/")[2]
    with watched(page, server_url, sandbox, client) as tab:
        yield tab
    page.goto("about:blank")
