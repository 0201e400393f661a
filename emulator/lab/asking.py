"""What a policy is asked, what it says, and the four kinds that can be asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from json import loads
from typing import Any, NamedTuple, Protocol

from emulator.core.answer import Answer
from emulator.core.policy import Policy, canonical
from emulator.lab.point import Point

PATIENCE = 5.0
"""How long one decision may take, in seconds."""


class LabError(Exception):
    """What was asked for cannot be done at all; the message says why, and what would be right."""


class Trouble(NamedTuple):
    """Why there is no decision: the sort of it, in a few words, and what was seen in full."""

    kind: str
    what: str
    details: str = ""


RAISES, TIMES_OUT, UNREADABLE, UNANSWERED = "raises", "times out", "unreadable", "no answer"


class Outcome(NamedTuple):
    """What came of a question: a decision as canonical JSON, or a trouble."""

    decision: str | None = None
    trouble: Trouble | None = None

    @property
    def token(self) -> str:
        """What tells outcomes apart; that of a trouble is no JSON."""
        if self.trouble is None:
            return str(self.decision)
        return f"{self.trouble.kind}: {self.trouble.what}"


def decided(value: Any) -> Outcome:
    """The outcome of a value that a policy gave."""
    try:
        return Outcome(canonical(value))
    except (TypeError, ValueError, RecursionError) as error:
        told = f"the decision is no value of JSON: {error}"
        return Outcome(trouble=Trouble(UNREADABLE, f"a {type(value).__name__}", told))


@dataclass(frozen=True)
class Question:
    """An answer of the API to be judged; `says` tells in words what is in it.

    `point` is what it was made to say, `content` what is submitted to get it, where nothing was.
    """

    says: str
    make: Callable[[], bytes]
    point: Point | None = None
    content: str | None = None

    @cached_property
    def answer(self) -> bytes:
        """The body that a client gets."""
        return self.make()


class Asker(Protocol):
    """A policy that can be asked, many questions at once; whatever happens is an outcome."""

    @property
    def name(self) -> str:
        """What it is called in reports."""
        ...

    def ask(self, questions: Sequence[Question], /) -> Sequence[Outcome]:
        """The outcome of each question."""
        ...


@dataclass(frozen=True, slots=True)
class DeclaredAsker:
    """A policy from a file."""

    name: str
    policy: Policy

    def ask(self, questions: Sequence[Question], /) -> Sequence[Outcome]:
        """The outcome of each question."""
        return [decided(self.policy.decide(Answer(loads(one.answer)))) for one in questions]
