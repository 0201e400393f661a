"""A finished task as the Task API gives it: the synchronous answer and the callback's body.

Key order and types are those of the recorded answers [observed]; where `metadata` stands in a
synchronous answer, and that a callback lacks `code` and `user_id`, is our choice after the one
recorded callback.
"""

from emulator.core.failure import Failure
from emulator.core.model import ABSENT, TextPrediction, VideoPrediction
from emulator.core.prediction.invention import Draw
from emulator.core.rendering.finished import Finished
from emulator.core.rendering.text import Texts
from emulator.core.rendering.values import encode, stamp, to_bytes
from emulator.core.rendering.video import EVERY, Videos
from emulator.core.rendering.visual import Pictures

_SUCCESS = '"status":[{"status":{"code":"0","message":"SUCCESS"},"response":'


class Renderer:
    """Writes finished tasks as JSON."""

    def __init__(self, draw: Draw) -> None:
        self._pictures = Pictures(draw)
        self._videos = Videos(self._pictures)
        self._texts = Texts()

    def answer(self, task: Finished) -> bytes:
        """The body of a synchronous answer."""
        if task.failure is not None:
            return _failed(task.failure)
        project = task.project
        metadata = task.submission.metadata
        submitted, ended = _stamps(task)
        head = (
            f'{{"id":"{task.id}","code":200,"project_id":{project.project_id},'
            f'"user_id":{project.user_id},"created_on":"{ended}",'
            f"{'' if metadata is ABSENT else _metadata(metadata)}{_SUCCESS}"
        )
        return self._with_response(head, task, submitted)

    def callback(self, task: Finished, frames: slice = EVERY) -> bytes:
        """The body that is posted to a callback address, of a video with these frames."""
        metadata = task.submission.metadata
        submitted, ended = _stamps(task)
        head = (
            f'{{"id":"{task.id}","project_id":{task.project.project_id},'
            f'"created_on":"{ended}","callback":{encode(task.submission.callback_url)},'
            f"{_metadata(None if metadata is ABSENT else metadata)}"
        )
        if task.failure is not None:
            return to_bytes(head + _error(task.failure))
        if isinstance(task.prediction, VideoPrediction):
            head += _SUCCESS
            return self._videos.write_linked(head, task, task.prediction, submitted, frames)
        return self._with_response(head + _SUCCESS, task, submitted)

    def _with_response(self, head: str, task: Finished, submitted: str) -> bytes:
        prediction = task.prediction
        if isinstance(prediction, TextPrediction):
            return self._texts.write(head, task, prediction, submitted)
        if isinstance(prediction, VideoPrediction):
            return self._videos.write(head, task, prediction, submitted)
        return self._pictures.write(head, task, prediction, submitted)


def _failed(failure: Failure) -> bytes:
    """What a synchronous call is told of a task that failed [observed, for a failed download]."""
    return to_bytes(f'{{"return_code":{failure.return_code},"message":{encode(failure.message)}}}')


def _error(failure: Failure) -> str:
    """How a task says that it failed; the place of `error_code` is our choice."""
    return (
        f'"status":[{{"status":{{"code":"{failure.code}","message":"{failure.name}"}}}}],'
        f'"from_cache":false,"error_code":{failure.code}}}'
    )


def _stamps(task: Finished) -> tuple[str, str]:
    """When the task was submitted, and when its result was there."""
    submitted = stamp(task.submitted)
    return submitted, submitted if task.ended is task.submitted else stamp(task.ended)


def _metadata(metadata: object) -> str:
    return f'"metadata":{encode(metadata)},'


def in_progress(task_id: str) -> bytes:
    """The body of a summary whose task is not finished; its words are our choice."""
    return f'{{"task_id":"{task_id}","message":"The task is still in progress."}}'.encode()


def acknowledgement(task_id: str) -> bytes:
    """The body that an asynchronous submission is answered with; clients read either name."""
    return f'{{"task_id":"{task_id}","id":"{task_id}"}}'.encode()
