"""Downloads of tasks and calls: what waits for them, and what is known afterwards."""

import errno
import json
from asyncio import Event, create_task, wait_for
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator, Settings
from emulator.core import errors
from emulator.core.access import Address
from emulator.core.faults import Event as On
from emulator.core.model import ClockMode, Mode
from emulator.engine.clock import START
from emulator.engine.journal import Note
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task, TaskState
from emulator.library.inline import scenario_from
from emulator.server.control.views import task_in_full
from tests.support.films import film
from tests.support.networks import Mailbox
from tests.support.pictures import gif, png
from tests.support.receiver import WITHIN
from tests.support.walls import Wall
from tests.support.webs import Pages

pytestmark = pytest.mark.anyio

HERE, HOOK = "http://minio:9000/a.jpg", "http://app/hook"
SECOND = timedelta(seconds=1)
FIXTURES = """
fixtures:
  - name: by its bytes
    when: {sha256: %s}
    visual: {gun_in_hand: 0.97}
  - name: slow by its bytes
    when: {sha256: %s}
    latency: 5s
    visual: {no_gun: 0.2}
"""
GUN, SLOW = gif(9, 9), gif(9, 8)


@pytest.fixture
def pages() -> Pages:
    return Pages({HERE: GUN})


@pytest.fixture
def emulator(pages: Pages, mailbox: Mailbox, wall: Wall, tmp_path: Path) -> Emulator:
    (tmp_path / "f.yaml").write_text(FIXTURES % (sha256(GUN).hexdigest(), sha256(SLOW).hexdigest()))
    settings = Settings(clock=ClockMode.MANUAL, fetch="private", fixtures=(tmp_path,))  # type: ignore[arg-type]
    return Emulator(settings, network=mailbox, wall=wall, web=pages)


@pytest.fixture
def sandbox(emulator: Emulator) -> Sandbox:
    return emulator.sandbox("default")


def send(emulator: Emulator, url: str = HERE, **fields: Any) -> Task:
    return emulator.submit("visual-key", Mode.ASYNC, url=url, **fields)


async def call(emulator: Emulator, url: str = HERE, key: str = "visual-key") -> Task:
    """A synchronous call, as the server makes it."""
    address = Address("/api/v2/task/sync")
    begun = emulator.begin("POST", address, f"Token {key}", On.SUBMIT_SYNC)
    emulator.admit(begun)
    submission = emulator.read(begun, {"url": url}, None)
    assert emulator.downloads(submission)
    return emulator.accept(begun, await emulator.download(begun, submission))


def notes(sandbox: Sandbox) -> list[tuple[str, Any]]:
    found = [one for one in sandbox.journal if type(one) is Note]
    return [(one.about, one.facts.get("error_code")) for one in found]


def media(body: bytes) -> Any:
    return json.loads(body)["status"][0]["response"]["input"]["media"]


# Asynchronous tasks


async def test_a_task_is_acknowledged_at_once_and_known_by_its_bytes_later(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    task = send(emulator, callback_url=HOOK)
    assert task.state is TaskState.IN_PROGRESS
    assert emulator.downloads(task.submission)
    await emulator.run_until_idle(sandbox)
    assert str(task.source).startswith("fixture 'by its bytes'")
    [(_, body)] = mailbox.posts
    told = body["status"][0]["response"]["input"]["media"]
    assert (told["mimetype"], told["width"], told["url"]) == ("image/gif", 9, HERE)
    assert notes(sandbox) == [("media downloaded", None)]
    assert sandbox.fixtures_used


async def test_time_waits_for_a_download(
    emulator: Emulator, sandbox: Sandbox, pages: Pages
) -> None:
    gate = pages.gates[HERE] = Event()
    task = send(emulator)
    advancing = create_task(emulator.advance(sandbox, SECOND))
    for _ in range(5):
        await wait_for(create_task(_nothing()), WITHIN)
    assert (task.state, sandbox.clock.now()) == (TaskState.IN_PROGRESS, START)
    gate.set()
    await wait_for(advancing, WITHIN)
    assert (task.state, task.ended) == (TaskState.FINISHED, START)


async def _nothing() -> None:
    pass


async def test_a_latency_that_the_bytes_ask_for_counts_from_the_submission(
    emulator: Emulator, sandbox: Sandbox, pages: Pages
) -> None:
    pages.pages[HERE] = SLOW
    task = send(emulator)
    await emulator.advance(sandbox, 4 * SECOND)
    assert task.state is TaskState.IN_PROGRESS
    await emulator.advance(sandbox, 2 * SECOND)
    assert (task.state, task.ended) == (TaskState.FINISHED, START + 5 * SECOND)


async def test_a_failed_download_fails_the_task_with_its_code(
    emulator: Emulator, sandbox: Sandbox, pages: Pages, mailbox: Mailbox
) -> None:
    pages.pages[HERE] = ConnectionRefusedError(errno.ECONNREFUSED, "refused")
    task = send(emulator, callback_url=HOOK)
    await emulator.run_until_idle(sandbox)
    assert task.state is TaskState.FAILED
    [(_, body)] = mailbox.posts
    assert body["error_code"] == 2203
    assert body["status"] == [
        {"status": {"code": "2203", "message": "HTTP_CONNECTION_ERROR_ECONNREFUSED"}}
    ]
    assert notes(sandbox) == [("download failed", 2203)]
    told = task_in_full(task, sandbox, emulator)["explanation"]
    assert told["download"] == {
        "tries": 1,
        "hops": [HERE],
        "size": None,
        "because": "[Errno 111] refused",
    }
    assert told["failure"] == "[Errno 111] refused"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04", 3100),
        (b"GIF89a", 3300),
        (b"ID3\x04", 3100),
        (GUN + b"[hive gnu_in_hand=1]", 3200),
        (GUN + b"[hive fault=download_failed]", 2100),
    ],
    ids=repr,
)
async def test_bytes_that_would_have_been_refused_fail_the_task(
    emulator: Emulator, sandbox: Sandbox, pages: Pages, content: bytes, code: int
) -> None:
    pages.pages[HERE] = content
    task = send(emulator)
    await emulator.run_until_idle(sandbox)
    assert task.failure is not None
    assert (task.state, task.failure.code) == (TaskState.FAILED, code)


async def test_a_mistake_of_our_own_fails_the_task_and_is_told(
    emulator: Emulator, sandbox: Sandbox, pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    pages.pages[HERE] = RuntimeError("a mistake")
    task = send(emulator)
    await emulator.run_until_idle(sandbox)
    assert task.failure is not None
    assert (task.state, task.failure.code) == (TaskState.FAILED, 2000)
    assert "a mistake of the emulator's own" in caplog.text


async def test_what_was_sent_to_a_text_project_is_not_downloaded(
    emulator: Emulator, pages: Pages
) -> None:
    with pytest.raises(errors.WrongContent):
        emulator.submit("text-key", Mode.ASYNC, url=HERE)
    assert pages.asked == []


async def test_a_fault_of_the_address_happens_once_and_nothing_is_downloaded(
    emulator: Emulator, sandbox: Sandbox, pages: Pages
) -> None:
    task = send(emulator, f"{HERE}?hive.fault=corrupt_file")
    await emulator.run_until_idle(sandbox)
    assert task.failure is not None
    assert (task.failure.code, pages.asked) == (3300, [])


async def test_what_a_step_says_of_the_address_still_holds_when_the_bytes_are_there(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    sandbox.begin_scenario(
        scenario_from({"steps": [{"on": "submit", "visual": {"yes_nazi": 0.9}}]}, ()), inline=True
    )
    task = send(emulator)
    await emulator.run_until_idle(sandbox)
    assert task.source.what == "scenario"
    assert task.submission.media is not None
    assert task.submission.media.mimetype == "image/gif"


async def test_a_trouble_of_callbacks_that_the_bytes_ask_for_happens(
    emulator: Emulator, sandbox: Sandbox, pages: Pages, mailbox: Mailbox
) -> None:
    pages.pages[HERE] = GUN + b"[hive fault=lost]"
    send(emulator, callback_url=HOOK)
    await emulator.run_until_idle(sandbox)
    assert (mailbox.posts, sandbox.dropped) == ([], 1)


async def test_a_trouble_of_answers_comes_too_late_in_the_bytes_of_a_task(
    emulator: Emulator, sandbox: Sandbox, pages: Pages
) -> None:
    pages.pages[HERE] = GUN + b"[hive fault=server_error]"
    task = send(emulator)
    await emulator.run_until_idle(sandbox)
    assert task.state is TaskState.FINISHED
    assert ("fault without a place", None) in notes(sandbox)


async def test_what_is_far_is_answered_by_its_address(emulator: Emulator, sandbox: Sandbox) -> None:
    task = send(emulator, "http://cdn.test/hive-gun_in_hand.jpg")
    await emulator.run_until_idle(sandbox)
    assert task.state is TaskState.FINISHED
    assert task.download is not None
    assert (task.download.fetched, task.download.tries) == (False, 0)
    assert notes(sandbox) == [("media not downloaded", None)]


async def test_an_early_callback_waits_for_the_bytes(
    emulator: Emulator, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    begun = emulator.begin(
        "POST", Address("/api/v2/task/async"), "Token visual-key~~callback-early", On.SUBMIT_ASYNC
    )
    emulator.admit(begun)
    fields = {"url": HERE, "callback_url": HOOK}
    task = emulator.accept(begun, emulator.read(begun, fields, None))
    assert begun.early is not None
    async with emulator.running():
        await wait_for(emulator.send_early(begun, task), WITHIN)
        emulator.acknowledged(sandbox, task)
    assert len(mailbox.posts) == 1
    assert task.submission.media is not None
    assert task.submission.media.mimetype == "image/gif"


async def test_a_download_ends_with_its_world(
    emulator: Emulator, sandbox: Sandbox, pages: Pages
) -> None:
    pages.gates[HERE] = Event()
    task = send(emulator)
    await _nothing()
    emulator.reset("default")
    await wait_for(sandbox.flights.all_landed(), WITHIN)
    assert task.state is TaskState.IN_PROGRESS


# Synchronous calls


async def test_a_call_waits_for_its_bytes_and_is_answered_by_them(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    task = await call(emulator)
    assert str(task.source).startswith("fixture 'by its bytes'")
    assert media(emulator.answer(task))["mimetype"] == "image/gif"
    assert notes(sandbox) == [("media downloaded", None)]
    assert task_in_full(task, sandbox, emulator)["explanation"]["download"]["size"] == len(GUN)


async def test_what_an_address_names_may_turn_out_to_be_a_video(
    emulator: Emulator, pages: Pages
) -> None:
    pages.pages[HERE] = film("mp4", frames=50)
    answer = json.loads(emulator.answer(await call(emulator)))
    response = answer["status"][0]["response"]
    assert (response["input"]["media"]["type"], len(response["output"])) == ("VIDEO", 2)
    assert [frame["time"] for frame in response["output"]] == [0, 1]


async def test_a_call_whose_download_fails_is_told_as_hive_was_seen_to(
    emulator: Emulator, pages: Pages
) -> None:
    pages.pages[HERE] = 404
    task = await call(emulator)
    assert json.loads(emulator.answer(task)) == {
        "return_code": 400,
        "message": "Unable to download file from url",
    }
    assert task.failure is not None
    assert task.failure.code == 2100


async def test_a_directive_in_the_bytes_may_refuse_the_call(
    emulator: Emulator, pages: Pages
) -> None:
    pages.pages[HERE] = png(text="[hive fault=server_error]")
    with pytest.raises(errors.Refusal):
        await call(emulator)


@pytest.mark.parametrize("key", ["text-key", "limited-key"])
async def test_nothing_is_downloaded_for_a_call_that_is_refused_anyway(
    emulator: Emulator, pages: Pages, key: str
) -> None:
    with pytest.raises(errors.Refusal):
        await call(emulator, key=key)
    assert pages.asked == []


async def test_a_call_that_waits_is_told_when_its_sandbox_ends(
    emulator: Emulator, sandbox: Sandbox, pages: Pages
) -> None:
    gate = pages.gates[HERE] = Event()
    calling = create_task(call(emulator))
    while not pages.asked:
        await _nothing_for_a_turn(calling)
    assert sandbox.busy
    emulator.reset("default")
    with pytest.raises(errors.ServerTrouble, match="was reset"):
        await wait_for(calling, WITHIN)
    assert not gate.is_set()


async def test_a_call_that_waits_is_told_when_the_emulator_stops(
    emulator: Emulator, pages: Pages
) -> None:
    pages.gates[HERE] = Event()
    calling = create_task(call(emulator))
    while not pages.asked:
        await _nothing_for_a_turn(calling)
    emulator.turn_away()
    with pytest.raises(errors.ServerTrouble, match="told to stop"):
        await wait_for(calling, WITHIN)


async def _nothing_for_a_turn(running: Any) -> None:
    assert not running.done()
    await wait_for(create_task(_nothing()), WITHIN)


# The wait that Hive was seen to take


def waiting(mailbox: Mailbox, wall: Wall) -> Emulator:
    settings = Settings(clock=ClockMode.MANUAL, download_wait=timedelta(minutes=1))
    return Emulator(settings, network=mailbox, wall=wall)


async def test_a_scripted_failure_takes_as_long_as_downloads_are_tried_again(
    mailbox: Mailbox, wall: Wall
) -> None:
    emulator = waiting(mailbox, wall)
    task = send(emulator, "https://any.test/a.jpg?hive.fault=download_failed")
    sandbox = emulator.sandbox("default")
    await emulator.advance(sandbox, 59 * SECOND)
    assert task.state is TaskState.IN_PROGRESS
    await emulator.advance(sandbox, SECOND)
    assert (task.state, task.ended) == (TaskState.FAILED, START + 60 * SECOND)


async def test_no_other_failure_takes_so_long(mailbox: Mailbox, wall: Wall) -> None:
    emulator = waiting(mailbox, wall)
    task = send(emulator, "https://any.test/a.jpg?hive.fault=corrupt_file")
    await emulator.run_until_idle(emulator.sandbox("default"))
    assert task.ended == START
