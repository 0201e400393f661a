"""The command itself, in a process of its own: what it says, and with which code it leaves."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

import emulator
from emulator.cli.main import cli
from emulator.settings import KNOBS
from tests.cli.processes import COMMAND, WITHIN, environment, free_port, refused, run, serving, stop


def unbroken(text: str) -> str:
    """A text without blanks and line breaks: help is wrapped, also at the dash of a word."""
    return "".join(text.split())


def test_the_help_of_serve_mentions_every_option_with_its_meaning_and_default(
    tmp_path: Path,
) -> None:
    done = run(["serve", "--help"], tmp_path)
    said = unbroken(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    for knob in KNOBS:
        named = knob.option if knob.flag else f"{knob.option} {knob.metavar}"
        assert unbroken(f"{named} {knob.meaning}") in said
    for default in ("127.0.0.1", "4483", "calm", "quiet", "none", "private", "200MiB", "info"):
        assert f"[default:{default}]" in said


def test_the_help_says_what_it_is_and_which_commands_there_are(tmp_path: Path) -> None:
    done = run(["--help"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: hive-emulator [OPTIONS] COMMAND [ARGS]..." in done.stdout
    assert "HIVE_EMULATOR_PORT" in done.stdout
    assert re.search(r"^  serve  +Serve until stopped", done.stdout, re.MULTILINE)


def test_the_help_lists_every_command_by_what_it_is_for(tmp_path: Path) -> None:
    said = run(["--help"], tmp_path).stdout
    sections = [
        *("Serving", "Checking", "Looking into a running server", "Acting on it", "Further")
    ]
    places = [said.index(f"\n{section}:\n") for section in sections]
    assert places == sorted(places)
    listed = re.findall(r"^  ([a-z]+)  +[A-Z].*\.$", said, re.MULTILINE)
    assert sorted(listed) == sorted(cli.commands)
    assert listed.index("serve") < listed.index("validate") < listed.index("tail")


LIGHT = """\
import sys
from emulator.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    heavy = {"asyncio", "httpx", "re2", "starlette", "uvicorn", "yaml"}
    print(*sorted(heavy & sys.modules.keys()))
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["ready"], ["tasks"], ["tail"]])
def test_what_needs_no_server_imports_none(tmp_path: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, *arguments],
        cwd=tmp_path,
        env=environment(HIVE_EMULATOR_PORT=str(free_port())),
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    assert done.stdout.endswith("\n")
    assert done.stdout.splitlines()[-1] == ""


def test_the_version_is_that_of_the_distribution(tmp_path: Path) -> None:
    done = run(["--version"], tmp_path)
    assert (done.returncode, done.stdout) == (
        0,
        f"hive-emulator, version {version('hive-emulator')}\n",
    )


def test_a_wrong_option_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    said = refused(["serve", "--prot", "1"], tmp_path, 2)
    assert "No such option" in said
    assert "--port" in said


def test_a_wrong_command_is_told(tmp_path: Path) -> None:
    assert "No such command 'sevre'" in refused(["sevre"], tmp_path, 2)


BAD_USAGE = {
    "a port that is none": (
        ["--port", "abc"],
        "option --port: 'abc' is not possible, expected is a whole number from 0 to 65535",
    ),
    "a latency that is none": (["serve", "--latency", "soon"], "option --latency: 'soon'"),
    "an unknown scenario": (["--scenario", "callm"], "Did you mean 'calm'?"),
    "a folder that is not there": (
        ["--fixtures", "nowhere"],
        "nowhere: there is no such file or folder",
    ),
    "a folder that cannot be looked at": (
        ["--fixtures", "a" * 300],
        f"{'a' * 300}: cannot be read: File name too long",
    ),
    "a configuration that is not there": (
        ["--config", "nowhere.yaml"],
        "nowhere.yaml: cannot be read: No such file or directory",
    ),
    "a configuration that is a folder": (["--config", "."], ".: cannot be read: Is a directory"),
}


@pytest.mark.parametrize(("arguments", "told"), BAD_USAGE.values(), ids=BAD_USAGE)
def test_what_cannot_be_done_is_told_in_one_sentence(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    said = refused(arguments, tmp_path, 2)
    assert told in said
    assert len(said.splitlines()) <= 2


def test_a_wrong_variable_is_told_by_its_name(tmp_path: Path) -> None:
    said = refused([], tmp_path, 2, HIVE_EMULATOR_PORT="abc")
    assert said == (
        "hive-emulator: variable HIVE_EMULATOR_PORT: 'abc' is not possible, "
        "expected is a whole number from 0 to 65535\n"
    )


def test_a_secret_is_not_shown_where_it_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("admin_token: [sk-secret]\n")
    said = refused(["--config", "c.yaml"], tmp_path, 2)
    assert "c.yaml:1: admin_token: " in said
    assert "sk-secret" not in said


def test_every_mistake_in_a_folder_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a.yaml").write_text(
        "fixtures:\n  - {name: a, when: {url: b}, visual: {gun_in_han: 0.9}}\n"
    )
    (tmp_path / "f" / "b.yaml").write_text("fixtures:\n\n  - {name: b, when: {}, visual: {}}\n")
    first, second, last = refused(["--fixtures", "f"], tmp_path, 2).splitlines()
    assert first == ("f/a.yaml:2: 'gun_in_han' is no visual class. Did you mean 'gun_in_hand'?")
    assert second.startswith("f/b.yaml:3: when is empty: it needs at least one of ")
    assert last == "2 problems, not started"


def test_one_mistake_is_counted_as_one(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("name: a b\n")
    said = refused(["--scenarios", "s.yaml"], tmp_path, 2)
    assert said.endswith("\n1 problem, not started\n")


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(["serve", "--port", str(port)], tmp_path, 3)
    assert said == (
        f"hive-emulator: cannot listen on 127.0.0.1:{port}: Address already in use "
        "(port 0 takes a free one)\n"
    )


def test_a_host_that_is_not_ours_is_told_in_one_sentence(tmp_path: Path) -> None:
    """192.0.2.1 is for documents, and no machine's [RFC 5737]."""
    said = refused(["--host", "192.0.2.1", "--port", "0"], tmp_path, 3)
    assert said.startswith("hive-emulator: cannot listen on 192.0.2.1:0: ")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("host", ["a..b", "a b"])
def test_a_host_that_is_no_name_is_told_in_one_sentence(tmp_path: Path, host: str) -> None:
    said = refused(["--host", host, "--port", "0"], tmp_path, 3)
    assert said.startswith(f"hive-emulator: cannot listen on {host}:0: ")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("path", ["nowhere/ready", "folder"])
def test_a_ready_file_that_cannot_be_written_is_told_in_one_sentence(
    tmp_path: Path, path: str
) -> None:
    (tmp_path / "folder").mkdir()
    said = refused(["--port", "0", "--ready-file", path], tmp_path, 3)
    in_effect, told = said.splitlines()
    assert in_effect.startswith("INFO ")
    assert told.startswith(f"hive-emulator: the ready file {path} cannot be written: ")


def test_it_serves_and_writes_its_url_and_stops_at_sigterm(tmp_path: Path) -> None:
    with serving(["serve", "--port", "0", "--ready-file", "ready"], tmp_path) as server:
        assert (tmp_path / "ready").read_text() == f"{server.url}\n"
        assert [file.name for file in tmp_path.iterdir()] == ["ready"]
        assert httpx.get(f"{server.url}/readyz", trust_env=False).status_code == 200
        answer = httpx.post(
            f"{server.url}/api/v2/task/sync",
            headers={"Authorization": "Token text-key"},
            data={"text_data": "hello"},
            trust_env=False,
        )
        assert answer.json()["status"][0]["response"]["input"]["text"] == "hello"
        code, said, told = stop(server, signal.SIGTERM)
    assert (code, said) == (0, "")
    assert re.fullmatch(r"INFO .* fixtures, .*--port 0 \(option --port\).*\n", told)


def test_without_a_command_it_serves_and_stops_at_sigint(tmp_path: Path) -> None:
    with serving([], tmp_path, HIVE_EMULATOR_PORT="0") as server:
        assert httpx.get(f"{server.url}/livez", trust_env=False).status_code == 200
        assert stop(server, signal.SIGINT)[:2] == (0, "")


def test_options_alone_also_mean_serve(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("port: 0\nseed: 7\nhost: localhost\n")
    with serving(["--config", "c.yaml", "--host", "127.0.0.1"], tmp_path) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{server.url}/livez", trust_env=False).status_code == 200


def test_a_connection_that_is_kept_open_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    with (
        serving(["--port", "0"], tmp_path) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        assert client.get("/livez").status_code == 200
        assert stop(server, signal.SIGTERM)[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("arguments", "code"), [([], 0), (["serve", "--port", "0"], 0), (["exec", "--", "true"], None)]
)
def test_a_signal_before_anything_has_begun_ends_it_without_a_traceback(
    number: signal.Signals, arguments: list[str], code: int | None, tmp_path: Path
) -> None:
    """The signal comes in the middle of the first import, where nothing of the command is there."""
    (tmp_path / "click.py").write_text(f"import os\nos.kill(os.getpid(), {number:d})\n")
    path = os.pathsep.join([str(tmp_path), str(Path(emulator.__file__).parents[1])])
    done = run(arguments, tmp_path, PYTHONPATH=path)
    assert (done.returncode, done.stdout, done.stderr) == (
        128 + number if code is None else code,
        "",
        "",
    )


def test_what_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "classes"],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=WITHIN,
        )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


def test_a_server_whose_line_nobody_reads_serves_all_the_same(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.Popen(
            [*COMMAND, "--port", "0", "--ready-file", "url"],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    with process:
        assert process.stderr is not None
        process.stderr.readline()
        variables = {"HIVE_EMULATOR_PORT": "0", "HIVE_EMULATOR_READY_FILE": "url"}
        done = run(["ready", "--wait"], tmp_path, **variables)
        process.send_signal(signal.SIGTERM)
        assert (done.returncode, process.wait(WITHIN)) == (0, 0), done.stderr


def test_errors_before_the_start_are_json_where_the_log_is_to_be(tmp_path: Path) -> None:
    for arguments, variables in (
        (["--log-format", "json", "--fixtures", "nowhere"], {}),
        (["--fixtures", "nowhere"], {"HIVE_EMULATOR_LOG_FORMAT": "json"}),
    ):
        done = run(arguments, tmp_path, **variables)
        line = json.loads(done.stderr)
        assert (done.returncode, line["level"]) == (2, "error")
        assert "nowhere" in line["message"]


def test_the_ready_file_of_an_earlier_run_is_gone_until_the_server_is_ready(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("http://127.0.0.1:9\n")
    done = run(["--ready-file", "url", "--host", "nobody.invalid"], tmp_path)
    assert done.returncode == 3
    assert not (tmp_path / "url").exists()


def test_a_variable_that_means_nothing_is_warned_of(tmp_path: Path) -> None:
    with serving(["--port", "0"], tmp_path, HIVE_EMULATOR_PROT="1") as served:
        _, _, log = stop(served, signal.SIGTERM)
    assert "HIVE_EMULATOR_PROT" in log
    assert "Did you mean" in log
