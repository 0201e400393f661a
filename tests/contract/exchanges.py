"""Exchanges as data: what is sent and what has to come back, compared key by key in their order.

A file holds `exchanges`, each with a `name`, a `mark` (how sure it is that Hive does so), a
`source` and `steps`. Before its steps it may have `rules`, `actions` (their webhooks) and
`fixtures` for its sandbox, and `keys: declared` for a server that takes no others. A step does one
thing:

- `send` makes a call; the fields of its body stand under `json`, `form`, `multipart` or `content`,
  beside `path`, `key` (or a whole `authorization`), `host` and `prefix`, which have defaults;
- `act` is the moderator, `advance` lets time pass, `run: until idle` lets all of it happen;
- `look` asks the control API, `received` takes the next callback or webhook that came.

And it says what has to come back: a `status` (200 when left out) and the whole `answer`, or `as
printed` JSON with the places (`but`) where another value of the same type is right; or, of the
answer, a `part`, the names of the rules that it `triggers`, or a part of its `items`. In place of a
value may stand a kind in angle brackets, such as `<moment>`; what ends with `task` or `id` stands
for one and the same value in all of the exchange, and `<task 2>` for another one.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MARKS = ("in the documents", "documented elsewhere", "observed", "our choice")
"""How sure it is that Hive does so."""
FIELDS = {"name", "mark", "source", "rules", "actions", "fixtures", "keys", "steps"}
DOES = ("send", "act", "advance", "run", "look", "received")
SAYS = ("answer", "as printed", "part", "triggers", "items")
"""What a step may do, and what it may say of what comes back."""

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def written(pattern: str) -> Callable[[object], bool]:
    whole = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and whole.fullmatch(value) is not None


KINDS: Mapping[str, Callable[[object], bool]] = {
    "task": written(UUID),
    "rule id": written(r"[A-Za-z0-9]{22}"),
    "content id": written(rf"[A-Za-z0-9]{{22}}_{MOMENT}_[A-Za-z0-9]{{22}}_.*"),
    "moment": written(MOMENT),
    "hash": written(r"[0-9a-f]{32}"),
    "integer": lambda value: type(value) is int,
    "classes": lambda value: isinstance(value, list) and len(value) == 116,
    "text": lambda value: isinstance(value, str),
}
"""The values that may be in place of a kind; `<task 2>` is another task than `<task>`."""
_KIND = re.compile(r"<([a-z ]+?)( \d+)?>")
_ALWAYS_THE_SAME = ("task", "id")


@dataclass
class Comparison:
    """What was found to be different, and how much was looked at; knows the values of kinds."""

    compared: int = 0
    differences: list[str] = field(default_factory=list)
    known: dict[str, object] = field(default_factory=dict)

    def whole(self, expected: Any, found: Any, at: str = "") -> None:
        """Everything is as expected: keys and their order, types and values."""
        self._compare(expected, found, at, partly=False)

    def part(self, expected: Any, found: Any, at: str = "") -> None:
        """What is expected is there, in that order; there may be other keys."""
        self._compare(expected, found, at, partly=True)

    def _compare(self, expected: Any, found: Any, at: str, *, partly: bool) -> None:
        kind = _KIND.fullmatch(expected) if isinstance(expected, str) else None
        if kind is not None:
            self._is_of_kind(kind, found, at)
        elif isinstance(expected, dict):
            self._compare_objects(expected, found, at, partly=partly)
        elif isinstance(expected, list):
            self._compare_arrays(expected, found, at, partly=partly)
        else:
            self.check(expected, found, at)

    def _is_of_kind(self, kind: re.Match[str], found: object, at: str) -> None:
        self.compared += 1
        if not KINDS[kind[1]](found):
            self.differences.append(f"{at}: {found!r} is no {kind[1]}")
        elif kind[1].endswith(_ALWAYS_THE_SAME):
            same = self.known.setdefault(kind[0], found)
            if found != same:
                self.differences.append(f"{at}: {kind[0]} is {found!r} here and was {same!r}")

    def _compare_objects(
        self, expected: Mapping[str, Any], found: Any, at: str, *, partly: bool
    ) -> None:
        if not isinstance(found, dict):
            self.check(expected, found, at)
            return
        keys = [key for key in found if key in expected]
        self.check([*expected], keys if partly else [*found], at)
        for key in keys:
            self._compare(expected[key], found[key], f"{at}.{key}", partly=partly)

    def _compare_arrays(
        self, expected: Sequence[Any], found: Any, at: str, *, partly: bool
    ) -> None:
        if not isinstance(found, list):
            self.check(expected, found, at)
            return
        self.check(len(expected), len(found), f"{at}, its length")
        for number, (one, other) in enumerate(zip(expected, found, strict=False)):
            self._compare(one, other, f"{at}[{number}]", partly=partly)

    def check(self, expected: object, found: object, at: str) -> None:
        """Two values are the same, and of the same type."""
        self.compared += 1
        if type(expected) is not type(found) or expected != found:
            self.differences.append(f"{at or 'the whole'}: expected {expected!r}, found {found!r}")


def parsed(body: bytes | str) -> Any:
    """JSON in which no key stands twice."""

    def unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        assert len(found) == len(pairs), f"a key stands twice among {[key for key, _ in pairs]}"
        return found

    return json.loads(body, object_pairs_hook=unique)


def as_printed(step: Mapping[str, Any]) -> Any:
    """The answer that a document prints, with the kinds of what is ours to choose in it."""
    answer = parsed(step["as printed"])
    for path, kind in step.get("but", {}).items():
        *way, last = [int(name) if name.isdecimal() else name for name in path.split(".")]
        inner = answer
        for name in way:
            inner = inner[name]
        printed = inner[last]
        allowed = _KIND.fullmatch(kind) if isinstance(kind, str) else None
        if allowed is not None and allowed[1] == "integer":
            assert KINDS[allowed[1]](printed), f"{path}: the document prints {printed!r}"
        else:
            assert type(printed) is type(kind), f"{path}: the document prints {printed!r}"
        inner[last] = kind
    return answer


@dataclass(frozen=True)
class Exchange:
    """One of them, and where it stands."""

    file: str
    data: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.data["name"])

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        steps: Sequence[Mapping[str, Any]] = self.data["steps"]
        return steps

    @property
    def problems(self) -> Iterator[str]:
        """What is wrong with the data themselves."""
        if missing := {"name", "mark", "source", "steps"} - self.data.keys():
            yield f"it lacks {missing}"
        if unknown := self.data.keys() - FIELDS:
            yield f"it has unknown fields: {unknown}"
        if self.data.get("mark") not in MARKS:
            yield f"its mark is none of {MARKS}"
        if not str(self.data.get("source") or ""):
            yield "it has no source"
        for at, step in enumerate(self.data.get("steps", ())):
            if sum(name in step for name in DOES) != 1:
                yield f"step {at} does not do one thing of {DOES}"
            if unknown := step.keys() - {*DOES, *SAYS, "status", "but", "refuses"}:
                yield f"step {at} has unknown fields: {unknown}"


def exchanges_in(folder: Path) -> list[Exchange]:
    """All exchanges of a folder, in the order of their files."""
    return [
        Exchange(file.name, data)
        for file in sorted(folder.glob("*.yaml"))
        for data in yaml.safe_load(file.read_text("utf-8"))["exchanges"]
    ]
