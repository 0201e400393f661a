"""Posts and patrons of the Dashboard: look at them, judge by other rules, act as the moderator."""

from collections.abc import Iterator
from typing import Any

from starlette.requests import Request

from emulator.core.access import Application
from emulator.core.rules import POST, Action
from emulator.core.suggest import did_you_mean, listed, shown
from emulator.engine.emulator import Emulator
from emulator.engine.moderation import Feed, Patron, Post
from emulator.engine.sandbox import Sandbox
from emulator.library.inline import action_from, application_from
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
        return self._view_feed(feed)

    async def posts(self, request: Request) -> Any:
        """The posts, oldest first; one that is asked for by `id` is explained, rule by rule."""
        wanted = request.query_params.get("id")
        found = [
            (feed, post)
            for feed in self._feeds(request)
            for post in feed.posts.values()
            if wanted in (None, post.id)
        ]
        sandbox = self._sandbox(request)
        view = views.post if wanted is None else views.post_in_full(sandbox)
        return lists.listed(
            found,
            request,
            lambda pair: view(*pair),
            lambda pair: pair[1].id,
            lambda pair: pair[1].contents[0].at,
        )

    async def patrons(self, request: Request) -> Any:
        """The patrons, with their history."""
        wanted = request.query_params.get("id")
        found = [
            (feed, patron)
            for feed in self._feeds(request)
            for patron in feed.patrons.values()
            if wanted in (None, patron.id)
        ]
        now = self._sandbox(request).clock.now()
        return lists.listed(
            found, request, lambda pair: views.patron(*pair, now), lambda pair: pair[1].id
        )

    async def review(self, request: Request) -> Any:
        """The review feed: posts and patrons that somebody is to look at."""
        now = self._sandbox(request).clock.now()
        found: list[tuple[Feed, Post | Patron]] = [
            (feed, subject)
            for feed in self._feeds(request)
            for subject in _subjects(feed)
            if subject.in_review
        ]
        return lists.listed(
            found, request, lambda pair: views.reviewed(*pair, now), lambda pair: pair[1].id
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
        self, request: Request, sent: Any, action: Action
    ) -> tuple[Feed, Post | None, Patron]:
        """Whom an action is done to, as its sort demands."""
        field = "post_id" if action.deed.on == POST else "patron_id"
        wanted = sent.get(field)
        others = [name for name in ("post_id", "patron_id") if name in sent and name != field]
        if not isinstance(wanted, str) or others:
            told = f"{action.name} is done to a {action.deed.on}: name it with {field!r} alone."
            raise ControlError(400, told)
        name = sent.get("application")
        for feed in self._feeds(request):
            if name in (None, feed.application.name):
                post = feed.posts.get(wanted) if field == "post_id" else None
                owner = wanted if post is None else post.patron_id
                patron = feed.patrons.get(owner)
                if patron is not None and (post is not None or field == "patron_id"):
                    return feed, post, patron
        sandbox = sandbox_name(request)
        told = f"There is no {action.deed.on} {shown(wanted)} in the sandbox {sandbox!r}."
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
            hint = did_you_mean(name, found)
            told = f"There is no application {shown(name)}.{hint} Known are: {listed(found)}."
            raise ControlError(404, told)
        return found[name]

    def _feed(self, request: Request, application: Application) -> Feed:
        return self._emulator.judging.feed(self._sandbox(request), application)

    def _feeds(self, request: Request) -> Iterator[Feed]:
        wanted = request.query_params.get("application")
        for feed in self._sandbox(request).moderation:
            if wanted in (None, feed.application.name):
                yield feed

    def _sandbox(self, request: Request) -> Sandbox:
        return self._emulator.sandbox(sandbox_name(request))
