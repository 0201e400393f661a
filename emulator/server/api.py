"""The Task API over HTTP: a request becomes a submission, a task becomes an answer."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from emulator.core import errors
from emulator.core.access import Address
from emulator.core.faults import Event
from emulator.core.parsing.body import Reader, reader_for
from emulator.core.parsing.query import asked_of, asked_window
from emulator.core.parsing.submission import string_of
from emulator.core.rendering.task import triggered
from emulator.engine.calls import Call
from emulator.engine.emulator import Emulator
from emulator.engine.journal import Exchange
from emulator.engine.tasks import Task
from emulator.server.line import hang_up, hold, send_body, take_in
from emulator.server.refusals import refusal_response

SUBMIT_SYNC = "/api/v2/task/sync"
SUBMIT_ASYNC = "/api/v2/task/async"
SUMMARY = "/api/v2/task"
SUBMIT_SYNC_V1 = "/api/v1/task/sync"
SUMMARY_V1 = "/api/v1/task"
SUBMIT_ASYNC_V1 = "/api/v1/task/async"
TRIGGER = "/api/v2/task/callback"
TRIGGER_V1 = "/api/v1/task/callback"
"""Where the callback of a finished task is triggered: that it is a POST is documented elsewhere,
its path is our choice."""
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

    def __init__(self, emulator: Emulator, event: Event) -> None:
        self._emulator = emulator
        self._event = event
        self._waits = event is Event.SUBMIT_ASYNC

    async def __call__(
        self, address: Address, headers: Headers, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """As `Endpoint` says."""
        emulator = self._emulator
        call = emulator.begin(scope["method"], address, authorization_of(headers), self._event)
        exchange = call.exchange
        exchange.headers, exchange.query = scope["headers"], scope["query_string"]
        try:
            task = await self._take(call, headers, receive)
        except errors.Refusal as refusal:
            emulator.refuse(call, refusal)
            await answer_refused(call, refusal, scope, receive, send)
            return
        except ClientDisconnect:
            emulator.abandon(call)
            return
        if self._waits:
            if call.early is not None:
                await emulator.send_early(call, task)
        elif not task.ended_already and not await self._ended(call, task, scope, receive, send):
            return
        body = emulator.answer(task)
        try:
            if call.delay is not None or call.bend is not None:
                await answer_troubled(emulator, call, body, scope, receive, send)
                return
            length = (b"content-length", b"%d" % len(body))
            await send(
                {
                    "type": "http.response.start",
                    "status": exchange.status,
                    "headers": [_JSON, length],
                }
            )
            await send({"type": "http.response.body", "body": body})
        finally:
            # Whatever became of the client, the task goes on: Hive has taken it.
            if self._waits:
                emulator.acknowledged(call.sandbox, task)

    async def _ended(
        self, call: Call, task: Task, scope: Scope, receive: Receive, send: Send
    ) -> bool:
        """Wait for the result; whether there is one, and the call is still to be answered."""
        try:
            await task.result()
        except errors.Refusal as refusal:
            self._emulator.refuse(call, refusal)
            await answer_refused(call, refusal, scope, receive, send)
            return False
        self._emulator.answered(call)
        return True

    async def _take(self, call: Call, headers: Headers, receive: Receive) -> Task:
        """Take in what is submitted; `Refusal` where it is not taken."""
        emulator, exchange = self._emulator, call.exchange
        if exchange.method != "POST":
            raise errors.wrong_method(exchange.method, call.address.path, "POST")
        emulator.admit(call)
        reader = await read_body(headers, receive, emulator.settings.max_body, exchange)
        submission = emulator.read(call, reader.finish(), reader.upload)
        if not self._waits and emulator.downloads(submission):
            submission = await emulator.download(call, submission)
        return emulator.accept(call, submission)


class AboutTask:
    """A call about a task that was submitted before: of one event, and by one method."""

    event: Event
    method: str

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(
        self, address: Address, headers: Headers, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """As `Endpoint` says."""
        emulator = self._emulator
        method = scope["method"]
        call = emulator.begin(method, address, authorization_of(headers), self.event)
        call.exchange.headers, call.exchange.query = scope["headers"], scope["query_string"]
        try:
            if method != self.method:
                raise errors.wrong_method(method, address.path, self.method)
            emulator.admit(call)
            body = await self._answer(call, headers, receive)
        except errors.Refusal as refusal:
            emulator.refuse(call, refusal)
            await answer_refused(call, refusal, scope, receive, send)
            return
        except ClientDisconnect:
            emulator.abandon(call)
            return
        await answer_troubled(emulator, call, body, scope, receive, send)

    async def _answer(self, call: Call, headers: Headers, receive: Receive) -> bytes:
        raise NotImplementedError


class Summary(AboutTask):
    """`GET /api/v2/task?task_id=`: the result of a task, or that there is none yet."""

    event = Event.SUMMARY
    method = "GET"

    async def _answer(self, call: Call, headers: Headers, receive: Receive) -> bytes:  # noqa: ARG002
        frames = asked_window(call.exchange.query)
        task = self._emulator.summarise(call, asked_of(call.exchange.query).get("task_id"))
        return self._emulator.summary(task, frames)


class Trigger(AboutTask):
    """`POST /api/v2/task/callback`: the callback of a finished task is sent anew.

    `task_id` may stand in the address or in the body, which counts where both say it.
    """

    event = Event.TRIGGER
    method = "POST"

    async def _answer(self, call: Call, headers: Headers, receive: Receive) -> bytes:
        task_id = asked_of(call.exchange.query).get("task_id")
        if _has_body(headers):
            limit = self._emulator.settings.max_body
            reader = await read_body(headers, receive, limit, call.exchange)
            task_id = string_of(reader.finish(), "task_id") or task_id
        return triggered(self._emulator.trigger(call, task_id).id)


def _has_body(headers: Headers) -> bool:
    length = headers.get(b"content-length", b"0")
    return length != b"0" or b"transfer-encoding" in headers


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
        receive: Receive,
        send: Send,
    ) -> None:
        """As `Endpoint` says."""
        refusal = errors.unknown_path(address.path, self._known)
        call = self._emulator.begin(scope["method"], address, authorization_of(headers), None)
        call.exchange.headers, call.exchange.query = scope["headers"], scope["query_string"]
        self._emulator.refuse(call, refusal)
        await refusal_response(refusal)(scope, receive, send)


async def answer_troubled(
    emulator: Emulator, call: Call, content: bytes, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer a call that a trouble makes late, or bends the answer of."""
    if call.delay is not None and not await is_held(call, scope, receive):
        return
    body = emulator.bent_answer(call, content)
    await send_body(body, call.exchange.status, scope, receive, send)


async def answer_refused(
    call: Call, refusal: errors.Refusal, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer a call that was refused, or leave it without an answer where that is the trouble."""
    if call.delay is not None and not await is_held(call, scope, receive):
        return
    if not isinstance(refusal, errors.NoAnswer):
        await refusal_response(refusal)(scope, receive, send)
        return
    if call.exchange.submission is None:
        await take_in(receive)
    within = None if refusal.within is None else refusal.within.total_seconds()
    if not refusal.hangs or await hold(call.sandbox.pause(within), scope, receive):
        await hang_up(scope, receive)


async def is_held(call: Call, scope: Scope, receive: Receive) -> bool:
    """Keep a call waiting as long as its trouble wants; whether its client still is there."""
    seconds = 0.0 if call.delay is None else call.delay.total_seconds()
    if call.exchange.submission is None:
        await take_in(receive)
    return await hold(call.sandbox.pause(seconds), scope, receive)


async def read_body(
    headers: Headers, receive: Receive, limit: int, exchange: Exchange | None = None
) -> Reader:
    """The body, read as it comes in; `TooLarge` as soon as it is more than it may be.

    Its beginning is kept in the exchange.
    """
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
        if exchange is not None:
            exchange.received(chunk)
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
