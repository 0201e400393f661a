"""The results that a project with a cache gives again."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from emulator.core.model import NOTHING_FOUND, Mode, Source, TextPrediction
from emulator.engine.results import KEPT, Results
from emulator.engine.tasks import Task
from tests.conftest import Make


@pytest.fixture
def cached(make: Make, tmp_path: Path) -> Emulator:
    (config := tmp_path / "c.yaml").write_text(
        "projects:\n  - {name: twice, keys: [mine], cache: true}\n  - {name: once, keys: [other]}\n"
    )
    return make(config=config)


def body(emulator: Emulator, key: str, **fields: Any) -> Any:
    return json.loads(emulator.answer(emulator.submit(key, **fields)))


CONTENTS = [{"text_data": "hello"}, {"url": "https://cdn.test/a.jpg"}]


@pytest.mark.parametrize("content", CONTENTS, ids=["text", "picture"])
def test_the_same_content_gets_the_first_result_from_the_cache(
    cached: Emulator, content: dict[str, Any]
) -> None:
    first, *others = (body(cached, "mine", **content) for _ in range(3))
    assert first["from_cache"] is False
    for other in others:
        assert other["from_cache"] is True
        assert other["id"] != first["id"]
        assert other["status"] == first["status"]


@pytest.mark.anyio
async def test_a_callback_from_the_cache_says_so_too(cached: Emulator) -> None:
    first = cached.submit("mine", text_data="hello")
    async with cached.running():
        again = cached.submit("mine", Mode.ASYNC, text_data="hello")
        await cached.run_until_idle(cached.sandbox("default"))
    told = json.loads(cached.callback_body(again))
    assert (told["from_cache"], told["id"]) == (True, again.id)
    assert told["status"][0]["response"]["input"]["id"] == first.id


def test_nothing_comes_from_a_cache_where_a_project_has_none(cached: Emulator) -> None:
    for _ in range(2):
        told = body(cached, "other", text_data="hello")
        assert told["from_cache"] is False
        assert told["status"][0]["response"]["input"]["id"] == told["id"]


def test_a_result_stays_as_it_was_until_the_sandbox_is_reset(cached: Emulator) -> None:
    text = "hello"
    before = body(cached, "mine", text_data=text)["status"]
    assert body(cached, "mine", text_data=text)["status"] == before
    cached.reset("default")
    assert body(cached, "mine", text_data=text)["from_cache"] is False


def test_a_task_that_failed_is_no_result(cached: Emulator) -> None:
    key, failing = "mine", "https://cdn.test/a.jpg?hive.fault=corrupt_file"
    for _ in range(2):
        assert body(cached, key, url=failing)["return_code"] == 400


def test_content_is_known_again_by_project_and_kind(make: Make) -> None:
    results, made = Results(), TextPrediction((0,), "EN", NOTHING_FOUND)
    emulator = make()
    first = emulator.submit("text-key", text_data="hello")
    results.keep(first, made, Source("test"))
    found = results.of(emulator.submit("text-key", text_data="hello"))
    assert found is not None
    assert (found.origin.id, found.origin.submitted) == (first.id, first.submitted)
    assert found.prediction is made
    for key, text in (("text-key", "Hello"), ("any-key", "hello")):
        assert results.of(emulator.submit(key, text_data=text)) is None


def test_the_oldest_result_is_forgotten_first(make: Make) -> None:
    results, made = Results(), TextPrediction((0,), "EN", NOTHING_FOUND)
    first = make().submit("text-key", text_data="0")
    copies = [replaced(first, str(at)) for at in range(KEPT + 1)]
    for one in copies:
        results.keep(one, made, Source("test"))
    assert results.of(copies[0]) is None
    assert results.of(copies[1]) is not None
    assert results.of(copies[-1]) is not None


def replaced(task: Task, text: str) -> Task:
    """A task of the same project about another text."""
    submission = task.submission._replace(text=text)
    return Task(
        task.id, task.project, submission, task.mode, task.known, task.scenario,
        task.submitted, task.due,
    )  # fmt: skip
