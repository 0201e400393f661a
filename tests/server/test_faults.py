"""Every trouble at every event: a real client lives through it, or it is refused there."""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal
from time import perf_counter
from typing import Any

import httpx
import pytest

from emulator import run
from emulator.core.faults import EVENTS, TROUBLES, Event, objection
from emulator.library.validation import Place, validate
from tests.support.lives import (
    ABOUT,
    BEGINNING,
    CLOSED,
    PICTURE,
    SYNC,
    Check,
    Told,
    World,
    calling,
    client_of,
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
from tests.support.receiver import WITHIN, Receiver

STEP = "scenario 'inline' (control API, steps[0])"


def put_there(number: int = 1) -> str:
    """How the fault of that number accounts for itself that the control API put there."""
    return f"scenario 'faults of the control API' (fault-{number})"


RUN_TIME = put_there()
CUT = "half of the body was sent, and the connection closed, as the scenario wants it"


@pytest.fixture
def client(server_url: str, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    with calling(server_url, request) as client:
        yield client


@pytest.fixture
def world(client: httpx.Client, receiver: Receiver) -> World:
    return World(client, receiver)


# What a client lives through, each beginning with a trouble that happens once

Life = Callable[[World, str, str], None]
"""A world, a trouble, and the event that it is on."""


def once(world: World, fault: str, on: str, **settings: Any) -> None:
    if on == "summary":
        world.finish_one()
    if on == "trigger":
        world.call_back_one()
    world.play({"on": on, "times": 1, "fault": fault, **settings})


def assert_told(world: World, fault: str, on: str, task_id: str) -> None:
    """The journal tells of it, and so does the task that it happened to."""
    assert world.told() == [Told(fault, on, STEP, task_id)]
    if on not in ABOUT:
        assert world.troubles(task_id) == [(fault, STEP)]
    assert world.left() == [0]


def assert_nothing_was_taken(world: World, fault: str, on: str, status: int, calls: int) -> None:
    """No task came of it, and it is told; the next call is answered as it should be."""
    world.run_until_idle()
    assert len(world.tasks()) == (on in ABOUT)
    assert world.receiver.all == []
    assert world.told() == [Told(fault, on, STEP)] * calls
    refused = [one for one in world.items("requests") if one["because"] == STEP]
    assert [(one["status"], one["task_id"]) for one in refused] == [(status, None)] * calls
    assert world.left() == [0]
    is_right(world.see(on), world.right(on))


def refused(status: int, message: str) -> Life:
    def life(world: World, fault: str, on: str) -> None:
        once(world, fault, on)
        answer = world.call(on)
        assert answer.status_code == status
        assert answer.json() == {"return_code": status, "message": message}
        assert answer.headers["content-type"] == "application/json"
        assert "retry-after" not in answer.headers
        assert_nothing_was_taken(world, fault, on, status, 1)

    return life


def left_without_an_answer(world: World, fault: str, on: str) -> None:
    once(world, fault, on)
    with pytest.raises(httpx.ReadTimeout):
        world.call_impatiently(on)
    world.ask("POST", "wait", {"requests": {"status": "0"}})
    assert_nothing_was_taken(world, fault, on, 0, 1)


def hung_up_on(world: World, fault: str, on: str) -> None:
    """The same way each time, although it is known before the body is there."""
    calls = 60
    once(world, fault, on, times=calls)
    for _ in range(calls):
        with pytest.raises(httpx.RemoteProtocolError, match=CLOSED):
            world.call(on)
    assert_nothing_was_taken(world, fault, on, 0, calls)


def answered_late(world: World, fault: str, on: str) -> None:
    once(world, fault, on, delay="50ms")
    begun = perf_counter()
    answer = world.see(on)
    assert perf_counter() - begun >= 0.05
    is_right(answer, world.right(on))
    assert_told(world, fault, on, world.tasks()[-1]["id"])


def bent(check: Check) -> Life:
    """The call went well, which is not to be seen at once."""

    def life(world: World, fault: str, on: str) -> None:
        once(world, fault, on)
        came = world.see(on)
        check(came, world.right(on))
        [*_, request] = world.items("requests")
        answer = world.ask("GET", f"requests/{request['id']}")["answer"]
        assert answer["body"] == came.body[: 64 * 1024].decode()
        assert (answer["status"], answer["size"]) == (200, len(came.body))
        world.run_until_idle()
        assert_told(world, fault, on, world.tasks()[-1]["id"])
        is_right(world.see(on), world.right(on))

    return life


def called_back_with(check: Check) -> Life:
    """The receiver takes it, so that it is sent no more."""

    def life(world: World, fault: str, on: str) -> None:
        once(world, fault, on)
        task_id = world.submit()
        world.run_until_idle()
        [came] = world.receiver.all
        check(seen(came), world.right(on))
        callback = world.callback()
        [attempt] = callback["attempts"]
        assert (callback["state"], attempt["status"]) == ("delivered", 200)
        assert (attempt["fault"], attempt["error"]) == (fault, None)
        assert_told(world, fault, on, task_id)

    return life


def called_back_by_halves(world: World, fault: str, on: str) -> None:
    """Half of it is no success: it comes once more, and whole."""
    once(world, fault, on)
    task_id = world.submit()
    world.run_until_idle()
    came = [seen(world.receiver.next()) for _ in range(2)]
    half, whole = sorted(came, key=lambda one: one.whole)
    is_cut_in_half(half, world.right(on))
    is_right(whole, world.right(on))
    callback = world.callback()
    assert callback["state"] == "delivered"
    assert [
        (one["due"], one["status"], one["error"], one["fault"]) for one in callback["attempts"]
    ] == [(BEGINNING, None, CUT, fault), ("2026-01-01T00:00:01.000Z", 200, None, None)]
    assert_told(world, fault, on, task_id)
    first, second = world.ask("GET", f"callbacks/{callback['id']}")["attempts"]
    assert (first["request"]["body"], first["request"]["size"]) == (
        half.body.decode(),
        len(half.body),
    )
    assert second["request"]["body"] == whole.body.decode()


def ended_without_a_result(code: int, name: str, return_code: int, message: str) -> Life:
    def life(world: World, fault: str, on: str) -> None:
        once(world, fault, on)
        answer = world.call(on)
        world.run_until_idle()
        [task] = world.tasks()
        assert (task["state"], task["error_code"]) == ("failed", code)
        assert answer.status_code == 200
        if on == "submit_sync":
            assert answer.json() == {"return_code": return_code, "message": message}
            assert world.receiver.all == []
        else:
            assert answer.content == world.right(on)
            assert_told_as_failed(world, code, name)
        assert_told(world, fault, on, task["id"])

    return life


def failed_in_part(world: World, fault: str, on: str) -> None:
    """The result is whole, and behind it stands what failed."""
    once(world, fault, on)
    answer = world.call(on)
    world.run_until_idle()
    [task] = world.tasks()
    assert (answer.status_code, task["state"]) == (200, "finished")
    body = answer.json() if on == "submit_sync" else world.receiver.next().json()
    well, badly = body["status"]
    assert well["status"] == {"code": "0", "message": "SUCCESS"}
    assert len(well["response"]["output"][0]["classes"]) == 116
    assert badly == {"status": {"code": "3000", "message": "CLASSIFIER_ERROR"}}
    assert list(body)[-3:] == ["status", "from_cache", "error_code"]
    assert (body["error_code"], task["error_code"]) == (3000, 3000)
    assert_told(world, fault, on, task["id"])


def assert_told_as_failed(world: World, code: int, name: str) -> None:
    """The callback says so, and the summary with the same bytes."""
    came = world.receiver.next()
    body = came.json()
    assert list(body) == [
        "id", "project_id", "created_on", "callback", "metadata", "status", "from_cache",
        "error_code",
    ]  # fmt: skip
    assert body["id"] == world.tasks()[-1]["id"]
    assert body["status"] == [{"status": {"code": str(code), "message": name}}]
    assert body["error_code"] == code
    assert world.call("summary").content == came.body


def lost(world: World, fault: str, on: str) -> None:
    once(world, fault, on)
    task_id = world.submit()
    passed = world.run_until_idle()
    assert (passed["delivered"], passed["failed"], passed["pending"]) == (0, 0, 0)
    assert passed["now"] == BEGINNING
    callback = world.callback()
    assert (callback["state"], callback["due"], callback["attempts"]) == ("dropped", None, [])
    assert world.call("summary").content == world.right(on)
    assert_told(world, fault, on, task_id)
    other = world.submit()
    world.run_until_idle()
    assert [one.json()["id"] for one in world.receiver.all] == [other]


def called_back_late(world: World, fault: str, on: str) -> None:
    """On the sandbox's clock: not before it is moved there."""
    once(world, fault, on)
    task_id = world.submit()
    assert world.advance("59s")["delivered"] == 0
    assert (world.callback()["state"], world.receiver.all) == ("scheduled", [])
    assert world.callback()["due"] == "2026-01-01T00:01:00.000Z"
    assert world.advance("1s")["delivered"] == 1
    [came] = world.receiver.all
    is_right(seen(came), world.right(on))
    [attempt] = world.callback()["attempts"]
    assert attempt["due"] == attempt["at"] == "2026-01-01T00:01:00.000Z"
    assert_told(world, fault, on, task_id)


def called_back_twice(world: World, fault: str, on: str) -> None:
    once(world, fault, on)
    task_id = world.submit()
    world.run_until_idle()
    first, second = world.receiver.all
    assert first == second
    is_right(seen(first), world.right(on))
    callback = world.callback()
    assert callback["state"] == "delivered"
    attempts = [(one["number"], one["fault"]) for one in callback["attempts"]]
    assert attempts == [(1, fault), (2, fault)]
    assert_told(world, fault, on, task_id)


def called_back_early(world: World, fault: str, on: str) -> None:
    once(world, fault, on)
    order: list[str] = []
    world.receiver.hear = lambda _: order.append("callback")
    task_id = world.submit()
    order.append("acknowledgement")
    assert order == ["callback", "acknowledgement"]
    came = world.receiver.next()
    assert came.json()["id"] == task_id
    is_right(seen(came), world.right(on))
    assert world.run_until_idle()["delivered"] == 0
    assert len(world.callback()["attempts"]) == 1
    assert_told(world, fault, on, task_id)


def overtaken(world: World, fault: str, on: str) -> None:
    once(world, fault, on)
    first, second = world.submit(), world.submit()
    assert world.run_until_idle()["now"] == BEGINNING
    assert [one.json()["id"] for one in world.receiver.all] == [second, first]
    assert_told(world, fault, on, first)
    assert world.troubles(second) == []


def called_back_about_nothing(world: World, fault: str, on: str) -> None:
    once(world, fault, on)
    task_id = world.submit()
    world.run_until_idle()
    [came] = world.receiver.all
    other = came.json()["id"]
    assert other != task_id
    assert came.body == world.right(on).replace(task_id.encode(), other.encode())
    assert world.call("summary", task_id=other).status_code == 404
    assert world.callback()["state"] == "delivered"
    assert_told(world, fault, on, task_id)


# The table

ON = ("submit_sync", "submit_async", "summary", "trigger", "callback")
NEVER = None
Row = tuple[Life | None, Life | None, Life | None, Life | None, Life | None]


def of_answers(life: Life) -> Row:
    return life, life, life, life, NEVER


def of_tasks(life: Life) -> Row:
    return life, life, NEVER, NEVER, NEVER


def of_callbacks(life: Life) -> Row:
    return NEVER, NEVER, NEVER, NEVER, life


def of_bodies(check: Check) -> Row:
    life = bent(check)
    return life, life, life, life, called_back_with(check)


TABLE: Mapping[str, Row] = {
    "rate_limited": of_answers(refused(429, "Project has been rate limited")),
    "invalid_key": of_answers(refused(403, "The API key is not valid.")),
    "insufficient_balance": of_answers(
        refused(405, "The balance of this account is insufficient.")
    ),
    "bad_request": of_answers(refused(400, "The request could not be accepted.")),
    "server_error": of_answers(refused(500, "Internal server error")),
    "maintenance": of_answers(refused(503, "Offline for maintenance")),
    "gateway_timeout": of_answers(refused(504, "Gateway timeout")),
    "hang": of_answers(left_without_an_answer),
    "disconnect": of_answers(hung_up_on),
    "slow": of_answers(answered_late),
    "truncated": (*(bent(is_cut_in_half),) * 4, called_back_by_halves),
    "malformed_json": of_bodies(is_no_json),
    "wrong_content_type": of_bodies(is_called_html),
    "unknown_class": (
        bent(has_a_class_nobody_knows),
        NEVER,
        bent(has_a_class_nobody_knows),
        NEVER,
        called_back_with(has_a_class_nobody_knows),
    ),
    "missing_field": of_bodies(lacks_a_field),
    "oversized": of_bodies(is_huge),
    "download_failed": of_tasks(
        ended_without_a_result(2100, "HTTP_ERROR", 400, "Unable to download file from url")
    ),
    "unsupported_media": of_tasks(
        ended_without_a_result(
            3100, "CLASSIFIER_ERROR_UNSUPPORTED_MEDIA_TYPE", 400, "Unsupported media type"
        )
    ),
    "corrupt_file": of_tasks(
        ended_without_a_result(3300, "CLASSIFIER_ERROR_CORRUPT_FILE", 400, "The file is corrupt")
    ),
    "classifier_error": of_tasks(
        ended_without_a_result(3000, "CLASSIFIER_ERROR", 500, "Classifier error")
    ),
    "classifier_timeout": of_tasks(
        ended_without_a_result(3401, "CLASSIFIER_ERROR_TIMEOUT", 504, "Classifier timeout")
    ),
    "partial_failure": of_tasks(failed_in_part),
    "lost": of_callbacks(lost),
    "late": of_callbacks(called_back_late),
    "duplicate": of_callbacks(called_back_twice),
    "early": of_callbacks(called_back_early),
    "reordered": of_callbacks(overtaken),
    "other_task_id": of_callbacks(called_back_about_nothing),
}
CELLS = {
    (fault, on): life for fault, row in TABLE.items() for on, life in zip(ON, row, strict=True)
}
LIVED = [
    pytest.param(fault, on, life, id=f"{fault}-{on}")
    for (fault, on), life in CELLS.items()
    if life is not None
]
REFUSED = [
    (fault, word)
    for fault in TABLE
    for word, events in EVENTS.items()
    if any(CELLS[fault, event.value] is None for event in events)
]


def test_the_table_has_every_trouble_at_every_event() -> None:
    assert set(ON) == {event.value for event in Event}
    assert list(CELLS) == [(fault, on) for fault in TROUBLES for on in ON]


def test_what_the_table_leaves_out_is_what_is_refused() -> None:
    assert {cell for cell, life in CELLS.items() if life is None} == {
        (fault, on) for fault in TROUBLES for on in ON if objection(fault, on) is not None
    }


@pytest.mark.parametrize(("fault", "on", "life"), LIVED)
def test_a_client_lives_through(world: World, fault: str, on: str, life: Life) -> None:
    life(world, fault, on)


@pytest.mark.parametrize(("fault", "on"), REFUSED)
def test_where_a_trouble_cannot_be_it_is_refused(
    client: httpx.Client, tmp_path: Path, fault: str, on: str
) -> None:
    words = objection(fault, on)
    assert words is not None
    assert words.startswith(f"the fault {fault!r} cannot be on {on!r}: it can be on ")
    step = {"on": on, "fault": fault}
    for method, call, body, place in (
        ("PUT", "scenario", {"steps": [step]}, "body.steps[0].fault"),
        ("PUT", "scenario", {"timeline": [step]}, "body.timeline[0].fault"),
        ("POST", "faults", step, "body.fault"),
    ):
        answer = client.request(method, f"/_emulator/{call}", json=body)
        assert answer.status_code == 400
        assert answer.json()["problems"] == [f"{place}: {words}"]
    file = tmp_path / "s.yaml"
    for part in ("steps", "timeline"):
        file.write_text(f"name: s\n{part}:\n  - {{on: {on}, fault: {fault}}}\n")
        problems = validate([Place(file)]).problems
        assert [str(problem) for problem in problems] == [f"{file}:3: {words}"]
    assert client.get("/_emulator/scenario").json()["name"] == "calm"
    assert client.get("/_emulator/faults").json()["items"] == []


# Slowness goes with any other trouble

SLOW = {"fault": "slow", "delay": "50ms"}


def taken(begun: float) -> float:
    return perf_counter() - begun


@pytest.mark.parametrize("on", ["submit_sync", "submit_async", "summary"])
@pytest.mark.parametrize("fault", ["gateway_timeout", "disconnect", "malformed_json"])
def test_a_slow_answer_may_have_another_trouble(world: World, fault: str, on: str) -> None:
    world.finish_one()
    world.play({"on": on, **SLOW}, {"on": on, "when": {"url": "*"}, "fault": fault})
    begun = perf_counter()
    if fault == "disconnect":
        with pytest.raises(httpx.RemoteProtocolError, match=CLOSED):
            world.call(on)
    elif fault == "malformed_json":
        is_no_json(world.see(on), world.right(on))
    else:
        assert world.call(on).status_code == 504
    assert taken(begun) >= 0.05
    assert sorted(one.fault for one in world.told()) == sorted(["slow", fault])


@pytest.mark.parametrize("on", ["submit_sync", "submit_async"])
def test_a_slow_answer_may_be_that_of_a_task_that_fails(world: World, on: str) -> None:
    world.play({"on": on, "fault": "classifier_error"}, {"on": on, **SLOW})
    begun = perf_counter()
    assert world.call(on).status_code == 200
    assert taken(begun) >= 0.05
    world.run_until_idle()
    [task] = world.tasks()
    assert task["error_code"] == 3000
    assert sorted(name for name, _ in world.troubles(task["id"])) == ["classifier_error", "slow"]


def test_a_slow_hang_is_as_long_as_both(world: World) -> None:
    world.play({"on": "submit", **SLOW}, {"on": "submit", "fault": "hang", "delay": "50ms"})
    begun = perf_counter()
    with pytest.raises(httpx.RemoteProtocolError, match=CLOSED):
        world.call("submit_sync")
    assert taken(begun) >= 0.1


@pytest.mark.parametrize("source", ["scenario", "run time", "timeline"])
def test_a_step_that_slows_and_content_that_asks_for_a_trouble_both_have_their_way(
    world: World, source: str
) -> None:
    match source:
        case "scenario":
            world.play({"on": "submit", **SLOW})
        case "run time":
            world.ask("POST", "faults", {"on": "submit", **SLOW})
        case "timeline":
            world.play(timeline=[SLOW])
    begun = perf_counter()
    answer = world.call("submit_sync", url=f"{PICTURE}?hive.fault=maintenance")
    assert answer.status_code == 503
    assert taken(begun) >= 0.05


@pytest.mark.parametrize("on", ["submit_sync", "submit_async"])
def test_a_trouble_at_run_time_and_slowness_of_the_scenario_go_together(
    world: World, on: str
) -> None:
    world.play({"on": "submit", **SLOW})
    world.ask("POST", "faults", {"on": "submit", "fault": "insufficient_balance"})
    begun = perf_counter()
    assert world.call(on).status_code == 405
    assert taken(begun) >= 0.05
    assert world.told() == [
        Told("insufficient_balance", on, RUN_TIME),
        Told("slow", on, STEP),
    ]


def test_a_callback_waits_for_an_acknowledgement_that_is_slow(world: World) -> None:
    came: list[float] = []
    world.receiver.hear = lambda _: came.append(perf_counter())
    world.play({"on": "submit_async", **SLOW})
    begun = perf_counter()
    world.submit()
    world.run_until_idle()
    [moment] = came
    assert moment - begun >= 0.05


# Calls that get no answer


def hang_up_first(url: str, sandbox: str) -> bytes:
    """Send a call, leave, and give what comes before the other side leaves as well."""
    host, _, port = url.removeprefix("http://").partition(":")
    body = b"url=https://cdn.test/a.jpg"
    with socket.create_connection((host, int(port)), timeout=WITHIN) as connection:
        connection.sendall(
            b"POST /s/%s/api/v2/task/sync HTTP/1.1\r\nHost: localhost\r\n"
            b"Authorization: Token visual-key\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (sandbox.encode(), len(body), body)
        )
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(1)


def test_a_hang_ends_when_the_client_leaves_and_others_are_served(
    server_url: str, world: World
) -> None:
    world.play({"on": "submit", "times": 3, "fault": "hang"})
    for _ in range(3):
        assert hang_up_first(server_url, sandbox_of(world)) == b""
    assert world.call("submit_sync").status_code == 200


def test_many_who_are_left_without_an_answer_keep_nobody_else_from_one(world: World) -> None:
    world.play({"on": "submit_sync", "fault": "hang"})
    with ThreadPoolExecutor(20) as threads:
        hung = [threads.submit(world.call_impatiently, "submit_sync") for _ in range(20)]
        world.ask("POST", "wait", {"requests": {"status": "0", "count": 20}})
        assert world.submit() == world.tasks()[-1]["id"]
        for one in hung:
            with pytest.raises(httpx.ReadTimeout):
                one.result(WITHIN)


@pytest.mark.parametrize("on", ["submit_sync", "submit_async", "summary"])
def test_a_hang_may_end_by_itself_with_a_closed_connection(world: World, on: str) -> None:
    once(world, "hang", on, delay="50ms")
    begun = perf_counter()
    with pytest.raises(httpx.RemoteProtocolError, match=CLOSED):
        world.call(on)
    assert taken(begun) >= 0.05
    assert_nothing_was_taken(world, "hang", on, 0, 1)


def test_a_hang_ends_with_its_sandbox_and_with_the_server() -> None:
    headers = {"authorization": "Token visual-key~~hang"}
    with ThreadPoolExecutor() as threads, client_of("") as client:
        with run(port=0) as server:

            def call(sandbox: str) -> httpx.Response:
                fields = {"url": PICTURE}
                url = f"{server.url}/s/{sandbox}{SYNC}"
                return client.post(url, headers=headers, data=fields, timeout=WITHIN)

            hung = {name: threads.submit(call, name) for name in ("reset", "stopped")}
            for name in hung:
                url = f"{server.url}/s/{name}/_emulator/wait"
                client.post(url, json={"requests": {"status": "0"}}).raise_for_status()
            client.post(f"{server.url}/s/reset/_emulator/reset").raise_for_status()
            with pytest.raises(httpx.RemoteProtocolError, match=CLOSED):
                hung["reset"].result(WITHIN)
            assert not hung["stopped"].done()
        with pytest.raises(httpx.RemoteProtocolError, match=CLOSED):
            hung["stopped"].result(WITHIN)


def test_a_client_that_is_hung_up_on_may_call_again_over_the_same_pool(world: World) -> None:
    world.play({"on": "submit", "when": {"url": "*"}, "times": 1, "fault": "disconnect"})
    with pytest.raises(httpx.RemoteProtocolError, match=CLOSED):
        world.call("submit_sync")
    assert world.call("submit_sync").status_code == 200


# Settings


@pytest.mark.parametrize("on", ["submit_sync", "submit_async", "summary"])
@pytest.mark.parametrize(
    ("written", "sent"), [("2s", "2"), ("1500ms", "2"), (0, "0"), ("2m", "120")]
)
def test_retry_after_is_sent_where_it_is_asked_for(
    world: World, on: str, written: object, sent: str
) -> None:
    once(world, "rate_limited", on, retry_after=written)
    answer = world.call(on)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, sent)


@pytest.mark.parametrize("on", ["submit_sync", "submit_async"])
def test_the_code_of_a_failed_download_may_be_chosen(world: World, on: str) -> None:
    once(world, "download_failed", on, code=2203)
    answer = world.call(on)
    world.run_until_idle()
    assert world.tasks()[-1]["error_code"] == 2203
    if on == "submit_async":
        assert_told_as_failed(world, 2203, "HTTP_CONNECTION_ERROR_ECONNREFUSED")
    else:
        told = {"return_code": 400, "message": "Unable to download file from url"}
        assert answer.json() == told


@pytest.mark.parametrize("on", ["submit_sync", "summary", "callback"])
def test_the_class_that_nobody_knows_may_be_named(world: World, on: str) -> None:
    world.key = "text-key"
    world.submit(text_data="hello", callback_url=None)
    world.run_until_idle()
    world.play({"on": on, "fault": "unknown_class", "class": "yes_martian"})
    fields = {} if on == "summary" else {"text_data": "hello"}
    [output] = world.see(on, **fields).json()["status"][0]["response"]["output"]
    assert output["classes"][-1] == {"class": "yes_martian", "score": 3}
    assert len(output["classes"]) == 6


@pytest.mark.parametrize("on", ["submit_sync", "summary", "callback"])
def test_the_missing_field_may_be_any_by_its_path(world: World, on: str) -> None:
    world.finish_one()
    world.play({"on": on, "fault": "missing_field", "field": "status.0.response.input"})
    came = world.see(on)
    expected = json.loads(world.right(on))
    del expected["status"][0]["response"]["input"]
    assert came.json() == expected


def test_the_missing_field_of_an_acknowledgement_may_be_its_other_name(world: World) -> None:
    once(world, "missing_field", "submit_async", field="id")
    assert world.call("submit_async").json() == {"task_id": world.tasks()[-1]["id"]}


def test_the_missing_field_may_be_an_item_of_a_list(world: World) -> None:
    once(world, "missing_field", "submit_sync", field="status.0")
    assert world.call("submit_sync").json()["status"] == []


@pytest.mark.parametrize("on", ON)
def test_a_trouble_that_finds_nothing_to_change_is_told_as_that_and_not_as_one_that_happened(
    world: World, on: str
) -> None:
    once(world, "missing_field", on, field="status.9.gone")
    is_right(world.see(on), world.right(on))
    world.run_until_idle()
    task_id, why = world.tasks()[-1]["id"], "the body has no 'status.9.gone'"
    assert_without_effect(world, "missing_field", on, task_id, why)
    assert world.left() == [0]
    if on == "callback":
        assert [one["fault"] for one in world.callback()["attempts"]] == [None]


@pytest.mark.parametrize("on", ["summary", "callback"])
def test_a_result_without_classes_gets_none_that_is_unknown(world: World, on: str) -> None:
    world.ask("POST", "faults", {"on": "submit", "fault": "classifier_error"})
    world.play({"on": on, "fault": "unknown_class"})
    task_id = world.submit()
    world.run_until_idle()
    came = world.receiver.next()
    assert came.json()["error_code"] == 3000
    if on == "summary":
        assert world.call("summary").content == came.body
    [_, *others] = world.told()
    assert others == []
    told = [(one["about"], one["on"], one["why"]) for one in world.items("journal?kind=note")]
    assert told == [("fault without effect", on, "the body has no list of classes")]
    assert world.troubles(task_id) == [("classifier_error", put_there())]


def test_what_finds_nothing_to_change_is_told_when_a_call_that_waited_is_answered(
    world: World,
) -> None:
    world.ask("PUT", "clock", {"mode": "system"})
    world.play({"on": "submit_sync", "fault": "missing_field", "field": "nope"}, latency="20ms")
    is_right(world.see("submit_sync"), world.right("submit_sync"))
    why = "the body has no 'nope'"
    assert_without_effect(world, "missing_field", "submit_sync", world.tasks()[0]["id"], why)


def assert_without_effect(world: World, fault: str, on: str, task_id: str, why: str) -> None:
    assert world.told() == []
    [note] = world.items("journal?kind=note")
    assert (note["about"], note["fault"], note["on"], note["task"], note["why"]) == (
        "fault without effect", fault, on, task_id, why,
    )  # fmt: skip
    assert world.troubles(task_id) == []
    explained = world.task(task_id)["explanation"]["faults_without_effect"]
    assert explained == [{"fault": fault, "because": STEP, "why": why}]


@pytest.mark.parametrize("on", ON)
@pytest.mark.parametrize(("written", "size"), [("64KiB", 64 * 1024), (7, 7)])
def test_the_size_of_what_is_oversized_may_be_chosen(
    world: World, on: str, written: object, size: int
) -> None:
    once(world, "oversized", on, size=written)
    assert world.see(on).json()["padding"] == "x" * size


def test_a_callback_may_come_in_many_copies(world: World) -> None:
    once(world, "duplicate", "callback", copies=3)
    world.submit()
    world.run_until_idle()
    assert len({one.body for one in world.receiver.all}) == 1
    assert [one["status"] for one in world.callback()["attempts"]] == [200] * 3


def test_of_several_copies_the_best_counts_and_they_are_one_attempt_to_the_schedule(
    world: World,
) -> None:
    world.play({"on": "callback", "fault": "duplicate"})
    world.receiver.answers = [503, 503, 503, 200]
    world.submit()
    assert world.run_until_idle()["now"] == "2026-01-01T00:00:01.000Z"
    callback = world.callback()
    assert callback["state"] == "delivered"
    assert [one["status"] for one in callback["attempts"]] == [503, 503, 503, 200]


def test_how_late_a_callback_comes_may_be_chosen(world: World) -> None:
    once(world, "late", "callback", delay="1h")
    world.submit()
    assert world.run_until_idle()["now"] == "2026-01-01T01:00:00.000Z"


def test_how_likely_a_trouble_is_may_be_said_and_chance_is_seeded(
    server_url: str, world: World
) -> None:
    def statuses(world: World) -> list[int]:
        world.play({"on": "submit", "fault": "server_error", "probability": 0.25})
        return [world.call("submit_sync").status_code for _ in range(40)]

    first = statuses(world)
    assert set(first) == {200, 500}
    assert 3 <= first.count(500) <= 20
    assert len(world.told()) == first.count(500)
    world.ask("POST", "reset")
    assert statuses(world) == first
    with client_of(f"{server_url}/s/{sandbox_of(world)}-other") as client:
        assert statuses(World(client, world.receiver)) != first


def test_a_step_is_not_used_up_where_chance_is_not_in_favour(world: World) -> None:
    world.play({"on": "submit", "times": 3, "fault": "server_error", "probability": 0.5})
    statuses = [world.call("submit_sync").status_code for _ in range(30)]
    assert statuses[:3] != [500] * 3
    assert statuses.count(500) == 3


def test_chance_is_asked_once_for_each_attempt_at_a_callback(world: World) -> None:
    world.play({"on": "callback", "fault": "lost", "probability": 0.5})
    for _ in range(20):
        world.submit()
    world.run_until_idle()
    states = [one["state"] for one in world.callbacks()]
    assert set(states) == {"dropped", "delivered"}
    assert states.count("dropped") == len(world.told())


def test_which_code_a_task_fails_in_part_with_may_be_chosen(world: World) -> None:
    world.play({"on": "submit", "fault": "partial_failure", "error_code": 3401})
    body = world.call("submit_sync").json()
    assert body["status"][1]["status"] == {"code": "3401", "message": "CLASSIFIER_ERROR_TIMEOUT"}
    assert body["error_code"] == 3401


def test_every_setting_has_a_test_of_its_own() -> None:
    settings = {name for trouble in TROUBLES.values() for name in trouble.settings}
    others = {"delay", "retry_after", "class", "field", "size", "copies"}
    assert settings == {*others, "code", "error_code"}


# Troubles that content itself asks for

FIXTURE = "fixture 'troubled' (control API)"
SOURCES = ["fixture", "address", "text", "file name", "upload"]
SUBMITTED = ["submit_sync", "submit_async"]


def asking(world: World, source: str, fault: str) -> tuple[dict[str, Any], str]:
    """The fields of a submission that asks for a trouble, and who is said to have asked."""
    match source:
        case "fixture":
            fixture = {"name": "troubled", "when": {"url": PICTURE}, "fault": fault}
            world.ask("POST", "fixtures", fixture)
            return {"url": PICTURE}, FIXTURE
        case "address":
            return {"url": f"{PICTURE}?hive.fault={fault}"}, "directive"
        case "text":
            world.key = "text-key"
            return {"text_data": f"hello [hive fault={fault}]"}, "directive"
        case "file name":
            return {"url": f"https://cdn.test/a--fault={fault}.jpg"}, "directive"
        case _:
            picture = png(text=f"[hive fault={fault}]")
            return {"files": {"media": ("a.png", picture)}}, "directive"


@pytest.mark.parametrize("on", SUBMITTED)
@pytest.mark.parametrize("source", SOURCES)
def test_content_may_ask_to_be_refused(world: World, source: str, on: str) -> None:
    fields, because = asking(world, source, "maintenance")
    answer = world.call(on, **fields)
    told = {"return_code": 503, "message": "Offline for maintenance"}
    assert (answer.status_code, answer.json()) == (503, told)
    assert world.tasks() == []
    [request] = world.items("requests")
    assert (request["status"], request["because"]) == (503, because)


@pytest.mark.parametrize("on", SUBMITTED)
@pytest.mark.parametrize("source", ["fixture", "address"])
def test_the_journal_tells_of_a_refusal_that_content_asked_for(
    world: World, source: str, on: str
) -> None:
    fields, because = asking(world, source, "maintenance")
    world.call(on, **fields)
    assert world.told() == [Told("maintenance", on, because)]


@pytest.mark.parametrize("on", SUBMITTED)
@pytest.mark.parametrize("fault", ["hang", "disconnect"])
def test_content_may_ask_for_no_answer(world: World, fault: str, on: str) -> None:
    fields, _ = asking(world, "address", fault)
    error = httpx.ReadTimeout if fault == "hang" else httpx.RemoteProtocolError
    with pytest.raises(error):
        world.call_impatiently(on, **fields)
    assert world.tasks() == []


@pytest.mark.parametrize("on", SUBMITTED)
@pytest.mark.parametrize("source", ["fixture", "text"])
def test_content_may_ask_for_a_slow_answer(world: World, source: str, on: str) -> None:
    """Three seconds, by default, which this client does not wait; the task goes on without it."""
    fields, because = asking(world, source, "slow")
    with pytest.raises(httpx.ReadTimeout):
        world.call_impatiently(on, **fields)
    world.ask("POST", "wait", {"tasks": {"count": 1}})
    [task] = world.tasks()
    assert world.told() == [Told("slow", on, because, task["id"])]
    assert world.troubles(task["id"]) == [("slow", because)]


@pytest.mark.parametrize("on", SUBMITTED)
@pytest.mark.parametrize("source", SOURCES)
def test_content_may_ask_for_a_body_that_is_bent(world: World, source: str, on: str) -> None:
    fields, because = asking(world, source, "truncated")
    is_cut_in_half(world.see(on, **fields), world.right(on))
    world.run_until_idle()
    [task] = world.tasks()
    assert world.told() == [Told("truncated", on, because, task["id"])]
    assert world.troubles(task["id"]) == [("truncated", because)]
    assert [one.whole for one in world.receiver.all] == [True] * (on == "submit_async")


@pytest.mark.parametrize("on", SUBMITTED)
@pytest.mark.parametrize("source", SOURCES)
def test_content_may_ask_to_have_no_result(world: World, source: str, on: str) -> None:
    fields, because = asking(world, source, "corrupt_file")
    answer = world.call(on, **fields)
    world.run_until_idle()
    [task] = world.tasks()
    if on == "submit_sync":
        assert answer.json() == {"return_code": 400, "message": "The file is corrupt"}
    else:
        assert_told_as_failed(world, 3300, "CLASSIFIER_ERROR_CORRUPT_FILE")
    assert world.told() == [Told("corrupt_file", on, because, task["id"])]
    assert world.troubles(task["id"]) == [("corrupt_file", because)]


@pytest.mark.parametrize("source", SOURCES)
def test_content_may_ask_for_a_callback_that_is_never_sent(world: World, source: str) -> None:
    fields, because = asking(world, source, "lost")
    task_id = world.submit(**fields)
    world.run_until_idle()
    assert (world.callback()["state"], world.receiver.all) == ("dropped", [])
    assert world.told() == [Told("lost", "callback", because, task_id)]
    assert world.troubles(task_id) == [("lost", because)]


@pytest.mark.parametrize("source", SOURCES)
def test_a_trouble_of_callbacks_has_no_place_in_a_synchronous_call(
    world: World, source: str
) -> None:
    fields, because = asking(world, source, "lost")
    is_right(world.see("submit_sync", **fields), world.right("submit_sync"))
    assert world.told() == []
    [note] = world.items("journal?kind=note")
    assert (note["about"], note["fault"], note["because"]) == (
        "fault without a place", "lost", because,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "check"),
    [("unknown_class", has_a_class_nobody_knows), ("other_task_id", None)],
)
def test_what_an_acknowledgement_cannot_have_is_for_the_callback(
    world: World, fault: str, check: Check | None
) -> None:
    fields, _ = asking(world, "address", fault)
    is_right(world.see("submit_async", **fields), world.right("submit_async"))
    came = world.receiver.next()
    task_id = world.tasks()[-1]["id"]
    if check is None:
        assert came.json()["id"] != task_id
    else:
        check(seen(came), world.right("callback"))
    assert world.told() == [Told(fault, "callback", "directive", task_id)]


def test_an_early_callback_may_be_asked_for_by_content(world: World) -> None:
    order: list[str] = []
    world.receiver.hear = lambda _: order.append("callback")
    fields, because = asking(world, "fixture", "early")
    task_id = world.submit(**fields)
    order.append("acknowledgement")
    assert order == ["callback", "acknowledgement"]
    assert world.told() == [Told("early", "callback", because, task_id)]
    assert world.troubles(task_id) == [("early", because)]


def test_a_fixtures_trouble_takes_its_settings(world: World) -> None:
    for name, settings in (
        ("slow", {"fault": "slow", "delay": "50ms"}),
        ("limited", {"fault": "rate_limited", "retry_after": "7s"}),
        ("gone", {"fault": "download_failed", "code": 2213}),
        ("late", {"fault": "late", "delay": "2m"}),
        ("never", {"fault": "server_error", "probability": 1e-9}),
    ):
        fixture = {"name": name, "when": {"url": f"*/{name}.jpg"}, **settings}
        world.ask("POST", "fixtures", fixture)
    begun = perf_counter()
    assert world.call("submit_sync", url="http://a/slow.jpg").status_code == 200
    assert taken(begun) >= 0.05
    limited = world.call("submit_sync", url="http://a/limited.jpg")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    world.call("submit_sync", url="http://a/gone.jpg")
    assert world.tasks()[-1]["error_code"] == 2213
    assert world.call("submit_sync", url="http://a/never.jpg").status_code == 200
    world.submit(url="http://a/late.jpg")
    assert world.run_until_idle()["now"] == "2026-01-01T00:02:00.000Z"


def test_the_scenarios_trouble_comes_before_the_one_that_content_asks_for(world: World) -> None:
    world.play({"on": "submit", "times": 1, "fault": "malformed_json"})
    fields, _ = asking(world, "address", "maintenance")
    is_no_json(world.see("submit_sync", **fields), world.right("submit_sync"))
    assert [one.fault for one in world.told()] == ["malformed_json"]
    assert world.call("submit_sync", **fields).status_code == 503


def test_a_scenarios_trouble_of_callbacks_comes_before_the_one_that_content_asks_for(
    world: World,
) -> None:
    once(world, "duplicate", "callback")
    fields, _ = asking(world, "fixture", "lost")
    world.submit(**fields)
    world.submit(**fields)
    world.run_until_idle()
    assert len(world.receiver.all) == 2
    assert [one["state"] for one in world.callbacks()] == ["delivered", "dropped"]


# Troubles at run time


def test_a_trouble_of_each_sort_may_be_put_before_the_scenario(world: World) -> None:
    world.play({"on": "submit", "fault": "maintenance"}, {"on": "callback", "fault": "lost"})
    posted = [
        {"on": "callback", "times": 1, "fault": "duplicate"},
        {"on": "submit_async", "times": 1, "fault": "corrupt_file"},
        {"on": "submit_sync", "times": 1, "fault": "wrong_content_type"},
        {"on": "submit_sync", "times": 1, "fault": "rate_limited", "retry_after": "3s"},
    ]
    for step in posted:
        assert world.ask("POST", "faults", step)["left"] == 1
    faults = [one["fault"] for one in world.items("faults")]
    assert faults == ["rate_limited", "wrong_content_type", "corrupt_file", "duplicate"]
    limited = world.call("submit_sync")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    is_called_html(world.see("submit_sync"), world.right("submit_sync"))
    task_id = world.submit()
    world.run_until_idle()
    assert len(world.receiver.all) == 2
    ids = {one["fault"]: one["id"] for one in world.items("faults")}
    because = {name: put_there(int(own.removeprefix("fault-"))) for name, own in ids.items()}
    for_task = [(name, because[name]) for name in ("corrupt_file", "duplicate")]
    assert world.troubles(task_id) == for_task
    assert [(one.fault, one.because) for one in world.told()] == list(because.items())
    assert [one["left"] for one in world.items("faults")] == [0, 0, 0, 0]
    assert world.call("submit_sync").status_code == 503


def test_a_trouble_that_does_not_say_on_what_is_where_it_can_be(world: World) -> None:
    for fault, on in (
        ("server_error", ["submit_async", "submit_sync"]),
        ("unknown_class", ["submit_sync"]),
        ("lost", ["callback"]),
    ):
        assert world.ask("POST", "faults", {"fault": fault})["on"] == on


def test_troubles_of_run_time_may_be_taken_away_again(world: World) -> None:
    world.ask("POST", "faults", {"fault": "server_error"})
    world.ask("POST", "faults", {"on": "summary", "fault": "server_error"})
    assert world.call("submit_sync").status_code == 500
    assert world.ask("DELETE", "faults") == {"removed": 2}
    assert world.call("submit_sync").status_code == 200
    assert world.call("summary").status_code == 200


# Steps and how often they apply


def sandbox_of(world: World) -> str:
    return world.client.base_url.path.strip("/").removeprefix("s/")


@pytest.mark.parametrize("on", ["submit_sync", "submit_async", "summary"])
def test_a_refused_call_uses_no_step_up_but_the_one_that_refused_it(world: World, on: str) -> None:
    world.finish_one()
    world.play(
        {"on": on, "times": 1, **SLOW},
        {"on": on, "times": 1, "fault": "malformed_json"},
    )
    world.ask("POST", "faults", {"on": on, "times": 1, "fault": "server_error"})
    assert world.call(on).status_code == 500
    assert world.left() == [1, 1]
    assert [one["left"] for one in world.items("faults")] == [0]
    is_no_json(world.see(on), world.right(on))
    assert world.left() == [0, 0]


@pytest.mark.parametrize("on", SUBMITTED)
@pytest.mark.parametrize(
    ("key", "fields", "status"),
    [
        ("visual-key", {"text_data": "hello"}, 400),
        ("visual-key", {"url": "nowhere"}, 400),
        ("visual-key", {"url": f"{PICTURE}?hive.unheard=1"}, 400),
        ("refused-key", {}, 403),
        ("unpaid-key", {}, 405),
        ("limited-key", {}, 429),
    ],
)
def test_a_call_that_is_refused_for_its_own_sake_uses_no_step_up(
    world: World, key: str, fields: dict[str, str], status: int, on: str
) -> None:
    world.play(
        {"on": on, "times": 1, "fault": "malformed_json"},
        {"on": on, "when": {"url": "*"}, "times": 1, "visual": {"yes_pills": 0.9}},
    )
    world.key = key
    assert world.call(on, **fields).status_code == status
    assert world.left() == [1, 1]
    assert world.told() == []


@pytest.mark.parametrize("on", SUBMITTED)
def test_a_call_that_is_refused_as_its_content_asks_uses_no_step_up(world: World, on: str) -> None:
    world.play({"on": on, "when": {"url": "*"}, "times": 1, "visual": {"yes_pills": 0.9}})
    fields, _ = asking(world, "address", "server_error")
    assert world.call(on, **fields).status_code == 500
    assert world.left() == [1]


def test_a_summary_of_nothing_uses_no_step_up(world: World) -> None:
    world.finish_one()
    world.play({"on": "summary", "times": 1, "fault": "malformed_json"})
    assert world.call("summary", task_id="nothing").status_code == 404
    assert world.left() == [1]
    is_no_json(world.see("summary"), world.right("summary"))


def test_a_call_that_its_client_breaks_off_uses_no_step_up(server_url: str, world: World) -> None:
    world.play({"on": "submit", "times": 1, "fault": "malformed_json"})
    host, _, port = server_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=WITHIN) as connection:
        connection.sendall(
            b"POST /s/%s/api/v2/task/sync HTTP/1.1\r\nHost: localhost\r\n"
            b"Authorization: Token visual-key\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{" % sandbox_of(world).encode()
        )
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert world.left() == [1]


def test_times_count_for_each_sandbox_and_each_scenario_by_itself(
    server_url: str, world: World
) -> None:
    limited = "rate-limited-then-recovers"
    one, other = f"{sandbox_of(world)}-1", f"{sandbox_of(world)}-2"
    with client_of(server_url) as client:

        def statuses(key: str, calls: int) -> list[int]:
            headers = {"authorization": f"Token {key}"}
            answers = (
                client.post(SYNC, headers=headers, data={"url": PICTURE}) for _ in range(calls)
            )
            return [answer.status_code for answer in answers]

        assert statuses(f"visual-key~{one}~{limited}", 1) == [429]
        assert statuses(f"visual-key~{other}~{limited}", 3) == [429, 429, 200]
        assert statuses(f"visual-key~{one}", 2) == [200, 200]
        assert statuses(f"visual-key~{one}~maintenance", 2) == [503, 503]
        assert statuses(f"any-key~{one}~{limited}", 3) == [429, 200, 200]
        client.post("/_emulator/reset", params={"sandbox": one}).raise_for_status()
        assert statuses(f"visual-key~{one}~{limited}", 3) == [429, 429, 200]


def test_a_key_may_name_a_scenario_and_leave_the_sandbox_to_the_path(world: World) -> None:
    world.key = "visual-key~~rate-limited-then-recovers"
    assert [world.call("submit_sync").status_code for _ in range(3)] == [429, 429, 200]
    because = [(one.fault, one.because.partition(" (")[0]) for one in world.told()]
    assert because == [("rate_limited", "scenario 'rate-limited-then-recovers'")] * 2
    world.key = "visual-key"
    assert world.call("submit_sync").status_code == 200
    assert world.ask("GET", "scenario")["name"] == "calm"


def test_a_callback_is_sent_as_the_scenario_says_under_which_it_was_submitted(
    world: World,
) -> None:
    world.key = "visual-key~~callback-lost"
    world.submit()
    world.key = "visual-key"
    kept = world.submit()
    world.run_until_idle()
    assert [one.json()["id"] for one in world.receiver.all] == [kept]


def test_a_scenario_that_is_chosen_again_begins_anew(world: World) -> None:
    for _ in range(2):
        world.ask("PUT", "scenario", {"name": "rate-limited-then-recovers"})
        assert [world.call("submit_sync").status_code for _ in range(3)] == [429, 429, 200]


def test_steps_without_when_come_before_the_key_and_those_with_it_after(world: World) -> None:
    world.key = "refused-key"
    world.play({"on": "submit", "when": {"url": "*"}, "fault": "server_error"})
    assert world.call("submit_sync").status_code == 403
    world.play({"on": "submit", "fault": "server_error"})
    assert world.call("submit_sync").status_code == 500


@pytest.mark.parametrize("on", ON)
def test_a_step_may_be_about_some_content_only(world: World, on: str) -> None:
    fault = "truncated" if on == "callback" else "maintenance"
    callback_url = world.receiver.url if on == "trigger" else None
    for picture in ("https://cdn.test/b.jpg", PICTURE):
        world.submit(url=picture, callback_url=callback_url)
    world.run_until_idle()
    world.receiver.all.clear()
    world.play({"on": on, "when": {"url": "*/b.jpg"}, "times": 1, "fault": fault})
    is_right(world.see(on), world.right(on))
    assert world.told() == []
    if on == "callback":
        half = world.see(on, url="https://cdn.test/b.jpg")
        is_cut_in_half(half, world.right(on))
        return
    which = {"task_id": world.tasks()[0]["id"]} if on in ABOUT else {"url": "http://a/b.jpg"}
    assert world.call(on, **which).status_code == 503


# The timeline


@pytest.mark.parametrize("on", ["submit_sync", "submit_async", "summary"])
def test_a_timeline_is_on_the_sandboxs_clock_from_the_first_use(world: World, on: str) -> None:
    world.finish_one()
    world.play(timeline=[{"from": "30s", "to": "50s", "on": on, "fault": "maintenance"}])
    world.advance("5m")

    def statuses(*waits: str) -> list[int]:
        found = []
        for wait in waits:
            world.advance(wait)
            found.append(world.call(on).status_code)
        return found

    assert statuses("0s", "29999ms", "1ms", "19999ms", "1ms") == [200, 200, 503, 503, 200]
    because = "scenario 'inline' (control API, timeline[0])"
    assert world.told() == [Told("maintenance", on, because)] * 2
    world.play(timeline=[{"to": "10s", "on": on, "fault": "maintenance"}])
    world.advance("1h")
    assert statuses("0s", "10s") == [503, 200]


def test_a_timeline_may_be_about_callbacks(world: World) -> None:
    spell = {"from": "10s", "to": "20s", "on": "callback", "fault": "duplicate"}
    world.play(timeline=[spell])
    sent = []
    for wait in ("0s", "10s", "9999ms", "1ms"):
        world.advance(wait)
        world.submit()
        world.advance("0s")
        sent.append(len(world.receiver.all))
    assert sent == [1, 3, 5, 6]


def test_a_timeline_comes_before_steps_and_run_time_before_both(world: World) -> None:
    world.play(
        {"on": "submit", "fault": "server_error"},
        timeline=[{"to": "10s", "fault": "maintenance"}],
    )
    world.ask("POST", "faults", {"times": 1, "fault": "gateway_timeout"})
    assert world.call("submit_sync").status_code == 504
    assert world.call("submit_sync").status_code == 503
    world.advance("10s")
    assert world.call("submit_sync").status_code == 500


# Callbacks: lost, late, twice, early, overtaken, cut short


@pytest.mark.parametrize("fault", ["lost", "late", "truncated"])
def test_a_callback_in_trouble_can_be_sent_after_all(world: World, fault: str) -> None:
    world.play({"on": "callback", "fault": fault}, callbacks={"retry": []})
    task_id = world.submit()
    world.advance("0s")
    callback = world.callback()
    assert (
        callback["state"] == {"lost": "dropped", "late": "scheduled", "truncated": "failed"}[fault]
    )
    if fault == "truncated":
        assert not world.receiver.next().whole
    act = "send-now" if fault == "late" else "resend"
    world.ask("POST", f"callbacks/{callback['id']}/{act}")
    world.advance("0s")
    came = world.receiver.next()
    is_right(seen(came), world.right("callback"))
    assert came.json()["id"] == task_id
    assert world.callback()["state"] == "delivered"


def test_a_callback_that_is_to_be_sent_now_is_not_late_once_more(world: World) -> None:
    """It waits for its second attempt, which the scenario would make late as well."""
    world.play({"on": "callback", "fault": "late"})
    world.receiver.answers = [503]
    world.submit()
    world.advance("1m")
    callback = world.callback()
    assert callback["due"] == "2026-01-01T00:01:01.000Z"
    world.ask("POST", f"callbacks/{callback['id']}/send-now")
    world.advance("0s")
    assert world.callback()["state"] == "delivered"
    assert len(world.receiver.all) == 2


def test_an_early_callback_is_taken_before_the_acknowledgement_leaves(world: World) -> None:
    arrived = Signal()
    world.receiver.hear = lambda _: arrived.set()
    world.receiver.holds = True
    world.play({"on": "callback", "fault": "early"})
    with ThreadPoolExecutor() as threads:
        answered = threads.submit(world.submit)
        assert arrived.wait(WITHIN)
        # The server has time for everybody else meanwhile.
        assert world.callback()["state"] == "in_flight"
        assert world.call("submit_sync").status_code == 200
        assert not answered.done()
        world.receiver.release.set()
        task_id = answered.result(WITHIN)
    assert world.receiver.next().json()["id"] == task_id
    assert world.callback()["state"] == "delivered"


def test_a_receiver_that_refuses_an_early_callback_does_not_keep_the_acknowledgement(
    world: World,
) -> None:
    world.receiver.answers = [503]
    once(world, "early", "callback")
    task_id = world.submit()
    assert len(world.receiver.all) == 1
    assert world.callback()["due"] == "2026-01-01T00:00:01.000Z"
    assert world.run_until_idle()["delivered"] == 1
    assert [one.json()["id"] for one in world.receiver.all] == [task_id] * 2


def test_an_early_callback_that_nobody_takes_does_not_keep_the_acknowledgement(
    world: World,
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        world.play({"on": "callback", "fault": "early"})
        world.submit(callback_url=f"http://127.0.0.1:{nobody.getsockname()[1]}/")
        [attempt] = world.callback()["attempts"]
        assert "connection refused" in attempt["error"]


def test_a_receiver_that_never_answers_keeps_the_acknowledgement_for_its_timeout_only(
    world: World,
) -> None:
    arrived = Signal()
    world.receiver.hear = lambda _: arrived.set()
    world.receiver.holds = True
    world.play({"on": "callback", "fault": "early"}, callbacks={"timeout": "100ms", "retry": []})
    begun = perf_counter()
    task_id = world.submit()
    assert taken(begun) >= 0.1
    assert arrived.wait(WITHIN)
    assert [one.json()["id"] for one in world.receiver.all] == [task_id]
    assert world.callback()["state"] == "failed"


def test_an_early_callback_does_not_wait_for_the_latency_of_its_task(world: World) -> None:
    world.play({"on": "callback", "fault": "early"}, latency="5m")
    task_id = world.submit()
    assert world.now() == BEGINNING
    assert [one.json()["id"] for one in world.receiver.all] == [task_id]


def test_an_early_callback_of_a_task_that_fails_tells_so(world: World) -> None:
    world.play({"on": "submit", "fault": "classifier_error"}, {"on": "callback", "fault": "early"})
    world.submit()
    assert_told_as_failed(world, 3000, "CLASSIFIER_ERROR")


def test_nothing_is_early_where_nobody_is_called_back(world: World) -> None:
    once(world, "early", "callback")
    world.submit(callback_url=None)
    assert world.left() == [1]
    assert world.told() == []


def test_a_reset_lets_go_of_an_acknowledgement_that_waits_for_an_early_callback(
    receiver: Receiver,
) -> None:
    receiver.holds = True
    headers = {"authorization": "Token visual-key~~callback-early"}
    fields = {"url": PICTURE, "callback_url": receiver.url}
    arrived = Signal()
    receiver.hear = lambda _: arrived.set()
    with (
        ThreadPoolExecutor() as threads,
        run(port=0) as server,
        client_of(server.url) as client,
    ):

        def call() -> httpx.Response:
            return client.post("/api/v2/task/async", headers=headers, data=fields, timeout=1)

        answered = threads.submit(call)
        assert arrived.wait(WITHIN)
        client.post("/_emulator/reset").raise_for_status()
        answer = answered.result(WITHIN)
    assert answer.status_code == 503
    assert "was reset while this call waited" in answer.json()["message"]


@pytest.mark.parametrize(("settings", "moment"), [({}, "01"), ({"delay": "5s"}, "05")])
def test_where_no_next_callback_comes_an_overtaken_one_waits_in_vain(
    world: World, settings: dict[str, str], moment: str
) -> None:
    once(world, "reordered", "callback", **settings)
    task_id = world.submit()
    assert world.advance("999ms")["delivered"] == 0
    passed = world.run_until_idle()
    assert (passed["now"], passed["delivered"]) == (f"2026-01-01T00:00:{moment}.000Z", 1)
    assert [one.json()["id"] for one in world.receiver.all] == [task_id]


def test_an_overtaken_callback_goes_as_soon_as_the_next_one_is_through(world: World) -> None:
    once(world, "reordered", "callback", delay="1h")
    first = world.submit()
    world.advance("10s")
    assert world.receiver.all == []
    second = world.submit()
    assert world.run_until_idle()["now"] == "2026-01-01T00:00:10.000Z"
    assert [one.json()["id"] for one in world.receiver.all] == [second, first]


def test_the_next_one_overtakes_although_it_was_to_be_overtaken_itself(world: World) -> None:
    world.play({"on": "callback", "fault": "reordered"})
    first, second, third = (world.submit() for _ in range(3))
    world.run_until_idle()
    order = [one.json()["id"] for one in world.receiver.all]
    assert order.index(second) < order.index(first)
    assert sorted(order) == sorted((first, second, third))


def test_a_callback_that_is_refused_has_overtaken_all_the_same(world: World) -> None:
    once(world, "reordered", "callback")
    world.receiver.answers = [503]
    first, second = world.submit(), world.submit()
    world.run_until_idle()
    assert [one.json()["id"] for one in world.receiver.all] == [second, first, second]


def test_a_callback_that_was_sent_before_has_overtaken_nobody(world: World) -> None:
    """The one before is still on its way when this one is held back for the next."""
    arrived = Signal()
    world.receiver.hear = lambda _: arrived.set()
    world.receiver.holds = True
    step = {"on": "callback", "when": {"url": "*/b.jpg"}, "times": 1, "fault": "reordered"}
    world.play(step)
    before = world.submit()
    assert arrived.wait(WITHIN)
    held = world.submit(url="https://cdn.test/b.jpg")
    world.ask("POST", "wait", {"callbacks": {"state": "scheduled", "task": held}})
    assert world.told() == [Told("reordered", "callback", STEP, held)]
    world.receiver.release.set()
    world.ask("POST", "wait", {"callbacks": {"state": "delivered", "task": before}})
    after = world.submit()
    world.run_until_idle()
    assert [one.json()["id"] for one in world.receiver.all] == [before, after, held]


def test_a_callback_that_is_dropped_while_it_is_held_back_stays_dropped(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    once(world, "reordered", "callback")
    first = world.submit()
    world.advance("0s")
    callback = world.callback()
    assert callback["task_id"] == first
    world.ask("POST", f"callbacks/{callback['id']}/drop")
    second = world.submit()
    world.run_until_idle()
    assert [one.json()["id"] for one in world.receiver.all] == [second]
    dropped, _ = world.callbacks()
    assert (dropped["state"], dropped["due"]) == ("dropped", None)
    assert [one.getMessage() for one in caplog.records if one.name.startswith("emulator")] == []


def test_a_late_callback_may_be_overtaken_by_others(world: World) -> None:
    once(world, "late", "callback", delay="30s")
    late, prompt = world.submit(), world.submit()
    assert world.run_until_idle()["now"] == "2026-01-01T00:00:30.000Z"
    assert [one.json()["id"] for one in world.receiver.all] == [prompt, late]


def test_a_callback_that_is_always_cut_short_is_given_up(world: World) -> None:
    world.play({"on": "callback", "fault": "truncated"})
    task_id = world.submit()
    passed = world.run_until_idle()
    assert (passed["delivered"], passed["failed"]) == (0, 1)
    assert passed["now"] == "2026-01-01T00:00:36.000Z"
    halves = [world.receiver.next() for _ in range(4)]
    assert len({one.body for one in halves}) == 1
    assert not any(one.whole for one in halves)
    assert world.callback()["state"] == "failed"
    assert world.told() == [Told("truncated", "callback", STEP, task_id)] * 4
    assert world.troubles(task_id) == [("truncated", STEP)] * 4


def test_the_id_of_another_task_is_that_of_no_task_there_is(world: World) -> None:
    world.play({"on": "callback", "fault": "other_task_id"})
    real = {world.submit() for _ in range(15)}
    world.run_until_idle()
    told = [one.json()["id"] for one in world.receiver.all]
    real |= {one["id"] for one in world.items("tasks")}
    assert len(set(told)) == 15
    assert real.isdisjoint(told)
    assert {world.call("summary", task_id=one).status_code for one in told} == {404}
    shapes = {tuple(map(len, one.split("-"))) for one in (*told, *real)}
    assert shapes == {(8, 4, 4, 4, 12)}
