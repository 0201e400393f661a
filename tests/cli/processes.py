"""The command in processes of its own, each of which is ended when it takes too long."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

WITHIN = 20.0
"""How long a process may take for anything, in seconds, before it is killed and its test fails."""

COMMAND = [sys.executable, "-m", "emulator"]


def environment(**variables: str) -> dict[str, str]:
    """The variables of this process without those of an emulator, and these."""
    ours = {name: value for name, value in os.environ.items() if "HIVE" not in name}
    return ours | {"COLUMNS": "100"} | variables


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def run(
    arguments: Sequence[str], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )


def refused(arguments: Sequence[str], folder: Path, code: int, **variables: str) -> str:
    """What a command says that does not start: on stderr, without a traceback."""
    done = run(arguments, folder, **variables)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


@dataclass
class Serving:
    process: subprocess.Popen[str]
    url: str


@contextmanager
def serving(arguments: Sequence[str], folder: Path, **variables: str) -> Iterator[Serving]:
    """A server that has said that it is ready; it is killed if anything takes too long."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    killer = Timer(WITHIN, process.kill)
    killer.start()
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.fullmatch(r"hive-emulator is ready at (https?://\S+)\n", line)
            assert found is not None, line
            yield Serving(process, found[1])
        finally:
            killer.cancel()
            process.kill()


def stop(serving: Serving, number: signal.Signals) -> tuple[int, str, str]:
    """How a server leaves after a signal: its code, and what else it said."""
    serving.process.send_signal(number)
    said, complained = serving.process.communicate(timeout=WITHIN)
    return serving.process.returncode, said, complained


@contextmanager
def running(
    arguments: Sequence[str], folder: Path, **variables: str
) -> Iterator[subprocess.Popen[str]]:
    """A command in the middle of its work; it is killed if anything takes too long."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**variables),
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
