"""The commands that ask a server, run in this process against a real one."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
from click.testing import CliRunner, Result

from emulator.cli.main import cli

ANY = {"authorization": "Token any-key"}
SYNC = "/api/v2/task/sync"
ASYNC = "/api/v2/task/async"


@dataclass(frozen=True)
class Talking:
    """A sandbox of a server, and the commands that ask it."""

    client: httpx.Client

    @property
    def url(self) -> str:
        return str(self.client.base_url).rstrip("/")

    @property
    def server(self) -> str:
        """The URL of the server itself."""
        return self.url.partition("/s/")[0]

    @property
    def sandbox(self) -> str:
        return self.url.partition("/s/")[2]

    def submit(self, path: str = SYNC, **fields: str) -> str:
        """Submit something, and give the task's id."""
        answer = self.client.post(path, headers=ANY, data=fields).json()
        return str(answer.get("task_id") or answer.get("id"))

    def control(self, path: str, body: Any = None) -> Any:
        answer = self.client.post(f"/_emulator/{path}", json=body or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(
        self, *arguments: str, text: str | None = None, color: bool = False, **variables: str
    ) -> Result:
        """What a command says, and how it leaves."""
        variables = {"HIVE_EMULATOR_URL": self.url, "HIVE_EMULATOR_ADMIN_TOKEN": "", **variables}
        done = CliRunner().invoke(cli, arguments, input=text, env=variables, color=color)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def said(self, *arguments: str, text: str | None = None) -> list[str]:
        """What a command says that all is well with."""
        done = self.ask(*arguments, text=text)
        assert (done.exit_code, done.stderr) == (0, "")
        return done.stdout.splitlines()

    def refused(self, *arguments: str, code: int = 2, text: str | None = None) -> str:
        """What a command says that comes to nothing."""
        done = self.ask(*arguments, text=text)
        assert (done.exit_code, done.stdout) == (code, ""), done.output
        return done.stderr

    def as_json(self, *arguments: str) -> Any:
        return json.loads("\n".join(self.said(*arguments, "--json")))
