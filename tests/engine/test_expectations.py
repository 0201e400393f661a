"""What is expected to have happened: whether it has, and in words why it has not."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import Emulator, Settings
from emulator.core.errors import Refusal
from emulator.core.latency import Latency
from emulator.core.matching import Contains, Glob, When
from emulator.core.model import Mode
from emulator.engine.clock import START
from emulator.engine.expectations import (
    SORTS,
    Expectation,
    Likeness,
    failures,
    outlook,
)
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task
from tests.conftest import Make
from tests.support.networks import Mailbox

pytestmark = pytest.mark.anyio

HOOK = "http://app:9000/hook"
SYNC, ASYNC = "/api/v2/task/sync", "/api/v2/task/async"


def like(when: When | None = None, **fields: str) -> Likeness:
    return Likeness({name: Glob(pattern) for name, pattern in fields.items()}, when)


def text_contains(word: str) -> When:
    return When({"text_contains": (Contains(word),)})


def send(emulator: Emulator, key: str = "text-key", **fields: Any) -> Task:
    mode = Mode.ASYNC if "callback_url" in fields else Mode.SYNC
    return emulator.submit(key, mode, **fields)


def names(sort: str, found: Sequence[Any]) -> list[str]:
    return [SORTS[sort].name(one) for one in found]


@pytest.fixture
async def lived(make: Make, mailbox: Mailbox) -> tuple[Emulator, Sandbox]:
    """A sandbox in which some of everything has happened.

    A text, a picture, a refused call; a callback that was delivered, one that failed and one that
    is still to be sent.
    """
    emulator = make(no_bundled=True)
    sandbox = emulator.sandbox("default")
    mailbox.answers = [200, *[500] * 4]
    send(emulator, text_data="hello")
    send(emulator, "visual-key", url="http://cdn.test/a.jpg")
    with pytest.raises(Refusal):
        send(emulator, text_data="x" * 2000)
    for name in ("delivered", "failed"):
        send(emulator, text_data=f"{name} hello", callback_url=f"{HOOK}/{name}")
        await emulator.run_until_idle(sandbox)
    late = "scheduled hello [hive latency=5m]"
    send(emulator, text_data=late, callback_url=f"{HOOK}/scheduled")
    return emulator, sandbox


# Every sort and every field


@pytest.mark.parametrize(
    ("sort", "fields", "count"),
    [
        ("request", {}, 6),
        ("request", {"path": SYNC}, 3),
        ("request", {"path": ASYNC}, 3),
        ("request", {"path": "/api/*/task/*"}, 6),
        ("request", {"path": "*sync"}, 6),
        ("request", {"path": "*/sync"}, 3),
        ("request", {"path": "/api"}, 0),
        ("request", {"method": "POST"}, 6),
        ("request", {"method": "post"}, 0),
        ("request", {"status": "200"}, 5),
        ("request", {"status": "4*"}, 1),
        ("request", {"project": "visual"}, 1),
        ("request", {"project": "text", "status": "200", "path": SYNC}, 1),
        ("task", {}, 5),
        ("task", {"state": "finished"}, 4),
        ("task", {"state": "in_progress"}, 1),
        ("task", {"state": "failed"}, 0),
        ("task", {"mode": "sync"}, 2),
        ("task", {"mode": "a*"}, 3),
        ("task", {"project": "text"}, 4),
        ("task", {"kind": "picture"}, 1),
        ("task", {"kind": "text", "mode": "sync"}, 1),
        ("callback", {}, 2),
        ("callback", {"state": "delivered"}, 1),
        ("callback", {"state": "failed"}, 1),
        ("callback", {"state": "*"}, 2),
        ("callback", {"url": f"{HOOK}/delivered"}, 1),
        ("callback", {"url": "*/hook/*"}, 2),
        ("callback", {"project": "text"}, 2),
        ("callback", {"project": "visual"}, 0),
    ],
)
async def test_things_are_told_by_their_fields_in_which_a_star_is_anything(
    lived: tuple[Emulator, Sandbox], sort: str, fields: dict[str, str], count: int
) -> None:
    _, sandbox = lived
    expected = Expectation(sort, like(None, **fields), count=count)
    assert len(expected.found(sandbox)) == count
    assert not expected.missing(sandbox)


async def test_a_callback_is_told_by_the_id_of_its_task(lived: tuple[Emulator, Sandbox]) -> None:
    _, sandbox = lived
    for callback in sandbox.callbacks:
        [found] = Expectation("callback", like(task=str(callback.task_id))).found(sandbox)
        assert callback is found


async def test_every_thing_has_every_field_of_its_sort(lived: tuple[Emulator, Sandbox]) -> None:
    _, sandbox = lived
    for sort in SORTS.values():
        every = list(sort.of(sandbox))
        assert every
        assert all(read(one) is not None for one in every for read in sort.fields.values())


async def test_a_refused_call_has_a_status_and_one_without_a_key_no_project(make: Make) -> None:
    emulator = make()
    with pytest.raises(Refusal):
        send(emulator, "refused-key", text_data="hello")
    [found] = Expectation("request").found(emulator.sandbox("default"))
    assert SORTS["request"].fields["status"](found) == "403"


# What was submitted


@pytest.mark.parametrize(("sort", "count"), [("request", 4), ("task", 4), ("callback", 2)])
async def test_things_are_told_by_the_content_that_they_are_about(
    lived: tuple[Emulator, Sandbox], sort: str, count: int
) -> None:
    _, sandbox = lived
    assert not Expectation(sort, like(text_contains("hello")), count=count).missing(sandbox)
    assert not Expectation(sort, like(text_contains("failed hello")), count=1).missing(sandbox)
    assert not Expectation(sort, like(text_contains("nothing")), count=0).missing(sandbox)


async def test_content_and_fields_must_both_be_alike(lived: tuple[Emulator, Sandbox]) -> None:
    _, sandbox = lived
    expected = Expectation("request", like(text_contains("hello"), path=SYNC))
    assert len(expected.found(sandbox)) == 1


async def test_a_call_that_submitted_nothing_is_about_no_content(make: Make) -> None:
    emulator = make()
    with pytest.raises(Refusal):
        emulator.submit("text-key")
    told = Expectation("request", like(text_contains("hello"))).failure(emulator.sandbox("default"))
    assert told is not None
    assert told.endswith("(when: no content was taken in).")


# How many


@pytest.fixture(scope="module")
def crowds() -> Emulator:
    """Sandboxes named for how many tasks are in them."""
    emulator = Emulator(Settings(no_bundled=True))
    for number in range(5):
        for _ in range(number):
            emulator.submit(f"text-key~{number}", text_data="hello")
    return emulator


NUMBER = st.integers(0, 4)


@given(NUMBER, st.none() | NUMBER, st.none() | NUMBER, st.none() | NUMBER)
def test_the_numbers_are_what_they_are_called(
    crowds: Emulator, number: int, count: int | None, at_least: int | None, at_most: int | None
) -> None:
    sandbox = crowds.sandbox(f"{number}")
    expected = Expectation("task", count=count, at_least=at_least, at_most=at_most)
    if count is not None:
        holds = number == count
    elif at_least is None and at_most is None:
        holds = number >= 1
    else:
        holds = number >= (at_least or 0) and (at_most is None or number <= at_most)
    assert (expected.missing(sandbox) == 0) is holds
    assert (expected.failure(sandbox) is None) is holds
    assert (failures([expected], sandbox) == []) is holds


@given(NUMBER, NUMBER, st.none() | NUMBER, st.none() | NUMBER, st.none() | NUMBER)
def test_nothing_less_than_what_is_missing_makes_it_hold(
    crowds: Emulator,
    number: int,
    more: int,
    count: int | None,
    at_least: int | None,
    at_most: int | None,
) -> None:
    expected = Expectation("task", count=count, at_least=at_least, at_most=at_most)
    missing = expected.missing(crowds.sandbox(f"{number}"))
    if number + more <= 4 and more < missing:
        assert expected.missing(crowds.sandbox(f"{number + more}"))


# In words


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (Expectation("task"), "at least 1 task"),
        (Expectation("task", count=0), "0 tasks"),
        (Expectation("task", count=1), "1 task"),
        (Expectation("request", count=2), "2 requests"),
        (Expectation("callback", at_least=3), "at least 3 callbacks"),
        (Expectation("callback", at_most=1), "0 to 1 callback"),
        (Expectation("callback", at_least=2, at_most=4), "2 to 4 callbacks"),
        (
            Expectation("request", like(path="/api/*", status="200"), count=1),
            "1 request with path '/api/*' and status '200'",
        ),
        (
            Expectation("task", like(text_contains("hello"), state="failed")),
            "at least 1 task with state 'failed' and when text_contains matches",
        ),
    ],
)
def test_an_expectation_says_itself(expected: Expectation, words: str) -> None:
    assert str(expected) == words


async def test_where_nothing_has_happened_a_failure_says_so(make: Make) -> None:
    sandbox = make().sandbox("default")
    for sort in SORTS:
        assert Expectation(sort).failure(sandbox) == (
            f"expected at least 1 {sort}, but there is none. "
            f"There is no other {sort} in this sandbox."
        )


async def test_too_few_are_told_with_the_nearest_misses_and_how_each_differs(
    lived: tuple[Emulator, Sandbox],
) -> None:
    _, sandbox = lived
    told = Expectation("callback", like(state="dropped", url="*/failed")).failure(sandbox)
    assert told == (
        "expected at least 1 callback with state 'dropped' and url '*/failed', but there is none. "
        f"Nearest: callback cb-2 to {HOOK}/failed, failed "
        "(state: 'failed' does not match 'dropped'); "
        f"callback cb-1 to {HOOK}/delivered, delivered "
        "(state: 'delivered' does not match 'dropped'; "
        f"url: '{HOOK}/delivered' does not match '*/failed')."
    )


async def test_too_few_of_the_right_ones_are_told_with_others_that_come_near(
    lived: tuple[Emulator, Sandbox],
) -> None:
    _, sandbox = lived
    told = Expectation("task", like(kind="picture"), at_least=2).failure(sandbox)
    assert told is not None
    assert told.startswith(
        "expected at least 2 tasks with kind 'picture', but there is 1. Nearest: task "
    )
    assert "(kind: 'text' does not match 'picture')" in told
    assert told.endswith(", and 1 more.")


async def test_a_difference_in_content_is_told_as_well(make: Make) -> None:
    emulator = make()
    task = send(emulator, text_data="good bye")
    told = Expectation("task", like(text_contains("hello"))).failure(emulator.sandbox("default"))
    assert told == (
        "expected at least 1 task with when text_contains matches, but there is none. Nearest: "
        f"task {task.id}, finished (text_contains: 'good bye' does not contain 'hello')."
    )


async def test_the_three_nearest_misses_are_told_and_the_rest_counted(make: Make) -> None:
    emulator = make()
    for text in ("hello", "b", "c", "d", "e"):
        send(emulator, text_data=text)
    sandbox = emulator.sandbox("default")
    expected = like(text_contains("hello"), status="403")
    told = Expectation("request", expected).failure(sandbox)
    assert told is not None
    assert told.partition("Nearest: ")[2].startswith("request 3, ")
    assert told.count("request ") == 4
    assert told.endswith(", and 2 more.")


@pytest.mark.parametrize(
    ("number", "ending"), [(2, "request 6, "), (3, "request 9, "), (5, " and 2 more")]
)
async def test_too_many_are_told_one_by_one_up_to_three(
    make: Make, number: int, ending: str
) -> None:
    emulator = make()
    for _ in range(number):
        send(emulator, text_data="hello")
    sandbox = emulator.sandbox("default")
    for expected in (Expectation("request", count=1), Expectation("request", at_most=1)):
        told = expected.failure(sandbox)
        assert told is not None
        assert told.startswith(
            f"expected {expected}, but there are {number}: "
            f"request 3, POST {SYNC} answered 200; request 6, "
        )
        assert ending in told
        assert told.count("answered 200") == min(number, 3)


async def test_one_too_many_is_told_as_one(make: Make) -> None:
    emulator = make()
    task = send(emulator, text_data="hello")
    told = Expectation("task", count=0).failure(emulator.sandbox("default"))
    assert told == f"expected 0 tasks, but there is 1: task {task.id}, finished"


async def test_every_failure_is_told_in_the_order_of_what_was_expected(
    lived: tuple[Emulator, Sandbox],
) -> None:
    _, sandbox = lived
    expected = [
        Expectation("task", count=9),
        Expectation("callback", like(state="delivered")),
        Expectation("request", like(status="500")),
    ]
    first, second = failures(expected, sandbox)
    assert first.startswith("expected 9 tasks, but there are 5.")
    assert second.startswith("expected at least 1 request with status '500', but there is none.")


# What is still to come


async def test_the_outlook_names_what_is_due_and_when_in_order(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make(latency=Latency(timedelta(seconds=90)))
    sandbox = emulator.sandbox("default")
    mailbox.answers = [500]
    called = send(emulator, text_data="[hive latency=0s]", callback_url=HOOK)
    await emulator.advance(sandbox, timedelta())
    unfinished = send(emulator, text_data="hello", callback_url=HOOK)
    assert called.callback is not None
    assert outlook(sandbox) == [
        {"due": START + timedelta(seconds=1), "what": f"callback cb-1 to {HOOK}"},
        {"due": START + timedelta(seconds=90), "what": f"task {unfinished.id}"},
    ]
    await emulator.run_until_idle(sandbox)
    assert outlook(sandbox) == []


async def test_of_much_that_is_due_only_the_first_ten_are_named(make: Make) -> None:
    emulator = make()
    for seconds in range(20, 0, -1):
        send(emulator, text_data=f"[hive latency={seconds}s]", callback_url=HOOK)
    due = [one["due"] - START for one in outlook(emulator.sandbox("default"))]
    assert due == [timedelta(seconds=seconds) for seconds in range(1, 11)]
