"""Fixtures from YAML: a list of them, each recognised by `when` and saying what is seen."""

from collections.abc import Callable, Iterator

from emulator.core.fixture import Fixture
from emulator.core.suggest import shown
from emulator.library import reading
from emulator.library.reading import Reader
from emulator.library.scripts import SCRIPT_KEYS, ScriptReader, only_keys, read_when
from emulator.library.yaml import Table


def read_fixtures(
    document: Table,
    scripts: ScriptReader,
    *,
    bundled: bool = False,
    name_it: Callable[[], str] | None = None,
) -> Iterator[Fixture]:
    """The fixtures of one document, in their order; `name_it` as for `read_fixture`."""
    reader = Reader(document, scripts.problems)
    reader.only("a file of fixtures", ("fixtures",))
    for table in reader.tables_at("fixtures"):
        fixture = read_fixture(table, scripts, bundled=bundled, name_it=name_it)
        if fixture is not None:
            yield fixture


def read_fixture(
    table: Table,
    scripts: ScriptReader,
    *,
    bundled: bool = False,
    name_it: Callable[[], str] | None = None,
) -> Fixture | None:
    """One fixture; None where it has no name or no patterns.

    `name_it` makes a name where none was given; without it there must be one.
    """
    reader = Reader(table, scripts.problems)
    only_keys(reader, "a fixture", ("name", "when", *SCRIPT_KEYS))
    if name_it is not None and "name" not in table:
        name: str | None = name_it()
    else:
        name = reader.require("name", reading.text, "a fixture")
    told = f"the fixture {shown(name)}" if name else "a fixture"
    if "when" not in table:
        reader.wrong(None, f"{told} needs the key 'when'")
    when = read_when(table, scripts.problems)
    if not any(key in table for key in SCRIPT_KEYS):
        known = ", ".join(SCRIPT_KEYS)
        reader.wrong(None, f"{told} says nothing: it needs one of {known}")
    script = scripts.script(table)
    if name is None or when is None:
        return None
    return Fixture(name, when, script, reader.where(), bundled)
