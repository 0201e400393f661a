"""Conditions on texts: decisions, words and what was found, one table for all leaves."""

from typing import Any

import pytest

from emulator.core.conditions.condition import Leaf
from emulator.core.conditions.texts import (
    CustomClass,
    Language,
    PersonalData,
    Profanity,
    Text,
    TextContainsAny,
)
from emulator.core.model import Found
from emulator.core.prediction.analysis import PROFANE
from emulator.core.prediction.contacts import EMAIL
from emulator.core.prediction.contacts import US_PHONE as PHONE
from tests.core.conditions.made import Post, a_picture, a_text, compared, hateful, of_type

PHRASES = TextContainsAny(("snake oil", "miracle cure"))
OTHER_FILTER = a_text(found=Found(text_filters=of_type("iwf_url_list_match")))
PROFANE_TEXT = a_text(found=Found(text_filters=of_type("iwf_url_list_match", PROFANE)))
PERSONAL = a_text(found=Found(pii_entities=of_type(PHONE, EMAIL, PHONE)))
CUSTOM = a_text(found=Found(custom_classes=of_type("competitor")))

CASES: list[tuple[Leaf, Post, bool, str]] = [
    (hateful(gte=2), a_text(hate=2), True, "hate is at least 2: it is 2"),
    (hateful(gte=2), a_text(hate=1), False, "hate is at least 2: it is 1"),
    (hateful(gt=0, lt=3), a_text(hate=3), False, "hate is above 0 and below 3: it is 3"),
    (
        hateful(lt=2),
        a_text(hate=-1),
        False,
        "hate is below 2: not supported for the language",
    ),
    (
        hateful(lt=2),
        a_text(spam=0),
        False,
        "hate is below 2: this model does not have the class",
    ),
    (
        PHRASES,
        a_text("Buy my SNAKE OILS!"),
        True,
        "the text contains 'snake oil' or 'miracle cure': it contains 'snake oil'",
    ),
    (
        PHRASES,
        a_text("snake  oil"),
        False,
        "the text contains 'snake oil' or 'miracle cure': it does not",
    ),
    (
        TextContainsAny(("STRASSE",)),
        a_text("die Straße"),
        True,
        "the text contains 'STRASSE': it contains 'STRASSE'",
    ),
    (Profanity(), PROFANE_TEXT, True, "the text has profanity: it has 'PROFANITY'"),
    (Profanity(), OTHER_FILTER, False, "the text has profanity: it has none"),
    (
        PersonalData(()),
        PERSONAL,
        True,
        "the text has personal data: it has 'Email Address', 'U.S. Phone Number'",
    ),
    (PersonalData(()), a_text(), False, "the text has personal data: it has none"),
    (
        PersonalData((EMAIL, "other")),
        PERSONAL,
        True,
        (
            "the text has personal data of type 'Email Address' or 'other': "
            "it has 'Email Address', 'U.S. Phone Number'"
        ),
    ),
    (
        PersonalData(("other",)),
        PERSONAL,
        False,
        ("the text has personal data of type 'other': it has 'Email Address', 'U.S. Phone Number'"),
    ),
    (
        CustomClass(("competitor", "food")),
        CUSTOM,
        True,
        "the text is of the custom class 'competitor' or 'food': it has 'competitor'",
    ),
    (
        CustomClass(("food",)),
        CUSTOM,
        False,
        "the text is of the custom class 'food': it has 'competitor'",
    ),
    (
        Language(("EN", "FR", "ET")),
        a_text(language="FR"),
        True,
        "the language is EN, FR or ET: it is FR",
    ),
    (Language(("EN",)), a_text(language="FR"), False, "the language is EN: it is FR"),
    (Language(("EN",)), Post(text="a"), False, "the language is EN: it is not known"),
]


@pytest.mark.parametrize(("leaf", "facts", "holds", "says"), CASES)
def test_a_leaf_decides_and_tells_what_was_found(
    leaf: Leaf, facts: Post, holds: bool, says: str
) -> None:
    assert leaf.holds(facts) is holds
    explanation = leaf.explain(facts)
    assert (explanation.holds, explanation.says, explanation.parts) == (holds, says, ())


EACH = {type(leaf): leaf for leaf, *_ in CASES}


@pytest.mark.parametrize("leaf", EACH.values(), ids=lambda leaf: type(leaf).__name__)
def test_none_of_them_holds_of_what_is_no_text(leaf: Leaf) -> None:
    for facts in (a_picture(general_nsfw=1), Post()):
        explanation = leaf.explain(facts)
        assert not leaf.holds(facts)
        assert explanation.says == f"{leaf}: this is no text"


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (hateful(gte=2), "hate is not at least 2"),
        (hateful(gt=0, lt=3), "not (hate is above 0 and below 3)"),
        (PHRASES, "the text does not contain 'snake oil' or 'miracle cure'"),
        (Profanity(), "the text has no profanity"),
        (PersonalData(()), "the text has no personal data"),
        (PersonalData((EMAIL,)), "the text has no personal data of type 'Email Address'"),
        (CustomClass(("food",)), "the text is not of the custom class 'food'"),
        (Language(("EN", "FR")), "the language is not EN or FR"),
    ],
)
def test_the_opposite_has_words_of_its_own(leaf: Leaf, words: str) -> None:
    assert leaf.opposite() == words


@pytest.mark.parametrize(
    ("leaf", "written", "subject"),
    [
        (
            hateful(gte=2),
            {"text": {"hate": {"gte": 2}}},
            {"subject": "text", "class": "hate", "operator": "gte", "value": 2},
        ),
        (
            Text("spam", compared(gt=0, lt=3)),
            {"text": {"spam": {"gt": 0, "lt": 3}}},
            {
                "subject": "all",
                "conditions": [
                    {"subject": "text", "class": "spam", "operator": "gt", "value": 0},
                    {"subject": "text", "class": "spam", "operator": "lt", "value": 3},
                ],
            },
        ),
        (
            PHRASES,
            {"text_contains_any": ["snake oil", "miracle cure"]},
            {"subject": "text_contains_any", "value": ["snake oil", "miracle cure"]},
        ),
        (Profanity(), {"profanity": True}, {"subject": "profanity"}),
        (PersonalData(()), {"pii": True}, {"subject": "pii"}),
        (PersonalData((EMAIL,)), {"pii": [EMAIL]}, {"subject": "pii", "value": [EMAIL]}),
        (
            CustomClass(("food",)),
            {"custom_class": "food"},
            {"subject": "custom_class", "value": ["food"]},
        ),
        (
            Language(("EN", "FR")),
            {"language": ["EN", "FR"]},
            {"subject": "language", "value": ["EN", "FR"]},
        ),
    ],
)
def test_a_leaf_has_both_written_forms(
    leaf: Leaf, written: dict[str, Any], subject: dict[str, Any]
) -> None:
    assert leaf.as_written() == written
    assert leaf.subject() == subject
