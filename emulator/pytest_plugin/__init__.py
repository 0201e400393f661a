"""The fixture `hive` for tests of clients: see `hive_emulator_pytest`, where pytest finds it.

Here are the types that tests name: `def test_it(hive: Hive) -> None`.
"""

from emulator.pytest_plugin.hive import Hive
from emulator.pytest_plugin.inbox import NEVER, Answer, Inbox, Received, slow

__all__ = ["NEVER", "Answer", "Hive", "Inbox", "Received", "slow"]
