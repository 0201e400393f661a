"""Who knows this content: step, directive, fixture, in this order; the first one's word stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import islice

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
from emulator.core.scenario import Step
from emulator.settings import Unscripted

DIRECTIVE = Source("directive")
RANDOM = Source("unscripted", "random")
QUIET = Source("unscripted", "quiet")
_COMPARED = 2000


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a submission: the script that counts, its source, and what it hides.

    `script` is None where nobody knows what the content shows; `fault`, `latency` and `media` may
    be known all the same. `ignored` are names in a file name that say nothing.
    """

    script: Script | None = None
    source: Source = QUIET
    hidden: tuple[Source, ...] = ()
    ignored: tuple[str, ...] = ()
    fault: tuple[Fault, Source] | None = None
    latency: timedelta | None = None
    media: MediaScript | None = None


_UNKNOWN = Known()


class Knowledge:
    """All fixtures in their order, and what becomes of content that none of them knows."""

    def __init__(self, fixtures: Index[Fixture], draw: Draw, unscripted: Unscripted) -> None:
        self._fixtures = fixtures
        self._scorer = Scorer(draw)
        self._unscripted = unscripted

    def look_up(
        self, submission: Submission, project: Project, step: tuple[Step, Source] | None
    ) -> Known:
        """What is known of this submission."""
        kind = submission.kind
        directed = directives.read(submission, project.taxonomy)
        first = self._fixtures.first(Subject(submission, project.name))
        if step is None and first is None and directed is directives.NONE:
            return _UNKNOWN
        _check_classes(directed.script, project)
        said = list(self._said(submission, project, step, directed))
        knowing = [(script, source) for script, source in said if script.knows(kind)]
        script, source = knowing[0] if knowing else (None, QUIET)
        return Known(
            script=script,
            source=source,
            hidden=tuple(source for _, source in knowing[1:]),
            ignored=directed.ignored,
            fault=next(((one.fault, source) for one, source in said if one.fault), None),
            latency=next((one.latency for one, _ in said if one.latency is not None), None),
            media=next((one.media for one, _ in said if one.media is not None), None),
        )

    def _said(
        self,
        submission: Submission,
        project: Project,
        step: tuple[Step, Source] | None,
        directed: directives.Directed,
    ) -> Iterator[tuple[Script, Source]]:
        if step is not None:
            yield step[0].script, step[1]
        if directed.script is not None:
            yield directed.script, DIRECTIVE
        for fixture in self._fixtures.all(Subject(submission, project.name)):
            yield fixture.script, fixture.source

    def demand(self, submission: Submission, project: Project, known: Known) -> None:
        """Refuse what nobody knows, where that is what the server was told to do."""
        if self._unscripted is Unscripted.REJECT and known.script is None:
            raise nothing_scripted(self._nearest(submission, project))

    def predict(
        self, submission: Submission, project: Project, known: Known
    ) -> tuple[Prediction, Source]:
        """The prediction, and where it comes from."""
        if known.script is not None:
            make_scripted = (
                self._scorer.text if submission.text is not None else self._scorer.visual
            )
            return make_scripted(submission, project, known.script), known.source
        random = self._unscripted is Unscripted.RANDOM
        if submission.kind is Kind.TEXT:
            make = self._scorer.invented_text if random else self._scorer.quiet_text
            return make(submission, project), RANDOM if random else QUIET
        draw = self._scorer.invented_picture if random else self._scorer.quiet_picture
        return draw(submission, project), RANDOM if random else QUIET

    def _nearest(self, submission: Submission, project: Project) -> list[str]:
        """The three fixtures for such content whose patterns look most like it, and why not."""
        subject = Subject(submission, project.name)
        kind = submission.kind
        fitting = (one for one in self._fixtures.things if one.script.knows(kind))
        ranked = sorted(
            islice(fitting, _COMPARED), key=lambda one: _likeness(one, subject), reverse=True
        )
        return [f"{one.name!r} ({'; '.join(one.when.differences(subject))})" for one in ranked[:3]]


def _check_classes(script: Script | None, project: Project) -> None:
    """A directive for a class that this project's answers do not have would go unseen."""
    for name in script.text.severities if script is not None and script.text is not None else ():
        if name not in project.text_taxonomy.places:
            raise class_not_answered(name, project.name, project.text_taxonomy.classes)


def _likeness(fixture: Fixture, subject: Subject) -> float:
    return max(
        (
            SequenceMatcher(None, value, pattern.literal).quick_ratio()
            for key, patterns in fixture.when.patterns.items()
            if (value := FIELDS[key](subject)) is not None
            for pattern in patterns[:8]
        ),
        default=0,
    )
