"""`exec`: a server for as long as a command runs, and then nothing of either.

The command runs in a process group of its own, so that it and all that it started can be told to
stop, and are not left behind.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from emulator.server.thread import run
from emulator.settings import Settings

NOT_FOUND = 127
NOT_EXECUTABLE = 126
STOP_WITHIN = 10.0
"""How long what is left of the command may take to stop before it is killed, in seconds."""
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
        variables = {
            **environ,
            "HIVE_EMULATOR_URL": server.url,
            "HIVE_EMULATOR_KEY": "any-key",
            "HIVE_API_KEY": "any-key",
        }
        return _run(command, variables)


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env=environ, process_group=0)  # noqa: S603 - its purpose
    except FileNotFoundError:
        raise CommandNotStarted(f"there is no command {command[0]!r}", NOT_FOUND) from None
    except OSError as error:
        told = f"{command[0]!r} cannot be run: {error.strerror}"
        raise CommandNotStarted(told, NOT_EXECUTABLE) from None
    try:
        with _signals_passed_on(process.pid), _terminal_lent(process.pid):
            code = process.wait()
    finally:
        _end_group(process)
    return code if code >= 0 else 128 - code


@contextmanager
def _signals_passed_on(group: int) -> Iterator[None]:
    """Every signal that asks this process for something is handed to the command instead."""

    def pass_on(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signals call
        with suppress(ProcessLookupError):
            os.killpg(group, number)

    before = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _terminal_lent(group: int) -> Iterator[None]:
    """At a terminal the command gets the keyboard, and gives it back in the end."""
    if not sys.stdin.isatty():
        yield
        return
    ours = os.getpgrp()
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with suppress(OSError):
        os.tcsetpgrp(sys.stdin.fileno(), group)
    try:
        yield
    finally:
        with suppress(OSError):
            os.tcsetpgrp(sys.stdin.fileno(), ours)
        signal.signal(signal.SIGTTOU, before)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Stop whatever of the command still runs, first kindly."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN)
