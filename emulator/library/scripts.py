"""What a fixture or a step may carry: what is seen or read, facts, a trouble, a latency."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.core import size
from emulator.core.codes import CODES, DOWNLOAD_CODES
from emulator.core.duration import parse_duration
from emulator.core.faults import TROUBLES, Kind
from emulator.core.matching import FIELDS, Contains, Glob, Is, Matches, Pattern, When
from emulator.core.media import BY_ENDING
from emulator.core.model import (
    Fault,
    Keyframe,
    Match,
    MediaScript,
    Script,
    TextScript,
    VideoScript,
)
from emulator.core.prediction.completion import complete
from emulator.core.prediction.directives import LANGUAGE_EXPECTED
from emulator.core.suggest import did_you_mean, listed, shown
from emulator.core.taxonomy.text import TEXT_SEVERITIES, UNSUPPORTED
from emulator.core.taxonomy.visual import VisualTaxonomy
from emulator.library import reading
from emulator.library.problems import Problems
from emulator.library.reading import Reader
from emulator.library.yaml import Table

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TWO_LETTERS = re.compile(r"[A-Z]{2}", re.ASCII)
SCRIPT_KEYS = ("visual", "video", "text", "media", "fault", "latency")
HOLD, LINEAR = BETWEEN = ("hold", "linear")
"""What may lie between two frames of a video."""
MATCH_LISTS = ("text_filters", "pii_entities", "custom_classes", "urls")
_RESERVED = ("language", *MATCH_LISTS)
MIME_TYPES = sorted({known.mimetype for known in BY_ENDING.values()})
PROBABILITY = "probability"
FAULTS_WITH: Mapping[str, tuple[str, ...]] = {
    name: tuple(one for one in TROUBLES if name in TROUBLES[one].settings)
    for name in sorted({name for trouble in TROUBLES.values() for name in trouble.settings})
} | {PROBABILITY: tuple(TROUBLES)}
"""Everything that may stand beside a fault, and the faults that have it."""
LEAST_COUNT, MOST_COUNT = 2, 100
MOST_BYTES = 1024**3


@dataclass(frozen=True, slots=True)
class ScriptReader:
    """Reads scripts against a taxonomy that has every class any project knows."""

    taxonomy: VisualTaxonomy
    problems: Problems
    of_your_own: str = ""
    """What is said of a class that may be one of a project's own."""

    def script(self, table: Table) -> Script:
        """The script that stands among the keys of a fixture or step."""
        reader = Reader(table, self.problems)
        visual = reader.table_at("visual")
        video = reader.table_at("video")
        text = reader.table_at("text")
        media = reader.table_at("media")
        return Script(
            visual=None if visual is None else self._visual(visual),
            video=None if video is None else self._video(video),
            text=None if text is None else self._text(text),
            media=None if media is None else self._media(media),
            fault=read_fault(table, self.problems),
            latency=reader.get("latency", parse_duration, None),
        )

    def _video(self, table: Table) -> VideoScript:
        reader = Reader(table, self.problems)
        reader.only("video", ("between", "frames"))
        between = reader.get("between", reading.one_of(BETWEEN), BETWEEN[0])
        tables = reader.tables_at("frames")
        if not tables and "frames" not in table:
            reader.wrong(None, "video needs the key 'frames'")
        elif table["frames"] in (None, []):
            reader.wrong("frames", "frames: expected at least one frame, such as {at: 0s}")
        frames = tuple(map(self._frame, tables))
        for before, after, own in zip(frames, frames[1:], tables[1:], strict=False):
            if after.at <= before.at:
                told = "at: expected a moment after that of the frame before"
                Reader(own, self.problems).wrong("at", told)
        return VideoScript(frames, linear=between == LINEAR)

    def _frame(self, table: Table) -> Keyframe:
        """A moment, and beside it the scores of what is seen from then on."""
        at = Reader(table, self.problems).require("at", parse_duration, "a frame")
        visual = self._visual(table, beside=("at",))
        return Keyframe(0 if at is None else at.total_seconds(), visual)

    def _visual(self, table: Table, beside: Collection[str] = ()) -> dict[str, float]:
        reader = Reader(table, self.problems)
        scores = {
            name: reader.get(name, _score, 0.0)
            for name in table
            if name not in beside
            and self._known(reader, name, self.taxonomy.places, "visual class", self.of_your_own)
        }
        try:
            complete(self.taxonomy, scores)
        except ValueError as error:
            reader.wrong(None, f"visual: {error}")
        return scores

    def _known(
        self, reader: Reader, name: str, known: Collection[str], what: str, more: str = ""
    ) -> bool:
        if name in known:
            return True
        near = did_you_mean(name, known)
        hint = near or f" {len(known)} are known, such as {listed(known, 4)}."
        # Hive's names of such classes have a hyphen; without one it is rather a slip.
        own = "" if near and "-" not in name else more
        reader.wrong(name, f"{name!r} is no {what}.{hint}{own}".removesuffix("."))
        return False

    def _text(self, table: Table) -> TextScript:
        reader = Reader(table, self.problems)
        severities = {
            name: reader.get(name, _severity(name), 0)
            for name in table
            if name not in _RESERVED
            and self._known(reader, name, (*TEXT_SEVERITIES, *_RESERVED), "text class")
        }
        return TextScript(
            severities,
            reader.get("language", _language, None),
            **{name: self._matches(reader, name) for name in MATCH_LISTS},
        )

    def _matches(self, reader: Reader, key: str) -> tuple[Match, ...] | None:
        if key not in reader.table:
            return None
        return tuple(self._match(table) for table in reader.tables_at(key))

    def _match(self, table: Table) -> Match:
        reader = Reader(table, self.problems)
        reader.only("a match", ("value", "start_index", "end_index", "type"))
        index = reading.whole(0, 10**9)
        value = reader.require("value", reading.text, "a match")
        start = reader.require("start_index", index, "a match")
        end = reader.require("end_index", index, "a match")
        if start is not None and end is not None and end <= start:
            reader.wrong("end_index", "end_index: expected a number after 'start_index'")
        return Match(
            value=value or "",
            start=start or 0,
            end=end or 0,
            type=reader.require("type", reading.text, "a match") or "",
        )

    def _media(self, table: Table) -> MediaScript:
        reader = Reader(table, self.problems)
        reader.only("media", ("width", "height", "mimetype", "duration"))
        pixels = reading.whole(1, 100_000)
        return MediaScript(
            width=reader.get("width", pixels, None),
            height=reader.get("height", pixels, None),
            mimetype=reader.get("mimetype", reading.one_of(MIME_TYPES), None),
            duration=reader.get("duration", _seconds, None),
        )


def only_keys(reader: Reader, what: str, known: Iterable[str]) -> None:
    """Every key is a problem that is none of these, nor a setting of the fault among them."""
    names = [*known, *_settings_of(reader.table)]
    for key in reader.table:
        if key in FAULTS_WITH and key not in names:
            _no_setting(reader, key)
        elif key not in names:
            reader.unknown(key, what, names)


def _settings_of(table: Table) -> tuple[str, ...]:
    """What may stand beside the fault that a mapping names."""
    name = table.get("fault")
    if not isinstance(name, str) or name not in TROUBLES:
        return ()
    return (*TROUBLES[name].settings, PROBABILITY)


def _no_setting(reader: Reader, key: str) -> None:
    """Tell that a setting stands beside no fault, or one without it; a wrong one is told anyway."""
    settings = _settings_of(reader.table)
    if settings:
        told = f"the fault {reader.table['fault']!r} has no setting {key!r}"
        reader.wrong(key, f"{told}. Known are: {', '.join(settings)}")
    elif "fault" not in reader.table:
        with_it = "a fault" if key == PROBABILITY else f"the fault {' or '.join(FAULTS_WITH[key])}"
        reader.wrong(key, f"{key} goes with {with_it}, and no fault stands here")


def read_fault(table: Table, problems: Problems) -> Fault | None:
    """The trouble that a mapping names, with the settings that stand beside it."""
    reader = Reader(table, problems)
    name = reader.get("fault", reading.one_of(TROUBLES), None)
    if name is None:
        return None
    settings = {
        key: reader.get(key, SETTINGS[setting.kind], None)
        for key, setting in TROUBLES[name].settings.items()
        if key in table
    }
    return Fault(name, settings, reader.get(PROBABILITY, _probability, 1))


def read_when(table: Table, problems: Problems) -> When | None:
    """The patterns of `when`; None where they are missing or wrong."""
    reader, key = Reader(table, problems), "when"
    if key in table and table[key] in (None, {}):
        reader.wrong(key, f"{key} is empty: it needs at least one of {', '.join(FIELDS)}")
        return None
    when = reader.table_at(key)
    if when is None:
        return None
    inner = Reader(when, problems)
    inner.only(key, FIELDS)
    patterns = {name: _patterns(inner, name) for name in when if name in FIELDS}
    return When(patterns) if all(patterns.values()) and patterns else None


def _patterns(reader: Reader, key: str) -> tuple[Pattern, ...]:
    written: tuple[str, ...] = reader.get(key, reading.texts, ())
    made = []
    for one in written:
        try:
            made.append(_pattern(key, one))
        except ValueError as error:
            reader.wrong(key, f"{key}: expected {error}, found {shown(one)}")
    return tuple(made)


def _pattern(key: str, written: str) -> Pattern:
    if key in ("url", "url_full", "filename"):
        return Glob(written)
    if key == "text_contains":
        return Contains(written)
    if key == "text_matches":
        return Matches(written, compile_regex(written))
    if key == "sha256" and not _SHA256.fullmatch(written.lower()):
        raise ValueError("the 64 hexadecimal digits of a digest")
    return Is(written.lower() if key == "sha256" else written)


def compile_regex(source: str) -> Any:
    """A regular expression in RE2 syntax, which always ends soon; ValueError if it is none."""
    # Imported here since most libraries hold no expression, and it takes 12 ms.
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(source, options)
    except re2.error as error:
        told = error.args[0] if error.args else error
        why = told.decode() if isinstance(told, bytes) else str(told)
        raise ValueError(f"a regular expression in RE2 syntax ({why})") from None


def _seconds(value: Any) -> float:
    return parse_duration(value).total_seconds()


def _score(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError("a score from 0 to 1")
    return value


def _severity(name: str) -> reading.Read[int]:
    possible = (UNSUPPORTED, *TEXT_SEVERITIES.get(name, ()))

    def read(value: Any) -> int:
        if isinstance(value, bool) or value not in possible:
            raise ValueError(f"a severity of {listed(map(str, possible))}")
        return int(value)

    return read


def _language(value: Any) -> str:
    text = reading.text(value)
    if text != "UNSUPPORTED" and not _TWO_LETTERS.fullmatch(text):
        raise ValueError(LANGUAGE_EXPECTED)
    return text


def _probability(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise ValueError("a number above 0, and at most 1")
    return value


def _one_of_codes(codes: Mapping[int, str]) -> reading.Read[int]:
    def read(value: Any) -> int:
        if not isinstance(value, int) or value not in codes:
            raise ValueError(f"one of Hive's codes {listed(map(str, codes), len(codes))}")
        return value

    return read


def _size(value: Any) -> int:
    found = size.parse_size(value)
    if found > MOST_BYTES:
        raise ValueError(f"{size.EXPECTED}, at most 1GiB")
    return found


SETTINGS: Mapping[Kind, reading.Read[Any]] = {
    Kind.DURATION: parse_duration,
    Kind.COUNT: reading.whole(LEAST_COUNT, MOST_COUNT),
    Kind.CODE: _one_of_codes(DOWNLOAD_CODES),
    Kind.ANY_CODE: _one_of_codes(CODES),
    Kind.TEXT: reading.text,
    Kind.SIZE: _size,
}
"""How each kind of setting is read."""
