"""Words from YAML: what counts as profanity, and what severities are guessed from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.core.prediction.lexicon import Entry, Lexicon
from emulator.core.prediction.profanity import Profanity, reading_of
from emulator.core.prediction.words import Words
from emulator.core.suggest import shown
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.library import reading
from emulator.library.bundled import bundled
from emulator.library.kinds import is_for
from emulator.library.loading import files_of
from emulator.library.problems import Problems
from emulator.library.reading import Reader
from emulator.library.yaml import Row, Table, read_documents

WORDS_KEYS = ("profanity", "lexicon")
_LONGEST = 64


@dataclass(slots=True)
class Read:
    """What was read so far."""

    profanity: list[str] = field(default_factory=list)
    lexicon: list[Entry] = field(default_factory=list)

    def made(self) -> Words:
        """All of it, ready to be asked."""
        return Words(Profanity(self.profanity), Lexicon(self.lexicon))


def load_words(
    paths: Iterable[Path], problems: Problems | None = None, *, asked: str = ""
) -> Words:
    """The words of files, or of folders, beside the bundled ones.

    `LibraryError` with everything that is wrong in them, unless `problems` are there to take it.
    `asked` says who named the paths.
    """
    collected = Problems() if problems is None else problems
    read = Read()
    files = [file for path in paths for file in files_of(path, collected, asked)]
    for file in (*files, *files_of(bundled("words"), collected)):
        for document in read_documents(file, collected):
            if is_for("words", document, collected):
                read_words(document, collected, read)
    if problems is None:
        collected.raise_if_any()
    return read.made()


def read_words(document: Table, problems: Problems, read: Read) -> None:
    """Add the words of one document to what was read."""
    reader = Reader(document, problems)
    reader.only("a file of words", WORDS_KEYS)
    if "profanity" in document:
        read.profanity += _each(reader, "profanity", document["profanity"], _word)
    table = reader.table_at("lexicon")
    for name in table or ():
        read.lexicon += _class(Reader(document["lexicon"], problems), name)


def _class(reader: Reader, name: str) -> list[Entry]:
    if name not in TEXT_SEVERITIES:
        reader.unknown(name, "a lexicon", list(TEXT_SEVERITIES))
        return []
    table = reader.table_at(name)
    if table is None:
        return []
    inner = Reader(table, reader.problems)
    possible = [str(one) for one in TEXT_SEVERITIES[name] if one]
    inner.only(f"the class {name!r} of a lexicon", possible)
    return [
        Entry(phrase, name, int(severity))
        for severity, phrases in table.items()
        if severity in possible
        for phrase in _each(inner, severity, phrases, reading.text)
    ]


def _each(reader: Reader, key: str, found: Any, read: reading.Read[str]) -> list[str]:
    """The texts of a list, each told with its own line where it is none."""
    if not isinstance(found, Row) or not found:
        reader.wrong(key, f"{key}: expected a list with at least one, found {shown(found)}")
        return []
    texts = []
    for at, item in enumerate(found):
        try:
            texts.append(read(item))
        except ValueError as error:
            reader.problems.add(found.where(at), f"{key}: expected {error}, found {shown(item)}")
    return texts


def _word(value: Any) -> str:
    """One word, of letters that are compared."""
    word = reading.text(value)
    letters = reading_of(word)
    if len(word) > _LONGEST or len(letters) < 2 or not letters.replace("*", "").isalnum():
        raise ValueError(
            f"one word of 2 to {_LONGEST} letters (phrases go into custom_classes of a project)"
        )
    return word
