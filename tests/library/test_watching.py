"""Files are followed: one that is written to, one that an editor replaces, one that is new."""

from asyncio import CancelledError, Event, create_task, timeout
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from emulator.library.watching import follow

pytestmark = pytest.mark.anyio


def write(path: Path) -> None:
    path.write_text(path.read_text() + "\n")


def replace(path: Path) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(path.read_text() + "\n")
    fresh.replace(path)


def add(path: Path) -> None:
    beside = path.with_name("another.yaml")
    beside.write_text(f"{beside.read_text() if beside.exists() else ''}\n")


async def is_told(followed: Path, act: Callable[[], None]) -> bool:
    """Whether a change is told; it is made again until then, however late following begins."""
    told = Event()

    async def changed() -> None:
        told.set()

    following = create_task(follow([followed], changed))
    try:
        async with timeout(20):
            while not told.is_set():
                act()
                with suppress(TimeoutError):
                    async with timeout(0.5):
                        await told.wait()
    finally:
        following.cancel()
        with suppress(CancelledError):
            await following
    return told.is_set()


@pytest.mark.parametrize("act", [write, replace, add])
async def test_changes_in_a_folder_are_told(tmp_path: Path, act: Callable[[Path], None]) -> None:
    file = tmp_path / "fixtures" / "some.yaml"
    file.parent.mkdir()
    file.write_text("fixtures: []\n")
    assert await is_told(file.parent, lambda: act(file))


@pytest.mark.parametrize("act", [write, replace])
async def test_changes_of_one_file_are_told(tmp_path: Path, act: Callable[[Path], None]) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("seed: 1\n")
    assert await is_told(file, lambda: act(file))


async def test_what_changes_beside_a_file_is_not_told(tmp_path: Path) -> None:
    file, other = tmp_path / "config.yaml", tmp_path / "other.yaml"
    file.write_text("seed: 1\n")
    other.write_text("\n")
    told: list[str] = []
    heard = Event()

    async def changed() -> None:
        told.append(file.read_text())
        heard.set()

    following = create_task(follow([file], changed))
    try:
        async with timeout(20):
            while not heard.is_set():
                write(other)
                replace(file)
                with suppress(TimeoutError):
                    async with timeout(0.5):
                        await heard.wait()
            # From here on it is known to follow: what is written beside comes first, and is silent.
            before = len(told)
            heard.clear()
            write(other)
            replace(file)
            await heard.wait()
    finally:
        following.cancel()
        with suppress(CancelledError):
            await following
    assert len(told) == before + 1
