"""The text classes, their orders, and the severities each may have."""

import pytest

from emulator.core.taxonomy.text import (
    DOCS,
    LIVE_2026_01,
    TEXT_SEVERITIES,
    TEXT_TAXONOMIES,
    TextTaxonomy,
)

ORDER = ("spam", "sexual", "hate", "violence", "bullying")
MODERATED = ("sexual", "hate", "violence", "bullying", "spam")


def test_the_documented_classes_have_one_order_in_output_and_another_in_moderated_classes() -> None:
    assert DOCS.classes == ORDER
    assert DOCS.moderated == MODERATED


def test_promotions_stand_last_in_both_orders_and_on_request_only() -> None:
    asked = DOCS.with_promotions()
    assert asked.classes == (*ORDER, "promotions")
    assert asked.moderated == (*MODERATED, "promotions")
    assert "promotions" not in DOCS.places


def test_promotions_are_not_added_where_they_are_known_already() -> None:
    assert LIVE_2026_01.with_promotions() is LIVE_2026_01


def test_the_live_answer_of_2026_had_nineteen_classes() -> None:
    assert (
        LIVE_2026_01.classes
        == LIVE_2026_01.moderated
        == (
            "bullying",
            "child_exploitation",
            "child_safety",
            "drugs",
            "gibberish",
            "hate",
            "minor_explicitly_mentioned",
            "minor_implicitly_mentioned",
            "phone_number",
            "promotions",
            "redirection",
            "self_harm",
            "self_harm_intent",
            "sexual",
            "sexual_description",
            "spam",
            "violence",
            "violent_description",
            "weapons",
        )
    )


def test_configuration_names_the_two_taxonomies() -> None:
    assert TEXT_TAXONOMIES == {"docs": DOCS, "2026-01": LIVE_2026_01}


@pytest.mark.parametrize("name", ["sexual", "hate", "violence", "bullying", "drugs"])
def test_a_graded_class_has_four_severities(name: str) -> None:
    assert TEXT_SEVERITIES[name] == (0, 1, 2, 3)


@pytest.mark.parametrize(
    "name",
    [
        "spam",
        "promotions",
        "child_exploitation",
        "gibberish",
        "phone_number",
        "minor_explicitly_mentioned",
        "minor_implicitly_mentioned",
    ],
)
def test_a_binary_class_is_0_or_3(name: str) -> None:
    assert TEXT_SEVERITIES[name] == (0, 3)


@pytest.mark.parametrize("taxonomy", [DOCS, DOCS.with_promotions(), LIVE_2026_01])
def test_places_and_the_clean_severities_fit_the_classes(taxonomy: TextTaxonomy) -> None:
    assert [taxonomy.classes[at] for at in taxonomy.places.values()] == list(taxonomy.places)
    assert taxonomy.clean == (0,) * len(taxonomy.classes)
    assert set(taxonomy.classes) <= set(TEXT_SEVERITIES)
    assert sorted(taxonomy.moderated) == sorted(taxonomy.classes)
