"""YAML with places: values as YAML 1.2 has them, and whatever is wrong told with file and line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.library.problems import LibraryError, Problem, Problems
from emulator.library.yaml import (
    MAX_DEPTH,
    Row,
    Table,
    parse_documents,
    parse_values,
    read_documents,
)
from tests.library.told import FILE, documents_of, told

SCALARS: dict[str, Any] = {
    "NO": "NO",
    "yes": "yes",
    "on": "on",
    "null": None,
    "~": None,
    "": None,
    "true": True,
    "false": False,
    "12": 12,
    "-3": -3,
    "+7": 7,
    "007": 7,
    "0.97": 0.97,
    ".5": 0.5,
    "1.": 1.0,
    "1e3": 1000.0,
    "-2.5E-1": -0.25,
    "12:30": "12:30",
    "1_000": "1_000",
    "2026-01-01": "2026-01-01",
    "30s": "30s",
    "0x1F": "0x1F",
    "1.2.3": "1.2.3",
    "'12'": "12",
    '"true"': "true",
    '"\\u00e9"': "é",
}


@pytest.mark.parametrize(("written", "value"), SCALARS.items(), ids=SCALARS)
def test_a_scalar_is_what_yaml_1_2_says(written: str, value: object) -> None:
    documents, problems = documents_of(f"key: {written}\n")
    assert problems == []
    assert repr(documents) == repr([{"key": value}])


def test_the_root_of_a_document_is_any_value_where_one_is_asked_for() -> None:
    problems = Problems()
    found = list(parse_values("# one\n- a\n--- word\n---\n---\nk: {}\n", FILE, problems))
    assert found == [(2, ["a"]), (3, "word"), (5, None), (6, {"k": {}})]
    assert isinstance(found[0][1], Row)
    assert told(problems) == []


def test_a_key_is_a_text_whatever_it_looks_like() -> None:
    documents, _ = documents_of("on: 1\n12: 2\ntrue: 3\nnull: 4\n")
    assert documents == [{"on": 1, "12": 2, "true": 3, "null": 4}]


def test_every_key_and_item_knows_its_line() -> None:
    [table], problems = documents_of(
        """\
        first: 1

        second:
          - a
          # a comment
          - b: 2
            c: 3
        """
    )
    rows = table["second"]
    assert problems == []
    assert isinstance(rows, Row)
    assert isinstance(rows[1], Table)
    assert [table.where(), table.where("first"), table.where("second")] == [
        "f.yaml:1",
        "f.yaml:1",
        "f.yaml:3",
    ]
    assert [rows.where(0), rows.where(1), rows[1].where("c")] == [
        "f.yaml:4",
        "f.yaml:6",
        "f.yaml:7",
    ]


def test_a_key_that_is_not_there_has_the_place_of_its_mapping() -> None:
    [table], _ = documents_of("\n\na: 1\n")
    assert table.where("b") == "f.yaml:3"


def test_documents_that_are_empty_are_passed_over() -> None:
    documents, problems = documents_of("---\n---\na: 1\n---\n# nothing\n---\nb: 2\n")
    assert (documents, problems) == ([{"a": 1}, {"b": 2}], [])


def test_an_alias_is_what_its_anchor_was() -> None:
    documents, problems = documents_of("a: &x {b: 1}\nc: *x\n")
    assert (documents, problems) == ([{"a": {"b": 1}, "c": {"b": 1}}], [])


WRONG = {
    "a list": ("- 1\n", "f.yaml:1: expected a mapping, found [1]"),
    "a word": ("a: 1\n---\njust words\n", "f.yaml:3: expected a mapping, found 'just words'"),
    "a key twice": (
        "a: 1\nb: 2\na: 3\n",
        "f.yaml:3: the key 'a' stands here for the second time (line 1)",
    ),
    "a key twice further in": (
        "a:\n  - b: 1\n    b: 2\n",
        "f.yaml:3: the key 'b' stands here for the second time (line 2)",
    ),
    "a key that is a list": ("a: 1\n? [b]\n: 2\n", "f.yaml:2: a key must be a plain word"),
    "a tab before a key": (
        "a:\n\tb: 1\n",
        "f.yaml:2: this is not valid YAML: found character that cannot start any token (column 1)",
    ),
    "a tab before a folded line": (
        "a: >\n\tb\n",
        (
            "f.yaml:2: this is not valid YAML: "
            "found a tab character where an indentation space is expected (column 1), "
            "while scanning a block scalar that begins on line 1"
        ),
    ),
    "a bracket left open": (
        "a: [1\n",
        (
            "f.yaml:2: this is not valid YAML: did not find expected ',' or ']' (column 1), "
            "while parsing a flow sequence that begins on line 1"
        ),
    ),
    "a quote left open": (
        "a: 1\nb: '\n",
        (
            "f.yaml:3: this is not valid YAML: found unexpected end of stream (column 1), "
            "while scanning a quoted scalar that begins on line 2"
        ),
    ),
    "two values in a line": (
        "a: b: c\n",
        (
            "f.yaml:1: this is not valid YAML: mapping values are not allowed in this context "
            "(column 5)"
        ),
    ),
    "an alias of nothing": (
        "a: *x\n",
        (
            "f.yaml:1: this is not valid YAML: found undefined alias 'x' (column 4): "
            "a text that begins with '*' must stand in quotes"
        ),
    ),
    "a star that is not in quotes": (
        "a:\n  - {b: *.jpg}\n",
        (
            "f.yaml:2: this is not valid YAML: did not find expected alphabetic or numeric "
            "character (column 10): a text that begins with '*' must stand in quotes"
        ),
    ),
    "a key that has no value": (
        "a: 1\nbc\nd: 2\n",
        (
            "f.yaml:3: this is not valid YAML: could not find expected ':' (column 1), "
            "while scanning a simple key that begins on line 2"
        ),
    ),
    "a reserved character": (
        "a: @x\n",
        "f.yaml:1: this is not valid YAML: found character that cannot start any token (column 4)",
    ),
}


@pytest.mark.parametrize(("written", "problem"), WRONG.values(), ids=WRONG)
def test_what_is_no_yaml_is_told_with_its_line(written: str, problem: str) -> None:
    assert documents_of(written)[1] == [problem]


def test_what_stands_before_a_mistake_is_read_all_the_same() -> None:
    documents, problems = documents_of("a: 1\n---\nb: [\n")
    assert documents == [{"a": 1}]
    assert len(problems) == 1


def test_several_problems_are_told_at_once() -> None:
    _, problems = documents_of("a: 1\na: 2\n---\n- 1\n---\nb: 1\nb: 2\n")
    assert problems == [
        "f.yaml:2: the key 'a' stands here for the second time (line 1)",
        "f.yaml:4: expected a mapping, found [1]",
        "f.yaml:7: the key 'b' stands here for the second time (line 6)",
    ]


@pytest.mark.parametrize("written", ["é: 1\nb: \x01\n", "é: 1\nb: \x00\n"], ids=["control", "nul"])
def test_a_control_character_is_told_in_one_line_with_its_place(written: str) -> None:
    [problem] = documents_of(written)[1]
    assert problem.startswith("f.yaml:2: this is not valid YAML: ")
    assert "characters are not allowed" in problem
    assert "\n" not in problem


def test_half_a_character_is_a_problem_and_no_crash() -> None:
    [problem] = documents_of("a: \ud800\n")[1]
    assert problem.startswith("f.yaml")


TOO_DEEP = f"it is nested deeper than {MAX_DEPTH} levels"


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH], ids=["less", "most"])
def test_deep_nesting_is_read_up_to_a_bound(depth: int) -> None:
    documents, problems = documents_of(f"a: {'[' * depth}{']' * depth}\n")
    assert (len(documents), problems) == (1, [])


def test_nesting_beyond_the_bound_is_told_with_its_line() -> None:
    depth = MAX_DEPTH + 1
    documents, problems = documents_of(f"a: 1\nb: {'[' * depth}{']' * depth}\n")
    assert documents == []
    assert len(problems) == 1
    assert problems[0].startswith(f"f.yaml:2: this is not valid YAML: {TOO_DEEP}")


def test_an_alias_of_what_it_stands_in_is_refused_with_its_line() -> None:
    documents, [problem] = documents_of("a: 1\nb: &x [*x]\n")
    assert documents == []
    assert problem.startswith("f.yaml:2: this is not valid YAML: ")


READ_A_FILE = """\
import resource, sys
from pathlib import Path
from emulator.library.problems import Problems
from emulator.library.yaml import read_documents

resource.setrlimit(resource.RLIMIT_AS, (512 * 1024**2,) * 2)
problems = Problems()
print(len(list(read_documents(Path(sys.argv[1]), problems))))
print(*problems.found, sep="\\n")
"""


def read_apart(file: Path) -> list[str]:
    """What a process of its own says of a file: it may crash, or run out of 512 MiB."""
    done = subprocess.run(
        [sys.executable, "-c", READ_A_FILE, file],
        capture_output=True,
        text=True,
        timeout=30,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "written",
    ["[" * 100_000, "- " * 100_000],
    ids=["brackets", "dashes"],
)
def test_nesting_without_end_does_not_end_the_process(tmp_path: Path, written: str) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text(written)
    number, *problems = read_apart(file)
    assert number == "0"
    assert len(problems) == 1
    assert problems[0].startswith(f"{file}:1: this is not valid YAML: {TOO_DEEP}")


@pytest.mark.parametrize("grain", ["{}", "x"], ids=["mappings", "words"])
def test_a_few_lines_of_aliases_cannot_become_gigabytes(tmp_path: Path, grain: str) -> None:
    lines = [f"a0: &a0 [{', '.join([grain] * 10)}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    file = tmp_path / "bomb.yaml"
    file.write_text("\n".join(lines))
    number, *problems = read_apart(file)
    assert number == "0"
    assert len(problems) == 1
    assert problems[0].startswith(f"{file}")
    assert "aliases" in problems[0]


def read(file: Path) -> tuple[list[Table], list[str]]:
    problems = Problems()
    return list(read_documents(file, problems)), told(problems)


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: \xc3\xa9\n")
    assert read(file) == ([{"a": "é"}], [])


def test_a_file_that_is_not_utf_8_is_told_with_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"a: \xff\n")
    told_of = f"{file}: cannot be read: it is not UTF-8 (invalid start byte at byte 3)"
    assert read(file) == ([], [told_of])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    file = tmp_path / "nowhere.yaml"
    assert read(file) == ([], [f"{file}: cannot be read: No such file or directory"])


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert read(tmp_path) == ([], [f"{tmp_path}: cannot be read: Is a directory"])


def test_a_problem_says_where_and_what() -> None:
    assert str(Problem("f.yaml:3", "this is wrong")) == "f.yaml:3: this is wrong"


def test_problems_are_raised_all_together() -> None:
    problems = Problems()
    problems.raise_if_any()
    problems.add("a:1", "one")
    problems.add("b:2", "two")
    with pytest.raises(LibraryError) as raised:
        problems.raise_if_any()
    assert str(raised.value) == "a:1: one\nb:2: two"
    assert raised.value.problems == (Problem("a:1", "one"), Problem("b:2", "two"))


YAMLISH = st.text(alphabet="ab1.:-?[]{},&*!|>'\"#%@`~ \n\t\\é\u2028\x01", max_size=60)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60) | YAMLISH)
def test_no_text_at_all_is_more_than_a_problem(text: str) -> None:
    problems = Problems()
    documents = list(parse_documents(text, FILE, problems))
    assert all(isinstance(document, Table) for document in documents)
    assert all(problem.where.partition(":")[0] == FILE for problem in problems.found)
    assert all("\n" not in problem.what for problem in problems.found)


def _like_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


# YAML 1.1, which safe_dump writes, takes some numbers of YAML 1.2 for texts: `1e5` or `09`.
TEXTS = st.text(max_size=20).filter(lambda text: not _like_a_number(text))
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**30), max_value=10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(value=st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_pyyaml_writes_is_read_back(value: dict[str, Any]) -> None:
    documents, problems = documents_of(yaml.safe_dump(value))
    assert problems == []
    # As JSON, since True == 1 == 1.0 in Python, and in sorted order, in which safe_dump writes.
    assert json.dumps(documents, sort_keys=True) == json.dumps([value], sort_keys=True)
