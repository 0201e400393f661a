"""Values from what was written: each reader takes what it should, and says what it expects."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from emulator.library import reading
from emulator.library.problems import Problems
from emulator.library.reading import Reader
from tests.library.told import documents_of, told

A_TEXT = "a text (put it in quotes if it looks like a number)"
CORNERS = reading.one_of(("round", "square"))

TAKEN: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "a text": (reading.text, "hello", "hello"),
    "one text": (reading.texts, "hello", ("hello",)),
    "texts": (reading.texts, ["a", "b"], ("a", "b")),
    "the least number": (reading.whole(1, 9), 1, 1),
    "the greatest number": (reading.whole(1, 9), 9, 9),
    "true": (reading.flag, True, True),
    "false": (reading.flag, False, False),
    "a known word": (CORNERS, "round", "round"),
    "no values": (reading.many(reading.flag), [], ()),
    "values": (reading.many(reading.flag), [True, False], (True, False)),
}


@pytest.mark.parametrize(("read", "written", "value"), TAKEN.values(), ids=TAKEN)
def test_a_reader_makes_a_value(read: Callable[[Any], Any], written: Any, value: Any) -> None:
    assert repr(read(written)) == repr(value)


REFUSED: dict[str, tuple[Callable[[Any], Any], Any, str]] = {
    "an empty text": (reading.text, "", "a text that is not empty"),
    "a number as text": (reading.text, 12, A_TEXT),
    "no text at all": (reading.texts, [], "a text, or a list with at least one"),
    "a number among texts": (reading.texts, ["a", 1], A_TEXT),
    "too little": (reading.whole(1, 9), 0, "a whole number from 1 to 9"),
    "too much": (reading.whole(1, 9), 10, "a whole number from 1 to 9"),
    "a fraction": (reading.whole(1, 9), 1.5, "a whole number from 1 to 9"),
    "a truth as number": (reading.whole(0, 9), True, "a whole number from 0 to 9"),
    "a word as number": (reading.whole(0, 9), "1", "a whole number from 0 to 9"),
    "a word as truth": (reading.flag, "yes", "true or false"),
    "a number as truth": (reading.flag, 1, "true or false"),
    "an unknown word": (CORNERS, "red", "one of round, square"),
    "no word": (CORNERS, 3, "one of round, square"),
    "no list": (reading.many(reading.flag), True, "a list"),
    "a list with one wrong": (reading.many(reading.flag), [True, 1], "true or false"),
}


@pytest.mark.parametrize(("read", "written", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_reader_says_what_it_expects(
    read: Callable[[Any], Any], written: Any, expected: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        read(written)


def reader_of(text: str) -> Reader:
    [table], problems = documents_of(text)
    assert problems == []
    return Reader(table, Problems())


def test_a_wrong_value_is_told_at_its_line_and_the_default_stands() -> None:
    reader = reader_of("a: 1\nb: two\n")
    assert reader.get("a", reading.whole(0, 9), 5) == 1
    assert reader.get("b", reading.whole(0, 9), 5) == 5
    assert reader.get("c", reading.whole(0, 9), 5) == 5
    assert told(reader.problems) == [
        "f.yaml:2: b: expected a whole number from 0 to 9, found 'two'"
    ]


def test_a_near_miss_is_told_with_the_word_that_was_meant() -> None:
    reader = reader_of("corners: rond\n")
    reader.get("corners", CORNERS, None)
    assert told(reader.problems) == [
        "f.yaml:1: corners: expected one of round, square, found 'rond'. Did you mean 'round'?"
    ]


def test_a_key_that_must_be_there_is_told_at_the_mapping() -> None:
    reader = reader_of("\na: hello\n")
    assert reader.require("a", reading.text, "a letter") == "hello"
    assert reader.require("b", reading.text, "a letter") is None
    assert told(reader.problems) == ["f.yaml:2: a letter needs the key 'b'"]


def test_every_unknown_key_is_told_with_its_line_and_the_nearest_one() -> None:
    reader = reader_of("name: a\nnme: b\nxyz: c\n")
    reader.only("a letter", ["name", "text"])
    assert told(reader.problems) == [
        "f.yaml:2: a letter has no key 'nme'. Did you mean 'name'? Known are: name, text",
        "f.yaml:3: a letter has no key 'xyz'. Known are: name, text",
    ]


def test_mappings_and_lists_are_read_where_they_stand() -> None:
    reader = reader_of("a: {b: 1}\nc: [{d: 2}, {e: 3}]\n")
    assert reader.table_at("a") == {"b": 1}
    assert reader.tables_at("c") == [{"d": 2}, {"e": 3}]
    assert (reader.table_at("x"), reader.tables_at("x")) == (None, [])
    assert told(reader.problems) == []


def test_what_is_no_mapping_or_list_is_told_at_its_line() -> None:
    reader = reader_of("a: 1\nb: 2\nc:\n  - {d: 1}\n  - 3\n  - [4]\n")
    assert reader.table_at("a") is None
    assert reader.tables_at("b") == []
    assert reader.tables_at("c") == [{"d": 1}]
    assert told(reader.problems) == [
        "f.yaml:1: a: expected a mapping, found 1",
        "f.yaml:2: b: expected a list, found 2",
        "f.yaml:5: c: expected a mapping, found 3",
        "f.yaml:6: c: expected a mapping, found [4]",
    ]


def test_a_long_value_is_cut_in_what_is_told() -> None:
    reader = reader_of(f"a: {'x' * 500}\n")
    reader.get("a", reading.flag, None)
    [problem] = told(reader.problems)
    assert problem.startswith("f.yaml:1: a: expected true or false, found 'xxx")
    assert len(problem) < 120
