"""Scripting a sandbox while it runs."""

import httpx
import pytest

SYNC = "/api/v2/task/sync"
TEXT = {"authorization": "Token text-key"}
RUDE = {"name": "rude", "when": {"text": "hello"}, "text": {"hate": 3}}


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
