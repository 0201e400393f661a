"""Measures what a post of the Dashboard costs while its sandbox's history grows, without HTTP.

Fifty rules judge each of ten thousand posts, many of them by counts over windows that expire while
the posts come. Windows are counted and not searched, so the last thousand must cost what the first
did.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from bench.errors import BenchError
from bench.measure import progress
from emulator import Emulator, Settings
from emulator.core.access import Address
from emulator.core.faults import Event
from emulator.core.model import ClockMode
from emulator.core.parsing.posting import read_posting
from emulator.engine.tasks import Task

KEY = "bench-key"
POSTS = 10_000
PATRONS = 1_000
PART = 1_000
"""How many posts one figure is for."""
CHUNK = 50
"""How many are measured together; a figure is the median of twenty, so that a full collection of
garbage, which comes now and then at any size, does not hide the others."""
APART = timedelta(seconds=10)
"""How much of the sandbox's time passes between two posts: 28 hours for all of them."""
WINDOWS = ("5m", "10m", "15m", "30m", "45m", "1h", "90m", "2h")
"""The longest holds 720 posts, so that all of them are full, and let go, from the first part on."""
SORTS: tuple[dict[str, Any], ...] = (
    {"text": {"hate": {"gte": 2}}},
    {"text": {"spam": {"gte": 3}}},
    {"text_contains_any": ["snake oil", "miracle cure"]},
    {"pii": True},
    {"any": [{"profanity": True}, {"text": {"bullying": {"gte": 1}}}]},
)
TEXTS = (
    "My sister found two old chairs near the station.",
    "hive-hate-2 behind the house",
    "hive-spam-3 for everybody",
    "Buy my snake oil at the market",
    "Write to ann@example.com this morning",
    "The damn garden gate is open",
    "Our teacher borrowed some warm bread.",
    "A friend painted a blue bicycle on Sunday.",
)
ACTIONS: tuple[str | dict[str, Any], ...] = (
    "send_post_to_review",
    "delete_post",
    {"tag_post": {"tag": "bench"}},
    {"suspend_patron": {"for": "1h"}},
    {"tag_patron": {"tag": "bench"}},
    "send_patron_to_review",
)


def rules() -> list[dict[str, Any]]:
    """Fifty of them: forty count within a window, the others look at the post and its patron."""
    counting = [
        {"count": {"of": sort, "within": within, "at_least": 2 + number % 4}}
        for number, (sort, within) in enumerate((sort, one) for sort in SORTS for one in WINDOWS)
    ]
    others = [
        *SORTS,
        {"patron_state": "suspended"},
        {"all": [{"content_metadata": {"board": "garden"}}, {"not": {"profanity": True}}]},
        {"patron_metadata": {"age": {"lt": 20}}},
        {"visual": {"general_nsfw": {"gte": 0.9}}},
        {"language": ["FR", "ES"]},
    ]
    return [
        {
            "name": f"rule {number}",
            "type": "patron" if "count" in when else "post",
            "when": when,
            "action": ACTIONS[number % len(ACTIONS)],
            "trigger_frequency": "always" if number % 3 else "once",
        }
        for number, when in enumerate([*counting, *others])
    ]


@dataclass(frozen=True, slots=True)
class Growth:
    """The CPU time of a post in seconds, part by part of its history, and what it showed."""

    patrons: int
    rules: int
    seconds: list[float]
    triggered: int


def measure_posts(posts: int, rounds: int) -> list[list[Growth]]:
    """For each case its rounds: no rules, all of them, and one patron who posts everything."""
    every = rules()
    cases: list[tuple[int, list[dict[str, Any]]]] = [(PATRONS, []), (PATRONS, every), (1, every)]
    measure(PART, PATRONS, every)  # to warm up
    made: list[list[Growth]] = [[] for _ in cases]
    for number in range(rounds):
        progress(f"posts: round {number + 1} of {rounds}")
        for case, (patrons, judged_by) in zip(made, cases, strict=True):
            case.append(measure(posts, patrons, judged_by))
    return made


def measure(posts: int, patrons: int, judged_by: list[dict[str, Any]]) -> Growth:
    """Post to one sandbox, and look at the clock after each part."""
    with TemporaryDirectory() as folder:
        forum = Forum(Path(folder) / "forum.yaml", judged_by)
    seconds, triggered = [], 0
    for part in range(0, posts, PART):
        chunks = []
        for begin in range(part, part + PART, CHUNK):
            calls = list(fields(begin, begin + CHUNK, patrons))
            before = process_time()
            for call in calls:
                triggered += len(forum.post(call).triggered)
            chunks.append((process_time() - before) / CHUNK)
        seconds.append(median(chunks))
    forum.check(posts, patrons)
    if bool(triggered) is not bool(judged_by):
        raise BenchError(f"{triggered} rules fired of {len(judged_by)}")
    return Growth(patrons, len(judged_by), seconds, triggered)


def fields(begin: int, end: int, patrons: int) -> Iterator[dict[str, Any]]:
    """What is posted: the same in every run."""
    for number in range(begin, end):
        chance = Random(number)
        yield {
            "text_data": f"{chance.choice(TEXTS)} {number}",
            # Few post much, as in life.
            "patron_id": f"patron {int(patrons * chance.random() ** 3)}",
            "post_id": f"post {number}",
            "content_metadata": {"board": chance.choice(("garden", "kitchen"))},
            "patron_metadata": {"age": chance.randrange(16, 80)},
        }


class Forum:
    """An application in a sandbox whose time passes from post to post."""

    def __init__(self, config: Path, judged_by: list[dict[str, Any]]) -> None:
        own = {"name": "forum", "keys": [KEY], "rules": judged_by}
        config.write_text(json.dumps({"applications": [own]}))
        self._emulator = Emulator(Settings(config=config, clock=ClockMode.MANUAL))
        self._sandbox = self._emulator.sandbox("default")

    def post(self, sent: dict[str, Any]) -> Task:
        """All that a synchronous call comes to, but for its bytes."""
        emulator, clock = self._emulator, self._sandbox.clock
        clock.move_to(clock.now() + APART)
        address = Address("/api/v1/task/sync")
        call = emulator.begin("POST", address, f"Token {KEY}", Event.SUBMIT_SYNC)
        emulator.admit(call)
        task = emulator.accept(call, read_posting(sent, legacy=False, needs_callback=False))
        emulator.answer(task)
        return task

    def check(self, posts: int, patrons: int) -> None:
        """Refuse figures of posts that were not kept."""
        [feed] = self._sandbox.moderation
        if (len(feed.posts), len(feed.patrons) > patrons) != (posts, False):
            raise BenchError(f"{len(feed.posts)} of {posts} posts were kept")
