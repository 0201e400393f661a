"""The visual model's heads and classes, in the order in which answers list them.

Classes from the visual class page [in the documents]; their order is the order of a recorded
answer of 2023 (heads by the age of the model, classes of a head in alphabetical order), and then
the heads which that recording lacks, in the order of the page, `no_` before `yes_` [our choice].
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Head:
    """One submodel: mutually exclusive classes whose scores sum to 1."""

    name: str
    classes: tuple[str, ...]
    negative: str

    @cached_property
    def negative_at(self) -> int:
        """The place of the negative class among the classes."""
        return self.classes.index(self.negative)


@dataclass(frozen=True, eq=False)
class VisualTaxonomy:
    """A model's heads, in order, under the name that configuration uses."""

    name: str
    heads: tuple[Head, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """For each class, the place of its head among the heads."""
        return {name: at for at, head in enumerate(self.heads) for name in head.classes}

    @property
    def classes(self) -> tuple[str, ...]:
        """Every class, in the order of answers."""
        return tuple(name for head in self.heads for name in head.classes)

    def with_heads(self, extra: Iterable[Head]) -> "VisualTaxonomy":
        """The same model with more heads at its end."""
        return VisualTaxonomy(self.name, (*self.heads, *extra))


def _pair(name: str) -> Head:
    return Head(name, (f"no_{name}", f"yes_{name}"), f"no_{name}")


def _head(name: str, negative: str, *positives: str) -> Head:
    return Head(name, tuple(sorted((negative, *positives))), negative)


RECORDED_2023_03 = VisualTaxonomy(
    "2023-03",
    (
        _head("nsfw", "general_not_nsfw_not_suggestive", "general_nsfw", "general_suggestive"),
        *map(_pair, ("female_underwear", "male_underwear", "sex_toy", "female_nudity")),
        *map(_pair, ("male_nudity", "female_swimwear", "male_shirtless")),
        _head("text", "no_text", "text"),
        _head("image_type", "natural", "animated", "hybrid"),
        _head("gun", "no_gun", "gun_in_hand", "gun_not_in_hand", "animated_gun"),
        _head(
            "knife",
            "no_knife",
            "knife_in_hand",
            "knife_not_in_hand",
            "culinary_knife_in_hand",
            "culinary_knife_not_in_hand",
        ),
        _head("blood", "no_blood", "very_bloody", "a_little_bloody", "other_blood"),
        *map(_pair, ("pills", "smoking")),
        _head("injectable", "no_injectables", "illicit_injectables", "medical_injectables"),
        *map(_pair, ("nazi", "kkk", "middle_finger", "terrorist", "overlay_text")),
        _pair("sexual_activity"),
        _head("hanging", "no_hanging_no_noose", "hanging", "noose"),
        _pair("realistic_nsfw"),
        _head("corpse", "no_corpse", "human_corpse", "animated_corpse"),
        *map(_pair, ("self_harm", "drawing", "emaciated_body", "child_present")),
        _pair("sexual_intent"),
        _head(
            "animal_genitalia",
            "no_animal_genitalia",
            "animal_genitalia_and_human",
            "animal_genitalia_only",
            "animated_animal_genitalia",
        ),
        *map(_pair, ("gambling", "undressed", "confederate")),
        _head("alcohol", "no_alcohol", "yes_drinking_alcohol", "yes_alcohol", "animated_alcohol"),
        _pair("religious_icon"),
    ),
)

_LATER = (
    *("bra", "panties", "negligee", "cleavage", "bodysuit", "miniskirt", "sports_bra"),
    *("sportswear_bottoms", "bulge", "fight", "animal_abuse", "child_safety", "marijuana"),
    "qr_code",
)

DOCS = VisualTaxonomy("docs", (*RECORDED_2023_03.heads, *map(_pair, _LATER)))

VISUAL_TAXONOMIES: Mapping[str, VisualTaxonomy] = {
    taxonomy.name: taxonomy for taxonomy in (DOCS, RECORDED_2023_03)
}
