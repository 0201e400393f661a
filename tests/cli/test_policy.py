"""`policy`: what it prints, what it writes, and how it leaves."""

import json
import os
import pty
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from emulator.cli.main import cli
from tests.cli.processes import COMMAND, WITHIN, run
from tests.lab import deciding
from tests.lab.serving import Reply, as_json, serving

POLICIES = Path(__file__).parents[2] / "examples" / "policies"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with some policies, in which the command runs."""
    for file in POLICIES.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    path = [*sys.path]
    yield tmp_path
    sys.path[:] = path
    sys.modules.pop("guides", None)


def policy(*arguments: str) -> Result:
    done = CliRunner().invoke(cli, ["policy", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def said(*arguments: str, code: int = 0) -> list[str]:
    done = policy(*arguments)
    assert done.exit_code == code, done.output
    return done.stdout.splitlines()


DECIDING = "tests.lab.deciding"


def test_a_map_is_a_table_of_what_matters() -> None:
    head, legend, *rest = said("map", "negative_class.yaml")
    assert re.fullmatch(
        r"negative_class\.yaml over visual answers; base: no noise; 21 steps; "
        r"2,\d\d\d answers in \d+\.\d s",
        head,
    )
    assert legend == "· allow   A ban"
    assert rest == [
        "",
        "class            from 0 to 1            decides     notes",
        "animated_gun     ··················AAA  ban >= 0.9  moves with no_gun",
        "gun_in_hand      ··················AAA  ban >= 0.9  moves with no_gun",
        "gun_not_in_hand  ··················AAA  ban >= 0.9  moves with no_gun",
        "no_gun           AA···················  ban < 0.1   negative class of the head gun",
        "",
        "112 of 116 classes alone never change the decision on this base.",
    ]


def test_a_map_of_texts_is_told_by_what_the_file_asks() -> None:
    lines = said("map", "patterns.yaml")
    assert lines[0].startswith("patterns.yaml over text answers; base: no noise; ")
    assert (
        "Email Address      write to ann@example.com B  mask with 'write to ann@example.com'"
        in lines
    )
    assert "violence  -1· 0· 1· 2A 3A  remove >= 2" in said("map", "dating.yaml")


def test_a_map_is_written_in_every_form(folder: Path) -> None:
    paths = ["--json", "m.json", "--html", "m.html", "--junit", "m.xml"]
    said("map", "negative_class.yaml", "--only", "gun", "--pairs", "no_gun,yes_kkk", *paths)
    found = json.loads((folder / "m.json").read_text())
    assert found["decisions"] == ["allow", "ban"]
    negative = next(one for one in found["classes"] if one["class"] == "no_gun")
    assert negative["changes"] == [
        {
            "threshold": 0.1, "operator": "<", "decision": "ban", "before": "ban",
            "after": "allow", "below": 0.09999999999999999, "above": 0.1, "reads": "itself",
        }
    ]  # fmt: skip
    assert (negative["negative"], negative["monotone"], negative["says"]) == (
        True,
        True,
        ["ban < 0.1"],
    )
    [pair] = found["pairs"]
    assert (pair["classes"], pair["together"], pair["impossible"]) == (["no_gun", "yes_kkk"], [], 0)
    assert (folder / "m.html").read_text().startswith("<!DOCTYPE html>\n<html")
    suite = ET.parse(folder / "m.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("4", "0")
    assert suite.findtext("testcase[@name='no_gun']/system-out") == "ban < 0.1"


def test_json_alone_may_stand_on_standard_output() -> None:
    done = policy("map", "negative_class.yaml", "--only", "gun", "--json", "-")
    assert json.loads(done.stdout)["policy"] == "negative_class.yaml"
    done = policy("boundaries", "negative_class.yaml", "--only", "gun", "--json", "-")
    assert [one["decision"] for one in json.loads(done.stdout)["boundaries"]] == [
        "ban", "ban", "allow", "allow", "allow",
    ]  # fmt: skip


def test_pairs_are_drawn() -> None:
    lines = said(
        "map", f"{DECIDING}:both_together", "--only", "kkk", "--steps", "3",
        "--pairs", "yes_kkk, yes_nazi",
    )  # fmt: skip
    assert lines[-5:] == [
        "yes_kkk (down) and yes_nazi (across)",
        "  0.0 ···",
        "  0.5 ·AA",
        "  1.0 ·AA",
        "  4 pairs decide as neither class alone does",
    ]


def test_what_is_wrong_with_a_policy_is_told_and_leaves_with_1(folder: Path) -> None:
    lines = said(
        "map", f"{DECIDING}:raises", "--only", "gun", "--junit", "m.xml", "--json", "m.json", code=1
    )
    at = next(at for at, line in enumerate(lines) if line.startswith("finding: "))
    assert lines[at].startswith("finding: it raises: KeyError: 'gun <b>' (")
    assert lines[at + 1].startswith("  as a fixture: {")
    assert any("raise KeyError" in line for line in lines[at:])
    suite = ET.parse(folder / "m.xml").getroot()[0]
    assert suite.get("failures") == "1"
    [finding] = json.loads((folder / "m.json").read_text())["findings"]
    assert (finding["kind"], finding["answer"]["code"]) == ("raises", 200)
    token = {"trouble": "raises: KeyError: 'gun <b>'"}
    assert token in json.loads((folder / "m.json").read_text())["decisions"]


def test_a_policy_that_hangs_leaves_with_4() -> None:
    for command in (["map"], ["boundaries"], ["check", "--against", "negative_class.yaml"]):
        done = policy(
            command[0], f"{DECIDING}:hangs", *command[1:], "--only", "gun", "--timeout", "20ms"
        )
        assert done.exit_code == 4
        assert "took too long too often" in done.stderr


def test_a_video_is_told_how_its_frames_count() -> None:
    lines = said(
        "map", "guides:banned_classes", "--contract", "video", "--only", "nsfw", "--frames", "3"
    )
    assert ", 3 frames; " in lines[0]
    assert lines[4].endswith("frames: it looks at the first frame alone, and at no other")


def test_a_check_that_holds_leaves_with_0() -> None:
    for name in ("dating", "patterns"):
        [verdict] = said("check", f"guides:{name}", "--against", f"{name}.yaml")
        assert re.fullmatch(r"All [\d,]+ inputs are decided as expected\.", verdict)


def test_a_check_that_does_not_hold_tells_each_deviation_and_leaves_with_1(folder: Path) -> None:
    arguments = ["guides:highest_severity", "--against", "dating.yaml"]
    lines = said(
        "check", *arguments, "--junit", "c.xml", "--json", "c.json", "--html", "c.html", code=1
    )
    assert lines[1] == "With sexual at 3 it decides 'ban', where 'remove' is expected."
    assert lines[-1] == "8 of 63 inputs are decided otherwise than expected."
    suite = ET.parse(folder / "c.xml").getroot()[0]
    assert suite.get("failures") == "5"
    failure = suite.find("testcase[@name='sexual']/failure")
    assert failure is not None
    assert failure.get("message") == lines[1]
    found = json.loads((folder / "c.json").read_text())
    assert [one["says"] for one in found["differences"]] == lines[:-1]
    assert lines[0] in (folder / "c.html").read_text().replace("&#x27;", "'")


CORPUS = """\
{"url": "https://cdn.test/hive-animated_gun.jpg"}
{"url": "https://cdn.test/hive-gun_in_hand.jpg"}
{"text_data": "hello"}
"""


def test_a_difference_within_the_budget_leaves_with_0(folder: Path) -> None:
    (folder / "c.jsonl").write_text(CORPUS)
    both = ["diff", "banned_classes.yaml", "negative_class.yaml", "--only", "animated_gun"]
    lines = said(*both, "--corpus", "c.jsonl", code=1)
    assert lines == [
        "With animated_gun from 0.9 to 1 the first decides 'allow', the second 'ban'.",
        ("With line 1 ('https://cdn.test/hive-animated_gun.jpg') the first decides 'allow', the "
        "second 'ban'."),
        "4 of 24 inputs are decided differently. Allowed are 0.",
    ]  # fmt: skip
    assert said(*both, "--corpus", "c.jsonl", "--budget", "4", "--junit", "d.xml") == [
        *lines[:-1], lines[-1].replace("0.", "4."),
    ]  # fmt: skip
    suite = ET.parse(folder / "d.xml").getroot()[0]
    assert suite.get("failures") == "0"
    assert suite.findtext("testcase[@name='corpus']/system-out") == lines[1]
    said(*both, "--corpus", "c.jsonl", "--budget", "3", code=1)


def test_a_corpus_may_have_fixtures_and_chance(folder: Path) -> None:
    (folder / "c.jsonl").write_text('{"url": "https://cdn.test/a.jpg"}\n')
    (folder / "f.yaml").write_text(
        "fixtures:\n  - {name: a, when: {url: '*/a.jpg'}, visual: {animated_gun: 0.95}}\n"
    )
    both = [
        "diff",
        "banned_classes.yaml",
        "negative_class.yaml",
        "--only",
        "kkk",
        "--corpus",
        "c.jsonl",
    ]
    assert said(*both)[-1] == "All 43 inputs are decided alike. Allowed are 0."
    assert said(*both, "--fixtures", "f.yaml", code=1)[-1].startswith("1 of 43 inputs is decided")
    said(*both, "--unscripted", "random")


def test_many_differences_are_cut_short() -> None:
    lines = said("diff", f"{DECIDING}:ignores", f"{DECIDING}:turns", "--steps", "2", code=1)
    assert any(re.fullmatch(r"… and \d+ more", line) for line in lines)


def test_boundaries_are_fixtures_that_validate_and_serve(folder: Path) -> None:
    lines = said("boundaries", "negative_class.yaml", "--only", "gun")
    assert lines[3] == "  # url: https://lab.hive-emulator.test/boundary-no_gun-8.8e-05.jpg -> ban"
    (folder / "b.yaml").write_text("\n".join(lines))
    done = CliRunner().invoke(cli, ["validate", "--strict", "b.yaml"])
    assert done.exit_code == 0, done.output
    assert said("boundaries", f"{DECIDING}:ignores", "--only", "gun")[-1] == "fixtures: []"
    (folder / "t.yaml").write_text("\n".join(said("boundaries", "patterns.yaml")))
    assert CliRunner().invoke(cli, ["validate", "--strict", "t.yaml"]).exit_code == 0


def test_rules_of_the_dashboard_are_mapped_and_held_to_a_file() -> None:
    lines = said(
        "map", f"{DECIDING}:triggered", "--contract", "dashboard", "--only", "text classes"
    )
    assert any('["Hateful text"] >= 2' in line for line in lines)
    lines = said("map", "dating.yaml", "--contract", "dashboard", "--only", "hate")
    assert "hate   -1· 0· 1· 2A 3A  remove >= 2" in lines


def judge(path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    return as_json({"decision": deciding.no_gun(json.loads(body))})


def test_an_address_is_a_policy_too() -> None:
    with serving(judge) as server:
        lines = said("map", "--url", server.url, "--decision", "/decision", "--only", "gun")
        assert lines[-3].startswith("no_gun           AA···")
        said("diff", server.url, f"{DECIDING}:no_gun", "--only", "gun", code=1)


def test_an_application_calls_the_emulator_that_is_served_for_it(folder: Path) -> None:
    from tests.lab.test_application import submit

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    def handle(path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        content = json.loads(body)["content"]
        answer = submit(f"http://127.0.0.1:{port}", "visual-key", url=content)
        return (403 if deciding.no_gun(answer) == "remove" else 200), b""

    with serving(handle) as server:
        (folder / "t.http").write_text(
            f"POST {server.url}/ HTTP/1.1\nContent-Type: application/json\n\n"
            '{"content": "{content}"}\n'
        )
        arguments = ["--request", "t.http", "--decision", "status", "--port", str(port)]
        lines = said("map", *arguments, "--only", "no_gun", "--steps", "3")
    assert lines[1] == "· 200   A 403"
    assert lines[4].startswith("no_gun  A··")


REFUSED = {
    "no policy": (["map"], "name one policy: module:function"),
    "no module": (["map", "nope:decide"], "there is no module 'nope' in "),
    "no function": (["map", "guides:banned"], "there is no 'banned' in guides. Did you mean"),
    "nobody there": (["map", "--url", "http://127.0.0.1:1/"], "nobody listens at 127.0.0.1:1"),
    "no such file": (["map", "none.yaml"], "none.yaml: cannot be read: No such file"),
    "no expectation": (
        ["check", "guides:dating", "--against", "none.yaml"], "cannot be read: No such file"
    ),
    "one class": (["map", "guides:dating", "--pairs", "a"], "--pairs a: expected two classes"),
    "one step": (["map", "guides:dating", "--steps", "1"], "--steps 1: at least 2"),
    "no time": (["map", "guides:dating", "--timeout", "soon"], "--timeout: expected a duration"),
    "no place": (["map", "guides:dating", "--decision", "a"], "--decision a: expected a JSON"),
    "no base": (["map", "guides:dating", "--base", "nope"], "--base nope: there is neither"),
    "nowhere to write": (
        ["map", "negative_class.yaml", "--only", "kkk", "--json", "none/m.json"],
        "none/m.json: cannot be written: No such file",
    ),
    "no contract": (["map", "a:b", "--contract", "audio"], "'audio' is not one of"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_told_and_leaves_with_2(arguments: list[str], told: str) -> None:
    done = policy(*arguments)
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert "Traceback" not in done.output


def test_the_command_itself_finds_modules_where_it_was_started(tmp_path: Path) -> None:
    arguments = ["policy", "check", "guides:dating", "--against", "dating.yaml"]
    done = run(arguments, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "All 63 inputs are decided as expected.\n"


SLOW = """
import time

def decide(answer):
    time.sleep(0.005)
    return "allow" if answer else "remove"
"""


def test_a_long_run_shows_on_a_terminal_how_far_it_is(folder: Path) -> None:
    (folder / "slow.py").write_text(SLOW)
    ours, theirs = pty.openpty()
    command = [*COMMAND, "policy", "map", "slow:decide", "--only", "nsfw", "--steps", "151"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        said, _ = process.communicate(timeout=WITHIN)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert process.returncode == 0
    assert re.search(r"\r\d\d\d answers judged …", shown)
    assert shown.endswith("\r\x1b[K")
    assert "judged" not in said


def test_its_help_says_what_a_policy_is() -> None:
    text = "\n".join(said("map", "--help"))
    for word in ("module:function", "--request", "--decision", "Exit codes"):
        assert word in text
