"""Walks an exchange through a real server, and compares what comes back with what has to."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.contract.exchanges import Comparison, Exchange, as_printed, parsed
from tests.support.receiver import Receiver

Told = tuple[int, Any]
"""A status, and the JSON that came with it; 0 where it came by itself."""


@dataclass
class Walk:
    """The client is in a sandbox of its own, whose clock stands still until a step moves it."""

    client: httpx.Client
    receiver: Receiver
    comparison: Comparison = field(default_factory=Comparison)
    triggered: list[str] = field(default_factory=list)

    def through(self, exchange: Exchange) -> None:
        """All steps; an exchange in which nothing is compared is a failure."""
        self._prepare(exchange.data)
        for at, step in enumerate(exchange.steps):
            before = self.comparison.compared
            [does] = [name for name in STEPS if name in step]
            stored = self._stored()
            told = STEPS[does](self, step[does])
            self._compare(step, told, f"step {at}")
            if does == "send":
                assert self.comparison.compared > before, f"step {at} compares nothing"
                if step.get("status", 200) != 200:
                    self.comparison.check(stored, self._stored(), f"step {at}, what is stored")
        assert self.comparison.compared, "nothing is compared"

    def _prepare(self, data: Mapping[str, Any]) -> None:
        self._control("POST", "reset")
        self._control("PUT", "clock", {"mode": "manual"})
        if "fixtures" in data:
            self._control("POST", "fixtures", data["fixtures"])
        changes = {name: self._filled(data[name]) for name in ("rules", "actions") if name in data}
        if changes:
            self._control("PUT", "applications/dashboard", changes)

    # What steps do

    def send(self, sent: Mapping[str, Any]) -> Told:
        """A call of the emulated API."""
        sent = self._filled(sent)
        path = f"{sent.get('prefix', '')}{sent.get('path', '/api/v1/task/sync')}"
        headers = {"authorization": f"Token {sent.get('key', 'dashboard-key')}"}
        if "authorization" in sent:
            headers["authorization"] = sent["authorization"] or ""
        if "host" in sent:
            headers["host"] = sent["host"]
        body: dict[str, Any] = {"json": sent["json"]} if "json" in sent else {}
        if "form" in sent:
            body = {"data": sent["form"]}
        if "multipart" in sent:
            body = {"files": {name: (None, value) for name, value in sent["multipart"].items()}}
        if "upload" in sent:
            body["files"] |= {"media": ("a.gif", sent["upload"].encode())}
        if "content" in sent:
            body = {"content": sent["content"]}
            headers["content-type"] = sent["type"]
        request = self.client.build_request(
            sent.get("method", "POST"), path, headers=headers, **body
        )
        if headers["authorization"] == "":
            del request.headers["authorization"]
        answer = self.client.send(request)
        told = parsed(answer.content)
        self.triggered += _names(told)
        return answer.status_code, told

    def act(self, sent: Mapping[str, Any]) -> Told:
        """What a moderator does."""
        return self._ask("POST", "actions", sent)

    def advance(self, by: str) -> Told:
        """Time passes."""
        return self._ask("POST", "clock/advance", {"by": by})

    def run(self, until: str) -> Told:
        """Everything that is still to happen happens."""
        assert until == "until idle"
        return self._ask("POST", "clock/run-until-idle")

    def look(self, call: str) -> Told:
        """A look into the sandbox."""
        return self._ask("GET", call)

    def received(self, target: str) -> Told:
        """The next request that came at the receiver."""
        came = self.receiver.next()
        self.comparison.check(target, came.target, "the address that was called")
        self.comparison.check("application/json", came.header("content-type"), "its content type")
        told = parsed(came.body)
        self.triggered += _names(told)
        return 0, told

    # What comes back

    def _compare(self, step: Mapping[str, Any], told: Told, at: str) -> None:
        status, answer = told
        if status:
            self.comparison.check(step.get("status", 200), status, f"{at}, status of {answer}")
            # The status is not what an exchange is about.
            self.comparison.compared -= 1
        if "answer" in step:
            self.comparison.whole(self._filled(step["answer"]), answer, at)
        if "as printed" in step:
            self.comparison.whole(as_printed(step), answer, at)
        if "part" in step:
            self.comparison.part(self._filled(step["part"]), answer, at)
        if "triggers" in step:
            self.comparison.check(step["triggers"], _names(answer), at)
        if "items" in step:
            self.comparison.part(self._filled(step["items"]), answer["items"], at)

    def _stored(self) -> Any:
        """How many posts and patrons there are."""
        return [self._control("GET", call)["total"] for call in ("posts", "patrons")]

    def _control(self, method: str, call: str, body: object = None) -> Any:
        status, answer = self._ask(method, call, body)
        assert status == 200, answer
        return answer

    def _ask(self, method: str, call: str, body: object = None) -> Told:
        answer = self.client.request(method, f"/_emulator/{call}", json=body)
        return answer.status_code, answer.json()

    def _filled(self, value: Any) -> Any:
        """The value with what stands for something long, or for the receiver's address, in it."""
        text = json.dumps(value).replace("{receiver}", self.receiver.url)
        return json.loads(_LONG.sub(lambda found: "x" * int(found[1]), text))


_LONG = re.compile(r"\{([0-9]+) characters\}")


def _names(answer: Any) -> list[str]:
    """The rules that were triggered, of an answer of either form."""
    found = answer.get("triggered_rules", ()) if isinstance(answer, dict) else ()
    return [one.get("rule_name") or one["display_name"] for one in found if isinstance(one, dict)]


STEPS: Mapping[str, Callable[[Walk, Any], Told]] = {
    "send": Walk.send,
    "act": Walk.act,
    "advance": Walk.advance,
    "run": Walk.run,
    "look": Walk.look,
    "received": Walk.received,
}
