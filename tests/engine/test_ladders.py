"""Retries over days, for many callbacks at once, on real sockets."""

from asyncio import IncompleteReadError, StreamReader, StreamWriter, start_server
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from emulator import Emulator, Settings
from emulator.core.model import ClockMode, Mode
from emulator.engine.callbacks import CallbackState
from emulator.engine.clock import START

pytestmark = pytest.mark.anyio

CALLBACKS = 1000
LADDER = "name: ladder\ncallbacks: {retry: [1m, 1h, 1d, 2d]}"
THREE_DAYS = timedelta(days=3, hours=1, minutes=1)


class Refusing:
    """A receiver that takes no callback; `heard` has the paths in the order in which they came."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.connections = 0

    async def answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        with suppress(IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(line for line in head.split("\r\n") if line[:15] == "Content-Length:")
                await reader.readexactly(int(length[15:]))
                self.heard.append(head.split(" ")[1])
                writer.write(b"HTTP/1.1 503 Not Now\r\nContent-Length: 0\r\n\r\n")
        writer.close()


async def test_three_days_of_retries_for_a_thousand_callbacks_reach_a_real_receiver_in_order(
    tmp_path: Path,
) -> None:
    (tmp_path / "ladder.yaml").write_text(LADDER)
    emulator = Emulator(
        Settings(scenarios=(tmp_path,), scenario="ladder", clock=ClockMode.MANUAL, no_bundled=True)
    )
    sandbox, receiver = emulator.sandbox("default"), Refusing()
    async with await start_server(receiver.answer, "127.0.0.1", 0) as server, emulator.running():
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for n in range(CALLBACKS):
            own = f"{url}/{n}"
            emulator.submit("text-key", Mode.ASYNC, text_data="hello", callback_url=own)
        passed = await emulator.run_until_idle(sandbox)
    assert (passed.now, passed.failed, passed.pending) == (START + THREE_DAYS, CALLBACKS, 0)
    assert {callback.state for callback in sandbox.callbacks} == {CallbackState.FAILED}
    # Those of one moment come in any order, but none before all of the moment before have come.
    everyone = {f"/{n}" for n in range(CALLBACKS)}
    rounds = [receiver.heard[at : at + CALLBACKS] for at in range(0, 5 * CALLBACKS, CALLBACKS)]
    assert [set(heard) for heard in rounds] == [everyone] * 5
    assert len(receiver.heard) == 5 * CALLBACKS
    assert receiver.connections < CALLBACKS
