"""YAML with places: plain values, and for every key and item the line it stands on.

Scalars are read as YAML 1.2 does, so that `NO` is a language, `12:30` a text and `on` a key.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from emulator.core.suggest import shown
from emulator.library.problems import Problems

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

MAX_DEPTH = 40
MAX_NODES = 2_000_000
"""Aliases count each time they are used, so that a few lines cannot become gigabytes."""

_INT = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
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


class TooMuch(ValueError):
    """More nodes, or deeper ones, than a file may have."""


@dataclass(slots=True)
class _Builder:
    file: str
    problems: Problems
    nodes: int = 0

    def build(self, node: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise TooMuch(f"it is nested deeper than {MAX_DEPTH} levels")
        if self.nodes > MAX_NODES:
            raise TooMuch(f"with its aliases it has more than {MAX_NODES} values")
        if isinstance(node, yaml.MappingNode):
            return self._table(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return self._row(node, depth)
        return _scalar(node)

    def _table(self, node: yaml.MappingNode, depth: int) -> Table:
        table = Table(self.file, node.start_mark.line + 1)
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.add(f"{self.file}:{line}", "a key must be a plain word")
                continue
            key = str(key_node.value)
            if key in table:
                told = f"the key {key!r} stands here for the second time"
                self.problems.add(f"{self.file}:{line}", f"{told} (line {table.lines[key]})")
            table[key] = self.build(value_node, depth + 1)
            table.lines[key] = line
        return table

    def _row(self, node: yaml.SequenceNode, depth: int) -> Row:
        row = Row(self.file, node.start_mark.line + 1)
        for item in node.value:
            row.append(self.build(item, depth + 1))
            row.lines.append(item.start_mark.line + 1)
        return row


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style not in (None, ""):
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
    try:
        for node in yaml.compose_all(text, Loader=_Loader):
            value = _Builder(file, problems).build(node)
            if isinstance(value, Table):
                yield value
            elif value is not None:
                line = node.start_mark.line + 1
                problems.add(f"{file}:{line}", f"expected a mapping, found {shown(value)}")
    except (yaml.YAMLError, TooMuch, RecursionError) as error:
        problems.add(*_yaml_problem(error, file))


def _yaml_problem(error: Exception, file: str) -> tuple[str, str]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return file, f"this is not valid YAML: {error}"
    said = getattr(error, "problem", None) or "something is wrong here"
    return f"{file}:{mark.line + 1}", f"this is not valid YAML: {said} (column {mark.column + 1})"


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 ({error.reason} at byte {error.start})"
    return error.strerror or str(error)
