"""Which server is meant by the commands that ask one: the one that is named, or this machine's."""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from emulator.server.port import url_at
from emulator.settings import BadSetting, Settings, read_environment

URL = "HIVE_EMULATOR_URL"
TOKEN = "HIVE_EMULATOR_ADMIN_TOKEN"  # noqa: S105 - the name of a variable


class Target(NamedTuple):
    """A server: where it is, and the token of its control API."""

    url: str
    token: str | None


def target_of(url: str | None, token: str | None, environ: Mapping[str, str]) -> Target:
    """The server of the options, else of the variables; `BadSetting` where they make no sense."""
    where, written = (
        ("option --token", token) if token else (f"variable {TOKEN}", environ.get(TOKEN))
    )
    if written:
        _check_token(where, written)
    named = url or environ.get(URL)
    if named:
        _check_url("option --url" if url else f"variable {URL}", named)
        return Target(named, written)
    settings = _own_settings(environ)
    return Target(_own_url(settings), written or settings.admin_token)


def _own_url(settings: Settings) -> str:
    """Where a server of these settings is; on a free port it has said so in its ready file."""
    if settings.port == 0 and settings.ready_file is not None:
        with suppress(OSError):
            return settings.ready_file.read_text().strip()
    return url_at(settings.host, settings.port, https=settings.tls_cert is not None)


def _own_settings(environ: Mapping[str, str]) -> Settings:
    settings = read_environment(Settings(), environ, os.pathsep)
    if settings.config is None:
        return settings
    # Imported here since it takes 150 ms, and most have no configuration to read.
    from emulator.wiring import collect_settings

    return collect_settings({}, environ)


def _check_url(where: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
        good = parts.scheme in ("http", "https") and bool(host) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise BadSetting(where, url, "a URL such as http://127.0.0.1:4483")


def _check_token(where: str, token: str) -> None:
    if not (token.isascii() and token.isprintable()):
        raise BadSetting(where, "…", "a text of printable ASCII, to stand in a header")
