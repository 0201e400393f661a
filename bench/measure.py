"""Runs the servers side by side through warm-up and rounds, and measures their start."""

import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from bench import load
from bench.cases import Case
from bench.contenders import BARE, EMULATOR, Contender
from bench.errors import LoadError
from bench.process import Server, running

# Requests that learn the size of answers; load begins beyond them, at numbers of equal length.
PROBES = 9
FIRST_NUMBER = 100_000
PLAUSIBLE = 0.3
IDLE_SECONDS = 0.2
# Only what has no other size to go by: the bare server while its start is measured.
ANSWER_BYTES_AT_START = 1_500


@dataclass(frozen=True, slots=True)
class Settings:
    """How long everything lasts. A round is long enough for ticks of 10 ms to be noise."""

    rounds: int = 5
    starts: int = 7
    warm_up_seconds: float = 1.5
    chunk: int = 1_000
    cpu_seconds: float = 1.8
    most_requests: int = 120_000
    timeout: float = 60.0


QUICK = Settings(
    rounds=1, starts=2, warm_up_seconds=0.01, chunk=100, cpu_seconds=0.1, most_requests=1_000
)


@dataclass(slots=True)
class Lane:
    """One server on its way through a case."""

    server: Server
    case: Case
    answer_bytes: int = 0
    requests: int = 0
    sent: int = FIRST_NUMBER
    resident_bytes: int = 0
    rounds: list[load.Measurement] = field(default_factory=list)
    target: load.Target = field(init=False)

    def probe(self, check: bool) -> None:
        """Learn the size of answers, and refuse a server whose answers are none."""
        answers = [self.server.answer(self.case, n) for n in range(PROBES)]
        if check:
            for answer in answers:
                self.case.check(answer, self.server.name)
        sizes = [len(answer) for answer in answers]
        self.answer_bytes = round(median(sizes))
        self.target = load.Target(
            host=self.server.host,
            port=self.server.port,
            encode=self.case.encoder(self.server.authority),
            shortest=int(min(sizes) * (1 - PLAUSIBLE)),
            longest=int(max(sizes) * (1 + PLAUSIBLE)),
            cpu_seconds=self.server.cpu_seconds,
        )

    def send(self, count: int, timeout: float) -> load.Measurement:
        try:
            measurement = load.send(self.target, self.sent, count, timeout)
        except LoadError as error:
            raise self.server.failure(str(error)) from error
        self.sent += count  # numbers never come back, so that no server wins by remembering
        return measurement

    def warm_up(self, settings: Settings) -> None:
        """Warm the server up, and find out how many requests make a round long enough."""
        chunks: list[load.Measurement] = []
        while sum(chunk.seconds for chunk in chunks) < settings.warm_up_seconds:
            chunks.append(self.send(settings.chunk, settings.timeout))
        # The first chunk is dearer than the rest and would make rounds too short.
        warm = chunks[1:] or chunks
        cpu = sum(chunk.server_cpu for chunk in warm) / (settings.chunk * len(warm))
        wanted = settings.cpu_seconds / cpu if cpu else settings.most_requests
        self.requests = max(settings.chunk, min(settings.most_requests, round(wanted)))

    def measure(self, settings: Settings) -> None:
        self.rounds.append(self.send(self.requests, settings.timeout))
        self.resident_bytes = self.server.resident_bytes()


@dataclass(frozen=True, slots=True)
class Start:
    """One start of a server: until its first answer, and the memory it holds when idle."""

    seconds: float
    cpu_seconds: float
    resident_bytes: int


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure_case(case: Case, contenders: list[Contender], settings: Settings) -> list[Lane]:
    """All rounds of one case, the servers in the order of `contenders`."""
    with ExitStack() as stack:
        lanes = open_lanes(case, contenders, stack)
        for lane in lanes:
            progress(f"{case.name}: warming up {lane.server.name}")
            lane.warm_up(settings)
        for number in range(settings.rounds):
            progress(f"{case.name}: round {number + 1} of {settings.rounds}")
            turn = number % len(lanes)
            for lane in lanes[turn:] + lanes[:turn]:
                lane.measure(settings)
    return lanes


def open_lanes(case: Case, contenders: list[Contender], stack: ExitStack) -> list[Lane]:
    """Start the servers: the emulator first, since the others answer with as many bytes."""
    lanes: dict[str, Lane] = {}
    answer_bytes = 0
    for contender in sorted(contenders, key=lambda contender: contender.name != EMULATOR):
        command = contender.command_for(answer_bytes)
        server = stack.enter_context(running(contender.name, command))
        server.wait_for_answer(case)
        lane = Lane(server, case)
        lane.probe(check=contender.name != BARE)
        answer_bytes = answer_bytes or lane.answer_bytes
        lanes[contender.name] = lane
    return [lanes[contender.name] for contender in contenders]


def measure_starts(
    case: Case, contenders: list[Contender], settings: Settings
) -> dict[str, list[Start]]:
    """Start servers in turn, several times each."""
    starts: dict[str, list[Start]] = {contender.name: [] for contender in contenders}
    for number in range(settings.starts):
        progress(f"start: {number + 1} of {settings.starts}")
        for contender in contenders:
            starts[contender.name].append(measure_start(case, contender))
    return starts


def measure_start(case: Case, contender: Contender) -> Start:
    with running(contender.name, contender.command_for(ANSWER_BYTES_AT_START)) as server:
        seconds = server.wait_for_answer(case)
        cpu_seconds = server.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        return Start(seconds, cpu_seconds, server.resident_bytes())
