"""Submitting for a project or an application, without its key."""

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import run
from tests.support.pictures import png
from tests.support.receiver import Receiver

HELLO = {"text_data": "hello"}
OIL = {"text_data": "Buy my snake oil!", "patron_id": "ann", "post_id": "p1"}


def submit(client: httpx.Client, data: Any = HELLO, **query: Any) -> Any:
    files = query.pop("files", None)
    answer = client.post("/_emulator/submit", params=query, data=data, files=files)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_is_a_call_like_any_other_and_is_shown_as_one(client: httpx.Client) -> None:
    told = submit(client, project="text")
    assert (told["path"], told["status"], told["project"]) == ("/api/v2/task/sync", 200, "text")
    assert told["request"]["body"] == "text_data=hello"
    assert '"model_type":"TEXT_CLASSIFICATION"' in told["answer"]["body"]
    assert client.get(f"/_emulator/requests/{told['id']}").json() == told
    assert client.get(f"/_emulator/tasks/{told['task_id']}").json()["mode"] == "sync"


def test_an_asynchronous_one_is_acknowledged_and_called_back(
    client: httpx.Client, receiver: Receiver
) -> None:
    told = submit(client, {**HELLO, "callback_url": receiver.url}, project="any", mode="async")
    assert told["path"] == "/api/v2/task/async"
    assert receiver.next().json()["id"] == told["task_id"]


def test_an_upload_is_taken_in(client: httpx.Client) -> None:
    told = submit(client, {}, project="visual", files={"media": ("a.png", png())})
    assert told["submission"]["filename"] == "a.png"
    assert told["submission"]["size"] == len(png())


def test_an_application_judges_it(client: httpx.Client) -> None:
    told = submit(client, OIL, application="dashboard")
    assert "Post has text in Deny List" in told["answer"]["body"]
    assert client.get("/_emulator/review").json()["total"] == 1


@pytest.mark.parametrize(
    ("project", "status"), [("refused", 403), ("unpaid", 405), ("limited", 429)]
)
def test_what_its_key_would_be_refused_is_refused(
    client: httpx.Client, project: str, status: int
) -> None:
    told = submit(client, project=project)
    assert (told["status"], told["task_id"]) == (status, None)
    assert told["refusal"]
    assert told["answer"]["status"] == status


def test_what_is_wrong_in_it_is_told_as_its_client_would_be_told(client: httpx.Client) -> None:
    told = submit(client, {"x": "y"}, project="text")
    assert told["status"] == 400
    assert "text_data" in told["refusal"]


def test_steps_of_the_scenario_are_used_up_by_it(client: httpx.Client) -> None:
    fault = {"on": "submit", "times": 1, "fault": "maintenance"}
    client.post("/_emulator/faults", json=fault).raise_for_status()
    assert [submit(client, project="text")["status"] for _ in range(2)] == [503, 200]


@pytest.mark.parametrize("fault", ["hang", "disconnect"])
def test_a_trouble_of_the_connection_is_named_and_not_played(
    client: httpx.Client, fault: str
) -> None:
    client.post("/_emulator/faults", json={"on": "submit", "fault": fault}).raise_for_status()
    told = submit(client, project="text")
    assert (told["status"], told["answer"]) == (0, None)
    assert fault in told["because"] or "control API" in told["because"]


def test_a_callback_that_comes_too_early_does_so_here_too(
    client: httpx.Client, receiver: Receiver
) -> None:
    client.post("/_emulator/faults", json={"fault": "early"}).raise_for_status()
    told = submit(client, {**HELLO, "callback_url": receiver.url}, project="text", mode="async")
    task = client.get(f"/_emulator/tasks/{told['task_id']}").json()
    assert [one["fault"] for one in task["faults"]] == ["early"]
    assert len(receiver.all) == 1


def test_on_a_clock_that_runs_it_waits_for_the_result(client: httpx.Client) -> None:
    slow = {"name": "slow", "when": {"text": "hello"}, "text": {"hate": 2}, "latency": "20ms"}
    client.post("/_emulator/fixtures", json=slow).raise_for_status()
    assert '"class":"hate","score":2' in submit(client, project="text")["answer"]["body"]


def test_a_project_with_a_key_of_ones_own_is_named_and_its_key_is_never_shown(
    tmp_path: Path,
) -> None:
    (config := tmp_path / "config.yaml").write_text(
        "projects: [{name: comments, keys: [s3cret-key], product: text}]\n"
    )
    with (
        run(port=0, config=config) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        told = client.post("/_emulator/submit?project=comments", data=HELLO)
        assert told.json()["project"] == "comments"
        assert "s3cret" not in told.text
        unknown = client.post("/_emulator/submit?project=coments", data=HELLO)
        assert (unknown.status_code, "Did you mean 'comments'?" in unknown.text) == (404, True)


def test_too_large_a_body_is_refused_as_everywhere() -> None:
    with (
        run(port=0, max_body=1000) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        told = client.post("/_emulator/submit?project=text", data={"text_data": "x" * 2000})
        assert told.json()["status"] == 413


def test_a_client_that_breaks_off_submits_nothing(client: httpx.Client) -> None:
    url = client.base_url
    head = f"POST {url.path}_emulator/submit?project=text HTTP/1.1\r\nHost: {url.host}\r\n"
    sent = f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode()
    with client.stream("GET", "/_emulator/events") as events:
        lines = events.iter_lines()
        next(lines)
        with socket.create_connection((url.host, url.port)) as line:
            line.sendall(sent)
        told = next(line for line in lines if line.startswith("data: "))
    assert "call broken off" in told
    assert client.get("/_emulator/tasks").json()["total"] == 0
