"""Comparing texts without regard to case and composition, with exact places."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.prediction.folding import fold, is_whole, occurrences
from tests.support.spending import at_most


def found(phrase: str, text: str) -> list[str]:
    return [text[start:end] for start, end in occurrences(fold(phrase).text, fold(text), text)]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("acme", "ACME, acmes Acme", ["ACME", "Acme"]),
        ("straße", "Die STRASSE, strasse, Straße, straßen", ["STRASSE", "strasse", "Straße"]),
        ("strasse", "ẞß Straße ende", ["Straße"]),
        ("istanbul", "İstanbul, ISTANBUL İİ istanbul", ["İstanbul", "ISTANBUL", "istanbul"]),
        ("İstanbul", "in istanbul", ["istanbul"]),
        ("über", "u\u0308ber ÜBER U\u0308BER", ["u\u0308ber", "ÜBER", "U\u0308BER"]),
        ("u\u0308ber", "über", ["über"]),
        ("s", "ß", []),
        ("e", "e\u0301", []),
        ("ss", "ß", ["ß"]),
        ("ﬁn", "FIN", ["FIN"]),
        ("σίσυφος", "ΣΊΣΥΦΟΣ", ["ΣΊΣΥΦΟΣ"]),
        ("c++", "c++; C++!", ["c++", "C++"]),
        ("垃圾", "这是垃圾邮件", ["垃圾"]),
        ("부산", "부산에서", ["부산"]),
        ("คำ", "คำหยาบ", ["คำ"]),
        ("कम", "कमी कम", ["कम"]),
        ("acme", "acme\u0301 acme", ["acme"]),
        ("acme", "это acme谢谢", ["acme"]),
        ("😀", "a😀b", ["😀"]),
        ("", "a", []),
    ],
)
def test_phrases_are_found_whatever_their_case_and_composition(
    phrase: str, text: str, expected: list[str]
) -> None:
    assert found(phrase, text) == expected


@given(st.text(), st.text())
def test_what_is_found_is_the_phrase_and_whole(phrase: str, text: str) -> None:
    whole = f"{text} {phrase} {text}"
    for start, end in occurrences(fold(phrase).text, fold(whole), whole):
        assert fold(whole[start:end]).text == fold(phrase).text
        assert is_whole(whole, start, end)


@given(st.text(), st.text(st.characters(categories=["Ll", "Lu", "Lo"]), min_size=1))
def test_a_planted_phrase_is_found_in_any_composition(around: str, phrase: str) -> None:
    for form in ("NFC", "NFD"):
        text = f"{around} {normalize(form, phrase)} {around}"
        at = len(around) + 1
        places = [*occurrences(fold(phrase).text, fold(text), text)]
        assert any(start <= at < end for start, end in places)


def test_a_heap_of_accents_takes_no_longer_than_any_text() -> None:
    text = "e" + "\u0301\u0316" * 100_000
    with at_most(3):
        assert [*occurrences("x", fold(text), text)] == []
        assert found("x", "x" + "\u0301" * 100_000) == []
