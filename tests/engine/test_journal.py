"""What is remembered of a sandbox: in which order, how much of it, and who is told."""

import gc
import json
import tracemalloc
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import Emulator, Settings
from emulator.core.model import ClockMode, Mode, Submission
from emulator.engine.journal import (
    BODY_KEPT,
    AttemptMade,
    CallbackMoved,
    ClockMoved,
    Entry,
    Exchange,
    FaultApplied,
    Journal,
    Note,
    OfTask,
    PredictionMade,
    TaskMoved,
)
from emulator.engine.quota import Quota
from emulator.engine.weighing import held_by
from tests.conftest import Make
from tests.support.walls import NOON

pytestmark = pytest.mark.anyio

MIB = 1024**2


def exchange(**parts: Any) -> Exchange:
    made = Exchange("POST", "/api/v2/task/sync")
    made.at = NOON
    for name, value in parts.items():
        setattr(made, name, value)
    return made


def journal_of(entries: int, most: int = 1000, most_bytes: int = MIB) -> Journal:
    journal = Journal(Quota(most, most_bytes))
    for number in range(1, entries + 1):
        journal.add(Note(NOON, f"number {number}"))
    return journal


def ids(entries: Any) -> list[int]:
    return [entry.id for entry in entries]


def test_entries_are_numbered_in_their_order() -> None:
    assert ids(journal_of(3)) == [1, 2, 3]


def test_the_numbers_go_on_when_the_oldest_is_forgotten() -> None:
    assert ids(journal_of(7, most=2)) == [6, 7]


def test_entries_are_selected_newest_last() -> None:
    journal = journal_of(5)
    assert ids(journal.select(lambda entry: entry.id % 2 == 1)) == [1, 3, 5]


@pytest.mark.parametrize(
    ("after", "found"),
    [(0, [4, 5, 6]), (3, [4, 5, 6]), (4, [5, 6]), (6, []), (99, []), (-1, [4, 5, 6])],
)
def test_entries_since_one_of_them_are_found(after: int, found: list[int]) -> None:
    assert ids(journal_of(6, most=3).since(after)) == found


def test_an_empty_journal_has_nothing_since_anything() -> None:
    assert list(journal_of(0).since(0)) == []


def test_what_is_found_since_an_entry_stays_when_more_is_added() -> None:
    journal = journal_of(3)
    found = journal.since(1)
    journal.add(Note(NOON, "another"))
    assert ids(found) == [2, 3]


def test_whoever_listens_is_told_of_each_entry_when_it_has_been_added() -> None:
    journal = journal_of(2)
    heard: list[tuple[int, int]] = []

    def hear(entry: Entry) -> None:
        heard.append((entry.id, ids(journal)[-1]))

    journal.listener = hear
    journal.add(Note(NOON, "third"))
    journal.add(exchange())
    journal.listener = None
    journal.add(Note(NOON, "fifth"))
    assert heard == [(3, 3), (4, 4)]


TASK = Emulator(Settings(no_bundled=True)).submit("text-key", text_data="[hive hate=3]")


async def test_every_call_tells_of_its_prediction_and_its_task(make: Make) -> None:
    """Synchronous ones too, which hear of their result in the same moment."""
    emulator = make(no_bundled=True)
    task = emulator.submit("text-key", text_data="[hive hate=3]")
    late = emulator.submit("text-key", Mode.ASYNC, text_data="[hive hate=3]")
    await emulator.advance(emulator.sandbox("default"), timedelta())
    told = [
        (entry.kind, entry.about, dict(entry.facts))
        for entry in emulator.sandbox("default").journal
        if isinstance(entry, OfTask)
    ]
    made = {"by": "directive", "hidden": []}
    assert told == [
        ("prediction", task.id, {"mode": "sync", **made}),
        ("task", task.id, {"mode": "sync", "state": "finished", "error_code": None}),
        ("task", late.id, {"mode": "async", "state": "in_progress", "error_code": None}),
        ("prediction", late.id, {"mode": "async", **made}),
        ("task", late.id, {"mode": "async", "state": "finished", "error_code": None}),
    ]


async def test_a_call_that_a_clock_at_rest_does_not_keep_tells_of_it_when_it_is_made(
    make: Make,
) -> None:
    """Its result says to be of later, but no entry is of a moment that has not come yet."""
    emulator = make(no_bundled=True, clock=ClockMode.MANUAL)
    task = emulator.submit("text-key", text_data="[hive latency=1h]")
    sandbox = emulator.sandbox("default")
    assert task.ended > task.submitted == sandbox.clock.now()
    assert [(entry.kind, entry.at) for entry in sandbox.journal] == [
        (kind, task.submitted) for kind in ("prediction", "task", "request")
    ]


async def test_a_task_that_fails_tells_its_code_and_of_no_prediction(make: Make) -> None:
    emulator = make(no_bundled=True)
    emulator.submit("visual-key", url="https://a.test/a.jpg?hive.fault=corrupt_file")
    told = [entry for entry in emulator.sandbox("default").journal if isinstance(entry, OfTask)]
    assert [dict(entry.facts) for entry in told] == [
        {"mode": "sync", "state": "failed", "error_code": 3300}
    ]


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (exchange(), "request"),
        (Note(NOON, "directives ignored", names=("a",)), "note"),
        (TaskMoved(NOON, TASK), "task"),
        (PredictionMade(NOON, TASK), "prediction"),
        (FaultApplied(NOON, "slow", on="submit_sync", because="step", task=None), "fault"),
        (CallbackMoved(NOON, "cb-1", task="a-task", state="dropped"), "callback"),
        (AttemptMade(NOON, "cb-1", task="a-task", status=200), "attempt"),
        (ClockMoved(NOON, "set", mode="manual"), "clock"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_kind_of_entry_can_be_remembered(entry: Entry, kind: str) -> None:
    journal = journal_of(0)
    journal.add(entry)
    assert [(one.kind, one.at) for one in journal] == [(kind, NOON)]


# Bodies


@given(st.lists(st.integers(0, BODY_KEPT), max_size=5))
def test_the_beginning_of_a_body_is_kept_however_it_comes(sizes: list[int]) -> None:
    chunks = [bytes([at]) * size for at, size in enumerate(sizes)]
    made = exchange()
    for chunk in chunks:
        made.received(chunk)
    assert made.body == b"".join(chunks)[:BODY_KEPT]
    assert made.body_size == sum(sizes)


def test_a_body_that_comes_in_one_piece_is_not_copied() -> None:
    body = b"text_data=hello"
    made = exchange()
    made.received(body)
    assert made.body is body


# Weight


def test_the_bytes_of_all_entries_stay_within_the_quota() -> None:
    journal = Journal(Quota(10_000, MIB))
    for _ in range(500):
        journal.add(exchange(body=bytes(10_000), body_size=10_000))
    assert 20 < len(journal) < 100
    assert MIB - 40_000 < sum(entry.weight for entry in journal) <= MIB


def test_an_entry_that_is_larger_than_the_quota_is_not_kept_but_heard_of() -> None:
    journal = journal_of(3, most_bytes=10_000)
    heard: list[Entry] = []
    journal.listener = heard.append
    huge = exchange(submission=Submission(text="x" * 20_000))
    journal.add(huge)
    assert (list(journal), heard, list(journal.since(0))) == ([], [huge], [])
    journal.add(Note(NOON, "after it"))
    assert ids(journal) == [5]


@pytest.mark.parametrize(
    "lighter_to_heavier",
    [
        [exchange(body=bytes(size)) for size in (1, 100, 10_000)],
        [exchange(headers=[(b"a", b"b")] * number) for number in (0, 5, 50)],
        [exchange(submission=Submission(text="x" * size)) for size in (1, 100, 10_000)],
        [
            exchange(body=b"a" * 100, submission=Submission(metadata={"a": ["b"] * size}))
            for size in (1, 100, 10_000)
        ],
        [Note(NOON, "a", error="e" * size) for size in (1, 100, 10_000)],
        [Note(NOON, "a", names=("e",) * size, number=3) for size in (1, 100, 10_000)],
        [Entry(NOON), exchange()],
    ],
    ids=["body", "headers", "text", "metadata", "fact", "list of facts", "kind"],
)
def test_what_holds_more_weighs_more(lighter_to_heavier: list[Entry]) -> None:
    weights = [entry.weigh() for entry in lighter_to_heavier]
    assert all(lighter < heavier for lighter, heavier in pairwise(weights))


def test_what_a_value_takes_is_counted_with_all_in_it() -> None:
    inner = held_by("a long text" * 100)
    assert held_by({"key": ["a long text" * 100] * 3}) > 3 * inner > 3 * 1100


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("text-key", '{"text_data": "hello NUMBER"}'),
        ("text-key", f'{{"text_data": "NUMBER {"hello there, how are you? " * 35}"}}'),
        ("visual-key", '{"url": "https://cdn.test/some/path/NUMBER.jpg"}'),
        ("text-key", '{"text_data": "hello", "metadata": {"user": "NUMBER", "tags": ["a", "b"]}}'),
    ],
    ids=["short text", "long text", "address", "metadata"],
)
def test_what_an_exchange_weighs_is_about_what_it_takes(key: str, fields: str) -> None:
    emulator = Emulator(Settings())

    def submit(times: int) -> None:
        for number in range(times):
            emulator.submit(key, **json.loads(fields.replace("NUMBER", str(number))))

    submit(10)
    gc.collect()
    tracemalloc.start()
    submit(300)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    weighed = sum(entry.weight for entry in emulator.sandbox("default").journal.since(10))
    assert taken / 2 < weighed < taken * 2.5


@pytest.mark.parametrize("kind", [TaskMoved, PredictionMade])
def test_what_every_call_tells_weighs_about_what_it_takes_where_the_task_is_forgotten(
    kind: type[TaskMoved] | type[PredictionMade],
) -> None:
    """Here each keeps the id and the moment, which the entries of a call share."""
    emulator = Emulator(Settings(no_bundled=True, journal_entries=1, tasks=1))
    kept: list[Entry] = []

    def submit(times: int) -> None:
        for number in range(times):
            task = emulator.submit("text-key", text_data=f"hello {number}")
            kept.append(kind(task.ended, task))

    submit(10)
    gc.collect()
    tracemalloc.start()
    submit(300)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    weighed = sum(entry.weigh() for entry in kept[10:])
    assert taken / 2 < weighed < taken
