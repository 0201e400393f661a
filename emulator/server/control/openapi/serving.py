"""The call that describes all calls; what it takes to do so is loaded when it is asked."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from emulator.core.rendering.values import encode, to_bytes

if TYPE_CHECKING:
    from emulator.server.control.routes import Call


class Description:
    """The endpoint that describes; with `guarded` the control API asks for the admin token."""

    def __init__(self, calls: "Callable[[], Iterable[Call]]", *, guarded: bool) -> None:
        self._calls = calls
        self._guarded = guarded
        self._made: bytes | None = None

    async def openapi(self, request: Request) -> Response:  # noqa: ARG002 - the shape of all
        """This API and the emulated one, as OpenAPI 3.1."""
        if self._made is None:
            # Imported here since few ask for it, and nobody has to wait for it at the start.
            from emulator.server.control.openapi.document import document

            made = document(self._calls(), guarded=self._guarded)
            self._made = to_bytes(encode(made))
        return Response(self._made, media_type="application/json")
