"""`tail`, `tasks`, `callbacks` and `verify` against a real server."""

import json
import re
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from emulator import run
from tests.cli.processes import WITHIN, free_port, refused, running
from tests.cli.talking import ANY, ASYNC, SYNC, Talking
from tests.support.receiver import Receiver

NOW = "2026-01-01 00:00:00.000"
OUTSIDE = "http://8.8.8.8/hook"


def read(process: "subprocess.Popen[str]", lines: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().rstrip("\n") for _ in range(lines)]


def end(process: "subprocess.Popen[str]") -> None:
    """Ctrl-C, of which nothing is said."""
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=WITHIN) == ("", "")
    assert process.returncode == 0


def words(line: str) -> list[str]:
    """The columns of a line, of however many blanks there are between them."""
    return re.split(r"\s{2,}", line.strip())


# tail


def test_tail_tells_the_last_entries_and_then_what_comes(talking: Talking, tmp_path: Path) -> None:
    for text in ("one", "two", "three"):
        talking.submit(text_data=text)
    with running(["tail", "-n", "2"], tmp_path, HIVE_EMULATOR_URL=talking.url) as process:
        two, three = read(process, 2)
        assert two.startswith(f"{NOW}  request     200           POST {SYNC} any text 'two' -> ")
        assert "text 'three'" in three
        talking.submit(text_data="four")
        assert "text 'four'" in read(process, 1)[0]
        end(process)


def test_tail_ends_with_the_server_and_says_so(tmp_path: Path) -> None:
    with ExitStack() as stack:
        with run(port=0) as server:
            process = stack.enter_context(running(["tail", "--url", server.url], tmp_path))
            data = {"text_data": "hello"}
            httpx.post(f"{server.url}{SYNC}", headers=ANY, data=data, trust_env=False)
            assert "text 'hello'" in read(process, 1)[0]
        said, told = process.communicate(timeout=WITHIN)
    assert (process.returncode, said) == (1, "")
    assert told.startswith(f"hive-emulator: {server.url} sends no more events: the server is gone")
    assert len(told.splitlines()) == 1


def test_tail_tells_of_a_synchronous_call_also_what_was_hidden_and_what_failed(
    talking: Talking, tmp_path: Path
) -> None:
    talking.submit(text_data="hive-spam-3 [hive hate=2]")
    talking.submit(url="https://cdn.test/a.jpg?hive.fault=corrupt_file")
    with running(["tail", "-n", "5"], tmp_path, HIVE_EMULATOR_URL=talking.url) as process:
        told = [words(line)[1:3] for line in read(process, 5)]
        assert told == [
            ["prediction", "made"],
            ["request", "200"],
            ["fault", "submit_sync"],
            ["task", "failed"],
            ["request", "200"],
        ]
        end(process)


def test_tail_tells_every_task_if_asked_for_that_kind(talking: Talking, tmp_path: Path) -> None:
    talking.submit(text_data="one")
    talking.submit(text_data="two")
    arguments = ["tail", "--kind", "task", "-n", "2"]
    with running(arguments, tmp_path, HIVE_EMULATOR_URL=talking.url) as process:
        assert [words(line)[1:3] for line in read(process, 2)] == [["task", "finished"]] * 2
        end(process)


def test_tail_tells_of_one_kind_alone_if_asked(talking: Talking, tmp_path: Path) -> None:
    talking.submit(ASYNC, url="http://a/b.png", callback_url=OUTSIDE)
    talking.submit(text_data="no attempt")
    arguments = ["tail", "--kind", "attempt", "-n", "1"]
    with running(arguments, tmp_path, HIVE_EMULATOR_URL=talking.url) as process:
        [first] = read(process, 1)
        assert words(first)[1:3] == ["attempt", "no answer"]
        assert "cb-1, attempt 1: scheduled; 8.8.8.8 is outside the private networks" in first
        talking.control("clock/advance", {"by": "1s"})
        assert "cb-1, attempt 2: scheduled" in read(process, 1)[0]
        end(process)


def test_tail_as_json_is_an_object_a_line(talking: Talking, tmp_path: Path) -> None:
    talking.submit(text_data="é😀")
    arguments = ["tail", "--json", "--sandbox", talking.sandbox]
    with running(arguments, tmp_path, HIVE_EMULATOR_URL=talking.server) as process:
        *before, request = map(json.loads, read(process, 4))
        assert [one["kind"] for one in before] == ["clock", "prediction", "task"]
        assert request["kind"] == "request"
        assert request["submission"]["text_data"] == "é😀"
        talking.control("reset")
        talking.control("clock/advance", {"by": "1s"})
        reset, passed = map(json.loads, read(process, 2))
        assert (reset, passed["by"]) == ({"kind": "reset"}, 1.0)
        end(process)


def test_tail_tells_when_the_sandbox_is_made_new(talking: Talking, tmp_path: Path) -> None:
    with running(["tail"], tmp_path, HIVE_EMULATOR_URL=talking.url) as process:
        assert words(read(process, 1)[0]) == [NOW, "clock", "set", "manual"]
        talking.control("reset")
        assert read(process, 1) == ["-- the sandbox was made new --"]
        end(process)


def test_tail_of_a_kind_that_is_none_is_told(talking: Talking) -> None:
    assert "'kind' is 'tasks': it must be one of request, " in talking.refused(
        "tail", "--kind", "tasks"
    )


# tasks and callbacks


def test_tasks_are_a_table_with_the_newest_last(talking: Talking) -> None:
    first = talking.submit(text_data="you are hive-bullying-2")
    second = talking.submit(ASYNC, url="http://a/b.png")
    head, one, two = talking.said("tasks")
    assert head.split() == ["TASK", "STATE", "MODE", "PROJECT", "SUBMITTED", "BY", "CONTENT"]
    assert words(one) == [
        *(first, "finished", "sync", "any", NOW, "bundled fixture 'stand-in bullying 2'"),
        "text 'you are hive-bullying-2'",
    ]
    assert words(two) == [
        *(second, "finished", "async", "any", NOW, "unscripted 'quiet'"),
        "picture http://a/b.png",
    ]
    assert [line.index(words(line)[-1]) for line in (head, one, two)] == [one.index("text")] * 3


def test_a_task_on_its_way_has_nobody_who_made_its_result_yet(talking: Talking) -> None:
    task = talking.submit(ASYNC, url="http://a/b.jpg?hive.latency=5s")
    _, line = talking.said("tasks", "--state", "in_progress")
    assert words(line)[:2] == [task, "in_progress"]
    assert words(line)[-2:] == [NOW, "picture http://a/b.jpg?hive.latency=5s"]


def test_tasks_are_chosen_by_state_and_limit(talking: Talking) -> None:
    talking.submit(text_data="one")
    talking.submit(text_data="two")
    talking.control("faults", {"on": "submit", "times": 1, "fault": "classifier_error"})
    talking.submit(text_data="three")
    _, line = talking.said("tasks", "--state", "failed")
    assert words(line)[1] == "failed"
    assert words(line)[-2].startswith("error ")
    done = talking.ask("tasks", "-n", "1")
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == "the newest 1 of 3: --limit 3 lists all\n"


def test_where_there_is_nothing_that_is_told(talking: Talking) -> None:
    told = f"in the sandbox '{talking.sandbox}'\n"
    assert talking.ask("tasks").stderr == f"there are no tasks {told}"
    done = talking.ask("callbacks", "--state", "failed")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"there are no callbacks that are failed {told}"


def test_lists_as_json_are_the_servers_own(talking: Talking) -> None:
    task = talking.submit(ASYNC, text_data="one", callback_url=OUTSIDE)
    listed = talking.as_json("tasks")
    assert (listed["total"], listed["items"][0]["id"]) == (1, task)
    assert talking.as_json("callbacks")["items"][0]["task_id"] == task
    assert talking.as_json("tasks", task)["explanation"]["scenario"] == "calm"
    assert talking.as_json("callbacks", "cb-1")["attempts"] != []


def test_one_task_is_told_in_full(talking: Talking, receiver: Receiver) -> None:
    receiver.answers = [500]
    hook = f"{receiver.url}/hook"
    task = talking.submit(
        ASYNC, text_data="[hive hate=2] hive-spam-3", callback_url=hook, metadata='{"a": 1}'
    )
    talking.control("clock/run-until-idle")
    lines = [line.rstrip() for line in talking.said("tasks", task)]
    assert lines[0] == f"task {task}: finished"
    assert f"  submitted   {NOW}, asynchronous, project any" in lines
    assert "  text        '[hive hate=2] hive-spam-3'" in lines
    assert '  metadata    {"a": 1}' in lines
    assert f"  call back   {hook}" in lines
    assert "  found       hate 2" in lines
    assert "  made by     directive" in lines
    [hidden] = [line for line in lines if line.startswith("  hidden ")]
    assert re.fullmatch(r"  hidden      bundled fixture 'stand-in spam 3' \(.*:\d+\)", hidden)
    assert "callback cb-1: delivered" in lines
    first = lines.index("callback cb-1: delivered") + 3
    assert re.fullmatch(rf"  attempt 1, due {NOW}: 500 in \d+ ms of real time", lines[first])
    assert lines[first + 1] == "    error       the receiver answered 500: any 2xx is a success"
    assert lines[first + 2] == "    answered    'thanks'"
    second = "  attempt 2, due 2026-01-01 00:00:01.000: 200 in "
    assert lines[first + 3].startswith(second)
    assert lines[-1] == "    answered    'thanks'"


def test_a_task_that_nobody_scripted_is_told_with_what_comes_nearest(talking: Talking) -> None:
    lines = talking.said("tasks", talking.submit(url="http://a/photo--w=8.jpg"))
    told = "\n".join(lines)
    assert "  made by     unscripted 'quiet'" in lines
    assert "  found       nothing: the negative class of every head" in lines
    assert "  ignored     directive 'w'" in lines
    assert len(re.findall(r"does not match", told)) >= 3
    assert re.search(r"^  nearest     '", told, re.MULTILINE)


def test_one_callback_is_told_in_full(talking: Talking) -> None:
    task = talking.submit(ASYNC, url="http://a/hive-gun_in_hand.jpg", callback_url=OUTSIDE)
    lines = talking.said("callbacks", "cb-1")
    assert lines[:4] == [
        "callback cb-1: scheduled",
        f"  task        {task}",
        f"  to          {OUTSIDE}",
        "  next        due 2026-01-01 00:00:01.000",
    ]
    assert lines[4].startswith(f"  attempt 1, due {NOW}: no answer in ")
    assert "--callback-targets any" in lines[5]
    [_, row] = talking.said("callbacks")
    assert words(row) == [
        *("cb-1", "scheduled", "1", "no answer", "2026-01-01 00:00:01.000", task, OUTSIDE)
    ]


def test_an_id_that_is_none_is_told(talking: Talking) -> None:
    assert "There is no task 'none' in the sandbox" in talking.refused("tasks", "none")
    assert "There is no callback 'none'" in talking.refused("callbacks", "none")
    assert "it is empty" in talking.refused("tasks", "")
    assert "nothing to choose by --state" in talking.refused("tasks", "none", "--state", "failed")
    assert "must be one of accepted, " in talking.refused("tasks", "--state", "good")


def test_states_are_coloured_on_a_terminal_and_nowhere_else(talking: Talking) -> None:
    talking.submit(text_data="one")
    assert "\x1b[32mfinished\x1b[0m" in talking.ask("tasks", color=True).stdout
    assert "\x1b" not in talking.ask("tasks").stdout


def test_nothing_that_was_sent_reaches_a_terminal_as_more_than_text(talking: Talking) -> None:
    body = json.dumps({"text_data": "\x1b[2Jone\r\ntwo\u202e\ud800"}).encode()
    headers = {**ANY, "content-type": "application/json"}
    talking.client.post(SYNC, headers=headers, content=body).raise_for_status()
    task = talking.said("tasks")[1].split()[0]
    said = [*talking.said("tasks"), *talking.said("tasks", task)]
    assert any(r"'\x1b[2Jone\r\ntwo\u202e\ud800" in line for line in said)
    assert all(line.isprintable() for line in said)


# verify


def test_what_holds_is_told_in_a_line(talking: Talking, tmp_path: Path) -> None:
    talking.submit(text_data="hello")
    file = tmp_path / "e.yaml"
    file.write_text("expect:\n  - request: {path: '/api/*', when: {text: hello}}\n    count: 1\n")
    assert talking.said("verify", str(file)) == ["the expectation holds"]
    file.write_text(f"- request: {{path: {SYNC}}}\n- task: {{state: finished}}\n  at_least: 1\n")
    assert talking.said("verify", str(file)) == ["all 2 expectations hold"]
    assert talking.as_json("verify", str(file)) == {"ok": True}


def test_what_does_not_hold_is_told_a_line_each_with_what_comes_nearest(
    talking: Talking, tmp_path: Path
) -> None:
    talking.submit(text_data="hello")
    file = tmp_path / "e.json"
    expected = [{"request": {"status": 403}}, {"task": {}}, {"callback": {}, "count": 1}]
    file.write_text(json.dumps({"expect": expected}, indent="\t"))
    done = talking.ask("verify", str(file))
    assert done.exit_code == 1
    first, second = done.stdout.splitlines()
    assert first.startswith("expected at least 1 request with status '403', but there is none. ")
    assert "Nearest: request 4, POST" in first
    assert second.startswith("expected 1 callback, but there is none.")
    assert done.stderr == "hive-emulator: 2 of 3 expectations do not hold.\n"
    done = talking.ask("verify", str(file), "--json")
    assert (done.exit_code, json.loads(done.stdout)["failures"]) == (1, [first, second])


def test_what_is_expected_may_come_from_standard_input(talking: Talking) -> None:
    assert talking.said("verify", "-", text="[{request: {}, count: 0}]") == [
        "the expectation holds"
    ]


WRONG = {
    "an unknown field": (
        "# first\n- request: {}\n- requst: {}\n",
        "{file}:3: expect[1] has an unknown field 'requst'. Did you mean 'request'?",
    ),
    "an unknown key": ("expct: []\n", "unknown field 'expct'. Did you mean 'expect'?"),
    "nothing": ("# nothing\n", "{file}: expected a list of expectations, or a mapping"),
    "a word": ("hello\n", "{file}: expected a list of expectations, or a mapping"),
    "two documents": ("- request: {}\n---\n- task: {}\n", "{file}:3: what is expected is one"),
    "no YAML": ("- request: {\n", "{file}:2: this is not valid YAML"),
    "an empty list": ("[]", "'expect' must be a list of at least one expectation"),
}


@pytest.mark.parametrize(("text", "told"), WRONG.values(), ids=WRONG)
def test_a_file_that_makes_no_sense_is_told(
    talking: Talking, tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "e.yaml"
    file.write_text(text)
    said = talking.refused("verify", str(file))
    assert said.startswith("hive-emulator: ")
    assert told.format(file=file) in said
    assert len(said.splitlines()) == 1


def test_a_file_that_cannot_be_read_is_told(talking: Talking, tmp_path: Path) -> None:
    assert "No such file" in talking.refused("verify", str(tmp_path / "none"))
    assert "Is a directory" in talking.refused("verify", str(tmp_path))
    (tmp_path / "latin").write_bytes("- é".encode("latin-1"))
    assert "cannot be read: it is not UTF-8" in talking.refused("verify", str(tmp_path / "latin"))


# what all have in common


def test_a_server_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "e").write_text("- request: {}")
    for arguments in (["tail"], ["tasks"], ["callbacks", "cb-1"], ["verify", "e"]):
        said = refused(arguments, tmp_path, 1, HIVE_EMULATOR_PORT=str(port))
        assert said.startswith(f"hive-emulator: http://127.0.0.1:{port} does not answer: ")
        assert len(said.splitlines()) == 1


def test_a_url_that_is_none_is_told(tmp_path: Path) -> None:
    assert "expected is a URL such as" in refused(["tasks", "--url", "a"], tmp_path, 2)


def test_a_token_is_asked_for_and_taken_from_option_or_variable(tmp_path: Path) -> None:
    with run(port=0, admin_token="s3cret") as server, httpx.Client(base_url=server.url) as client:
        said = refused(["tasks"], tmp_path, 2, HIVE_EMULATOR_URL=server.url)
        assert "--admin-token" in said
        assert said.endswith("Give it with --token.\n")
        talking = Talking(client)
        assert "wr0ng" not in talking.refused("tail", "--token", "wr0ng")
        assert talking.ask("tasks", "--token", "s3cret").exit_code == 0
        assert talking.ask("tasks", HIVE_EMULATOR_ADMIN_TOKEN="s3cret").exit_code == 0
