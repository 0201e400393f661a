"""Turns measurements into figures, and figures into a compact table or JSON."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import mean, median

from bench.callbacks import Delivery
from bench.cases import Case
from bench.contenders import BARE, EMULATOR
from bench.load import CONNECTIONS
from bench.measure import Lane, Start
from bench.posts import APART, PART, Growth

PACKAGES = (
    "hive-emulator",
    "uvicorn",
    "httptools",
    "uvloop",
    "starlette",
    "fastapi",
    "pydantic",
    "flask",
    "werkzeug",
)
MICROSECONDS = 1e6
MILLISECONDS = 1e3
MEBIBYTE = 1024**2
# Above this share of one core the load generator sets the pace, not the server.
CLIENT_IS_BUSY = 0.9
LEFT_COLUMNS = 1
# What a callback is to cost at most, and how many a second at least.
CALLBACK_CPU_US = 450.0
CALLBACKS_PER_SECOND = 2_000.0


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the ends of a few repetitions, and the repetitions themselves."""

    median: float
    min: float
    max: float
    values: list[float]

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        rounded = [round(value, 3) for value in values]
        return cls(round(median(rounded), 3), min(rounded), max(rounded), rounded)

    def show(self, decimals: int = 0) -> str:
        middle, low, high = (
            f"{value:,.{decimals}f}" for value in (self.median, self.min, self.max)
        )
        return f"{middle} ({low}-{high})"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one server showed in one case."""

    server: str
    answer_bytes: int
    requests_per_round: int
    cpu_us_per_request: Spread
    cpu_ratio_to_bare: Spread
    requests_per_second: Spread
    client_load: Spread
    reconnects_per_request: float
    resident_mib: float
    target_ratio: float | None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    name: str
    title: str
    request: str
    rounds: int
    servers: list[Figures]


@dataclass(frozen=True, slots=True)
class StartFigures:
    server: str
    ms_to_first_answer: Spread
    cpu_ms: Spread
    idle_mib: Spread


@dataclass(frozen=True, slots=True)
class GrowthFigures:
    """What a post costs while the history of its sandbox grows: medians, part by part."""

    patrons: int
    rules: int
    triggered: int
    rounds: int
    posts_per_part: int
    cpu_us_per_post: list[float]
    last_to_first: Spread


@dataclass(frozen=True, slots=True)
class DeliveryFigures:
    """What delivering callbacks to a local receiver costs."""

    callbacks: int
    rounds: int
    per_second: Spread
    cpu_us_per_callback: Spread
    target_per_second: float
    target_cpu_us: float


@dataclass(frozen=True, slots=True)
class Report:
    machine: dict[str, str | int]
    packages: dict[str, str]
    connections: int
    cases: list[CaseFigures]
    starts: list[StartFigures]
    posts: list[GrowthFigures]
    callbacks: DeliveryFigures | None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def figures(lane: Lane, bare: Lane, target: float | None) -> Figures:
    rounds = lane.rounds
    ratios = (
        own.cpu_per_request / least.cpu_per_request
        for own, least in zip(rounds, bare.rounds, strict=True)
    )
    return Figures(
        server=lane.server.name,
        answer_bytes=round(mean(one.mean_bytes for one in rounds)),
        requests_per_round=lane.requests,
        cpu_us_per_request=Spread.of(one.cpu_per_request * MICROSECONDS for one in rounds),
        cpu_ratio_to_bare=Spread.of(ratios),
        requests_per_second=Spread.of(one.throughput for one in rounds),
        client_load=Spread.of(one.client_load for one in rounds),
        reconnects_per_request=round(mean(one.reconnects / one.requests for one in rounds), 3),
        resident_mib=round(lane.resident_bytes / MEBIBYTE, 1),
        target_ratio=target,
    )


def case_figures(case: Case, lanes: list[Lane]) -> CaseFigures:
    bare = next(lane for lane in lanes if lane.server.name == BARE)
    return CaseFigures(
        name=case.name,
        title=case.title,
        request=f"POST {case.path}",
        rounds=len(bare.rounds),
        servers=[
            figures(lane, bare, case.target if lane.server.name == EMULATOR else None)
            for lane in lanes
        ],
    )


def start_figures(starts: dict[str, list[Start]]) -> list[StartFigures]:
    return [
        StartFigures(
            server=server,
            ms_to_first_answer=Spread.of(one.seconds * MILLISECONDS for one in repeated),
            cpu_ms=Spread.of(one.cpu_seconds * MILLISECONDS for one in repeated),
            idle_mib=Spread.of(one.resident_bytes / MEBIBYTE for one in repeated),
        )
        for server, repeated in starts.items()
    ]


def growth_figures(rounds: list[Growth]) -> GrowthFigures:
    first = rounds[0]
    parts = zip(*(one.seconds for one in rounds), strict=True)
    return GrowthFigures(
        patrons=first.patrons,
        rules=first.rules,
        triggered=first.triggered,
        rounds=len(rounds),
        posts_per_part=PART,
        cpu_us_per_post=[round(median(part) * MICROSECONDS, 1) for part in parts],
        last_to_first=Spread.of(one.seconds[-1] / one.seconds[0] for one in rounds),
    )


def delivery_figures(rounds: list[Delivery]) -> DeliveryFigures:
    return DeliveryFigures(
        callbacks=rounds[0].callbacks,
        rounds=len(rounds),
        per_second=Spread.of(one.callbacks / one.seconds for one in rounds),
        cpu_us_per_callback=Spread.of(
            one.cpu_seconds / one.callbacks * MICROSECONDS for one in rounds
        ),
        target_per_second=CALLBACKS_PER_SECOND,
        target_cpu_us=CALLBACK_CPU_US,
    )


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def machine() -> dict[str, str | int]:
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cores": len(os.sched_getaffinity(0)),
        "processor": processor(),
        "system": f"{platform.system()} {platform.release()}",
    }


def packages() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if place < LEFT_COLUMNS else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def show_ratio(one: Figures) -> str:
    target = f" target <= {one.target_ratio:.1f}" if one.target_ratio else ""
    return f"{one.cpu_ratio_to_bare.show(2)}{target}"


def is_client_bound(one: Figures) -> bool:
    return one.client_load.median > CLIENT_IS_BUSY


def show_throughput(one: Figures) -> str:
    return one.requests_per_second.show() + ("*" if is_client_bound(one) else " ")


def show_case(case: CaseFigures) -> str:
    rows = [["server", "CPU us/request", "x bare", "requests/s ", "answer B", "round", "MiB"]]
    rows += [
        [
            one.server,
            one.cpu_us_per_request.show(1),
            show_ratio(one),
            show_throughput(one),
            f"{one.answer_bytes:,}",
            f"{one.requests_per_round:,}",
            f"{one.resident_mib:.0f}",
        ]
        for one in case.servers
    ]
    parts = [f"{case.name}: {case.title} ({case.request}, rounds: {case.rounds})", table(rows)]
    return "\n".join(parts + notes(case))


def notes(case: CaseFigures) -> list[str]:
    lines = [
        f"{one.server} closes connections: {one.reconnects_per_request:.0%} of its requests "
        "needed a new one, which is in its figures"
        for one in case.servers
        if one.reconnects_per_request
    ]
    if any(is_client_bound(one) for one in case.servers):
        lines.append("* the load generator was the brake: the server can do at least this much")
    return lines


def show_starts(starts: list[StartFigures]) -> str:
    rows = [["server", "ms to first answer", "CPU ms", "idle MiB"]]
    rows += [
        [
            one.server,
            one.ms_to_first_answer.show(),
            one.cpu_ms.show(),
            one.idle_mib.show(1),
        ]
        for one in starts
    ]
    repetitions = len(starts[0].cpu_ms.values)
    return f"start of the process ({repetitions} times)\n{table(rows)}"


def show_posts(posts: list[GrowthFigures]) -> str:
    parts = len(posts[0].cpu_us_per_post)
    rows = [
        ["patrons", "rules", "fired", *(f"{at}." for at in range(1, parts + 1)), "last / first"]
    ]
    rows += [
        [
            f"{one.patrons:,}",
            f"{one.rules}",
            f"{one.triggered:,}",
            *(f"{cost:.0f}" for cost in one.cpu_us_per_post),
            one.last_to_first.show(2),
        ]
        for one in posts
    ]
    title = (
        f"posts: CPU us/post of every {PART:,} of {parts * PART:,} posts in one sandbox, "
        f"{APART.total_seconds():g} s of its time apart (no HTTP, rounds: {posts[0].rounds})"
    )
    return f"{title}\n{table(rows)}"


def show_callbacks(one: DeliveryFigures) -> str:
    return (
        f"callbacks: {one.callbacks:,} of one sandbox delivered in one go "
        f"(rounds: {one.rounds})\n"
        f"{one.per_second.show()} a second, target >= {one.target_per_second:,.0f}; "
        f"CPU {one.cpu_us_per_callback.show()} us each, target <= {one.target_cpu_us:,.0f}"
    )


def show(report: Report) -> str:
    machine_line = ", ".join(
        f"{value} cores" if name == "cores" else str(value)
        for name, value in report.machine.items()
    )
    package_line = ", ".join(f"{name} {number}" for name, number in report.packages.items())
    reading = (
        f"{report.connections} keep-alive connections; medians, (min-max) over the rounds; "
        "x bare is the median of the rounds' ratios"
    )
    parts = [f"{machine_line}\n{package_line}\n{reading}"]
    parts += [show_case(case) for case in report.cases]
    if report.starts:
        parts.append(show_starts(report.starts))
    if report.posts:
        parts.append(show_posts(report.posts))
    if report.callbacks:
        parts.append(show_callbacks(report.callbacks))
    return "\n\n".join(parts)


def assemble(
    cases: list[CaseFigures],
    starts: list[StartFigures],
    posts: list[GrowthFigures],
    callbacks: DeliveryFigures | None,
) -> Report:
    return Report(machine(), packages(), CONNECTIONS, cases, starts, posts, callbacks)
