"""What a document is, told by its top-level keys, and whether it is where such are read."""

from emulator.library.problems import Problems
from emulator.library.scenarios import SCENARIO_KEYS
from emulator.library.yaml import Row, Table
from emulator.settings import KNOBS

CONFIGURATION_KEYS = frozenset(
    ("projects", "applications", *(knob.name for knob in KNOBS if knob.name != "fixtures"))
)
_SCENARIOS_ALONE = frozenset(SCENARIO_KEYS) - CONFIGURATION_KEYS
_CONFIGURATIONS_ALONE = CONFIGURATION_KEYS - frozenset(SCENARIO_KEYS)
_POLICIES_ALONE = frozenset(("decisions", "otherwise"))
_BELONGS = {
    "fixtures": "these are fixtures: give them with --fixtures",
    "scenario": "this is a scenario: give it with --scenarios",
    "configuration": "this is a configuration: give it with --config",
    "words": "these are words: give them with --words",
    "policy": "this is a policy: give it to `hive-emulator policy`",
}


def kind_of(document: Table) -> str | None:
    """What a document is: fixtures, a scenario, words, a configuration, a policy; or None."""
    written = _keys(document)
    folders = _names_folders(document)
    if written & _POLICIES_ALONE:
        return "policy"
    # A fixture that stands alone is not in its list, which its reader tells.
    if ("fixtures" in document and not folders) or "when" in document:
        return "fixtures"
    if written & _SCENARIOS_ALONE:
        return "scenario"
    if written & {"profanity", "lexicon"}:
        return "words"
    return "configuration" if folders or written & CONFIGURATION_KEYS else None


def _keys(document: Table) -> set[str]:
    return {key.replace("-", "_") for key in document}


def _names_folders(document: Table) -> bool:
    listed = document.get("fixtures")
    return isinstance(listed, str) or (
        isinstance(listed, Row) and bool(listed) and all(isinstance(one, str) for one in listed)
    )


def is_for(kind: str, document: Table, problems: Problems) -> bool:
    """Whether a document may be read as that; of what is plainly another, its place is told."""
    found = kind_of(document)
    if found is None or found == kind or (kind == "configuration" and _may_configure(document)):
        return True
    problems.add(document.where(), _BELONGS[found])
    return False


def _may_configure(document: Table) -> bool:
    """Whether it is rather a configuration in which something is wrong."""
    listed = document.get("fixtures")
    fixtures = isinstance(listed, Row) and any(isinstance(one, Table) for one in listed)
    folders = "fixtures" in document and not fixtures
    return folders or bool(_keys(document) & _CONFIGURATIONS_ALONE)
