"""`exec`: a command beside a server of its own, and nothing of either when it has ended."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.cli import executing as executing_module
from tests.cli.processes import COMMAND, WITHIN, environment, refused, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are other things there")

LONGER = 2 * int(WITHIN)
"""How long a process that must be ended would run by itself, in seconds: its test fails before."""

MODERATES = """\
import json, os, sys, urllib.request
url, key = os.environ["HIVE_EMULATOR_URL"], os.environ["HIVE_EMULATOR_KEY"]
def call(path, data=None):
    headers = {"Authorization": "Token " + key}
    with urllib.request.urlopen(urllib.request.Request(url + path, data, headers)) as answer:
        return json.load(answer)
print(json.dumps({
    "url": url,
    "keys": [key, os.environ["HIVE_API_KEY"]],
    "answer": call("/api/v2/task/sync", b"text_data=you are hive-bullying-2"),
    "clock": call("/_emulator/clock"),
}))
"""

WAITS = """\
import signal
awaited = {getattr(signal, "SIG" + name) for name in "TERM INT HUP QUIT USR1 USR2".split()}
signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
print("started", flush=True)
number = signal.sigwait(awaited)
print("got", signal.Signals(number).name, flush=True)
raise SystemExit(40 + number)
"""


WHEN_READY = """\
import os, signal, subprocess
told = {signal.SIGUSR1, signal.SIGCONT}
signal.pthread_sigmask(signal.SIG_BLOCK, told)
os.kill(os.getppid(), signal.SIGUSR1)
signal.sigwait({signal.SIGUSR1})
signal.sigwait({signal.SIGCONT})
signal.pthread_sigmask(signal.SIG_UNBLOCK, told)
"""
"""How a command begins that needs all of what runs it: what it tells that has come back, and to go
on, which each signal brings."""

WAITS_FOR_ONE = """\
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
print("started", flush=True)
signal.sigwait({signal.SIGUSR1})
print("survived", flush=True)
"""


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def beside(script: str) -> str:
    """What a shell is told to run that script beside a server."""
    return shlex.join([*COMMAND, "exec", "--", *shell(script)])


def execute(
    command: Sequence[str], folder: Path, *options: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command beside a server.

    What it leaves behind holds its output open, so that this ends only when nothing is left.
    """
    return run(["exec", *options, "--", *command], folder, **variables)


@contextmanager
def executing(arguments: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A program in the middle of its work, killed if anything takes too long.

    The terminal at which the tests may run is not its own, so that it does not stop them.
    """
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env=environment(),
        start_new_session=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    killer = Timer(WITHIN, process.kill)
    killer.start()
    with process:
        try:
            yield process
        finally:
            killer.cancel()
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    """The next line that a process says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def heard(process: subprocess.Popen[str], awaited: str) -> None:
    """Read what a process says until it has said that."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if awaited in line:
            return
    pytest.fail(f"never heard {awaited!r} in {lines}")


def type_in(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text)
    process.stdin.flush()


def moderated(folder: Path, *options: str, **variables: str) -> Any:
    done = execute(python(MODERATES), folder, *options, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_server_answers_where_the_variables_say_with_the_key_that_they_say(
    tmp_path: Path,
) -> None:
    said = moderated(tmp_path)
    assert said["url"].startswith("http://127.0.0.1:")
    assert said["url"] != "http://127.0.0.1:4483"
    assert said["keys"] == ["any-key", "any-key"]
    [output] = said["answer"]["status"][0]["response"]["output"]
    assert {"class": "bullying", "score": 2} in output["classes"]
    assert said["clock"]["mode"] == "system"


def test_options_before_the_dashes_are_the_servers(tmp_path: Path) -> None:
    options = ("--clock", "manual", "--seed", "7")
    first, again = (moderated(tmp_path, *options) for _ in range(2))
    other = moderated(tmp_path, "--clock", "manual", "--seed", "8")
    assert first["clock"]["mode"] == "manual"
    assert first["clock"]["now"].startswith("2026-01-01T00:00:00")
    assert first["answer"] == again["answer"]
    assert first["answer"]["id"] != other["answer"]["id"]


def test_variables_are_the_servers_too(tmp_path: Path) -> None:
    assert moderated(tmp_path, HIVE_EMULATOR_CLOCK="manual")["clock"]["mode"] == "manual"


def test_a_port_that_somebody_wants_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = moderated(tmp_path, "--port", str(port))
    assert said["url"] == f"http://127.0.0.1:{port}"


def test_the_ready_file_is_there_before_the_command(tmp_path: Path) -> None:
    done = execute(shell('cat ready; echo "$HIVE_EMULATOR_URL"'), tmp_path, "--ready-file", "ready")
    written, url = done.stdout.splitlines()
    assert written == url


def test_the_command_keeps_its_variables_and_its_folder_and_its_input(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "exec", "--", *shell('echo "$MINE"; pwd; cat')],
        cwd=tmp_path,
        env=environment(MINE="mine"),
        input="read\n",
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    assert done.stdout == f"mine\n{tmp_path}\nread\n"
    assert done.stderr == ""


def test_what_follows_the_dashes_is_the_commands_whatever_it_looks_like(tmp_path: Path) -> None:
    command = shell('printf "<%s>" "$@"')
    done = execute([*command, "-", "--seed", "--", "-h", "", "a b"], tmp_path)
    assert done.stdout == "<--seed><--><-h><><a b>"


def test_without_dashes_what_follows_the_command_is_the_commands_too(tmp_path: Path) -> None:
    done = run(["exec", "--seed", "7", "echo", "--seed", "-x"], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "--seed -x\n", "")


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", 143), ("kill -9 $$", 137)],
)
def test_the_exit_code_is_that_of_the_command(tmp_path: Path, script: str, code: int) -> None:
    assert execute(shell(script), tmp_path).returncode == code


def test_the_exit_code_is_known_also_to_who_ignores_what_becomes_of_children(
    tmp_path: Path,
) -> None:
    """Such a one may have started it, and is then told nothing by the system."""
    with executing(shell(f"trap '' CHLD; exec {beside('exit 7')}"), tmp_path) as process:
        assert process.wait(WITHIN) == 7


def test_it_needs_no_input(tmp_path: Path) -> None:
    done = subprocess.run(
        shell(f'"{sys.executable}" -m emulator exec -- true <&-'),
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = refused(["exec", "--", "no-such-command"], tmp_path, 127)
    assert said == "hive-emulator: there is no command 'no-such-command'\n"


def test_a_command_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("#!/bin/sh\n")
    for command in ("./script", "."):
        said = refused(["exec", "--", command], tmp_path, 126)
        assert said == f"hive-emulator: {command!r} cannot be run: Permission denied\n"


def script_for(interpreter: str, path: Path) -> None:
    path.write_text(f"#!{interpreter}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("line", "told"),
    [("/no/such -x", "/no/such"), (" /no/such", "/no/such"), ("/bin/sh\r", "/bin/sh\r")],
)
def test_an_interpreter_that_is_not_there_is_told(tmp_path: Path, line: str, told: str) -> None:
    script_for(line, tmp_path / "script")
    said = refused(["exec", "--", "./script"], tmp_path, 127)
    reason = f"'./script' cannot be run: its interpreter {told!r} is not there"
    assert said == f"hive-emulator: {reason}\n"


def test_a_command_that_is_found_without_its_interpreter_is_told(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    script_for("/no/such", tmp_path / "bin" / "script")
    said = refused(["exec", "--", "script"], tmp_path, 127, PATH=str(tmp_path / "bin"))
    assert said.endswith("'script' cannot be run: its interpreter '/no/such' is not there\n")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a script runs no script")
def test_where_it_cannot_tell_what_is_missing_it_says_that_the_command_is_there(
    tmp_path: Path,
) -> None:
    """It looks no further than the first interpreter, and not into a program."""
    script_for("./between", tmp_path / "script")
    script_for("/no/such", tmp_path / "between")
    program = Path("/bin/sh").read_bytes().replace(b"/ld-", b"/no-")
    (tmp_path / "program").write_bytes(program)
    (tmp_path / "program").chmod(0o755)
    for command in ("./script", "./program"):
        said = refused(["exec", "--", command], tmp_path, 127)
        reason = "it is there, but something that runs it is not"
        assert said == f"hive-emulator: {command!r} cannot be run: {reason}\n"


def test_without_a_command_it_says_so(tmp_path: Path) -> None:
    assert "COMMAND" in refused(["exec"], tmp_path, 2)


def test_a_mistake_in_a_file_is_told_before_the_command_runs(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("fixtures:\n  - {name: a, when: {}, visual: {}}\n")
    said = refused(["exec", "--fixtures", "f.yaml", "--", "touch", "ran"], tmp_path, 2)
    assert said.startswith("f.yaml:2: when is empty")
    assert said.endswith("\n1 problem, not started\n")
    assert not (tmp_path / "ran").exists()


def test_a_port_that_is_taken_is_told_before_the_command_runs(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(["exec", "--port", port, "--", "touch", "ran"], tmp_path, 3)
    assert said.startswith(f"hive-emulator: cannot listen on 127.0.0.1:{port}: ")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "ran").exists()


def test_a_ready_file_that_cannot_be_written_is_told_before_the_command_runs(
    tmp_path: Path,
) -> None:
    said = refused(["exec", "--ready-file", "no/ready", "--", "touch", "ran"], tmp_path, 3)
    assert said.startswith("hive-emulator: the ready file no/ready cannot be written: ")
    assert not (tmp_path / "ran").exists()


SIGNALS = [
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_reaches_the_command_which_says_what_becomes_of_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    with executing([*COMMAND, "exec", "--", *python(WAITS)], tmp_path) as process:
        heard(process, "started")
        process.send_signal(number)
        said, complained = process.communicate(timeout=WITHIN)
    assert (process.returncode, said, complained) == (40 + number, f"got {number.name}\n", "")


def test_a_command_that_ends_by_a_signal_passed_on_ends_it_as_in_a_shell(tmp_path: Path) -> None:
    with executing(
        [*COMMAND, "exec", "--", *shell("echo started; read line")], tmp_path
    ) as process:
        heard(process, "started")
        process.send_signal(signal.SIGTERM)
        assert process.wait(WITHIN) == 128 + signal.SIGTERM


def test_a_signal_that_comes_as_the_command_starts_is_not_lost(tmp_path: Path) -> None:
    done = execute(shell(f"kill -TERM $PPID; sleep {LONGER}"), tmp_path)
    assert done.returncode == 128 + signal.SIGTERM


def test_a_signal_that_comes_before_the_command_is_handed_on_when_it_is_there() -> None:
    """No process can be sent one in the moment between, so that this looks inside."""
    handlers = signal.getsignal(signal.SIGUSR1)
    with executing_module._signals_passed_on() as started:
        signal.raise_signal(signal.SIGUSR1)
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE, process_group=0) as command:
            started(command.pid)
            assert command.wait(WITHIN) == -signal.SIGUSR1
    assert signal.getsignal(signal.SIGUSR1) is handlers


def test_a_command_that_ignores_a_signal_goes_on_and_so_does_the_server(tmp_path: Path) -> None:
    script = 'trap "" TERM; echo "$HIVE_EMULATOR_URL"; echo started; read line; exit 5'
    with executing([*COMMAND, "exec", "--", *shell(script)], tmp_path) as process:
        url = said(process)
        heard(process, "started")
        process.send_signal(signal.SIGTERM)
        assert httpx.get(f"{url}/readyz", trust_env=False).status_code == 200
        type_in(process, "go\n")
        assert process.wait(WITHIN) == 5


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_that_was_ignored_before_still_is_by_the_command_too(
    tmp_path: Path, number: signal.Signals
) -> None:
    """As `nohup` has it. One that is not ignored comes after it."""
    script = f'trap "" {number.name.removeprefix("SIG")}; exec "$@"'
    command = [*shell(script), "sh", *COMMAND, "exec", "--", *python(WAITS_FOR_ONE)]
    with executing(command, tmp_path) as process:
        heard(process, "started")
        process.send_signal(number)
        process.send_signal(signal.SIGUSR1)
        assert process.communicate(timeout=WITHIN) == ("survived\n", "")


STOPS = """\
print(os.getpid(), flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
print("went on", flush=True)
input()
raise SystemExit(3)
"""


def stopped(number: str) -> None:
    """Wait until the process of that number is stopped."""
    while "T (stopped)" not in Path("/proc", number, "status").read_text():
        os.sched_yield()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can tell who is stopped")
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_command_that_is_stopped_still_ends_by_a_signal(
    tmp_path: Path, number: signal.Signals
) -> None:
    with executing([*COMMAND, "exec", "--", *python(WHEN_READY + STOPS)], tmp_path) as process:
        stopped(said(process))
        process.send_signal(number)
        assert process.wait(WITHIN) == 128 + number


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can tell who is stopped")
def test_a_command_that_is_stopped_goes_on_when_it_is_told_to(tmp_path: Path) -> None:
    with executing([*COMMAND, "exec", "--", *python(WHEN_READY + STOPS)], tmp_path) as process:
        stopped(said(process))
        process.send_signal(signal.SIGCONT)
        heard(process, "went on")
        type_in(process, "go\n")
        assert process.wait(WITHIN) == 3


SAYS_WHERE = """\
print(os.getpid(), os.environ["HIVE_EMULATOR_URL"], sep="\\n", flush=True)
input()
raise SystemExit(3)
"""

IN_A_GROUP_OF_ITS_OWN = """\
import subprocess, sys
process = subprocess.Popen(sys.argv[1:], process_group=0)
print(process.pid, flush=True)
sys.exit(process.wait())
"""
"""Runs a program as a shell does that could stop and continue it, but at no terminal."""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can tell who is stopped")
def test_without_a_terminal_only_the_command_is_stopped_and_the_server_goes_on(
    tmp_path: Path,
) -> None:
    arguments = [*COMMAND, "exec", "--", *python(WHEN_READY + SAYS_WHERE)]
    with executing([*python(IN_A_GROUP_OF_ITS_OWN), *arguments], tmp_path) as process:
        server, command, url = int(said(process)), said(process), said(process)
        os.kill(server, signal.SIGTSTP)
        stopped(command)
        assert httpx.get(f"{url}/readyz", trust_env=False).status_code == 200
        os.kill(server, signal.SIGCONT)
        type_in(process, "go\n")
        assert process.wait(WITHIN) == 3


def test_when_it_has_ended_nobody_listens_on_its_port(tmp_path: Path) -> None:
    port = urlsplit(execute(shell('echo "$HIVE_EMULATOR_URL"'), tmp_path).stdout.strip()).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0))


def test_what_a_command_leaves_in_the_background_is_ended(tmp_path: Path) -> None:
    assert execute(shell(f"sleep {LONGER} & exit 4"), tmp_path).returncode == 4


def test_what_is_left_in_the_background_may_tidy_up_and_still_has_the_server(
    tmp_path: Path,
) -> None:
    """It asks the server whether it is ready when it is told to stop."""
    tidies = f"trap 'echo said; {' '.join(COMMAND)} ready && echo tidied; exit' TERM"
    script = f"mkfifo up; ({tidies}; echo > up; sleep {LONGER} & wait) & read line < up"
    done = execute(shell(script), tmp_path)
    assert (done.returncode, done.stdout) == (0, "said\ntidied\n"), done.stderr


def test_what_is_left_and_will_not_stop_is_killed(tmp_path: Path) -> None:
    script = f'mkfifo up; (trap "" TERM; echo > up; sleep {LONGER}) & read line < up; exit 6'
    assert execute(shell(script), tmp_path).returncode == 6


def test_what_is_left_when_a_signal_ended_the_command_is_ended_too(tmp_path: Path) -> None:
    script = f"sleep {LONGER} & echo started; wait"
    with executing([*COMMAND, "exec", "--", *shell(script)], tmp_path) as process:
        heard(process, "started")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WITHIN)
    assert process.returncode == 128 + signal.SIGTERM


def test_what_is_left_and_was_stopped_is_ended_too(tmp_path: Path) -> None:
    script = f"sleep {LONGER} & kill -STOP $!; exit 0"
    assert execute(shell(script), tmp_path).returncode == 0


LEAVES_ONE_STOPPED = """\
import os, signal, subprocess
waits = 'trap "echo tidied; exit" TERM; kill -STOP $$; sleep LONGER & wait'
left = subprocess.Popen(["sh", "-c", waits])
os.waitpid(left.pid, os.WUNTRACED)
os._exit(0)
"""


def test_what_is_left_and_was_stopped_may_tidy_up(tmp_path: Path) -> None:
    done = execute(python(LEAVES_ONE_STOPPED.replace("LONGER", str(LONGER))), tmp_path)
    assert (done.returncode, done.stdout) == (0, "tidied\n"), done.stderr


def test_whom_it_had_before_the_command_it_leaves_alone(tmp_path: Path) -> None:
    """A shell that becomes another program leaves it its children."""
    script = f"sleep {LONGER} >&- 2>&- & echo $!; exec {beside('exit 5')}"
    with executing(shell(script), tmp_path) as process:
        other = int(said(process))
        assert process.wait(WITHIN) == 5
    os.kill(other, signal.SIGKILL)


OUTLIVES = """\
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP, signal.SIGTERM})
subprocess.Popen(["sleep", "LONGER"])
print("started", flush=True)
signal.sigwait({signal.SIGHUP})
"""


def test_when_it_is_killed_the_command_and_what_that_started_are_killed_too(
    tmp_path: Path,
) -> None:
    """They hold its output open. A shell that kills a job kills all of its process group."""
    command = python(WHEN_READY + OUTLIVES.replace("LONGER", str(LONGER)))
    with executing([*COMMAND, "exec", "--", *command], tmp_path) as process:
        heard(process, "started")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=WITHIN)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can tell whose it was")
def test_nobody_who_would_have_done_that_is_left_when_it_has_ended(tmp_path: Path) -> None:
    done = execute(shell("cat /proc/$PPID/task/*/children; echo $$"), tmp_path)
    [*children, command] = done.stdout.split()
    assert len(set(children) - {command}) == 1
    assert not [child for child in children if Path("/proc", child).exists()]


def test_without_a_shell_that_could_do_that_the_command_runs_nevertheless() -> None:
    with executing_module._guarded("/no/such") as guard:
        guard(os.getpid())


def test_it_does_not_mind_that_somebody_ended_that_shell() -> None:
    quick = shutil.which("true")
    assert quick is not None
    with executing_module._guarded(quick) as guard:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        guard(os.getpid())


LEAVES_ORPHANS = """\
import os
orphans = []
for _ in range(10):
    told, tell = os.pipe()
    between = os.fork()
    if not between:
        orphan = os.fork()
        if orphan:
            os.write(tell, str(orphan).encode())
        os._exit(0)
    os.waitpid(between, 0)
    orphans.append(int(os.read(told, 20)))
def is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
while any(map(is_there, orphans)):
    os.sched_yield()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere they are not its orphans")
def test_what_ended_before_the_command_is_gone_before_the_command(tmp_path: Path) -> None:
    done = execute(python(LEAVES_ORPHANS), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


AT_A_TERMINAL = """\
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
"""
"""Runs a program at a terminal of its own, whose keyboard is the input and whose screen the
output of this."""


def at_a_terminal(*arguments: str) -> list[str]:
    return [*python(AT_A_TERMINAL), *arguments]


def test_at_a_terminal_the_command_has_the_keyboard(tmp_path: Path) -> None:
    command = shell('echo started; read line; echo "read $line"; exit 3')
    with executing(at_a_terminal(*COMMAND, "exec", "--", *command), tmp_path) as process:
        heard(process, "started")
        type_in(process, "hello\n")
        heard(process, "read hello")
        assert process.wait(WITHIN) == 3


def test_at_a_terminal_control_c_reaches_the_command_once(tmp_path: Path) -> None:
    with executing(at_a_terminal(*COMMAND, "exec", "--", *python(WAITS)), tmp_path) as process:
        heard(process, "started")
        type_in(process, "\x03")
        heard(process, "got SIGINT")
        assert process.wait(WITHIN) == 40 + signal.SIGINT


STOPPABLE = """\
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCONT})
print("started", flush=True)
signal.sigwait({signal.SIGCONT})
print("continued", flush=True)
print("read", input(), flush=True)
"""


def test_at_a_terminal_control_z_stops_all_of_it_and_it_can_be_continued(tmp_path: Path) -> None:
    """Here no shell could continue it, so that the system does not let it stop for long."""
    with executing(
        at_a_terminal(*COMMAND, "exec", "--", *python(WHEN_READY + STOPPABLE)), tmp_path
    ) as process:
        heard(process, "started")
        type_in(process, "\x1a")
        heard(process, "continued")
        type_in(process, "hello\n")
        heard(process, "read hello")
        assert process.wait(WITHIN) == 0


def test_in_the_background_it_leaves_the_keyboard_to_the_shell(tmp_path: Path) -> None:
    script = f'set -m; {" ".join(COMMAND)} exec -- true & wait; read line; echo "mine: $line"'
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        type_in(process, "hello\n")
        heard(process, "mine: hello")
        assert process.wait(WITHIN) == 0


def test_a_shell_that_takes_no_keyboard_is_given_it_back_when_it_has_ended(
    tmp_path: Path,
) -> None:
    script = f'{beside("true")}; read line; echo "mine: $line"'
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        type_in(process, "hello\n")
        heard(process, "mine: hello")
        assert process.wait(WITHIN) == 0


def test_a_shell_has_its_keyboard_back_when_it_has_ended(tmp_path: Path) -> None:
    script = f'set -m; {" ".join(COMMAND)} exec -- true; read line; echo "mine: $line"'
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        type_in(process, "hello\n")
        heard(process, "mine: hello")
        assert process.wait(WITHIN) == 0


@pytest.mark.parametrize("control", ["", "set -m; "], ids=["no job control", "job control"])
def test_a_command_whose_input_is_elsewhere_has_the_keyboard_when_it_asks(
    tmp_path: Path, control: str
) -> None:
    """No shell hears of that."""
    script = control + beside('read line </dev/tty; echo "read $line"; exit 3') + " </dev/null"
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        type_in(process, "hello\n")
        heard(process, "read hello")
        assert process.wait(WITHIN) == 3


def test_a_command_that_asks_for_no_keyboard_leaves_it_to_who_is_beside_it(tmp_path: Path) -> None:
    """As to a pager behind it."""
    pager = 'read data; echo "got $data"; read line </dev/tty; echo "paged $line"; echo > over'
    command = beside("cat; read line < over")
    script = f"set -m; mkfifo over; echo data | {command} | {shlex.join(shell(pager))}"
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        heard(process, "got data")
        type_in(process, "hello\n")
        heard(process, "paged hello")
        assert process.wait(WITHIN) == 0


def test_a_shell_sees_that_the_command_is_stopped_and_can_continue_it(tmp_path: Path) -> None:
    command = beside('kill -STOP $$; read line; echo "read $line"; exit 3')
    script = f'set -m; {command}; echo "stopped with $?"; fg'
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        heard(process, f"stopped with {128 + signal.SIGTSTP}")
        type_in(process, "hello\n")
        heard(process, "read hello")
        assert process.wait(WITHIN) == 3


def test_a_command_continued_in_the_background_leaves_the_keyboard_to_the_shell(
    tmp_path: Path,
) -> None:
    command = beside("kill -STOP $$; echo went on; echo > over; read line < end")
    script = (
        f"set -m; mkfifo over end; {command}; bg; read line < over; "
        'read line; echo "mine: $line"; echo > end; wait; read line; echo "again: $line"'
    )
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        heard(process, "went on")
        type_in(process, "hello\n")
        heard(process, "mine: hello")
        type_in(process, "hello\n")
        heard(process, "again: hello")
        assert process.wait(WITHIN) == 0


def test_a_command_that_asks_in_the_background_is_stopped_until_it_is_fetched(
    tmp_path: Path,
) -> None:
    command = beside('read line </dev/tty; echo "read $line"; exit 3')
    script = f"set -m; {command} & wait; jobs; fg"
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        heard(process, "(tty input)")
        type_in(process, "hello\n")
        heard(process, "read hello")
        assert process.wait(WITHIN) == 3


def test_control_z_stops_a_command_whose_input_is_elsewhere_too(tmp_path: Path) -> None:
    """Another one in its place would not be told that it goes on."""
    (tmp_path / "command.py").write_text(WHEN_READY + STOPPABLE)
    command = beside(f"mkfifo input; exec {sys.executable} command.py <> input")
    script = f'set -m; {command} </dev/null; echo "stopped with $?"; fg'
    with executing(at_a_terminal(*shell(script)), tmp_path) as process:
        heard(process, "started")
        type_in(process, "\x1a")
        heard(process, f"stopped with {128 + signal.SIGTSTP}")
        heard(process, "continued")
        (tmp_path / "input").write_text("hello\n")
        heard(process, "read hello")
        assert process.wait(WITHIN) == 0


ESCAPES = """\
import os
if os.fork():
    os.wait()
    raise SystemExit(0)
if os.fork():
    os._exit(0)
os.setsid()
os.execvp("sleep", ["sleep", "LONGER"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can tell whose it was")
def test_what_a_command_sent_into_a_session_of_its_own_is_ended(tmp_path: Path) -> None:
    done = execute(python(ESCAPES.replace("LONGER", str(LONGER))), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
