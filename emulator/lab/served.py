"""Answers as the emulator serves them: of what is submitted, with fixtures, and with its noise."""

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.core.access import Address
from emulator.core.faults import Event
from emulator.core.fixture import Fixture
from emulator.core.model import Contract
from emulator.engine.emulator import Emulator

_SANDBOX = "policy-lab"
_TASK, _DASHBOARD = Address("/api/v2/task/sync"), Address("/api/v1/task/sync")
POSTED = {"patron_id": "lab-patron", "post_id": "lab-post"}


class Served:
    """Submits with one key, each time to a world in which nothing was submitted before.

    Of a Dashboard's answers the legacy ones hold the scores too.
    """

    def __init__(
        self, emulator: Emulator, key: str, *, dashboard: bool = False, legacy: bool = False
    ) -> None:
        address = _DASHBOARD if dashboard else _TASK
        contract = Contract.DASHBOARD if dashboard else Contract.TASK
        self._emulator = emulator
        self._address = address._replace(sandbox=_SANDBOX, contract=contract)
        self._authorization = f"Token {key}"
        self._posted = POSTED if dashboard else {}
        self.heads = emulator.library.heads
        self._query = b"legacy=1" if legacy else b""

    def answer(self, fields: Mapping[str, Any], fixtures: Iterable[Fixture] = ()) -> bytes:
        """The body that a client gets; `Refusal` when what it sent is refused."""
        emulator = self._emulator
        sandbox = emulator.reset(_SANDBOX)
        sandbox.set_fixtures(fixtures)
        call = emulator.begin("POST", self._address, self._authorization, Event.SUBMIT_SYNC)
        call.exchange.query = self._query
        emulator.admit(call)
        task = emulator.accept(call, emulator.read(call, {**self._posted, **fields}, None))
        return emulator.answer(task)
