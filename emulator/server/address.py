"""What the address of a call says beside its path: the sandbox, and whose contract it is.

`/s/SANDBOX` selects a sandbox; `/dashboard` and `/task-api`, or the name of one of Hive's own
hosts, a contract. Prefixes nest, the sandbox's outermost.
"""

from emulator.core.access import Address
from emulator.core.model import Contract

_HOSTS = {b"api.thehive.ai": Contract.TASK, b"api.hivemoderation.com": Contract.DASHBOARD}
HOSTS = tuple(host.decode() for host in _HOSTS)
"""The names of Hive's own hosts."""
_PREFIXES = {"/task-api": Contract.TASK, "/dashboard": Contract.DASHBOARD}
KEY = "hive_emulator.address"
"""Where the address of a call stands in its ASGI scope."""


def names_contract(host: bytes) -> bool:
    """Whether a host may be one of Hive's own: a cheap question that most calls answer with no."""
    return b"hive" in host.lower()


def address_of(path: str, host: bytes) -> Address:
    """The address without its prefixes, with what they, or else the host, named."""
    sandbox: str | None = None
    contract = _HOSTS.get(host.lower().partition(b":")[0])
    if path.startswith("/api/"):
        return Address(path, None, contract)
    if path.startswith("/s/"):
        sandbox, _, rest = path[3:].partition("/")
        path = f"/{rest}"
    for prefix, contract_of_prefix in _PREFIXES.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return Address(path[len(prefix) :] or "/", sandbox, contract_of_prefix)
    return Address(path, sandbox, contract)
