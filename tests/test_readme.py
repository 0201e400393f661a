"""What the README says is so."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from emulator.cli.main import cli, shown_default
from emulator.settings import KNOBS
from tests.support.receiver import WITHIN, Receiver, receiving

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
HERE = "http://127.0.0.1:4483"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run(program: list[str], text: str) -> str:
    ran = subprocess.run([*program, text], capture_output=True, text=True, timeout=WITHIN, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_table_of_options_is_that_of_the_code() -> None:
    rows = [
        f"| `{knob.option}{'' if knob.flag else f' {knob.metavar}'}` | "
        f"{shown_default(knob) and f'`{shown_default(knob)}`'} | "
        f"{knob.meaning}{'; repeatable' if knob.repeatable else ''} |".replace("|", "\0")
        for knob in KNOBS
    ]
    table = README.partition("<!-- options")[2].partition("<!-- end of options")[0]
    written = [line for line in table.splitlines() if line.startswith("| `--")]
    assert [line.replace("\\|", "|").replace("|", "\0") for line in written] == rows


def test_its_curls_moderate_a_text_and_a_picture_and_receive_a_callback(server_url: str) -> None:
    [script] = [block for block in blocks("sh") if "examples/receiver.py" in block]
    lines = [line for line in script.splitlines() if "receiver.py" not in line]
    with receiving() as receiver:
        shell = "\n".join(lines).replace(HERE, f"{server_url}/s/readme")
        shell = shell.replace("http://127.0.0.1:9000", receiver.url)
        said = run(["bash", "-ec"], shell.replace("curl ", "curl -sf "))
        received = receiver.next()
    assert '{"class":"bullying","score":2}' in said
    assert '{"class":"gun_in_hand","score":0.97}' in said
    assert received.target == "/hook?secret=1"
    assert received.json()["id"] in said
    assert '"attempts"' in said


def test_its_receiver_prints_what_it_receives() -> None:
    program = [sys.executable, str(ROOT / "examples" / "receiver.py"), "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as receiver:
        assert receiver.stdout is not None
        url = receiver.stdout.readline().rpartition(" ")[2].strip()
        assert httpx.post(f"{url}/hook?a=b", content=b"{}").status_code == 200
        assert receiver.stdout.readline() == "callback to /hook?a=b {}\n"
        receiver.terminate()


def test_its_clock_is_moved_as_it_says(server_url: str) -> None:
    [script] = [block for block in blocks("sh") if "run-until-idle" in block]
    shell = script.replace(HERE, f"{server_url}/s/readme-clock").replace("curl ", "curl -sf ")
    assert "2026-01-01T00:05:00.000Z" in run(["bash", "-ec"], shell)


def test_its_commands_ask_a_running_server(
    server_url: str, receiver: Receiver, tmp_path: Path
) -> None:
    [script] = [block for block in blocks("sh") if "hive-emulator tail" in block]
    url = f"{server_url}/s/readme-commands"
    data = {"text_data": "hello", "callback_url": receiver.url}
    key = {"Authorization": "Token text-key"}
    httpx.post(f"{url}/api/v2/task/async", headers=key, data=data).raise_for_status()
    httpx.post(f"{url}/_emulator/clock/run-until-idle").raise_for_status()
    expected = tmp_path / "expected.yaml"
    expected.write_text("- callback: {state: delivered}\n")
    for line in script.replace("expected.yaml", str(expected)).splitlines():
        arguments = shlex.split(line, comments=True)[1:]
        endless = ["--help"] if arguments == ["tail"] else []
        done = CliRunner().invoke(cli, [*arguments, *endless], env={"HIVE_EMULATOR_URL": url})
        assert done.exit_code == 0, done.output


def test_its_python_client_works_as_it_stands(server_url: str) -> None:
    [program] = [block for block in blocks("python") if "requests" in block]
    said = run([sys.executable, "-c"], program.replace(HERE, server_url))
    assert "'bullying': 2" in said


def test_its_python_without_a_server_works_as_it_stands() -> None:
    [program] = [block for block in blocks("python") if "Emulator" in block]
    said = run([sys.executable, "-c"], program)
    assert "{'class': 'hate', 'score': 3}" in said
    assert "http://127.0.0.1:" in said


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node on this machine")
def test_its_javascript_client_works_as_it_stands(server_url: str) -> None:
    [program] = blocks("js")
    shell = program.replace(HERE, server_url)
    assert run(["node", "--input-type=module", "-e"], shell) == "0.97\n"


def test_its_files_load(tmp_path: Path) -> None:
    from emulator import Emulator, Settings

    fixtures, scenario, config = (tmp_path / name for name in ("f.yaml", "s.yaml", "c.yaml"))
    for path, block in zip((fixtures, scenario, config), blocks("yaml"), strict=True):
        path.write_text(block)
    emulator = Emulator(Settings(fixtures=(fixtures,), scenarios=(scenario,), config=config))
    assert "rate-limited-then-recovers" in emulator.library.scenarios
    assert [project.name for project in emulator.library.directory.projects][-2:] == [
        "comments", "pictures"
    ]  # fmt: skip
