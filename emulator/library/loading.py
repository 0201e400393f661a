"""Everything on disk that an emulator needs, read at once, with all problems told together."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

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


SECOND_DOCUMENT = "a configuration is one document, this is a second"


def load_configuration(path: Path | None, problems: Problems | None = None) -> Configuration:
    """What a configuration file says.

    `LibraryError` with everything that is wrong in it, unless `problems` are there to take it.
    """
    configuration = Configuration()
    if path is None:
        return configuration
    collected = Problems() if problems is None else problems
    documents = list(read_documents(path, collected))
    if len(documents) > 1:
        collected.add(documents[1].where(), SECOND_DOCUMENT)
    for document in documents[:1]:
        configuration = read_configuration(document, collected)
    if problems is None:
        collected.raise_if_any()
    return configuration


def load_fixtures(
    folders: tuple[Path, ...],
    extra_heads: tuple[Head, ...],
    *,
    with_bundled: bool,
    problems: Problems | None = None,
) -> tuple[Fixture, ...]:
    """All fixtures in the order in which they count: the folders', then the bundled ones.

    `LibraryError` with everything that is wrong in them, unless `problems` are there to take it.
    """
    collected = Problems() if problems is None else problems
    scripts = ScriptReader(DOCS.with_heads(extra_heads), collected)
    found = [
        fixture
        for folder, is_bundled in _places("fixtures", folders, with_bundled=with_bundled)
        for file in files_of(folder, collected)
        for document in read_documents(file, collected)
        for fixture in read_fixtures(document, scripts, bundled=is_bundled)
    ]
    if problems is None:
        collected.raise_if_any()
    return tuple(found)


def load_scenarios(
    folders: tuple[Path, ...],
    extra_heads: tuple[Head, ...],
    *,
    with_bundled: bool,
    problems: Problems | None = None,
) -> dict[str, Scenario]:
    """All scenarios by name; of two with one name the first counts, and `calm` is always there.

    `LibraryError` as for `load_fixtures`.
    """
    collected = Problems() if problems is None else problems
    scripts = ScriptReader(DOCS.with_heads(extra_heads), collected)
    found: dict[str, Scenario] = {}
    for folder, _ in _places("scenarios", folders, with_bundled=with_bundled):
        for file in files_of(folder, collected):
            for document in read_documents(file, collected):
                scenario = read_scenario(document, scripts)
                if scenario is not None:
                    found.setdefault(scenario.name, scenario)
    if problems is None:
        collected.raise_if_any()
    return {CALM.name: CALM, **found}


def _places(
    kind: str, folders: tuple[Path, ...], *, with_bundled: bool
) -> Iterator[tuple[Path, bool]]:
    for folder in folders:
        yield folder, False
    if with_bundled:
        yield bundled(kind), True


def files_of(folder: Path, problems: Problems) -> list[Path]:
    """The YAML files of a folder and of those below it, in the order of their names."""
    try:
        if folder.is_file():
            return [folder]
        if folder.is_dir():
            return sorted(_below(folder))
        problems.add(str(folder), "there is no such file or folder")
    except OSError as error:
        problems.add(str(folder), f"cannot be read: {error.strerror}")
    return []


def _below(folder: Path) -> Iterator[Path]:
    """Not with `rglob`, which passes over folders that may not be read without a word."""
    for root, folders, names in os.walk(folder, onerror=_stop):
        # A volume that Kubernetes mounts keeps everything a second time in a hidden folder.
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(root, name) for name in names):
            if path.suffix in _ENDINGS and path.is_file():
                yield path


def _stop(error: OSError) -> NoReturn:
    raise error
