"""Rates and balances: who is let in, and what is left."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.access import Project
from emulator.core.errors import InsufficientBalance, RateLimited, Refusal
from emulator.core.media import of_url
from emulator.core.model import Submission
from emulator.core.rate import parse_rate
from emulator.engine.accounts import Accounts
from emulator.engine.intake import price_of
from tests.support.walls import NOON

PRICE = Decimal("0.001")
TICK = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


def project(rate: str | None = None, balance: str | None = None, name: str = "ours") -> Project:
    return Project(
        name=name,
        project_id=1,
        user_id=2,
        rate_limit=None if rate is None else parse_rate(rate),
        balance=None if balance is None else Decimal(balance),
    )


def admitted(accounts: Accounts, ours: Project, after: timedelta = timedelta()) -> bool:
    try:
        accounts.admit(ours, NOON + after, PRICE)
    except Refusal:
        return False
    return True


def how_many(accounts: Accounts, ours: Project, after: timedelta = timedelta()) -> int:
    return sum(admitted(accounts, ours, after) for _ in range(200))


# Rates


@given(
    st.integers(1, 9),
    st.sampled_from("smhd"),
    st.lists(st.integers(0, 50), min_size=1, max_size=60),
)
def test_never_more_is_let_in_than_the_rate_allows_in_any_time(
    calls: int, unit: str, waits: list[int]
) -> None:
    accounts, ours = Accounts(), project(f"{calls}/{unit}")
    assert ours.rate_limit is not None
    within = ours.rate_limit.within
    let_in: list[timedelta] = []
    moment = timedelta()
    for wait in waits:
        moment += wait * within / 97
        if admitted(accounts, ours, moment):
            let_in.append(moment)
    for (first, begun), (last, ended) in combinations_with_replacement(enumerate(let_in), 2):
        refilled = Fraction(calls * ((ended - begun) // TICK), within // TICK)
        assert last - first + 1 <= calls + refilled


@given(st.integers(1, 500), st.sampled_from("smhd"), st.integers(1, 200))
def test_whoever_keeps_to_the_rate_is_never_refused(calls: int, unit: str, times: int) -> None:
    accounts, ours = Accounts(), project(f"{calls}/{unit}")
    assert ours.rate_limit is not None
    gap = -(-ours.rate_limit.within // (calls * TICK)) * TICK
    assert how_many(accounts, ours) == min(200, calls)
    for _ in range(max(0, calls - 200)):
        accounts.admit(ours, NOON)
    assert all(admitted(accounts, ours, number * gap) for number in range(1, times + 1))


@given(st.lists(st.integers(1, 9999), max_size=20))
def test_asking_too_early_takes_nothing_away(asked: list[int]) -> None:
    accounts, ours = Accounts(), project("1/s")
    assert admitted(accounts, ours)
    early = [milliseconds * SECOND / 10_000 for milliseconds in sorted(asked)]
    assert not any(admitted(accounts, ours, moment) for moment in early)
    assert admitted(accounts, ours, SECOND)


def test_a_bucket_starts_full_and_is_never_fuller() -> None:
    accounts, ours = Accounts(), project("50/s")
    assert accounts.tokens(ours, NOON + timedelta(days=9)) == 50
    assert how_many(accounts, ours) == 50
    assert how_many(accounts, ours, timedelta(days=9)) == 50


def test_a_bucket_fills_up_evenly() -> None:
    accounts, ours = Accounts(), project("100/m")
    how_many(accounts, ours)
    assert accounts.tokens(ours, NOON) == 0
    assert accounts.tokens(ours, NOON + 30 * SECOND) == 50
    assert how_many(accounts, ours, 15 * SECOND) == 25


def test_tenths_of_a_second_make_a_second() -> None:
    accounts, ours = Accounts(), project("10/s")
    how_many(accounts, ours)
    tenths = [number * SECOND / 10 for number in range(1, 100)]
    assert [how_many(accounts, ours, moment) for moment in tenths] == [1] * 99


def test_a_clock_that_was_set_back_neither_fills_a_bucket_nor_holds_it_up() -> None:
    accounts, ours = Accounts(), project("2/s")
    how_many(accounts, ours)
    assert not admitted(accounts, ours, timedelta(days=-9))
    assert how_many(accounts, ours, timedelta(days=-9) + SECOND) == 2


def test_projects_do_not_use_up_the_rates_of_others() -> None:
    accounts = Accounts()
    assert how_many(accounts, project("3/s", name="ours")) == 3
    assert how_many(accounts, project("3/s", name="theirs")) == 3


def test_the_refusal_is_that_of_the_api() -> None:
    accounts, ours = Accounts(), project("1/s")
    accounts.admit(ours, NOON)
    with pytest.raises(RateLimited, match="Project has been rate limited"):
        accounts.admit(ours, NOON)


def test_a_project_without_rate_or_balance_is_always_let_in() -> None:
    accounts, ours = Accounts(), project()
    assert how_many(accounts, ours) == 200
    accounts.charge(ours, PRICE)
    assert (accounts.left(ours), accounts.tokens(ours, NOON)) == (None, None)


# Balances


@given(
    st.decimals(0, 10, places=3),
    st.lists(st.tuples(st.decimals(0, 3, places=3), st.booleans())),
)
def test_a_balance_is_never_negative_and_pays_for_all_that_was_let_in(
    balance: Decimal, calls: list[tuple[Decimal, bool]]
) -> None:
    accounts, ours = Accounts(), project(balance=str(balance))
    paid = Decimal()
    for price, fails in calls:
        left = accounts.left(ours)
        assert left == balance - paid >= 0
        if price > left:
            with pytest.raises(InsufficientBalance):
                accounts.admit(ours, NOON, price)
            continue
        accounts.admit(ours, NOON, price)
        if not fails:
            accounts.charge(ours, price)
            paid += price
    assert accounts.left(ours) == balance - paid


def test_the_last_of_a_balance_can_be_spent() -> None:
    accounts, ours = Accounts(), project(balance="0.003")
    for _ in range(3):
        accounts.admit(ours, NOON, PRICE)
        accounts.charge(ours, PRICE)
    assert accounts.left(ours) == 0
    with pytest.raises(InsufficientBalance):
        accounts.admit(ours, NOON, PRICE)


def test_a_charge_over_what_is_left_takes_all_of_it() -> None:
    accounts, ours = Accounts(), project(balance="1")
    accounts.charge(ours, Decimal(3))
    assert accounts.left(ours) == 0


def test_a_call_that_is_refused_for_its_balance_has_used_a_token() -> None:
    accounts, ours = Accounts(), project(rate="2/s", balance="0")
    for _ in range(2):
        with pytest.raises(InsufficientBalance):
            accounts.admit(ours, NOON, PRICE)
    with pytest.raises(RateLimited):
        accounts.admit(ours, NOON, PRICE)


def test_a_call_that_is_refused_for_its_rate_costs_nothing() -> None:
    accounts, ours = Accounts(), project(rate="1/s", balance="1")
    accounts.admit(ours, NOON, PRICE)
    accounts.charge(ours, PRICE)
    assert not admitted(accounts, ours)
    assert accounts.left(ours) == Decimal("0.999")


def test_projects_spend_their_own() -> None:
    accounts = Accounts()
    accounts.charge(project(balance="1", name="theirs"), Decimal(1))
    assert accounts.left(project(balance="1", name="ours")) == 1


def test_a_video_costs_as_much_as_its_frames() -> None:
    film = Submission(media=of_url("https://cdn.test/a.mp4"))
    assert price_of(Submission("hello"), project()) == Decimal("0.003")
    assert price_of(Submission(media=of_url("https://cdn.test/a.jpg")), project()) == Decimal(
        "0.003"
    )
    assert price_of(film, project()) == Decimal("0.090")
    assert price_of(film, replace(project(), fps=2)) == Decimal("0.180")
