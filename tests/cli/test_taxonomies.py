"""`classes`: the taxonomies as a table and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.core.taxonomy.text import TEXT_SEVERITIES, TEXT_TAXONOMIES
from emulator.core.taxonomy.visual import VISUAL_TAXONOMIES
from tests.cli.processes import refused, run


def table(folder: Path, *arguments: str) -> list[str]:
    done = run(["classes", *arguments], folder)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def as_json(folder: Path, *arguments: str) -> Any:
    done = run(["classes", "--json", *arguments], folder)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize(("name", "heads", "classes"), [("docs", 50, 116), ("2023-03", 36, 88)])
def test_visual_classes_are_json_by_head(
    tmp_path: Path, name: str, heads: int, classes: int
) -> None:
    told = as_json(tmp_path, "visual")
    assert list(told) == ["visual"]
    entries = told["visual"][name]
    assert len(entries) == heads
    assert sum(len(entry["classes"]) for entry in entries) == classes
    assert all(entry["negative"] in entry["classes"] for entry in entries)
    assert [entry["head"] for entry in entries] == [
        head.name for head in VISUAL_TAXONOMIES[name].heads
    ]


@pytest.mark.parametrize(("name", "classes"), [("docs", 5), ("2026-01", 19)])
def test_text_classes_are_json_with_their_severities(
    tmp_path: Path, name: str, classes: int
) -> None:
    told = as_json(tmp_path, "text")
    assert list(told) == ["text"]
    entries = {entry["class"]: entry["severities"] for entry in told["text"][name]}
    assert len(entries) == classes
    assert entries == {one: [*TEXT_SEVERITIES[one]] for one in TEXT_TAXONOMIES[name].classes}


def test_without_a_kind_both_are_told(tmp_path: Path) -> None:
    assert list(as_json(tmp_path)) == ["visual", "text"]
    assert table(tmp_path) == [*table(tmp_path, "visual"), "", *table(tmp_path, "text")]


def test_the_visual_table_has_a_line_a_class_under_its_head(tmp_path: Path) -> None:
    title, *lines = table(tmp_path, "visual")
    assert title.split() == ["HEAD", "CLASS", "IN", "TAXONOMY"]
    assert len(lines) == 116
    assert sum(not line.startswith(" ") for line in lines) == 50
    assert sum("(negative)" in line for line in lines) == 50
    assert sum(line.endswith("docs, 2023-03") for line in lines) == 88
    assert all(line.endswith(("docs", "docs, 2023-03")) and line == line.rstrip() for line in lines)
    at = title.index("CLASS")
    assert {line[at:].split()[0] for line in lines} == {*VISUAL_TAXONOMIES["docs"].classes}


def test_the_text_table_has_a_line_a_class(tmp_path: Path) -> None:
    title, *lines = table(tmp_path, "text")
    assert title.split() == ["CLASS", "SEVERITIES", "IN", "TAXONOMY"]
    rows = {line.split()[0]: line for line in lines}
    every = {name for taxonomy in TEXT_TAXONOMIES.values() for name in taxonomy.classes}
    assert {*rows} == every
    assert len(lines) == len(every)
    assert rows["sexual"].split(None, 1)[1].endswith("docs, 2026-01")
    assert rows["promotions"].endswith("2026-01, docs with promotions")
    severities = " ".join(map(str, TEXT_SEVERITIES["promotions"]))
    assert f" {severities} " in rows["promotions"]


def test_an_unknown_kind_is_told(tmp_path: Path) -> None:
    assert "'visual', 'text'" in refused(["classes", "audio"], tmp_path, 2)
