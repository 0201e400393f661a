"""Doing many things that may hang: by some hands at once, each thing within its time.

What hangs in somebody's Python cannot be stopped, only left behind, so the hands are daemons: they
keep nobody from leaving.
"""

from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Generic, TypeVar

Q = TypeVar("Q")
R = TypeVar("R")


class Crew(Generic[Q, R]):
    """Hands that do jobs; `overdue` is the result of one that takes longer than `patience`.

    `work` must not raise: what it raises is raised by `do`, and the other jobs are lost.
    """

    def __init__(
        self, work: Callable[[Q], R], overdue: Callable[[Q], R], *, hands: int, patience: float
    ) -> None:
        self._work = work
        self._overdue = overdue
        self._hands = hands
        self._patience = patience

    def do(self, jobs: Sequence[Q]) -> list[R]:
        """The result of each job, in their order."""
        results: dict[int, R] = {}
        self._raised: list[BaseException] = []
        numbers = _Numbers(len(jobs))
        free: SimpleQueue[_Hand[Q, R]] = SimpleQueue()
        busy = [
            _Hand(self._work_or_stop, jobs, results, numbers, free)
            for _ in range(min(self._hands, len(jobs)))
        ]
        while busy:
            try:
                hand = free.get(timeout=self._time_left(busy))
            except Empty:
                busy = [self._kept(hand, jobs, results, numbers, free) for hand in busy]
            else:
                # One that was left behind may come back after all; nobody waits for it any more.
                busy = [one for one in busy if one is not hand]
            if self._raised:
                raise self._raised[0]
        return [results[at] for at in range(len(jobs))]

    def _work_or_stop(self, job: Q) -> R:
        try:
            return self._work(job)
        except BaseException as error:
            self._raised.append(error)
            return self._overdue(job)

    def _time_left(self, busy: Sequence["_Hand[Q, R]"]) -> float:
        return max(0.001, min(hand.since for hand in busy) + self._patience - monotonic())

    def _kept(
        self,
        hand: "_Hand[Q, R]",
        jobs: Sequence[Q],
        results: dict[int, R],
        numbers: "_Numbers",
        free: "SimpleQueue[_Hand[Q, R]]",
    ) -> "_Hand[Q, R]":
        """The hand, or a new one in place of one that is late."""
        late = hand.leave_if_late(self._patience)
        if late is None:
            return hand
        results[late] = self._overdue(jobs[late])
        return _Hand(self._work_or_stop, jobs, results, numbers, free)


class _Numbers:
    """The numbers of the jobs, each given out once."""

    def __init__(self, count: int) -> None:
        self._left: Iterator[int] = iter(range(count))
        self._lock = Lock()

    def next(self) -> int | None:
        with self._lock:
            return next(self._left, None)


class _Hand(Generic[Q, R]):
    """One thread that takes job after job; `since` is when it began the one that it is at."""

    def __init__(
        self,
        work: Callable[[Q], R],
        jobs: Sequence[Q],
        results: dict[int, R],
        numbers: _Numbers,
        free: "SimpleQueue[_Hand[Q, R]]",
    ) -> None:
        self._work = work
        self._jobs = jobs
        self._results = results
        self._numbers = numbers
        self._free = free
        self._at: int | None = None
        self._left = False
        self._lock = Lock()
        self.since = monotonic()
        Thread(target=self._run, name="policy", daemon=True).start()

    def _run(self) -> None:
        while self._begin():
            result = self._work(self._jobs[self._at or 0])
            with self._lock:
                if self._left:
                    return
                self._results[self._at or 0] = result
                self._at = None
        self._free.put(self)

    def _begin(self) -> bool:
        with self._lock:
            self._at = self._numbers.next()
            self.since = monotonic()
            return self._at is not None

    def leave_if_late(self, patience: float) -> int | None:
        """Do no more where a job takes longer than that; the number of this job."""
        with self._lock:
            late = self._at is not None and monotonic() - self.since >= patience
            self._left = late
            return self._at if late else None
