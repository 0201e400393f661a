"""Asking a policy, and keeping account: nothing is asked twice but to see whether it answers alike.

Whatever goes wrong becomes a finding with the input that shows it, and never ends the trial; but a
policy that lets too many questions wait is asked no more.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.lab.asking import (
    RAISES,
    TIMES_OUT,
    UNANSWERED,
    UNREADABLE,
    Asker,
    LabError,
    Outcome,
    Question,
    Trouble,
)
from emulator.lab.point import Point
from emulator.lab.search import Change, Search
from emulator.lab.setup import Setup

DIFFERS, IGNORES = "answers differently", "ignores its input"
MOST_LATE = 5
"""After so many questions that were never answered in time a policy is asked no more."""
PATIENCE_OF_A_SEARCH = 1500
"""How many questions a search may take: one for a threshold takes 60 at most."""
AT_A_TIME = 128
_SHOWN = 20
"""How many findings of a sort are kept; the others are only counted."""


class TooLate(Exception):
    """A policy let too many questions wait."""


@dataclass(slots=True)
class Finding:
    """Something that is wrong with a policy: the sort, what was seen, and the input that shows it.

    `count` is how often it was seen, `details` what else helps to find the mistake.
    """

    kind: str
    what: str
    input: str = ""
    fixture: Any = None
    answer: Any = None
    details: str = ""
    count: int = 1

    def __str__(self) -> str:
        often = f" ({self.count} times)" if self.count > 1 else ""
        at = f", first at {self.input}" if self.count > 1 else f" at {self.input}"
        return f"it {self.kind}: {self.what}{often}{at if self.input else ''}"


@dataclass
class Trial:
    """One policy under one setup; `progress` is told how many answers there are so far."""

    asker: Asker
    setup: Setup
    progress: Callable[[int], None] = lambda _: None
    asked: int = 0
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    _known: dict[Point, str] = field(default_factory=dict)
    _late: int = 0

    def ask(self, points: Sequence[Point]) -> list[str]:
        """What is decided at each point: the token of an outcome."""
        new = [point for point in dict.fromkeys(points) if point not in self._known]
        for start in range(0, len(new), AT_A_TIME):
            some = new[start : start + AT_A_TIME]
            for point, outcome in zip(some, self._asked(some), strict=True):
                self._known[point] = outcome.token
        return [self._known[point] for point in points]

    def one(self, point: Point) -> str:
        """What is decided at a point."""
        return self.ask([point])[0]

    def again(self, points: Iterable[Point]) -> None:
        """Ask once more, and find out whether the answers are the same."""
        some = [point for point in dict.fromkeys(points) if point in self._known]
        for start in range(0, len(some), AT_A_TIME):
            batch = some[start : start + AT_A_TIME]
            for point, outcome in zip(batch, self._asked(batch), strict=True):
                if outcome.token != self._known[point]:
                    what = f"{said(self._known[point])}, then {said(outcome.token)}"
                    self.find(DIFFERS, f"{what}, of the same answer", point)

    def ask_questions(self, questions: Sequence[Question]) -> list[Outcome]:
        """The outcomes of questions that are of no point."""
        outcomes: list[Outcome] = []
        for start in range(0, len(questions), AT_A_TIME):
            outcomes += self._put(questions[start : start + AT_A_TIME])
        return outcomes

    def _asked(self, points: Sequence[Point]) -> Sequence[Outcome]:
        return self._put([self.setup.question(point) for point in points])

    def _put(self, questions: Sequence[Question]) -> Sequence[Outcome]:
        for question in questions:
            # Written here, not by whoever asks: a mistake in that is nothing that a policy did.
            _ = question.answer
        outcomes = self.asker.ask(questions)
        self.asked += len(questions)
        self.progress(self.asked)
        for question, outcome in zip(questions, outcomes, strict=True):
            if outcome.trouble is not None:
                self._note(question, outcome.trouble)
        if self._late >= MOST_LATE:
            raise TooLate
        return outcomes

    def _note(self, question: Question, trouble: Trouble) -> None:
        self._late += trouble.kind == TIMES_OUT
        known = self.findings.get((trouble.kind, trouble.what))
        if known is not None:
            known.count += 1
        elif len(self.findings) < _SHOWN:
            self.findings[trouble.kind, trouble.what] = self._finding(
                trouble.kind, trouble.what, question, trouble.details
            )

    def find(self, kind: str, what: str, point: Point | None = None) -> None:
        """One more finding; of a sort the first one is kept, with how often it was seen."""
        known = self.findings.get((kind, ""))
        if known is not None:
            known.count += 1
            return
        question = None if point is None else self.setup.question(point)
        self.findings[kind, ""] = self._finding(kind, what, question)

    def _finding(
        self, kind: str, what: str, question: Question | None, details: str = ""
    ) -> Finding:
        if question is None:
            return Finding(kind, what, details=details)
        point = question.point
        fixture = None if point is None else point.fixture(self.setup.taxonomy)
        answer = json.loads(question.answer)
        return Finding(kind, what, question.says, fixture, answer, details)

    def begin(self) -> list[str]:
        """What is decided at the bases; `LabError` when there is nobody to ask."""
        outcomes = self._asked(self.setup.bases)
        for point, outcome in zip(self.setup.bases, outcomes, strict=True):
            if outcome.trouble is not None and outcome.trouble.kind == UNANSWERED:
                raise LabError(f"{self.asker.name}: {outcome.trouble.what}")
            self._known[point] = outcome.token
        return [self._known[point] for point in self.setup.bases]

    def search(
        self, searches: Sequence[tuple[Callable[[float], Point], Search]]
    ) -> list[list[Change] | None]:
        """What searches find, side by side; None of one that does not come to an end."""
        found: list[list[Change] | None] = [None] * len(searches)
        running = {at: _Running(at, line, search) for at, (line, search) in enumerate(searches)}
        for one in list(running.values()):
            _advance(one, None, running, found)
        while running:
            some = list(running.values())
            tokens = self.ask([one.line(one.value) for one in some])
            for one, token in zip(some, tokens, strict=True):
                _advance(one, token, running, found)
        return found


@dataclass(slots=True)
class _Running:
    at: int
    line: Callable[[float], Point]
    search: Search
    value: float = 0.0
    questions: int = 0


def _advance(
    one: _Running,
    token: str | None,
    running: dict[int, _Running],
    found: list[list[Change] | None],
) -> None:
    """Tell a search what is decided, and have its next question or its end."""
    one.questions += 1
    try:
        one.value = next(one.search) if token is None else one.search.send(token)
    except StopIteration as end:
        found[one.at] = end.value
        del running[one.at]
    else:
        if one.questions > PATIENCE_OF_A_SEARCH:
            one.search.close()
            del running[one.at]


def said(token: str) -> str:
    """A token for people: a decision that is a plain text without its quotes."""
    if token.startswith('"'):
        text = str(json.loads(token))
        return text if text.isprintable() and text else token
    return token


TROUBLES = (RAISES, TIMES_OUT, UNREADABLE, UNANSWERED)


def is_trouble(token: str) -> bool:
    """Whether a token tells of a trouble; no JSON begins like one."""
    return token.startswith(tuple(f"{kind}: " for kind in TROUBLES))


def each(tokens: Iterable[str]) -> Iterator[str]:
    """The tokens, each once, in the order in which they come."""
    return iter(dict.fromkeys(tokens))
