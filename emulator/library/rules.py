"""Rules from YAML, and what is suspicious about them: those that never fire, and useless ones."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from emulator.core.access import Application
from emulator.core.conditions import Condition, Known, inside, never
from emulator.core.conditions.texts import CustomClass, PersonalData
from emulator.core.prediction.analysis import PERSONAL
from emulator.core.rules import (
    ACTIONS,
    BY_RULES,
    FREQUENCIES,
    ONCE,
    REQUIRED,
    TYPES,
    Action,
    Rule,
    useless,
)
from emulator.core.suggest import did_you_mean, listed, shown
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.core.taxonomy.visual import DOCS, Head, VisualTaxonomy
from emulator.library import reading
from emulator.library.conditions import read_condition, some_time
from emulator.library.problems import Problem, Problems
from emulator.library.reading import Reader
from emulator.library.yaml import Table

RULE_KEYS = ("name", "type", "when", "action", "trigger_frequency", "active", "cardinality")
MOST_CARDINALITY = 10**9
SETTINGS: Mapping[str, Callable[[Any], Any]] = {"tag": reading.text, "for": some_time}
"""What actions may have beside them, and how it is read."""
_FOUND = PERSONAL


def read_rules(
    table: Table, problems: Problems, heads: Iterable[Head] = (), *, key: str = "rules"
) -> tuple[Rule, ...]:
    """The rules in the list at a key, without those in which something is wrong.

    `heads` are those that projects have beside the documented ones.
    """
    taxonomy = DOCS.with_heads(heads)
    rules = [read_rule(one, problems, taxonomy) for one in Reader(table, problems).tables_at(key)]
    first: dict[str, Rule] = {}
    for rule in rules:
        if rule is not None and first.setdefault(rule.name, rule) is not rule:
            before = first[rule.name].where
            problems.add(rule.where, f"the name {rule.name!r} was used before, at {before}")
    return tuple(rule for rule in rules if rule is not None)


def read_rule(table: Table, problems: Problems, taxonomy: VisualTaxonomy) -> Rule | None:
    """One rule; None where it lacks something."""
    reader = Reader(table, problems)
    reader.only("a rule", RULE_KEYS)
    name = reader.require("name", reading.text, "a rule")
    told = f"the rule {shown(name)}" if name else "a rule"
    kind = reader.require("type", reading.one_of(TYPES), told)
    when = _read_when(reader, told, taxonomy)
    action = read_action(reader, told, BY_RULES)
    frequency = reader.get("trigger_frequency", reading.one_of(FREQUENCIES), ONCE)
    active = reader.get("active", reading.flag, True)
    cardinality = reader.get("cardinality", reading.whole(1, MOST_CARDINALITY), 1)
    if name is None or kind is None or when is None or action is None:
        return None
    return Rule(name, kind, when, action, frequency, active, cardinality, reader.where())


def _read_when(reader: Reader, told: str, taxonomy: VisualTaxonomy) -> Condition | None:
    if "when" not in reader.table:
        reader.wrong(None, f"{told} needs the key 'when'")
    table = reader.table_at("when")
    return None if table is None else read_condition(table, reader.problems, taxonomy)


def read_action(reader: Reader, told: str, possible: Iterable[str] = ACTIONS) -> Action | None:
    """A name, or a mapping from one to its settings; of all actions those that are possible."""
    if "action" not in reader.table:
        reader.wrong(None, f"{told} needs the key 'action'")
        return None
    written = reader.table["action"]
    if not isinstance(written, Table):
        if _is_by_hand(written, possible):
            reader.wrong("action", _by_hand(written, possible))
            return None
        name = reader.get("action", reading.one_of(possible), None)
        return None if name is None else _settled(reader, "action", name, Table("", 0))
    inner = Reader(written, reader.problems)
    if len(written) != 1:
        reader.wrong("action", f"action: expected one action, found {listed(written) or 'none'}")
        return None
    [name] = written
    if _is_by_hand(name, possible):
        inner.wrong(name, _by_hand(name, possible))
        return None
    if name not in possible:
        hint = did_you_mean(name, possible)
        inner.wrong(name, f"{name!r} is no action.{hint} Known are: {', '.join(possible)}")
        return None
    settings = inner.table_at(name)
    return None if settings is None else _settled(inner, name, name, settings)


def _is_by_hand(name: object, possible: Iterable[str]) -> bool:
    return isinstance(name, str) and name in ACTIONS and name not in possible


def _by_hand(name: str, possible: Iterable[str]) -> str:
    return (
        f"the action {name!r} is the moderator's, no rule can take it. "
        f"Rules can: {', '.join(possible)}"
    )


def _settled(holder: Reader, key: str, name: str, table: Table) -> Action | None:
    """The action with all of its settings, of which those that are required must be there."""
    reader = Reader(table, holder.problems)
    possible = ACTIONS[name].settings
    for written in table:
        if written not in possible:
            known = f"Known are: {', '.join(possible)}" if possible else "It has none"
            reader.wrong(written, f"the action {name!r} has no setting {written!r}. {known}")
    settings = {}
    for setting, default in possible.items():
        if setting not in table and default is REQUIRED:
            example = f"{{{name}: {{{setting}: …}}}}"
            holder.wrong(key, f"the action {name!r} needs the setting {setting!r}: {example}")
        settings[setting] = reader.get(setting, SETTINGS[setting], default)
    return None if REQUIRED in settings.values() else Action(name, settings)


def warnings(application: Application) -> Iterator[Problem]:
    """That a rule can never fire by the model there is, or does nothing that another has not."""
    model = application.project
    severities = {name: TEXT_SEVERITIES[name] for name in model.text_taxonomy.classes}
    known = Known(model.taxonomy.places, severities)
    alive = []
    for rule in application.rules:
        why = never(rule.when, known)
        if why is None:
            alive.append(rule)
        else:
            yield Problem(rule.where, f"the rule {rule.name!r} can never fire: {why}")
        yield from _unfound(rule, model.custom_classes)
    for rule, doing in useless(alive):
        told = f"the rule {rule.name!r} is useless: whenever it fires, {doing.name!r}"
        yield Problem(rule.where, f"{told} does the same or has done it ({doing.where})")


def _unfound(rule: Rule, custom_classes: Iterable[str]) -> Iterator[Problem]:
    """That no pattern finds what is asked for, so that only a fixture can make it hold."""
    found = {
        PersonalData: ("personal data of type", _FOUND),
        CustomClass: ("the custom class", tuple(custom_classes)),
    }
    for condition in inside(rule.when):
        if isinstance(condition, (PersonalData, CustomClass)):
            what, known = found[type(condition)]
            for word in condition.words:
                if word not in known:
                    told = f"the rule {rule.name!r}: no pattern finds {what} {word!r}, only a"
                    finds = " and ".join(map(repr, known)) or "none"
                    said = f"{told} fixture can say that it is there. Patterns find {finds}"
                    yield Problem(rule.where, said)
