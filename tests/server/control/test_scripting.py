"""Scripting a sandbox while it runs."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event as Signal
from typing import Any

import httpx
import pytest

from emulator import run
from emulator.core.model import ClockMode
from emulator.settings import Unscripted
from tests.server.control.contract import Contract
from tests.support.lives import client_of
from tests.support.receiver import WITHIN, Receiver

SYNC, ASYNC = "/api/v2/task/sync", "/api/v2/task/async"
TEXT = {"authorization": "Token text-key"}
RUDE = {"name": "rude", "when": {"text": "hello"}, "text": {"hate": 3}}


def ask(client: httpx.Client, method: str, call: str, body: Any = None) -> Any:
    answer = client.request(method, f"/_emulator/{call}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def unused(client: httpx.Client) -> list[str]:
    items = client.get("/_emulator/fixtures/unused").json()["items"]
    return [one["name"] for one in items]


@pytest.mark.parametrize(("method", "path"), [("POST", "fixtures"), ("PUT", "fixtures/rude")])
def test_a_fixture_that_takes_the_place_of_another_has_had_no_say_yet(
    client: httpx.Client, method: str, path: str
) -> None:
    other = {"name": "other", "when": {"text": "bye"}, "text": {"hate": 1}}
    client.post("/_emulator/fixtures", json=[RUDE, other]).raise_for_status()
    for text in ("hello", "bye"):
        client.post(SYNC, headers=TEXT, data={"text_data": text}).raise_for_status()
    assert unused(client) == []
    client.request(method, f"/_emulator/{path}", json=RUDE).raise_for_status()
    assert unused(client) == ["rude"]
    client.post(SYNC, headers=TEXT, data={"text_data": "hello"}).raise_for_status()
    assert unused(client) == []


# Scenarios that are sent


def scenarios(client: httpx.Client) -> dict[str, bool]:
    """The scenarios that can be named, and which is in use."""
    items = client.get("/_emulator/scenarios").json()["items"]
    return {one["name"]: one["active"] for one in items}


def test_a_scenario_that_is_sent_cannot_take_the_name_of_one_in_a_file(
    client: httpx.Client,
) -> None:
    sent = {"name": "calm", "steps": [{"on": "submit", "fault": "server_error"}]}
    answer = client.put("/_emulator/scenario", json=sent)
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "There is a scenario 'calm' already, in a file: give this one another name, or none.",
    )
    assert client.post(SYNC, headers=TEXT, data={"text_data": "hello"}).status_code == 200
    assert scenarios(client)["calm"]


def test_a_scenario_that_is_sent_again_is_a_new_one_that_begins_anew(client: httpx.Client) -> None:
    for fault, status in (("server_error", 500), ("maintenance", 503)):
        sent = {"name": "own", "steps": [{"on": "submit", "times": 1, "fault": fault}]}
        ask(client, "PUT", "scenario", sent)
        answers = [client.post(SYNC, headers=TEXT, data={"text_data": "a"}) for _ in range(2)]
        assert [one.status_code for one in answers] == [status, 200]
    assert scenarios(client)["own"]
    ask(client, "PUT", "scenario", {"name": "calm"})
    assert scenarios(client)["calm"]


def test_a_scenario_that_is_sent_is_known_in_its_own_sandbox_alone(client: httpx.Client) -> None:
    ask(client, "PUT", "scenario", {"name": "own", "steps": []})
    url = str(client.base_url).partition("/s/")[0]
    with client_of(f"{url}/s/somebody-elses") as other:
        assert "own" not in scenarios(other)
        assert other.put("/_emulator/scenario", json={"name": "own"}).status_code == 400


# Submissions that nobody knew


def test_what_nobody_knew_is_listed_with_what_came_nearest_also_where_it_is_refused() -> None:
    with (
        run(port=0, unscripted=Unscripted.REJECT, clock=ClockMode.MANUAL) as server,
        client_of(server.url) as client,
    ):
        ask(client, "PUT", "fixtures/rude", RUDE)
        statuses = [
            client.post(SYNC, headers=TEXT, data={"text_data": text}).status_code
            for text in ("hallo", "hello", "hullo")
        ]
        listed = ask(client, "GET", "unmatched")
        contract = Contract(ask(client, "GET", "openapi.json"))
    assert statuses == [400, 200, 400]
    assert contract.problems_of_component("UnmatchedTasks", listed) == []
    assert [one["submission"]["text_data"] for one in listed["items"]] == ["hallo", "hullo"]
    assert {(one["state"], one["project"], one["at"]) for one in listed["items"]} == {
        ("refused", "text", "2026-01-01T00:00:00.000Z")
    }
    assert listed["items"][0]["nearest"][0].startswith("'rude' (text: 'hallo' is not 'hello'")


# Under load

LIMITED = 429
ROUNDS = 12
"""How often everything is changed."""


def hate(client: httpx.Client) -> int:
    """What a text is said to be, or the status where it was refused."""
    answer = client.post(SYNC, headers=TEXT, data={"text_data": "hello"})
    body = answer.json()
    if answer.status_code != 200:
        return int(body["return_code"])
    [output] = body["status"][0]["response"]["output"]
    return int({one["class"]: one["score"] for one in output["classes"]}["hate"])


def acknowledged(client: httpx.Client, receiver: Receiver) -> int:
    """0 where a task was taken in, or the status where it was refused."""
    data = {"text_data": "hello", "callback_url": receiver.url}
    answer = client.post(ASYNC, headers=TEXT, data=data)
    body = answer.json()
    return 0 if body.get("task_id") else int(body["return_code"])


@contextmanager
def load(client: httpx.Client, *calls: Callable[[httpx.Client], int]) -> Iterator[Counter[int]]:
    """Clients that each make a call again and again; in the end, how often each answer came."""
    enough, seen = Signal(), Counter[int]()

    def go_on(call: Callable[[httpx.Client], int]) -> Counter[int]:
        own_seen = Counter[int]()
        with client_of(str(client.base_url)) as own:
            while not enough.is_set():
                own_seen[call(own)] += 1
        return own_seen

    with ThreadPoolExecutor(len(calls)) as threads:
        running = [threads.submit(go_on, call) for call in calls]
        try:
            yield seen
        finally:
            enough.set()
            for one in running:
                seen.update(one.result(WITHIN))


def rude(severity: int) -> Any:
    return {"when": {"text": "hello"}, "text": {"hate": severity}}


def change_everything(client: httpx.Client) -> None:
    """Fixtures that are put, added and taken away, scenarios, and faults that come and go."""
    for severity in (1, 2):
        ask(client, "PUT", "fixtures/rude", rude(severity))
        ask(client, "POST", "fixtures", {"name": "other", "when": {"text": "bye"}, "text": {}})
        ask(client, "PUT", "scenario", {"steps": [{"on": "submit", **rude(3)}]})
        added = ask(client, "POST", "faults", {"fault": "hang", "when": {"text": "bye"}})
        ask(client, "PUT", "scenario", {"name": "calm"})
        ask(client, "DELETE", f"faults/{added['id']}")
        ask(client, "DELETE", "fixtures/other")
    ask(client, "POST", "faults", {"on": "submit", "times": 1, "fault": "rate_limited"})


def test_no_request_is_lost_while_fixtures_scenarios_and_faults_change(receiver: Receiver) -> None:
    with run(port=0, journal_entries=100_000) as server, client_of(server.url) as client:
        ask(client, "PUT", "fixtures/rude", rude(1))
        with load(client, hate, hate, lambda own: acknowledged(own, receiver)) as seen:
            for _ in range(ROUNDS):
                change_everything(client)
            ask(client, "POST", "wait", {"requests": {"status": LIMITED, "at_least": ROUNDS}})
        assert set(seen) == {0, 1, 2, 3, LIMITED}
        assert seen[LIMITED] == ROUNDS, "each fault happened, and once"
        assert ask(client, "GET", "requests?limit=0")["total"] == seen.total()
        assert hate(client) == 2
        assert ask(client, "POST", "clock/run-until-idle")["pending"] == 0
        delivered = ask(client, "GET", "callbacks?state=delivered&limit=0")["total"]
        assert delivered == seen[0] == len(receiver.all)
