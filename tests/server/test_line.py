"""The line to a client: what is read of a body that nobody is going to look at."""

from asyncio import sleep
from collections.abc import Iterator

import pytest
from starlette.types import Message

from emulator.server.line import take_in

pytestmark = pytest.mark.anyio

MEBIBYTE = 1024 * 1024
PIECE = b"x" * 64 * 1024


class Sender:
    """Sends pieces of a body, for ever where no number is given; `sent` are those it got rid of."""

    def __init__(self, pieces: int | None = None) -> None:
        self.pieces = pieces
        self.sent = 0

    async def __call__(self) -> Message:
        await sleep(0)
        self.sent += 1
        more = self.sent != self.pieces
        return {"type": "http.request", "body": PIECE, "more_body": more}


async def test_the_rest_of_a_body_is_read_to_its_end() -> None:
    sender = Sender(pieces=5)
    await take_in(sender)
    assert sender.sent == 5


async def test_of_a_body_without_an_end_no_more_than_a_mebibyte_is_read() -> None:
    sender = Sender()
    await take_in(sender)
    assert sender.sent * len(PIECE) == MEBIBYTE


async def test_a_client_that_is_gone_has_nothing_more_to_send() -> None:
    told: Iterator[Message] = iter([{"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(told)

    await take_in(receive)
    assert list(told) == []
