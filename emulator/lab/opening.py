"""From what somebody types to a policy that can be asked: which of the four kinds it is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emulator.core.conditions.others import Visual
from emulator.core.conditions.texts import (
    CustomClass,
    Language,
    PersonalData,
    Profanity,
    Text,
    TextContainsAny,
)
from emulator.core.policy import Policy
from emulator.lab.application import ApplicationAsker, template_from
from emulator.lab.asking import PATIENCE, Asker, DeclaredAsker, LabError
from emulator.lab.callables import CallableAsker, load_callable
from emulator.lab.endpoint import EndpointAsker
from emulator.lab.setup import ANY, DASHBOARD, LEGACY, TEXT, VIDEO, VISUAL, Setup
from emulator.library.policies import load_policy
from emulator.server.thread import run
from emulator.settings import Settings

CALLABLE, ENDPOINT, APPLICATION, FILE = "callable", "endpoint", "application", "file"
_TEXTS = (Text, TextContainsAny, Profanity, PersonalData, CustomClass, Language)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A policy as it was named; of a file the policy is read already."""

    name: str
    kind: str
    declared: Policy | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """How to ask: where a decision stands, how long to wait, and where an application calls."""

    decision: str = ""
    patience: float = PATIENCE
    folder: Path = Path()
    port: int = 4483
    sandbox: str = "default"
    config: Path | None = None


def wanted(policy: str | None, url: str | None = None, request: str | None = None) -> Wanted:
    """What was named: exactly one of them, told apart by how it looks.

    `LabError` when it is none or several, `LibraryError` when a file of decisions is not right.
    """
    named = [one for one in (policy, url, request) if one is not None]
    if len(named) != 1:
        raise LabError(
            "name one policy: module:function, a file of declared decisions (.yaml), --url with "
            "an address, or --request with a template (.http)"
        )
    [name] = named
    if request is not None or name.endswith(".http"):
        return Wanted(name, APPLICATION)
    if url is not None or name.startswith(("http://", "https://")):
        return Wanted(name, ENDPOINT)
    if Path(name).suffix in (".yaml", ".yml", ".json") or Path(name).is_file():
        if Path(name).suffix == ".py":
            module = Path(name).stem
            raise LabError(f"{name} is a file of Python: name its function, as {module}:function")
        return Wanted(name, FILE, load_policy(Path(name)))
    return Wanted(name, CALLABLE)


def contract_for(policies: Sequence[Wanted]) -> str:
    """The contract that declared policies are about; pictures where nothing tells."""
    conditions = [
        one for each in policies if each.declared is not None for one in each.declared.conditions
    ]
    texts = any(isinstance(one, _TEXTS) for one in conditions)
    visual = any(isinstance(one, Visual) for one in conditions)
    if texts:
        return ANY if visual else TEXT
    return VISUAL


def answers_for(one: Wanted, contract: str) -> str:
    """The contract of the answers that a policy is given: a declared one needs to see scores."""
    return LEGACY if contract == DASHBOARD and one.declared is not None else contract


@contextmanager
def opened(one: Wanted, setup: Setup, ways: Ways) -> Iterator[Asker]:
    """The policy, to be asked while this is open; `LabError` says why it cannot be."""
    if one.declared is not None:
        yield DeclaredAsker(one.name, one.declared)
    elif one.kind == CALLABLE:
        decide = load_callable(one.name, ways.folder.resolve())
        yield CallableAsker(one.name, decide, patience=ways.patience, decision=ways.decision)
    elif one.kind == ENDPOINT:
        yield EndpointAsker(one.name, ways.decision, patience=ways.patience)
    else:
        with _application(one, setup, ways) as asker:
            yield asker


@contextmanager
def _application(one: Wanted, setup: Setup, ways: Ways) -> Iterator[Asker]:
    """An application, with an emulator served for it."""
    template = template_from(Path(one.name))
    if setup.contract == VIDEO:
        raise LabError("an application cannot be asked about videos: no fixture scripts frames yet")
    with run(Settings(port=ways.port, config=ways.config)) as server:
        yield ApplicationAsker(
            template,
            ways.decision,
            server.emulator,
            setup.taxonomy,
            name=one.name,
            sandbox=ways.sandbox,
            judged=setup.contract in (DASHBOARD, LEGACY),
            patience=ways.patience,
        )
