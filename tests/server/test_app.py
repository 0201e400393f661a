"""The application at its edges: what no ordinary client sees."""

import logging
from datetime import datetime
from typing import Any

import httpx
import pytest
from starlette.types import Message

from emulator import Emulator, Settings, create_app
from emulator.server.app import Application
from emulator.server.control.guard import Guard

SYNC = "/api/v2/task/sync"


def mistaken_wall() -> datetime:
    """A wall clock with a mistake in it."""
    raise ZeroDivisionError("division by zero")


def submission(content_type: bytes) -> dict[str, Any]:
    """The scope of a synchronous submission, with all that ASGI demands of one."""
    return {
        "type": "http",
        "method": "POST",
        "path": SYNC,
        "query_string": b"",
        "headers": [(b"authorization", b"Token text-key"), (b"content-type", content_type)],
    }


@pytest.mark.anyio
async def test_a_mistake_of_ours_is_a_500_with_an_apology_and_a_trace_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    transport = httpx.ASGITransport(create_app(Emulator(wall=mistaken_wall)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.post(SYNC, data={"text_data": "x"})
    assert (answer.status_code, answer.json()["return_code"]) == (500, 500)
    assert "ZeroDivisionError" in answer.json()["message"]
    [record] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.getMessage().endswith(f"POST {SYNC}")
    assert record.exc_info is not None


@pytest.mark.anyio
async def test_a_client_that_goes_away_gets_nothing() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await create_app(Settings())(submission(b"application/json"), receive, send)
    assert sent == []


@pytest.mark.anyio
async def test_a_message_without_a_body_is_an_empty_last_one_as_asgi_says() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await create_app(Settings())(submission(b"application/x-www-form-urlencoded"), receive, send)
    assert sent[0]["status"] == 400
    assert b"No content was sent" in sent[1]["body"]


@pytest.mark.anyio
async def test_an_application_may_be_made_of_an_emulator_of_ones_own() -> None:
    emulator = Emulator(Settings(seed=5))
    app = create_app(emulator)
    assert isinstance(app, Application)
    assert app.emulator is emulator


@pytest.mark.parametrize("path", ["/s/here/", "/s/here", "/dashboard", "/task-api"])
@pytest.mark.anyio
async def test_a_prefix_alone_is_the_front_door(path: str) -> None:
    transport = httpx.ASGITransport(create_app(Settings()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert "hive-emulator" in (await client.get(path)).text


def test_an_origin_that_is_no_address_is_foreign() -> None:
    guard = Guard(None, ())
    assert guard.objection({"host": "localhost", "origin": "http://[::1"}) is not None
