"""Waiting and verifying over HTTP."""

from asyncio import create_task, sleep, wait_for

import httpx
import pytest

from emulator.server.app import create_app
from tests.conftest import Make
from tests.support.receiver import WITHIN

pytestmark = pytest.mark.anyio


async def test_whoever_waits_is_told_when_the_emulator_stops(make: Make) -> None:
    emulator = make()
    transport = httpx.ASGITransport(create_app(emulator))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        body = {"tasks": {"state": "finished", "at_least": 2}, "timeout": "1h"}
        waiting = create_task(client.post("/_emulator/wait?sandbox=a", json=body))
        while emulator.worlds.peek("a") is None:
            assert not waiting.done()
            await sleep(0)
        emulator.turn_away()
        answer = await wait_for(waiting, WITHIN)
    assert answer.status_code == 408
    assert answer.json()["error"].startswith(
        "The emulator stops. Expected at least 2 tasks with state 'finished', but there is none."
    )
