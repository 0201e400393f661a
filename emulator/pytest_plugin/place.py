"""Where the emulator of a run is: on a port of this process, or where HIVE_EMULATOR_URL says."""

import os
import socket
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from emulator.client import Client, NoAnswer, Refused
from emulator.core.model import ClockMode
from emulator.pytest_plugin.hive import Hive
from emulator.pytest_plugin.variables import environment, variables

_URL = "HIVE_EMULATOR_URL"
_TOKEN = "HIVE_EMULATOR_ADMIN_TOKEN"  # noqa: S105 - the name of a variable
_WORKER = "PYTEST_XDIST_WORKER"
_FILES = ("hive_config", "hive_fixtures", "hive_scenarios")


@dataclass(frozen=True, slots=True)
class Place:
    """A server's address, and how the sandboxes there are named.

    `taken` is the port of a server of our own, None where it runs elsewhere: then others may use it
    too, other runs and other workers of this one, and `mark` keeps the names of sandboxes apart.
    """

    url: str
    worker: str
    token: str | None = None
    mark: str = ""
    taken: socket.socket | None = None

    @property
    def attached(self) -> bool:
        """Whether the server is somebody else's."""
        return self.taken is None

    @property
    def sandbox(self) -> str:
        """The sandbox of a worker that has one for all its tests."""
        return self.named(self.worker)

    def named(self, name: str) -> str:
        """The name of a sandbox here, nobody else's."""
        return f"{name}{self.mark}"


def find(environ: Mapping[str, str]) -> Place:
    """The place that the variables name, else a free port of this machine, taken at once."""
    worker = environ.get(_WORKER, "main")
    named = environ.get(_URL)
    if not named:
        taken = socket.create_server(("127.0.0.1", 0), backlog=2048)
        return Place(f"http://127.0.0.1:{taken.getsockname()[1]}", worker, taken=taken)
    parts = urlsplit(named)
    mark = f"-{worker}-{uuid4().hex[:6]}"
    return Place(f"{parts.scheme}://{parts.netloc}", worker, environ.get(_TOKEN), mark)


_PLACE: pytest.StashKey[Place] = pytest.StashKey()


def begin(config: pytest.Config) -> None:
    """Find the place now, and have the variables say so for as long as pytest runs.

    Nothing is served yet. The process that only hands tests to its workers needs none of it.
    """
    hands_on = getattr(config.known_args_namespace, "numprocesses", None)
    if hands_on and _WORKER not in os.environ:
        return
    place = find(os.environ)
    config.stash[_PLACE] = place
    hive = Hive(place.url, place.sandbox, place.token, strict=False)
    stack = ExitStack()
    config.add_cleanup(stack.close)
    if place.taken is not None:
        stack.enter_context(closing(place.taken))
    stack.enter_context(environment(variables(config.getini("hive_env"), hive.variables)))


@contextmanager
def settled(config: pytest.Config) -> Iterator[Place]:
    """The place of a run, where a server answers while the block runs."""
    with ExitStack() as stack:
        place = config.stash.get(_PLACE, None)
        if place is None:
            place = find(os.environ)
            if place.taken is not None:
                stack.enter_context(closing(place.taken))
        if place.taken is None:
            _check(place, config)
        else:
            stack.enter_context(_serving(place.taken, config))
        yield place


def _check(place: Place, config: pytest.Config) -> None:
    """Say what is wrong with a server that is somebody else's, and what it is not told."""
    try:
        Client(place.url, None, place.token).get("sandboxes", limit=0)
    except (NoAnswer, Refused) as error:
        pytest.fail(f"{_URL} names {place.url}: {error}", pytrace=False)
    unheard = [name for name in _FILES if config.getini(name)]
    if unheard:
        told = f"{', '.join(unheard)} count for nothing, since {_URL} names a server that runs"
        warnings.warn(pytest.PytestConfigWarning(told), stacklevel=2)


@contextmanager
def _serving(taken: socket.socket, config: pytest.Config) -> Iterator[None]:
    """A server of our own, set up by the ini and by the variables, as far as it is for these."""
    # Imported here, since whoever asks a server that runs needs none of it.
    from emulator.library.problems import LibraryError
    from emulator.server.thread import serving
    from emulator.settings import BadSetting
    from emulator.wiring import Emulator, collect_settings

    files = {name.removeprefix("hive_"): list(map(str, config.getini(name))) for name in _FILES}
    flags: dict[str, object] = {name: paths for name, paths in files.items() if paths}
    if files["config"]:
        flags["config"] = files["config"][0]
    try:
        settings = collect_settings(flags, os.environ)
        emulator = Emulator(
            replace(settings, clock=ClockMode.MANUAL, admin_token=None, watch=False)
        )
    except (LibraryError, BadSetting) as error:
        pytest.fail(f"the emulator does not start: {error}", pytrace=False)
    with serving(emulator, taken):
        yield
