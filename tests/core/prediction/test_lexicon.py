"""Severities guessed from words and patterns."""

import pytest

from emulator.core.model import NOTHING_FOUND, Found, Match
from emulator.core.prediction.lexicon import Entry, Guess, Lexicon
from emulator.core.taxonomy.text import DOCS, LIVE_2026_01

LEXICON = Lexicon(
    (
        Entry("fight", "violence", 1),
        Entry("hurt you", "violence", 3),
        Entry("idiot", "bullying", 2),
        Entry("stupid", "bullying", 2),
        Entry("buy now", "promotions", 3),
    )
)
PHONE = Match("617-768-2274", 0, 12, "U.S. Phone Number")
MAIL = Match("A@B.TEST", 0, 8, "Email Address")
LINK = Match("a.com", 0, 5, "url")


@pytest.mark.parametrize(
    ("text", "severities", "because"),
    [
        ("hello there", {}, ()),
        ("a firefight, idiots", {}, ()),
        ("you IDIOT", {"bullying": 2}, ("bullying 2: 'idiot'",)),
        ("stupid idiot", {"bullying": 2}, ("bullying 2: 'idiot', 'stupid'",)),
        ("fight! I will hurt you", {"violence": 3}, ("violence 3: 'hurt you'",)),
        ("buy now", {}, ()),
    ],
)
def test_the_highest_severity_that_a_phrase_gives_counts_and_says_so(
    text: str, severities: dict[str, int], because: tuple[str, ...]
) -> None:
    assert LEXICON.guess(text, NOTHING_FOUND, DOCS.classes) == Guess(severities, because)


def test_classes_that_the_project_has_not_are_left_out() -> None:
    assert LEXICON.guess("buy now", NOTHING_FOUND, LIVE_2026_01.classes).severities == {
        "promotions": 3
    }


@pytest.mark.parametrize(
    ("found", "severities"),
    [
        (Found(urls=(LINK,)), {"spam": 3, "redirection": 2}),
        (Found(pii_entities=(PHONE,)), {"spam": 3, "redirection": 2, "phone_number": 3}),
        (Found(pii_entities=(MAIL,)), {"spam": 3}),
        (Found(text_filters=(Match("ASS", 0, 3, "profanity"),)), {}),
    ],
)
def test_ways_to_reach_somebody_are_spam(found: Found, severities: dict[str, int]) -> None:
    assert LEXICON.guess("", found, LIVE_2026_01.classes).severities == severities
    assert all(
        f"{name} {one}: " in str(LEXICON.guess("", found, LIVE_2026_01.classes).because)
        for name, one in severities.items()
    )


def test_of_many_reasons_the_first_are_told() -> None:
    lexicon = Lexicon(Entry(f"word{at}", "hate", 1) for at in range(12))
    [told] = lexicon.guess(
        " ".join(f"word{at}" for at in range(12)), NOTHING_FOUND, DOCS.classes
    ).because
    assert told.endswith("'word7' and 4 more")
