"""Script + submission + project → prediction: from what was written to what is answered."""

from collections.abc import Mapping
from dataclasses import replace
from zlib import crc32

from emulator.core.access import Project
from emulator.core.model import (
    NOTHING,
    NOTHING_FOUND,
    Script,
    Submission,
    TextPrediction,
    TextScript,
    VisualPrediction,
)
from emulator.core.prediction import analysis, completion, directives, invention
from emulator.core.taxonomy.text import UNSUPPORTED, TextTaxonomy
from emulator.core.taxonomy.visual import VisualTaxonomy

DEFAULT_LANGUAGE = "EN"
UNSUPPORTED_LANGUAGE = "UNSUPPORTED"
_REMEMBERED = 4096
_NO_SCRIPT = TextScript()
_PATTERNS = ("text_filters", "pii_entities", "custom_classes", "urls")
_QUIET_PICTURES = tuple(map(VisualPrediction, range(invention.BACKGROUNDS)))


class Scorer:
    """Makes predictions; `draw` gives every number that nobody scripted.

    Heads are completed once for each script and taxonomy, and kept within a bound.
    """

    def __init__(self, draw: invention.Draw) -> None:
        self._draw = draw
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
        return _scripted_text(submission.text or "", project, script.text or _NO_SCRIPT)

    def quiet_text(self, submission: Submission, project: Project) -> TextPrediction:
        """A clean text; what the patterns find in it is real all the same."""
        text = directives.without_directives(submission.text or "")
        found = analysis.analyse(text, project.allowlist, project.custom_classes)
        taxonomy = project.text_taxonomy
        if found is not NOTHING_FOUND:
            return TextPrediction(taxonomy.clean, DEFAULT_LANGUAGE, found)
        known = self._clean.get(taxonomy)
        if known is None:
            known = self._clean[taxonomy] = TextPrediction(taxonomy.clean, DEFAULT_LANGUAGE)
        return known

    def invented_text(self, submission: Submission, project: Project) -> TextPrediction:
        """A text with severities made from its content."""
        content = f"{project.project_id}/{submission.content}"
        severities = invention.invented_severities(project.text_taxonomy, self._draw, content)
        named = dict(zip(project.text_taxonomy.classes, severities, strict=True))
        return _scripted_text(submission.text or "", project, TextScript(named))

    def _background(self, submission: Submission, project: Project) -> int:
        content = submission.content.encode(errors="surrogatepass")
        return crc32(content, self._salt ^ project.project_id) % invention.BACKGROUNDS


def _scripted_text(text: str, project: Project, script: TextScript) -> TextPrediction:
    language = script.language or DEFAULT_LANGUAGE
    seen = directives.without_directives(text)
    found = analysis.analyse(seen, project.allowlist, project.custom_classes)
    scripted = {
        name: matches for name in _PATTERNS if (matches := getattr(script, name)) is not None
    }
    return TextPrediction(
        _severities(project, script, language), language, replace(found, **scripted)
    )


def _severities(project: Project, script: TextScript, language: str) -> tuple[int, ...]:
    taxonomy = project.text_taxonomy
    if not script.severities and language != UNSUPPORTED_LANGUAGE:
        return taxonomy.clean
    otherwise = UNSUPPORTED if language == UNSUPPORTED_LANGUAGE else 0
    return tuple(script.severities.get(name, otherwise) for name in taxonomy.classes)
