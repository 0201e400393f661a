"""The application as one table: the emulated API, the control API, and the probes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from emulator.core import errors
from emulator.core.access import Address
from emulator.core.model import Mode
from emulator.engine.emulator import Emulator
from emulator.server.address import KEY, Addressed
from emulator.server.api import PATHS, SUBMIT_ASYNC, SUBMIT_SYNC, Submit
from emulator.server.control import Control
from emulator.server.refusals import apologise, refuse
from emulator.settings import Settings
from emulator.wiring import Emulator as WiredEmulator


def create_app(emulator: Emulator | Settings | None = None) -> Starlette:
    """The ASGI application of an emulator, or of a new one with those settings.

    Callbacks and clocks need its lifespan to run, as every ASGI server does.
    """
    if emulator is None or isinstance(emulator, Settings):
        emulator = WiredEmulator(emulator)
    served = emulator

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:  # noqa: ARG001 - Starlette's shape
        async with served.running():
            yield

    return Starlette(
        routes=[
            Route(SUBMIT_SYNC, Submit(served, Mode.SYNC)),
            Route(SUBMIT_ASYNC, Submit(served, Mode.ASYNC)),
            Route("/livez", alive, methods=["GET"]),
            Route("/readyz", alive, methods=["GET"]),
            Route("/", welcome, methods=["GET"]),
            *Control(served).routes,
            Route("/{path:path}", Nowhere(served)),
        ],
        middleware=[Middleware(Addressed)],
        exception_handlers={
            errors.Refusal: refuse,
            ClientDisconnect: nobody_there,
            Exception: apologise,
        },
        lifespan=lifespan,
    )


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


async def nobody_there(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """The client went away in the middle of its request; nobody will read this."""
    return Response(status_code=400)


class Nowhere:
    """Every address that is nothing: refused in the API's own shape, and remembered."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """As ASGI calls it."""
        address: Address = scope[KEY]
        headers = dict(scope["headers"])
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        call = self._emulator.begin(scope["method"], address, authorization, Mode.SYNC)
        refusal = errors.unknown_path(address.path, PATHS)
        self._emulator.refuse(call, refusal)
        raise refusal
