"""`exec`: a server for as long as a command runs, and then nothing of either.

The command runs in a process group of its own, so that it and all that it started can be told to
stop, and are not left behind. What has left that group is found on Linux only. When this process
is itself killed, the group is killed too, and what has left it stays, on every system.
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
from typing import Any

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
_GUARD = 'read -r group && { read -r end; kill -s KILL -- "-$group"; }'
_PR_SET_CHILD_SUBREAPER = 36
_Handler = Callable[[int, FrameType | None], Any] | int | None
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
    with _signals_passed_on() as started, _guarded() as guard, _woken_by_signals() as wait:
        others = _children()
        process = _start(command, environ)
        try:
            # At once: what kills us before that leaves the command.
            guard(process.pid)
            with _keyboard_for(process.pid) as keyboard:
                started(process.pid)
                code = _code_of(process, keyboard, wait)
        finally:
            _end_all(process.pid, others)
    return code if code >= 0 else 128 - code


def _start(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, env=environ, process_group=0)  # noqa: S603 - its purpose
    except FileNotFoundError:
        raise CommandNotStarted(_what_is_missing(command[0], environ), NOT_FOUND) from None
    except OSError as error:
        told = f"{command[0]!r} cannot be run: {error.strerror}"
        raise CommandNotStarted(told, NOT_EXECUTABLE) from None


def _what_is_missing(name: str, environ: Mapping[str, str]) -> str:
    """The system says the same of a command that is not there and of one whose interpreter is not.

    The latter is named as it is written, since a line end of Windows may be all that is wrong.
    """
    # Imported here since only a mistake needs it.
    import shutil

    found = shutil.which(name, path=environ.get("PATH"))
    if found is None:
        return f"there is no command {name!r}"
    interpreter = _interpreter_of(Path(found))
    if not interpreter or Path(interpreter).exists():
        return f"{name!r} cannot be run: it is there, but something that runs it is not"
    return f"{name!r} cannot be run: its interpreter {interpreter!r} is not there"


def _interpreter_of(script: Path) -> str:
    """What the first line of a script names; nothing where there is no such line."""
    with suppress(OSError), script.open("rb") as file:
        line = file.readline(4096).decode(errors="replace").rstrip("\n")
        if line.startswith("#!"):
            return line[2:].strip(" \t").partition(" ")[0]
    return ""


@contextmanager
def _guarded(shell: str = "/bin/sh") -> Iterator[Callable[[int], None]]:
    """Should this process be killed, the process group that is told here is killed too.

    A small process waits for the end of a pipe that nobody else writes to: however we end, the
    system closes it.
    """
    told, tell = os.pipe()
    guard = _guard_at(told, shell)
    os.close(told)

    def tell_group(group: int) -> None:
        # Where there is no guard, or somebody ended it, the command runs nevertheless.
        with suppress(OSError):
            os.write(tell, b"%d\n" % group)

    try:
        yield tell_group
    finally:
        # Before the pipe is closed, so that nobody is left to act on that.
        if guard is not None:
            guard.kill()
            guard.wait()
        os.close(tell)


def _guard_at(pipe: int, shell: str) -> subprocess.Popen[bytes] | None:
    """The guard; it costs 1 ms. A system without that shell has none.

    It has a session of its own, out of the way of what the keyboard or a shell sends.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - fixed but for the shell
            [shell, "-c", _GUARD],
            stdin=pipe,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None


@contextmanager
def _signals_passed_on() -> Iterator[Callable[[int], None]]:
    """Every signal that asks this process for something is handed to the command instead.

    What is given tells which process group that is; a signal that came before is handed on then.
    One that we were started to ignore, as by `nohup`, is left so, for the command to ignore too.
    """
    groups: list[int] = []
    early: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signals call
        if not groups:
            early.append(number)
        for group in groups:
            _tell(group, number)

    def started(group: int) -> None:
        groups.append(group)
        for number in early:
            _tell(group, number)

    before = {
        number: signal.signal(number, pass_on)
        for number in _PASSED_ON
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield started
    finally:
        _restore(before)


def _restore(handlers: Mapping[signal.Signals, _Handler]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)


class _Keyboard:
    """The keyboard of the terminal that controls our session, which our input need not be.

    A terminal has one process group in its foreground: that one reads the keys, and is what they
    interrupt and stop. The command is there from the start where the terminal is our input, and
    elsewhere from when it first asks, since until then it may be for somebody beside us: for the
    pager in `cat data | hive-emulator exec -- command | less`.
    """

    def __init__(self, group: int) -> None:
        self._group = group
        self._ours = os.getpgrp()
        self._wanted = os.isatty(_STDIN)
        self._lent = False

    def lend(self) -> None:
        """Give the command the keyboard if it wants that and we have it."""
        holder = _foreground()
        if self._wanted and holder == self._ours:
            _put_in_foreground(self._group)
            holder = self._group
        # Where a shell has taken it meanwhile, it is no longer ours to take back.
        self._lent = holder == self._group

    def go_on(self) -> None:
        """Let the command go on after it was stopped."""
        self.lend()
        _send(self._group, signal.SIGCONT)

    def take_back(self) -> None:
        """Have the keyboard again if the command has it, or has given it to somebody."""
        if self._lent:
            _put_in_foreground(self._ours)
        self._lent = False

    def follow(self, number: int) -> None:
        """The command was stopped by that signal. At a terminal all of us are, for a shell to see.

        Where there is none, nobody waits for us to stop; the command goes on with the next signal.
        """
        # It may have asked before it had what it has by now.
        asks = number in (signal.SIGTTIN, signal.SIGTTOU)
        self._wanted |= asks
        holder = _foreground()
        if asks and holder in (self._ours, self._group):
            self.go_on()
        elif holder is not None:
            self.take_back()
            _stop_ourselves(number)
            # Where no shell could continue us, the system does not let us stop, and the command
            # should not either. A shell that does continue us may have kept the keyboard.
            if _foreground() == self._ours:
                self.go_on()


@contextmanager
def _keyboard_for(group: int) -> Iterator[_Keyboard]:
    """The keyboard for a command while it runs, which is stopped and goes on when we are."""
    keyboard = _Keyboard(group)
    before = {
        # So that it can be taken back from the background.
        signal.SIGTTOU: signal.signal(signal.SIGTTOU, signal.SIG_IGN),
        signal.SIGTSTP: signal.signal(signal.SIGTSTP, lambda number, _: _send(group, number)),
        signal.SIGCONT: signal.signal(signal.SIGCONT, lambda *_: keyboard.go_on()),
    }
    try:
        keyboard.lend()
        yield keyboard
    finally:
        keyboard.take_back()
        _restore(before)


def _foreground() -> int | None:
    """The process group in the foreground of our terminal; None where we have no terminal."""
    try:
        with Path("/dev/tty").open("rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno())
    except OSError:
        return None


def _put_in_foreground(group: int) -> None:
    with suppress(OSError), Path("/dev/tty").open("rb", buffering=0) as terminal:
        os.tcsetpgrp(terminal.fileno(), group)


def _stop_ourselves(number: int) -> None:
    """Stop as the command did, with all that our shell started beside us, until that continues us.

    Not by SIGSTOP: that one stops also those whom no shell could continue.
    """
    number = signal.SIGTSTP if number == signal.SIGSTOP else number
    before = signal.signal(number, signal.SIG_DFL)
    os.killpg(0, number)
    signal.signal(number, before)


def _code_of(
    process: subprocess.Popen[bytes], keyboard: _Keyboard, wait: Callable[[], object]
) -> int:
    """How the command ended. Orphans of its own that end before are seen off."""
    while True:
        for child, status in _changes():
            if child == process.pid and os.WIFSTOPPED(status):
                keyboard.follow(os.WSTOPSIG(status))
            elif child == process.pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                return process.returncode
        wait()


def _changes() -> Iterator[tuple[int, int]]:
    """Which of our children ended or were stopped since the last time, and how."""
    with suppress(ChildProcessError):
        while (change := os.waitpid(-1, os.WNOHANG | os.WUNTRACED)) != (0, 0):
            yield change


@contextmanager
def _woken_by_signals() -> Iterator[Callable[[], object]]:
    """What waits until a signal has come since the last time, also that of a child that ended.

    A call of the system that waits would sleep through one that comes just before it.
    """
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    # With a handler, whatever it does: where nobody handles it, it wakes nobody.
    handler = signal.signal(signal.SIGCHLD, lambda *_: None)
    before = signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    try:
        yield lambda: os.read(told, 4096)
    finally:
        signal.set_wakeup_fd(before)
        signal.signal(signal.SIGCHLD, handler)
        os.close(told)
        os.close(tell)


def _adopt_orphans() -> None:
    """What the command leaves behind becomes ours where the system can do that, as Linux can.

    So it is found wherever it went, and its end is seen.
    """
    # Imported here since it takes 10 ms.
    import ctypes

    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_all(group: int, others: set[int]) -> None:
    """Stop whatever of the command still runs, first kindly; the others are not of the command."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        told: set[int] = set()
        end = monotonic() + STOP_WITHIN
        while (left := _left(group, others)) and monotonic() < end:
            for one in left - told:
                _tell(one, number)
            told |= left
            Event().wait(_BETWEEN)


def _left(group: int, others: set[int]) -> set[int]:
    """The process groups that still have somebody in them: the command's, and our orphans'."""
    # Who has ended would still count as somebody.
    list(_changes())
    groups = {group}
    for orphan in _children() - others:
        with suppress(OSError):
            groups.add(os.getpgid(orphan))
    return {one for one in groups if _send(one, 0)}


def _children() -> set[int]:
    """Our children, where the system can tell."""
    found: set[int] = set()
    for children in Path("/proc/self/task").glob("*/children"):
        # A thread may have ended since.
        with suppress(OSError):
            found.update(int(child) for child in children.read_text().split())
    return found


def _tell(group: int, number: int) -> None:
    """Send a signal so that it is heard also by who is stopped, who goes on for that."""
    _send(group, number)
    _send(group, signal.SIGCONT)


def _send(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except OSError:
        return False
    return True
