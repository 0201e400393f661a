"""A finished task as the Task API gives it: the synchronous answer and the callback's body.

Key order and types are those of the recorded answers [observed]; where `metadata` stands in a
synchronous answer, and that a callback lacks `code` and `user_id`, is our choice after the one
recorded callback.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import md5
from typing import Protocol

from emulator.core.access import Project
from emulator.core.model import (
    ABSENT,
    Kind,
    Media,
    Prediction,
    Submission,
    TextPrediction,
    VisualPrediction,
)
from emulator.core.prediction.invention import Draw
from emulator.core.rendering.values import encode, matches, number, stamp, to_bytes, utf16_offset
from emulator.core.rendering.visual import Pictures

VISUAL_MODEL = "mod55_dense"
TEXT_MODEL = "pytorch_textmod_xlm_roberta_multilevel_03_23_2022"
TEXT_CLIENT_VERSION = "5.2.82"
CHARGE = 0.003

_SUCCESS = '"status":[{"status":{"code":"0","message":"SUCCESS"},"response":{"input":'
_END = b'}]}}],"from_cache":false}'
_MEDIA_TYPES = {Kind.PICTURE: "PHOTO", Kind.VIDEO: "VIDEO", Kind.AUDIO: "AUDIO"}


class Finished(Protocol):
    """What rendering needs to know of a task; `ended` is when its result was there."""

    @property
    def id(self) -> str: ...  # noqa: D102 - the names say it
    @property
    def project(self) -> Project: ...  # noqa: D102
    @property
    def submission(self) -> Submission: ...  # noqa: D102
    @property
    def submitted(self) -> datetime: ...  # noqa: D102
    @property
    def ended(self) -> datetime: ...  # noqa: D102
    @property
    def prediction(self) -> Prediction: ...  # noqa: D102


class Renderer:
    """Writes finished tasks as JSON."""

    def __init__(self, draw: Draw) -> None:
        self._pictures = Pictures(draw)

    def answer(self, task: Finished) -> bytes:
        """The body of a synchronous answer."""
        project = task.project
        head = (
            f'{{"id":"{task.id}","code":200,"project_id":{project.project_id},'
            f'"user_id":{project.user_id},"created_on":"{stamp(task.ended)}",'
        )
        metadata = task.submission.metadata
        if metadata is not ABSENT:
            head += f'"metadata":{encode(metadata)},'
        return self._with_status(head, task)

    def callback(self, task: Finished) -> bytes:
        """The body that is posted to a callback address."""
        metadata = task.submission.metadata
        head = (
            f'{{"id":"{task.id}","project_id":{task.project.project_id},'
            f'"created_on":"{stamp(task.ended)}","callback":{encode(task.submission.callback_url)},'
            f'"metadata":{encode(None if metadata is ABSENT else metadata)},'
        )
        return self._with_status(head, task)

    def _with_status(self, head: str, task: Finished) -> bytes:
        prediction = task.prediction
        if isinstance(prediction, TextPrediction):
            return _text(head, task, prediction)
        return self._visual(head, task, prediction)

    def _visual(self, head: str, task: Finished, prediction: VisualPrediction) -> bytes:
        classes = self._pictures.classes(task.project.taxonomy, prediction)
        before = f'{head}{_SUCCESS}{_visual_input(task)},"output":[{{"time":0,"classes":['
        return b"".join((to_bytes(before), classes, b"]", _END))


def acknowledgement(task_id: str) -> bytes:
    """The body that an asynchronous submission is answered with; clients read either name."""
    return f'{{"task_id":"{task_id}","id":"{task_id}"}}'.encode()


def _visual_input(task: Finished) -> str:
    project = task.project
    media = task.submission.media
    written = "null" if media is None else _media(media)
    return (
        f'{{"id":"{task.id}","charge":{CHARGE},"model":"{VISUAL_MODEL}","model_version":1,'
        f'"model_type":"CATEGORIZATION","created_on":"{stamp(task.submitted)}","media":{written},'
        f'"user_id":{project.user_id},"project_id":{project.project_id},"config_version":1,'
        '"config_tag":"default"}'
    )


def _media(media: Media) -> str:
    return (
        f'{{"url":{encode(media.url)},"filename":{encode(media.filename)},'
        f'"type":"{_MEDIA_TYPES[media.kind]}","mime_type":"{media.mime_type}",'
        f'"mimetype":"{media.mimetype}","width":{media.width},"height":{media.height},'
        f'"num_frames":{media.num_frames},"duration":{number(media.duration)}}}'
    )


def _text(head: str, task: Finished, prediction: TextPrediction) -> bytes:
    project = task.project
    text = task.submission.text or ""
    utf16 = project.utf16
    length = utf16_offset(text, len(text)) if utf16 else len(text)
    taxonomy = project.text_taxonomy
    moderated = () if prediction.language == "UNSUPPORTED" else taxonomy.moderated
    return to_bytes(
        f"{head}{_SUCCESS}{_text_input(task, text)},"
        f'"custom_classes":{matches(prediction.custom_classes, text, utf16=utf16)},'
        f'"text_filters":{matches(prediction.text_filters, text, utf16=utf16)},'
        f'"pii_entities":{matches(prediction.pii_entities, text, utf16=utf16)},'
        f'"urls":{matches(prediction.urls, text, utf16=utf16)},'
        f'"language":"{prediction.language}","moderated_classes":{_names(moderated)},'
        f'"output":[{{"time":0,"start_char_index":0,"end_char_index":{length},'
        f'"classes":[{_severities(taxonomy.classes, prediction.severities)}'
    ) + (b"]" + _END)


def _text_input(task: Finished, text: str) -> str:
    project = task.project
    digest = md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    return (
        f'{{"hash":"{digest}","inference_client_version":"{TEXT_CLIENT_VERSION}",'
        f'"model":"{TEXT_MODEL}","model_type":"TEXT_CLASSIFICATION","model_version":1,'
        f'"text":{encode(text)},"id":"{task.id}","created_on":"{stamp(task.submitted)}",'
        f'"user_id":{project.user_id},"project_id":{project.project_id},"charge":{CHARGE}}}'
    )


def _severities(classes: Iterable[str], severities: Iterable[int]) -> str:
    pairs = zip(classes, severities, strict=True)
    return ",".join(f'{{"class":"{name}","score":{severity}}}' for name, severity in pairs)


def _names(names: Iterable[str]) -> str:
    return f"[{','.join(f'{name!r}' for name in names)}]".replace("'", '"')
