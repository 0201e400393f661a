"""A client in a sandbox of its own, on a clock that it moves itself, with a receiver beside it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

import httpx
import pytest

from tests.support.receiver import Received, Receiver

SYNC = "/api/v2/task/sync"
ASYNC = "/api/v2/task/async"
SUMMARY = "/api/v2/task"
TRIGGER = "/api/v2/task/callback"
PICTURE = "https://cdn.test/a.jpg"
BEGINNING = "2026-01-01T00:00:00.000Z"
"""Where a manual clock begins."""
CLOSED = "Server disconnected without sending a response"
"""What httpx says where a connection is closed before anything came over it."""
PADDING = 5 * 1024**2
ABOUT = {"summary": ("GET", SUMMARY), "trigger": ("POST", TRIGGER)}
"""The calls that are about a task which was submitted before."""


def client_of(url: str) -> httpx.Client:
    """A client that makes nothing ready for TLS, which would take 50 ms."""
    return httpx.Client(base_url=url, trust_env=False, verify=False)


@contextmanager
def calling(server_url: str, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client in the sandbox of a test."""
    sandbox = f"test-{crc32(request.node.nodeid.encode())}"
    with client_of(f"{server_url}/s/{sandbox}") as client:
        yield client


class Seen(NamedTuple):
    """What arrived: an answer at the client, or a callback at the receiver.

    `length` is how long the body was said to be, `whole` whether so much came.
    """

    content_type: str
    length: int
    body: bytes
    whole: bool

    def json(self) -> Any:
        return json.loads(self.body)


class Told(NamedTuple):
    """What the journal says of a trouble: which, on what, because of what, and to which task."""

    fault: str
    on: str
    because: str
    task: str | None = None


@dataclass
class World:
    """The client, its receiver and the key it sends; everything happens when it says so."""

    client: httpx.Client
    receiver: Receiver
    key: str = "visual-key"

    def __post_init__(self) -> None:
        self.ask("PUT", "clock", {"mode": "manual"})

    # The emulated API

    def request(self, on: str, **fields: Any) -> httpx.Request:
        """The call that an event is about: of a picture unless `fields` say otherwise.

        A field that is None is not sent.
        """
        headers = {"authorization": f"Token {self.key}"}
        if on in ABOUT:
            asked = fields or {"task_id": self.tasks()[-1]["id"]}
            method, path = ABOUT[on]
            return self.client.build_request(method, path, headers=headers, params=asked)
        if not fields.keys() & {"url", "text_data"} and "files" not in fields:
            fields["url"] = PICTURE
        if on == "submit_async":
            fields.setdefault("callback_url", self.receiver.url)
        path = ASYNC if on == "submit_async" else SYNC
        files = fields.pop("files", None)
        data = {name: value for name, value in fields.items() if value is not None}
        return self.client.build_request("POST", path, headers=headers, data=data, files=files)

    def call(self, on: str, **fields: Any) -> httpx.Response:
        return self.client.send(self.request(on, **fields))

    def call_impatiently(self, on: str, **fields: Any) -> httpx.Response:
        """With a fifth of a second for the answer."""
        request = self.request(on, **fields)
        request.extensions["timeout"] = httpx.Timeout(5, read=0.2).as_dict()
        return self.client.send(request)

    def see(self, on: str, **fields: Any) -> Seen:
        """Make the call that an event is about, and take what comes, as far as it comes."""
        if on == "callback":
            self.submit(**fields)
            return seen(self.receiver.next())
        answer = self.client.send(self.request(on, **fields), stream=True)
        assert answer.status_code == 200
        body, whole = b"", True
        try:
            for piece in answer.iter_raw():
                body += piece
        except httpx.RemoteProtocolError:
            whole = False
        finally:
            answer.close()
        headers = answer.headers
        return Seen(headers["content-type"], int(headers["content-length"]), body, whole)

    def submit(self, **fields: Any) -> str:
        """Submit something asynchronously that is acknowledged; its id."""
        answer = self.call("submit_async", **fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["task_id"])

    def finish_one(self) -> str:
        """Have a finished task, so that a summary can be asked for; nobody is called back."""
        task_id = self.submit(callback_url=None)
        self.run_until_idle()
        assert self.task(task_id)["state"] == "finished"
        return task_id

    def call_back_one(self) -> str:
        """Have a task that was called back, so that it can be triggered anew."""
        task_id = self.submit()
        self.run_until_idle()
        assert self.receiver.next().json()["id"] == task_id
        self.receiver.all.clear()
        return task_id

    # The control API

    def ask(self, method: str, call: str, body: object = None) -> Any:
        answer = self.client.request(method, f"/_emulator/{call}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def items(self, call: str) -> list[Any]:
        found: list[Any] = self.ask("GET", call)["items"]
        return found

    def play(self, *steps: Mapping[str, object], **more: Any) -> None:
        """Be under a scenario of these steps."""
        self.ask("PUT", "scenario", {"steps": steps, **more})

    def left(self) -> list[int | None]:
        """How often each step of the scenario may still apply."""
        return [step["left"] for step in self.ask("GET", "scenario")["steps"]]

    def advance(self, by: str) -> Any:
        return self.ask("POST", "clock/advance", {"by": by})

    def run_until_idle(self) -> Any:
        return self.ask("POST", "clock/run-until-idle")

    def now(self) -> str:
        return str(self.ask("GET", "clock")["now"])

    def tasks(self) -> list[Any]:
        return self.items("tasks")

    def task(self, task_id: str) -> Any:
        return self.ask("GET", f"tasks/{task_id}")

    def callbacks(self) -> list[Any]:
        return self.items("callbacks")

    def callback(self) -> Any:
        """The only callback that there is."""
        [callback] = self.callbacks()
        return callback

    def told(self) -> list[Told]:
        """The troubles that the journal tells of, oldest first."""
        return [
            Told(one["about"], one["on"], one["because"], one["task"])
            for one in self.items("journal?kind=fault")
        ]

    def troubles(self, task_id: str) -> list[tuple[str, str]]:
        """The troubles that a task tells of, and who said so: in its line and its explanation."""
        task = self.task(task_id)
        assert task["faults"] == task["explanation"]["faults"]
        return [(one["fault"], one["because"]) for one in task["faults"]]

    def right(self, on: str) -> bytes:
        """What the newest task gives at an event where nothing is wrong."""
        task = self.task(self.tasks()[-1]["id"])
        acknowledged = {"task_id": task["id"], "id": task["id"]}
        triggered = {"task_id": task["id"], "message": "The callback is being sent."}
        others = {"submit_async": acknowledged, "trigger": triggered}
        content = others.get(on, task["answer"])
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def seen(received: Received) -> Seen:
    """What arrived at the receiver."""
    return Seen(received.header("content-type"), received.length, received.body, received.whole)


# What a trouble of bodies does: each is held against what is right.

Check = Callable[[Seen, bytes], None]
JSON = "application/json"
HTML = "text/html; charset=utf-8"


def is_right(seen: Seen, right: bytes) -> None:
    assert seen == Seen(JSON, len(right), right, whole=True)


def is_cut_in_half(seen: Seen, right: bytes) -> None:
    assert seen == Seen(JSON, len(right), right[: len(right) // 2], whole=False)


def is_no_json(seen: Seen, right: bytes) -> None:
    broken = right[:-1] + b","
    assert seen == Seen(JSON, len(broken), broken, whole=True)
    with pytest.raises(json.JSONDecodeError):
        seen.json()


def is_called_html(seen: Seen, right: bytes) -> None:
    assert seen == Seen(HTML, len(right), right, whole=True)


def has_a_class_nobody_knows(seen: Seen, right: bytes) -> None:
    expected = json.loads(right)
    for output in expected["status"][0]["response"]["output"]:
        output["classes"].append({"class": "yes_unheard_of", "score": 0.99})
    assert (seen.content_type, seen.whole, seen.json()) == (JSON, True, expected)


def lacks_a_field(seen: Seen, right: bytes) -> None:
    """The status, or the `task_id` of an acknowledgement."""
    expected = json.loads(right)
    del expected["status" if "status" in expected else "task_id"]
    assert (seen.content_type, seen.whole, seen.json()) == (JSON, True, expected)


def is_huge(seen: Seen, right: bytes) -> None:
    whole = seen.json()
    padding = whole.pop("padding")
    assert (seen.content_type, seen.whole, whole) == (JSON, True, json.loads(right))
    assert (len(padding), padding[:3]) == (PADDING, "xxx")
