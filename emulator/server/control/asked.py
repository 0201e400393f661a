"""What a call of the control API asks for: sandbox, body and values, or a clear error."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request

from emulator.core.access import DEFAULT_SANDBOX, NAME
from emulator.core.duration import parse_duration
from emulator.core.errors import bad_name
from emulator.core.suggest import did_you_mean, listed, shown
from emulator.server.address import KEY

_DIGITS = 18
LONGEST = timedelta(hours=1)
"""How long a call may wait, in real time."""


class ControlError(Exception):
    """A call of the control API that cannot be done: status, what was wrong, what is right.

    `more` stands beside the message in the answer, `headers` go with it.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.more = more


class WrongMethod(ControlError):
    """An address of the control API, or a probe, that takes other methods."""

    def __init__(self, method: str, path: str, allowed: Iterable[str]) -> None:
        methods = ", ".join(allowed)
        super().__init__(405, f"{path} takes {methods}, not {method}.")
        self.headers = {"allow": methods}


def check_parameters(request: Request, known: Sequence[str]) -> None:
    """Refuse a query with a parameter that the call does not take, or with one twice.

    One that is misspelt would leave the call to act on something else than what was meant.
    """
    asked = request.query_params
    for name in asked:
        if name not in known:
            hint = did_you_mean(name, known)
            call = f"{request.method} {request.url.path}"
            told = f"There is no parameter {shown(name)}.{hint} {call} takes {', '.join(known)}."
            raise ControlError(400, told)
        if len(asked.getlist(name)) > 1:
            raise ControlError(400, f"The parameter {shown(name)} is there more than once.")


def sandbox_name(request: Request) -> str:
    """The sandbox that is asked about: of the query, else of the path, else the default one."""
    by_path: str | None = request.scope[KEY].sandbox
    by_query = request.query_params.get("sandbox")
    for named in (by_path, by_query):
        if named is not None and not NAME.fullmatch(named):
            raise ControlError(400, bad_name("sandbox", named).message)
    asked = by_query or by_path or DEFAULT_SANDBOX
    if by_path is not None and asked != by_path:
        told = f"The path names the sandbox {by_path!r} and ?sandbox= the sandbox {asked!r}."
        raise ControlError(400, told)
    return asked


async def json_body(request: Request) -> Any:
    """The JSON that was sent; an empty body is an empty object."""
    raw = await request.body()
    try:
        return json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ControlError(400, f"The body is not valid JSON: {error}.") from None


async def fields_of(request: Request, known: Iterable[str]) -> Mapping[str, Any]:
    """The JSON object that was sent, with none but the known fields."""
    return checked_fields(await json_body(request), known, "The body")


def checked_fields(sent: Any, known: Iterable[str], what: str) -> Mapping[str, Any]:
    """An object with none but the known fields; `what` names it in the error."""
    names = tuple(known)
    allowed = f"It may have {', '.join(map(repr, names))}." if names else "It has no fields."
    if not isinstance(sent, dict):
        raise ControlError(400, f"{what} must be a JSON object. {allowed}")
    unknown = [name for name in sent if name not in names]
    if unknown:
        hint = did_you_mean(unknown[0], names)
        told = f"{what} has an unknown field {shown(unknown[0])}.{hint} {allowed}"
        raise ControlError(400, told)
    return sent


def read_word(name: str, written: object, known: Iterable[str]) -> str:
    """One of a few words."""
    # Of an enumeration the words, not its members.
    words = [f"{word}" for word in known]
    if written not in words:
        hint = did_you_mean(str(written), words)
        told = f"{name!r} is {shown(written)}: it must be one of {listed(words)}.{hint}"
        raise ControlError(400, told)
    return str(written)


def read_moment(name: str, written: object) -> datetime:
    """A time such as 2026-01-01T00:00:00Z; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(written if isinstance(written, str) else "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        told = f"{name!r} is {shown(written)}: it must be a time such as 2026-01-01T00:00:00Z."
        raise ControlError(400, told) from None


def read_duration(name: str, written: object) -> timedelta:
    """A duration."""
    try:
        return parse_duration(written)
    except ValueError as error:
        raise ControlError(400, f"{name!r} is {shown(written)}: it must be {error}.") from None


def read_patience(written: object) -> float:
    """How long a call may wait, in seconds of real time."""
    duration = read_duration("timeout", written)
    if duration > LONGEST:
        raise ControlError(400, f"'timeout' is {shown(written)}: it must be at most 1h.")
    return duration.total_seconds()


def read_number(name: str, written: object) -> int:
    """A whole number that is not negative, as JSON or as text."""
    number = isinstance(written, int) and not isinstance(written, bool) and written >= 0
    # So many digits that Python would not read them are no number that anybody means.
    text = isinstance(written, str) and written.isdecimal() and len(written) <= _DIGITS
    if not (number or text):
        raise ControlError(400, f"{name!r} is {shown(written)}: it must be a whole number.")
    return int(written)  # type: ignore[call-overload, no-any-return]
