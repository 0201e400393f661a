"""The public face: what is exported, where it comes from, and what is not loaded for it."""

import os
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

import emulator
import emulator.cli

NAMES = {
    "Emulator": "emulator.wiring",
    "Settings": "emulator.settings",
    "create_app": "emulator.server.app",
    "run": "emulator.server.thread",
}


def test_the_names_that_are_exported_are_the_documented_ones() -> None:
    assert emulator.__all__ == sorted([*NAMES, "__version__"])


@pytest.mark.parametrize("name", emulator.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    assert getattr(emulator, name) is not None


@pytest.mark.parametrize(("name", "module"), NAMES.items())
def test_a_name_is_the_same_as_in_its_module(name: str, module: str) -> None:
    assert getattr(emulator, name) is getattr(import_module(module), name)


def test_a_star_imports_all_of_them() -> None:
    names: dict[str, object] = {}
    exec("from emulator import *", names)
    assert set(emulator.__all__) <= set(names)


def test_they_are_all_listed_where_one_looks_for_them() -> None:
    assert set(emulator.__all__) <= set(dir(emulator))


def test_the_version_is_that_of_the_distribution() -> None:
    assert emulator.__version__ == version("hive-emulator")


def test_a_name_that_is_not_there_is_told_as_python_does() -> None:
    with pytest.raises(AttributeError, match=r"^module 'emulator' has no attribute 'Emulater'$"):
        getattr(emulator, "Emulater")  # noqa: B009 - a name that a type checker would refuse


def test_the_command_is_the_main_function() -> None:
    [command] = entry_points(group="console_scripts", name="hive-emulator")
    assert command.load() is emulator.cli.main


def test_to_import_the_command_is_not_to_run_it() -> None:
    assert import_module("emulator.__main__").main is emulator.cli.main


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(emulator.__file__).parent / "py.typed").is_file()


def loaded_by(statement: str) -> set[str]:
    """The top names of all modules that a fresh interpreter has after a statement."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env=os.environ,
    )
    return set(done.stdout.split())


HEAVY = {"starlette", "uvicorn", "httpx", "yaml", "faker", "click", "re2", "anyio"}
LIGHT = {
    "import emulator": HEAVY,
    "from emulator import Settings": HEAVY,
    "from emulator import Emulator": {"starlette", "uvicorn", "httpx", "faker", "click", "re2"},
    "import emulator.cli": {"httpx", "faker", "re2"},
}


@pytest.mark.parametrize(("statement", "absent"), LIGHT.items(), ids=LIGHT)
def test_nothing_is_loaded_before_it_is_needed(statement: str, absent: set[str]) -> None:
    loaded = loaded_by(statement)
    assert "emulator" in loaded
    assert loaded & absent == set()
