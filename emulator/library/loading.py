"""Everything on disk that an emulator needs, read at once, with all problems told together."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from emulator.core.access import Opened
from emulator.core.fixture import Fixture
from emulator.core.scenario import CALM, Scenario
from emulator.core.taxonomy.visual import DOCS, Head
from emulator.library.bundled import bundled
from emulator.library.configuration import Configuration, read_configuration
from emulator.library.fixtures import read_fixtures
from emulator.library.kinds import is_for
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
        if is_for("configuration", document, collected):
            configuration = read_configuration(document, collected)
    if problems is None:
        collected.raise_if_any()
    return configuration


def load_applications(problems: Problems) -> Mapping[str, Opened]:
    """What the bundled keys open that come with rules."""
    return {
        key: opened
        for file in files_of(bundled("applications"), problems)
        for document in read_documents(file, problems)
        for key, opened in read_configuration(document, problems).opened.items()
    }


def load_fixtures(
    folders: tuple[Path, ...],
    extra_heads: tuple[Head, ...],
    *,
    with_bundled: bool,
    problems: Problems | None = None,
    asked: str = "",
) -> tuple[Fixture, ...]:
    """All fixtures in the order in which they count: the folders', then the bundled ones.

    `LibraryError` with everything that is wrong in them, unless `problems` are there to take it.
    `asked` says who named the folders.
    """
    collected = Problems() if problems is None else problems
    scripts = ScriptReader(DOCS.with_heads(extra_heads), collected)
    found = [
        fixture
        for folder, is_bundled in _places("fixtures", folders, with_bundled=with_bundled)
        for file in files_of(folder, collected, asked)
        for document in read_documents(file, collected)
        if is_for("fixtures", document, collected)
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
    asked: str = "",
) -> dict[str, Scenario]:
    """All scenarios by name; of two with one name the first counts, and `calm` is always there.

    `LibraryError` and `asked` as for `load_fixtures`.
    """
    collected = Problems() if problems is None else problems
    scripts = ScriptReader(DOCS.with_heads(extra_heads), collected)
    found: dict[str, Scenario] = {}
    documents = (
        document
        for folder, _ in _places("scenarios", folders, with_bundled=with_bundled)
        for file in files_of(folder, collected, asked)
        for document in read_documents(file, collected)
        if is_for("scenario", document, collected)
    )
    for document in documents:
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


def files_of(path: Path, problems: Problems, asked: str = "") -> list[Path]:
    """The YAML files of a folder and of those below it, in the order of their names.

    A path that is no folder is itself what is to be read, a pipe too. `asked` says who named it.
    """
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
        return sorted(_below(path, problems)) if is_folder else [path]
    except (FileNotFoundError, NotADirectoryError):
        problems.add(str(path), f"there is no such file or folder{_from_where(path, asked)}")
    except OSError as error:
        problems.add(str(path), f"cannot be read: {error.strerror}")
    return []


def _from_where(path: Path, asked: str) -> str:
    """Who asked for a path and where it was looked for, as far as that is not plain."""
    if not asked:
        return ""
    if path.is_absolute():
        return f" ({asked})"
    return f" ({asked}; paths are relative to where the program was started, {Path.cwd()})"


def _below(folder: Path, problems: Problems) -> Iterator[Path]:
    """Not with `rglob`, which passes over folders that may not be read without a word."""
    known: set[tuple[int, int]] = set()

    def tell(error: OSError) -> None:
        problems.add(str(Path(error.filename)), f"cannot be read: {error.strerror}")

    for root, folders, names in os.walk(folder, onerror=tell, followlinks=True):
        if not _is_new(Path(root), known):
            folders.clear()
            continue
        # A volume that Kubernetes mounts keeps everything a second time in a hidden folder.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (
            path for path in (Path(root, name) for name in names) if _is_to_be_read(path, problems)
        )


def _is_new(folder: Path, known: set[tuple[int, int]]) -> bool:
    """Whether a folder was not come to by another name, since links may lead in circles."""
    found = folder.stat()
    this = found.st_dev, found.st_ino
    if this in known:
        return False
    known.add(this)
    return True


def _is_to_be_read(path: Path, problems: Problems) -> bool:
    """Whether this is a YAML file; what would be one, or a folder, and cannot be read, is told."""
    is_yaml = path.suffix.lower() in _ENDINGS
    try:
        if not is_yaml and (path.suffix or not path.is_symlink()):
            return False
        is_file = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        # Emacs marks a file that is being changed with a hidden link that leads nowhere.
        if not path.name.startswith("."):
            problems.add(str(path), _why_not(path, error))
        return False
    if is_yaml and not is_file:
        told = "this is neither a file nor a folder: name it itself if it is to be read"
        problems.add(str(path), told)
    return is_yaml and is_file


def _why_not(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return "this is a link to something that is not there"
    return f"cannot be read: {error.strerror}"
