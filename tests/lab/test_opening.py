"""Which of the four kinds a policy is, and what it is asked about."""

from pathlib import Path

import pytest

from emulator.lab.application import ApplicationAsker
from emulator.lab.asking import DeclaredAsker, LabError
from emulator.lab.callables import CallableAsker
from emulator.lab.endpoint import EndpointAsker
from emulator.lab.opening import Ways, answers_for, contract_for, opened, wanted
from emulator.lab.setup import make_setup
from emulator.library.problems import LibraryError

POLICY = "decisions:\n  - {{decide: a, when: {when}}}\notherwise: b\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "p.yaml").write_text(POLICY.format(when="{profanity: true}"))
    (tmp_path / "t.http").write_text("POST http://127.0.0.1:1/ HTTP/1.1\n\n{content}\n")
    (tmp_path / "plain").write_text(POLICY.format(when="{profanity: true}"))
    (tmp_path / "program.py").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


KINDS = {
    "module:function": "callable",
    "http://a.test/": "endpoint",
    "https://a.test/": "endpoint",
    "t.http": "application",
    "p.yaml": "file",
    "plain": "file",
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_kind_is_told_by_how_a_name_looks(folder: Path, name: str, kind: str) -> None:
    assert wanted(name).kind == kind


def test_options_name_policies_too(folder: Path) -> None:
    assert wanted(None, url="http://a.test/").kind == "endpoint"
    assert wanted(None, request="t.http").kind == "application"


@pytest.mark.parametrize("named", [(None, None, None), ("a:b", "http://a", None)])
def test_exactly_one_is_named(named: tuple[str | None, str | None, str | None]) -> None:
    with pytest.raises(LabError, match="name one policy"):
        wanted(*named)


def test_a_file_of_python_and_one_that_is_none_are_told(folder: Path) -> None:
    with pytest.raises(LabError, match="name its function, as program:function"):
        wanted("program.py")
    with pytest.raises(LibraryError, match="cannot be read"):
        wanted("none.yaml")


def test_each_is_opened_as_what_it_is(folder: Path) -> None:
    setup = make_setup("visual")
    ways = Ways(port=0)
    for name, asker in (
        ("p.yaml", DeclaredAsker),
        ("tests.lab.deciding:no_gun", CallableAsker),
        ("http://a.test/", EndpointAsker),
        ("t.http", ApplicationAsker),
    ):
        with opened(wanted(name), setup, ways) as found:
            assert isinstance(found, asker)
            assert found.name == name


def test_an_application_is_not_asked_about_videos(folder: Path) -> None:
    with pytest.raises(LabError, match="cannot be asked about videos"):  # noqa: SIM117
        with opened(wanted("t.http"), make_setup("video"), Ways(port=0)):
            pass


CONTRACTS = {
    "{visual: {no_gun: {lt: 0.1}}}": "visual",
    "{content_metadata: {a: 1}}": "visual",
    "{text: {hate: {gte: 2}}}": "text",
    "{not: {any: [{pii: true}, {language: EN}]}}": "text",
    "{any: [{visual: {no_gun: {lt: 0.1}}}, {profanity: true}]}": "any",
}


@pytest.mark.parametrize(("when", "contract"), CONTRACTS.items())
def test_a_policy_file_names_what_it_is_about(folder: Path, when: str, contract: str) -> None:
    (folder / "p.yaml").write_text(POLICY.format(when=when))
    assert contract_for([wanted("p.yaml"), wanted("a:b")]) == contract


def test_a_policy_file_is_given_the_scores_of_a_dashboard(folder: Path) -> None:
    assert answers_for(wanted("p.yaml"), "dashboard") == "dashboard-legacy"
    assert answers_for(wanted("a:b"), "dashboard") == "dashboard"
    assert answers_for(wanted("p.yaml"), "text") == "text"
