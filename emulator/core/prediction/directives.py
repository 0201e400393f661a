"""Directives: scores that a test writes into the content itself, with no file.

They stand in the query or fragment of an address (`?hive.general_nsfw=0.97`), in a text
(`[hive sexual=2 language=FR]`), in the bytes of an upload (`[hive gun_in_hand=0.9]`) or in a file
name (`holiday--general_nsfw=0.97.jpg`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import unquote_plus

from emulator.core import errors
from emulator.core.duration import EXPECTED, parse_duration
from emulator.core.faults import TROUBLES
from emulator.core.model import Fault, Media, MediaScript, Script, Submission, TextScript
from emulator.core.prediction.completion import complete
from emulator.core.suggest import listed
from emulator.core.taxonomy.text import TEXT_SEVERITIES, UNSUPPORTED
from emulator.core.taxonomy.visual import VisualTaxonomy

# Each stretch can be read in one way only, so that a bracket that is never closed costs no time.
_BRACKETED = re.compile(r"\[hive\s([^\[\]=]*=[^\[\]]*)\]")
_BRACKETED_BYTES = re.compile(rb"\[hive ([\x20-\x3c\x3e-\x5a\x5e-\x7e]*=[\x20-\x5a\x5e-\x7e]*)\]")
_EXTENSION = re.compile(r"\.(?!\d)[^.]*$|(?<!\d)\.[^.]*$")
_LANGUAGE = re.compile(r"[A-Z]{2}|UNSUPPORTED", re.ASCII)
LANGUAGE_EXPECTED = "two capital letters such as EN, or UNSUPPORTED"


@dataclass(frozen=True, slots=True)
class Directed:
    """What the directives of a submission say, and the names in a file name that say nothing."""

    script: Script | None = None
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """What has been read so far; a name that is given twice keeps its last value."""

    visual: dict[str, float] = field(default_factory=dict)
    severities: dict[str, int] = field(default_factory=dict)
    language: str | None = None
    fault: Fault | None = None
    latency: timedelta | None = None
    media: MediaScript | None = None
    said: bool = False

    def read_fault(self, value: str) -> None:
        if value not in TROUBLES:
            raise errors.bad_directive("fault", value, f"one of {listed(TROUBLES)}")
        self.fault = Fault(value)

    def read_latency(self, value: str) -> None:
        try:
            self.latency = parse_duration(value)
        except ValueError:
            raise errors.bad_directive("latency", value, EXPECTED) from None

    def read_duration(self, value: str) -> None:
        try:
            self.media = MediaScript(duration=parse_duration(value).total_seconds())
        except ValueError:
            raise errors.bad_directive("duration", value, EXPECTED) from None

    def read_language(self, value: str) -> None:
        if not _LANGUAGE.fullmatch(value):
            raise errors.bad_directive("language", value, LANGUAGE_EXPECTED)
        self.language = value

    def read_score(self, name: str, value: str) -> None:
        try:
            score = float(value)
        except ValueError:
            score = -1
        if not 0 <= score <= 1:
            raise errors.bad_directive(name, value, "a score from 0 to 1")
        self.visual[name] = score

    def read_severity(self, name: str, value: str) -> None:
        possible = (UNSUPPORTED, *TEXT_SEVERITIES[name])
        if value not in map(str, possible):
            raise errors.bad_directive(name, value, f"one of {listed(map(str, possible))}")
        self.severities[name] = int(value)


def read(submission: Submission, taxonomy: VisualTaxonomy) -> Directed:
    """Everything that the content says of itself; `BadDirective` where that is impossible."""
    if submission.media is None:
        return _of_text(submission.text or "")
    return _of_media(submission.media, taxonomy)


NONE = Directed()


def _of_text(text: str) -> Directed:
    if "[hive" not in text:
        return NONE
    draft = _Draft()
    for words in _BRACKETED.findall(text):
        for name, value in _words(words):
            _apply_to_text(draft, name, value)
    if not draft.said:
        return NONE
    said = draft.severities or draft.language
    script = TextScript(draft.severities, draft.language) if said else None
    return Directed(Script(text=script, fault=draft.fault, latency=draft.latency))


def without_directives(text: str) -> str:
    """The text with every directive blanked out, of the same length: what analysis looks at."""
    if "[hive" not in text:
        return text
    return _BRACKETED.sub(lambda found: " " * len(found[0]), text)


def _of_media(media: Media, taxonomy: VisualTaxonomy) -> Directed:
    in_url = media.url is not None and "hive." in media.url
    if not (in_url or media.directives or "--" in media.filename):
        return NONE
    draft, ignored = _Draft(), []
    if "--" in media.filename:
        for name, value in _in_filename(media.filename):
            if name in taxonomy.places or name in _MEDIA_SETTERS:
                _apply_to_media(draft, name, value, taxonomy)
            else:
                ignored.append(name)
    for name, value in (*_in_bytes(media.directives), *_in_url(media.url)):
        _apply_to_media(draft, name, value, taxonomy)
    if not draft.said:
        return Directed(ignored=tuple(ignored))
    _check_heads(draft, taxonomy)
    script = Script(
        visual=draft.visual or None,
        media=draft.media,
        fault=draft.fault,
        latency=draft.latency,
    )
    return Directed(script, tuple(ignored))


def _check_heads(draft: _Draft, taxonomy: VisualTaxonomy) -> None:
    try:
        complete(taxonomy, draft.visual)
    except ValueError as error:
        written = " ".join(f"{name}={score:g}" for name, score in draft.visual.items())
        raise errors.impossible_directive(written, str(error)) from None


_SETTERS: dict[str, Callable[[_Draft, str], None]] = {
    "fault": _Draft.read_fault,
    "latency": _Draft.read_latency,
}
_MEDIA_SETTERS = {**_SETTERS, "duration": _Draft.read_duration}
_TEXT_SETTERS = {**_SETTERS, "language": _Draft.read_language}


def _apply_to_text(draft: _Draft, name: str, value: str) -> None:
    draft.said = True
    if name in _TEXT_SETTERS:
        _TEXT_SETTERS[name](draft, value)
    elif name in TEXT_SEVERITIES:
        draft.read_severity(name, value)
    else:
        raise errors.unknown_directive(name, (*TEXT_SEVERITIES, *_TEXT_SETTERS))


def _apply_to_media(draft: _Draft, name: str, value: str, taxonomy: VisualTaxonomy) -> None:
    draft.said = True
    if name in _MEDIA_SETTERS:
        _MEDIA_SETTERS[name](draft, value)
    elif name in taxonomy.places:
        draft.read_score(name, value)
    else:
        raise errors.unknown_directive(name, (*taxonomy.places, *_MEDIA_SETTERS))


def _words(words: str) -> Iterator[tuple[str, str]]:
    for word in words.split():
        name, _, value = word.partition("=")
        yield name, value


def _in_filename(filename: str) -> Iterator[tuple[str, str]]:
    stem = _EXTENSION.sub("", filename)
    for part in stem.split("--")[1:]:
        name, equals, value = part.partition("=")
        if equals:
            yield name, value


def _in_bytes(stretches: Collection[bytes]) -> Iterable[tuple[str, str]]:
    for stretch in stretches:
        for words in _BRACKETED_BYTES.findall(stretch):
            yield from _words(words.decode("ascii"))


def _in_url(url: str | None) -> Iterable[tuple[str, str]]:
    if url is None or "hive." not in url:
        return
    before, _, fragment = url.partition("#")
    for part in (*before.partition("?")[2].split("&"), *fragment.split("&")):
        name, equals, value = part.partition("=")
        if equals and name.startswith("hive."):
            yield unquote_plus(name[len("hive.") :]), unquote_plus(value)
