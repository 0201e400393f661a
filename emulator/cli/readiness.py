"""`ready`: ask a server whether it answers, once or until it does."""

import http.client
import ssl
from contextlib import closing
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

from emulator.settings import BadSetting

_EACH = 3.0
"""How long one question may take, in seconds."""
_BETWEEN = 0.05
"""How long to wait between two questions, in seconds."""


def check_url(where: str, url: str) -> None:
    """`BadSetting` where somebody wrote what is no URL of a server."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise BadSetting(where, url, "a URL such as http://127.0.0.1:4483")


def why_not_ready(url: str, within: float = _EACH) -> str | None:
    """None when the server at that URL is ready, else what is the matter with it."""
    try:
        with closing(_connection(url, within)) as connection:
            connection.request("GET", "/readyz")
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"{url} does not answer: {' '.join(str(error).split())}"
    return None if status == 200 else f"{url} answers {status} to /readyz"


def _connection(url: str, within: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=within)
    # Nothing is told to the server and nothing it says is believed, so it need not be trusted:
    # its certificate is often one that only its clients know, or of Hive's own name.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, parts.port, timeout=within, context=context)


def why_never_ready(url: str, within: float) -> str | None:
    """None as soon as the server is ready, else what was the matter with it to the last."""
    end = monotonic() + within
    while (reason := why_not_ready(url, min(_EACH, max(end - monotonic(), _BETWEEN)))) is not None:
        if monotonic() >= end:
            return reason
        Event().wait(_BETWEEN)
    return None
