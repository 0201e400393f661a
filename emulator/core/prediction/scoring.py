"""Script + submission + project → prediction: from what was written to what is answered."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from zlib import crc32

from emulator.core.access import Project
from emulator.core.model import (
    NOTHING,
    NOTHING_FOUND,
    Found,
    Script,
    Submission,
    TextPrediction,
    TextScript,
    VisualPrediction,
)
from emulator.core.prediction import analysis, completion, directives, invention
from emulator.core.prediction.language import language_of
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
        self._completed: dict[tuple[Script, VisualTaxonomy], Mapping[int, tuple[float, ...]]] = {}

    def visual(self, submission: Submission, project: Project, script: Script) -> VisualPrediction:
        """What a scripted picture shows: its heads, over the background of its content."""
        key = (script, project.taxonomy)
        heads = self._completed.get(key)
        if heads is None:
            if len(self._completed) >= _REMEMBERED:
                self._completed.clear()
            heads = completion.complete(project.taxonomy, script.visual or NOTHING)
            self._completed[key] = heads
        return VisualPrediction(self._background(submission, project), heads)

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
