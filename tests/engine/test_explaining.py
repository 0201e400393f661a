"""Why nothing scripted was used: submissions that nobody knew, fixtures that nobody needed."""

from datetime import timedelta

import pytest

from emulator import Emulator
from emulator.core.errors import NothingScripted, Refusal, ServerTrouble
from emulator.core.fixture import Fixture
from emulator.core.matching import Contains, Glob, Is, Pattern, When
from emulator.core.model import Fault, Mode, Script, TextScript
from emulator.engine.explaining import newest, unmatched, unused, why_unused
from emulator.engine.journal import Exchange
from emulator.engine.sandbox import Sandbox
from emulator.engine.tasks import Task
from emulator.settings import Unscripted
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


def not_known(sandbox: Sandbox) -> list[object]:
    return [one.thing for one in unmatched(sandbox)]


# Submissions that nobody knew


def test_what_nobody_scripted_is_unmatched(emulator: Emulator, sandbox: Sandbox) -> None:
    sandbox.set_fixtures([HELLO])
    send(emulator, "hello")
    unknown = send(emulator, "something else")
    picture = emulator.submit("visual-key", url="http://cdn.test/a.jpg")
    assert not_known(sandbox) == [unknown, picture]


def test_what_a_directive_says_is_matched_and_what_only_slows_is_not(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    send(emulator, "[hive hate=2]")
    slow = send(emulator, "[hive latency=1s]")
    assert not_known(sandbox) == [slow]


def test_a_picture_that_only_a_text_was_scripted_for_is_unmatched(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    sandbox.set_fixtures([fixture("words", "url", Glob("*"))])
    picture = emulator.submit("visual-key", url="http://cdn.test/a.jpg")
    assert not_known(sandbox) == [picture]


def test_a_refused_call_is_no_submission_that_nobody_knew(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    for key, text in (
        *(("refused-key", "hello"), ("text-key", "x" * 2000)),
        ("text-key", "[hive fault=server_error]"),
    ):
        with pytest.raises(Refusal):
            emulator.submit(key, text_data=text)
    assert not_known(sandbox) == []


@pytest.mark.anyio
async def test_what_nobody_knew_is_in_the_order_of_submission_whenever_it_ended(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    slow = emulator.submit("text-key", Mode.ASYNC, text_data="[hive latency=1h]")
    await emulator.advance(sandbox, timedelta(seconds=1))
    quick = [send(emulator, "something"), send(emulator, "else")]
    assert not_known(sandbox) == [slow, *quick]


def test_what_is_refused_since_nobody_knew_it_is_a_submission_all_the_same(make: Make) -> None:
    emulator = make(no_bundled=True, unscripted=Unscripted.REJECT)
    sandbox = emulator.sandbox("default")
    sandbox.set_fixtures([HELLO, BYE])
    known = send(emulator, "hello")
    for text in ("hallo", "good by"):
        with pytest.raises(NothingScripted):
            send(emulator, text)
    assert [one.subject.submission.text for one in unmatched(sandbox)] == ["hallo", "good by"]
    [first, second] = [one for one in sandbox.journal if isinstance(one, Exchange)][1:]
    assert not_known(sandbox) == [first, second]
    assert why_unused(BYE, newest(sandbox)) == (
        f"nothing matched; nearest is the request {second.id} (text_contains: 'good by' does not "
        "contain 'good bye')"
    )
    any_bye = fixture("any bye", "text_contains", Contains("good by"))
    assert why_unused(any_bye, newest(sandbox)) == (
        f"it matches the request {second.id}, but was not there when that was submitted"
    )
    assert list(sandbox.tasks) == [known]


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
    assert why_unused(second, newest(sandbox)) == (
        f"it matches the task {task.id}, for which fixture 'hello' came first"
    )


def test_a_fixture_that_a_directive_came_before_is_told_so(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    sandbox.set_fixtures([HELLO])
    task = send(emulator, "hello [hive hate=2]")
    assert why_unused(HELLO, newest(sandbox)) == (
        f"it matches the task {task.id}, for which directive came first"
    )


def test_where_nothing_was_submitted_that_is_why(sandbox: Sandbox) -> None:
    assert why_unused(HELLO, newest(sandbox)) == "nothing was submitted"


def test_a_fixture_that_matched_nothing_is_held_against_what_comes_nearest(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    for text in ("a cat", "hell o", "a dog"):
        send(emulator, text)
    near = [*sandbox.tasks][1]
    assert why_unused(HELLO, newest(sandbox)) == (
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
    assert why_unused(both, newest(sandbox)) == (
        f"nothing matched; nearest is the task {task.id} (text: 'hello' is not 'hello!'; "
        "project: 'text' is not 'comments' (nor any of 1 more))"
    )


def test_a_fixture_for_pictures_is_told_that_texts_have_no_address(
    emulator: Emulator, sandbox: Sandbox
) -> None:
    task = send(emulator, "http://cdn.test/gun.jpg")
    assert why_unused(GUN, newest(sandbox)) == (
        f"nothing matched; nearest is the task {task.id} (url: this content has none)"
    )


def test_only_the_newest_submissions_are_looked_at(emulator: Emulator, sandbox: Sandbox) -> None:
    send(emulator, "hell o")
    latest = [send(emulator, "something else") for _ in range(25)][-20:]
    told = why_unused(HELLO, newest(sandbox))
    assert any(task.id in told for task in latest)
