"""Posts and patrons of the Dashboard: look at them, judge by other rules, act as the moderator."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from starlette.requests import Request

from emulator.core.access import Application
from emulator.core.rules import POST, Action
from emulator.core.suggest import did_you_mean, listed, shown
from emulator.engine.emulator import Emulator
from emulator.engine.moderation import Feed
from emulator.engine.sandbox import Sandbox
from emulator.engine.subjects import Moment, Patron, Post
from emulator.library.inline import action_from, application_from
from emulator.library.rules import warnings
from emulator.server.control import lists, views
from emulator.server.control.asked import ControlError, fields_of, json_body, sandbox_name


def _subjects(feed: Feed) -> Iterator[Post | Patron]:
    yield from feed.posts.values()
    yield from feed.patrons.values()


class Moderating:
    """The endpoints of applications, posts and patrons."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def applications(self, request: Request) -> Any:
        """The declared applications with the rules that judge here; keys are never shown."""
        feeds = [self._feed(request, one) for one in self._declared]
        return lists.listed(feeds, request, self._view_feed, lambda feed: feed.application.name)

    async def set_application(self, request: Request) -> Any:
        """Judge by other rules here, or tell other addresses of actions."""
        feed = self._feed(request, self._named(request.path_params["name"]))
        heads = self._emulator.library.heads
        feed.override(**application_from(await json_body(request), heads))
        suspicious = [str(warning) for warning in warnings(feed.application)]
        return {**self._view_feed(feed), "warnings": suspicious}

    async def posts(self, request: Request) -> Any:
        """The posts, newest last; one that is asked for by `id` is explained, rule by rule."""
        wanted = request.query_params.get("id")
        found = [
            (feed, post)
            for feed in self._feeds(request)
            for post in feed.posts.values()
            if wanted in (None, post.id)
        ]
        sandbox = self._sandbox(request)
        view = views.post if wanted is None else views.post_in_full(sandbox)
        return _listed(found, request, view, _came)

    async def patrons(self, request: Request) -> Any:
        """The patrons, newest last, with their history."""
        wanted = request.query_params.get("id")
        found = [
            (feed, patron)
            for feed in self._feeds(request)
            for patron in feed.patrons.values()
            if wanted in (None, patron.id)
        ]
        now = self._sandbox(request).clock.now()
        return _listed(found, request, lambda feed, one: views.patron(feed, one, now), _came)

    async def review(self, request: Request) -> Any:
        """The review feed: posts and patrons that somebody is to look at, as they came to it."""
        now = self._sandbox(request).clock.now()
        found: list[tuple[Feed, Post | Patron]] = [
            (feed, subject)
            for feed in self._feeds(request)
            for subject in _subjects(feed)
            if subject.to_review is not None
        ]
        return _listed(
            found, request, lambda feed, one: views.reviewed(feed, one, now), _came_to_review
        )

    async def act(self, request: Request) -> Any:
        """Act as the moderator on a post or a patron."""
        sent = await fields_of(request, ("post_id", "patron_id", "action", "application"))
        if "action" not in sent:
            raise ControlError(400, "The field 'action' is missing.")
        action = action_from(sent["action"])
        feed, post, patron = self._subject(request, sent, action)
        sandbox = self._sandbox(request)
        known = sandbox.scenarios(self._emulator.library.scenarios)
        scenario = known.get(sandbox.scenario) or known["calm"]
        self._emulator.judging.act(sandbox, feed.application, action, post, patron, scenario)
        now = sandbox.clock.now()
        return views.post(feed, post) if post is not None else views.patron(feed, patron, now)

    def _subject(
        self, request: Request, sent: Mapping[str, Any], action: Action
    ) -> tuple[Feed, Post | None, Patron]:
        """Whom an action is done to, as its sort demands."""
        field = "post_id" if action.deed.on == POST else "patron_id"
        given = {name: sent[name] for name in _SUBJECTS if sent.get(name) is not None}
        for name, value in given.items():
            _text(name, value)
        if given.keys() != {field}:
            told = f"{action.name} is done to a {action.deed.on}: name it with {field!r} alone."
            raise ControlError(400, told)
        wanted, application = given[field], sent.get("application")
        for feed in self._feeds_of(request, _text("application", application)):
            found = _found(feed, field, wanted)
            if found is not None:
                return found
        sandbox = sandbox_name(request)
        whose = "" if application is None else f" of the application {shown(application)}"
        told = f"There is no {action.deed.on} {shown(wanted)}{whose} in the sandbox {sandbox!r}."
        raise ControlError(404, told)

    def _view_feed(self, feed: Feed) -> Any:
        application = feed.application
        shown_rules = {
            rule.name: self._emulator.shown_rule(application, rule).id for rule in feed.rules
        }
        return views.application(feed, shown_rules)

    @property
    def _declared(self) -> tuple[Application, ...]:
        return self._emulator.library.directory.applications

    def _named(self, name: str) -> Application:
        found = {one.name: one for one in self._declared}
        if name not in found:
            raise _unknown(name, found)
        return found[name]

    def _feed(self, request: Request, application: Application) -> Feed:
        return self._emulator.judging.feed(self._sandbox(request), application)

    def _feeds(self, request: Request) -> Iterable[Feed]:
        return self._feeds_of(request, request.query_params.get("application"))

    def _feeds_of(self, request: Request, name: str | None) -> Iterable[Feed]:
        """The feeds of the application of a name, or of all."""
        feeds = [*self._sandbox(request).moderation]
        known = {one.name: None for one in (*self._declared, *(feed.application for feed in feeds))}
        if name is not None and name not in known:
            raise _unknown(name, known)
        return [feed for feed in feeds if name in (None, feed.application.name)]

    def _sandbox(self, request: Request) -> Sandbox:
        return self._emulator.sandbox(sandbox_name(request))


_SUBJECTS = ("post_id", "patron_id")


def _text(name: str, value: object) -> str | None:
    """A text, or nothing where none was given."""
    if value is not None and not isinstance(value, str):
        raise ControlError(400, f"{name!r} is {shown(value)}: it must be a text.")
    return value


def _found(feed: Feed, field: str, wanted: str) -> tuple[Feed, Post | None, Patron] | None:
    """The post of an id with its patron, or the patron of an id, if the feed has it."""
    if field == "patron_id":
        patron = feed.patrons.get(wanted)
        return None if patron is None else (feed, None, patron)
    post = feed.posts.get(wanted)
    if post is None:
        return None
    # Of a patron who was forgotten the id is left, and nothing is done to it.
    return feed, post, feed.patrons.get(post.patron_id) or Patron(post.patron_id, post.came)


def _unknown(name: str, known: Iterable[str]) -> ControlError:
    hint = did_you_mean(name, known)
    told = f"There is no application {shown(name)}.{hint} Known are: {listed(known)}."
    return ControlError(404, told)


_S = TypeVar("_S", Post, Patron, Post | Patron)


def _listed(
    found: list[tuple[Feed, _S]],
    request: Request,
    view: Callable[[Feed, _S], Mapping[str, Any]],
    moment: Callable[[Post | Patron], Moment],
) -> Mapping[str, Any]:
    """Of all applications together, in the order of their moments.

    An id may be in several; `since` counts from the first of them, so that nothing is left out.
    """
    found.sort(key=lambda pair: moment(pair[1]).ordinal)
    return lists.listed(
        found,
        request,
        lambda pair: view(*pair),
        lambda pair: pair[1].id,
        lambda pair: moment(pair[1]).at,
    )


def _came(subject: Post | Patron) -> Moment:
    return subject.came


def _came_to_review(subject: Post | Patron) -> Moment:
    return subject.to_review or subject.came
