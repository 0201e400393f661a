"""hive-emulator, the offline Hive: scripted scores, callbacks and a clock you control.

`Emulator` is the product and needs no HTTP; `create_app` makes the ASGI application, `run` serves
it from a thread. Nothing is imported before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.server.app import create_app
    from emulator.server.thread import run
    from emulator.settings import Settings
    from emulator.wiring import Emulator

__all__ = ["Emulator", "Settings", "__version__", "create_app", "run"]

_WHERE = {
    "Emulator": "emulator.wiring",
    "Settings": "emulator.settings",
    "create_app": "emulator.server.app",
    "run": "emulator.server.thread",
}


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("hive-emulator")
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'emulator' has no attribute {name!r}")
