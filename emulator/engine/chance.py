"""Everything that looks like chance, made from one seed: ids, and numbers for what is invented."""

from datetime import UTC, datetime
from hashlib import blake2b
from string import ascii_letters, digits

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS = 10_000
"""How many of the 100 ns that version-1 UUIDs count there are in a millisecond."""
_GREGORIAN = 0x01B2_1DD2_1381_4000
"""The same count from 1582-10-15, where those UUIDs begin, to 1970."""

_VERSION_1 = 1 << 60
_LETTERS = ascii_letters + digits


class Chance:
    """Numbers that are a function of the seed and of what they are for."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def draw(self, *names: object) -> float:
        """A number of [0, 1): the same for the same names."""
        return int.from_bytes(self._digest(*names)[:8]) / 2**64

    def word(self, length: int, *names: object) -> str:
        """Letters and digits that look like chance: the same for the same names."""
        number = int.from_bytes(self._digest("word", *names))
        word = ""
        for _ in range(length):
            number, at = divmod(number, len(_LETTERS))
            word += _LETTERS[at]
        return word

    def ids(self, sandbox: str, ordinal: int = 0) -> "Ids":
        """The ids of a sandbox, from their beginning or from a later one on."""
        return Ids(int.from_bytes(self._digest("node", sandbox)[:6]), ordinal)

    def _digest(self, *names: object) -> bytes:
        return blake2b("\x1f".join(map(str, (self.seed, *names))).encode()).digest()


class Ids:
    """Version-1 UUIDs, as Hive's task ids are: of a moment, an ordinal and the sandbox.

    The ordinal stands in what is finer than a millisecond and, above that, in the clock sequence,
    so that ids of one sandbox differ although its clock stands still; the node tells sandboxes
    apart.
    """

    def __init__(self, node: int, ordinal: int = 0) -> None:
        # The multicast bit says that the node is no hardware address (RFC 9562).
        self._node = f"{node | 1 << 40:012x}"
        self._above, self._fine = divmod(ordinal, _TICKS)
        self._end = self._end_of_id()

    def _end_of_id(self) -> str:
        return f"-{0x8000 | self._above & 0x3FFF:04x}-{self._node}"

    def next(self, moment: datetime) -> str:
        """The next id, made at that moment."""
        since = moment - _EPOCH
        milliseconds = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
        ticks = milliseconds * _TICKS + self._fine + _GREGORIAN
        written = f"{_VERSION_1 | ticks:016x}"
        made = f"{written[8:]}-{written[4:8]}-{written[:4]}{self._end}"
        self._fine += 1
        if self._fine == _TICKS:
            self._above, self._fine = self._above + 1, 0
            self._end = self._end_of_id()
        return made
