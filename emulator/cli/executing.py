"""`exec`: a server for as long as a command runs, and then nothing of either.

The command runs in a process group of its own, so that it and all that it started can be told to
stop, and are not left behind.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from types import FrameType

from emulator.server.listening import write_ready_file
from emulator.server.thread import run
from emulator.settings import Settings

NOT_FOUND = 127
NOT_EXECUTABLE = 126
STOP_WITHIN = 3.0
"""How long what the command left behind may take to stop before it is killed, in seconds."""
_BETWEEN = 0.02
"""How long to wait before looking again whether something is left, in seconds."""
_STDIN = 0
_PR_SET_CHILD_SUBREAPER = 36
_PASSED_ON = (
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
)


class CommandNotStarted(Exception):
    """The command cannot be run: the message says why, `code` is what a shell would give."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def execute(settings: Settings, command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command beside a server; the exit code is the command's, as a shell would give it."""
    with run(settings) as server:
        if settings.ready_file is not None:
            write_ready_file(settings.ready_file, server.url)
        variables = {
            **environ,
            "HIVE_EMULATOR_URL": server.url,
            "HIVE_EMULATOR_KEY": "any-key",
            "HIVE_API_KEY": "any-key",
        }
        return _run(command, variables)


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    _adopt_orphans()
    with _signals_passed_on() as started:
        process = _start(command, environ)
        try:
            started(process.pid)
            with _terminal_lent(process.pid) as lend:
                code = _code_of(process, lend)
        finally:
            _end_all(process.pid)
    return code if code >= 0 else 128 - code


def _start(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, env=environ, process_group=0)  # noqa: S603 - its purpose
    except FileNotFoundError:
        raise CommandNotStarted(f"there is no command {command[0]!r}", NOT_FOUND) from None
    except OSError as error:
        told = f"{command[0]!r} cannot be run: {error.strerror}"
        raise CommandNotStarted(told, NOT_EXECUTABLE) from None


@contextmanager
def _signals_passed_on() -> Iterator[Callable[[int], None]]:
    """Every signal that asks this process for something is handed to the command instead.

    What is given tells which process group that is; a signal that came before is handed on then.
    """
    groups: list[int] = []
    early: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signals call
        if not groups:
            early.append(number)
        for group in groups:
            _send(group, number)

    def started(group: int) -> None:
        groups.append(group)
        for number in early:
            _send(group, number)

    before = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
    try:
        yield started
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _terminal_lent(group: int) -> Iterator[Callable[[], None] | None]:
    """At a terminal that is ours the command gets the keyboard, and gives it back in the end.

    What is given lends it once more; it is None where there is no terminal to lend.
    """
    ours = os.getpgrp()
    if not _in_foreground(ours):
        yield None
        return

    def lend() -> None:
        with suppress(OSError):
            os.tcsetpgrp(_STDIN, group)
        # It may have asked for the keyboard before it had it, and been stopped for that.
        _send(group, signal.SIGCONT)

    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    lend()
    try:
        yield lend
    finally:
        with suppress(OSError):
            os.tcsetpgrp(_STDIN, ours)
        signal.signal(signal.SIGTTOU, before)


def _in_foreground(group: int) -> bool:
    try:
        return os.tcgetpgrp(_STDIN) == group
    except OSError:
        return False


def _code_of(process: subprocess.Popen[bytes], lend: Callable[[], None] | None) -> int:
    """How the command ended. Where it is stopped from the keyboard, all of us are."""
    if lend is None:
        return process.wait()
    while True:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode
        with suppress(OSError):
            os.tcsetpgrp(_STDIN, os.getpgrp())
        os.killpg(0, signal.SIGTSTP)
        lend()


def _adopt_orphans() -> None:
    """What the command leaves behind becomes ours where the system can do that, as Linux can.

    So it is found wherever it went, and its end is seen.
    """
    # Imported here since it takes 10 ms.
    import ctypes

    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_all(group: int) -> None:
    """Stop whatever of the command still runs, first kindly."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        told: set[int] = set()
        end = monotonic() + STOP_WITHIN
        while (left := _left(group)) and monotonic() < end:
            for one in left - told:
                _send(one, number)
                _send(one, signal.SIGCONT)
            told |= left
            Event().wait(_BETWEEN)


def _left(group: int) -> set[int]:
    """The process groups that still have somebody in them: the command's, and our orphans'."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    orphans = {
        int(child)
        for children in Path("/proc/self/task").glob("*/children")
        for child in children.read_text().split()
    }
    groups = {group}
    for orphan in orphans:
        with suppress(OSError):
            groups.add(os.getpgid(orphan))
    return {one for one in groups if _send(one, 0)}


def _send(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except OSError:
        return False
    return True
