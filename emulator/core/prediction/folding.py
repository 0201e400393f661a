"""Comparing texts without regard to case and composition, with exact places in the text as sent.

Case folding and normalising change the length of some texts (ß, İ, a letter and its accent), so
that what is found in the folded text has to be led back.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import category, combining, is_normalized, name, normalize

_UNSPACED = frozenset(
    (
        *("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR"),
        *("TIBETAN", "HALFWIDTH"),
    )
)


class Folded(NamedTuple):
    """A text as it is compared; `spans` leads each of its characters back to where it was sent.

    Without `spans` the places are the same in both.
    """

    text: str
    spans: Sequence[tuple[int, int]] | None = None

    def back(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a stretch stands in the text as sent; None where it ends within a character."""
        if self.spans is None:
            return start, end
        spans = self.spans
        cut_before = start > 0 and spans[start - 1] == spans[start]
        if cut_before or (end < len(spans) and spans[end] == spans[end - 1]):
            return None
        return spans[start][0], spans[end - 1][1]


def fold(text: str) -> Folded:
    """The text in full case folding, its letters composed; İ is taken for an i."""
    if text.isascii():
        return Folded(text.lower())
    if is_normalized("NFC", text):
        folded = text.casefold()
        # Folding only ever lengthens: as long as before, every character is where it was.
        if len(folded) == len(text):
            return Folded(folded)
    return _fold_clusters(text)


def _fold_clusters(text: str) -> Folded:
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        part = normalize("NFC", normalize("NFC", text[start:end]).casefold())
        part = part.replace("i\u0307", "i")
        parts.append(part)
        spans.extend([(start, end)] * len(part))
    return Folded("".join(parts), spans)


_MOST_MARKS = 32


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Each character with what composes with it, of which a heap is cut."""
    start = 0
    for at in range(1, len(text)):
        follows = combining(text[at]) or "\u1160" <= text[at] <= "\u11ff"
        if not follows or at - start > _MOST_MARKS:
            yield start, at
            start = at
    if text:
        yield start, len(text)


def occurrences(phrase: str, folded: Folded, text: str) -> Iterator[tuple[int, int]]:
    """Where a folded phrase stands in a text as whole words."""
    start = folded.text.find(phrase) if phrase else -1
    while start >= 0:
        end = start + len(phrase)
        place = folded.back(start, end)
        if place is not None and is_whole(text, *place):
            yield place
            start = folded.text.find(phrase, end)
        else:
            start = folded.text.find(phrase, start + 1)


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word goes on across either end of a stretch.

    Scripts that put no blanks between words (Han, kana, Hangul, Thai …) have no such ends.
    """
    return not _joined(text, start) and not _joined(text, end)


def _joined(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    after = text[at]
    if is_mark(after):
        return True
    before = at - 1
    while before > 0 and is_mark(text[before]):
        before -= 1
    return in_spaced_word(after) and in_spaced_word(text[before])


def is_mark(character: str) -> bool:
    """Whether it belongs to the character before it: an accent, a vowel sign."""
    return character > "\x7f" and category(character)[0] == "M"


def in_spaced_word(character: str) -> bool:
    """Whether it is a letter, digit or `_` of a script that puts blanks between words."""
    if character.isascii():
        return character.isalnum() or character == "_"
    return character.isalnum() and script(character) not in _UNSPACED


def is_unspaced(character: str) -> bool:
    """Whether it is a letter of a script that puts no blanks between words."""
    return not character.isascii() and script(character) in _UNSPACED


def script(character: str) -> str:
    """The script of a letter, as the first word of its name in Unicode; else nothing."""
    if not (character.isalpha() or is_mark(character)):
        return ""
    return name(character, "").partition(" ")[0].partition("-")[0]
