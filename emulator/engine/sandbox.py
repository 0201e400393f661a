"""One isolated world: clock, agenda, tasks, callbacks, journal, and how far its scenario is."""

from asyncio import Future, Lock, get_running_loop, timeout
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from copy import copy
from functools import partial

from emulator.core import errors
from emulator.core.fixture import Fixture
from emulator.core.matching import Index
from emulator.core.prediction.scores import Scores
from emulator.core.prediction.scoring import Scorer
from emulator.core.scenario import Scenario
from emulator.engine.accounts import Accounts
from emulator.engine.agenda import Agenda
from emulator.engine.callbacks import Callback, Callbacks
from emulator.engine.chance import Chance
from emulator.engine.clock import Clock
from emulator.engine.flights import Flights, Trip
from emulator.engine.journal import Journal
from emulator.engine.moderation import Moderation
from emulator.engine.quota import Quota
from emulator.engine.results import Results
from emulator.engine.tasks import TaskStore
from emulator.engine.troubles import Troubles


class Sandbox:
    """All the state that calls of one name share, and no others see.

    `used` is set by the first submission: from then on the clock does not move back. `touched` is
    set by every call, and tells whoever forgets idle sandboxes that this one is not; `idle_since`
    is when that one last found it so, in seconds of real time. `scorer` makes the predictions of a
    sandbox that has a seed of its own.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        chance: Chance,
        scenario: str,
        *,
        scorer: Scorer | None = None,
        scores: Scores,
        journal_quota: Quota,
        task_quota: Quota,
        post_quota: Quota,
        patron_quota: Quota,
    ) -> None:
        self.name = name
        self.clock = clock
        self.seed = chance.seed
        self.scorer = scorer
        self.ids = chance.ids(name)
        self.agenda = Agenda()
        self.journal = Journal(journal_quota)
        self.tasks = TaskStore(task_quota)
        self.callbacks = Callbacks(self.tasks)
        self.accounts = Accounts()
        self.results = Results()
        self.moderation = Moderation(scores, post_quota, patron_quota)
        self.troubles = Troubles(chance.draw, name)
        self.used = False
        self.touched = True
        self.idle_since = 0.0
        self.closed = False
        self.scenario = scenario
        self._inline: dict[str, Scenario] = {}
        self._leave = (
            partial(journal_quota.leave, self.journal),
            partial(task_quota.leave, self.tasks),
            self.moderation.leave,
        )
        self.fixtures: Index[Fixture] | None = None
        self.fixtures_used: set[str] = set()
        self.playing = Lock()
        self.flights = Flights()
        self.held: list[Callback] = []
        self.outbox: deque[Trip] = deque()
        self.sending = 0
        self.delivered = 0
        self.failed = 0
        self.dropped = 0
        self.departed = 0
        self._pauses: set[Future[None]] = set()

    @property
    def pending(self) -> int:
        """How many things are still to be done or on their way."""
        return len(self.agenda) + self.flights.count

    @property
    def busy(self) -> bool:
        """Whether anything is still to happen, or a call is kept waiting."""
        return bool(self.pending or self._pauses)

    def scenarios(self, known: Mapping[str, Scenario]) -> Mapping[str, Scenario]:
        """The scenarios that can be named here: the known ones, and those that were sent in."""
        return {**known, **self._inline} if self._inline else known

    def begin_scenario(self, scenario: Scenario, *, inline: bool) -> None:
        """From now on calls that name none are under this scenario, which begins anew."""
        if inline:
            self._inline[scenario.name] = scenario
        self.scenario = scenario.name
        self.troubles.begin(scenario)

    @property
    def added(self) -> tuple[Fixture, ...]:
        """The fixtures that were added at run time, in the order in which they count."""
        return () if self.fixtures is None else tuple(self.fixtures.things)

    def set_fixtures(self, fixtures: Iterable[Fixture]) -> None:
        """Have these at run time, and no others."""
        every = tuple(fixtures)
        self.fixtures = Index(every) if every else None

    def keep_of(self, other: "Sandbox", what: Iterable[str]) -> None:
        """Take over what a reset is to keep: fixtures, scenario, clock."""
        for name in what:
            match name:
                case "fixtures":
                    self.fixtures = other.fixtures
                case "scenario":
                    self.scenario, self._inline = other.scenario, other._inline
                case "clock":
                    # A copy: whoever still lets time pass there must not move this one.
                    self.clock = copy(other.clock)

    async def pause(self, seconds: float | None) -> None:
        """Wait so long in real time, for ever without a number; shorter where the world ends."""
        if self.closed:
            return
        pause = get_running_loop().create_future()
        self._pauses.add(pause)
        try:
            with suppress(TimeoutError):
                async with timeout(seconds):
                    await pause
        finally:
            self._pauses.discard(pause)

    def turn_away(self, refusal: errors.Refusal) -> None:
        """Whoever waits for a result is refused with that; pauses are over."""
        for task in self.tasks:
            if task.waiting is not None and not task.waiting.done():
                task.waiting.set_exception(refusal)
        for callback in self.callbacks:
            if callback.landed is not None and not callback.landed.done():
                callback.landed.set_exception(refusal)
        for pause in self._pauses:
            if not pause.done():
                pause.set_result(None)

    def call_off(self) -> None:
        """Send nothing more of what waits, and call back what is on its way."""
        while self.outbox:
            self.flights.land(self.outbox.popleft().flight)
        self.flights.cancel()

    def close(self) -> None:
        """The world ends: who waits for it is told, and what is on its way is called back."""
        self.closed = True
        self.journal.listener = None
        self.call_off()
        self.turn_away(errors.sandbox_closed(self.name))
        for leave in self._leave:
            leave()
