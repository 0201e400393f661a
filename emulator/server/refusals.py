"""The one place that answers errors: every refusal as `{"return_code", "message"}`."""

import logging

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.core.errors import Refusal
from emulator.core.rendering.values import quote, to_bytes

log = logging.getLogger(__name__)


def refusal_body(refusal: Refusal) -> bytes:
    """What a call that was refused is answered with."""
    return to_bytes(f'{{"return_code":{refusal.status:d},"message":{quote(refusal.message)}}}')


def refusal_response(refusal: Refusal) -> Response:
    """The answer to a call that was refused."""
    headers = dict(refusal.headers)
    return Response(refusal_body(refusal), refusal.status, headers, media_type="application/json")


async def answer_for(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a call whose endpoint raised: a refusal as such, a mistake of ours with an apology."""
    if isinstance(error, ClientDisconnect):
        return
    if not isinstance(error, Refusal):
        call = f"{scope['method']} {scope['path']}"
        log.error("a mistake of the emulator's own, in %s", call, exc_info=error)
        error = _apology(error)
    await refusal_response(error)(scope, receive, send)


def _apology(error: Exception) -> Refusal:
    refusal = Refusal(f"The emulator made a mistake ({type(error).__name__}); its log says more.")
    refusal.status = 500
    return refusal
