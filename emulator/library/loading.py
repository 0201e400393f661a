"""Everything on disk that an emulator needs, read at once, with all problems told together."""

from collections.abc import Iterator
from pathlib import Path

from emulator.core.fixture import Fixture
from emulator.core.scenario import CALM, Scenario
from emulator.core.taxonomy.visual import DOCS, Head
from emulator.library.bundled import bundled
from emulator.library.configuration import Configuration, read_configuration
from emulator.library.fixtures import read_fixtures
from emulator.library.problems import Problems
from emulator.library.scenarios import read_scenario
from emulator.library.scripts import ScriptReader
from emulator.library.yaml import read_documents

_ENDINGS = (".yaml", ".yml")


def load_configuration(path: Path | None) -> Configuration:
    """What a configuration file says; `LibraryError` with everything that is wrong in it."""
    configuration = Configuration()
    if path is None:
        return configuration
    problems = Problems()
    documents = list(read_documents(path, problems))
    if len(documents) > 1:
        problems.add(documents[1].where(), "a configuration is one document, this is a second")
    for document in documents[:1]:
        configuration = read_configuration(document, problems)
    problems.raise_if_any()
    return configuration


def load_fixtures(
    folders: tuple[Path, ...], extra_heads: tuple[Head, ...], *, with_bundled: bool
) -> tuple[Fixture, ...]:
    """All fixtures in the order in which they count: the folders', then the bundled ones."""
    problems = Problems()
    scripts = ScriptReader(DOCS.with_heads(extra_heads), problems)
    found = [
        fixture
        for folder, is_bundled in _places("fixtures", folders, with_bundled=with_bundled)
        for file in _files(folder, problems)
        for document in read_documents(file, problems)
        for fixture in read_fixtures(document, scripts, bundled=is_bundled)
    ]
    problems.raise_if_any()
    return tuple(found)


def load_scenarios(
    folders: tuple[Path, ...], extra_heads: tuple[Head, ...], *, with_bundled: bool
) -> dict[str, Scenario]:
    """All scenarios by name; of two with one name the first counts, and `calm` is always there."""
    problems = Problems()
    scripts = ScriptReader(DOCS.with_heads(extra_heads), problems)
    found: dict[str, Scenario] = {}
    for folder, _ in _places("scenarios", folders, with_bundled=with_bundled):
        for file in _files(folder, problems):
            for document in read_documents(file, problems):
                scenario = read_scenario(document, scripts)
                if scenario is not None:
                    found.setdefault(scenario.name, scenario)
    problems.raise_if_any()
    return {CALM.name: CALM, **found}


def _places(
    kind: str, folders: tuple[Path, ...], *, with_bundled: bool
) -> Iterator[tuple[Path, bool]]:
    for folder in folders:
        yield folder, False
    if with_bundled:
        yield bundled(kind), True


def _files(folder: Path, problems: Problems) -> list[Path]:
    """The YAML files of a folder and of those below it, in the order of their names."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        problems.add(str(folder), "there is no such folder")
        return []
    return sorted(path for path in folder.rglob("*") if path.suffix in _ENDINGS and path.is_file())
