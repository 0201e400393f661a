"""`ready`: ask a server whether it answers, once or until it does."""

from contextlib import closing
from threading import Event
from time import monotonic

from emulator.client import SILENT, connection

_EACH = 3.0
"""How long one question may take, in seconds."""
_BETWEEN = 0.05
"""How long to wait between two questions, in seconds."""


def why_not_ready(url: str, within: float = _EACH) -> str | None:
    """None when the server at that URL is ready, else what is the matter with it."""
    try:
        with closing(connection(url, within)) as line:
            line.request("GET", "/readyz")
            status = line.getresponse().status
    except SILENT as error:
        return f"{url} does not answer: {' '.join(str(error).split())}"
    return None if status == 200 else f"{url} answers {status} to /readyz"


def why_never_ready(url: str, within: float) -> str | None:
    """None as soon as the server is ready, else what was the matter with it to the last."""
    end = monotonic() + within
    while (reason := why_not_ready(url, min(_EACH, max(end - monotonic(), _BETWEEN)))) is not None:
        if monotonic() >= end:
            return reason
        Event().wait(_BETWEEN)
    return None
