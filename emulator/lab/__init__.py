"""The policy lab: what a policy really does, found out by asking it about answers that are made.

`sweep` and `boundary` are for tests; the command `hive-emulator policy` does everything else.
"""

from emulator.lab.sweeping import Threshold, boundary, sweep

__all__ = ["Threshold", "boundary", "sweep"]
