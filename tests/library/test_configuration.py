"""The configuration: projects and applications by key, options with their places, and mistakes."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from emulator.core.access import Application, Project, numbers_of
from emulator.core.rate import Rate
from emulator.core.taxonomy import text, visual
from emulator.core.taxonomy.languages import LANGUAGES
from emulator.core.taxonomy.visual import Head
from emulator.library.configuration import Configuration
from emulator.settings import KNOBS
from tests.library.told import anything_under, configuration_of

FURRY = Head("furry", ("furry-no_furry", "furry-yes_furry"), "furry-no_furry")


def configuration(written: str) -> Configuration:
    found, problems = configuration_of(written)
    assert problems == []
    return found


def project(written: str) -> Project:
    opened = configuration(written).opened["k"]
    assert isinstance(opened, Project)
    return opened


def test_a_project_is_read_whole() -> None:
    made = project(
        """\
        projects:
          - name: pictures
            keys: [k, l]
            product: visual
            project_id: 32267
            user_id: 3121654
            taxonomy: 2023-03
            extra_heads: {furry: [furry-no_furry, furry-yes_furry]}
            text_taxonomy: 2026-01
            max_text_length: 2048
            indices: utf16
            fps: 2.5
            custom_classes:
              - {type: competitor, patterns: [acme, "acme corp"]}
              - {type: competitor, patterns: umbrella}
              - {type: food, patterns: [pie]}
            allowlist: [Scunthorpe]
            languages: {EN: all, ET: [sexual, hate]}
            rate_limit: 50/s
            balance: 12.50
        """
    )
    assert (made.name, made.product) == ("pictures", "visual")
    assert (made.project_id, made.user_id) == (32267, 3121654)
    assert made.taxonomy.heads == (
        *visual.RECORDED_2023_03.heads,
        Head("furry", ("furry-no_furry", "furry-yes_furry"), "furry-no_furry"),
    )
    assert made.text_taxonomy is text.LIVE_2026_01
    assert (made.max_text_length, made.utf16, made.fps) == (2048, True, 2.5)
    assert made.custom_classes == {
        "competitor": ("acme", "acme corp", "umbrella"),
        "food": ("pie",),
    }
    assert made.allowlist == {"scunthorpe"}
    assert made.languages == {"EN": {*text.TEXT_SEVERITIES}, "ET": {"sexual", "hate"}}
    assert (made.rate_limit, made.balance) == (Rate(50, timedelta(seconds=1)), Decimal("12.5"))


def test_every_key_of_a_project_opens_the_same_one() -> None:
    opened = configuration("projects: [{name: a, keys: [k, l]}]").opened
    assert opened["k"] is opened["l"]


def test_what_is_left_out_has_its_default_and_numbers_made_from_the_first_key() -> None:
    made = project("projects: [{name: a, keys: k}]")
    assert (made.project_id, made.user_id) == numbers_of("k")
    assert made.product == "any"
    assert made.taxonomy is visual.DOCS
    assert made.text_taxonomy is text.DOCS
    assert (made.max_text_length, made.utf16) == (1024, False)
    assert (made.custom_classes, made.allowlist) == ({}, frozenset())
    assert (made.rate_limit, made.balance) == (None, None)
    assert made.languages is LANGUAGES


@pytest.mark.parametrize(
    ("written", "balance"),
    [("0", "0"), ("10", "10"), ("0.1", "0.1"), ("'10.00'", "10.00"), ("0.30000000001", None)],
)
def test_a_balance_is_the_amount_that_was_written_to_the_last_digit(
    written: str, balance: str | None
) -> None:
    made = project(f"projects: [{{name: a, keys: k, balance: {written}}}]")
    assert str(made.balance) == (balance or written)


def test_promotions_are_a_sixth_class() -> None:
    made = project("projects: [{name: a, keys: k, promotions: true}]")
    assert made.text_taxonomy.classes == (*text.DOCS.classes, "promotions")
    assert project("projects: [{name: a, keys: k, promotions: false}]").text_taxonomy is text.DOCS


def test_an_application_is_read_and_makes_its_id_from_its_name() -> None:
    opened = configuration(
        """\
        applications:
          - {name: forum, keys: [k], application_id: axImEu96VEaGDF7ee5m9wg}
          - {name: shop, keys: [l]}
        """
    ).opened
    forum, shop = opened["k"], opened["l"]
    assert isinstance(forum, Application)
    assert isinstance(shop, Application)
    assert (forum.name, forum.application_id) == ("forum", "axImEu96VEaGDF7ee5m9wg")
    assert re.fullmatch("[0-9a-f]{22}", shop.application_id)
    assert [(one.rules, one.webhooks) for one in (forum, shop)] == [((), {})] * 2


def test_an_application_is_read_whole() -> None:
    opened = configuration(
        """\
        applications:
          - name: forum
            keys: [k, l]
            rules:
              - name: Swears
                type: post
                when: {profanity: true}
                action: {tag_post: {tag: rude}}
              - {name: Banned, type: patron, when: {patron_state: banned}, action: delete_post}
            actions:
              ban_patron: {webhook: "http://127.0.0.1:9000/banned"}
              tag_post: {webhook: "https://a.test/tag?secret=x"}
        """
    ).opened
    forum = opened["k"]
    assert opened["l"] is forum
    assert isinstance(forum, Application)
    assert [(rule.name, rule.type, str(rule.action), rule.where) for rule in forum.rules] == [
        ("Swears", "post", "tags the post with 'rude'", "f.yaml:5"),
        ("Banned", "patron", "deletes the post", "f.yaml:9"),
    ]
    assert forum.webhooks == {
        "ban_patron": "http://127.0.0.1:9000/banned",
        "tag_post": "https://a.test/tag?secret=x",
    }


def test_an_application_says_of_its_model_what_a_project_says() -> None:
    """And the fixtures know the heads that it adds."""
    model = """\
            taxonomy: 2023-03
            extra_heads: {furry: [furry-no_furry, furry-yes_furry]}
            text_taxonomy: 2026-01
            max_text_length: 9
            indices: utf16
            custom_classes: [{type: competitor, patterns: acme}]
            allowlist: [Damn]
            rules:
              - name: Furry
                type: post
                when: {visual: {furry-yes_furry: {gte: 0.9}}}
                action: delete_post
    """
    made = configuration(f"applications:\n          - name: forum\n            keys: k\n{model}")
    forum = made.opened["k"]
    assert isinstance(forum, Application)
    own = forum.project
    assert (own.name, own.taxonomy.name, own.text_taxonomy.name) == ("forum", "2023-03", "2026-01")
    assert own.taxonomy.heads[-1] == FURRY
    assert (own.max_text_length, own.utf16) == (9, True)
    assert own.custom_classes == {"competitor": ("acme",)}
    assert own.allowlist == {"damn"}
    assert [rule.name for rule in forum.rules] == ["Furry"]
    assert made.extra_heads == (FURRY,)


def test_the_texts_of_an_application_have_promotions_unless_it_says_otherwise() -> None:
    opened = configuration(
        """\
        applications:
          - {name: forum, keys: forum}
          - {name: plain, keys: plain, promotions: false}
        """
    ).opened
    has = {
        name: "promotions" in one.project.text_taxonomy.classes
        for name, one in opened.items()
        if isinstance(one, Application)
    }
    assert has == {"forum": True, "plain": False}


def test_a_rule_may_ask_for_the_heads_of_every_project_wherever_they_stand() -> None:
    opened = configuration(
        """\
        applications:
          - name: forum
            keys: k
            rules:
              - name: Furry
                type: post
                when: {visual: {furry-yes_furry: {gte: 0.9}}}
                action: delete_post
        projects:
          - {name: a, keys: a, extra_heads: {furry: [furry-no_furry, furry-yes_furry]}}
          - {name: b, keys: b}
        """
    ).opened
    forum = opened["k"]
    assert isinstance(forum, Application)
    assert [str(rule.when) for rule in forum.rules] == ["furry-yes_furry is at least 0.9"]


def test_options_keep_what_was_written_with_its_place() -> None:
    found = configuration("port: 0\nlog-level: debug\nno_bundled: true\nfixtures: [a, b]\n")
    assert found.options == {
        "port": ("f.yaml:1", 0),
        "log_level": ("f.yaml:2", "debug"),
        "no_bundled": ("f.yaml:3", True),
        "fixtures": ("f.yaml:4", ["a", "b"]),
    }


def test_heads_beside_the_taxonomies_are_known_to_all_fixtures_once() -> None:
    found = configuration(
        """\
        projects:
          - {name: a, keys: [k, l], extra_heads: {furry: [a, b]}}
          - {name: b, keys: m, taxonomy: 2023-03, extra_heads: {hats: [c, d, e]}}
          - {name: c, keys: n}
        """
    )
    assert found.extra_heads == (Head("furry", ("a", "b"), "a"), Head("hats", ("c", "d", "e"), "c"))


AMOUNT = "an amount of dollars such as 10.00, at least 0"
WRONG: dict[str, tuple[str, str]] = {
    "an unknown key": ("kys: 1", "a project has no key 'kys'. Did you mean 'keys'?"),
    "an unknown product": (
        "product: txt",
        "product: expected one of visual, text, any, found 'txt'. Did you mean 'text'?",
    ),
    "an unknown taxonomy": (
        "taxonomy: doc",
        "taxonomy: expected one of docs, 2023-03, found 'doc'. Did you mean 'docs'?",
    ),
    "an unknown text taxonomy": (
        "text_taxonomy: new",
        "text_taxonomy: expected one of docs, 2026-01, found 'new'",
    ),
    "promotions in words": ("promotions: yes", "promotions: expected true or false, found 'yes'"),
    "no frame at all": (
        "fps: 0",
        "fps: expected a number of frames per second from 0.1 to 30, found 0",
    ),
    "frames as a flag": (
        "fps: true",
        "fps: expected a number of frames per second from 0.1 to 30, found true",
    ),
    "indices in bytes": (
        "indices: bytes",
        "indices: expected one of codepoints, utf16, found 'bytes'",
    ),
    "no text at all": (
        "max_text_length: 0",
        "max_text_length: expected a whole number from 1 to 10000000, found 0",
    ),
    "a number in words": (
        "project_id: one",
        "project_id: expected a whole number from 0 to 9007199254740992, found 'one'",
    ),
    "a language of three letters": (
        "languages: {ENG: all}",
        "languages: expected two capital letters such as EN, found 'ENG'",
    ),
    "a language with a class that there is not": (
        "languages: {EN: [sex]}",
        "EN: expected 'all', or a list of classes among spam, sexual, hate, violence",
    ),
    "languages in a list": ("languages: [EN]", "languages: expected a mapping, found ['EN']"),
    "a word allowed without a list": ("allowlist: a", "allowlist: expected a list, found 'a'"),
    "custom classes without a list": (
        "custom_classes: 4",
        "custom_classes: expected a list, found 4",
    ),
    "a custom class that is a word": (
        "custom_classes: [a]",
        "custom_classes: expected a mapping, found 'a'",
    ),
    "a custom class with an unknown key": (
        "custom_classes: [{type: a, patterns: b, patern: c}]",
        "a custom class has no key 'patern'. Did you mean 'patterns'? Known are: type, patterns",
    ),
    "a custom class without a type": (
        "custom_classes: [{patterns: b}]",
        "a custom class needs the key 'type'",
    ),
    "a custom class without patterns": (
        "custom_classes: [{type: b}]",
        "a custom class needs the key 'patterns'",
    ),
    "a rate in words": (
        "rate_limit: fifty",
        "rate_limit: expected a rate such as 50/s, 100/m, 1000/h or 100/d, found 'fifty'",
    ),
    "a rate without its time": (
        "rate_limit: 50",
        "rate_limit: expected a rate such as 50/s, 100/m, 1000/h or 100/d, found 50",
    ),
    "a balance below 0": ("balance: -0.5", f"balance: expected {AMOUNT}, found -0.5"),
    "a balance in words": ("balance: ten", f"balance: expected {AMOUNT}, found 'ten'"),
    "a balance with its currency": ("balance: $10", f"balance: expected {AMOUNT}, found '$10'"),
    "a balance that is true": ("balance: true", f"balance: expected {AMOUNT}, found true"),
    "a balance without end": ("balance: 1e400", f"balance: expected {AMOUNT}, found inf"),
    "a balance that is left open": ("balance:", f"balance: expected {AMOUNT}, found null"),
    "heads that are no mapping": ("extra_heads: 3", "extra_heads: expected a mapping, found 3"),
}


@pytest.mark.parametrize(("written", "problem"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_project_is_told_with_its_line(written: str, problem: str) -> None:
    _, problems = configuration_of(f"projects:\n  - name: a\n    keys: k\n    {written}\n")
    assert len(problems) == 1
    assert problems[0].startswith(f"f.yaml:4: {problem}")


TWO_CLASSES = "expected a list of at least two different classes, the negative one first, found"
WRONG_HEADS: dict[str, tuple[str, str]] = {
    "one class": ("x: [a]", f"extra_heads: 'x' {TWO_CLASSES} ['a']"),
    "no list": ("x: a", f"extra_heads: 'x' {TWO_CLASSES} 'a'"),
    "the same class twice": ("x: [a, a]", f"extra_heads: 'x' {TWO_CLASSES} ['a', 'a']"),
    "numbers": ("x: [1, 2]", f"extra_heads: 'x' {TWO_CLASSES} [1, 2]"),
    "a class with a blank": ("x: [a b, c]", f"extra_heads: 'x' {TWO_CLASSES} ['a b', 'c']"),
    "a class of the taxonomy": ("x: [no_bra, a]", "extra_heads: 'no_bra' is a class already"),
}


@pytest.mark.parametrize(("head", "problem"), WRONG_HEADS.values(), ids=WRONG_HEADS)
def test_a_mistake_in_an_extra_head_is_told_at_its_line(head: str, problem: str) -> None:
    _, problems = configuration_of(
        f"projects:\n  - name: a\n    keys: k\n    extra_heads:\n      y: [c, d]\n      {head}\n"
    )
    assert problems == [f"f.yaml:6: {problem}"]


def test_two_extra_heads_of_a_project_cannot_share_a_class() -> None:
    _, problems = configuration_of(
        "projects:\n  - {name: a, keys: k, extra_heads: {x: [a, b], y: [b, c]}}\n"
    )
    assert problems == ["f.yaml:2: extra_heads: 'b' is a class already"]


def test_an_extra_head_cannot_have_the_name_of_an_ordinary_one() -> None:
    """Its classes would be left out of those that fixtures may name."""
    _, problems = configuration_of(
        "projects:\n  - {name: a, keys: k, extra_heads: {gun: [toy, no_toy]}}\n"
    )
    assert len(problems) == 1
    assert problems[0].startswith("f.yaml:2: extra_heads: 'gun' is a head already")


ADDRESS = "an absolute http or https address"
ACTIONS = (
    "send_post_to_review, delete_post, tag_post, ban_patron, suspend_patron, tag_patron, "
    "send_patron_to_review"
)
WRONG_APPLICATIONS: dict[str, tuple[str, str]] = {
    "rules that are no list": ("rules: 3", "f.yaml:4: rules: expected a list, found 3"),
    "a rule that is a word": (
        "rules:\n      - ban",
        "f.yaml:5: rules: expected a mapping, found 'ban'",
    ),
    "an unknown key of a rule": (
        (
            "rules:\n      - {name: b, type: post, wehn: 1, when: {profanity: true}, action: "
            "delete_post}"
        ),
        (
            "f.yaml:5: a rule has no key 'wehn'. Did you mean 'when'? Known are: name, type, when, "
            "action, trigger_frequency, active, cardinality"
        ),
    ),
    "a mistake deep in a condition": (
        (
            "rules:\n      - name: b\n        type: post\n        action: delete_post\n"
            "        when:\n          not:\n            text: {hatred: {gte: 2}}"
        ),
        "f.yaml:10: 'hatred' is no text class. Did you mean 'hate'?",
    ),
    "two rules of one name": (
        (
            "rules:\n"
            "      - {name: b, type: post, when: {profanity: true}, action: delete_post}\n"
            "      - {name: b, type: post, when: {pii: true}, action: delete_post}"
        ),
        "f.yaml:6: the name 'b' was used before, at f.yaml:5",
    ),
    "a class that no project has": (
        (
            "rules:\n      - name: b\n        type: post\n        action: delete_post\n"
            "        when: {visual: {yes_furry: {gte: 0.9}}}"
        ),
        "f.yaml:8: 'yes_furry' is no visual class",
    ),
    "an id that is a number": (
        "application_id: 5",
        (
            "f.yaml:4: application_id: expected a text "
            "(put it in quotes if it looks like a number), found 5"
        ),
    ),
    "actions that are a list": (
        "actions: [ban_patron]",
        "f.yaml:4: actions: expected a mapping, found ['ban_patron']",
    ),
    "actions that are left open": ("actions:", "f.yaml:4: actions: expected a mapping, found null"),
    "an action that there is not": (
        "actions:\n      bann_patron: {webhook: 'http://a.test'}",
        (
            "f.yaml:5: actions has no key 'bann_patron'. Did you mean 'ban_patron'? "
            f"Known are: {ACTIONS}"
        ),
    ),
    "an action that is an address": (
        "actions:\n      ban_patron: http://a.test",
        "f.yaml:5: ban_patron: expected a mapping, found 'http://a.test'",
    ),
    "an action without its webhook": (
        "actions:\n      ban_patron: {}",
        "f.yaml:5: the action 'ban_patron' needs the key 'webhook'",
    ),
    "an action with more than its webhook": (
        "actions:\n      ban_patron:\n        webhook: http://a.test\n        webhok: http://b.test",
        (
            "f.yaml:7: the action 'ban_patron' has no key 'webhok'. Did you mean 'webhook'? "
            "Known are: webhook"
        ),
    ),
    "a webhook without its scheme": (
        "actions:\n      ban_patron: {webhook: a.test/hook}",
        f"f.yaml:5: webhook: expected {ADDRESS}, found 'a.test/hook'",
    ),
    "a webhook that is nothing": (
        "actions:\n      ban_patron: {webhook: }",
        f"f.yaml:5: webhook: expected {ADDRESS}, found null",
    ),
    "a webhook with a blank": (
        "actions:\n      ban_patron: {webhook: 'http://a.test/b c'}",
        f"f.yaml:5: webhook: expected {ADDRESS}, found 'http://a.test/b c'",
    ),
}


@pytest.mark.parametrize(
    ("written", "problem"), WRONG_APPLICATIONS.values(), ids=WRONG_APPLICATIONS
)
def test_a_mistake_in_an_application_is_told_with_its_line(written: str, problem: str) -> None:
    _, problems = configuration_of(f"applications:\n  - name: a\n    keys: k\n    {written}\n")
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_all_mistakes_of_an_application_are_told_at_once() -> None:
    _, problems = configuration_of(
        """\
        applications:
          - name: a
            keys: k
            rules:
              - {name: b, type: user, when: {profanity: false}, action: tag_post}
              - {name: c}
            actions:
              ban_patron: {webhook: x}
              delet_post: {}
        """
    )
    assert [problem.split(": ")[0] for problem in problems] == [
        *("f.yaml:5", "f.yaml:5", "f.yaml:5"),
        *("f.yaml:6", "f.yaml:6", "f.yaml:6"),
        *("f.yaml:9", "f.yaml:8"),
    ]


WRONG_FILES: dict[str, tuple[str, list[str]]] = {
    "projects that are no list": ("projects: 1", ["f.yaml:1: projects: expected a list, found 1"]),
    "a project without a key": (
        "projects:\n  - name: a",
        ["f.yaml:2: a project needs the key 'keys'"],
    ),
    "a project without a name": (
        "projects:\n  - keys: k",
        ["f.yaml:2: a project needs the key 'name'"],
    ),
    "two projects without a name": (
        "projects:\n  - keys: k\n  - keys: l",
        ["f.yaml:2: a project needs the key 'name'", "f.yaml:3: a project needs the key 'name'"],
    ),
    "an empty list of keys": (
        "projects:\n  - name: a\n    keys: []",
        ["f.yaml:3: keys: expected a text, or a list with at least one"],
    ),
    "an application without a key": (
        "applications:\n  - name: a",
        ["f.yaml:2: an application needs the key 'keys'"],
    ),
    "an application without a name": (
        "applications:\n  - keys: k",
        ["f.yaml:2: an application needs the key 'name'"],
    ),
    "an application with an unknown key": (
        "applications:\n  - name: a\n    keys: k\n    aplication_id: x",
        [
            (
                "f.yaml:4: an application has no key 'aplication_id'. "
                "Did you mean 'application_id'? "
                "Known are: name, keys, application_id, taxonomy, extra_heads, fps, "
                "text_taxonomy, promotions, max_text_length, indices, custom_classes, "
                "allowlist, languages, rules, actions"
            )
        ],
    ),
    "a name twice": (
        "projects:\n  - {name: a, keys: k}\n  - {name: a, keys: l}",
        ["f.yaml:3: the name 'a' was used before, at f.yaml:2"],
    ),
    "a name of both kinds": (
        "applications: [{name: a, keys: k}]\nprojects:\n  - {name: a, keys: l}",
        ["f.yaml:1: the name 'a' was used before, at f.yaml:3"],
    ),
}


@pytest.mark.parametrize(("written", "told"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_mistake_among_projects_and_applications_is_told(written: str, told: list[str]) -> None:
    assert configuration_of(written)[1] == told


@pytest.mark.parametrize(
    "written",
    [
        "projects:\n  - {name: a, keys: sk-secret}\n  - {name: b, keys: sk-secret}\n",
        "projects:\n  - {name: a, keys: x}\n  - {name: b, keys: [sk-secret, 1]}\n",
        "projects:\n  - {name: a, keys: x}\n  - {name: b, keys: {sk-secret: 1}}\n",
    ],
    ids=["declared twice", "beside a number", "as a mapping"],
)
def test_a_key_is_never_shown(written: str) -> None:
    [problem] = configuration_of(written)[1]
    assert problem.startswith("f.yaml:3: ")
    assert "sk-secret" not in problem


def test_a_key_that_stands_twice_in_one_list_is_not_told_to_be_anothers() -> None:
    [problem] = configuration_of("projects:\n  - {name: a, keys: [k, k]}\n")[1]
    assert problem.startswith("f.yaml:2: ")
    assert "another" not in problem


def test_an_unknown_option_is_told_with_the_nearest_one_and_each_known_once() -> None:
    [problem] = configuration_of("seed: 1\nprot: 1\n")[1]
    assert problem.startswith("f.yaml:2: a configuration has no key 'prot'. Did you mean 'port'? ")
    listed = problem.partition("Known are: ")[2].replace("_", "-").split(", ")
    assert sorted(listed) == sorted(set(listed))
    assert {"projects", "applications", "port", "log-level"} <= set(listed)


def test_a_configuration_names_no_other() -> None:
    [problem] = configuration_of("config: other.yaml\n")[1]
    assert problem.startswith("f.yaml:1: a configuration has no key 'config'. ")


def test_an_option_that_stands_there_in_both_spellings_is_told() -> None:
    [problem] = configuration_of("log_level: info\nlog-level: debug\n")[1]
    assert problem.startswith("f.yaml:2: ")
    assert "'log-level'" in problem


def test_mistakes_everywhere_are_told_at_once() -> None:
    _, problems = configuration_of(
        "prot: 1\nprojects:\n  - {name: a, keys: k, product: x}\napplications:\n  - {keys: l}\n"
    )
    assert [problem.split(": ")[0] for problem in problems] == ["f.yaml:1", "f.yaml:3", "f.yaml:5"]


WORDS = (
    *("name", "keys", "product", "project_id", "taxonomy", "extra_heads", "text_taxonomy", "docs"),
    *("promotions", "max_text_length", "indices", "custom_classes", "allowlist", "type", "visual"),
    *("languages", "EN", "sexual"),
    *(
        "rate_limit",
        "balance",
        "patterns",
        "application_id",
        "projects",
        "applications",
        *("rules", "actions", "ban_patron", "webhook", "when", "action", "profanity", "all"),
        *(knob.name for knob in KNOBS),
    ),
)


@settings(max_examples=80, deadline=None)
@given(entry=anything_under(WORDS), file=anything_under(WORDS))
def test_whatever_a_file_says_is_a_configuration_or_problems(
    entry: dict[str, Any], file: dict[str, Any]
) -> None:
    whole = {"projects": [{"name": "a", "keys": "k"} | entry], "applications": [entry]} | file
    found, problems = configuration_of(json.dumps(whole))
    assert found.opened or problems
    assert all(problem.startswith("f.yaml:1: ") for problem in problems)
