"""The lines that a policy is walked along, one a class: everything else stays as in the base.

A score moves against its head: what a positive class has, the negative one lacks; what a negative
class lacks, the positive ones share evenly, so that none of them alone is high.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from emulator.core.model import Kind
from emulator.core.prediction.analysis import PROFANE
from emulator.core.prediction.contacts import EMAIL, US_PHONE
from emulator.core.taxonomy.languages import LANGUAGES as LANGUAGES_KNOWN
from emulator.core.taxonomy.languages import UNSUPPORTED_LANGUAGE
from emulator.core.taxonomy.text import GRADED, TEXT_SEVERITIES, UNSUPPORTED, TextTaxonomy
from emulator.core.taxonomy.visual import Head, VisualTaxonomy
from emulator.lab.point import QUIET_WORDS, Point, Said, Scores, with_head

SCORE, SEVERITY, CHOICE = "score", "severity", "choice"
TEXT_CLASSES, PATTERNS, LANGUAGES, PHRASES = "text classes", "patterns", "language", "phrases"
LANGUAGE_CODES = (*LANGUAGES_KNOWN, UNSUPPORTED_LANGUAGE)
"""Every language that the text model is asked about, and what it says of all others."""


@dataclass(frozen=True, eq=False)
class Axis:
    """A line: `at` is the point of a value, `values` are those of the grid, in their order.

    Of a line of scores `head` is the head that they belong to, and `place` where that stands; of a
    line of choices the first value is the base's own.
    """

    name: str
    group: str
    kind: str
    values: tuple[Any, ...]
    at: Callable[[Any], Point]
    head: Head | None = None
    place: int = 0

    @property
    def negative(self) -> bool:
        """Whether it is its head's negative class."""
        return self.head is not None and self.name == self.head.negative


def grid(low: float, high: float, steps: int) -> tuple[float, ...]:
    """So many scores from one to the other, both included, each the double nearest to its decimal.

    ValueError when there are fewer than two.
    """
    if steps < 2:
        raise ValueError("at least 2 steps: both ends are among them")
    if not 0 <= low < high <= 1:
        raise ValueError(f"scores from 0 to 1, in this order, found {low} and {high}")
    return tuple(round(low + (high - low) * at / (steps - 1), 12) for at in range(steps))


def score_axes(base: Point, taxonomy: VisualTaxonomy, values: Sequence[float]) -> Iterator[Axis]:
    """A line for every class of every head, in the order of answers."""
    for place, head in enumerate(taxonomy.heads):
        for at, name in enumerate(head.classes):
            make = partial(_with_score, base, place, head, at)
            yield Axis(name, head.name, SCORE, tuple(values), make, head, place)


def _with_score(base: Point, place: int, head: Head, at: int, score: float) -> Point:
    return in_head(base, place, head, alone(head, at, score))


def in_head(base: Point, place: int, head: Head, scores: Scores) -> Point:
    """The base with other scores in a head of every frame."""
    frames = tuple(with_head(scene, place, scores, head) for scene in base.frames)
    return base._replace(frames=frames)


def alone(head: Head, at: int, score: float) -> Scores:
    """The scores of a head of which one class has this one."""
    if at == head.negative_at:
        return shared(head, 1 - score, score)
    scores = [0.0] * len(head.classes)
    scores[head.negative_at] = 1 - score
    scores[at] = score
    return tuple(scores)


def shared(head: Head, sum_of_positives: float, negative: float) -> Scores:
    """The scores of a head whose positive classes share a sum evenly."""
    each = sum_of_positives / (len(head.classes) - 1)
    return tuple(negative if at == head.negative_at else each for at in range(len(head.classes)))


def text_axes(
    base: Point, taxonomy: TextTaxonomy, phrases: Iterable[str] = (), languages: Iterable[str] = ()
) -> Iterator[Axis]:
    """A line for every class, for what patterns find, for the language, and for some phrases."""
    said = base.said
    for name in taxonomy.classes:
        values = (UNSUPPORTED, *TEXT_SEVERITIES.get(name, GRADED))
        make = partial(_with_severity, base, name)
        yield Axis(name, TEXT_CLASSES, SEVERITY, values, make)
    for name, words in _PATTERNS.items():
        yield _choice(name, PATTERNS, base, {"none": said, words: _with_words(said, words)})
    codes = dict.fromkeys((said.language or "EN", *LANGUAGE_CODES, *languages))
    spoken = {code: said._replace(language=code) for code in codes}
    first = next(iter(spoken))
    yield _choice("language", LANGUAGES, base, {**spoken, first: said})
    for phrase in phrases:
        yield _choice(phrase, PHRASES, base, {"absent": said, "there": _with_words(said, phrase)})


_PATTERNS = {
    PROFANE: "damn it",
    EMAIL: "write to ann@example.com",
    US_PHONE: "call 617-768-2274",
    "web address": "see https://example.com/a",
}
"""What patterns look for, and words in which they really find it."""


def _with_severity(base: Point, name: str, severity: int) -> Point:
    return base._replace(said=base.said.with_severity(name, severity))


def _with_words(said: Said, words: str) -> Said:
    return said._replace(words=f"{said.words}, {words}")


def _choice(name: str, group: str, base: Point, choices: dict[str, Said]) -> Axis:
    def at(choice: str) -> Point:
        return base._replace(said=choices[choice])

    return Axis(name, group, CHOICE, tuple(choices), at)


def empty(kind: Kind, frames: int = 1) -> Point:
    """The base point without noise: nothing seen, or a clean text."""
    if kind is Kind.TEXT:
        return Point(kind, said=Said(QUIET_WORDS))
    return Point(kind, ((),) * frames)
