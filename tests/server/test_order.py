"""Order in time, by a receiver's own record: each moment's callbacks come before the next one's."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from threading import Barrier, Lock

import httpx
import pytest

from tests.support.lives import World, calling
from tests.support.receiver import WITHIN, Received, Receiver

LATENCIES = [4, 1, 3, 1, 2, 4, 2, 3, 1, 4, 2, 3, 0, 4, 1, 0, 3, 2, 0, 1, 4, 3, 0, 2]
"""When each callback is due, in seconds and in the order in which they are submitted."""
CUT = {1: 1, 6: 2, 11: 3, 13: 4}
"""Which of them are cut short once, and so sent again a second later."""
WAYS: Mapping[str, list[tuple[str, object]]] = {
    "at a stretch": [("clock/advance", {"by": "1h"})],
    "second by second": [("clock/advance", {"by": "1s"})] * 6,
    "until idle": [("clock/run-until-idle", {})],
}


@pytest.fixture
def client(server_url: str, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    with calling(server_url, request) as client:
        yield client


class Record:
    """What a receiver writes down of each moment; it answers when all of that moment have come."""

    def __init__(self) -> None:
        self.due: dict[int, list[int]] = defaultdict(list)
        for number, second in enumerate(LATENCIES):
            self.due[number] += [second, second + 1] if number in CUT else [second]
        expected = Counter(second for seconds in self.due.values() for second in seconds)
        self.gates = {second: Barrier(many) for second, many in expected.items()}
        self.seconds: list[int] = []
        self._came: Counter[int] = Counter()
        self._lock = Lock()

    def hear(self, received: Received) -> None:
        number = int(received.target.removeprefix("/"))
        with self._lock:
            second = self.due[number][self._came[number]]
            self._came[number] += 1
            self.seconds.append(second)
        self.gates[second].wait(WITHIN)


def submit_all(world: World) -> dict[str, int]:
    """The numbers of the tasks by their ids."""
    world.play(
        *(
            {"on": "callback", "times": 1, "when": {"metadata": f"{number}"}, "fault": "truncated"}
            for number in CUT
        ),
        callbacks={"retry": ["1s"], "timeout": f"{WITHIN:g}s"},
    )
    return {
        world.submit(
            url=f"https://cdn.test/a.jpg?hive.latency={second}s",
            callback_url=f"{world.receiver.url}/{number}",
            metadata=f"{number}",
        ): number
        for number, second in enumerate(LATENCIES)
    }


def journalled(world: World, numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    """The attempts as the journal has them: when each was made, and of which callback."""
    return [
        (one["at"].removeprefix("2026-01-01T00:00:"), numbers[one["task"]])
        for one in world.items("journal?kind=attempt")
    ]


def expected() -> list[tuple[str, int]]:
    """Moment by moment: what was put down first comes first, which a retry was."""
    order: list[tuple[str, int]] = []
    for second in range(6):
        again = [number for number, before in CUT.items() if before == second - 1]
        first = [number for number, due in enumerate(LATENCIES) if due == second]
        order += [(f"{second:02d}.000Z", number) for number in (*again, *first)]
    return order


@pytest.mark.parametrize("way", WAYS)
def test_all_of_a_moment_arrives_at_once_before_anything_of_the_next_and_is_journalled_in_order(
    client: httpx.Client, receiver: Receiver, way: str
) -> None:
    record = Record()
    receiver.hear = record.hear
    world = World(client, receiver)
    numbers = submit_all(world)
    for call, body in WAYS[way]:
        passed = world.ask("POST", call, body)
    assert passed["pending"] == 0
    assert record.seconds == sorted(record.seconds)
    assert Counter(record.seconds) == Counter(int(at[:2]) for at, _ in expected())
    assert journalled(world, numbers) == expected()
    assert {one["state"] for one in world.callbacks()} == {"delivered"}
