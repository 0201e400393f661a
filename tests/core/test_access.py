"""Who is calling: keys, what they open, and which contract a call gets."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emulator.core import errors
from emulator.core.access import (
    BUILT_IN,
    Address,
    Application,
    Caller,
    Directory,
    Project,
    contract_of,
    numbers_of,
    project_of,
    sandbox_of,
    undeclared_project,
)
from emulator.core.model import Contract, Kind

MINE = Project(name="mine", project_id=10_000, user_id=1_000_000)
FORUM = Application(name="forum", application_id="axImEu96VEaGDF7ee5m9wg")
DIRECTORY = Directory({"my-key": MINE, "my~odd~key": MINE, "forum-key": FORUM})
STRICT = Directory({}, any_key=False)
NAMES = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)
KEYS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7D), min_size=12)


def called(key: str, directory: Directory = DIRECTORY) -> Caller:
    return directory.caller(f"Token {key}")


@pytest.mark.parametrize(
    ("header", "opened"),
    [
        ("Token my-key", MINE),
        ("token my-key", MINE),
        ("TOKEN my-key", MINE),
        ("  Token   my-key ", MINE),
        ("Token forum-key", FORUM),
        ("Token my~odd~key", MINE),
    ],
    ids=repr,
)
def test_a_declared_key_opens_what_it_was_declared_for(
    header: str, opened: Project | Application
) -> None:
    assert DIRECTORY.caller(header) == Caller(opened=opened, declared=True)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (None, "No API key"),
        ("", "No API key"),
        ("   ", "No API key"),
        ("Token", "No API key"),
        ("Token ", "No API key"),
        ("Token ~gw0", "No API key"),
        ("Bearer my-key", "begins with 'Bearer'"),
        ("Basic bXk6a2V5", "begins with 'Basic'"),
        ("Token refused-key", "not valid"),
        ("Token refused-key~gw0", "not valid"),
    ],
    ids=repr,
)
def test_a_missing_or_wrong_key_is_refused_with_403(header: str | None, words: str) -> None:
    refusal = DIRECTORY.caller(header).refusal
    assert isinstance(refusal, errors.Forbidden)
    assert refusal.status == 403
    assert words in refusal.message


def test_a_key_nobody_declared_opens_a_project_of_its_own_unless_only_declared_ones_are_taken() -> (
    None
):
    caller, refused = called("some-key"), called("some-key", STRICT)
    assert isinstance(caller.opened, Project)
    assert (caller.opened.product, caller.declared, caller.refusal) == ("any", False, None)
    assert isinstance(refused.refusal, errors.Forbidden)
    assert "--keys declared" in refused.refusal.message


@pytest.mark.parametrize(
    ("key", "product"),
    [
        ("visual-key", "visual"),
        ("text-key", "text"),
        ("any-key", "any"),
        ("refused-key", "any"),
        ("unpaid-key", "any"),
        ("limited-key", "any"),
    ],
)
def test_some_keys_are_declared_always(key: str, product: str) -> None:
    caller = called(key, STRICT)
    assert caller.declared
    assert isinstance(caller.opened, Project)
    assert caller.opened.product == product


def test_the_dashboard_key_opens_an_application() -> None:
    assert isinstance(called("dashboard-key", STRICT).opened, Application)


@pytest.mark.parametrize(("key", "status"), [("unpaid-key", 405), ("limited-key", 429)])
def test_a_key_may_earn_a_refusal_for_every_call_that_is_well_formed(key: str, status: int) -> None:
    project = project_of(Address("/api/v2/task/sync"), called(key))
    assert project.earns is not None
    assert project.earns().status == status


@pytest.mark.parametrize(
    ("key", "sandbox", "scenario"),
    [
        ("my-key~gw0", "gw0", None),
        ("my-key~gw0~outage", "gw0", "outage"),
        ("my-key~~outage", None, "outage"),
        ("my-key~A.b_c-9", "A.b_c-9", None),
    ],
)
def test_a_key_may_carry_a_sandbox_and_a_scenario(
    key: str, sandbox: str | None, scenario: str | None
) -> None:
    assert called(key) == Caller(sandbox, scenario, MINE, declared=True)


@given(NAMES, NAMES)
def test_any_names_of_sandbox_and_scenario_are_found_behind_any_key(
    sandbox: str, scenario: str
) -> None:
    caller = called(f"0123456789~{sandbox}~{scenario}")
    assert (caller.sandbox, caller.scenario, caller.refusal) == (sandbox, scenario, None)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("k~a b", "'a b' is no name for a sandbox"),
        ("k~a/b", "'a/b' is no name for a sandbox"),
        ("k~é", "'é' is no name for a sandbox"),
        ("k~" + "x" * 65, "is no name for a sandbox"),
        ("k~~a b", "'a b' is no name for a scenario"),
        ("k~a~b~c", "'b~c' is no name for a scenario"),
    ],
)
def test_a_name_with_impossible_characters_is_a_400_that_says_which(key: str, words: str) -> None:
    refusal = called(key).refusal
    assert isinstance(refusal, errors.BadAddress)
    assert refusal.status == 400
    assert words in refusal.message


@given(st.none() | st.text(st.characters(max_codepoint=0xFF), max_size=40))
def test_whatever_the_header_is_the_answer_is_a_caller(header: str | None) -> None:
    caller = DIRECTORY.caller(header)
    assert (caller.opened is None) <= (caller.refusal is not None)


@pytest.mark.parametrize("header", ["Token {}", "{}", "Token\t{}", "Bearer {}"])
@given(key=KEYS)
def test_no_refusal_repeats_a_key(header: str, key: str) -> None:
    assume(key not in BUILT_IN)
    refusal = STRICT.caller(header.format(key)).refusal
    assert refusal is not None
    assert key[:8] not in refusal.message


@given(KEYS)
def test_the_name_of_an_undeclared_project_does_not_give_its_key_away(key: str) -> None:
    assert re.fullmatch(r"undeclared-[0-9a-f]{8}", undeclared_project(key).name)
    assert undeclared_project(key).name == undeclared_project(key).name


@given(st.text(st.characters(codec="utf-8")))
def test_the_numbers_made_from_a_key_have_the_recorded_number_of_digits(key: str) -> None:
    project, user = numbers_of(key)
    assert (len(str(project)), len(str(user))) == (5, 7)
    assert (project, user) == numbers_of(key)


def test_more_callers_than_are_remembered_are_still_all_told_apart() -> None:
    directory = Directory({})
    names = [f"sandbox-{number}" for number in range(5000)]
    assert [directory.caller(f"Token key~{name}").sandbox for name in names] == names
    assert directory.caller("Token key~sandbox-0").sandbox == "sandbox-0"


def test_a_project_with_two_keys_is_listed_once() -> None:
    directory = Directory({"one": MINE, "two": MINE, "forum-key": FORUM})
    assert [project for project in directory.projects if project is MINE] == [MINE]
    assert all(isinstance(project, Project) for project in directory.projects)
    assert set(directory.projects) - {MINE} == {
        opened for opened in BUILT_IN.values() if isinstance(opened, Project)
    }


V1, V2 = "/api/v1/task/sync", "/api/v2/task/sync"
TASK, DASHBOARD = Contract.TASK, Contract.DASHBOARD


@pytest.mark.parametrize(
    ("path", "by_address", "key", "contract"),
    [
        (V1, TASK, "forum-key", TASK),
        (V2, DASHBOARD, "my-key", DASHBOARD),
        (V1, None, "my-key", TASK),
        (V2, None, "forum-key", DASHBOARD),
        (V1, None, "undeclared", DASHBOARD),
        ("/api/v1/task/async", None, "undeclared", DASHBOARD),
        ("/api/v1/task", None, "undeclared", TASK),
        (V2, None, "undeclared", TASK),
        ("/api/v2/task", None, "undeclared", TASK),
        (V1, TASK, "undeclared", TASK),
        (V2, DASHBOARD, "undeclared", DASHBOARD),
    ],
)
def test_the_address_decides_the_contract_then_the_kind_of_a_declared_key(
    path: str, by_address: Contract | None, key: str, contract: Contract
) -> None:
    assert contract_of(Address(path, contract=by_address), called(key)) is contract


@pytest.mark.parametrize(
    ("by_path", "by_key", "sandbox"),
    [(None, None, "default"), ("gw0", None, "gw0"), (None, "gw1", "gw1"), ("gw0", "gw0", "gw0")],
)
def test_the_sandbox_is_named_by_path_or_key_or_is_the_default_one(
    by_path: str | None, by_key: str | None, sandbox: str
) -> None:
    assert sandbox_of(Address(V2, by_path), Caller(sandbox=by_key)) == sandbox


def test_a_key_that_contradicts_the_path_is_a_400_that_names_both() -> None:
    with pytest.raises(errors.BadAddress, match=r"'gw1'.*'gw0'"):
        sandbox_of(Address(V2, "gw0"), Caller(sandbox="gw1"))


@pytest.mark.parametrize("name", ["", "a b", "é", "x" * 65, "a\n"], ids=repr)
def test_a_path_with_an_impossible_name_of_a_sandbox_is_a_400(name: str) -> None:
    with pytest.raises(errors.BadAddress, match="is no name for a sandbox"):
        sandbox_of(Address(V2, name), Caller())


@pytest.mark.parametrize("key", ["my-key", "visual-key"])
def test_a_call_of_the_task_api_gets_the_project_that_its_key_opens(key: str) -> None:
    caller = called(key)
    assert project_of(Address(V2), caller) is caller.opened


@pytest.mark.parametrize(
    ("key", "called_contract"), [("forum-key", TASK), ("my-key", DASHBOARD)], ids=["task", "dash"]
)
def test_a_key_of_the_other_kind_is_refused_with_403_and_both_are_named(
    key: str, called_contract: Contract
) -> None:
    caller = called(key)
    with pytest.raises(errors.Forbidden, match=r"Task API.*Dashboard API|Dashboard API.*Task API"):
        project_of(Address(V2, contract=called_contract), caller)


def test_the_refusal_of_a_caller_is_raised_before_anything_else_is_looked_at() -> None:
    with pytest.raises(errors.Forbidden, match="No API key"):
        project_of(Address(V2, contract=DASHBOARD), DIRECTORY.caller(None))


@pytest.mark.parametrize("key", ["forum-key", "undeclared"])
def test_a_call_of_the_dashboard_api_is_told_that_it_is_not_answered_yet(key: str) -> None:
    with pytest.raises(errors.NotFound, match=f"does not answer at {V1}"):
        project_of(Address(V1), called(key))


@pytest.mark.parametrize(
    ("product", "kinds"),
    [
        ("text", {Kind.TEXT}),
        ("visual", {Kind.PICTURE, Kind.VIDEO, Kind.AUDIO}),
        ("any", set(Kind)),
    ],
)
def test_the_product_of_a_project_decides_what_it_takes(product: str, kinds: set[Kind]) -> None:
    project = Project(name="some", product=product, project_id=1, user_id=1)
    assert {kind for kind in Kind if project.takes(kind)} == kinds
