"""What files may hold, as JSON at run time: the same readers, and paths in place of lines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

from emulator.core.fixture import Fixture
from emulator.core.matching import When
from emulator.core.rules import Action
from emulator.core.scenario import Scenario, Step
from emulator.core.suggest import shown
from emulator.core.taxonomy.visual import DOCS, Head
from emulator.library.configuration import read_webhooks
from emulator.library.fixtures import read_fixture, read_fixtures
from emulator.library.problems import LibraryError, Problems
from emulator.library.reading import Reader
from emulator.library.rules import read_action, read_rules
from emulator.library.scenarios import read_scenario, read_step
from emulator.library.scripts import ScriptReader, read_when
from emulator.library.yaml import MAX_DEPTH, Row, Table

T = TypeVar("T")

CONTROL_API = "control API"
"""Where all of it comes from, as explanations tell it."""
UNNAMED = "inline"
"""What a scenario is called that has no name."""
_BODY = "body"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)


def fixtures_from(
    value: Any, heads: Iterable[Head], numbers: Iterator[int] | None = None
) -> tuple[Fixture, ...]:
    """The fixtures in one, in a list of them, or in `{"fixtures": [...]}`.

    One without a name is called after the next of the numbers: "run-time 1". `LibraryError` tells
    everything that is wrong, as do all functions here.
    """
    scripts, body = _begin(value, heads)
    ordinals = count(1) if numbers is None else numbers
    document = _document(body)
    if document is None:
        told = "expected a fixture, a list of fixtures, or a mapping with 'fixtures'"
        scripts.problems.add(_BODY, f"{told}, found {shown(body)}")
        raise LibraryError(scripts.problems.found)
    found = [*read_fixtures(document, scripts, name_it=lambda: f"run-time {next(ordinals)}")]
    _check_names(found, scripts.problems)
    scripts.problems.raise_if_any()
    return tuple(replace(fixture, where=CONTROL_API) for fixture in found)


def fixture_from(value: Any, heads: Iterable[Head], name: str) -> Fixture:
    """The fixture of a name that is known already; if it gives one itself, it must be the same."""
    scripts, body = _begin(value, heads)
    table = _table(body, "a fixture", scripts.problems)
    made = read_fixture(table, scripts, name_it=lambda: name)
    if made is not None and made.name != name:
        told = f"name: expected {shown(name)}, as the address says, found {shown(made.name)}"
        scripts.problems.add(table.where("name"), told)
    return replace(_whole(made, scripts.problems), where=CONTROL_API)


def scenario_from(value: Any, heads: Iterable[Head]) -> Scenario:
    """The scenario that a mapping is; its steps say which they are."""
    scripts, body = _begin(value, heads)
    table = _table(body, "a scenario", scripts.problems)
    scenario = _whole(read_scenario(table, scripts, unnamed=UNNAMED), scripts.problems)
    return replace(
        scenario,
        steps=tuple(replace(step, where=_within(step.where)) for step in scenario.steps),
        timeline=tuple(replace(spell, where=_within(spell.where)) for spell in scenario.timeline),
        where=CONTROL_API,
    )


def step_from(value: Any, heads: Iterable[Head]) -> Step:
    """The step that a mapping is; without `on` it is at a submission, or where its fault can be."""
    scripts, body = _begin(value, heads)
    table = _table(body, "a step", scripts.problems)
    step = _whole(read_step(table, scripts, on_its_own=True), scripts.problems)
    return replace(step, where="")


def application_from(value: Any, heads: Iterable[Head]) -> dict[str, Any]:
    """What is to be different of an application: its `rules`, its `webhooks` by action, or both."""
    scripts, body = _begin(value, heads)
    table = _table(body, "an application", scripts.problems)
    reader = Reader(table, scripts.problems)
    reader.only("an application", ("rules", "actions"))
    made: dict[str, Any] = {}
    if "rules" in table and table["rules"] is None:
        reader.wrong("rules", "rules: expected a list, found null")
    elif "rules" in table:
        rules = read_rules(table, scripts.problems, heads)
        made["rules"] = tuple(replace(rule, where=_within(rule.where)) for rule in rules)
    if "actions" in table:
        made["webhooks"] = read_webhooks(reader)
    scripts.problems.raise_if_any()
    return made


def action_from(value: Any) -> Action:
    """The action of a moderator: its name, or a mapping from it to its settings."""
    problems = Problems()
    holder = _Object(_BODY)
    holder.paths["action"] = f"{_BODY}.action"
    holder["action"] = _placed(value, f"{_BODY}.action", problems)
    problems.raise_if_any()
    return _whole(read_action(Reader(holder, problems), "the call"), problems)


def when_from(value: Any, place: str = f"{_BODY}.when") -> When:
    """The patterns that a mapping is; `place` is its path, for what is told."""
    problems = Problems()
    holder = _Object(place)
    holder["when"] = _placed(value, place, problems)
    problems.raise_if_any()
    return _whole(read_when(holder, problems), problems)


class _Object(Table):
    """A mapping that knows its path, and that of each of its values."""

    def __init__(self, path: str) -> None:
        super().__init__(path, 0)
        self.paths: dict[str, str] = {}

    def where(self, key: str | None = None) -> str:
        """The path of a value, or of the mapping itself."""
        return self.file if key is None else self.paths.get(key, self.file)


class _Array(Row):
    """A sequence that knows its path."""

    def __init__(self, path: str) -> None:
        super().__init__(path, 0)

    def where(self, at: int) -> str:
        """The path of an item."""
        return f"{self.file}[{at}]"


def _begin(value: Any, heads: Iterable[Head]) -> tuple[ScriptReader, Any]:
    """A reader of scripts, and the value with its paths."""
    problems = Problems()
    body = _placed(value, _BODY, problems)
    problems.raise_if_any()
    return ScriptReader(DOCS.with_heads(heads), problems), body


def _placed(value: Any, path: str, problems: Problems, depth: int = 0) -> Any:
    """A value in which every mapping and sequence knows its path."""
    if depth > MAX_DEPTH:
        problems.add(path, f"it is nested deeper than {MAX_DEPTH} levels")
        return None
    if isinstance(value, Mapping):
        table = _Object(path)
        for key, inner in value.items():
            plain = _PLAIN.fullmatch(key)
            table.paths[key] = at = f"{path}.{key}" if plain else f"{path}[{shown(key)}]"
            _check_text(key, at, problems)
            table[key] = _placed(inner, at, problems, depth + 1)
        return table
    if isinstance(value, list | tuple):
        row = _Array(path)
        row.extend(
            _placed(inner, row.where(at), problems, depth + 1) for at, inner in enumerate(value)
        )
        return row
    _check_text(value, path, problems)
    return value


def _check_text(value: Any, path: str, problems: Problems) -> None:
    """JSON can write half of a character, which no answer could show."""
    if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
        problems.add(path, "half a character is not allowed")


def _document(body: Any) -> Table | None:
    """Fixtures as a file has them; None where it is nothing of the sort."""
    if isinstance(body, Table) and "fixtures" in body:
        return body
    document = _Object(_BODY)
    if isinstance(body, Table):
        document["fixtures"] = alone = _Array(_BODY)
        alone.append(body)
        return document
    document["fixtures"] = body
    return document if isinstance(body, Row) else None


def _table(body: Any, what: str, problems: Problems) -> Table:
    if not isinstance(body, Table):
        problems.add(_BODY, f"expected {what} as a mapping, found {shown(body)}")
        raise LibraryError(problems.found)
    return body


def _check_names(fixtures: Iterable[Fixture], problems: Problems) -> None:
    """At run time a name is an address too, so that no two may share one."""
    first: dict[str, Fixture] = {}
    for fixture in fixtures:
        before = first.setdefault(fixture.name, fixture)
        if before is not fixture:
            told = f"the name {fixture.name!r} was used before, at {before.where}"
            problems.add(fixture.where, told)


def _within(path: str) -> str:
    """Where a part of a scenario, or a rule, comes from."""
    return f"{CONTROL_API}, {path.removeprefix(f'{_BODY}.')}"


def _whole(made: T | None, problems: Problems) -> T:
    """What was made, if nothing is wrong."""
    if made is None or problems.found:
        raise LibraryError(problems.found)
    return made
