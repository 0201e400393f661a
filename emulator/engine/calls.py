"""One call of the emulated API on its way through the emulator."""

from datetime import timedelta

from emulator.core.access import Address, Application, Caller, Project
from emulator.core.errors import Refusal
from emulator.core.faults import Event
from emulator.core.model import Applied, Mode
from emulator.core.scenario import Ruling, Scenario
from emulator.engine.fetch import Download
from emulator.engine.journal import Exchange
from emulator.engine.sandbox import Sandbox


class Call:
    """What is known of a call so far.

    `event` is None where the address is nothing; `project` is there once it was admitted, and
    `application` where the call is the Dashboard's. `rulings`
    are what the scenario said of it, `refused_by` the one of them that ended it. Its answer is
    `delay` late, and has `bend` in it; `early` sends the callback before it. `download` is what
    became of the medium that it names.
    """

    __slots__ = (
        "address",
        "application",
        "bend",
        "caller",
        "delay",
        "download",
        "early",
        "event",
        "exchange",
        "problem",
        "project",
        "refused_by",
        "rulings",
        "sandbox",
        "scenario",
    )
    project: Project
    application: Application | None
    problem: Refusal | None

    def __init__(
        self,
        address: Address,
        caller: Caller,
        event: Event | None,
        sandbox: Sandbox,
        scenario: Scenario,
        exchange: Exchange,
    ) -> None:
        self.address = address
        self.caller = caller
        self.event = event
        self.sandbox = sandbox
        self.scenario = scenario
        self.exchange = exchange
        self.problem = None
        self.application = None
        self.rulings: list[Ruling] | tuple[()] = ()
        self.refused_by: Ruling | None = None
        self.delay: timedelta | None = None
        self.bend: Applied | None = None
        self.early: Applied | None = None
        self.download: Download | None = None

    @property
    def mode(self) -> Mode:
        """How a submission of this call is answered."""
        return Mode.ASYNC if self.event is Event.SUBMIT_ASYNC else Mode.SYNC
