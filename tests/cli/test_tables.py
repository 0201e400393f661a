"""What is told to people: one line of harmless words, tables, and facts."""

import pytest

from emulator.cli.tables import Cell, counted, duration, facts, moment, state, status, table
from emulator.core.plain import plain


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("one  two\n\tthree", "one two three"),
        ("\x1b[2Jred", "\N{REPLACEMENT CHARACTER}[2Jred"),
        ("a\u202eb\ud800", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"),
        ("日本 é", "日本 é"),
        (None, "None"),
        (12, "12"),
    ],
)
def test_a_value_is_one_line_of_what_can_be_printed(value: object, shown: str) -> None:
    assert plain(value) == shown


def test_what_is_long_is_cut_and_what_fits_is_not() -> None:
    assert plain("12345", 5) == "12345"
    assert plain("123456", 5) == "1234…"


def test_a_moment_is_told_without_its_letters() -> None:
    assert moment("2026-01-01T00:00:05.250Z") == "2026-01-01 00:00:05.250"
    assert moment(None) == ""


@pytest.mark.parametrize(("seconds", "told"), [(300.0, "5m"), (1.5, "1500ms"), (0.0, "0s")])
def test_so_many_seconds_are_told_as_people_write_them(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_things_are_counted() -> None:
    assert [counted(number, "byte") for number in (0, 1, 2)] == ["0 bytes", "1 byte", "2 bytes"]


def test_good_and_bad_are_told_by_colour_too() -> None:
    assert (status(200).colour, status(500).colour) == ("green", "red")
    assert [status(none).text for none in (0, None)] == ["no answer", "no answer"]
    assert (state("delivered").colour, state("scheduled").colour) == ("green", "yellow")
    assert state("something else").colour is None


def test_a_table_is_as_wide_as_it_needs_to_be_and_colour_takes_no_room() -> None:
    rows: list[list[str | Cell]] = [["a", Cell("bad", "red"), "x"], ["long", Cell("better"), ""]]
    assert table(["N", "HOW", "LAST"], rows).splitlines() == [
        "N     HOW     LAST",
        "a     \x1b[31mbad\x1b[0m     x",
        "long  better",
    ]


def test_facts_are_told_a_line_each_and_what_says_nothing_is_left_out() -> None:
    told = facts([("one", "1"), ("none", ""), ("two", ["", "a", "b"]), ("no", [])], indent=1)
    assert told.splitlines() == [
        " one         1",
        " two         a",
        "             b",
    ]
