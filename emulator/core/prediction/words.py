"""The words that texts are looked through for, as they were read."""

from dataclasses import dataclass, field

from emulator.core.prediction.lexicon import Lexicon
from emulator.core.prediction.profanity import Profanity


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """What counts as profanity, and what severities are guessed from."""

    profanity: Profanity = field(default_factory=lambda: Profanity(()))
    lexicon: Lexicon = field(default_factory=Lexicon)
