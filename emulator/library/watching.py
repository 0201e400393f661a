"""Being told when files change, also those that an editor replaces instead of writing to."""

from asyncio import Lock, TaskGroup
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

_SETTLED = 50
"""How long files have to be left alone before a change is told, in milliseconds."""
_LATEST = 400
"""How long a change is kept back at most, in milliseconds."""


async def follow(paths: Iterable[Path], changed: Callable[[], Awaitable[None]]) -> None:
    """Call `changed` whenever something in these folders, or one of these files, is changed.

    It goes on until it is cancelled. Where the system tells nothing of changes, as on some mounts
    in containers, the variable WATCHFILES_FORCE_POLLING=1 has the files looked at regularly.
    """
    every = list(paths)
    folders = [path for path in every if path.is_dir()]
    files = [path.absolute() for path in every if not path.is_dir()]
    lock = Lock()

    async def tell() -> None:
        async with lock:
            await changed()

    async with TaskGroup() as group:
        if folders:
            group.create_task(_follow_folders(folders, tell))
        if files:
            group.create_task(_follow_files(files, tell))


async def _follow_folders(folders: list[Path], tell: Callable[[], Awaitable[None]]) -> None:
    from watchfiles import awatch

    async for _ in awatch(*folders, watch_filter=None, debounce=_LATEST, step=_SETTLED):
        await tell()


async def _follow_files(files: list[Path], tell: Callable[[], Awaitable[None]]) -> None:
    """Watched by their folders, since a file that is replaced is another file."""
    from watchfiles import Change, awatch

    names = {str(file) for file in files}

    def is_one(_: Change, path: str) -> bool:
        return path in names

    async for _ in awatch(
        *{file.parent for file in files},
        watch_filter=is_one,
        debounce=_LATEST,
        step=_SETTLED,
        recursive=False,
    ):
        await tell()
