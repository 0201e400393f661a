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
    Opened,
    Project,
    application_of,
    contract_of,
    numbers_of,
    opened_by,
    sandbox_of,
    undeclared_application,
    undeclared_project,
)
from emulator.core.conditions.texts import Profanity
from emulator.core.model import Contract, Kind
from emulator.core.rules import Action, Rule

MINE = Project(name="mine", project_id=10_000, user_id=1_000_000)
FORUM = application_of("forum", "axImEu96VEaGDF7ee5m9wg")
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
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_declared_key_opens_what_it_was_declared_for(header: str, opened: Opened) -> None:
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


def test_the_dashboard_key_opens_an_application_that_is_declared_always() -> None:
    caller = called("dashboard-key", STRICT)
    assert caller.declared
    assert isinstance(caller.opened, Application)
    assert (caller.opened.name, caller.opened.rules) == ("dashboard", ())


def test_what_is_declared_of_a_key_counts_and_not_what_is_declared_always() -> None:
    mine = application_of("mine")
    directory = Directory({"dashboard-key": mine})
    assert called("dashboard-key", directory).opened is mine
    assert directory.applications == (mine,)


@pytest.mark.parametrize(("key", "status"), [("unpaid-key", 405), ("limited-key", 429)])
def test_a_key_may_earn_a_refusal_for_every_call_that_is_well_formed(key: str, status: int) -> None:
    project = opened_by(Address("/api/v2/task/sync"), called(key))
    assert isinstance(project, Project)
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
    refusal, another = (STRICT.caller(header.format(one)).refusal for one in (key, "0" * 32))
    assert refusal is not None
    assert another is not None
    assert refusal.message == another.message


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


def test_an_application_with_two_keys_is_listed_once() -> None:
    directory = Directory({"one": FORUM, "my-key": MINE, "two": FORUM})
    assert directory.applications == (BUILT_IN["dashboard-key"], FORUM)


V1, V2 = "/api/v1/task/sync", "/api/v2/task/sync"
TASK, DASHBOARD = Contract.TASK, Contract.DASHBOARD


def test_an_application_is_the_same_whenever_its_file_was_read() -> None:
    again = application_of(
        "forum",
        "axImEu96VEaGDF7ee5m9wg",
        rules=(Rule("swears", "post", Profanity(), Action("delete_post")),),
    )
    assert Directory({"forum-key": again}).current(FORUM) is again
    assert Directory({"forum-key": FORUM}).current(again) is FORUM
    for other in (application_of("forum", "another"), application_of("shop", FORUM.application_id)):
        assert DIRECTORY.current(other) is None


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
    assert opened_by(Address(V2), caller) is caller.opened


@pytest.mark.parametrize("path", [V1, V2])
@pytest.mark.parametrize("by_address", [None, DASHBOARD])
@pytest.mark.parametrize("key", ["forum-key", "dashboard-key", "forum-key~gw0~outage"])
def test_a_call_of_the_dashboard_api_gets_the_application_that_its_key_opens(
    key: str, by_address: Contract | None, path: str
) -> None:
    caller = called(key)
    assert opened_by(Address(path, contract=by_address), caller) is caller.opened


@pytest.mark.parametrize("path", [V1, V2])
@pytest.mark.parametrize(
    ("key", "called_contract", "names"),
    [
        ("forum-key", TASK, ["an application of the Dashboard API", "'forum'", "Task API"]),
        ("my-key", DASHBOARD, ["a project of the Task API", "'mine'", "Dashboard API"]),
    ],
    ids=["task", "dash"],
)
def test_a_key_of_the_other_kind_is_refused_with_403_and_both_are_named(
    key: str, called_contract: Contract, names: list[str], path: str
) -> None:
    with pytest.raises(errors.Forbidden) as refused:
        opened_by(Address(path, contract=called_contract), called(key))
    assert refused.value.status == 403
    assert all(name in refused.value.message for name in names)
    assert key not in refused.value.message


@pytest.mark.parametrize("contract", [TASK, DASHBOARD])
def test_the_refusal_of_a_caller_is_raised_before_anything_else_is_looked_at(
    contract: Contract,
) -> None:
    with pytest.raises(errors.Forbidden, match="No API key"):
        opened_by(Address(V2, contract=contract), DIRECTORY.caller(None))


def test_a_caller_that_opens_nothing_has_no_key() -> None:
    with pytest.raises(errors.Forbidden, match="No API key"):
        opened_by(Address(V2), Caller())


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (Address(V1), Application),
        (Address("/api/v1/task/async"), Application),
        (Address(V2, contract=DASHBOARD), Application),
        (Address(V2), Project),
        (Address(V1, contract=TASK), Project),
    ],
)
def test_a_key_nobody_declared_opens_either_contract(
    address: Address, kind: type[Project] | type[Application]
) -> None:
    opened = opened_by(address, called("undeclared"))
    assert type(opened) is kind
    assert opened.name == undeclared_project("undeclared").name


@pytest.mark.parametrize("address", [Address(V1), Address(V2, contract=DASHBOARD)])
def test_where_only_declared_keys_are_taken_no_other_opens_an_application(address: Address) -> None:
    with pytest.raises(errors.Forbidden, match="--keys declared"):
        opened_by(address, called("undeclared", STRICT))


# Applications


def test_an_application_has_the_model_of_the_dashboard_under_its_own_name() -> None:
    project = FORUM.project
    assert (FORUM.contract, project.contract) == (DASHBOARD, TASK)
    assert (project.name, project.product) == ("forum", "any")
    assert (project.project_id, project.user_id) == numbers_of("forum")
    # As printed [in the documents: Dashboard reference].
    assert project.text_taxonomy.classes == (
        *("spam", "sexual", "hate", "violence", "bullying", "promotions"),
    )


@given(st.text(st.characters(codec="utf-8")))
def test_an_id_that_nobody_gave_an_application_is_made_from_its_name(name: str) -> None:
    made = application_of(name)
    assert re.fullmatch("[0-9a-f]{22}", made.application_id)
    assert made.application_id == application_of(name).application_id
    assert application_of(name, "mine").application_id == "mine"


def test_two_applications_have_ids_of_their_own() -> None:
    assert application_of("a").application_id != application_of("b").application_id


def test_an_application_has_rules_and_webhooks_only_where_they_are_given() -> None:
    rule = Rule("swears", "post", Profanity(), Action("delete_post"))
    hooks = {"delete_post": "http://127.0.0.1:9/"}
    made = application_of("forum", rules=(rule,), webhooks=hooks)
    assert (made.rules, made.webhooks) == ((rule,), hooks)
    assert (FORUM.rules, FORUM.webhooks) == ((), {})


@given(KEYS)
def test_an_undeclared_application_is_always_the_same_and_has_no_rules(key: str) -> None:
    project = undeclared_project(key)
    made, again = undeclared_application(project), undeclared_application(project)
    assert (made.name, made.application_id) == (again.name, again.application_id)
    assert (made.name, made.rules, made.webhooks) == (project.name, (), {})
    assert key not in made.application_id


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
