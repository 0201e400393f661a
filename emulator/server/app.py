"""The application as one table: the emulated API, the control API, and the probes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from emulator.core.access import Address
from emulator.core.faults import Event
from emulator.engine.emulator import Emulator
from emulator.server.address import KEY, address_of, names_contract
from emulator.server.api import (
    SUBMIT_ASYNC,
    SUBMIT_ASYNC_V1,
    SUBMIT_SYNC,
    SUBMIT_SYNC_V1,
    SUMMARY,
    SUMMARY_V1,
    TRIGGER,
    TRIGGER_V1,
    Endpoint,
    Nowhere,
    Submit,
    Summary,
    Trigger,
)
from emulator.server.control.asked import WrongMethod
from emulator.server.control.routes import EVERY_METHOD, answer_of
from emulator.server.control.routes import routes as control_routes
from emulator.server.page.page import Page
from emulator.server.refusals import answer_for
from emulator.settings import Settings
from emulator.wiring import Emulator as WiredEmulator


class Application:
    """The emulated API and, for every other address, the Starlette application beside it.

    A call of the emulated API goes straight to its endpoint: routing, request and response objects
    would cost as much as all the rest of a short call.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._endpoints: Mapping[str, Endpoint] = {
            SUBMIT_SYNC: Submit(emulator, Event.SUBMIT_SYNC),
            SUBMIT_ASYNC: Submit(emulator, Event.SUBMIT_ASYNC),
            SUMMARY: Summary(emulator),
            SUBMIT_SYNC_V1: Submit(emulator, Event.SUBMIT_SYNC),
            SUBMIT_ASYNC_V1: Submit(emulator, Event.SUBMIT_ASYNC),
            SUMMARY_V1: Summary(emulator),
            TRIGGER: Trigger(emulator),
            TRIGGER_V1: Trigger(emulator),
        }
        self._plain = {path: Address(path) for path in self._endpoints}
        self._nowhere = Nowhere(emulator, self._endpoints)
        self._others = Starlette(
            routes=[
                *_only_read("/livez", alive),
                *_only_read("/readyz", alive),
                *(made for path, answer in Page().answers for made in _only_read(path, answer)),
                *control_routes(emulator),
            ],
            lifespan=self._lifespan,
        )
        self._others.router.default = self._answer_nowhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] != "http":
            await self._others(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"")
        address = self._plain.get(scope["path"])
        if address is None or names_contract(host):
            address = address_of(scope["path"], host)
        endpoint = self._endpoints.get(address.path)
        if endpoint is None:
            scope["path"], scope["root_path"], scope[KEY] = address.path, "", address
            await self._others(scope, receive, send)
            return
        try:
            await endpoint(address, headers, scope, receive, send)
        except Exception as error:
            await answer_for(error, scope, receive, send)

    async def _answer_nowhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._nowhere(scope[KEY], dict(scope["headers"]), scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002 - its shape
        async with self.emulator.running():
            yield


def _only_read(path: str, answer: Callable[[Request], Awaitable[Response]]) -> list[Route]:
    """What is there to be read; other methods are refused as the control API refuses them."""

    async def refuse(request: Request) -> Response:
        return answer_of(WrongMethod(request.method, path, ("GET", "HEAD")))

    return [Route(path, answer, methods=["GET"]), Route(path, refuse, methods=EVERY_METHOD)]


def create_app(emulator: Emulator | Settings | None = None) -> Application:
    """The ASGI application of an emulator, or of a new one with those settings.

    Callbacks and clocks need its lifespan to run, as every ASGI server does.
    """
    if emulator is None or isinstance(emulator, Settings):
        emulator = WiredEmulator(emulator)
    return Application(emulator)


async def alive(request: Request) -> Response:  # noqa: ARG001 - Starlette's shape
    """The probes: as soon as anything is answered, everything is ready."""
    return PlainTextResponse("ok\n")
