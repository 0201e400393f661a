"""Words for people who mistyped: the nearest name, a list cut short, a value cut short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.suggest import did_you_mean, listed, shown


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("gun_in_hnd", " Did you mean 'gun_in_hand'?"),
        ("gun_in_hand", " Did you mean 'gun_in_hand'?"),
        ("weather", ""),
        ("", ""),
    ],
    ids=["a letter left out", "the word itself", "nothing like it", "nothing"],
)
def test_the_nearest_known_word_is_suggested_and_no_other(word: str, told: str) -> None:
    assert did_you_mean(word, ["no_gun", "gun_in_hand", "knife_in_hand"]) == told


def test_nothing_is_suggested_where_nothing_is_known() -> None:
    assert did_you_mean("calm", iter(())) == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "c"], "a, b, c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
    ids=["none", "one", "as many as fit", "one more", "two more"],
)
def test_a_long_list_is_cut_short_and_counted(words: list[str], told: str) -> None:
    assert listed(iter(words), 3) == told


@given(st.lists(st.sampled_from("abc")), st.integers(1, 5))
def test_no_word_of_a_list_is_lost_uncounted(words: list[str], most: int) -> None:
    told, _, more = listed(words, most).partition(" and ")
    named = len(told.split(", ")) if told else 0
    assert named + (int(more.removesuffix(" more")) if more else 0) == len(words)


@given(st.text(), st.integers(5, 80))
def test_what_is_shown_fits_and_says_when_it_was_cut(value: str, most: int) -> None:
    told = shown(value, most)
    assert len(told) <= most
    assert told == repr(value) or (told.endswith("…") and repr(value).startswith(told[:-1]))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        ([None, "a", [True]], "[null, 'a', [true]]"),
        ({"a": None, "b": {"c": False}}, "{'a': null, 'b': {'c': false}}"),
        (1.5, "1.5"),
    ],
    ids=repr,
)
def test_values_are_told_in_the_words_of_files(value: object, told: str) -> None:
    assert shown(value) == told
