"""The `response` of the text model: what was sent, what the patterns found, and the severities."""

from hashlib import md5

from emulator.core.model import NOTHING_FOUND, Found, TextPrediction
from emulator.core.rendering.finished import CHARGE, END, Finished, input_id
from emulator.core.rendering.values import encode, matches, quote, to_bytes
from emulator.core.taxonomy.languages import UNSUPPORTED_LANGUAGE
from emulator.core.taxonomy.text import UNSUPPORTED, TextTaxonomy
from emulator.core.units import length_of

MODEL = "pytorch_textmod_xlm_roberta_multilevel_03_23_2022"
CLIENT_VERSION = "5.2.82"
"""Both as in the newest complete answer [in the documents: Dashboard reference]."""

_REMEMBERED = 4096


class Texts:
    """Writes text predictions; what does not change from text to text is written once and kept."""

    def __init__(self) -> None:
        self._classes: dict[tuple[TextTaxonomy, tuple[int, ...]], str] = {}
        self._moderated: dict[tuple[TextTaxonomy, tuple[int, ...] | bool], str] = {}

    def write(self, head: str, task: Finished, prediction: TextPrediction, submitted: str) -> bytes:
        """The whole answer, of which `head` is what stands before the object `response`."""
        project = task.project
        text = task.submission.text or ""
        digest = md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
        return to_bytes(
            f'{head}{{"input":{{"hash":"{digest}",{_MODEL},"text":{quote(text)},"id":"{input_id(task)}",'
            f'"created_on":"{submitted}","user_id":{project.user_id},'
            f'"project_id":{project.project_id},"charge":{CHARGE}}},'
            f"{_patterns(prediction.found, text, utf16=project.utf16)},"
            f'"language":"{prediction.language}",'
            f'"moderated_classes":{self._moderated_classes(project.text_taxonomy, prediction)},'
            f'"output":[{{"time":0,"start_char_index":0,'
            f'"end_char_index":{length_of(text, utf16=project.utf16)},'
            f'"classes":{self._severities(project.text_taxonomy, prediction.severities)}}}]}}{END}'
        )

    def _moderated_classes(self, taxonomy: TextTaxonomy, prediction: TextPrediction) -> str:
        """Those that are moderated in the text's language: all that have a severity.

        An unsupported language has none [documented elsewhere].
        """
        if prediction.language == UNSUPPORTED_LANGUAGE:
            return "[]"
        key = taxonomy, UNSUPPORTED in prediction.severities and prediction.severities
        known = self._moderated.get(key)
        if known is None:
            if len(self._moderated) >= _REMEMBERED:
                self._moderated.clear()
            left_out = {
                name
                for name, severity in zip(taxonomy.classes, prediction.severities, strict=True)
                if severity == UNSUPPORTED
            }
            moderated = [name for name in taxonomy.moderated if name not in left_out]
            known = self._moderated[key] = encode(moderated)
        return known

    def _severities(self, taxonomy: TextTaxonomy, severities: tuple[int, ...]) -> str:
        known = self._classes.get((taxonomy, severities))
        if known is None:
            if len(self._classes) >= _REMEMBERED:
                self._classes.clear()
            pairs = zip(taxonomy.classes, severities, strict=True)
            known = encode([{"class": name, "score": severity} for name, severity in pairs])
            self._classes[taxonomy, severities] = known
        return known


_MODEL = (
    f'"inference_client_version":"{CLIENT_VERSION}","model":"{MODEL}",'
    '"model_type":"TEXT_CLASSIFICATION","model_version":1'
)


def _patterns(found: Found, text: str, *, utf16: bool) -> str:
    if found is NOTHING_FOUND:
        return _NO_PATTERNS
    return (
        f'"custom_classes":{matches(found.custom_classes, text, utf16=utf16)},'
        f'"text_filters":{matches(found.text_filters, text, utf16=utf16)},'
        f'"pii_entities":{matches(found.pii_entities, text, utf16=utf16)},'
        f'"urls":{matches(found.urls, text, utf16=utf16)}'
    )


_NO_PATTERNS = '"custom_classes":[],"text_filters":[],"pii_entities":[],"urls":[]'
