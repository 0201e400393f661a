"""The application itself as a policy: it is sent a content, asks the emulator, and decides.

The lab serves the emulator; every content that it sends is one that a run-time fixture knows.
"""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from emulator.core.fixture import Fixture
from emulator.core.matching import Contains, Glob, When
from emulator.core.model import Kind
from emulator.core.taxonomy.visual import VisualTaxonomy
from emulator.engine.emulator import Emulator
from emulator.lab.answers import ADDRESS, script_of
from emulator.lab.asking import (
    PATIENCE,
    UNANSWERED,
    LabError,
    Outcome,
    Question,
    Trouble,
)
from emulator.lab.crew import Crew
from emulator.lab.endpoint import AT_ONCE, late, outcome_of, read_decision
from emulator.lab.exchange import Failed, Line
from emulator.lab.pointer import check_decision
from emulator.lab.template import Template, read_template

NOT_ASKED = "it decided without asking the emulator about this content"
_Sent = tuple[Question, str, str]
"""A question, the content that is sent for it, and the name of the fixture that knows it."""


class ApplicationAsker:
    """An application that calls the emulator in `sandbox`, asked with a template of a request.

    Where `judged` is true its answers hang on what was posted before (the Dashboard's do), so each
    content is sent alone, to a sandbox that is as new.
    """

    def __init__(
        self,
        template: Template,
        decision: str,
        emulator: Emulator,
        taxonomy: VisualTaxonomy,
        *,
        name: str,
        sandbox: str = "default",
        judged: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self.name = name
        self._template = template
        self._decision = check_decision(decision)
        self._emulator = emulator
        self._taxonomy = taxonomy
        self._sandbox = sandbox
        self._judged = judged
        self._numbers = count(1)
        self._line = Line(template.target, patience)
        hands = 1 if judged else AT_ONCE
        self._crew = Crew(self._work, self._late, hands=hands, patience=patience * 3)

    def ask(self, questions: Sequence[Question], /) -> Sequence[Outcome]:
        """The outcome of each question."""
        outcomes: list[Outcome] = []
        size = 1 if self._judged else len(questions)
        for start in range(0, len(questions), max(size, 1)):
            outcomes += self._ask(questions[start : start + size])
        self._line.close()
        return outcomes

    def _ask(self, questions: Sequence[Question]) -> Sequence[Outcome]:
        fixtures: list[Fixture] = []
        sent = [self._prepared(question, fixtures) for question in questions]
        # Made anew for every batch: what the application sent is looked up there, and forgotten.
        sandbox = self._emulator.reset(self._sandbox)
        sandbox.set_fixtures(fixtures)
        outcomes = self._crew.do(sent)
        used = sandbox.fixtures_used
        known = {fixture.name: str(fixture.source) for fixture in fixtures}
        return [
            Outcome(trouble=Trouble(UNANSWERED, NOT_ASKED))
            if outcome.trouble is None and name in known and known[name] not in used
            else outcome
            for outcome, (_, _, name) in zip(outcomes, sent, strict=True)
        ]

    def _prepared(self, question: Question, fixtures: list[Fixture]) -> _Sent:
        if question.point is None:
            return question, question.content or "", ""
        name = f"lab-{next(self._numbers):06}"
        if question.point.kind is Kind.TEXT:
            content = f"{question.point.said.words} ({name})"
            when = When({"text_contains": (Contains(name),)})
        else:
            content = f"{ADDRESS}{name}.jpg"
            when = When({"url": (Glob(f"*{name}*"),)})
        fixtures.append(Fixture(name, when, script_of(question.point, self._taxonomy)))
        return question, content, name

    def _work(self, sent: _Sent) -> Outcome:
        path, headers, body = self._template.filled(sent[1])
        try:
            reply = self._line.exchange(self._template.method, path, headers, body)
        except Failed as failed:
            return outcome_of(failed)
        return read_decision(reply, self._decision)

    def _late(self, sent: _Sent) -> Outcome:
        return late(sent[0])


def template_from(path: Path) -> Template:
    """The template in a file; `LabError` says what is wrong."""
    try:
        return read_template(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise LabError(f"{path}: cannot be read: {reason}") from None
