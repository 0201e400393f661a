"""A small forum. What people post is shown to Hive, and a policy decides what becomes of it.

Comments are decided while their author waits; pictures are published when Hive calls back. It is
here for its tests, in test_forum.py: that is how a client of Hive is tested with hive-emulator.
"""

import json
import os
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

TRIES = 3
"""How often Hive is asked, when it has no time or makes mistakes."""


class Unmoderated(Exception):
    """Hive did not answer: the content is not published."""


# The policy


def decide_text(severities: dict[str, int]) -> str:
    """Hate is removed from severity 2 on, everything else at 3; what is suspicious is looked at."""
    if severities.get("hate", 0) >= 2 or max(severities.values(), default=0) >= 3:
        return "removed"
    return "review" if max(severities.values(), default=0) >= 2 else "published"


def decide_picture(scores: dict[str, float]) -> str:
    """Nudity and weapons are removed when Hive is sure, and looked at when it is not."""
    worst = max(scores[name] for name in ("general_nsfw", "gun_in_hand", "knife_in_hand"))
    if worst >= 0.9:
        return "removed"
    return "review" if worst >= 0.5 else "published"


# Hive


def ask(kind: str, **fields: str) -> Any:
    """What Hive says to a submission; it is asked again where that may help."""
    url = os.environ.get("HIVE_URL", "https://api.thehive.ai")
    headers = {"Authorization": f"Token {os.environ['HIVE_KEY']}"}
    for _ in range(TRIES):
        answer = requests.post(f"{url}/api/v2/task/{kind}", fields, headers=headers, timeout=10)
        if answer.status_code == 429 or answer.status_code >= 500:
            continue
        answer.raise_for_status()
        return answer.json()
    raise Unmoderated(f"Hive answers {answer.status_code}")


def classes(result: Any) -> dict[str, Any]:
    """Scores by class, of a result or of the body of a callback."""
    output = result["status"][0]["response"]["output"][0]
    return {one["class"]: one["score"] for one in output["classes"]}


# The forum


@dataclass
class Forum:
    """Comments and pictures with what was decided: published, review, removed or waiting."""

    address: str = ""
    comments: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)

    def comment(self, text: str) -> str:
        """Post a comment; its author waits for what is decided."""
        try:
            self.comments[text] = decide_text(classes(ask("sync", text_data=text)))
        except Unmoderated:
            self.comments[text] = "review"
        return self.comments[text]

    def picture(self, url: str) -> None:
        """Post a picture, which nobody sees before Hive has called back.

        Its address is part of the callback's: Hive may call before we have read the task's id.
        """
        self.pictures[url] = "waiting"
        about = urlencode({"picture": url})
        ask("async", url=url, callback_url=f"{self.address}/hive?{about}")

    def called_back(self, url: str, body: Any) -> None:
        """Hive has looked at a picture. It may say so twice."""
        if self.pictures.get(url) != "waiting":
            return
        done = "response" in body["status"][0]
        self.pictures[url] = decide_picture(classes(body)) if done else "review"


def server_of(forum: Forum, port: int = 0) -> ThreadingHTTPServer:
    """The forum's web server, as far as Hive needs it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            [url] = parse_qs(urlsplit(self.path).query)["picture"]
            body = self.rfile.read(int(self.headers["Content-Length"]))
            forum.called_back(url, json.loads(body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    forum.address = f"http://127.0.0.1:{server.server_port}"
    return server
