"""Every knob, from wherever it is written: what it becomes, what beats what, and what is told."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator.core.latency import Latency
from emulator.core.model import ClockMode
from emulator.core.suggest import shown
from emulator.library.problems import LibraryError, Problems
from emulator.settings import (
    KNOBS,
    BadSetting,
    CallbackTargets,
    ErrorStatus,
    Fetch,
    Keys,
    Knob,
    LogFormat,
    LogLevel,
    Settings,
    Unscripted,
    read_environment,
    read_flags,
    told,
)
from emulator.wiring import Emulator, check_scenario, collect_settings

ONE, TWO, THREE = "http://a:1=http://b:2", "http://c=https://d", "http://e=http://f"


@dataclass(frozen=True)
class Example:
    """Three values of a knob as people write them, one for each place, and what they become."""

    file: str
    variable: str
    flag: str
    becomes: tuple[Any, Any, Any]


EXAMPLES = {
    "host": Example("0.0.0.0", "::1", "localhost", ("0.0.0.0", "::1", "localhost")),
    "port": Example("0", "65535", "8080", (0, 65535, 8080)),
    "ready_file": Example("a", "b/c", "/d", (Path("a"), Path("b/c"), Path("/d"))),
    "fixtures": Example("a", "b", "c", ((Path("a"),), (Path("b"),), (Path("c"),))),
    "scenarios": Example("a", "b", "c", ((Path("a"),), (Path("b"),), (Path("c"),))),
    "words": Example("a", "b", "c", ((Path("a"),), (Path("b"),), (Path("c"),))),
    "no_bundled": Example("true", "false", "yes", (True, False, True)),
    "scenario": Example("calm", "outage", "flaky", ("calm", "outage", "flaky")),
    "seed": Example("1", "2", "9223372036854775807", (1, 2, 2**63 - 1)),
    "latency": Example(
        "documented",
        "250ms",
        "none",
        (Latency(None), Latency(timedelta(milliseconds=250)), Latency()),
    ),
    "unscripted": Example(
        "random", "reject", "Lexicon", (Unscripted.RANDOM, Unscripted.REJECT, Unscripted.LEXICON)
    ),
    "keys": Example("declared", "any", "DECLARED", (Keys.DECLARED, Keys.ANY, Keys.DECLARED)),
    "clock": Example(
        "manual", "system", "Manual", (ClockMode.MANUAL, ClockMode.SYSTEM, ClockMode.MANUAL)
    ),
    "error_status": Example(
        "documented",
        "observed",
        "Documented",
        (ErrorStatus.DOCUMENTED, ErrorStatus.OBSERVED, ErrorStatus.DOCUMENTED),
    ),
    "fetch": Example("any", "private", "Never", (Fetch.ANY, Fetch.PRIVATE, Fetch.NEVER)),
    "download_wait": Example(
        "60s", "1m", "0", (timedelta(minutes=1), timedelta(minutes=1), timedelta())
    ),
    "callback_targets": Example(
        "any", "private", "any", (CallbackTargets.ANY, CallbackTargets.PRIVATE, CallbackTargets.ANY)
    ),
    "callback_rewrite": Example(
        ONE,
        TWO,
        THREE,
        (
            (("http://a:1", "http://b:2"),),
            (("http://c", "https://d"),),
            (("http://e", "http://f"),),
        ),
    ),
    "journal_entries": Example("1", "2", "10000000", (1, 2, 10_000_000)),
    "journal_bytes": Example("100KiB", "1MiB", "2 GiB", (100 * 1024, 1024**2, 2 * 1024**3)),
    "tasks": Example("1", "2", "10000000", (1, 2, 10_000_000)),
    "posts": Example("1", "2", "10000000", (1, 2, 10_000_000)),
    "posts_bytes": Example("300KiB", "3MiB", "1 GiB", (300 * 1024, 3 * 1024**2, 1024**3)),
    "sandbox_idle": Example(
        "1s", "90m", "3600", (timedelta(seconds=1), timedelta(minutes=90), timedelta(hours=1))
    ),
    "max_body": Example("1", "2KiB", "3 GiB", (1, 2048, 3 * 1024**3)),
    "admin_token": Example("a", "b", "c", ("a", "b", "c")),
    "control_hosts": Example("a.test", "b.test", "c", (("a.test",), ("b.test",), ("c",))),
    "tls_cert": Example("a", "b/c", "/d", (Path("a"), Path("b/c"), Path("/d"))),
    "tls_key": Example("a", "b/c", "/d", (Path("a"), Path("b/c"), Path("/d"))),
    "watch": Example("true", "false", "yes", (True, False, True)),
    "log_format": Example("json", "TEXT", "Json", (LogFormat.JSON, LogFormat.TEXT, LogFormat.JSON)),
    "log_level": Example(
        "debug", "WARNING", "error", (LogLevel.DEBUG, LogLevel.WARNING, LogLevel.ERROR)
    ),
}
BY_NAME = {knob.name: knob for knob in KNOBS}
IN_A_FILE = [pytest.param(BY_NAME[name], EXAMPLES[name], id=name) for name in EXAMPLES]


def flags_of(**written: str) -> dict[str, Any]:
    """Flags as the command line hands them over: all of them, most not given."""
    flags: dict[str, Any] = {
        knob.name: () if knob.repeatable else False if knob.flag else None for knob in KNOBS
    }
    for name, value in written.items():
        knob = BY_NAME[name]
        flags[name] = (value,) if knob.repeatable else True if knob.flag else value
    return flags


def in_file(tmp_path: Path, text: str) -> dict[str, Any]:
    """The flags that name a configuration file with this text."""
    (tmp_path / "c.yaml").write_text(text)
    return flags_of(config=str(tmp_path / "c.yaml"))


def test_every_knob_but_the_file_itself_has_an_example() -> None:
    assert {*EXAMPLES, "config"} == {knob.name for knob in KNOBS}


def test_every_knob_says_what_it_is_for() -> None:
    assert [knob.name for knob in KNOBS if not knob.meaning or knob.meaning.endswith(".")] == []


@pytest.mark.parametrize(("knob", "example"), IN_A_FILE)
def test_a_knob_is_read_from_its_flag(knob: Knob, example: Example) -> None:
    settings = read_flags(Settings(), flags_of(**{knob.name: example.flag}))
    assert getattr(settings, knob.name) == example.becomes[2]


@pytest.mark.parametrize(("knob", "example"), IN_A_FILE)
def test_a_knob_is_read_from_its_variable(knob: Knob, example: Example) -> None:
    assert knob.variable == f"HIVE_EMULATOR_{knob.option.removeprefix('--').upper()}".replace(
        "-", "_"
    )
    settings = read_environment(Settings(), {knob.variable: example.variable}, ";")
    assert getattr(settings, knob.name) == example.becomes[1]


@pytest.mark.parametrize("spelling", ["_", "-"], ids=["underscore", "dash"])
@pytest.mark.parametrize(("knob", "example"), IN_A_FILE)
def test_a_knob_is_read_from_the_file_in_either_spelling(
    tmp_path: Path, knob: Knob, example: Example, spelling: str
) -> None:
    flags = in_file(tmp_path, f"{knob.name.replace('_', spelling)}: {example.file}\n")
    assert getattr(collect_settings(flags, {}), knob.name) == example.becomes[0]


@pytest.mark.parametrize(("knob", "example"), IN_A_FILE)
def test_a_flag_beats_a_variable_beats_the_file_beats_the_default(
    tmp_path: Path, knob: Knob, example: Example
) -> None:
    flags = in_file(tmp_path, f"{knob.name}: {example.file}\n")
    environ = {knob.variable: example.variable}
    given = flags | {knob.name: flags_of(**{knob.name: example.flag})[knob.name]}
    values = [
        getattr(settings, knob.name)
        for settings in (
            collect_settings(given, environ, ";"),
            collect_settings(flags, environ, ";"),
            collect_settings(flags, {}, ";"),
            collect_settings(flags_of(), {}, ";"),
        )
    ]
    assert values == [*reversed(example.becomes), knob.default]


def test_the_file_is_named_by_a_variable_and_its_flag_beats_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("seed: 1\n")
    (tmp_path / "b.yaml").write_text("seed: 2\n")
    environ = {"HIVE_EMULATOR_CONFIG": str(tmp_path / "a.yaml")}
    by_variable = collect_settings(flags_of(), environ)
    by_flag = collect_settings(flags_of(config=str(tmp_path / "b.yaml")), environ)
    assert (by_variable.seed, by_variable.config) == (1, tmp_path / "a.yaml")
    assert (by_flag.seed, by_flag.config) == (2, tmp_path / "b.yaml")


def test_without_anything_written_every_knob_has_its_documented_default() -> None:
    settings = collect_settings(flags_of(), {})
    assert settings == Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 4483)
    assert (settings.scenario, settings.seed) == ("calm", 0)
    assert (settings.journal_entries, settings.tasks) == (10_000, 10_000)
    assert (settings.journal_bytes, settings.max_body) == (64 * 1024**2, 200 * 1024**2)
    assert settings.sandbox_idle == timedelta(hours=24)


def test_a_variable_that_is_empty_counts_as_not_set() -> None:
    environ = {knob.variable: "" for knob in KNOBS}
    assert read_environment(Settings(), environ, ":") == Settings()


def test_variables_of_others_are_left_alone() -> None:
    environ = {"PORT": "x", "HIVE_EMULATOR_URL": "x", "HIVE_EMULATOR_KEY": "x"}
    assert read_environment(Settings(), environ, ":") == Settings()


@pytest.mark.parametrize("separator", [":", ";"], ids=["elsewhere", "on Windows"])
def test_a_variable_of_several_paths_is_split_at_the_separator(separator: str) -> None:
    environ = {"HIVE_EMULATOR_FIXTURES": separator.join(["a", "b/c", "", "d"])}
    settings = read_environment(Settings(), environ, separator)
    assert settings.fixtures == (Path("a"), Path("b/c"), Path("d"))


@pytest.mark.parametrize("separator", [":", ";"], ids=["elsewhere", "on Windows"])
def test_a_variable_of_several_rewrites_is_not_split_within_an_origin(separator: str) -> None:
    environ = {"HIVE_EMULATOR_CALLBACK_REWRITE": separator.join([ONE, TWO])}
    settings = read_environment(Settings(), environ, separator)
    assert settings.callback_rewrite == (("http://a:1", "http://b:2"), ("http://c", "https://d"))


def test_a_repeatable_knob_is_a_list_in_the_file_and_may_be_empty(tmp_path: Path) -> None:
    flags = in_file(tmp_path, "fixtures: [a, b]\nscenarios: []\n")
    settings = collect_settings(flags, {})
    assert (settings.fixtures, settings.scenarios) == ((Path("a"), Path("b")), ())


def test_a_repeatable_flag_may_be_given_several_times() -> None:
    settings = read_flags(Settings(), flags_of() | {"fixtures": ("a", "b")})
    assert settings.fixtures == (Path("a"), Path("b"))


NUMBER, PORT = "a whole number from {} to {}", "a whole number from 0 to 65535"
SIZE = "a size such as 200MiB, 64KiB, or a number of bytes"
REWRITE = "FROM=TO, two origins such as http://localhost:9000=http://app:9000"
DURATION = "a duration such as 250ms, 5s, 2m, 1h, 30d, or a number of seconds"
LATENCY = f"none, documented, or {DURATION}"
WRONG = [
    ("port", "abc", PORT),
    ("port", "65536", PORT),
    ("port", "-1", PORT),
    ("port", "80.5", PORT),
    ("no_bundled", "maybe", "true or false"),
    ("seed", "x", NUMBER.format(0, 2**63 - 1)),
    ("latency", "soon", LATENCY),
    ("unscripted", "loud", "one of quiet, lexicon, random, reject"),
    ("keys", "some", "one of any, declared"),
    ("clock", "wall", "one of system, manual"),
    ("error_status", "some", "one of observed, documented"),
    ("callback_targets", "none", "one of private, any"),
    ("callback_rewrite", "http://a", REWRITE),
    ("callback_rewrite", "http://a/b=http://c", REWRITE),
    ("callback_rewrite", "a=b", REWRITE),
    ("callback_rewrite", "http://=http://a", REWRITE),
    ("callback_rewrite", "http://a=://", REWRITE),
    ("journal_entries", "0", NUMBER.format(1, 10_000_000)),
    ("journal_bytes", "0", SIZE),
    ("tasks", "0", NUMBER.format(1, 10_000_000)),
    ("sandbox_idle", "0s", f"{DURATION}, longer than 0s"),
    ("sandbox_idle", "soon", DURATION),
    ("max_body", "0", SIZE),
    ("max_body", "5MB", SIZE),
    ("max_body", "KiB", SIZE),
    ("port", "9" * 5000, PORT),
    ("log_format", "yaml", "one of text, json"),
    ("log_level", "loud", "one of debug, info, warning, error"),
]
IDS = [f"{name}={written[:20]}" for name, written, _ in WRONG]


@pytest.mark.parametrize(("name", "written", "expected"), WRONG, ids=IDS)
def test_a_wrong_variable_is_told_in_one_sentence(name: str, written: str, expected: str) -> None:
    knob = BY_NAME[name]
    with pytest.raises(BadSetting) as raised:
        read_environment(Settings(), {knob.variable: written}, ";")
    assert str(raised.value) == (
        f"variable {knob.variable}: {written!r} is not possible, expected is {expected}"
    )


@pytest.mark.parametrize(("name", "written", "expected"), WRONG, ids=IDS)
def test_a_wrong_option_is_told_in_one_sentence(name: str, written: str, expected: str) -> None:
    knob = BY_NAME[name]
    flags = flags_of() | {name: (written,) if knob.repeatable else written}
    with pytest.raises(BadSetting) as raised:
        read_flags(Settings(), flags)
    assert str(raised.value) == (
        f"option {knob.option}: {written!r} is not possible, expected is {expected}"
    )


@pytest.mark.parametrize(("name", "written", "expected"), WRONG, ids=IDS)
def test_a_wrong_value_in_the_file_is_told_with_its_line(
    tmp_path: Path, name: str, written: str, expected: str
) -> None:
    flags = in_file(tmp_path, f"# ours\n{name}: '{written}'\n")
    with pytest.raises(LibraryError) as raised:
        collect_settings(flags, {})
    assert str(raised.value) == (
        f"{tmp_path}/c.yaml:2: {name}: expected {expected}, found {shown(written)}"
    )


def test_all_wrong_values_in_the_file_are_told_at_once(tmp_path: Path) -> None:
    flags = in_file(tmp_path, "port: abc\nseed: 1\nlog-level: loud\nprojects: 7\n")
    with pytest.raises(LibraryError) as raised:
        collect_settings(flags, {})
    assert sorted(problem.where for problem in raised.value.problems) == [
        f"{tmp_path}/c.yaml:{line}" for line in (1, 3, 4)
    ]
    assert "log-level: expected one of debug, info, warning, error" in str(raised.value)


def test_of_a_wrong_file_whatever_is_possible_can_be_read_all_the_same(tmp_path: Path) -> None:
    flags = in_file(tmp_path, "port: abc\nseed: 7\n")
    problems = Problems()
    settings = collect_settings(flags, {}, problems=problems)
    assert (settings.port, settings.seed) == (4483, 7)
    assert [problem.where for problem in problems.found] == [f"{tmp_path}/c.yaml:1"]


WRONG_KINDS = [
    ("host", "[a]", "a text"),
    ("host", "true", "a text"),
    ("scenario", "{a: b}", "a text"),
    ("control_hosts", "[[a]]", "a text"),
    ("ready_file", "12", "a path"),
    ("fixtures", "[true]", "a path"),
    ("fixtures", "['']", "a path"),
    ("ready_file", '"a\\0b"', "a path, in which no character can be NUL"),
    ("tls_cert", '"a\\0b"', "a path, in which no character can be NUL"),
    ("port", "true", PORT),
    ("no_bundled", "[]", "true or false"),
    ("max_body", "[1]", SIZE),
    ("callback_rewrite", "12", REWRITE),
]


@pytest.mark.parametrize(
    ("name", "written", "expected"), WRONG_KINDS, ids=[f"{one[0]}={one[1]}" for one in WRONG_KINDS]
)
def test_a_value_of_the_wrong_kind_is_told_with_its_line(
    tmp_path: Path, name: str, written: str, expected: str
) -> None:
    with pytest.raises(LibraryError) as raised:
        collect_settings(in_file(tmp_path, f"{name}: {written}\n"), {})
    assert str(raised.value).startswith(f"{tmp_path}/c.yaml:1: {name}: expected {expected}, found ")


@pytest.mark.parametrize("written", ["0123", "1.10", "true"])
def test_a_token_that_yaml_takes_for_something_else_is_not_guessed_back(
    tmp_path: Path, written: str
) -> None:
    """`0123` is the number 123: as a text it would be another token than the one in the file."""
    with pytest.raises(LibraryError, match=r"c\.yaml:1: admin_token: "):
        collect_settings(in_file(tmp_path, f"admin_token: {written}\n"), {})


def test_an_empty_option_is_told() -> None:
    with pytest.raises(BadSetting) as raised:
        read_flags(Settings(), flags_of(host=""))
    assert str(raised.value) == "option --host: '' is not possible, expected is a text"


def test_a_secret_is_not_shown_where_it_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as raised:
        collect_settings(in_file(tmp_path, "admin_token: [sk-secret]\n"), {})
    assert str(raised.value).startswith(f"{tmp_path}/c.yaml:1: admin_token: ")
    assert "sk-secret" not in str(raised.value)


def test_a_secret_is_not_shown_where_settings_are_printed() -> None:
    settings = Settings(admin_token="sk-secret")
    assert "sk-secret" not in repr(settings)
    assert "sk-secret" not in str(settings)


def test_what_is_in_effect_is_told_with_its_place_and_without_secrets(tmp_path: Path) -> None:
    flags = in_file(tmp_path, "latency: 5s\nfixtures: [a, b]\nno-bundled: true\n")
    environ = {"HIVE_EMULATOR_ADMIN_TOKEN": "sk-secret", "HIVE_EMULATOR_CALLBACK_REWRITE": ONE}
    settings = collect_settings(flags | {"seed": "7"}, environ)
    file = tmp_path / "c.yaml"
    assert told(settings) == (
        f"--config {file} (option --config); "
        f"--fixtures a, b ({file}:2: fixtures); "
        f"--no-bundled True ({file}:3: no_bundled); "
        "--seed 7 (option --seed); "
        f"--latency 5s ({file}:1: latency); "
        f"--callback-rewrite {ONE} (variable HIVE_EMULATOR_CALLBACK_REWRITE); "
        "--admin-token … (variable HIVE_EMULATOR_ADMIN_TOKEN); "
        "all others as by default"
    )


def test_where_nothing_is_written_all_is_as_by_default() -> None:
    assert told(collect_settings(flags_of(), {})) == "all as by default"


def test_what_is_not_an_option_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as raised:
        collect_settings(in_file(tmp_path, "prot: 1\n"), {})
    assert str(raised.value).startswith(f"{tmp_path}/c.yaml:1: a configuration has no key 'prot'.")


UNKNOWN_SCENARIO = {
    "flag": ("", {}, "option --scenario"),
    "variable": ("", {"HIVE_EMULATOR_SCENARIO": "callm"}, "variable HIVE_EMULATOR_SCENARIO"),
    "file": ("scenario: callm\n", {}, "c.yaml:1"),
}


@pytest.mark.parametrize(
    ("file", "environ", "where"), UNKNOWN_SCENARIO.values(), ids=UNKNOWN_SCENARIO
)
def test_an_unknown_scenario_is_told_where_it_was_written(
    tmp_path: Path, file: str, environ: dict[str, str], where: str
) -> None:
    flags = in_file(tmp_path, file)
    if not file and not environ:
        flags["scenario"] = "callm"
    with pytest.raises(BadSetting) as raised:
        Emulator(collect_settings(flags, environ))
    assert where in str(raised.value)
    assert "'callm'" in str(raised.value)
    assert "Did you mean 'calm'?" in str(raised.value)


def test_credentials_within_an_address_are_not_shown_either() -> None:
    written = "http://user:sk-secret@app:9000=http://other:sk-secret@127.0.0.1:9000"
    said = told(collect_settings({"callback_rewrite": [written]}, {}))
    assert "sk-secret" not in said
    assert "http://…@app:9000=http://…@127.0.0.1:9000" in said


def test_a_duration_is_told_as_people_write_it() -> None:
    assert "--sandbox-idle 90m " in told(collect_settings({"sandbox_idle": "1.5h"}, {}))


def test_of_several_values_the_wrong_one_is_shown(tmp_path: Path) -> None:
    expected = f" is not possible, expected is {REWRITE}"
    with pytest.raises(BadSetting) as raised:
        read_flags(Settings(), flags_of() | {"callback_rewrite": (ONE, "foo")})
    assert str(raised.value) == f"option --callback-rewrite: 'foo'{expected}"
    with pytest.raises(LibraryError) as told_of:
        collect_settings(in_file(tmp_path, f"callback-rewrite: [{ONE}, foo]\n"), {})
    assert str(told_of.value).endswith(f"callback-rewrite: expected {REWRITE}, found 'foo'")


def test_every_wrong_option_and_variable_is_told_at_once() -> None:
    environ = {"HIVE_EMULATOR_SEED": "x", "HIVE_EMULATOR_TASKS": "0", "HIVE_EMULATOR_HOST": "a"}
    with pytest.raises(BadSetting) as raised:
        collect_settings(flags_of(port="abc", latency="soon"), environ)
    assert [line.partition(": ")[0] for line in str(raised.value).splitlines()] == [
        "variable HIVE_EMULATOR_SEED",
        "variable HIVE_EMULATOR_TASKS",
        "option --port",
        "option --latency",
    ]
    assert raised.value.where == "variable HIVE_EMULATOR_SEED"


def test_a_wrong_option_and_a_wrong_file_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as raised:
        collect_settings(in_file(tmp_path, "port: abc\n") | {"seed": "x"}, {})
    assert [problem.where for problem in raised.value.problems] == [
        f"{tmp_path}/c.yaml:1",
        "option --seed",
    ]


def test_what_is_wrong_can_be_taken_and_the_rest_counts() -> None:
    problems = Problems()
    environ = {"HIVE_EMULATOR_PORT": "abc", "HIVE_EMULATOR_SEED": "7"}
    settings = collect_settings(flags_of(tasks="x"), environ, problems=problems)
    assert (settings.port, settings.seed, settings.tasks) == (4483, 7, 10_000)
    assert [problem.where for problem in problems.found] == [
        "variable HIVE_EMULATOR_PORT",
        "option --tasks",
    ]


def test_of_a_rewrite_the_origin_that_is_looked_for_is_in_small_letters() -> None:
    """An address is compared in small letters; what replaces its origin stands as it is written."""
    settings = read_flags(Settings(), {"callback_rewrite": ["HTTP://LocalHost:9000=http://App:1"]})
    assert settings.callback_rewrite == (("http://localhost:9000", "http://App:1"),)


UNKNOWN = {
    "letters mixed up": ("HIVE_EMULATOR_PROT", " Did you mean 'HIVE_EMULATOR_PORT'?"),
    "a letter too many": ("HIVE_EMULATOR_FIXTURESS", " Did you mean 'HIVE_EMULATOR_FIXTURES'?"),
    "small letters": ("HIVE_EMULATOR_log_level", " Did you mean 'HIVE_EMULATOR_LOG_LEVEL'?"),
    "like nothing": ("HIVE_EMULATOR_ZZZ", ""),
}


@pytest.mark.parametrize(("variable", "hint"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_variable_that_does_nothing_is_warned_of_without_its_value(
    variable: str, hint: str
) -> None:
    settings = collect_settings(flags_of(), {variable: "sk-secret"})
    assert settings == Settings()
    assert settings.warnings == (f"variable {variable}: there is no option of that name.{hint}",)


def test_variables_that_are_known_or_empty_or_of_others_are_not_warned_of() -> None:
    environ = {
        **{BY_NAME[name].variable: one.variable for name, one in EXAMPLES.items()},
        "HIVE_EMULATOR_URL": "http://127.0.0.1:4483",
        "HIVE_EMULATOR_KEY": "any-key",
        "HIVE_EMULATOR_PROT": "",
        "HIVE_API_KEY": "any-key",
        "PROT": "1",
    }
    assert read_environment(Settings(), environ, ";").warnings == ()


SERVICE_LINKS = {
    "HIVE_EMULATOR_SERVICE_HOST": "10.96.3.4",
    "HIVE_EMULATOR_SERVICE_PORT": "4483",
    "HIVE_EMULATOR_SERVICE_PORT_HTTP": "4483",
    "HIVE_EMULATOR_PORT": "tcp://10.96.3.4:4483",
    "HIVE_EMULATOR_PORT_4483_TCP": "tcp://10.96.3.4:4483",
    "HIVE_EMULATOR_PORT_4483_TCP_PROTO": "tcp",
    "HIVE_EMULATOR_PORT_4483_TCP_PORT": "4483",
    "HIVE_EMULATOR_PORT_4483_TCP_ADDR": "10.96.3.4",
    "HIVE_EMULATOR_PORT_53_UDP": "udp://10.96.3.4:53",
    "HIVE_EMULATOR_TEST_PORT": "udp://10.96.3.5:53",
    "HIVE_EMULATOR_TEST_SERVICE_HOST": "10.96.3.5",
}


def test_what_kubernetes_tells_of_a_service_of_the_same_name_is_left_alone() -> None:
    settings = collect_settings(flags_of(), SERVICE_LINKS)
    assert settings == Settings()
    assert (settings.warnings, settings.places) == ((), {})


def test_an_address_of_kubernetes_is_left_alone_for_the_port_only() -> None:
    settings = read_environment(Settings(), {"HIVE_EMULATOR_HOST": "tcp://10.96.3.4:4483"}, ":")
    assert settings.host == "tcp://10.96.3.4:4483"


def test_a_port_that_only_looks_like_an_address_is_told() -> None:
    with pytest.raises(BadSetting, match=r"'http://10\.96\.3\.4:4483' is not possible"):
        read_environment(Settings(), {"HIVE_EMULATOR_PORT": "http://10.96.3.4:4483"}, ":")


def test_the_scenarios_that_are_there_are_told_once_each() -> None:
    with pytest.raises(BadSetting, match=r"expected is one of calm, other\.$"):
        check_scenario(Settings(scenario="nope"), ["calm", "calm", "other", "calm"])
