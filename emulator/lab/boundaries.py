"""Fixtures around every threshold of a policy, to be run through the real application.

Just below, at and just above each; and, of every score that matters, in the shapes of numbers that
clients trip over: 1 without a point, an exponent, and digits that do not end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nextafter
from typing import Any

from emulator.core.rendering.values import number
from emulator.core.suggest import shown
from emulator.lab.asking import Question
from emulator.lab.axes import LANGUAGES, SCORE, SEVERITY
from emulator.lab.mapping import Map, Row
from emulator.lab.served import Served
from emulator.lab.setup import VIDEO, Setup
from emulator.lab.trial import Trial
from emulator.library.inline import fixtures_from

SHAPES = (1.0, 8.8e-05)
"""A whole number, which is written without a point, and one with an exponent [both observed]."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """A fixture near a threshold, what is submitted to get it, and what the policy decides then."""

    name: str
    of: str
    value: Any
    place: str
    submit: dict[str, str]
    fixture: dict[str, Any]
    decision: str = ""


def boundaries(trial: Trial, found: Map, served: Served) -> list[Boundary]:
    """The fixtures, in the order of the map, each with what is decided of its own answer."""
    rows = [row for row in found.rows if row.direct]
    of_rows = [(row, one) for row in rows for one in _of_row(row, trial.setup)]
    made = [one for _, one in of_rows]
    questions = [_question(one, row, trial.setup, served) for row, one in of_rows]
    outcomes = trial.ask_questions(questions)
    return [
        Boundary(one.name, one.of, one.value, one.place, one.submit, one.fixture, outcome.token)
        for one, outcome in zip(made, outcomes, strict=True)
    ]


def _question(one: Boundary, row: Row, setup: Setup, served: Served) -> Question:
    """What is decided of the fixture's own answer; the lab itself writes those of videos."""
    if setup.contract == VIDEO:
        return setup.question(row.axis.at(one.value))
    fixtures = fixtures_from(one.fixture, served.heads)
    content = next(iter(one.submit.values()))
    return Question(one.name, lambda: served.answer(one.submit, fixtures), content=content)


def _of_row(row: Row, setup: Setup) -> Iterator[Boundary]:
    if row.axis.kind == SCORE:
        yield from (_picture(row, *one, setup) for one in _scores(row).items())
    elif row.axis.kind == SEVERITY:
        yield from (_severity(row, *one) for one in _severities(row).items())
    else:
        yield from (_choice(row, value) for value in _choices(row))


def _scores(row: Row) -> dict[float, str]:
    """The scores around each change, in their order, and the shapes."""
    places: dict[float, str] = {}
    for change in row.changes:
        threshold = change.threshold
        for value, place in (
            (nextafter(threshold, -inf), f"just below {number(threshold)}"),
            (threshold, f"at {number(threshold)}"),
            (nextafter(threshold, inf), f"just above {number(threshold)}"),
        ):
            if 0 <= value <= 1:
                places.setdefault(value, place)
    for shape in SHAPES:
        places.setdefault(shape, f"at {number(shape)}")
    return dict(sorted(places.items()))


def _severities(row: Row) -> dict[int, str]:
    """All severities: there are few."""
    at = {change.above for change in row.changes}
    return {
        value: f"at {value}" + (", where the decision changes" if value in at else "")
        for value, _ in row.cells
    }


def _choices(row: Row) -> list[str]:
    """One that is decided as the base is, and all that are not."""
    same = [value for value, token in row.cells if token == row.base][:1]
    return [*same, *(value for value, token in row.cells if token != row.base)]


def _picture(row: Row, value: float, place: str, setup: Setup) -> Boundary:
    ending = "mp4" if setup.contract == VIDEO else "jpg"
    slug = f"boundary-{row.axis.name}-{number(value)}.{ending}"
    # As the answer will have it: a whole number has no point, neither in YAML nor in JSON.
    score = int(value) if value == int(value) else value
    name = f"{row.axis.name} {place}"
    fixture = {
        "name": name,
        "when": {"url": f"*/{slug}"},
        "visual": {row.axis.name: score},
    }
    url = f"https://lab.hive-emulator.test/{slug}"
    return Boundary(name, row.axis.name, score, place, {"url": url}, fixture)


def _severity(row: Row, value: int, place: str) -> Boundary:
    name = f"{row.axis.name} {place}"
    text = f"boundary {row.axis.name} {value}"
    fixture = {"name": name, "when": {"text": text}, "text": {row.axis.name: value}}
    return Boundary(name, row.axis.name, value, place, {"text_data": text}, fixture)


def _choice(row: Row, value: str) -> Boundary:
    """A text with these words, or in this language; what patterns find needs no script."""
    said = row.axis.at(value).said
    spoken = row.axis.group == LANGUAGES
    same = value == row.axis.values[0]
    text = f"boundary {row.axis.name} {value}" if spoken or same else said.words
    scripted = {"language": value} if spoken else dict(said.severities)
    name = f"{row.axis.name}: {shown(value)}"
    fixture = {"name": name, "when": {"text": text}, "text": scripted}
    return Boundary(name, row.axis.name, value, f"at {value}", {"text_data": text}, fixture)
