"""Starts a server as a process of its own, meters what it uses, and stops it in every case."""

import ctypes
import http.client
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.cases import Case
from bench.errors import BenchError

REPOSITORY = Path(__file__).resolve().parent.parent
START_TIMEOUT = 30.0
STOP_TIMEOUT = 5.0
ANSWER_TIMEOUT = 10.0
# Short, since it adds to every start-up figure; it costs the other core, not the server's.
POLL_INTERVAL = 0.001
GOOD = 200
OWN_VARIABLES = "HIVE_EMULATOR_"
READY = "{ready}"

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Stat:
    """What matters here of one line of /proc/PID/stat."""

    pid: int
    parent: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; the status is 0 where no answer came, and the body says why."""

    status: int
    body: bytes

    def __str__(self) -> str:
        return f"status {self.status}, {self.body[:200]!r}"


def parse_stat(line: str) -> Stat:
    # The second field is the command in parentheses and may itself hold blanks and parentheses.
    start, _, rest = line.rpartition(")")
    fields = rest.split()
    # user, system, and the same of children that have ended; all threads are in these figures
    ticks = sum(int(field) for field in fields[11:15])
    return Stat(pid=int(start.split(" ", 1)[0]), parent=int(fields[1]), ticks=ticks)


def read_stats() -> dict[int, Stat]:
    stats = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        # Processes come and go while the directory is read.
        with suppress(OSError, ValueError, IndexError):
            stat = parse_stat((entry / "stat").read_text(errors="replace"))
            stats[stat.pid] = stat
    return stats


def family(pid: int) -> list[Stat]:
    """The process and all its living descendants."""
    stats = read_stats()
    members = [stats[pid]] if pid in stats else []
    for member in members:  # grows while it is walked
        members += [stat for stat in stats.values() if stat.parent == member.pid]
    return members


def die_with_parent() -> None:
    """Runs in the child: the kernel ends it when the bench dies, even by SIGKILL."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def clean_environment() -> dict[str, str]:
    """The environment without settings of the emulator, which would change what is measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}


class Server:
    """A running server; made by `running`."""

    def __init__(
        self, name: str, process: subprocess.Popen[bytes], started: float, log: Path
    ) -> None:
        self.name = name
        self.process = process
        self.started = started
        self.log = log
        self.host = ""
        self.port = 0

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}"

    def cpu_seconds(self) -> float:
        """User and system time so far, of the process, its threads and its children."""
        members = family(self.process.pid)
        if not members:
            raise self.failure("ended while it was measured")
        return sum(member.ticks for member in members) / TICKS_PER_SECOND

    def resident_bytes(self) -> int:
        total = 0
        for member in family(self.process.pid):
            with suppress(OSError):
                pages = Path(f"/proc/{member.pid}/statm").read_text().split()[1]
                total += int(pages) * PAGE_BYTES
        return total

    def ask(self, case: Case, n: int) -> Answer:
        """Send one request of the case on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=ANSWER_TIMEOUT)
        try:
            connection.request("POST", case.path, case.body(n), case.headers)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, str(error).encode())
        finally:
            connection.close()

    def answer(self, case: Case, n: int) -> bytes:
        """The body of an answer that must be good."""
        answer = self.ask(case, n)
        if answer.status != GOOD:
            raise self.failure(f"gave no good answer to the case {case.name}: {answer}")
        return answer.body

    def failure(self, what: str) -> BenchError:
        lines = self.log.read_text(errors="replace").strip().splitlines()[-15:]
        said = "\n".join(["; it last said:", *lines]) if lines else "; it said nothing"
        return BenchError(f"{self.name} {what}{said}")

    def wait_for_address(self, ready_file: Path) -> None:
        deadline = self.started + START_TIMEOUT
        while not ready_file.exists():
            if self.process.poll() is not None:
                raise self.failure(f"ended with exit code {self.process.returncode} at its start")
            if time.monotonic() > deadline:
                raise self.failure(f"was not ready after {START_TIMEOUT:.0f} seconds")
            time.sleep(POLL_INTERVAL)
        url = urlsplit(ready_file.read_text().strip())
        if url.hostname not in {"127.0.0.1", "::1", "localhost"} or url.port is None:
            raise self.failure(f"is ready at {url.geturl()!r}, which is no loopback address")
        self.host, self.port = url.hostname, url.port

    def wait_for_answer(self, case: Case) -> float:
        """Seconds from the start of the process to its first answer with status 200."""
        deadline = self.started + START_TIMEOUT
        while (answer := self.ask(case, 0)).status != GOOD:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise self.failure(f"gave no good answer to a first request: {answer}")
            time.sleep(POLL_INTERVAL)
        return time.monotonic() - self.started

    def stop(self) -> None:
        """End the process and whatever it started: it leads a process group of its own."""
        self.signal_group(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_TIMEOUT)
        self.signal_group(signal.SIGKILL)
        self.process.wait()

    def signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def launch(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a command as the leader of a process group, its output going to the log."""
    try:
        with log.open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the bench has no threads
            )
    except OSError as error:
        raise BenchError(f"{command[0]} could not be started: {error}") from error


@contextmanager
def running(name: str, command: list[str]) -> Iterator[Server]:
    """Start a server; `{ready}` in the command is the file into which it writes its address."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        ready_file = Path(directory, "ready")
        log = Path(directory, "log")
        filled = [part.replace(READY, str(ready_file)) for part in command]
        started = time.monotonic()
        server = Server(name, launch(filled, log), started, log)
        try:
            server.wait_for_address(ready_file)
            yield server
        finally:
            server.stop()
