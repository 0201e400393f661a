"""A running emulator follows its files: what is good is used, what is broken is told and left."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from emulator import run
from emulator.core.model import ClockMode

GOOD = "fixtures:\n  - {{name: one, when: {{text: hello}}, text: {{hate: {severity}}}}}\n"
HEADERS = {"authorization": "Token text-key"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "fixtures"
    made.mkdir()
    (made / "some.yaml").write_text(GOOD.format(severity=1))
    return made


@contextmanager
def served(**settings: Any) -> Iterator[httpx.Client]:
    with (
        run(port=0, watch=True, clock=ClockMode.MANUAL, **settings) as server,
        httpx.Client(base_url=server.url, headers=HEADERS, trust_env=False) as client,
    ):
        yield client


def hate(client: httpx.Client) -> int:
    answer = client.post("/api/v2/task/sync", data={"text_data": "hello"})
    assert answer.status_code == 200
    [output] = answer.json()["status"][0]["response"]["output"]
    return int(next(one["score"] for one in output["classes"] if one["class"] == "hate"))


def write_until(client: httpx.Client, file: Path, text: str, about: str) -> dict[str, Any]:
    """Write a file until the journal says that it was noticed, however late following begins."""
    before = len(notes(client, about))
    for attempt in range(40):
        file.write_text(f"{text}# {attempt}\n")
        with (
            suppress(httpx.ReadTimeout),
            client.stream("GET", "/_emulator/events", timeout=0.5) as stream,
        ):
            for line in stream.iter_lines():
                if about in line:
                    break
        if len(found := notes(client, about)) > before:
            return found[-1]
    raise AssertionError(f"nobody said {about!r}")


def notes(client: httpx.Client, about: str) -> list[dict[str, Any]]:
    items = client.get("/_emulator/journal", params={"kind": "note"}).json()["items"]
    return [item for item in items if item["about"] == about]


def test_a_changed_fixture_is_used_from_then_on(folder: Path) -> None:
    with served(fixtures=(folder,)) as client:
        assert hate(client) == 1
        note = write_until(client, folder / "some.yaml", GOOD.format(severity=3), "files read anew")
        assert hate(client) == 3
        assert note["fixtures"] > 1


def test_a_broken_file_keeps_the_last_good_set_and_says_so_with_its_line(folder: Path) -> None:
    with served(fixtures=(folder,)) as client:
        assert hate(client) == 1
        broken = GOOD.format(severity=3).replace("hate", "haet")
        note = write_until(client, folder / "some.yaml", broken, "files broken")
        assert hate(client) == 1
        [problem] = note["problems"]
        assert problem.startswith(f"{folder / 'some.yaml'}:2: ")
        assert "Did you mean 'hate'?" in problem
        write_until(client, folder / "some.yaml", GOOD.format(severity=2), "files read anew")
        assert hate(client) == 2


def test_a_new_scenario_and_a_new_key_can_be_used(folder: Path, tmp_path: Path) -> None:
    config, scenarios = tmp_path / "config.yaml", tmp_path / "scenarios"
    scenarios.mkdir()
    config.write_text("keys: declared\n")
    with served(fixtures=(folder,), scenarios=(scenarios,), config=config) as client:
        hate(client)
        down = "name: down\nsteps: [{on: submit, fault: maintenance}]\n"
        write_until(client, scenarios / "down.yaml", down, "files read anew")
        headers = {"authorization": "Token text-key~~down"}
        data = {"text_data": "hello"}
        assert client.post("/api/v2/task/sync", data=data, headers=headers).status_code == 503
        project = "projects: [{name: fresh, keys: fresh-key, rate_limit: 1/h}]\n"
        write_until(client, config, project, "files read anew")
        headers = {"authorization": "Token fresh-key"}
        answers = [
            client.post("/api/v2/task/sync", data=data, headers=headers).status_code for _ in "12"
        ]
        assert answers == [200, 429]


def test_no_request_is_lost_while_files_change(folder: Path) -> None:
    with served(fixtures=(folder,)) as client:
        hate(client)
        enough = Event()

        def submit() -> set[int]:
            seen = set()
            with httpx.Client(base_url=client.base_url, headers=HEADERS, trust_env=False) as own:
                while not enough.is_set():
                    seen.add(hate(own))
            return seen

        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(submit) for _ in range(2)]
            for severity in (2, 3):
                text = GOOD.format(severity=severity)
                write_until(client, folder / "some.yaml", text, "files read anew")
            enough.set()
            for one in running:
                assert one.result() <= {1, 2, 3}
        assert hate(client) == 3
