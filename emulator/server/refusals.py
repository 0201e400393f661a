"""The one place that answers errors: every refusal as `{"return_code", "message"}`."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from emulator.core.errors import Refusal
from emulator.core.rendering.values import encode, to_bytes


def refusal_body(status: int, message: str) -> bytes:
    """The body of a refusal."""
    return to_bytes(f'{{"return_code":{status},"message":{encode(message)}}}')


def answer_refusal(refusal: Refusal) -> Response:
    """The answer to a call that was refused."""
    return _respond(refusal.status, refusal.message, refusal.headers)


async def refuse(request: Request, refusal: Exception) -> Response:  # noqa: ARG001 - Starlette's shape
    """The handler of every `Refusal` that an endpoint raises."""
    assert isinstance(refusal, Refusal)  # noqa: S101 - registered for this family only
    return answer_refusal(refusal)


async def apologise(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """The handler of a mistake of ours, which the log shows in full."""
    message = f"The emulator made a mistake ({type(error).__name__}); its log says more."
    return _respond(500, message)


def _respond(status: int, message: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    body = refusal_body(status, message)
    return Response(body, status, dict(headers), media_type="application/json")
