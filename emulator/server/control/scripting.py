"""Scripting a sandbox while it runs: its own fixtures, its scenario, and faults before that."""

from itertools import count
from typing import Any

from starlette.requests import Request

from emulator.core.faults import TROUBLES
from emulator.core.fixture import Fixture
from emulator.core.scenario import Scenario
from emulator.core.suggest import did_you_mean, listed, shown
from emulator.core.taxonomy.visual import Head
from emulator.engine import explaining
from emulator.engine.emulator import Emulator
from emulator.engine.sandbox import Sandbox
from emulator.library.inline import fixture_from, fixtures_from, scenario_from, step_from
from emulator.library.shadows import never_reached
from emulator.server.control import lists, views
from emulator.server.control.asked import ControlError, json_body, sandbox_name
from emulator.server.control.presets import presets

_MOST = 20
"""How many unmatched submissions and unused fixtures are explained when nobody says otherwise."""


class Scripting:
    """The endpoints that change what a sandbox answers."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def fixtures(self, request: Request) -> Any:
        """The fixtures that were added at run time, in the order in which they count."""
        return self._listed(self._sandbox(request).added, request)

    async def add_fixtures(self, request: Request) -> Any:
        """Put fixtures before those that were added earlier; one of the same name is replaced."""
        sandbox = self._sandbox(request)
        before = {fixture.name for fixture in sandbox.added}
        numbers = (number for number in count(1) if f"run-time {number}" not in before)
        fresh = fixtures_from(await json_body(request), self._heads, numbers)
        names = {fixture.name for fixture in fresh}
        sandbox.set_fixtures([*fresh, *(one for one in sandbox.added if one.name not in names)])
        sandbox.fixtures_used -= {str(one.source) for one in fresh}
        return {"items": [views.fixture(one) for one in fresh], "total": len(fresh)}

    async def put_fixture(self, request: Request) -> Any:
        """Have a fixture of that name: in place of the one there is, or before all others."""
        sandbox, name = self._sandbox(request), request.path_params["name"]
        fresh = fixture_from(await json_body(request), self._heads, name)
        if any(one.name == name for one in sandbox.added):
            sandbox.set_fixtures(fresh if one.name == name else one for one in sandbox.added)
        else:
            sandbox.set_fixtures([fresh, *sandbox.added])
        sandbox.fixtures_used.discard(str(fresh.source))
        return views.fixture(fresh)

    async def remove_fixture(self, request: Request) -> Any:
        """Take a fixture away that was added at run time."""
        sandbox, name = self._sandbox(request), request.path_params["name"]
        left = [one for one in sandbox.added if one.name != name]
        if len(left) == len(sandbox.added):
            names = [one.name for one in sandbox.added]
            hint = did_you_mean(name, names)
            known = f" Added are: {listed(names)}." if names else " None was added."
            told = f"No fixture {shown(name)} was added to the sandbox {sandbox.name!r}."
            raise ControlError(404, f"{told}{hint}{known}")
        sandbox.set_fixtures(left)
        return {"removed": name}

    async def unused(self, request: Request) -> Any:
        """The fixtures that had no say here, and why: one's own, and with `bundled` all."""
        sandbox = self._sandbox(request)
        every = [*sandbox.added, *self._emulator.library.fixtures]
        with_bundled = "bundled" in request.query_params
        own = [fixture for fixture in every if with_bundled or not fixture.bundled]
        newest = explaining.newest(sandbox)
        return lists.listed(
            explaining.unused(sandbox, own),
            request,
            lambda one: {**views.fixture(one), "reason": explaining.why_unused(one, newest)},
            lambda one: one.name,
            most=_MOST,
        )

    async def unmatched(self, request: Request) -> Any:
        """The submissions that no fixture knew, and the fixtures that came nearest.

        Where they are refused (`--unscripted reject`) they have the ids of their calls.
        """
        sandbox, knowledge = self._sandbox(request), self._emulator.knowledge
        return lists.listed(
            explaining.unmatched(sandbox),
            request,
            lambda one: {
                **views.unmatched(one.thing),
                "nearest": knowledge.nearest(one.subject, sandbox.added),
            },
            lambda one: one.id,
            lambda one: one.at,
            most=_MOST,
        )

    async def presets(self, request: Request) -> Any:
        """Content to try: for each fixture an example that it matches, where one can be made up."""
        every = [*self._sandbox(request).added, *self._emulator.library.fixtures]
        return lists.listed([*presets(every)], request, dict, lambda one: str(one["id"]))

    async def problems(self, request: Request) -> Any:
        """What is wrong in the files: those that could not be read anew, and what is never used."""
        broken = [(*told.partition(": ")[::2], "error") for told in self._emulator.problems]
        hidden = [(*one, "warning") for one in never_reached(self._emulator.library.fixtures)]
        return lists.listed(
            [*enumerate([*broken, *hidden], start=1)],
            request,
            lambda one: views.problem(one[0], *one[1]),
            lambda one: str(one[0]),
        )

    async def scenarios(self, request: Request) -> Any:
        """The scenarios that can be named here."""
        sandbox = self._sandbox(request)
        known = sandbox.scenarios(self._emulator.library.scenarios)
        return lists.listed(
            list(known.values()),
            request,
            lambda one: views.scenario(one, active=one.name == sandbox.scenario),
            lambda one: one.name,
        )

    async def scenario(self, request: Request) -> Any:
        """The scenario that calls are under which name none, and how far it is."""
        sandbox = self._sandbox(request)
        known = sandbox.scenarios(self._emulator.library.scenarios)
        named = known.get(sandbox.scenario)
        if named is None:
            raise ControlError(404, f"The scenario {sandbox.scenario!r} is in no file any more.")
        return views.scenario_in_full(named, sandbox)

    async def set_scenario(self, request: Request) -> Any:
        """Put the sandbox under a scenario: one that is known by name, or one that is sent."""
        sandbox = self._sandbox(request)
        sent = await json_body(request)
        known = sandbox.scenarios(self._emulator.library.scenarios)
        if isinstance(sent, dict) and set(sent) == {"name"}:
            name = sent["name"]
            if not isinstance(name, str) or name not in known:
                hint = did_you_mean(str(name), known)
                told = f"There is no scenario {shown(name)}.{hint} Known are: {', '.join(known)}."
                raise ControlError(400, told)
            sandbox.begin_scenario(known[name], inline=False)
        elif sent == {}:
            raise ControlError(400, "The body is empty: name a scenario, or send one with steps.")
        else:
            scenario = scenario_from(sent, self._heads)
            self._check_name(scenario)
            sandbox.begin_scenario(scenario, inline=True)
        return await self.scenario(request)

    def _check_name(self, scenario: Scenario) -> None:
        """A scenario that was sent must not stand in for one of a file that is asked for later."""
        if scenario.name in self._emulator.library.scenarios:
            raise ControlError(
                400,
                f"There is a scenario {scenario.name!r} already, in a file: give this one another "
                "name, or none.",
            )

    async def faults(self, request: Request) -> Any:
        """The faults that were put before the scenario's own steps."""
        troubles = self._sandbox(request).troubles
        return lists.listed(
            troubles.added.steps,
            request,
            lambda step: views.added_step(step, troubles),
            troubles.id_of,
        )

    async def possible_faults(self, request: Request) -> Any:
        """The faults that there are, with where each may happen and the settings it takes."""
        return lists.listed(
            [*TROUBLES.items()], request, lambda one: views.trouble(*one), lambda one: one[0]
        )

    async def add_fault(self, request: Request) -> Any:
        """Put a fault, or any other step, before all steps there are."""
        sandbox = self._sandbox(request)
        step = sandbox.troubles.add(step_from(await json_body(request), self._heads))
        return views.added_step(step, sandbox.troubles)

    async def remove_fault(self, request: Request) -> Any:
        """Take one of those away."""
        sandbox, wanted = self._sandbox(request), request.path_params["id"]
        if not sandbox.troubles.remove(wanted):
            told = f"There is no fault {wanted!r} in the sandbox {sandbox.name!r}."
            raise ControlError(404, told)
        return {"removed": wanted}

    async def clear_faults(self, request: Request) -> Any:
        """Take all of those away."""
        troubles = self._sandbox(request).troubles
        removed = len(troubles.added.steps)
        troubles.clear()
        return {"removed": removed}

    @property
    def _heads(self) -> tuple[Head, ...]:
        return self._emulator.library.heads

    def _listed(self, fixtures: tuple[Fixture, ...], request: Request) -> Any:
        return lists.listed(fixtures, request, views.fixture, lambda one: one.name)

    def _sandbox(self, request: Request) -> Sandbox:
        return self._emulator.sandbox(sandbox_name(request))
