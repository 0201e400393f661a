"""The fixture `hive`: one sandbox of an emulator, and what a test says to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.client import Client, Refused
from emulator.pytest_plugin import records, scripting
from emulator.pytest_plugin.conversation import Conversation
from emulator.pytest_plugin.inbox import NEVER, Answer, Inbox, slow
from emulator.pytest_plugin.records import Callback, Passed, Patron, Post, Request, Task
from emulator.pytest_plugin.scripting import Frames, Scores
from emulator.pytest_plugin.waiting import Awaited, So, Waits, refuse_to_block

if TYPE_CHECKING:
    from emulator.lab import Threshold

_NOT_AS_EXPECTED = 406
_EVERY = 1_000_000
"""More than there ever are: some lists of the control API are short when nobody says how long."""
_ADDED = "control API"
"""Where the control API says that a fixture is from which was added at run time."""


class Hive:
    """A sandbox: where it is reached, by which keys, and everything that can be done with it.

    `url` is the base address for clients of the Task API, `dashboard_url` of the Dashboard API.
    Both select the sandbox, and so does each key, so that either is enough for a client of which
    only one can be set. `key` opens a project that takes texts and pictures. `aio` has the verbs
    that wait, to be awaited.
    """

    def __init__(self, server: str, sandbox: str, token: str | None, *, strict: bool) -> None:
        self.sandbox = sandbox
        self._server = server
        self.url = f"{server}/s/{sandbox}"
        self.dashboard_url = f"{self.url}/dashboard"
        self.key = f"any-key~{sandbox}"
        self.visual_key = f"visual-key~{sandbox}"
        self.text_key = f"text-key~{sandbox}"
        self.dashboard_key = f"dashboard-key~{sandbox}"
        self.strict = strict
        self.failed = False
        self._client = Client(server, sandbox, token)
        self._waits = Waits(self._client)
        self._inboxes: list[Inbox] = []
        self.aio = Awaited(self._waits)

    def __repr__(self) -> str:
        return f"<Hive at {self.url}>"

    @property
    def variables(self) -> Mapping[str, str]:
        """What `hive_env` can name."""
        names = ("url", "dashboard_url", "key", "visual_key", "text_key", "dashboard_key")
        return {"sandbox": self.sandbox, **{name: getattr(self, name) for name in names}}

    # Scripting

    def text(
        self,
        exact: str | None = None,
        *,
        contains: str | None = None,
        matches: str | None = None,
        **said: Any,
    ) -> None:
        """Script a text, by its severities: `hive.text("you fool", bullying=2)`.

        The text is exact; `contains` is a part of it, `matches` a regular expression (RE2). Beside
        classes there may be `language`, `pii_entities` and so on, and `fault`, `latency`, `project`
        and so on as in a fixture file. What is scripted last counts first.
        """
        __tracebackhide__ = True
        self._add(scripting.text_fixture(exact, contains, matches, said))

    def visual(self, pattern: str | None = None, scores: Scores = {}, /, **said: Any) -> None:  # noqa: B006 - never changed
        """Script a picture, by its scores: `hive.visual("*/a.jpg", general_nsfw=0.97)`.

        A pattern with a slash is for the address, one without for the name of an upload or the end
        of an address; `*` is anything. `sha256=` recognises an upload by its bytes. Classes that
        are no Python names go into a mapping. The rest is as in `text`.
        """
        __tracebackhide__ = True
        self._add(scripting.visual_fixture(pattern, scores, said))

    def video(
        self,
        pattern: str | None = None,
        frames: Frames = (),
        *,
        between: str | None = None,
        duration: str | None = None,
        **said: Any,
    ) -> None:
        """Script a video: `hive.video("*/v.mp4", {"0s": {}, "12s": {"knife_in_hand": 0.95}})`.

        Scores hold from their moment to the next (`between="linear"` goes from one to the other).
        `duration` is told of a video that nobody downloads. The rest is as in `visual`.
        """
        __tracebackhide__ = True
        self._add(scripting.video_fixture(pattern, frames, between, duration, said))

    def fixture(self, fields: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Add a fixture as a file would have it: `hive.fixture(when={...}, visual={...})`."""
        __tracebackhide__ = True
        self._add(scripting.fixture({**(fields or {}), **more}))

    def _add(self, fixture: Mapping[str, Any]) -> None:
        __tracebackhide__ = True
        self._client.post("fixtures", body=fixture)

    def scenario(self, name: str | None = None, /, **inline: Any) -> None:
        """Begin a scenario: a known one by its name, or one as a file has it, `steps=[...]`."""
        __tracebackhide__ = True
        self._client.put("scenario", body=inline if name is None else {**inline, "name": name})

    def fault(
        self,
        name: str,
        *,
        on: str | None = None,
        times: int | None = None,
        when: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        """Have a trouble: `hive.fault("server_error", times=2)`; without `times` for ever.

        `on` is submit, submit_sync, submit_async, summary, trigger or callback, `when` as in a
        fixture; settings are the fault's own, such as `delay="3s"`. It comes before the scenario's
        steps.
        """
        __tracebackhide__ = True
        said = {"on": on, "times": times, "when": when}
        given = {key: value for key, value in said.items() if value is not None}
        self._client.post("faults", body={**given, "fault": name, **settings})

    # Policies

    @staticmethod
    def sweep(name: str, low: float | None = None, high: float | None = None, **how: Any) -> Any:
        """The parsed answers while one class goes from one score to another, all else clean.

        `hive.sweep("general_nsfw", 0.0, 1.0, steps=21)`; of a text class one for each severity. All
        of it is as in `emulator.lab.sweep`, and no server is asked.
        """
        from emulator.lab import sweep

        return sweep(name, low, high, **how)

    @staticmethod
    def boundary(decide: Callable[[Any], Any], name: str, **how: Any) -> "Threshold | None":
        """Where along a class a function decides otherwise, exactly; None where it never does.

        `assert hive.boundary(decide, "general_nsfw") == 0.9`, and its `operator` is `>=` or `>`.
        All of it is as in `emulator.lab.boundary`, and no server is asked.
        """
        from emulator.lab import boundary

        return boundary(decide, name, **how)

    # Time

    def advance(self, by: object, *, timeout: float = 60.0) -> Passed:
        """Let time pass, "5m" or a timedelta: return when all that fell due has been done.

        `timeout`, in seconds of real time, is how long it waits for receivers; then `TimeoutError`.
        """
        __tracebackhide__ = True
        refuse_to_block("hive.advance", "hive.aio.advance(...)")
        return self._waits.advance(by, timeout)

    def run_until_idle(self, limit: object = None, *, timeout: float = 60.0) -> Passed:
        """Let time pass until nothing is left to do, at most `limit` of it (30 days)."""
        __tracebackhide__ = True
        refuse_to_block("hive.run_until_idle", "hive.aio.run_until_idle(...)")
        return self._waits.run_until_idle(limit, timeout)

    def wait_for(
        self,
        *,
        requests: So | None = None,
        tasks: So | None = None,
        callbacks: So | None = None,
        timeout: float = 10.0,
    ) -> None:
        """Wait for others to do something: `hive.wait_for(callbacks={"state": "delivered"})`.

        A number is how many there are to be at least; a mapping may have `count`, `at_least`,
        `at_most`, `when`, and what such things are told by. The clock does not move; `timeout` is
        in seconds of real time, and then the test fails.
        """
        __tracebackhide__ = True
        refuse_to_block("hive.wait_for", "hive.aio.wait_for(...)")
        self._waits.wait_for(
            {"requests": requests, "tasks": tasks, "callbacks": callbacks}, timeout
        )

    # What happened

    def requests(
        self,
        *,
        path: str | None = None,
        method: str | None = None,
        status: int | str | None = None,
        project: str | None = None,
    ) -> list[Request]:
        """The calls of the emulated API, oldest first; in each field `*` stands for anything."""
        asked = {"path": path, "method": method, "status": status, "project": project}
        return self._listed("requests", records.request, **asked)

    def tasks(self, *, state: str | None = None) -> list[Task]:
        """The tasks, oldest first."""
        return self._listed("tasks", records.task, state=state)

    def callbacks(self, *, state: str | None = None) -> list[Callback]:
        """The callbacks and webhooks with their attempts, oldest first."""
        return self._listed("callbacks", records.callback, state=state)

    def _listed(self, what: str, make: Callable[..., Any], **query: object) -> list[Any]:
        items = self._client.get(what, **query)["items"]
        return [make(one, partial(self._client.get, what, one["id"])) for one in items]

    def posts(self, id: str | None = None) -> list[Post]:  # noqa: A002 - what the API calls it
        """The posts of the Dashboard, oldest first."""
        return [records.post(one) for one in self._client.get("posts", id=id)["items"]]

    def patrons(self, id: str | None = None) -> list[Patron]:  # noqa: A002
        """The patrons of the Dashboard: banned, suspended, tagged, with their history."""
        return [records.patron(one) for one in self._client.get("patrons", id=id)["items"]]

    def assert_requested(
        self,
        *,
        path: str | None = None,
        method: str | None = None,
        status: int | str | None = None,
        project: str | None = None,
        count: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        **content: Any,
    ) -> None:
        """Fail unless there was such a call; the message says what came nearest.

        `content` is what was sent in, as in a fixture's `when`: `text_contains="fool"`. `count` is
        exact; without numbers at least one is expected.
        """
        __tracebackhide__ = True
        like = {"path": path, "method": method, "status": status, "project": project}
        numbers = {"count": count, "at_least": at_least, "at_most": at_most}
        request: dict[str, Any] = {key: one for key, one in like.items() if one is not None}
        said = {key: value for key, value in numbers.items() if value is not None}
        if content:
            request["when"] = content
        self._verify({"request": request, **said})

    def assert_not_requested(
        self,
        *,
        path: str | None = None,
        method: str | None = None,
        status: int | str | None = None,
        project: str | None = None,
        **content: Any,
    ) -> None:
        """Fail where there was such a call."""
        __tracebackhide__ = True
        self.assert_requested(
            path=path, method=method, status=status, project=project, count=0, **content
        )

    def _verify(self, expected: Mapping[str, Any]) -> None:
        __tracebackhide__ = True
        try:
            self._client.post("verify", body={"expect": [expected]})
        except Refused as refused:
            if refused.status != _NOT_AS_EXPECTED:
                raise
            raise AssertionError("\n".join(refused.told["failures"])) from None

    # Callbacks

    slow = staticmethod(slow)
    never = NEVER

    def inbox(self, *answers: Answer | int) -> Inbox:
        """A receiver of callbacks on a free port, until the test is over.

        It answers as told, one after the other, and then with 200: `hive.inbox(500, 500, 200)`,
        `hive.inbox(hive.slow("3s"))`, `hive.inbox(hive.never)`.
        """
        made = Inbox(*answers, outlook=self._outlook)
        self._inboxes.append(made)
        return made

    def _outlook(self) -> str:
        """What is still to be sent, for somebody who waits for it."""
        due = [one for one in self.callbacks(state="scheduled") if one.due is not None]
        told = [f"  {one.due:%Y-%m-%d %H:%M:%S}  {one.kind} {one.id} to {one.url}" for one in due]
        if not told:
            return ""
        return "\n".join(["The clock stands still until hive.advance(...), and due are:", *told])

    # Fixed addresses

    @contextmanager
    def intercept(self) -> Iterator[None]:
        """Lead this process's calls to Hive's own hosts here: `with hive.intercept():`.

        For clients whose address is a constant, https://api.thehive.ai/... or that of the
        Dashboard, whatever library they call it with; certificates are verified. The test fails
        where Hive itself would have been reached. Needs the extra `certificate`.
        """
        __tracebackhide__ = True
        # Imported here: TLS, asyncio and certificates take their time, and few tests need them.
        from emulator.pytest_plugin.interception import intercepted

        with intercepted(self._server, self.sandbox):
            yield

    # The end

    def conversation(self) -> str:
        """What was said so far, at most sixty lines, newest last; a test that fails shows it."""
        return Conversation(self._client).told()

    def complaints(self) -> list[str]:
        """What strictness has against the sandbox: what nobody knew, and what nobody used."""
        return [*self._unmatched(), *self._unused()]

    def _unmatched(self) -> Iterable[str]:
        for task in self._client.get("unmatched", limit=_EVERY)["items"]:
            sent = records.submission(task["submission"])
            content = repr(sent.text) if sent.text is not None else sent.url or sent.filename
            nearest = task["nearest"][:1]
            told = f"the nearest fixture is {nearest[0]}" if nearest else "there is none to be near"
            yield f"no fixture knew the {sent.kind} {content}; {told}"

    def _unused(self) -> Iterable[str]:
        for one in self._client.get("fixtures", "unused", limit=_EVERY)["items"]:
            if one["where"] == _ADDED:
                yield f"the fixture {one['name']!r} was not used: {one['reason']}"

    def close(self) -> None:
        """Let go of what the test had."""
        for inbox in self._inboxes:
            inbox.close()
