"""A scripted sequence of answers: rules that apply a number of times, and troubles at set times.

A scenario does not change. Asking it for an event gives the step that applies and the scenario as
it is afterwards; the one that was loaded can be put back at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from emulator.core import retry
from emulator.core.faults import SUBMIT, Event
from emulator.core.latency import Latency
from emulator.core.matching import Subject, When
from emulator.core.model import Fault, Script, Source, nothing


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What happens at an event: the first step that matches and is not used up applies."""

    on: frozenset[Event]
    when: When | None = None
    times: int | None = None
    script: Script = field(default_factory=Script)
    fault: Fault | None = None
    where: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Spell:
    """A trouble that lasts for a time, counted from the scenario's first use in a sandbox."""

    begin: timedelta
    end: timedelta | None
    fault: Fault
    on: frozenset[Event] = SUBMIT
    where: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How callbacks are sent: `timeout` in real time, waits on the sandbox's clock."""

    timeout: timedelta = retry.TIMEOUT
    retry: tuple[timedelta, ...] = retry.SCHEDULE


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A named script of behaviour; `used` counts how often each step has applied."""

    name: str
    description: str = ""
    latency: Latency | None = None
    steps: tuple[Step, ...] = ()
    timeline: tuple[Spell, ...] = ()
    callbacks: Delivery = field(default_factory=Delivery)
    where: str = ""
    used: Mapping[int, int] = field(default_factory=nothing)

    @property
    def calm(self) -> bool:
        """Whether it never does anything to an answer."""
        return not self.steps and not self.timeline

    def at_the_gate(
        self, event: Event, elapsed: timedelta
    ) -> tuple[Fault, Source, "Scenario"] | None:
        """The trouble that applies before anything is looked at, and the scenario after it."""
        for spell in self.timeline:
            over = spell.end is not None and elapsed >= spell.end
            if event in spell.on and elapsed >= spell.begin and not over:
                return spell.fault, self._source(spell.where), self
        for at, step in enumerate(self.steps):
            if step.when is None and step.fault is not None and self._open(at, step, event):
                return step.fault, self._source(step.where), self._using(at)
        return None

    def on_content(self, event: Event, subject: Subject) -> tuple[Step, Source, "Scenario"] | None:
        """The step that applies to this content, and the scenario after it."""
        for at, step in enumerate(self.steps):
            gate = step.when is None and step.fault is not None
            if gate or not self._open(at, step, event):
                continue
            if step.when is None or step.when.matches(subject):
                return step, self._source(step.where), self._using(at)
        return None

    def _open(self, at: int, step: Step, event: Event) -> bool:
        used_up = step.times is not None and self.used.get(at, 0) >= step.times
        return event in step.on and not used_up

    def _using(self, at: int) -> "Scenario":
        return replace(self, used={**self.used, at: self.used.get(at, 0) + 1})

    def _source(self, where: str) -> Source:
        return Source("scenario", self.name, where)


CALM = Scenario("calm", "Nothing happens: every call is answered as scripted, at once.")
