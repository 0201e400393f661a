"""`populate` against a real server."""

import os
import pty
import subprocess
import sys

import pytest

from emulator.cli.populating import paced
from emulator.cli.traffic import Call
from tests.cli.talking import Talking
from tests.support.receiver import Receiver

FAST = ("--rate", "max")


def contents(talking: Talking) -> list[dict[str, object]]:
    items = talking.client.get("/_emulator/tasks").json()["items"]
    return [one["submission"] for one in items]


def total(talking: Talking, what: str) -> int:
    return int(talking.client.get(f"/_emulator/{what}").json()["total"])


def test_patrons_posts_and_firing_rules_are_there_at_once(talking: Talking) -> None:
    [told] = talking.said("populate", *FAST)
    assert told.startswith("200 sent, all of them taken; the sandbox ")
    applications = talking.client.get("/_emulator/applications").json()["items"]
    assert applications[0]["posts"] > 80
    assert applications[0]["patrons"] > 15
    fired = {
        name
        for what in ("posts", "patrons")
        for one in talking.client.get(f"/_emulator/{what}").json()["items"]
        for name in one["fired_rules"]
    }
    assert fired == {rule["name"] for rule in applications[0]["rules"]}
    kinds = {one["kind"] for one in contents(talking)}
    assert kinds == {"text", "picture"}


def test_the_same_seed_makes_the_same_calls_and_another_others(talking: Talking) -> None:
    made = []
    for seed in ("7", "7", "8"):
        talking.said("populate", "--count", "20", "--seed", seed, *FAST)
        made.append(contents(talking))
        talking.control("reset")
    assert made[0] == made[1] != made[2]


def test_words_are_those_of_the_locale(talking: Talking) -> None:
    talking.said("populate", "--count", "20", "--locale", "ja_JP", *FAST)
    texts = "".join(str(one.get("text_data", "")) for one in contents(talking))
    assert any("\u3040" <= letter <= "\u30ff" for letter in texts)


def test_with_a_callback_url_some_of_it_is_told_there(talking: Talking, receiver: Receiver) -> None:
    talking.said("populate", "--count", "40", "--callback-url", receiver.url, *FAST)
    talking.control("clock/run-until-idle")
    assert 0 < len(receiver.all) < 30
    assert total(talking, "callbacks") == len(receiver.all)


def test_another_sandbox_is_named_by_the_option(talking: Talking) -> None:
    name = f"{talking.sandbox}-other"
    talking.ask("populate", "--url", talking.server, "--sandbox", name, "--count", "5", *FAST)
    assert total(talking, "tasks") == 0
    assert (
        int(talking.client.get(f"{talking.server}/s/{name}/_emulator/tasks").json()["total"]) == 5
    )


def test_as_json_it_counts_the_answers_by_status(talking: Talking) -> None:
    talking.control("faults", {"on": "submit", "times": 2, "fault": "rate_limited"})
    talking.control("faults", {"on": "submit", "times": 1, "fault": "disconnect"})
    told = talking.as_json("populate", "--count", "10", *FAST)
    assert told["sent"] == 10
    assert told["statuses"] == {"0": 1, "200": 7, "429": 2}


def test_what_is_refused_is_told_in_words(talking: Talking) -> None:
    talking.control("faults", {"on": "submit", "times": 2, "fault": "maintenance"})
    [told] = talking.said("populate", "--count", "4", *FAST)
    assert told.startswith("4 sent, refused: 2 with 503; ")


def test_calls_keep_to_the_rate_and_make_up_for_one_that_took_long() -> None:
    clock, pauses = [100.0], []

    def pause(seconds: float) -> None:
        pauses.append(round(seconds, 3))
        clock[0] += seconds

    calls = iter([Call("/", "key", {})] * 5)
    for at, _ in enumerate(paced(calls, 0.1, lambda: clock[0], pause)):
        clock[0] += 0.25 if at == 1 else 0.02
    assert pauses == [0.08, 0.01]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rate", "fast"], "option --rate: 'fast' is not possible, expected is a rate such as"),
        (["--locale", "en_UK"], "Did you mean 'en_US'?"),
        (["--count", "0"], "0 is not in the range x>=1"),
        (["--url", "http://127.0.0.1:9"], "http://127.0.0.1:9 does not answer"),
    ],
)
def test_what_cannot_be_is_told(talking: Talking, arguments: list[str], told: str) -> None:
    program = [sys.executable, "-m", "emulator", "populate", *arguments]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode != 0
    assert told in done.stderr


def test_without_faker_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['faker'] = None\n"
        "from emulator.cli.main import main; main(['populate'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'hive-emulator[populate]'" in done.stderr


def test_faker_is_loaded_by_nothing_else() -> None:
    program = "import sys, emulator.cli.main; print('faker' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_on_a_terminal_it_shows_how_far_it_is(talking: Talking) -> None:
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "emulator", "populate", "--count", "3", *FAST]
    environ = {**os.environ, "HIVE_EMULATOR_URL": talking.url}
    done = subprocess.run(program, stdout=subprocess.PIPE, stderr=theirs, env=environ, text=True)
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "1 of 3 sent" in shown
    assert "3 of 3 sent" in shown
    assert "of 3 sent" not in done.stdout
