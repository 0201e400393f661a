"""The configuration file: projects, applications and any option of `serve`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from emulator.core.access import (
    PRODUCTS,
    Application,
    Opened,
    Project,
    application_of,
    numbers_of,
)
from emulator.core.parsing.submission import is_address
from emulator.core.rate import parse_rate
from emulator.core.rules import ACTIONS
from emulator.core.suggest import listed, shown
from emulator.core.taxonomy.languages import LANGUAGES
from emulator.core.taxonomy.text import TEXT_SEVERITIES, TEXT_TAXONOMIES
from emulator.core.taxonomy.visual import DOCS, VISUAL_TAXONOMIES, Head
from emulator.library import reading
from emulator.library.problems import Problems
from emulator.library.reading import Reader
from emulator.library.rules import read_rules
from emulator.library.yaml import Row, Table
from emulator.settings import KNOBS, Impossible, Knob

MODEL_KEYS = (
    *("taxonomy", "extra_heads", "fps", "text_taxonomy", "promotions", "max_text_length"),
    *("indices", "custom_classes", "allowlist", "languages"),
)
"""What projects and applications say of their model."""
_PROJECT_KEYS = (
    *("name", "keys", "product", "project_id", "user_id", *MODEL_KEYS),
    *("rate_limit", "balance", "cache"),
)
_KNOBS = {knob.name: knob for knob in KNOBS if knob.name != "config"}
_OPTIONS = tuple(_KNOBS)
_APPLICATION_KEYS = ("name", "keys", "application_id", *MODEL_KEYS, "rules", "actions")
TWO_LETTERS = re.compile(r"[A-Z]{2}", re.ASCII)
_CLASS = re.compile(r"[A-Za-z0-9_.-]{1,100}", re.ASCII)
AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,9})?"
MOST_MONEY = 10**12
LEAST_FPS, MOST_FPS = 0.1, 30
_AMOUNT = re.compile(AMOUNT, re.ASCII)
_number = reading.whole(0, 2**53)


@dataclass(slots=True)
class Configuration:
    """What a configuration file says: options with their places, and what each key opens."""

    options: dict[str, tuple[str, Any]] = field(default_factory=dict)
    opened: dict[str, Opened] = field(default_factory=dict)

    @property
    def extra_heads(self) -> tuple[Head, ...]:
        """Every head that some model has beside its taxonomy's own."""
        models = {
            one if isinstance(one, Project) else one.project: None for one in self.opened.values()
        }
        return tuple(
            head
            for model in models
            for head in model.taxonomy.heads
            if head.name not in ORDINARY_HEADS
        )


ORDINARY_HEADS = {head.name for known in VISUAL_TAXONOMIES.values() for head in known.heads}


def read_configuration(document: Table, problems: Problems) -> Configuration:
    """The configuration of one document."""
    reader = Reader(document, problems)
    configuration = Configuration(_read_options(reader))
    names: dict[str, str] = {}
    for entry in reader.tables_at("projects"):
        _add(configuration, entry, _read_project(entry, problems), names, problems)
        _check_heads(configuration, entry, problems)
    for entry in reader.tables_at("applications"):
        application = _read_application(entry, problems, configuration.extra_heads)
        _add(configuration, entry, application, names, problems)
        _check_heads(configuration, entry, problems)
    return configuration


def _check_heads(configuration: Configuration, table: Table, problems: Problems) -> None:
    """A class is of the same head in every project, so that what is scripted fits them all."""
    heads: dict[str, Head] = {}
    for head in configuration.extra_heads:
        for name in head.classes:
            if heads.setdefault(name, head).classes != head.classes:
                told = (
                    f"extra_heads: {name!r} is a class of another head in another project or "
                    "application"
                )
                Reader(table, problems).wrong("extra_heads", told)
                return


def _is_possible(reader: Reader, written: str, knob: Knob) -> bool:
    try:
        knob.read_all(reader.table[written])
    except Impossible as error:
        found = "" if knob.secret else f", found {shown(error.found)}"
        reader.wrong(written, f"{written}: expected {error}{found}")
        return False
    return True


def _read_options(reader: Reader) -> dict[str, tuple[str, Any]]:
    """The options that are possible, with their places; `-` and `_` are alike in their names."""
    known = {name: name.replace("_", "-") for name in _OPTIONS}
    either = {*_OPTIONS, *known.values(), "projects", "applications"}
    listed = ("projects", "applications", *known.values())
    places: dict[str, str] = {}
    options: dict[str, tuple[str, Any]] = {}
    for written, value in reader.table.items():
        name = written.replace("-", "_")
        if written not in either:
            reader.unknown(written, "a configuration", listed)
        elif name in places:
            told = f"the option {written!r} stands here for the second time"
            reader.wrong(written, f"{told} ({places[name]})")
        elif name in known:
            places[name] = reader.where(written)
            if _is_possible(reader, written, _KNOBS[name]):
                options[name] = (places[name], value)
    return options


def _add(
    configuration: Configuration,
    table: Table,
    opened: Opened,
    names: dict[str, str],
    problems: Problems,
) -> None:
    reader = Reader(table, problems)
    if opened.name in names:
        reader.wrong("name", f"the name {opened.name!r} was used before, at {names[opened.name]}")
    if opened.name:
        names[opened.name] = reader.where("name")
    what = "a project" if isinstance(opened, Project) else "an application"
    for at, key in enumerate(_keys(reader, what), 1):
        if key in configuration.opened:
            before = configuration.opened[key].name
            reader.wrong("keys", f"keys: key {at} is declared before, for {before!r}")
        configuration.opened[key] = opened


def _keys(reader: Reader, what: str) -> tuple[str, ...]:
    """The keys of an entry, which no message shows."""
    if "keys" not in reader.table:
        reader.wrong(None, f"{what} needs the key 'keys'")
        return ()
    try:
        return reading.texts(reader.table["keys"])
    except ValueError as error:
        reader.wrong("keys", f"keys: expected {error}")
        return ()


def _read_project(table: Table, problems: Problems) -> Project:
    reader = Reader(table, problems)
    reader.only("a project", _PROJECT_KEYS)
    name = reader.require("name", reading.text, "a project") or ""
    keys = table.get("keys")
    first = keys[0] if isinstance(keys, list) and keys else keys
    project_id, user_id = numbers_of(str(first))
    return Project(
        name=name,
        product=reader.get("product", reading.one_of(PRODUCTS), "any"),
        project_id=reader.get("project_id", _number, project_id),
        user_id=reader.get("user_id", _number, user_id),
        rate_limit=reader.get("rate_limit", parse_rate, None),
        balance=reader.get("balance", _money, None),
        cache=reader.get("cache", reading.flag, False),
        **_read_model(reader, promotions=False),
    )


def _read_model(reader: Reader, *, promotions: bool) -> dict[str, Any]:
    """What projects and applications say of their model; `promotions` is so where they do not."""
    taxonomy = VISUAL_TAXONOMIES[reader.get("taxonomy", reading.one_of(VISUAL_TAXONOMIES), "docs")]
    extra = tuple(_extra_heads(reader))
    words = TEXT_TAXONOMIES[reader.get("text_taxonomy", reading.one_of(TEXT_TAXONOMIES), "docs")]
    promoted = reader.get("promotions", reading.flag, promotions)
    allowed = reader.get("allowlist", reading.many(reading.text), ())
    return {
        "taxonomy": taxonomy.with_heads(extra) if extra else taxonomy,
        "fps": reader.get("fps", _fps, 1),
        "text_taxonomy": words.with_promotions() if promoted else words,
        "max_text_length": reader.get("max_text_length", reading.whole(1, 10_000_000), 1024),
        "utf16": reader.get("indices", reading.one_of(("codepoints", "utf16")), "") == "utf16",
        "custom_classes": _custom_classes(reader),
        "allowlist": frozenset(word.lower() for word in allowed),
        "languages": _languages(reader),
    }


def _fps(value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not LEAST_FPS <= value <= MOST_FPS:
        raise ValueError(f"a number of frames per second from {LEAST_FPS:g} to {MOST_FPS:g}")
    return float(value)


def _money(value: Any) -> Decimal:
    """An amount as it was written; a number that YAML made a float is the shortest that it is."""
    plain = isinstance(value, str) and _AMOUNT.fullmatch(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (plain or (number and 0 <= value <= MOST_MONEY)):
        raise ValueError("an amount of dollars such as 10.00, at least 0")
    return Decimal(str(value))


def _extra_heads(reader: Reader) -> list[Head]:
    table = reader.table_at("extra_heads")
    if table is None:
        return []
    inner = Reader(table, reader.problems)
    heads: list[Head] = []
    for name, classes in table.items():
        taken_here = {one for head in heads for one in head.classes}
        good = (
            isinstance(classes, Row)
            and len(classes) > 1
            and len(set(map(str, classes))) == len(classes)
        )
        if not good or not all(isinstance(one, str) and _CLASS.fullmatch(one) for one in classes):
            inner.wrong(
                name,
                f"extra_heads: {name!r} expected a list of at least two different classes, the "
                f"negative one first, found {shown(classes)}",
            )
        elif name in ORDINARY_HEADS:
            inner.wrong(name, f"extra_heads: {name!r} is a head already")
        elif clash := [one for one in classes if one in DOCS.places or one in taken_here]:
            inner.wrong(name, f"extra_heads: {clash[0]!r} is a class already")
        else:
            heads.append(Head(name, tuple(classes), classes[0]))
    return heads


def _languages(reader: Reader) -> Mapping[str, frozenset[str]]:
    """The classes of each language: `all`, or a list of them."""
    table = reader.table_at("languages")
    if table is None:
        return LANGUAGES
    inner = Reader(table, reader.problems)
    found: dict[str, frozenset[str]] = {}
    for name in table:
        if not TWO_LETTERS.fullmatch(name):
            inner.wrong(name, f"languages: expected two capital letters such as EN, found {name!r}")
        found[name] = inner.get(name, _classes, frozenset())
    return found


def _classes(value: Any) -> frozenset[str]:
    if value == "all":
        return frozenset(TEXT_SEVERITIES)
    wrong = not isinstance(value, Row) or [one for one in value if one not in TEXT_SEVERITIES]
    if wrong:
        raise ValueError(f"'all', or a list of classes among {listed(TEXT_SEVERITIES, 20)}")
    return frozenset(value)


def _custom_classes(reader: Reader) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table in reader.tables_at("custom_classes"):
        inner = Reader(table, reader.problems)
        inner.only("a custom class", ("type", "patterns"))
        kind = inner.require("type", reading.text, "a custom class")
        patterns = inner.require("patterns", reading.texts, "a custom class")
        if kind and patterns:
            found[kind] = (*found.get(kind, ()), *patterns)
    return found


def _read_application(table: Table, problems: Problems, heads: Iterable[Head]) -> Application:
    reader = Reader(table, problems)
    reader.only("an application", _APPLICATION_KEYS)
    name = reader.require("name", reading.text, "an application") or ""
    model = _read_model(reader, promotions=True)
    own = [head for head in model["taxonomy"].heads if head.name not in ORDINARY_HEADS]
    return application_of(
        name,
        reader.get("application_id", reading.text, None),
        model,
        rules=read_rules(table, problems, dict.fromkeys((*heads, *own))),
        webhooks=read_webhooks(reader),
    )


def read_webhooks(reader: Reader) -> dict[str, str]:
    """The addresses that are told of actions, by the action."""
    table = reader.table_at("actions")
    if table is None:
        return {}
    inner = Reader(table, reader.problems)
    inner.only("actions", ACTIONS)
    found: dict[str, str] = {}
    for name in table:
        entry = inner.table_at(name) if name in ACTIONS else None
        if entry is not None:
            own = Reader(entry, reader.problems)
            own.only(f"the action {name!r}", ("webhook",))
            url = own.require("webhook", _address, f"the action {name!r}")
            found |= {name: url} if url else {}
    return found


def _address(value: Any) -> str:
    if not isinstance(value, str) or not is_address(value):
        raise ValueError("an absolute http or https address")
    return value
