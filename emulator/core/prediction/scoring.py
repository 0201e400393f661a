"""Script + submission + project → prediction: from what was written to what is answered."""

from collections.abc import Callable
from dataclasses import replace
from zlib import crc32

from emulator.core.access import Project
from emulator.core.model import (
    NOTHING,
    NOTHING_FOUND,
    Found,
    Heads,
    Script,
    Submission,
    TextPrediction,
    TextScript,
    Timeline,
    VideoPrediction,
    VisualPrediction,
)
from emulator.core.prediction import analysis, completion, directives, invention, timelines
from emulator.core.prediction.language import language_of
from emulator.core.prediction.sampling import sampling_of
from emulator.core.prediction.words import Words
from emulator.core.taxonomy.languages import DEFAULT_LANGUAGE, LANGUAGES, UNSUPPORTED_LANGUAGE
from emulator.core.taxonomy.text import UNSUPPORTED, TextTaxonomy
from emulator.core.taxonomy.visual import VisualTaxonomy

_REMEMBERED = 4096
_NO_SCRIPT = TextScript()
_PATTERNS = ("text_filters", "pii_entities", "custom_classes", "urls")
_QUIET_PICTURES = tuple(map(VisualPrediction, range(invention.BACKGROUNDS)))


class Scorer:
    """Makes predictions; `draw` gives every number that nobody scripted, `words` what texts are
    looked through for.

    Heads are completed once for each script and taxonomy, and kept within a bound.
    """

    def __init__(self, draw: invention.Draw, words: Callable[[], Words] = Words) -> None:
        self._draw = draw
        self._words = words
        self._salt = int(draw("backgrounds") * 2**32)
        self._clean: dict[TextTaxonomy, TextPrediction] = {}
        self._completed: dict[tuple[Script, VisualTaxonomy], Heads] = {}
        self._timelines: dict[tuple[Script, VisualTaxonomy], Timeline] = {}

    def visual(self, submission: Submission, project: Project, script: Script) -> VisualPrediction:
        """What a scripted picture shows: its heads, over the background of its content."""
        key = (script, project.taxonomy)
        heads = self._completed.get(key)
        if heads is None:
            if len(self._completed) >= _REMEMBERED:
                self._completed.clear()
            heads = self._completed[key] = _of_picture(script, project.taxonomy)
        return VisualPrediction(self._background(submission, project), heads)

    def video(self, submission: Submission, project: Project, script: Script) -> VideoPrediction:
        """What a scripted video shows: its timeline, over backgrounds that begin with its own."""
        key = (script, project.taxonomy)
        timeline = self._timelines.get(key)
        if timeline is None:
            if len(self._timelines) >= _REMEMBERED:
                self._timelines.clear()
            timeline = self._timelines[key] = _of_video(script, project.taxonomy)
        return self._video(submission, project, timeline)

    def quiet_video(self, submission: Submission, project: Project) -> VideoPrediction:
        """A video in which nothing is ever seen."""
        return self._video(submission, project, timelines.QUIET)

    def invented_video(self, submission: Submission, project: Project) -> VideoPrediction:
        """A video in which something may be seen for a while: the same for the same content."""
        content = f"{project.project_id}/{submission.content}"
        heads = invention.invented_heads(project.taxonomy, self._draw, content)
        lasts = submission.media.duration if submission.media is not None else 0
        begin = lasts * self._draw("from", content)
        end = begin + (lasts - begin) * self._draw("until", content)
        timeline = Timeline((begin, end), (heads, NOTHING)) if heads else timelines.QUIET
        return self._video(submission, project, timeline)

    def _video(
        self, submission: Submission, project: Project, timeline: Timeline
    ) -> VideoPrediction:
        if submission.media is None:
            raise LookupError("a video is a medium")
        sampling = sampling_of(submission.media, project.fps)
        return VideoPrediction(self._background(submission, project), sampling, timeline)

    def quiet_picture(self, submission: Submission, project: Project) -> VisualPrediction:
        """A picture in which nothing is seen."""
        return _QUIET_PICTURES[self._background(submission, project)]

    def invented_picture(self, submission: Submission, project: Project) -> VisualPrediction:
        """A picture in which something may be seen: the same for the same content."""
        content = f"{project.project_id}/{submission.content}"
        heads = invention.invented_heads(project.taxonomy, self._draw, content)
        return VisualPrediction(self._background(submission, project), heads)

    def text(self, submission: Submission, project: Project, script: Script) -> TextPrediction:
        """What a scripted text is found to be."""
        return self._scripted(submission, project, script.text or _NO_SCRIPT)

    def quiet_text(self, submission: Submission, project: Project) -> TextPrediction:
        """A clean text; its language, and what the patterns find in it, are real all the same."""
        text, found = self._analysed(submission, project)
        language = language_of(text, (*found.urls, *found.pii_entities))
        if (
            found is NOTHING_FOUND
            and language == DEFAULT_LANGUAGE
            and project.languages is LANGUAGES
        ):
            return self._clean_text(project.text_taxonomy)
        return _prediction(project, _NO_SCRIPT, language, found)

    def guessed_text(self, submission: Submission, project: Project) -> TextPrediction:
        """A text with severities guessed from its words and patterns."""
        text, found = self._analysed(submission, project)
        language = language_of(text, (*found.urls, *found.pii_entities))
        classes = [
            name
            for name in project.text_taxonomy.classes
            if name in project.languages.get(language, ())
        ]
        guess = self._words().lexicon.guess(text, found, classes)
        prediction = _prediction(project, TextScript(guess.severities), language, found)
        return replace(prediction, because=guess.because)

    def invented_text(self, submission: Submission, project: Project) -> TextPrediction:
        """A text with severities made from its content."""
        content = f"{project.project_id}/{submission.content}"
        severities = invention.invented_severities(project.text_taxonomy, self._draw, content)
        named = dict(zip(project.text_taxonomy.classes, severities, strict=True))
        prediction = self._scripted(submission, project, _NO_SCRIPT)
        if prediction.language == UNSUPPORTED_LANGUAGE:
            return prediction
        return replace(
            prediction,
            severities=tuple(
                known if known == UNSUPPORTED else named[name]
                for name, known in zip(
                    project.text_taxonomy.classes, prediction.severities, strict=True
                )
            ),
        )

    def _scripted(
        self, submission: Submission, project: Project, script: TextScript
    ) -> TextPrediction:
        text, found = self._analysed(submission, project)
        language = script.language or language_of(text, (*found.urls, *found.pii_entities))
        scripted = {
            name: matches for name in _PATTERNS if (matches := getattr(script, name)) is not None
        }
        return _prediction(project, script, language, replace(found, **scripted))

    def _analysed(self, submission: Submission, project: Project) -> tuple[str, Found]:
        """What is looked at of a text, and what is found in it."""
        text = directives.without_directives(submission.text or "")
        words = self._words().profanity
        return text, analysis.analyse(text, words, project.allowlist, project.custom_classes)

    def _clean_text(self, taxonomy: TextTaxonomy) -> TextPrediction:
        known = self._clean.get(taxonomy)
        if known is None:
            known = self._clean[taxonomy] = TextPrediction(taxonomy.clean, DEFAULT_LANGUAGE)
        return known

    def _background(self, submission: Submission, project: Project) -> int:
        content = submission.content.encode(errors="surrogatepass")
        return crc32(content, self._salt ^ project.project_id) % invention.BACKGROUNDS


def _of_picture(script: Script, taxonomy: VisualTaxonomy) -> Heads:
    """The heads of a picture; a script that only tells of a video gives its frame at 0."""
    if script.visual is None and script.video is not None:
        return timelines.heads_at(timelines.completed(script.video, taxonomy), 0)
    return completion.complete(taxonomy, script.visual or NOTHING)


def _of_video(script: Script, taxonomy: VisualTaxonomy) -> Timeline:
    """The timeline of a video; a script that only tells of a picture gives every frame."""
    if script.video is None:
        return timelines.always(completion.complete(taxonomy, script.visual or NOTHING))
    return timelines.completed(script.video, taxonomy)


def _prediction(
    project: Project, script: TextScript, language: str, found: Found
) -> TextPrediction:
    """What is scripted stands; of all else a class that the language does not have gets -1."""
    moderated = project.languages.get(language, frozenset())
    severities = tuple(
        script.severities.get(name, 0 if name in moderated else UNSUPPORTED)
        for name in project.text_taxonomy.classes
    )
    return TextPrediction(severities, language if moderated else UNSUPPORTED_LANGUAGE, found)
