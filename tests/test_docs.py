"""The tables of the documents are those of the code; their commands work."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from emulator import Emulator
from emulator.core.codes import DOWNLOAD_CODES
from emulator.core.faults import EVENTS, TROUBLES, Kind, Setting
from emulator.core.media.upload import MOST_PIXELS
from emulator.core.parsing.submission import DASHBOARD_LIMIT, SYNC_LIMIT
from emulator.core.prediction.sampling import MOST_FRAMES
from emulator.core.rendering.video import FRAME_ORIGIN
from emulator.core.scenario import CALM
from emulator.core.taxonomy.visual import DOCS
from emulator.engine.fetch import MOST_REDIRECTS, WITHIN
from emulator.library.fixtures import read_fixtures
from emulator.library.problems import Problems
from emulator.library.scenarios import read_scenario
from emulator.library.scripts import ScriptReader
from emulator.library.yaml import read_documents
from emulator.server.control.routes import PREFIX, calls

DOCUMENTS = Path(__file__).parents[1] / "docs"


def table(document: str, name: str) -> list[str]:
    text = (DOCUMENTS / document).read_text("utf-8")
    inner = text.partition(f"<!-- {name}")[2].partition(f"<!-- end of {name} -->")[0]
    return inner.partition("-->")[2].strip().splitlines()


def fault_rows() -> list[str]:
    rows = ["| fault | on | what happens | settings |", "| --- | --- | --- | --- |"]
    for name, trouble in TROUBLES.items():
        words = [word for word, events in EVENTS.items() if events <= trouble.on]
        if "submit" in words:
            words = [word for word in words if not word.startswith("submit_")]
        settings = "; ".join(told(*one) for one in trouble.settings.items())
        on = ", ".join(f"`{word}`" for word in words)
        rows.append(f"| `{name}` | {on} | {trouble.meaning} | {settings} |")
    return rows


def told(name: str, setting: Setting) -> str:
    default = setting.default
    if default is None:
        return f"`{name}`: {setting.meaning}"
    if setting.kind is Kind.DURATION:
        default = f"{default.total_seconds():g}s"
    if setting.kind is Kind.SIZE:
        default = f"{default // 1024**2}MiB"
    return f"`{name}` ({default}): {setting.meaning}"


def test_the_table_of_faults_is_that_of_the_code() -> None:
    assert table("scenarios.md", "faults") == fault_rows()


def call_rows() -> list[str]:
    rows = ["| call | what |", "| --- | --- |"]
    for call in calls(Emulator()):
        path = re.sub(r":path}", "}", call.path)
        what = (call.answer.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        rows.append(f"| `{call.method} {path}` | {what} |")
    return rows


def test_the_table_of_the_control_api_is_that_of_the_code() -> None:
    assert table("control.md", "calls") == call_rows()


def test_the_scenario_that_the_document_prints_is_one(tmp_path: Path) -> None:
    text = (DOCUMENTS / "scenarios.md").read_text("utf-8")
    [printed] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (file := tmp_path / "printed.yaml").write_text(printed)
    problems = Problems()
    [document] = read_documents(file, problems)
    scenario = read_scenario(document, ScriptReader(DOCS, problems))
    assert problems.found == []
    assert scenario is not None
    assert scenario.callbacks == CALM.callbacks


def test_the_video_that_the_document_prints_is_one(tmp_path: Path) -> None:
    text = (DOCUMENTS / "media.md").read_text("utf-8")
    [printed] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (file := tmp_path / "printed.yaml").write_text(printed)
    problems = Problems()
    [document] = read_documents(file, problems)
    [fixture] = read_fixtures(document, ScriptReader(DOCS, problems))
    assert problems.found == []
    assert fixture.script.video is not None
    assert [frame.at for frame in fixture.script.video.frames] == [0, 12, 15]


LIMITS = {
    "2^28 pixels": MOST_PIXELS == 2**28,
    "90 s of video, the Dashboard an hour": (SYNC_LIMIT, DASHBOARD_LIMIT) == (90, 3600),
    "more than 10,000 frames": MOST_FRAMES == 10_000,
    "10 redirects and 30 s": (MOST_REDIRECTS, WITHIN) == (10, 30),
    "`frames.invalid`": FRAME_ORIGIN == "https://frames.invalid",
}


@pytest.mark.parametrize("told", LIMITS)
def test_the_limits_that_the_document_tells_are_those_of_the_code(told: str) -> None:
    assert told in (DOCUMENTS / "media.md").read_text("utf-8")
    assert LIMITS[told]


def test_every_code_of_a_failed_download_is_told() -> None:
    text = (DOCUMENTS / "media.md").read_text("utf-8")
    assert [code for code in DOWNLOAD_CODES if str(code) not in text] == []


COMMANDS = re.findall(
    r"^curl .*?(?=\n(?:curl|#|\n|```))|^curl .*",
    (DOCUMENTS / "control.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[:60])
def test_every_command_of_the_document_is_understood(command: str, server_url: str) -> None:
    ours = command.replace("http://127.0.0.1:4483", f"{server_url}/s/documents")
    ours = ours.replace('"10s"', '"0s"').strip().removesuffix("```")
    done = subprocess.run(
        ["bash", "-c", f"{ours} --silent --write-out '\\n%{{http_code}}'"],
        capture_output=True,
        text=True,
        check=True,
    )
    body, _, status = done.stdout.rpartition("\n")
    assert status in ("200", "406", "408"), body
    assert isinstance(json.loads(body), dict)


def test_the_prefix_of_the_document_is_that_of_the_code() -> None:
    assert f"Under `{PREFIX}`" in (DOCUMENTS / "control.md").read_text("utf-8")
