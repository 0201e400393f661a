"""Checking files without serving them: all problems at once, and what is suspicious beside them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emulator.core.access import Application
from emulator.core.fixture import Fixture
from emulator.core.policy import Policy
from emulator.core.scenario import Scenario
from emulator.core.suggest import did_you_mean, shown
from emulator.core.taxonomy.visual import DOCS, Head
from emulator.library import policies, rules
from emulator.library.configuration import Configuration, read_configuration
from emulator.library.fixtures import read_fixtures
from emulator.library.kinds import CONFIGURATION_KEYS, is_for, kind_of
from emulator.library.loading import SECOND_DOCUMENT, files_of
from emulator.library.problems import Problem, Problems
from emulator.library.scenarios import SCENARIO_KEYS, read_scenario
from emulator.library.scripts import ScriptReader
from emulator.library.shadows import never_reached
from emulator.library.words import WORDS_KEYS, Read, read_words
from emulator.library.yaml import Table, read_documents

_TOP_LEVEL = (
    *("fixtures", *SCENARIO_KEYS, *WORDS_KEYS),
    *(*sorted(CONFIGURATION_KEYS), *policies.POLICY_KEYS),
)
_OF_YOUR_OWN = " If it is one of your own (extra_heads), name the configuration too."
_SERVED_FROM = {
    "fixtures": "fixtures (--fixtures)",
    "scenario": "scenarios (--scenarios)",
    "configuration": "a configuration (--config)",
    "words": "words (--words)",
}


@dataclass(slots=True)
class Report:
    """What was found: problems forbid a start, warnings do not, and notes are only good to know."""

    files: int = 0
    problems: Sequence[Problem] = ()
    warnings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    fixtures: list[Fixture] = field(default_factory=list)
    scenarios: list[Scenario] = field(default_factory=list)
    configurations: list[Configuration] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    words: Read = field(default_factory=Read)
    bundled: set[str] = field(default_factory=set)
    """Where the bundled scenarios among them stand."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder to be checked; `kind` is what all in it has to be, where that is known.

    `asked` says who named it, where that is not whoever has it checked.
    """

    path: Path
    kind: str | None = None
    bundled: bool = False
    asked: str = ""


@dataclass(frozen=True, slots=True)
class _Document:
    """A document, what it is to be read as, and where it was found."""

    table: Table
    kind: str | None
    file: Path
    place: Place


def validate(places: Iterable[Place]) -> Report:
    """Everything that is wrong with files and with those in folders, in the order of the files.

    What a document is, is told by its top-level keys where its place does not say. The classes that
    a configuration among them adds may be used by all the others.
    """
    report, problems = Report(), Problems()
    files, order = _files(places, report, problems)
    report.files = len(files)
    documents = [*_documents(files, problems)]
    _read_configurations(
        [one.table for one in documents if one.kind == "configuration"], report, problems
    )
    heads = [head for one in report.configurations for head in one.extra_heads]
    more = "" if report.configurations else _OF_YOUR_OWN
    scripts = ScriptReader(DOCS.with_heads(heads), problems, more)
    for one in documents:
        _read(one.table, one.kind, scripts, report, bundled=one.place.bundled)
        if one.kind == "policy":
            _read_policy(one.table, report, problems, heads)
    _warn(report)
    _warn_of_rules(report)
    _note_neighbours(documents, report)
    in_order = _in_order(order)
    report.problems = tuple(sorted(problems.found, key=in_order))
    report.warnings.sort(key=in_order)
    return report


def _files(
    places: Iterable[Place], report: Report, problems: Problems
) -> tuple[list[tuple[Path, Place]], list[Path]]:
    """The files, each once, with the place that it was found at, and the order of all paths."""
    files: list[tuple[Path, Place]] = []
    order: list[Path] = []
    known: set[Path] = set()
    for place in places:
        before = len(problems.found)
        found = files_of(place.path, problems, place.asked)
        told = [Path(problem.where) for problem in problems.found[before:]]
        order += [place.path, *told, *found]
        if not found and not told:
            what = "there is no YAML file in this folder: nothing was checked"
            report.warnings.append(Problem(str(place.path), what))
        for file in found:
            if file.resolve() not in known:
                known.add(file.resolve())
                files.append((file, place))
    return files, order


def _documents(files: Iterable[tuple[Path, Place]], problems: Problems) -> Iterator[_Document]:
    """What stands in files, but for what does not belong there."""
    for file, place in files:
        for table in read_documents(file, problems):
            if place.kind is None or is_for(place.kind, table, problems):
                yield _Document(table, place.kind or kind_of(table), file, place)


def _read_configurations(documents: Iterable[Table], report: Report, problems: Problems) -> None:
    files: set[str] = set()
    for document in documents:
        if document.file in files:
            problems.add(document.where(), SECOND_DOCUMENT)
        else:
            report.configurations.append(read_configuration(document, problems))
        files.add(document.file)


def _read_policy(
    document: Table, report: Report, problems: Problems, heads: Sequence[Head]
) -> None:
    policy = policies.read_policy(document, problems, heads)
    if policy is not None:
        report.policies.append(policy)
        report.warnings.extend(policies.warnings(policy, heads))


def _read(
    document: Table, kind: str | None, scripts: ScriptReader, report: Report, *, bundled: bool
) -> None:
    if kind == "fixtures":
        report.fixtures.extend(read_fixtures(document, scripts, bundled=bundled))
    elif kind == "scenario":
        scenario = read_scenario(document, scripts)
        report.scenarios.extend([scenario] if scenario is not None else [])
        if scenario is not None and bundled:
            report.bundled.add(scenario.where)
    elif kind == "words":
        read_words(document, scripts.problems, report.words)
    elif kind is None:
        known = (
            "'fixtures', 'name' with 'steps' (a scenario), 'projects' or 'applications' (a "
            "configuration), 'profanity' or 'lexicon' (words), or 'decisions' (a policy)"
        )
        told = f"nobody can tell what this is: expected the key {known}, found {shown([*document])}"
        hints = (did_you_mean(key, _TOP_LEVEL) for key in document)
        hint = next(filter(None, hints), "")
        scripts.problems.add(document.where(), f"{told}.{hint}" if hint else told)


def _warn_of_rules(report: Report) -> None:
    """That a rule can never fire, or does nothing that another has not done."""
    for configuration in report.configurations:
        applications = {
            opened: None
            for opened in configuration.opened.values()
            if isinstance(opened, Application)
        }
        for application in applications:
            report.warnings.extend(rules.warnings(application))


def _warn(report: Report) -> None:
    """That something is hidden; of what is bundled that is what the hiding ones are for."""
    report.warnings.extend(Problem(*one) for one in never_reached(report.fixtures))
    first: dict[str, Scenario] = {}
    for scenario in report.scenarios:
        before = first.setdefault(scenario.name, scenario)
        if before is not scenario and scenario.where not in report.bundled:
            told = f"the scenario {scenario.name!r} is never used: the first of that name is at"
            report.warnings.append(Problem(scenario.where, f"{told} {before.where}"))


def _note_neighbours(documents: Iterable[_Document], report: Report) -> None:
    """Tell of folders with several sorts of files: `serve` would refuse what is fine here."""
    kinds: dict[Path, set[str]] = {}
    for one in documents:
        if one.kind in _SERVED_FROM:
            # A file that was named itself can be named to `serve` as well.
            holder = one.file if one.file == one.place.path else one.file.parent
            kinds.setdefault(holder, set()).add(one.kind)
    for holder, found in kinds.items():
        if len(found) > 1:
            told = " and ".join(what for kind, what in _SERVED_FROM.items() if kind in found)
            what = f"`serve` wants a folder or file of its own for {told}"
            report.notes.append(Problem(str(holder), what))


def _in_order(files: Sequence[Path]) -> "_Order":
    return _Order({str(file): at for at, file in enumerate(files)})


@dataclass(frozen=True, slots=True)
class _Order:
    """Sorts problems by file, in the order in which they were read, and by line."""

    places: dict[str, int]

    def __call__(self, problem: Problem) -> tuple[int, int]:
        file, _, line = problem.where.rpartition(":")
        if not line.isdecimal():
            file, line = problem.where, "0"
        return self.places.get(file, -1), int(line)
