"""Submitting for a project or an application, for people and pages that know no key."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import ClientDisconnect, Request

from emulator.core import errors
from emulator.core.access import Address, Caller
from emulator.core.faults import Event
from emulator.core.model import Contract, Mode
from emulator.core.suggest import did_you_mean, listed, shown
from emulator.engine.calls import Call
from emulator.engine.emulator import Emulator
from emulator.engine.tasks import Task
from emulator.server.api import SUBMIT_ASYNC, SUBMIT_SYNC, read_body
from emulator.server.control import views
from emulator.server.control.asked import ControlError, read_word, sandbox_name

_WAYS = {
    Mode.SYNC: (SUBMIT_SYNC, Event.SUBMIT_SYNC),
    Mode.ASYNC: (SUBMIT_ASYNC, Event.SUBMIT_ASYNC),
}
_CONTRACTS = {"project": Contract.TASK, "application": Contract.DASHBOARD}
_KEPT = (b"content-type", b"content-length")
"""Of the headers those that are about the body: all others are the control API's own."""


class Submitting:
    """The endpoint that submits."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def submit(self, request: Request) -> Any:
        """Submit for a project, or for an application, with the body that the emulated API takes.

        It goes the way of every call, scenario and faults included, and the answer shows it as
        `GET /requests/{id}` does: refused or taken, with what its client would have been told.
        Troubles of the connection itself are named there, and not played on this one.
        """
        mode = Mode(read_word("mode", request.query_params.get("mode", "sync"), Mode))
        path, event = _WAYS[mode]
        caller, contract = self._caller(request)
        address = Address(path, sandbox_name(request), contract)
        call = self._emulator.begin_for(caller, "POST", address, event)
        headers = [one for one in request.scope["headers"] if one[0] in _KEPT]
        call.exchange.headers = headers
        try:
            await self._take(call, request)
        except errors.Refusal as refusal:
            self._emulator.refuse(call, refusal)
        except ClientDisconnect:
            self._emulator.abandon(call)
            raise
        return views.exchange_in_full(call.exchange, self._emulator)

    async def _take(self, call: Call, request: Request) -> None:
        """Take in what is submitted, and wait for its result where the call would."""
        emulator, limit = self._emulator, self._emulator.settings.max_body
        emulator.admit(call)
        headers = dict(request.scope["headers"])
        reader = await read_body(headers, request.receive, limit, call.exchange)
        task = emulator.accept(call, emulator.read(call, reader.finish(), reader.upload))
        if call.mode is Mode.SYNC:
            await self._answer(call, task)
            return
        if call.early is not None:
            await emulator.send_early(call, task)
        emulator.acknowledged(call.sandbox, task)

    async def _answer(self, call: Call, task: Task) -> None:
        if not task.ended_already:
            await task.result()
            self._emulator.answered(call)

    def _caller(self, request: Request) -> tuple[Caller, Contract]:
        asked = [name for name in _CONTRACTS if name in request.query_params]
        if len(asked) != 1:
            told = "Name either a ?project= or an ?application= for which to submit."
            raise ControlError(400, told)
        [what] = asked
        name, contract = request.query_params[what], _CONTRACTS[what]
        directory = self._emulator.library.directory
        caller = directory.named(name, contract)
        if caller is None:
            known: Iterable[Any] = (
                directory.projects if what == "project" else directory.applications
            )
            names = [one.name for one in known]
            hint = did_you_mean(name, names)
            told = f"There is no {what} {shown(name)}.{hint} Known are: {listed(names)}."
            raise ControlError(404, told)
        return caller, contract
