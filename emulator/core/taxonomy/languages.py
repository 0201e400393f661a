"""Which classes are moderated in which language.

Hive moderates text in about 30 languages, not every class in each [documented elsewhere]; the table
itself could not be read, so this one is our choice. A project may have its own.
"""

from collections.abc import Mapping

from emulator.core.taxonomy.text import TEXT_SEVERITIES

DEFAULT_LANGUAGE = "EN"
UNSUPPORTED_LANGUAGE = "UNSUPPORTED"

_ALL = frozenset(TEXT_SEVERITIES)
_FOUR = frozenset(("sexual", "hate", "violence", "bullying"))
"""What speech is moderated for [in the documents]."""

LANGUAGES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("EN", "AR", "DE", "ES", "FR", "HI", "IT", "JA", "KO", "PT", "RU", "ZH"), _ALL),
    **dict.fromkeys(("CS", "DA", "EL", "FA", "FI", "HE", "HU", "ID", "MS", "NL"), _FOUR),
    **dict.fromkeys(("NO", "PL", "RO", "SV", "TH", "TL", "TR", "UK", "VI"), _FOUR),
}
"""All classes for the languages that text in pictures is moderated in [documented elsewhere]; for
the others those of speech."""
