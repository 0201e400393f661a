"""Posts and patrons of one sandbox: what was sent of them, what rules found, what was done to them.

Actions change what is known here, and nothing else: not what a model says of later submissions, nor
whether those are taken.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import count
from sys import getsizeof
from typing import Any, NamedTuple

from emulator.core.access import Application
from emulator.core.conditions.composites import counts_in
from emulator.core.conditions.condition import Count
from emulator.core.conditions.window import Window
from emulator.core.model import (
    ABSENT,
    NOTHING,
    NOTHING_FOUND,
    Found,
    Posting,
    TextPrediction,
    VideoPrediction,
    VisualPrediction,
)
from emulator.core.prediction.directives import without_directives
from emulator.core.prediction.scores import Scores
from emulator.core.rules import POST, Action, Rule
from emulator.engine.quota import Quota
from emulator.engine.subjects import (
    Content,
    Judgement,
    Moment,
    Patron,
    Post,
    Subject,
    act,
    remember,
)
from emulator.engine.weighing import held_by

MODERATOR = "moderator"
"""Who acts where no rule does."""

# What things take in memory, measured; what was sent of them comes on top.
_POST = 1100
_PATRON = 1300
_CONTENT = 900
_MATCH = 250
_COUNTED = 200
_WINDOW = 400
_EVENT = 150
_OF_AN_ADDRESS = 3


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
        taxonomy = self._content.project.taxonomy
        if isinstance(prediction, VideoPrediction):
            return self._scores.frames(prediction, taxonomy)
        if isinstance(prediction, VisualPrediction):
            return [self._scores.of(prediction, taxonomy)]
        return None

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
        self.posts: dict[str, Post] = {}
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

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost with it."""
        return not (self.posts or self.patrons or self._overridden)

    def take(self, posting: Posting, moment: Moment) -> tuple[Post, Patron]:
        """The post and the patron that a content belongs to, with what is told of them."""
        patron = self.patrons.get(posting.patron_id)
        if patron is None:
            patron = self.patrons[posting.patron_id] = Patron(posting.patron_id, moment)
        post = self.posts.get(posting.post_id)
        if post is None:
            post = Post(posting.post_id, moment, patron_id=posting.patron_id)
            self.posts[posting.post_id] = post
        patron.posts[post.id] = None
        post.patrons[patron.id] = None
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
        for counted in self._counts:
            if counted.of.holds(facts):
                if counted not in windows:
                    windows[counted] = Window(counted.within)
                windows[counted].add(now, post.id)
            if counted in windows and (number := windows[counted].count(now)):
                yield counted, number

    def forget_post(self, post_id: str) -> list[str]:
        """Forget a post, in windows too; the patrons are given of whom nothing is left."""
        done = []
        for patron_id in self.posts.pop(post_id).patrons:
            patron = self.patrons[patron_id]
            del patron.posts[post_id]
            for window in patron.windows.values():
                window.discard(post_id)
            if patron.forgettable:
                done.append(patron_id)
        return done

    def forget_patron(self, patron_id: str) -> Patron:
        """Forget a patron, whose posts stay."""
        patron = self.patrons.pop(patron_id)
        for post_id in patron.posts:
            del self.posts[post_id].patrons[patron_id]
        return patron


_Key = tuple[tuple[str, str], str]
"""A post or patron by the identity of its application and its own id."""


class Moderation:
    """The feeds of one sandbox, within the server's quotas of posts and of patrons."""

    def __init__(self, scores: Scores, posts: Quota, patrons: Quota) -> None:
        self._scores = scores
        self._quota = posts
        self._feeds: dict[tuple[str, str], Feed] = {}
        self._order: OrderedDict[_Key, None] = OrderedDict()
        self._patrons = _Patrons(self, patrons)
        self._ordinals = count(1)
        posts.join(self)

    def __iter__(self) -> Iterator[Feed]:
        return iter(self._feeds.values())

    def leave(self) -> None:
        """All that is here is gone."""
        self._quota.leave(self)
        self._patrons.leave()

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

    def judge(self, feed: Feed, content: Content) -> tuple[Content, list[Triggered]]:
        """Take a content into a feed, and do what the rules want that fire on it.

        The content is given with its judgement.
        """
        posting = content.submission.posting
        if posting is None:
            return content, []
        moment = self._moment(content.at)
        post, patron = feed.take(posting, moment)
        if content.prediction is not None:
            content = feed.judge(content, post, patron, self._scores)
        names = content.judgement.fired
        fired = [Triggered(one, post, patron) for one in feed.rules if names and one.name in names]
        for one in fired:
            _subject(one.rule, post, patron).fired[one.rule.name] = None
            act(one.rule.action, post, patron, moment, one.rule.name)
        self._keep(feed, content, post, patron)
        return content, fired

    def act(self, action: Action, post: Post | None, patron: Patron, now: datetime) -> None:
        """Do what a moderator wants."""
        act(action, post, patron, self._moment(now), MODERATOR)

    def _moment(self, at: datetime) -> Moment:
        return Moment(at, next(self._ordinals))

    def _keep(self, feed: Feed, content: Content, post: Post, patron: Patron) -> None:
        """Keep a content, and make room for it where that takes it."""
        own = feed.application.identity
        content = content._replace(weight=_weigh(content))
        gone = remember(post.contents, content)
        more = content.weight - (0 if gone is None else gone.weight)
        if post.weight:
            post.weight += more
            self._quota.grew(self, more)
        else:
            post.weight = _POST + more
            self._order[own, post.id] = None
            self._quota.added(self, post.weight)
        if patron.id in feed.patrons:
            self._patrons.keep((own, patron.id), patron)

    def facts(self, content: Content) -> Facts:
        """What conditions were told of a content when it was judged."""
        return Facts(content, self._scores)

    def forget_oldest(self) -> int:
        """Forget the post that came first, and each of its patrons of whom nothing is left."""
        (own, post_id), _ = self._order.popitem(last=False)
        feed = self._feeds[own]
        weight = feed.posts[post_id].weight
        for patron_id in feed.forget_post(post_id):
            self._patrons.drop((own, patron_id))
        self._drop_if_empty(own)
        return weight

    def forget_patron(self, key: _Key) -> int:
        """Forget a patron; what it was counted for is given."""
        own, patron_id = key
        patron = self._feeds[own].forget_patron(patron_id)
        self._drop_if_empty(own)
        return patron.weight

    def _drop_if_empty(self, own: tuple[str, str]) -> None:
        feed = self._feeds.get(own)
        if feed is not None and feed.empty:
            del self._feeds[own]


class _Patrons:
    """The patrons of one sandbox, in the order in which they posted last."""

    def __init__(self, moderation: Moderation, quota: Quota) -> None:
        self._moderation = moderation
        self._quota = quota
        self._order: OrderedDict[_Key, None] = OrderedDict()
        quota.join(self)

    def leave(self) -> None:
        """All that is here is gone."""
        self._quota.leave(self)

    def keep(self, key: _Key, patron: Patron) -> None:
        """A patron has posted."""
        before, patron.weight = patron.weight, _weigh_patron(patron)
        self._order[key] = None
        self._order.move_to_end(key)
        if before:
            self._quota.grew(self, patron.weight - before)
        else:
            self._quota.added(self, patron.weight)

    def drop(self, key: _Key) -> None:
        """Of a patron there is nothing left that is worth keeping."""
        weight = self._moderation.forget_patron(key)
        # One whose first post is just being kept is not counted yet.
        if key in self._order:
            del self._order[key]
            self._quota.dropped(self, weight)

    def forget_oldest(self) -> int:
        """Forget the patron who posted longest ago."""
        key, _ = self._order.popitem(last=False)
        return self._moderation.forget_patron(key)


def _subject(rule: Rule, post: Post, patron: Patron) -> Subject:
    return post if rule.type == POST else patron


def _weigh(content: Content) -> int:
    """Roughly what a content keeps in memory, in bytes."""
    submission, judgement = content.submission, content.judgement
    posting, media = submission.posting, submission.media
    weight = _CONTENT + held_by(submission.text) + held_by(submission.callback_url)
    weight += len(judgement.counts) * _COUNTED + len(judgement.fired) * _EVENT
    if submission.metadata is not ABSENT:
        weight += held_by(submission.metadata)
    if media is not None:
        weight += len(media.url or "") * _OF_AN_ADDRESS
    if posting is not None:
        weight += held_by((posting.post_id, posting.patron_id))
        if posting.content_metadata:
            weight += held_by(posting.content_metadata) + getsizeof(judgement.content_metadata)
        if posting.patron_metadata:
            weight += held_by(posting.patron_metadata) + getsizeof(judgement.patron_metadata)
    prediction = content.prediction
    if isinstance(prediction, TextPrediction) and prediction.found is not NOTHING_FOUND:
        weight += _matches(prediction.found) * _MATCH
    return weight


def _matches(found: Found) -> int:
    every = (found.text_filters, found.pii_entities, found.custom_classes, found.urls)
    return sum(map(len, every))


def _weigh_patron(patron: Patron) -> int:
    kept = len(patron.windows) * _WINDOW + len(patron.history) * _EVENT
    return _PATRON + kept + held_by(patron.id) + held_by(patron.metadata)
