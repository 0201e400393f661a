"""The least that a server on uvicorn can do: read the body, answer constant bytes."""

from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from bench.servers.listening import announce, arguments, listen

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def create_application(answer_bytes: int) -> Application:
    body = b"x" * answer_bytes
    start = {
        "type": "http.response.start",
        "status": 200,
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ],
    }
    finish = {"type": "http.response.body", "body": body}

    async def application(_scope: Message, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body", False):
            pass
        await send(start)
        await send(finish)

    return application


def main() -> None:
    ready_file, answer_bytes = arguments()
    config = uvicorn.Config(
        create_application(answer_bytes),
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
    listener = listen()
    # Told early: connections wait in the backlog, and what counts is the first answer.
    announce(ready_file, listener.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
