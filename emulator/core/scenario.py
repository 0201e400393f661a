"""A scripted sequence of answers: rules that apply a number of times, and troubles at set times.

A scenario does not change. How often each rule has applied is known to whoever asks: it hands in
`is_open`, which tells whether a rule that would apply may do so.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from emulator.core import retry
from emulator.core.faults import SUBMIT, Event, Sort, sort_of
from emulator.core.latency import Latency
from emulator.core.matching import Subject, When
from emulator.core.model import Fault, Script, Source

RESULT, NOTICE = OWED = ("callback", "webhook")
"""The kinds of callbacks: with the result of a task, and those that tell of an action."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What happens at an event: the first step that matches and is not used up applies.

    On callbacks `kind` is of `OWED`, or None for either.
    """

    on: frozenset[Event]
    when: When | None = None
    times: int | None = None
    script: Script = field(default_factory=Script)
    fault: Fault | None = None
    where: str = ""
    kind: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Spell:
    """A trouble that lasts for a time, counted from the scenario's first use in a sandbox."""

    begin: timedelta
    end: timedelta | None
    fault: Fault
    on: frozenset[Event] = SUBMIT
    where: str = ""

    def lasts(self, elapsed: timedelta) -> bool:
        """Whether it is going on so long after that first use."""
        return self.begin <= elapsed and (self.end is None or elapsed < self.end)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How callbacks are sent: `timeout` in real time, waits on the sandbox's clock."""

    timeout: timedelta = retry.TIMEOUT
    retry: tuple[timedelta, ...] = retry.SCHEDULE


class Ruling(NamedTuple):
    """What a scenario says of one event, and which of its rules says so, under its label."""

    rule: Step | Spell
    source: Source
    label: str = ""

    @property
    def fault(self) -> Fault | None:
        """The trouble that is to happen."""
        return self.rule.fault

    @property
    def script(self) -> Script | None:
        """What the content is said to be, where it is a step that says so."""
        return self.rule.script if isinstance(self.rule, Step) else None


IsOpen = Callable[[Step | Spell, str], bool]
"""Whether a rule that matches may apply: it is not used up, and chance is in favour.

The text names the rule within its scenario, the same wherever it runs.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A named script of behaviour."""

    name: str
    description: str = ""
    latency: Latency | None = None
    steps: tuple[Step, ...] = ()
    timeline: tuple[Spell, ...] = ()
    callbacks: Delivery = field(default_factory=Delivery)
    where: str = ""

    @property
    def calm(self) -> bool:
        """Whether it never does anything to an answer."""
        return not self.steps and not self.timeline

    def at_the_gate(self, event: Event, elapsed: timedelta, is_open: IsOpen) -> Iterator[Ruling]:
        """The troubles that apply whatever is sent: of those going on, and of steps without `when`.

        At most two: one that slows the answer, and one of any other sort.
        """
        return _one_of_each(
            chain(
                self._spells(event, elapsed),
                (one for one in self._steps(event) if one[0].when is None and one[0].fault),
            ),
            self._source,
            is_open,
        )

    def on_content(
        self, event: Event, subject: Subject, is_open: IsOpen, *, troubled: bool
    ) -> Iterator[Ruling]:
        """The steps that apply to this content: again, one that slows and one other.

        Where the gate has chosen a trouble already (`troubled`), steps with another are passed
        over.
        """
        return _one_of_each(
            (
                (step, name)
                for step, name in self._steps(event)
                if not (troubled and step.fault and sort_of(step.fault) is not Sort.PACE)
                and (not step.fault if step.when is None else step.when.matches(subject))
            ),
            self._source,
            is_open,
        )

    def on_callback(
        self,
        subject: Subject,
        elapsed: timedelta,
        is_open: IsOpen,
        *,
        early: bool = False,
        kind: str = RESULT,
    ) -> Ruling | None:
        """What happens to an attempt to deliver a callback of that kind.

        `early` asks the other question: whether this callback is to be sent before its
        acknowledgement, which has to be known long before.
        """
        rules: Iterator[tuple[Step | Spell, str]] = chain(
            self._spells(Event.CALLBACK, elapsed),
            (
                (step, name)
                for step, name in self._steps(Event.CALLBACK)
                if step.kind in (None, kind) and (step.when is None or step.when.matches(subject))
            ),
        )
        for rule, name in rules:
            is_early = rule.fault is not None and rule.fault.name == "early"
            if is_early is early and is_open(rule, name):
                return Ruling(rule, self._source(rule.where), name)
        return None

    def _spells(self, event: Event, elapsed: timedelta) -> Iterator[tuple[Spell, str]]:
        for at, spell in enumerate(self.timeline):
            if event in spell.on and spell.lasts(elapsed):
                yield spell, f"timeline {at}"

    def _steps(self, event: Event) -> Iterator[tuple[Step, str]]:
        for at, step in enumerate(self.steps):
            if event in step.on:
                yield step, f"step {at}"

    def _source(self, where: str) -> Source:
        return Source("scenario", self.name, where)


def _one_of_each(
    rules: Iterable[tuple[Step | Spell, str]], source: Callable[[str], Source], is_open: IsOpen
) -> Iterator[Ruling]:
    """The first open rule that slows, and the first open one that does anything else."""
    found: set[bool] = set()
    for rule, name in rules:
        slows = rule.fault is not None and sort_of(rule.fault) is Sort.PACE
        if slows not in found and is_open(rule, name):
            found.add(slows)
            yield Ruling(rule, source(rule.where), name)
            if len(found) == 2:
                return


CALM = Scenario("calm", "Nothing happens: every call is answered as scripted, at once.")
