"""What a sandbox holds: journal, requests, tasks and callbacks; and which sandboxes there are."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from emulator.core.matching import Glob
from emulator.core.scenario import OWED
from emulator.engine.callbacks import Callback, CallbackState, Impossible
from emulator.engine.emulator import Emulator
from emulator.engine.expectations import REQUEST, Likeness
from emulator.engine.journal import KINDS, Entry, Exchange, Note, OfTask
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task, TaskState, age
from emulator.server.control import finding, views
from emulator.server.control.asked import ControlError, read_number, read_word, sandbox_name
from emulator.server.control.lists import listed, listed_from
from emulator.server.control.scores import scores

_REQUEST_FIELDS = ("path", "method", "status", "project")


class Records:
    """The endpoints that look, and those that act on one thing that was found."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def sandboxes(self, request: Request) -> Any:
        """All sandboxes."""
        every = list(self._emulator.sandboxes)
        return listed(every, request, views.sandbox, lambda one: one.name)

    async def forget_sandbox(self, request: Request) -> Any:
        """Do away with a sandbox; it comes into being again when it is used."""
        name = request.path_params["name"]
        if not self._emulator.worlds.forget(name):
            raise ControlError(404, f"There is no sandbox {name!r}.")
        return {"forgotten": name}

    async def journal(self, request: Request) -> Any:
        """Everything that happened, or what is of one kind, or about one task."""
        kind, task_id = (request.query_params.get(name) for name in ("kind", "task"))
        if kind is not None:
            read_word("kind", kind, KINDS)
        return self._entries(
            request,
            lambda entry: (
                kind in (None, entry.kind) and (task_id is None or _is_about(entry, task_id))
            ),
        )

    async def requests(self, request: Request) -> Any:
        """The calls of the emulated API."""
        asked = request.query_params
        like = Likeness({name: Glob(asked[name]) for name in _REQUEST_FIELDS if name in asked})
        return self._entries(
            request,
            lambda entry: isinstance(entry, Exchange) and like.fits(REQUEST, entry),
        )

    def _entries(self, request: Request, wanted: Callable[[Entry], bool]) -> Any:
        journal, since = self._sandbox(request).journal, request.query_params.get("since")
        if since is not None and since.isdecimal():
            # An id counts also where what has it is not among what is asked for.
            later = journal.since(read_number("since", since))
            return listed_from([one for one in later if wanted(one)], request, views.entry)
        return listed(
            journal.select(wanted),
            request,
            views.entry,
            lambda entry: str(entry.id),
            lambda entry: entry.at,
        )

    async def request(self, request: Request) -> Any:
        """One call of the emulated API, with what was sent and what was answered."""
        wanted = request.path_params["id"]
        for entry in self._sandbox(request).journal:
            if str(entry.id) == wanted and isinstance(entry, Exchange):
                return views.exchange_in_full(entry, self._emulator)
        raise _unknown("request", request)

    async def tasks(self, request: Request) -> Any:
        """The tasks, all or those that are looked for."""
        asked = request.query_params
        holds = finding.wanted(asked)
        tasks = [task for task in self._sandbox(request).tasks if holds(task)]
        tasks.sort(key=age)
        found = finding.before(tasks, asked.get("before"))
        return listed(found, request, views.task, _id_of_task, lambda task: task.submitted)

    async def task(self, request: Request) -> Any:
        """One task, with its answer and how it came to be."""
        sandbox = self._sandbox(request)
        task = sandbox.tasks.get(request.path_params["id"])
        if task is None:
            raise _unknown("task", request)
        return views.task_in_full(task, sandbox, self._emulator)

    async def scores(self, request: Request) -> Any:
        """What the model said of a task: scores by head, or severities and matches in the text."""
        task = self._sandbox(request).tasks.get(request.path_params["id"])
        if task is None:
            raise _unknown("task", request)
        if task.state is not TaskState.FINISHED:
            raise ControlError(409, f"The task {task.id} is {task.state}, and has no scores.")
        return scores(task, self._emulator.worlds.scores)

    async def callbacks(self, request: Request) -> Any:
        """The callbacks, all or those in one state or of one kind."""
        asked = {"state": CallbackState, "kind": OWED}
        wanted = {name: request.query_params.get(name) for name in asked}
        for name, value in wanted.items():
            if value is not None:
                read_word(name, value, asked[name])
        every = [
            one
            for one in self._sandbox(request).callbacks
            if wanted["state"] in (None, one.state) and wanted["kind"] in (None, one.kind)
        ]
        return listed(
            every, request, views.callback, lambda one: one.id, lambda one: one.task.ended
        )

    async def callback(self, request: Request) -> Any:
        """One callback with its attempts."""
        return views.callback_in_full(self._callback(request), self._emulator)

    async def resend(self, request: Request) -> Any:
        """Send a callback once more that has come to its end."""
        return self._done(request, self._emulator.resend)

    async def send_now(self, request: Request) -> Any:
        """Send a callback at once that waits for its moment."""
        return self._done(request, self._emulator.send_now)

    async def drop(self, request: Request) -> Any:
        """Send a callback no more."""
        return self._done(request, self._emulator.drop)

    def _done(self, request: Request, act: Callable[[Sandbox, Callback], None]) -> Any:
        callback = self._callback(request)
        try:
            act(self._sandbox(request), callback)
        except Impossible as error:
            raise ControlError(409, f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
        return views.callback(callback)

    def _callback(self, request: Request) -> Callback:
        callback = self._sandbox(request).callbacks.get(request.path_params["id"])
        if callback is None:
            raise _unknown("callback", request)
        return callback

    async def projects(self, request: Request) -> Any:
        """The declared projects; keys are never shown."""
        projects = self._emulator.library.directory.projects
        sandbox = self._sandbox(request)
        return listed(projects, request, views.project_in(sandbox), lambda one: one.name)

    def _sandbox(self, request: Request) -> Sandbox:
        return self._emulator.sandbox(sandbox_name(request))


def _is_about(entry: Entry, task_id: str) -> bool:
    if isinstance(entry, Exchange):
        return entry.task is not None and entry.task.id == task_id
    if isinstance(entry, OfTask):
        return entry.task == task_id
    return isinstance(entry, Note) and task_id in (entry.about, entry.facts.get("task"))


def _id_of_task(task: Task) -> str:
    return task.id


def _unknown(what: str, request: Request) -> ControlError:
    wanted = request.path_params["id"]
    return ControlError(
        404,
        f"There is no {what} {wanted!r} in the sandbox {sandbox_name(request)!r}. Other sandboxes "
        "are asked with ?sandbox=NAME.",
    )
