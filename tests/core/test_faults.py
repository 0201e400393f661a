"""The troubles by name, and the refusals they are."""

from datetime import timedelta

import pytest

from emulator.core.faults import EVENTS, SUBMIT, TROUBLES, Event, refusal_of
from emulator.core.model import Fault, Source

HERE = Source("scenario", "outage", "outage.yaml:3")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("rate_limited", 429),
        ("invalid_key", 403),
        ("insufficient_balance", 405),
        ("bad_request", 400),
        ("server_error", 500),
        ("maintenance", 503),
        ("gateway_timeout", 504),
    ],
)
def test_a_fault_is_the_refusal_of_its_name_and_says_where_it_comes_from(
    name: str, status: int
) -> None:
    refusal = refusal_of(Fault(name), HERE)
    assert (refusal.status, refusal.because, refusal.headers) == (status, HERE, ())
    assert refusal.message


def test_the_meaning_of_every_trouble_begins_with_the_status_it_has() -> None:
    told = {name: trouble.meaning[:3] for name, trouble in TROUBLES.items()}
    assert told == {name: f"{trouble.refusal().status:d}" for name, trouble in TROUBLES.items()}


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


def test_submit_stands_for_both_ways_of_submitting() -> None:
    assert EVENTS["submit"] == SUBMIT == {Event.SUBMIT_SYNC, Event.SUBMIT_ASYNC}
    assert EVENTS["submit_sync"] == {Event.SUBMIT_SYNC}
    assert EVENTS["submit_async"] == {Event.SUBMIT_ASYNC}
