"""The Task API over HTTP: a request becomes a submission, a task becomes an answer."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from emulator.core import errors
from emulator.core.model import Mode, Submission
from emulator.core.parsing.body import reader_for
from emulator.core.parsing.submission import read_submission
from emulator.engine.emulator import Emulator
from emulator.server.address import KEY

SUBMIT_SYNC = "/api/v2/task/sync"
SUBMIT_ASYNC = "/api/v2/task/async"
_JSON = (b"content-type", b"application/json")


class Submit:
    """`POST /api/v2/task/sync` and `/async`, as a plain ASGI application.

    Starlette's own request and response objects cost as much as all the rest of a short call.
    """

    def __init__(self, emulator: Emulator, mode: Mode) -> None:
        self._emulator = emulator
        self._mode = mode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        emulator = self._emulator
        call = emulator.begin(scope["method"], scope[KEY], _authorization(headers), self._mode)
        try:
            emulator.admit(call)
            if scope["method"] != "POST":
                raise errors.wrong_method(scope["method"], call.address.path, "POST")
            submission = await self._read(headers, receive)
            task = emulator.accept(call, submission)
        except errors.Refusal as refusal:
            emulator.refuse(call, refusal)
            raise
        if task.waiting is not None:
            await task.waiting
        try:
            await _answer(send, emulator.answer(task))
        finally:
            # Whatever became of the client, the task goes on: Hive has taken it.
            if self._mode is Mode.ASYNC:
                emulator.acknowledged(call.sandbox, task)

    async def _read(self, headers: Mapping[bytes, bytes], receive: Receive) -> Submission:
        limit = self._emulator.settings.max_body
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > limit:
            raise errors.too_large(limit)
        reader = reader_for(headers.get(b"content-type", b"").decode("latin-1"))
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise errors.too_large(limit)
            reader.feed(chunk)
            more = message.get("more_body", False)
        return read_submission(reader.finish(), reader.upload)


def _authorization(headers: Mapping[bytes, bytes]) -> str | None:
    sent = headers.get(b"authorization")
    return None if sent is None else sent.decode("latin-1")


async def _answer(send: Send, body: bytes) -> None:
    length = (b"content-length", b"%d" % len(body))
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": 200,
        "headers": [_JSON, length],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
