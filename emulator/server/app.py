"""The application as one table: the emulated API, the control API, and the probes."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.core import errors
from emulator.core.access import Address
from emulator.core.model import Mode
from emulator.engine.emulator import Emulator
from emulator.server.address import KEY, address_of
from emulator.server.api import SUBMIT_ASYNC, SUBMIT_SYNC, Submit
from emulator.server.control import Control
from emulator.server.refusals import answer
from emulator.settings import Settings
from emulator.wiring import Emulator as WiredEmulator


class Application:
    """The emulated API and, for every other address, the Starlette application beside it.

    A call of the emulated API goes straight to its endpoint: routing, request and response objects
    would cost as much as all the rest of a short call.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._endpoints: Mapping[str, ASGIApp] = {
            SUBMIT_SYNC: Submit(emulator, Mode.SYNC),
            SUBMIT_ASYNC: Submit(emulator, Mode.ASYNC),
        }
        self._others = Starlette(
            routes=[
                Route("/livez", alive, methods=["GET"]),
                Route("/readyz", alive, methods=["GET"]),
                Route("/", welcome, methods=["GET"]),
                *Control(emulator).routes,
                Route("/{path:path}", Nowhere(emulator, self._endpoints)),
            ],
            lifespan=self._lifespan,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] != "http":
            await self._others(scope, receive, send)
            return
        headers = dict(scope["headers"])
        address = address_of(scope["path"], headers.get(b"host", b""))
        scope[KEY] = address
        endpoint = self._endpoints.get(address.path)
        if endpoint is None:
            endpoint = self._others
            scope["path"], scope["root_path"] = address.path, ""
        await answer(endpoint, scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002 - its shape
        async with self.emulator.running():
            yield


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


async def welcome(request: Request) -> Response:
    """What somebody sees who opens the address in a browser."""
    base = str(request.base_url).rstrip("/")
    return PlainTextResponse(
        "hive-emulator, the offline Hive, is running.\n\n"
        f"  curl {base}{SUBMIT_SYNC} -H 'Authorization: Token text-key' -d 'text_data=hello'\n\n"
        f"What happened so far: {base}/_emulator/journal\n"
    )


class Nowhere:
    """Every address that is nothing: refused in the API's own shape, and remembered."""

    def __init__(self, emulator: Emulator, known: Iterable[str]) -> None:
        self._emulator = emulator
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """As ASGI calls it."""
        address: Address = scope[KEY]
        authorization = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        call = self._emulator.begin(scope["method"], address, authorization, Mode.SYNC)
        refusal = errors.unknown_path(address.path, self._known)
        self._emulator.refuse(call, refusal)
        raise refusal
