"""What is answered and posted of a task, in the shape of the contract that it came by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.core.access import Application
from emulator.core.conditions.composites import subjects
from emulator.core.faults import Event
from emulator.core.model import Mode
from emulator.core.parsing.query import asked_window
from emulator.core.rendering import dashboard
from emulator.core.rendering.task import (
    Renderer,
    acknowledgement,
    in_progress,
    resent,
    triggered,
)
from emulator.core.rendering.window import EVERY
from emulator.core.rules import Rule
from emulator.engine.chance import Chance
from emulator.engine.clock import START
from emulator.engine.journal import Exchange
from emulator.engine.tasks import Task

ID_LENGTH = 22
"""How long the ids of rules are, and the first part of a content's, as printed [in the documents:
Dashboard reference]."""


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule as answers show it."""

    id: str
    name: str
    full: Mapping[str, Any]


class Answers:
    """Writes every body there is; `chance` gives the ids of what has none of its own."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._renderer = Renderer(chance.draw)

    def answer(self, task: Task) -> bytes:
        """The body that a call is answered with."""
        if task.mode is Mode.ASYNC:
            return acknowledgement(task.id)
        return self._result(task, self._renderer.answer(task))

    def callback(
        self, task: Task, triggered: datetime | None = None, frames: slice = EVERY
    ) -> bytes:
        """The body that is posted to the callback address of a task that has ended.

        It tells when it was triggered anew, where it was.
        """
        if task.application is not None and task.failure is None:
            body = self._result(task, self._renderer.answer(task))
        else:
            body = self._renderer.callback(task, frames)
        return body if triggered is None else resent(body, triggered)

    def summary(self, task: Task, frames: slice = EVERY) -> bytes:
        """The body that a summary is answered with."""
        return self.callback(task, None, frames) if task.ended_already else in_progress(task.id)

    def again(self, exchange: Exchange, task: Task) -> bytes:
        """What a call about a task was answered with, written again."""
        if exchange.event is Event.SUMMARY:
            return self.summary(task, asked_window(exchange.query))
        return triggered(task.id) if exchange.event is Event.TRIGGER else self.answer(task)

    def _result(self, task: Task, envelope: bytes) -> bytes:
        """The result of a task: of one of the Dashboard in its own shape."""
        posting, application = task.submission.posting, task.application
        if posting is None or application is None or task.failure is not None:
            return envelope
        rules = [self.shown(application, rule) for rule in task.triggered]
        if not posting.legacy:
            return dashboard.standard(task, posting, rules)
        content = self._chance.word(ID_LENGTH, "content", task.id)
        own = application.application_id
        return dashboard.legacy(task, posting, rules, own, content, envelope)

    def shown(self, application: Application, rule: Rule) -> ShownRule:
        """A rule under its id, which depends on the seed, the application and its name."""
        rule_id = self._chance.word(ID_LENGTH, "rule", application.name, rule.name)
        return ShownRule(
            rule_id, rule.name, _full(rule, rule_id, application.application_id, START)
        )


def _full(rule: Rule, rule_id: str, application_id: str, made: datetime) -> Mapping[str, Any]:
    return dashboard.full_rule(
        rule_id=rule_id,
        name=rule.name,
        application_id=application_id,
        rule_type=rule.type,
        cardinality=rule.cardinality,
        active=rule.active,
        action_id=rule.action.name,
        conditions=subjects(rule.when),
        trigger_frequency=rule.trigger_frequency,
        created=made,
        updated=made,
    )
