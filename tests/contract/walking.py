"""Walks exchanges through a real server, and compares what comes back with what has to."""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx
import yaml

from emulator import run
from tests.contract.exchanges import Comparison, Exchange, as_printed, parsed, without
from tests.support.lives import client_of
from tests.support.pictures import gif, jpeg, png
from tests.support.receiver import Receiver

NEAR = 1e-9
"""How near a score has to be: what is left of a head is a difference of doubles."""
Step = Mapping[str, Any]
Told = tuple[int, Any]
"""A status, and the JSON that came with it; 0 where it came by itself."""


DEFAULTS: Mapping[str, Any] = {"method": "POST", "prefix": "", "filename": "a.gif"}
"""What counts where neither an exchange nor its file says it."""
PICTURES: Mapping[str, bytes] = {"a png": png(), "a jpeg": jpeg(), "a gif": gif()}
_CHARACTERS = re.compile(r"\{(\d+) characters\}")


@dataclass
class Walk:
    """The client is in a sandbox of its own, whose clock stands still until a step moves it."""

    client: httpx.Client
    receiver: Receiver
    comparison: Comparison = field(default_factory=Comparison)
    triggered: list[str] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def through(self, exchange: Exchange) -> None:
        """All steps; an exchange in which nothing is compared is a failure."""
        self.defaults = {**DEFAULTS, **exchange.defaults}
        self._prepare(exchange.data)
        for at, step in enumerate(exchange.steps):
            before = self.comparison.compared
            [does] = [name for name in STEPS if name in step]
            stored = self._stored()
            told = STEPS[does](self, step[does])
            self._compare(step, told, f"step {at}")
            if does == "send":
                assert self.comparison.compared > before, f"step {at} compares nothing"
                if "refuses" in step:
                    self.comparison.check(stored, self._stored(), f"step {at}, what is stored")
        assert self.comparison.compared, "nothing is compared"

    def _prepare(self, data: Mapping[str, Any]) -> None:
        self._control("POST", "reset")
        self._control("PUT", "clock", {"mode": "manual"})
        if "fixtures" in data:
            self._control("POST", "fixtures", data["fixtures"])
        if "scenario" in data:
            self._control("PUT", "scenario", data["scenario"])
        changes = {name: self._filled(data[name]) for name in ("rules", "actions") if name in data}
        if changes:
            self._control("PUT", "applications/dashboard", changes)

    # What steps do

    def send(self, sent: Mapping[str, Any]) -> Told:
        """A call of the emulated API."""
        sent = self._filled({**self.defaults, **sent})
        path = f"{sent['prefix']}{sent['path']}"
        headers = {"authorization": f"Token {sent['key']}"}
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
            content = PICTURES.get(sent["upload"], sent["upload"].encode())
            body.setdefault("files", {})["media"] = (sent["filename"], content)
        if "content" in sent:
            body = {"content": sent["content"]}
            headers["content-type"] = sent["type"]
        request = self.client.build_request(sent["method"], path, headers=headers, **body)
        if headers["authorization"] == "":
            del request.headers["authorization"]
        answer = self.client.send(request)
        return answer.status_code, self._heard(answer.content)

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
        return 0, self._heard(came.body)

    def _heard(self, body: bytes) -> Any:
        """What the emulated API said, which is compact JSON."""
        told = parsed(body)
        compact = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        assert body == compact.encode("utf-8", "surrogatepass"), "it is not written compactly"
        self.told.append(told)
        self.triggered += _names(told)
        return told

    # What comes back

    def _compare(self, step: Step, told: Told, at: str) -> None:
        status, answer = told
        if status:
            self.comparison.check(step.get("status", 200), status, f"{at}, status of {answer}")
            # The status is not what an exchange is about.
            self.comparison.compared -= 1
        for says, holds in CHECKS.items():
            if says in step:
                holds(self, step, answer, at)

    def _is_whole(self, step: Step, answer: Any, at: str) -> None:
        self.comparison.whole(self._filled(step["answer"]), answer, at)

    def _is_as_printed(self, step: Step, answer: Any, at: str) -> None:
        own = without(answer, step.get("beyond", ()))
        self.comparison.whole(as_printed(step), own, at)

    def _is_printed_in_part(self, step: Step, answer: Any, at: str) -> None:
        self.comparison.part(as_printed(step), answer, at)

    def _has_part(self, step: Step, answer: Any, at: str) -> None:
        self.comparison.part(self._filled(step["part"]), answer, at)

    def _triggers(self, step: Step, answer: Any, at: str) -> None:
        self.comparison.check(step["triggers"], _names(answer), at)

    def _has_items(self, step: Step, answer: Any, at: str) -> None:
        self.comparison.part(self._filled(step["items"]), answer["items"], at)

    def _has_classes(self, step: Step, answer: Any, at: str) -> None:
        names = [[one["class"] for one in frame] for frame in _frames(answer)]
        self.comparison.whole(step["classes"], names, f"{at}, classes")

    def _has_scores(self, step: Step, answer: Any, at: str) -> None:
        frames = _frames(answer)
        self.comparison.check(len(step["scores"]), len(frames), f"{at}, how many frames")
        for expected, frame in zip(step["scores"], frames, strict=False):
            scores = {one["class"]: one["score"] for one in frame}
            for name, score in expected.items():
                found = scores.get(name)
                if type(found) is type(score) is float and abs(found - score) <= NEAR:
                    found = score
                self.comparison.check(score, found, f"{at}, {name}")

    def _stored(self) -> Any:
        """How many posts, patrons and tasks there are."""
        return [self._control("GET", call)["total"] for call in ("posts", "patrons", "tasks")]

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
        for kind, known in self.comparison.known.items():
            text = text.replace(f"{{{kind[1:-1]}}}", str(known))
        return json.loads(_CHARACTERS.sub(lambda many: "x" * int(many[1]), text))


def _frames(answer: Any) -> list[Any]:
    """The classes of each frame, or text, of a result."""
    return [one["classes"] for one in answer["status"][0]["response"]["output"]]


def _names(answer: Any) -> list[str]:
    """The rules that were triggered, of an answer of either form."""
    found = answer.get("triggered_rules", ()) if isinstance(answer, dict) else ()
    return [one.get("rule_name") or one["display_name"] for one in found if isinstance(one, dict)]


CHECKS: Mapping[str, Callable[[Walk, Step, Any, str], None]] = {
    "answer": Walk._is_whole,
    "as printed": Walk._is_as_printed,
    "part as printed": Walk._is_printed_in_part,
    "part": Walk._has_part,
    "triggers": Walk._triggers,
    "items": Walk._has_items,
    "classes": Walk._has_classes,
    "scores": Walk._has_scores,
}


STEPS: Mapping[str, Callable[[Walk, Any], Told]] = {
    "send": Walk.send,
    "act": Walk.act,
    "advance": Walk.advance,
    "run": Walk.run,
    "look": Walk.look,
    "received": Walk.received,
}


class Servers(ExitStack):
    """The servers that exchanges want: the usual one, and one for each configuration."""

    def __init__(self, usual: str, folder: Path) -> None:
        super().__init__()
        self._urls: dict[str | None, str] = {None: usual}
        self._folder = folder

    def for_config(self, config: Mapping[str, Any] | None) -> str:
        """The address of a server with that configuration: options, and `projects`."""
        written = None if config is None else yaml.safe_dump(config)
        if written not in self._urls:
            options = {name.replace("-", "_"): value for name, value in (config or {}).items()}
            file = self._folder / f"{len(self._urls)}.yaml"
            file.write_text(yaml.safe_dump({"projects": options.pop("projects", [])}))
            self._urls[written] = self.enter_context(run(port=0, config=file, **options)).url
        return self._urls[written]


def walked(exchange: Exchange, servers: Servers, hooks: Receiver) -> Walk:
    """The walk through an exchange, in a sandbox of its own."""
    url = servers.for_config(exchange.data.get("config"))
    sandbox = f"contract-{crc32(f'{exchange.file}: {exchange.name}'.encode())}"
    with client_of(f"{url}/s/{sandbox}") as client:
        walk = Walk(client, hooks)
        walk.through(exchange)
        return walk
