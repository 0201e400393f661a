"""One server for a whole test farm: every sandbox answers as if it were alone."""

import gc
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from emulator import run
from emulator.core.model import ClockMode, Mode
from tests.conftest import Make

WORKERS = 8
SCENARIO = {
    "name": "rough",
    # What is due at once is done beside the next call; what is due later, when time passes.
    "latency": "5s",
    "steps": [
        {"on": "submit_sync", "fault": "rate_limited", "probability": 0.3},
        {"on": "submit_sync", "times": 2, "when": {"text": "text 5"}, "text": {"hate": 3}},
        {"on": "callback", "fault": "late", "delay": "1h", "probability": 0.5},
    ],
}


def worker(url: str, name: str) -> list[Any]:
    """All that one worker sees: answers of every sort, with time and faults of its own."""
    seen: list[Any] = []
    headers = {"authorization": f"Token any-key~{name}"}
    with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=30) as client:

        def call(method: str, path: str, **more: Any) -> None:
            answer = client.request(method, path, **more)
            seen.append((answer.status_code, answer.content))

        def control(method: str, path: str, **more: Any) -> None:
            call(method, f"/_emulator/{path}", params={"sandbox": name}, **more)

        control("PUT", "clock", json={"mode": "manual"})
        control("PUT", "scenario", json=SCENARIO)
        control("POST", "fixtures", json={"when": {"text": "text 1"}, "text": {"spam": 3}})
        for number in range(12):
            call("POST", "/api/v2/task/sync", data={"text_data": f"text {number}"})
            call("POST", "/api/v2/task/sync", json={"url": f"https://x.test/{number}.jpg"})
            control("POST", "clock/advance", json={"by": "90s"})
            data = {"text_data": "hello", "callback_url": "http://127.0.0.1:9/never"}
            call("POST", "/api/v2/task/async", data=data)
        control("POST", "clock/run-until-idle")
        control("GET", "journal")
        control("GET", "callbacks")
        control("GET", "tasks")
    return [(status, without_real_time(body)) for status, body in seen]


def without_real_time(body: bytes) -> Any:
    """An answer without what a socket took, which is real time and no promise."""
    with_latency = b'"latency"' in body
    return strip(httpx.Response(200, content=body).json()) if with_latency else body


def strip(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: strip(inner) for name, inner in value.items() if name != "latency"}
    return [strip(inner) for inner in value] if isinstance(value, list) else value


def test_many_workers_on_one_server_each_see_what_they_see_alone() -> None:
    names = [f"gw{number}" for number in range(WORKERS)]
    with run(port=0) as shared, ThreadPoolExecutor(WORKERS) as pool:
        together = list(pool.map(lambda name: worker(shared.url, name), names))
    for name, seen in zip(names[:2], together, strict=False):
        with run(port=0) as alone:
            assert worker(alone.url, name) == seen
    assert len({str(seen) for seen in together}) == WORKERS, "ids tell sandboxes apart"


def test_the_seed_changes_what_is_made_and_nothing_else_does() -> None:
    with run(port=0, seed=1) as one, run(port=0, seed=1) as same, run(port=0, seed=2) as other:
        first = worker(one.url, "gw0")
        assert first == worker(same.url, "gw0")
        assert first != worker(other.url, "gw0")


def ids_of(make: Make, *names: str) -> list[str]:
    emulator = make()
    return [emulator.submit(f"text-key~{name}", text_data="hello").id for name in names]


def test_no_two_sandboxes_share_an_id_and_order_among_them_changes_none(make: Make) -> None:
    [first, second] = ids_of(make, "a", "a")
    assert ids_of(make, "a", "b", "a") == [first, *ids_of(make, "b"), second]
    assert len(set(ids_of(make, *"abcab"))) == 5


@pytest.mark.parametrize("mode", list(Mode))
def test_a_thousand_sandboxes_cost_little_memory_each(make: Make, mode: Mode) -> None:
    emulator = make()
    emulator.submit("text-key~warm", mode, text_data="hello")
    gc.collect()
    tracemalloc.start()
    for number in range(1000):
        emulator.submit(f"text-key~sandbox-{number}", mode, text_data="hello")
    gc.collect()
    each = tracemalloc.get_traced_memory()[0] / 1000
    tracemalloc.stop()
    assert each < 12_000, f"{each:.0f} bytes each"


def test_an_idle_sandbox_is_forgotten_and_one_with_something_pending_is_not(make: Make) -> None:
    emulator = make(sandbox_idle=timedelta(hours=1))
    emulator.submit("text-key~idle", text_data="hello")
    emulator.submit("text-key~busy", Mode.ASYNC, text_data="hello", callback_url="http://x/")
    for hours in range(3):
        emulator.worlds.forget_idle(hours * 3600.0)
    assert [sandbox.name for sandbox in emulator.sandboxes] == ["busy"]
    assert emulator.sandbox("idle").clock.mode is ClockMode.MANUAL
