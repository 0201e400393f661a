"""What docs/dashboard.md says is so: tables are the code's, commands answer what it prints."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import yaml

from emulator import Emulator, Settings
from emulator.core.access import Application
from emulator.core.conditions.comparing import OPERATORS
from emulator.core.duration import format_duration
from emulator.core.rules import ACTIONS, FREQUENCIES, ONCE, REQUIRED, TYPES, Deed, Rule
from emulator.core.taxonomy.visual import DOCS
from emulator.library.conditions import CONDITIONS, read_condition
from emulator.library.problems import Problems
from emulator.library.rules import RULE_KEYS
from emulator.library.yaml import read_documents
from tests.support.receiver import Receiver
from tests.test_docs import table

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "dashboard.md").read_text("utf-8")
HERE = "http://127.0.0.1:4483"
HOOKS = "http://127.0.0.1:9000"
EXAMPLE = "## A worked example"


def cells(name: str) -> list[list[str]]:
    """The rows of a table, without its head."""
    rows = table("dashboard.md", name)[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def first_column(name: str) -> list[str]:
    return [row[0].strip("`") for row in cells(name)]


# The tables


def test_the_table_of_conditions_has_every_one_that_there_is() -> None:
    assert first_column("leaves") == list(CONDITIONS)


@pytest.mark.parametrize("row", cells("leaves"), ids=first_column("leaves"))
def test_every_example_of_a_condition_is_one_and_says_itself_as_the_table_does(
    row: list[str], tmp_path: Path
) -> None:
    name, _, example, words = row
    (file := tmp_path / "example.yaml").write_text(example.strip("`"))
    problems = Problems()
    [document] = read_documents(file, problems)
    condition = read_condition(document, problems, DOCS)
    assert problems.found == []
    assert condition is not None
    assert str(condition) == words
    assert list(document) == [name.strip("`")]


def test_the_table_of_operators_is_that_of_the_code() -> None:
    assert first_column("operators") == list(OPERATORS)
    for (_, words, of), operator in zip(cells("operators"), OPERATORS.values(), strict=True):
        assert words == (operator.word.strip() or "equal")
        assert (of == "numbers") is operator.numbers_only


def action_row(name: str, deed: Deed) -> list[str]:
    settings = [
        f"`{one}`{f' ({shown(value)})' if value is not REQUIRED else ''}"
        for one, value in deed.settings.items()
    ]
    says = deed.says.format(**{"tag": "a tag", "for": "a time"})
    return [f"`{name}`", deed.on, says, ", ".join(settings)]


def shown(value: object) -> str:
    return format_duration(value) if isinstance(value, timedelta) else str(value)


def test_the_table_of_actions_is_that_of_the_code() -> None:
    assert cells("actions") == [action_row(name, deed) for name, deed in ACTIONS.items()]


def test_the_table_of_a_rules_keys_is_that_of_the_code() -> None:
    assert first_column("rules") == list(RULE_KEYS)
    told = {row[0].strip("`"): row[1] for row in cells("rules")}
    assert told["type"].startswith(" or ".join(f"`{one}`" for one in TYPES))
    assert re.findall(r"`(\w+)`", told["trigger_frequency"]) == [*FREQUENCIES]
    assert f"`{ONCE}` (when left out)" in told["trigger_frequency"]


def test_the_configuration_that_it_prints_is_one(tmp_path: Path) -> None:
    [printed] = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    (file := tmp_path / "forum.yaml").write_text(printed)
    opened = (
        Emulator(Settings(config=file)).library.directory.caller("Token my-dashboard-key").opened
    )
    assert isinstance(opened, Application)
    assert [rule.name for rule in opened.rules] == [
        "Three hateful posts in a day", "Explicit, unless verified"
    ]  # fmt: skip
    assert opened.webhooks == {"ban_patron": f"{HOOKS}/banned"}


def test_its_contents_are_its_headings() -> None:
    headings = re.findall(r"^## (.*)$", DOCUMENT, re.MULTILINE)
    listed = re.findall(r"\[([^\]]+)\]\(#([^)]+)\)", DOCUMENT)
    assert [name for name, _ in listed] == headings
    assert [anchor for _, anchor in listed] == [name.lower().replace(" ", "-") for name in headings]


# The commands


class Step(NamedTuple):
    """A command, and what it is said to answer, if anything."""

    command: str
    answer: str | None


def steps(text: str) -> Iterator[Step]:
    """All commands in their order; JSON right after them has a line for each of their answers."""
    for block, printed in re.findall(
        r"^```sh\n(.*?)^```(?:\n\n^```json\n(.*?)^```)?", text, re.MULTILINE | re.DOTALL
    ):
        commands = re.findall(r"^curl (?:.*\\\n)*.*$", block, re.MULTILINE)
        answers = printed.splitlines() or [None] * len(commands)
        assert len(commands) == len(answers)
        yield from map(Step, commands, answers)


def run(command: str) -> str:
    done = subprocess.run(
        ["bash", "-c", f"{command} --silent --show-error --fail-with-body"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def without_what_is_made_anew(answer: str) -> str:
    return re.sub(r'"(task_id|created_on)":"[^"]*"', r'"\1":"…"', answer)


def test_its_commands_answer_what_it_prints(server_url: str, receiver: Receiver) -> None:
    """All of them, in their order, in one sandbox."""
    printed = 0
    for command, answer in steps(DOCUMENT):
        ours = command.replace(HERE, f"{server_url}/s/dashboard-documents")
        said = run(ours.replace(HOOKS, receiver.url))
        if answer is None:
            assert isinstance(json.loads(said), dict)
        else:
            assert without_what_is_made_anew(said) == answer
            printed += 1
    assert printed == 10
    webhook = receiver.next()
    assert (webhook.target, receiver.came.empty()) == ("/suspended", True)
    [told] = re.findall(r"```json\n(\{\"application_id.*?)\n```", DOCUMENT)
    assert without_what_is_made_anew(webhook.body.decode()) == told


def test_the_readme_shows_a_post_that_trips_a_rule(server_url: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = re.split(
        r"^## ", readme.partition("## Posts, patrons and rules\n")[2], flags=re.MULTILINE
    )
    [step] = steps(section[0])
    said = run(step.command.replace(HERE, f"{server_url}/s/dashboard-readme"))
    assert without_what_is_made_anew(said) == step.answer
    assert "[docs/dashboard.md](docs/dashboard.md)" in section[0]


def example_rows() -> list[list[str]]:
    readme = (ROOT / "README.md").read_text("utf-8")
    inner = readme.partition("<!-- worked example:")[2].partition("<!-- end of worked")[0]
    rows = [line for line in inner.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_readme_shows_the_post_that_trips_each_rule(client: httpx.Client) -> None:
    rows = example_rows()
    assert [row[0] for row in rows] == [rule.name for rule in bundled_rules()]
    key = {"authorization": "Token dashboard-key"}
    for name, posted, triggered in rows:
        for one in posted.split("<br>"):
            sent = json.loads(one.strip("`"))
            answer = client.post("/api/v1/task/sync", headers=key, json=sent).json()
        fired = [rule["rule_name"] for rule in answer["triggered_rules"]]
        assert name in fired
        assert fired == triggered.split("<br>")


def test_the_posts_of_the_example_are_scripted_by_its_fixtures_and_all_of_these_are_used() -> None:
    scripted = yaml.safe_load((ROOT / "fixtures" / "11_worked_example.yaml").read_text("utf-8"))
    example = DOCUMENT.partition(EXAMPLE)[2]
    for fixture in scripted["fixtures"]:
        [words] = fixture["when"].values()
        each = [words] if isinstance(words, str) else words
        assert all(one in example for one in each if not one.startswith("http:"))


def test_its_python_works_as_it_stands() -> None:
    [program] = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.startswith('[\'Post has text in Deny List\'] b\'{"patron_id":"ann"')


def test_its_last_command_shows_what_became_of_the_patron(server_url: str) -> None:
    url = f"{server_url}/s/dashboard-example"
    said = [run(step.command.replace(HERE, url)) for step in steps(DOCUMENT.partition(EXAMPLE)[2])]
    [hank] = json.loads(said[-1])["items"]
    assert (hank["banned"], hank["in_review"]) == (True, True)
    assert hank["posts"] == ["p4", "p5", "p6", "p7", "p9"]


def bundled_rules() -> tuple[Rule, ...]:
    opened = Emulator().library.directory.caller("Token dashboard-key").opened
    assert isinstance(opened, Application)
    return opened.rules


def test_the_worked_example_goes_through_the_bundled_rules_and_says_them_in_their_words() -> None:
    example = DOCUMENT.partition(EXAMPLE)[2]
    written = [
        " ".join(one.split())
        for one in re.findall(r"^\*\*.*?(?=\n\n)", example, re.MULTILINE | re.DOTALL)
    ]
    rules = bundled_rules()
    assert len(rules) == 6
    assert written == [f"**{rule.name}**: {str(rule)[0].lower()}{str(rule)[1:]}" for rule in rules]


def test_each_bundled_rule_is_tripped_where_the_example_explains_it() -> None:
    parts = re.split(r"^\*\*", DOCUMENT.partition(EXAMPLE)[2], flags=re.MULTILINE)[1:]
    for rule, part in zip(bundled_rules(), parts, strict=True):
        answers = [json.loads(step.answer) for step in steps(part) if step.answer is not None]
        names = [one["rule_name"] for answer in answers for one in answer["triggered_rules"]]
        assert rule.name in names


def test_the_bundled_file_says_above_each_rule_which_post_trips_it() -> None:
    text = (ROOT / "applications" / "dashboard.yaml").read_text("utf-8")
    names = [one["name"] for one in yaml.safe_load(text)["applications"][0]["rules"]]
    above = re.findall(r"^ +#.*\n +- name: (.*)$", text, re.MULTILINE)
    assert above == names
