"""Posts and patrons of one sandbox: what was sent of them, what rules found, what was done to them.

Actions change what is known here, and nothing else: not what a model says of later submissions, nor
whether those are taken.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from emulator.core.access import Application, Project
from emulator.core.conditions.composites import counts_in
from emulator.core.conditions.condition import Count
from emulator.core.conditions.window import Window
from emulator.core.model import (
    NOTHING,
    NOTHING_FOUND,
    Found,
    Posting,
    Prediction,
    Submission,
    TextPrediction,
    VisualPrediction,
)
from emulator.core.prediction.directives import without_directives
from emulator.core.prediction.scores import Scores
from emulator.core.rules import POST, Action, Rule
from emulator.engine.quota import Quota

T = TypeVar("T")

MODERATOR = "moderator"
"""Who acts where no rule does."""
REMEMBERED = 100
"""How many events a post and a patron each remember, and how many contents a post."""


class Judgement(NamedTuple):
    """What counted when a content was judged, so that it can be explained at any later time.

    `rules` are those that judged it, `counts` of the windows that held anything, `states` the
    patron's, the metadata what had been told until then; `before` are the rules that had fired for
    the post or patron until then, `fired` those that fired now.
    """

    rules: tuple[Rule, ...] = ()
    counts: Mapping[Count, int] = NOTHING
    states: Collection[str] = ()
    content_metadata: Mapping[str, Any] = NOTHING
    patron_metadata: Mapping[str, Any] = NOTHING
    before: Collection[str] = ()
    fired: Collection[str] = ()


UNJUDGED = Judgement()


class Content(NamedTuple):
    """One content of a post, and what was found in it; `prediction` is None where nothing was."""

    task_id: str
    at: datetime
    submission: Submission
    project: Project
    prediction: Prediction | None
    judgement: Judgement = UNJUDGED


class Event(NamedTuple):
    """Something that was done to a post or patron: by the rule of that name, or by a moderator."""

    at: datetime
    action: str
    by: str
    settings: Mapping[str, Any]


@dataclass(slots=True, eq=False)
class Subject:
    """What posts and patrons have in common; judgements refer to `metadata`, so none is changed."""

    id: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    in_review: bool = False
    fired: set[str] = field(default_factory=set)
    history: list[Event] = field(default_factory=list)

    def learn(self, told: Mapping[str, Any]) -> None:
        """More metadata; of what was told before, the newer counts."""
        if told:
            self.metadata = {**self.metadata, **told} if self.metadata else told


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
        named = {"banned": self.banned, "suspended": suspended}
        return frozenset(name for name, holds in named.items() if holds)

    @property
    def forgettable(self) -> bool:
        """Whether nothing would be lost with it."""
        marked = self.banned or self.suspended_until or self.tags or self.in_review
        return not (self.posts or marked)


@dataclass(slots=True, eq=False)
class Post(Subject):
    """Something posted: one or several contents, by whoever was the first to use its id."""

    patron_id: str = ""
    patrons: list[str] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    deleted: bool = False


class Triggered(NamedTuple):
    """A rule that fired, and on whom."""

    rule: Rule
    post: Post
    patron: Patron


class Facts:
    """What conditions may ask of one content, its post and its patron, when it was judged.

    Many rules ask the same, so that everything is looked up once.
    """

    def __init__(self, content: Content, scores: Scores) -> None:
        self._content = content
        self._judgement = content.judgement
        self._scores = scores

    @cached_property
    def visual(self) -> Sequence[Mapping[str, float]] | None:
        """The scores by class, frame by frame."""
        prediction = self._content.prediction
        if not isinstance(prediction, VisualPrediction):
            return None
        return [self._scores.of(prediction, self._content.project.taxonomy)]

    @cached_property
    def severities(self) -> Mapping[str, int] | None:
        """The severities of a text by class."""
        prediction = self._content.prediction
        if not isinstance(prediction, TextPrediction):
            return None
        classes = self._content.project.text_taxonomy.classes
        return dict(zip(classes, prediction.severities, strict=True))

    @cached_property
    def text(self) -> str | None:
        """The text itself; the words of directives are none of it, as in all that is analysed."""
        text = self._content.submission.text
        return None if text is None else without_directives(text)

    @property
    def found(self) -> Found:
        """What patterns found in it."""
        prediction = self._content.prediction
        return prediction.found if isinstance(prediction, TextPrediction) else NOTHING_FOUND

    @property
    def language(self) -> str | None:
        """The language of the text."""
        prediction = self._content.prediction
        return prediction.language if isinstance(prediction, TextPrediction) else None

    @property
    def content_metadata(self) -> Mapping[str, Any]:
        """What was sent with the contents of the post, merged."""
        return self._judgement.content_metadata

    @property
    def patron_metadata(self) -> Mapping[str, Any]:
        """What was sent of the patron, merged."""
        return self._judgement.patron_metadata

    @property
    def patron_states(self) -> Collection[str]:
        """Whether the patron was banned or suspended."""
        return self._judgement.states

    def count(self, counted: Count, /) -> int:
        """How many posts of the patron were in a window."""
        return self._judgement.counts.get(counted, 0)


class Feed:
    """The posts and patrons of one application, and the rules that judge them."""

    def __init__(self, application: Application) -> None:
        self.posts: OrderedDict[str, Post] = OrderedDict()
        self.patrons: dict[str, Patron] = {}
        self._declared = application
        self._overridden: dict[str, Any] = {}
        self._counts: dict[Count, None] = {}
        self._have(application)

    def adopt(self, application: Application) -> None:
        """The application was read anew; what was set here stays."""
        if application is not self._declared:
            self._declared = application
            self._have(replace(application, **self._overridden))

    def override(self, **changes: Any) -> None:
        """Have other `rules` or `webhooks` here than are declared."""
        self._overridden |= changes
        self._have(replace(self._declared, **self._overridden))

    def _have(self, application: Application) -> None:
        self.application = application
        counts = dict.fromkeys(count for rule in self.rules for count in counts_in(rule.when))
        if counts.keys() != self._counts.keys():
            for patron in self.patrons.values():
                for count in patron.windows.keys() - counts.keys():
                    del patron.windows[count]
            self._counts = counts

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that judge here."""
        return self.application.rules

    def take(self, posting: Posting) -> tuple[Post, Patron]:
        """The post and the patron that a content belongs to, with what is told of them."""
        patron = self.patrons.get(posting.patron_id)
        if patron is None:
            patron = self.patrons[posting.patron_id] = Patron(posting.patron_id)
        post = self.posts.get(posting.post_id)
        if post is None:
            post = Post(posting.post_id, patron_id=posting.patron_id)
            self.posts[posting.post_id] = post
        if post.id not in patron.posts:
            patron.posts[post.id] = None
            post.patrons.append(patron.id)
        patron.learn(posting.patron_metadata)
        post.learn(posting.content_metadata)
        return post, patron

    def judge(self, content: Content, post: Post, patron: Patron, scores: Scores) -> Content:
        """The content with its judgement: which rules fire, in their order.

        Windows come before the rules, since this post counts.
        """
        before = frozenset(
            rule.name for rule in self.rules if rule.name in _subject(rule, post, patron).fired
        )
        counts: dict[Count, int] = {}
        known = Judgement(
            rules=self.rules,
            counts=counts,
            states=patron.states(content.at),
            content_metadata=post.metadata,
            patron_metadata=patron.metadata,
            before=before,
        )
        facts = Facts(content._replace(judgement=known), scores)
        counts.update(self._count(facts, post, patron, content.at))
        fired = tuple(
            rule.name for rule in self.rules if rule.fires(facts, before=rule.name in before)
        )
        judgement = known._replace(counts=counts or NOTHING, fired=fired)
        return content._replace(judgement=judgement)

    def _count(
        self, facts: Facts, post: Post, patron: Patron, now: datetime
    ) -> Iterator[tuple[Count, int]]:
        """Count this post in every window that it belongs in, and give what all of them hold."""
        windows = patron.windows
        for count in self._counts:
            if count.of.holds(facts):
                if count not in windows:
                    windows[count] = Window(count.within)
                windows[count].add(now, post.id)
            if count in windows and (number := windows[count].count(now)):
                yield count, number

    def forget(self, post_id: str) -> None:
        """Forget a post, and each of its patrons of whom nothing is left."""
        post = self.posts.pop(post_id)
        for patron_id in post.patrons:
            patron = self.patrons[patron_id]
            del patron.posts[post_id]
            if patron.forgettable:
                del self.patrons[patron_id]


class Moderation:
    """The feeds of one sandbox, within the server's quota of posts."""

    def __init__(self, scores: Scores, quota: Quota) -> None:
        self._scores = scores
        self._quota = quota
        self._feeds: dict[tuple[str, str], Feed] = {}
        self._order: OrderedDict[tuple[tuple[str, str], str], None] = OrderedDict()
        quota.join(self)

    def __iter__(self) -> Iterator[Feed]:
        return iter(self._feeds.values())

    def feed(self, application: Application) -> Feed:
        """The feed of an application, with the rules that it has: another reading changes none."""
        known = self._feeds.get(application.identity)
        if known is None:
            known = self._feeds[application.identity] = Feed(application)
        return known

    def adopt(self, application: Application) -> Feed:
        """The feed of an application as it is declared now."""
        feed = self.feed(application)
        feed.adopt(application)
        return feed

    def judge(self, feed: Feed, content: Content) -> list[Triggered]:
        """Take a content into a feed, and do what the rules want that fire on it."""
        posting = content.submission.posting
        if posting is None:
            return []
        is_new = posting.post_id not in feed.posts
        post, patron = feed.take(posting)
        fired: list[Triggered] = []
        if content.prediction is not None:
            content = feed.judge(content, post, patron, self._scores)
            fired = [
                Triggered(rule, post, patron)
                for rule in feed.rules
                if rule.name in content.judgement.fired
            ]
        _remember(post.contents, content)
        for one in fired:
            _subject(one.rule, post, patron).fired.add(one.rule.name)
            act(one.rule.action, post, patron, content.at, one.rule.name)
        if is_new:
            self._order[feed.application.identity, post.id] = None
            self._quota.added(self)
        return fired

    def facts(self, content: Content) -> Facts:
        """What conditions were told of a content when it was judged."""
        return Facts(content, self._scores)

    def forget_oldest(self) -> int:
        """Forget the post that came first."""
        (own, post_id), _ = self._order.popitem(last=False)
        self._feeds[own].forget(post_id)
        return 0


def _subject(rule: Rule, post: Post, patron: Patron) -> Subject:
    return post if rule.type == POST else patron


def act(action: Action, post: Post | None, patron: Patron, now: datetime, by: str) -> None:
    """Do to a post or patron what an action is, and remember who did it."""
    subject = _ACTS[action.name](action, post, patron, now)
    _remember(subject.history, Event(now, action.name, by, action.settings))


def _remember(kept: list[T], newest: T) -> None:
    """Keep one more, and the oldest no longer where these are too many.

    An empty deque takes 700 bytes, and most posts have one content and no history.
    """
    kept.append(newest)
    if len(kept) > REMEMBERED:
        del kept[0]


def _needed(post: Post | None) -> Post:
    if post is None:
        raise LookupError("this action is done to a post")
    return post


def _review_post(action: Action, post: Post | None, patron: Patron, now: datetime) -> Subject:  # noqa: ARG001 - the shape of all
    _needed(post).in_review = True
    return _needed(post)


def _delete_post(action: Action, post: Post | None, patron: Patron, now: datetime) -> Subject:  # noqa: ARG001
    _needed(post).deleted = True
    return _needed(post)


def _tag_post(action: Action, post: Post | None, patron: Patron, now: datetime) -> Subject:  # noqa: ARG001
    return _tagged(_needed(post), action.settings["tag"])


def _ban(action: Action, post: Post | None, patron: Patron, now: datetime) -> Subject:  # noqa: ARG001
    patron.banned = True
    return patron


def _suspend(action: Action, post: Post | None, patron: Patron, now: datetime) -> Subject:  # noqa: ARG001
    lasting: timedelta = action.settings["for"]
    patron.suspended_until = max(patron.suspended_until or now, now + lasting)
    return patron


def _tag_patron(action: Action, post: Post | None, patron: Patron, now: datetime) -> Subject:  # noqa: ARG001
    return _tagged(patron, action.settings["tag"])


def _review_patron(action: Action, post: Post | None, patron: Patron, now: datetime) -> Subject:  # noqa: ARG001
    patron.in_review = True
    return patron


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
}
"""What each action does; each gives whom it was done to."""
