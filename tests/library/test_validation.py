"""Checking files without serving them: what a document is, and what is found in many of them."""

from pathlib import Path

import pytest

from emulator.library.validation import Place, Report, kind_of, validate
from tests.library.told import documents_of

KINDS = {
    "fixtures": ("fixtures: [{name: a}]", "fixtures"),
    "no fixtures": ("fixtures: []", "fixtures"),
    "nothing at fixtures": ("fixtures:", "fixtures"),
    "fixtures that are none": ("fixtures: {a: b}", "fixtures"),
    "fixtures and folders": ("fixtures: [a, {name: b}]", "fixtures"),
    "a folder of fixtures": ("fixtures: a", "configuration"),
    "folders of fixtures": ("fixtures: [a, b]", "configuration"),
    "a scenario": ("name: a\nsteps: []", "scenario"),
    "a name": ("name: a", "scenario"),
    "steps without a name": ("steps: []", "scenario"),
    "a scenario with a latency": ("name: a\nlatency: 5s", "scenario"),
    "a latency": ("latency: 5s", "configuration"),
    "projects": ("projects: []", "configuration"),
    "applications": ("applications: []", "configuration"),
    "an option": ("log-level: info", "configuration"),
    "folders of scenarios": ("scenarios: [a]", "configuration"),
    "the name of a scenario": ("scenario: calm", "configuration"),
    "something else": ("services: {}", None),
    "nothing": ("{}", None),
}


@pytest.mark.parametrize(("text", "kind"), KINDS.values(), ids=KINDS)
def test_what_a_document_is_is_told_by_its_keys(text: str, kind: str | None) -> None:
    [document], problems = documents_of(text)
    assert problems == []
    assert kind_of(document) == kind


def report_of(folder: Path, **texts: str) -> Report:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    return validate([Place(folder)])


def test_what_is_good_is_in_the_report(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        a="fixtures: [{name: f, when: {url: a}, visual: {}}]\n---\nname: s\n",
        b="projects: [{name: p, keys: k}]\n",
        c="# nothing yet\n",
    )
    assert (report.files, report.problems, report.warnings) == (3, (), [])
    assert [one.name for one in report.fixtures] == ["f"]
    assert [one.name for one in report.scenarios] == ["s"]
    assert [[*one.opened] for one in report.configurations] == [["k"]]


def test_problems_come_in_the_order_of_files_and_lines_whatever_they_are_about(
    tmp_path: Path,
) -> None:
    report = report_of(
        tmp_path,
        a="name: a b\n---\nfixtures: 1\n---\nprot: 1\n",
        b="prot: 1\nport: abc\n",
        c="fixtures: 2\n",
        d="\tno YAML",
        e="- a list\n",
    )
    assert [problem.where.removeprefix(f"{tmp_path}/") for problem in report.problems] == [
        *("a.yaml:1", "a.yaml:3", "a.yaml:5", "b.yaml:1", "b.yaml:2"),
        *("c.yaml:1", "d.yaml:1", "e.yaml:1"),
    ]


def test_paths_that_cannot_be_read_stand_in_the_order_in_which_they_are_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_text("fixtures: 1\n")
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    places = [tmp_path / "no", tmp_path / "a.yaml", Path("a" * 300), tmp_path / "b.yaml"]
    report = validate(map(Place, places))
    assert [str(problem) for problem in report.problems] == [
        f"{tmp_path}/no: there is no such file or folder",
        f"{tmp_path}/a.yaml:1: fixtures: expected a list, found 1",
        f"{'a' * 300}: cannot be read: File name too long",
        f"{tmp_path}/b.yaml: cannot be read: it is not UTF-8 (invalid start byte at byte 0)",
    ]


def test_two_configurations_may_have_heads_of_their_own(tmp_path: Path) -> None:
    """They are for two servers; what is scripted may use the classes of either."""
    report = report_of(
        tmp_path,
        a="projects: [{name: a, keys: k, extra_heads: {x: [a-no, a-yes]}}]\n",
        b="projects: [{name: a, keys: k, extra_heads: {y: [b-no, b-yes]}}]\n",
        f="fixtures: [{name: f, when: {url: a}, visual: {a-yes: 0.5, b-yes: 0.5}}]\n",
    )
    assert report.problems == ()


def test_a_document_must_be_what_its_place_is_for(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("name: s\n")
    assert validate([Place(file, "scenario")]).problems == ()
    [problem] = validate([Place(file, "fixtures")]).problems
    assert problem.what.startswith("a file of fixtures has no key 'name'.")
    [problem] = validate([Place(file, "configuration")]).problems
    assert problem.what.startswith("a configuration has no key 'name'.")


def test_of_bundled_files_nothing_is_warned_that_others_hide(tmp_path: Path) -> None:
    text = "fixtures: [{name: f, when: {url: a}, visual: {}}]\n---\nname: s\n"
    for name in ("own", "other", "bundled"):
        (tmp_path / f"{name}.yaml").write_text(text)
    own, other, bundled = (tmp_path / f"{name}.yaml" for name in ("own", "other", "bundled"))
    report = validate([Place(own), Place(other), Place(bundled, bundled=True)])
    assert [warning.where for warning in report.warnings] == [f"{other}:1", f"{other}:3"]
