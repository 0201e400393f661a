"""What the document on policies prints is so: its files, its programs, its maps."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.cli.main import cli
from emulator.library.policies import read_policy
from emulator.library.problems import Problems
from emulator.library.yaml import parse_documents
from tests.support.receiver import WITHIN

ROOT = Path(__file__).parents[1]
POLICIES = ROOT / "examples" / "policies"
DOCUMENT = (ROOT / "docs" / "policy.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
NAMES = sorted(file.stem for file in POLICIES.glob("*.yaml"))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(POLICIES)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.partition("\n")[0])
def test_a_command_prints_what_the_document_shows(block: str) -> None:
    command, _, shown = block.partition("\n")
    done = CliRunner().invoke(cli, shlex.split(command.removeprefix("$ hive-emulator ")))
    assert done.exit_code in (0, 1), done.output
    assert re.sub(r"; [\d,]+ answers in [\d.]+ s\n", "\n", done.stdout) == shown


def test_its_policies_are_the_files_and_programs_that_stand_there() -> None:
    files = {(POLICIES / f"{name}.yaml").read_text("utf-8") for name in NAMES}
    [whole, *shown] = blocks("yaml")
    assert set(shown) == files
    problems = Problems()
    [document] = parse_documents(whole, "policy.md", problems)
    assert read_policy(document, problems) is not None
    program = (POLICIES / "guides.py").read_text("utf-8")
    *functions, _ = blocks("python")
    assert len(functions) == 1 + len(NAMES)
    for function in functions:
        assert function.strip() in program


@pytest.mark.parametrize("name", NAMES)
def test_a_file_and_its_function_decide_alike(name: str, here: None) -> None:
    done = CliRunner().invoke(
        cli, ["policy", "check", f"guides:{name}", "--against", f"{name}.yaml"]
    )
    assert (done.exit_code, done.stderr) == (0, "")


def test_its_python_works_as_it_stands() -> None:
    *_, program = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=POLICIES,
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_commands_of_the_readme_work_as_they_stand(tmp_path: Path) -> None:
    found = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    [script] = [block for block in found if "policy map" in block]
    examples = tmp_path / "examples" / "policies"
    examples.mkdir(parents=True)
    for file in POLICIES.iterdir():
        if file.is_file():
            (examples / file.name).write_bytes(file.read_bytes())
    ours = script.replace("hive-emulator ", f"{shlex.quote(sys.executable)} -m emulator ")
    done = subprocess.run(
        ["bash", "-ec", ours], cwd=tmp_path, capture_output=True, text=True, timeout=WITHIN * 3
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (examples / "map.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert "no_gun just below 0.1" in (examples / "boundaries.yaml").read_text("utf-8")


def test_the_table_of_the_readme_is_part_of_the_map(here: None) -> None:
    [table] = re.findall(r"^```\n(class .*?)^```", README, re.MULTILINE | re.DOTALL)
    done = CliRunner().invoke(cli, ["policy", "map", "guides:negative_class", "--only", "gun"])
    for line in table.splitlines():
        assert line in done.stdout
