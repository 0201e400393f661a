"""What happens when a task of the Dashboard is finished: judged, acted on, and told to webhooks.

The body of a webhook is our own design; nothing is known of Hive's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator.core.access import Application
from emulator.core.model import Submission
from emulator.core.rendering.values import encode, stamp, to_bytes
from emulator.core.rules import POST, Action
from emulator.core.scenario import Scenario
from emulator.engine.callbacks import Notice
from emulator.engine.delivery import Deliveries
from emulator.engine.journal import ActionTaken, CallbackMoved
from emulator.engine.moderation import MODERATOR, Content, Feed, Patron, Post, act
from emulator.engine.sandbox import Sandbox
from emulator.engine.shelf import Shelf
from emulator.engine.tasks import Task

NOBODY = Submission()
"""What a notice is about where no submission led to it."""


class Judging:
    """Lets rules judge what was posted, and has their actions told.

    `shelf` tells which rules are in force: those of a task that was submitted before its files were
    read anew are not.
    """

    def __init__(self, shelf: Shelf, deliveries: Deliveries) -> None:
        self._shelf = shelf
        self._deliveries = deliveries

    def feed(self, sandbox: Sandbox, application: Application) -> Feed:
        """The feed of an application, with the rules that are in force."""
        current = self._shelf.directory.current(application)
        moderation = sandbox.moderation
        return moderation.feed(application) if current is None else moderation.adopt(current)

    def judge(self, sandbox: Sandbox, task: Task) -> None:
        """Judge a finished task; `triggered` has the rules that fired, in their order."""
        if task.application is None:
            return
        prediction = None if task.failure is not None else task.prediction
        content = Content(task.id, task.ended, task.submission, task.project, prediction)
        feed = self.feed(sandbox, task.application)
        fired = sandbox.moderation.judge(feed, content)
        task.triggered = tuple(one.rule for one in fired)
        for one in fired:
            self._tell(
                sandbox,
                feed.application,
                one.rule.action,
                one.post if one.rule.action.deed.on == POST else None,
                one.patron,
                by=one.rule.name,
                at=task.ended,
                submission=task.submission,
                scenario=task.scenario,
            )

    def act(
        self,
        sandbox: Sandbox,
        application: Application,
        action: Action,
        post: Post | None,
        patron: Patron,
        scenario: Scenario,
    ) -> None:
        """Act as the moderator: the same effects, and the same notices."""
        now = sandbox.clock.now()
        act(action, post, patron, now, MODERATOR)
        self._tell(
            sandbox,
            application,
            action,
            post,
            patron,
            by=MODERATOR,
            at=now,
            submission=NOBODY,
            scenario=scenario,
        )

    def _tell(
        self,
        sandbox: Sandbox,
        application: Application,
        action: Action,
        post: Post | None,
        patron: Patron,
        *,
        by: str,
        at: datetime,
        submission: Submission,
        scenario: Scenario,
    ) -> None:
        sandbox.journal.add(
            ActionTaken(
                at,
                action.name,
                application=application.name,
                by=by,
                post=None if post is None else post.id,
                patron=patron.id,
            )
        )
        url = application.webhooks.get(action.name)
        if url is None:
            return
        body = notice_of(application, action, post, patron, by, at)
        sandbox.actions += 1
        notice = Notice(f"action-{sandbox.actions}", application.project, submission, at, scenario)
        callback = sandbox.callbacks.owe_notice(notice, url, at, to_bytes(encode(body)))
        self._deliveries.schedule(sandbox, callback, at)
        sandbox.journal.add(
            CallbackMoved(at, callback.id, task=notice.id, state=callback.state.value)
        )


def notice_of(
    application: Application,
    action: Action,
    post: Post | None,
    patron: Patron,
    by: str,
    at: datetime,
) -> Mapping[str, Any]:
    """What the address is told that wants to know of an action."""
    return {
        "application_id": application.application_id,
        "action": action.as_written(),
        "post_id": None if post is None else post.id,
        "patron_id": patron.id,
        "by": by,
        "created_on": stamp(at),
    }
