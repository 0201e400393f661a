"""Fixtures from YAML: a list of them, each recognised by `when` and saying what is seen."""

from collections.abc import Iterator

from emulator.core.fixture import Fixture
from emulator.core.suggest import shown
from emulator.library import reading
from emulator.library.reading import Reader
from emulator.library.scripts import SCRIPT_KEYS, ScriptReader, fault_settings, read_when
from emulator.library.yaml import Table


def read_fixtures(document: Table, scripts: ScriptReader, *, bundled: bool) -> Iterator[Fixture]:
    """The fixtures of one document, in their order."""
    reader = Reader(document, scripts.problems)
    reader.only("a file of fixtures", ("fixtures",))
    for table in reader.tables_at("fixtures"):
        fixture = _read_fixture(table, scripts, bundled=bundled)
        if fixture is not None:
            yield fixture


def _read_fixture(table: Table, scripts: ScriptReader, *, bundled: bool) -> Fixture | None:
    reader = Reader(table, scripts.problems)
    reader.only("a fixture", ("name", "when", *SCRIPT_KEYS, *fault_settings(table)))
    name = reader.require("name", reading.text, "a fixture")
    told = f"the fixture {shown(name)}" if name else "a fixture"
    if "when" not in table:
        reader.wrong(None, f"{told} needs the key 'when'")
    when = read_when(table, "when", scripts.problems)
    if not any(key in table for key in SCRIPT_KEYS):
        known = ", ".join(SCRIPT_KEYS)
        reader.wrong(None, f"{told} says nothing: it needs one of {known}")
    script = scripts.script(table)
    if name is None or when is None:
        return None
    return Fixture(name, when, script, reader.where(), bundled)
