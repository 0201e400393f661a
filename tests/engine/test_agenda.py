"""What is due when: earliest first, and within a moment in the order in which it was put down."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from emulator.engine.agenda import Agenda, Entry
from emulator.engine.clock import START

SECOND = timedelta(seconds=1)
LATER = START + 9 * SECOND


def nothing(_: datetime) -> None:
    """Nothing is done."""


def put(agenda: Agenda, seconds: int, done: list[tuple[datetime, int]], at: int) -> Entry:
    return agenda.put(START + seconds * SECOND, lambda due: done.append((due, at)))


def do_all(agenda: Agenda) -> None:
    while (entry := agenda.take_due(LATER)) is not None:
        entry[1](entry[0])


@given(st.lists(st.integers(0, 5)))
def test_an_agenda_gives_things_by_moment_and_then_in_the_order_they_were_put(
    seconds: list[int],
) -> None:
    agenda = Agenda()
    done: list[tuple[datetime, int]] = []
    for at, second in enumerate(seconds):
        put(agenda, second, done, at)
    assert len(agenda) == len(seconds)
    do_all(agenda)
    assert done == sorted((START + second * SECOND, at) for at, second in enumerate(seconds))
    assert len(agenda) == 0


def test_an_agenda_keeps_what_is_not_due() -> None:
    agenda = Agenda()
    agenda.put(START + SECOND, nothing)
    assert agenda.take_due(START) is None
    assert agenda.next_due() == START + SECOND
    assert len(agenda) == 1


def test_an_empty_agenda_has_nothing_due() -> None:
    assert Agenda().next_due() is None
    assert Agenda().take_due(LATER) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans())))
def test_what_is_crossed_out_is_not_done_and_all_else_is_as_if_it_had_never_been_put_down(
    puts: list[tuple[int, bool]],
) -> None:
    agenda = Agenda()
    done: list[tuple[datetime, int]] = []
    entries = [put(agenda, second, done, at) for at, (second, _) in enumerate(puts)]
    for entry, (_, crossed_out) in zip(entries, puts, strict=True):
        if crossed_out:
            agenda.cross_out(entry)
    left = sorted((START + second * SECOND, at) for at, (second, out) in enumerate(puts) if not out)
    assert len(agenda) == len(left)
    assert agenda.next_due() == (left[0][0] if left else None)
    do_all(agenda)
    assert done == left
    assert len(agenda) == 0


def test_crossing_out_twice_is_crossing_out_once() -> None:
    agenda = Agenda()
    entry = agenda.put(START, nothing)
    agenda.put(START, nothing)
    agenda.cross_out(entry)
    agenda.cross_out(entry)
    assert len(agenda) == 1


def test_what_was_done_cannot_be_crossed_out_and_is_counted_no_more() -> None:
    agenda = Agenda()
    entry = agenda.put(START, nothing)
    agenda.put(START + SECOND, nothing)
    agenda.take_due(START)
    agenda.cross_out(entry)
    assert len(agenda) == 1
    assert agenda.next_due() == START + SECOND


def test_something_may_be_put_down_and_crossed_out_while_a_moment_is_being_done() -> None:
    agenda = Agenda()
    done: list[str] = []

    def first(due: datetime) -> None:
        done.append("first")
        agenda.cross_out(second)
        agenda.put(due, lambda _: done.append("in turn"))

    agenda.put(START, first)
    second = agenda.put(START, lambda _: done.append("second"))
    agenda.put(START, lambda _: done.append("third"))
    do_all(agenda)
    assert done == ["first", "third", "in turn"]
