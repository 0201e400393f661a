"""The pytest plugin of hive-emulator, as pytest finds it: the fixture `hive`, and nothing else yet.

Whoever has hive-emulator installed has this module imported by every pytest, so it imports nothing
of the package, and of nobody else, before a test asks for the fixture. It stands beside the package
and not in it, so that a project with a folder `emulator` of its own is left alone.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.pytest_plugin.hive import Hive
    from emulator.pytest_plugin.session import Session

_ISOLATION = ("test", "worker")
_OURS = Path(__file__).parent / "emulator"
_HIVE: "pytest.StashKey[Hive]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings, as `pytest --help` lists them."""
    parser.addini(
        "hive_isolation",
        "hive-emulator: 'test' gives each test a sandbox of its own; 'worker' keeps one for all, "
        "with the same URL and keys, and resets it before each test",
        default=_ISOLATION[0],
    )
    parser.addini(
        "hive_env",
        "hive-emulator: variables to set and restore, one a line: MY_HIVE_URL = {url}. There are "
        "{url}, {dashboard_url}, {key}, {visual_key}, {text_key}, {dashboard_key} and {sandbox}. "
        "They are set while a test has the fixture `hive`; with hive_isolation = worker all the "
        "time, before any conftest is imported",
        type="linelist",
    )
    parser.addini(
        "hive_config",
        "hive-emulator: configuration file with projects, applications and options",
        type="paths",
    )
    for what in ("fixtures", "scenarios"):
        parser.addini(f"hive_{what}", f"hive-emulator: folders with {what}", type="paths")


def pytest_configure(config: pytest.Config) -> None:
    """The marker, and a word about a setting that cannot be."""
    config.addinivalue_line(
        "markers",
        "hive(strict=False, scenario=None, seed=None): give the test the fixture `hive`. strict: "
        "fail where a submission was known to no fixture, or a fixture of the test was not used; "
        "scenario: the name of the one that it begins with; seed: of its ids and invented scores.",
    )
    isolation = config.getini("hive_isolation")
    if isolation not in _ISOLATION:
        raise pytest.UsageError(
            f"hive_isolation is {isolation!r}: it must be {' or '.join(map(repr, _ISOLATION))}"
        )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Variables that stay for the whole run are there before anybody can read them."""
    if early_config.getini("hive_env") and early_config.getini("hive_isolation") == "worker":
        shadowed = _shadowed()
        if shadowed:
            raise pytest.UsageError(shadowed)
        import_module("emulator.pytest_plugin.place").begin(early_config)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Who is marked has the fixture, whether it is named or not."""
    names = getattr(item, "fixturenames", None)
    if names is not None and "hive" not in names and item.get_closest_marker("hive"):
        names.insert(0, "hive")


@pytest.fixture(scope="session")
def _hive_session(pytestconfig: pytest.Config) -> "Iterator[Session]":
    shadowed = _shadowed()
    if shadowed:
        pytest.fail(shadowed, pytrace=False)
    with import_module("emulator.pytest_plugin.session").begun(pytestconfig) as session:
        yield session


@pytest.fixture
def hive(request: pytest.FixtureRequest, _hive_session: "Session") -> "Iterator[Hive]":
    """An emulator of Hive's API with a sandbox of this test's own, on a clock that stands still.

    Point the client at hive.url with hive.visual_key, hive.text_key or hive.key (hive.dashboard_url
    with hive.dashboard_key); script with hive.text, hive.visual, hive.video, hive.fixture,
    hive.scenario and hive.fault; let time pass with hive.advance, hive.run_until_idle and
    hive.wait_for (await hive.aio.advance(...) in an event loop); see what happened with
    hive.requests, hive.tasks, hive.callbacks, hive.posts and hive.patrons; check it with
    hive.assert_requested and hive.assert_not_requested; receive callbacks with hive.inbox(); and
    catch calls to Hive's own addresses with hive.intercept().
    """
    with _hive_session.lend(request.node) as lent:
        request.node.stash[_HIVE] = lent
        try:
            yield lent
        finally:
            del request.node.stash[_HIVE]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test that is to be strict fails where it is not, as if its last line said so."""
    yield
    lent = item.stash.get(_HIVE, None)
    if lent is not None:
        complaints = lent.complaints() if lent.strict else []
        if complaints:
            pytest.fail("\n".join(["hive is strict:", *complaints]), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """The report of a test that failed shows what was said."""
    report = yield
    lent = item.stash.get(_HIVE, None)
    if lent is not None and report.failed:
        lent.failed = True
        report.sections.append(("hive conversation", lent.conversation()))
    return report


def _shadowed() -> str | None:
    """What to say where another package than ours has the name; None where all is well."""
    found = find_spec("emulator")
    origin = found and found.origin
    if origin and Path(origin).parent.samefile(_OURS):
        return None
    return (
        f"The fixture 'hive' needs hive-emulator's package 'emulator', which is at {_OURS}, but "
        f"here that name means {origin}, which comes earlier on sys.path. Run the tests with "
        "`pytest --import-mode=importlib` instead of `python -m pytest`, keep your code in a "
        "folder that is not itself on sys.path (src/...), or give that module another name."
    )
