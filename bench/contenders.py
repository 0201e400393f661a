"""The servers that run side by side, and the command that starts each."""

import shlex
import sys
from dataclasses import dataclass
from importlib.util import find_spec

from bench.errors import BenchError
from bench.process import READY

BARE = "bare"
EMULATOR = "hive-emulator"
ANSWER_BYTES = "{answer_bytes}"
EMULATOR_COMMAND = f"{{python}} -m emulator serve --port 0 --ready-file {READY}"


@dataclass(frozen=True, slots=True)
class Contender:
    """A server by name, its command with places to fill in, and the modules it imports."""

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()

    def command_for(self, answer_bytes: int) -> list[str]:
        return [part.replace(ANSWER_BYTES, str(answer_bytes)) for part in self.command]


def own_server(name: str, module: str, *needs: str) -> Contender:
    command = (sys.executable, "-m", f"bench.servers.{module}", READY, ANSWER_BYTES)
    return Contender(name, command, needs)


def emulator(command: str) -> Contender:
    parts = (part.replace("{python}", sys.executable) for part in shlex.split(command))
    return Contender(EMULATOR, tuple(parts))


def contenders(emulator_command: str, mocks: bool) -> list[Contender]:
    chosen = [
        own_server(BARE, "bare", "uvicorn", "httptools", "uvloop"),
        emulator(emulator_command),
    ]
    if mocks:
        chosen += [
            own_server("fastapi mock", "fastapi_mock", "fastapi", "python_multipart"),
            own_server("flask mock", "flask_mock", "flask"),
        ]
    return chosen


def require_packages(chosen: list[Contender]) -> None:
    needed = {module: contender.name for contender in chosen for module in contender.needs}
    missing = [module for module in needed if find_spec(module) is None]
    if not missing:
        return
    packages = ", ".join(module.replace("_", "-") for module in missing)
    servers = ", ".join(sorted({needed[module] for module in missing}))
    raise BenchError(
        f"{packages} not installed, needed for: {servers}. Install the dependency group `bench` "
        "(pip install --group bench, or uv sync --group bench), or leave the mocks out "
        "with --no-mocks."
    )
