"""Conditions from YAML: what rules ask of a post and its patron, and policies of an answer."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import isfinite
from typing import Any

from emulator.core.conditions import PATRON_STATES, AllOf, AnyOf, Condition, Count, Not
from emulator.core.conditions.comparing import OPERATORS, Bound, Comparison, Scalar
from emulator.core.conditions.others import METADATA, Metadata, PatronState, Visual
from emulator.core.conditions.texts import (
    CustomClass,
    Language,
    PersonalData,
    Profanity,
    Text,
    TextContainsAny,
)
from emulator.core.duration import parse_duration
from emulator.core.prediction.directives import LANGUAGE_EXPECTED
from emulator.core.suggest import did_you_mean, listed, shown
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.core.taxonomy.visual import VisualTaxonomy
from emulator.library import reading
from emulator.library.problems import Problems
from emulator.library.reading import Reader
from emulator.library.yaml import Table

MOST_SEVERE = 1000
"""No severity is near it; one that a class never has is a warning, as it is of the right kind."""
MOST_POSTS = 10**6
_LANGUAGE = re.compile("[A-Z]{2}|UNSUPPORTED", re.ASCII)


def read_condition(table: Table, problems: Problems, taxonomy: VisualTaxonomy) -> Condition | None:
    """The condition that a mapping is: all of its keys hold. None where something in it is wrong.

    The taxonomy has every visual class that may be asked for.
    """
    return _Conditions(taxonomy, problems).condition(table)


@dataclass(frozen=True, slots=True)
class _Conditions:
    """Reads conditions; `counted` are those of the posts that a count counts."""

    taxonomy: VisualTaxonomy
    problems: Problems
    counted: bool = False

    def condition(self, table: Table) -> Condition | None:
        """The condition that a mapping is."""
        reader = Reader(table, self.problems)
        before = len(self.problems.found)
        if not table:
            reader.wrong(None, f"a condition is empty: it needs at least one of {_KEYS}")
        reader.only("a condition", CONDITIONS)
        parts = [
            part
            for key in table
            if key in CONDITIONS
            for part in CONDITIONS[key](self, reader, key)
        ]
        if len(self.problems.found) > before or not parts:
            return None
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def several(self, reader: Reader, key: str) -> Iterator[Condition]:
        """`all` or `any` of a list of conditions."""
        if reader.table[key] in (None, []):
            reader.wrong(key, f"{key} is empty: expected a list of at least one condition")
        parts = [self.condition(table) for table in reader.tables_at(key)]
        good = tuple(part for part in parts if part is not None)
        if good and len(good) == len(parts):
            yield (AllOf if key == "all" else AnyOf)(good)

    def opposite(self, reader: Reader, key: str) -> Iterator[Condition]:
        """The opposite of a condition."""
        table = reader.table_at(key)
        part = None if table is None else self.condition(table)
        if part is not None:
            yield Not(part)

    def visual(self, reader: Reader, key: str) -> Iterator[Condition]:
        """Scores by class."""
        for inner, name in self._classes(
            reader, key, self.taxonomy.places, "general_nsfw: {gte: 0.9}"
        ):
            comparison = _comparison(inner, name, _number, "{gte: 0.9}")
            if comparison is not None:
                yield Visual(name, comparison)

    def text(self, reader: Reader, key: str) -> Iterator[Condition]:
        """Severities by class."""
        severity = reading.whole(-MOST_SEVERE, MOST_SEVERE)
        for inner, name in self._classes(reader, key, TEXT_SEVERITIES, "hate: {gte: 2}"):
            comparison = _comparison(inner, name, severity, "{gte: 2}")
            if comparison is not None:
                yield Text(name, comparison)

    def _classes(
        self, reader: Reader, key: str, known: Collection[str], example: str
    ) -> Iterator[tuple[Reader, str]]:
        """The known classes of a mapping that has some, each with a reader of it."""
        inner = _filled(reader, key, f"a class, such as {{{example}}}")
        if inner is None:
            return
        for name in inner.table:
            if name in known:
                yield inner, name
            else:
                hint = did_you_mean(name, known)
                hint = hint or f" {len(known)} are known, such as {listed(known, 4)}"
                inner.wrong(name, f"{name!r} is no {key} class.{hint}")

    def metadata(self, reader: Reader, key: str) -> Iterator[Condition]:
        """Values by their keys."""
        whose = next(one for one, written in METADATA.items() if written == key)
        inner = _filled(reader, key, "a key, such as {verified: true}")
        if inner is None:
            return
        for name in inner.table:
            comparison = _comparison_or_equal(inner, name)
            if comparison is not None:
                yield Metadata(whose, name, comparison)

    def phrases(self, reader: Reader, key: str) -> Iterator[Condition]:
        """Phrases of which a text contains one."""
        words = reader.get(key, reading.texts, None)
        if words is not None:
            yield TextContainsAny(words)

    def profanity(self, reader: Reader, key: str) -> Iterator[Condition]:
        """Nothing but `true`."""
        if reader.get(key, _true, None):
            yield Profanity()

    def personal_data(self, reader: Reader, key: str) -> Iterator[Condition]:
        """`true`, or types."""
        types = reader.get(key, _true_or_texts, None)
        if types is not None:
            yield PersonalData(types)

    def custom_class(self, reader: Reader, key: str) -> Iterator[Condition]:
        """Custom classes of which a text has one."""
        words = reader.get(key, reading.texts, None)
        if words is not None:
            yield CustomClass(words)

    def language(self, reader: Reader, key: str) -> Iterator[Condition]:
        """Languages of which a text's is one."""
        words = reader.get(key, _languages, None)
        if words is not None:
            yield Language(words)

    def patron_state(self, reader: Reader, key: str) -> Iterator[Condition]:
        """One of the states."""
        state = reader.get(key, reading.one_of(PATRON_STATES), None)
        if state is not None:
            yield PatronState(state)

    def count(self, reader: Reader, key: str) -> Iterator[Condition]:
        """What is counted, within which time, and how many there must be."""
        if self.counted:
            reader.wrong(key, f"{key}: what a count counts cannot be a count itself")
        table = reader.table_at(key)
        if table is None or self.counted:
            return
        inner = Reader(table, self.problems)
        inner.only("a count", ("of", "within", "at_least"))
        if "of" not in table:
            inner.wrong(None, "a count needs the key 'of'")
        counted = inner.table_at("of")
        of = None if counted is None else replace(self, counted=True).condition(counted)
        within = inner.require("within", some_time, "a count")
        at_least = inner.require("at_least", reading.whole(1, MOST_POSTS), "a count")
        if of is not None and within is not None and at_least is not None:
            yield Count(of, within, at_least)


CONDITIONS: Mapping[str, Callable[[_Conditions, Reader, str], Iterator[Condition]]] = {
    "all": _Conditions.several,
    "any": _Conditions.several,
    "not": _Conditions.opposite,
    "visual": _Conditions.visual,
    "text": _Conditions.text,
    "text_contains_any": _Conditions.phrases,
    "profanity": _Conditions.profanity,
    "pii": _Conditions.personal_data,
    "custom_class": _Conditions.custom_class,
    "language": _Conditions.language,
    "content_metadata": _Conditions.metadata,
    "patron_metadata": _Conditions.metadata,
    "patron_state": _Conditions.patron_state,
    "count": _Conditions.count,
}
"""The keys of a condition, and what reads each."""
_KEYS = ", ".join(CONDITIONS)


def some_time(value: Any) -> timedelta:
    """A duration that is not empty."""
    duration = parse_duration(value)
    if not duration:
        raise ValueError("a duration longer than 0s")
    return duration


def _filled(reader: Reader, key: str, what: str) -> Reader | None:
    """A reader of the mapping at a key, which must have something in it."""
    table = reader.table_at(key)
    if table is not None and not table:
        reader.wrong(key, f"{key} is empty: expected at least {what}")
    return None if table is None else Reader(table, reader.problems)


def _comparison(
    reader: Reader, key: str, number: reading.Read[Any], example: str
) -> Comparison | None:
    """Operators with numbers, at least one."""
    table = reader.table[key]
    if not isinstance(table, Table) or not table:
        reader.wrong(key, f"{key}: expected a comparison such as {example}, found {shown(table)}")
        return None
    return _bounds(Reader(table, reader.problems), dict.fromkeys(OPERATORS, number))


def _comparison_or_equal(reader: Reader, key: str) -> Comparison | None:
    """A value that has to be equal, or operators; only `eq` takes what is no number."""
    value = reader.table[key]
    if isinstance(value, Table) and value:
        numbers = {
            name: _number if each.numbers_only else _scalar for name, each in OPERATORS.items()
        }
        return _bounds(Reader(value, reader.problems), numbers)
    equal = reader.get(key, _scalar_or_comparison, None)
    # `null` is a value like others, and as good as none only where something was wrong.
    return None if equal is None and value is not None else Comparison((Bound("eq", equal),))


def _bounds(reader: Reader, read: Mapping[str, reading.Read[Any]]) -> Comparison | None:
    reader.only("a comparison", OPERATORS)
    before = len(reader.problems.found)
    bounds = [
        Bound(name, reader.get(name, read[name], None)) for name in reader.table if name in read
    ]
    wrong = len(reader.problems.found) > before
    return None if wrong or not bounds else Comparison(tuple(bounds))


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("a number that is finite")
    return value


def _scalar(value: Any) -> Scalar:
    if isinstance(value, str | bool) or value is None:
        return value
    try:
        return _number(value)
    except ValueError:
        raise ValueError("a text, a number, true, false or null") from None


def _scalar_or_comparison(value: Any) -> Scalar:
    try:
        return _scalar(value)
    except ValueError as error:
        raise ValueError(f"{error}, or a comparison such as {{gte: 3}}") from None


def _true(value: Any) -> bool:
    if value is not True:
        raise ValueError("true (its opposite is written with 'not')")
    return True


def _true_or_texts(value: Any) -> tuple[str, ...]:
    """The types, none of which stands for any."""
    if value is True:
        return ()
    try:
        return reading.texts(value)
    except ValueError:
        raise ValueError("true, or a type such as 'Email Address', or a list of types") from None


def _languages(value: Any) -> tuple[str, ...]:
    found = reading.texts(value)
    if not all(map(_LANGUAGE.fullmatch, found)):
        raise ValueError(f"{LANGUAGE_EXPECTED}, or a list of such")
    return found
