"""Who knows this content: step, directive, fixture, in this order; the first one's word stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import chain, islice

from emulator.core.access import Project
from emulator.core.errors import class_not_answered, nothing_scripted
from emulator.core.fixture import Fixture
from emulator.core.matching import FIELDS, Index, Subject
from emulator.core.model import (
    Fault,
    Kind,
    MediaScript,
    Prediction,
    Script,
    Source,
    Submission,
)
from emulator.core.prediction import directives
from emulator.core.prediction.invention import Draw
from emulator.core.prediction.scoring import Scorer
from emulator.engine.shelf import Shelf
from emulator.settings import Unscripted

DIRECTIVE = Source("directive")
RANDOM = Source("unscripted", "random")
LEXICON = Source("unscripted", "lexicon")
QUIET = Source("unscripted", "quiet")
_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a submission: the script that counts, its source, and what it hides.

    `script` is None where nobody knows what the content shows; `fault`, `latency` and `media` may
    be known all the same, each with where it comes from. `ignored` are names in a file name that
    say nothing, `used` the fixtures that had a say.
    """

    script: Script | None = None
    source: Source = QUIET
    hidden: tuple[Source, ...] = ()
    ignored: tuple[str, ...] = ()
    fault: tuple[Fault, Source] | None = None
    latency: tuple[timedelta, Source] | None = None
    media: tuple[MediaScript, Source] | None = None
    used: tuple[Fixture, ...] = ()


_UNKNOWN = Known()
_Said = tuple[Script, Source, Fixture | None]
_Scripted = Callable[[Submission, Project, Script], Prediction]
_Unscripted = Callable[[Submission, Project], Prediction]


class _Ways:
    """How a scorer makes predictions of each kind of content: scripted ones, and all others."""

    __slots__ = ("scripted", "unknown")

    def __init__(self, scorer: Scorer, unscripted: Unscripted) -> None:
        self.scripted: Mapping[Kind, _Scripted] = {
            Kind.TEXT: scorer.text,
            Kind.PICTURE: scorer.visual,
            Kind.VIDEO: scorer.video,
        }
        self.unknown: Mapping[Kind, _Unscripted] = (
            {
                Kind.TEXT: scorer.invented_text,
                Kind.PICTURE: scorer.invented_picture,
                Kind.VIDEO: scorer.invented_video,
            }
            if unscripted is Unscripted.RANDOM
            else {
                Kind.TEXT: scorer.guessed_text
                if unscripted is Unscripted.LEXICON
                else scorer.quiet_text,
                Kind.PICTURE: scorer.quiet_picture,
                Kind.VIDEO: scorer.quiet_video,
            }
        )


class Knowledge:
    """All fixtures in their order, and what becomes of content that none of them knows."""

    def __init__(self, shelf: Shelf, draw: Draw, unscripted: Unscripted) -> None:
        self._shelf = shelf
        self._unscripted = unscripted
        self._ways = _Ways(Scorer(draw, lambda: shelf.library.words), unscripted)

    def look_up(
        self,
        submission: Submission,
        project: Project,
        steps: Iterable[tuple[Script, Source]] = (),
        added: Index[Fixture] | None = None,
    ) -> Known:
        """What is known of this submission, to steps of a scenario and to fixtures.

        `added` are the fixtures of the sandbox itself, which come before all others.
        """
        subject = Subject(submission, project.name)
        directed = directives.read(submission, project.taxonomy)
        nobody = directed is directives.NONE and not steps and added is None
        if nobody and self._shelf.fixtures.first(subject) is None:
            return _UNKNOWN
        _check_classes(directed.script, project)
        said = list(self._said(subject, steps, directed, added))
        return _judged(said, submission.kind, directed.ignored)

    def _said(
        self,
        subject: Subject,
        steps: Iterable[tuple[Script, Source]],
        directed: directives.Directed,
        added: Index[Fixture] | None,
    ) -> Iterator[_Said]:
        for script, source in steps:
            yield script, source, None
        if directed.script is not None:
            yield directed.script, DIRECTIVE, None
        for index in (added, self._shelf.fixtures):
            for fixture in index.all(subject) if index is not None else ():
                yield fixture.script, fixture.source, fixture

    def demand(
        self,
        submission: Submission,
        project: Project,
        known: Known,
        added: Iterable[Fixture] = (),
    ) -> None:
        """Refuse what nobody knows, where that is what the server was told to do."""
        if self._unscripted is Unscripted.REJECT and known.script is None:
            raise nothing_scripted(self.nearest(Subject(submission, project.name), added))

    def predict(
        self, submission: Submission, project: Project, known: Known, scorer: Scorer | None = None
    ) -> tuple[Prediction, Source]:
        """The prediction, and where it comes from; made by the server's seed or by that scorer's.

        Of the prepared backgrounds, which are the server's, every scorer picks its own.
        """
        ways = self._ways if scorer is None else _Ways(scorer, self._unscripted)
        if known.script is not None:
            return ways.scripted[submission.kind](submission, project, known.script), known.source
        made = ways.unknown[submission.kind](submission, project)
        return made, self._unscripted_source(submission.kind)

    def _unscripted_source(self, kind: Kind) -> Source:
        # A lexicon says nothing of pictures and videos: they stay quiet.
        if self._unscripted is Unscripted.LEXICON and kind is Kind.TEXT:
            return LEXICON
        return RANDOM if self._unscripted is Unscripted.RANDOM else QUIET

    def nearest(self, subject: Subject, added: Iterable[Fixture] = ()) -> list[str]:
        """The three fixtures for such content whose patterns look most like it, and why not."""
        kind = subject.submission.kind
        fitting = (
            one for one in chain(added, self._shelf.fixtures.things) if one.script.knows(kind)
        )
        ranked = sorted(
            islice(fitting, _COMPARED), key=lambda one: likeness(one, subject), reverse=True
        )
        return [f"{one.name!r} ({'; '.join(one.when.differences(subject))})" for one in ranked[:3]]


def _judged(said: Sequence[_Said], kind: Kind, ignored: tuple[str, ...]) -> Known:
    """What counts of everything that is said: of each thing the first word."""
    knowing = [one for one in said if one[0].knows(kind)]
    fault = next(((one[0].fault, one) for one in said if one[0].fault is not None), None)
    latency = next(((one[0].latency, one) for one in said if one[0].latency is not None), None)
    media = next(((one[0].media, one) for one in said if one[0].media is not None), None)
    heard = (*knowing[:1], *(one[1] for one in (fault, latency, media) if one is not None))
    return Known(
        script=knowing[0][0] if knowing else None,
        source=knowing[0][1] if knowing else QUIET,
        hidden=tuple(source for _, source, _ in knowing[1:]),
        ignored=ignored,
        fault=None if fault is None else (fault[0], fault[1][1]),
        latency=None if latency is None else (latency[0], latency[1][1]),
        media=None if media is None else (media[0], media[1][1]),
        used=tuple(one[2] for one in heard if one[2] is not None),
    )


def _check_classes(script: Script | None, project: Project) -> None:
    """A directive for a class that this project's answers do not have would go unseen."""
    for name in script.text.severities if script is not None and script.text is not None else ():
        if name not in project.text_taxonomy.places:
            raise class_not_answered(name, project.name, project.text_taxonomy.classes)


def likeness(fixture: Fixture, subject: Subject) -> float:
    """How near a fixture is to what was submitted, from 0 to 1."""
    return max(
        (
            SequenceMatcher(None, value, pattern.literal).quick_ratio()
            for key, patterns in fixture.when.patterns.items()
            if (value := FIELDS[key](subject)) is not None
            for pattern in patterns[:8]
        ),
        default=0,
    )
