"""The visual heads and classes, against what the documents list and a recorded answer showed."""

import pytest

from emulator.core.taxonomy.visual import (
    DOCS,
    RECORDED_2023_03,
    VISUAL_TAXONOMIES,
    Head,
    VisualTaxonomy,
)

RECORDED_ORDER = [
    "general_not_nsfw_not_suggestive general_nsfw general_suggestive",
    "no_female_underwear yes_female_underwear",
    "no_male_underwear yes_male_underwear",
    "no_sex_toy yes_sex_toy",
    "no_female_nudity yes_female_nudity",
    "no_male_nudity yes_male_nudity",
    "no_female_swimwear yes_female_swimwear",
    "no_male_shirtless yes_male_shirtless",
    "no_text text",
    "animated hybrid natural",
    "animated_gun gun_in_hand gun_not_in_hand no_gun",
    "culinary_knife_in_hand culinary_knife_not_in_hand knife_in_hand knife_not_in_hand no_knife",
    "a_little_bloody no_blood other_blood very_bloody",
    "no_pills yes_pills",
    "no_smoking yes_smoking",
    "illicit_injectables medical_injectables no_injectables",
    "no_nazi yes_nazi",
    "no_kkk yes_kkk",
    "no_middle_finger yes_middle_finger",
    "no_terrorist yes_terrorist",
    "no_overlay_text yes_overlay_text",
    "no_sexual_activity yes_sexual_activity",
    "hanging no_hanging_no_noose noose",
    "no_realistic_nsfw yes_realistic_nsfw",
    "animated_corpse human_corpse no_corpse",
    "no_self_harm yes_self_harm",
    "no_drawing yes_drawing",
    "no_emaciated_body yes_emaciated_body",
    "no_child_present yes_child_present",
    "no_sexual_intent yes_sexual_intent",
    (
        "animal_genitalia_and_human animal_genitalia_only animated_animal_genitalia "
        "no_animal_genitalia"
    ),
    "no_gambling yes_gambling",
    "no_undressed yes_undressed",
    "no_confederate yes_confederate",
    "animated_alcohol no_alcohol yes_alcohol yes_drinking_alcohol",
    "no_religious_icon yes_religious_icon",
]

ONLY_IN_THE_DOCUMENTS = [
    f"no_{name} yes_{name}"
    for name in (
        "bra",
        "panties",
        "negligee",
        "cleavage",
        "bodysuit",
        "miniskirt",
        "sports_bra",
        "sportswear_bottoms",
        "bulge",
        "fight",
        "animal_abuse",
        "child_safety",
        "marijuana",
        "qr_code",
    )
]


@pytest.fixture(params=[*VISUAL_TAXONOMIES.values()], ids=[*VISUAL_TAXONOMIES])
def taxonomy(request: pytest.FixtureRequest) -> VisualTaxonomy:
    found = request.param
    assert isinstance(found, VisualTaxonomy)
    return found


def written(taxonomy: VisualTaxonomy) -> list[str]:
    return [" ".join(head.classes) for head in taxonomy.heads]


def test_the_recorded_answer_of_2023_is_reproduced_class_by_class() -> None:
    assert written(RECORDED_2023_03) == RECORDED_ORDER
    assert (len(RECORDED_2023_03.heads), len(RECORDED_2023_03.classes)) == (36, 88)


def test_the_documented_classes_follow_in_the_order_of_the_page() -> None:
    assert written(DOCS) == RECORDED_ORDER + ONLY_IN_THE_DOCUMENTS
    assert (len(DOCS.heads), len(DOCS.classes)) == (50, 116)


def test_configuration_names_the_two_taxonomies() -> None:
    assert VISUAL_TAXONOMIES == {"docs": DOCS, "2023-03": RECORDED_2023_03}


def test_no_class_and_no_head_occurs_twice(taxonomy: VisualTaxonomy) -> None:
    assert len(set(taxonomy.classes)) == len(taxonomy.classes)
    assert len({head.name for head in taxonomy.heads}) == len(taxonomy.heads)


def test_classes_of_a_head_are_in_alphabetical_order(taxonomy: VisualTaxonomy) -> None:
    for head in taxonomy.heads:
        assert list(head.classes) == sorted(head.classes)


def test_the_negative_class_is_the_one_that_says_no_or_natural(taxonomy: VisualTaxonomy) -> None:
    odd = {"nsfw": "general_not_nsfw_not_suggestive", "image_type": "natural"}
    for head in taxonomy.heads:
        expected = odd.get(head.name) or next(
            name for name in head.classes if name.startswith("no_")
        )
        assert head.negative == expected
        assert head.classes[head.negative_at] == head.negative


def test_the_place_of_a_class_is_that_of_its_head(taxonomy: VisualTaxonomy) -> None:
    assert set(taxonomy.places) == set(taxonomy.classes)
    for name, at in taxonomy.places.items():
        assert name in taxonomy.heads[at].classes


def test_extra_heads_stand_at_the_end_and_the_taxonomy_stays_as_it_was() -> None:
    furry = Head("furry", ("furry-no_furry", "furry-yes_furry"), "furry-no_furry")
    extended = DOCS.with_heads(iter([furry]))
    assert extended.heads == (*DOCS.heads, furry)
    assert extended.places["furry-yes_furry"] == 50
    assert "furry-yes_furry" not in DOCS.places
