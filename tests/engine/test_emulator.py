"""The emulator with no HTTP: submissions, tasks, callbacks and time, by calling it."""

import json
from asyncio import Event as Gate
from asyncio import create_task, gather, wait_for
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from emulator import Emulator, Settings
from emulator.core import errors
from emulator.core.access import Address
from emulator.core.faults import Event
from emulator.core.latency import Latency
from emulator.core.model import ClockMode, Match, Mode, TextPrediction
from emulator.core.parsing.submission import read_submission
from emulator.core.rendering.bending import Body
from emulator.core.taxonomy.visual import DOCS
from emulator.engine.callbacks import CallbackState, Reply
from emulator.engine.clock import FIRST, LAST, START, Backwards, OutOfRange
from emulator.engine.delivery import AT_ONCE
from emulator.engine.passing import StillWaiting, WorldEnded, perform
from emulator.engine.tasks import Task, TaskState
from emulator.settings import Keys, Unscripted
from tests.conftest import Make
from tests.support.networks import Mailbox
from tests.support.receiver import WITHIN
from tests.support.walls import NOON, Wall

pytestmark = pytest.mark.anyio

HOOK = "http://127.0.0.1:9/hook?secret=1"
SECOND = timedelta(seconds=1)


def answer(emulator: Emulator, task: Task) -> Any:
    return json.loads(emulator.answer(task))


def classes(emulator: Emulator, task: Task) -> dict[str, float]:
    found = answer(emulator, task)["status"][0]["response"]["output"][0]["classes"]
    return {one["class"]: one["score"] for one in found}


def send_async(emulator: Emulator, **fields: Any) -> Task:
    fields.setdefault("text_data", "hello")
    fields.setdefault("callback_url", HOOK)
    return emulator.submit("text-key", Mode.ASYNC, **fields)


def write(folder: Path, text: str) -> tuple[Path, ...]:
    folder.mkdir(exist_ok=True)
    (folder / "some.yaml").write_text(text)
    return (folder,)


# Submitting


def test_a_text_is_answered_without_any_http(make: Make) -> None:
    emulator = make()
    task = emulator.submit("text-key", text_data="hello")
    assert task.state is TaskState.FINISHED
    assert classes(emulator, task) == dict.fromkeys(
        ("spam", "sexual", "hate", "violence", "bullying"), 0
    )


def test_a_refused_submission_raises_and_is_remembered_and_makes_no_task(make: Make) -> None:
    emulator = make()
    with pytest.raises(errors.BadField):
        emulator.submit("text-key")
    sandbox = emulator.sandbox("default")
    assert [entry.kind for entry in sandbox.journal] == ["request"]
    assert list(sandbox.tasks) == []


def test_ids_are_version_1_and_differ_although_the_clock_stands_still(make: Make) -> None:
    emulator = make()
    ids = {emulator.submit("text-key", text_data="hello").id for _ in range(50)}
    assert len(ids) == 50
    assert {UUID(one).version for one in ids} == {1}


def test_the_same_calls_give_the_same_bytes_on_every_run(make: Make) -> None:
    def bodies() -> list[bytes]:
        emulator = make(seed=7)
        texts = [emulator.submit("text-key", text_data=f"text {n}") for n in range(3)]
        picture = emulator.submit("visual-key", url="http://cdn.test/a.jpg")
        return [emulator.answer(task) for task in (*texts, picture)]

    assert bodies() == bodies()


def test_another_seed_gives_other_ids_and_other_backgrounds(make: Make) -> None:
    one, two = (make(seed=seed) for seed in (1, 2))
    first, second = (e.submit("visual-key", url="http://cdn.test/a.jpg") for e in (one, two))
    assert first.id != second.id
    assert classes(one, first) != classes(two, second)


def test_scores_depend_on_content_and_project_and_never_on_order(make: Make) -> None:
    def scores(urls: list[str], key: str = "visual-key") -> dict[str, dict[str, float]]:
        emulator = make()
        tasks = {url: emulator.submit(key, url=url) for url in urls}
        return {url: classes(emulator, task) for url, task in tasks.items()}

    urls = [f"http://cdn.test/{n}.jpg" for n in range(8)]
    assert scores(urls) == scores(urls[::-1])
    assert scores(urls) != scores(urls, "another-key")
    assert len({json.dumps(one) for one in scores(urls).values()}) > 1


def test_sandboxes_share_nothing(make: Make) -> None:
    emulator = make()
    first = emulator.submit("text-key~a", text_data="hello")
    second = emulator.submit("text-key~b", text_data="hello")
    assert first.id != second.id
    a, b = emulator.sandbox("a"), emulator.sandbox("b")
    assert (a.tasks.get(first.id), a.tasks.get(second.id)) == (first, None)
    assert len(a.journal) == len(b.journal) == 3
    assert {sandbox.name for sandbox in emulator.sandboxes} == {"a", "b"}


def test_a_sandbox_alone_gives_the_ids_that_it_gives_among_others(make: Make) -> None:
    alone = make().submit("text-key~a", text_data="hello").id
    crowd = make()
    for name in ("x", "y", "z"):
        crowd.submit(f"text-key~{name}", text_data="hello")
    assert crowd.submit("text-key~a", text_data="hello").id == alone


def test_a_suffix_that_contradicts_the_path_is_refused(make: Make) -> None:
    emulator = make()
    address = Address("/api/v2/task/sync", "gw0")
    call = emulator.begin("POST", address, "Token text-key~gw1", Event.SUBMIT_SYNC)
    with pytest.raises(errors.BadAddress, match="'gw1' and the path the sandbox 'gw0'"):
        emulator.admit(call)


def test_an_unknown_scenario_in_a_key_is_refused_with_the_known_ones(make: Make) -> None:
    with pytest.raises(errors.BadAddress, match="Did you mean 'calm'"):
        make().submit("text-key~~clam", text_data="hello")


def test_undeclared_keys_are_refused_where_only_declared_ones_count(make: Make) -> None:
    emulator = make(keys=Keys.DECLARED)
    with pytest.raises(errors.Forbidden, match="--keys declared"):
        emulator.submit("made-up-key", text_data="hello")
    assert emulator.submit("text-key", text_data="hello").state is TaskState.FINISHED


def test_media_facts_of_a_fixture_replace_what_is_not_known(make: Make, tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "fixtures:\n- {name: big, when: {url: '*/big.jpg'}, media: {width: 4000, height: 3000}}",
    )
    emulator = make(fixtures=folder)
    task = emulator.submit("visual-key", url="http://cdn.test/big.jpg")
    media = answer(emulator, task)["status"][0]["response"]["input"]["media"]
    assert (media["width"], media["height"], media["mimetype"]) == (4000, 3000, "image/jpeg")


# Who knows the content


TWO_FIXTURES = """
fixtures:
- {name: first, when: {text_contains: marker}, text: {hate: 2}}
- {name: second, when: {text_contains: mark}, text: {hate: 1}}
"""


def test_the_first_fixture_that_matches_counts_and_the_others_are_named(
    make: Make, tmp_path: Path
) -> None:
    emulator = make(fixtures=write(tmp_path, TWO_FIXTURES))
    task = emulator.submit("text-key", text_data="a marker")
    assert classes(emulator, task)["hate"] == 2
    assert task.source.name == "first"
    assert [source.name for source in task.known.hidden] == ["second"]


def test_a_users_fixture_comes_before_a_bundled_one(make: Make, tmp_path: Path) -> None:
    folder = write(
        tmp_path, "fixtures:\n- {name: mine, when: {text_contains: hive-hate}, text: {spam: 3}}"
    )
    emulator = make(fixtures=folder)
    task = emulator.submit("text-key", text_data="hive-hate-3")
    assert (task.source.name, classes(emulator, task)["hate"]) == ("mine", 0)


def test_a_directive_comes_before_a_fixture(make: Make, tmp_path: Path) -> None:
    emulator = make(fixtures=write(tmp_path, TWO_FIXTURES))
    task = emulator.submit("text-key", text_data="a marker [hive hate=3]")
    assert classes(emulator, task)["hate"] == 3
    assert str(task.source) == "directive"
    assert [source.name for source in task.known.hidden] == ["first", "second"]


def test_a_directive_for_a_class_that_the_project_does_not_have_is_refused(make: Make) -> None:
    with pytest.raises(errors.BadDirective, match=r"project 'text' does not have\. It has: spam"):
        make().submit("text-key", text_data="[hive drugs=3]")


def test_a_directive_that_only_slows_leaves_the_prediction_to_the_fixture(make: Make) -> None:
    task = make().submit("text-key", text_data="hive-hate-3 [hive latency=5s]")
    assert (task.source.name, task.due) == ("stand-in hate 3", START + 5 * SECOND)


def test_a_step_comes_before_a_directive(make: Make, tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "name: once\nsteps: [{on: submit, when: {text_contains: x}, times: 1, text: {hate: 1}}]",
    )
    emulator = make(scenarios=folder, scenario="once")
    tasks = [emulator.submit("text-key", text_data="x [hive hate=3]") for _ in range(2)]
    assert [classes(emulator, task)["hate"] for task in tasks] == [1, 3]
    assert tasks[0].source.what == "scenario"


def test_a_fixture_for_texts_says_nothing_of_a_picture(make: Make, tmp_path: Path) -> None:
    folder = write(tmp_path, "fixtures:\n- {name: words, when: {url: '*/a.jpg'}, text: {hate: 2}}")
    task = make(fixtures=folder).submit("visual-key", url="http://cdn.test/a.jpg")
    assert task.source.what == "unscripted"


def test_a_fixtures_fault_refuses_and_says_whose_it_is(make: Make, tmp_path: Path) -> None:
    folder = write(
        tmp_path, "fixtures:\n- {name: dead, when: {url: '*/gone.jpg'}, fault: server_error}"
    )
    with pytest.raises(errors.ServerTrouble) as caught:
        make(fixtures=folder).submit("visual-key", url="http://cdn.test/gone.jpg")
    assert caught.value.status == 500
    assert "fixture 'dead'" in str(caught.value.because)


def test_a_name_in_a_file_name_that_says_nothing_is_written_down(make: Make) -> None:
    emulator = make()
    task = emulator.submit("visual-key", url="http://cdn.test/photo--w=800.jpg")
    assert task.known.ignored == ("w",)
    kinds = [entry.kind for entry in emulator.sandbox("default").journal]
    assert kinds == ["note", "prediction", "task", "request"]


def test_unscripted_content_may_be_invented_the_same_for_the_same_content(make: Make) -> None:
    def invented(url: str) -> dict[str, float]:
        emulator = make(unscripted=Unscripted.RANDOM)
        task = emulator.submit("visual-key", url=url)
        assert str(task.source) == "unscripted 'random'"
        return classes(emulator, task)

    urls = [f"http://cdn.test/{n}.jpg" for n in range(6)]
    assert [invented(url) for url in urls] == [invented(url) for url in urls]
    assert any(max(invented(url)[one] for one in POSITIVES) > 0.25 for url in urls)


POSITIVES = [name for head in DOCS.heads for name in head.classes if name != head.negative]


def test_unscripted_texts_may_be_invented(make: Make) -> None:
    emulator = make(unscripted=Unscripted.RANDOM)
    tasks = [emulator.submit("text-key", text_data=f"text {n}") for n in range(40)]
    severities = {score for task in tasks for score in classes(emulator, task).values()}
    assert severities == {0, 1, 2, 3}
    assert {classes(emulator, task)["spam"] for task in tasks} == {0, 3}


def test_unscripted_texts_may_be_guessed_from_their_words(make: Make) -> None:
    emulator = make(unscripted=Unscripted.LEXICON)
    task = emulator.submit("text-key", text_data="you fool, see https://a.test")
    assert str(task.source) == "unscripted 'lexicon'"
    assert classes(emulator, task) == {
        "spam": 3,
        "sexual": 0,
        "hate": 0,
        "violence": 0,
        "bullying": 2,
    }
    assert isinstance(task.prediction, TextPrediction)
    assert task.prediction.because == ("bullying 2: 'fool'", "spam 3: url 'https://a.test'")
    picture = emulator.submit("visual-key", url="http://cdn.test/a.jpg")
    assert str(picture.source) == "unscripted 'quiet'"


def test_words_of_ones_own_are_found(make: Make, tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text("profanity: [fiddlesticks]")
    emulator = make(words=(tmp_path / "w.yaml",))
    task = emulator.submit("text-key", text_data="Fiddlesticks!")
    assert isinstance(task.prediction, TextPrediction)
    assert task.prediction.found.text_filters == (Match("FIDDLESTICKS", 0, 12, "profanity"),)


def test_unscripted_content_may_be_rejected_with_the_nearest_fixtures(
    make: Make, tmp_path: Path
) -> None:
    emulator = make(unscripted=Unscripted.REJECT, fixtures=write(tmp_path, TWO_FIXTURES))
    with pytest.raises(errors.NothingScripted, match=r"'first'.*does not contain 'marker'"):
        emulator.submit("text-key", text_data="a ma rker")
    assert emulator.submit("text-key", text_data="a marker").source.name == "first"


def test_a_rejection_without_any_fixture_says_so(make: Make) -> None:
    emulator = make(unscripted=Unscripted.REJECT, no_bundled=True)
    with pytest.raises(errors.NothingScripted, match="There are no fixtures"):
        emulator.submit("text-key", text_data="hello")


# Scenarios


RATE_LIMITED = """
name: limited
steps:
- {on: submit_sync, times: 2, fault: rate_limited, retry_after: 2s}
timeline:
- {from: 30s, to: 50s, fault: maintenance}
"""


async def test_a_step_without_when_stops_calls_at_the_gate_so_many_times(
    make: Make, tmp_path: Path
) -> None:
    emulator = make(scenarios=write(tmp_path, RATE_LIMITED), scenario="limited")
    assert send_async(emulator).state is TaskState.IN_PROGRESS
    for _ in range(2):
        with pytest.raises(errors.RateLimited) as caught:
            emulator.submit("refused-key", text_data="hello")
        assert caught.value.headers == (("retry-after", "2"),)
    assert emulator.submit("text-key", text_data="hello").state is TaskState.FINISHED


async def test_a_timeline_counts_from_the_first_use_on_the_sandboxs_clock(
    make: Make, tmp_path: Path
) -> None:
    emulator = make(scenarios=write(tmp_path, RATE_LIMITED), scenario="limited")
    sandbox = emulator.sandbox("default")
    statuses = []
    for seconds in (0, 29, 30, 49, 50):
        now = (sandbox.clock.now() - START).total_seconds()
        await emulator.advance(sandbox, timedelta(seconds=seconds - now))
        try:
            send_async(emulator, callback_url=None)
            statuses.append(200)
        except errors.ServerTrouble as trouble:
            statuses.append(trouble.status)
    assert statuses == [200, 200, 503, 503, 200]


def test_steps_count_for_each_sandbox_by_itself(make: Make, tmp_path: Path) -> None:
    emulator = make(scenarios=write(tmp_path, RATE_LIMITED))
    for sandbox in ("a", "b"):
        with pytest.raises(errors.RateLimited):
            emulator.submit(f"text-key~{sandbox}~limited", text_data="hello")


def test_a_refused_request_uses_no_step_up_but_the_one_that_refused_it(
    make: Make, tmp_path: Path
) -> None:
    folder = write(
        tmp_path,
        "name: once\nsteps: [{on: submit, when: {text_contains: x}, times: 1, fault: bad_request}]",
    )
    emulator = make(scenarios=folder, scenario="once")
    with pytest.raises(errors.BadField):
        emulator.submit("text-key", text_data="x" * 2000)
    with pytest.raises(errors.BadRequest, match="could not be accepted"):
        emulator.submit("text-key", text_data="x")
    assert emulator.submit("text-key", text_data="x").state is TaskState.FINISHED


# Asynchronous tasks and their callbacks


async def test_a_task_is_called_back_with_the_id_that_was_acknowledged(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    task = send_async(emulator, metadata="mine")
    assert answer(emulator, task)["task_id"] == task.id
    passed = await emulator.run_until_idle(emulator.sandbox("default"))
    assert (passed.delivered, passed.failed, passed.pending) == (1, 0, 0)
    [(url, body)] = mailbox.posts
    assert url == HOOK
    assert list(body) == [
        "id", "project_id", "created_on", "callback", "metadata", "status", "from_cache"
    ]  # fmt: skip
    assert (body["id"], body["callback"], body["metadata"]) == (task.id, HOOK, "mine")


async def test_nothing_is_called_back_before_the_acknowledgement_has_left(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    address = Address("/api/v2/task/async")
    call = emulator.begin("POST", address, "Token any-key", Event.SUBMIT_ASYNC)
    emulator.admit(call)
    task = emulator.accept(call, read_submission({"text_data": "x", "callback_url": HOOK}, None))
    with pytest.raises(StillWaiting):
        await emulator.advance(call.sandbox, timedelta(hours=1), within=0.05)
    assert (mailbox.posts, task.state) == ([], TaskState.ACCEPTED)
    emulator.acknowledged(call.sandbox, task)
    emulator.acknowledged(call.sandbox, task)
    await emulator.advance(call.sandbox, timedelta())
    assert len(mailbox.posts) == 1


async def test_a_task_without_callback_url_is_finished_and_calls_nobody(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    task = send_async(emulator, callback_url=None)
    await emulator.run_until_idle(emulator.sandbox("default"))
    assert (task.state, task.callback, mailbox.posts) == (TaskState.FINISHED, None, [])


async def test_a_synchronous_task_calls_nobody_even_with_a_callback_url(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    emulator.submit("text-key", text_data="hello", callback_url=HOOK)
    await emulator.run_until_idle(emulator.sandbox("default"))
    assert mailbox.posts == []


async def test_a_failed_callback_is_tried_again_on_the_schedule(
    make: Make, mailbox: Mailbox
) -> None:
    mailbox.answers = [500, "connection refused", 302, 204]
    emulator = make()
    task = send_async(emulator)
    await emulator.run_until_idle(emulator.sandbox("default"))
    callback = task.callback
    assert callback is not None
    assert callback.state is CallbackState.DELIVERED
    waits = [(attempt.at - START).total_seconds() for attempt in callback.attempts]
    assert waits == [0, 1, 6, 36]
    assert [attempt.due for attempt in callback.attempts] == [a.at for a in callback.attempts]
    assert [attempt.status for attempt in callback.attempts] == [500, None, 302, 204]
    reasons = [attempt.error or "" for attempt in callback.attempts]
    assert "answered 500" in reasons[0]
    assert reasons[1] == "connection refused"
    assert "redirects are not followed" in reasons[2]
    assert reasons[3] == ""


async def test_a_callback_is_given_up_after_the_last_attempt(make: Make, mailbox: Mailbox) -> None:
    mailbox.answers = [500] * 9
    emulator = make()
    task = send_async(emulator)
    passed = await emulator.run_until_idle(emulator.sandbox("default"))
    assert (passed.failed, passed.delivered, len(mailbox.posts)) == (1, 0, 4)
    assert task.callback is not None
    assert task.callback.state is CallbackState.FAILED
    kinds = [entry.kind for entry in emulator.sandbox("default").journal]
    finished = ["prediction", "task", "callback"]
    assert kinds == ["request", "task", *finished, *["callback", "attempt"] * 4, "clock"]


async def test_the_scenario_says_how_callbacks_are_sent(
    make: Make, mailbox: Mailbox, tmp_path: Path
) -> None:
    folder = write(tmp_path, "name: hasty\ncallbacks: {timeout: 2s, retry: [10m]}")
    mailbox.answers = [500, 500, 500]
    emulator = make(scenarios=folder, scenario="hasty")
    send_async(emulator)
    passed = await emulator.run_until_idle(emulator.sandbox("default"))
    assert passed.now == START + timedelta(minutes=10)
    assert mailbox.timeouts == [2, 2]


async def test_a_rewrite_replaces_the_origin_and_keeps_the_rest(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make(callback_rewrite=(("http://localhost:9000", "http://app:9000"),))
    task = send_async(emulator, callback_url="http://localhost:9000/a?b=http://localhost:9000")
    await emulator.run_until_idle(emulator.sandbox("default"))
    assert mailbox.urls == ["http://app:9000/a?b=http://localhost:9000"]
    assert task.callback is not None
    assert task.callback.attempts[0].url == mailbox.urls[0]


# Time


async def test_advance_does_what_falls_due_and_no_more(make: Make, mailbox: Mailbox) -> None:
    emulator = make(latency=Latency(timedelta(seconds=10)))
    sandbox = emulator.sandbox("default")
    task = send_async(emulator)
    before = await emulator.advance(sandbox, 9 * SECOND)
    assert (before.pending, mailbox.posts, task.state) == (1, [], TaskState.IN_PROGRESS)
    after = await emulator.advance(sandbox, SECOND)
    assert (after.delivered, after.pending, after.now) == (1, 0, START + 10 * SECOND)
    assert task.ended == START + 10 * SECOND


async def test_things_are_done_each_at_its_own_moment_in_order(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    for name, latency in (("late", "5s"), ("early", "1s"), ("middle", "3s")):
        send_async(
            emulator,
            text_data=f"{name} [hive latency={latency}]",
            callback_url=f"http://127.0.0.1/{name}",
        )
    sandbox = emulator.sandbox("default")
    await emulator.advance(sandbox, timedelta(minutes=1))
    assert [url.rpartition("/")[2] for url in mailbox.urls] == ["early", "middle", "late"]
    ended = sorted((task.ended - START).total_seconds() for task in sandbox.tasks)
    assert ended == [1, 3, 5]


async def test_attempts_of_one_moment_are_recorded_in_the_order_of_their_tasks(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    tasks = [send_async(emulator, callback_url=f"http://127.0.0.1/{n}") for n in range(3)]
    mailbox.gates = {f"http://127.0.0.1/{n}": Gate() for n in range(2)}
    sandbox = emulator.sandbox("default")
    idle = create_task(emulator.run_until_idle(sandbox))
    for n in (1, 0):
        mailbox.gates[f"http://127.0.0.1/{n}"].set()
    await wait_for(idle, WITHIN)
    attempts = [entry for entry in sandbox.journal if entry.kind == "attempt"]
    assert [entry.facts["task"] for entry in attempts if hasattr(entry, "facts")] == [
        task.id for task in tasks
    ]


async def test_a_synchronous_call_on_a_manual_clock_is_stamped_later_and_moves_no_clock(
    make: Make,
) -> None:
    emulator = make(latency=Latency(10 * SECOND))
    body = answer(emulator, emulator.submit("text-key", text_data="hello"))
    assert body["created_on"] == "2026-01-01T00:00:10.000Z"
    submitted = body["status"][0]["response"]["input"]["created_on"]
    assert submitted == "2026-01-01T00:00:00.000Z"
    assert emulator.sandbox("default").clock.now() == START


async def test_a_synchronous_call_on_a_system_clock_waits_for_its_result(
    make: Make, wall: Wall
) -> None:
    emulator = make(clock=ClockMode.SYSTEM, latency=Latency(10 * SECOND))
    task = emulator.submit("text-key", text_data="hello")
    waiting = create_task(task.result())
    assert task.state is TaskState.ACCEPTED
    with pytest.raises(LookupError, match=task.id):
        _ = task.prediction
    await emulator.advance(emulator.sandbox("default"), 10 * SECOND)
    await wait_for(waiting, WITHIN)
    await wait_for(task.result(), WITHIN)
    assert answer(emulator, task)["created_on"] == "2026-03-01T12:00:10.000Z"


async def test_documented_latency_is_that_of_the_guides(make: Make) -> None:
    emulator = make(latency=Latency(None))
    assert emulator.submit("visual-key", url="http://a.test/a.jpg").due == START + SECOND / 2
    long = emulator.submit("text-key", text_data="x" * 1024)
    assert long.due == START + SECOND / 2


async def test_advance_on_a_system_clock_is_a_jump(make: Make, wall: Wall) -> None:
    emulator = make(clock=ClockMode.SYSTEM)
    sandbox = emulator.sandbox("default")
    passed = await emulator.advance(sandbox, timedelta(hours=2))
    assert passed.now == NOON + timedelta(hours=2)
    wall.pass_time(60)
    assert sandbox.clock.now() == NOON + timedelta(hours=2, minutes=1)


async def test_a_used_clock_never_moves_back_but_for_a_reset(make: Make) -> None:
    emulator = make()
    sandbox = emulator.sandbox("default")
    emulator.set_clock(sandbox, ClockMode.MANUAL, START + timedelta(days=9))
    emulator.set_clock(sandbox, ClockMode.MANUAL, START)
    emulator.submit("text-key", text_data="hello")
    with pytest.raises(Backwards):
        emulator.set_clock(sandbox, ClockMode.MANUAL, START - SECOND)
    fresh = emulator.reset("default")
    emulator.set_clock(fresh, ClockMode.MANUAL, START - SECOND)
    assert fresh.clock.now() == START - SECOND


async def test_run_until_idle_stops_at_its_limit(make: Make, mailbox: Mailbox) -> None:
    mailbox.answers = [500] * 9
    emulator = make()
    send_async(emulator)
    passed = await emulator.run_until_idle(emulator.sandbox("default"), 5 * SECOND)
    assert (passed.now, passed.pending) == (START + SECOND, 1)


async def test_two_who_move_one_clock_take_turns(make: Make, mailbox: Mailbox) -> None:
    emulator = make()
    sandbox = emulator.sandbox("default")
    send_async(emulator)
    await gather(*(emulator.advance(sandbox, SECOND) for _ in range(3)))
    assert sandbox.clock.now() == START + 3 * SECOND
    assert len(mailbox.posts) == 1


# Reset, and running by itself


async def test_reset_makes_the_sandbox_new(make: Make) -> None:
    emulator = make()
    first = emulator.submit("text-key", text_data="hello")
    fresh = emulator.reset("default")
    assert (len(fresh.journal), len(fresh.tasks)) == (0, 0)
    assert emulator.submit("text-key", text_data="hello").id == first.id


async def test_reset_cancels_deliveries_in_flight(make: Make, mailbox: Mailbox) -> None:
    emulator = make()
    mailbox.gates = {HOOK: Gate()}
    async with emulator.running():
        task = send_async(emulator)
        await mailbox.until(1)
        emulator.reset("default")
        mailbox.gates[HOOK].set()
    assert task.callback is not None
    assert task.callback.attempts == []


async def test_reset_ends_an_advance_although_attempts_still_wait_for_their_turn(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    mailbox.gates = {HOOK: Gate()}
    for _ in range(AT_ONCE + 1):
        send_async(emulator)
    advancing = create_task(emulator.advance(emulator.sandbox("default"), SECOND))
    await mailbox.until(AT_ONCE)
    emulator.reset("default")
    with pytest.raises(WorldEnded):
        await wait_for(advancing, WITHIN)


async def test_stopping_sends_nothing_more(make: Make, mailbox: Mailbox) -> None:
    emulator = make()
    mailbox.gates = {HOOK: Gate()}
    async with emulator.running(grace=0.01):
        for _ in range(AT_ONCE + 1):
            send_async(emulator)
        await mailbox.until(AT_ONCE)
    await wait_for(emulator.sandbox("default").flights.all_landed(), WITHIN)
    assert len(mailbox.posts) == AT_ONCE


async def test_a_mistake_in_sending_is_an_attempt_that_failed(
    make: Make, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    async def mistaken(url: str, body: Body, timeout: float) -> Reply:  # noqa: ASYNC109
        raise ZeroDivisionError

    mailbox.post = mistaken  # type: ignore[method-assign]
    emulator = make()
    task = send_async(emulator)
    await emulator.run_until_idle(emulator.sandbox("default"))
    assert task.callback is not None
    assert task.callback.state is CallbackState.FAILED
    assert "ZeroDivisionError" in (task.callback.attempts[0].error or "")
    assert "a mistake of the emulator's own" in caplog.text


async def test_a_mistake_in_one_thing_leaves_the_others_their_turn(
    make: Make, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    def mistaken(due: datetime) -> None:
        raise ZeroDivisionError

    emulator = make()
    sandbox = emulator.sandbox("default")
    async with emulator.running():
        sandbox.agenda.put(START, mistaken)
        send_async(emulator)
        await mailbox.until(1)
    assert "a mistake of the emulator's own" in caplog.text


def test_what_a_sandbox_keeps_after_a_reset_is_not_counted(make: Make) -> None:
    emulator = make(journal_entries=2, tasks=2)
    for _ in range(5):
        address = Address("/api/v2/task/sync")
        call = emulator.begin("POST", address, "Token text-key", Event.SUBMIT_SYNC)
        emulator.admit(call)
        emulator.reset("default")
        emulator.accept(call, read_submission({"text_data": "hello"}, None))
    sandbox = emulator.sandbox("default")
    for _ in range(2):
        emulator.submit("text-key", text_data="hello")
    assert (len(sandbox.journal), len(sandbox.tasks)) == (2, 2)


async def test_no_clock_goes_to_where_no_id_can_be_made(make: Make) -> None:
    emulator = make()
    sandbox = emulator.sandbox("default")
    emulator.set_clock(sandbox, ClockMode.MANUAL, LAST)
    with pytest.raises(OutOfRange, match="between 1970 and 5000"):
        await emulator.advance(sandbox, SECOND)
    with pytest.raises(OutOfRange):
        emulator.set_clock(emulator.sandbox("other"), ClockMode.MANUAL, FIRST - SECOND)
    task = emulator.submit("text-key", text_data="[hive latency=36500d]")
    assert UUID(task.id).version == 1


@pytest.mark.parametrize("ending", ["reset", "stop"])
async def test_a_call_that_waits_for_its_result_is_told_when_it_waits_in_vain(
    make: Make, ending: str
) -> None:
    emulator = make(clock=ClockMode.SYSTEM, latency=Latency(10 * SECOND))
    waiting = create_task(emulator.submit("text-key", text_data="hello").result())
    await wait_for(emulator.advance(emulator.sandbox("default"), timedelta()), WITHIN)
    if ending == "reset":
        emulator.reset("default")
    else:
        emulator.turn_away()
    with pytest.raises(errors.ServerTrouble, match=r"was reset|told to stop"):
        await wait_for(waiting, WITHIN)


def test_a_synchronous_submission_that_takes_time_needs_no_event_loop(make: Make) -> None:
    emulator = make(clock=ClockMode.SYSTEM, latency=Latency(10 * SECOND))
    assert emulator.submit("text-key", text_data="hello").state is TaskState.ACCEPTED


async def test_what_is_due_now_is_done_by_itself_on_either_clock(
    make: Make, mailbox: Mailbox
) -> None:
    for count, mode in enumerate(ClockMode, start=1):
        emulator = make(clock=mode)
        async with emulator.running():
            send_async(emulator)
            await mailbox.until(count)
        assert emulator.sandbox("default").delivered == 1


async def test_what_falls_due_later_happens_by_itself_on_a_system_clock(
    mailbox: Mailbox,
) -> None:
    emulator = Emulator(Settings(latency=Latency(SECOND / 20)), network=mailbox)
    async with emulator.running():
        task = send_async(emulator)
        await mailbox.until(1)
    assert task.callback is not None
    assert task.callback.attempts[0].at >= task.submitted + SECOND / 20


async def test_many_are_sent_at_once_within_a_bound(make: Make, mailbox: Mailbox) -> None:
    gate = Gate()
    mailbox.gates = {HOOK: gate}
    emulator = make()
    for _ in range(100):
        send_async(emulator)
    idle = create_task(emulator.run_until_idle(emulator.sandbox("default")))
    await mailbox.until(64)
    assert len(mailbox.posts) == 64
    gate.set()
    assert (await idle).delivered == 100


async def test_stopping_waits_for_what_is_on_its_way_and_closes_the_network(
    make: Make, mailbox: Mailbox
) -> None:
    gate = Gate()
    mailbox.gates = {HOOK: gate}
    emulator = make()
    async with emulator.running():
        task = send_async(emulator)
        await mailbox.until(1)
        gate.set()
    assert mailbox.closed
    assert task.callback is not None
    assert task.callback.state is CallbackState.DELIVERED


def test_the_server_forgets_its_oldest_tasks_and_entries_within_its_bounds(make: Make) -> None:
    emulator = make(tasks=5, journal_entries=7)
    tasks = [emulator.submit("text-key~big", text_data=f"{n}") for n in range(20)]
    emulator.submit("text-key~small", text_data="hello")
    big, small = emulator.sandbox("big"), emulator.sandbox("small")
    assert (len(big.tasks) + len(small.tasks), len(big.journal) + len(small.journal)) == (5, 7)
    assert (len(small.tasks), len(small.journal)) == (1, 3)
    assert list(big.tasks) == tasks[-4:]


@pytest.mark.parametrize(
    ("key", "fields", "refused"),
    [
        ("limited-key", {}, errors.BadField),
        ("limited-key", {"text_data": "x" * 1025}, errors.BadField),
        ("limited-key", {"text_data": "[hive fault=server_error]"}, errors.RateLimited),
    ],
)
def test_what_was_sent_is_judged_before_the_account_and_that_before_what_is_scripted(
    make: Make, key: str, fields: dict[str, Any], refused: type[errors.Refusal]
) -> None:
    with pytest.raises(refused):
        make().submit(key, **fields)


def test_the_account_is_asked_before_a_step_with_when_which_is_not_used_up(
    make: Make, tmp_path: Path
) -> None:
    scenario = """
        name: once
        steps: [{on: submit, when: {text: hello}, times: 1, fault: server_error}]
    """
    emulator = make(scenarios=write(tmp_path, scenario), scenario="once")
    with pytest.raises(errors.RateLimited):
        emulator.submit("limited-key", text_data="hello")
    with pytest.raises(errors.ServerTrouble):
        emulator.submit("text-key", text_data="hello")


async def test_a_reset_at_the_moment_of_departure_takes_no_place_from_anybody(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    for _ in range(2 * AT_ONCE):
        send_async(emulator)
        perform(emulator.sandbox("default"))
        emulator.reset("default")
    task = send_async(emulator)
    passed = await emulator.advance(emulator.sandbox("default"), SECOND, within=WITHIN)
    assert passed.delivered == 1
    assert task.callback is not None
    assert task.callback.state is CallbackState.DELIVERED


async def test_a_sandbox_whose_receivers_hang_keeps_no_other_waiting(
    make: Make, mailbox: Mailbox
) -> None:
    emulator = make()
    mailbox.gates = {HOOK: Gate()}
    for _ in range(2 * AT_ONCE):
        emulator.submit("text-key~stuck", Mode.ASYNC, text_data="x", callback_url=HOOK)
    perform(emulator.sandbox("stuck"))
    await mailbox.until(AT_ONCE)
    emulator.submit("text-key~well", Mode.ASYNC, text_data="x", callback_url=f"{HOOK}/other")
    passed = await emulator.advance(emulator.sandbox("well"), SECOND, within=WITHIN)
    assert passed.delivered == 1
    emulator.reset("stuck")


async def test_a_callback_that_is_still_to_be_sent_is_kept_however_many_come_after(
    make: Make, tmp_path: Path
) -> None:
    folder = write(tmp_path, "name: later\nsteps: [{on: callback, fault: late, delay: 1h}]")
    emulator = make(scenarios=folder, scenario="later", tasks=3)
    sandbox = emulator.sandbox("default")
    owing = [send_async(emulator) for _ in range(10)]
    perform(sandbox)
    assert len([*sandbox.callbacks]) == len(owing)
    await emulator.run_until_idle(sandbox)
    assert sandbox.delivered == len(owing)
    assert len(sandbox.tasks) == 3


def test_what_is_invented_is_of_the_seed_of_the_sandbox(make: Make) -> None:
    emulator = make(unscripted=Unscripted.RANDOM)

    def invented(seed: int | None) -> list[dict[str, float]]:
        emulator.reset("a", seed=seed)
        every = [emulator.submit("visual-key~a", url=f"https://a.test/{n}.jpg") for n in range(3)]
        return [classes(emulator, task) for task in every]

    servers, own = invented(None), invented(7)
    assert servers != own
    assert (invented(7), invented(None)) == (own, servers)
