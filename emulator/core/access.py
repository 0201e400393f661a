"""Who is calling: keys, the projects and applications they open, and which contract a call gets.

The address decides the contract, then the kind of a declared key; the body never does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar, NamedTuple

from emulator.core import errors
from emulator.core.model import NOTHING, Contract, Kind
from emulator.core.rate import Rate
from emulator.core.rules import Rule
from emulator.core.taxonomy import text, visual
from emulator.core.taxonomy.languages import LANGUAGES

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
DEFAULT_SANDBOX = "default"
DASHBOARD_PATHS = frozenset({"/api/v1/task/sync", "/api/v1/task/async"})
"""The paths that are the Dashboard's where nothing else tells whose they are."""
_REMEMBERED = 4096

ANY = "any"
PRODUCTS = ("visual", "text", ANY)
"""The products that a project may have; `any` takes text and pictures alike."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Project:
    """What a key of the Task API opens: one model, and how it is set up.

    Lengths and indices count code points, or UTF-16 units where `utf16` is set.
    `fps` is how many frames of a video's second are looked at. `custom_classes` maps the type of a
    match to the phrases that make one, `languages` a language to the classes that are moderated in
    it. `earns` makes the
    refusal that every well-formed call gets: the account of such a project is spent or limited.
    `rate_limit` and `balance`, in dollars, count in each sandbox by itself. With `cache` content
    that was seen before gets the result that it got then.
    """

    name: str
    product: str = ANY
    project_id: int
    user_id: int
    taxonomy: visual.VisualTaxonomy = visual.DOCS
    fps: float = 1
    text_taxonomy: text.TextTaxonomy = text.DOCS
    max_text_length: int = 1024
    utf16: bool = False
    custom_classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allowlist: frozenset[str] = frozenset()
    languages: Mapping[str, frozenset[str]] = field(default_factory=lambda: LANGUAGES)
    earns: Callable[[], errors.Refusal] | None = None
    rate_limit: Rate | None = None
    balance: Decimal | None = None
    cache: bool = False

    contract: ClassVar = Contract.TASK

    @property
    def metered(self) -> bool:
        """Whether calls are counted or paid for."""
        return self.rate_limit is not None or self.balance is not None

    def takes(self, kind: Kind) -> bool:
        """Whether the project's model is one for content of that kind."""
        return self.product == ANY or (self.product == Kind.TEXT) == (kind is Kind.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Application:
    """What a key of the Dashboard API opens: a model, and rules that judge what is posted.

    `project` is the model's side of it, under the application's own name. `webhooks` are the
    addresses that are told of actions, by the action's name.
    """

    name: str
    application_id: str
    project: Project
    rules: tuple[Rule, ...] = ()
    webhooks: Mapping[str, str] = field(default_factory=dict)

    contract: ClassVar = Contract.DASHBOARD

    @property
    def identity(self) -> tuple[str, str]:
        """What it stays the same by when its file is read anew.

        One of yours may be named as a bundled one is, or have the id that is printed everywhere.
        """
        return self.name, self.application_id


Opened = Project | Application


class Address(NamedTuple):
    """What the address of a call says: the path without its prefixes, and what those named."""

    path: str
    sandbox: str | None = None
    contract: Contract | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: what the key opens, or the refusal it earns, and the world it wants.

    `declared` is false for keys that nobody declared; those open either contract.
    """

    sandbox: str | None = None
    scenario: str | None = None
    opened: Opened | None = None
    declared: bool = False
    refusal: errors.Refusal | None = None


class Directory:
    """All keys that are declared, and what happens to those that are not.

    What a header means is remembered, within a bound: a client sends the same one every time.
    """

    def __init__(self, declared: Mapping[str, Opened], *, any_key: bool = True) -> None:
        self._declared = {**BUILT_IN, **declared}
        self._any_key = any_key
        self._applications = {one.identity: one for one in self.applications}
        self._remembered: dict[str, Caller] = {}

    @property
    def projects(self) -> tuple[Project, ...]:
        """The declared projects, each once."""
        return tuple(
            {opened: None for opened in self._declared.values() if isinstance(opened, Project)}
        )

    @property
    def applications(self) -> tuple[Application, ...]:
        """The declared applications, each once."""
        return tuple(
            {opened: None for opened in self._declared.values() if isinstance(opened, Application)}
        )

    def current(self, application: Application) -> Application | None:
        """The declared application that this one, from whatever reading of the files, is now."""
        return self._applications.get(application.identity)

    def caller(self, authorization: str | None) -> Caller:
        """Who sends this Authorization header; it never raises, the refusal is part of it."""
        if authorization is None:
            return Caller(refusal=errors.missing_key())
        known = self._remembered.get(authorization)
        if known is None:
            known = self._read(authorization)
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[authorization] = known
        return known

    def named(self, name: str, contract: Contract) -> Caller | None:
        """Who calls for the project, or the application, of that name; None where none is declared.

        A caller stands for its key, so that nobody has to show one who speaks for a project.
        """
        for key, opened in self._declared.items():
            if opened.name == name and opened.contract is contract:
                return self._opens(key)
        return None

    def _read(self, authorization: str) -> Caller:
        # A word alone may be a key without its scheme, and keys are never shown.
        scheme, *key = authorization.split(None, 1) or ("",)
        if not key:
            alone = scheme.lower() in ("", "token")
            return Caller(refusal=errors.missing_key() if alone else errors.missing_scheme())
        if scheme.lower() != "token":
            return Caller(refusal=errors.wrong_scheme(scheme))
        return self._look_up(key[0].strip())

    def _look_up(self, key: str) -> Caller:
        if key in self._declared:
            return self._opens(key)
        key, *suffix = key.split("~", 2)
        if not suffix:
            return self._opens(key)
        sandbox, scenario = (*suffix, "")[:2]
        for what, name in (("sandbox", sandbox), ("scenario", scenario)):
            if name and not NAME.fullmatch(name):
                return Caller(refusal=errors.bad_name(what, name))
        return replace(self._opens(key), sandbox=sandbox or None, scenario=scenario or None)

    def _opens(self, key: str) -> Caller:
        declared = self._declared.get(key)
        if declared is not None:
            refusal = errors.refused_key() if key == REFUSED_KEY else None
            return Caller(opened=declared, declared=True, refusal=refusal)
        if not key:
            return Caller(refusal=errors.missing_key())
        if not self._any_key:
            return Caller(refusal=errors.unknown_key())
        return Caller(opened=undeclared_project(key))


def contract_of(address: Address, caller: Caller) -> Contract:
    """Which contract a call gets: what the address says, else what a declared key opens."""
    if address.contract is not None:
        return address.contract
    if caller.declared and caller.opened is not None:
        return caller.opened.contract
    if address.path in DASHBOARD_PATHS:
        return Contract.DASHBOARD
    return Contract.TASK


def sandbox_of(address: Address, caller: Caller) -> str:
    """The name of the sandbox that a call wants; the path's and the key's must not differ."""
    if address.sandbox is not None and not NAME.fullmatch(address.sandbox):
        raise errors.bad_name("sandbox", address.sandbox)
    if address.sandbox and caller.sandbox and address.sandbox != caller.sandbox:
        raise errors.sandbox_named_twice(caller.sandbox, address.sandbox)
    return address.sandbox or caller.sandbox or DEFAULT_SANDBOX


def opened_by(address: Address, caller: Caller) -> Opened:
    """The project, or the application, that a call is for; or the refusal it earns."""
    if caller.refusal is not None:
        raise caller.refusal.with_traceback(None)
    contract = contract_of(address, caller)
    opened = caller.opened
    if opened is None:
        raise errors.missing_key()
    if opened.contract is contract:
        return opened
    if caller.declared or isinstance(opened, Application):
        raise errors.key_of_the_other_kind(opened.contract, opened.name, contract)
    return undeclared_application(opened)


def numbers_of(key: str) -> tuple[int, int]:
    """A project's and a user's number, made from a key: five and seven digits, as recorded."""
    digest = sha256(key.encode()).digest()
    project = 10_000 + int.from_bytes(digest[:4]) % 90_000
    return project, 1_000_000 + int.from_bytes(digest[4:8]) % 9_000_000


def undeclared_project(key: str) -> Project:
    """The project that a key nobody declared opens; its name does not give the key away."""
    project_id, user_id = numbers_of(key)
    name = f"undeclared-{sha256(key.encode()).hexdigest()[:8]}"
    return Project(name=name, project_id=project_id, user_id=user_id)


def application_of(
    name: str,
    application_id: str | None = None,
    model: Mapping[str, Any] = NOTHING,
    **more: Any,
) -> Application:
    """An application, and its `model` as a project has it; what is left out is made from the name.

    Its texts have the class `promotions`, unless the model says otherwise.
    """
    project_id, user_id = numbers_of(name)
    own = {"text_taxonomy": DASHBOARD_TEXT, **model}
    project = Project(name=name, project_id=project_id, user_id=user_id, **own)
    made = sha256(name.encode()).hexdigest()[:22]
    return Application(name=name, application_id=application_id or made, project=project, **more)


def undeclared_application(project: Project) -> Application:
    """The application that a key opens which nobody declared: one without rules."""
    return application_of(project.name)


DASHBOARD_TEXT = text.DOCS.with_promotions()
"""The classes of a text on the Dashboard, as printed [in the documents: Dashboard reference]."""


def _built_in(
    key: str, product: str = ANY, earns: Callable[[], errors.Refusal] | None = None
) -> Project:
    project_id, user_id = numbers_of(key)
    name = key.removesuffix("-key")
    return Project(name=name, product=product, project_id=project_id, user_id=user_id, earns=earns)


REFUSED_KEY = "refused-key"

BUILT_IN: Mapping[str, Opened] = {
    "visual-key": _built_in("visual-key", "visual"),
    "text-key": _built_in("text-key", "text"),
    "any-key": _built_in("any-key"),
    "dashboard-key": application_of("dashboard", "axImEu96VEaGDF7ee5m9wg"),
    REFUSED_KEY: _built_in(REFUSED_KEY),
    "unpaid-key": _built_in("unpaid-key", ANY, errors.no_balance),
    "limited-key": _built_in("limited-key", ANY, errors.rate_limited),
}
"""The keys that count as declared, always."""
