"""The sections of Hive's page of visual classes, each with its heads [in the documents]."""

from collections.abc import Mapping

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Sexual": (
        *("nsfw", "sexual_activity", "realistic_nsfw", "female_underwear", "bra", "panties"),
        *("negligee", "male_underwear", "sex_toy", "cleavage", "female_nudity", "male_nudity"),
        *("female_swimwear", "bodysuit", "miniskirt", "sports_bra", "sportswear_bottoms", "bulge"),
        *("male_shirtless", "sexual_intent", "undressed", "animal_genitalia"),
    ),
    "Violence": (
        *("gun", "knife", "blood", "hanging", "corpse", "emaciated_body", "self_harm", "fight"),
        *("animal_abuse", "child_safety"),
    ),
    "Drugs and other vices": (
        *("pills", "injectable", "smoking", "marijuana", "gambling", "alcohol"),
    ),
    "Hate": ("nazi", "terrorist", "kkk", "confederate", "middle_finger"),
    "Other attributes": (
        *("text", "overlay_text", "child_present", "religious_icon", "drawing", "image_type"),
        "qr_code",
    ),
}
OWN = "Heads of your own"
_OF = {head: section for section, heads in SECTIONS.items() for head in heads}


def section_of(head: str) -> str:
    """The section of a head; one of its own for those that no page knows."""
    return _OF.get(head, OWN)
