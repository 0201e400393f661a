"""Lists of the control API: `{"items", "total"}`, newest last, cut by `since` and `limit`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request

from emulator.server.control.asked import ControlError, read_moment, read_number

T = TypeVar("T")


def listed(
    items: Sequence[T],
    request: Request,
    view: Callable[[T], Mapping[str, Any]],
    id_of: Callable[[T], str],
    at_of: Callable[[T], datetime] | None = None,
    *,
    most: int | None = None,
) -> Mapping[str, Any]:
    """The items since an id or a moment, of those the newest `limit`; only they are shown.

    `total` counts before the limit cuts. `most` is the limit of a call that names none.
    """
    found = _since(items, request.query_params.get("since"), id_of, at_of)
    return listed_from(found, request, view, most=most)


def listed_from(
    found: Sequence[T],
    request: Request,
    view: Callable[[T], Mapping[str, Any]],
    *,
    most: int | None = None,
) -> Mapping[str, Any]:
    """Of the items that are asked for the newest `limit`."""
    limit = request.query_params.get("limit")
    newest = most if limit is None else read_number("limit", limit)
    shown = found if newest is None else found[-newest:] if newest else []
    return {"items": [view(item) for item in shown], "total": len(found)}


def _since(
    items: Sequence[T],
    since: str | None,
    id_of: Callable[[T], str],
    at_of: Callable[[T], datetime] | None,
) -> Sequence[T]:
    if since is None:
        return items
    for at, item in enumerate(items):
        if id_of(item) == since:
            return items[at + 1 :]
    if at_of is None:
        return []
    try:
        moment = read_moment("since", since)
    except ControlError:
        return []
    return [item for item in items if at_of(item) >= moment]
