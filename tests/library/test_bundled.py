"""Where the bundled files are found: beside the package in a checkout, inside it in a wheel."""

import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from emulator.library import bundled as module
from emulator.library.bundled import bundled

ROOT = Path(__file__).parents[2]
FOLDERS = ["fixtures", "scenarios", "applications"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_checkout_has_them_beside_the_package(folder: str) -> None:
    assert bundled(folder) == ROOT / folder
    assert list(bundled(folder).glob("*.yaml"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_wheel_has_them_inside_the_package(tmp_path: Path, folder: str) -> None:
    """The module is put where a wheel has it, and asked there."""
    inside = tmp_path / "emulator" / "bundled" / folder
    inside.mkdir(parents=True)
    (tmp_path / folder).mkdir()
    library = tmp_path / "emulator" / "library"
    library.mkdir()
    installed = library / "bundled.py"
    installed.write_text(Path(module.__file__).read_text())
    spec = spec_from_file_location("installed_bundled", installed)
    assert spec is not None
    assert spec.loader is not None
    copy = module_from_spec(spec)
    spec.loader.exec_module(copy)
    assert copy.bundled(folder) == inside


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_wheel_is_told_to_carry_them_there(folder: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"][folder] == f"emulator/bundled/{folder}"
