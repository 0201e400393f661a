"""Words of a list, in disguise or not, and never inside of other words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.prediction.profanity import Profanity, flatten
from tests.support.spending import at_most

WORDS = Profanity(
    (*("ass", "shit", "shitty", "crap", "damn", "bitch", "bullshit", "slut"), "чёрт", "垃圾")
)


def found_in(text: str, words: Profanity = WORDS) -> list[str]:
    flat = flatten(text)
    found = [text[start:end] for start, end, _ in words.places(flat)]
    assert words.may_be_in(flat) or not found
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You Slut!", ["Slut"]),
        ("kiss my ass", ["ass"]),
        ("ASS, Shit; crap?", ["ASS", "Shit", "crap"]),
        ("'ass' (shit) \"crap\" **damn**", ["ass", "shit", "crap", "damn"]),
        ("kick-ass mass.ass damn-it shit's", ["ass", "ass", "damn", "shit"]),
        ("@shit #crap", ["shit", "crap"]),
        ("\u2764\ufe0fass\u2764\ufe0f", ["ass"]),
        ("shit。crap", ["shit", "crap"]),
        ("чЁрт возьми", ["чЁрт"]),
        ("这是垃圾邮件", ["垃圾"]),
    ],
)
def test_words_are_found_as_they_are(text: str, found: list[str]) -> None:
    assert found_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *("sh1t", "5h1t", "$hit", "sh!t", "sh!t!", "a$$", "@ss", "b|tch", "bu11shit", "$h!+ty"),
        *("s.h.i.t", "s-h-i-t", "a_s_s", "D.A.M.N", "...c.r.a.p...", "_ass_"),
        *("f**k", "sh*t", "s**t", "a*s"),
        *("shiiiit", "asss", "asssss", "cccraaappp"),
        *("shït", "s\u0336h\u0336i\u0336t\u0336", "ｓｈｉｔ", "sh\u200bit", "cra\u00adp"),
    ],
)
def test_words_are_found_in_disguise(text: str) -> None:
    words = Profanity((*WORDS.words, "fuck"))
    [found] = found_in(f"what {text} is", words)
    assert found == text.strip(".!_")
    assert found_in(text, words) == [found]


@pytest.mark.parametrize(
    "text",
    [
        *("Scunthorpe", "a classic assembly", "ass_hat", "ass9", "xshit", "x\u0336shit"),
        *("as s", "s hit", "as", "class.hit", "pass-hit", "2*2=4", "****", "a*", "*ss", "as*s*e*"),
        *("slat", "shi", "sh", "bass glass", "чёрту", "don't", "", "ass\u0903", "кass"),
    ],
)
def test_words_are_not_found_inside_of_others(text: str) -> None:
    assert found_in(text) == []


def test_of_overlapping_words_the_first_counts_and_of_these_the_longest() -> None:
    words = Profanity(("垃圾", "垃圾桶", "圾桶"))
    assert found_in("垃圾桶 圾桶", words) == ["垃圾桶", "圾桶"]


def test_a_list_of_nothing_finds_nothing() -> None:
    assert found_in("shit a*s s.h.i.t aaa", Profanity(())) == []


SIGNS = st.sampled_from(["shit", "a", "s", "$", "@", "*", "!", ".", "-", "1", "i", " ", "é", "_"])


@given(st.lists(st.one_of(SIGNS, st.characters())).map("".join))
def test_any_text_may_be_asked_about(text: str) -> None:
    assert len(flatten(text)) == len(text)
    places = [*WORDS.places(flatten(text))]
    assert all(0 <= start < end <= len(text) for start, end, _ in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert WORDS.may_be_in(flatten(text)) or not places


HUGE = 200_000
WORST = {
    "held": "s" * HUGE,
    "held to the end": "a" + "s" * HUGE,
    "held in vain": "sh" + "i" * HUGE + "x",
    "many": "ass " * (HUGE // 4),
    "stars": "a*s " * (HUGE // 4),
    "a chunk of words": "a.s.s." * (HUGE // 6),
    "marks": "s\u0336" * HUGE,
    "dots": "a" + "." * HUGE + "ss",
    "signs": "!" * HUGE,
    "emoji": "\u2764\ufe0f" * HUGE,
    "surrogates": "\ud800" * HUGE,
}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_no_text_takes_long(text: str) -> None:
    with at_most(3):
        sum(1 for _ in WORDS.places(flatten(text)))
