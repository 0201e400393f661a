"""Python callables: found by their name, asked, and what they may decide."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.lab.asking import LabError, Outcome, Question
from emulator.lab.callables import CallableAsker, as_json, load_callable
from tests.lab import deciding
from tests.lab.trying import mapped, rows, trial

BROKEN = {
    "no module": ("nope:decide", "there is no module 'nope' in {folder}, nor is one installed"),
    "one that is near": ("decidin:decide", "Did you mean 'deciding'?"),
    "no package": ("nope.inner:decide", "there is no module 'nope.inner'"),
    "no function": ("deciding:decid", "there is no 'decid' in deciding. Did you mean 'decide'?"),
    "one far off": (
        "deciding:verdict",
        "there is no 'verdict' in deciding. It has Moderator, decide",
    ),
    "none at all": ("empty:decide", "there is no 'decide' in empty"),
    "not a function": ("deciding:LIMIT", "deciding:LIMIT: this is a float, which cannot be called"),
    "too few arguments": ("deciding:nothing", "cannot be called with an answer and nothing else"),
    "an error inside": (
        "raising:decide",
        "the module 'raising' cannot be imported: ValueError: no (",
    ),
    "an import inside": (
        "importing:decide",
        "the module 'importing' cannot be imported: ModuleNotFoundError: No module named 'nowhere'",
    ),
    "no Python": ("grammar:decide", "the module 'grammar' cannot be imported: SyntaxError"),
    "one that leaves": ("leaving:decide", "the module 'leaving' cannot be imported: SystemExit: 3"),
    "a file": ("deciding.py:decide", "a module is named without its ending: deciding:decide"),
    "no colon": ("deciding", "'deciding' is no policy: expected module:function"),
    "a path": ("../deciding:decide", "is no policy: expected module:function"),
}
MODULES = {
    "deciding": "LIMIT = 0.9\nclass Moderator:\n    def decide(self, answer): return 1\n"
    "def decide(answer): return 'ok'\ndef nothing(): return 'ok'\n",
    "empty": "",
    "raising": "raise ValueError('no')\n",
    "importing": "import nowhere\n",
    "grammar": "def (:\n",
    "leaving": "print('bye')\nraise SystemExit(3)\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of modules, none of which is known afterwards."""
    for name, text in MODULES.items():
        (tmp_path / f"{name}.py").write_text(text)
    path = [*sys.path]
    yield tmp_path
    sys.path[:] = path
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(("name", "said"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_with_a_name_is_told(
    folder: Path, name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LabError) as refused:
        load_callable(name, folder)
    assert said.format(folder=folder) in str(refused.value)
    assert capsys.readouterr().out == ""


def test_a_function_and_a_method_are_found(folder: Path) -> None:
    assert load_callable("deciding:decide", folder)({}) == "ok"
    assert load_callable("deciding:decide", folder)({}) == "ok"
    found = load_callable("tests.lab.deciding:Moderator.decide", folder)
    assert found is deciding.Moderator.decide
    assert load_callable("builtins:str", folder) is str
    assert load_callable("builtins:dict.fromkeys", folder) is not None


def decided(decide: deciding.Decide, **how: str) -> Outcome:
    one = trial(decide)
    [outcome] = CallableAsker("it", decide, **how).ask(  # type: ignore[arg-type]
        [Question("", lambda: one.setup.answers.answer(one.setup.bases[0]))]
    )
    return outcome


def test_a_coroutine_function_is_awaited() -> None:
    assert rows(mapped(deciding.later, only=["nsfw"], steps=3))["general_nsfw"].matters


def test_a_decision_may_be_a_dataclass_an_enum_or_a_set() -> None:
    assert decided(deciding.ruling).decision == '{"classes": [], "verdict": "allow"}'
    assert as_json({deciding.Verdict.ALLOW: ({3, 1},)}) == {"allow": [[1, 3]]}
    assert as_json(deciding.Ruling) is deciding.Ruling


def test_the_decision_may_be_a_part_of_what_comes_back() -> None:
    assert decided(deciding.with_details, decision="/decision").decision == '"allow"'
    trouble = decided(deciding.with_details, decision="/verdict").trouble
    assert trouble is not None
    assert "an object with 'decision', 'score'" in trouble.what


def test_what_it_prints_stands_in_no_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert decided(deciding.ignores).decision == '"allow"'
    assert capsys.readouterr().out == ""


def test_each_question_has_an_answer_of_its_own() -> None:
    def spoils(answer: deciding.Answer) -> str:
        before = str(answer)
        answer.clear()
        return str(len(before) > 100)

    one = trial(spoils)
    assert one.one(one.setup.bases[0]) == '"True"'
    one.again(one.setup.bases)
    assert one.findings == {}
