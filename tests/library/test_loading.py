"""Files on disk: which are read, in which order, and everything that is wrong told together."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from emulator import Emulator, Settings
from emulator.core.access import Application
from emulator.core.taxonomy.visual import Head
from emulator.library.configuration import Configuration
from emulator.library.loading import (
    load_applications,
    load_configuration,
    load_fixtures,
    load_scenarios,
)
from emulator.library.problems import LibraryError, Problems
from emulator.wiring import collect_settings

HERE = Path.cwd()
ANYTHING = "when: {url: '*'}, visual: {}"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def fixture_names(*folders: Path, with_bundled: bool = False) -> list[str]:
    fixtures = load_fixtures(folders, (), with_bundled=with_bundled)
    return [fixture.name for fixture in fixtures]


def problems_of(raised: pytest.ExceptionInfo[LibraryError]) -> list[str]:
    return [str(problem) for problem in raised.value.problems]


def test_files_are_read_in_the_order_of_their_names_also_further_down(tmp_path: Path) -> None:
    write(tmp_path / "b.yaml", f"fixtures: [{{name: b, {ANYTHING}}}]")
    write(tmp_path / "a" / "z.yml", f"fixtures: [{{name: a/z, {ANYTHING}}}]")
    write(tmp_path / "a" / "b" / "c.yaml", f"fixtures: [{{name: a/b/c, {ANYTHING}}}]")
    write(tmp_path / "c.yaml", f"fixtures: [{{name: c, {ANYTHING}}}, {{name: d, {ANYTHING}}}]")
    assert fixture_names(tmp_path) == ["a/b/c", "a/z", "b", "c", "d"]


def test_folders_count_in_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    write(tmp_path / "one" / "f.yaml", f"fixtures: [{{name: one, {ANYTHING}}}]")
    write(tmp_path / "two" / "f.yaml", f"fixtures: [{{name: two, {ANYTHING}}}]")
    assert fixture_names(tmp_path / "two", tmp_path / "one") == ["two", "one"]


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "README.md", "# Our fixtures: all of them")
    write(tmp_path / "cat.json", "[]")
    (tmp_path / "folder.yaml").mkdir()
    assert fixture_names(tmp_path) == []


def test_hidden_folders_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path / ".git" / "a.yaml", f"fixtures: [{{name: a, {ANYTHING}}}]")
    write(tmp_path / "b" / ".c" / "d.yaml", f"fixtures: [{{name: d, {ANYTHING}}}]")
    write(tmp_path / "b" / "e.yaml", f"fixtures: [{{name: e, {ANYTHING}}}]")
    assert fixture_names(tmp_path) == ["e"]


def test_a_hidden_folder_that_is_named_is_read(tmp_path: Path) -> None:
    write(tmp_path / ".c" / "d.yaml", f"fixtures: [{{name: d, {ANYTHING}}}]")
    assert fixture_names(tmp_path / ".c") == ["d"]


def test_a_volume_of_kubernetes_is_read_once(tmp_path: Path) -> None:
    """Its files and folders are links into a hidden folder, which is exchanged as a whole."""
    write(tmp_path / "..2026" / "a.yaml", f"fixtures: [{{name: a, {ANYTHING}}}]")
    write(tmp_path / "..2026" / "b" / "c.yaml", f"fixtures: [{{name: c, {ANYTHING}}}]")
    (tmp_path / "..data").symlink_to("..2026")
    for name in ("a.yaml", "b"):
        (tmp_path / name).symlink_to(Path("..data", name))
    assert fixture_names(tmp_path) == ["a", "c"]


@pytest.mark.parametrize("ending", ["yaml", "yml", "YAML", "YML", "Yaml"])
def test_the_ending_counts_in_any_case(tmp_path: Path, ending: str) -> None:
    write(tmp_path / f"a.{ending}", f"fixtures: [{{name: a, {ANYTHING}}}]")
    assert fixture_names(tmp_path) == ["a"]


def test_a_link_to_a_folder_is_followed_and_one_that_leads_back_is_not(tmp_path: Path) -> None:
    shared, own = tmp_path / "shared", tmp_path / "own"
    write(shared / "a.yaml", f"fixtures: [{{name: a, {ANYTHING}}}]")
    write(own / "z.yaml", f"fixtures: [{{name: z, {ANYTHING}}}]")
    (own / "b").symlink_to(shared)
    (own / "again").symlink_to(shared)
    (own / "round").symlink_to(own)
    (shared / "back").symlink_to(own)
    found = load_fixtures((own,), (), with_bundled=False)
    assert [one.name for one in found] == ["a", "z"]
    assert found[0].where == f"{own}/again/a.yaml:1"


UNREADABLE = {
    "a link to no file": (
        "a.yaml",
        lambda path: path.symlink_to("nowhere"),
        "this is a link to something that is not there",
    ),
    "a link to no folder": (
        "shared",
        lambda path: path.symlink_to("nowhere"),
        "this is a link to something that is not there",
    ),
    "a link to itself": (
        "a.yml",
        lambda path: path.symlink_to(path.name),
        "cannot be read: Too many levels of symbolic links",
    ),
    "a pipe": (
        "a.yaml",
        os.mkfifo,
        "this is neither a file nor a folder: name it itself if it is to be read",
    ),
}


@pytest.mark.parametrize(("name", "make", "problem"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_as_its_name_says_is_told_with_all_the_rest(
    tmp_path: Path, name: str, make: Callable[[Path], None], problem: str
) -> None:
    make(tmp_path / name)
    write(tmp_path / "z.yaml", "fixtures: 1\n")
    with pytest.raises(LibraryError) as raised:
        load_fixtures((tmp_path,), (), with_bundled=False)
    assert problems_of(raised) == [
        f"{tmp_path / name}: {problem}",
        f"{tmp_path}/z.yaml:1: fixtures: expected a list, found 1",
    ]


def test_pipes_and_links_to_nowhere_that_nobody_meant_are_left_alone(tmp_path: Path) -> None:
    """The hidden one is how Emacs marks a file that is being changed."""
    (tmp_path / ".#a.yaml").symlink_to("user@host.4711:1234567890")
    (tmp_path / "README.md").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "latest").symlink_to(write(tmp_path / "a.json", "[]"))
    assert fixture_names(tmp_path) == []


def test_a_pipe_that_is_named_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    text = f"fixtures: [{{name: a, {ANYTHING}}}]"
    writer = Thread(target=pipe.write_text, args=(text,), daemon=True)
    writer.start()
    assert fixture_names(pipe) == ["a"]
    writer.join()


def test_standard_input_can_be_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "emulator", "validate", "/dev/stdin"],
        input="fixtures: 1\n",
        capture_output=True,
        text=True,
        timeout=30,
        cwd=tmp_path,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == "/dev/stdin:1: fixtures: expected a list, found 1"


def test_a_single_file_does_for_a_folder(tmp_path: Path) -> None:
    file = write(tmp_path / "only.yaml", f"fixtures: [{{name: only, {ANYTHING}}}]")
    assert fixture_names(file) == ["only"]


def test_a_fixture_knows_its_file_and_line_and_whether_it_is_bundled(tmp_path: Path) -> None:
    file = write(tmp_path / "f.yaml", f"# mine\nfixtures:\n  - {{name: mine, {ANYTHING}}}\n")
    first, *others = load_fixtures((tmp_path,), (), with_bundled=True)
    assert (first.name, first.where, first.bundled) == ("mine", f"{file}:3", False)
    assert others
    assert all(other.bundled for other in others)


def test_bundled_files_can_be_left_out() -> None:
    assert fixture_names() == []
    assert list(load_scenarios((), (), with_bundled=False)) == ["calm"]


def rules_of(emulator: Emulator, key: str) -> list[str]:
    """The names of the rules of the application that a key opens."""
    opened = emulator.library.directory.caller(f"Token {key}").opened
    assert isinstance(opened, Application)
    return [rule.name for rule in opened.rules]


def test_a_bundled_application_comes_with_rules_that_can_be_left_out() -> None:
    problems = Problems()
    [(key, opened)] = load_applications(problems).items()
    assert problems.found == []
    assert isinstance(opened, Application)
    names = [rule.name for rule in opened.rules]
    assert len(names) > 2
    assert rules_of(Emulator(), key) == names
    assert rules_of(Emulator(Settings(no_bundled=True)), key) == []


def test_a_configuration_may_declare_the_key_of_a_bundled_application(tmp_path: Path) -> None:
    rule = "{name: mine, type: post, when: {profanity: true}, action: delete_post}"
    config = write(
        tmp_path / "c.yaml", f"applications: [{{name: a, keys: dashboard-key, rules: [{rule}]}}]"
    )
    emulator = Emulator(Settings(config=config))
    assert rules_of(emulator, "dashboard-key") == ["mine"]
    assert [one.name for one in emulator.library.directory.applications] == ["a"]


def test_extra_heads_have_classes_that_fixtures_may_name(tmp_path: Path) -> None:
    file = write(tmp_path / "f.yaml", "fixtures: [{name: a, when: {url: b}, visual: {hat: 0.5}}]")
    head = Head("hats", ("no_hat", "hat"), "no_hat")
    [fixture] = load_fixtures((tmp_path,), (head,), with_bundled=False)
    assert fixture.script.visual == {"hat": 0.5}
    with pytest.raises(LibraryError) as raised:
        load_fixtures((tmp_path,), (), with_bundled=False)
    assert problems_of(raised)[0].startswith(f"{file}:1: 'hat' is no visual class.")


def test_of_two_scenarios_with_one_name_the_first_counts(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "name: calm\ndescription: mine\n---\nname: other\n")
    write(tmp_path / "b.yaml", "name: other\ndescription: too late\n")
    scenarios = load_scenarios((tmp_path,), (), with_bundled=True)
    assert scenarios["calm"].description == "mine"
    assert scenarios["other"].description == ""


def test_everything_wrong_in_several_files_is_told_at_once(tmp_path: Path) -> None:
    first = write(tmp_path / "a.yaml", "fixtures:\n  - {name: a, when: {}, visual: {}}\n")
    second = write(tmp_path / "b.yaml", "fixtures:\n\t- a\n")
    third = write(tmp_path / "c.yaml", f"fixtures:\n  - {{{ANYTHING}}}\n")
    with pytest.raises(LibraryError) as raised:
        load_fixtures((tmp_path, tmp_path / "nowhere"), (), with_bundled=False)
    assert [problem.where for problem in raised.value.problems] == [
        f"{first}:2",
        f"{second}:2",
        f"{third}:2",
        str(tmp_path / "nowhere"),
    ]


def test_everything_wrong_in_scenarios_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "name: a b\n")
    write(tmp_path / "b.yaml", "name: b\nsteps: [{}]\n")
    with pytest.raises(LibraryError) as raised:
        load_scenarios((tmp_path,), (), with_bundled=False)
    assert [problem.where for problem in raised.value.problems] == [
        f"{tmp_path}/a.yaml:1",
        f"{tmp_path}/b.yaml:2",
        f"{tmp_path}/b.yaml:2",
    ]


def test_what_is_wrong_in_fixtures_and_scenarios_is_told_together(tmp_path: Path) -> None:
    fixtures = write(tmp_path / "fixtures" / "f.yaml", "fixtures: 1\n")
    scenarios = write(tmp_path / "scenarios" / "s.yaml", "name: a b\n")
    settings = Settings(fixtures=(fixtures.parent,), scenarios=(scenarios.parent,))
    with pytest.raises(LibraryError) as raised:
        Emulator(settings)
    assert {problem.where for problem in raised.value.problems} == {
        f"{fixtures}:1",
        f"{scenarios}:1",
    }


@pytest.mark.parametrize("load", [load_fixtures, load_scenarios], ids=["fixtures", "scenarios"])
def test_a_folder_that_is_not_there_is_told(tmp_path: Path, load: Callable[..., object]) -> None:
    with pytest.raises(LibraryError) as raised:
        load((tmp_path / "nowhere",), (), with_bundled=True)
    assert problems_of(raised) == [f"{tmp_path}/nowhere: there is no such file or folder"]


ASKED = {
    "from here": (
        Path("no/where"),
        f"; paths are relative to where the program was started, {HERE}",
    ),
    "from the root": (Path("/no/where"), ""),
}


@pytest.mark.parametrize("load", [load_fixtures, load_scenarios], ids=["fixtures", "scenarios"])
@pytest.mark.parametrize(("path", "more"), ASKED.values(), ids=ASKED)
def test_who_asked_for_a_folder_that_is_not_there_is_told(
    load: Callable[..., object], path: Path, more: str
) -> None:
    with pytest.raises(LibraryError) as raised:
        load((path,), (), with_bundled=True, asked="c.yaml:3: fixtures")
    assert problems_of(raised) == [
        f"{path}: there is no such file or folder (c.yaml:3: fixtures{more})"
    ]


@pytest.mark.parametrize("knob", ["fixtures", "scenarios"])
def test_a_folder_that_a_variable_names_is_told_with_it(knob: str) -> None:
    variable = f"HIVE_EMULATOR_{knob.upper()}"
    with pytest.raises(LibraryError) as raised:
        Emulator(collect_settings({}, {variable: "no/where"}))
    [problem] = problems_of(raised)
    assert problem.startswith(f"no/where: there is no such file or folder (variable {variable}; ")


@pytest.mark.parametrize(
    ("load", "text", "problem"),
    [
        (load_fixtures, "name: s\n", "this is a scenario: give it with --scenarios"),
        (load_scenarios, "fixtures: []\n", "these are fixtures: give them with --fixtures"),
    ],
)
def test_what_is_in_the_wrong_folder_is_told_where_it_belongs(
    tmp_path: Path, load: Callable[..., object], text: str, problem: str
) -> None:
    file = write(tmp_path / "f.yaml", text)
    with pytest.raises(LibraryError) as raised:
        load((tmp_path,), (), with_bundled=False)
    assert problems_of(raised) == [f"{file}:1: {problem}"]


def test_a_folder_that_cannot_be_looked_at_is_told() -> None:
    folder = Path("a" * 300)
    with pytest.raises(LibraryError) as raised:
        load_fixtures((folder,), (), with_bundled=False)
    assert problems_of(raised) == [f"{folder}: cannot be read: File name too long"]


LOAD_WITHOUT_RIGHTS = """\
import encodings.utf_8_sig, os, sys  # the codec, which may not be found later
from pathlib import Path
from emulator.library.loading import load_fixtures
from emulator.library.problems import LibraryError

os.chdir(sys.argv[1])
root = os.geteuid() == 0
if root:
    os.seteuid(65534)
try:
    load_fixtures((Path(sys.argv[2]),), (), with_bundled=False)
except LibraryError as error:
    print(error)
finally:
    if root:
        os.seteuid(0)
"""


def load_without_rights(tmp_path: Path, folder: str) -> list[str]:
    """What is told in a process that gives up the rights of root, which may read everything."""
    tmp_path.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", LOAD_WITHOUT_RIGHTS, tmp_path, folder],
        capture_output=True,
        text=True,
        timeout=30,
        env=os.environ,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform == "win32", reason="rights are other things there")
def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    assert load_without_rights(tmp_path, "locked") == ["locked: cannot be read: Permission denied"]


@pytest.mark.skipif(sys.platform == "win32", reason="rights are other things there")
def test_folders_further_down_that_may_not_be_read_are_told_with_all_the_rest(
    tmp_path: Path,
) -> None:
    write(tmp_path / "all" / "a.yaml", "fixtures: 1\n")
    write(tmp_path / "all" / "b" / "c.yaml", "fixtures: 2\n")
    (tmp_path / "all" / "b" / "locked").mkdir(mode=0)
    # Its names can be listed, and what they stand for cannot be looked at.
    write(tmp_path / "all" / "listed" / "d.yaml", "fixtures: 3\n")
    write(tmp_path / "all" / "listed" / "d.txt", "what others read")
    write(tmp_path / "all" / "listed" / "e", "what may be a link to a folder")
    (tmp_path / "all" / "listed").chmod(0o644)
    (tmp_path / "all" / "into").symlink_to(Path("listed", "d"))
    told = load_without_rights(tmp_path, "all")
    assert sorted(told) == [
        "all/a.yaml:1: fixtures: expected a list, found 1",
        "all/b/c.yaml:1: fixtures: expected a list, found 2",
        "all/b/locked: cannot be read: Permission denied",
        "all/into: cannot be read: Permission denied",
        "all/listed/d.yaml: cannot be read: Permission denied",
        "all/listed/e: cannot be read: Permission denied",
    ]


def test_without_a_file_there_is_an_empty_configuration() -> None:
    assert load_configuration(None) == Configuration()


def test_an_empty_file_is_an_empty_configuration(tmp_path: Path) -> None:
    assert load_configuration(write(tmp_path / "c.yaml", "# later\n")) == Configuration()


def test_a_configuration_is_read_from_its_file(tmp_path: Path) -> None:
    file = write(tmp_path / "c.yaml", "seed: 7\nprojects:\n  - {name: a, keys: [k]}\n")
    found = load_configuration(file)
    assert found.options == {"seed": (f"{file}:1", 7)}
    assert found.opened["k"].name == "a"


WRONG_CONFIGURATIONS = {
    "two documents": ("seed: 1\n---\nseed: 2\n", "3: a configuration is one document"),
    "a list": ("- seed\n", "1: expected a mapping, found ['seed']"),
    "an unknown key": ("sede: 1\n", "1: a configuration has no key 'sede'. Did you mean 'seed'?"),
    "no YAML": ("seed: [\n", "2: this is not valid YAML: "),
}


@pytest.mark.parametrize(
    ("written", "problem"), WRONG_CONFIGURATIONS.values(), ids=WRONG_CONFIGURATIONS
)
def test_a_configuration_that_is_wrong_is_told(tmp_path: Path, written: str, problem: str) -> None:
    file = write(tmp_path / "c.yaml", written)
    with pytest.raises(LibraryError) as raised:
        load_configuration(file)
    [told] = problems_of(raised)
    assert told.startswith(f"{file}:{problem}")


def test_a_configuration_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as raised:
        load_configuration(tmp_path / "c.yaml")
    assert problems_of(raised) == [f"{tmp_path}/c.yaml: cannot be read: No such file or directory"]


TWO_HEADS = {
    "of two projects": (
        (
            "  - {name: a, keys: k, extra_heads: {x: [no, yes]}}\n"
            "  - {name: b, keys: l, extra_heads: {y: [no, yes, maybe]}}\n"
        ),
        "{no: 0.2, yes: 0.3}",
    ),
    "of a project and the other taxonomy": (
        "  - {name: a, keys: k, taxonomy: 2023-03, extra_heads: {x: [no_bra, yes_bra, maybe]}}\n",
        "{no_bra: 0.2, yes_bra: 0.3}",
    ),
}


@pytest.mark.parametrize(("projects", "visual"), TWO_HEADS.values(), ids=TWO_HEADS)
def test_classes_that_make_different_heads_are_told_at_the_start(
    tmp_path: Path, projects: str, visual: str
) -> None:
    """In the one head there is room for the remainder, in the other the scores must sum to 1."""
    config = write(tmp_path / "c.yaml", f"projects:\n{projects}")
    fixtures = write(
        tmp_path / "f.yaml", f"fixtures: [{{name: a, when: {{url: '*'}}, visual: {visual}}}]"
    )
    with pytest.raises(LibraryError):
        Emulator(Settings(config=config, fixtures=(fixtures,)))


def test_two_projects_may_have_the_same_head(tmp_path: Path) -> None:
    config = write(
        tmp_path / "c.yaml",
        "projects:\n"
        "  - {name: a, keys: k, extra_heads: {x: [no_hat, hat]}}\n"
        "  - {name: b, keys: l, extra_heads: {x: [no_hat, hat]}}\n",
    )
    fixtures = write(
        tmp_path / "f.yaml", "fixtures: [{name: a, when: {url: '*'}, visual: {hat: 0.5}}]"
    )
    emulator = Emulator(Settings(config=config, fixtures=(fixtures,)))
    assert [emulator.submit(key, url="http://a.test/b").source for key in "kl"] == [
        emulator.library.fixtures[0].source
    ] * 2
