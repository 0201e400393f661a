"""The one place where the parts are put together."""

import logging
import os
from asyncio import CancelledError, create_task, to_thread
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress

from emulator.core.access import Directory
from emulator.core.suggest import did_you_mean, listed
from emulator.engine import emulator as engine
from emulator.engine.callbacks import Network
from emulator.engine.clock import Wall
from emulator.engine.clock import wall as real_wall
from emulator.engine.fetch import Web
from emulator.engine.network.posting import HttpNetwork, in_container
from emulator.engine.network.web import HttpWeb
from emulator.engine.shelf import Library
from emulator.library.configuration import Configuration
from emulator.library.loading import (
    load_applications,
    load_configuration,
    load_fixtures,
    load_scenarios,
)
from emulator.library.problems import LibraryError, Problems
from emulator.library.rules import warnings
from emulator.library.watching import follow
from emulator.library.words import load_words
from emulator.settings import (
    BadSetting,
    CallbackTargets,
    Keys,
    Settings,
    raise_together,
    read_environment,
    read_flags,
    read_options,
)

log = logging.getLogger(__name__)


class Emulator(engine.Emulator):
    """An emulator with its fixtures and scenarios read from disk, ready to be used.

    `network`, `web` and `wall` replace the real network, web and time. Of the file that
    `settings.config` names, projects and applications count; its options are for the command.
    `LibraryError` and `BadSetting` say what is wrong with files and settings.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        network: Network | None = None,
        wall: Wall = real_wall,
        web: Web | None = None,
    ) -> None:
        settings = settings or Settings()
        library = load_library(settings, load_configuration(settings.config))
        super().__init__(
            settings, library, network or real_network(settings), wall, web or HttpWeb()
        )
        _warn_of_rules(library)

    @asynccontextmanager
    async def running(self, grace: float = engine.GRACE) -> AsyncIterator[engine.Emulator]:
        """As the engine's, and files are followed while it runs where that is wanted."""
        async with super().running(grace):
            following = create_task(self._follow()) if self.settings.watch else None
            try:
                yield self
            finally:
                if following is not None:
                    following.cancel()
                    with suppress(CancelledError):
                        await following

    async def _follow(self) -> None:
        settings = self.settings
        config = [] if settings.config is None else [settings.config]
        paths = [*settings.fixtures, *settings.scenarios, *settings.words, *config]
        await follow(paths, self._read_anew)

    async def _read_anew(self) -> None:
        """Read everything beside the calls that are answered meanwhile."""
        settings = self.settings
        try:
            library = await to_thread(
                lambda: load_library(settings, load_configuration(settings.config))
            )
        except LibraryError as error:
            self.keep_library([str(problem) for problem in error.problems])
        except BadSetting as error:
            self.keep_library([str(error)])
        else:
            self.exchange(library)
            _warn_of_rules(library)


def _warn_of_rules(library: Library) -> None:
    """Say in the log what `validate` would warn of, since a rule that never fires looks like one
    that nothing trips."""
    for application in library.directory.applications:
        for warning in warnings(application):
            log.warning("%s", warning)


def load_library(settings: Settings, configuration: Configuration) -> Library:
    """Everything on disk that the settings name."""
    heads = configuration.extra_heads
    with_bundled = not settings.no_bundled
    problems = Problems()
    scenarios = load_scenarios(
        settings.scenarios,
        heads,
        with_bundled=with_bundled,
        problems=problems,
        asked=settings.places.get("scenarios", ""),
    )
    fixtures = load_fixtures(
        settings.fixtures,
        heads,
        with_bundled=with_bundled,
        problems=problems,
        asked=settings.places.get("fixtures", ""),
    )
    words = load_words(settings.words, problems, asked=settings.places.get("words", ""))
    bundled = load_applications(problems) if with_bundled else {}
    opened = {**bundled, **configuration.opened}
    problems.raise_if_any()
    check_scenario(settings, scenarios)
    return Library(
        directory=Directory(opened, any_key=settings.keys is Keys.ANY),
        fixtures=fixtures,
        scenarios=scenarios,
        heads=heads,
        words=words,
    )


def check_scenario(settings: Settings, known: Collection[str]) -> None:
    """`BadSetting` when there is no scenario of the name that the settings want."""
    if settings.scenario not in known:
        known = list(dict.fromkeys(known))
        where = settings.places.get("scenario", "the setting 'scenario'")
        hint = did_you_mean(settings.scenario, known)
        raise BadSetting(where, settings.scenario, f"one of {listed(known)}.{hint}")


def real_network(settings: Settings) -> HttpNetwork:
    """The network that the settings allow."""
    return HttpNetwork(
        private_only=settings.callback_targets is CallbackTargets.PRIVATE,
        in_container=in_container(environ=os.environ),
    )


def collect_settings(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    separator: str = os.pathsep,
    problems: Problems | None = None,
) -> Settings:
    """The settings from everywhere: flags beat variables beat the file beat defaults.

    `BadSetting` when options or variables are wrong, and `LibraryError` when the file is, which
    then tells of both; unless `problems` are there to take everything, and what is possible counts.
    """
    collected = Problems() if problems is None else problems
    wrong: list[BadSetting] = []

    def over(settings: Settings) -> Settings:
        wrong.clear()
        return read_flags(read_environment(settings, environ, separator, wrong), flags, wrong)

    configuration = load_configuration(over(Settings()).config, collected)
    settings = over(read_options(Settings(), configuration.options))
    if problems is None and not collected.found:
        raise_together(wrong)
    for one in wrong:
        collected.add(one.where, one.what)
    if problems is None:
        collected.raise_if_any()
    return settings
