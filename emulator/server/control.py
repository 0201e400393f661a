"""The control API under `/_emulator`: look into a sandbox, and let its time pass."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from emulator.core.access import DEFAULT_SANDBOX, NAME
from emulator.core.duration import EXPECTED, parse_duration
from emulator.core.errors import bad_name
from emulator.core.model import ClockMode
from emulator.core.rendering.values import encode, to_bytes
from emulator.core.suggest import shown
from emulator.engine.clock import Backwards, OutOfRange
from emulator.engine.emulator import Emulator, Passed
from emulator.engine.journal import Entry, Exchange
from emulator.engine.sandbox import Sandbox
from emulator.server import views
from emulator.server.address import KEY
from emulator.server.guard import Guard

PREFIX = "/_emulator"
_LIMIT = timedelta(days=30)
_DIGITS = 18


class ControlError(Exception):
    """A call of the control API that cannot be done: status, what was wrong, what is right."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Answer(JSONResponse):
    """JSON of everything that a client may have sent, lone surrogates too."""

    def render(self, content: Any) -> bytes:
        """As Starlette asks for it."""
        return to_bytes(encode(content))


class Control:
    """The endpoints of the control API, each a bound method."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    @property
    def routes(self) -> list[BaseRoute]:
        """All of it as one table."""
        settings = self._emulator.settings
        guard = Guard(settings.admin_token, settings.control_hosts)
        table: Iterable[tuple[str, str, Callable[[Request], Awaitable[Any]]]] = (
            ("GET", "/clock", self.clock),
            ("PUT", "/clock", self.set_clock),
            ("POST", "/clock/advance", self.advance),
            ("POST", "/clock/run-until-idle", self.run_until_idle),
            ("POST", "/reset", self.reset),
            ("GET", "/sandboxes", self.sandboxes),
            ("GET", "/journal", self.journal),
            ("GET", "/requests", self.requests),
            ("GET", "/tasks", self.tasks),
            ("GET", "/tasks/{id}", self.task),
            ("GET", "/callbacks", self.callbacks),
            ("GET", "/callbacks/{id}", self.callback),
            ("GET", "/scenarios", self.scenarios),
            ("GET", "/projects", self.projects),
        )
        routes: list[BaseRoute] = [
            Route(f"{PREFIX}{path}", _endpoint(guard, call), methods=[method])
            for method, path, call in table
        ]
        known = ", ".join(f"{method} {PREFIX}{path}" for method, path, _ in table)
        unknown = _endpoint(guard, _nothing_here(known))
        routes.append(Route(f"{PREFIX}/{{rest:path}}", unknown, methods=_EVERY_METHOD))
        return routes

    async def clock(self, request: Request) -> Any:
        """The time of the sandbox."""
        return views.clock(self._sandbox(request).clock)

    async def set_clock(self, request: Request) -> Any:
        """Another kind of clock, or another moment."""
        sandbox = self._sandbox(request)
        wanted = await _body(request, ("mode", "now"))
        mode = _clock_mode(wanted.get("mode", sandbox.clock.mode.value))
        moment = _moment(wanted["now"]) if wanted.get("now") is not None else None
        try:
            self._emulator.set_clock(sandbox, mode, moment)
        except Backwards:
            now = views.clock(sandbox.clock)["now"]
            raise ControlError(
                409,
                f"The sandbox {sandbox.name!r} has seen submissions, and its clock is at {now}: "
                f"it cannot go back. POST {PREFIX}/reset makes the sandbox new.",
            ) from None
        return views.clock(sandbox.clock)

    async def advance(self, request: Request) -> Any:
        """Let time pass."""
        wanted = await _body(request, ("by",))
        if "by" not in wanted:
            raise ControlError(400, f"The field 'by' is missing: it must be {EXPECTED}.")
        by = _duration("by", wanted["by"])
        return _passed(await self._emulator.advance(self._sandbox(request), by))

    async def run_until_idle(self, request: Request) -> Any:
        """Let time pass until nothing is left to do."""
        wanted = await _body(request, ("limit",))
        limit = _duration("limit", wanted["limit"]) if "limit" in wanted else _LIMIT
        return _passed(await self._emulator.run_until_idle(self._sandbox(request), limit))

    async def reset(self, request: Request) -> Any:
        """The sandbox as new."""
        await _body(request, ())
        return views.sandbox(self._emulator.reset(_sandbox_name(request)))

    async def sandboxes(self, request: Request) -> Any:
        """All sandboxes."""
        return _listed(map(views.sandbox, self._emulator.sandboxes), request)

    async def journal(self, request: Request) -> Any:
        """Everything that happened."""
        kind = request.query_params.get("kind")
        return self._entries(request, lambda entry: kind is None or entry.kind == kind)

    async def requests(self, request: Request) -> Any:
        """The calls of the emulated API."""
        asked = request.query_params

        def wanted(entry: Entry) -> bool:
            return (
                isinstance(entry, Exchange)
                and entry.path == asked.get("path", entry.path)
                and str(entry.status) == asked.get("status", str(entry.status))
                and entry.project == asked.get("project", entry.project)
            )

        return self._entries(request, wanted)

    def _entries(self, request: Request, wanted: Callable[[Entry], bool]) -> Any:
        entries = self._sandbox(request).journal.select(wanted)
        return _listed(map(views.entry, entries), request)

    async def tasks(self, request: Request) -> Any:
        """The tasks."""
        return _listed(map(views.task, self._sandbox(request).tasks), request)

    async def task(self, request: Request) -> Any:
        """One task, with its answer and how it came to be."""
        task = self._sandbox(request).tasks.get(request.path_params["id"])
        if task is None:
            raise _unknown("task", request)
        return views.task_in_full(task, self._emulator)

    async def callbacks(self, request: Request) -> Any:
        """The callbacks, all or those in one state."""
        state = request.query_params.get("state")
        every = self._sandbox(request).callbacks
        return _listed(
            (views.callback(one) for one in every if state in (None, one.state)), request
        )

    async def callback(self, request: Request) -> Any:
        """One callback with its attempts."""
        callback = self._sandbox(request).callbacks.get(request.path_params["id"])
        if callback is None:
            raise _unknown("callback", request)
        return views.callback(callback)

    async def scenarios(self, request: Request) -> Any:
        """The scenarios that are known."""
        return _listed(map(views.scenario, self._emulator.library.scenarios.values()), request)

    async def projects(self, request: Request) -> Any:
        """The declared projects; keys are never shown."""
        return _listed(map(views.project, self._emulator.library.directory.projects), request)

    def _sandbox(self, request: Request) -> Sandbox:
        return self._emulator.sandbox(_sandbox_name(request))


_EVERY_METHOD = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def _endpoint(
    guard: Guard, call: Callable[[Request], Awaitable[Any]]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        refused = guard.objection(request.headers)
        if refused is not None:
            return Answer({"error": refused[1]}, refused[0])
        try:
            return Answer(await call(request))
        except ControlError as error:
            return Answer({"error": error.message}, error.status)
        except OutOfRange as error:
            return Answer({"error": str(error)}, 400)
        except ClientDisconnect:
            return Response()

    return answer


def _nothing_here(known: str) -> Callable[[Request], Awaitable[Any]]:
    async def answer(request: Request) -> Any:
        call = f"{request.method} {request.url.path}"
        raise ControlError(404, f"The control API has no {call}. It has: {known}.")

    return answer


def _unknown(what: str, request: Request) -> ControlError:
    wanted = request.path_params["id"]
    return ControlError(
        404,
        f"There is no {what} {wanted!r} in the sandbox {_sandbox_name(request)!r}. Other sandboxes "
        "are asked with ?sandbox=NAME.",
    )


def _sandbox_name(request: Request) -> str:
    by_path: str | None = request.scope[KEY].sandbox
    asked = request.query_params.get("sandbox", by_path or DEFAULT_SANDBOX)
    if not NAME.fullmatch(asked):
        raise ControlError(400, bad_name("sandbox", asked).message)
    if by_path is not None and asked != by_path:
        told = f"The path names the sandbox {by_path!r} and ?sandbox= the sandbox {asked!r}."
        raise ControlError(400, told)
    return asked


async def _body(request: Request, known: Iterable[str]) -> Mapping[str, Any]:
    """The JSON object that was sent; an empty body is an empty one."""
    names = tuple(known)
    raw = await request.body()
    try:
        sent = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ControlError(400, f"The body is not valid JSON: {error}.") from None
    allowed = f"It may have {', '.join(map(repr, names))}." if names else "It has no fields."
    if not isinstance(sent, dict):
        raise ControlError(400, f"The body must be a JSON object. {allowed}")
    unknown = [name for name in sent if name not in names]
    if unknown:
        raise ControlError(400, f"The body has an unknown field {shown(unknown[0])}. {allowed}")
    return sent


def _clock_mode(written: object) -> ClockMode:
    try:
        return ClockMode(str(written))
    except ValueError:
        raise ControlError(
            400, f"'mode' is {shown(written)}: it must be one of {', '.join(ClockMode)}."
        ) from None


def _moment(written: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(written))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ControlError(
            400, f"'now' is {shown(written)}: it must be a time such as 2026-01-01T00:00:00Z."
        ) from None


def _duration(name: str, written: object) -> timedelta:
    try:
        return parse_duration(written)
    except ValueError as error:
        raise ControlError(400, f"{name!r} is {shown(written)}: it must be {error}.") from None


def _passed(passed: Passed) -> Mapping[str, Any]:
    return {
        "now": views.stamp(passed.now),
        "delivered": passed.delivered,
        "failed": passed.failed,
        "pending": passed.pending,
    }


def _listed(items: Iterable[Mapping[str, Any]], request: Request) -> Mapping[str, Any]:
    """`{"items", "total"}`, newest last; `total` counts before `limit` cuts."""
    found = _since(list(items), request.query_params.get("since"))
    limit = request.query_params.get("limit")
    if limit is None:
        return {"items": found, "total": len(found)}
    # So many digits that Python would not read them are no number that anybody means.
    if not limit.isdecimal() or len(limit) > _DIGITS:
        raise ControlError(400, f"'limit' is {shown(limit)}: it must be a whole number.")
    newest = found[-int(limit) :] if int(limit) else []
    return {"items": newest, "total": len(found)}


def _since(items: list[Mapping[str, Any]], since: str | None) -> list[Mapping[str, Any]]:
    if since is None:
        return items
    for at, item in enumerate(items):
        if item["id"] == since:
            return items[at + 1 :]
    try:
        moment = views.stamp(_moment(since))
    except ControlError:
        return []
    return [item for item in items if item.get("at", "") >= moment]
