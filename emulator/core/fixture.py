"""A fixture: content that is recognised, and what is said of it."""

from dataclasses import dataclass
from functools import cached_property

from emulator.core.matching import When
from emulator.core.model import Script, Source


@dataclass(frozen=True, eq=False)
class Fixture:
    """Scripted content under a name; `where` is the file and line it was read from."""

    name: str
    when: When
    script: Script
    where: str = ""
    bundled: bool = False

    @cached_property
    def source(self) -> Source:
        """How a prediction made from it is accounted for."""
        return Source("bundled fixture" if self.bundled else "fixture", self.name, self.where)
