"""The time of a sandbox over HTTP: what its errors say."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import httpx
import pytest

from tests.support.receiver import WITHIN, Receiver

SYNC, ASYNC = "/api/v2/task/sync", "/api/v2/task/async"
TEXT = {"authorization": "Token text-key"}
HELLO = {"text_data": "hello"}
MOMENT = "2026-05-01T10:00:00.000Z"


@pytest.fixture(autouse=True)
def manual(client: httpx.Client) -> None:
    body = {"mode": "manual", "now": MOMENT}
    client.put("/_emulator/clock", json=body).raise_for_status()


def name_of(client: httpx.Client) -> str:
    return str(client.base_url).rstrip("/").rpartition("/")[2]


def call(client: httpx.Client, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = client.request(method, f"/_emulator/{path}", json=body)
    return answer.status_code, answer.json()


def test_a_clock_that_cannot_go_back_says_where_it_is_and_what_would_help(
    client: httpx.Client,
) -> None:
    client.post(SYNC, headers=TEXT, data=HELLO).raise_for_status()
    before = {"mode": "manual", "now": "2026-05-01T09:59:59Z"}
    assert call(client, "PUT", "clock", before) == (
        409,
        {
            "error": f"The sandbox '{name_of(client)}' has seen submissions, and its clock is at "
            f"{MOMENT}: it cannot go back. POST /_emulator/reset makes the sandbox new."
        },
    )


def test_time_that_cannot_pass_says_whom_it_waits_for_and_where_the_clock_stands(
    client: httpx.Client, receiver: Receiver
) -> None:
    receiver.holds = True
    data = HELLO | {"callback_url": receiver.url}
    client.post(ASYNC, headers=TEXT, data=data).raise_for_status()
    status, told = call(client, "POST", "clock/advance", {"by": "1h", "timeout": "50ms"})
    assert (status, told) == (
        408,
        {
            "error": f"Still waiting for {receiver.url}. The clock stands at {MOMENT}; what has "
            "come to its end so far is in the journal, and the same call goes on from here.",
            "now": MOMENT,
            "waiting_for": [receiver.url],
        },
    )


def test_time_that_cannot_pass_for_an_acknowledgement_says_so(client: httpx.Client) -> None:
    slow = {"on": "submit_async", "fault": "slow", "delay": "1h"}
    client.post("/_emulator/faults", json=slow).raise_for_status()
    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(client.post, ASYNC, headers=TEXT, data=HELLO, timeout=WITHIN)
        assert call(client, "POST", "wait", {"tasks": {}})[0] == 200
        status, told = call(client, "POST", "clock/run-until-idle", {"timeout": "50ms"})
        client.post("/_emulator/reset").raise_for_status()
        assert held.result(WITHIN).status_code == 200
    assert (status, told["waiting_for"]) == (408, [])
    assert told["error"].startswith(
        "Still waiting for an acknowledgement that is not out, or another call that lets time pass."
    )


def test_a_reset_while_time_passes_is_told_to_whoever_lets_it_pass(
    client: httpx.Client, receiver: Receiver
) -> None:
    arrived = Signal()
    receiver.hear = lambda _: arrived.set()
    receiver.holds = True
    # What lets it be sent is that time passes, and nothing else.
    client.put("/_emulator/clock", json={"mode": "manual"}).raise_for_status()
    data = {"text_data": "[hive latency=1m]", "callback_url": receiver.url}
    client.post(ASYNC, headers=TEXT, data=data).raise_for_status()
    with ThreadPoolExecutor(1) as thread:
        passing = thread.submit(call, client, "POST", "clock/advance", {"by": "1h"})
        assert arrived.wait(WITHIN)
        client.post("/_emulator/reset").raise_for_status()
        assert passing.result(WITHIN) == (
            409,
            {
                "error": f"The sandbox '{name_of(client)}' was reset or forgotten while its time "
                "passed."
            },
        )


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        (
            "POST", "clock/advance", {},
            "The field 'by' is missing: it must be a duration such as",
        ),
        (
            "POST", "reset", {"keep": "clock"},
            "'keep' is 'clock': it must be a list of fixtures, scenario, clock.",
        ),
        (
            "POST", "reset", {"keep": ["clok"]},
            "'keep' is 'clok': it must be one of fixtures, scenario, clock. Did you mean 'clock'?",
        ),
        (
            "POST", "clock/advance", {"by": 1, "timeout": "2h"},
            "'timeout' is '2h': it must be at most 1h.",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_call_is_told_with_what_would_be_right(
    client: httpx.Client, method: str, path: str, body: Any, told: str
) -> None:
    status, answer = call(client, method, path, body)
    assert status == 400
    assert answer["error"].startswith(told)
