"""The document that describes all calls, held against a running server: drift fails here."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from hypothesis import assume, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from emulator import Emulator, run
from emulator.core import errors
from emulator.core.faults import ANSWERED, EVENTS, TROUBLES, Event
from emulator.core.rules import ACTIONS as RULE_ACTIONS
from emulator.engine.journal import KINDS
from emulator.library.inline import (
    application_from,
    fixtures_from,
    scenario_from,
    step_from,
)
from emulator.library.problems import LibraryError
from emulator.server.api import (
    SUBMIT_ASYNC,
    SUBMIT_ASYNC_V1,
    SUBMIT_SYNC,
    SUBMIT_SYNC_V1,
    SUMMARY,
    SUMMARY_V1,
    TRIGGER,
    TRIGGER_V1,
)
from emulator.server.control.openapi import emulated, sent, shown
from emulator.server.control.openapi.document import document
from emulator.server.control.openapi.operations import OPERATIONS
from emulator.server.control.routes import PREFIX, calls
from tests.library.told import anything_under
from tests.server.control.contract import Contract
from tests.server.control.examples import EXAMPLES, TEXT, Example, Names, a_whole_life
from tests.support.receiver import Received, Receiver, receiving


@pytest.fixture(scope="module")
def contract(server_url: str) -> Contract:
    answer = httpx.get(f"{server_url}/_emulator/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    return Contract(answer.json())


@dataclass(frozen=True)
class Life:
    """A sandbox in which everything has happened, only to be looked at."""

    client: httpx.Client
    names: Names
    received: list[Received]


@pytest.fixture(scope="module")
def life(server_url: str) -> Iterator[Life]:
    with (
        receiving() as receiver,
        httpx.Client(base_url=f"{server_url}/s/a-whole-life", trust_env=False) as client,
    ):
        names = a_whole_life(client, receiver)
        yield Life(client, names, list(receiver.all))


def items(client: httpx.Client, what: str) -> list[Any]:
    answer = client.get(f"/_emulator/{what}")
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found


# The document itself.


def test_it_is_a_valid_document_of_openapi_3_1(contract: Contract) -> None:
    validator = OpenAPIV31SpecValidator(contract.document)
    assert [error.message for error in validator.iter_errors()] == []


def test_what_is_served_is_what_is_made(contract: Contract) -> None:
    assert contract.document == document(calls(Emulator()), guarded=False)


def test_every_route_has_an_operation_and_every_operation_a_route(contract: Contract) -> None:
    routes = {
        (call.method, f"{PREFIX}{call.path.replace(':path}', '}')}") for call in calls(Emulator())
    }
    routes |= {("POST", SUBMIT_SYNC), ("POST", SUBMIT_ASYNC), ("GET", SUMMARY)}
    routes |= {("POST", SUBMIT_SYNC_V1), ("POST", SUBMIT_ASYNC_V1), ("GET", SUMMARY_V1)}
    routes |= {("POST", TRIGGER), ("POST", TRIGGER_V1)}
    routes |= {("GET", "/livez"), ("GET", "/readyz")}
    assert {(method, path) for method, path, _ in contract.operations.values()} == routes


def test_the_table_has_no_operation_that_is_gone() -> None:
    assert list(OPERATIONS) == [call.answer.__name__ for call in calls(Emulator())]


def test_every_operation_says_in_a_sentence_what_it_does(contract: Contract) -> None:
    for name, (_, _, operation) in contract.operations.items():
        assert operation["summary"], name
        assert "\n" not in operation["summary"], name


def test_no_two_schemas_share_a_name() -> None:
    parts = [emulated.schemas(), sent.schemas(), shown.schemas()]
    assert len({name for part in parts for name in part}) == sum(map(len, parts))


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_component_is_used(contract: Contract) -> None:
    components = contract.document["components"]
    # An event is no JSON, so that its description is all that can name its data.
    used = {*references(contract.document), "#/components/schemas/Entry"}
    for sort in ("schemas", "parameters", "responses"):
        assert {f"#/components/{sort}/{name}" for name in components[sort]} <= used


OPEN = {
    *("OpenApi", "NoteEntry", "JsonSubmission", "FormSubmission", "MultipartSubmission"),
    *("JsonPosting", "FormPosting", "MultipartPosting", "Metadata"),
    *("Condition", "CountedCondition"),
}
"""What may hold more than is described: metadata, and conditions on them, are of any keys."""


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") == "object":
            yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def test_every_object_is_closed_but_those_that_are_meant_to_be_open(contract: Contract) -> None:
    schemas = contract.document["components"]["schemas"]
    assert {
        name
        for name, schema in schemas.items()
        if any(one.get("additionalProperties") is not False for one in objects(schema))
    } == OPEN


def test_it_is_not_loaded_before_it_is_asked_for() -> None:
    program = (
        "import sys; from emulator.server.app import create_app; create_app(); "
        "print([name for name in sys.modules if 'openapi' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
    )
    package = "emulator.server.control.openapi"
    assert done.stdout == f"{[package, f'{package}.serving']}\n"


# Calls, each built from the document and held against it with its answer.


def test_the_check_itself_finds_what_is_too_much_too_little_and_of_another_type(
    contract: Contract,
) -> None:
    clock: dict[str, Any] = {"mode": "manual", "now": "2026-01-01T00:00:00.000Z"}
    assert contract.problems_of_component("Clock", clock) == []
    for drift in ({**clock, "zone": "UTC"}, {"mode": "manual"}, {**clock, "mode": "wall"}):
        assert contract.problems_of_component("Clock", drift) != []
    assert contract.problems_of_component("Clock", {**clock, "now": "2026-01-01"}) != []


@pytest.mark.parametrize(
    "example",
    EXAMPLES,
    ids=[f"{one.operation} {one.status}, {at}" for at, one in enumerate(EXAMPLES)],
)
def test_a_call_is_taken_refused_and_answered_as_documented(
    example: Example, contract: Contract, client: httpx.Client, receiver: Receiver, life: Life
) -> None:
    if example.given is a_whole_life:
        client, names = life.client, life.names
    else:
        names = example.given(client, receiver)
    sending = example.sent.filled(names)
    right = example.status == 200 or example.beyond
    assert (contract.problems_of_request(example.operation, sending) == []) == right
    request = contract.request(client, example.operation, sending)
    answer = client.send(request, stream=True)
    assert answer.status_code == example.status
    if answer.headers["content-type"].startswith("text/event-stream"):
        answer.close()
        return
    answer.read()
    assert contract.problems_of_answer(example.operation, answer) == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_call_is_refused_to_foreign_hosts_as_documented(
    operation: str, contract: Contract, client: httpx.Client
) -> None:
    answer = client.send(blank(contract, client, operation, {"host": "evil.example"}))
    assert answer.status_code == 403
    assert contract.problems_of_answer(operation, answer) == []


@pytest.mark.parametrize(
    "operation", [name for name, one in OPERATIONS.items() if "sandbox" in one.parameters]
)
def test_every_call_about_a_sandbox_is_refused_a_bad_name_as_documented(
    operation: str, contract: Contract, client: httpx.Client
) -> None:
    request = blank(contract, client, operation, {})
    request.url = request.url.copy_merge_params({"sandbox": "a/b"})
    answer = client.send(request)
    assert (answer.status_code, "no name for a sandbox" in answer.text) == (400, True)
    assert contract.problems_of_answer(operation, answer) == []
    schema = contract.parameters(operation, "query")["sandbox"]["schema"]
    assert contract.problems(schema, "a/b") != []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_call_is_refused_a_parameter_that_is_not_documented_as_documented(
    operation: str, contract: Contract, client: httpx.Client
) -> None:
    request = blank(contract, client, operation, {})
    request.url = request.url.copy_merge_params({"sandbx": "a"})
    answer = client.send(request)
    assert answer.status_code == 400
    known = contract.parameters(operation, "query")
    path = request.url.path.partition(PREFIX)[2]
    assert answer.json()["error"] == (
        "There is no parameter 'sandbx'. Did you mean 'sandbox'? "
        f"{request.method} {PREFIX}{path} takes {', '.join(known)}."
    )
    assert contract.problems_of_answer(operation, answer) == []


def blank(
    contract: Contract, client: httpx.Client, operation: str, headers: dict[str, str]
) -> httpx.Request:
    """A call that is about nothing in particular."""
    example = next(one for one in EXAMPLES if one.operation == operation and one.status == 200)
    filled = dict.fromkeys(example.sent.path, "none")
    return contract.request(client, operation, replace(example.sent, path=filled, headers=headers))


def test_with_a_token_every_call_asks_for_it_as_documented() -> None:
    with (
        run(port=0, admin_token="secret") as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        bearer = {"authorization": "Bearer secret"}
        contract = Contract(client.get("/_emulator/openapi.json", headers=bearer).json())
        for operation in OPERATIONS:
            described = contract.operations[operation][2]
            assert described["security"] == [{"adminToken": []}]
            answer = client.send(blank(contract, client, operation, {}))
            assert answer.status_code == 401
            assert contract.problems_of_answer(operation, answer) == []
    assert contract.document["components"]["securitySchemes"]["adminToken"]["scheme"] == "bearer"


def test_without_a_token_no_call_speaks_of_one(contract: Contract) -> None:
    for operation in OPERATIONS:
        assert contract.operations[operation][2]["security"] == []
        assert 401 not in contract.statuses(operation)


def test_a_scenario_that_is_gone_is_told_as_documented() -> None:
    with (
        run(port=0) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        contract = Contract(client.get("/_emulator/openapi.json").json())
        server.emulator.shelf.exchange(replace(server.emulator.library, scenarios={}))
        answer = client.get("/_emulator/scenario")
        assert answer.status_code == 404
        assert contract.problems_of_answer("scenario", answer) == []


REFUSALS = {
    name: int(trouble.refusal().status)
    for name, trouble in TROUBLES.items()
    if trouble.refusal is not None and trouble.refusal().status
}


EMULATED = {
    **{on.value: on for on in sorted(ANSWERED)},
    "post_sync": Event.SUBMIT_SYNC,
    "post_async": Event.SUBMIT_ASYNC,
    "summary_v1": Event.SUMMARY,
    "trigger_v1": Event.TRIGGER,
}
"""The operations of the emulated API, and what happens to each."""


@pytest.mark.parametrize("fault", REFUSALS)
@pytest.mark.parametrize("operation", EMULATED)
def test_a_call_that_a_scenario_refuses_is_refused_as_documented(
    operation: str, fault: str, contract: Contract, client: httpx.Client
) -> None:
    step = {"on": EMULATED[operation].value, "fault": fault}
    client.post("/_emulator/faults", json=step).raise_for_status()
    method, path, _ = contract.operations[operation]
    answer = client.request(method, path, headers=TEXT)
    assert answer.status_code == REFUSALS[fault]
    assert contract.problems_of_answer(operation, answer) == []


def test_how_long_to_wait_is_told_in_the_header_that_is_documented(
    contract: Contract, client: httpx.Client
) -> None:
    step = {"on": "submit", "fault": "rate_limited", "retry_after": "2s"}
    client.post("/_emulator/faults", json=step).raise_for_status()
    answer = client.post(SUBMIT_SYNC, headers=TEXT)
    limited = contract.resolved(contract.operations["submit_sync"][2]["responses"]["429"])
    schema = limited["headers"]["Retry-After"]["schema"]
    assert contract.problems(schema, int(answer.headers["retry-after"])) == []


def test_every_status_that_the_emulated_api_refuses_with_is_documented(contract: Contract) -> None:
    known = {int(one.status) for one in errors.Refusal.__subclasses__()} - {0}
    known |= set(REFUSALS.values())
    # What is submitted is nowhere only where the method is wrong, and a summary has no body.
    for operation, event in EMULATED.items():
        never = {Event.SUMMARY: {413}, Event.TRIGGER: set()}.get(event, {404})
        assert contract.statuses(operation) == (known | {200}) - never


def test_every_operation_is_tried_with_every_status_that_it_can_answer_with(
    contract: Contract,
) -> None:
    tried = {(example.operation, example.status) for example in EXAMPLES}
    tried |= {(operation, 403) for operation in OPERATIONS}
    tried |= {(name, 400) for name, one in OPERATIONS.items() if "sandbox" in one.parameters}
    tried |= {("scenario", 404)}
    tried |= {(operation, status) for operation in EMULATED for status in REFUSALS.values()}
    documented = {
        (operation, status)
        for operation in contract.operations
        for status in contract.statuses(operation)
    }
    assert tried == documented


# All that can be seen of a life in which everything happened.


def test_that_life_has_every_kind_of_entry_and_every_state(life: Life) -> None:
    assert {one["kind"] for one in items(life.client, "journal")} == {*KINDS}
    assert {one["state"] for one in items(life.client, "tasks")} == {
        *("in_progress", "finished", "failed")
    }
    assert {one["state"] for one in items(life.client, "callbacks")} == {
        *("scheduled", "delivered", "failed", "dropped")
    }


def test_that_life_has_posts_and_patrons_to_which_everything_was_done(life: Life) -> None:
    [application] = items(life.client, "applications")
    fired = {name for what in ("posts", "patrons") for one in items(life.client, what)
             for name in one["fired_rules"]}  # fmt: skip
    assert fired == {rule["name"] for rule in application["rules"]}
    assert {one["kind"] for one in items(life.client, "callbacks")} == {"callback", "webhook"}
    assert {one["type"] for one in items(life.client, "review")} == {"post", "patron"}


def test_each_post_in_it_is_explained_as_documented(contract: Contract, life: Life) -> None:
    for post in items(life.client, "posts"):
        answer = life.client.get("/_emulator/posts", params={"id": post["id"]})
        assert contract.problems_of_answer("posts", answer) == []
        [whole] = answer.json()["items"]
        assert [*map(len, (whole["contents"], post["contents"]))] == [len(whole["contents"])] * 2
        assert all("rules" in one for one in whole["contents"])


@pytest.mark.parametrize("what", ["request", "task", "callback"])
def test_each_thing_in_it_is_shown_as_documented(what: str, contract: Contract, life: Life) -> None:
    for one in items(life.client, f"{what}s"):
        answer = life.client.get(f"/_emulator/{what}s/{one['id']}")
        assert answer.status_code == 200
        assert contract.problems_of_answer(what, answer) == []


def test_each_task_in_it_is_summarised_as_documented(contract: Contract, life: Life) -> None:
    for task in items(life.client, "tasks"):
        headers = {"authorization": f"Token {task['project']}-key"}
        answer = life.client.get(SUMMARY, params={"task_id": task["id"]}, headers=headers)
        assert answer.status_code == 200
        assert contract.problems_of_answer("summary", answer) == []


def test_what_is_posted_to_a_callback_address_is_documented(contract: Contract, life: Life) -> None:
    bodies = [one.body for one in life.received if not one.target.startswith("/acted/")]
    schema = posted_by(contract, "submit_async")
    told = [contract.problems(schema, loaded(body)) == [] for body in bodies]
    # One was truncated, on its first attempt.
    assert (told.count(True), told.count(False)) == (len(told) - 1, 1)
    assert len(told) > 10


def posted_by(contract: Contract, operation: str) -> Any:
    [on_result] = contract.operations[operation][2]["callbacks"].values()
    [posted] = on_result.values()
    return posted["post"]["requestBody"]["content"]["application/json"]["schema"]


def test_what_is_posted_of_posts_is_documented_as_the_dashboards_own(
    contract: Contract, life: Life
) -> None:
    bodies = [loaded(one.body) for one in life.received if one.target == "/posted"]
    schema = posted_by(contract, "post_async")
    assert [contract.problems(schema, body) for body in bodies] == [[]] * len(bodies)
    shapes = ("PostAnswer", "LegacyTextAnswer", "LegacyPictureAnswer", "FailedResult")
    for shape in shapes:
        assert [one for one in bodies if not contract.problems_of_component(shape, one)], shape


def test_what_a_webhook_is_told_is_documented(contract: Contract, life: Life) -> None:
    [webhook] = contract.document["webhooks"].values()
    schema = webhook["post"]["requestBody"]["content"]["application/json"]["schema"]
    told = [one for one in life.received if one.target.startswith("/acted/")]
    assert [contract.problems(schema, loaded(one.body)) for one in told] == [[]] * len(told)
    assert {one.target.removeprefix("/acted/") for one in told} == {*RULE_ACTIONS}
    assert {loaded(one.body)["by"] for one in told} >= {"moderator", "busy"}


def loaded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def test_what_is_heard_as_it_happens_is_documented(contract: Contract, life: Life) -> None:
    heard: list[Any] = []
    total = life.client.get("/_emulator/journal").json()["total"]
    with life.client.stream("GET", "/_emulator/events", params={"since": "0"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = (line for line in stream.iter_lines() if line)
        assert next(lines).startswith(":")
        while len(heard) < total:
            told = dict(next(lines).split(": ", 1) for _ in range(3))
            heard.append(json.loads(told["data"]))
            assert (told["id"], told["event"]) == (heard[-1]["id"], heard[-1]["kind"])
    assert heard == items(life.client, "journal")
    for entry in heard:
        assert contract.problems_of_component("Entry", entry) == []


# Bodies of which the shapes were made anew, since less has to be said at run time than in a file.


def is_taken(read: Callable[[Any, tuple[()]], object], body: Any) -> bool:
    try:
        read(body, ())
    except LibraryError:
        return False
    return True


@pytest.mark.parametrize("on", [*EVENTS, None])
@pytest.mark.parametrize("fault", [*TROUBLES, None])
def test_a_step_is_taken_at_run_time_where_the_document_takes_it(
    fault: str | None, on: str | None, contract: Contract
) -> None:
    begun = {name: value for name, value in (("on", on), ("fault", fault)) if value is not None}
    besides: list[dict[str, Any]] = [
        *({}, {"visual": {}}, {"latency": 1}, {"probability": 0.5}, {"delay": "5s"})
    ]
    for beside in besides:
        step = {**begun, **beside}
        documented = contract.problems_of_component("NewStep", step) == []
        assert documented == is_taken(step_from, step), step


WORDS = (
    *(
        "name",
        "when",
        "visual",
        "video",
        "text",
        "media",
        "fault",
        "latency",
        "url",
        "text_contains",
        "on",
    ),
    *("gun_in_hand", "no_gun", "spam", "language", "urls", "callback", "summary", "hang", "late"),
    *("slow", "delay", "times", "probability", "steps", "timeline", "callbacks", "retry", "from"),
    *("type", "action", "active", "rules", "actions", "all", "not", "profanity", "gte", "hate"),
)


@settings(max_examples=50, deadline=None)
@given(body=anything_under((*WORDS, "fixtures")))
def test_what_is_taken_at_run_time_is_documented(body: dict[str, Any]) -> None:
    # A list that is null counts as empty, as a key of a file does that nothing stands at.
    assume("null" not in json.dumps(body))
    fixture = {"when": {"url": "b"}, "visual": {}} | body
    step = {"fault": "slow"} | body
    rule = {
        "name": "a",
        "type": "post",
        "when": {"profanity": True},
        "action": "delete_post",
    } | body
    read: list[tuple[str, Callable[[Any, tuple[()]], object], Any]] = [
        ("NewFixtures", fixtures_from, body),
        ("NewFixtures", fixtures_from, [fixture]),
        ("NewScenario", scenario_from, body),
        ("NewScenario", scenario_from, {"steps": [{"on": "submit"} | step], "timeline": [step]}),
        ("NewStep", step_from, body),
        ("NewStep", step_from, step),
        ("NewApplication", application_from, body),
        ("NewApplication", application_from, {"rules": [rule]}),
    ]
    for name, reader, value in read:
        if is_taken(reader, value):
            assert MADE.problems_of_component(name, value) == []


MADE = Contract(document(calls(Emulator()), guarded=False))
