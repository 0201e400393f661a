"""What the README and docs/pytest.md print about tests is run as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from emulator import run
from tests.cli.processes import environment

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENT = (ROOT / "docs" / "pytest.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def passes(folder: Path, tests: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", "-p", "hive_emulator_pytest"],
        cwd=folder,
        # Other plugins than this one have nothing to do there, and take their time.
        env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert f" {tests} passed" in done.stdout, done.stdout


def test_the_tests_that_are_printed_pass_when_they_are_copied(tmp_path: Path) -> None:
    tests = [block for block in blocks(README, "python") if "def test_" in block]
    assert len(tests) == 2
    for number, block in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(block)
    for block in blocks(DOCUMENT, "python"):
        name = re.match(r"# (\w+\.py)\n", block)
        assert name is not None, block
        (tmp_path / name[1]).write_text(block)
    passes(tmp_path, 9)


def test_the_settings_of_the_document_are_settings(tmp_path: Path) -> None:
    [ini] = blocks(DOCUMENT, "ini")
    (tmp_path / "pytest.ini").write_text(ini)
    (tmp_path / "test_it.py").write_text(
        "import os\n"
        "READ_ONCE = os.environ['MY_HIVE_URL'], os.environ['MY_HIVE_KEY']\n"
        "def test_it(hive):\n"
        "    assert READ_ONCE == (hive.url, hive.visual_key)\n"
    )
    passes(tmp_path, 1)


def test_every_verb_that_the_document_names_is_one() -> None:
    from emulator.pytest_plugin import Hive, Inbox
    from emulator.pytest_plugin.waiting import Awaited

    made = {"url", "dashboard_url", "key", "visual_key", "text_key", "dashboard_key", "sandbox"}
    written = set(re.findall(r"\bhive\.(?!aio\b|yaml\b)([a-z_]+)", DOCUMENT))
    assert {name for name in written if not hasattr(Hive, name)} - made == set()
    awaited = set(re.findall(r"\bhive\.aio\.([a-z_]+)", DOCUMENT))
    assert {name for name in awaited if not hasattr(Awaited, name)} == set()
    told = set(re.findall(r"\binbox\.([a-z_]+)", DOCUMENT))
    assert told - {"url", "aio"} <= set(dir(Inbox))


@pytest.mark.skipif(os.name == "nt", reason="it is written for a shell")
def test_the_readmes_certificate_serves_a_call_to_hives_own_address(tmp_path: Path) -> None:
    [script] = [block for block in blocks(README, "sh") if "certificate tls" in block]
    first, second, *call = script.splitlines()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def shell(line: str) -> str:
        command = ["bash", "-ec", line]
        return subprocess.run(
            command, cwd=tmp_path, env=environment(PATH=path), capture_output=True, check=True
        ).stdout.decode()

    shell(first)
    assert second.startswith("hive-emulator --port 4443 --tls-cert tls/cert.pem --tls-key tls/key")
    tls = tmp_path / "tls"
    with run(port=0, tls_cert=tls / "cert.pem", tls_key=tls / "key.pem") as server:
        line = "\n".join(call).replace("4443", server.url.rpartition(":")[2])
        assert '"text_filters"' in shell(line.replace("curl ", "curl -sf "))
