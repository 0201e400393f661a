"""Clients of every sort, as applications have them, against the fixture `hive`."""

import asyncio
import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import httpx
import pytest
import requests

from emulator.pytest_plugin import Hive
from tests.pytest_plugin.calls import ASYNC, SYNC, classes

Client = Callable[[str, str, dict[str, str]], object]
"""Posts the fields to the address with the key, and gives the JSON of the answer."""


def by_requests(url: str, key: str, fields: dict[str, str]) -> object:
    headers = {"Authorization": f"Token {key}"}
    with requests.Session() as session:
        return session.post(url, data=fields, headers=headers, timeout=20).json()


def by_httpx(url: str, key: str, fields: dict[str, str]) -> object:
    with httpx.Client() as client:
        return client.post(url, data=fields, headers={"Authorization": f"Token {key}"}).json()


def by_async_httpx(url: str, key: str, fields: dict[str, str]) -> object:
    async def ask() -> object:
        async with httpx.AsyncClient() as client:
            headers = {"Authorization": f"Token {key}"}
            return (await client.post(url, data=fields, headers=headers)).json()

    return asyncio.run(ask())


def by_aiohttp(url: str, key: str, fields: dict[str, str]) -> object:
    async def ask() -> object:
        headers = {"Authorization": f"Token {key}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(url, data=fields) as answer,
        ):
            return await answer.json()

    return asyncio.run(ask())


def by_urllib(url: str, key: str, fields: dict[str, str]) -> object:
    headers = {"Authorization": f"Token {key}"}
    request = urllib.request.Request(url, urlencode(fields).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def by_another_process(url: str, key: str, fields: dict[str, str]) -> object:
    code = (
        "import json, sys, urllib.request as web; url, key, data = sys.argv[1:];"
        "headers = {'Authorization': f'Token {key}'};"
        "print(web.urlopen(web.Request(url, data.encode(), headers)).read().decode())"
    )
    command = [sys.executable, "-c", code, url, key, urlencode(fields)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


CLIENTS = [by_requests, by_httpx, by_async_httpx, by_aiohttp, by_urllib, by_another_process]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_of_any_sort_gets_what_is_scripted_and_is_called_back(
    hive: Hive, client: Client
) -> None:
    hive.text("you fool", bullying=2)
    inbox = hive.inbox()
    answer = client(f"{hive.url}{SYNC}", hive.text_key, {"text_data": "you fool"})
    assert classes(answer)["bullying"] == 2
    fields = {"text_data": "you fool", "callback_url": inbox.url}
    client(f"{hive.url}{ASYNC}", hive.text_key, fields)
    hive.advance("1s")
    assert classes(inbox[0].json())["bullying"] == 2
    hive.assert_requested(text="you fool", count=2)


NODE = """
const url = process.env.HIVE_EMULATOR_URL;
const response = await fetch(`${url}/api/v2/task/sync`, {
  method: "POST",
  headers: { Authorization: `Token ${process.env.HIVE_API_KEY}` },
  body: new URLSearchParams({ text_data: "hive-bullying-2" }),
});
const { classes } = (await response.json()).status[0].response.output[0];
console.log(classes.find((one) => one.class === "bullying").score);
"""


def test_a_client_in_node_gets_what_is_scripted_beside_exec(tmp_path: Path) -> None:
    # Without Node this fails, and says so: nobody would see that it was skipped.
    node = shutil.which("node")
    assert node is not None, "there is no Node on this machine to run the client with"
    command = [sys.executable, "-m", "emulator", "exec", "--"]
    script = [node, "--input-type=module", "-e", NODE]
    ran = subprocess.run([*command, *script], capture_output=True, text=True, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "2\n"), ran.stderr
