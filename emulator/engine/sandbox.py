"""One isolated world: clock, agenda, tasks, callbacks, journal, and how far its scenario is."""

from asyncio import Lock
from datetime import datetime, timedelta

from emulator.core import errors
from emulator.core.scenario import Scenario
from emulator.engine.agenda import Agenda
from emulator.engine.callbacks import Callbacks
from emulator.engine.chance import Chance
from emulator.engine.clock import Clock
from emulator.engine.flights import Flights
from emulator.engine.journal import Journal
from emulator.engine.quota import Quota
from emulator.engine.tasks import TaskStore


class Sandbox:
    """All the state that calls of one name share, and no others see.

    `used` is set by the first submission: from then on the clock does not move back.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        chance: Chance,
        scenario: Scenario,
        *,
        journal_quota: Quota,
        task_quota: Quota,
    ) -> None:
        self.name = name
        self.clock = clock
        self.ids = chance.ids(name)
        self.agenda = Agenda()
        self.journal = Journal(journal_quota)
        self.tasks = TaskStore(task_quota)
        self.callbacks = Callbacks(self.tasks)
        self.used = False
        self.closed = False
        self.default_scenario = scenario.name
        self._scenarios: dict[str, Scenario] = {scenario.name: scenario}
        self._begun: dict[str, datetime] = {}
        self._quotas = (journal_quota, task_quota)
        self.playing = Lock()
        self.flights = Flights()
        self.delivered = 0
        self.failed = 0

    def scenario(self, named: Scenario) -> Scenario:
        """How far a scenario has come here."""
        return self._scenarios.setdefault(named.name, named)

    def progress(self, scenario: Scenario) -> None:
        """The scenario has come that far."""
        self._scenarios[scenario.name] = scenario

    def since(self, scenario: Scenario) -> timedelta:
        """How long ago, on the sandbox's clock, the scenario was first used here."""
        now = self.clock.now()
        return now - self._begun.setdefault(scenario.name, now)

    def turn_away(self, refusal: errors.Refusal) -> None:
        """Whoever waits for a result is refused with that."""
        for task in self.tasks:
            if task.waiting is not None and not task.waiting.done():
                task.waiting.set_exception(refusal)

    def close(self) -> None:
        """The world ends: who waits for it is told, and what is on its way is called back."""
        self.closed = True
        self.flights.cancel()
        self.turn_away(errors.sandbox_closed(self.name))
        journal_quota, task_quota = self._quotas
        journal_quota.leave(self.journal)
        task_quota.leave(self.tasks)
