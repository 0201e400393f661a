"""Everything that looks like chance, made from one seed: ids, and numbers for what is invented."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TICKS = 10_000
"""How many of the 100 ns that version-1 UUIDs count there are in a millisecond."""
_GREGORIAN = 0x01B2_1DD2_1381_4000
"""The same count from 1582-10-15, where those UUIDs begin, to 1970."""

_VERSION_1 = 1 << 60


class Chance:
    """Numbers that are a function of the seed and of what they are for."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def draw(self, *names: object) -> float:
        """A number of [0, 1): the same for the same names."""
        return int.from_bytes(self._digest(*names)[:8]) / 2**64

    def ids(self, sandbox: str) -> "Ids":
        """The ids of a sandbox, from their beginning."""
        return Ids(int.from_bytes(self._digest("node", sandbox)[:6]))

    def _digest(self, *names: object) -> bytes:
        return blake2b("\x1f".join(map(str, (self.seed, *names))).encode()).digest()


class Ids:
    """Version-1 UUIDs, as Hive's task ids are: of a moment, an ordinal and the sandbox.

    The ordinal stands in what is finer than a millisecond and, above that, in the clock sequence,
    so that ids of one sandbox differ although its clock stands still; the node tells sandboxes
    apart.
    """

    def __init__(self, node: int) -> None:
        # The multicast bit says that the node is no hardware address (RFC 9562).
        self._node = f"{node | 1 << 40:012x}"
        self.ordinal = 0

    def next(self, moment: datetime) -> str:
        """The next id, made at that moment."""
        above, fine = divmod(self.ordinal, _TICKS)
        self.ordinal += 1
        ticks = (moment - _EPOCH) // _MILLISECOND * _TICKS + fine + _GREGORIAN
        written = f"{_VERSION_1 | ticks:016x}"
        sequence = 0x8000 | above & 0x3FFF
        return f"{written[8:]}-{written[4:8]}-{written[:4]}-{sequence:04x}-{self._node}"
