"""The text model's classes, the severities each may have, and the orders that answers list them in.

Five classes and `promotions` on request [in the documents]; the set of nineteen was seen in a live
answer of January 2026 [observed], of which the wire order is lost: alphabetical is our choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

GRADED = (0, 1, 2, 3)
BINARY = (0, 3)
UNSUPPORTED = -1
"""The severity of a class that is not supported for the text's language."""


@dataclass(frozen=True, eq=False)
class TextTaxonomy:
    """The classes in the order of `output`, and in that of `moderated_classes`."""

    name: str
    classes: tuple[str, ...]
    moderated: tuple[str, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """For each class its place among the classes."""
        return {name: at for at, name in enumerate(self.classes)}

    @cached_property
    def clean(self) -> tuple[int, ...]:
        """Severity 0 for every class."""
        return (0,) * len(self.classes)

    def with_promotions(self) -> "TextTaxonomy":
        """The same classes with `promotions`, which stands last where it is not known already."""
        if "promotions" in self.places:
            return self
        return TextTaxonomy(
            self.name, (*self.classes, "promotions"), (*self.moderated, "promotions")
        )


TEXT_SEVERITIES: Mapping[str, tuple[int, ...]] = {
    "spam": BINARY,
    "sexual": GRADED,
    "hate": GRADED,
    "violence": GRADED,
    "bullying": GRADED,
    "promotions": BINARY,
    "child_exploitation": BINARY,
    "child_safety": GRADED,
    "drugs": GRADED,
    "gibberish": BINARY,
    "minor_explicitly_mentioned": BINARY,
    "minor_implicitly_mentioned": BINARY,
    "phone_number": BINARY,
    "redirection": GRADED,
    "self_harm": GRADED,
    "self_harm_intent": GRADED,
    "sexual_description": GRADED,
    "violent_description": GRADED,
    "weapons": GRADED,
}
"""Which severities a class may have, but for -1. Whether child_safety, redirection, self_harm,
self_harm_intent, sexual_description, violent_description and weapons are graded or binary is not
known; graded, which allows both, is our choice."""

DOCS = TextTaxonomy(
    "docs",
    ("spam", "sexual", "hate", "violence", "bullying"),
    ("sexual", "hate", "violence", "bullying", "spam"),
)
LIVE_2026_01 = TextTaxonomy(
    "2026-01", tuple(sorted(TEXT_SEVERITIES)), tuple(sorted(TEXT_SEVERITIES))
)

TEXT_TAXONOMIES: Mapping[str, TextTaxonomy] = {
    taxonomy.name: taxonomy for taxonomy in (DOCS, LIVE_2026_01)
}
