"""Content is untrusted: nothing that a client submits runs, and no other page drives this."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.page.tabs import ASYNC, Tab
from tests.support.pictures import png

EVIL = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>\'"><svg onload=ran=1>'
LINK = "javascript:window.ran=1"
V1 = "/api/v1/task/sync"


def everything_evil(tab: Tab) -> None:
    """Markup in every field that there is."""
    tab.control("PUT", "clock", {"mode": "manual"})
    fixture = {"name": EVIL, "when": {"text": EVIL}, "text": {"hate": 2}}
    tab.control("POST", "fixtures", fixture)
    unused = {"name": f"unused {EVIL}", "when": {"text": LINK}, "text": {"hate": 2}}
    tab.control("POST", "fixtures", unused)
    tab.submit(text_data=EVIL, metadata=EVIL)
    tab.submit(text_data=f"{LINK} {EVIL} https://x.test/{LINK}")
    tab.submit("visual", url=f"https://cdn.test/<script>window.ran=1</script>?{LINK}")
    tab.submit("visual", files={"media": (EVIL, png())}, metadata=EVIL)
    rule = {"name": EVIL, "type": "post", "when": {"text_contains_any": ["<"]}}
    deeds = [{**rule, "action": "send_post_to_review"}]
    tab.control("PUT", "applications/dashboard", {"rules": deeds})
    whose = {"patron_id": EVIL, "post_id": f"{EVIL}/..", "patron_metadata": '{"a": "<b>"}'}
    tab.submit("dashboard", V1, text_data=EVIL, **whose)
    back = f"http://127.0.0.1:9/<script>window.ran=1</script>?{LINK}"
    tab.submit(path=ASYNC, text_data="back", callback_url=back)
    tab.control("POST", "clock/advance", {"by": 0})
    tab.control("POST", "faults", {"fault": "slow", "when": {"text": EVIL}})
    named = {"name": "evil", "description": EVIL, "steps": [], "timeline": []}
    tab.control("PUT", "scenario", named)
    tab.client.post(f"/{'<script>'}", headers={"user-agent": EVIL.replace("\n", "")})


def test_nothing_that_is_submitted_runs_in_any_view(tab: Tab) -> None:
    everything_evil(tab)
    tab.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    views = [
        ["tasks"], ["calls"], ["callbacks"], ["scenarios"], ["compose"],
        *(["moderation", one] for one in ("review", "posts", "patrons", "webhooks", "rules")),
        ["moderation", "posts", "dashboard", f"{EVIL}/.."],
        ["moderation", "patrons", "dashboard", EVIL],
        ["callbacks", "cb-1"], ["tasks", EVIL], [EVIL],
    ]  # fmt: skip
    views += [["tasks", one["id"]] for one in tab.control("GET", "tasks")["items"]]
    views += [["calls", one["id"]] for one in tab.control("GET", "requests")["items"][-2:]]
    for view in views:
        tab.open(*view)
        tab.page.locator("main").get_by_role("heading").or_(
            tab.page.locator(".empty")
        ).first.wait_for()
        tab.wait_until_live()
        for opens in tab.page.locator("summary").all():
            opens.click()
        told = tab.page.evaluate(
            "[window.ran, document.querySelectorAll('main img, main script').length]"
        )
        assert told == [None, 0], view
        links = tab.page.evaluate("[...document.links].map((one) => one.protocol)")
        assert set(links) <= {"http:"}, view


def test_markup_is_seen_as_it_was_sent(tab: Tab) -> None:
    tab.open("tasks", tab.submit(text_data=EVIL))
    expect(tab.region("Scores").locator("blockquote")).to_have_text(EVIL)


def test_the_policy_stops_what_would_get_into_the_page_all_the_same(tab: Tab) -> None:
    tab.open("tasks")
    tab.wait_until_live()
    tab.page.evaluate(
        """() => {
          const image = document.createElement('div');
          image.innerHTML = '<img src="data:," onerror="window.ran=1">';
          document.body.append(image);
          const script = document.createElement('script');
          script.textContent = 'window.ran=1';
          document.body.append(script);
        }"""
    )
    tab.page.wait_for_function("document.querySelector('div > img').complete")
    assert tab.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in told for told in tab.mistakes)
    tab.mistakes.clear()


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of another origin, on a socket of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>elsewhere</title>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_no_page_of_another_origin_drives_the_control_api(tab: Tab, elsewhere: str) -> None:
    tab.page.goto(elsewhere)
    told = tab.page.evaluate(
        """async (url) => {
          const body = JSON.stringify({fault: 'server_error'});
          const blind = {method: 'POST', mode: 'no-cors', body};
          const sent = await fetch(url, blind).then((one) => one.type);
          const read = await fetch(url).then((one) => one.text(), (error) => error.name);
          return [sent, read];
        }""",
        f"{tab.url}/_emulator/faults?sandbox={tab.sandbox}",
    )
    assert told == ["opaque", "TypeError"]
    assert tab.control("GET", "faults")["items"] == []
    tab.mistakes.clear()


def test_no_page_of_another_origin_frames_it(tab: Tab, elsewhere: str) -> None:
    tab.page.goto(elsewhere)
    tab.page.evaluate(
        """(url) => new Promise((done) => {
          const frame = document.createElement('iframe');
          frame.onload = done;
          frame.src = url;
          document.body.append(frame);
        })""",
        tab.url,
    )
    [frame] = tab.page.frames[1:]
    assert frame.url.startswith("chrome-error:")
    tab.mistakes.clear()
