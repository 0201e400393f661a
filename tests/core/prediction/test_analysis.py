"""What patterns find in a text, and where."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.model import NOTHING_FOUND, Found, Match
from emulator.core.prediction.analysis import (
    analyse,
    custom,
    emails,
    phones,
    profanity,
    urls,
)

NOBODY: Mapping[str, tuple[str, ...]] = {}
ACME = {"competitor": ("acme", "acme corp", "c++"), "other": ("über",)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to someone@example.com, now", ["SOMEONE@EXAMPLE.COM"]),
        ("a.b+c@d-e.co.uk", ["A.B+C@D-E.CO.UK"]),
        ("<a@b.test>;c@d.test.", ["A@B.TEST", "C@D.TEST"]),
        ("a@b", []),
        ("@handle and a@ b.test", []),
        ("a@b..test", []),
        ("x" * 65 + "@b.test", []),
        ("a@b.test-", []),
    ],
)
def test_e_mail_addresses_are_found_and_upper_cased(text: str, found: list[str]) -> None:
    assert [match.value for match in emails(text)] == found
    assert all(match.type == "Email Address" for match in emails(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hey reach out to me, my number is 546-855-5512", ["546-855-5512"]),
        ("call 617-768-2274.", ["617-768-2274"]),
        ("(617) 768-2274", ["(617) 768-2274"]),
        ("(617)768-2274", ["(617)768-2274"]),
        ("617.768.2274 or 617 768 2275", ["617.768.2274", "617 768 2275"]),
        ("+1 617-768-2274", ["+1 617-768-2274"]),
        ("1-617-768-2274", ["1-617-768-2274"]),
        ("6177682274", []),
        ("117-768-2274", []),
        ("617-768-22745", []),
        ("4617-768-2274", []),
        ("٦١٧-768-2274", []),
        ("order 2026-01-01 12:30", []),
    ],
)
def test_phone_numbers_are_found_as_they_are_written(text: str, found: list[str]) -> None:
    assert [match.value for match in phones(text)] == found
    assert all(match.type == "U.S. Phone Number" for match in phones(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.test/b?c=d#e.", ["https://a.test/b?c=d#e"]),
        ("see HTTP://a.test, or (www.b.test/c)", ["HTTP://a.test", "www.b.test/c"]),
        ("www.a.test!?", ["www.a.test"]),
        ('<a href="https://a.test">', ["https://a.test"]),
        ("a.test", []),
        ("ftp://a.test", []),
        ("me@www.a.test", []),
    ],
)
def test_web_addresses_are_found_without_the_punctuation_behind_them(
    text: str, found: list[str]
) -> None:
    assert [match.value for match in urls(text)] == found


@pytest.mark.parametrize(
    ("text", "allowed", "found"),
    [
        ("You Slut!", (), ["SLUT"]),
        ("kiss my ass", (), ["ASS"]),
        ("kiss my ass", ("ass",), []),
        ("damn this shit", ("damn",), ["SHIT"]),
        ("a classic assembly", (), []),
        ("ass_hat", (), []),
    ],
)
def test_profanity_is_found_by_whole_words_and_upper_cased_unless_it_is_allowed(
    text: str, allowed: tuple[str, ...], found: list[str]
) -> None:
    matches = list(profanity(text, allowed))
    assert [match.value for match in matches] == found
    assert all(match.type == "profanity" for match in matches)


def test_phrases_of_the_project_are_found_as_whole_words_in_any_case() -> None:
    found = {(match.value, match.type) for match in custom("ACME Corp, Über c++; acmes", ACME)}
    assert found == {
        ("ACME", "competitor"),
        ("ACME Corp", "competitor"),
        ("c++", "competitor"),
        ("Über", "other"),
    }


def test_matches_of_one_sort_stand_in_the_order_of_the_text() -> None:
    found = analyse("617-768-2274 a@b.test 617-768-2275 über acme corp", (), ACME)
    assert [match.start for match in found.pii_entities] == [0, 13, 22]
    assert [match.value for match in found.custom_classes] == ["über", "acme", "acme corp"]


def test_the_text_of_the_guide_is_found_out_word_by_word() -> None:
    text = "Hey you, write to someone@example.com, or call me at 617-768-2274. You kiss my ass"
    assert analyse(text, (), NOBODY) == Found(
        (Match("ASS", 79, 82, "profanity"),),
        (
            Match("SOMEONE@EXAMPLE.COM", 18, 37, "Email Address"),
            Match("617-768-2274", 53, 65, "U.S. Phone Number"),
        ),
    )


@pytest.mark.parametrize(
    "text", ["", "hello", "12:30", "1234", "a@b", "http:/x", "İ"], ids=lambda text: text or "empty"
)
def test_an_innocent_text_holds_nothing(text: str) -> None:
    assert analyse(text, (), NOBODY) == NOTHING_FOUND


def test_where_there_is_nothing_to_look_for_nothing_is_made() -> None:
    assert analyse("hello you", (), NOBODY) is NOTHING_FOUND


WORDS = ["ass", "Shit", "İshit", "a@b.test", "c@d.test.", "617-768-2274", "+1 (617) 768-2274"]
WORDS += ["https://a.test/?b,", "WWW.a.test", "hello", "acme", "über", "😀", "ß@b.test", "1234"]
TEXTS = st.lists(st.sampled_from([*WORDS, " ", "\n", ".", "-", "@", "İ", "\ud800"])).map("".join)
CLASSES = st.sampled_from([NOBODY, ACME])


@given(TEXTS, st.sets(st.sampled_from(["ass", "shit"])), CLASSES)
def test_the_cheap_questions_asked_first_never_hide_a_match(
    text: str, allowed: set[str], classes: Mapping[str, tuple[str, ...]]
) -> None:
    found = analyse(text, allowed, classes)
    assert found.text_filters == tuple(profanity(text, allowed))
    assert set(found.pii_entities) == {*emails(text), *phones(text)}
    assert set(found.custom_classes) == set(custom(text, classes))
    assert found.urls == tuple(urls(text))


@given(TEXTS)
def test_indices_are_those_of_the_text_as_it_was_sent(text: str) -> None:
    found = analyse(text, (), ACME)
    for match in (*found.custom_classes, *found.urls, *phones(text)):
        assert match.value == text[match.start : match.end]
    for match in (*found.text_filters, *emails(text)):
        assert match.value == text[match.start : match.end].upper()
    for sort in (found.text_filters, found.pii_entities, found.custom_classes, found.urls):
        assert list(sort) == sorted(sort, key=lambda match: match.start)
