"""The command `hive-emulator`."""

from emulator.cli.main import main

__all__ = ["main"]
