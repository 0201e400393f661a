"""Posts to the Dashboard without any HTTP, by applications of the tests' own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator import Emulator
from emulator.core.access import Address, Application
from emulator.core.faults import Event
from emulator.core.model import Mode
from emulator.core.parsing.posting import read_posting
from emulator.core.rules import Rule
from emulator.engine.moderation import Feed
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task

KEY = "dashboard-key"
EVENTS = {Mode.SYNC: Event.SUBMIT_SYNC, Mode.ASYNC: Event.SUBMIT_ASYNC}


@dataclass
class Posters:
    """People who post to the bundled application, under rules and webhooks of the test's own.

    `webhooks` are the addresses that are told of actions, by their names.
    """

    emulator: Emulator
    rules: tuple[Rule, ...] = ()
    webhooks: Mapping[str, str] = field(default_factory=dict)
    key: str = KEY
    posted: int = 0

    def __post_init__(self) -> None:
        self.feed.override(rules=self.rules, webhooks=self.webhooks)

    @property
    def sandbox(self) -> Sandbox:
        return self.emulator.sandbox("default")

    @property
    def feed(self) -> Feed:
        opened = self.emulator.library.directory.caller(f"Token {self.key}").opened
        assert isinstance(opened, Application)
        return self.sandbox.moderation.feed(opened)

    def post(self, mode: Mode = Mode.SYNC, legacy: bool = False, **fields: Any) -> Task:
        """A text by Ann that is a post of its own, unless the fields say otherwise.

        An asynchronous one is acknowledged by the return of this call.
        """
        if "url" not in fields:
            fields.setdefault("text_data", "hello")
        self.posted += 1
        fields.setdefault("post_id", f"post {self.posted}")
        if "user_id" not in fields:
            fields.setdefault("patron_id", "ann")
        address = Address(f"/api/v1/task/{mode}")
        call = self.emulator.begin("POST", address, f"Token {self.key}", EVENTS[mode])
        self.emulator.admit(call)
        submission = read_posting(fields, legacy=legacy, needs_callback=False)
        task = self.emulator.accept(call, submission)
        if mode is Mode.ASYNC:
            self.emulator.acknowledged(call.sandbox, task)
        return task
