"""The JSON Schemas for editors: they take what is right, and refuse what the readers refuse."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from emulator.core.faults import EVENTS, TROUBLES, objection
from emulator.library.bundled import bundled
from emulator.library.kinds import kind_of
from emulator.library.problems import Problems
from emulator.library.schemas import SCHEMAS
from emulator.library.scripts import FAULTS_WITH
from emulator.library.yaml import Row, Table, read_documents
from emulator.settings import KNOBS
from tests.library.test_policies import policy_of
from tests.library.told import configuration_of, documents_of, fixtures_of, scenarios_of

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
NAMES = {
    "fixtures": "fixtures",
    "scenario": "scenarios",
    "configuration": "config",
    "policy": "policy",
}
READERS: dict[str, Any] = {
    "fixtures": fixtures_of,
    "scenarios": scenarios_of,
    "config": configuration_of,
    "policy": policy_of,
}
VALIDATORS = {name: Draft202012Validator(make()) for name, make in SCHEMAS.items()}
BUNDLED = sorted(
    file
    for folder in ("fixtures", "scenarios", "applications")
    for file in bundled(folder).rglob("*.yaml")
)


def plain(value: Any) -> Any:
    """What was read from YAML, as it would be read from JSON."""
    if isinstance(value, Table):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, Row) else value


def refusals(name: str, text: str) -> tuple[list[str], list[str]]:
    """What the schema and what the reader have against a document."""
    [document], problems = documents_of(text)
    assert problems == []
    errors = [error.message for error in VALIDATORS[name].iter_errors(plain(document))]
    return errors, READERS[name](text)[1]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_of_the_dialect_that_it_names(name: str) -> None:
    schema = SCHEMAS[name]()
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_file_and_the_command_show_what_is_made(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "emulator", "schema", name],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "schemas" / f"{name}.json").read_text()
    assert json.loads(done.stdout) == SCHEMAS[name]()


def test_there_is_no_other_schema() -> None:
    assert {file.stem for file in (ROOT / "schemas").iterdir()} == {*SCHEMAS}


@pytest.mark.parametrize("file", BUNDLED, ids=lambda file: file.stem)
def test_bundled_files_are_taken_and_tell_editors_where_their_schema_is(file: Path) -> None:
    problems = Problems()
    for document in read_documents(file, problems):
        name = NAMES[kind_of(document) or ""]
        assert [error.message for error in VALIDATORS[name].iter_errors(plain(document))] == []
        line = file.read_text().splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", line)
        assert found is not None, line
        assert (file.parent / found[1]).resolve() == ROOT / "schemas" / f"{name}.json"
    assert problems.found == []


EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_what_the_readme_shows_is_taken(text: str) -> None:
    documents, problems = documents_of(text)
    assert problems == []
    for document in documents:
        kind = kind_of(document)
        if kind is not None:
            errors = VALIDATORS[NAMES[kind]].iter_errors(plain(document))
            assert [error.message for error in errors] == []


def fixture(written: str) -> str:
    return f"fixtures:\n  - {{name: a, when: {{url: b}}, {written}}}\n"


def when(written: str) -> str:
    return f"fixtures:\n  - {{name: a, when: {written}, visual: {{}}}}\n"


def step(written: str) -> str:
    return f"name: a\nsteps:\n  - {{{written}}}\n"


def project(written: str) -> str:
    return f"projects:\n  - {{name: a, keys: k, {written}}}\n"


def application(written: str) -> str:
    return f"applications:\n  - {{name: a, keys: k, {written}}}\n"


def rule(written: str) -> str:
    return application(f"rules: [{{name: b, type: post, action: delete_post, {written}}}]")


def condition(written: str) -> str:
    return rule(f"when: {written}")


def counted(written: str) -> str:
    return condition(f"{{count: {written}}}")


def action(written: str) -> str:
    rules = f"[{{name: b, type: patron, when: {{profanity: true}}, action: {written}}}]"
    return application(f"rules: {rules}")


def decision(when: str) -> str:
    return f"decisions:\n  - {{decide: a, when: {when}}}\notherwise: b\n"


MATCH = "{value: a, start_index: 0, end_index: 1, type: profanity}"
RIGHT = {
    "fixtures": [
        "fixtures: []\n",
        "fixtures:\n",
        fixture("text: {text_filters: , urls: ~}"),
        fixture("latency: 36500d"),
        fixture("latency: 000000000001.5h"),
        fixture("visual: {gun_in_hand: 1, no_knife: 0.5}"),
        fixture("visual: {}, text: {sexual: 2, hate: -1, language: ET}, latency: 250ms"),
        fixture(f"text: {{language: UNSUPPORTED, pii_entities: [{MATCH}], urls: []}}"),
        fixture("media: {width: 1, height: 100000, mimetype: image/jpeg}"),
        fixture("fault: rate_limited, retry_after: 2"),
        fixture("fault: lost, probability: 1"),
        fixture("fault: duplicate, copies: 100, probability: 0.001"),
        fixture("fault: download_failed, code: 2203, latency: 5s"),
        fixture("fault: oversized, size: 2MiB"),
        fixture("fault: unknown_class, class: yes_unicorn"),
        when(f"{{sha256: [{'A' * 64}], text_matches: ['^a', b], metadata: '{{}}', project: p}}"),
    ],
    "scenarios": [
        "name: A.b-c_1\n",
        "name: a\nsteps:\ntimeline: ~\n",
        "name: a\nlatency: none\n",
        "name: a\nlatency: documented\ndescription: b\n",
        "name: a\nlatency: 0.5\ncallbacks: {timeout: 500ms, retry: [1s, 0, 5m]}\n",
        step("on: submit, fault: server_error"),
        step("on: submit_async, when: {text: a}, times: 3, text: {}"),
        step("on: callback, when: {text: a}, times: 3, fault: late, delay: 5m, probability: 0.5"),
        step("on: summary, fault: missing_field, field: status"),
        "name: a\ntimeline:\n  - {fault: maintenance}\n",
        "name: a\ntimeline:\n  - {on: callback, to: 1m, fault: reordered, delay: 2}\n",
        "name: a\ntimeline:\n  - {from: 1s, to: 2s, on: submit_sync, fault: bad_request}\n",
    ],
    "config": [
        "{}\n",
        "projects:\napplications:\n",
        project("custom_classes: "),
        "port: '4483'\nseed: ' 007 '\n",
        "port: '65535'\ntasks: '10000000'\nseed: '9223372036854775807'\n",
        "port: '0'\ntasks: '1'\njournal-entries: '9999999'\n",
        project("project_id: 0, product: text, taxonomy: 2023-03, promotions: true"),
        project("extra_heads: {furry: [furry-no_furry, furry-yes_furry]}, text_taxonomy: 2026-01"),
        project("custom_classes: [{type: a, patterns: b}], allowlist: [a], indices: utf16"),
        project("rate_limit: 50/s, balance: 10.00"),
        project("languages: {EN: all, ET: [sexual, hate], FR: []}"),
        project("rate_limit: ' 1 / d ', balance: '0.5'"),
        "applications: [{name: a, keys: [k], application_id: b}]\n",
        application("rules: , actions: {}"),
        application("rules: []"),
        application("actions: {ban_patron: {webhook: 'HTTP://127.0.0.1:9/a?b=c'}}"),
        rule("when: {language: EN}, trigger_frequency: always, active: false"),
        rule("when: {language: EN}, trigger_frequency: once, cardinality: 1000000000"),
        condition("{visual: {general_nsfw: {gte: 0.9, lt: 1}, yes_smoking: {eq: 2}}}"),
        "projects: [{name: p, keys: p, extra_heads: {furry: [furry-no_furry, furry-yes_furry]}}]\n"
        + condition("{visual: {furry-yes_furry: {gt: -1}}}"),
        condition("{text: {hate: {gte: -1000, lte: 1000}}, profanity: true}"),
        condition("{text_contains_any: a, pii: true, custom_class: [a, b], language: [EN, FR]}"),
        condition("{pii: Email Address, language: UNSUPPORTED}"),
        condition("{pii: [Email Address, U.S. Phone Number]}"),
        condition("{content_metadata: {a: 1, b: ~, c: x, d: true, e: {eq: ~}, f: {gt: 0.5}}}"),
        condition("{patron_metadata: {verified: {eq: false}}, patron_state: suspended}"),
        condition("{all: [{profanity: true}, {any: [{not: {pii: true}}, {language: EN}]}]}"),
        counted("{of: {text: {hate: {gte: 2}}}, within: 24h, at_least: 1000000}"),
        counted("{of: {not: {all: [{profanity: true}]}}, within: 0.001, at_least: 1}"),
        *map(
            action,
            (
                *("send_post_to_review", "delete_post", "ban_patron", "suspend_patron"),
                *("send_patron_to_review", "{suspend_patron: {}}", "{ban_patron: {}}"),
                *("{suspend_patron: {for: 30d}}", "{tag_post: {tag: a b}}"),
                "{tag_patron: {tag: x}}",
            ),
        ),
        "clock: Manual\nkeys: DECLARED\nunscripted: ' quiet'\nno-bundled: TRUE\n",
        "no-bundled: Yes\nlog-format: JSON\nlog_level: Debug\ncallback-targets: 'any '\n",
        "port: 0\nlog-level: debug\nno-bundled: true\nlatency: 5s\nmax_body: 64KiB\nseed: 7\n",
        "fixtures: [a, b]\nscenarios: c\ncallback-rewrite: http://a:1=http://b:2\n",
        "max-body: 1\nno_bundled: yes\nadmin-token: t\ncontrol_hosts: [a.test]\ntls-cert: a\n",
    ],
    "policy": [
        "decisions: []\notherwise: a\n",
        "decisions:\notherwise:\n",
        decision("{visual: {no_gun: {lt: 0.1}}}"),
        decision("{all: [{not: {pii: true}}, {any: [{text: {hate: {gte: 2}}}]}]}"),
        decision("{content_metadata: {room: 4}, language: [EN, FR]}"),
    ],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in RIGHT.items() for text in texts]
)
def test_both_take_what_is_right(name: str, text: str) -> None:
    assert refusals(name, text) == ([], [])


WRONG = {
    "fixtures": {
        "an unknown key": fixture("visual: {}, visul: {}"),
        "an unknown key of the file": "fixtures: []\nname: a\n",
        "no list": "fixtures: 1\n",
        "no mapping": "fixtures: [a]\n",
        "no name": "fixtures: [{when: {url: a}, visual: {}}]\n",
        "an empty name": "fixtures: [{name: '', when: {url: a}, visual: {}}]\n",
        "a name that is a number": "fixtures: [{name: 1, when: {url: a}, visual: {}}]\n",
        "no when": "fixtures: [{name: a, visual: {}}]\n",
        "an empty when": when("{}"),
        "nothing at when": when("~"),
        "a when that is a word": when("gun.jpg"),
        "an unknown key of when": when("{uri: a}"),
        "a pattern that is a number": when("{url: 1}"),
        "no patterns": when("{url: []}"),
        "an empty pattern": when("{url: ['']}"),
        "no digest": when("{sha256: abc}"),
        "a digest that is too long": when(f"{{sha256: {'a' * 65}}}"),
        "nothing said": "fixtures: [{name: a, when: {url: b}}]\n",
        "an unknown class": fixture("visual: {gun_in_han: 0.5}"),
        "a score above 1": fixture("visual: {gun_in_hand: 1.01}"),
        "a score below 0": fixture("visual: {gun_in_hand: -0.1}"),
        "a score in words": fixture("visual: {gun_in_hand: '0.5'}"),
        "a score that is true": fixture("visual: {gun_in_hand: true}"),
        "no scores": fixture("visual: 0.5"),
        "nothing at visual": fixture("visual: ~"),
        "an unknown text class": fixture("text: {sexul: 1}"),
        "a severity too high": fixture("text: {sexual: 4}"),
        "a severity below all": fixture("text: {sexual: -2}"),
        "a severity between two": fixture("text: {sexual: 1.5}"),
        "a severity that the class has not": fixture("text: {spam: 1}"),
        "a severity that is true": fixture("text: {sexual: true}"),
        "a language in small letters": fixture("text: {language: en}"),
        "a language with a digit": fixture("text: {language: A1}"),
        "a language of three letters": fixture("text: {language: ENG}"),
        "a language in words": fixture("text: {language: English}"),
        "matches that are no list": fixture(f"text: {{urls: {MATCH}}}"),
        "a match without a type": fixture(
            "text: {urls: [{value: a, start_index: 0, end_index: 1}]}"
        ),
        "a match below the beginning": fixture(
            "text: {urls: [{value: a, start_index: -1, end_index: 1, type: b}]}"
        ),
        "a picture of no width": fixture("media: {width: 0}"),
        "half a pixel": fixture("media: {width: 0.5}"),
        "an unknown kind of medium": fixture("media: {mimetype: image/jpg}"),
        "an unknown key of media": fixture("media: {depth: 1}"),
        "an unknown fault": fixture("fault: server_eror"),
        "nothing at fault": fixture("fault: ~"),
        "a setting without its fault": fixture("visual: {}, retry_after: 2s"),
        "a setting beside another fault": fixture("fault: server_error, retry_after: 2s"),
        "a setting that is none": fixture("fault: rate_limited, retry_after: soon"),
        "one copy": fixture("fault: duplicate, copies: 1"),
        "half a copy": fixture("fault: duplicate, copies: 2.5"),
        "too many copies": fixture("fault: duplicate, copies: 101"),
        "a code of another sort": fixture("fault: download_failed, code: 3000"),
        "a code in words": fixture("fault: download_failed, code: '2203'"),
        "a class that is a number": fixture("fault: unknown_class, class: 5"),
        "an empty path": fixture("fault: missing_field, field: ''"),
        "a size of a fault that is none": fixture("fault: oversized, size: 5MB"),
        "a size of a fault beyond what is sensible": fixture("fault: oversized, size: 2000000000"),
        "a fault that never happens": fixture("fault: hang, probability: 0"),
        "a fault that is more than certain": fixture("fault: hang, probability: 1.1"),
        "a probability in words": fixture("fault: hang, probability: '0.5'"),
        "a probability that is true": fixture("fault: hang, probability: true"),
        "a probability without a fault": fixture("visual: {}, probability: 0.5"),
        "a duration in words": fixture("latency: soon"),
        "a duration of another unit": fixture("latency: 5 weeks"),
        "a duration below 0": fixture("latency: -1"),
        "a duration that is true": fixture("latency: true"),
        "a duration of two units": fixture("latency: 1m30s"),
        "a duration beyond all": fixture("latency: 4000000000"),
        "a duration in words that is beyond all": fixture("latency: 999999999999d"),
        "a duration in other digits": fixture("latency: \u0665s"),
        "a duration of more digits than any": fixture("latency: 0000000000001s"),
    },
    "scenarios": {
        "an unknown key": "name: a\nstep: []\n",
        "no name": "steps: []\n",
        "a name with a blank": "name: a b\n",
        "a name that is too long": f"name: {'a' * 65}\n",
        "a name that is a number": "name: 1\n",
        "a description that is none": "name: a\ndescription: ''\n",
        "a latency that is none": "name: a\nlatency: documentd\n",
        "steps that are no list": "name: a\nsteps: {on: submit}\n",
        "a step without on": step("fault: server_error"),
        "an unknown event": step("on: submt, fault: server_error"),
        "a step that says nothing": step("on: submit"),
        "a step used no times": step("on: submit, times: 0, fault: server_error"),
        "a step used half a time": step("on: submit, times: 1.5, fault: server_error"),
        "a step with a name": step("on: submit, name: a, fault: server_error"),
        "a step with an empty when": step("on: submit, when: {}, fault: server_error"),
        "a step with a setting of another fault": step(
            "on: submit, fault: bad_request, retry_after: 1"
        ),
        "a callback that is scored": step("on: callback, fault: lost, visual: {}"),
        "a callback that takes long": step("on: callback, fault: lost, latency: 5s"),
        "a summary that is scored": step("on: summary, text: {}"),
        "a summary to which nothing happens": step("on: summary"),
        "a spell of callbacks that names no event": "name: a\ntimeline: [{fault: lost}]\n",
        "a spell that never happens": (
            "name: a\ntimeline: [{fault: maintenance, probability: 0}]\n"
        ),
        "a spell without a fault": "name: a\ntimeline: [{from: 1s}]\n",
        "a spell that is scored": "name: a\ntimeline: [{fault: maintenance, visual: {}}]\n",
        "a spell of an unknown event": "name: a\ntimeline: [{fault: maintenance, on: x}]\n",
        "a spell from nowhen": "name: a\ntimeline: [{fault: maintenance, from: noon}]\n",
        "callbacks that are no mapping": "name: a\ncallbacks: []\n",
        "an unknown key of callbacks": "name: a\ncallbacks: {retries: [1s]}\n",
        "a retry that is no list": "name: a\ncallbacks: {retry: 1s}\n",
        "a retry that is none": "name: a\ncallbacks: {retry: [soon]}\n",
        "a timeout of nothing": "name: a\ncallbacks: {timeout: 0}\n",
        "a timeout of nothing in words": "name: a\ncallbacks: {timeout: 0.0ms}\n",
    },
    "config": {
        "an unknown option": "prot: 1\n",
        "another configuration": "config: a.yaml\n",
        "projects that are no list": "projects: {name: a}\n",
        "a project without a name": "projects: [{keys: k}]\n",
        "a project without keys": "projects: [{name: a}]\n",
        "a project with no key": "projects: [{name: a, keys: []}]\n",
        "a key that is a number": "projects: [{name: a, keys: [1]}]\n",
        "a project with the same key twice": "projects: [{name: a, keys: [a, a]}]\n",
        "an application with the same key twice": "applications: [{name: a, keys: [a, a]}]\n",
        "an option in both spellings": "log-level: info\nlog_level: info\n",
        "a list of options in both spellings": (
            "callback-rewrite: http://a=http://b\ncallback_rewrite: http://c=http://d\n"
        ),
        "an unknown key of a project": project("kys: 1"),
        "an unknown product": project("product: txt"),
        "an unknown taxonomy": project("taxonomy: doc"),
        "an unknown text taxonomy": project("text_taxonomy: new"),
        "a number in words": project("project_id: one"),
        "a number below 0": project("user_id: -1"),
        "promotions in words": project("promotions: yes"),
        "no text at all": project("max_text_length: 0"),
        "indices in bytes": project("indices: bytes"),
        "an allowlist that is a word": project("allowlist: a"),
        "a language of three letters": project("languages: {ENG: all}"),
        "a language with an unknown class": project("languages: {EN: [sex]}"),
        "a custom class without patterns": project("custom_classes: [{type: a}]"),
        "a rate in words": project("rate_limit: fifty"),
        "a rate that is a number": project("rate_limit: 50"),
        "a rate of nothing": project("rate_limit: 0/s"),
        "a rate of another unit": project("rate_limit: 5/w"),
        "a balance below 0": project("balance: -0.5"),
        "a balance in words": project("balance: ten"),
        "a balance with its currency": project("balance: 10 $"),
        "a balance that is true": project("balance: true"),
        "a balance beyond all": project("balance: 1e13"),
        "a head of one class": project("extra_heads: {x: [a]}"),
        "a head of the same class twice": project("extra_heads: {x: [a, a]}"),
        "a head with a blank": project("extra_heads: {x: [a b, c]}"),
        "a head that is there already": project("extra_heads: {gun: [toy, no_toy]}"),
        "a class that is there already": project("extra_heads: {x: [no_bra, a]}"),
        "an application without keys": "applications: [{name: a}]\n",
        "an unknown key of an application": "applications: [{name: a, keys: k, rulez: []}]\n",
        "rules that are no list": application("rules: {name: b}"),
        "a rule that is a word": application("rules: [a]"),
        "actions that are a list": application("actions: [ban_patron]"),
        "nothing at actions": application("actions: "),
        "an action that there is not": application("actions: {bann_patron: {webhook: 'http://a'}}"),
        "an action without its webhook": application("actions: {ban_patron: {}}"),
        "an action that is an address": application("actions: {ban_patron: 'http://a'}"),
        "an action with more than a webhook": application(
            "actions: {ban_patron: {webhook: 'http://a', secret: b}}"
        ),
        "a webhook that is no address": application("actions: {ban_patron: {webhook: a.test}}"),
        "a webhook with a blank": application("actions: {ban_patron: {webhook: 'http://a/b c'}}"),
        "a webhook that is a list": application("actions: {ban_patron: {webhook: ['http://a']}}"),
        "a rule without when": rule("active: true"),
        "an unknown key of a rule": rule("when: {profanity: true}, whn: 1"),
        "a rule without a name": application(
            "rules: [{type: post, when: {profanity: true}, action: delete_post}]"
        ),
        "a rule without a type": application(
            "rules: [{name: b, when: {profanity: true}, action: delete_post}]"
        ),
        "a rule without an action": application(
            "rules: [{name: b, type: post, when: {profanity: true}}]"
        ),
        "a rule of another type": application(
            "rules: [{name: b, type: user, when: {profanity: true}, action: delete_post}]"
        ),
        "a rule that fires twice": rule("when: {profanity: true}, trigger_frequency: twice"),
        "a rule that is active in words": rule("when: {profanity: true}, active: yes please"),
        "a rule of no cardinality": rule("when: {profanity: true}, cardinality: 0"),
        "nothing at when of a rule": condition("~"),
        "an empty condition": condition("{}"),
        "a condition that is a list": condition("[{profanity: true}]"),
        "an unknown condition": condition("{visul: {general_nsfw: {gte: 0.9}}}"),
        "all of nothing": condition("{all: []}"),
        "all of a mapping": condition("{all: {profanity: true}}"),
        "not of a list": condition("{not: [{profanity: true}]}"),
        "no class": condition("{visual: {}}"),
        "an unknown class of a condition": condition("{visual: {general_nsfww: {gte: 0.9}}}"),
        "an unknown text class of a condition": condition("{text: {hatred: {gte: 2}}}"),
        "a score that is not compared": condition("{visual: {general_nsfw: 0.9}}"),
        "a score that is compared with nothing": condition("{visual: {general_nsfw: {}}}"),
        "a score that is compared with a word": condition("{visual: {general_nsfw: {gte: a}}}"),
        "a score that is compared with true": condition("{visual: {general_nsfw: {eq: true}}}"),
        "an unknown operator": condition("{visual: {general_nsfw: {ge: 0.9}}}"),
        "a severity that is compared with half a one": condition("{text: {hate: {gte: 1.5}}}"),
        "a severity beyond all": condition("{text: {hate: {gte: 1001}}}"),
        "no phrases": condition("{text_contains_any: []}"),
        "an empty phrase": condition("{text_contains_any: ['']}"),
        "no profanity": condition("{profanity: false}"),
        "no personal data": condition("{pii: false}"),
        "no types of personal data": condition("{pii: []}"),
        "a language of a condition in words": condition("{language: English}"),
        "metadata of no key": condition("{content_metadata: {}}"),
        "metadata that are a list": condition("{content_metadata: {a: [1]}}"),
        "metadata that are compared with nothing": condition("{patron_metadata: {a: {}}}"),
        "metadata that are above a word": condition("{patron_metadata: {a: {gt: b}}}"),
        "a state that no patron is in": condition("{patron_state: muted}"),
        "two states": condition("{patron_state: [banned, suspended]}"),
        "a count of nothing": counted("{within: 24h, at_least: 3}"),
        "a count of all time": counted("{of: {profanity: true}, at_least: 3}"),
        "a count of no time": counted("{of: {profanity: true}, within: 0s, at_least: 3}"),
        "a count of no posts": counted("{of: {profanity: true}, within: 1h, at_least: 0}"),
        "a count without its number": counted("{of: {profanity: true}, within: 1h}"),
        "a count with another operator": counted(
            "{of: {profanity: true}, within: 1h, at_least: 1, at_most: 3}"
        ),
        "a count of a count": counted(
            "{of: {count: {of: {profanity: true}, within: 1h, at_least: 1}}, "
            "within: 1h, at_least: 1}"
        ),
        "a count deep in a count": counted(
            "{of: {not: {count: {of: {profanity: true}, within: 1h, at_least: 1}}}, "
            "within: 1h, at_least: 1}"
        ),
        "an unknown action": action("delete"),
        "an action that is a list": action("[delete_post]"),
        "two actions": action("{delete_post: {}, ban_patron: {}}"),
        "no action": action("{}"),
        "a tag that is not named": action("tag_post"),
        "a tag that is not there": action("{tag_post: {}}"),
        "an empty tag": action("{tag_post: {tag: ''}}"),
        "a setting of no action": action("{ban_patron: {for: 1h}}"),
        "a setting of another action": action("{tag_post: {tag: a, for: 1h}}"),
        "a suspension of no time": action("{suspend_patron: {for: 0s}}"),
        "a suspension until the cows come home": action("{suspend_patron: {for: ever}}"),
        "a port in words": "port: abc\n",
        "a port that is too high": "port: 65536\n",
        "half a port": "port: 80.5\n",
        "half a port in quotes": "port: '80.5'\n",
        "a port in quotes that is too high": "port: '65536'\n",
        "a port in quotes of another length": "port: '700000'\n",
        "a seed in quotes that is too high": "seed: '9223372036854775808'\n",
        "no tasks in quotes": "tasks: '0'\n",
        "nothing in quotes": "port: ''\n",
        "a port that is true": "port: true\n",
        "a seed below 0": "seed: -1\n",
        "a host that is a number": "host: 1\n",
        "no host": "host: ''\n",
        "nothing at an option": "host:\n",
        "a flag in other words": "no-bundled: maybe\n",
        "an unknown word": "log-format: yaml\n",
        "an unknown level": "log_level: loud\n",
        "an unknown clock": "clock: wall\n",
        "a latency that is none": "latency: soon\n",
        "a size of another unit": "max-body: 5MB\n",
        "a size of nothing": "max_body: 0\n",
        "a size that is a list": "max_body: [1]\n",
        "a rewrite of one origin": "callback-rewrite: http://a\n",
        "a rewrite with a path": "callback_rewrite: ['http://a/b=http://c']\n",
        "no entries": "journal-entries: 0\n",
        "a path that is a number": "ready-file: 12\n",
        "a path with NUL": 'tls-cert: "a\\0b"\n',
        "a size of too many digits": "max-body: 1000000000000000000\n",
        "a folder that is true": "fixtures: [true]\n",
        "a token that is a number": "admin-token: 123\n",
        "hosts that are numbers": "control-hosts: [1]\n",
        "an option that is a mapping": "scenario: {a: b}\n",
    },
    "policy": {
        "no decisions": "otherwise: a\n",
        "nothing otherwise": "decisions: []\n",
        "an unknown key": "decisions: []\notherwise: a\nname: b\n",
        "decisions that are a mapping": "decisions: {}\notherwise: a\n",
        "nothing decided": "decisions: [{when: {profanity: true}}]\notherwise: a\n",
        "no when": "decisions: [{decide: a}]\notherwise: a\n",
        "an empty when": decision("{}"),
        "an unknown class": decision("{visual: {no_gnu: {lt: 0.1}}}"),
        "the patron's state": decision("{patron_state: banned}"),
        "the patron's metadata": decision("{not: {patron_metadata: {a: 1}}}"),
        "a count": decision("{count: {of: {profanity: true}, within: 1h, at_least: 2}}"),
    },
}
CASES = [
    pytest.param(name, text, id=f"{name}: {what}")
    for name, cases in WRONG.items()
    for what, text in cases.items()
]


@pytest.mark.parametrize(("name", "text"), CASES)
def test_both_refuse_what_is_wrong(name: str, text: str) -> None:
    by_schema, by_reader = refusals(name, text)
    assert by_reader
    assert by_schema


@pytest.mark.parametrize("on", [*EVENTS, None])
@pytest.mark.parametrize("fault", TROUBLES)
def test_both_take_a_fault_where_it_can_be_and_nowhere_else(fault: str, on: str | None) -> None:
    entry = f"{{fault: {fault}}}" if on is None else f"{{on: {on}, fault: {fault}}}"
    texts = [f"name: a\ntimeline: [{entry}]\n"]
    if on is not None:
        texts.append(f"name: a\nsteps: [{entry}]\n")
    for text in texts:
        by_schema, by_reader = refusals("scenarios", text)
        possible = objection(fault, on or "submit") is None
        assert (bool(by_schema), bool(by_reader)) == (not possible, not possible)


VALUES = {"class": "a", "field": "a", "code": "2100", "error_code": "3401"}


@pytest.mark.parametrize("setting", FAULTS_WITH)
@pytest.mark.parametrize("fault", [*TROUBLES, None])
def test_both_take_a_setting_beside_the_faults_that_have_it_and_nowhere_else(
    fault: str | None, setting: str
) -> None:
    beside = "visual: {}" if fault is None else f"fault: {fault}"
    value = "1" if setting == "probability" else VALUES.get(setting, "5")
    by_schema, by_reader = refusals("fixtures", fixture(f"{beside}, {setting}: {value}"))
    has_it = fault in FAULTS_WITH[setting]
    assert (bool(by_schema), bool(by_reader)) == (not has_it, not has_it)


SOMETIMES: dict[str, st.SearchStrategy[Any]] = {
    "when": st.sampled_from([{"url": "a"}, {"text": ["a", "b"]}, {}, {"uri": "a"}]),
    "times": st.sampled_from([1, 0, 10**9, "1", True]),
    "visual": st.sampled_from([{}, {"no_gun": 1}, {"no_gun": 2}, None]),
    "latency": st.sampled_from([0, "5s", "soon", None]),
    "delay": st.sampled_from([0, 1.5, "5s", "soon", True, None]),
    "retry_after": st.sampled_from(["2m", "-1"]),
    "copies": st.sampled_from([1, 2, 100, 101, "2", True]),
    "code": st.sampled_from([2000, 2213, 3000, "2100", True]),
    "class": st.sampled_from(["a", "", 5]),
    "field": st.sampled_from(["a", "", None]),
    "size": st.sampled_from([0, 1, 2**30, 2**30 + 1, "64KiB", "5MB", True]),
    "probability": st.sampled_from([0, 1e-9, 0.5, 1, 1.5, "1", True, None]),
}
FAULTS = st.sampled_from([*TROUBLES, *TROUBLES, "boom"])
ONS = st.sampled_from([*EVENTS, *EVENTS, "sumbit"])
TIMES = {"from": st.sampled_from([0, "1s", "noon"]), "to": st.sampled_from(["2s", None])}


def few_of(every: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    keys = st.lists(st.sampled_from([*every]), max_size=2, unique=True)
    return keys.flatmap(lambda some: st.fixed_dictionaries({key: every[key] for key in some}))


@settings(max_examples=150, deadline=None)
@given(
    step=few_of({"fault": FAULTS, "on": ONS}),
    spell=few_of({"fault": FAULTS, "on": ONS}),
    beside_step=few_of(SOMETIMES),
    beside_spell=few_of(SOMETIMES | TIMES),
)
def test_of_whatever_a_scenario_says_the_reader_takes_what_the_schema_takes(
    step: dict[str, Any],
    spell: dict[str, Any],
    beside_step: dict[str, Any],
    beside_spell: dict[str, Any],
) -> None:
    one = json.dumps({"name": "a", "steps": [beside_step | step]})
    other = json.dumps({"name": "a", "timeline": [beside_spell | spell]})
    for text in (one, other):
        by_schema, by_reader = refusals("scenarios", text)
        assert bool(by_schema) == bool(by_reader)


LEAVES: list[dict[str, Any]] = [
    {"profanity": True},
    {"profanity": "yes"},
    {"text": {"hate": {"gte": 2}}},
    {"text": {"hate": {"gte": "2"}}},
    {"visual": {"no_gun": {"lt": 0.1, "gt": -1}}},
    {"visual": {"no_gun": {"lt": None}}},
    {"visual": {"no_gnu": {"lt": 1}}},
    {"patron_metadata": {"a": None}},
    {"patron_metadata": {"a": {"lt": None}}},
    {"content_metadata": {"": {"eq": "x", "gt": 0}}},
    {"pii": []},
    {"pii": True, "language": ["EN"]},
    {"text_contains_any": "a", "patron_state": "banned"},
    {"patron_state": None},
    {},
]


def _conditions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, max_size=2)
    made: dict[str, st.SearchStrategy[Any]] = {
        "all": several,
        "any": several,
        "not": inner | several,
        "count": st.fixed_dictionaries(
            {"of": inner, "within": st.sampled_from(["1h", "1h", 0])},
            optional={"at_least": st.sampled_from([1, 3, 3, "3"])},
        ),
    }
    return st.sampled_from([*made]).flatmap(
        lambda key: made[key].map(lambda value: {str(key): value})
    )


@settings(max_examples=300, deadline=None)
@given(when=st.recursive(st.sampled_from(LEAVES), _conditions, max_leaves=5))
def test_of_whatever_a_condition_says_the_reader_takes_what_the_schema_takes(
    when: dict[str, Any],
) -> None:
    made = {"name": "b", "type": "post", "action": "delete_post", "when": when}
    written = {"applications": [{"name": "a", "keys": "k", "rules": [made]}]}
    by_schema, by_reader = refusals("config", json.dumps(written))
    assert bool(by_schema) == bool(by_reader)


SWEARS = "{name: b, type: post, when: {profanity: true}, action: delete_post}"
BEYOND = {
    "scores of a head that sum to more than 1": (
        "fixtures",
        fixture("visual: {gun_in_hand: 0.6, no_gun: 0.6}"),
    ),
    "what is no expression of RE2": ("fixtures", when("{text_matches: '(?=a)'}")),
    "a class with a hyphen that no project has": ("fixtures", fixture("visual: {no-gun: 0.6}")),
    "a size in words that is beyond what is sensible": (
        "fixtures",
        fixture("fault: oversized, size: 2GiB"),
    ),
    "a match that ends before it begins": (
        "fixtures",
        fixture("text: {urls: [{value: a, start_index: 5, end_index: 1, type: b}]}"),
    ),
    "a duration in words that is little beyond all": ("fixtures", fixture("latency: 99999d")),
    "a whole number with a point": ("config", "port: 4483.0\n"),
    "a whole number with an exponent": ("fixtures", fixture("media: {width: 1e3}")),
    "a spell that ends before it begins": (
        "scenarios",
        "name: a\ntimeline: [{from: 2s, to: 1s, fault: maintenance}]\n",
    ),
    "a name twice": ("config", "projects: [{name: a, keys: k}, {name: a, keys: l}]\n"),
    "a key twice": ("config", "projects: [{name: a, keys: k}, {name: b, keys: k}]\n"),
    "a rule of the same name twice": (
        "config",
        application(f"rules: [{', '.join([SWEARS] * 2)}]"),
    ),
    "a rule about a class that no project has": (
        "config",
        condition("{visual: {furry-yes_furry: {gte: 0.9}}}"),
    ),
    "a class in two heads": ("config", project("extra_heads: {x: [a, b], y: [b, c]}")),
}


@pytest.mark.parametrize(("name", "text"), BEYOND.values(), ids=BEYOND)
def test_what_no_schema_can_say_the_reader_refuses_all_the_same(name: str, text: str) -> None:
    by_schema, by_reader = refusals(name, text)
    assert by_reader
    assert not by_schema


def test_a_class_of_a_projects_own_is_only_plausible_with_a_hyphen() -> None:
    """A schema does not know the configuration; without a hyphen it may be a known one misspelt."""
    [document], _ = documents_of(fixture("visual: {furry-yes_furry: 0.5}"))
    assert not [*VALIDATORS["fixtures"].iter_errors(plain(document))]
    [document], _ = documents_of(fixture("visual: {yes_furry: 0.5}"))
    assert [*VALIDATORS["fixtures"].iter_errors(plain(document))]


def test_an_editor_shows_what_each_setting_of_a_fault_is_for() -> None:
    entries = SCHEMAS["fixtures"]()["properties"]["fixtures"]["items"]["properties"]
    for name, trouble in TROUBLES.items():
        for setting, of in trouble.settings.items():
            assert f"{name}: {of.meaning}" in entries[setting]["description"]
    assert entries["probability"]["description"]


def test_an_editor_shows_what_each_option_is_for() -> None:
    properties = SCHEMAS["config"]()["properties"]
    for knob in KNOBS:
        if knob.name != "config":
            for spelling in (knob.name, knob.option.removeprefix("--")):
                assert properties[spelling]["description"] == knob.meaning
