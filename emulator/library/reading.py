"""Taking values out of what was read from a file, with one clear problem for each that is wrong."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from emulator.core.suggest import did_you_mean, listed, shown
from emulator.library.problems import Problems
from emulator.library.yaml import Row, Table

T = TypeVar("T")
D = TypeVar("D")
Read = Callable[[Any], T]
"""Makes a value of what was written, or raises ValueError with what is expected."""


class Expected(ValueError):
    """What is expected, and the question whether a word near it was meant."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


class Reader:
    """Reads the keys of one mapping; whatever is wrong becomes a problem, and reading goes on."""

    def __init__(self, table: Table, problems: Problems) -> None:
        self.table = table
        self.problems = problems

    def where(self, key: str | None = None) -> str:
        """`file:line`."""
        return self.table.where(key)

    def wrong(self, key: str | None, what: str) -> None:
        """Something is wrong at a key."""
        self.problems.add(self.where(key), what)

    def only(self, what: str, known: Iterable[str]) -> None:
        """Every key that is not among the known ones is a problem."""
        names = list(known)
        for key in self.table:
            if key not in names:
                self.unknown(key, what, names)

    def unknown(self, key: str, what: str, known: Sequence[str]) -> None:
        """A key is not among the known ones."""
        hint = did_you_mean(key, known)
        self.wrong(key, f"{what} has no key {key!r}.{hint} Known are: {', '.join(known)}")

    def get(self, key: str, read: Read[T], default: D) -> T | D:
        """The value at a key, or the default where there is none or a wrong one."""
        if key not in self.table:
            return default
        try:
            return read(self.table[key])
        except ValueError as error:
            told = f"{key}: expected {error}, found {shown(self.table[key])}"
            hint = getattr(error, "hint", "")
            self.wrong(key, f"{told}.{hint}" if hint else told)
            return default

    def require(self, key: str, read: Read[T], what: str) -> T | None:
        """The value at a key that must be there."""
        if key not in self.table:
            self.wrong(None, f"{what} needs the key {key!r}")
            return None
        return self.get(key, read, None)

    def table_at(self, key: str) -> Table | None:
        """The mapping at a key."""
        if key not in self.table:
            return None
        value = self.table[key]
        if isinstance(value, Table):
            return value
        self.wrong(key, f"{key}: expected a mapping, found {shown(value)}")
        return None

    def tables_at(self, key: str) -> list[Table]:
        """The mappings of the list at a key."""
        value = self.table.get(key)
        if value is None:
            return []
        if not isinstance(value, Row):
            self.wrong(key, f"{key}: expected a list, found {shown(value)}")
            return []
        found = []
        for at, item in enumerate(value):
            if isinstance(item, Table):
                found.append(item)
            else:
                self.problems.add(
                    value.where(at), f"{key}: expected a mapping, found {shown(item)}"
                )
        return found


def text(value: Any) -> str:
    """A text that is not empty."""
    if value == "":
        raise ValueError("a text that is not empty")
    if not isinstance(value, str) or not value:
        raise ValueError("a text (put it in quotes if it looks like a number)")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A text, or a list of texts."""
    several = value if isinstance(value, list) else [value]
    if not several:
        raise ValueError("a text, or a list with at least one")
    return tuple(map(text, several))


def whole(least: int, most: int) -> Read[int]:
    """A whole number within bounds."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return value

    return read


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def one_of(words: Iterable[str]) -> Read[str]:
    """One of a few words."""
    known = list(words)

    def read(value: Any) -> str:
        if value not in known:
            hint = did_you_mean(value, known) if isinstance(value, str) else ""
            raise Expected(f"one of {listed(known)}", hint)
        return str(value)

    return read


def many(read: Read[T]) -> Read[tuple[T, ...]]:
    """A list of values of one sort."""

    def read_all(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise ValueError("a list")
        return tuple(map(read, value))

    return read_all
