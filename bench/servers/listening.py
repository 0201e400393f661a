"""Lets a server of the bench take a free loopback port and tell its address."""

import socket
import sys
from pathlib import Path

HOST = "127.0.0.1"


def arguments() -> tuple[Path, int]:
    """Every server of the bench is called with a ready file and the size of its answers."""
    ready_file, answer_bytes = sys.argv[1:]
    return Path(ready_file), int(answer_bytes)


def listen() -> socket.socket:
    return socket.create_server((HOST, 0), backlog=128)


def announce(ready_file: Path, port: int) -> None:
    """Write the address in one step, so that no reader sees half of it."""
    unfinished = ready_file.with_suffix(".part")
    unfinished.write_text(f"http://{HOST}:{port}\n")
    unfinished.replace(ready_file)
