"""A policy behind HTTP: the answer is posted there, and the decision read from the reply."""

from collections.abc import Sequence
from json import loads
from typing import Any

from emulator.lab.asking import (
    PATIENCE,
    RAISES,
    TIMES_OUT,
    UNANSWERED,
    UNREADABLE,
    LabError,
    Outcome,
    Question,
    Trouble,
    decided,
)
from emulator.lab.crew import Crew
from emulator.lab.exchange import Failed, Line, Reply, target_of
from emulator.lab.pointer import STATUS, check_decision, resolve

AT_ONCE = 16
"""How many questions may be on their way to a server at the same time."""
_SHOWN = 300


class EndpointAsker:
    """An address that takes answers, and gives a decision at a JSON pointer of its reply."""

    def __init__(
        self, url: str, decision: str = "", *, patience: float = PATIENCE, at_once: int = AT_ONCE
    ) -> None:
        self.name = url
        self._decision = check_decision(decision)
        try:
            self._target = target_of(url)
        except ValueError as error:
            raise LabError(f"{url!r} is no address to ask: expected {error}") from None
        self._line = Line(self._target, patience)
        # A server that sends byte after byte is late too, though no wait of the socket's ends.
        self._crew = Crew(self._work, late, hands=at_once, patience=patience * 3)

    def ask(self, questions: Sequence[Question], /) -> Sequence[Outcome]:
        """The outcome of each question."""
        try:
            return self._crew.do(questions)
        finally:
            self._line.close()

    def _work(self, question: Question) -> Outcome:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            reply = self._line.exchange("POST", self._target.path, headers, question.answer)
        except Failed as failed:
            return outcome_of(failed)
        return read_decision(reply, self._decision)


def late(question: Question) -> Outcome:  # noqa: ARG001 - as a crew calls it
    """The outcome of a question that nobody came back from."""
    return Outcome(trouble=Trouble(TIMES_OUT, "the reply does not end"))


def outcome_of(failed: Failed) -> Outcome:
    """The outcome of a question that there was no reply to."""
    kind = TIMES_OUT if failed.timed_out else UNANSWERED
    return Outcome(trouble=Trouble(kind, str(failed)))


def read_decision(reply: Reply, decision: str) -> Outcome:
    """The decision in a reply; where there is none, its status tells whether the server broke."""
    if decision == STATUS:
        return decided(reply.status)
    shown = reply.body[:_SHOWN].decode("utf-8", "replace")
    broken = Outcome(trouble=Trouble(RAISES, f"HTTP {reply.status}", shown))
    if reply.status >= 500:
        return broken
    try:
        value: Any = resolve(loads(reply.body), decision)
    except (ValueError, RecursionError):
        what = "the reply is no JSON"
    except LookupError as error:
        what = str(error)
    else:
        return decided(value)
    if reply.status >= 400:
        return broken
    return Outcome(trouble=Trouble(UNREADABLE, what, f"HTTP {reply.status}: {shown}"))
