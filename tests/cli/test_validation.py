"""`validate`: every mistake at once with its place, warnings, and the exit code."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.processes import refused, run

GOOD = "fixtures:\n  - {name: a, when: {url: '*/a.jpg'}, visual: {gun_in_hand: 0.9}}\n"
ALONE = {"HIVE_EMULATOR_NO_BUNDLED": "1"}


def write(folder: Path, **texts: str) -> None:
    """Files by name, `/` written as `__`."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))


def checked(folder: Path, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    """The exit code, and what was said: on stdout, since it is what was asked for."""
    done = run(["validate", *arguments], folder, **variables)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_what_is_good_is_counted(tmp_path: Path) -> None:
    write(tmp_path, f__f=GOOD, s__s="name: s\n---\nname: t\n", c="seed: 1\n")
    assert checked(tmp_path, "--strict", ".") == (
        0,
        ["3 files, 1 fixture, 2 scenarios, 1 configuration: 0 problems, 0 warnings"],
    )


def test_what_serve_would_want_in_other_folders_is_noted_and_passes(tmp_path: Path) -> None:
    write(tmp_path, d__f=GOOD, d__s="name: s\n")
    code, [note, _] = checked(tmp_path, "--strict", "d")
    assert code == 0
    assert note == (
        "d: note: `serve` wants a folder or file of its own for fixtures (--fixtures) "
        "and scenarios (--scenarios)"
    )


def test_every_mistake_is_told_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    write(
        tmp_path,
        a__config="""\
            prot: 1
            log-level: loud
            projects:
              - {name: p, keys: k, product: txt}
            """,
        a__fixtures="""\
            fixtures:
              - name: a
                when: {}
                visual: {gun_in_han: 0.9}
              - name: b
                when: {url: a}
                visual: {gun_in_hand: 2}
            """,
        a__scenario="name: s\nsteps:\n  - {on: submt, fault: server_error}\n",
        b="fixtures: [\n",
    )
    code, said = checked(tmp_path, "b.yaml", "nowhere", "a")
    assert code == 2
    assert [line.partition(": ")[0] for line in said] == [
        "b.yaml:2",
        "nowhere",
        *("a/config.yaml:1", "a/config.yaml:2", "a/config.yaml:4"),
        *("a/fixtures.yaml:3", "a/fixtures.yaml:4", "a/fixtures.yaml:7"),
        "a/scenario.yaml:3",
        "a",
        "4 files, 1 fixture, 1 scenario, 1 configuration",
    ]
    assert said[-1].endswith(": 9 problems, 0 warnings")
    for told in (
        "'gun_in_han' is no visual class. Did you mean 'gun_in_hand'?",
        "gun_in_hand: expected a score from 0 to 1, found 2",
        "a configuration has no key 'prot'. Did you mean 'port'?",
        "log-level: expected one of debug, info, warning, error, found 'loud'",
        "expected one of visual, text, any, found 'txt'. Did you mean 'text'?",
        "found 'submt'. Did you mean 'submit'?",
    ):
        assert any(told in line for line in said), told


def test_what_serve_refuses_is_told_in_the_same_words(tmp_path: Path) -> None:
    write(tmp_path, f="fixtures:\n  - {name: a, when: {}, visual: {no_gn: 1}}\n")
    _, said = checked(tmp_path, "f.yaml")
    assert refused(["--fixtures", "f.yaml"], tmp_path, 2).splitlines()[:-1] == said[:-1]


def test_classes_that_a_configuration_adds_are_known_in_all_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="fixtures: [{name: a, when: {url: a}, visual: {furry-yes_furry: 0.9}}]\n",
        z="""\
            projects:
              - {name: a, keys: k, extra_heads: {furry: [furry-no_furry, furry-yes_furry]}}
              - {name: b, keys: l, extra_heads: {furry: [furry-no_furry, furry-yes_furry]}}
            """,
    )
    assert checked(tmp_path, "a.yaml", "z.yaml")[0] == 0
    assert checked(tmp_path, "a.yaml")[0] == 2


def test_a_shadowed_fixture_is_warned_of_which_is_a_problem_when_strict(tmp_path: Path) -> None:
    write(
        tmp_path,
        f="""\
            fixtures:
              - {name: all, when: {url: "*"}, visual: {}}
              - {name: one, when: {url: "*/a.jpg"}, visual: {gun_in_hand: 0.9}}
            """,
    )
    warned = [
        "f.yaml:3: warning: the fixture 'one' is never reached: 'all' comes first (f.yaml:2)",
        "1 file, 2 fixtures, 0 scenarios, 0 configurations: 0 problems, 1 warning",
    ]
    assert checked(tmp_path, "f.yaml") == (0, warned)
    assert checked(tmp_path, "--strict", "f.yaml") == (2, warned)


def test_without_warnings_strict_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, f=GOOD)
    assert checked(tmp_path, "--strict", "f.yaml")[0] == 0


def test_a_scenario_whose_name_was_taken_is_warned_of(tmp_path: Path) -> None:
    write(tmp_path, a="name: s\n", b="name: s\ndescription: too late\n")
    assert checked(tmp_path, ".") == (
        0,
        [
            (
                "b.yaml:1: warning: the scenario 's' is never used: "
                "the first of that name is at a.yaml:1"
            ),
            "2 files, 0 fixtures, 2 scenarios, 0 configurations: 0 problems, 1 warning",
        ],
    )


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, d__f=GOOD, d__s="name: s\n")
    paths = ("d/f.yaml", "d/s.yaml", "d", ".", str(tmp_path / "d" / "s.yaml"))
    code, said = checked(tmp_path, "--strict", *paths)
    assert (code, said[-1]) == (
        0,
        "2 files, 1 fixture, 1 scenario, 0 configurations: 0 problems, 0 warnings",
    )


def test_what_nobody_can_tell_is_told_with_the_nearest_key(tmp_path: Path) -> None:
    write(tmp_path, f="fixtres:\n  - {name: a}\n")
    code, [told, _] = checked(tmp_path, "f.yaml")
    assert code == 2
    assert told.startswith("f.yaml:1: nobody can tell what this is: expected the key 'fixtures', ")
    assert "'projects' or 'applications' (a configuration), " in told
    assert told.endswith("found ['fixtres']. Did you mean 'fixtures'?")


def test_what_is_like_nothing_is_told_without_a_guess(tmp_path: Path) -> None:
    write(tmp_path, f="services: {}\n")
    code, [told, _] = checked(tmp_path, "f.yaml")
    assert code == 2
    assert told.endswith("found ['services']")


@pytest.mark.parametrize("path", ["nowhere", "nowhere.yaml"])
def test_what_is_not_there_is_told(tmp_path: Path, path: str) -> None:
    assert checked(tmp_path, path) == (
        2,
        [
            f"{path}: there is no such file or folder",
            "0 files, 0 fixtures, 0 scenarios, 0 configurations: 1 problem, 0 warnings",
        ],
    )


def test_a_second_configuration_in_a_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, c="seed: 1\n---\nseed: 2\n")
    code, said = checked(tmp_path, "c.yaml")
    assert (code, said[0]) == (
        2,
        "c.yaml:3: a configuration is one document, this is a second",
    )


def test_without_paths_the_bundled_files_are_checked(tmp_path: Path) -> None:
    code, [summary] = checked(tmp_path, "--strict")
    assert code == 0
    assert re.fullmatch(
        r"\d+ files, \d{3} fixtures, \d+ scenarios?, 1 configuration: 0 problems, 0 warnings",
        summary,
    )


def test_without_paths_and_with_nothing_bundled_there_is_nothing(tmp_path: Path) -> None:
    assert checked(tmp_path, **ALONE) == (
        0,
        ["0 files, 0 fixtures, 0 scenarios, 0 configurations: 0 problems, 0 warnings"],
    )


def test_without_paths_what_the_variables_and_the_configuration_name_is_checked(
    tmp_path: Path,
) -> None:
    write(tmp_path, f=GOOD, g=GOOD.replace("name: a", "name: ''"), s="name: a b\n")
    write(tmp_path, c="fixtures: f.yaml\nno-bundled: true\nprot: 1\n")
    code, said = checked(
        tmp_path,
        HIVE_EMULATOR_CONFIG="c.yaml",
        HIVE_EMULATOR_FIXTURES="f.yaml:g.yaml",
        HIVE_EMULATOR_SCENARIOS="s.yaml",
    )
    assert code == 2
    assert [line.partition(": ")[0] for line in said] == [
        *("c.yaml:3", "g.yaml:2", "s.yaml:1", "4 files, 1 fixture, 0 scenarios, 1 configuration")
    ]


def test_without_paths_mistakes_of_the_configuration_and_of_what_it_names_are_told_together(
    tmp_path: Path,
) -> None:
    write(tmp_path, c="port: abc\nfixtures: f.yaml\n", f="fixtures: 1\n")
    code, said = checked(tmp_path, HIVE_EMULATOR_CONFIG="c.yaml", **ALONE)
    assert code == 2
    assert [line.partition(": ")[0] for line in said[:-1]] == ["c.yaml:1", "f.yaml:1"]


def test_without_paths_a_file_in_the_wrong_folder_is_told_as_serve_does(tmp_path: Path) -> None:
    write(tmp_path, f__s="name: s\n")
    code, said = checked(tmp_path, HIVE_EMULATOR_FIXTURES="f", **ALONE)
    assert code == 2
    told = refused([], tmp_path, 2, HIVE_EMULATOR_FIXTURES="f", **ALONE)
    assert told.splitlines()[:-1] == said[:-1]


def test_without_paths_a_scenario_that_is_not_there_is_told(tmp_path: Path) -> None:
    write(tmp_path, c="scenario: callm\n")
    code, said = checked(tmp_path, HIVE_EMULATOR_CONFIG="c.yaml")
    assert code == 2
    assert said[0].startswith("c.yaml:1: scenario: 'callm' is not possible, expected is one of ")
    assert said[0].endswith("Did you mean 'calm'?")


def test_what_hides_a_bundled_file_is_meant_to(tmp_path: Path) -> None:
    write(
        tmp_path, f="fixtures: [{name: a, when: {filename: '*'}, visual: {}}]\n", s="name: calm\n"
    )
    files = {"HIVE_EMULATOR_FIXTURES": "f.yaml", "HIVE_EMULATOR_SCENARIOS": "s.yaml"}
    code, said = checked(tmp_path, "--strict", **files)
    assert (code, len(said)) == (0, 1), said


def test_wrong_variables_and_all_that_is_wrong_in_files_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, c="port: x\nseed: y\n", f="fixtures: 1\n")
    code, said = checked(
        tmp_path,
        HIVE_EMULATOR_CONFIG="c.yaml",
        HIVE_EMULATOR_FIXTURES="f.yaml:no",
        HIVE_EMULATOR_PORT="abc",
        HIVE_EMULATOR_TASKS="0",
        HIVE_EMULATOR_SCENARIO="callm",
        HIVE_EMULATOR_TLS_KEY="key.pem",
        **ALONE,
    )
    assert code == 2
    assert [line.partition(": ")[0] for line in said] == [
        "variable HIVE_EMULATOR_PORT",
        "variable HIVE_EMULATOR_TASKS",
        "variable HIVE_EMULATOR_SCENARIO",
        "variable HIVE_EMULATOR_TLS_KEY",
        *("c.yaml:1", "c.yaml:2", "f.yaml:1", "no"),
        "2 files, 0 fixtures, 0 scenarios, 1 configuration",
    ]
    assert "(variable HIVE_EMULATOR_FIXTURES; paths are relative to where " in said[-2]


WRONG_TLS = {
    "a certificate without a key": ({"TLS_CERT": "c.pem"}, "'c.pem' is not possible, expected is "),
    "a certificate that is not there": (
        {"TLS_CERT": "no.pem", "TLS_KEY": "c.pem"},
        "'no.pem' is not possible, expected is a file in PEM that can be read (No such file",
    ),
    "a certificate that is none": (
        {"TLS_CERT": "c.pem", "TLS_KEY": "c.pem"},
        "'c.pem' is not possible, expected is a certificate in PEM",
    ),
}


@pytest.mark.parametrize(("options", "told"), WRONG_TLS.values(), ids=WRONG_TLS)
def test_what_serve_would_say_of_a_certificate_is_told(
    tmp_path: Path, options: dict[str, str], told: str
) -> None:
    (tmp_path / "c.pem").write_text("no PEM\n")
    variables = {f"HIVE_EMULATOR_{name}": value for name, value in options.items()}
    code, [said, summary] = checked(tmp_path, **variables, **ALONE)
    assert said.startswith(f"variable HIVE_EMULATOR_TLS_CERT: {told}")
    assert (code, summary.endswith(": 1 problem, 0 warnings")) == (2, True)
    assert refused([], tmp_path, 2, **variables) == f"hive-emulator: {said}\n"


def test_a_variable_that_does_nothing_is_warned_of(tmp_path: Path) -> None:
    warning = (
        "variable HIVE_EMULATOR_PROT: warning: there is no option of that name. "
        "Did you mean 'HIVE_EMULATOR_PORT'?"
    )
    code, [said, _] = checked(tmp_path, HIVE_EMULATOR_PROT="1", **ALONE)
    assert (code, said) == (0, warning)
    assert checked(tmp_path, "--strict", HIVE_EMULATOR_PROT="1", **ALONE)[0] == 2


def test_where_files_are_named_the_variables_do_not_matter(tmp_path: Path) -> None:
    write(tmp_path, f=GOOD)
    code, said = checked(tmp_path, "f.yaml", HIVE_EMULATOR_PORT="abc", HIVE_EMULATOR_PROT="1")
    assert (code, len(said)) == (0, 1)


def test_a_folder_without_a_file_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, said = checked(tmp_path, "empty")
    assert (code, said) == (
        0,
        [
            "empty: warning: there is no YAML file in this folder: nothing was checked",
            "0 files, 0 fixtures, 0 scenarios, 0 configurations: 0 problems, 1 warning",
        ],
    )
    assert checked(tmp_path, "--strict", HIVE_EMULATOR_FIXTURES="empty")[0] == 2


def test_an_unknown_scenario_is_told_with_those_that_are_there_once_each(tmp_path: Path) -> None:
    write(tmp_path, s="name: calm\n")
    variables = {"HIVE_EMULATOR_SCENARIO": "nope", "HIVE_EMULATOR_SCENARIOS": "s.yaml", **ALONE}
    _, [said, _] = checked(tmp_path, **variables)
    assert said.endswith("'nope' is not possible, expected is one of calm.")
