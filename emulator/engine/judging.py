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
from emulator.engine.delivery import Deliveries, note_move
from emulator.engine.journal import ActionTaken
from emulator.engine.moderation import MODERATOR, Feed
from emulator.engine.sandbox import Sandbox
from emulator.engine.shelf import Shelf
from emulator.engine.subjects import Content, Patron, Post
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
        task.judged, fired = sandbox.moderation.judge(feed, content)
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
                task_id=task.id,
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
        sandbox.moderation.act(action, post, patron, now)
        self._tell(
            sandbox,
            application,
            action,
            post,
            patron,
            by=MODERATOR,
            at=now,
            task_id=None,
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
        task_id: str | None,
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
        notice = Notice(action.name, by, task_id, application.project, submission, at, scenario)
        body = notice_of(application, action, post, patron, notice)
        callback = sandbox.callbacks.owe_notice(notice, url, at, to_bytes(encode(body)))
        self._deliveries.schedule(sandbox, callback, at)
        note_move(sandbox, callback, at)


def notice_of(
    application: Application,
    action: Action,
    post: Post | None,
    patron: Patron,
    notice: Notice,
) -> Mapping[str, Any]:
    """What the address is told that wants to know of an action."""
    return {
        "application_id": application.application_id,
        "action": action.as_written(),
        "post_id": None if post is None else post.id,
        "patron_id": patron.id,
        "task_id": notice.task_id,
        "by": notice.by,
        "created_on": stamp(notice.ended),
    }
