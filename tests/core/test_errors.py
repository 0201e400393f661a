"""What the API refuses: one family, each with its status, and words that help."""

import inspect
import re
from pathlib import Path
from typing import get_type_hints

import pytest

from emulator.core import errors
from emulator.core.errors import Refusal
from emulator.core.model import Contract, Kind, Source

SCENARIOS = ["calm", "outage", "rate-limited"]


def family(root: type[Refusal]) -> set[type[Refusal]]:
    return {root}.union(*map(family, root.__subclasses__()))


def test_the_tree_in_the_docstring_names_the_whole_family_and_nobody_else() -> None:
    drawn = re.findall(r"^    (?:[│├└─ ]*)([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    assert drawn[0] == "Refusal"
    assert {one.__name__ for one in family(Refusal)} == set(drawn)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.BadRequest, 400),
        (errors.BadBody, 400),
        (errors.BadField, 400),
        (errors.WrongContent, 400),
        (errors.BadDirective, 400),
        (errors.BadAddress, 400),
        (errors.NoCallback, 400),
        (errors.NothingScripted, 400),
        (errors.Forbidden, 403),
        (errors.NotFound, 404),
        (errors.InsufficientBalance, 405),
        (errors.TooLarge, 413),
        (errors.RateLimited, 429),
    ],
)
def test_a_refusal_has_the_status_of_hives_table(kind: type[Refusal], status: int) -> None:
    assert kind("words").status == status


REFUSALS: list[Refusal] = [
    errors.missing_key(),
    errors.unknown_key(),
    errors.refused_key(),
    errors.scripted_invalid_key(),
    errors.scripted_bad_request(),
    errors.no_balance(),
    errors.no_content(),
    errors.media_not_uploaded(),
    errors.json_sent_as_form(),
    errors.wrong_scheme("Bearer"),
    errors.key_of_the_other_kind(Contract.TASK, "mine", Contract.DASHBOARD),
    errors.sandbox_named_twice("a", "b"),
    errors.bad_name("sandbox", "a b"),
    errors.unknown_scenario("clam", SCENARIOS),
    errors.sandbox_closed("gw0"),
    errors.unknown_path("/api/v3/task", ["/api/v2/task", "/api/v2/task/sync"]),
    errors.wrong_method("GET", "/api/v2/task/sync", "POST"),
    errors.hung(),
    errors.disconnected(),
    errors.missing_task_id("GET /api/v2/task"),
    errors.bad_count("frame_limit", "x", 1),
    errors.task_not_finished("0"),
    errors.no_callback_url("0"),
    errors.callback_on_its_way("0"),
    errors.unknown_task("0"),
    errors.missing_field("post_id", "the post that the content belongs to"),
    errors.both_names("patron_id", "user_id"),
    errors.metadata_too_large("patron_metadata", 65537, 65536),
    errors.field_not_json("content_metadata", "x"),
    errors.no_uploads(),
    errors.several_contents(["url", "media"]),
    errors.empty_field("url"),
    errors.wrong_type("url", 5, "a string"),
    errors.text_too_long(1025, 1024),
    errors.field_too_long("post_id", 1025, 1024),
    errors.bad_callback_url("x"),
    errors.bad_url("x"),
    errors.wrong_content(Kind.AUDIO, "text", "mine"),
    errors.unsupported_yet(Kind.AUDIO),
    errors.video_too_long(91, 90, "by a synchronous call"),
    errors.too_many_frames(20_000, 10_000, 30),
    errors.unsupported_content_type("text/plain"),
    errors.unsupported_content_type(""),
    errors.broken_json("x"),
    errors.json_not_an_object([]),
    errors.broken_form("x"),
    errors.broken_multipart("x"),
    errors.too_large(5),
    errors.unknown_directive("gun", ["no_gun"]),
    errors.bad_directive("no_gun", "2", "a score"),
    errors.missing_scheme(),
    errors.stopping(),
    errors.class_not_answered("drugs", "comments", ["spam", "hate"]),
    errors.impossible_directive("no_gun=1", "x"),
    errors.nothing_scripted([]),
    errors.nothing_scripted(["'one'"]),
]


@pytest.mark.parametrize(
    "refusal", REFUSALS, ids=[f"{at} {type(one).__name__}" for at, one in enumerate(REFUSALS)]
)
def test_our_own_words_are_sentences(refusal: Refusal) -> None:
    assert re.match(r"[A-Z'/]", refusal.message)
    assert refusal.message.endswith((".", "?"))
    assert "  " not in refusal.message
    assert not re.search(r"\ba [aeio]", refusal.message)
    assert (str(refusal), refusal.because, refusal.headers) == (refusal.message, None, ())


def test_no_maker_of_a_refusal_is_left_out_of_those_whose_words_are_checked() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    makers = {
        name
        for name, one in vars(errors).items()
        if inspect.isfunction(one)
        and one.__module__ == errors.__name__
        and issubclass(get_type_hints(one)["return"], Refusal)
    }
    assert {name for name in makers if f"errors.{name}(" not in source} == set()


def test_the_words_of_a_rate_limit_are_hives_own() -> None:
    assert errors.rate_limited().message == "Project has been rate limited"


def test_an_unknown_scenario_is_a_400_that_lists_the_known_ones_and_guesses() -> None:
    refusal = errors.unknown_scenario("outrage", iter(reversed(SCENARIOS)))
    assert refusal.status == 400
    assert "Did you mean 'outage'?" in refusal.message
    assert "calm, outage, rate-limited" in refusal.message


def test_a_wrong_method_is_a_404_that_names_the_right_one_since_405_is_a_spent_balance() -> None:
    refusal = errors.wrong_method("GET", "/api/v2/task/sync", "POST")
    assert refusal.status == 404
    assert "POST" in refusal.message


def test_a_sandbox_that_goes_away_under_a_call_is_a_503() -> None:
    assert errors.sandbox_closed("gw0").status == 503


def test_an_unknown_directive_is_told_the_nearest_name_or_where_none_is_near_some_that_exist() -> (
    None
):
    known = ["gun_in_hand", "no_gun"]
    assert "Did you mean 'gun_in_hand'?" in errors.unknown_directive("gun_in_hnd", known).message
    assert "Known are: gun_in_hand, no_gun." in errors.unknown_directive("zzz", known).message


def test_a_missing_field_is_named_with_what_it_is_for() -> None:
    refusal = errors.missing_field("post_id", "the post that the content belongs to")
    assert refusal.status == 400
    assert "'post_id' is missing: the post that the content belongs to" in refusal.message


def test_two_names_of_one_field_are_both_named() -> None:
    refusal = errors.both_names("patron_id", "user_id")
    assert refusal.status == 400
    assert "'patron_id' and 'user_id'" in refusal.message


def test_an_upload_to_the_dashboard_is_told_what_it_takes_instead() -> None:
    refusal = errors.no_uploads()
    assert refusal.status == 400
    assert "'text_data' or 'url'" in refusal.message


@pytest.mark.parametrize(
    ("opens", "thing", "called"),
    [
        (Contract.TASK, "a project of the Task API ('mine')", Contract.DASHBOARD),
        (Contract.DASHBOARD, "an application of the Dashboard API ('mine')", Contract.TASK),
    ],
)
def test_a_key_of_the_other_kind_is_told_what_it_opens_and_what_was_called(
    opens: Contract, thing: str, called: Contract
) -> None:
    refusal = errors.key_of_the_other_kind(opens, "mine", called)
    assert refusal.status == 403
    assert thing in refusal.message
    assert f"made to the {called}" in refusal.message


def test_strict_content_names_the_three_nearest_fixtures() -> None:
    message = errors.nothing_scripted(iter(["'a'", "'b'", "'c'", "'d'"])).message
    assert "'a', 'b', 'c' and 1 more" in message


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (True, "a boolean"),
        (5, "a number"),
        (0.5, "a number"),
        ("x", "a string"),
        ([], "an array"),
        ({}, "an object"),
        (None, "null"),
    ],
    ids=repr,
)
def test_types_are_called_what_json_calls_them(value: object, name: str) -> None:
    assert errors.json_type(value) == name


@pytest.mark.parametrize("long", ["x" * 100_000], ids=["long"])
def test_no_message_grows_with_what_the_client_sent(long: str) -> None:
    told = [
        errors.wrong_scheme(long),
        errors.bad_name("sandbox", long),
        errors.unknown_scenario(long, SCENARIOS),
        errors.unknown_path(long, []),
        errors.unknown_task(long),
        errors.bad_url(long),
        errors.bad_callback_url(long),
        errors.unsupported_content_type(long),
        errors.unknown_directive(long, ["no_gun"]),
        errors.bad_directive("no_gun", long, "a score"),
    ]
    assert max(len(refusal.message) for refusal in told) < 1000


def test_a_scripted_refusal_says_where_it_comes_from() -> None:
    because = Source("scenario", "outage", "outage.yaml:3")
    assert errors.ServerTrouble(504, "Gateway timeout", because=because).because == because
    assert errors.ServerTrouble(504, "Gateway timeout").status == 504
