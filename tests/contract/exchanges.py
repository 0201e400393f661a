"""Exchanges as data: what is sent and what has to come back, compared key by key in their order.

Every YAML file in a folder beside this one is walked: to add an exchange is to add a file, or to
write into one. A file holds `exchanges`, each with a `name`, a `mark` (how sure it is that Hive
does so), a `source` and `steps`, and may hold `defaults` for what they send. Before its steps an
exchange may have `rules`, `actions` (their webhooks), `fixtures` and a `scenario` for its sandbox,
and the `config` of a server of its own. A step does one thing:

- `send` makes a call; the fields of its body stand under `json`, `form`, `multipart` or `content`,
  beside `path`, `key` (or a whole `authorization`), `host`, `prefix` and `method`; `upload` names a
  picture, or is the bytes of one, `filename` what it is called;
- `act` is the moderator, `advance` lets time pass, `run: until idle` lets all of it happen;
- `look` asks the control API, `received` takes the next callback or webhook that came.

And it says what has to come back: a `status` (200 when left out) and the whole `answer`, or `as
printed` JSON (`part as printed` where a print is cut off), with the places where another value of
the same type is right (`but`), those that are not answered so (`except`) and those that the print
lacks (`beyond`), each with its reason; or, of the answer, a `part`, the names of the rules that it
`triggers`, or a part of its `items`; of a result the names of its `classes` in their order and some
of its `scores`, both frame by frame. In place of a value may stand a kind in angle brackets, such
as `<moment>`; what ends with `task` or `id` stands for one and the same value in all of the
exchange, and `<task 2>` for another one. What is sent may hold `{task}` and `{task 2}`, and
`{receiver}` for the address that callbacks come to.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MARKS = ("in the documents", "documented elsewhere", "observed", "our choice")
"""How sure it is that Hive does so."""
FIELDS = {
    *("name", "mark", "source", "config", "scenario", "rules", "actions", "fixtures", "steps"),
}
DOES = ("send", "act", "advance", "run", "look", "received")
PRINTS = ("as printed", "part as printed")
SAYS = ("answer", *PRINTS, "part", "triggers", "items", "classes", "scores")
OF_A_PRINT = ("but", "except", "beyond")
"""What a step may do, and what it may say of what comes back."""

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def written(pattern: str) -> Callable[[object], bool]:
    whole = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and whole.fullmatch(value) is not None


def is_classes(value: object, many: int) -> bool:
    """So many objects of a class and its score."""
    return (
        isinstance(value, list)
        and len(value) == many
        and all(isinstance(one, dict) and [*one] == ["class", "score"] for one in value)
    )


KINDS: Mapping[str, Callable[[object], bool]] = {
    "task": written(UUID),
    "rule id": written(r"[A-Za-z0-9]{22}"),
    "content id": written(rf"[A-Za-z0-9]{{22}}_{MOMENT}_[A-Za-z0-9]{{22}}_.*"),
    "moment": written(MOMENT),
    "hash": written(r"[0-9a-f]{32}"),
    "integer": lambda value: type(value) is int,
    "score": lambda value: isinstance(value, float) and 0 < value < 1,
    "classes": lambda value: is_classes(value, 116),
    "recorded classes": lambda value: is_classes(value, 88),
    "text": lambda value: isinstance(value, str),
}
"""The values that may be in place of a kind; `<task 2>` is another task than `<task>`."""
TYPES = {"integer": int, "score": float, "classes": list, "recorded classes": list}
"""What a document has to print for these; for all others it is a text."""
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
    [print_] = [step[name] for name in PRINTS if name in step]
    answer = parsed(print_)
    for path in step.get("except", {}):
        inner, last = place(answer, path)
        del inner[last]
    for path, kind in step.get("but", {}).items():
        inner, last = place(answer, path)
        printed = inner[last]
        allowed = _KIND.fullmatch(kind) if isinstance(kind, str) else None
        if allowed is not None and allowed[1] in TYPES:
            assert isinstance(printed, TYPES[allowed[1]]), (
                f"{path}: the document prints {printed!r}"
            )
        else:
            assert type(printed) is type(kind), f"{path}: the document prints {printed!r}"
        inner[last] = kind
    return answer


def without(answer: Any, paths: Iterable[str]) -> Any:
    """An answer without what a print lacks; `KeyError` where it does not have that."""
    answer = deepcopy(answer)
    for path in paths:
        inner, last = place(answer, path)
        del inner[last]
    return answer


def place(whole: Any, path: str) -> tuple[Any, Any]:
    """What holds the value at a path such as `status.0.response`, and under which name."""
    *way, last = [int(name) if name.isdecimal() else name for name in path.split(".")]
    for name in way:
        whole = whole[name]
    return whole, last


@dataclass(frozen=True)
class Exchange:
    """One of them, and where it stands."""

    file: str
    data: Mapping[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)

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
            if unknown := step.keys() - {*DOES, *SAYS, *OF_A_PRINT, "status", "refuses"}:
                yield f"step {at} has unknown fields: {unknown}"


def exchanges_in(folder: Path) -> Iterator[Exchange]:
    """All exchanges in the files of the folders in a folder, in the order of their names."""
    for file in sorted(folder.glob("*/*.yaml")):
        document = yaml.safe_load(file.read_text("utf-8"))
        unknown = document.keys() - {"exchanges", "defaults"}
        assert not unknown, f"{file} has unknown keys: {unknown}"
        name = file.relative_to(folder).as_posix()
        for data in document["exchanges"]:
            yield Exchange(name, data, document.get("defaults", {}))


EXCHANGES = tuple(exchanges_in(Path(__file__).parent))
"""Every exchange there is."""
