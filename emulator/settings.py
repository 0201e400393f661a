"""Every knob: name, default and meaning in one table, and how each is read as people write it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from emulator.core.duration import EXPECTED, format_duration, parse_duration
from emulator.core.latency import Latency, read_latency
from emulator.core.model import ClockMode
from emulator.core.size import parse_size
from emulator.core.suggest import did_you_mean

ENVIRONMENT_PREFIX = "HIVE_EMULATOR_"
_OF_OTHERS = ("URL", "KEY")
"""Variables of that prefix which are for clients: `exec` sets them."""
_SERVICE_LINK = re.compile(
    r"(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_SERVICE_ADDRESS = re.compile(r"(tcp|udp|sctp)://.*")
"""What Kubernetes tells every container of a Service that is called hive-emulator, or so."""


class Unscripted(StrEnum):
    """What content gets that no fixture knows."""

    QUIET = "quiet"
    LEXICON = "lexicon"
    RANDOM = "random"
    REJECT = "reject"


class Keys(StrEnum):
    """Which keys are accepted."""

    ANY = "any"
    DECLARED = "declared"


class Fetch(StrEnum):
    """From where media are downloaded that are named by their address."""

    NEVER = "never"
    PRIVATE = "private"
    ANY = "any"


class CallbackTargets(StrEnum):
    """Where callbacks may go."""

    PRIVATE = "private"
    ANY = "any"


class ErrorStatus(StrEnum):
    """The HTTP status of failures that are found while a task runs."""

    OBSERVED = "observed"
    DOCUMENTED = "documented"


class LogFormat(StrEnum):
    """How a line of the log is written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """How much the log says."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]+", re.IGNORECASE)
_CREDENTIALS = re.compile(r"://[^/?#@\s=]+@")
_WHOLE = re.compile(r"-?\d{1,20}", re.ASCII)


def read_text(written: object) -> str:
    """Anything that is not empty. A number is none: as a text, 0123 would become 123."""
    if not isinstance(written, str) or not written:
        raise ValueError("a text")
    return written


def read_path(written: object) -> Path:
    """A path, relative to where the program was started."""
    if not isinstance(written, (str, Path)) or str(written) == "":
        raise ValueError("a path")
    if "\0" in str(written):
        raise ValueError("a path, in which no character can be NUL")
    return Path(written)


def read_flag(written: object) -> bool:
    """Yes or no."""
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    known = words.get(str(written).strip().lower())
    if known is None:
        raise ValueError("true or false")
    return known


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A reader of whole numbers within bounds."""

    least: int
    most: int

    def __call__(self, written: object) -> int:
        """The number that was written."""
        found = _WHOLE.fullmatch(str(written).strip())
        if found is None or not self.least <= int(found[0]) <= self.most:
            raise ValueError(f"a whole number from {self.least} to {self.most}")
        return int(found[0])


def read_some_time(written: object) -> timedelta:
    """A duration longer than nothing."""
    duration = parse_duration(written)
    if not duration:
        raise ValueError(f"{EXPECTED}, longer than 0s")
    return duration


def one_of(words: type[StrEnum]) -> Callable[[object], StrEnum]:
    """A reader of one of a few words."""

    def read(written: object) -> StrEnum:
        try:
            return words(str(written).strip().lower())
        except ValueError:
            raise ValueError(f"one of {', '.join(words)}") from None

    return read


def read_rewrite(written: object) -> tuple[str, str]:
    """`FROM=TO`, two origins such as http://localhost:9000."""
    before, _, after = str(written).partition("=")
    if not (_ORIGIN.fullmatch(before) and _ORIGIN.fullmatch(after)):
        raise ValueError("FROM=TO, two origins such as http://localhost:9000=http://app:9000")
    return before.lower(), after


def knob(default: Any, read: Callable[[Any], Any], meaning: str, **more: Any) -> Any:
    """One row of the table; `repeatable` knobs hold a tuple, `metavar` is for the help."""
    shown = not more.get("secret", False)
    return field(default=default, repr=shown, metadata={"read": read, "meaning": meaning, **more})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an emulator is to be. Every field is an option of `serve`, a variable and a key."""

    host: str = knob("127.0.0.1", read_text, "address to listen on")
    port: int = knob(4483, WholeNumber(0, 65535), "port to listen on; 0 takes a free one")
    ready_file: Path | None = knob(
        None, read_path, "write the URL to this file once ready, atomically", metavar="PATH"
    )
    config: Path | None = knob(
        None,
        read_path,
        "YAML file with projects, applications and any option of this table",
        metavar="FILE",
    )
    fixtures: tuple[Path, ...] = knob(
        (),
        read_path,
        "folder with fixtures, read recursively in name order before the bundled ones",
        metavar="DIR",
        repeatable=True,
    )
    scenarios: tuple[Path, ...] = knob(
        (),
        read_path,
        "folder with scenarios, read recursively in name order before the bundled ones",
        metavar="DIR",
        repeatable=True,
    )
    words: tuple[Path, ...] = knob(
        (),
        read_path,
        "YAML file with words that count as profanity or that --unscripted lexicon knows, beside "
        "the bundled ones",
        metavar="FILE",
        repeatable=True,
    )
    no_bundled: bool = knob(False, read_flag, "leave out the bundled fixtures, scenarios and rules")
    scenario: str = knob("calm", read_text, "scenario that a new sandbox starts with")
    seed: int = knob(
        0, WholeNumber(0, 2**63 - 1), "one seed fixes every id, invented score and jitter"
    )
    latency: Latency = knob(
        Latency(),
        read_latency,
        "how long a task takes: none, documented (the figures in the guides) or a duration",
        metavar="none|documented|DURATION",
    )
    unscripted: Unscripted = knob(
        Unscripted.QUIET,
        one_of(Unscripted),
        "what content gets that no fixture knows: a clean prediction, severities guessed from "
        "words and patterns (texts only), a seeded plausible one, or a 400 that names the nearest "
        "fixtures",
    )
    keys: Keys = knob(Keys.ANY, one_of(Keys), "whether undeclared keys are accepted")
    clock: ClockMode = knob(
        ClockMode.SYSTEM, one_of(ClockMode), "the clock that a new sandbox starts with"
    )
    error_status: ErrorStatus = knob(
        ErrorStatus.OBSERVED,
        one_of(ErrorStatus),
        "HTTP status of failures found while a task runs: 200 with return_code in the body, as "
        "seen in life, or the status of Hive's table",
    )
    fetch: Fetch = knob(
        Fetch.NEVER,
        one_of(Fetch),
        "download what url names: never, from loopback, private ranges and single-label hosts, or "
        "from anywhere",
    )
    download_wait: timedelta = knob(
        timedelta(),
        parse_duration,
        "how long a failed download is tried again before its task fails; Hive was seen to take "
        "60s",
        metavar="DURATION",
    )
    callback_targets: CallbackTargets = knob(
        CallbackTargets.PRIVATE,
        one_of(CallbackTargets),
        "where callbacks may go: loopback, private ranges and single-label hosts, or anywhere",
    )
    callback_rewrite: tuple[tuple[str, str], ...] = knob(
        (),
        read_rewrite,
        "replace the origin of a callback address, its path and query kept",
        metavar="FROM=TO",
        repeatable=True,
    )
    journal_entries: int = knob(
        10_000,
        WholeNumber(1, 10_000_000),
        "journal entries kept for the whole server; the largest sandbox forgets its oldest first",
    )
    journal_bytes: int = knob(
        64 * 1024**2,
        parse_size,
        "memory for the journal of the whole server, roughly, and for the long contents of "
        "finished tasks; forgets as by --journal-entries",
        metavar="SIZE",
    )
    tasks: int = knob(
        10_000,
        WholeNumber(1, 10_000_000),
        "finished tasks kept for the whole server; unfinished ones are never dropped",
    )
    posts: int = knob(
        100_000,
        WholeNumber(1, 10_000_000),
        "posts of the Dashboard, and patrons, kept for the whole server; the largest sandbox "
        "forgets its oldest first",
    )
    posts_bytes: int = knob(
        256 * 1024**2,
        parse_size,
        "memory for posts, and as much for patrons, of the whole server, roughly; forgets as by "
        "--posts",
        metavar="SIZE",
    )
    sandbox_idle: timedelta = knob(
        timedelta(days=1),
        read_some_time,
        "real time after which an unused sandbox with nothing pending is forgotten",
        metavar="DURATION",
    )
    max_body: int = knob(
        200 * 1024**2,
        parse_size,
        "larger requests get 413; uploads are looked at as they stream, never held whole",
        metavar="SIZE",
    )
    admin_token: str | None = knob(
        None,
        read_text,
        "the control API demands 'Authorization: Bearer T'",
        metavar="T",
        secret=True,
    )
    control_hosts: tuple[str, ...] = knob(
        (),
        read_text,
        "further names under which the control API answers",
        metavar="HOST",
        repeatable=True,
    )
    tls_cert: Path | None = knob(
        None, read_path, "serve HTTPS with this certificate, in PEM", metavar="PATH"
    )
    tls_key: Path | None = knob(
        None, read_path, "the certificate's private key, in PEM", metavar="PATH"
    )
    watch: bool = knob(
        False,
        read_flag,
        "reload fixtures, scenarios and keys when files change; a broken file keeps the last good "
        "set and says so",
    )
    log_format: LogFormat = knob(LogFormat.TEXT, one_of(LogFormat), "how the log is written")
    log_level: LogLevel = knob(LogLevel.INFO, one_of(LogLevel), "how much is logged")

    places: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where each was written, of those that were; this one is no knob."""

    def __post_init__(self) -> None:
        """Read what was written as a text where it is to be something else; `BadSetting`."""
        for one in KNOBS:
            value = getattr(self, one.name)
            if isinstance(value, str) and not isinstance(value, StrEnum) and not one.textual:
                try:
                    object.__setattr__(self, one.name, one.read(value))
                except ValueError as error:
                    raise BadSetting(f"the setting {one.name!r}", value, error) from None

    warnings: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """What was written and does nothing, a sentence each; no knob either."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A field of `Settings` as the edges see it."""

    name: str
    default: Any
    meaning: str
    read: Callable[[Any], Any]
    metavar: str
    repeatable: bool = False
    secret: bool = False

    @property
    def flag(self) -> bool:
        """Whether it is switched on by being named."""
        return isinstance(self.default, bool)

    @property
    def textual(self) -> bool:
        """Whether its value is a text."""
        return self.read is read_text

    @property
    def option(self) -> str:
        """The name on the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The name of the environment variable."""
        return f"{ENVIRONMENT_PREFIX}{self.name.upper()}"

    def read_all(self, written: Any) -> Any:
        """The value, or the tuple of values, that was written; `Impossible` says why it is none."""
        if not self.repeatable:
            return self._read_one(written)
        several = written if isinstance(written, (list, tuple)) else [written]
        return tuple(map(self._read_one, several))

    def _read_one(self, written: Any) -> Any:
        try:
            return self.read(written)
        except ValueError as error:
            raise Impossible(written, str(error)) from None


class Impossible(ValueError):
    """What is expected; `found` is what was written instead, the one value of several."""

    def __init__(self, found: Any, expected: str) -> None:
        self.found = found
        super().__init__(expected)


def _knobs() -> tuple[Knob, ...]:
    return tuple(
        Knob(
            name=one.name,
            default=one.default,
            meaning=one.metadata["meaning"],
            read=one.metadata["read"],
            metavar=one.metadata.get("metavar", _metavar(one.default)),
            repeatable=one.metadata.get("repeatable", False),
            secret=one.metadata.get("secret", False),
        )
        for one in fields(Settings)
        if one.metadata
    )


def _metavar(default: object) -> str:
    if isinstance(default, StrEnum):
        return "|".join(type(default))
    return "N" if isinstance(default, int) else "TEXT"


KNOBS: tuple[Knob, ...] = _knobs()


class BadSetting(ValueError):
    """A setting with an impossible value: where it was written, what it was, what it must be.

    `others` are those that were found with it, and are told behind it.
    """

    def __init__(self, where: str, written: object, expected: object) -> None:
        self.where = where
        self.what = f"{written!r} is not possible, expected is {expected}"
        self.others: Sequence[BadSetting] = ()
        super().__init__(f"{where}: {self.what}")

    def __str__(self) -> str:
        return "\n".join(f"{one.where}: {one.what}" for one in (self, *self.others))


def raise_together(wrong: Sequence[BadSetting]) -> None:
    """`BadSetting` that tells of all of them, if there are any."""
    if wrong:
        first, *first.others = wrong
        raise first


def told(settings: Settings) -> str:
    """Every setting that somebody wrote, with its place; secrets are masked."""
    written = [
        f"{knob.option} {_shown(knob, getattr(settings, knob.name))} ({place})"
        for knob in KNOBS
        if (place := settings.places.get(knob.name)) is not None
    ]
    return f"{'; '.join(written)}; all others as by default" if written else "all as by default"


def _shown(knob: Knob, value: Any) -> str:
    if knob.secret:
        return "…"
    several = value if knob.repeatable else (value,)
    return ", ".join(_without_credentials(_written(one)) for one in several)


def _written(value: Any) -> str:
    """A value as somebody would write it."""
    if isinstance(value, timedelta):
        return format_duration(value)
    return "=".join(value) if isinstance(value, tuple) else str(value)


def _without_credentials(text: str) -> str:
    """An address without the name and the password that may stand in it."""
    return _CREDENTIALS.sub("://…@", text)


def read_flags(
    settings: Settings, flags: Mapping[str, Any], wrong: list[BadSetting] | None = None
) -> Settings:
    """The settings with what the command line says.

    `BadSetting` tells of all that is not possible, unless `wrong` is there to take it.
    """
    written = {f"option {knob.option}": (knob, flags.get(knob.name)) for knob in KNOBS}
    return _changed(settings, written, wrong)


def read_environment(
    settings: Settings,
    environ: Mapping[str, str],
    separator: str,
    wrong: list[BadSetting] | None = None,
) -> Settings:
    """The settings with what variables say; those of repeatable ones are split at the separator.

    `wrong` as for `read_flags`.
    """
    written: dict[str, tuple[Knob, Any]] = {}
    for knob in KNOBS:
        value = environ.get(knob.variable)
        if value and not _is_service_link(knob.variable, value):
            several = [part for part in _split(value, separator) if part]
            written[f"variable {knob.variable}"] = (knob, several if knob.repeatable else value)
    return _changed(replace(settings, warnings=tuple(_unknown(environ))), written, wrong)


def _is_service_link(variable: str, value: str) -> bool:
    """Whether a variable is one of those with which Kubernetes tells of a Service."""
    name = variable.removeprefix(ENVIRONMENT_PREFIX)
    address = name.endswith("PORT") and _SERVICE_ADDRESS.fullmatch(value)
    return bool(address or _SERVICE_LINK.fullmatch(name))


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    """Warnings of variables that look like ours, and are none."""
    known = [knob.variable.removeprefix(ENVIRONMENT_PREFIX) for knob in KNOBS]
    for variable, value in sorted(environ.items()):
        name = variable.removeprefix(ENVIRONMENT_PREFIX)
        ours = name != variable and name not in (*known, *_OF_OTHERS)
        if ours and value and not _is_service_link(variable, value):
            # The prefix, which all of them share, would make any two look alike.
            hint = did_you_mean(name.upper(), known).replace("'", f"'{ENVIRONMENT_PREFIX}", 1)
            yield f"variable {variable}: there is no option of that name.{hint}"


def _split(value: str, separator: str) -> list[str]:
    """The parts of a variable. The colon within http://localhost:9000 separates nothing."""
    if "://" in value:
        return re.split(rf"{re.escape(separator)}(?=[A-Za-z][A-Za-z0-9+.-]*://)", value)
    return value.split(separator)


def read_options(settings: Settings, options: Mapping[str, tuple[str, Any]]) -> Settings:
    """The settings with what a configuration file says: for each name its place and its value."""
    return _changed(
        settings,
        {
            f"{options[knob.name][0]}: {knob.name}": (knob, options[knob.name][1])
            for knob in KNOBS
            if knob.name in options
        },
    )


def _changed(
    settings: Settings,
    written: Mapping[str, tuple[Knob, Any]],
    wrong: list[BadSetting] | None = None,
) -> Settings:
    changes: dict[str, Any] = {}
    places = dict(settings.places)
    found: list[BadSetting] = []
    for where, (knob, value) in written.items():
        if value is None or value == () or (knob.flag and value is False):
            continue
        try:
            changes[knob.name] = knob.read_all(value)
            places[knob.name] = where
        except Impossible as error:
            found.append(BadSetting(where, "…" if knob.secret else error.found, error))
    if wrong is None:
        raise_together(found)
    else:
        wrong.extend(found)
    return replace(settings, **changes, places=places)
