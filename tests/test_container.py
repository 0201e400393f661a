"""The Dockerfile, replayed without an engine: its build steps, its command, its health check.

The image itself is not built here. What a build would do is done in a clean environment: the files
that it copies are copied, its commands are run with its folders moved below a temporary one, and
what it starts is started as another user, with everything below read-only.
"""

import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import loads
from pathlib import Path

import httpx
import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NOBODY = 65534 if os.geteuid() == 0 else None
"""The user to become; whoever is not root has no rights already."""


@dataclass
class Stage:
    base: str
    name: str | None
    steps: list[tuple[str, str]] = field(default_factory=list)

    def of(self, instruction: str) -> list[str]:
        return [rest for name, rest in self.steps if name == instruction]


def parsed() -> list[Stage]:
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    stages: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(base, name or None))
        else:
            stages[-1].steps.append((instruction, " ".join(rest.split())))
    return stages


BUILD, FINAL = parsed()


def environment() -> dict[str, str]:
    pairs = (pair.partition("=") for rest in FINAL.of("ENV") for pair in shlex.split(rest))
    return {name: value for name, _, value in pairs}


def test_both_stages_stand_on_the_same_slim_image_of_a_named_version() -> None:
    assert BUILD.base == FINAL.base
    assert re.fullmatch(r"python:3\.\d+-slim", FINAL.base)


def test_what_is_copied_exists() -> None:
    for rest in BUILD.of("COPY"):
        *sources, _ = rest.split()
        assert all((ROOT / source).exists() for source in sources), rest
    assert all(rest.startswith(f"--from={BUILD.name} ") for rest in FINAL.of("COPY"))


def test_it_runs_as_a_user_without_rights_and_says_what_it_listens_on() -> None:
    [user] = FINAL.of("USER")
    assert int(user) > 0
    assert FINAL.of("EXPOSE") == ["4483"]
    assert FINAL.of("STOPSIGNAL") == ["SIGTERM"]
    order = [name for name, _ in FINAL.steps]
    assert order.index("USER") > max(at for at, name in enumerate(order) if name == "RUN")


def test_the_entry_point_is_in_exec_form_and_the_health_check_is_the_programs_own() -> None:
    [entry], [command], [health] = (FINAL.of(n) for n in ("ENTRYPOINT", "CMD", "HEALTHCHECK"))
    assert (loads(entry), loads(command)) == (["hive-emulator"], ["serve"])
    assert loads(health.partition(" CMD ")[2]) == ["hive-emulator", "ready"]


def test_it_has_labels() -> None:
    labels = " ".join(FINAL.of("LABEL"))
    for name in ("title", "description", "licenses"):
        assert f"org.opencontainers.image.{name}=" in labels


def _reachable_python() -> str | None:
    """An interpreter that every user may run, since those of a home folder are not for all."""
    own = os.path.realpath(sys.executable)
    version = f"python3.{sys.version_info.minor}"
    for candidate in (own, f"/usr/local/bin/{version}", f"/usr/bin/{version}"):
        path = Path(candidate)
        folders_open = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
        if path.exists() and folders_open:
            return candidate
    return None


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """A folder laid out as the image is, made by the Dockerfile's own steps."""
    python = _reachable_python() if os.geteuid() == 0 else sys.executable
    if python is None:
        pytest.skip("no interpreter here may be run by another user")
    root = Path(tempfile.mkdtemp(prefix="hive-emulator-image-"))
    try:
        root.chmod(0o755)
        _build(root, python)
        yield root
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(root)], check=True)
        shutil.rmtree(root)


def _build(root: Path, python: str) -> None:
    source = root / "src"
    source.mkdir()
    for rest in BUILD.of("COPY"):
        *names, target = rest.split()
        for name in names:
            copied = source / target / ("" if (ROOT / name).is_file() else ".")
            if (ROOT / name).is_dir():
                ignore = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / name, copied, dirs_exist_ok=True, ignore=ignore)
            else:
                shutil.copy(ROOT / name, source)
    for rest in BUILD.of("RUN"):
        step = rest.replace("/opt/hive-emulator", str(root / "opt"))
        # Where Python comes without pip, as Debian's does, that of the tests installs in its place.
        step = step.replace("python -m venv", f"{python} -m venv --without-pip")
        step = step.replace(
            f"{root}/opt/bin/pip", f"{sys.executable} -m pip --python {root}/opt/bin/python"
        )
        ran = subprocess.run(
            ["sh", "-ec", step],
            cwd=source,
            env={"PATH": "/usr/bin:/bin", "HOME": str(root)},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    for folder in ("fixtures", "scenarios"):
        (root / folder).mkdir()
    (root / "fixtures" / "mine.yaml").write_text(
        "fixtures:\n- {name: mine, when: {text: mounted}, text: {hate: 3}}\n"
    )
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(root)], check=True)


@dataclass
class Container:
    process: "subprocess.Popen[str]"
    url: str
    variables: dict[str, str]
    root: Path

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self.root / "opt" / "bin" / command[0]), *command[1:]],
            env={**self.variables, "HIVE_EMULATOR_PORT": self.url.rpartition(":")[2]},
            capture_output=True,
            text=True,
            timeout=60,
            user=NOBODY,
            group=NOBODY,
        )


@pytest.fixture
def container(image: Path) -> Iterator[Container]:
    """What the image starts, with its variables, as another user, in a folder it cannot write."""
    variables = {name: value.replace("$PATH", "/usr/bin") for name, value in environment().items()}
    variables["HIVE_EMULATOR_HOST"] = "127.0.0.1"
    variables["HIVE_EMULATOR_PORT"] = "0"
    for name in ("HIVE_EMULATOR_FIXTURES", "HIVE_EMULATOR_SCENARIOS"):
        variables[name] = f"{image}{variables[name]}"
    [entry], [command] = FINAL.of("ENTRYPOINT"), FINAL.of("CMD")
    program = [*loads(entry), *loads(command)]
    with subprocess.Popen(
        [str(image / "opt" / "bin" / program[0]), *program[1:]],
        env=variables,
        cwd=image,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        user=NOBODY,
        group=NOBODY,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert "ready at" in line, process.stderr.read()
        yield Container(process, line.split()[-1], variables, image)
        process.kill()


def test_what_it_starts_answers_with_bundled_and_mounted_fixtures(container: Container) -> None:
    def hate(text: str) -> int:
        answer = httpx.post(
            f"{container.url}/api/v2/task/sync",
            headers={"authorization": "Token text-key"},
            data={"text_data": text},
        )
        classes = answer.json()["status"][0]["response"]["output"][0]["classes"]
        return int(next(one["score"] for one in classes if one["class"] == "hate"))

    assert (hate("mounted"), hate("hive-hate-2"), hate("hello")) == (3, 2, 0)


def test_its_health_check_holds_while_it_runs_and_it_stops_on_its_signal(
    container: Container,
) -> None:
    [health] = FINAL.of("HEALTHCHECK")
    command = loads(health.partition(" CMD ")[2])
    assert container.run(*command).returncode == 0
    [name] = FINAL.of("STOPSIGNAL")
    container.process.send_signal(signal.Signals[name])
    assert container.process.wait(30) == 0
    assert container.run(*command).returncode == 1


def test_the_compose_file_starts_the_application_when_the_emulator_is_healthy() -> None:
    here = ROOT / "examples" / "compose"
    compose = yaml.safe_load((here / "compose.yaml").read_text())
    hive, app = compose["services"]["hive"], compose["services"]["app"]
    assert app["depends_on"] == {"hive": {"condition": "service_healthy"}}
    assert hive["networks"]["default"]["aliases"] == ["api.thehive.ai", "api.hivemoderation.com"]
    assert hive["read_only"] is True
    assert (here / hive["build"] / "Dockerfile").resolve() == ROOT / "Dockerfile"
    for service in (hive, app):
        for volume in service["volumes"]:
            assert (here / volume.partition(":")[0]).exists(), volume


def test_the_compose_examples_application_gets_what_its_fixture_says() -> None:
    here = ROOT / "examples" / "compose"
    command = [sys.executable, "-m", "emulator", "exec", "--fixtures", str(here / "fixtures")]
    shell = f'HIVE_URL=$HIVE_EMULATOR_URL exec "{sys.executable}" "{here / "app.py"}"'
    ran = subprocess.run(
        [*command, "--", "sh", "-c", shell], capture_output=True, text=True, timeout=60
    )
    assert "'bullying': 3" in ran.stdout, ran.stderr


def test_every_yaml_block_of_the_recipes_is_yaml() -> None:
    recipes = (ROOT / "docs" / "recipes.md").read_text()
    blocks = re.findall(r"^```yaml\n(.*?)^```", recipes, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    assert all(isinstance(yaml.safe_load(block), dict) for block in blocks)
