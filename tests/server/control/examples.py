"""A table of calls: every operation with every status that it can be made to answer with."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from emulator.core.rules import ACTIONS as RULE_ACTIONS
from tests.server.control.contract import Sent
from tests.support.pictures import png
from tests.support.receiver import Receiver

SYNC = "/api/v2/task/sync"
ASYNC = "/api/v2/task/async"
SYNC_V1 = "/api/v1/task/sync"
ASYNC_V1 = "/api/v1/task/async"
TEXT = {"authorization": "Token text-key"}
VISUAL = {"authorization": "Token visual-key"}
ANY = {"authorization": "Token any-key"}
DASHBOARD = {"authorization": "Token dashboard-key"}
HELLO = {"text_data": "hello"}
GUN = {"url": "http://a.test/gun.jpg"}
WHOSE = {"patron_id": "ann", "post_id": "p1"}
OIL = {"text_data": "Buy my snake oil!", **WHOSE}
NSFW = {"url": "https://cdn.test/hive-general_nsfw.jpg", **WHOSE}
MOMENT = "2026-05-01T10:00:00Z"
FIXTURE = {"when": {"text": "hello"}, "text": {"hate": 2}}
SLOWLY = {"name": "slowly", "when": {"text": "slowly"}, "text": {}, "latency": "1h"}
NOBODY = "http://127.0.0.1:9/"

Names = Mapping[str, str]
Given = Callable[[httpx.Client, Receiver], Names]


def done(answer: httpx.Response) -> Any:
    """What a call was answered with that has to go well."""
    assert answer.status_code == 200, answer.text
    return answer.json()


# What there is before a call.


def nothing(client: httpx.Client, receiver: Receiver) -> Names:
    return {}


def a_task(client: httpx.Client, receiver: Receiver) -> Names:
    manual(client)
    return {"task": done(client.post(SYNC, headers=TEXT, data=HELLO))["id"]}


def a_picture(client: httpx.Client, receiver: Receiver) -> Names:
    return {"task": done(client.post(SYNC, headers=VISUAL, data=GUN))["id"]}


def a_task_in_progress(client: httpx.Client, receiver: Receiver) -> Names:
    manual(client)
    done(client.post("/_emulator/fixtures", json=SLOWLY))
    data = {"text_data": "slowly"}
    return {"task": done(client.post(ASYNC, headers=TEXT, data=data))["task_id"]}


def a_task_that_failed(client: httpx.Client, receiver: Receiver) -> Names:
    done(client.post("/_emulator/faults", json={"fault": "download_failed", "code": 2203}))
    data = {**GUN, "callback_url": receiver.url}
    task = done(client.post(ASYNC, headers=VISUAL, data=data))["task_id"]
    receiver.next()
    return {"task": task}


def a_callback_that_was_delivered(client: httpx.Client, receiver: Receiver) -> Names:
    return _a_callback(client, receiver)


def a_callback_that_waits_to_be_tried_again(client: httpx.Client, receiver: Receiver) -> Names:
    receiver.answers = [503]
    return _a_callback(client, receiver)


def _a_callback(client: httpx.Client, receiver: Receiver) -> Names:
    manual(client)
    data = {**HELLO, "callback_url": receiver.url}
    task = done(client.post(ASYNC, headers=TEXT, data=data))["task_id"]
    done(client.post("/_emulator/clock/advance", json={"by": 0}))
    [callback] = done(client.get("/_emulator/callbacks"))["items"]
    return {"callback": callback["id"], "task": task}


def a_receiver_that_does_not_answer(client: httpx.Client, receiver: Receiver) -> Names:
    manual(client)
    receiver.holds = True
    done(client.post(ASYNC, headers=TEXT, data={**HELLO, "callback_url": receiver.url}))
    return {}


def a_download_that_is_to_fail(client: httpx.Client, receiver: Receiver) -> Names:
    done(client.post("/_emulator/faults", json={"fault": "download_failed"}))
    return {}


def a_post(client: httpx.Client, receiver: Receiver) -> Names:
    manual(client)
    return {"task": done(client.post(SYNC_V1, headers=DASHBOARD, data=OIL))["task_id"]}


def a_legacy_post(client: httpx.Client, receiver: Receiver) -> Names:
    params = {"legacy": "1"}
    return {"task": done(client.post(SYNC, headers=DASHBOARD, json=OIL, params=params))["task_id"]}


def an_added_fixture(client: httpx.Client, receiver: Receiver) -> Names:
    done(client.post("/_emulator/fixtures", json={"name": "a/b c", **FIXTURE}))
    return {}


def an_added_fault(client: httpx.Client, receiver: Receiver) -> Names:
    done(client.post("/_emulator/faults", json={"on": "submit", "fault": "server_error"}))
    return {}


def the_end_of_all_time(client: httpx.Client, receiver: Receiver) -> Names:
    manual(client, "4999-12-31T00:00:00Z")
    return {}


def this_sandbox(client: httpx.Client, receiver: Receiver) -> Names:
    return {"sandbox": done(client.post("/_emulator/reset"))["name"]}


def manual(client: httpx.Client, now: str = MOMENT) -> None:
    done(client.put("/_emulator/clock", json={"mode": "manual", "now": now}))


def a_whole_life(client: httpx.Client, receiver: Receiver) -> Names:
    """Everything that can be seen later: every kind of entry, and all states of things."""
    manual(client)
    added = {"name": "furious", "when": {"text": "furious"}, "text": {"hate": 3}}
    done(client.post("/_emulator/fixtures", json=[{"name": "greeting", **FIXTURE}, added, SLOWLY]))
    task = done(client.post(SYNC, headers=TEXT, json={**HELLO, "metadata": {"a": [1]}}))["id"]
    done(client.post(SYNC, headers=TEXT, data={"text_data": "call 617-768-2274 [hive hate=1]"}))
    done(client.post(SYNC, headers=VISUAL, data=GUN))
    done(client.post(SYNC, headers=VISUAL, files={"media": png()}, data={"metadata": "x"}))
    done(client.post(SYNC, headers=ANY, data={"url": "http://a.test/b--w=1.png"}))
    _receive(client, receiver)
    for fault in ("lost", "duplicate", "late", "truncated"):
        _add(client, {"on": "callback", "times": 1, "fault": fault})
        _submit_async(client, receiver.url)
        done(client.post("/_emulator/clock/run-until-idle"))
    _submit_async(client, NOBODY)
    for fault in ("server_error", "disconnect", "classifier_error", "slow"):
        _add(client, {"on": "submit_sync", "times": 1, "fault": fault, **_no_delay(fault)})
        with suppress(httpx.TransportError):
            client.post(SYNC, headers=TEXT, data=HELLO)
    client.post(SYNC, data=HELLO)
    client.post(SYNC, headers=VISUAL, data={"url": "http://a.test/a.mp3"})
    done(client.get("/api/v2/task", headers=TEXT, params={"task_id": task}))
    client.post("/nowhere")
    done(client.post("/_emulator/clock/run-until-idle"))
    _moderate(client, receiver)
    _add(client, {"when": {"text": "never"}, "fault": "slow", "times": 3})
    done(client.put("/_emulator/scenario", json=SCENARIO))
    progress = _submit_async(client, receiver.url, text="slowly")
    receiver.answers = [503]
    _submit_async(client, receiver.url)
    done(client.post("/_emulator/clock/advance", json={"by": 0}))
    callbacks = done(client.get("/_emulator/callbacks"))["items"]
    requests = done(client.get("/_emulator/requests"))["items"]
    return {
        "task": task,
        "progress": progress,
        "callback": callbacks[0]["id"],
        "request": requests[0]["id"],
    }


SCENARIO = {
    "name": "mine",
    "description": "what only the tests do",
    "latency": "none",
    "steps": [
        {"on": "callback", "times": 1, "when": {"text": ["never"]}, "fault": "late", "delay": "1m"},
        {"on": "submit", "when": {"url": "*/gun.jpg"}, "visual": {"gun_in_hand": 0.9}},
    ],
    "timeline": [
        {"from": "300d", "to": "301d", "fault": "maintenance"},
        {"from": "400d", "fault": "slow", "probability": 0.5},
    ],
    "callbacks": {"timeout": "2s", "retry": ["5s", 10]},
}


def _receive(client: httpx.Client, receiver: Receiver) -> None:
    """A text, a picture and a failure, each received."""
    _submit_async(client, receiver.url)
    data = {**GUN, "callback_url": receiver.url, "metadata": "mine"}
    done(client.post(ASYNC, headers=VISUAL, data=data))
    _add(client, {"on": "submit", "times": 1, "fault": "download_failed"})
    done(client.post(ASYNC, headers=VISUAL, data=data))
    done(client.post("/_emulator/clock/run-until-idle"))


EVERY_CONDITION = {
    "all": [
        {"any": [{"visual": {"no_gun": {"gte": 0.5, "lt": 2}}}, {"text": {"hate": {"eq": 2}}}]},
        {"not": {"patron_metadata": {"verified": True}}},
        {"not": {"content_metadata": {"likes": {"gt": 5}, "room": None}}},
        {"not": {"profanity": True, "language": ["FR", "EN"], "pii": ["Email Address"]}},
        {"not": {"custom_class": "competitor", "patron_state": "suspended"}},
        {"not": {"text_contains_any": ["never"], "pii": True}},
    ]
}
COUNT = {"of": {"visual": {"no_gun": {"gte": 0.5}}}, "within": "1h", "at_least": 2}
BY_HAND: dict[str, list[Any]] = {
    "post": ["release_post", "restore_post"],
    "patron": ["release_patron", "unban_patron", "unsuspend_patron"],
}
ACTIONS: dict[str, list[Any]] = {
    "post": ["send_post_to_review", "delete_post", {"tag_post": {"tag": "odd"}}],
    "patron": [
        *("ban_patron", {"suspend_patron": {"for": "2h"}}, {"tag_patron": {"tag": "odd"}}),
        "send_patron_to_review",
    ],
}


def application(url: str) -> Any:
    """Rules with every condition and every action, and a webhook for each action."""
    rules = [
        {"name": f"{on} {at}", "type": on, "when": EVERY_CONDITION, "action": action}
        for on, actions in ACTIONS.items()
        for at, action in enumerate(actions)
    ]
    busy = {"name": "busy", "type": "patron", "when": {"count": COUNT}, "cardinality": 3}
    often = {**busy, "action": "ban_patron", "trigger_frequency": "always", "active": True}
    hooks = {name: {"webhook": f"{url}/{name}"} for name in RULE_ACTIONS}
    return {"rules": [*rules, often], "actions": hooks}


def _moderate(client: httpx.Client, receiver: Receiver) -> None:
    """Posts that trip every rule, in each shape of answer, and a moderator beside them."""
    path = "/_emulator/applications/dashboard"
    done(client.put(path, json=application(f"{receiver.url}/acted")))
    legacy = {"legacy": "1"}
    more = {"content_metadata": {"likes": 3, "a": [1]}, "user_metadata": {"verified": False}}
    picture = {"url": GUN["url"].replace("gun", "cat"), "user_id": "bob", **more}
    back = {"callback_url": f"{receiver.url}/posted"}
    for at, (way, params) in enumerate((way, ask) for way in (SYNC, ASYNC) for ask in ({}, legacy)):
        done(client.post(way, headers=DASHBOARD, params=params, data={**OIL, **back}))
        post = {**picture, "post_id": f"a/{at}:b c", "metadata": {"a": None}, **back}
        done(client.post(way.replace("v2", "v1"), headers=DASHBOARD, params=params, json=post))
    _add(client, {"on": "submit", "times": 2, "fault": "download_failed"})
    for way in (SYNC_V1, ASYNC_V1):
        done(client.post(way, headers=DASHBOARD, json={**picture, **back, "post_id": "gone"}))
    client.post(SYNC_V1, headers=DASHBOARD, data=HELLO)
    for on, wanted in (("post", "p1"), ("patron", "ann")):
        for action in (*BY_HAND[on], *ACTIONS[on]):
            done(client.post("/_emulator/actions", json={f"{on}_id": wanted, "action": action}))
    _add(client, {"on": "callback", "times": 1, "fault": "lost"})
    done(client.post("/_emulator/actions", json={"post_id": "p1", "action": "delete_post"}))
    done(client.post("/_emulator/clock/run-until-idle"))


def _submit_async(client: httpx.Client, url: str, text: str = "hello") -> str:
    data = {"text_data": text, "callback_url": url}
    return str(done(client.post(ASYNC, headers=TEXT, data=data))["task_id"])


def _add(client: httpx.Client, step: Mapping[str, Any]) -> None:
    done(client.post("/_emulator/faults", json=step))


def _no_delay(fault: str) -> Mapping[str, Any]:
    return {"delay": 0} if fault == "slow" else {}


# The calls.


@dataclass(frozen=True)
class Example:
    """A call and the status it is answered with.

    `beyond` says that the document cannot tell what is wrong with it.
    """

    operation: str
    status: int
    sent: Sent
    given: Given = nothing
    beyond: bool = False


def right(operation: str, given: Given = nothing, **sent: Any) -> Example:
    return Example(operation, 200, Sent(**sent), given)


def wrong(
    operation: str, given: Given = nothing, status: int = 400, *, beyond: bool = False, **sent: Any
) -> Example:
    return Example(operation, status, Sent(**sent), given, beyond)


def late(operation: str, status: int, given: Given = nothing, **sent: Any) -> Example:
    """A call that is as it must be, and is refused all the same for how things stand."""
    return Example(operation, status, Sent(**sent), given, beyond=True)


def one(thing: str) -> dict[str, str]:
    """The path of one thing that there is."""
    return {"id": f"{{{thing}}}"}


NONE = {"id": "none"}
PNG = {"media": png()}

RECORDS = [
    right("openapi"),
    right("sandboxes"),
    right("sandboxes", query={"limit": "1"}),
    right("sandboxes", query={"since": "nobody"}),
    wrong("sandboxes", query={"limit": "many"}),
    right("forget_sandbox", this_sandbox, path={"name": "{sandbox}"}),
    late("forget_sandbox", 404, path={"name": "nobody"}),
    right("journal", a_whole_life),
    right("journal", a_whole_life, query={"kind": "attempt", "since": "3", "limit": "2"}),
    right("journal", a_whole_life, query={"since": "2026-01-01T00:00:00Z"}),
    wrong("journal", query={"kind": "thing"}),
    wrong("journal", query={"limit": "-1"}),
    right("requests", a_whole_life),
    right("requests", a_whole_life, query={"status": "200", "path": "*/sync", "limit": "1"}),
    right("requests", query={"method": "POST", "project": "text"}),
    wrong("requests", query={"limit": "9" * 19}),
    right("request", a_whole_life, path=one("request")),
    late("request", 404, path=NONE),
    right("tasks", a_whole_life),
    right("tasks", a_whole_life, query={"state": "failed"}),
    right("tasks", this_sandbox, query={"sandbox": "{sandbox}"}),
    wrong("tasks", query={"sandbox": "elsewhere"}, beyond=True),
    wrong("tasks", query={"state": "lost"}),
    right("task", a_whole_life, path=one("task")),
    right("task", a_whole_life, path=one("progress")),
    late("task", 404, path=NONE),
    right("tasks", a_whole_life, query={"mode": "sync", "kind": "text", "project": "te*"}),
    right("tasks", a_whole_life, query={"fixture": "greet*", "q": "HELLO", "before": "{task}"}),
    wrong("tasks", query={"kind": "poem"}),
    wrong("tasks", query={"mode": "later"}),
    right("journal", a_whole_life, query={"task": "{task}"}),
    right("scores", a_whole_life, path=one("task")),
    right("scores", a_picture, path=one("task")),
    late("scores", 404, path=NONE),
    late("scores", 409, a_task_in_progress, path=one("task")),
    right("submit", query={"project": "text"}, form=HELLO),
    right("submit", query={"project": "visual", "mode": "async"}, files=PNG),
    right("submit", query={"application": "dashboard"}, json=OIL),
    right("submit", a_download_that_is_to_fail, query={"project": "any"}, form=GUN),
    right("submit", query={"project": "limited"}, form=HELLO),
    wrong("submit", form=HELLO, beyond=True),
    wrong("submit", query={"project": "text", "application": "dashboard"}, form=HELLO, beyond=True),
    wrong("submit", query={"project": "text", "mode": "later"}, form=HELLO),
    late("submit", 404, query={"project": "dashboard"}, form=HELLO),
    right("callbacks", a_whole_life),
    right("callbacks", a_whole_life, query={"state": "dropped"}),
    right("callbacks", a_whole_life, query={"kind": "webhook", "state": "delivered"}),
    wrong("callbacks", query={"state": "accepted"}),
    wrong("callbacks", query={"kind": "hook"}),
    right("callback", a_whole_life, path=one("callback")),
    late("callback", 404, path=NONE),
    right("resend", a_callback_that_was_delivered, path=one("callback")),
    late("resend", 404, path=NONE),
    late("resend", 409, a_callback_that_waits_to_be_tried_again, path=one("callback")),
    right("send_now", a_callback_that_waits_to_be_tried_again, path=one("callback")),
    late("send_now", 404, path=NONE),
    late("send_now", 409, a_callback_that_was_delivered, path=one("callback")),
    right("drop", a_callback_that_waits_to_be_tried_again, path=one("callback")),
    late("drop", 404, path=NONE),
    late("drop", 409, a_callback_that_was_delivered, path=one("callback")),
    right("projects"),
    right("projects", query={"limit": "2"}),
    wrong("projects", query={"limit": "x"}),
    right("applications"),
    right("applications", a_whole_life, query={"limit": "1", "since": "nobody"}),
    wrong("applications", query={"limit": "1.5"}),
]

WRONG_APPLICATIONS: list[tuple[Any, bool]] = [
    ([], False),
    ({"rule": []}, False),
    ({"rules": {}}, False),
    ({"rules": [{"name": "a"}]}, False),
    ({"rules": [{**application("")["rules"][0], "type": "user"}]}, False),
    ({"rules": [{**application("")["rules"][0], "when": {"text": {}}}]}, False),
    ({"rules": [{**application("")["rules"][0], "action": "tag_post"}]}, False),
    ({"rules": application("")["rules"][:1] * 2}, True),
    ({"actions": None}, False),
    ({"rules": None}, False),
    ({"rules": [{**application("")["rules"][0], "action": "unban_patron"}]}, False),
    ({"actions": {"ban": {"webhook": NOBODY}}}, False),
    ({"actions": {"ban_patron": {"webhook": "a.test"}}}, False),
    ({"actions": {"ban_patron": {}}}, False),
]

WRONG_ACTIONS: list[Any] = [
    {},
    [],
    {"post_id": "p1"},
    {"action": "delete_post"},
    {"patron_id": "ann", "action": "delete_post"},
    {"post_id": "p1", "action": "ban_patron"},
    {"post_id": "p1", "patron_id": "ann", "action": "delete_post"},
    {"post_id": 5, "action": "delete_post"},
    {"post_id": None, "action": "delete_post"},
    {"post_id": "p1", "action": "tag_post"},
    {"post_id": "p1", "action": {"tag_post": {"tag": ""}}},
    {"post_id": "p1", "action": {"delete_post": {"for": "1h"}}},
    {"patron_id": "ann", "action": {"suspend_patron": {"for": 0}}},
    {"patron_id": "ann", "action": {"ban_patron": {}, "suspend_patron": {}}},
    {"post_id": "p1", "action": "delete"},
    {"post_id": "p1", "action": "delete_post", "by": "me"},
]

MODERATING = [
    right("set_application", path={"name": "dashboard"}, json=application(NOBODY[:-1])),
    right("set_application", path={"name": "dashboard"}, json={"rules": [], "actions": {}}),
    right("set_application", path={"name": "dashboard"}),
    *(
        wrong("set_application", path={"name": "dashboard"}, json=body, beyond=beyond)
        for body, beyond in WRONG_APPLICATIONS
    ),
    wrong("set_application", path={"name": "dashboard"}, content=b"{"),
    late("set_application", 404, path={"name": "a/b c"}, json={"rules": []}),
    right("posts"),
    right("posts", a_whole_life),
    right("posts", a_whole_life, query={"id": "p1"}),
    right("posts", a_whole_life, query={"id": "a/1:b c", "application": "dashboard"}),
    right("posts", a_whole_life, query={"since": "p1", "limit": "2", "application": "dashboard"}),
    wrong("posts", query={"limit": "x"}),
    late("posts", 404, query={"application": "nobody"}),
    right("patrons"),
    right("patrons", a_whole_life),
    right("patrons", a_whole_life, query={"id": "ann", "application": "dashboard"}),
    wrong("patrons", query={"limit": "x"}),
    late("patrons", 404, query={"application": "nobody"}),
    right("review"),
    right("review", a_whole_life),
    right("review", a_whole_life, query={"application": "dashboard", "limit": "1"}),
    wrong("review", query={"limit": "x"}),
    late("review", 404, query={"application": "nobody"}),
    *(
        right("act", a_post, json={f"{on}_id": WHOSE[f"{on}_id"], "action": action})
        for on in ACTIONS
        for action in (*ACTIONS[on], *BY_HAND[on])
    ),
    right("act", a_post, json={"post_id": "p1", "action": "delete_post", "application": None}),
    right("act", a_post, json={"post_id": "p1", "patron_id": None, "action": "delete_post"}),
    *(wrong("act", a_post, json=body) for body in WRONG_ACTIONS),
    wrong("act", content=b"{"),
    late("act", 404, a_post, json={"post_id": "p2", "action": "delete_post"}),
    late("act", 404, a_post, json={"patron_id": "bob", "action": "ban_patron"}),
    late(
        "act", 404, a_post, json={"post_id": "p1", "action": "delete_post", "application": "other"}
    ),
]

MOMENTS = [
    right("reset", a_task),
    right("reset", a_task, json={"keep": ["fixtures", "scenario", "clock"]}),
    right("reset", a_task, json={"seed": 7}),
    wrong("reset", json={"seed": "seven"}),
    wrong("reset", json={"hard": True}),
    wrong("reset", json={"keep": "fixtures"}),
    wrong("reset", json={"keep": ["tasks"]}),
    right("clock"),
    right("set_clock", json={"mode": "manual", "now": "2026-05-01T12:00:00+02:00"}),
    right("set_clock", json={"now": None}),
    right("set_clock"),
    wrong("set_clock", json={"mode": "stopped"}),
    wrong("set_clock", json={"mode": None}),
    wrong("set_clock", json={"time": 1}),
    wrong("set_clock", json=[]),
    wrong("set_clock", content=b"mode=manual"),
    wrong("set_clock", json={"now": "yesterday"}, beyond=True),
    wrong("set_clock", json={"now": "1969-12-31T23:59:59Z"}, beyond=True),
    late("set_clock", 409, a_task, json={"mode": "manual", "now": "2026-01-01T00:00:00Z"}),
    right("advance", a_task_in_progress, json={"by": "2h", "timeout": "5s"}),
    right("advance", json={"by": 0.5}),
    right("advance", json={"by": " 250ms "}),
    wrong("advance", json={}),
    wrong("advance"),
    wrong("advance", json={"by": "soon"}),
    wrong("advance", json={"by": -1}),
    wrong("advance", json={"by": True}),
    wrong("advance", json={"by": "5m", "limit": "5m"}),
    wrong("advance", json={"by": "5m", "timeout": "2h"}, beyond=True),
    wrong("advance", the_end_of_all_time, json={"by": "30d"}, beyond=True),
    late("advance", 408, a_receiver_that_does_not_answer, json={"by": 1, "timeout": "20ms"}),
    right("run_until_idle", a_task_in_progress),
    right("run_until_idle", json={"limit": "1h", "timeout": "1h"}),
    wrong("run_until_idle", json={"limit": "x"}),
    wrong("run_until_idle", json={"by": "5m"}),
    late("run_until_idle", 408, a_receiver_that_does_not_answer, json={"timeout": "20ms"}),
]

ASKING = [
    right("wait", a_task, json={"requests": {"path": "/api/v2/*", "status": 200, "count": 1}}),
    right("wait", a_task, json={"tasks": {}, "callbacks": {"at_most": "0"}, "timeout": "1s"}),
    right("wait", a_task, json={"tasks": {"when": {"text": ["hello"]}, "at_least": 1}}),
    right("wait", a_task, json={"callbacks": {"kind": "web*", "at_most": 0}}),
    wrong("wait", json={"callbacks": {"kind": "hook"}}, beyond=True),
    wrong("wait", json={}),
    wrong("wait", json={"timeout": "1s"}),
    wrong("wait", json={"task": {}}),
    wrong("wait", json={"tasks": []}),
    wrong("wait", json={"tasks": {"count": 1, "at_least": 1}}),
    wrong("wait", json={"tasks": {"count": -1}}),
    wrong("wait", json={"tasks": {"count": "many"}}),
    wrong("wait", json={"tasks": {"state": True}}),
    wrong("wait", json={"tasks": {"url": "x"}}),
    wrong("wait", json={"tasks": {"when": {}}}),
    wrong("wait", json={"tasks": {"when": {"urll": "x"}}}),
    wrong("wait", json={"tasks": {"when": {"text_matches": "("}}}, beyond=True),
    wrong("wait", json={"tasks": {}, "timeout": "2h"}, beyond=True),
    late("wait", 408, a_task_in_progress, json={"tasks": {"state": "finished"}, "timeout": 0}),
    late("wait", 408, json={"requests": {}, "callbacks": {}, "timeout": "1ms"}),
    right("verify", a_task, json={"expect": [{"request": {"path": "*"}, "count": 1}]}),
    right(
        "verify",
        a_task,
        json={
            "expect": [
                {"task": {"when": {"text_contains": "ell"}, "kind": "text"}},
                {"callback": {}, "at_most": 0},
                {"request": {}, "at_least": "1", "at_most": 1},
            ]
        },
    ),
    wrong("verify", json={}),
    wrong("verify", json={"expect": []}),
    wrong("verify", json={"expect": {}}),
    wrong("verify", json={"expect": [{}]}),
    wrong("verify", json={"expect": [{"task": {}, "request": {}}]}),
    wrong("verify", json={"expect": [{"task": {}, "count": 1, "at_most": 1}]}),
    wrong("verify", json={"expect": [{"task": {"when": {"text": 5}}}]}),
    wrong("verify", json={"expect": [{"callback": {"mode": "sync"}}]}),
    late("verify", 406, a_task, json={"expect": [{"task": {"mode": "async"}}, {"callback": {}}]}),
]

SCRIPTING = [
    right("fixtures", an_added_fixture),
    wrong("fixtures", query={"limit": "x"}),
    right("add_fixtures", json=FIXTURE),
    right("add_fixtures", json=[FIXTURE, {"name": "b", "when": {"url": "c"}, "visual": {}}]),
    right("add_fixtures", json={"fixtures": [{"name": "a", **FIXTURE}]}),
    right("add_fixtures", json=[]),
    wrong("add_fixtures", json={}),
    wrong("add_fixtures", json={"fixtures": [], "name": "a"}),
    wrong("add_fixtures", json={"when": {"text": "a"}}),
    wrong("add_fixtures", json={"when": {"text": "a"}, "text": {"hatred": 2}}),
    wrong("add_fixtures", json={"when": {"text": "a"}, "fault": "hang", "copies": 3}),
    wrong("add_fixtures", content=b"{"),
    wrong("add_fixtures", json=[{"name": "a", **FIXTURE}] * 2, beyond=True),
    right("put_fixture", path={"name": "a/b c"}, json=FIXTURE),
    right(
        "put_fixture", an_added_fixture, path={"name": "a/b c"}, json={"name": "a/b c", **FIXTURE}
    ),
    wrong("put_fixture", path={"name": "a"}, json=[FIXTURE]),
    wrong("put_fixture", path={"name": "a"}, json={"name": "b", **FIXTURE}, beyond=True),
    right("remove_fixture", an_added_fixture, path={"name": "a/b c"}),
    late("remove_fixture", 404, an_added_fixture, path={"name": "a/b"}),
    right("unused", an_added_fixture),
    right("unused", a_whole_life, query={"bundled": "", "limit": "3"}),
    wrong("unused", query={"limit": "x"}),
    right("unmatched", a_whole_life),
    wrong("unmatched", query={"limit": "x"}),
    right("presets"),
    right("presets", an_added_fixture, query={"limit": "3"}),
    wrong("presets", query={"limit": "x"}),
    right("problems"),
    wrong("problems", query={"limit": "x"}),
    right("possible_faults"),
    wrong("possible_faults", query={"limit": "x"}),
    right("scenarios", a_whole_life),
    wrong("scenarios", query={"limit": "x"}),
    right("scenario", a_whole_life),
    right("set_scenario", json={"name": "calm"}),
    right("set_scenario", json=SCENARIO),
    right("set_scenario", json={"latency": "documented", "steps": []}),
    wrong("set_scenario", beyond=True),
    wrong("set_scenario", json={"name": "storm"}, beyond=True),
    wrong("set_scenario", json={"name": 5}),
    wrong("set_scenario", json={"name": "a b", "steps": []}),
    wrong("set_scenario", json={"step": []}),
    wrong("set_scenario", json={"steps": [{"fault": "slow"}]}),
    wrong("set_scenario", json={"timeline": [{"fault": "lost"}]}),
    wrong("set_scenario", json="outage"),
    right("faults", a_whole_life),
    right("add_fault", json={"fault": "lost"}),
    right("add_fault", json={"fault": "unknown_class", "class": "a", "visual": {}}),
    right("add_fault", json={"on": "submit", "times": 1, "fault": "rate_limited"}),
    right("add_fault", json={"text": {"hate": 3}, "latency": "5s", "when": {"text": "a"}}),
    wrong("add_fault", json={}),
    wrong("add_fault", json=[]),
    wrong("add_fault", json={"fault": "storm"}),
    wrong("add_fault", json={"on": "submit", "fault": "lost"}),
    wrong("add_fault", json={"fault": "lost", "visual": {}}),
    wrong("add_fault", json={"fault": "slow", "delay": "soon"}),
    wrong("add_fault", json={"fault": "slow", "times": 0}),
    wrong("add_fault", json={"visual": {"no_gun": 1, "yes_gun": 1}}),
    right("clear_faults", an_added_fault),
    right("remove_fault", an_added_fault, path={"id": "fault-1"}),
    late("remove_fault", 404, an_added_fault, path={"id": "fault-2"}),
    wrong("set_scenario", json={"name": []}),
    right("events", query={"since": "0"}),
    wrong("events", query={"since": "yesterday"}),
]

SUBMISSIONS = [
    example
    for operation in ("submit_sync", "submit_async")
    for example in (
        right(operation, headers=TEXT, form=HELLO),
        right(operation, headers=TEXT, json={**HELLO, "metadata": {"a": None}, "url": None}),
        right(operation, headers=TEXT, json={"text_data": "a", "metadata": None, "extra": 1}),
        right(operation, headers=TEXT, files={"x": b""}, form={**HELLO, "callback_url": NOBODY}),
        right(operation, headers=VISUAL, form={**GUN, "metadata": "a"}),
        right(operation, headers=VISUAL, files=PNG),
        right(operation, headers=VISUAL, files={"image": png()}),
        right(operation, headers=VISUAL, files={"media": b"%PDF-1.7"}),
        right(operation, a_download_that_is_to_fail, headers=VISUAL, json=GUN),
        wrong(operation, headers=TEXT, form={"x": "y"}),
        wrong(operation, headers=TEXT, form={**HELLO, **GUN}),
        wrong(operation, headers=TEXT, form={"text_data": ""}),
        wrong(operation, headers=TEXT, json={}),
        wrong(operation, headers=TEXT, json={"text_data": 7}),
        wrong(operation, headers=TEXT, json={"text_data": None}),
        wrong(operation, headers=TEXT, json=[]),
        wrong(operation, headers={**TEXT, "content-type": "application/json"}, content=b"{"),
        wrong(operation, headers=TEXT, json={**HELLO, "callback_url": "hook"}),
        wrong(operation, headers=VISUAL, form={"url": "gun.jpg"}),
        wrong(operation, headers=VISUAL, form={"url": "http://a.test/a b"}),
        wrong(operation, headers=VISUAL, json={"media": "abc"}),
        wrong(operation, headers=VISUAL, form={"media": "abc"}),
        wrong(operation, headers=VISUAL, files=PNG, form=GUN),
        wrong(operation, headers=VISUAL, files={"media": b"ID3"}, beyond=True),
        wrong(operation, headers=VISUAL, form=HELLO, beyond=True),
        wrong(operation, headers=TEXT, form={"text_data": "[hive hatred=1]"}, beyond=True),
        late(operation, 403, form=HELLO),
        late(operation, 403, headers={"authorization": "Token refused-key"}, form=HELLO),
        wrong(operation, headers=DASHBOARD, form=HELLO, beyond=True),
        wrong(operation, headers=DASHBOARD, json=HELLO, beyond=True),
        wrong(operation, headers=DASHBOARD, files=PNG, form=WHOSE, beyond=True),
        right(operation, headers=DASHBOARD, form=OIL),
        right(operation, headers=DASHBOARD, json=NSFW, query={"legacy": "1"}),
        late(operation, 405, headers={"authorization": "Token unpaid-key"}, form=HELLO),
        late(operation, 413, headers=TEXT, form={"text_data": "x" * 9 * 1024**2}),
        late(operation, 429, headers={"authorization": "Token limited-key"}, form=HELLO),
    )
]

JSON_TEXT = '{"a": 1}'
BACK = {"callback_url": NOBODY}
WRONG_FIELDS: list[dict[str, Any]] = [
    *({"post_id": None}, {"patron_id": None}, {"patron_id": ""}, {"post_id": ""}),
    *({"post_id": 5}, {"patron_id": ["ann"]}, {"user_id": "ann"}, {"text_data": ""}),
    *({"content_metadata": [1]}, {"patron_metadata": 5}, {"user_metadata": True}),
    *({"patron_metadata": {}, "user_metadata": {}}, {"url": GUN["url"]}),
    *({"text_data": None}, {"callback_url": "hook"}, {"media": "abc"}),
    *({"callback_url": f"http://a.test/{'x' * 8192}"}, {"post_id": "x" * 8193}),
]
POSTINGS = [
    example
    for operation in ("post_sync", "post_async")
    for example in (
        right(operation, headers=DASHBOARD, form={**OIL, **BACK}),
        right(operation, headers=DASHBOARD, form={**OIL, **BACK}, query={"legacy": "1"}),
        right(operation, headers=DASHBOARD, form={**OIL, **BACK}, query={"legacy": "yes"}),
        right(operation, headers=DASHBOARD, json={**NSFW, **BACK}),
        right(operation, headers=DASHBOARD, json={**NSFW, **BACK}, query={"legacy": "1"}),
        right(operation, headers=DASHBOARD, files={"x": b""}, form={**OIL, **BACK}),
        right(
            operation,
            headers=DASHBOARD,
            form={**OIL, **BACK, "content_metadata": JSON_TEXT, "patron_metadata": ""},
        ),
        right(
            operation,
            headers=DASHBOARD,
            json={
                "text_data": "hello",
                "url": None,
                "media": None,
                **BACK,
                "post_id": "a/b c",
                "user_id": "ann",
                "patron_id": None,
                "metadata": [1],
                "models": ["visual"],
                "content_metadata": {"a": {}},
                "user_metadata": JSON_TEXT,
                "patron_metadata": None,
            },
        ),
        right(operation, a_download_that_is_to_fail, headers=DASHBOARD, json={**NSFW, **BACK}),
        right(operation, headers={"authorization": "Token nobodys"}, json={**OIL, **BACK}),
        *(
            wrong(operation, headers=DASHBOARD, json={**OIL, **BACK, **wrongly})
            for wrongly in WRONG_FIELDS
        ),
        wrong(operation, headers=DASHBOARD, form={**HELLO, **BACK}),
        wrong(operation, headers=DASHBOARD, form={**OIL, **BACK, "user_id": "ann"}),
        wrong(operation, headers=DASHBOARD, form={**OIL, **BACK, "media": "abc"}),
        wrong(operation, headers=DASHBOARD, files=PNG, form={**OIL, **BACK}),
        wrong(operation, headers=DASHBOARD, files=PNG, form={**WHOSE, **BACK}),
        wrong(
            operation,
            headers=DASHBOARD,
            form={**OIL, **BACK, "content_metadata": "a=b"},
            beyond=True,
        ),
        wrong(operation, headers=DASHBOARD, json=[]),
        late(operation, 403, form={**OIL, **BACK}),
        late(operation, 405, headers={"authorization": "Token unpaid-key"}, form={**OIL, **BACK}),
        late(operation, 413, headers=DASHBOARD, form={**OIL, **BACK, "x": "x" * 9 * 1024**2}),
        late(operation, 429, headers={"authorization": "Token limited-key"}, form={**OIL, **BACK}),
    )
]
POSTINGS += [
    right("post_sync", headers=DASHBOARD, json=OIL),
    wrong("post_async", headers=DASHBOARD, json=OIL),
    wrong("post_async", headers=DASHBOARD, form=OIL),
    wrong("post_async", headers=DASHBOARD, json={**OIL, "callback_url": None}),
]

TASK = {"task_id": "{task}"}
SUMMARIES = [
    example
    for operation in ("summary", "summary_v1")
    for example in (
        right(operation, a_post, headers=DASHBOARD, query=TASK),
        right(operation, a_legacy_post, headers=DASHBOARD, query=TASK),
        late(operation, 404, a_post, headers=TEXT, query=TASK),
        right(operation, a_task, headers=TEXT, query=TASK),
        right(operation, a_picture, headers=VISUAL, query={**TASK, "frame_offset": "1"}),
        right(operation, a_task_that_failed, headers=VISUAL, query=TASK),
        right(operation, a_task_in_progress, headers=TEXT, query=TASK),
        wrong(operation, headers=TEXT),
        wrong(operation, headers=TEXT, query={"task_id": ""}),
        wrong(operation, a_task, headers=TEXT, query={**TASK, "frame_limit": "x"}),
        wrong(operation, a_task, headers=TEXT, query={**TASK, "frame_limit": "0"}),
        wrong(operation, a_task, headers=TEXT, query={**TASK, "frame_offset": "-1"}),
        late(operation, 403, query={"task_id": "none"}),
        late(operation, 404, headers=TEXT, query={"task_id": "none"}),
    )
]
TRIGGERS = [
    example
    for operation in ("trigger", "trigger_v1")
    for example in (
        right(operation, a_callback_that_was_delivered, headers=TEXT, query=TASK),
        right(operation, a_callback_that_was_delivered, headers=TEXT, query=TASK, form={"x": "y"}),
        right(operation, a_callback_that_waits_to_be_tried_again, headers=TEXT, query=TASK),
        right(operation, a_task_that_failed, headers=VISUAL, query=TASK, json={"task_id": None}),
        late(operation, 404, headers=TEXT, form={"task_id": "none"}),
        late(operation, 404, headers=TEXT, json={"task_id": "none"}),
        late(operation, 404, headers=TEXT, files={"x": b""}, form={"task_id": "none"}),
        wrong(operation, a_task, headers=TEXT, query=TASK, beyond=True),
        wrong(operation, a_task_in_progress, headers=TEXT, query=TASK, beyond=True),
        wrong(operation, headers=TEXT, beyond=True),
        wrong(operation, headers=TEXT, json={"task_id": 5}),
        wrong(operation, headers=TEXT, form={"task_id": ""}),
        late(operation, 403, query={"task_id": "none"}),
        late(operation, 413, headers=TEXT, form={"task_id": "x" * 9 * 1024**2}),
    )
]

PROBES = [right("livez"), right("readyz")]

EXAMPLES = [
    *(*RECORDS, *MODERATING, *MOMENTS, *ASKING, *SCRIPTING),
    *(*SUBMISSIONS, *POSTINGS, *SUMMARIES, *TRIGGERS, *PROBES),
]
