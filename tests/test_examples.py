"""The examples that have tests of their own, run as whoever copies them would."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_forum_passes_its_own_tests(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "forum", tmp_path / "forum")
    kept = {name: one for name, one in os.environ.items() if "HIVE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", "-p", "hive_emulator_pytest"],
        cwd=tmp_path / "forum",
        # Other plugins than this one have nothing to do there, and take their time.
        env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "25 passed" in done.stdout
