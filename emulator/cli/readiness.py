"""`ready`: ask a server whether it answers, once or until it does."""

import http.client
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

_EACH = 3.0
"""How long one question may take, in seconds."""
_BETWEEN = 0.05
"""How long to wait between two questions, in seconds."""


def why_not_ready(url: str) -> str | None:
    """None when the server at that URL is ready, else what is the matter with it."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=_EACH)
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
        connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"{url} does not answer: {error}"
    return None if status == 200 else f"{url} answers {status} to /readyz"


def why_never_ready(url: str, within: float) -> str | None:
    """None as soon as the server is ready, else what was the matter with it to the last."""
    end = monotonic() + within
    while (reason := why_not_ready(url)) is not None:
        if monotonic() >= end:
            return reason
        Event().wait(_BETWEEN)
    return None
