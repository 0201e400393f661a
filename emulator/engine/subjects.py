"""Posts and patrons: what is known of each, what was done to it, and how actions do it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from emulator.core.access import Project
from emulator.core.conditions.condition import BANNED, SUSPENDED, Count
from emulator.core.conditions.window import Window
from emulator.core.model import NOTHING, Prediction, Submission
from emulator.core.rules import Action, Rule

T = TypeVar("T")

REMEMBERED = 100
"""How many events a post and a patron each remember, how many keys of metadata, and how many
contents a post."""


class Moment(NamedTuple):
    """When something came, and its place among all that came to its sandbox."""

    at: datetime
    ordinal: int


class Judgement(NamedTuple):
    """What counted when a content was judged, so that it can be explained at any later time.

    `rules` are those that judged it, `counts` of the windows that held anything, `states` the
    patron's, the metadata what had been told until then; `before` are the rules that had fired for
    the post or patron until then, `fired` those that fired now, in their order.
    """

    rules: tuple[Rule, ...] = ()
    counts: Mapping[Count, int] = NOTHING
    states: frozenset[str] = frozenset()
    content_metadata: Mapping[str, Any] = NOTHING
    patron_metadata: Mapping[str, Any] = NOTHING
    before: frozenset[str] = frozenset()
    fired: tuple[str, ...] = ()


UNJUDGED = Judgement()


class Content(NamedTuple):
    """One content of a post, and what was found in it; `prediction` is None where nothing was.

    `weight` is what it counts for in bytes, once it is kept.
    """

    task_id: str
    at: datetime
    submission: Submission
    project: Project
    prediction: Prediction | None
    judgement: Judgement = UNJUDGED
    weight: int = 0


class Event(NamedTuple):
    """Something that was done to a post or patron: by the rule of that name, or by a moderator."""

    at: datetime
    action: str
    by: str
    settings: Mapping[str, Any]


@dataclass(slots=True, eq=False)
class Subject:
    """What posts and patrons have in common.

    `came` is when it was first heard of, `to_review` when it came to review, if it is there.
    Judgements refer to `metadata`, so none is changed; `fired` are the rules of its type that have
    fired for it, the first first. `weight` is what it counts for in bytes.
    """

    id: str
    came: Moment
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    to_review: Moment | None = None
    fired: dict[str, None] = field(default_factory=dict)
    history: list[Event] = field(default_factory=list)
    weight: int = 0

    def learn(self, told: Mapping[str, Any]) -> None:
        """More metadata: of one key the newest value counts, and of too many keys the newest."""
        if told and not _is_newest(told, self.metadata):
            older = {name: value for name, value in self.metadata.items() if name not in told}
            self.metadata = _newest({**older, **told}) if older or len(told) > REMEMBERED else told


def _is_newest(told: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether that was told last already, so that what is known can stay the same object."""
    if [*known][-len(told) :] != [*told]:
        return False
    # `true` is equal to 1 here and nowhere else.
    return all(known[name] == told[name] and repr(known[name]) == repr(told[name]) for name in told)


def _newest(metadata: dict[str, Any]) -> dict[str, Any]:
    return dict(islice(metadata.items(), max(0, len(metadata) - REMEMBERED), None))


@dataclass(slots=True, eq=False)
class Patron(Subject):
    """Somebody who posts."""

    banned: bool = False
    suspended_until: datetime | None = None
    posts: dict[str, None] = field(default_factory=dict)
    windows: dict[Count, Window] = field(default_factory=dict)

    def states(self, now: datetime) -> frozenset[str]:
        """What conditions may ask of a patron."""
        suspended = self.suspended_until is not None and now < self.suspended_until
        named = {BANNED: self.banned, SUSPENDED: suspended}
        return frozenset(name for name, holds in named.items() if holds)

    @property
    def forgettable(self) -> bool:
        """Whether nothing would be lost with it."""
        marked = self.banned or self.suspended_until or self.tags or self.to_review or self.fired
        return not (self.posts or marked)


@dataclass(slots=True, eq=False)
class Post(Subject):
    """Something posted: one or several contents, by whoever was the first to use its id."""

    patron_id: str = ""
    patrons: dict[str, None] = field(default_factory=dict)
    contents: list[Content] = field(default_factory=list)
    deleted: bool = False


def act(action: Action, post: Post | None, patron: Patron, moment: Moment, by: str) -> None:
    """Do to a post or patron what an action is, and remember who did it."""
    subject = _ACTS[action.name](action, post, patron, moment)
    remember(subject.history, Event(moment.at, action.name, by, action.settings))


def remember(kept: list[T], newest: T) -> T | None:
    """Keep one more, and the oldest no longer where these are too many; that is given.

    An empty deque takes 700 bytes, and most posts have one content and no history.
    """
    kept.append(newest)
    return kept.pop(0) if len(kept) > REMEMBERED else None


def _needed(post: Post | None) -> Post:
    if post is None:
        raise LookupError("this action is done to a post")
    return post


def _review_post(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001 - the shape of all
    return _to_review(_needed(post), moment)


def _release_post(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    _needed(post).to_review = None
    return _needed(post)


def _delete_post(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    _needed(post).deleted = True
    return _needed(post)


def _restore_post(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    _needed(post).deleted = False
    return _needed(post)


def _tag_post(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    return _tagged(_needed(post), action.settings["tag"])


def _ban(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    patron.banned = True
    return patron


def _unban(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    patron.banned = False
    return patron


def _suspend(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    lasting: timedelta = action.settings["for"]
    patron.suspended_until = max(patron.suspended_until or moment.at, moment.at + lasting)
    return patron


def _unsuspend(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    patron.suspended_until = None
    return patron


def _tag_patron(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    return _tagged(patron, action.settings["tag"])


def _review_patron(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    return _to_review(patron, moment)


def _release_patron(action: Action, post: Post | None, patron: Patron, moment: Moment) -> Subject:  # noqa: ARG001
    patron.to_review = None
    return patron


def _to_review(subject: Subject, moment: Moment) -> Subject:
    subject.to_review = subject.to_review or moment
    return subject


def _tagged(subject: Subject, tag: str) -> Subject:
    if tag not in subject.tags:
        subject.tags.append(tag)
    return subject


_ACTS = {
    "send_post_to_review": _review_post,
    "delete_post": _delete_post,
    "tag_post": _tag_post,
    "ban_patron": _ban,
    "suspend_patron": _suspend,
    "tag_patron": _tag_patron,
    "send_patron_to_review": _review_patron,
    "release_post": _release_post,
    "restore_post": _restore_post,
    "release_patron": _release_patron,
    "unban_patron": _unban,
    "unsuspend_patron": _unsuspend,
}
"""What each action does; each gives whom it was done to."""
