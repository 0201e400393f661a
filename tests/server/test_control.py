"""The control API over HTTP."""

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import run
from tests.support.receiver import Receiver

ROOT = Path(__file__).parent.parent.parent
SYNC = "/api/v2/task/sync"
ASYNC = "/api/v2/task/async"
TEXT = {"authorization": "Token text-key"}
HELLO = {"text_data": "hello"}
BUNDLED = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))


def submit(client: httpx.Client, **fields: str) -> Any:
    return client.post(SYNC, headers=TEXT, data=fields or HELLO).json()


def items(client: httpx.Client, what: str, **params: Any) -> list[Any]:
    answer = client.get(f"/_emulator/{what}", params=params)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found


def test_the_clock_is_told_set_and_advanced(client: httpx.Client) -> None:
    assert client.get("/_emulator/clock").json()["mode"] == "system"
    moment = "2026-05-01T10:00:00Z"
    put = client.put("/_emulator/clock", json={"mode": "manual", "now": moment})
    assert put.json() == {"mode": "manual", "now": "2026-05-01T10:00:00.000Z"}
    passed = client.post("/_emulator/clock/advance", json={"by": "5m"}).json()
    assert passed == {
        "now": "2026-05-01T10:05:00.000Z", "delivered": 0, "failed": 0, "pending": 0
    }  # fmt: skip
    assert submit(client)["created_on"] == "2026-05-01T10:05:00.000Z"


def test_a_time_zone_is_understood_and_none_means_utc(client: httpx.Client) -> None:
    for written in ("2026-05-01T12:00:00+02:00", "2026-05-01T10:00:00"):
        put = client.put("/_emulator/clock", json={"mode": "manual", "now": written})
        assert put.json()["now"] == "2026-05-01T10:00:00.000Z"


def test_a_used_clock_cannot_go_back_until_a_reset(client: httpx.Client) -> None:
    client.put("/_emulator/clock", json={"mode": "manual", "now": "2026-05-01T10:00:00Z"})
    submit(client)
    back = {"mode": "manual", "now": "2026-01-01T00:00:00Z"}
    refused = client.put("/_emulator/clock", json=back)
    assert refused.status_code == 409
    assert "2026-05-01T10:00:00.000Z" in refused.json()["error"]
    assert "/_emulator/reset" in refused.json()["error"]
    client.post("/_emulator/reset").raise_for_status()
    assert client.put("/_emulator/clock", json=back).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("PUT", "clock", {"mode": "stopped"}, "one of system, manual"),
        ("PUT", "clock", {"now": "yesterday"}, "a time such as 2026-01-01T00:00:00Z"),
        ("PUT", "clock", {"time": 1}, "unknown field 'time'. It may have 'mode', 'now'."),
        ("PUT", "clock", [], "must be a JSON object"),
        ("POST", "clock/advance", {}, "'by' is missing"),
        ("POST", "clock/advance", {"by": "soon"}, "'by' is 'soon': it must be a duration"),
        ("POST", "clock/advance", {"by": -1}, "it must be a duration"),
        ("POST", "clock/run-until-idle", {"limit": "x"}, "'limit' is 'x'"),
        ("POST", "reset", {"hard": True}, "unknown field 'hard'. It may have 'keep', 'seed'."),
    ],
)
def test_a_wrong_body_is_told_what_is_allowed(
    client: httpx.Client, method: str, path: str, body: object, words: str
) -> None:
    answer = client.request(method, f"/_emulator/{path}", json=body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_a_body_that_is_no_json_is_told_so(client: httpx.Client) -> None:
    answer = client.post("/_emulator/clock/advance", content=b"by=5m")
    assert answer.status_code == 400
    assert "not valid JSON" in answer.json()["error"]


def test_reset_makes_a_sandbox_new_and_begins_its_ids_again(client: httpx.Client) -> None:
    client.put("/_emulator/clock", json={"mode": "manual"})
    first = submit(client)["id"]
    assert client.post("/_emulator/reset").json()["tasks"] == 0
    assert items(client, "journal") == []
    client.put("/_emulator/clock", json={"mode": "manual"})
    assert submit(client)["id"] == first


def test_a_reset_can_give_a_sandbox_its_own_seed(client: httpx.Client) -> None:
    def first_id(**body: int) -> str:
        answer = client.post("/_emulator/reset", json=body)
        assert answer.json()["seed"] == body.get("seed", 0)
        client.put("/_emulator/clock", json={"mode": "manual"})
        return str(submit(client)["id"])

    plain, seeded = first_id(), first_id(seed=7)
    assert plain != seeded
    assert (first_id(seed=7), first_id()) == (seeded, plain)


def test_requests_are_listed_and_filtered(client: httpx.Client) -> None:
    submit(client)
    submit(client, text_data="hive-spam-3")
    client.post(SYNC, data=HELLO)
    every = items(client, "requests")
    assert [one["status"] for one in every] == [200, 200, 403]
    assert "bundled fixture 'stand-in spam 3'" in every[1]["prediction"]
    assert items(client, "requests", status=403) == every[2:]
    assert items(client, "requests", project="text") == every[:2]
    assert items(client, "requests", path="/elsewhere") == []


def test_lists_are_cut_by_since_and_limit_and_counted_before_limit(client: httpx.Client) -> None:
    for _ in range(4):
        submit(client)
    ids = [one["id"] for one in items(client, "requests")]
    newest = client.get("/_emulator/requests", params={"limit": 2}).json()
    assert ([one["id"] for one in newest["items"]], newest["total"]) == (ids[2:], 4)
    assert [one["id"] for one in items(client, "requests", since=ids[1])] == ids[2:]
    assert items(client, "requests", since="unknown") == []
    assert items(client, "requests", limit=0) == []
    assert len(items(client, "requests", since="2020-01-01T00:00:00Z")) == 4
    assert items(client, "requests", since="2999-01-01T00:00:00Z") == []
    wrong = client.get("/_emulator/requests", params={"limit": "many"})
    assert (wrong.status_code, "whole number" in wrong.json()["error"]) == (400, True)


def test_the_journal_is_filtered_by_kind(client: httpx.Client) -> None:
    client.put("/_emulator/clock", json={"mode": "manual"})
    client.post(
        SYNC, headers={"authorization": "Token any-key"}, data={"url": "http://a/b--w=1.png"}
    )
    kinds = [one["kind"] for one in items(client, "journal")]
    assert kinds == ["clock", "note", "prediction", "task", "request"]
    [note] = items(client, "journal", kind="note")
    assert (note["about"], note["names"]) == ("directives ignored", ["w"])


def test_a_task_explains_itself(client: httpx.Client) -> None:
    body = submit(client, text_data="hive-spam-3 [hive hate=2]")
    task = client.get(f"/_emulator/tasks/{body['id']}").json()
    assert task["answer"] == body
    assert task["explanation"]["prediction"] == "directive"
    assert "stand-in spam 3" in task["explanation"]["hidden"][0]
    assert items(client, "tasks")[0]["id"] == body["id"]


def test_an_asynchronous_task_shows_its_callback(client: httpx.Client, receiver: Receiver) -> None:
    data = {**HELLO, "callback_url": receiver.url}
    task_id = client.post(ASYNC, headers=TEXT, data=data).json()["task_id"]
    received = receiver.next()
    client.post("/_emulator/clock/run-until-idle")
    task = client.get(f"/_emulator/tasks/{task_id}").json()
    assert task["answer"] == received.json()
    [callback] = task["callbacks"]
    assert client.get(f"/_emulator/callbacks/{callback['id']}").json() == callback
    posted = [attempt.pop("request") for attempt in callback["attempts"]]
    assert posted == [{"body": received.body.decode(), "size": received.length, "cut": False}]
    assert items(client, "callbacks", state="delivered") == [callback]
    assert items(client, "callbacks", state="failed") == []


@pytest.mark.parametrize("what", ["tasks", "callbacks"])
def test_an_unknown_id_is_told_with_the_sandbox_that_was_asked(
    client: httpx.Client, what: str
) -> None:
    answer = client.get(f"/_emulator/{what}/none")
    assert answer.status_code == 404
    assert "?sandbox=NAME" in answer.json()["error"]


def test_sandboxes_scenarios_and_projects_are_listed_without_keys(client: httpx.Client) -> None:
    submit(client)
    assert any(one["tasks"] == 1 for one in items(client, "sandboxes"))
    scenarios = [one["name"] for one in items(client, "scenarios")]
    assert sorted(scenarios) == BUNDLED
    projects = client.get("/_emulator/projects")
    assert {one["name"] for one in projects.json()["items"]} >= {"visual", "text", "any"}
    assert "-key" not in projects.text


def test_an_unknown_call_is_told_which_there_are(client: httpx.Client) -> None:
    answer = client.delete("/_emulator/clok")
    assert answer.status_code == 404
    assert "PUT /_emulator/clock" in answer.json()["error"]
    assert "Did you mean '/_emulator/clock'?" in answer.json()["error"]
    assert "PUT /_emulator/fixtures/{name}" in answer.json()["error"]
    for path in ("/_emulator", "/_emulator/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/livez", "GET, HEAD"),
        ("DELETE", "/readyz", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("POST", "/_emulator/clock", "GET, PUT"),
        ("GET", "/_emulator/fixtures/a/b", "PUT, DELETE"),
    ],
)
def test_a_wrong_method_is_told_which_there_are(
    client: httpx.Client, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.json() == {"error": f"{path} takes {allowed}, not {method}."}


def test_a_parameter_that_is_there_twice_is_refused(client: httpx.Client) -> None:
    answer = client.get("/_emulator/journal?limit=1&limit=2")
    assert answer.status_code == 400
    assert answer.json() == {"error": "The parameter 'limit' is there more than once."}


@pytest.mark.parametrize("query", ["sandbox=a/b", "sandbox=other"])
def test_a_sandbox_is_named_once_and_properly(client: httpx.Client, query: str) -> None:
    assert client.get(f"/_emulator/clock?{query}").status_code == 400


@pytest.mark.parametrize("call", ["/s//_emulator/clock", "/_emulator/clock?sandbox="])
def test_a_sandbox_without_a_name_is_told_so(server_url: str, call: str) -> None:
    answer = httpx.get(f"{server_url}{call}", verify=False)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("'' is no name for a sandbox: names are 1 to 64 of")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost"}, 200),
        ({"host": "emulator:4483"}, 200),
        ({"host": "[::1]:4483"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "api.thehive.ai"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "localhost:1", "origin": "http://localhost:1"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
    ],
    ids=str,
)
def test_the_control_api_is_closed_to_foreign_hosts_and_origins(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    assert client.get("/_emulator/clock", headers=headers).status_code == status


def test_a_token_and_further_hosts_may_be_asked_for() -> None:
    with run(port=0, admin_token="secret", control_hosts=("hive.test",)) as server:
        url = f"{server.url}/_emulator/clock"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"authorization": "Bearer wrong"}).status_code == 401
        headers = {"authorization": "Bearer secret", "host": "hive.test"}
        assert httpx.get(url, headers=headers).status_code == 200


def test_the_probes_and_the_front_door_answer(server_url: str) -> None:
    assert httpx.get(f"{server_url}/livez").text == "ok\n"
    assert httpx.get(f"{server_url}/readyz").text == "ok\n"
    assert "curl" in httpx.get(server_url).text


def test_what_no_utf8_has_is_shown_as_it_was_sent(client: httpx.Client) -> None:
    body = b'{"text_data": "\\ud800", "metadata": "\\udc00"}'
    headers = {**TEXT, "content-type": "application/json"}
    assert client.post(ASYNC, headers=headers, content=body).status_code == 200
    assert items(client, "requests")[0]["submission"]["text_data"] == "\ud800"
    assert items(client, "tasks")[0]["submission"]["text_data"] == "\ud800"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_beyond_all_calendars_is_refused(client: httpx.Client, moment: str) -> None:
    put = client.put("/_emulator/clock", json={"now": moment})
    assert (put.status_code, "'now' is" in put.json()["error"]) == (400, True)
    assert items(client, "journal", since=moment) == []


@pytest.mark.parametrize("moment", ["1969-12-31T23:59:59Z", "5000-01-02T00:00:00Z"])
def test_a_time_at_which_no_clock_can_stand_is_refused(client: httpx.Client, moment: str) -> None:
    put = client.put("/_emulator/clock", json={"mode": "manual", "now": moment})
    assert (put.status_code, "between 1970 and 5000" in put.json()["error"]) == (400, True)


def test_a_limit_of_more_digits_than_anybody_reads_is_refused(client: httpx.Client) -> None:
    assert client.get("/_emulator/journal", params={"limit": "9" * 5000}).status_code == 400


def test_a_client_that_leaves_in_the_middle_is_no_mistake(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    url = client.base_url
    with socket.create_connection((url.host, url.port or 80)) as leaving:
        head = b"POST /_emulator/reset HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
        leaving.sendall(head)
    for _ in range(3):
        client.get("/_emulator/clock")
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("call", "body", "said"),
    [
        ("verify", {"expect": [{"callback": {"state": "fialed"}, "count": 0}]}, "'failed'"),
        ("verify", {"expect": [{"task": {"mode": "asnyc"}, "count": 0}]}, "'async'"),
        ("wait", {"tasks": {"state": "finshed"}, "timeout": "0s"}, "'finished'"),
        ("wait", {"tasks": {"at_least": 5, "at_most": 2}}, "'at_most' is less than 'at_least'"),
    ],
)
def test_what_can_never_be_is_no_expectation(
    client: httpx.Client, call: str, body: dict[str, Any], said: str
) -> None:
    answer = client.post(f"/_emulator/{call}", json=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert "<" not in answer.json()["error"], "words, not members of an enumeration"


def test_an_id_counts_also_where_what_has_it_is_not_among_what_is_asked_for(
    client: httpx.Client,
) -> None:
    for _ in range(2):
        client.post("/api/v2/task/sync", data={"text_data": "hello"}, headers=TEXT)
        client.post("/_emulator/clock/advance", json={"by": 0})
    ids = {one["id"]: one["kind"] for one in client.get("/_emulator/journal").json()["items"]}
    [first_clock, _] = [one for one, kind in ids.items() if kind == "clock"]
    later = client.get("/_emulator/requests", params={"since": first_clock}).json()["items"]
    assert [int(one["id"]) > int(first_clock) for one in later] == [True]


def test_a_refusal_is_remembered_in_the_sandbox_that_was_named(client: httpx.Client) -> None:
    url = str(client.base_url).partition("/s/")[0]
    name = str(client.base_url).rstrip("/").rpartition("/")[2]
    headers = {"authorization": f"Token text-key~{name}~nosuch"}
    httpx.post(f"{url}/api/v2/task/sync", data={"text_data": "x"}, headers=headers, verify=False)
    [refused] = client.get("/_emulator/requests").json()["items"]
    assert "There is no scenario 'nosuch'" in refused["refusal"]
