"""Rules from YAML: what is read, what is wrong, what is suspicious; and the bundled ones."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.access import application_of
from emulator.core.conditions import Count
from emulator.core.fixture import Fixture
from emulator.core.matching import Index, Subject
from emulator.core.media import of_url
from emulator.core.model import Submission
from emulator.core.prediction.analysis import PERSONAL, analyse
from emulator.core.prediction.contacts import EMAIL
from emulator.core.rules import ACTIONS, BY_RULES, FREQUENCIES, REQUIRED, TYPES, Action, Rule
from emulator.core.taxonomy.text import TEXT_TAXONOMIES
from emulator.core.taxonomy.visual import DOCS, VISUAL_TAXONOMIES, Head
from emulator.library.bundled import bundled
from emulator.library.loading import load_fixtures
from emulator.library.problems import Problems
from emulator.library.rules import RULE_KEYS, read_rules, warnings
from emulator.library.words import load_words
from emulator.library.yaml import Table, parse_documents, read_documents
from tests.core.conditions.made import CONDITIONS, Post, hateful
from tests.library.told import FILE, anything_under, told

HATE = "when: {text: {hate: {gte: 2}}}"
FURRY = Head("furry", ("furry-no_furry", "furry-yes_furry"), "furry-no_furry")


def rules_of(text: str) -> tuple[tuple[Rule, ...], list[str]]:
    problems = Problems()
    [document] = parse_documents(dedent(text), FILE, problems)
    return read_rules(document, problems), told(problems)


def rules(text: str) -> tuple[Rule, ...]:
    found, problems = rules_of(text)
    assert problems == []
    return found


def written(*inner: str) -> str:
    """A file of rules, each on its line, from the second on."""
    return "rules:\n" + "".join(f"  - {{{one}}}\n" for one in inner)


def rule(more: str = "action: delete_post") -> Rule:
    [found] = rules(written(f"name: a, type: post, {HATE}, {more}"))
    return found


def warned(*inner: str) -> list[str]:
    return told_of(rules(written(*inner)))


def told_of(found: Iterable[Rule], **model: Any) -> list[str]:
    """The warnings of rules in an application with a model of its own."""
    application = application_of("forum", model=model, rules=tuple(found))
    return [str(warning) for warning in warnings(application)]


def test_rules_are_read_whole() -> None:
    first, second = rules(
        """\
        rules:
          - name: Three hateful posts in a day
            type: patron
            when: {count: {of: {text: {hate: {gte: 2}}}, within: 24h, at_least: 3}}
            action: {suspend_patron: {for: 2d}}
            trigger_frequency: always
            active: false
            cardinality: 4
          - name: Hate
            type: post
            when: {text: {hate: {gte: 2}}}
            action: send_post_to_review
        """
    )
    assert first == Rule(
        "Three hateful posts in a day",
        "patron",
        Count(hateful(), timedelta(days=1), 3),
        Action("suspend_patron", {"for": timedelta(days=2)}),
        "always",
        active=False,
        cardinality=4,
        where="f.yaml:2",
    )
    assert second == Rule(
        "Hate", "post", hateful(), Action("send_post_to_review"), where="f.yaml:9"
    )


def test_no_rules_are_no_mistake() -> None:
    assert rules("{}") == rules("rules:") == rules("rules: []") == ()


@pytest.mark.parametrize(
    ("text", "action"),
    [
        *((name, Action(name)) for name, deed in BY_RULES.items() if not deed.settings),
        ("suspend_patron", Action("suspend_patron", {"for": timedelta(days=7)})),
        ("{suspend_patron: {}}", Action("suspend_patron", {"for": timedelta(days=7)})),
        ("{suspend_patron: {for: 30}}", Action("suspend_patron", {"for": timedelta(seconds=30)})),
        ("{tag_post: {tag: explicit}}", Action("tag_post", {"tag": "explicit"})),
        ("{tag_patron: {tag: explicit}}", Action("tag_patron", {"tag": "explicit"})),
        ("{ban_patron: {}}", Action("ban_patron")),
    ],
)
def test_an_action_is_a_name_or_has_its_settings(text: str, action: Action) -> None:
    assert rule(f"action: {text}").action == action


ACTIONS_WITH_TAG = [name for name, deed in BY_RULES.items() if REQUIRED in deed.settings.values()]
MADE = st.builds(
    Rule,
    st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1),
    st.sampled_from(TYPES),
    CONDITIONS,
    st.sampled_from([Action(name) for name, deed in BY_RULES.items() if not deed.settings])
    | st.builds(
        Action,
        st.sampled_from(ACTIONS_WITH_TAG),
        st.fixed_dictionaries({"tag": st.sampled_from(["a", "7", "no"])}),
    )
    | st.builds(
        Action,
        st.just("suspend_patron"),
        st.fixed_dictionaries({"for": st.timedeltas(timedelta(milliseconds=1), timedelta(99))}),
    ),
    st.sampled_from(FREQUENCIES),
    st.booleans(),
    st.integers(1, 5),
    st.just("f.yaml:1"),
)


@given(MADE)
def test_what_a_rule_writes_is_read_as_the_same_rule(made: Rule) -> None:
    assert rules(json.dumps({"rules": [made.as_written()]}, ensure_ascii=False)) == (made,)
    assert str(made).endswith(".")
    assert "\n" not in str(made)


# What is wrong.


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"type: post, {HATE}, action: ban_patron", "a rule needs the key 'name'"),
        (f"name: a, {HATE}, action: ban_patron", "the rule 'a' needs the key 'type'"),
        ("name: a, type: post, action: ban_patron", "the rule 'a' needs the key 'when'"),
        (f"name: a, type: post, {HATE}", "the rule 'a' needs the key 'action'"),
        (
            f"name: a, type: posts, {HATE}, action: ban_patron",
            "type: expected one of post, patron, found 'posts'. Did you mean 'post'?",
        ),
        (
            "name: a, type: post, when: hateful, action: ban_patron",
            "when: expected a mapping, found 'hateful'",
        ),
        (
            "name: a, type: post, when: {text: {hat: {gte: 2}}}, action: ban_patron",
            "'hat' is no text class. Did you mean 'hate'?",
        ),
        (
            f"name: a, type: post, {HATE}, action: ban_patrons",
            (
                f"action: expected one of {', '.join(BY_RULES)}, found 'ban_patrons'. "
                "Did you mean 'ban_patron'?"
            ),
        ),
        (
            f"name: a, type: post, {HATE}, action: {{ban_patrons: {{}}}}",
            (
                "'ban_patrons' is no action. Did you mean 'ban_patron'? "
                f"Known are: {', '.join(BY_RULES)}"
            ),
        ),
        (
            f"name: a, type: post, {HATE}, action: {{}}",
            "action: expected one action, found none",
        ),
        (
            f"name: a, type: post, {HATE}, action: {{ban_patron: {{}}, delete_post: {{}}}}",
            "action: expected one action, found ban_patron, delete_post",
        ),
        (
            f"name: a, type: post, {HATE}, action: {{ban_patron: 7d}}",
            "ban_patron: expected a mapping, found '7d'",
        ),
        (
            f"name: a, type: post, {HATE}, action: {{ban_patron: {{for: 7d}}}}",
            "the action 'ban_patron' has no setting 'for'. It has none",
        ),
        (
            f"name: a, type: post, {HATE}, action: {{tag_post: {{tag: a, tags: b}}}}",
            "the action 'tag_post' has no setting 'tags'. Known are: tag",
        ),
        (
            f"name: a, type: post, {HATE}, action: tag_post",
            "the action 'tag_post' needs the setting 'tag': {tag_post: {tag: …}}",
        ),
        (
            f"name: a, type: post, {HATE}, action: {{tag_patron: {{}}}}",
            "the action 'tag_patron' needs the setting 'tag': {tag_patron: {tag: …}}",
        ),
        (
            f"name: a, type: post, {HATE}, action: {{tag_post: {{tag: 1}}}}",
            "tag: expected a text (put it in quotes if it looks like a number), found 1",
        ),
        (
            f"name: a, type: post, {HATE}, action: {{suspend_patron: {{for: 0}}}}",
            "for: expected a duration longer than 0s, found 0",
        ),
        (
            f"name: a, type: post, {HATE}, action: ban_patron, trigger_frequency: twice",
            "trigger_frequency: expected one of once, always, found 'twice'",
        ),
        (
            f"name: a, type: post, {HATE}, action: ban_patron, active: 1",
            "active: expected true or false, found 1",
        ),
        (
            f"name: a, type: post, {HATE}, action: ban_patron, cardinality: 0",
            "cardinality: expected a whole number from 1 to 1000000000, found 0",
        ),
        (
            f"name: a, type: post, {HATE}, action: ban_patron, actve: true",
            (
                "a rule has no key 'actve'. Did you mean 'active'? "
                f"Known are: {', '.join(RULE_KEYS)}"
            ),
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_expected(text: str, problem: str) -> None:
    _, problems = rules_of(written(text))
    assert problems == [f"f.yaml:2: {problem}"]


def test_rules_are_a_list_of_mappings() -> None:
    assert rules_of("rules: {a: b}")[1] == ["f.yaml:1: rules: expected a list, found {'a': 'b'}"]
    assert rules_of("rules: [a]")[1] == ["f.yaml:1: rules: expected a mapping, found 'a'"]


def test_two_rules_cannot_have_one_name() -> None:
    one = f"name: a, type: post, {HATE}, action: ban_patron"
    assert rules_of(written(one, one))[1] == ["f.yaml:3: the name 'a' was used before, at f.yaml:2"]


def test_the_classes_of_projects_own_heads_are_known() -> None:
    text = written(
        "name: a, type: post, when: {visual: {furry-yes_furry: {gte: 1}}}, action: ban_patron"
    )
    problems = Problems()
    [document] = parse_documents(text, FILE, problems)
    found = read_rules(document, problems, [FURRY])
    assert problems.found == []
    assert told_of(found, taxonomy=DOCS.with_heads([FURRY])) == []
    assert told_of(found)[0].endswith("the model has no visual class 'furry-yes_furry'")


ANYTHING = anything_under(
    (
        *RULE_KEYS,
        *BY_RULES,
        *TYPES,
        *("text", "hate", "gte", "tag", "for", "once", "always", "pii", "not"),
    )
)


@given(st.lists(ANYTHING, max_size=3))
def test_whatever_rules_hold_they_are_read_or_told(found: list[dict[str, Any]]) -> None:
    read, problems = rules_of(json.dumps({"rules": found}))
    assert problems or len(read) == len(found)
    assert all(problem.startswith("f.yaml:1: ") for problem in problems)
    assert {warning.partition(": ")[0] for warning in told_of(read)} <= {"f.yaml:1"}


# What is suspicious.


@pytest.mark.parametrize(
    ("when", "why"),
    [
        (
            "{visual: {general_nsfw: {gte: 1.5}}}",
            "general_nsfw is never at least 1.5: a score is from 0 to 1",
        ),
        ("{text: {spam: {eq: 2}}}", "spam is never 2: its severities are 0, 3"),
        ("{text: {hate: {lt: 0}}}", "hate is never below 0: its severities are 0, 1, 2, 3"),
        (
            "{text: {hate: {gte: 2}}, visual: {general_nsfw: {gte: 0.9}}}",
            "hate is at least 2 and general_nsfw is at least 0.9 never hold together",
        ),
        (
            "{count: {of: {text: {hate: {gt: 3}}}, within: 1d, at_least: 1}}",
            "hate is never above 3: its severities are 0, 1, 2, 3",
        ),
    ],
)
def test_a_rule_that_can_never_fire_is_warned_of(when: str, why: str) -> None:
    assert warned(f"name: a, type: post, when: {when}, action: ban_patron") == [
        f"f.yaml:2: the rule 'a' can never fire: {why}"
    ]


def test_a_rule_that_another_makes_useless_is_warned_of() -> None:
    assert warned(
        "name: worst, type: post, when: {text: {hate: {gte: 3}}}, action: delete_post",
        "name: other, type: post, when: {text: {hate: {gte: 3}}}, action: ban_patron",
        "name: bad, type: post, when: {text: {hate: {gte: 2}}}, action: delete_post",
    ) == [
        (
            "f.yaml:2: the rule 'worst' is useless: whenever it fires, 'bad' does the same or has "
            "done it (f.yaml:4)"
        )
    ]


def test_of_rules_that_are_alike_the_first_is_left_in_peace() -> None:
    alike = [f"name: {name}, type: post, {HATE}, action: delete_post" for name in "abc"]
    told = warned(*alike)
    assert [warning.partition(" is useless: whenever it fires, ")[0::2] for warning in told] == [
        ("f.yaml:3: the rule 'b'", "'a' does the same or has done it (f.yaml:2)"),
        ("f.yaml:4: the rule 'c'", "'a' does the same or has done it (f.yaml:2)"),
    ]


def test_a_rule_that_never_fires_is_not_called_useless_too() -> None:
    never = "when: {text: {hate: {gt: 3}}}"
    told = warned(
        f"name: a, type: post, {HATE}, action: delete_post",
        f"name: b, type: post, {never}, action: delete_post",
    )
    assert len(told) == 1
    assert "can never fire" in told[0]


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in BY_RULES])
@pytest.mark.parametrize("form", ["{}", "{{{}: {{}}}}"], ids=["name", "mapping"])
def test_what_undoes_another_action_is_the_moderators(name: str, form: str) -> None:
    _, problems = rules_of(written(f"name: a, type: post, {HATE}, action: {form.format(name)}"))
    assert problems == [
        (
            f"f.yaml:2: the action {name!r} is the moderator's, no rule can take it. "
            f"Rules can: {', '.join(BY_RULES)}"
        )
    ]


def test_a_type_of_personal_data_that_no_pattern_finds_is_warned_of() -> None:
    when = f"when: {{not: {{pii: [email, {EMAIL}]}}}}"
    [told] = warned(f"name: a, type: post, {when}, action: ban_patron")
    assert told == (
        "f.yaml:2: the rule 'a': no pattern finds personal data of type 'email', only a fixture "
        f"can say that it is there. Patterns find {' and '.join(map(repr, PERSONAL))}"
    )


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("{text: {drugs: {gte: 1}}}", "the model has no text class 'drugs'"),
        (
            "{any: [{text: {drugs: {gte: 1}}}, {text: {weapons: {gte: 1}}}]}",
            "the model has no text class 'drugs'; the model has no text class 'weapons'",
        ),
    ],
)
def test_a_class_that_the_applications_model_does_not_have_is_warned_of(
    when: str, why: str
) -> None:
    text = written(f"name: a, type: post, when: {when}, action: ban_patron")
    assert told_of(rules(text)) == [f"f.yaml:2: the rule 'a' can never fire: {why}"]
    assert told_of(rules(text), text_taxonomy=TEXT_TAXONOMIES["2026-01"]) == []


def test_a_head_that_the_applications_model_does_not_have_is_warned_of() -> None:
    text = written("name: a, type: post, when: {visual: {yes_bra: {gt: 0}}}, action: ban_patron")
    assert told_of(rules(text)) == []
    assert told_of(rules(text), taxonomy=VISUAL_TAXONOMIES["2023-03"]) == [
        "f.yaml:2: the rule 'a' can never fire: the model has no visual class 'yes_bra'"
    ]


def test_a_custom_class_without_phrases_is_warned_of() -> None:
    text = written(
        "name: a, type: post, when: {custom_class: [competitor, ours]}, action: ban_patron"
    )
    told = "f.yaml:2: the rule 'a': no pattern finds the custom class"
    only = "only a fixture can say that it is there. Patterns find"
    assert told_of(rules(text)) == [
        f"{told} 'competitor', {only} none", f"{told} 'ours', {only} none"
    ]  # fmt: skip
    assert told_of(rules(text), custom_classes={"ours": ("hive",)}) == [
        f"{told} 'competitor', {only} 'ours'"
    ]


def test_useful_rules_are_left_in_peace() -> None:
    assert (
        warned(
            f"name: a, type: post, {HATE}, action: delete_post",
            f"name: b, type: post, {HATE}, action: ban_patron",
            f"name: c, type: patron, {HATE}, action: ban_patron",
            "name: d, type: post, when: {text: {hate: {gte: 1}}}, action: delete_post, "
            "active: false",
        )
        == []
    )


# The bundled application.


@pytest.fixture(scope="module")
def dashboard() -> Mapping[str, Rule]:
    """The rules of `applications/dashboard.yaml` by name."""
    problems = Problems()
    [document] = read_documents(bundled("applications") / "dashboard.yaml", problems)
    [application] = document["applications"]
    assert isinstance(application, Table)
    found = read_rules(application, problems)
    assert problems.found == []
    assert told_of(found) == []
    return {rule.name: rule for rule in found}


@pytest.fixture(scope="module")
def fixtures() -> Index[Fixture]:
    return Index(load_fixtures((), (), with_bundled=True))


def posted(fixtures: Index[Fixture], content: str, **more: Any) -> Post:
    """A post of a text, or of the picture at an address, as the bundled fixtures see it."""
    media = of_url(content) if content.startswith("https:") else None
    text = None if media else content
    fixture = fixtures.first(Subject(Submission(text=text, media=media), "any"))
    script = None if fixture is None else fixture.script
    if text is None:
        return Post(visual=[dict((script and script.visual) or {})], **more)
    severities = dict.fromkeys(("hate", "spam"), 0) | dict(
        script.text.severities if script and script.text else {}
    )
    return Post(text=text, severities=severities, found=analyse(text, WORDS, (), {}), **more)


WORDS = load_words(()).profanity
VERIFIED = {"patron_metadata": {"verified": True}}
DENY_LIST, EXPLICIT = "Post has text in Deny List", "Explicit, unless verified"
HATEFUL, THREE = "Hateful text", "Three hateful posts in a day"
CONTACT, BANNED = "Contact data", "Banned patron still posts"


@pytest.mark.parametrize(
    ("content", "more", "fired"),
    [
        ("A quiet text", {}, []),
        ("https://cdn.test/a.jpg", {}, []),
        ("Buy my snake oil!", {}, [DENY_LIST]),
        ("Buy my Snake Oil!", {}, [DENY_LIST]),
        ("https://cdn.test/hive-general_nsfw.jpg", {}, [EXPLICIT]),
        ("https://cdn.test/hive-yes_sexual_activity.jpg", {}, [EXPLICIT]),
        ("https://cdn.test/hive-general_nsfw.jpg", VERIFIED, []),
        ("hive-hate-1", {}, []),
        ("hive-hate-2", {}, [HATEFUL]),
        ("hive-hate-3", {}, [HATEFUL]),
        ("Write to ann@example.com", {}, [CONTACT]),
        ("Call 617-768-2274", {}, [CONTACT]),
        ("A quiet text", {"patron_states": ["banned"]}, [BANNED]),
    ],
)
def test_the_bundled_rules_fire_on_what_stands_above_them(
    dashboard: Mapping[str, Rule],
    fixtures: Index[Fixture],
    content: str,
    more: dict[str, Any],
    fired: list[str],
) -> None:
    facts = posted(fixtures, content, **more)
    assert [name for name, rule in dashboard.items() if rule.fires(facts)] == fired


def test_the_third_hateful_post_in_a_day_trips_the_bundled_ban(
    dashboard: Mapping[str, Rule], fixtures: Index[Fixture]
) -> None:
    bad = posted(fixtures, "hive-hate-2")
    first, second = (timedelta(hours=2), "p1", bad), (timedelta(hours=1), "p2", bad)
    assert not dashboard[THREE].fires(posted(fixtures, "hive-hate-2", earlier=(first,)))
    third = posted(fixtures, "hive-hate-2", earlier=(first, second))
    assert [name for name, rule in dashboard.items() if rule.fires(third)] == [HATEFUL, THREE]


def test_the_bundled_rules_say_themselves(dashboard: Mapping[str, Rule]) -> None:
    assert [*map(str, dashboard.values())] == [
        "Sends the post to review once the text contains 'snake oil' or 'miracle cure'.",
        (
            "Deletes the post once (general_nsfw is at least 0.9 or yes_sexual_activity is at "
            "least 0.9) and the patron's 'verified' is not true."
        ),
        "Sends the post to review once hate is at least 2.",
        ("Bans the patron once there are 3 or more posts within 24h in which hate is at least 2."),
        "Tags the post with 'contact data' once the text has personal data.",
        "Sends the patron to review each time the patron is banned.",
    ]
