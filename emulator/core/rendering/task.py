"""A finished task as the Task API gives it: the synchronous answer and the callback's body.

Key order and types are those of the recorded answers [observed]; where `metadata` stands in a
synchronous answer, and that a callback lacks `code` and `user_id`, is our choice after the one
recorded callback.
"""

from datetime import datetime

from emulator.core.failure import Failure
from emulator.core.model import ABSENT, TextPrediction, VideoPrediction
from emulator.core.prediction.invention import Draw
from emulator.core.rendering.finished import END, Finished
from emulator.core.rendering.text import Texts
from emulator.core.rendering.values import encode, stamp, to_bytes
from emulator.core.rendering.video import Videos
from emulator.core.rendering.visual import Pictures
from emulator.core.rendering.window import EVERY

_SUCCESS = '"status":[{"status":{"code":"0","message":"SUCCESS"},"response":'
_FROM_CACHE = b'"from_cache":'


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
            return to_bytes(f'{head}"status":[{_element(task.failure)}{_ending(task.failure)}')
        if isinstance(task.prediction, VideoPrediction):
            head += _SUCCESS
            linked = self._videos.write_linked(head, task, task.prediction, submitted, frames)
            return _ended(linked, task)
        return self._with_response(head + _SUCCESS, task, submitted)

    def _with_response(self, head: str, task: Finished, submitted: str) -> bytes:
        prediction = task.prediction
        if isinstance(prediction, TextPrediction):
            body = self._texts.write(head, task, prediction, submitted)
        elif isinstance(prediction, VideoPrediction):
            body = self._videos.write(head, task, prediction, submitted)
        else:
            body = self._pictures.write(head, task, prediction, submitted)
        return _ended(body, task)


def _ended(body: bytes, task: Finished) -> bytes:
    """A body that ends as all do, as it ends for this task."""
    if task.lacking is None and task.origin is None:
        return body
    return body.removesuffix(END.encode()) + _unusual_end(task).encode()


def _failed(failure: Failure) -> bytes:
    """What a synchronous call is told of a task that failed [observed, for a failed download]."""
    return to_bytes(f'{{"return_code":{failure.return_code},"message":{encode(failure.message)}}}')


def _element(failure: Failure) -> str:
    """How a task says that it failed, or in part; the place of `error_code` is our choice."""
    return f'{{"status":{{"code":"{failure.code}","message":"{failure.name}"}}}}'


def _unusual_end(task: Finished) -> str:
    """What follows `response` of a task that failed in part, or whose result is an older one."""
    lacking = "" if task.lacking is None else f",{_element(task.lacking)}"
    return f"}}{lacking}{_ending(task.lacking, cached=task.origin is not None)}"


def _ending(failure: Failure | None, *, cached: bool = False) -> str:
    """What follows the elements of `status`."""
    code = "" if failure is None else f',"error_code":{failure.code}'
    return f'],"from_cache":{"true" if cached else "false"}{code}}}'


def resent(body: bytes, moment: datetime) -> bytes:
    """The body of a callback that was triggered anew, as recorded [documented elsewhere].

    The Dashboard's own answer, which has no `from_cache` to stand before, ends with it.
    """
    told = b'"resent_on":"%b","resent_by":"manual"' % stamp(moment).encode()
    # Of that name the last key is ours: what clients sent stands before it.
    before, found, after = body.rpartition(_FROM_CACHE)
    return b"%b%b,%b%b" % (before, told, found, after) if found else body[:-1] + b",%b}" % told


def _stamps(task: Finished) -> tuple[str, str]:
    """When the task was submitted whose result it is, and when its own result was there."""
    if task.origin is not None:
        return stamp(task.origin.submitted), stamp(task.ended)
    submitted = stamp(task.submitted)
    return submitted, submitted if task.ended is task.submitted else stamp(task.ended)


def _metadata(metadata: object) -> str:
    return f'"metadata":{encode(metadata)},'


def in_progress(task_id: str) -> bytes:
    """The body of a summary whose task is not finished; its words are our choice."""
    return _told(task_id, "The task is still in progress.")


def triggered(task_id: str) -> bytes:
    """The body that the triggering of a callback is answered with: our choice."""
    return _told(task_id, "The callback is being sent.")


def _told(task_id: str, message: str) -> bytes:
    return f'{{"task_id":"{task_id}","message":"{message}"}}'.encode()


def acknowledgement(task_id: str) -> bytes:
    """The body that an asynchronous submission is answered with; clients read either name."""
    return f'{{"task_id":"{task_id}","id":"{task_id}"}}'.encode()
