"""Everything that is wrong with what was read, collected, so that all of it is told at once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what was expected."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class LibraryError(Exception):
    """Files that cannot be used; `problems` holds every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Problems:
    """Collects problems while reading goes on."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, where: str, what: str) -> None:
        """One more."""
        self.found.append(Problem(where, what))

    def raise_if_any(self) -> None:
        """`LibraryError` with all of them, if there are any."""
        if self.found:
            raise LibraryError(self.found)
