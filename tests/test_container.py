"""The Dockerfile, replayed without an engine: its build steps, its command, its health check.

The image itself is not built here. What a build would do is done in a clean environment: the files
that `.dockerignore` leaves are copied, the commands are run with every path of the image moved
below a temporary folder, and what is started is started as the image's user, with everything below
read-only. What is mounted is copied to its place for as long as it runs.
"""

import argparse
import os
import re
import shlex
import shutil
import signal
import ssl
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from json import loads
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from emulator.settings import Settings

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
RECIPES = (ROOT / "docs" / "recipes.md").read_text()
COMPOSE = Path("examples", "compose")
PORT = Settings().port
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


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
HEALTH_CHECK = loads(FINAL.of("HEALTHCHECK")[0].partition(" CMD ")[2])
USER: dict[str, Any] = {}
"""The user to become; whoever is not root has no rights already."""
if os.geteuid() == 0:
    USER = dict.fromkeys(("user", "group"), int(FINAL.of("USER")[0])) | {"extra_groups": ()}


def moved(text: str, root: Path) -> str:
    """A text with every absolute path in it below that folder."""
    return re.sub(r"(?<![\w./$}-])/(?=\w)", f"{root}/", text)


def test_both_stages_stand_on_the_same_slim_image_of_a_named_version() -> None:
    assert BUILD.base == FINAL.base
    assert re.fullmatch(r"python:3\.\d+-slim", FINAL.base)


def test_it_runs_as_a_user_without_rights_and_says_what_it_listens_on() -> None:
    [user] = FINAL.of("USER")
    assert int(user) > 0
    assert FINAL.of("EXPOSE") == [str(PORT)]
    assert FINAL.of("STOPSIGNAL") == ["SIGTERM"]
    order = [name for name, _ in FINAL.steps]
    assert order.index("USER") > max(at for at, name in enumerate(order) if name == "RUN")


def test_the_entry_point_is_in_exec_form_and_the_health_check_is_the_programs_own() -> None:
    [entry], [command] = (FINAL.of(name) for name in ("ENTRYPOINT", "CMD"))
    assert (loads(entry), loads(command)) == (["hive-emulator"], ["serve"])
    assert HEALTH_CHECK == ["hive-emulator", "ready"]


def test_it_has_labels() -> None:
    labels = " ".join(FINAL.of("LABEL"))
    for name in ("title", "description", "licenses"):
        assert f"org.opencontainers.image.{name}=" in labels


def _pattern(line: str) -> re.Pattern[str]:
    wild = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", line.strip("/"))
    return re.compile("".join(wild.get(part, re.escape(part)) for part in parts))


IGNORED = [
    (line.startswith("!"), _pattern(line.removeprefix("!")))
    for line in (ROOT / ".dockerignore").read_text().split("\n")
    if line.strip() and not line.startswith("#")
]


def in_context(path: str) -> bool:
    """Whether an engine is given that path of this folder; the last line that fits counts."""
    parts = path.split("/")
    beginnings = ["/".join(parts[: at + 1]) for at in range(len(parts))]
    kept = True
    for keeps, pattern in IGNORED:
        if any(pattern.fullmatch(beginning) for beginning in beginnings):
            kept = keeps
    return kept


@pytest.mark.parametrize(
    "path",
    [
        *(".git/config", ".venv/bin/python", ".mypy_cache/3.11/a.json", "dist/a.whl"),
        *("emulator/cli/__pycache__/main.cpython-311.pyc", "__pycache__/a.pyc"),
    ],
)
def test_the_engine_is_not_given_what_no_build_needs(path: str) -> None:
    assert not in_context(path)


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
    folder = Path(tempfile.mkdtemp(prefix="hive-emulator-image-"))
    try:
        folder.chmod(0o755)
        # Both stages are made at the same place, since an environment stays where it was made.
        root, before = folder / "image", folder / "build"
        _follow(BUILD, root, before, python)
        root.rename(before)
        _follow(FINAL, root, before, python)
        shutil.rmtree(before)
        subprocess.run(["chmod", "-R", "a-w,a+rX", str(root)], check=True)
        yield root
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)
        shutil.rmtree(folder)


def _follow(stage: Stage, root: Path, before: Path, python: str) -> None:
    here = root
    for folder in ("etc", "tmp"):
        (root / folder).mkdir(parents=True)
    for instruction, rest in stage.steps:
        if instruction == "WORKDIR":
            here = root / rest.lstrip("/")
            here.mkdir(parents=True, exist_ok=True)
        elif instruction == "COPY" and rest.startswith("--from="):
            origin, source, target = rest.split()
            assert origin == f"--from={BUILD.name}"
            shutil.copytree(f"{before}{source}", f"{root}{target}", symlinks=True)
        elif instruction == "COPY":
            *names, target = rest.split()
            for name in names:
                _copy(name, here / target)
        elif instruction == "RUN":
            _run_step(rest, root, here, python)


def _copy(name: str, target: Path) -> None:
    """Copy a file into a folder, or what is in a folder into another, as far as it is given."""
    assert in_context(name), f"COPY {name}: .dockerignore leaves it out"
    assert (ROOT / name).exists(), f"COPY {name}: there is none"
    whole = (ROOT / name).is_dir()
    for file in [file for file in (ROOT / name).rglob("*") if file.is_file()] or [ROOT / name]:
        if in_context(file.relative_to(ROOT).as_posix()):
            copied = target / (file.relative_to(ROOT / name) if whole else name)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copied)


def _run_step(step: str, root: Path, here: Path, python: str) -> None:
    step = moved(step, root)
    # Where Python comes without pip, as Debian's does, that of the tests installs in its place.
    step = step.replace("python -m venv", f"{python} -m venv --without-pip")
    step = re.sub(r"(\S+)/bin/pip", rf"{sys.executable} -m pip --python \1/bin/python", step)
    # A user is made in the image's own files by who may do that, and else by nobody.
    for name in ("passwd", "group", "shadow"):
        (root / "etc" / name).touch()
    able = os.geteuid() == 0 and shutil.which("useradd", path=SYSTEM_PATH)
    step = step.replace("useradd", f"useradd --prefix {root}" if able else ": useradd")
    ran = subprocess.run(
        ["sh", "-ec", step],
        cwd=here,
        env={"PATH": SYSTEM_PATH, "HOME": f"{root}/tmp"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@dataclass
class Container:
    process: "subprocess.Popen[str]"
    url: str
    variables: dict[str, str]

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def is_healthy(self) -> bool:
        """What the health check says, which runs beside the server with the same variables."""
        ran = subprocess.run(
            HEALTH_CHECK,
            env={**self.variables, "HIVE_EMULATOR_PORT": str(self.port)},
            capture_output=True,
            timeout=60,
            **USER,
        )
        return ran.returncode == 0

    def hate(self, text: str, key: str = "text-key") -> int:
        answer = httpx.post(
            f"{self.url}/api/v2/task/sync",
            headers={"authorization": f"Token {key}"},
            data={"text_data": text},
        )
        classes = answer.json()["status"][0]["response"]["output"][0]["classes"]
        return int(next(one["score"] for one in classes if one["class"] == "hate"))


@contextmanager
def started(
    image: Path,
    mounts: Mapping[str, Path] | None = None,
    variables: Mapping[str, str] | None = None,
    arguments: Sequence[str] = (),
) -> Iterator[Container]:
    """What the image starts, with its variables, as its user, in a folder it cannot write."""
    own = (pair.partition("=") for rest in FINAL.of("ENV") for pair in shlex.split(rest))
    given = {name: value for name, _, value in own} | dict(variables or {})
    environ = {name: moved(value, image) for name, value in given.items()}
    environ["PATH"] = environ["PATH"].replace("$PATH", SYSTEM_PATH)
    environ["HIVE_EMULATOR_PORT"] = "0"
    [entry], [command] = FINAL.of("ENTRYPOINT"), FINAL.of("CMD")
    program = [*loads(entry), *([moved(one, image) for one in arguments] or loads(command))]
    with ExitStack() as stack:
        for target, source in (mounts or {}).items():
            stack.enter_context(_mounted(image, source, target))
        process = stack.enter_context(
            subprocess.Popen(
                program,
                env=environ,
                cwd=image / FINAL.of("WORKDIR")[0].lstrip("/"),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                **USER,
            )
        )
        stack.callback(process.kill)
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert "ready at" in line, process.stderr.read()
        yield Container(process, line.split()[-1], environ)


@contextmanager
def _mounted(image: Path, source: Path, target: str) -> Iterator[None]:
    """Something of the host at its place in the image, over what may be there, with its rights."""
    place = image / target.lstrip("/")
    beneath = place.with_name(f"{place.name}.beneath")
    place.parent.chmod(0o755)
    if covered := place.exists():
        place.rename(beneath)
    if source.is_dir():
        shutil.copytree(source, place)
        place.chmod(0o755)
    else:
        shutil.copy(source, place)
    place.parent.chmod(0o555)
    try:
        yield
    finally:
        place.parent.chmod(0o755)
        shutil.rmtree(place) if source.is_dir() else place.unlink()
        if covered:
            beneath.rename(place)
        place.parent.chmod(0o555)


def fixtures_in(folder: Path, hate: int) -> Path:
    """A folder of fixtures in which the text "mounted" is that bad."""
    folder.mkdir()
    fixture = f"{{name: mine, when: {{text: mounted}}, text: {{hate: {hate}}}}}"
    (folder / "mine.yaml").write_text(f"fixtures: [{fixture}]\n")
    return folder


def test_it_answers_with_nothing_mounted_and_its_health_check_holds_until_its_signal_stops_it(
    image: Path,
) -> None:
    with started(image) as container:
        assert (container.hate("hive-hate-2"), container.hate("hello")) == (2, 0)
        assert container.is_healthy()
        [name] = FINAL.of("STOPSIGNAL")
        container.process.send_signal(signal.Signals[name])
        assert container.process.wait(30) == 0
        assert not container.is_healthy()


def test_the_application_that_comes_with_it_judges_by_its_rules(image: Path) -> None:
    with started(image) as container:
        answer = httpx.post(
            f"{container.url}/api/v1/task/sync",
            headers={"authorization": "Token dashboard-key"},
            json={"text_data": "Buy my snake oil!", "patron_id": "ann", "post_id": "p1"},
        )
    [rule] = answer.json()["triggered_rules"]
    assert rule["rule_name"] == "Post has text in Deny List"


def test_what_is_mounted_is_found_without_options(image: Path, tmp_path: Path) -> None:
    (scenarios := tmp_path / "scenarios").mkdir()
    (scenarios / "mine.yaml").write_text("name: mine\nsteps: [{on: submit, fault: maintenance}]\n")
    mounts = {"/fixtures": fixtures_in(tmp_path / "fixtures", 3), "/scenarios": scenarios}
    with started(image, mounts, arguments=["--clock", "manual"]) as container:
        assert (container.hate("mounted"), container.hate("hive-hate-2")) == (3, 2)
        with pytest.raises(KeyError):
            container.hate("mounted", "text-key~~mine")


@pytest.mark.parametrize(
    ("place", "arguments"), [("/etc/hive-emulator.yaml", []), ("/a.yaml", ["--config", "/a.yaml"])]
)
def test_a_configuration_takes_the_place_of_the_images_own(
    image: Path, tmp_path: Path, place: str, arguments: list[str]
) -> None:
    (config := tmp_path / "hive.yaml").write_text(moved("fixtures: /others", image))
    mounts = {
        "/fixtures": fixtures_in(tmp_path / "fixtures", 1),
        "/others": fixtures_in(tmp_path / "others", 3),
        place: config,
    }
    with started(image, mounts, arguments=arguments) as container:
        assert container.hate("mounted") == 3


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has more than one own address")
def test_it_is_reached_from_outside(image: Path) -> None:
    with started(image) as container:
        assert httpx.get(f"http://127.0.0.2:{container.port}/readyz").status_code == 200


def shell_commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", RECIPES, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.replace("\\\n", "").splitlines()]


def published(mapping: str) -> tuple[int, int]:
    """The port of this machine, and that of the container which it leads to."""
    host, ours, theirs = mapping.split(":")
    assert host == "127.0.0.1", f"{mapping} is there for everybody"
    return int(ours), int(theirs)


@pytest.mark.parametrize("line", [one for one in shell_commands() if "docker run" in one])
def test_what_the_recipes_run_reads_what_they_mount(image: Path, tmp_path: Path, line: str) -> None:
    docker = argparse.ArgumentParser(exit_on_error=False)
    docker.add_argument("--rm", action="store_true")
    docker.add_argument("--read-only", action="store_true")
    for option in ("-p", "-v", "-e"):
        docker.add_argument(option, action="append", default=[])
    docker.add_argument("image", choices=["hive-emulator"])
    docker.add_argument("arguments", nargs="*")
    command = docker.parse_args(shlex.split(line.replace("$PWD", str(tmp_path)))[2:])
    fixtures_in(tmp_path / "my-fixtures", 3)
    blocks = re.findall(r"```yaml\n(.*?)```", RECIPES, re.DOTALL)
    [config] = [block for block in blocks if "\nprojects:" in block]
    (tmp_path / "hive.yaml").write_text(moved(config, image))
    assert [published(one) for one in command.p] == [(PORT, PORT)]
    mounts = {target: Path(source) for source, target, _ in (one.split(":") for one in command.v)}
    assert all((image / target.lstrip("/")).exists() for target in mounts), mounts
    variables = dict(one.split("=", 1) for one in command.e)
    with started(image, mounts, variables, command.arguments) as container:
        assert container.hate("mounted", "my-text-key") == 3


def composed(*names: str) -> Any:
    """What several compose files say, each laid over those before it."""

    def laid(over: Any, under: Any) -> Any:
        if isinstance(under, dict) and isinstance(over, dict):
            return under | {name: laid(one, under.get(name)) for name, one in over.items()}
        return [*under, *over] if isinstance(under, list) and isinstance(over, list) else over

    result: Any = {}
    for name in names:
        result = laid(yaml.safe_load((ROOT / COMPOSE / name).read_text()), result)
    return result["services"]


def targets(service: Any) -> dict[str, str]:
    return {target: source for source, target, _ in (one.split(":") for one in service["volumes"])}


@pytest.mark.parametrize("names", [("compose.yaml",), ("compose.yaml", "https.yaml")])
def test_the_parts_of_the_compose_example_find_each_other(
    names: Sequence[str], image: Path
) -> None:
    services = composed(*names)
    hive, app = services["hive"], services["app"]
    assert app["depends_on"] == {"hive": {"condition": "service_healthy"}}
    aliases = hive["networks"]["default"]["aliases"]
    assert aliases == ["api.thehive.ai", "api.hivemoderation.com"]
    assert hive["read_only"] is True
    assert (ROOT / COMPOSE / hive["build"] / "Dockerfile").resolve() == ROOT / "Dockerfile"
    variables = hive.get("environment", {})
    port = int(variables.get("HIVE_EMULATOR_PORT", PORT))
    *_, (ours, theirs) = map(published, hive["ports"])
    assert ours > 1024
    assert theirs == port
    url = urlsplit(app["environment"]["HIVE_URL"])
    assert url.scheme == ("https" if "HIVE_EMULATOR_TLS_CERT" in variables else "http")
    assert url.hostname in ("hive", *aliases)
    assert (url.port or 443) == port
    for target in targets(hive):
        named = any(str(one).startswith(f"{target}/") for one in variables.values())
        assert named or (image / target.lstrip("/")).exists(), target
    assert set(targets(app)) <= {*app["command"], *app["environment"].values()}
    assert app["command"][1:] == ["/app.py"]


def test_the_compose_examples_application_gets_what_its_fixture_says(image: Path) -> None:
    services = composed("compose.yaml")
    hive, app = services["hive"], services["app"]
    mounts = {target: ROOT / COMPOSE / source for target, source in targets(hive).items()}
    program = [sys.executable, str(ROOT / COMPOSE / targets(app)["/app.py"])]
    with started(image, mounts, hive.get("environment")) as container:
        environ = {**app["environment"], "HIVE_URL": container.url}
        ran = subprocess.run(program, env=environ, capture_output=True, text=True, timeout=60)
        assert "'bullying': 3" in ran.stdout, ran.stderr
        busy = {**environ, "HIVE_API_KEY": "any-key~~busy"}
        ran = subprocess.run(program, env=busy, capture_output=True, text=True, timeout=60)
        assert "HTTP Error 429" in ran.stderr


def test_the_compose_example_speaks_https_under_both_names_of_hive(
    image: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / COMPOSE, tmp_path / COMPOSE)
    lines = shell_commands()
    first = next(at for at, line in enumerate(lines) if "hive-emulator certificate" in line)
    last = next(at for at, line in enumerate(lines) if "https.yaml" in line)
    script = "\n".join(lines[first:last])
    path = f"{Path(sys.executable).parent}:{SYSTEM_PATH}"
    command = ["sh", "-ec", script]
    subprocess.run(command, cwd=tmp_path, env={"PATH": path}, check=True, capture_output=True)
    hive, app = (composed("compose.yaml", "https.yaml")[name] for name in ("hive", "app"))
    mounts = {target: tmp_path / COMPOSE / source for target, source in targets(hive).items()}
    trusted = tmp_path / COMPOSE / targets(app)[app["environment"]["SSL_CERT_FILE"]]
    context = ssl.create_default_context(cafile=str(trusted))
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # as newer Pythons do
    with started(image, mounts, hive["environment"]) as container:
        assert container.is_healthy()
        for name in hive["networks"]["default"]["aliases"]:
            # The name is told as if it had led here, and the certificate has to be of that name.
            with httpx.Client(verify=context, headers={"host": name}, trust_env=False) as client:
                asked = client.build_request(
                    "GET", f"{container.url}/readyz", extensions={"sni_hostname": name}
                )
                assert client.send(asked).status_code == 200
    options = ["--tls-cert", "/tls/cert.pem", "--tls-key", "/tls/key.pem"]
    with started(image, mounts, arguments=options) as container:
        assert not container.is_healthy(), "the recipe need not say that options are not enough"
