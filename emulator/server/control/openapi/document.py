"""The document: what is said of everything that the server answers, put together."""

from collections.abc import Iterable
from importlib.metadata import version

from emulator.server.control.openapi import emulated, operations, sent, shown
from emulator.server.control.openapi.shapes import Schema
from emulator.server.control.routes import Call

_KEY = "`Authorization: Token KEY`. `KEY~SANDBOX` selects a sandbox, and so does `/s/SANDBOX`."
_ABOUT = (
    "The offline Hive: Hive's moderation API as hive-emulator answers it, and under `/_emulator` "
    "the control API to look into it, to script it, and to let its time pass. Answers that a "
    "scenario bends or withholds are not described: they are meant to break what is."
)


def document(calls: Iterable[Call], *, guarded: bool) -> Schema:
    """The whole of it; with `guarded` the control API asks for the admin token."""
    paths: dict[str, Schema] = emulated.paths()
    for call in calls:
        path, method, operation = operations.operation(call, guarded=guarded)
        paths.setdefault(path, {})[method] = operation
    token = {"type": "http", "scheme": "bearer", "description": "the value of --admin-token"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hive-emulator",
            "version": version("hive-emulator"),
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {"url": "/"},
            {"url": "/s/{sandbox}", "variables": {"sandbox": {"default": "default"}}},
        ],
        "tags": [
            {"name": emulated.TAG, "description": "what Hive answers"},
            {"name": operations.TAG, "description": "the emulator's own calls"},
            {"name": "probes", "description": "whether the server runs"},
        ],
        "paths": {**paths, **_probes()},
        "webhooks": emulated.webhooks(),
        "components": {
            "schemas": {**emulated.schemas(), **sent.schemas(), **shown.schemas()},
            "parameters": dict(sent.PARAMETERS),
            "responses": emulated.responses(),
            "securitySchemes": {
                "key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": _KEY,
                },
                **({"adminToken": token} if guarded else {}),
            },
        },
    }


def _probes() -> dict[str, Schema]:
    return {
        f"/{name}": {
            "get": {
                "operationId": name,
                "tags": ["probes"],
                "summary": "Answered as soon as anything is",
                "security": [],
                "responses": {
                    "200": {
                        "description": "The server runs.",
                        "content": {"text/plain": {"schema": {"const": "ok\n"}}},
                    }
                },
            }
        }
        for name in ("livez", "readyz")
    }
