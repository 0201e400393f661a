"""Who knows this content: step, directive, fixture, in this order; the first one's word stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import islice

from emulator.core.access import Project
from emulator.core.errors import nothing_scripted
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
    be known all the same. `lasting` is set for a script that stays the same object from one
    submission to the next. `ignored` are names in a file name that say nothing.
    """

    script: Script | None = None
    source: Source = QUIET
    hidden: tuple[Source, ...] = ()
    ignored: tuple[str, ...] = ()
    fault: tuple[Fault, Source] | None = None
    latency: timedelta | None = None
    media: MediaScript | None = None
    lasting: bool = False


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
        said = list(self._said(submission, project, step, directed))
        knowing = [(script, source, lasts) for script, source, lasts in said if script.knows(kind)]
        script, source, lasting = knowing[0] if knowing else (None, QUIET, False)
        return Known(
            script=script,
            source=source,
            hidden=tuple(source for _, source, _ in knowing[1:]),
            ignored=directed.ignored,
            fault=next(((one.fault, source) for one, source, _ in said if one.fault), None),
            latency=next((one.latency for one, _, _ in said if one.latency is not None), None),
            media=next((one.media for one, _, _ in said if one.media is not None), None),
            lasting=lasting,
        )

    def _said(
        self,
        submission: Submission,
        project: Project,
        step: tuple[Step, Source] | None,
        directed: directives.Directed,
    ) -> Iterator[tuple[Script, Source, bool]]:
        if step is not None:
            yield step[0].script, step[1], True
        if directed.script is not None:
            yield directed.script, DIRECTIVE, False
        for fixture in self._fixtures.all(Subject(submission, project.name)):
            yield fixture.script, fixture.source, True

    def demand(self, submission: Submission, project: Project, known: Known) -> None:
        """Refuse what nobody knows, where that is what the server was told to do."""
        if self._unscripted is Unscripted.REJECT and known.script is None:
            raise nothing_scripted(self._nearest(submission, project))

    def predict(
        self, submission: Submission, project: Project, known: Known
    ) -> tuple[Prediction, Source]:
        """The prediction, and where it comes from."""
        if known.script is not None:
            return self._scripted(
                submission, project, known.script, lasting=known.lasting
            ), known.source
        random = self._unscripted is Unscripted.RANDOM
        if submission.kind is Kind.TEXT:
            make = self._scorer.invented_text if random else self._scorer.quiet_text
            return make(submission, project), RANDOM if random else QUIET
        draw = self._scorer.invented_picture if random else self._scorer.quiet_picture
        return draw(submission, project), RANDOM if random else QUIET

    def _scripted(
        self, submission: Submission, project: Project, script: Script, *, lasting: bool
    ) -> Prediction:
        if submission.kind is Kind.TEXT:
            return self._scorer.text(submission, project, script)
        if lasting:
            return self._scorer.visual_of_fixture(submission, project, script)
        return self._scorer.visual(submission, project, script)

    def _nearest(self, submission: Submission, project: Project) -> list[str]:
        """The three fixtures for such content whose patterns look most like it, and why not."""
        subject = Subject(submission, project.name)
        kind = submission.kind
        fitting = (one for one in self._fixtures.things if one.script.knows(kind))
        ranked = sorted(
            islice(fitting, _COMPARED), key=lambda one: _likeness(one, subject), reverse=True
        )
        return [f"{one.name!r} ({'; '.join(one.when.differences(subject))})" for one in ranked[:3]]


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
