"""The control API as one table, guarded, with one way to answer and to refuse."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, compile_path

from emulator.core.rendering.values import encode, to_bytes
from emulator.core.suggest import did_you_mean
from emulator.engine.clock import OutOfRange
from emulator.engine.emulator import Emulator
from emulator.library.problems import LibraryError
from emulator.server.control.asked import (
    ControlError,
    WrongMethod,
    check_parameters,
    sandbox_name,
)
from emulator.server.control.asking import Asking
from emulator.server.control.events import Events
from emulator.server.control.guard import Guard
from emulator.server.control.moderating import Moderating
from emulator.server.control.moments import Moments
from emulator.server.control.openapi.serving import Description
from emulator.server.control.records import Records
from emulator.server.control.scripting import Scripting
from emulator.server.control.submitting import Submitting

log = logging.getLogger(__name__)

PREFIX = "/_emulator"
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]


class Answer(JSONResponse):
    """JSON of everything that a client may have sent, lone surrogates too."""

    def render(self, content: Any) -> bytes:
        """As Starlette asks for it."""
        return to_bytes(encode(content))


class Call(NamedTuple):
    """One call of the control API: where it is, and what answers it."""

    method: str
    path: str
    answer: Callable[[Request], Awaitable[Any]]

    @property
    def address(self) -> str:
        """Its path as documents write it."""
        return PREFIX + self.path.replace(":path}", "}")


def calls(emulator: Emulator) -> list[Call]:
    """All of it."""
    records, moments = Records(emulator), Moments(emulator)
    moderating, submitting = Moderating(emulator), Submitting(emulator)
    scripting, asking, events = Scripting(emulator), Asking(emulator), Events(emulator)
    guarded = emulator.settings.admin_token is not None
    description = Description(lambda: calls(emulator), guarded=guarded)
    return [
        Call("GET", "/openapi.json", description.openapi),
        Call("POST", "/reset", moments.reset),
        Call("GET", "/sandboxes", records.sandboxes),
        Call("DELETE", "/sandboxes/{name}", records.forget_sandbox),
        Call("GET", "/clock", moments.clock),
        Call("PUT", "/clock", moments.set_clock),
        Call("POST", "/clock/advance", moments.advance),
        Call("POST", "/clock/run-until-idle", moments.run_until_idle),
        Call("GET", "/journal", records.journal),
        Call("GET", "/requests", records.requests),
        Call("GET", "/requests/{id}", records.request),
        Call("GET", "/tasks", records.tasks),
        Call("GET", "/tasks/{id}", records.task),
        Call("GET", "/tasks/{id}/scores", records.scores),
        Call("POST", "/submit", submitting.submit),
        Call("GET", "/callbacks", records.callbacks),
        Call("GET", "/callbacks/{id}", records.callback),
        Call("POST", "/callbacks/{id}/resend", records.resend),
        Call("POST", "/callbacks/{id}/send-now", records.send_now),
        Call("POST", "/callbacks/{id}/drop", records.drop),
        Call("POST", "/wait", asking.wait),
        Call("POST", "/verify", asking.verify),
        Call("GET", "/fixtures", scripting.fixtures),
        Call("POST", "/fixtures", scripting.add_fixtures),
        Call("GET", "/fixtures/unused", scripting.unused),
        Call("PUT", "/fixtures/{name:path}", scripting.put_fixture),
        Call("DELETE", "/fixtures/{name:path}", scripting.remove_fixture),
        Call("GET", "/unmatched", scripting.unmatched),
        Call("GET", "/presets", scripting.presets),
        Call("GET", "/problems", scripting.problems),
        Call("GET", "/scenarios", scripting.scenarios),
        Call("GET", "/scenario", scripting.scenario),
        Call("PUT", "/scenario", scripting.set_scenario),
        Call("GET", "/faults", scripting.faults),
        Call("GET", "/faults/possible", scripting.possible_faults),
        Call("POST", "/faults", scripting.add_fault),
        Call("DELETE", "/faults", scripting.clear_faults),
        Call("DELETE", "/faults/{id}", scripting.remove_fault),
        Call("GET", "/projects", records.projects),
        Call("GET", "/applications", moderating.applications),
        Call("PUT", "/applications/{name:path}", moderating.set_application),
        Call("GET", "/posts", moderating.posts),
        Call("GET", "/patrons", moderating.patrons),
        Call("GET", "/review", moderating.review),
        Call("POST", "/actions", moderating.act),
        Call("GET", "/events", events.events),
    ]


def routes(emulator: Emulator) -> list[BaseRoute]:
    """The routes of the control API; whatever else is under its prefix is told what there is."""
    guard = Guard(emulator.settings.admin_token, emulator.settings.control_hosts)
    table = calls(emulator)
    made: list[BaseRoute] = [
        Route(f"{PREFIX}{call.path}", _endpoint(guard, _asked_rightly(call)), methods=[call.method])
        for call in table
    ]
    unknown = _endpoint(guard, _nothing_here(table))
    elsewhere = (PREFIX, f"{PREFIX}/{{rest:path}}")
    return [*made, *(Route(path, unknown, methods=EVERY_METHOD) for path in elsewhere)]


def _endpoint(
    guard: Guard, call: Callable[[Request], Awaitable[Any]]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        refused = guard.objection(request.headers)
        if refused is not None:
            return Answer({"error": refused[1]}, refused[0])
        try:
            sandbox_name(request)
            made = await call(request)
            return made if isinstance(made, Response) else Answer(made)
        except ControlError as error:
            return answer_of(error)
        except LibraryError as error:
            problems = [str(problem) for problem in error.problems]
            return Answer({"error": "; ".join(problems), "problems": problems}, 400)
        except OutOfRange as error:
            return Answer({"error": str(error)}, 400)
        except ClientDisconnect:
            return Response()
        except Exception as error:
            log.exception("a mistake of the emulator's own, in %s %s", request.method, request.url)
            told = f"The emulator made a mistake ({type(error).__name__}); its log says more."
            return Answer({"error": told}, 500)

    return answer


def answer_of(error: ControlError) -> Response:
    """What a call is answered with that cannot be done."""
    return Answer({"error": error.message, **error.more}, error.status, error.headers)


def _asked_rightly(call: Call) -> Callable[[Request], Awaitable[Any]]:
    async def answer(request: Request) -> Any:
        if request.query_params:
            # Imported here as the document itself is: few calls need it, and none at the start.
            from emulator.server.control.openapi.queries import taken_by

            check_parameters(request, taken_by(call.answer.__name__))
        return await call.answer(request)

    return answer


def _nothing_here(table: list[Call]) -> Callable[[Request], Awaitable[Any]]:
    known = ", ".join(f"{call.method} {call.address}" for call in table)
    places = [(compile_path(f"{PREFIX}{call.path}")[0], call.method) for call in table]

    async def answer(request: Request) -> Any:
        path = request.url.path
        allowed = [method for pattern, method in places if pattern.match(path)]
        if allowed:
            raise WrongMethod(request.method, path, allowed)
        hint = did_you_mean(path, [call.address for call in table])
        missing = f"The control API has no {request.method} {path}.{hint}"
        raise ControlError(404, f"{missing} It has: {known}.")

    return answer
