"""`advance`, `resend` and `reset` against a real server."""

from pathlib import Path

import pytest

from tests.cli.processes import refused
from tests.cli.talking import ASYNC, Talking
from tests.support.receiver import Receiver

OUTSIDE = "http://8.8.8.8/hook"
START = "2026-01-01 00:00:00.000"


# advance


def test_time_passes_and_what_was_done_in_it_is_told(talking: Talking, receiver: Receiver) -> None:
    receiver.answers = [500]
    talking.submit(ASYNC, text_data="one", callback_url=receiver.url)
    talking.submit(ASYNC, text_data="two", callback_url=OUTSIDE)
    assert talking.said("advance", "5s") == [
        "2026-01-01 00:00:05.000: 1 delivered, 0 failed, 1 pending"
    ]
    assert talking.said("advance", "5m") == [
        "2026-01-01 00:05:05.000: 0 delivered, 1 failed, 0 pending"
    ]


def test_time_passes_until_nothing_is_left_to_do(talking: Talking) -> None:
    talking.submit(ASYNC, text_data="two", callback_url=OUTSIDE)
    assert talking.said("advance", "--until-idle", "--limit", "10s") == [
        "2026-01-01 00:00:06.000: 0 delivered, 0 failed, 1 pending"
    ]
    assert talking.said("advance", "--until-idle") == [
        "2026-01-01 00:00:36.000: 0 delivered, 1 failed, 0 pending"
    ]
    assert talking.as_json("advance", "1.5") == {
        "now": "2026-01-01T00:00:37.500Z", "delivered": 0, "failed": 0, "pending": 0
    }  # fmt: skip


def test_a_receiver_that_takes_too_long_is_named(talking: Talking, receiver: Receiver) -> None:
    receiver.holds = True
    talking.submit(ASYNC, text_data="one", callback_url=f"{receiver.url}/slow")
    said = talking.refused("advance", "1s", "--timeout", "50ms", code=4)
    assert said.startswith(f"hive-emulator: Still waiting for {receiver.url}/slow. ")
    receiver.release.set()
    assert talking.said("advance", "1s")[0].endswith("0 failed, 0 pending")


USAGE = {
    "nothing": ([], "name either a DURATION or --until-idle"),
    "both": (["5m", "--until-idle"], "name either a DURATION or --until-idle"),
    "a limit of nothing": (["5m", "--limit", "1h"], "--limit goes with --until-idle"),
    "no duration": (["soon"], "'by' is 'soon': it must be a duration such as 250ms, 5s"),
    "no limit": (["--until-idle", "--limit", "x"], "'limit' is 'x': it must be a duration"),
    "too much patience": (["1s", "--timeout", "2h"], "'timeout' is '2h': it must be at most 1h"),
}


@pytest.mark.parametrize(("arguments", "told"), USAGE.values(), ids=USAGE)
def test_what_cannot_be_asked_for_is_told(
    talking: Talking, arguments: list[str], told: str
) -> None:
    assert told in talking.refused("advance", *arguments)


def test_a_patience_that_is_no_duration_is_told(tmp_path: Path) -> None:
    said = refused(["advance", "1s", "--timeout", "long"], tmp_path, 2)
    assert said.startswith("hive-emulator: option --timeout: 'long' is not possible")


# resend


def test_a_callback_is_sent_once_more_by_its_own_id_or_that_of_its_task(
    talking: Talking, receiver: Receiver
) -> None:
    task = talking.submit(ASYNC, text_data="one", callback_url=receiver.url)
    first = receiver.next()
    talking.control("clock/run-until-idle")
    due = f"cb-1 goes out to {receiver.url} once more, due {START}"
    for name in ("cb-1", task):
        [told] = talking.said("resend", name)
        assert told == f"{due}; how it fares is told by: hive-emulator callbacks cb-1"
        assert receiver.next().body == first.body
        talking.control("clock/run-until-idle")
    assert talking.as_json("resend", "cb-1")["attempts"][2]["status"] == 200


def test_what_has_no_callback_to_send_is_told_why(talking: Talking) -> None:
    where = f"in the sandbox '{talking.sandbox}'"
    assert f"neither a callback nor a task 'none' {where}" in talking.refused("resend", "none")
    sync = talking.submit(text_data="one")
    told = f"hive-emulator: the task {sync} owes no callback: it is synchronous\n"
    assert talking.refused("resend", sync) == told
    alone = talking.submit(ASYNC, text_data="one")
    assert "submitted without a callback_url" in talking.refused("resend", alone)
    slow = talking.submit(ASYNC, url="http://a/b.jpg?hive.latency=5s", callback_url=OUTSIDE)
    ends = "it is in_progress, and ends at 2026-01-01T00:00:05.000Z on the clock of its sandbox"
    assert ends in talking.refused("resend", slow)


def test_what_is_still_on_its_way_is_not_sent_once_more(talking: Talking) -> None:
    task = talking.submit(ASYNC, text_data="one", callback_url=OUTSIDE)
    for name in ("cb-1", task):
        assert "it cannot be resent" in talking.refused("resend", name)


# reset


def test_a_sandbox_is_made_new(talking: Talking) -> None:
    talking.submit(text_data="one")
    [told] = talking.said("reset")
    named = f"the sandbox '{talking.sandbox}' is as new"
    assert told.startswith(f"{named}: scenario 'calm', system clock at ")
    assert talking.as_json("tasks")["items"] == []


def test_what_is_to_be_kept_is_kept(talking: Talking) -> None:
    talking.control("clock/advance", {"by": "1s"})
    talking.control("fixtures", {"name": "mine", "when": {"text": "a"}, "text": {"hate": 1}})
    [told] = talking.said("reset", "--keep", "clock", "--keep", "fixtures")
    assert told.endswith(
        "as new but for clock and fixtures: scenario 'calm', manual clock at "
        "2026-01-01 00:00:01.000"
    )
    assert talking.client.get("/_emulator/fixtures").json()["total"] == 1
    assert talking.as_json("reset")["clock"]["mode"] == "system"


def test_what_cannot_be_kept_is_told(talking: Talking) -> None:
    assert "Did you mean 'clock'?" in talking.refused("reset", "--keep", "clok")


def test_another_sandbox_is_left_alone(talking: Talking) -> None:
    talking.submit(text_data="one")
    talking.refused("reset", "--sandbox", "another")
    other = f"{talking.sandbox}.another"
    assert talking.as_json("reset", "--url", talking.server, "--sandbox", other)["name"] == other
    assert talking.as_json("tasks")["total"] == 1
