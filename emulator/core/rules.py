"""Rules of the Dashboard: when something holds of a post or its patron, something is done to one.

A rule does not change. Whether it has fired for a subject before is known to whoever asks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, NamedTuple

from emulator.core.conditions import (
    Condition,
    Explanation,
    Facts,
    implies,
    implies_normal,
    normal,
)
from emulator.core.duration import format_duration
from emulator.core.model import nothing
from emulator.core.suggest import shown

POST, PATRON = TYPES = ("post", "patron")
"""What a rule judges, and what an action is done to."""
ONCE, ALWAYS = FREQUENCIES = ("once", "always")
"""Whether a rule fires once for each subject, or each time its condition holds."""

REQUIRED: Final = object()
"""In place of the default of a setting that has none."""


class Deed(NamedTuple):
    """One entry of the table: what an action is done to, its words, and its settings' defaults.

    `lasts` is false of what is over some time, so that it makes a difference to do it again. What
    is `by_hand` is done by moderators and by no rule.
    """

    on: str
    says: str
    settings: Mapping[str, object] = {}
    lasts: bool = True
    by_hand: bool = False


ACTIONS: Mapping[str, Deed] = {
    "send_post_to_review": Deed(POST, "sends the post to review"),
    "delete_post": Deed(POST, "deletes the post"),
    "tag_post": Deed(POST, "tags the post with {tag}", {"tag": REQUIRED}),
    "ban_patron": Deed(PATRON, "bans the patron"),
    "suspend_patron": Deed(
        PATRON, "suspends the patron for {for}", {"for": timedelta(days=7)}, lasts=False
    ),
    "tag_patron": Deed(PATRON, "tags the patron with {tag}", {"tag": REQUIRED}),
    "send_patron_to_review": Deed(PATRON, "sends the patron to review"),
    "release_post": Deed(POST, "takes the post out of review", by_hand=True),
    "restore_post": Deed(POST, "takes back that the post is deleted", by_hand=True),
    "release_patron": Deed(PATRON, "takes the patron out of review", by_hand=True),
    "unban_patron": Deed(PATRON, "lifts the ban of the patron", by_hand=True),
    "unsuspend_patron": Deed(PATRON, "ends the suspension of the patron", by_hand=True),
}
"""`send_post_to_review` is Hive's [in the documents]; all the others are our choice."""
BY_RULES: Mapping[str, Deed] = {name: deed for name, deed in ACTIONS.items() if not deed.by_hand}
"""The actions that rules may take; the others undo these, and are the moderator's."""


@dataclass(frozen=True, slots=True)
class Action:
    """What is done: one of `ACTIONS`, with all of its settings."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=nothing)

    @property
    def deed(self) -> Deed:
        """Its entry of the table."""
        return ACTIONS[self.name]

    def __str__(self) -> str:
        words = {
            name: format_duration(value) if isinstance(value, timedelta) else shown(value)
            for name, value in self.settings.items()
        }
        return self.deed.says.format(**words)

    def as_written(self) -> str | dict[str, Any]:
        """The name, or a mapping from it to the settings."""
        written = {
            name: format_duration(value) if isinstance(value, timedelta) else value
            for name, value in self.settings.items()
        }
        return {self.name: written} if written else self.name


@dataclass(frozen=True, slots=True)
class Rule:
    """When something holds, something is done; `cardinality` is echoed and means nothing here."""

    name: str
    type: str
    when: Condition
    action: Action
    trigger_frequency: str = ONCE
    active: bool = True
    cardinality: int = 1
    where: str = ""

    def fires(self, facts: Facts, *, before: bool = False) -> bool:
        """Whether it does; `before` says that it has fired for this post, or patron, already."""
        return self.active and not (before and self.once) and self.when.holds(facts)

    def explain(self, facts: Facts, *, before: bool = False) -> Explanation:
        """Whether it fires, and why or why not: its condition is the part."""
        part = self.when.explain(facts)
        if not self.active:
            why = "does not fire: it is switched off"
        elif before and self.once:
            why = f"does not fire: it has fired for this {self.type} before"
        else:
            why = "fires" if part.holds else "does not fire: its condition does not hold"
        return Explanation(why == "fires", f"the rule {shown(self.name)} {why}", (part,))

    @property
    def once(self) -> bool:
        """Whether it fires only once for each subject."""
        return self.trigger_frequency == ONCE

    def __str__(self) -> str:
        says = f"{self.action} {self._how_often} {self.when}."
        return _capital(says) if self.active else f"Switched off: {says}"

    @property
    def _how_often(self) -> str:
        if not self.once:
            return "each time"
        return "once" if self.action.deed.on == self.type else f"once per {self.type}, when"

    def as_written(self) -> dict[str, Any]:
        """The mapping, fit for JSON and YAML, that reads back to this, with every key."""
        return {
            "name": self.name,
            "type": self.type,
            "when": self.when.as_written(),
            "action": self.action.as_written(),
            "trigger_frequency": self.trigger_frequency,
            "active": self.active,
            "cardinality": self.cardinality,
        }


def makes_useless(rule: Rule, other: Rule) -> bool:
    """Whether all that the other would ever do is done already, as far as can be told."""
    same = rule.type == other.type and rule.action == other.action
    return same and _fires_as_often(rule, other) and implies(other.when, rule.when)


def useless(rules: Iterable[Rule]) -> list[tuple[Rule, Rule]]:
    """Pairs of a rule and one that makes it useless, in order; of two alike the later one is.

    As `makes_useless` tells of every pair, without looking at pairs that do different things, and
    with each condition brought into its normal form only once.
    """
    doing_the_same: dict[tuple[str, str], list[tuple[int, Rule, Condition]]] = {}
    for at, rule in enumerate(rules):
        alike = doing_the_same.setdefault((rule.type, str(rule.action.as_written())), [])
        alike.append((at, rule, normal(rule.when)))
    found = {at: pair for alike in doing_the_same.values() for at, pair in _useless_of(alike)}
    return [found[at] for at in sorted(found)]


def _useless_of(
    alike: Sequence[tuple[int, Rule, Condition]],
) -> Iterator[tuple[int, tuple[Rule, Rule]]]:
    left = dict(enumerate(alike))
    for place, (at, rule, when) in reversed(left.copy().items()):
        for other_place, (_, other, broader) in left.items():
            if (
                place != other_place
                and _fires_as_often(other, rule)
                and implies_normal(when, broader)
            ):
                del left[place]
                yield at, (rule, other)
                break


def _fires_as_often(rule: Rule, other: Rule) -> bool:
    """Whether a rule does what it does as often as another needs it, where both conditions hold."""
    often = not rule.once or (other.once and _once_is_enough(rule))
    return often and rule.active and other.active


def _once_is_enough(rule: Rule) -> bool:
    """Whether, after a rule has fired once, its action need not be done again for its subject."""
    deed = rule.action.deed
    # A patron's second post is not deleted because the first one was.
    return deed.lasts and not (rule.type == PATRON and deed.on == POST)


def _capital(says: str) -> str:
    return says[0].upper() + says[1:]
