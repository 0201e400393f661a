"""Renews the pictures of the page that the README shows: `make screenshots`.

What they show is made up, and on a clock that stands still, so that they change when the page does.
"""

from io import BytesIO
from pathlib import Path

import httpx
from faker import Faker
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from emulator import run
from emulator.cli.traffic import traffic
from tests.page.tabs import launched, new_page
from tests.support.receiver import Receiver, receiving

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 800}
APPLICATION = "http://app.internal:8000"
BEGINNING = "2026-05-04T09:30:00Z"
CALLS = 240
PORT = 4483
"""Where the README says that it is; nobody else may be there."""

KNIFE = {
    "name": "knife appears at 12 s",
    "when": {"filename": "kitchen-*.mp4"},
    "media": {"duration": "48s"},
    "video": {
        "between": "linear",
        "frames": [
            {"at": "0s"},
            {"at": "10s", "knife_in_hand": 0.05, "yes_smoking": 0.2},
            {"at": "14s", "knife_in_hand": 0.97, "yes_smoking": 0.35},
            {"at": "26s", "knife_in_hand": 0.93, "yes_smoking": 0.1},
            {"at": "30s", "knife_in_hand": 0.04, "a_little_bloody": 0.4},
            {"at": "40s", "a_little_bloody": 0.02},
        ],
    },
}
RUDE = "You fool, nobody wants your hive-bullying-2 here. Write to ann@example.com instead!"
RUDENESS = {
    "name": "rude to a stranger",
    "when": {"text_contains": "You fool"},
    "text": {"hate": 2, "bullying": 2},
}


def live(client: httpx.Client, receiver: Receiver) -> dict[str, str]:
    """Some time in the life of a forum; the names of what is shown of it."""

    def control(method: str, path: str, body: object) -> None:
        client.request(method, f"/_emulator/{path}", json=body).raise_for_status()

    def submit(path: str, key: str, **fields: str) -> str:
        headers = {"authorization": f"Token {key}-key"}
        told = client.post(f"/api/{path}", headers=headers, data=fields).raise_for_status().json()
        return str(told.get("task_id") or told["id"])

    control("PUT", "clock", {"mode": "manual", "now": BEGINNING})
    control("POST", "fixtures", [KNIFE, RUDENESS])
    control("PUT", "applications/dashboard", {"actions": WEBHOOKS})
    words = Faker("en_US")
    words.seed_instance(0)
    for at, call in enumerate(traffic(words, CALLS, f"{APPLICATION}/moderated")):
        if at == CALLS - 6:
            receiver.answers = [503]
        headers = {"authorization": f"Token {call.key}"}
        client.post(call.path, headers=headers, data=dict(call.fields)).raise_for_status()
        control("POST", "clock/advance", {"by": 1 if at == CALLS - 1 else 7})
    back = f"{APPLICATION}/moderated"
    receiver.answers = [503]
    submit("v2/task/async", "text", text_data="Is anybody still awake?", callback_url=back)
    control("POST", "clock/advance", {"by": 0})
    post = {"patron_id": "greenwilliam", "post_id": "p-1042"}
    rude = submit("v1/task/sync", "dashboard", text_data=RUDE, **post)
    video = submit("v2/task/sync", "visual", url="https://cdn.example.com/kitchen-7.mp4")
    control("PUT", "scenario", {"name": "flaky-callbacks"})
    control("POST", "faults", {"on": "callback", "times": 3, "fault": "late", "delay": "5m"})
    return {"video": video, "rude": rude}


WEBHOOKS = {"ban_patron": {"webhook": f"{APPLICATION}/banned"}}


def views(names: dict[str, str]) -> dict[str, str]:
    """Each picture, and where it is taken."""
    return {
        "tasks": "tasks",
        "video": f"tasks/{names['video']}",
        "post": f"tasks/{names['rude']}",
        "callbacks": "callbacks",
        "moderation": "moderation/review",
        "scenarios": "scenarios",
        "compose": "compose",
    }


def ready(page: Page, name: str) -> None:
    """Wait until all of it is there."""
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    if name == "compose":
        form = page.get_by_role("form", name="Compose")
        form.get_by_label("Preset").select_option("Post has text in Deny List")
        form.get_by_role("button", name="Send").click()
    elif name == "scenarios":
        page.get_by_text("1 more", exact=False).first.wait_for()
    page.locator("main .card h2, main .item, main .cards").first.wait_for()
    page.locator("main .copies pre, main .item, main .cards, main .plain").first.wait_for()


def take(page: Page, url: str, name: str, scheme: str) -> None:
    """One picture."""
    page.goto(url)
    ready(page, name)
    page.mouse.move(0, 0)
    page.evaluate("document.querySelector('main').scrollTop = 0")
    shot = Image.open(BytesIO(page.screenshot(animations="disabled")))
    few = shot.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}-{scheme}.png", optimize=True)


def renew(browser: Browser) -> None:
    """All of them, light and dark, each time of the same life anew."""
    for scheme in ("light", "dark"):
        with (
            receiving() as receiver,
            run(port=PORT, callback_rewrite=((APPLICATION, receiver.url),)) as server,
            httpx.Client(base_url=server.url, trust_env=False) as client,
        ):
            names = live(client, receiver)
            options = {"timezone_id": "UTC", "viewport": SIZE, "color_scheme": scheme}
            page = new_page(browser, **options)
            for name, path in views(names).items():
                take(page, f"{server.url}/#/default/{path}", name, scheme)
            page.context.close()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with launched() as browser:
        renew(browser)
