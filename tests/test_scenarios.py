"""A real client lives through every bundled scenario, and meets what its description says."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import httpx
import pytest

from emulator.library.bundled import bundled
from tests.support.lives import (
    BEGINNING,
    CLOSED,
    Check,
    World,
    calling,
    has_a_class_nobody_knows,
    is_called_html,
    is_cut_in_half,
    is_huge,
    is_no_json,
    is_right,
    lacks_a_field,
    seen,
)
from tests.support.pictures import png
from tests.support.receiver import Receiver

SUBMITTED = ("submit_sync", "submit_async")
ANSWERED = (*SUBMITTED, "summary")
UPLOAD = {"files": {"media": ("a.png", png())}}
TEXT = {"text_data": "hello"}


@pytest.fixture
def world(server_url: str, request: pytest.FixtureRequest, receiver: Receiver) -> Iterator[World]:
    with calling(server_url, request) as client:
        yield World(client, receiver)


Life = Callable[[World], None]
LIVES: dict[str, Life] = {}
"""What there is to be lived through in each scenario, where a finished task is known before."""


def in_scenario(name: str) -> Callable[[Life], Life]:
    def known(life: Life) -> Life:
        LIVES[name] = life
        return life

    return known


def sent(world: World) -> list[str]:
    """The ids of the tasks that were called back about, as they came."""
    return [one.json()["id"] for one in world.receiver.all]


def happened(world: World) -> Counter[str]:
    return Counter(one.fault for one in world.told())


# Calls that are refused


def every_call_is_refused(status: int, message: str, on: tuple[str, ...] = ANSWERED) -> Life:
    def life(world: World) -> None:
        for event in on:
            answer = world.call(event)
            assert answer.status_code == status
            assert answer.json() == {"return_code": status, "message": message}
            assert "retry-after" not in answer.headers
        assert world.call(SUBMITTED[0], **UPLOAD).status_code == status
        assert len(world.tasks()) == 1
        if "summary" not in on:
            is_right(world.see("summary"), world.right("summary"))

    return life


LIVES |= {
    "bad-request": every_call_is_refused(400, "The request could not be accepted.", SUBMITTED),
    "gateway-timeout": every_call_is_refused(504, "Gateway timeout"),
    "insufficient-balance": every_call_is_refused(
        405, "The balance of this account is insufficient."
    ),
    "invalid-key": every_call_is_refused(403, "The API key is not valid."),
    "maintenance": every_call_is_refused(503, "Offline for maintenance"),
    "rate-limited": every_call_is_refused(429, "Project has been rate limited"),
    "server-error": every_call_is_refused(500, "Internal server error"),
}


@in_scenario("disconnect")
def every_call_is_hung_up_on(world: World) -> None:
    for event in ANSWERED:
        with pytest.raises(httpx.RemoteProtocolError, match=CLOSED):
            world.call(event)
    assert len(world.tasks()) == 1


@in_scenario("hang")
def no_call_is_answered(world: World) -> None:
    for event in ANSWERED:
        with pytest.raises(httpx.ReadTimeout):
            world.call_impatiently(event)
    assert len(world.tasks()) == 1


@in_scenario("rate-limited-then-recovers")
def two_refusals_and_then_normal_service(world: World) -> None:
    for _ in range(2):
        answer = world.call("submit_async")
        assert (answer.status_code, answer.json()["message"]) == (
            429,
            "Project has been rate limited",
        )
    is_right(world.see("submit_sync"), world.right("submit_sync"))
    task_id = world.submit()
    world.run_until_idle()
    assert sent(world) == [task_id]
    is_right(world.see("summary"), world.right("summary"))


# Answers in which something is wrong


def every_answer_is_bent(check: Check) -> Life:
    def life(world: World) -> None:
        for event in ANSWERED:
            came = world.see(event)
            check(came, world.right(event))
        world.run_until_idle()
        assert [one.whole for one in world.receiver.all] == [True]
        is_right(seen(world.receiver.all[0]), world.right("callback"))

    return life


LIVES |= {
    "malformed-json": every_answer_is_bent(is_no_json),
    "missing-field": every_answer_is_bent(lacks_a_field),
    "truncated": every_answer_is_bent(is_cut_in_half),
    "wrong-content-type": every_answer_is_bent(is_called_html),
}


@in_scenario("oversized")
def every_body_is_huge(world: World) -> None:
    for event in ANSWERED:
        came = world.see(event)
        is_huge(came, world.right(event))
    world.run_until_idle()
    is_huge(seen(world.receiver.next()), world.right("callback"))


@in_scenario("unknown-class")
def every_result_has_a_class_nobody_knows(world: World) -> None:
    for event in ("submit_sync", "callback", "summary"):
        came = world.see(event)
        has_a_class_nobody_knows(came, world.right(event))
    is_right(world.see("submit_async"), world.right("submit_async"))


@in_scenario("slow")
def every_answer_comes_three_seconds_late(world: World) -> None:
    def late(event: str) -> int:
        begun = perf_counter()
        status = world.call(event).status_code
        assert perf_counter() - begun >= 3
        return status

    finished = world.tasks()[-1]["id"]
    with ThreadPoolExecutor() as threads:
        assert list(threads.map(late, ANSWERED)) == [200, 200, 200]
    world.run_until_idle()
    [task_id] = sent(world)
    assert task_id != finished
    assert happened(world)["slow"] >= 3


# Tasks that have no result


def ends_without_a_result(
    world: World, code: int, return_code: int, message: str, **fields: Any
) -> None:
    answer = world.call("submit_sync", **fields)
    assert answer.status_code == 200
    assert answer.json() == {"return_code": return_code, "message": message}
    world.submit(**fields)
    world.run_until_idle()
    assert world.receiver.next().json()["error_code"] == code
    assert world.call("summary").json()["error_code"] == code


def gets_its_result(world: World, **fields: Any) -> None:
    is_right(world.see("submit_sync", **fields), world.right("submit_sync"))
    world.submit(**fields)
    world.run_until_idle()
    is_right(seen(world.receiver.next()), world.right("callback"))


@in_scenario("partial-failure")
def a_part_of_each_task_fails(world: World) -> None:
    for fields in ({}, UPLOAD, TEXT):
        as_kind(world, fields)
        body = world.call("submit_sync", **fields).json()
        assert [one["status"]["code"] for one in body["status"]] == ["0", "3000"]
        assert "output" in body["status"][0]["response"]
        assert body["error_code"] == 3000


@in_scenario("classifier-error")
def the_model_fails(world: World) -> None:
    for fields in ({}, UPLOAD, TEXT):
        as_kind(world, fields)
        ends_without_a_result(world, 3000, 500, "Classifier error", **fields)


@in_scenario("classifier-timeout")
def the_model_takes_too_long(world: World) -> None:
    for fields in ({}, UPLOAD, TEXT):
        as_kind(world, fields)
        ends_without_a_result(world, 3401, 504, "Classifier timeout", **fields)


@in_scenario("corrupt-file")
def no_medium_can_be_decoded(world: World) -> None:
    for fields in ({}, UPLOAD):
        ends_without_a_result(world, 3300, 400, "The file is corrupt", **fields)
    as_kind(world, TEXT)
    gets_its_result(world, **TEXT)


@in_scenario("unsupported-media")
def no_medium_is_of_a_kind_that_a_model_takes(world: World) -> None:
    for fields in ({}, UPLOAD):
        ends_without_a_result(world, 3100, 400, "Unsupported media type", **fields)
    as_kind(world, TEXT)
    gets_its_result(world, **TEXT)


@in_scenario("download-failed")
def no_address_can_be_downloaded(world: World) -> None:
    ends_without_a_result(world, 2100, 400, "Unable to download file from url")
    gets_its_result(world, **UPLOAD)
    as_kind(world, TEXT)
    gets_its_result(world, **TEXT)


def as_kind(world: World, fields: dict[str, Any]) -> None:
    """With a key for texts where a text is sent."""
    if fields is TEXT:
        world.key = world.key.replace("visual-key", "text-key")


# Callbacks


@in_scenario("calm")
def nothing_happens(world: World) -> None:
    for event in ("submit_sync", "callback", "summary"):
        is_right(world.see(event), world.right(event))
    is_right(world.see("submit_async"), world.right("submit_async"))
    world.run_until_idle()
    assert len(world.receiver.all) == 2
    world.receiver.answers = [500] * 4
    world.submit()
    assert world.run_until_idle()["failed"] == 1
    assert len(world.receiver.all) == 2 + 4
    attempts = world.callbacks()[-1]["attempts"]
    assert [one["due"][17:19] for one in attempts] == ["00", "01", "06", "36"]
    assert happened(world) == {}


@in_scenario("callback-duplicate")
def every_callback_comes_twice(world: World) -> None:
    ids = [world.submit(), world.submit()]
    world.run_until_idle()
    assert Counter(sent(world)) == dict.fromkeys(ids, 2)


@in_scenario("callback-early")
def every_callback_comes_before_its_acknowledgement(world: World) -> None:
    order: list[str] = []
    world.receiver.hear = lambda _: order.append("callback")
    for _ in range(3):
        world.submit()
        order.append("acknowledgement")
    assert order == ["callback", "acknowledgement"] * 3


@in_scenario("callback-late")
def every_callback_comes_five_minutes_late(world: World) -> None:
    task_id = world.submit()
    assert world.advance("299s")["delivered"] == 0
    assert world.advance("1s")["delivered"] == 1
    assert sent(world) == [task_id]


@in_scenario("callback-lost")
def no_callback_ever_comes(world: World) -> None:
    world.submit()
    assert world.run_until_idle() == {
        "now": BEGINNING, "delivered": 0, "failed": 0, "pending": 0
    }  # fmt: skip
    assert (world.callback()["state"], world.receiver.all) == ("dropped", [])
    is_right(world.see("summary"), world.right("summary"))


def every_callback_is_bent(check: Check) -> Life:
    def life(world: World) -> None:
        world.receiver.answers = [500]
        world.submit()
        world.run_until_idle()
        assert len(world.receiver.all) == 2
        for came in world.receiver.all:
            check(seen(came), world.right("callback"))
        is_right(world.see("summary"), world.right("summary"))

    return life


LIVES |= {
    "callback-malformed-json": every_callback_is_bent(is_no_json),
    "callback-missing-field": every_callback_is_bent(lacks_a_field),
    "callback-wrong-content-type": every_callback_is_bent(is_called_html),
}


@in_scenario("callback-truncated")
def every_callback_ends_in_the_middle(world: World) -> None:
    world.submit()
    assert world.run_until_idle()["failed"] == 1
    for _ in range(4):
        is_cut_in_half(seen(world.receiver.next()), world.right("callback"))


@in_scenario("callback-other-task-id")
def every_callback_is_about_a_task_that_nobody_submitted(world: World) -> None:
    world.submit()
    world.run_until_idle()
    [other] = sent(world)
    known = {task["id"] for task in world.tasks()}
    assert other not in known
    assert world.call("summary", task_id=other).status_code == 404


@in_scenario("callback-reordered")
def the_first_callback_comes_after_the_second(world: World) -> None:
    first, second = world.submit(), world.submit()
    assert world.run_until_idle()["now"] == BEGINNING
    later = []
    for _ in range(3):
        later.append(world.submit())
        world.run_until_idle()
    assert sent(world) == [second, first, *later]


# The mixtures


@in_scenario("flaky-callbacks")
def about_every_third_callback_is_in_trouble(world: World) -> None:
    known = world.tasks()[-1]["id"]
    ids = [world.submit() for _ in range(90)]
    world.run_until_idle()
    troubles = {one["id"]: [told["fault"] for told in one["faults"]] for one in world.tasks()}
    assert sorted(troubles) == sorted([*ids, known])
    troubled = [faults for faults in troubles.values() if faults]
    assert 20 <= len(troubled) <= 45
    assert {fault for faults in troubled for fault in faults} == {
        "lost", "late", "duplicate", "reordered", "truncated"
    }  # fmt: skip
    for _ in [attempt for callback in world.callbacks() for attempt in callback["attempts"]]:
        world.receiver.next()
    whole = Counter(one.json()["id"] for one in world.receiver.all if one.whole)
    assert whole == {
        task_id: 2 if "duplicate" in faults else 1
        for task_id, faults in troubles.items()
        if "lost" not in faults and task_id != known
    }
    halves = sum(faults.count("truncated") for faults in troubles.values())
    assert sum(not one.whole for one in world.receiver.all) == halves
    for callback in world.callbacks():
        faults = troubles[callback["task_id"]]
        assert callback["state"] == ("dropped" if "lost" in faults else "delivered")
        if faults == ["late"]:
            assert callback["attempts"][0]["at"] == "2026-01-01T00:00:30.000Z"


@in_scenario("outage-and-flood")
def an_outage_is_followed_by_a_flood(world: World) -> None:
    owed = []
    for wait in ("0s", "9s", "1s", "9s", "1s", "9s"):
        world.advance(wait)
        owed.append(world.submit())
        is_right(world.see("submit_sync"), world.right("submit_sync"))
    assert (world.now(), world.receiver.all) == ("2026-01-01T00:00:29.000Z", [])
    for wait in ("1s", "29999ms"):
        world.advance(wait)
        assert [world.call(event).status_code for event in ANSWERED] == [500] * 3
    assert world.receiver.all == []
    world.advance("1ms")
    assert world.now() == "2026-01-01T00:01:00.000Z"
    is_right(world.see("submit_sync"), world.right("submit_sync"))
    flooded = world.submit()
    passed = world.run_until_idle()
    assert (passed["now"], passed["pending"]) == ("2026-01-01T00:01:09.000Z", 0)
    assert sorted(sent(world)) == sorted([*owed, flooded])
    attempts = [attempt for one in world.callbacks() for attempt in one["attempts"]]
    assert len(attempts) == len(owed) + 1
    assert min(one["at"] for one in attempts) == "2026-01-01T00:01:00.000Z"


@in_scenario("slow-video-night")
def tasks_take_minutes_and_some_have_no_result(world: World) -> None:
    finished = world.tasks()[-1]["id"]
    many = 40

    def late(event: str) -> httpx.Response:
        begun = perf_counter()
        fields = {"task_id": finished} if event == "summary" else {"url": "https://cdn.test/a.jpg"}
        answer = world.call(event, **fields)
        assert perf_counter() - begun >= 2
        assert answer.status_code == 200
        return answer

    events = ["summary", "submit_sync", *["submit_async"] * many]
    with ThreadPoolExecutor(len(events)) as threads:
        _, at_once, *acknowledged = threads.map(late, events)
    assert world.advance("239s")["delivered"] == 0
    assert {task["state"] for task in world.tasks() if task["mode"] == "async"} == {
        "in_progress", "finished"
    }  # fmt: skip
    assert world.advance("1s")["delivered"] == many
    assert set(sent(world)) == {one.json()["task_id"] for one in acknowledged}
    bodies = [one.json() for one in world.receiver.all]
    assert {body["created_on"] for body in bodies} == {"2026-01-01T00:04:00.000Z"}
    failed = [body for body in bodies if body.get("error_code") == 3401]
    assert 1 <= len(failed) <= many // 4
    assert sum("error_code" in body for body in bodies) == len(failed)
    told = at_once.json()
    assert told.get("created_on") == "2026-01-01T00:04:00.000Z" or told == {
        "return_code": 504,
        "message": "Classifier timeout",
    }


SCENARIOS = sorted(file.stem for file in bundled("scenarios").rglob("*.yaml"))


def test_no_bundled_scenario_is_without_its_life() -> None:
    assert sorted(LIVES) == SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_client_lives_through_what_the_description_says(world: World, name: str) -> None:
    world.finish_one()
    world.key = f"visual-key~~{name}"
    LIVES[name](world)


def test_a_scenario_may_be_chosen_for_the_sandbox_as_well_as_by_a_key(world: World) -> None:
    world.ask("PUT", "scenario", {"name": "maintenance"})
    assert world.call("submit_sync").status_code == 503
    world.key = "visual-key~~calm"
    assert world.call("submit_sync").status_code == 200
