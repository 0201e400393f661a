"""The Dashboard API over HTTP, on real sockets with real clients and a real receiver."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
import pytest
import requests

from emulator import run
from tests.support.lives import BEGINNING, World, calling, client_of
from tests.support.pictures import gif
from tests.support.receiver import Receiver

V1, V2 = "/api/v1/task", "/api/v2/task"
DENIED = "Post has text in Deny List"
SNAKE_OIL = {"patron_id": "ann", "post_id": "p1", "text_data": "Buy my Snake Oil!"}
BASE62 = re.compile(r"[A-Za-z0-9]{22}")
STANDARD = ["patron_id", "post_id", "task_id", "triggered_rules"]
ENVELOPE = ["id", "code", "project_id", "user_id", "created_on", "status", "from_cache"]
SELLING = {"name": "Selling", "type": "post", "when": {"text_contains_any": ["snake oil"]}}


def rule(name: str, when: Mapping[str, Any], action: object, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "post", "when": when, "action": action, **more}


@dataclass
class Forum(World):
    """A client of the Dashboard in a sandbox of its own, on a clock that it moves itself."""

    key: str = "dashboard-key"

    def send(self, path: str = f"{V1}/sync", key: str | None = None, **form: Any) -> httpx.Response:
        headers = {"authorization": f"Token {key or self.key}", **form.pop("headers", {})}
        return self.client.post(path, headers=headers, **form)

    def post(self, path: str = f"{V1}/sync", **fields: Any) -> Any:
        """Post something that is taken; what is answered."""
        answer = self.send(path, json={**SNAKE_OIL, **fields})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def triggered(self, path: str = f"{V1}/sync", **fields: Any) -> list[str]:
        """The names of the rules that a post trips."""
        return [one["rule_name"] for one in self.post(path, **fields)["triggered_rules"]]

    def post_later(self, path: str = f"{V1}/async", **fields: Any) -> str:
        """Post something asynchronously; the task's id."""
        fields.setdefault("callback_url", f"{self.receiver.url}/result")
        return str(self.post(path, **fields)["task_id"])

    def judge_by(self, *rules: Mapping[str, Any], **webhooks: str) -> None:
        """Have these rules, and tell these addresses of actions."""
        actions = {name: {"webhook": self.receiver.url + path} for name, path in webhooks.items()}
        self.ask("PUT", "applications/dashboard", {"rules": rules, "actions": actions})

    def stored(self) -> list[int]:
        """How many posts, patrons, tasks and callbacks there are."""
        calls = ("posts", "patrons", "tasks", "callbacks")
        return [self.ask("GET", call)["total"] for call in calls]

    def one(self, call: str) -> Any:
        [item] = self.items(call)
        return item


@pytest.fixture
def forum(server_url: str, receiver: Receiver, request: pytest.FixtureRequest) -> Iterator[Forum]:
    with calling(server_url, request) as client:
        yield Forum(client, receiver)


# What is sent, and how


def forms(fields: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    return {
        "json": {"json": fields},
        "urlencoded": {"data": fields},
        "multipart": {"files": {name: (None, value) for name, value in fields.items()}},
    }


@pytest.mark.parametrize("form", forms({}))
@pytest.mark.parametrize(
    "content", [{"text_data": "snake oil & é😀"}, {"url": "https://a.test/hive-general_nsfw.jpg"}]
)
@pytest.mark.parametrize("version", [V1, V2])
def test_json_and_both_forms_are_answered_alike(
    forum: Forum, form: str, content: dict[str, str], version: str
) -> None:
    metadata = json.dumps({"a": [1, {"b": None}]})
    fields = {"patron_id": "a n/n", "post_id": "p:1", "content_metadata": metadata, **content}
    answer = forum.send(f"{version}/sync", **forms(fields)[form])
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == STANDARD
    assert (body["patron_id"], body["post_id"]) == ("a n/n", "p:1")
    assert len(body["triggered_rules"]) == 1
    assert forum.one("posts")["metadata"] == {"a": [1, {"b": None}]}


def test_the_documented_python_sample_works_as_it_stands_but_for_its_address(
    forum: Forum,
) -> None:
    url = f"{forum.client.base_url}dashboard/api/v1/task/sync".replace("//dash", "/dash")
    payload = json.dumps(
        {
            "patron_id": "945455793",
            "post_id": "7756488575",
            "url": "https://d24edro6ichpbm.thehive.ai/demo_static_media/nsfw/nsfw_2.jpg",
        }
    )
    headers = {"authorization": "token lGqhHDletUtTv7sONMTqWJ", "Content-Type": "application/json"}
    with requests.Session() as session:
        session.trust_env = False
        response = session.request("POST", url, headers=headers, data=payload)
    assert list(response.json()) == STANDARD


def test_the_documented_curl_sample_works_as_it_stands_but_for_its_address(forum: Forum) -> None:
    sample = """curl --location --request POST 'https://api.hivemoderation.com/api/v1/task/sync' \
--header 'authorization: token dashboard-key' \
--header 'Content-Type: application/json' \
--data-raw '{
    "patron_id": "945455793",
    "post_id": "7756488575",
    "url": "https://d24edro6ichpbm.thehive.ai/demo_static_media/nsfw/nsfw_2.jpg"
}'"""
    here = str(forum.client.base_url).rstrip("/")
    command = sample.replace("https://api.hivemoderation.com", here)
    done = subprocess.run(["bash", "-c", f"{command} -s"], capture_output=True, check=True)
    body = json.loads(done.stdout)
    assert [one["rule_name"] for one in body["triggered_rules"]] == ["Explicit, unless verified"]


def test_everything_of_a_call_can_be_seen_afterwards(forum: Forum) -> None:
    forum.post(content_metadata={"a": 1}, patron_metadata={"b": 2})
    request = forum.one("requests")
    assert request["submission"] == {
        "kind": "text",
        "text_data": "Buy my Snake Oil!",
        "post_id": "p1",
        "patron_id": "ann",
        "content_metadata": {"a": 1},
        "patron_metadata": {"b": 2},
        "callback_url": None,
    }
    assert (request["path"], request["project"]) == (f"{V1}/sync", "dashboard")
    assert forum.one("tasks")["triggered_rules"] == [DENIED]


# Whose call it is

TASK = "the Task API"
REFUSED = "403"
ADDRESSES = [
    # host, prefix, path, key, whose
    (None, "", V1, "dashboard-key", "dashboard"),
    (None, "", V2, "dashboard-key", "dashboard"),
    (None, "/dashboard", V1, "dashboard-key", "dashboard"),
    (None, "/dashboard", V2, "dashboard-key", "dashboard"),
    ("api.hivemoderation.com", "", V1, "dashboard-key", "dashboard"),
    ("API.HiveModeration.com:443", "", V2, "dashboard-key", "dashboard"),
    ("api.thehive.ai", "/dashboard", V1, "dashboard-key", "dashboard"),
    (None, "", V1, "undeclared", "dashboard"),
    (None, "", V2, "undeclared", TASK),
    (None, "/dashboard", V2, "undeclared", "dashboard"),
    ("api.hivemoderation.com", "", V2, "undeclared", "dashboard"),
    ("api.thehive.ai", "", V1, "undeclared", TASK),
    (None, "/task-api", V1, "undeclared", TASK),
    (None, "", V1, "text-key", TASK),
    (None, "", V2, "text-key", TASK),
    (None, "/task-api", V1, "text-key", TASK),
    (None, "/dashboard", V1, "text-key", REFUSED),
    ("api.hivemoderation.com", "", V1, "text-key", REFUSED),
    ("api.hivemoderation.com", "", V2, "any-key", REFUSED),
    ("api.thehive.ai", "", V1, "dashboard-key", REFUSED),
    (None, "/task-api", V2, "dashboard-key", REFUSED),
    (None, "/dashboard", V1, "refused-key", REFUSED),
]


@pytest.mark.parametrize(("host", "prefix", "path", "key", "whose"), ADDRESSES)
def test_the_address_and_then_the_key_decide_whose_call_it_is(
    forum: Forum, host: str | None, prefix: str, path: str, key: str, whose: str
) -> None:
    headers = {} if host is None else {"host": host}
    answer = forum.send(f"{prefix}{path}/sync", key, headers=headers, json=SNAKE_OIL)
    if whose == REFUSED:
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert answer.json()["return_code"] == 403
        assert forum.stored() == [0, 0, 0, 0]
    elif whose == TASK:
        assert list(answer.json()) == ENVELOPE
        assert forum.stored() == [0, 0, 1, 0]
    else:
        assert list(answer.json()) == STANDARD
        assert forum.stored() == [1, 1, 1, 0]


def test_the_body_never_decides(forum: Forum) -> None:
    answer = forum.send(f"{V2}/sync", "undeclared", json=SNAKE_OIL)
    assert list(answer.json()) == ENVELOPE
    answer = forum.send(f"{V1}/sync", "undeclared", json={"text_data": "hello"})
    assert "'patron_id' is missing" in answer.json()["message"]


def test_an_undeclared_key_opens_an_application_of_its_own_without_rules(forum: Forum) -> None:
    for key in ("one", "two", "one"):
        answer = forum.send(key=key, json={**SNAKE_OIL, "post_id": f"of {key}"})
        assert answer.json()["triggered_rules"] == []
    applications = [one["application"] for one in forum.items("posts")]
    assert len(set(applications)) == 2
    assert all(re.fullmatch(r"undeclared-[0-9a-f]{8}", name) for name in applications)
    assert [one["name"] for one in forum.items("applications")] == ["dashboard"]


def test_a_summary_is_for_the_keys_of_the_application(forum: Forum) -> None:
    task_id = forum.post_later(text_data="[hive latency=1h] snake oil")
    asked = {"params": {"task_id": task_id}, "headers": {"authorization": "Token dashboard-key"}}
    before = forum.client.get(V2, **asked).json()  # type: ignore[arg-type]
    assert before == {"task_id": task_id, "message": "The task is still in progress."}
    forum.run_until_idle()
    after = forum.client.get(V2, **asked)  # type: ignore[arg-type]
    assert after.content == forum.receiver.next().body
    asked["headers"] = {"authorization": "Token any-key"}
    assert forum.client.get(V2, **asked).status_code == 404  # type: ignore[arg-type]


# Asynchronous calls


@pytest.mark.parametrize("version", [V1, V2])
def test_an_asynchronous_call_is_acknowledged_and_called_back_with_the_result(
    forum: Forum, version: str
) -> None:
    post_id = "https://forum.test/a b:c?d=é😀"
    acknowledged = forum.post(
        f"{version}/async", post_id=post_id, callback_url=f"{forum.receiver.url}/a?b=c%20d"
    )
    task_id = acknowledged["task_id"]
    assert acknowledged == {"task_id": task_id, "id": task_id}
    assert UUID(task_id).version == 1
    forum.run_until_idle()
    came = forum.receiver.next()
    assert (came.target, came.header("content-type")) == ("/a?b=c%20d", "application/json")
    body = came.json()
    assert list(body) == STANDARD
    assert (body["patron_id"], body["post_id"], body["task_id"]) == ("ann", post_id, task_id)
    assert [one["rule_name"] for one in body["triggered_rules"]] == [DENIED]
    assert forum.one("callbacks")["kind"] == "callback"


@pytest.mark.parametrize(
    "content", [{}, {"text_data": None, "url": "https://a.test/hive-gun_in_hand.jpg"}]
)
def test_the_callback_of_a_legacy_call_is_what_a_synchronous_call_is_answered(
    forum: Forum, content: dict[str, Any]
) -> None:
    task_id = forum.post_later(f"{V1}/async?legacy=1", post_id="a/b", **content)
    forum.run_until_idle()
    body = forum.receiver.next().json()
    assert list(body) == ["content_id", *STANDARD, *ENVELOPE]
    assert body["id"] == body["task_id"] == task_id
    assert body["post_id"] == "a/b"
    synchronous = forum.post(f"{V1}/sync?legacy=1", post_id="c/d", **content)
    for ours in (body, synchronous):
        [one["response"]["input"].pop("id") for one in ours["status"]]
    assert body["status"] == synchronous["status"]
    assert [one["id"] for one in body["triggered_rules"]] == [
        one["id"] for one in synchronous["triggered_rules"]
    ]


def test_the_first_version_demands_a_callback_address_and_the_second_does_not(
    forum: Forum,
) -> None:
    for prefix in ("", "/dashboard"):
        answer = forum.send(f"{prefix}{V1}/async", json=SNAKE_OIL)
        assert answer.status_code == 400
        assert "'callback_url' is missing" in answer.json()["message"]
    assert forum.stored() == [0, 0, 0, 0]
    task_id = forum.post(f"{V2}/async")["task_id"]
    forum.run_until_idle()
    assert forum.task(task_id)["answer"]["triggered_rules"][0]["rule_name"] == DENIED
    assert forum.stored() == [1, 1, 1, 0]


def test_a_slow_post_is_judged_and_stamped_when_it_is_finished(forum: Forum) -> None:
    forum.post_later(text_data="[hive latency=1h] snake oil")
    assert forum.advance("59m")["delivered"] == 0
    assert forum.stored()[:2] == [0, 0]
    assert forum.advance("1m")["delivered"] == 1
    post = forum.one("posts")
    assert (post["at"], post["in_review"]) == ("2026-01-01T01:00:00.000Z", True)


# Refusals

BAD: Mapping[str, dict[str, Any]] = {
    "no patron": {"json": {"post_id": "p1", "text_data": "snake oil"}},
    "no post": {"json": {"patron_id": "ann", "text_data": "snake oil"}},
    "no content": {"json": {"patron_id": "ann", "post_id": "p1"}},
    "two contents": {"json": {**SNAKE_OIL, "url": "https://a.test/a.jpg"}},
    "two patrons": {"json": {**SNAKE_OIL, "user_id": "ann"}},
    "bad metadata": {"json": {**SNAKE_OIL, "content_metadata": "no object"}},
    "a number": {"json": {**SNAKE_OIL, "post_id": 7}},
    "bad callback address": {"json": {**SNAKE_OIL, "callback_url": "nowhere"}},
    "bad metadata in a form": {"data": {**SNAKE_OIL, "patron_metadata": '{"a": NaN}'}},
    "an upload": {
        "data": {"patron_id": "ann", "post_id": "p1"},
        "files": {"media": ("a.gif", gif(1, 1))},
    },
    "no JSON": {"content": b"{", "headers": {"content-type": "application/json"}},
    "unknown scenario": {"json": SNAKE_OIL, "key": "dashboard-key~~no-such-scenario"},
    "key of a project": {"json": SNAKE_OIL, "key": "text-key", "path": f"/dashboard{V1}/sync"},
    "too long": {"json": {**SNAKE_OIL, "text_data": "x" * 1025}},
}


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_nothing_is_stored_of_a_call_that_is_refused(forum: Forum, call: dict[str, Any]) -> None:
    forum.judge_by(rule("All", {"not": {"pii": True}}, "ban_patron"), ban_patron="/banned")
    answer = forum.send(**call)
    assert answer.status_code in (400, 403)
    assert list(answer.json()) == ["return_code", "message"]
    assert forum.stored() == [0, 0, 0, 0]
    assert forum.run_until_idle()["pending"] == 0
    assert forum.items("journal?kind=action") == []


def test_where_undeclared_keys_are_not_taken_an_unknown_application_is_refused() -> None:
    from emulator.settings import Keys

    with run(port=0, keys=Keys.DECLARED) as server, client_of(server.url) as client:
        headers = {"authorization": "Token nobody-knows-this"}
        answer = client.post(f"{V1}/sync", headers=headers, json=SNAKE_OIL)
        assert answer.status_code == 403
        assert "only declared keys are accepted" in answer.json()["message"]
        assert "nobody-knows-this" not in answer.text


# Scenarios and faults


@pytest.mark.parametrize(
    ("fault", "status"),
    [("rate_limited", 429), ("invalid_key", 403), ("server_error", 500), ("maintenance", 503)],
)
@pytest.mark.parametrize("path", [f"{V1}/sync", f"{V1}/async", f"{V2}/sync?legacy=1"])
def test_a_scenario_refuses_posts_as_any_other_call_and_nothing_is_stored(
    forum: Forum, fault: str, status: int, path: str
) -> None:
    forum.play({"on": "submit", "times": 1, "fault": fault})
    call = {**SNAKE_OIL, "callback_url": forum.receiver.url}
    assert forum.send(path, json=call).status_code == status
    assert forum.stored() == [0, 0, 0, 0]
    assert forum.send(path, json=call).status_code == 200


def test_a_step_may_be_for_one_patron_or_one_post(forum: Forum) -> None:
    forum.play(
        {"on": "submit", "when": {"patron_id": "bob"}, "fault": "server_error"},
        {"on": "submit", "when": {"post_id": "p 7"}, "text": {"hate": 3}},
    )
    assert forum.send(json={**SNAKE_OIL, "patron_id": "bob"}).status_code == 500
    assert forum.triggered(post_id="p 7") == [DENIED, "Hateful text"]
    assert forum.triggered(post_id="p 8") == [DENIED]


def test_a_bundled_scenario_is_chosen_by_the_key(forum: Forum) -> None:
    answer = forum.send(key="dashboard-key~~disconnect-not", json=SNAKE_OIL)
    assert "There is no scenario" in answer.json()["message"]
    statuses = [
        forum.send(key="dashboard-key~~rate-limited-then-recovers", json=SNAKE_OIL).status_code
        for _ in range(3)
    ]
    assert statuses == [429, 429, 200]


@pytest.mark.parametrize("fault", ["download_failed", "classifier_error", "corrupt_file"])
def test_a_task_that_fails_is_a_post_that_no_rule_judges(forum: Forum, fault: str) -> None:
    forum.judge_by(rule("All", {"not": {"pii": True}}, "ban_patron"), ban_patron="/banned")
    forum.play({"on": "submit", "times": 1, "fault": fault})
    assert forum.post()["return_code"] in (400, 500)
    assert (forum.one("posts")["fired_rules"], forum.one("patrons")["banned"]) == ([], False)
    [content] = forum.one("posts?id=p1")["contents"]
    assert content["rules"] == []
    assert forum.triggered() == ["All"]


def test_a_broken_answer_is_that_of_a_post_that_was_taken(forum: Forum) -> None:
    forum.play(
        {"on": "submit_sync", "times": 1, "fault": "unknown_class"},
        {"on": "submit", "times": 1, "fault": "missing_field", "field": "triggered_rules"},
    )
    classes = forum.post(f"{V1}/sync?legacy=1")["status"][0]["response"]["output"][0]["classes"]
    assert classes[-1] == {"class": "yes_unheard_of", "score": 3}
    assert list(forum.post()) == ["patron_id", "post_id", "task_id"]
    assert forum.stored()[:3] == [1, 1, 2]


def test_a_callback_about_another_task_is_about_another_task(forum: Forum) -> None:
    for path in (f"{V1}/async", f"{V1}/async?legacy=1"):
        forum.play({"on": "callback", "times": 1, "fault": "other_task_id"})
        task_id = forum.post_later(path)
        forum.run_until_idle()
        body = forum.receiver.next().json()
        assert body["task_id"] != task_id
        assert UUID(body["task_id"]).version == 1


# Webhooks


def notice(forum: "Forum", **more: Any) -> dict[str, Any]:
    """What is told of the last content of a post."""
    post = more.get("post_id", "p1")
    tasks = [one["id"] for one in forum.items("tasks") if one["submission"]["post_id"] == post]
    return {
        "application_id": "axImEu96VEaGDF7ee5m9wg",
        "action": "send_post_to_review",
        "post_id": post,
        "patron_id": "ann",
        "task_id": tasks[-1],
        "by": DENIED,
        "created_on": BEGINNING,
        **more,
    }


@pytest.fixture
def hooked(forum: Forum) -> Forum:
    """Somebody is told of posts that are sent to review."""
    forum.ask(
        "PUT",
        "applications/dashboard",
        {"actions": {"send_post_to_review": {"webhook": f"{forum.receiver.url}/review?a=b"}}},
    )
    return forum


def test_a_webhook_is_told_of_an_action_in_a_body_of_our_own_design(hooked: Forum) -> None:
    hooked.post()
    hooked.run_until_idle()
    came = hooked.receiver.next()
    assert (came.target, came.header("content-type")) == ("/review?a=b", "application/json")
    assert list(came.json().items()) == list(notice(hooked).items())


def test_a_webhook_stands_in_the_record_of_callbacks_and_says_what_it_is(hooked: Forum) -> None:
    hooked.post()
    hooked.run_until_idle()
    callback = hooked.one("callbacks")
    assert callback == {
        "id": "cb-1",
        "at": BEGINNING,
        "kind": "webhook",
        "task_id": hooked.one("tasks")["id"],
        "action": "send_post_to_review",
        "by": DENIED,
        "state": "delivered",
        "url": f"{hooked.receiver.url}/review?a=b",
        "due": None,
        "attempts": callback["attempts"],
    }
    [attempt] = hooked.ask("GET", "callbacks/cb-1")["attempts"]
    assert (attempt["number"], attempt["due"], attempt["status"]) == (1, BEGINNING, 200)
    assert json.loads(attempt["request"]["body"]) == notice(hooked)
    assert [one["about"] for one in hooked.items("journal?kind=action")] == ["send_post_to_review"]


def test_a_webhook_may_be_waited_for_sent_again_and_dropped(hooked: Forum) -> None:
    hooked.post()
    hooked.run_until_idle()
    hooked.ask("POST", "wait", {"callbacks": {"url": "*/review*", "state": "delivered"}})
    hooked.ask("POST", "callbacks/cb-1/resend")
    hooked.run_until_idle()
    assert [one.json() for one in hooked.receiver.all] == [notice(hooked)] * 2
    hooked.play({"on": "callback", "fault": "late", "delay": "1h"})
    hooked.post(post_id="p2")
    hooked.post(post_id="p3")
    hooked.ask("POST", "callbacks/cb-2/drop")
    hooked.ask("POST", "callbacks/cb-3/send-now")
    hooked.run_until_idle()
    assert [one["state"] for one in hooked.items("callbacks")] == [
        "delivered", "dropped", "delivered"
    ]  # fmt: skip
    assert hooked.receiver.all[-1].json() == notice(hooked, post_id="p3")


def test_a_webhook_is_tried_again_after_an_error(hooked: Forum) -> None:
    hooked.receiver.answers = [500, 503]
    hooked.post()
    assert hooked.run_until_idle()["now"] == "2026-01-01T00:00:06.000Z"
    callback = hooked.one("callbacks")
    assert callback["state"] == "delivered"
    assert [one["status"] for one in callback["attempts"]] == [500, 503, 200]
    assert [one.json() for one in hooked.receiver.all] == [notice(hooked)] * 3


@pytest.mark.parametrize(
    ("fault", "came", "state"),
    [("lost", 0, "dropped"), ("duplicate", 2, "delivered"), ("wrong_content_type", 1, "delivered")],
)
def test_a_fault_on_callbacks_happens_to_webhooks(
    hooked: Forum, fault: str, came: int, state: str
) -> None:
    hooked.play({"on": "callback", "times": 1, "fault": fault})
    hooked.post()
    hooked.run_until_idle()
    assert (len(hooked.receiver.all), hooked.one("callbacks")["state"]) == (came, state)
    told = [(one.fault, one.on, one.task) for one in hooked.told()]
    assert told == [(fault, "callback", hooked.one("tasks")["id"])]


def test_a_late_webhook_is_late_on_the_sandboxs_clock(hooked: Forum) -> None:
    hooked.play({"on": "callback", "times": 1, "fault": "late", "delay": "1h"})
    hooked.post()
    assert hooked.advance("59m")["delivered"] == 0
    assert hooked.advance("1m")["delivered"] == 1


def test_half_a_webhook_is_no_success(hooked: Forum) -> None:
    hooked.play({"on": "callback", "times": 1, "fault": "truncated"})
    hooked.post()
    hooked.run_until_idle()
    half, whole = sorted((hooked.receiver.next() for _ in range(2)), key=lambda one: one.whole)
    assert (half.whole, whole.json()) == (False, notice(hooked))


CHANGES_ANYTHING = {"other_task_id", "missing_field", "oversized", "malformed_json"}
"""What finds something to change in the notice of an action."""


def test_no_fault_of_callbacks_is_a_mistake_of_ours_when_it_happens_to_a_webhook(
    hooked: Forum,
) -> None:
    """There is no class in it: what cannot be bent is sent as it is."""
    for fault in ("other_task_id", "unknown_class", "missing_field", "oversized", "malformed_json"):
        hooked.play({"on": "callback", "times": 1, "fault": fault})
        hooked.post(post_id=fault)
        hooked.run_until_idle()
        attempts = hooked.items("callbacks")[-1]["attempts"]
        assert [(one["fault"], one["status"], one["error"]) for one in attempts] == [
            (fault if fault in CHANGES_ANYTHING else None, 200, None)
        ]


def test_a_result_may_be_lost_and_the_webhook_of_its_action_come(hooked: Forum) -> None:
    hooked.play(
        {"on": "callback", "when": {"text_contains": "no such text"}, "fault": "lost"},
        {"on": "callback", "times": 1, "fault": "lost"},
    )
    hooked.post_later()
    hooked.run_until_idle()
    states = {one["kind"]: one["state"] for one in hooked.items("callbacks")}
    assert sorted(states) == ["callback", "webhook"]
    assert sorted(states.values()) == ["delivered", "dropped"]


def test_a_webhook_is_told_of_what_a_moderator_does(hooked: Forum) -> None:
    hooked.post(post_id="a/b:c d", text_data="hello")
    hooked.advance("1h")
    shown = hooked.ask("POST", "actions", {"post_id": "a/b:c d", "action": "send_post_to_review"})
    assert shown["in_review"]
    hooked.run_until_idle()
    assert hooked.receiver.next().json() == notice(
        hooked,
        post_id="a/b:c d",
        task_id=None,
        by="moderator",
        created_on="2026-01-01T01:00:00.000Z",
    )


# Windows, suspensions, bans


def test_a_window_expires_on_the_sandboxs_clock(forum: Forum) -> None:
    hateful = {"text_data": "hive-hate-3"}
    counted = {"count": {"of": {"text": {"hate": {"gte": 2}}}, "within": "24h", "at_least": 3}}
    forum.judge_by(rule("Three", counted, "ban_patron", type="patron", trigger_frequency="always"))
    for post in ("a", "b"):
        assert forum.triggered(post_id=post, **hateful) == []
        forum.advance("11h")
    assert forum.triggered(post_id="c", **hateful) == ["Three"]
    forum.advance("2h")
    assert forum.triggered(post_id="d", **hateful) == ["Three"]
    forum.advance("22h")
    assert forum.triggered(post_id="e", **hateful) == []


def test_the_bundled_rules_ban_whoever_posts_hatred_three_times_in_a_day(forum: Forum) -> None:
    hateful = {"text_data": "hive-hate-2"}
    told = [forum.triggered(post_id=post, **hateful) for post in "abcd"]
    assert told == [
        ["Hateful text"],
        ["Hateful text"],
        ["Hateful text", "Three hateful posts in a day"],
        ["Hateful text", "Banned patron still posts"],
    ]
    patron = forum.one("patrons")
    assert (patron["banned"], patron["in_review"]) == (True, True)
    assert [event["by"] for event in patron["history"]] == [
        "Three hateful posts in a day", "Banned patron still posts"
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["manual", "system"])
def test_a_suspension_ends(forum: Forum, mode: str) -> None:
    forum.ask("POST", "reset")
    forum.ask("PUT", "clock", {"mode": mode})
    forum.judge_by(
        rule("Suspend", {"text_contains_any": ["snake oil"]}, {"suspend_patron": {"for": "2d"}}),
        rule("Suspended", {"patron_state": "suspended"}, "delete_post"),
    )
    assert forum.triggered(post_id="a") == ["Suspend"]
    assert forum.triggered(post_id="b", text_data="hello") == ["Suspended"]
    patron = forum.one("patrons")
    until = datetime.fromisoformat(patron["suspended_until"])
    begun = datetime.fromisoformat(patron["history"][0]["at"])
    assert (patron["suspended"], (until - begun).days) == (True, 2)
    forum.advance("2d")
    assert forum.triggered(post_id="c", text_data="hello") == []
    assert not forum.one("patrons")["suspended"]


def test_whatever_is_done_to_them_posts_and_patrons_are_answered_as_before(forum: Forum) -> None:
    forum.judge_by()
    other = {"patron_id": "bob", "post_id": "q", "text_data": "[hive hate=3] 617-768-2274"}
    for one in ({**other, "patron_id": "ann", "post_id": "p"}, other):
        forum.post(**one)
    for action in ("ban_patron", {"suspend_patron": {"for": "30d"}}, "send_patron_to_review"):
        forum.ask("POST", "actions", {"patron_id": "ann", "action": action})
    for action in ("delete_post", "send_post_to_review", {"tag_post": {"tag": "bad"}}):
        forum.ask("POST", "actions", {"post_id": "p", "action": action})
    ours = [
        forum.post(f"{V1}/sync?legacy=1", **one)
        for one in ({**other, "patron_id": "ann", "post_id": "p"}, other)
    ]
    for one in ours:
        one["status"][0]["response"]["input"].pop("id")
        for name in ("content_id", "id", "task_id", "patron_id", "post_id"):
            one.pop(name)
    assert ours[0] == ours[1]


def test_of_many_posts_at_once_a_rule_that_fires_once_fires_once(forum: Forum) -> None:
    with ThreadPoolExecutor(8) as pool:
        hateful = {"text_data": "hive-hate-3"}
        told = list(pool.map(lambda n: forum.triggered(post_id=f"p{n}", **hateful), range(40)))
    assert sum("Three hateful posts in a day" in names for names in told) == 1
    assert sum("Banned patron still posts" in names for names in told) == 37
    assert len(forum.one("patrons")["posts"]) == 40


# Being the moderator, and looking


def test_the_review_feed_has_what_was_sent_there(forum: Forum) -> None:
    forum.post()
    forum.post(post_id="p2", text_data="hello", patron_id="bob")
    assert [(one["type"], one["id"]) for one in forum.items("review")] == [("post", "p1")]
    forum.ask("POST", "actions", {"patron_id": "bob", "action": "send_patron_to_review"})
    assert [(one["type"], one["id"]) for one in forum.items("review")] == [
        ("post", "p1"), ("patron", "bob")
    ]  # fmt: skip


def test_every_rule_says_why_it_fired_or_not_on_a_stored_post(forum: Forum) -> None:
    forum.post(patron_metadata={"verified": False})
    forum.post(post_id="p2", patron_metadata={"verified": True})
    [content] = forum.one("posts?id=p1")["contents"]
    told = {one["rule"]: one for one in content["rules"]}
    assert list(told) == [one["name"] for one in forum.one("applications")["rules"]]
    assert [one["fired"] for one in told.values()] == [True, *[False] * 5]
    assert all(one["fired"] is one["explanation"]["holds"] for one in told.values())
    assert told[DENIED]["explanation"]["parts"] == [
        {
            "holds": True,
            "says": "the text contains 'snake oil' or 'miracle cure': it contains 'snake oil'",
        }
    ]
    explicit = json.dumps(told["Explicit, unless verified"]["explanation"])
    assert "this is no picture or video" in explicit
    assert "the patron's 'verified' is true: it is false" in explicit


def test_what_a_moderator_gets_wrong_is_told(forum: Forum) -> None:
    forum.post()
    bad: list[tuple[str, str, object, int, str]] = [
        ("POST", "actions", {"post_id": "p1"}, 400, "'action' is missing"),
        ("POST", "actions", {"post_id": "p1", "action": "delete"}, 400, "delete_post"),
        ("POST", "actions", {"patron_id": "p1", "action": "delete_post"}, 400, "'post_id' alone"),
        ("POST", "actions", {"post_id": "p2", "action": "delete_post"}, 404, "no post 'p2'"),
        ("POST", "actions", {"patron_id": "bob", "action": "ban_patron"}, 404, "no patron 'bob'"),
        ("PUT", "applications/dashbord", {}, 404, "Did you mean 'dashboard'?"),
        ("PUT", "applications/dashboard", {"rules": [{"name": "x"}]}, 400, "needs the key 'when'"),
    ]
    for method, call, body, status, words in bad:
        answer = forum.client.request(method, f"/_emulator/{call}", json=body)
        assert answer.status_code == status
        assert words in answer.json()["error"]
    assert forum.one("posts")["history"][0]["by"] == DENIED
    assert forum.one("patrons")["history"] == []


def test_posts_patrons_and_the_review_feed_may_be_those_of_one_application(forum: Forum) -> None:
    forum.post()
    forum.send(key="undeclared", json={**SNAKE_OIL, "post_id": "p2"})
    for call in ("posts", "patrons", "review"):
        assert forum.one(f"{call}?application=dashboard")["application"] == "dashboard"
        answer = forum.client.get(f"/_emulator/{call}?application=nobody")
        assert answer.status_code == 404
    body = {"post_id": "p2", "action": "delete_post", "application": "dashboard"}
    assert forum.client.post("/_emulator/actions", json=body).status_code == 404
    del body["application"]
    assert forum.ask("POST", "actions", body)["deleted"]


# Sandboxes, seeds, ids


def test_sandboxes_share_no_posts_no_rules_and_no_windows(forum: Forum) -> None:
    names = [f"dashboard-{at}" for at in "ab"]
    url = str(forum.client.base_url).partition("/s/")[0]
    with client_of(url) as client:
        for name in names:
            client.delete(f"/_emulator/sandboxes/{name}")

        def posted(name: str, **fields: Any) -> list[str]:
            headers = {"authorization": f"Token dashboard-key~{name}"}
            answer = client.post(f"{V1}/sync", headers=headers, json={**SNAKE_OIL, **fields})
            return [one["rule_name"] for one in answer.json()["triggered_rules"]]

        changed = client.put(
            "/_emulator/applications/dashboard",
            params={"sandbox": names[0]},
            json={"rules": [{**SELLING, "action": "ban_patron"}]},
        )
        assert changed.status_code == 200
        assert [posted(name) for name in names] == [["Selling"], [DENIED]]
        hateful = [
            posted(name, post_id=post, text_data="hive-hate-3") for post in "xyz" for name in names
        ]
        assert hateful[1::2][-1] == ["Hateful text", "Three hateful posts in a day"]
        assert hateful[::2] == [[]] * 3
        totals = [
            client.get("/_emulator/posts", params={"sandbox": name}).json()["total"]
            for name in names
        ]
        assert totals == [4, 4]
        client.post("/_emulator/reset", params={"sandbox": names[0]})
        assert posted(names[0]) == [DENIED]


def test_a_reset_forgets_posts_patrons_rules_and_windows(forum: Forum) -> None:
    forum.judge_by({**SELLING, "action": "ban_patron"})
    forum.post()
    forum.ask("POST", "reset", {"keep": ["clock"]})
    assert forum.stored() == [0, 0, 0, 0]
    assert forum.triggered() == [DENIED]


def test_rule_ids_are_the_same_in_both_answers_every_sandbox_and_the_control_api(
    forum: Forum,
) -> None:
    short = forum.post()["triggered_rules"][0]["rule_id"]
    whole = forum.post(f"{V1}/sync?legacy=1", post_id="p2")["triggered_rules"][0]["id"]
    elsewhere = forum.send(
        key="dashboard-key", path=f"{V1}/sync", json={**SNAKE_OIL, "post_id": "x"}
    )
    known = {one["name"]: one["id"] for one in forum.one("applications")["rules"]}
    assert short == whole == elsewhere.json()["triggered_rules"][0]["rule_id"] == known[DENIED]
    assert all(BASE62.fullmatch(one) for one in known.values())
    assert len(set(known.values())) == len(known)


def test_one_seed_gives_the_same_bytes_and_another_one_other_ids() -> None:
    def answers(seed: int) -> list[bytes]:
        with run(port=0, seed=seed) as server, client_of(server.url) as client:
            client.put("/_emulator/clock", json={"mode": "manual"})
            headers = {"authorization": "Token dashboard-key"}
            return [
                client.post(
                    f"{V1}/sync{query}", headers=headers, json={**SNAKE_OIL, "post_id": p}
                ).content
                for query, p in (("", "p"), ("?legacy=1", "q"))
            ]

    first, again, other = answers(7), answers(7), answers(8)
    assert first == again
    ids = [json.loads(one[0])["triggered_rules"][0]["rule_id"] for one in (first, other)]
    assert ids[0] != ids[1]


def test_a_content_id_names_a_second_the_application_and_the_patron(forum: Forum) -> None:
    forum.ask("PUT", "clock", {"mode": "manual", "now": "2026-05-01T10:00:00.999Z"})
    ids = [
        forum.post(f"{V1}/sync?legacy=1", patron_id="a_b/c", post_id=post)["content_id"]
        for post in ("p", "p", "q")
    ]
    parts = [one.split("_", 3) for one in ids]
    assert all(BASE62.fullmatch(word) for word, *_ in parts)
    assert len({word for word, *_ in parts}) == 3
    assert [rest for _, *rest in parts] == [
        ["2026-05-01T10:00:00.000Z", "axImEu96VEaGDF7ee5m9wg", "a_b/c"]
    ] * 3


# What is kept


def test_the_oldest_posts_are_forgotten_first_and_tasks_go_by_themselves() -> None:
    with run(port=0, posts=3, tasks=1) as server, client_of(server.url) as client:
        headers = {"authorization": "Token dashboard-key"}
        for post in "abcd":
            client.post(f"{V1}/sync", headers=headers, json={**SNAKE_OIL, "post_id": post})
        items = {
            call: client.get(f"/_emulator/{call}").json()["items"]
            for call in ("posts", "patrons", "tasks")
        }
    assert [one["id"] for one in items["posts"]] == ["b", "c", "d"]
    assert [one["posts"] for one in items["patrons"]] == [["b", "c", "d"]]
    assert len(items["tasks"]) == 1
