"""Hands that do jobs, some of which never end."""

from threading import Event, current_thread
from threading import enumerate as threads

import pytest

from emulator.lab.crew import Crew


def crew(work: object, *, hands: int = 1, patience: float = 30) -> Crew[int, str]:
    return Crew(work, lambda job: f"{job} is late", hands=hands, patience=patience)  # type: ignore[arg-type]


def test_results_come_in_the_order_of_the_jobs() -> None:
    assert crew(str, hands=4).do(range(100)) == [*map(str, range(100))]
    assert crew(str, hands=4).do([]) == []


def test_no_more_hands_are_at_work_than_were_asked_for() -> None:
    seen: set[object] = set()
    both = Event()

    def work(job: int) -> str:
        seen.add(current_thread())
        if len(seen) == 2:
            both.set()
        return str(both.wait(20))

    assert crew(work, hands=2).do(range(6)) == ["True"] * 6
    assert len(seen) == 2


def test_a_job_that_never_ends_is_left_behind() -> None:
    never = Event()

    def work(job: int) -> str:
        if job == 1:
            never.wait()
        return str(job)

    assert crew(work, patience=0.05).do(range(4)) == ["0", "1 is late", "2", "3"]
    never.set()


def test_what_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        crew(lambda job: str(1 // job)).do(range(3))


def test_who_comes_back_late_changes_nothing_and_goes() -> None:
    late, done = Event(), Event()

    def work(job: int) -> str:
        if job == 0:
            late.wait()
        elif job == 1:
            late.set()
            done.wait(20)
        return str(job)

    before = set(threads())
    working = crew(work, patience=0.3)
    Event().wait(0)
    done.set()
    assert working.do(range(3)) == ["0 is late", "1", "2"]
    for thread in set(threads()) - before:
        thread.join(20)
    assert set(threads()) <= before
