"""How far the scenarios of one sandbox have come, and the faults that were put before them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from emulator.core.faults import Event, Sort, sort_of
from emulator.core.matching import Subject
from emulator.core.model import Applied, Fault, Source
from emulator.core.scenario import RESULT, IsOpen, Ruling, Scenario, Spell, Step
from emulator.engine.callbacks import Owed
from emulator.engine.journal import Journal, Note

RUN_TIME = "faults of the control API"
"""How the faults that were put before every scenario account for themselves."""


class Troubles:
    """Counts what scenarios have done; every count can be given back.

    `draw` gives the numbers that probabilities are held against: one for each time that a rule
    might have applied, so that they depend on nothing but the seed, the sandbox and that count.
    """

    def __init__(self, draw: Callable[..., float], sandbox: str) -> None:
        self._draw = draw
        self._sandbox = sandbox
        self._used: dict[tuple[str, str], int] = {}
        self._asked: dict[tuple[str, str], int] = {}
        self._begun: dict[str, datetime] = {}
        self.added = Scenario(RUN_TIME)
        self._made = 0

    def add(self, step: Step) -> Step:
        """Put a step before all that are there; what is given is the step under its id."""
        self._made += 1
        step = replace(step, where=f"fault-{self._made}")
        self._have((step, *self.added.steps))
        return step

    def id_of(self, step: Step) -> str:
        """What a step that was put there is called."""
        return step.where

    def remove(self, step_id: str) -> bool:
        """Take one of those away again; False where there is none of that id."""
        left = tuple(step for step in self.added.steps if self.id_of(step) != step_id)
        found = len(left) < len(self.added.steps)
        self._have(left)
        return found

    def clear(self) -> None:
        """Take all of those away again."""
        self._have(())

    def _have(self, steps: tuple[Step, ...]) -> None:
        self.added = Scenario(RUN_TIME, steps=steps)

    def begin(self, scenario: Scenario) -> None:
        """A scenario begins anew: nothing of it is used up, its time starts with its next use."""
        self._begun.pop(scenario.name, None)
        self._asked = {key: asked for key, asked in self._asked.items() if key[0] != scenario.name}
        self._used = {key: used for key, used in self._used.items() if key[0] != scenario.name}

    def apply_to(self, scenario: Scenario) -> bool:
        """Whether anything at all can happen under this scenario."""
        return not (scenario.calm and self.added.calm)

    def left(self, scenario: Scenario, step: Step) -> int | None:
        """How often a step of a scenario may still apply; None when for ever."""
        label = self._label(scenario, step)
        return self._left(step, (scenario.name, label))

    def _left(self, step: Step, key: tuple[str, str]) -> int | None:
        return None if step.times is None else step.times - self._used.get(key, 0)

    def _label(self, scenario: Scenario, step: Step | Spell) -> str:
        """What a step is counted under: the same when its file was read anew."""
        if scenario is self.added or scenario.name == RUN_TIME:
            return step.where
        return f"step {scenario.steps.index(step)}" if isinstance(step, Step) else ""

    def at_the_gate(self, scenario: Scenario, event: Event, now: datetime) -> list[Ruling]:
        """What applies to a call before anything is looked at: one pace, one other trouble."""
        found: list[Ruling] = []
        for one in (self.added, scenario):
            is_open = self._opener(one, {_slows(ruling.rule) for ruling in found})
            found.extend(one.at_the_gate(event, self._elapsed(one, now), is_open))
        return found

    def on_content(
        self, scenario: Scenario, event: Event, subject: Subject, before: list[Ruling]
    ) -> list[Ruling]:
        """What applies to a call now that its content is known, beside what applied before."""
        troubled = any(not _slows(ruling.rule) for ruling in before)
        paced = {True} if any(_slows(ruling.rule) for ruling in before) else set()
        found: list[Ruling] = []
        for one in (self.added, scenario):
            is_open = self._opener(one, paced | {_slows(ruling.rule) for ruling in found})
            found.extend(one.on_content(event, subject, is_open, troubled=troubled))
        return found

    def on_callback(
        self,
        scenario: Scenario,
        subject: Subject,
        now: datetime,
        *,
        early: bool = False,
        kind: str = RESULT,
    ) -> Ruling | None:
        """What happens to an attempt to deliver, or whether one has to be made early."""
        for one in (self.added, scenario):
            elapsed = self._elapsed(one, now)
            is_open = self._opener(one, set())
            ruling = one.on_callback(subject, elapsed, is_open, early=early, kind=kind)
            if ruling is not None:
                return ruling
        return None

    def give_back(self, ruling: Ruling) -> None:
        """The ruling did not come to anything: its step has been used once less."""
        added = ruling.source.name == RUN_TIME
        key = (ruling.source.name, ruling.rule.where if added else ruling.label)
        if key in self._used:
            self._used[key] -= 1

    def happens(self, fault: Fault, source: Source) -> bool:
        """Whether a trouble that content asks for happens this time."""
        return self._favours(fault, str(source.name), source.what)

    def _elapsed(self, scenario: Scenario, now: datetime) -> timedelta:
        return now - self._begun.setdefault(scenario.name, now)

    def _opener(self, scenario: Scenario, closed: set[bool]) -> IsOpen:
        """Opens rules that are not used up; `closed` has whether slowing, or all other, is done."""

        def is_open(rule: Step | Spell, name: str) -> bool:
            # What the control API put there keeps its counts when others come and go.
            key = (scenario.name, rule.where if scenario is self.added else name)
            if _slows(rule) in closed or (isinstance(rule, Step) and self._left(rule, key) == 0):
                return False
            if rule.fault is not None and not self._favours(rule.fault, *key):
                return False
            if isinstance(rule, Step):
                self._used[key] = self._used.get(key, 0) + 1
            return True

        return is_open

    def _favours(self, fault: Fault, scenario: str, rule: str) -> bool:
        if fault.probability >= 1:
            return True
        asked = self._asked[scenario, rule] = self._asked.get((scenario, rule), 0) + 1
        drawn = self._draw("fault", self._sandbox, scenario, rule, asked)
        return drawn < fault.probability


def note_without_effect(
    journal: Journal,
    now: datetime,
    whose: Owed,
    applied: Applied,
    event: Event | None,
    why: str,
    **about: Any,
) -> None:
    """A trouble was to happen, and found nothing to change: it is told instead of one that did.

    `about` names the task, or the callback and what that is about.
    """
    whose.without_effect = (*whose.without_effect, (applied, why))
    fault, source = applied
    on = None if event is None else event.value
    told = {"fault": fault.name, "on": on, "because": str(source), "why": why, **about}
    journal.add(Note(now, "fault without effect", **told))


def _slows(rule: Step | Spell) -> bool:
    return rule.fault is not None and sort_of(rule.fault) is Sort.PACE
