"""What a sandbox holds, over HTTP: in which order, since when, and how much of it is shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.receiver import Receiver

SYNC, ASYNC = "/api/v2/task/sync", "/api/v2/task/async"
TEXT = {"authorization": "Token text-key"}
HELLO = {"text_data": "hello"}
SHOWN = 64 * 1024
KEPT = 16 * 1024


@pytest.fixture(autouse=True)
def manual(client: httpx.Client) -> None:
    client.put("/_emulator/clock", json={"mode": "manual"}).raise_for_status()


def submit(client: httpx.Client, path: str = SYNC, **fields: str) -> Any:
    answer = client.post(path, headers=TEXT, data=HELLO | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def advance(client: httpx.Client, by: str) -> None:
    client.post("/_emulator/clock/advance", json={"by": by}).raise_for_status()


def items(client: httpx.Client, what: str, **params: Any) -> list[Any]:
    answer = client.get(f"/_emulator/{what}", params=params)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found


# Order


def test_tasks_are_listed_as_they_were_submitted_whenever_they_ended(
    client: httpx.Client, receiver: Receiver
) -> None:
    slow = submit(client, ASYNC, text_data="[hive latency=1h]")
    owing = submit(client, ASYNC, text_data="[hive fault=late]", callback_url=receiver.url)
    advance(client, "1s")
    quick = [submit(client) for _ in range(2)]
    advance(client, "1s")
    later = submit(client)
    listed = items(client, "tasks")
    assert [one["id"] for one in listed] == [slow, owing, *quick, later]
    assert [one["state"] for one in listed] == ["in_progress", *["finished"] * 4]
    assert [one["id"] for one in items(client, "tasks", since=owing)] == [*quick, later]
    name = str(client.base_url).rstrip("/").rpartition("/")[2]
    [here] = [one for one in items(client, "sandboxes") if one["name"] == name]
    assert here["tasks"] == len(listed), "one that is owed to somebody is counted too"


# Since a moment


@pytest.mark.parametrize("what", ["requests", "journal", "tasks", "callbacks"])
def test_what_is_of_the_moment_that_is_named_is_listed_and_what_was_before_is_not(
    client: httpx.Client, what: str
) -> None:
    for _ in range(3):
        submit(client, ASYNC, callback_url="http://127.0.0.1:9/")
        advance(client, "1ms")
    listed = items(client, what)
    moments = sorted({one["at"] for one in listed})
    assert len(moments) >= 3
    for moment in moments:
        since = [one for one in listed if one["at"] >= moment]
        assert items(client, what, since=moment) == since
        after = datetime.fromisoformat(moment) + timedelta(microseconds=1)
        assert items(client, what, since=after.astimezone(UTC).isoformat()) == [
            one for one in since if one["at"] > moment
        ]


# One request in full


def in_full(client: httpx.Client) -> Any:
    [newest] = items(client, "requests", limit=1)
    return client.get(f"/_emulator/requests/{newest['id']}").json()


@pytest.mark.parametrize("more", [0, 1])
def test_the_beginning_of_what_was_sent_is_shown_with_its_true_length(
    client: httpx.Client, more: int
) -> None:
    body = b"text_data=hello&rest="
    body += b"x" * (KEPT + more - len(body))
    headers = TEXT | {"content-type": "application/x-www-form-urlencoded"}
    assert client.post(SYNC, headers=headers, content=body).status_code == 200
    sent = in_full(client)["request"]
    assert (sent["body"], sent["size"]) == (body[:KEPT].decode(), KEPT + more)
    assert sent["cut"] is bool(more)


def test_a_call_that_was_refused_before_its_body_was_read_has_its_length(
    client: httpx.Client,
) -> None:
    client.post("/nowhere", content=b"12345")
    sent = in_full(client)["request"]
    assert (sent["body"], sent["size"], sent["cut"]) == (None, 5, True)


@pytest.mark.parametrize("more", [0, 1])
def test_the_beginning_of_what_was_answered_is_shown_with_its_true_length(
    client: httpx.Client, more: int
) -> None:
    usual = len(client.post(SYNC, headers=TEXT, data=HELLO).content)
    padding = SHOWN + more - usual - len(b',"padding":""')
    step = {"on": "submit", "fault": "oversized", "size": padding}
    client.post("/_emulator/faults", json=step).raise_for_status()
    content = client.post(SYNC, headers=TEXT, data=HELLO).content
    assert len(content) == SHOWN + more
    answer = in_full(client)["answer"]
    assert (answer["body"], answer["size"]) == (content[:SHOWN].decode(), SHOWN + more)
    assert answer["cut"] is bool(more)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("authorization", "Token my-own-secret", "Token …"),
        ("authorization", "my-own-secret", "…"),
        ("cookie", "session=my-own-secret", "…"),
        ("proxy-authorization", "Basic my-own-secret", "Basic …"),
        ("x-api-key", "my-own-secret", "…"),
        ("x-trace", "not a secret", "not a secret"),
    ],
)
def test_headers_that_hold_secrets_are_shown_without_them(
    client: httpx.Client, name: str, value: str, shown: str
) -> None:
    client.post(SYNC, headers={name: value}, data=HELLO)
    whole = in_full(client)
    assert [name, shown] in whole["request"]["headers"]
    assert "my-own-secret" not in str(whole)
