"""Why nothing scripted was used: submissions that nobody knew, fixtures that nobody needed."""

from datetime import timedelta

import pytest

from emulator import Emulator
from emulator.core.errors import Refusal, ServerTrouble
from emulator.core.fixture import Fixture
from emulator.core.matching import Contains, Glob, Is, Pattern, When
from emulator.core.model import Fault, Script, TextScript
from emulator.engine.explaining import unmatched, unused, why_unused
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task
from tests.conftest import Make

RUDE = Script(text=TextScript({"hate": 3}))
EXPLICIT = Script(visual={"general_nsfw": 0.97})


def fixture(name: str, key: str, pattern: Pattern, script: Script = RUDE) -> Fixture:
    return Fixture(name, When({key: (pattern,)}), script)


HELLO = fixture("hello", "text_contains", Contains("hello"))
BYE = fixture("bye", "text_contains", Contains("good bye"))
GUN = fixture("gun", "url", Glob("*/gun.jpg"), EXPLICIT)


@pytest.fixture
def emulator(make: Make) -> Emulator:
    return make(no_bundled=True)


@pytest.fixture
def sandbox(emulator: Emulator) -> Sandbox:
    return emulator.sandbox("default")


def send(emulator: Emulator, text: str) -> Task:
    return emulator.submit("text-key", text_data=text)


# Submissions that nobody knew


def test_what_nobody_scripted_is_unmatched(emulator: Emulator, sandbox: Sandbox) -> None:
    sandbox.set_fixtures([HELLO])
    send(emulator, "hello")
    unknown = send(emulator, "something else")
    picture = emulator.submit("visual-key", url="http://cdn.test/a.jpg")
    assert unmatched(sandbox) == [unknown, picture]


def test_what_a_directive_says_is_matched_and_what_only_slows_is_not(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    send(emulator, "[hive hate=2]")
    slow = send(emulator, "[hive latency=1s]")
    assert unmatched(sandbox) == [slow]


def test_a_picture_that_only_a_text_was_scripted_for_is_unmatched(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    sandbox.set_fixtures([fixture("words", "url", Glob("*"))])
    picture = emulator.submit("visual-key", url="http://cdn.test/a.jpg")
    assert unmatched(sandbox) == [picture]


def test_a_refused_call_is_no_submission_that_nobody_knew(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    with pytest.raises(Refusal):
        emulator.submit("refused-key", text_data="hello")
    assert unmatched(sandbox) == []


# Fixtures that nobody needed


def test_a_fixture_is_used_once_it_had_a_say(emulator: Emulator, sandbox: Sandbox) -> None:
    sandbox.set_fixtures([HELLO, BYE])
    assert unused(sandbox, sandbox.added) == [HELLO, BYE]
    send(emulator, "hello")
    assert unused(sandbox, sandbox.added) == [BYE]


def test_a_fixture_that_only_slows_or_tells_the_size_had_a_say_too(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    slow = fixture("slow", "text_contains", Contains("h"), Script(latency=timedelta(seconds=1)))
    sandbox.set_fixtures([HELLO, slow])
    send(emulator, "hello")
    assert unused(sandbox, sandbox.added) == []


def test_a_fixture_that_refused_a_call_had_a_say_too(emulator: Emulator, sandbox: Sandbox) -> None:
    refusing = Script(fault=Fault("server_error"))
    sandbox.set_fixtures([fixture("broken", "text_contains", Contains("hello"), refusing)])
    with pytest.raises(ServerTrouble):
        send(emulator, "hello")
    assert unused(sandbox, sandbox.added) == []


def test_a_fixture_that_another_came_before_had_no_say(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    second = fixture("second", "text_contains", Contains("hell"))
    sandbox.set_fixtures([HELLO, second])
    task = send(emulator, "hello")
    assert unused(sandbox, sandbox.added) == [second]
    assert why_unused(second, sandbox) == (
        f"it matches the task {task.id}, for which fixture 'hello' came first"
    )


def test_a_fixture_that_a_directive_came_before_is_told_so(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    sandbox.set_fixtures([HELLO])
    task = send(emulator, "hello [hive hate=2]")
    assert why_unused(HELLO, sandbox) == (
        f"it matches the task {task.id}, for which directive came first"
    )


def test_where_nothing_was_submitted_that_is_why(sandbox: Sandbox) -> None:
    assert why_unused(HELLO, sandbox) == "nothing was submitted"


def test_a_fixture_that_matched_nothing_is_held_against_what_comes_nearest(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    for text in ("a cat", "hell o", "a dog"):
        send(emulator, text)
    near = [*sandbox.tasks][1]
    assert why_unused(HELLO, sandbox) == (
        f"nothing matched; nearest is the task {near.id} "
        "(text_contains: 'hell o' does not contain 'hello')"
    )


def test_all_that_keeps_a_fixture_from_matching_is_told(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    both = Fixture(
        "both", When({"text": (Is("hello!"),), "project": (Is("comments"), Is("posts"))}), RUDE
    )
    task = send(emulator, "hello")
    assert why_unused(both, sandbox) == (
        f"nothing matched; nearest is the task {task.id} (text: 'hello' is not 'hello!'; "
        "project: 'text' is not 'comments' (nor any of 1 more))"
    )


def test_a_fixture_for_pictures_is_told_that_texts_have_no_address(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    task = send(emulator, "http://cdn.test/gun.jpg")
    assert why_unused(GUN, sandbox) == (
        f"nothing matched; nearest is the task {task.id} (url: this content has none)"
    )


def test_only_the_newest_submissions_are_looked_at(emulator: Emulator, sandbox: Sandbox) -> None:
    send(emulator, "hell o")
    newest = [send(emulator, "something else") for _ in range(25)][-20:]
    told = why_unused(HELLO, sandbox)
    assert any(task.id in told for task in newest)
