"""A real browser, one for all tests of the page, and a tab of its own for each."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.page.tabs import Tab, launched, new_page, watched


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser; while it runs, no other loop can in this thread, so others have none."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def page(browser: Browser) -> Page:
    """The one page that all tests look at which are content with a reader in Tokyo."""
    return new_page(browser)


@pytest.fixture
def tab(page: Page, server_url: str, client: httpx.Client) -> Iterator[Tab]:
    """A tab on the sandbox of this test, in which no mistake may happen.

    The page is not loaded anew for each: it goes from one sandbox to the next, as readers do.
    """
    sandbox = str(client.base_url).rstrip("/").rpartition("/")[2]
    with watched(page, server_url, sandbox, client) as tab:
        if page.url.startswith(f"{server_url}/#"):
            # What was said to the test before passes in its own time.
            page.evaluate("document.getElementById('notices').replaceChildren()")
        yield tab
