"""The plugin as pytest runs it: other people's suites, each in a folder of its own."""

import os
import re
import subprocess
import sys
import threading
from importlib.metadata import entry_points
from pathlib import Path

import httpx
import pytest

import emulator
import hive_emulator_pytest
from emulator.pytest_plugin import Hive
from tests.pytest_plugin.calls import call

pytest_plugins = ["pytester"]

ASK = """
import os, json, urllib.parse, urllib.request

def ask(base, key, path="/api/v2/task/sync", **fields):
    data = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(base + path, data, {"Authorization": "Token " + key})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an emulator of others, and without the plugins of others, which take their time."""
    for name in [name for name in os.environ if "HIVE" in name or "PYTEST_XDIST" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def attached(alone: None, monkeypatch: pytest.MonkeyPatch, server_url: str) -> str:
    """Beside the server of this suite, so that none has to start."""
    monkeypatch.setenv("HIVE_EMULATOR_URL", server_url)
    return server_url


OURS = ("-p", "hive_emulator_pytest", "-p", "no:cacheprovider")


def run(pytester: pytest.Pytester, test: str, *arguments: str, ini: str = "") -> pytest.RunResult:
    """What pytest says of a suite; it is run in this process, with warnings as errors."""
    pytester.makepyfile(ask=ASK, test_it=f"import pytest\nfrom ask import ask\n{test}")
    pytester.makeini(f"[pytest]\nfilterwarnings = error\n{ini}")
    return pytester.runpytest_inprocess(*OURS, *arguments)


# What it costs those who do not use it


def test_a_suite_that_does_not_use_it_has_nothing_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            ours = ("emulator", "starlette", "httpx", "uvicorn", "http.server", "ssl")
            assert "hive_emulator_pytest" in sys.modules
            assert [name for name in ours if name in sys.modules] == []
        """
    )
    pytester.runpytest_subprocess(*OURS).assert_outcomes(passed=1)


def test_it_imports_in_no_time() -> None:
    code = (
        "import pytest, time, importlib.util, pathlib, typing, collections.abc\n"
        "began = time.process_time()\n"
        "import hive_emulator_pytest\n"
        "print(time.process_time() - began)"
    )
    took = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True).stdout)
        for _ in range(3)
    ]
    # In seconds: it takes less than two milliseconds, and more only where something is imported.
    assert min(took) < 0.01


def test_pytest_finds_it_beside_the_package() -> None:
    [found] = entry_points(group="pytest11", name="hive-emulator")
    assert found.load() is hive_emulator_pytest
    assert Path(hive_emulator_pytest.__file__).parent == Path(emulator.__file__).parent.parent


@pytest.mark.parametrize("package", ["emulator/__init__.py", "emulator.py"])
def test_a_project_with_an_emulator_of_its_own_is_left_alone(
    pytester: pytest.Pytester, package: str
) -> None:
    file = pytester.path / package
    file.parent.mkdir(exist_ok=True)
    file.write_text("MINE = 1\n")
    pytester.makepyfile("from emulator import MINE\n\ndef test_mine(): assert MINE == 1\n")
    ran = pytester.runpytest_subprocess(*OURS)
    ran.assert_outcomes(passed=1)


def test_who_uses_it_all_the_same_is_told_what_shadows_it(pytester: pytest.Pytester) -> None:
    (pytester.path / "emulator.py").write_text("MINE = 1\n")
    pytester.makepyfile("import emulator\ndef test_mine(): emulator.MINE\ndef test_it(hive): pass")
    ran = pytester.runpytest_subprocess(*OURS)
    ran.assert_outcomes(passed=1, errors=1)
    said = " ".join(ran.stdout.str().split())
    assert f"here that name means {pytester.path}/emulator.py, which comes earlier" in said
    assert "pytest --import-mode=importlib" in said
    assert "Traceback" not in said


def test_a_folder_without_modules_shadows_nothing(pytester: pytest.Pytester) -> None:
    (pytester.path / "emulator").mkdir()
    pytester.makepyfile("def test_it(hive): hive.text('x', hate=1)")
    pytester.runpytest_subprocess(*OURS).assert_outcomes(passed=1)


# Sandboxes


def test_each_test_has_a_sandbox_of_its_own_with_ids_that_are_always_the_same(
    pytester: pytest.Pytester,
) -> None:
    suite = """
@pytest.mark.parametrize("number", [1, 2])
def test_it(hive, number):
    assert hive.requests() == []
    print("id", number, ask(hive.url, hive.key, text_data="hello")["id"], hive.sandbox)
"""
    first, second = (run(pytester, suite, "-s") for _ in range(2))
    first.assert_outcomes(passed=2)
    ids = [re.findall(r"id (\d) (\S+) (\S+)", result.stdout.str()) for result in (first, second)]
    assert ids[0] == ids[1]
    assert len({one for _, *one in map(tuple, ids[0]) for one in one}) == 4


def test_nothing_of_the_server_is_left_when_pytest_is_done(pytester: pytest.Pytester) -> None:
    before = threading.active_count()
    result = run(pytester, "def test_it(hive): hive.inbox(hive.never); print(hive.url)", "-s")
    result.assert_outcomes(passed=1)
    assert threading.active_count() == before


@pytest.mark.usefixtures("attached")
def test_the_marker_says_how_the_sandbox_begins(pytester: pytest.Pytester) -> None:
    suite = """
from urllib.error import HTTPError

@pytest.mark.hive(scenario="maintenance")
class TestIt:
    def test_scenario(self, hive):
        with pytest.raises(HTTPError, match="503") as caught:
            ask(hive.url, hive.key, text_data="hello")
        caught.value.close()

    @pytest.mark.hive(scenario="calm", seed=7)
    def test_nearest(self, hive):
        print("ids", ask(hive.url, hive.key, text_data="hello")["id"])
        hive._client.post("reset")
        hive._client.put("clock", body={"mode": "manual"})
        print("ids", ask(hive.url, hive.key, text_data="hello")["id"])
"""
    result = run(pytester, suite, "-s")
    result.assert_outcomes(passed=2)
    seeded, plain = re.findall("ids (.*)", result.stdout.str())
    assert seeded != plain


@pytest.mark.usefixtures("attached")
def test_the_marker_gives_the_fixture_to_a_test_that_does_not_name_it(
    pytester: pytest.Pytester,
) -> None:
    suite = """
@pytest.mark.hive
def test_it():
    assert os.environ["WHERE"].startswith("http://127.0.0.1:")

def test_other():
    assert "WHERE" not in os.environ
"""
    run(pytester, f"import os\n{suite}", ini="hive_env = WHERE={url}").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        (
            "hive(strikt=True)",
            "has no 'strikt'. Did you mean 'strict'? It has strict, scenario, seed.",
        ),
        ("hive(True)", "@pytest.mark.hive takes names"),
        ("hive(scenario='kalm')", "Did you mean 'calm'?"),
    ],
)
@pytest.mark.usefixtures("attached")
def test_a_marker_that_says_nothing_is_told_so(
    pytester: pytest.Pytester, marker: str, words: str
) -> None:
    result = run(pytester, f"@pytest.mark.{marker}\ndef test_it(): pass")
    result.assert_outcomes(errors=1)
    assert words in result.stdout.str()


# Strictness, and what a failure shows


@pytest.mark.usefixtures("attached")
def test_a_strict_test_fails_in_its_own_name(pytester: pytest.Pytester) -> None:
    suite = """
@pytest.mark.hive(strict=True)
def test_strict(hive):
    hive.text("you fool", bullying=2)
    ask(hive.url, hive.key, text_data="you foul")

def test_lax(hive):
    hive.text("you fool", bullying=2)
    ask(hive.url, hive.key, text_data="you foul")
"""
    result = run(pytester, suite)
    result.assert_outcomes(passed=1, failed=1)
    said = result.stdout.str()
    assert "no fixture knew the text 'you foul'; the nearest fixture is" in said
    assert "the fixture \"hive.text('you fool')\" was not used" in said
    assert "hive conversation" in said


@pytest.mark.usefixtures("attached")
def test_the_conversation_is_shown_by_tests_that_fail_and_by_no_others(
    pytester: pytest.Pytester,
) -> None:
    suite = """
def test_fails(hive):
    ask(hive.url, hive.key, text_data="hello there")
    assert False

def test_passes(hive):
    ask(hive.url, hive.key, text_data="and good-bye")

@pytest.fixture
def broken(hive):
    ask(hive.url, hive.key, text_data="from a fixture")
    assert False

def test_with_it(broken):
    pass
"""
    result = run(pytester, suite)
    result.assert_outcomes(passed=1, failed=1, errors=1)
    said = result.stdout.str()
    assert said.count("hive conversation") == 2
    assert "text 'hello there'" in said
    assert "text 'from a fixture'" in said
    assert "good-bye" not in said


# Settings


WORKER = """
hive_isolation = worker
hive_env =
    MY_URL = {url}
    MY_KEY={visual_key}
    MY_MIX = <{dashboard_url}> {dashboard_key} {text_key} {key} {sandbox}
"""


def test_one_sandbox_for_all_is_there_before_anything_is_imported(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "before")
    pytester.makeconftest("import os\nREAD_ONCE = os.environ['MY_URL'], os.environ['MY_KEY']")
    suite = """
from conftest import READ_ONCE

@pytest.mark.parametrize("number", [1, 2])
def test_it(hive, number):
    assert READ_ONCE == (hive.url, hive.visual_key)
    assert hive.sandbox == "main"
    assert hive.requests() == []
    ask(*READ_ONCE, url="https://cdn.test/a.jpg")
    assert len(hive.requests()) == 1

def test_without_it():
    import os
    assert os.environ["MY_URL"] == READ_ONCE[0]
    assert os.environ["MY_MIX"].endswith("dashboard-key~main text-key~main any-key~main main")
"""
    run(pytester, suite, ini=WORKER).assert_outcomes(passed=3)
    assert os.environ["MY_KEY"] == "before"
    assert "MY_URL" not in os.environ


@pytest.mark.usefixtures("attached")
def test_variables_are_set_and_restored_around_each_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_URL", "before")
    suite = """
import os

def test_with(hive):
    assert (os.environ["MY_URL"], os.environ["MY_KEY"]) == (hive.url, hive.visual_key)

def test_without():
    assert os.environ["MY_URL"] == "before"
    assert "MY_KEY" not in os.environ
"""
    run(pytester, suite, ini=WORKER.replace("worker", "test")).assert_outcomes(passed=2)


@pytest.mark.parametrize("isolation", ["test", "worker"])
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("MY_URL", "hive_env has the line 'MY_URL': it must be like MY_HIVE_URL = {url}"),
        ("MY_URL = {ulr}", "hive_env has {ulr} for MY_URL: there are sandbox, url,"),
    ],
)
@pytest.mark.usefixtures("attached")
def test_a_variable_that_cannot_be_is_told_of(
    pytester: pytest.Pytester, line: str, words: str, isolation: str
) -> None:
    ini = f"hive_isolation = {isolation}\nhive_env = {line}"
    result = run(pytester, "def test_it(hive): pass", ini=ini)
    assert words in f"{result.stdout.str()}{result.stderr.str()}"


def test_an_isolation_that_there_is_not_is_told_of(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(): pass", ini="hive_isolation = module")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*hive_isolation is 'module': it must be 'test' or 'worker'*"])


def test_files_and_a_configuration_are_read_from_beside_the_ini(pytester: pytest.Pytester) -> None:
    (pytester.path / "hive").mkdir()
    (pytester.path / "hive" / "mine.yaml").write_text(
        "fixtures: [{name: mine, when: {text: mine}, text: {hate: 3}}]\n"
    )
    (pytester.path / "hive.yaml").write_text(
        "unscripted: reject\nprojects: [{name: mine, keys: [my-key], product: text}]\n"
    )
    suite = """
def test_it(hive):
    ask(hive.url, "my-key", text_data="mine")
    [task] = hive.tasks()
    assert task.project == "mine" and "fixture 'mine'" in task.prediction
"""
    ini = "hive_fixtures = hive\nhive_config = hive.yaml"
    run(pytester, suite, ini=ini).assert_outcomes(passed=1)


def test_a_file_with_a_mistake_is_told_of(pytester: pytest.Pytester) -> None:
    (pytester.path / "mine.yaml").write_text("fixtures: [{when: {text: x}, text: {hat: 3}}]\n")
    result = run(pytester, "def test_it(hive): pass", ini="hive_fixtures = .")
    result.assert_outcomes(errors=1)
    assert "the emulator does not start: " in result.stdout.str()
    assert "mine.yaml:1" in result.stdout.str()


def test_help_markers_and_fixtures_tell_of_it(pytester: pytest.Pytester) -> None:
    for argument, words in (
        ("--help", ("hive_isolation (string)", "hive_env (linelist)", "{dashboard_url}")),
        ("--markers", ("@pytest.mark.hive(strict=False, scenario=None, seed=None)",)),
        ("--fixtures", ("An emulator of Hive's API with a sandbox of this test's own",)),
    ):
        said = " ".join(pytester.runpytest_inprocess(*OURS, argument).stdout.str().split())
        assert [one for one in words if one not in said] == []


# A server that is there


def test_it_attaches_to_a_server_that_is_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, server_url: str
) -> None:
    # As `exec` and people may write it; of a path nothing is wanted here.
    monkeypatch.setenv("HIVE_EMULATOR_URL", f"{server_url}/s/ours")
    suite = """
def test_passes(hive):
    ask(hive.url, hive.key, text_data="hello")
    print("where", hive.url)

def test_fails(hive):
    ask(hive.url, hive.key, text_data="hello")
    print("where", hive.url)
    assert False
"""
    result = run(pytester, suite, "-s")
    result.assert_outcomes(passed=1, failed=1)
    passed, failed = re.findall("where (http.*)", result.stdout.str())
    assert passed.startswith(f"{server_url}/s/test_passes-")
    again = re.findall("where (http.*)", run(pytester, suite, "-s").stdout.str())
    assert {passed, failed}.isdisjoint(again)
    # Of a failure something is left, to be looked at.
    names = [one["name"] for one in httpx.get(f"{server_url}/_emulator/sandboxes").json()["items"]]
    assert failed.rpartition("/")[2] in names
    assert passed.rpartition("/")[2] not in names


def test_files_that_a_server_elsewhere_does_not_read_are_warned_of(
    pytester: pytest.Pytester, attached: str
) -> None:
    result = run(pytester, "def test_it(hive): pass", ini="hive_fixtures = .")
    assert "hive_fixtures count for nothing, since HIVE_EMULATOR_URL" in result.stdout.str()


def test_a_server_that_is_not_there_is_told_of_once(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIVE_EMULATOR_URL", "http://127.0.0.1:9")
    result = run(pytester, "def test_it(hive): pass")
    result.assert_outcomes(errors=1)
    assert "HIVE_EMULATOR_URL names http://127.0.0.1:9: " in result.stdout.str()


@pytest.mark.parametrize("isolation", ["test", "worker"])
def test_workers_are_kept_apart(
    pytester: pytest.Pytester, isolation: str, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isolation == "test":
        monkeypatch.setenv("HIVE_EMULATOR_URL", server_url)
    suite = """
import os

@pytest.mark.parametrize("number", range(6))
def test_it(hive, number, worker_id):
    assert os.environ["MY_URL"] == hive.url
    assert hive.requests() == []
    ask(hive.url, hive.key, text_data="hello")
    assert len(hive.requests()) == 1
    if {worker}:
        assert hive.sandbox == worker_id
""".replace("{worker}", str(isolation == "worker"))
    ini = f"hive_isolation = {isolation}\nhive_env = MY_URL = {{url}}"
    result = run(pytester, suite, "-n", "2", "-p", "xdist", ini=ini)
    result.assert_outcomes(passed=6)


def test_a_sandbox_that_a_test_did_away_with_is_no_trouble(hive: Hive) -> None:
    call(hive.url, hive.key, text_data="hello")
    hive._client.delete("sandboxes", hive.sandbox)
