"""One server for a whole run, this run's own or one that is there, and a sandbox for each test."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import pytest

from emulator.client import Client, NoAnswer, Refused
from emulator.core.suggest import did_you_mean
from emulator.pytest_plugin.hive import Hive
from emulator.pytest_plugin.place import Place, settled
from emulator.pytest_plugin.variables import environment, variables

_MARKER = ("strict", "scenario", "seed")
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_READABLE = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a test says of its sandbox by `@pytest.mark.hive(...)`."""

    strict: bool = False
    scenario: str | None = None
    seed: int | None = None


class Session:
    """Lends a sandbox to each test that asks for one."""

    def __init__(self, config: pytest.Config, place: Place) -> None:
        self._config = config
        self._place = place
        self._for_all = config.getini("hive_isolation") == "worker"

    @contextmanager
    def lend(self, node: pytest.Item) -> Iterator[Hive]:
        """A sandbox that is new, on a clock that stands still, while a test runs."""
        __tracebackhide__ = True
        wanted = wanted_of(node)
        name = self._place.sandbox if self._for_all else self._place.named(_name_of(node.nodeid))
        hive = Hive(self._place.url, name, self._place.token, strict=wanted.strict)
        client = Client(self._place.url, name, self._place.token)
        _prepare(client, wanted)
        try:
            with environment(self._variables(hive)):
                yield hive
        finally:
            self._take_back(client, hive)

    def _variables(self, hive: Hive) -> Mapping[str, str]:
        """Those of the ini, unless they are there all the time."""
        lines = [] if self._for_all else self._config.getini("hive_env")
        return variables(lines, hive.variables)

    def _take_back(self, client: Client, hive: Hive) -> None:
        """The end of a sandbox; where others can still look at it, one of a failure is left."""
        if not (self._for_all or (hive.failed and self._place.attached)):
            # A test may have done away with its sandbox, or with the server.
            with suppress(Refused, NoAnswer):
                client.delete("sandboxes", hive.sandbox)
        hive.close()


def _prepare(client: Client, wanted: Wanted) -> None:
    client.post("reset", body={} if wanted.seed is None else {"seed": wanted.seed})
    client.put("clock", body={"mode": "manual"})
    if wanted.scenario is not None:
        client.put("scenario", body={"name": wanted.scenario})


def wanted_of(node: pytest.Item) -> Wanted:
    """What the markers of a test say; the nearest one counts where several say it."""
    said: dict[str, Any] = {}
    for marker in node.iter_markers("hive"):
        if marker.args:
            pytest.fail("@pytest.mark.hive takes names: @pytest.mark.hive(strict=True)", False)
        for name, value in marker.kwargs.items():
            if name not in _MARKER:
                hint = did_you_mean(name, _MARKER)
                known = ", ".join(_MARKER)
                pytest.fail(f"@pytest.mark.hive has no {name!r}.{hint} It has {known}.", False)
            said.setdefault(name, value)
    return Wanted(**said)


def _name_of(nodeid: str) -> str:
    """A sandbox's name for a test: the same on every machine, so that its ids are."""
    readable = _ODD.sub("_", nodeid.rpartition("::")[2])[:_READABLE]
    return f"{readable}-{blake2b(nodeid.encode(), digest_size=4).hexdigest()}"


@contextmanager
def begun(config: pytest.Config) -> Iterator[Session]:
    """The session of a run: beside a server of its own, or with the one of HIVE_EMULATOR_URL."""
    with settled(config) as place:
        yield Session(config, place)
