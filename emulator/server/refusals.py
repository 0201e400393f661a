"""The one place that answers errors: every refusal as `{"return_code", "message"}`."""

import logging

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.core.errors import Refusal
from emulator.core.rendering.values import quote, to_bytes

log = logging.getLogger(__name__)


def refusal_response(refusal: Refusal) -> Response:
    """The answer to a call that was refused."""
    body = f'{{"return_code":{refusal.status:d},"message":{quote(refusal.message)}}}'
    headers = dict(refusal.headers)
    return Response(to_bytes(body), refusal.status, headers, media_type="application/json")


async def answer(endpoint: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let an endpoint answer, and answer for it where it raises."""
    try:
        await endpoint(scope, receive, send)
    except Refusal as refusal:
        await refusal_response(refusal)(scope, receive, send)
    except ClientDisconnect:
        return
    except Exception as error:
        log.exception("a mistake of the emulator's own, in %s %s", scope["method"], scope["path"])
        await refusal_response(_apology(error))(scope, receive, send)


def _apology(error: Exception) -> Refusal:
    refusal = Refusal(f"The emulator made a mistake ({type(error).__name__}); its log says more.")
    refusal.status = 500
    return refusal
