"""How the page is served: with what headers, how often, and how much of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import emulator
from emulator.server.page.page import POLICY

STATIC = Path(emulator.__file__).parent / "server" / "page" / "static"
FILES = sorted(path.name for path in STATIC.iterdir())
HTML = {"accept": "text/html,application/xhtml+xml"}
ENOUGH = 160 * 1024


@pytest.fixture
def plain(server_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server_url, trust_env=False) as client:
        yield client


def test_a_browser_gets_the_page_and_a_shell_gets_words(plain: httpx.Client) -> None:
    page, words = plain.get("/", headers=HTML), plain.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert words.headers["content-type"] == "text/plain; charset=utf-8"
    assert "curl " in words.text
    assert (page.headers["vary"], words.headers["vary"]) == ("accept", "accept")


@pytest.mark.parametrize("name", ["", *(f"_page/{name}" for name in FILES)])
def test_every_file_is_guarded_by_the_policy_and_asked_for_only_once(
    plain: httpx.Client, name: str
) -> None:
    first = plain.get(f"/{name}", headers=HTML)
    assert first.status_code == 200
    assert first.headers["content-security-policy"] == POLICY
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["referrer-policy"] == "no-referrer"
    known = {**HTML, "if-none-match": first.headers["etag"]}
    again = plain.get(f"/{name}", headers=known)
    assert (again.status_code, again.content) == (304, b"")


def test_the_policy_lets_nothing_in_from_anywhere() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert {rules[name] for name in ("base-uri", "form-action", "frame-ancestors")} == {"'none'"}


@pytest.mark.parametrize("name", ["none.js", "..%2Fpage.py", "%2e%2e%2fpage.py", "a/b.js", ""])
def test_nothing_but_its_files_is_served(plain: httpx.Client, name: str) -> None:
    answer = plain.get(f"/_page/{name}")
    assert answer.status_code == 404
    assert "def " not in answer.text


def test_all_of_it_is_small() -> None:
    assert sum((STATIC / name).stat().st_size for name in FILES) < ENOUGH


def test_it_asks_nobody_but_its_own_server() -> None:
    for name in FILES:
        text = (STATIC / name).read_text("utf-8")
        found = set(re.findall(r"https?://[^\s\"'`)<]+", text))
        examples = {one for one in found if ".test" in one or "127.0.0.1" in one}
        assert found - examples <= {"http://www.w3.org/2000/svg"}, name
        assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval\(|new Function", text)


def test_every_module_is_fetched_at_once() -> None:
    index = (STATIC / "index.html").read_text("utf-8")
    named = set(re.findall(r'href="\./_page/(\w+\.js)"', index)) | {"app.js"}
    assert named == {name for name in FILES if name.endswith(".js")}


def test_nothing_in_the_page_stands_inline() -> None:
    index = (STATIC / "index.html").read_text("utf-8")
    assert not re.search(r"<script(?![^>]*src)|<style|\sstyle=|\son\w+=", index)


def test_it_is_read_when_somebody_looks_and_not_before() -> None:
    from emulator.server.page.page import Page

    page = Page()
    assert page.answers
    assert "_files" not in vars(page)
