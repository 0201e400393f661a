"""The command `hive-emulator`."""

import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

__all__ = ["main"]

_STOPPING = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; told to stop before it has begun, it leaves without a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    serves = not given or given[0] == "serve" or given[0].startswith("-")

    def leave(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - as signals call
        # Not `sys.exit`: nothing has begun that would have to be ended, not even the imports.
        raise SystemExit(0 if serves else 128 + number)

    # Where somebody wants a signal ignored, as `nohup` does, it stays so.
    before = {number: signal.getsignal(number) for number in _STOPPING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, leave)
    # The imports take most of the time until the command itself answers to signals.
    from emulator.cli.main import main as run

    if not serves:
        for number, handler in before.items():
            signal.signal(number, handler)
    run(arguments)
