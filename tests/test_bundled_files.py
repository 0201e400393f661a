"""What the bundled fixtures, scenarios and applications promise."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import httpx
import pytest
from faker import Faker

from emulator import Emulator, Settings
from emulator.core.access import BUILT_IN, Application
from emulator.core.faults import SUBMIT, TROUBLES, Event, objection, setting
from emulator.core.fixture import Fixture
from emulator.core.matching import Index, Subject
from emulator.core.media import of_url
from emulator.core.model import ClockMode, Fault, Submission
from emulator.core.scenario import Scenario, Spell, Step
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.core.taxonomy.visual import DOCS, Head
from emulator.engine.tasks import Task
from emulator.library.bundled import bundled
from emulator.library.loading import load_fixtures, load_scenarios
from emulator.library.problems import Problems
from emulator.library.validation import Place, validate
from emulator.library.yaml import read_documents
from tests.support.networks import Mailbox
from tests.support.walls import Wall

CONFIGURATION = """\
projects:
  - {name: live, keys: live-key, text_taxonomy: 2026-01, max_text_length: 100000}
  - {name: promoted, keys: promoted-key, promotions: true}
"""

STAND_INS = [
    pytest.param(head, name, id=name)
    for head in DOCS.heads
    for name in head.classes
    if name != head.negative
]
SEVERITIES = [
    pytest.param(name, severity, id=f"{name}-{severity}")
    for name, severities in TEXT_SEVERITIES.items()
    for severity in severities
    if severity > 0
]


class Asked:
    """An emulator with the bundled files: what it says of a content, and which fixture knew it."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def submit(self, key: str, **fields: Any) -> Task:
        return self._emulator.submit(key, **fields)

    def response(self, task: Task) -> Any:
        return json.loads(self._emulator.answer(task))["status"][0]["response"]

    def scores(self, key: str, **fields: Any) -> dict[str, float]:
        response = self.response(self.submit(key, **fields))
        return {entry["class"]: entry["score"] for entry in response["output"][0]["classes"]}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    config = tmp_path_factory.mktemp("bundled") / "c.yaml"
    config.write_text(CONFIGURATION)
    settings = Settings(config=config, clock=ClockMode.MANUAL)
    return Asked(Emulator(settings, network=Mailbox(), wall=Wall()))


@pytest.fixture(scope="module")
def fixtures() -> Index[Fixture]:
    return Index(load_fixtures((), (), with_bundled=True))


Knows = Callable[[Submission], str | None]


@pytest.fixture(scope="module")
def knows(fixtures: Index[Fixture]) -> Knows:
    """The name of the bundled fixture that knows a content, or None."""

    def name_of(submission: Submission) -> str | None:
        found = fixtures.first(Subject(submission, "any"))
        return None if found is None else found.name

    return name_of


def test_the_stand_ins_cover_fifty_heads() -> None:
    assert len(DOCS.heads) == 50
    assert len(STAND_INS) == 116 - 50


@pytest.mark.parametrize(("head", "name"), STAND_INS)
def test_every_positive_class_has_a_picture_that_stands_for_it(
    asked: Asked, head: Head, name: str
) -> None:
    scores = asked.scores("visual-key", url=f"https://cdn.test/a/hive-{name}.jpg")
    of_head = {each: scores[each] for each in head.classes}
    assert scores[name] == 0.97
    assert max(of_head, key=of_head.__getitem__) == name
    assert sum(of_head.values()) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("head", DOCS.heads, ids=lambda head: head.name)
def test_a_picture_that_stands_for_one_thing_shows_nothing_else(asked: Asked, head: Head) -> None:
    name = next(each for each in head.classes if each != head.negative)
    scores = asked.scores("visual-key", url=f"https://cdn.test/hive-{name}-2.png?size=3")
    assert scores[name] == 0.97
    assert all(scores[other.negative] > 0.9 for other in DOCS.heads if other is not head)


def test_a_picture_stands_for_a_class_by_its_whole_name(knows: Knows) -> None:
    for ordinary in ("hive-gun_in_handle.jpg", "my-hive-text.jpg", "hive-textile.jpg", "text.jpg"):
        assert knows(Submission(media=of_url(f"https://cdn.test/{ordinary}"))) is None


@pytest.mark.parametrize(("name", "severity"), SEVERITIES)
def test_every_severity_of_every_text_class_has_a_marker(
    asked: Asked, name: str, severity: int
) -> None:
    scores = asked.scores("live-key", text_data=f"A test, hive-{name}-{severity}, and no more.")
    assert scores == dict.fromkeys(TEXT_SEVERITIES, 0) | {name: severity}


def test_a_marker_of_a_class_that_a_project_lacks_scores_nothing(asked: Asked) -> None:
    scores = asked.scores("text-key", text_data="hive-weapons-3")
    assert scores == dict.fromkeys(("spam", "sexual", "hate", "violence", "bullying"), 0)


def test_there_is_a_marker_for_a_language_nobody_moderates(asked: Asked) -> None:
    response = asked.response(asked.submit("text-key", text_data="hive-language-unsupported"))
    assert response["language"] == "UNSUPPORTED"
    assert response["moderated_classes"] == []


GUN = "http://hive-public.s3.amazonaws.com/demo_request/gun1.jpg"
NSFW = "https://d24edro6ichpbm.thehive.ai/demo_static_media/nsfw/nsfw_2.jpg"
PHONE = "Hey reach out to me, my number is 546-855-5512"
PROFANE = (
    "Hey you, I want you so much. Write to someone@example.com tonight, or call me at "
    "617-768-2274. You kiss my ass"
)


def test_the_gun_picture_is_what_the_page_of_visual_classes_prints(asked: Asked) -> None:
    scores = asked.scores("visual-key", url=GUN)
    printed = {
        "general_nsfw": 0.9,
        "general_suggestive": 0.05,
        "general_not_nsfw_not_suggestive": 0.05,
        "gun_in_hand": 0.88,
        "animated_gun": 0.04,
        "gun_not_in_hand": 0.04,
        "no_gun": 0.04,
    }
    assert {name: scores[name] for name in printed} == pytest.approx(printed, abs=1e-9)


def test_the_nsfw_picture_is_what_the_visual_guide_prints(asked: Asked) -> None:
    """But for the negative class of the first head, which sums to 1.04 in the print."""
    scores = asked.scores("visual-key", url=NSFW)
    printed = {
        "general_nsfw": 0.94,
        "general_suggestive": 0.05,
        "general_not_nsfw_not_suggestive": 0.01,
        "gun_in_hand": 0.88,
        "animated_gun": 0.04,
        "gun_not_in_hand": 0.04,
        "no_gun": 0.04,
    }
    assert {name: scores[name] for name in printed} == pytest.approx(printed, abs=1e-9)


def test_the_phone_number_message_is_what_the_dashboard_reference_prints(asked: Asked) -> None:
    task = asked.submit("promoted-key", text_data=PHONE)
    response = asked.response(task)
    assert task.source.name == "phone-number message of the Dashboard reference"
    assert response["pii_entities"] == [
        {"value": "546-855-5512", "start_index": 34, "end_index": 46, "type": "U.S. Phone Number"}
    ]
    assert [response[key] for key in ("custom_classes", "text_filters", "urls")] == [[], [], []]
    assert response["language"] == "EN"
    assert response["moderated_classes"] == [
        *("sexual", "hate", "violence", "bullying", "spam", "promotions")
    ]
    assert response["output"] == [
        {
            "time": 0,
            "start_char_index": 0,
            "end_char_index": 46,
            "classes": [
                {"class": "spam", "score": 3},
                {"class": "sexual", "score": 0},
                {"class": "hate", "score": 0},
                {"class": "violence", "score": 0},
                {"class": "bullying", "score": 0},
                {"class": "promotions", "score": 3},
            ],
        }
    ]


def test_the_text_of_the_text_guide_is_what_the_guide_prints(asked: Asked) -> None:
    task = asked.submit("text-key", text_data=PROFANE)
    response = asked.response(task)
    assert task.source.name == "text with profanity and PII of the text guide"
    assert response["custom_classes"] == []
    assert response["text_filters"] == [
        {"value": "ASS", "start_index": 107, "end_index": 110, "type": "profanity"}
    ]
    email, phone = response["pii_entities"]
    assert (email["start_index"], email["end_index"], email["type"]) == (38, 57, "Email Address")
    assert email["value"] == PROFANE[38:57].upper()
    assert phone == {
        "value": " 617-768-2274.",
        "start_index": 80,
        "end_index": 94,
        "type": "U.S. Phone Number",
    }
    assert PROFANE[80:94] == phone["value"]
    assert PROFANE[107:110] == "ass"
    assert (response["language"], response["urls"]) == ("EN", [])
    assert response["output"][0]["end_char_index"] == 110
    assert asked.scores("text-key", text_data=PROFANE) == {
        "spam": 3,
        "sexual": 2,
        "hate": 0,
        "violence": 0,
        "bullying": 0,
    }


def test_the_samples_of_the_documents_are_known_by_nothing_but_themselves(knows: Knows) -> None:
    for text in (PHONE, PROFANE):
        assert knows(Submission(text=text)) is not None
        for other in (f"{text} ", text.lower(), text[1:], f"{text}\n{text}"):
            assert knows(Submission(text=other)) is None
    for url in (GUN, NSFW):
        assert knows(Submission(media=of_url(url))) is not None
        assert knows(Submission(media=of_url(f"{url}?signature=x"))) is not None
        for another in (url.replace(".jpg", ".png"), url.replace(".com/", ".com/x/"), url.upper()):
            if another != url:
                assert knows(Submission(media=of_url(another))) is None


LOCALES = ["en_US", "de_DE", "ja_JP", "ru_RU"]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_ordinary_text_is_known(knows: Knows, locale: str) -> None:
    fake = Faker(locale)
    fake.seed_instance(0)
    kinds = (fake.sentence, fake.name, fake.address, fake.company, fake.paragraph, fake.email)
    texts = [str(kind()) for _ in range(150) for kind in kinds]
    assert [text for text in texts if knows(Submission(text=text)) is not None] == []


def test_no_ordinary_address_or_file_name_is_known(knows: Knows) -> None:
    fake = Faker("en_US")
    fake.seed_instance(0)
    urls = [fake.image_url() for _ in range(400)]
    urls += [f"{fake.url()}{fake.uri_path()}/{fake.file_name('image')}" for _ in range(800)]
    urls += [f"https://cdn.test/{fake.slug()}.jpg" for _ in range(400)]
    known = [url for url in urls if knows(Submission(media=of_url(url))) is not None]
    assert known == []


def test_no_class_by_itself_is_known(knows: Knows) -> None:
    """People name files, and talk, after what is in them; only the marker makes a stand-in."""
    for name in DOCS.classes:
        assert knows(Submission(media=of_url(f"https://cdn.test/{name}.jpg"))) is None
    for name in TEXT_SEVERITIES:
        assert knows(Submission(text=f"about {name} 3, {name}-3 and hive {name}")) is None


def test_no_two_bundled_fixtures_have_one_name(fixtures: Index[Fixture]) -> None:
    names = [fixture.name for fixture in fixtures.things]
    assert len(names) == len(set(names))


def test_bundled_fixtures_are_for_every_project(fixtures: Index[Fixture]) -> None:
    assert not [one.name for one in fixtures.things if "project" in one.when.patterns]


SCENARIOS = sorted(bundled("scenarios").rglob("*.yaml"))


@cache
def scenario_of(file: Path) -> Scenario:
    problems = Problems()
    [document] = read_documents(file, problems)
    assert problems.found == []
    return load_scenarios((file,), (), with_bundled=False)[document["name"]]


def faults_of(scenario: Scenario) -> list[Fault]:
    rules: list[Step | Spell] = [*scenario.steps, *scenario.timeline]
    return [rule.fault for rule in rules if rule.fault is not None]


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_every_bundled_scenario_is_described_and_named_as_its_file(file: Path) -> None:
    scenario = scenario_of(file)
    assert scenario.name == file.stem
    assert scenario.description.endswith(".")
    assert 1 <= scenario.description.count(". ") + 1 <= 2


@pytest.mark.parametrize("name", TROUBLES)
def test_every_fault_has_a_scenario_of_its_name_in_which_it_happens_each_time(name: str) -> None:
    """So that it is easy to guess what a key asks for: KEY~~server-error, KEY~~callback-lost."""
    on_callbacks_only = objection(name, "callback") is None and objection(name, "summary")
    stem = name.replace("_", "-")
    file = bundled("scenarios") / f"{'callback-' if on_callbacks_only else ''}{stem}.yaml"
    assert {(fault.name, fault.probability) for fault in faults_of(scenario_of(file))} == {
        (name, 1)
    }


ON_CALLBACKS = [name for name in TROUBLES if objection(name, "callback") is None]


@pytest.mark.parametrize("name", ON_CALLBACKS)
def test_every_fault_that_callbacks_can_have_is_sure_to_happen_in_some_scenario(name: str) -> None:
    steps = [step for file in SCENARIOS for step in scenario_of(file).steps]
    of_it = [step.fault for step in steps if Event.CALLBACK in step.on and step.fault is not None]
    assert [fault for fault in of_it if fault.name == name and fault.probability == 1]


def test_what_happens_by_chance_happens_in_the_mixtures_only() -> None:
    by_chance = {
        file.stem
        for file in SCENARIOS
        if any(fault.probability < 1 for fault in faults_of(scenario_of(file)))
    }
    assert by_chance == {"flaky-callbacks", "slow-video-night"}


def test_a_rate_limit_that_lifts_refuses_twice() -> None:
    [step] = scenario_of(bundled("scenarios") / "rate-limited-then-recovers.yaml").steps
    assert (step.on, step.times, step.fault) == (SUBMIT, 2, Fault("rate_limited"))


def seconds(amount: float) -> timedelta:
    return timedelta(seconds=amount)


@pytest.mark.parametrize("at", [0, 3, 9.999, 10, 17, 20, 29.999])
def test_callbacks_owed_before_the_outage_come_when_it_is_over_and_all_at_once(at: float) -> None:
    scenario = scenario_of(bundled("scenarios") / "outage-and-flood.yaml")
    [due] = [spell for spell in scenario.timeline if _late(spell) and spell.lasts(seconds(at))]
    assert seconds(60) <= seconds(at) + setting(due.fault, "delay") < seconds(70)


@pytest.mark.parametrize(("at", "down"), [(29.999, False), (30, True), (59.999, True), (60, False)])
def test_the_outage_is_of_every_call_and_over_when_the_flood_comes(at: float, down: bool) -> None:
    scenario = scenario_of(bundled("scenarios") / "outage-and-flood.yaml")
    for event in (*SUBMIT, Event.SUMMARY):
        answers = scenario.at_the_gate(event, seconds(at), lambda *_: True)
        assert [ruling.fault for ruling in answers] == ([Fault("server_error")] if down else [])
    late = [spell for spell in scenario.timeline if _late(spell) and spell.lasts(seconds(at))]
    assert bool(late) == (at < 30)


def _late(spell: Spell) -> bool:
    return Event.CALLBACK in spell.on and spell.fault.name == "late"


def test_callbacks_are_flaky_in_five_ways_and_most_come_as_they_should() -> None:
    faults = faults_of(scenario_of(bundled("scenarios") / "flaky-callbacks.yaml"))
    assert {fault.name for fault in faults} == {
        *("lost", "late", "duplicate", "reordered", "truncated")
    }
    assert 0.6 < prod(1 - fault.probability for fault in faults) < 0.7


def test_a_night_of_slow_videos_takes_minutes() -> None:
    scenario = scenario_of(bundled("scenarios") / "slow-video-night.yaml")
    assert scenario.latency is not None
    assert scenario.latency.of(Submission(text="a")) >= timedelta(minutes=1)
    assert {fault.name for fault in faults_of(scenario)} == {"slow", "classifier_timeout"}


def test_the_scenario_that_a_sandbox_starts_with_does_nothing() -> None:
    calm = load_scenarios((), (), with_bundled=True)["calm"]
    built_in = load_scenarios((), (), with_bundled=False)["calm"]
    assert calm.calm
    assert calm.where != built_in.where
    assert (calm.description, calm.callbacks) == (built_in.description, built_in.callbacks)


DASHBOARD_FILE = bundled("applications") / "dashboard.yaml"
DASHBOARD_TEXT = DASHBOARD_FILE.read_text("utf-8")


def bundled_application() -> Application:
    [configuration] = validate([Place(DASHBOARD_FILE)]).configurations
    opened = configuration.opened["dashboard-key"]
    assert isinstance(opened, Application)
    return opened


def test_the_bundled_applications_are_in_order_and_nothing_is_to_be_warned_of() -> None:
    report = validate([Place(bundled("applications"), "configuration", bundled=True)])
    assert (report.files, report.problems, report.warnings, report.notes) == (1, (), [], [])


def test_the_bundled_application_is_the_one_that_is_always_declared_with_a_few_rules() -> None:
    made, always = bundled_application(), BUILT_IN["dashboard-key"]
    assert isinstance(always, Application)
    assert (made.name, made.application_id) == (always.name, always.application_id)
    assert 3 <= len(made.rules) <= 8
    assert made.webhooks == {}
    assert {rule.type for rule in made.rules} == {"post", "patron"}


def comment_above(name: str) -> str:
    """What the file says above a rule of the posts that trip it."""
    before = DASHBOARD_TEXT.partition(f"- name: {name}\n")[0].splitlines()
    lines: list[str] = []
    for line in before[-2::-1]:
        if not line.strip().startswith("#"):
            break
        lines.insert(0, line.strip(" #"))
    return " ".join(lines)


DENIED = "Post has text in Deny List"
EXPLICIT = "Explicit, unless verified"
HATEFUL = "Hateful text"
THRICE = "Three hateful posts in a day"
CONTACT = "Contact data"
BANNED = "Banned patron still posts"


def examples_of(name: str, *, tripping: bool) -> list[dict[str, str]]:
    """The posts that the comment names: those that trip the rule, or those that do not."""
    trips, _, does_not = comment_above(name).partition("not yet")
    text = trips if tripping else does_not
    fields = re.findall(r"(text_data|url)=(?:'([^']*)'|([^\s,]+))", text)
    return [{field: quoted or plain} for field, quoted, plain in fields]


def post(client: httpx.Client, patron: str, number: int, **fields: str) -> list[str]:
    """Post something as that patron, and give the names of the rules that it tripped."""
    answer = client.post(
        "/api/v1/task/sync",
        headers={"authorization": "Token dashboard-key"},
        data={"patron_id": patron, "post_id": f"{patron}-{number}", **fields},
    )
    assert answer.status_code == 200, answer.text
    return [rule["rule_name"] for rule in answer.json()["triggered_rules"]]


def test_every_rule_of_the_bundled_application_is_told_with_what_trips_it() -> None:
    names = [rule.name for rule in bundled_application().rules]
    assert names == [DENIED, EXPLICIT, HATEFUL, THRICE, CONTACT, BANNED]
    assert [name for name in names if not comment_above(name)] == []
    counts = {name: len(examples_of(name, tripping=True)) for name in names}
    assert counts == {DENIED: 1, EXPLICIT: 2, HATEFUL: 2, THRICE: 0, CONTACT: 2, BANNED: 0}


@pytest.mark.parametrize("name", [DENIED, EXPLICIT, HATEFUL, CONTACT])
def test_each_post_that_the_file_names_trips_the_rule_below_it_and_no_other(
    client: httpx.Client, name: str
) -> None:
    for at, example in enumerate(examples_of(name, tripping=True)):
        assert post(client, f"patron-{at}", 1, **example) == [name], example


def test_what_the_file_says_not_to_trip_a_rule_trips_none(client: httpx.Client) -> None:
    [mild] = examples_of(HATEFUL, tripping=False)
    assert post(client, "ann", 1, **mild) == []
    [metadata] = re.findall(r"not together with patron_metadata='([^']*)'", comment_above(EXPLICIT))
    for at, example in enumerate(examples_of(EXPLICIT, tripping=True)):
        assert post(client, f"patron-{at}", 1, patron_metadata=metadata, **example) == []


def test_the_deny_list_looks_at_no_case_and_inside_of_words(client: httpx.Client) -> None:
    assert "in any case, and inside of words" in comment_above(DENIED)
    assert post(client, "ann", 1, text_data="ROSNAKE OILY") == [DENIED]


def test_three_hateful_posts_in_a_day_ban_and_whatever_follows_goes_to_review(
    client: httpx.Client,
) -> None:
    assert "the same three times by one patron_id within 24 hours" in comment_above(THRICE)
    assert "anything by a patron_id that was banned" in comment_above(BANNED)
    hateful = examples_of(HATEFUL, tripping=True)[0]
    tripped = [post(client, "ann", number, **hateful) for number in (1, 1, 2, 3)]
    assert tripped == [[HATEFUL], [], [HATEFUL], [HATEFUL, THRICE]]
    for number in (4, 5):
        assert post(client, "ann", number, text_data="hello") == [BANNED]
    assert post(client, "bob", 1, text_data="hello") == []


def test_a_patron_that_a_moderator_banned_trips_the_same_rule(client: httpx.Client) -> None:
    assert "by the rule above or by a moderator" in comment_above(BANNED)
    assert post(client, "ann", 1, text_data="hello") == []
    ban = {"patron_id": "ann", "action": "ban_patron"}
    client.post("/_emulator/actions", json=ban).raise_for_status()
    assert post(client, "ann", 2, text_data="hello") == [BANNED]


def test_the_call_at_the_head_of_the_file_trips_a_rule(client: httpx.Client) -> None:
    head = DASHBOARD_TEXT.partition("applications:")[0]
    [path] = re.findall(
        r"curl http://127.0.0.1:4483(\S+) -H 'Authorization: Token dashboard-key'", head
    )
    fields = {name: value.strip("'") for name, value in re.findall(r"-F (\w+)=('[^']*'|\S+)", head)}
    assert path == "/api/v1/task/sync"
    headers = {"authorization": "Token dashboard-key"}
    parts = {name: (None, value) for name, value in fields.items()}  # what curl -F sends
    answer = client.post(path, headers=headers, files=parts)
    assert [rule["rule_name"] for rule in answer.json()["triggered_rules"]] == [DENIED]
