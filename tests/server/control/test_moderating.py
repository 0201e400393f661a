"""Applications, posts and patrons over HTTP: look at them, judge by other rules, act on them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import run
from emulator.core.rules import ACTIONS
from emulator.library.loading import load_configuration
from emulator.wiring import load_library
from tests.support.receiver import Receiver

SYNC, ASYNC = "/api/v1/task/sync", "/api/v1/task/async"
BEGINNING = "2026-05-01T10:00:00.000Z"
OIL = "Buy my Snake Oil!"
HATE = "hive-hate-2"
DENIED, HATEFUL, BANNED = "Post has text in Deny List", "Hateful text", "Banned patron still posts"
THRICE, EXPLICIT, CONTACT = (
    "Three hateful posts in a day",
    "Explicit, unless verified",
    "Contact data",
)
RULES = [DENIED, EXPLICIT, HATEFUL, THRICE, CONTACT, BANNED]


@pytest.fixture(autouse=True)
def standing_still(client: httpx.Client) -> None:
    """The clock of the sandbox stands until it is moved."""
    done(client.put("/_emulator/clock", json={"mode": "manual", "now": BEGINNING}))


def done(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(
    client: httpx.Client,
    text: str = "hello",
    *,
    patron: str = "ann",
    post: str = "p1",
    key: str = "dashboard-key",
    **more: Any,
) -> list[str]:
    """Post a text, or what else is sent, and give the names of the rules that it triggered."""
    content = {} if "url" in more else {"text_data": text}
    sent = {**content, "patron_id": patron, "post_id": post, **more}
    answer = client.post(SYNC, headers={"authorization": f"Token {key}"}, json=sent)
    return [rule["rule_name"] for rule in done(answer)["triggered_rules"]]


def items(client: httpx.Client, what: str, **params: str) -> list[Any]:
    answer = done(client.get(f"/_emulator/{what}", params=params))
    found: list[Any] = answer["items"]
    assert answer["total"] >= len(found)
    return found


def ids(client: httpx.Client, what: str, **params: str) -> list[str]:
    return [one["id"] for one in items(client, what, **params)]


def one(client: httpx.Client, what: str, wanted: str, **params: str) -> Any:
    [found] = items(client, what, id=wanted, **params)
    return found


def act(client: httpx.Client, action: Any, **on: str) -> Any:
    return done(client.post("/_emulator/actions", json={"action": action, **on}))


def advance(client: httpx.Client, by: str) -> None:
    done(client.post("/_emulator/clock/advance", json={"by": by}))


def idle(client: httpx.Client) -> None:
    done(client.post("/_emulator/clock/run-until-idle"))


def rule(name: str = "Swears", when: Any = None, action: Any = "delete_post", **more: Any) -> Any:
    when = {"text_contains_any": ["damn"]} if when is None else when
    return {"name": name, "type": "post", "when": when, "action": action, **more}


def put(client: httpx.Client, name: str = "dashboard", **sent: Any) -> Any:
    """The application as it is now; rules about which nothing is suspicious are put."""
    shown = done(client.put(f"/_emulator/applications/{name}", json=sent))
    assert shown.pop("warnings") == []
    return shown


@pytest.fixture
def other(server_url: str, client: httpx.Client) -> Iterator[httpx.Client]:
    """A client of another sandbox of the same server."""
    url = f"{str(client.base_url).rstrip('/')}-other"
    with httpx.Client(base_url=url, trust_env=False, verify=False) as other:
        yield other


SWEARS = "{name: Swears, type: post, when: {text_contains_any: damn}, action: %s}"
CONFIGURATION = f"""\
applications:
  - {{name: forum, keys: [forum-key], rules: [{SWEARS % "delete_post"}]}}
  - {{name: "a/b: c", keys: [odd-key], rules: [{SWEARS % "ban_patron"}]}}
  - {{name: quiet, keys: quiet-key}}
projects:
  - {{name: furs, keys: furs-key, extra_heads: {{furry: [furry-no_furry, furry-yes_furry]}}}}
"""


@pytest.fixture(scope="module")
def several_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with several applications."""
    config = tmp_path_factory.mktemp("several") / "c.yaml"
    config.write_text(CONFIGURATION)
    with run(port=0, config=config) as server:
        yield server.url


@pytest.fixture
def several(several_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=several_url, trust_env=False, verify=False) as client:
        done(client.post("/_emulator/reset"))
        done(client.put("/_emulator/clock", json={"mode": "manual", "now": BEGINNING}))
        yield client


# Applications.


def test_an_application_is_listed_with_its_rules_in_words_and_where_they_stand(
    client: httpx.Client,
) -> None:
    [application] = items(client, "applications")
    assert (application["id"], application["name"]) == ("dashboard", "dashboard")
    assert application["application_id"] == "axImEu96VEaGDF7ee5m9wg"
    assert (application["actions"], application["posts"], application["patrons"]) == ({}, 0, 0)
    assert [one["name"] for one in application["rules"]] == RULES
    says = {one["name"]: one["says"] for one in application["rules"]}
    assert says[HATEFUL] == "Sends the post to review once hate is at least 2."
    assert says[THRICE] == (
        "Bans the patron once there are 3 or more posts within 24h in which hate is at least 2."
    )
    assert says[BANNED] == "Sends the patron to review each time the patron is banned."
    assert says[EXPLICIT] == (
        "Deletes the post once (general_nsfw is at least 0.9 or yes_sexual_activity is at least "
        "0.9) and the patron's 'verified' is not true."
    )
    assert all("applications/dashboard.yaml:" in one["where"] for one in application["rules"])


def test_a_rule_is_listed_as_it_is_written_with_all_that_was_left_out(client: httpx.Client) -> None:
    [application] = items(client, "applications")
    [contact] = [one for one in application["rules"] if one["name"] == CONTACT]
    assert contact | {"id": "", "where": ""} == {
        "id": "",
        "name": CONTACT,
        "type": "post",
        "when": {"pii": True},
        "action": {"tag_post": {"tag": "contact data"}},
        "trigger_frequency": "once",
        "active": True,
        "cardinality": 1,
        "says": "Tags the post with 'contact data' once the text has personal data.",
        "where": "",
    }


def test_a_rule_is_listed_under_the_id_that_answers_name_it_by(client: httpx.Client) -> None:
    sent = {"text_data": OIL, "patron_id": "ann", "post_id": "p1"}
    key = {"authorization": "Token dashboard-key"}
    [triggered] = done(client.post(SYNC, headers=key, json=sent))["triggered_rules"]
    [application] = items(client, "applications")
    assert {one["id"]: one["name"] for one in application["rules"]}[triggered["rule_id"]] == DENIED


def test_what_was_posted_is_counted(client: httpx.Client) -> None:
    for patron, number in (("ann", "1"), ("ann", "2"), ("bob", "3"), ("bob", "3")):
        post(client, patron=patron, post=number)
    [application] = items(client, "applications")
    assert (application["posts"], application["patrons"]) == (3, 2)


def test_every_declared_application_is_listed_and_cut_as_all_lists_are(
    several: httpx.Client,
) -> None:
    assert ids(several, "applications") == ["dashboard", "forum", "a/b: c", "quiet"]
    assert ids(several, "applications", since="forum") == ["a/b: c", "quiet"]
    answer = done(several.get("/_emulator/applications", params={"limit": "1"}))
    assert ([one["id"] for one in answer["items"]], answer["total"]) == (["quiet"], 4)


@pytest.mark.parametrize("what", ["applications", "posts", "patrons", "review", "journal", "tasks"])
def test_keys_are_never_shown(several: httpx.Client, what: str) -> None:
    for key in ("forum-key", "odd-key", "some-secret-key-that-nobody-declared"):
        post(several, "damn", key=key)
    act(several, "send_post_to_review", post_id="p1")
    text = several.get(f"/_emulator/{what}").text
    assert not [key for key in ("forum-key", "odd-key", "some-secret") if key in text]


def test_an_application_that_nobody_declared_judges_nothing_and_is_not_listed(
    client: httpx.Client,
) -> None:
    assert post(client, OIL, key="nobody-declared-this") == []
    assert ids(client, "applications") == ["dashboard"]
    [shown] = items(client, "posts")
    assert shown["application"].startswith("undeclared-")
    assert one(client, "posts", "p1")["contents"][0]["rules"] == []


# Other rules, and other webhooks.


def test_other_rules_judge_from_the_next_post_on(client: httpx.Client) -> None:
    assert post(client, OIL, post="p1") == [DENIED]
    shown = put(client, rules=[rule(), rule("Loud", {"text": {"hate": {"gte": 1}}})])
    assert [one["name"] for one in shown["rules"]] == ["Swears", "Loud"]
    assert shown["rules"][0]["says"] == "Deletes the post once the text contains 'damn'."
    assert [one["where"] for one in shown["rules"]] == [
        *("control API, rules[0]", "control API, rules[1]")
    ]
    assert items(client, "applications") == [shown]
    assert post(client, OIL, post="p2") == []
    assert post(client, "damn hive-hate-1", post="p3") == ["Swears", "Loud"]
    assert put(client, rules=[])["rules"] == []
    assert post(client, "damn", post="p4") == []


def test_what_a_rule_is_listed_as_can_be_put_as_it_stands(client: httpx.Client) -> None:
    [before] = items(client, "applications")
    written = [
        {name: value for name, value in one.items() if name not in ("id", "says", "where")}
        for one in before["rules"]
    ]
    after = put(client, rules=written, actions=before["actions"])
    places = [f"control API, rules[{at}]" for at in range(len(written))]
    assert [one["where"] for one in after["rules"]] == places
    rules = [{**one, "where": ""} for one in before["rules"]]
    assert {**after, "rules": [{**one, "where": ""} for one in after["rules"]]} == {
        **before,
        "rules": rules,
    }


def test_rules_and_webhooks_are_put_one_without_the_other(client: httpx.Client) -> None:
    hooks = {"ban_patron": {"webhook": "http://127.0.0.1:9/banned"}}
    assert [one["name"] for one in put(client, actions=hooks)["rules"]] == RULES
    shown = put(client, rules=[rule()])
    assert (len(shown["rules"]), shown["actions"]) == (1, hooks)
    shown = put(client, actions={})
    assert (len(shown["rules"]), shown["actions"]) == (1, {})
    assert put(client) == shown


def test_a_rule_of_the_same_name_does_not_fire_twice_for_a_post(client: httpx.Client) -> None:
    """What has fired is remembered by the name of the rule, as a reload of a file would want it."""
    put(client, rules=[rule(action={"tag_post": {"tag": "a"}})])
    assert post(client, "damn") == ["Swears"]
    put(client, rules=[rule(action={"tag_post": {"tag": "b"}})])
    assert post(client, "damn") == []
    assert one(client, "posts", "p1")["tags"] == ["a"]
    put(client, rules=[rule(action={"tag_post": {"tag": "b"}}, trigger_frequency="always")])
    assert post(client, "damn") == ["Swears"]
    assert one(client, "posts", "p1")["tags"] == ["a", "b"]


def test_rules_about_heads_of_projects_can_be_put(several: httpx.Client) -> None:
    furry = rule(when={"visual": {"furry-yes_furry": {"gte": 0.9}}})
    shown = done(several.put("/_emulator/applications/forum", json={"rules": [furry]}))
    assert shown["rules"][0]["when"] == furry["when"]
    assert shown["warnings"][0].endswith("the model has no visual class 'furry-yes_furry'")


@pytest.mark.parametrize(
    ("sent", "problems"),
    [
        ({"rule": []}, ["body.rule: an application has no key 'rule'. Did you mean 'rules'? "]),
        ({"keys": ["k"]}, ["body.keys: an application has no key 'keys'. "]),
        ([], ["body: expected an application as a mapping, found []"]),
        ({"rules": {}}, ["body.rules: rules: expected a list, found {}"]),
        ({"rules": ["a"]}, ["body.rules[0]: rules: expected a mapping, found 'a'"]),
        ({"rules": [rule(type="user")]}, ["body.rules[0].type: type: expected one of post, "]),
        ({"rules": [rule(), rule()]}, ["body.rules[1]: the name 'Swears' was used before, at "]),
        (
            {"rules": [rule(when={"any": [{"text": {"hatred": {"gte": 1}}}]})]},
            ["body.rules[0].when.any[0].text.hatred: 'hatred' is no text class. Did you mean "],
        ),
        (
            {"rules": [rule(), rule("b", {"visual": {"no_gun": {"ge": 1}}})]},
            ["body.rules[1].when.visual.no_gun.ge: a comparison has no key 'ge'. "],
        ),
        (
            {"rules": [rule(action="tag_post")]},
            ["body.rules[0].action: the action 'tag_post' needs the setting 'tag': "],
        ),
        ({"actions": []}, ["body.actions: actions: expected a mapping, found []"]),
        (
            {"actions": {"ban": {"webhook": "http://a.test"}}},
            ["body.actions.ban: actions has no key 'ban'. "],
        ),
        (
            {"actions": {"ban_patron": {"webhook": "a.test"}}},
            ["body.actions.ban_patron.webhook: webhook: expected an absolute http or "],
        ),
        (
            {"rules": [{"name": "a"}], "actions": {"tag_post": 3}},
            [
                "body.rules[0]: the rule 'a' needs the key 'type'",
                "body.rules[0]: the rule 'a' needs the key 'when'",
                "body.rules[0]: the rule 'a' needs the key 'action'",
                "body.actions.tag_post: tag_post: expected a mapping, found 3",
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_application_is_told_with_its_path_and_changes_nothing(
    client: httpx.Client, sent: Any, problems: Sequence[str]
) -> None:
    before = items(client, "applications")
    answer = client.put("/_emulator/applications/dashboard", json=sent)
    assert answer.status_code == 400
    told = answer.json()["problems"]
    assert [one[: len(start)] for one, start in zip(told, problems, strict=True)] == problems
    assert answer.json()["error"] == "; ".join(told)
    assert items(client, "applications") == before


def test_a_body_that_is_no_json_is_told_so(client: httpx.Client) -> None:
    answer = client.put("/_emulator/applications/dashboard", content=b"rules: []")
    assert answer.status_code == 400
    assert "not valid JSON" in answer.json()["error"]


def test_an_application_that_there_is_not_is_told_with_the_nearest(client: httpx.Client) -> None:
    answer = client.put("/_emulator/applications/dashbord", json={"rules": []})
    assert answer.status_code == 404
    assert answer.json()["error"] == (
        "There is no application 'dashbord'. Did you mean 'dashboard'? Known are: dashboard."
    )


@pytest.mark.parametrize("name", ["a/b: c", "a%2Fb%3A%20c"])
def test_the_name_of_an_application_may_have_any_characters(
    several: httpx.Client, name: str
) -> None:
    assert put(several, name, rules=[])["name"] == "a/b: c"
    assert post(several, "damn", key="odd-key") == []
    assert post(several, "damn", key="forum-key") == ["Swears"]


# Posts.


def test_posts_are_listed_oldest_first_with_what_was_sent_and_done(client: httpx.Client) -> None:
    post(client, "mail ann@example.com", content_metadata={"room": 5}, patron_metadata={"a": 1})
    advance(client, "1m")
    post(client, OIL, post="p2")
    first, second = items(client, "posts")
    [content] = first.pop("contents")
    task = done(client.get("/_emulator/tasks"))["items"][0]
    assert first == {
        "id": "p1",
        "at": BEGINNING,
        "application": "dashboard",
        "patron_id": "ann",
        "metadata": {"room": 5},
        "tags": ["contact data"],
        "deleted": False,
        "in_review": False,
        "fired_rules": [CONTACT],
        "history": [
            {"at": BEGINNING, "action": {"tag_post": {"tag": "contact data"}}, "by": CONTACT}
        ],
    }
    assert content == {
        "task_id": task["id"],
        "at": BEGINNING,
        "submission": task["submission"],
        "triggered_rules": [CONTACT],
    }
    assert content["submission"] == {
        "kind": "text",
        "text_data": "mail ann@example.com",
        "post_id": "p1",
        "patron_id": "ann",
        "content_metadata": {"room": 5},
        "patron_metadata": {"a": 1},
        "callback_url": None,
    }
    assert (second["id"], second["at"]) == ("p2", "2026-05-01T10:01:00.000Z")
    assert (second["in_review"], second["fired_rules"]) == (True, [DENIED])


def test_a_list_of_posts_is_cut_by_id_time_and_number(client: httpx.Client) -> None:
    for number in "1234":
        post(client, post=number)
        advance(client, "1m")
    assert ids(client, "posts") == ["1", "2", "3", "4"]
    assert ids(client, "posts", since="2") == ["3", "4"]
    assert ids(client, "posts", since="2026-05-01T10:02:00Z") == ["3", "4"]
    assert ids(client, "posts", since="nobody") == []
    answer = done(client.get("/_emulator/posts", params={"since": "1", "limit": "2"}))
    assert ([one["id"] for one in answer["items"]], answer["total"]) == (["3", "4"], 3)


def test_a_post_is_one_however_many_contents_it_has(client: httpx.Client) -> None:
    assert post(client, "hello", content_metadata={"a": 1, "b": 1}) == []
    advance(client, "1m")
    assert post(client, OIL, content_metadata={"b": 2}) == [DENIED]
    assert post(client, url="https://cdn.test/hive-general_nsfw.jpg") == [EXPLICIT]
    assert post(client, OIL) == []
    shown = one(client, "posts", "p1")
    assert (shown["at"], shown["metadata"]) == (BEGINNING, {"a": 1, "b": 2})
    assert (shown["in_review"], shown["deleted"]) == (True, True)
    assert shown["fired_rules"] == [DENIED, EXPLICIT]
    fired = [[one["rule"] for one in content["rules"] if one["fired"]]
             for content in shown["contents"]]  # fmt: skip
    assert fired == [[], [DENIED], [EXPLICIT], []]
    assert [content["triggered_rules"] for content in shown["contents"]] == fired


def test_a_post_that_is_asked_for_is_explained_rule_by_rule_and_leaf_by_leaf(
    client: httpx.Client,
) -> None:
    post(
        client,
        url="https://cdn.test/a.jpg?hive.general_nsfw=0.97&hive.yes_sexual_activity=0.5",
        patron_metadata={"verified": False},
    )
    [content] = one(client, "posts", "p1")["contents"]
    assert [explained["rule"] for explained in content["rules"]] == RULES
    assert [explained["fired"] for explained in content["rules"]] == [
        *(False, True, False, False, False, False)
    ]
    explicit = content["rules"][1]
    assert explicit["says"].startswith("Deletes the post once (general_nsfw is at least 0.9 or ")
    assert lines_of(explicit["explanation"]) == [
        f"yes: the rule '{EXPLICIT}' fires",
        "  yes: all of these: 2 of 2 hold",
        "    yes: any of these: 1 of 2 holds",
        "      yes: general_nsfw is at least 0.9: it is 0.97",
        "      no: yes_sexual_activity is at least 0.9: it is 0.5",
        "    yes: the patron's 'verified' is not true",
        "      no: the patron's 'verified' is true: it is false",
    ]
    assert lines_of(content["rules"][3]["explanation"]) == [
        f"no: the rule '{THRICE}' does not fire: its condition does not hold",
        "  no: there are 3 or more posts within 24h in which hate is at least 2: 0 so far",
        "    no: hate is at least 2: this is no text",
    ]
    assert lines_of(content["rules"][5]["explanation"])[1:] == [
        "  no: the patron is banned: the patron is in good standing"
    ]


def lines_of(told: Any, indent: str = "") -> list[str]:
    """An explanation in a line for each of its parts."""
    assert told.keys() <= {"holds", "says", "parts"}
    parts = [line for part in told.get("parts", ()) for line in lines_of(part, f"{indent}  ")]
    return [f"{indent}{'yes' if told['holds'] else 'no'}: {told['says']}", *parts]


def test_each_content_is_explained_as_it_was_when_it_was_judged(client: httpx.Client) -> None:
    """Whatever became of the post, its patron and the rules since then."""
    for number in "123":
        post(client, HATE, post=number, patron_metadata={"karma": int(number)})
    before = one(client, "posts", "2")["contents"]
    [content] = before
    counted = [explained for explained in content["rules"] if explained["rule"] == THRICE]
    assert lines_of(counted[0]["explanation"])[1:] == [
        "  no: there are 3 or more posts within 24h in which hate is at least 2: 2 so far",
        "    yes: hate is at least 2: it is 2",
    ]
    assert one(client, "patrons", "ann")["banned"]
    put(client, rules=[rule("Karma", {"patron_metadata": {"karma": {"gte": 2}}})])
    advance(client, "30d")
    act(client, "send_post_to_review", post_id="2")
    assert one(client, "posts", "2")["contents"] == before
    assert post(client, HATE, post="2", patron_metadata={"karma": 9}) == ["Karma"]
    old, new = one(client, "posts", "2")["contents"]
    assert [old] == before
    assert lines_of(new["rules"][0]["explanation"]) == [
        "yes: the rule 'Karma' fires",
        "  yes: the patron's 'karma' is at least 2: it is 9",
    ]


def test_that_a_rule_has_fired_before_is_told_and_only_for_what_came_later(
    client: httpx.Client,
) -> None:
    post(client, OIL)
    post(client, OIL)
    first, second = [
        next(explained for explained in content["rules"] if explained["rule"] == DENIED)
        for content in one(client, "posts", "p1")["contents"]
    ]
    assert (first["fired"], second["fired"]) == (True, False)
    assert first["explanation"]["says"] == f"the rule '{DENIED}' fires"
    assert second["explanation"]["says"] == (
        f"the rule '{DENIED}' does not fire: it has fired for this post before"
    )
    assert second["explanation"]["parts"][0]["holds"]


def test_a_content_whose_task_failed_is_listed_and_judged_by_no_rule(client: httpx.Client) -> None:
    fault = {"fault": "download_failed", "times": 1}
    done(client.post("/_emulator/faults", json=fault))
    sent = {"url": "https://cdn.test/hive-general_nsfw.jpg", "patron_id": "ann", "post_id": "p1"}
    answer = client.post(SYNC, headers={"authorization": "Token dashboard-key"}, json=sent)
    assert answer.json()["message"] == "Unable to download file from url"
    shown = one(client, "posts", "p1")
    assert (shown["deleted"], shown["fired_rules"]) == (False, [])
    assert [content["rules"] for content in shown["contents"]] == [[]]


ODD = ["a/b", "a:b", "a b", "ä+ö", "100%25", "?id=x&y", "#", "..", "'\"", "\u202e", "x" * 1024]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_ids_may_have_any_characters(client: httpx.Client, odd: str) -> None:
    assert post(client, OIL, patron=odd, post=odd) == [DENIED]
    assert post(client, patron="other", post="other") == []
    shown = one(client, "posts", odd)
    assert (shown["id"], shown["patron_id"]) == (odd, odd)
    assert one(client, "patrons", odd)["posts"] == [odd]
    assert act(client, "delete_post", post_id=odd)["deleted"]
    assert act(client, "ban_patron", patron_id=odd)["banned"]
    assert ids(client, "review") == [odd]
    assert ids(client, "posts", since=odd) == ["other"]


def test_an_id_that_there_is_not_gives_an_empty_list(client: httpx.Client) -> None:
    post(client)
    for what in ("posts", "patrons"):
        for wanted in ("p", "p1 ", "P1", "", "nobody"):
            assert items(client, what, id=wanted) == []


# Patrons, and the review feed.


def test_a_patron_is_listed_with_posts_metadata_and_history(client: httpx.Client) -> None:
    for number in "123":
        post(client, HATE, post=number, patron_metadata={number: True, "last": number})
        advance(client, "1m")
    post(client, post="4")
    act(client, {"tag_patron": {"tag": "loud"}}, patron_id="ann")
    moment = "2026-05-01T10:03:00.000Z"
    assert one(client, "patrons", "ann") == {
        "id": "ann",
        "at": BEGINNING,
        "application": "dashboard",
        "metadata": {"1": True, "2": True, "3": True, "last": "3"},
        "tags": ["loud"],
        "banned": True,
        "suspended": False,
        "suspended_until": None,
        "in_review": True,
        "fired_rules": [THRICE, BANNED],
        "posts": ["1", "2", "3", "4"],
        "history": [
            {"at": "2026-05-01T10:02:00.000Z", "action": "ban_patron", "by": THRICE},
            {"at": moment, "action": "send_patron_to_review", "by": BANNED},
            {"at": moment, "action": {"tag_patron": {"tag": "loud"}}, "by": "moderator"},
        ],
    }


def test_a_list_of_patrons_is_cut_as_all_lists_are(client: httpx.Client) -> None:
    for patron in ("ann", "bob", "eve"):
        post(client, patron=patron, post=patron)
    assert ids(client, "patrons") == ["ann", "bob", "eve"]
    assert ids(client, "patrons", since="ann", limit="1") == ["eve"]


def test_a_suspension_ends_on_the_clock_of_the_sandbox(client: httpx.Client) -> None:
    put(
        client, rules=[rule("Suspended", {"patron_state": "suspended"}, trigger_frequency="always")]
    )
    post(client)
    shown = act(client, {"suspend_patron": {"for": "2h"}}, patron_id="ann")
    until = "2026-05-01T12:00:00.000Z"
    assert (shown["suspended"], shown["suspended_until"]) == (True, until)
    advance(client, "119m")
    assert one(client, "patrons", "ann")["suspended"]
    assert post(client) == ["Suspended"]
    advance(client, "1m")
    shown = one(client, "patrons", "ann")
    assert (shown["suspended"], shown["suspended_until"]) == (False, until)
    assert post(client) == []


def test_a_longer_suspension_is_not_cut_short_by_another(client: httpx.Client) -> None:
    post(client)
    act(client, {"suspend_patron": {"for": "3d"}}, patron_id="ann")
    shown = act(client, {"suspend_patron": {"for": "1h"}}, patron_id="ann")
    assert shown["suspended_until"] == "2026-05-04T10:00:00.000Z"
    assert act(client, "suspend_patron", patron_id="ann")["suspended_until"] == (
        "2026-05-08T10:00:00.000Z"
    )


def test_the_review_feed_has_the_posts_and_patrons_that_somebody_is_to_look_at(
    client: httpx.Client,
) -> None:
    assert post(client, OIL, post="p1") == [DENIED]
    assert post(client, post="p2", patron="bob") == []
    act(client, "send_patron_to_review", patron_id="bob")
    assert items(client, "review") == [
        {"type": "post", **items(client, "posts")[0]},
        {"type": "patron", **one(client, "patrons", "bob"), "at": BEGINNING},
    ]
    assert ids(client, "review", limit="1") == ["bob"]
    assert ids(client, "review", since="p1") == ["bob"]


# Being the moderator.


MODERATED: list[tuple[Any, dict[str, Any]]] = [
    ("send_post_to_review", {"in_review": True}),
    ("delete_post", {"deleted": True}),
    ({"tag_post": {"tag": "a b"}}, {"tags": ["a b"]}),
    ("ban_patron", {"banned": True}),
    ("suspend_patron", {"suspended": True, "suspended_until": "2026-05-08T10:00:00.000Z"}),
    (
        {"suspend_patron": {"for": "1h"}},
        {"suspended": True, "suspended_until": "2026-05-01T11:00:00.000Z"},
    ),
    ({"tag_patron": {"tag": "a b"}}, {"tags": ["a b"]}),
    ("send_patron_to_review", {"in_review": True}),
]
UNDONE = {
    "release_post": "send_post_to_review",
    "restore_post": "delete_post",
    "release_patron": "send_patron_to_review",
    "unban_patron": "ban_patron",
    "unsuspend_patron": "suspend_patron",
}


def name_of(action: Any) -> str:
    return str(action if isinstance(action, str) else next(iter(action)))


@pytest.mark.parametrize(("action", "becomes"), MODERATED, ids=str)
def test_a_moderator_takes_every_action_that_rules_take(
    client: httpx.Client, action: Any, becomes: dict[str, Any]
) -> None:
    name = name_of(action)
    on = ACTIONS[name].on
    wanted = {"post": "p1", "patron": "ann"}[on]
    post(client)
    before = one(client, f"{on}s", wanted)
    shown = act(client, action, **{f"{on}_id": wanted})
    [event] = shown["history"]
    assert (event["at"], event["by"]) == (BEGINNING, "moderator")
    if action == "suspend_patron":
        assert event["action"] == {"suspend_patron": {"for": "7d"}}
    else:
        assert event["action"] == action
    now = one(client, f"{on}s", wanted)
    assert now == before | becomes | {"history": [event]}
    assert items(client, "journal", kind="action") == [
        {
            "id": "5",
            "kind": "action",
            "at": BEGINNING,
            "about": name,
            "application": "dashboard",
            "by": "moderator",
            "post": "p1" if on == "post" else None,
            "patron": "ann",
        }
    ]


@pytest.mark.parametrize(("action", "undone"), UNDONE.items(), ids=UNDONE)
def test_a_moderator_undoes_what_was_done(client: httpx.Client, action: str, undone: str) -> None:
    on = ACTIONS[action].on
    whom = {f"{on}_id": {"post": "p1", "patron": "ann"}[on]}
    post(client)
    [before] = items(client, f"{on}s")
    assert act(client, undone, **whom) != before | {"history": []}
    shown = act(client, action, **whom)
    assert {**shown, "history": []} == before
    assert [event["action"] for event in shown["history"]][1:] == [action]
    assert [entry["about"] for entry in items(client, "journal", kind="action")] == [
        *(undone, action)
    ]
    assert items(client, "review") == []


def test_every_action_there_is_is_tried_above() -> None:
    assert {name_of(action) for action, _ in MODERATED} | UNDONE.keys() == {*ACTIONS}


def test_a_patron_that_is_banned_no_more_is_none_to_rules(client: httpx.Client) -> None:
    post(client)
    act(client, "ban_patron", patron_id="ann")
    assert post(client) == [BANNED]
    act(client, "unban_patron", patron_id="ann")
    assert post(client) == []


def test_a_rule_cannot_undo(client: httpx.Client) -> None:
    sent = {"rules": [rule(action="unban_patron")]}
    answer = client.put("/_emulator/applications/dashboard", json=sent)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(
        "body.rules[0].action: the action 'unban_patron' is the moderator's, no rule can take it. "
    )


def test_doing_the_same_again_changes_nothing_but_the_history(client: httpx.Client) -> None:
    post(client)
    once = act(client, {"tag_post": {"tag": "odd"}}, post_id="p1")
    twice = act(client, {"tag_post": {"tag": "odd"}}, post_id="p1")
    assert twice == once | {"history": once["history"] * 2}


def test_an_action_changes_neither_scores_nor_whether_posts_are_taken(client: httpx.Client) -> None:
    put(client, rules=[])

    def scores() -> Any:
        sent = {"text_data": HATE, "patron_id": "ann", "post_id": "p1"}
        key = {"authorization": "Token dashboard-key"}
        answer = done(client.post(SYNC, params={"legacy": "1"}, headers=key, json=sent))
        return answer["status"][0]["response"]["output"]

    before = scores()
    act(client, "delete_post", post_id="p1")
    act(client, "ban_patron", patron_id="ann")
    assert scores() == before


@pytest.mark.parametrize("action", [name for name, deed in ACTIONS.items() if deed.on == "post"])
@pytest.mark.parametrize(
    "on",
    [{"patron_id": "ann"}, {"post_id": "p1", "patron_id": "ann"}, {}, {"post_id": None},
     {"post_id": None, "patron_id": "ann"}],
)  # fmt: skip
def test_an_action_on_a_post_names_a_post_alone(
    client: httpx.Client, action: str, on: dict[str, Any]
) -> None:
    post(client)
    told = settled(action)
    answer = client.post("/_emulator/actions", json={**on, "action": told})
    assert answer.status_code == 400
    assert answer.json()["error"] == (f"{action} is done to a post: name it with 'post_id' alone.")
    assert items(client, "journal", kind="action") == []


@pytest.mark.parametrize("action", [name for name, deed in ACTIONS.items() if deed.on == "patron"])
@pytest.mark.parametrize("on", [{"post_id": "p1"}, {"post_id": "p1", "patron_id": "ann"}, {}])
def test_an_action_on_a_patron_names_a_patron_alone(
    client: httpx.Client, action: str, on: dict[str, Any]
) -> None:
    post(client)
    answer = client.post("/_emulator/actions", json={**on, "action": settled(action)})
    assert answer.status_code == 400
    assert answer.json()["error"] == (
        f"{action} is done to a patron: name it with 'patron_id' alone."
    )
    assert items(client, "journal", kind="action") == []


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"patron_id": 5}, "'patron_id' is 5: it must be a text."),
        ({"patron_id": True}, "'patron_id' is true: it must be a text."),
        ({"patron_id": [None]}, "'patron_id' is [null]: it must be a text."),
        ({"patron_id": "ann", "post_id": 5}, "'post_id' is 5: it must be a text."),
        ({"patron_id": "ann", "application": 5}, "'application' is 5: it must be a text."),
    ],
)
def test_an_id_that_is_no_text_is_told(client: httpx.Client, sent: Any, error: str) -> None:
    post(client)
    answer = client.post("/_emulator/actions", json={**sent, "action": "ban_patron"})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_an_id_of_null_is_none(client: httpx.Client) -> None:
    post(client)
    sent: dict[str, Any] = {
        "patron_id": "ann",
        "post_id": None,
        "application": None,
        "action": "ban_patron",
    }
    assert done(client.post("/_emulator/actions", json=sent))["banned"]


def settled(action: str) -> Any:
    """An action with the settings that it needs."""
    return {action: {"tag": "a"}} if action.startswith("tag_") else action


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "The field 'action' is missing."),
        ({"post_id": "p1"}, "The field 'action' is missing."),
        ([], "The body must be a JSON object. It may have 'post_id', 'patron_id', 'action', 'appl"),
        (
            {"post_id": "p1", "acton": "delete_post"},
            "The body has an unknown field 'acton'. Did you mean 'action'? ",
        ),
        ({"post_id": "p1", "action": "delete"}, "body.action: action: expected one of "),
        ({"post_id": "p1", "action": None}, "body.action: action: expected one of "),
        (
            {"post_id": "p1", "action": "tag_post"},
            "body.action: the action 'tag_post' needs the setting 'tag': {tag_post: {tag: …}}",
        ),
        (
            {"post_id": "p1", "action": {"tag_post": {}}},
            "body.action.tag_post: the action 'tag_post' needs the setting 'tag'",
        ),
        (
            {"patron_id": "ann", "action": {"tag_patron": {"tag": 5}}},
            "body.action.tag_patron.tag: tag: expected a text",
        ),
        (
            {"patron_id": "ann", "action": {"tag_patron": {"tag": ""}}},
            "body.action.tag_patron.tag: tag: expected a text that is not empty, found ''",
        ),
        (
            {"patron_id": "ann", "action": {"tag_patron": {"tag": [None, False]}}},
            "body.action.tag_patron.tag: tag: expected a text (put it in quotes if it looks like",
        ),
        (
            {"patron_id": "ann", "action": {"suspend_patron": {"for": "ever"}}},
            "body.action.suspend_patron.for: for: expected a duration",
        ),
        (
            {"patron_id": "ann", "action": {"ban_patron": {"for": "1h"}}},
            "body.action.ban_patron.for: the action 'ban_patron' has no setting 'for'. It has none",
        ),
        (
            {"patron_id": "ann", "action": {"ban_patron": {}, "suspend_patron": {}}},
            "body.action: action: expected one action, found ",
        ),
    ],
)
def test_what_is_wrong_with_an_action_is_told_and_nothing_is_done(
    client: httpx.Client, sent: Any, error: str
) -> None:
    post(client)
    before = [items(client, what) for what in ("posts", "patrons")]
    answer = client.post("/_emulator/actions", json=sent)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(error)
    assert [items(client, what) for what in ("posts", "patrons")] == before
    assert items(client, "journal", kind="action") == []


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ({"post_id": "p2", "action": "delete_post"}, "There is no post 'p2' in the sandbox "),
        ({"post_id": "ann", "action": "delete_post"}, "There is no post 'ann' in the sandbox "),
        ({"patron_id": "bob", "action": "ban_patron"}, "There is no patron 'bob' in the sandbox "),
        ({"patron_id": "p1", "action": "ban_patron"}, "There is no patron 'p1' in the sandbox "),
    ],
)
def test_a_post_or_patron_that_there_is_not_is_told(
    client: httpx.Client, on: dict[str, str], told: str
) -> None:
    post(client)
    answer = client.post("/_emulator/actions", json=on)
    assert answer.status_code == 404
    assert answer.json()["error"].startswith(told)


# Webhooks.


def test_a_webhook_is_told_of_what_rules_and_moderators_do(
    client: httpx.Client, receiver: Receiver
) -> None:
    hooks = {name: {"webhook": f"{receiver.url}/{name}?secret=1"} for name in ACTIONS}
    put(client, actions=hooks)
    assert post(client, OIL) == [DENIED]
    advance(client, "1m")
    act(client, {"suspend_patron": {"for": "2h"}}, patron_id="ann")
    act(client, {"tag_post": {"tag": "odd"}}, post_id="p1")
    idle(client)
    told = {one.target: one.json() for one in receiver.all}
    [task] = ids(client, "tasks")
    always = {"application_id": "axImEu96VEaGDF7ee5m9wg", "patron_id": "ann"}
    later: dict[str, Any] = {"by": "moderator", "created_on": "2026-05-01T10:01:00.000Z"}
    later |= {"task_id": None, **always}
    assert told == {
        "/send_post_to_review?secret=1": {
            **always,
            "action": "send_post_to_review",
            "post_id": "p1",
            "by": DENIED,
            "created_on": BEGINNING,
            "task_id": task,
        },
        "/suspend_patron?secret=1": {
            **later, "action": {"suspend_patron": {"for": "2h"}}, "post_id": None
        },
        "/tag_post?secret=1": {**later, "action": {"tag_post": {"tag": "odd"}}, "post_id": "p1"},
    }  # fmt: skip


def test_a_webhook_is_a_callback_that_is_retried_looked_at_and_sent_once_more(
    client: httpx.Client, receiver: Receiver
) -> None:
    receiver.answers = [503]
    put(client, actions={"ban_patron": {"webhook": receiver.url}})
    post(client)
    act(client, "ban_patron", patron_id="ann")
    act(client, "delete_post", post_id="p1")
    idle(client)
    [callback] = items(client, "callbacks")
    assert (callback["kind"], callback["task_id"], callback["state"]) == (
        *("webhook", None, "delivered"),
    )
    assert (callback["action"], callback["by"]) == ("ban_patron", "moderator")
    assert [one["status"] for one in callback["attempts"]] == [503, 200]
    full = done(client.get(f"/_emulator/callbacks/{callback['id']}"))
    assert [one["request"]["body"] for one in full["attempts"]] == [
        one.body.decode() for one in receiver.all
    ]
    done(client.post(f"/_emulator/callbacks/{callback['id']}/resend"))
    idle(client)
    assert [one.body for one in receiver.all] == [receiver.all[0].body] * 3
    waited = {"callbacks": {"state": "delivered", "url": f"{receiver.url}*", "count": 1}}
    assert done(client.post("/_emulator/wait", json=waited))["ok"]


def test_what_a_task_triggered_is_shown_with_it_and_its_callback_beside_the_webhooks(
    client: httpx.Client, receiver: Receiver
) -> None:
    put(client, actions={"send_post_to_review": {"webhook": f"{receiver.url}/review"}})
    sent = {"text_data": OIL, "patron_id": "ann", "post_id": "p1", "callback_url": receiver.url}
    key = {"authorization": "Token dashboard-key"}
    task = done(client.post(ASYNC, headers=key, json=sent))["task_id"]
    idle(client)
    shown = done(client.get(f"/_emulator/tasks/{task}"))
    assert (shown["project"], shown["triggered_rules"]) == ("dashboard", [DENIED])
    [rule] = shown["answer"]["triggered_rules"]
    assert rule["rule_name"] == DENIED
    every = shown["callbacks"]
    assert [(one["kind"], one["task_id"]) for one in every] == [
        *(("callback", task), ("webhook", task))
    ]
    assert [(one.get("action"), one.get("by")) for one in every] == [
        *((None, None), ("send_post_to_review", DENIED))
    ]
    assert sorted(ids(client, "callbacks")) == sorted(one["id"] for one in every)
    explained = shown["explanation"]["rules"]
    assert explained == one(client, "posts", "p1")["contents"][0]["rules"]
    assert [each["rule"] for each in explained if each["fired"]] == [DENIED]
    assert {one.target for one in receiver.all} == {"/", "/review"}
    assert receiver.all[0].json().keys() != receiver.all[1].json().keys()


def test_webhooks_are_told_from_callbacks_where_they_are_listed_waited_for_and_verified(
    client: httpx.Client, receiver: Receiver
) -> None:
    """Both go to the same address."""
    put(client, actions={"send_post_to_review": {"webhook": receiver.url}})
    sent = {"text_data": OIL, "patron_id": "ann", "post_id": "p1", "callback_url": receiver.url}
    done(client.post(ASYNC, headers={"authorization": "Token dashboard-key"}, json=sent))
    idle(client)
    assert len(items(client, "callbacks")) == 2
    for kind in ("callback", "webhook"):
        [only] = items(client, "callbacks", kind=kind)
        assert only["kind"] == kind
        like = {"kind": kind, "state": "delivered", "url": receiver.url}
        waited = done(client.post("/_emulator/wait", json={"callbacks": {**like, "count": 1}}))
        assert waited["seen"] == {"callbacks": 1}
    expect = [{"callback": {"state": "delivered"}, "count": 2}, {"callback": {"kind": "webhook"}}]
    assert done(client.post("/_emulator/verify", json={"expect": expect})) == {"ok": True}
    never = {"expect": [{"callback": {"kind": "webhook"}, "count": 0}]}
    [failure] = client.post("/_emulator/verify", json=never).json()["failures"]
    assert failure.startswith("expected 0 callbacks with kind 'webhook', but there is 1: webhook ")
    wrong = client.get("/_emulator/callbacks?kind=webhok")
    assert (wrong.status_code, "Did you mean 'webhook'?" in wrong.text) == (400, True)


def test_a_webhook_of_a_moderator_is_under_the_scenario_of_the_sandbox(
    client: httpx.Client, receiver: Receiver
) -> None:
    put(client, actions={"ban_patron": {"webhook": receiver.url}})
    post(client)
    steps = [{"on": "callback", "fault": "lost"}]
    done(client.put("/_emulator/scenario", json={"name": "deaf", "steps": steps}))
    act(client, "ban_patron", patron_id="ann")
    idle(client)
    assert [one["state"] for one in items(client, "callbacks")] == ["dropped"]
    told = items(client, "journal", kind="fault")
    assert [(one["about"], one["action"], one["by"], one["task"]) for one in told] == [
        ("lost", "ban_patron", "moderator", None)
    ]


# Apart.


def test_sandboxes_know_nothing_of_each_others_posts_rules_and_actions(
    client: httpx.Client, other: httpx.Client
) -> None:
    put(client, rules=[rule()], actions={"ban_patron": {"webhook": "http://127.0.0.1:9/"}})
    assert post(client, "damn") == ["Swears"]
    assert post(other, "damn") == []
    assert post(other, OIL) == [DENIED]
    act(client, "ban_patron", patron_id="ann")
    assert not one(other, "patrons", "ann")["banned"]
    assert [one["name"] for one in items(other, "applications")[0]["rules"]] == RULES
    assert items(other, "applications")[0]["actions"] == {}
    assert [one["fired_rules"] for one in items(client, "posts")] == [["Swears"]]
    assert [one["fired_rules"] for one in items(other, "posts")] == [[DENIED]]
    answer = other.post("/_emulator/actions", json={"patron_id": "bob", "action": "ban_patron"})
    assert "-other'." in answer.json()["error"]


def test_a_sandbox_may_be_named_by_key_and_by_query_as_everywhere(server_url: str) -> None:
    with httpx.Client(base_url=server_url, trust_env=False, verify=False) as client:
        assert post(client, OIL, key="dashboard-key~moderated") == [DENIED]
        assert ids(client, "posts", sandbox="moderated") == ["p1"]
        answer = client.post(
            "/_emulator/actions",
            params={"sandbox": "moderated"},
            json={"patron_id": "ann", "action": "ban_patron"},
        )
        assert done(answer)["banned"]
        assert one(client, "patrons", "ann", sandbox="moderated")["banned"]


def test_applications_know_nothing_of_each_others_posts(several: httpx.Client) -> None:
    assert post(several, "damn", key="forum-key") == ["Swears"]
    assert post(several, "damn", key="odd-key") == ["Swears"]
    assert post(several, "damn", key="quiet-key") == []
    posts = items(several, "posts", id="p1")
    assert [(one["application"], one["deleted"]) for one in posts] == [
        *(("forum", True), ("a/b: c", False), ("quiet", False))
    ]
    patrons = items(several, "patrons", id="ann")
    assert [(one["application"], one["banned"]) for one in patrons] == [
        *(("forum", False), ("a/b: c", True), ("quiet", False))
    ]
    assert [one["application"] for one in items(several, "posts", application="quiet")] == ["quiet"]
    assert items(several, "posts", application="dashboard") == []


@pytest.mark.parametrize("what", ["posts", "patrons", "review"])
def test_an_application_that_there_is_not_is_told(several: httpx.Client, what: str) -> None:
    answer = several.get(f"/_emulator/{what}", params={"application": "forun"})
    assert (answer.status_code, answer.json()["error"]) == (
        404,
        (
            "There is no application 'forun'. Did you mean 'forum'? "
            "Known are: dashboard, forum, a/b: c, quiet."
        ),
    )


def test_an_application_that_nobody_declared_can_be_asked_for(several: httpx.Client) -> None:
    post(several, key="nobody-declared-this")
    [shown] = items(several, "posts")
    assert items(several, "posts", application=shown["application"]) == [shown]


# Several applications in one list.


def entries(client: httpx.Client, what: str, **params: str) -> list[tuple[str, str]]:
    return [(one["application"], one["id"]) for one in items(client, what, **params)]


def test_posts_and_patrons_of_all_applications_are_in_the_order_in_which_they_came(
    several: httpx.Client,
) -> None:
    for key, number in (("forum", "1"), ("quiet", "2"), ("forum", "3"), ("quiet", "4")):
        post(several, key=f"{key}-key", post=number, patron=number)
        advance(several, "1m")
    post(several, key="forum-key", post="1", patron="1")
    every = [("forum", "1"), ("quiet", "2"), ("forum", "3"), ("quiet", "4")]
    for what in ("posts", "patrons"):
        assert entries(several, what) == every
        assert entries(several, what, limit="2") == every[2:]
        assert entries(several, what, since="2") == every[2:]
        assert entries(several, what, since="2026-05-01T10:02:00Z") == every[2:]


def test_since_loses_nothing_where_two_applications_have_one_id(several: httpx.Client) -> None:
    for key in ("forum-key", "quiet-key"):
        for number in ("same", "other"):
            post(several, key=key, post=number)
    assert entries(several, "posts", since="same") == [
        *(("forum", "other"), ("quiet", "same"), ("quiet", "other"))
    ]
    assert entries(several, "posts", since="same", application="quiet") == [("quiet", "other")]


def test_the_review_feed_is_in_the_order_in_which_things_came_to_it(
    several: httpx.Client,
) -> None:
    for key in ("forum-key", "quiet-key"):
        post(several, key=key)
    act(several, "send_patron_to_review", patron_id="ann", application="quiet")
    advance(several, "1h")
    later = "2026-05-01T11:00:00.000Z"
    act(several, "send_post_to_review", post_id="p1", application="forum")
    act(several, "send_patron_to_review", patron_id="ann", application="forum")
    every = [("quiet", "ann"), ("forum", "p1"), ("forum", "ann")]
    assert entries(several, "review") == every
    assert [one["at"] for one in items(several, "review")] == [BEGINNING, later, later]
    assert entries(several, "review", limit="1") == every[2:]
    assert entries(several, "review", since=later) == every[1:]
    act(several, "release_patron", patron_id="ann", application="quiet")
    assert entries(several, "review") == every[1:]


def test_a_post_keeps_its_first_moment_when_its_first_contents_are_forgotten(
    client: httpx.Client,
) -> None:
    post(client)
    advance(client, "1h")
    for _ in range(100):
        post(client)
    shown = one(client, "posts", "p1")
    assert (shown["at"], len(shown["contents"])) == (BEGINNING, 100)
    assert shown["contents"][0]["at"] != BEGINNING


# What is suspicious.


def test_what_is_suspicious_about_rules_that_are_put_is_told(client: httpx.Client) -> None:
    rules = [rule("Never", {"visual": {"general_nsfw": {"gt": 1}}})]
    shown = done(client.put("/_emulator/applications/dashboard", json={"rules": rules}))
    assert shown["warnings"] == [
        (
            "control API, rules[0]: the rule 'Never' can never fire: general_nsfw is never above "
            "1: a score is from 0 to 1"
        )
    ]
    assert [one["name"] for one in shown["rules"]] == ["Never"]


@pytest.mark.parametrize("what", ["rules", "actions"])
def test_null_is_not_nothing(client: httpx.Client, what: str) -> None:
    answer = client.put("/_emulator/applications/dashboard", json={what: None})
    assert answer.status_code == 400
    assert "found null" in answer.json()["error"]
    assert [one["name"] for one in items(client, "applications")[0]["rules"]] == RULES


def test_an_action_may_say_in_which_application(several: httpx.Client) -> None:
    for key in ("forum-key", "quiet-key"):
        post(several, key=key)
    assert (
        act(several, "ban_patron", patron_id="ann", application="quiet")["application"] == "quiet"
    )
    assert [one["banned"] for one in items(several, "patrons")] == [False, True]
    act(several, "send_post_to_review", post_id="p1", application="quiet")
    assert [one["application"] for one in items(several, "review")] == ["quiet"]
    assert items(several, "review", application="forum") == []
    sent = {"patron_id": "ann", "action": "ban_patron", "application": "forun"}
    answer = several.post("/_emulator/actions", json=sent)
    assert answer.status_code == 404
    assert answer.json()["error"].startswith(
        "There is no application 'forun'. Did you mean 'forum'? Known are: dashboard, forum, "
    )
    answer = several.post("/_emulator/actions", json={**sent, "application": "dashboard"})
    told = "There is no patron 'ann' of the application 'dashboard' in the sandbox 'default'."
    assert (answer.status_code, answer.json()["error"]) == (404, told)


def test_only_the_rules_that_are_put_are_changed_and_only_there(several: httpx.Client) -> None:
    put(several, "quiet", rules=[rule("Loud", {"text": {"hate": {"gte": 1}}})])
    assert {
        one["name"]: [each["name"] for each in one["rules"]]
        for one in items(several, "applications")
    } == {"dashboard": RULES, "forum": ["Swears"], "a/b: c": ["Swears"], "quiet": ["Loud"]}


# Anew.


@pytest.mark.parametrize("keep", [[], ["fixtures", "scenario", "clock"]], ids=["nothing", "all"])
def test_a_reset_forgets_posts_patrons_and_rules_that_were_put(
    client: httpx.Client, receiver: Receiver, keep: list[str]
) -> None:
    hooks = {"ban_patron": {"webhook": receiver.url}}
    put(client, rules=[rule()], actions=hooks)
    post(client, "damn")
    act(client, "ban_patron", patron_id="ann")
    done(client.post("/_emulator/reset", json={"keep": keep}))
    for what in ("posts", "patrons", "review", "callbacks"):
        assert items(client, what) == []
    [application] = items(client, "applications")
    assert [one["name"] for one in application["rules"]] == RULES
    assert (application["actions"], application["posts"]) == ({}, 0)
    assert post(client, "damn") == []
    put(client, actions=hooks)
    act(client, "ban_patron", patron_id="ann")
    assert ids(client, "callbacks") == ["cb-1"]


def test_rules_of_files_are_read_anew_where_no_others_were_put(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    text = "applications:\n  - {name: forum, keys: forum-key, rules: [%s]}\n"
    config.write_text(text % SWEARS % "delete_post")
    with (
        run(port=0, config=config) as server,
        httpx.Client(base_url=server.url, trust_env=False, verify=False) as client,
        httpx.Client(base_url=f"{server.url}/s/other", trust_env=False, verify=False) as other,
    ):
        for one_of in (client, other):
            assert post(one_of, "damn", key="forum-key") == ["Swears"]
        put(other, "forum", rules=[rule("Mine")])
        config.write_text(text % SWEARS.replace("Swears", "Curses") % "delete_post")
        settings = server.emulator.settings
        server.emulator.exchange(load_library(settings, load_configuration(config)))
        assert post(client, "damn", post="p2", key="forum-key") == ["Curses"]
        assert post(other, "damn", post="p2", key="forum-key") == ["Mine"]
