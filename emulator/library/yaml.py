"""YAML with places: plain values, and for every key and item the line it stands on.

Scalars are read as YAML 1.2 does, so that `NO` is a language, `12:30` a text and `on` a key.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from emulator.core.suggest import shown
from emulator.library.problems import Problems

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

MAX_DEPTH = 40
MAX_ALIASED = 100_000
"""How many values aliases may repeat in a file, so that a few lines cannot become millions."""

_INT = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,300}|[0-9]{1,300}(\.[0-9]{0,300})?)([eE][-+]?[0-9]{1,4})?")
_ALIAS = "while scanning an alias"
"""What the parser is about at a star that nothing protects."""
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


class Table(dict[str, Any]):
    """A mapping that knows its place, and that of each of its keys."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[str, int] = {}

    def where(self, key: str | None = None) -> str:
        """`file:line` of a key, or of the mapping itself."""
        line = self.line if key is None else self.lines.get(key, self.line)
        return f"{self.file}:{line}"


class Row(list[Any]):
    """A sequence that knows the place of each item."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: list[int] = []

    def where(self, at: int) -> str:
        """`file:line` of an item."""
        return f"{self.file}:{self.lines[at]}"


@dataclass(slots=True)
class _Builder:
    """Builds values straight from the parser's events.

    PyYAML's own composer calls itself for each level, and in C nothing stops it before the stack
    is full. An alias is the very value of its anchor, not a copy.
    """

    file: str
    events: Iterator[Any]
    problems: Problems
    nodes: int = 0
    aliased: int = 0
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)

    def documents(self) -> Iterator[tuple[int, Any]]:
        """The root of each document, and its line."""
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.anchors.clear()
                root = next(self.events)
                yield root.start_mark.line + 1, self._build(root, 0)

    def _build(self, event: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise _impossible(event, f"it is nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self.nodes
        self.nodes += 1
        value: Any
        if isinstance(event, yaml.MappingStartEvent):
            value = self._table(event, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._row(event, depth)
        else:
            value = _scalar(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = value, self.nodes - before
        return value

    def _alias(self, event: yaml.AliasEvent) -> Any:
        if event.anchor not in self.anchors:
            raise _impossible(event, f"found undefined alias {shown(event.anchor)}", _ALIAS)
        value, size = self.anchors[event.anchor]
        self.nodes += size
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            raise _impossible(event, f"its aliases repeat more than {MAX_ALIASED} values")
        return value

    def _table(self, start: Any, depth: int) -> Table:
        table = Table(self.file, start.start_mark.line + 1)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            plain = isinstance(event, yaml.ScalarEvent)
            key = str(event.value) if plain else ""
            if not plain:
                self._build(event, depth + 1)
                self.problems.add(f"{self.file}:{line}", "a key must be a plain word")
            elif key in table:
                told = f"the key {key!r} stands here for the second time"
                self.problems.add(f"{self.file}:{line}", f"{told} (line {table.lines[key]})")
            value = self._build(next(self.events), depth + 1)
            if plain:
                table[key] = value
                table.lines[key] = line
        return table

    def _row(self, start: Any, depth: int) -> Row:
        row = Row(self.file, start.start_mark.line + 1)
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            row.append(self._build(event, depth + 1))
            row.lines.append(event.start_mark.line + 1)
        return row


def _scalar(event: yaml.ScalarEvent) -> Any:
    text: str = event.value
    if event.style not in (None, ""):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def read_documents(path: Path, problems: Problems) -> Iterator[Table]:
    """The documents of a file, each of which must be a mapping; empty ones are passed over."""
    file = str(path)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.add(file, f"cannot be read: {_reason(error)}")
        return
    yield from parse_documents(text, file, problems)


def parse_documents(text: str, file: str, problems: Problems) -> Iterator[Table]:
    """The same for text that was read already; `file` is the name that problems give."""
    for line, value in parse_values(text, file, problems):
        if isinstance(value, Table):
            yield value
        elif value is not None:
            problems.add(f"{file}:{line}", f"expected a mapping, found {shown(value)}")


def parse_values(text: str, file: str, problems: Problems) -> Iterator[tuple[int, Any]]:
    """The root of each document of a text, whatever it is, and its line."""
    try:
        yield from _Builder(file, yaml.parse(text, Loader=_Loader), problems).documents()
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        line, said = _yaml_problem(error, text)
        problems.add(f"{file}:{line}", f"this is not valid YAML: {said}")


def _impossible(event: Any, what: str, context: str | None = None) -> yaml.MarkedYAMLError:
    mark = event.start_mark
    return yaml.MarkedYAMLError(context, mark, problem=what, problem_mark=mark)


def _yaml_problem(error: yaml.YAMLError | UnicodeEncodeError, text: str) -> tuple[int, str]:
    """The line of what is wrong, and what it is."""
    if isinstance(error, UnicodeEncodeError):
        return _place(text, error.start), "half a character is not allowed"
    if isinstance(error, yaml.reader.ReaderError):
        # Its position counts bytes or characters, as the parser is in C or not.
        at = text.index(chr(error.character))
        return _place(text, at), f"{error.reason} (U+{error.character:04X})"
    marked: Any = error
    mark = marked.problem_mark or marked.context_mark
    return mark.line + 1, f"{marked.problem} (column {mark.column + 1}){_context(marked)}"


def _context(error: Any) -> str:
    """What the parser was about, where that helps to find what is wrong."""
    if error.context == _ALIAS:
        return ": a text that begins with '*' must stand in quotes"
    begin, end = error.context_mark, error.problem_mark
    if begin is None or end is None or begin.line == end.line:
        return ""
    return f", {error.context} that begins on line {begin.line + 1}"


def _place(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 ({error.reason} at byte {error.start})"
    return error.strerror or str(error)
