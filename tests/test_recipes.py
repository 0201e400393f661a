"""What the documents and the examples tell people to type is what the program understands."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from json import loads
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
import yaml

from emulator.cli.main import cli
from emulator.settings import KNOBS, Settings, read_environment, read_flags

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
RECIPES = (ROOT / "docs" / "recipes.md").read_text()
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in (
        *(ROOT / "Dockerfile", ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))),
        *sorted(path for path in (ROOT / "examples").rglob("*.*") if path.suffix != ".pem"),
    )
    if path.is_file() and "__pycache__" not in path.parts
}
PROGRAM = "hive-emulator"
VARIABLES = {knob.variable for knob in KNOBS} | {"HIVE_EMULATOR_URL", "HIVE_EMULATOR_KEY"}
ENDS = {"&&", "||", "|", "&", ";", ">", ">>", "<"}


def written_in(text: str, *, markdown: bool) -> Iterator[str]:
    """Everything in which a command may stand: lines of code, and code within a sentence."""
    text = text.replace("\\\n", " ")
    if not markdown:
        yield from (line.strip().removeprefix("# ").strip() for line in text.splitlines())
        return
    fence = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for block in fence.findall(text):
        yield from (re.sub(r"^(\$|-( \w+:)?) ", "", line.strip()) for line in block.splitlines())
    yield from (" ".join(one.split()) for one in re.findall(r"`([^`]+)`", fence.sub("", text)))


def spelt_out(written: str) -> Iterator[str]:
    r"""Every command that a synopsis such as `ready [--wait]` or `classes visual\|text` means."""
    for with_optional in (True, False):
        kept = re.sub(r"\[([^\]]*)\]", r"\1" if with_optional else "", written).replace("…", "")
        for words in product(*(word.split("\\|") for word in kept.split(" "))):
            yield " ".join(filter(None, words))


def commands_in(written: str) -> Iterator[list[str]]:
    """What the program is given by a line of a shell, in a container or not."""
    lexer = shlex.shlex(written, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = [*lexer, ";"]
    while words:
        end = next(at for at, word in enumerate(words) if word in ENDS)
        command, words = words[:end], words[end + 1 :]
        while command and re.match(r"\w+=", command[0]):
            del command[0]
        if command[:1] == [PROGRAM]:
            yield command[1:]
        elif command[:2] == ["docker", "run"]:
            image = next(at for at, word in enumerate(command) if word.split("/")[-1] == PROGRAM)
            yield command[image + 1 :]


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, text in TEXTS.items():
        for written in written_in(text, markdown=name.endswith(".md")):
            if found := re.search(rf'\["{PROGRAM}".*\]', written):
                yield name, tuple(loads(found[0])[1:])
            elif written.startswith(PROGRAM):
                for one in spelt_out(written):
                    yield from ((name, tuple(command)) for command in commands_in(one))
            elif "docker run" in written or f" {PROGRAM} " in written:
                yield from ((name, tuple(command)) for command in commands_in(written))


COMMANDS = sorted({arguments: name for name, arguments in commands()}.items())


def check(arguments: Sequence[str]) -> None:
    """Read a command line as the program does, values of options included, and stop there."""
    group = cli.make_context(PROGRAM, [*arguments, *([] if arguments else ["serve"])])
    with group:
        named = arguments and not arguments[0].startswith("-")
        name, rest = (arguments[0], arguments[1:]) if named else ("serve", arguments)
        command = cli.get_command(group, name)
        assert command is not None, f"there is no command {name}"
        with command.make_context(name, list(rest), parent=group) as context:
            knobs = {knob.name: context.params.get(knob.name) for knob in KNOBS}
            read_flags(Settings(), knobs)


@pytest.mark.parametrize(
    ("arguments", "where"), COMMANDS, ids=[" ".join(one) or PROGRAM for one, _ in COMMANDS]
)
def test_every_command_that_is_written_somewhere_is_one(
    arguments: Sequence[str], where: str
) -> None:
    try:
        check(arguments)
    except click.exceptions.Exit:
        return  # what asks for help or for the version is answered at once
    except click.ClickException as error:
        pytest.fail(f"{where}: {error.format_message()}")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("make dist && A=b hive-emulator ready --wait > log", [["ready", "--wait"]]),
        ("hive-emulator & hive-emulator schema config", [[], ["schema", "config"]]),
        ("docker run -e A=b ghcr.io/us/hive-emulator --seed 7", [["--seed", "7"]]),
        ("docker build -t hive-emulator .", []),
    ],
)
def test_commands_are_found_where_they_stand(written: str, meant: list[list[str]]) -> None:
    assert list(commands_in(written)) == meant
    assert {"Dockerfile", "README.md", "docs/recipes.md"} <= {name for name, _ in commands()}


def commands_of(command: click.Command) -> Iterator[click.Command]:
    """A command, and those beneath it."""
    yield command
    if isinstance(command, click.Group):
        for one in command.commands.values():
            yield from commands_of(one)


def test_every_option_that_is_named_in_a_sentence_is_one() -> None:
    context = click.Context(cli, help_option_names=["-h", "--help"])
    known = {
        option
        for command in commands_of(cli)
        for parameter in command.get_params(context)
        for option in parameter.opts
    }
    for name, text in TEXTS.items():
        for written in written_in(text, markdown=name.endswith(".md")):
            if written.startswith("--"):
                assert re.split(r"[ =]", written)[0] in known, f"{name}: {written}"


@pytest.mark.parametrize("name", TEXTS)
def test_every_variable_that_is_written_somewhere_is_one_and_has_a_possible_value(
    name: str,
) -> None:
    variable = r"HIVE_EMULATOR_[A-Z_]*[A-Z]"
    assert set(re.findall(variable, TEXTS[name])) <= VARIABLES
    for one, value in re.findall(rf"({variable})(?:=|: *)\"?([^\s`\"]+)", TEXTS[name]):
        read_environment(Settings(), {one: value}, ":")


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_publishes_the_control_api_for_everybody(name: str) -> None:
    assert re.findall(r"(?<!127\.0\.0\.1:)\b\d{2,5}:\d{2,5}\b", TEXTS[name]) == []


def section(title: str) -> str:
    return re.split(r"^## ", RECIPES.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]


def block(language: str, title: str) -> str:
    """The first block of code in that language below that title."""
    return section(title).partition(f"```{language}\n")[2].partition("```")[0]


def recipe(title: str) -> Any:
    return yaml.safe_load(block("yaml", title))


PIP, GITHUB, GITLAB = (
    "In a pipeline, with pip",
    "GitHub Actions, as a service",
    "GitLab, as a service",
)


class Project:
    """Somebody's project, whose tests ask an emulator, and the environment they are run in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tests" / "hive").mkdir(parents=True)
        (folder / "tests" / "hive" / "mine.yaml").write_text(
            "fixtures: [{name: mine, when: {text: mine}, text: {hate: 3}}]\n"
        )
        (folder / "tests" / "test_mine.py").write_text(
            "import json, os, urllib.request as web\n\n"
            "def test_mine():\n"
            "    url = os.environ.get('HIVE_EMULATOR_URL') or os.environ['HIVE_URL']\n"
            "    text = 'mine' if 'HIVE_EMULATOR_URL' in os.environ else 'hive-hate-3'\n"
            "    key = {'Authorization': f'Token {os.environ[\"HIVE_API_KEY\"]}'}\n"
            "    data = f'text_data={text}'.encode()\n"
            "    answer = web.urlopen(web.Request(f'{url}/api/v2/task/sync', data, key))\n"
            "    classes = json.load(answer)['status'][0]['response']['output'][0]['classes']\n"
            "    assert {'class': 'hate', 'score': 3} in classes\n"
        )
        dist, venv, tools = (folder.parent / name for name in ("dist", "venv", "tools"))
        _run(ROOT, sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist))
        _run(ROOT, sys.executable, "-m", "venv", "--without-pip", str(venv))
        # What a pipeline has: pip for its environment, and pytest.
        tools.mkdir()
        for name, more in (("pip", f"--python {venv}/bin/python"), ("pytest", "")):
            (tools / name).write_text(f'#!/bin/sh\nexec {sys.executable} -m {name} {more} "$@"\n')
            (tools / name).chmod(0o755)
        # The name leads to what was built here, and to nothing that a registry may have under it.
        [wheel] = dist.glob("*.whl")
        (folder.parent / "constraints").write_text(f"{PROGRAM} @ {wheel.as_uri()}\n")
        kept = re.compile("HOME|PIP_.*")
        self.variables = {name: one for name, one in os.environ.items() if kept.fullmatch(name)} | {
            "PATH": f"{venv}/bin:{tools}:/usr/bin:/bin",
            "PIP_CONSTRAINT": str(folder.parent / "constraints"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def run(self, script: str, **variables: str) -> str:
        """What a script says that is to succeed."""
        return _run(self.folder, "bash", "-ec", script, **self.variables, **variables)


def _run(folder: Path, *command: str, **variables: str) -> str:
    ran = subprocess.run(
        command,
        cwd=folder,
        env=variables or None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    (folder := tmp_path_factory.mktemp("recipes") / "project").mkdir()
    project = Project(folder)
    project.run(block("sh", PIP).splitlines()[0])
    return project


def test_the_recipe_with_pip_runs_the_tests_of_a_project(project: Project) -> None:
    assert "1 passed" in project.run(block("sh", PIP))


def test_the_recipe_for_github_runs_them_beside_the_service(
    project: Project, server_url: str
) -> None:
    job = recipe(GITHUB)["jobs"]["test"]
    host, ours, theirs = job["services"]["hive"]["ports"][0].split(":")
    assert job["env"]["HIVE_URL"] == f"http://{host}:{ours}"
    assert int(theirs) == Settings().port
    script = "\n".join(step["run"] for step in job["steps"] if "run" in step)
    said = project.run(script, **{**job["env"], "HIVE_URL": server_url})
    assert "1 passed" in said


def test_the_recipe_for_gitlab_runs_them_beside_the_service(
    project: Project, server_url: str
) -> None:
    job = recipe(GITLAB)["test"]
    [service] = job["services"]
    assert job["variables"]["HIVE_URL"] == f"http://{service['alias']}:{Settings().port}"
    said = project.run("\n".join(job["script"]), **{**job["variables"], "HIVE_URL": server_url})
    assert "1 passed" in said


def test_the_recipe_for_kubernetes_asks_what_the_server_answers(server_url: str) -> None:
    spec = recipe("Kubernetes")["spec"]
    [container] = spec["containers"]
    probe = container["readinessProbe"]["httpGet"]
    assert spec["enableServiceLinks"] is False
    assert [probe["port"]] == [one["containerPort"] for one in container["ports"]]
    assert probe["port"] == Settings().port
    assert httpx.get(f"{server_url}{probe['path']}").status_code == 200
    for mount in container["volumeMounts"]:
        assert f"{mount['mountPath'].strip('/')}: {mount['mountPath']}\\n" in DOCKERFILE
        assert mount["name"] in {volume["name"] for volume in spec["volumes"]}


def test_every_yaml_block_of_the_recipes_is_yaml() -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", RECIPES, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    assert all(isinstance(yaml.safe_load(one), dict) for one in blocks)
