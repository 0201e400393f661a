"""Reading YAML that stands in a test: what was made of it, and every problem as it is told."""

from collections.abc import Iterable
from textwrap import dedent
from typing import Any

from hypothesis import strategies as st

from emulator.core.fixture import Fixture
from emulator.core.scenario import Scenario
from emulator.core.taxonomy.visual import DOCS
from emulator.library.configuration import Configuration, read_configuration
from emulator.library.fixtures import read_fixtures
from emulator.library.problems import Problems
from emulator.library.scenarios import read_scenario
from emulator.library.scripts import ScriptReader
from emulator.library.yaml import Table, parse_documents

FILE = "f.yaml"


def told(problems: Problems) -> list[str]:
    return [str(problem) for problem in problems.found]


def documents_of(text: str) -> tuple[list[Table], list[str]]:
    problems = Problems()
    return list(parse_documents(dedent(text), FILE, problems)), told(problems)


def fixtures_of(text: str) -> tuple[list[Fixture], list[str]]:
    problems = Problems()
    scripts = ScriptReader(DOCS, problems)
    found = [
        fixture
        for document in parse_documents(dedent(text), FILE, problems)
        for fixture in read_fixtures(document, scripts, bundled=False)
    ]
    return found, told(problems)


def scenarios_of(text: str) -> tuple[list[Scenario | None], list[str]]:
    problems = Problems()
    scripts = ScriptReader(DOCS, problems)
    documents = parse_documents(dedent(text), FILE, problems)
    return [read_scenario(document, scripts) for document in documents], told(problems)


def configuration_of(text: str) -> tuple[Configuration, list[str]]:
    problems = Problems()
    [document] = parse_documents(dedent(text), FILE, problems)
    return read_configuration(document, problems), told(problems)


def anything_under(keys: Iterable[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings with those keys, and in them, as deep as may be, whatever YAML can say."""
    names = st.sampled_from([*keys])
    plain = st.none() | st.booleans() | st.integers(-2, 5) | st.floats(-1, 2) | names | WORDS
    values = st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5),
        max_leaves=20,
    )
    return st.dictionaries(names, values, max_size=5)


WORDS = st.sampled_from(
    ["", "a", "5s", "1e400", "*", "(", "NO", "\u2028", "A~B", "true", "9" * 400]
)
