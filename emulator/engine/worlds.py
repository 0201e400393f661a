"""All sandboxes: they come into being at first use, are made anew, and are forgotten when idle."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from emulator.core.errors import Refusal
from emulator.core.prediction.scores import Scores
from emulator.core.prediction.scoring import Scorer
from emulator.core.prediction.words import Words
from emulator.engine.chance import Chance
from emulator.engine.clock import Clock, Wall
from emulator.engine.journal import Entry
from emulator.engine.quota import Quota
from emulator.engine.sandbox import Sandbox
from emulator.settings import Settings

Hear = Callable[[Entry | None], None]
"""Is told every entry of a sandbox's journal, and None when the sandbox is made new or all ends."""

KEPT = ("fixtures", "scenario", "clock")
"""What a reset can keep."""


class Worlds:
    """The owner of all sandboxes, and of what they share: the bounds of what they keep."""

    def __init__(
        self,
        settings: Settings,
        wall: Wall,
        chance: Chance,
        words: Callable[[], Words] = Words,
    ) -> None:
        self._settings = settings
        self._wall = wall
        self._chance = chance
        self._words = words
        self._journal_quota = Quota(settings.journal_entries, settings.journal_bytes)
        self._task_quota = Quota(settings.tasks, settings.journal_bytes)
        self._post_quota = Quota(settings.posts, settings.posts_bytes)
        self._patron_quota = Quota(settings.posts, settings.posts_bytes)
        self.scores = Scores(chance.draw)
        self._known: dict[str, Sandbox] = {}
        self._idle = settings.sandbox_idle.total_seconds()
        self._hearing: dict[str, list[Hear]] = {}
        self.stopped = False

    def __iter__(self) -> Iterator[Sandbox]:
        return iter(list(self._known.values()))

    def of(self, name: str) -> Sandbox:
        """The sandbox of that name; it comes into being at first use."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._made(name)
        known.touched = True
        return known

    def peek(self, name: str) -> Sandbox | None:
        """The sandbox of that name, if there is one; asking does not count as using it."""
        return self._known.get(name)

    def reset(self, name: str, keep: Iterable[str] = (), seed: int | None = None) -> Sandbox:
        """The sandbox as new: empty, ids from the start, deliveries in flight cancelled.

        `keep` names what of the old one stays, of `KEPT`. With a `seed` it has one of its own until
        it is made new again.
        """
        before = self._known.pop(name, None)
        if seed is not None:
            self._known[name] = self._made(name, seed)
        fresh = self.of(name)
        if before is not None:
            fresh.keep_of(before, keep)
            before.close()
        self._tell_anew(name)
        return fresh

    def _tell_anew(self, name: str) -> None:
        for hear in list(self._hearing.get(name, ())):
            hear(None)

    def forget(self, name: str) -> bool:
        """Do away with a sandbox; False where there was none."""
        known = self._known.pop(name, None)
        if known is not None:
            known.close()
            self._tell_anew(name)
        return known is not None

    def forget_idle(self, now: float) -> None:
        """Forget sandboxes that nobody used for long and in which nothing is pending.

        `now` is monotonic real time in seconds. It is counted from the first time that this looked
        and found the sandbox unused since it looked before.
        """
        for sandbox in self:
            if sandbox.touched or sandbox.busy:
                sandbox.touched = False
                sandbox.idle_since = now
            elif now - sandbox.idle_since >= self._idle:
                self.forget(sandbox.name)

    def _made(self, name: str, seed: int | None = None) -> Sandbox:
        chance = self._chance if seed is None else Chance(seed)
        sandbox = Sandbox(
            name,
            Clock(self._wall, self._settings.clock),
            chance,
            self._settings.scenario,
            scorer=None if seed is None else Scorer(chance.draw, self._words),
            journal_quota=self._journal_quota,
            task_quota=self._task_quota,
            post_quota=self._post_quota,
            patron_quota=self._patron_quota,
            scores=self.scores,
        )
        self._attach(sandbox)
        return sandbox

    @contextmanager
    def listen(self, name: str, hear: Hear) -> Iterator[None]:
        """Have what happens in the sandbox of that name told, also after it was made new."""
        self._hearing.setdefault(name, []).append(hear)
        self._attach(self.of(name))
        try:
            yield
        finally:
            self._hearing[name].remove(hear)
            if not self._hearing[name]:
                del self._hearing[name]
            known = self._known.get(name)
            if known is not None:
                self._attach(known)

    def _attach(self, sandbox: Sandbox) -> None:
        hearing = self._hearing.get(sandbox.name)
        sandbox.journal.listener = None if hearing is None else _all_of(hearing)

    def stop(self, refusal: Refusal) -> None:
        """It all ends: whoever waits for a result is refused with that, whoever listens is told."""
        self.stopped = True
        for sandbox in self:
            sandbox.turn_away(refusal)
        for hearing in self._hearing.values():
            for hear in hearing:
                hear(None)


def _all_of(hearing: list[Hear]) -> Callable[[Entry], None]:
    def tell(entry: Entry) -> None:
        for hear in hearing:
            hear(entry)

    return tell
