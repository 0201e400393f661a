"""What a policy is put on trial with: a contract, a model's classes, a base, and its lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emulator.core.access import Address, Application, Directory, Project, opened_by
from emulator.core.conditions.texts import Language, TextContainsAny
from emulator.core.errors import Refusal
from emulator.core.fixture import Fixture
from emulator.core.model import NOTHING, ClockMode, Contract, Kind, TextScript
from emulator.core.policy import Policy, bounds_in
from emulator.core.prediction.completion import complete
from emulator.core.suggest import did_you_mean, listed
from emulator.core.taxonomy.text import DOCS, LIVE_2026_01, TEXT_SEVERITIES
from emulator.core.taxonomy.visual import VisualTaxonomy
from emulator.lab.answers import Answers, DashboardAnswers, TaskAnswers
from emulator.lab.asking import LabError, Question
from emulator.lab.axes import Axis, empty, grid, score_axes, text_axes
from emulator.lab.point import Point, Said, lists_of
from emulator.lab.served import Served
from emulator.library.bundled import bundled
from emulator.library.loading import load_applications, load_configuration, load_fixtures
from emulator.library.problems import Problems
from emulator.settings import Settings
from emulator.wiring import Emulator

VISUAL, TEXT, VIDEO, ANY, DASHBOARD, LEGACY = CONTRACTS = (
    "visual",
    "text",
    "video",
    "any",
    "dashboard",
    "dashboard-legacy",
)
"""The answers that policies can be asked of; `any` are those of pictures and texts. A Dashboard's
name the rules that were triggered, and only its legacy ones hold the scores too."""
KEYS = {
    ANY: "any-key",
    VISUAL: "visual-key",
    VIDEO: "visual-key",
    TEXT: "text-key",
    DASHBOARD: "dashboard-key",
    LEGACY: "dashboard-key",
}
"""What opens each where no other key is named."""
STEPS = 21
FRAMES = 5


@dataclass(frozen=True)
class Setup:
    """Everything but the policy; `bases` has one point for every kind of content there is."""

    contract: str
    project: Project
    answers: Answers
    bases: tuple[Point, ...]
    base_name: str = ""
    phrases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    @property
    def taxonomy(self) -> VisualTaxonomy:
        """The visual classes that there are."""
        return self.project.taxonomy

    def axes(self, values: Sequence[float]) -> list[Axis]:
        """Every line, scores over these values; some only, where some were named."""
        every = self._every_axis(values)
        if not self.only:
            return every
        return [axis for axis in every if axis.name in self.only or axis.group in self.only]

    def _every_axis(self, values: Sequence[float]) -> list[Axis]:
        found: list[Axis] = []
        for base in self.bases:
            if base.kind is Kind.TEXT:
                words = self.project.text_taxonomy
                found += text_axes(base, words, self.phrases, self.languages)
            else:
                found += score_axes(base, self.taxonomy, values)
        return found

    def base_of(self, axis: Axis) -> Point:
        """The base that a line leads through."""
        text = axis.head is None
        return next(one for one in self.bases if (one.kind is Kind.TEXT) is text)

    def axis(self, name: str, values: Sequence[float] = ()) -> Axis:
        """The line of that name; `LabError` when there is none."""
        known = {axis.name: axis for axis in self._every_axis(values or grid(0, 1, STEPS))}
        if name not in known:
            hint = did_you_mean(name, known) or f" Known are {listed(known, 6)}."
            raise LabError(f"{self.contract} answers have no class {name!r}.{hint}".rstrip("."))
        return known[name]

    def question(self, point: Point) -> Question:
        """What is asked of a point."""
        says = point.words(self.taxonomy)
        return Question(says, lambda: self.answers.answer(point), point)

    @property
    def base_words(self) -> str:
        """What the base is, in words."""
        return f"the fixture {self.base_name!r}" if self.base_name else "no noise"


def make_setup(
    contract: str,
    *,
    key: str | None = None,
    config: Path | None = None,
    base: str | None = None,
    frames: int = FRAMES,
    declared: Iterable[Policy] = (),
    classes: Iterable[str] = (),
    only: Iterable[str] = (),
) -> Setup:
    """The setup of a contract; `LabError` says what of it is not possible.

    `declared` are the policies from files, whose phrases, languages and classes are looked at too;
    `classes` are more text classes that there have to be. `only` names classes, heads or other
    groups of lines, where not all are to be looked at.
    """
    if frames < 1:
        raise LabError(f"--frames {frames}: a video has at least one")
    policies = tuple(declared)
    key = key or KEYS[contract]
    opened = _opened(contract, key, config)
    project = opened if isinstance(opened, Project) else opened.project
    asked = {name for policy in policies for name in bounds_in(policy.conditions)}
    project = _with_classes(project, {*asked, *classes})
    found = None if base is None else find_fixture(base)
    kinds = {VISUAL: [Kind.PICTURE], VIDEO: [Kind.VIDEO], TEXT: [Kind.TEXT]}
    bases = [
        _based(found, empty(kind, frames if contract == VIDEO else 1), project)
        for kind in kinds.get(contract, [Kind.PICTURE, Kind.TEXT])
    ]
    if found is not None and bases == [empty(one.kind, len(one.frames) or 1) for one in bases]:
        told = f"the fixture {found.name!r} says nothing for {contract} answers"
        raise LabError(f"--base {base}: {told}")
    answers: Answers = TaskAnswers(project)
    if isinstance(opened, Application):
        emulator = Emulator(Settings(config=config, clock=ClockMode.MANUAL))
        served = Served(emulator, key, dashboard=True, legacy=contract == LEGACY)
        answers = DashboardAnswers(served, project.taxonomy)
    setup = Setup(
        contract,
        project,
        answers,
        tuple(bases),
        "" if found is None else found.name,
        _mentioned(policies, TextContainsAny, "phrases"),
        _mentioned(policies, Language, "words"),
        tuple(only),
    )
    _check_only(setup)
    return setup


def _check_only(setup: Setup) -> None:
    groups = {axis.group for axis in setup.axes((0.0, 1.0))}
    for name in setup.only:
        if name not in groups:
            setup.axis(name)


def _opened(contract: str, key: str, config: Path | None) -> Project | Application:
    """What the key opens in that contract."""
    declared = dict(load_configuration(config).opened)
    wanted = Contract.TASK
    if contract in (DASHBOARD, LEGACY):
        problems = Problems()
        declared = {**load_applications(problems), **declared}
        problems.raise_if_any()
        wanted = Contract.DASHBOARD
    caller = Directory(declared).caller(f"Token {key}")
    try:
        return opened_by(Address("", contract=wanted), caller)
    except Refusal as refusal:
        raise LabError(f"--key, for {contract} answers: {refusal}") from None


def _with_classes(project: Project, asked: Iterable[str]) -> Project:
    """The project, with the larger set of text classes where one of those is asked for."""
    text_classes = {name for name in asked if name in TEXT_SEVERITIES}
    if project.text_taxonomy is not DOCS or text_classes <= DOCS.places.keys():
        return project
    return replace(project, text_taxonomy=LIVE_2026_01)


def _mentioned(policies: Sequence[Policy], leaf: type, words: str) -> tuple[str, ...]:
    found = (
        word
        for policy in policies
        for condition in policy.conditions
        if isinstance(condition, leaf)
        for word in getattr(condition, words)
    )
    return tuple(dict.fromkeys(found))


def find_fixture(named: str) -> Fixture:
    """The first fixture of a file, or the bundled one of that name."""
    path = Path(named)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        fixtures = load_fixtures((path,), (), with_bundled=False)
        if not fixtures:
            raise LabError(f"--base {named}: there is no fixture in this file")
        return fixtures[0]
    fixtures = load_fixtures((bundled("fixtures"),), (), with_bundled=False)
    known = {fixture.name: fixture for fixture in fixtures}
    if named not in known:
        told = f"--base {named}: there is neither such a file nor a bundled fixture of that name."
        raise LabError(f"{told}{did_you_mean(named, known)}".rstrip("."))
    return known[named]


def _based(fixture: Fixture | None, point: Point, project: Project) -> Point:
    """The point with what a fixture says of such content."""
    if fixture is None:
        return point
    script = fixture.script
    if point.kind is Kind.TEXT:
        text = script.text or TextScript()
        severities = tuple(sorted((name, one) for name, one in text.severities.items() if one))
        said = Said(point.said.words, severities, text.language, lists_of(text))
        return point._replace(said=said)
    heads = complete(project.taxonomy, script.visual or NOTHING)
    return point.showing(tuple(sorted(heads.items())))
