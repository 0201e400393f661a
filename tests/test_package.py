"""The wheel and the sdist: what they carry, and that they work from any directory."""

import posixpath
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BUNDLED = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("fixtures", "scenarios", "applications")
    for path in (ROOT / folder).rglob("*.yaml")
)
WORDS = ["words/lexicon.yaml", "words/profanity.yaml"]
"""Bundled as well, and without a schema."""

PAGE = sorted((ROOT / "emulator" / "server" / "page" / "static").iterdir())


def run(*command: str, cwd: Path, **variables: str) -> str:
    ran = subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel, made with the build back end of the dev group."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", str(folder), cwd=ROOT)
    return folder


def test_the_wheel_carries_the_bundled_files_and_says_that_it_is_typed(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"emulator/bundled/{path}" for path in (*BUNDLED, *WORDS)} <= names
    assert {"emulator/py.typed", "hive_emulator_pytest.py"} <= names
    assert {f"emulator/server/page/static/{path.name}" for path in PAGE} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "bench", "fixtures"))]


def test_the_wheel_carries_the_schemas_where_the_bundled_files_say_that_they_are(
    built: Path,
) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for path in BUNDLED:
            inside = f"emulator/bundled/{path}"
            first = archive.read(inside).decode().partition("\n")[0]
            schema = first.removeprefix("# yaml-language-server: $schema=")
            assert posixpath.normpath(posixpath.join(inside, "..", schema)) in names, first


def test_the_sdist_carries_what_it_takes_to_build_and_test_it(built: Path) -> None:
    [sdist] = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {*BUNDLED, *WORDS, "Makefile", "LICENSE", "tests/conftest.py", "schemas/fixtures.json"}
    container = {"Dockerfile", ".dockerignore", "examples/compose/compose.yaml", "docs/recipes.md"}
    assert needed | container <= names


def test_the_wheel_works_from_any_directory(built: Path, tmp_path: Path) -> None:
    [wheel] = built.glob("*.whl")
    here = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--no-deps", "--target", str(here), str(wheel), cwd=tmp_path)
    python = [sys.executable, "-c"]
    where = run(
        *python, "import emulator; print(emulator.__file__)", cwd=tmp_path, PYTHONPATH=str(here)
    )
    assert where.startswith(str(here))
    said = run(sys.executable, "-m", "emulator", "validate", cwd=tmp_path, PYTHONPATH=str(here))
    scenarios = len([path for path in BUNDLED if path.startswith("scenarios/")])
    files = len(BUNDLED) + len(WORDS)
    counts = f"{files} files, 119 fixtures, {scenarios} scenarios, 1 configuration"
    assert f"{counts}: 0 problems, 0 warnings" in said
    found = run(
        *python,
        "from emulator.library.bundled import bundled; print(bundled('fixtures'))",
        cwd=tmp_path,
        PYTHONPATH=str(here),
    )
    assert found.startswith(str(here))
    rules = run(
        *python,
        "from emulator import Emulator; [one] = Emulator().library.directory.applications; "
        "print(one.name, len(one.rules))",
        cwd=tmp_path,
        PYTHONPATH=str(here),
    )
    assert rules == "dashboard 6\n"


def test_importing_it_costs_nothing_heavy() -> None:
    heavy = "uvicorn starlette httpx yaml faker click re2"
    said = run(
        sys.executable,
        "-c",
        f"import sys, emulator; print(set('{heavy}'.split()) & set(sys.modules))",
        cwd=ROOT,
    )
    assert said == "set()\n"
