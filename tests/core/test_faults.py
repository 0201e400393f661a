"""The troubles by name: what each does, where it can be, and the refusals that some are."""

from datetime import timedelta
from typing import Any

import pytest

from emulator.core.codes import CODES, DOWNLOAD_CODES
from emulator.core.errors import NoAnswer
from emulator.core.faults import (
    EVENTS,
    SUBMIT,
    TROUBLES,
    Event,
    Kind,
    Sort,
    event_of_content,
    objection,
    refusal_of,
    setting,
    sort_of,
)
from emulator.core.model import Fault, Source

HERE = Source("scenario", "outage", "outage.yaml:3")
SYNC, ASYNC = Event.SUBMIT_SYNC, Event.SUBMIT_ASYNC
STATUSES = {
    "rate_limited": 429,
    "invalid_key": 403,
    "insufficient_balance": 405,
    "bad_request": 400,
    "server_error": 500,
    "maintenance": 503,
    "gateway_timeout": 504,
}
UNANSWERED = {"hang": True, "disconnect": False}


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_fault_is_the_refusal_of_its_name_and_says_where_it_comes_from(
    name: str, status: int
) -> None:
    refusal = refusal_of(Fault(name), HERE)
    assert (refusal.status, refusal.because, refusal.headers) == (status, HERE, ())
    assert refusal.message


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_the_meaning_of_a_refusal_begins_with_the_status_it_has(name: str, status: int) -> None:
    assert TROUBLES[name].meaning.startswith(str(status))


@pytest.mark.parametrize(("name", "hangs"), UNANSWERED.items())
def test_a_call_without_an_answer_hangs_or_is_closed_and_says_where_that_comes_from(
    name: str, hangs: bool
) -> None:
    refusal = refusal_of(Fault(name), HERE)
    assert isinstance(refusal, NoAnswer)
    assert (refusal.hangs, refusal.within, refusal.because) == (hangs, None, HERE)


def test_a_call_may_hang_for_a_time_only() -> None:
    refusal = refusal_of(Fault("hang", {"delay": timedelta(seconds=2)}), HERE)
    assert isinstance(refusal, NoAnswer)
    assert refusal.within == timedelta(seconds=2)


def test_every_refusal_is_among_these() -> None:
    refusals = {name for name in TROUBLES if sort_of(Fault(name)) is Sort.REFUSAL}
    assert refusals == {*STATUSES, *UNANSWERED}


@pytest.mark.parametrize("name", [name for name in TROUBLES if TROUBLES[name].refusal is None])
def test_a_trouble_of_another_sort_is_no_refusal(name: str) -> None:
    with pytest.raises(LookupError, match=f"^{name} is no refusal$"):
        refusal_of(Fault(name), HERE)


def test_two_refusals_of_one_fault_are_two_so_that_neither_changes_the_other() -> None:
    fault = Fault("server_error")
    assert refusal_of(fault, HERE) is not refusal_of(fault, HERE)


@pytest.mark.parametrize(
    ("wait", "value"),
    [
        (timedelta(seconds=2), "2"),
        (timedelta(), "0"),
        (timedelta(minutes=5), "300"),
        (timedelta(days=20), "1728000"),
        (timedelta(days=30, seconds=1), "2592001"),
        (timedelta(milliseconds=1500), "2"),
        (timedelta(milliseconds=1), "1"),
    ],
    ids=str,
)
def test_retry_after_is_a_whole_number_of_seconds_that_is_long_enough(
    wait: timedelta, value: str
) -> None:
    """RFC 9110: delay-seconds is an integer."""
    refusal = refusal_of(Fault("rate_limited", {"retry_after": wait}), HERE)
    assert refusal.headers == (("retry-after", value),)


def test_no_retry_after_is_sent_unless_asked_for() -> None:
    assert refusal_of(Fault("rate_limited"), HERE).headers == ()


def test_submit_stands_for_both_ways_of_submitting_and_the_other_words_for_themselves() -> None:
    assert EVENTS["submit"] == SUBMIT == {SYNC, ASYNC}
    assert {word: events for word, events in EVENTS.items() if word != "submit"} == {
        event.value: {event} for event in Event
    }


@pytest.mark.parametrize("name", TROUBLES)
def test_every_fault_can_be_somewhere(name: str) -> None:
    assert [word for word in EVENTS if objection(name, word) is None]


@pytest.mark.parametrize("on", EVENTS)
@pytest.mark.parametrize("name", TROUBLES)
def test_a_fault_can_be_on_a_word_if_it_can_be_at_all_that_the_word_stands_for(
    name: str, on: str
) -> None:
    against = objection(name, on)
    assert (against is None) == all(event in TROUBLES[name].on for event in EVENTS[on])
    if against is not None:
        told, _, words = against.partition(": it can be on ")
        assert told == f"the fault {name!r} cannot be on {on!r}"
        assert words.split(", ") == [word for word in EVENTS if objection(name, word) is None]


@pytest.mark.parametrize(
    ("name", "on", "possible"),
    [
        ("server_error", "summary", True),
        ("server_error", "callback", False),
        ("truncated", "submit", True),
        ("truncated", "callback", True),
        ("unknown_class", "submit", False),
        ("unknown_class", "submit_sync", True),
        ("download_failed", "summary", False),
        ("lost", "callback", True),
        ("lost", "submit", False),
        ("other_task_id", "submit_sync", False),
    ],
)
def test_where_some_faults_can_be(name: str, on: str, possible: bool) -> None:
    assert (objection(name, on) is None) == possible


@pytest.mark.parametrize(
    ("name", "submitted", "event"),
    [
        ("server_error", SYNC, SYNC),
        ("download_failed", ASYNC, ASYNC),
        ("malformed_json", ASYNC, ASYNC),
        ("unknown_class", SYNC, SYNC),
        ("unknown_class", ASYNC, Event.CALLBACK),
        ("lost", ASYNC, Event.CALLBACK),
        ("lost", SYNC, None),
    ],
)
def test_a_fault_of_content_is_at_its_submission_or_else_at_its_callback(
    name: str, submitted: Event, event: Event | None
) -> None:
    assert event_of_content(Fault(name), submitted) is event


@pytest.mark.parametrize("name", TROUBLES)
def test_a_fault_of_content_is_somewhere_for_an_asynchronous_submission(name: str) -> None:
    """Summaries have no faults of their own, so that none is lost."""
    assert event_of_content(Fault(name), ASYNC) is not None


def test_a_setting_is_what_was_written_or_its_default() -> None:
    assert setting(Fault("slow"), "delay") == timedelta(seconds=3)
    assert setting(Fault("slow", {"delay": timedelta()}), "delay") == timedelta()
    assert setting(Fault("duplicate"), "copies") == 2
    assert setting(Fault("hang"), "delay") is None


FITS: dict[Kind, Any] = {
    Kind.DURATION: lambda value: isinstance(value, timedelta),
    Kind.COUNT: lambda value: isinstance(value, int) and value > 1,
    Kind.CODE: lambda value: value in DOWNLOAD_CODES,
    Kind.ANY_CODE: lambda value: value in CODES,
    Kind.TEXT: lambda value: isinstance(value, str) and bool(value),
    Kind.SIZE: lambda value: isinstance(value, int) and value > 0,
}


@pytest.mark.parametrize("name", TROUBLES)
def test_every_default_is_nothing_or_fits_what_may_be_written(name: str) -> None:
    for of in TROUBLES[name].settings.values():
        assert of.default is None or FITS[of.kind](of.default)


def test_a_setting_is_of_one_kind_wherever_it_stands() -> None:
    kinds: dict[str, set[Kind]] = {}
    for trouble in TROUBLES.values():
        for name, of in trouble.settings.items():
            kinds.setdefault(name, set()).add(of.kind)
    assert [name for name, several in kinds.items() if len(several) > 1] == []
