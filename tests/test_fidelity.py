"""docs/fidelity.md lists what there is, with the marks of the exchanges, and nothing else."""

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from emulator import create_app
from emulator.core import errors
from emulator.core.codes import CODES
from emulator.core.parsing.body import KNOWN, UPLOADS
from emulator.core.parsing.posting import PATRON_IDS, PATRON_METADATA
from emulator.server.control.openapi.emulated import paths
from tests.contract import fidelity
from tests.contract.exchanges import EXCHANGES, MARKS, PRINTS, Exchange, as_printed
from tests.contract.fidelity import UNKNOWN, code, fields_of, kind_of, named, table

ROOT = Path(__file__).parents[1]
TABLES = {"calls": 2, "sent": 2, "fields": 2, "errors": 2, "refusals": 3, "codes": 2, "missing": 1}
"""The tables with marks, and in which column those stand."""


@pytest.mark.parametrize(("name", "at"), TABLES.items())
def test_every_row_has_a_mark_and_none_stands_twice(name: str, at: int) -> None:
    marks = {*MARKS, UNKNOWN} if name == "missing" else {*MARKS}
    found = table(name)
    assert [row for row in found if row[at] not in marks] == []
    assert len({tuple(row) for row in found}) == len(found)


# Calls


def routes() -> set[str]:
    return {f"{method.upper()} {path}" for path, methods in paths().items() for method in methods}


def test_every_call_of_the_emulated_api_is_listed_and_no_other() -> None:
    assert set(create_app()._endpoints) == {call.split(" ")[1] for call in routes()}
    listed = {code(row[1]) for row in table("calls")}
    assert routes() - listed == set(), "add a row to the table 'calls' of docs/fidelity.md"
    assert listed - routes() == set(), "rows of docs/fidelity.md, table 'calls', about nothing"


def calls_of(exchange: Exchange) -> set[str]:
    sent = [{**exchange.defaults, **step["send"]} for step in exchange.steps if "send" in step]
    return {f"{one.get('method', 'POST')} {one['path'].partition('?')[0]}" for one in sent}


@pytest.mark.parametrize("row", table("calls"), ids=lambda row: " ".join(row[:2]))
def test_a_call_has_the_mark_of_an_exchange_that_makes_it(row: list[str]) -> None:
    exchange = named(row[3])
    assert code(row[1]) in calls_of(exchange)
    assert row[2] == exchange.data["mark"]
    dashboards = exchange.file.startswith("dashboard/")
    assert row[0] == ("Dashboard API" if dashboards else "Task API")


def test_what_is_not_answered_is_no_call() -> None:
    told = " ".join(row[0] for row in table("missing"))
    assert {call for call in routes() if f"`{call}`" in told} == set()


# Fields


def test_every_field_that_a_request_may_have_is_listed_and_no_other() -> None:
    listed = {(row[0], code(row[1])) for row in table("sent")}
    contents = {"text_data", "url", "callback_url"}
    metadata = {"content_metadata", *PATRON_METADATA}
    dashboard = {*contents, *PATRON_IDS, "post_id", *metadata, "legacy"}
    task = (KNOWN | UPLOADS) - (dashboard - contents) | {"frame_limit", "frame_offset"}
    expected = {("Task API", name) for name in task}
    expected |= {("Dashboard API", name) for name in dashboard}
    assert expected - listed == set(), "add a row to the table 'sent' of docs/fidelity.md"
    assert listed - expected == set(), "rows of docs/fidelity.md, table 'sent', about nothing"


CLASSES = [{"class": "", "score": 0}]


def expected_in(exchange: Exchange) -> Iterator[Any]:
    """What an exchange expects of the emulated API: all of it has been compared with answers."""
    for step in exchange.steps:
        if "send" in step or "received" in step:
            yield from (step[name] for name in ("answer", "part") if name in step)
            if any(name in step for name in PRINTS):
                yield as_printed(step)


def shown(value: Any) -> Any:
    """An expected answer with the fields of what stands there as a kind."""
    if isinstance(value, dict):
        return {name: shown(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shown(one) for one in value]
    return CLASSES if value in ("<classes>", "<recorded classes>") else value


def test_every_field_that_is_listed_stands_in_an_exchange() -> None:
    expected = [one for exchange in EXCHANGES for one in expected_in(exchange)]
    there = {field for one in expected for field in fields_of(shown(one))}
    listed = {(row[0], code(row[1])) for row in table("fields")}
    assert listed - there == set(), "rows of docs/fidelity.md, table 'fields', that nothing shows"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"return_code": 400, "message": "x"}, "refusal"),
        ({"task_id": "x", "id": "x"}, "acknowledgement"),
        ({"task_id": "x", "message": "x"}, "message about a task"),
        ({"id": "x", "code": 200, "status": []}, "synchronous answer"),
        ({"id": "x", "status": []}, "callback"),
        ({"triggered_rules": []}, "standard answer"),
        ({"content_id": "x", "triggered_rules": []}, "legacy answer"),
    ],
    ids=str,
)
def test_what_a_message_is_is_told_by_its_fields(message: Mapping[str, Any], kind: str) -> None:
    assert kind_of(message) == kind


def test_the_fields_of_a_response_are_told_by_what_it_is_about() -> None:
    media = {"type": "VIDEO", "url": None}
    response = {"input": {"model_type": "CATEGORIZATION", "media": media}, "output": [{"time": 0}]}
    message = {"code": 200, "metadata": {"own": 1}, "status": [{"response": response}]}
    video = "response about a video"
    assert list(fields_of(message)) == [
        ("synchronous answer", "code"),
        ("synchronous answer", "metadata"),
        ("synchronous answer", "status"),
        ("element of `status`", "response"),
        *((video, name) for name in ("input", "input.model_type", "input.media")),
        *((video, name) for name in ("input.media.type", "input.media.url")),
        *((video, name) for name in ("output", "output[].time")),
    ]


# Errors


def makers() -> dict[str, type[errors.Refusal]]:
    """The makers of refusals, and what each makes."""
    found = {}
    for name, one in vars(errors).items():
        if inspect.isfunction(one) and one.__module__ == errors.__name__:
            made = get_type_hints(one)["return"]
            if inspect.isclass(made) and issubclass(made, errors.Refusal):
                found[name] = made
    return found


def test_every_refusal_is_listed_with_its_class_and_no_other() -> None:
    listed = {code(row[0]): code(row[1]) for row in table("refusals")}
    made = {name: kind.__name__ for name, kind in makers().items()}
    missing = {name for name in made if name not in listed}
    assert missing == set(), "add a row to the table 'refusals' of docs/fidelity.md"
    assert listed == made


@pytest.mark.parametrize("row", table("refusals"), ids=lambda row: code(row[0]))
def test_a_refusal_has_mark_and_status_of_its_exchange_or_says_where_it_is_tested(
    row: list[str],
) -> None:
    name, _, status, mark, where = row
    tested = re.search(r"`(tests/\S+\.py)`", where)
    if tested is not None or where == "likewise":
        assert tested is None or (ROOT / tested[1]).is_file()
        refused = {step.get("refuses") for one in EXCHANGES for step in one.steps}
        assert code(name) not in refused, "there is an exchange: name it"
        return
    exchange = named(where)
    statuses = [step["status"] for step in exchange.steps if step.get("refuses") == code(name)]
    assert statuses, f"{where} does not refuse with {name}"
    assert {int(status)} == set(statuses)
    assert mark == exchange.data["mark"]
    assert makers()[code(name)].status == int(status)


def test_every_class_of_refusals_has_a_maker() -> None:
    """But for those that only gather others."""
    made = set(makers().values())
    family = descendants(errors.Refusal)
    assert {one for one in family - made if not one.__subclasses__()} == set()


def descendants(kind: type[errors.Refusal]) -> set[type[errors.Refusal]]:
    return {kind}.union(*map(descendants, kind.__subclasses__()))


@pytest.mark.parametrize("row", table("errors"), ids=lambda row: row[0])
def test_a_case_of_error_has_status_and_mark_of_its_exchange(row: list[str]) -> None:
    exchange = named(row[3])
    statuses = {step.get("status", 200) for step in exchange.steps if "send" in step}
    assert int(row[1]) in statuses
    assert row[2] == exchange.data["mark"]


# Codes


def test_every_code_of_a_task_is_listed_and_no_other() -> None:
    listed = {int(row[0]): code(row[1]) for row in table("codes")}
    assert dict(CODES) == listed, "change the table 'codes' of docs/fidelity.md"


@pytest.mark.parametrize("row", table("codes"), ids=lambda row: row[0])
def test_a_code_is_given_in_its_exchange_under_its_mark(row: list[str]) -> None:
    exchange = named(row[3])
    given = [one.get("error_code") for one in expected_in(exchange) if isinstance(one, dict)]
    assert int(row[0]) in given
    assert row[2] == exchange.data["mark"]


# Exchanges


def test_the_list_of_exchanges_is_what_the_files_say() -> None:
    inner = fidelity.DOCUMENT.read_text("utf-8").partition("<!-- exchanges -->\n")[2]
    written = inner.partition("<!-- end -->")[0].splitlines()
    told = "write it anew: python -m tests.contract.fidelity"
    assert written == fidelity.exchange_rows(), told


def test_an_exchange_that_is_not_there_cannot_be_named() -> None:
    with pytest.raises(AssertionError, match="not there"):
        named("`task/nothing.yaml: nothing`")
