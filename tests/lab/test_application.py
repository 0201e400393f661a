"""Applications that call the emulator and decide, as they do in life: over HTTP on both sides."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import run
from emulator.lab.application import NOT_ASKED, ApplicationAsker, template_from
from emulator.lab.asking import LabError, Outcome, Question
from emulator.lab.mapping import map_policy
from emulator.lab.setup import make_setup
from emulator.lab.template import read_template
from emulator.lab.trial import Trial
from tests.lab.deciding import dating, from_nine_tenths, triggered
from tests.lab.serving import Reply, as_json, serving
from tests.lab.trying import rows

TEMPLATE = """\
POST {url}/posts HTTP/1.1
Content-Type: application/json

{{"content": "{{content}}"}}
"""
Decide = Callable[[str, str], Any]
"""The emulator's URL and the content → the decision."""


@contextmanager
def application(
    decide: Decide, contract: str = "visual", **how: Any
) -> Iterator[Callable[..., Trial]]:
    """Trials of an application that decides so."""
    with run(port=0) as emulator:

        def handle(path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
            return as_json({"decision": decide(emulator.url, json.loads(body)["content"])})

        with serving(handle) as server:

            def trial(**more: Any) -> Trial:
                setup = make_setup(contract, **more)
                template = read_template(TEMPLATE.format(url=server.url), "t")
                asker = ApplicationAsker(
                    template,
                    "/decision",
                    emulator.emulator,
                    setup.taxonomy,
                    name="app",
                    judged=contract == "dashboard",
                    patience=20,
                    **how,
                )
                return Trial(asker, setup)

            yield trial


def submit(emulator: str, key: str, path: str = "/api/v2/task/sync", **fields: str) -> Any:
    headers = {"Authorization": f"Token {key}"}
    # Certificates take longer to load than a call, and nothing here is served with any.
    with httpx.Client(trust_env=False, verify=False) as client:
        return (
            client.post(f"{emulator}{path}", headers=headers, data=fields).raise_for_status().json()
        )


def test_an_application_for_pictures_is_mapped() -> None:
    def decide(url: str, content: str) -> str:
        return from_nine_tenths(submit(url, "visual-key", url=content))

    with application(decide) as trial:
        found = map_policy(trial(only=["nsfw"]), steps=3)
    [row] = rows(found).values()
    assert (row.axis.name, row.changes[0].threshold, row.reads) == ("general_nsfw", 0.9, ["itself"])
    assert found.findings == []


def test_an_application_for_texts_is_mapped_in_its_sandbox() -> None:
    def decide(url: str, content: str) -> str:
        return dating(submit(url, "text-key~mine", text_data=content.strip()))

    with application(decide, "text", sandbox="mine") as trial:
        found = rows(map_policy(trial(only=["text classes"])))
    assert {name: row.changes[0].threshold for name, row in found.items()} == {
        "spam": 3, "sexual": 3, "hate": 2, "violence": 2, "bullying": 2,
    }  # fmt: skip


def test_an_application_of_the_dashboard_is_asked_one_by_one_with_nothing_posted_before() -> None:
    def decide(url: str, content: str) -> list[str]:
        sort = "text_data" if "://" not in content else "url"
        fields = {"patron_id": "ann", "post_id": "p", sort: content}
        return triggered(submit(url, "dashboard-key", "/api/v1/task/sync", **fields))

    with application(decide, "dashboard") as trial:
        found = rows(map_policy(trial(only=["hate", "general_nsfw"]), steps=2))
    assert found["hate"].changes[0].threshold == 2
    assert found["general_nsfw"].changes[0].threshold == 0.9


def test_an_application_that_does_not_ask_the_emulator_is_told() -> None:
    with application(lambda url, content: "allow") as trial, pytest.raises(LabError) as refused:
        map_policy(trial())
    assert str(refused.value) == f"app: {NOT_ASKED}"


def test_an_application_that_only_remembers_is_a_finding() -> None:
    known: dict[str, str] = {}

    def decide(url: str, content: str) -> str:
        if known:
            return "allow"
        known[content] = from_nine_tenths(submit(url, "visual-key", url=content))
        return known[content]

    with application(decide) as trial:
        found = map_policy(trial(only=["gun"]), steps=2)
    assert [one.what for one in found.findings if one.kind == "no answer"] == [NOT_ASKED]


def test_a_submission_of_a_corpus_is_sent_as_it_is() -> None:
    seen: list[str] = []

    def decide(url: str, content: str) -> str:
        seen.append(content)
        return "allow"

    with application(decide) as trial:
        questions = [Question("line 1", lambda: b"{}", content="https://a.test/b.jpg")]
        assert trial().ask_questions(questions) == [Outcome('"allow"')]
    assert seen == ["https://a.test/b.jpg"]


def test_an_application_that_is_not_there_is_told(tmp_path: Path) -> None:
    setup = make_setup("visual")
    (file := tmp_path / "t.http").write_text("POST http://127.0.0.1:1/ HTTP/1.1\n\n{content}\n")
    with run(port=0) as emulator:
        asker = ApplicationAsker(
            template_from(file), "", emulator.emulator, setup.taxonomy, name="app"
        )
        with pytest.raises(LabError, match=r"nobody listens at 127\.0\.0\.1:1"):
            map_policy(Trial(asker, setup))


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), (b"\xff", "it is not UTF-8")]
)
def test_a_template_that_cannot_be_read_is_told(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "t.http"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(LabError, match=f"cannot be read: {said}"):
        template_from(file)
