"""The Task API over HTTP: a request becomes a submission, a task becomes an answer."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from emulator.core import errors
from emulator.core.access import Address
from emulator.core.model import Mode
from emulator.core.parsing.body import Reader, reader_for
from emulator.core.parsing.submission import read_submission
from emulator.engine.emulator import Emulator
from emulator.engine.tasks import TaskState

SUBMIT_SYNC = "/api/v2/task/sync"
SUBMIT_ASYNC = "/api/v2/task/async"
Headers = Mapping[bytes, bytes]
"""Header names in lower case; of a repeated one the last counts."""

_JSON = (b"content-type", b"application/json")


class Endpoint(Protocol):
    """An address of the emulated API; a `Refusal` that it raises is answered for it."""

    async def __call__(
        self, address: Address, headers: Headers, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer one call."""
        ...


class Submit:
    """`POST /api/v2/task/sync` and `/async`.

    Starlette's own request and response objects cost as much as all the rest of a short call.
    """

    def __init__(self, emulator: Emulator, mode: Mode) -> None:
        self._emulator = emulator
        self._mode = mode

    async def __call__(
        self, address: Address, headers: Headers, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """As `Endpoint` says."""
        emulator = self._emulator
        method = scope["method"]
        call = emulator.begin(method, address, authorization_of(headers), self._mode)
        try:
            emulator.admit(call)
            if method != "POST":
                raise errors.wrong_method(method, address.path, "POST")
            reader = await read_body(headers, receive, emulator.settings.max_body)
            task = emulator.accept(call, read_submission(reader.finish(), reader.upload))
        except errors.Refusal as refusal:
            emulator.refuse(call, refusal)
            raise
        if self._mode is Mode.SYNC and task.state is not TaskState.FINISHED:
            await task.result()
        body = emulator.answer(task)
        length = (b"content-length", b"%d" % len(body))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [_JSON, length]})
            await send({"type": "http.response.body", "body": body})
        finally:
            # Whatever became of the client, the task goes on: Hive has taken it.
            if self._mode is Mode.ASYNC:
                emulator.acknowledged(call.sandbox, task)


class Nowhere:
    """Every address that is nothing: refused in the API's own shape, and remembered."""

    def __init__(self, emulator: Emulator, known: Iterable[str]) -> None:
        self._emulator = emulator
        self._known = tuple(known)

    async def __call__(
        self,
        address: Address,
        headers: Headers,
        scope: Scope,
        receive: Receive,  # noqa: ARG002 - the shape of an endpoint
        send: Send,  # noqa: ARG002
    ) -> None:
        """As `Endpoint` says."""
        refusal = errors.unknown_path(address.path, self._known)
        authorization = authorization_of(headers)
        call = self._emulator.begin(scope["method"], address, authorization, Mode.SYNC)
        self._emulator.refuse(call, refusal)
        raise refusal


async def read_body(headers: Headers, receive: Receive, limit: int) -> Reader:
    """The body, read as it comes in; `TooLarge` as soon as it is more than it may be."""
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > limit:
        raise errors.too_large(limit)
    reader = reader_for(headers.get(b"content-type", b"").decode("latin-1"))
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise errors.too_large(limit)
        reader.feed(chunk)
        if not message.get("more_body", False):
            return reader


def authorization_of(headers: Headers) -> str | None:
    """The Authorization header, if there is one."""
    sent = headers.get(b"authorization")
    return None if sent is None else sent.decode("latin-1")
