"""The log: lines to read or JSON, what is in effect, and never a secret."""

import json
import signal
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from tests.cli.processes import serving, stop
from tests.support.receiver import Receiver

SECRETS = {
    "admin token": "sk-admin",
    "declared key": "sk-declared",
    "any key": "sk-any",
    "wrong scheme": "sk-bearer",
    "query of a callback": "sk-query",
    "path of a callback": "sk-path",
    "user of a callback": "sk-user",
    "header of an answer": "sk-header",
    "body of an answer": "sk-body",
}


def logged(folder: Path, *options: str, **variables: str) -> list[str]:
    """What a server says from its start to its stop."""
    with serving(["--port", "0", *options], folder, **variables) as server:
        code, said, log = stop(server, signal.SIGTERM)
    assert (code, said) == (0, "")
    return log.splitlines()


def test_what_is_in_effect_is_told_at_the_start_with_its_places(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "seed: 7\nprojects: [{name: a, keys: sk-declared}]\nlatency: documented\n"
    )
    [line] = logged(
        tmp_path, "--config", "c.yaml", HIVE_EMULATOR_ADMIN_TOKEN="sk-admin", HIVE_EMULATOR_SEED="8"
    )
    assert line.startswith("INFO ")
    assert " scenarios, " in line
    for told in (
        "--port 0 (option --port)",
        "--config c.yaml (option --config)",
        "--seed 8 (variable HIVE_EMULATOR_SEED)",
        "--latency documented (c.yaml:3",
        "--admin-token … (variable HIVE_EMULATOR_ADMIN_TOKEN)",
    ):
        assert told in line
    assert line.endswith("all others as by default")
    assert "sk-" not in line


def test_how_much_is_logged_can_be_less(tmp_path: Path) -> None:
    assert logged(tmp_path, "--log-level", "warning") == []


@pytest.mark.parametrize("level", ["info", "debug"])
def test_as_json_every_line_is_an_object(tmp_path: Path, level: str) -> None:
    lines = logged(tmp_path, "--log-format", "json", "--log-level", level)
    assert lines
    for line in map(json.loads, lines):
        assert {*line} == {"time", "level", "logger", "message"}
        assert line["level"] in ("debug", "info")
        assert datetime.fromisoformat(line["time"]).tzinfo is not None
    assert any("--log-format json" in json.loads(line)["message"] for line in lines)


def test_a_mistake_of_ours_is_logged_as_json_with_its_trace() -> None:
    import logging
    import sys

    from emulator.cli.logs import JsonLines

    try:
        raise KeyError("a\nb")
    except KeyError:
        record = logging.LogRecord("a", logging.ERROR, "", 0, "%s\nlost", ("all",), sys.exc_info())
    written = JsonLines().format(record)
    assert "\n" not in written
    line = json.loads(written)
    assert (line["level"], line["logger"], line["message"]) == ("error", "a", "all\nlost")
    assert line["trace"].startswith("Traceback ")


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_ever_logged(tmp_path: Path, receiver: Receiver, form: str) -> None:
    """At the level that says most, with callbacks that succeed and fail, and calls of all sorts."""
    (tmp_path / "c.yaml").write_text("projects: [{name: a, keys: sk-declared}]\n")
    receiver.headers["Set-Cookie"] = "session=sk-header"
    receiver.body = b"sk-body"
    receiver.answers = [500, 200]
    options = ["--config", "c.yaml", "--admin-token", "sk-admin", "--port", "0"]
    options += ["--log-format", form, "--log-level", "debug"]
    host = receiver.url.removeprefix("http://")
    targets = [
        f"{receiver.url}/sk-path?token=sk-query",
        f"http://sk-user:sk-user@{host}/sk-path",
        "http://127.0.0.1:9/sk-path?token=sk-query",
        "https://example.com/sk-path?token=sk-query",
        "http://[sk-path?token=sk-query",
    ]
    with (
        serving(options, tmp_path) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        for scheme, key in (
            ("Token", "sk-declared"),
            ("token", "sk-any~a"),
            ("Bearer", "sk-bearer"),
        ):
            for target in targets:
                client.post(
                    "/api/v2/task/async",
                    headers={"Authorization": f"{scheme} {key}"},
                    data={"text_data": "hello", "callback_url": target},
                )
        admin = {"Authorization": "Bearer sk-admin"}
        client.get("/_emulator/callbacks", headers={"Authorization": "Bearer sk-any"})
        client.get("/nowhere?key=sk-query", headers={"Authorization": "Token sk-any"})
        for sandbox in ("default", "a"):
            client.put(
                f"/_emulator/clock?sandbox={sandbox}", headers=admin, json={"mode": "manual"}
            )
            done = client.post(f"/_emulator/clock/run-until-idle?sandbox={sandbox}", headers=admin)
            assert done.status_code == 200, done.text
        assert receiver.all
        _, said, log = stop(server, signal.SIGTERM)
    assert said == ""
    assert "--admin-token … (option --admin-token)" in log.replace("\\u2026", "…")
    for what, secret in SECRETS.items():
        assert secret not in log, what
