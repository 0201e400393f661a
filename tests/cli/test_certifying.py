"""The command `certificate`, and clients of a fixed address that it is for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import WITHIN, environment, refused, run


def test_it_writes_three_files_and_says_what_they_are_for(tmp_path: Path) -> None:
    done = run(["certificate", "tls"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(one.name for one in (tmp_path / "tls").iterdir()) == [
        "ca.pem", "cert.pem", "key.pem"
    ]  # fmt: skip
    assert "tls/ca.pem    for clients to trust: SSL_CERT_FILE" in done.stdout
    told = refused(["certificate", "tls"], tmp_path, 2)
    assert told.startswith("hive-emulator: tls has ca.pem, cert.pem, key.pem already; --replace")
    assert run(["certificate", "--replace", "tls"], tmp_path).returncode == 0


def test_without_the_extra_it_says_how_to_have_it(tmp_path: Path) -> None:
    (tmp_path / "trustme.py").write_text("raise ModuleNotFoundError('trustme')")
    told = refused(["certificate", "tls"], tmp_path, 2, PYTHONPATH=str(tmp_path))
    assert "pip install 'hive-emulator[certificate]'" in told
    assert not (tmp_path / "tls").exists()


NODE = """
const response = await fetch("https://api.thehive.ai/api/v2/task/sync", {
  method: "POST",
  headers: { Authorization: "Token text-key" },
  body: new URLSearchParams({ text_data: "hive-bullying-2" }),
});
const { classes } = (await response.json()).status[0].response.output[0];
console.log(classes.find((one) => one.class === "bullying").score);
"""
PYTHON = """
import json, urllib.request
url = "https://api.thehive.ai/api/v2/task/sync"
headers = {"Authorization": "Token text-key"}
request = urllib.request.Request(url, b"text_data=hive-bullying-2", headers)
with urllib.request.urlopen(request) as answer:
    classes = json.load(answer)["status"][0]["response"]["output"][0]["classes"]
print(*(one["score"] for one in classes if one["class"] == "bullying"))
"""
WORLD = """
ip link set lo up && mount --bind hosts /etc/hosts || exit 97
exec "$@"
"""
"""A network and a table of hosts that are nobody else's, in which port 443 is free."""


def without_rights(told: str) -> None:
    """Where the system lets us have no world of our own this cannot be tried."""
    told = f"this needs Linux namespaces (unshare --net --mount), which are refused here: {told}"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)


@pytest.mark.parametrize(
    ("client", "trusts"),
    [
        (("node", "--input-type=module", "-e", NODE), "NODE_EXTRA_CA_CERTS"),
        ((sys.executable, "-c", PYTHON), "SSL_CERT_FILE"),
    ],
    ids=["Node", "Python"],
)
@pytest.mark.skipif(sys.platform != "linux", reason="there are no namespaces")
def test_an_unmodified_client_with_a_fixed_address_finds_the_emulator(
    tmp_path: Path, client: tuple[str, ...], trusts: str
) -> None:
    assert shutil.which(client[0]), f"there is no {client[0]} on this machine"
    assert run(["certificate", "."], tmp_path).returncode == 0
    (tmp_path / "hosts").write_text("127.0.0.1 localhost api.thehive.ai api.hivemoderation.com\n")
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    world = ["unshare", *user, "--net", "--mount", "sh", "-c", WORLD, "sh"]
    serving = [sys.executable, "-m", "emulator", "exec", "--port", "443"]
    certificate = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"]
    done = subprocess.run(
        [*world, *serving, *certificate, "--", *client],
        cwd=tmp_path,
        env=environment(**{trusts: str(tmp_path / "ca.pem")}),
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    if done.returncode == 97 or done.stderr.startswith("unshare:"):
        without_rights(done.stderr)
    assert (done.returncode, done.stdout) == (0, "2\n"), done.stderr
