"""Which tasks are found, by what is asked for."""

from typing import Any

import httpx
import pytest

SYNC = "/api/v2/task/sync"


@pytest.fixture
def tasks(client: httpx.Client) -> dict[str, str]:
    """The ids of some tasks, by what they are."""
    clock = {"mode": "manual"}
    client.put("/_emulator/clock", json=clock).raise_for_status()
    made = {
        "plain": ("text", {"text_data": "Hello World"}),
        "marked": ("text", {"text_data": "hive-hate-2", "metadata": '{"Order": "4711"}'}),
        "picture": ("visual", {"url": "https://cdn.test/A/hive-gun_in_hand.jpg"}),
        "post": (
            "dashboard",
            {"text_data": "Buy my snake oil!", "patron_id": "ann", "post_id": "post-17"},
        ),
    }
    ids = {}
    for name, (key, data) in made.items():
        headers = {"authorization": f"Token {key}-key"}
        told = client.post(SYNC, headers=headers, data=data).json()
        ids[name] = str(told.get("task_id") or told["id"])
    return ids


def found(client: httpx.Client, tasks: dict[str, str], **query: Any) -> list[str]:
    answer = client.get("/_emulator/tasks", params=query)
    assert answer.status_code == 200, answer.text
    names = {task: name for name, task in tasks.items()}
    return [names[one["id"]] for one in answer.json()["items"]]


EVERY = ["plain", "marked", "picture", "post"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, EVERY),
        ({"kind": "picture"}, ["picture"]),
        ({"project": "te*"}, ["plain", "marked"]),
        ({"mode": "async"}, []),
        ({"state": "finished", "kind": "text"}, ["plain", "marked", "post"]),
        ({"fixture": "stand-in *"}, ["marked", "picture"]),
        ({"fixture": "stand-in hate 2"}, ["marked"]),
        ({"fixture": "quiet"}, []),
        ({"q": "hello w"}, ["plain"]),
        ({"q": "cdn.TEST/a/"}, ["picture"]),
        ({"q": "POST-17"}, ["post"]),
        ({"q": "ann"}, ["post"]),
        ({"q": "deny list"}, ["post"]),
        ({"q": "4711"}, ["marked"]),
        ({"q": "stand-in gun"}, ["picture"]),
        ({"q": "dashboard"}, ["post"]),
        ({"q": "hello", "project": "visual"}, []),
        ({"limit": "1", "kind": "text"}, ["post"]),
    ],
)
def test_tasks_are_found(
    client: httpx.Client, tasks: dict[str, str], query: dict[str, str], names: list[str]
) -> None:
    assert found(client, tasks, **query) == names


def test_one_is_found_by_its_id(client: httpx.Client, tasks: dict[str, str]) -> None:
    assert found(client, tasks, q=tasks["marked"]) == ["marked"]


def test_older_ones_are_asked_for_by_the_oldest_that_is_known(
    client: httpx.Client, tasks: dict[str, str]
) -> None:
    assert found(client, tasks, before=tasks["picture"]) == ["plain", "marked"]
    assert found(client, tasks, before=tasks["picture"], limit="1") == ["marked"]
    assert found(client, tasks, before=tasks["plain"]) == []
    assert found(client, tasks, before="nobody") == []


@pytest.mark.parametrize("query", [{"kind": "poem"}, {"state": "lost"}, {"mode": "later"}])
def test_a_word_that_cannot_be_is_refused(client: httpx.Client, query: dict[str, str]) -> None:
    answer = client.get("/_emulator/tasks", params=query)
    assert answer.status_code == 400
    assert "it must be one of" in answer.json()["error"]


def test_the_journal_tells_all_about_one_task(client: httpx.Client, tasks: dict[str, str]) -> None:
    headers = {"authorization": "Token text-key"}
    data = {"text_data": "x", "callback_url": "http://127.0.0.1:9/"}
    task = client.post("/api/v2/task/async", headers=headers, data=data).json()["task_id"]
    client.post("/_emulator/clock/advance", json={"by": 0}).raise_for_status()
    kinds = [
        one["kind"]
        for one in client.get("/_emulator/journal", params={"task": task}).json()["items"]
    ]
    assert sorted(set(kinds)) == ["attempt", "callback", "prediction", "request", "task"]
    only = client.get("/_emulator/journal", params={"task": task, "kind": "attempt"}).json()
    assert only["total"] == 1
