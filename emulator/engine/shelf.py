"""What was read from disk, in the form that calls ask it in; it can be exchanged while serving."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.core.access import Directory
from emulator.core.fixture import Fixture
from emulator.core.matching import Index
from emulator.core.prediction.words import Words
from emulator.core.scenario import Scenario
from emulator.core.taxonomy.visual import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What was read: keys, fixtures in the order in which they count, scenarios, and words.

    `heads` are those that some project has beside its taxonomy's own; what is scripted may name
    their classes.
    """

    directory: Directory
    fixtures: tuple[Fixture, ...] = ()
    scenarios: Mapping[str, Scenario]
    heads: tuple[Head, ...] = ()
    words: Words = field(default_factory=Words)


class Shelf:
    """The library that is in use."""

    def __init__(self, library: Library) -> None:
        self.exchange(library)

    def exchange(self, library: Library) -> None:
        """Use this library from the next call on; calls that have begun are not disturbed."""
        self.library = library
        self.directory = library.directory
        self.scenarios = library.scenarios
        self.fixtures = Index(library.fixtures)
