"""Measures what a callback costs: many are owed on a manual clock, and delivered in one go.

The emulator and the receiver are processes of their own, with real sockets between them. What is
timed is one `run-until-idle`, so that neither the submissions nor the client are in the figures.
"""

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from bench.cases import FORM, sentences
from bench.contenders import Contender, own_server
from bench.errors import BenchError
from bench.measure import progress
from bench.process import GOOD, Server, running

CALLBACKS = 20_000
LATENCY = "1m"
"""How long a task takes on the clock that stands still, so that nothing is sent at once."""
PATIENCE = "120s"
ANSWER_TIMEOUT = 130.0
RECEIVER = own_server("receiver", "receiver", "uvloop")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What it took to deliver so many callbacks of one sandbox."""

    callbacks: int
    seconds: float
    cpu_seconds: float


def measure_callbacks(emulator: Contender, count: int, rounds: int) -> list[Delivery]:
    """Each round in a sandbox of its own, after one that warms up."""
    receiver = running(RECEIVER.name, RECEIVER.command_for(0))
    made = []
    with receiver as there, running(emulator.name, emulator.command_for(0)) as server:
        _deliver(server, there, count // 10, 0)
        for number in range(1, rounds + 1):
            progress(f"callbacks: round {number} of {rounds}")
            made.append(_deliver(server, there, count, number))
    return made


def _deliver(server: Server, receiver: Server, count: int, number: int) -> Delivery:
    asked = _Control(server, f"round-{number}")
    asked("PUT", "clock", {"mode": "manual"})
    for at in range(count):
        text = f"{sentences()[at % len(sentences())]} [hive latency={LATENCY}]"
        asked.submit(text, f"http://{receiver.authority}/callbacks")
    before, begun = server.cpu_seconds(), time.perf_counter()
    passed = asked("POST", "clock/run-until-idle", {"limit": "1h", "timeout": PATIENCE})
    delivery = Delivery(count, time.perf_counter() - begun, server.cpu_seconds() - before)
    asked("DELETE", f"sandboxes/round-{number}")
    if (passed["delivered"], passed["failed"]) != (count, 0):
        raise BenchError(f"{passed['delivered']} of {count} callbacks were delivered")
    return delivery


class _Control:
    """Asks the control API for one sandbox, and submits to it, on one connection."""

    def __init__(self, server: Server, sandbox: str) -> None:
        self._connection = HTTPConnection(server.host, server.port, timeout=ANSWER_TIMEOUT)
        self._sandbox = sandbox

    def __call__(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Any:
        body = json.dumps(fields).encode() if fields is not None else b""
        return self._send(method, f"/_emulator/{path}?sandbox={self._sandbox}", body, {})

    def submit(self, text: str, callback_url: str) -> None:
        """Submit an asynchronous task."""
        form = urlencode({"text_data": text, "callback_url": callback_url}).encode()
        headers = {"Content-Type": FORM, "Authorization": f"Token text-key~{self._sandbox}"}
        self._send("POST", "/api/v2/task/async", form, headers)

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != GOOD:
            raise BenchError(f"{method} {path} was answered {response.status}: {answer[:200]!r}")
        return json.loads(answer or b"null")
