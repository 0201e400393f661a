"""What patterns find in a text, and where."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.model import NOTHING_FOUND, Found, Match
from emulator.core.prediction.addresses import addresses
from emulator.core.prediction.analysis import analyse, custom, profanity
from emulator.core.prediction.contacts import emails, phones, urls
from emulator.core.prediction.profanity import Profanity
from emulator.core.units import Places

WORDS = Profanity(("ass", "shit", "slut"))
NOBODY: Mapping[str, tuple[str, ...]] = {}
ACME = {"competitor": ("acme", "acme corp", "c++"), "other": ("über",)}


def test_phrases_of_the_project_are_found_as_whole_words_in_any_case() -> None:
    found = {(match.value, match.type) for match in custom("ACME Corp, Über c++; acmes", ACME)}
    assert found == {
        ("ACME", "competitor"),
        ("ACME Corp", "competitor"),
        ("c++", "competitor"),
        ("Über", "other"),
    }


def test_matches_of_one_sort_stand_in_the_order_of_the_text() -> None:
    found = analyse("617-768-2274 a@b.test 617-768-2275 über acme corp", WORDS, (), ACME)
    assert [match.start for match in found.pii_entities] == [0, 13, 22]
    assert [match.value for match in found.custom_classes] == ["über", "acme", "acme corp"]


def test_the_text_of_the_guide_is_found_out_word_by_word() -> None:
    text = "Hey you, write to someone@example.com, or call me at 617-768-2274. You kiss my ass"
    assert analyse(text, WORDS, (), NOBODY) == Found(
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
    assert analyse(text, WORDS, (), NOBODY) == NOTHING_FOUND


def test_where_there_is_nothing_to_look_for_nothing_is_made() -> None:
    assert analyse("hello you", WORDS, (), NOBODY) is NOTHING_FOUND


PIECES = ["ass", "Shit", "İshit", "a@b.test", "c@d.test.", "617-768-2274", "+1 (617) 768-2274"]
PIECES += ["https://a.test/?b,", "WWW.a.test", "hello", "acme", "über", "😀", "ß@b.test", "1234"]
PIECES += ["sh1t", "a$$", "12 Main St", "example.com", " ", "\n", ".", "-", "@", "İ", "\ud800"]
TEXTS = st.lists(st.sampled_from(PIECES)).map("".join)
CLASSES = st.sampled_from([NOBODY, ACME])


@given(TEXTS, CLASSES)
def test_the_cheap_questions_asked_first_never_hide_a_match(
    text: str, classes: Mapping[str, tuple[str, ...]]
) -> None:
    found = analyse(text, WORDS, (), classes)
    others = (*emails(text), *urls(text), *addresses(text))
    assert found.text_filters == tuple(profanity(text, WORDS))
    assert set(found.pii_entities) == {*emails(text), *addresses(text), *phones(text, others)}
    assert set(found.custom_classes) == set(custom(text, classes))
    assert found.urls == tuple(urls(text))


PLAIN = [
    "hello",
    "классика",
    "你好吗",
    "ὕδωρ",
    "नमस्ते",
    "السلام",
    "😀",
    "👩\u200d👩\u200d👧",
    "e\u0301te\u0301",
    "ẞ",
    "İ",
]
PLAIN += [
    "\u2764\ufe0f",
    "Scunthorpe",
    "2026-01-01",
    "12:30",
    "\x00",
    "\ud800",
    "(",
    ")",
    "…",
    "«",
    "don't",
    "𝒳",
]
PLANTED = {
    "text_filters": ["ass", "SHIT", "sh1t", "a$$", "s.l.u.t", "ｓｈｉｔ", "slu\u0301t", "shiiit"],
    "pii_entities": [
        *("someone@example.com", "jose\u0301@exa\u0301mple.com", "почта@пример.рф", "617-768-2274"),
        *("(617) 768-2275", "+44 20 7946 0958", "12 Main Street, Springfield, IL 62704"),
    ],
    "urls": ["https://a.test/b?c=d", "www.example.org/x", "example.com", "https://пример.рф/путь"],
    "custom_classes": ["ACME", "acme corp", "u\u0308ber", "Über"],
}
SPLIT = st.sampled_from([" ", "\n", "  ", "\u3000", " 😀 "])


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, dict[str, list[tuple[int, int, str]]]]:
    """A text of plain words in which something is planted, and where."""
    text, places = "", {name: [] for name in PLANTED}  # type: ignore[var-annotated]
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from([None, None, *PLANTED]))
        # A number right behind a number is a longer one, as docs/text.md says.
        pieces = PLAIN if kind is None else PLANTED[kind]
        apart = [one for one in pieces if not (_ends_in_a_digit(text) and _begins_a_number(one))]
        piece = draw(st.sampled_from(apart))
        if kind is not None:
            places[kind].append((len(text), len(text) + len(piece), piece))
        text += piece + draw(SPLIT)
    return text, places


def _begins_a_number(piece: str) -> bool:
    return piece[0].isdecimal() or piece[0] in "(+"


def _ends_in_a_digit(text: str) -> bool:
    return text.rstrip()[-1:].isdecimal()


@given(planted())
def test_what_is_planted_is_found_exactly_there_in_both_units(
    made: tuple[str, dict[str, list[tuple[int, int, str]]]],
) -> None:
    text, places = made
    found = analyse(text, WORDS, (), {"competitor": ("acme", "acme corp"), "other": ("über",)})
    units = text.encode("utf-16-le", "surrogatepass")
    in_utf16 = Places(text, utf16=True)
    for name, expected in places.items():
        spans = {(one.start, one.end) for one in getattr(found, name)}
        assert {(start, end) for start, end, _ in expected} <= spans
        for start, end, piece in expected:
            cut = units[2 * in_utf16.of(start) : 2 * in_utf16.of(end)]
            assert cut.decode("utf-16-le", "surrogatepass") == piece == text[start:end]
    assert len(found.text_filters) == len(places["text_filters"])
    assert len(found.pii_entities) == len(places["pii_entities"])
    assert len(found.urls) == len(places["urls"])


@pytest.mark.parametrize(
    ("allowed", "profane", "personal"),
    [
        ((), ["ASS", "A$$"], ["SUPPORT@ACME.COM", "617-768-2274"]),
        (("ass",), [], ["SUPPORT@ACME.COM", "617-768-2274"]),
        (("kick ass",), ["A$$"], ["SUPPORT@ACME.COM", "617-768-2274"]),
        (("support@acme.com", "617-768-2274"), ["ASS", "A$$"], []),
        (("as",), ["ASS", "A$$"], ["SUPPORT@ACME.COM", "617-768-2274"]),
    ],
)
def test_what_the_project_allows_is_not_told(
    allowed: tuple[str, ...], profane: list[str], personal: list[str]
) -> None:
    text = "Kick ass! support@acme.com 617-768-2274 a$$"
    found = analyse(text, WORDS, allowed, NOBODY)
    assert [match.value for match in found.text_filters] == profane
    assert [match.value for match in found.pii_entities] == personal


@given(TEXTS)
def test_indices_are_those_of_the_text_as_it_was_sent(text: str) -> None:
    found = analyse(text, WORDS, (), ACME)
    for match in (*found.custom_classes, *found.urls, *phones(text)):
        assert match.value == text[match.start : match.end]
    for match in (*found.text_filters, *emails(text)):
        assert match.value == text[match.start : match.end].upper()
    for sort in (found.text_filters, found.pii_entities, found.custom_classes, found.urls):
        assert list(sort) == sorted(sort, key=lambda match: match.start)
