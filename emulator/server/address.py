"""What the address of a call says beside its path: the sandbox, and whose contract it is.

`/s/SANDBOX` selects a sandbox; `/dashboard` and `/task-api`, or the name of one of Hive's own
hosts, a contract. Prefixes nest, the sandbox's outermost.
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.core.access import Address
from emulator.core.model import Contract

_HOSTS = {b"api.thehive.ai": Contract.TASK, b"api.hivemoderation.com": Contract.DASHBOARD}
_PREFIXES = {"/task-api": Contract.TASK, "/dashboard": Contract.DASHBOARD}
KEY = "hive_emulator.address"


class Addressed:
    """Takes the prefixes off the path and leaves an `Address` in the scope."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] == "http":
            address = address_of(scope["path"], scope["headers"])
            scope[KEY] = address
            # The router goes by the path; what proxies were told is left alone.
            scope["path"] = address.path
            scope["root_path"] = ""
        await self._app(scope, receive, send)


def address_of(path: str, headers: Iterable[tuple[bytes, bytes]]) -> Address:
    """The address without its prefixes, with what they named."""
    sandbox: str | None = None
    if path.startswith("/s/"):
        sandbox, _, rest = path[3:].partition("/")
        path = f"/{rest}"
    for prefix, contract in _PREFIXES.items():
        if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("/", ""):
            return Address(path[len(prefix) :] or "/", sandbox, contract)
    return Address(path, sandbox, _contract_of_host(headers))


def _contract_of_host(headers: Iterable[tuple[bytes, bytes]]) -> Contract | None:
    for name, value in headers:
        if name == b"host":
            return _HOSTS.get(value.lower().partition(b":")[0])
    return None
