"""What the verbs that script mean in the format of fixture files: the server reads nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

Fields = dict[str, Any]
Scores = Mapping[str, float]
Frames = Mapping[str, Scores] | Iterable[Mapping[str, Any]]
"""Scores of a video by the moment from which they hold: `{"0s": {}, "12s": {"gun_in_hand": 0.9}}`,
or as in a file, `[{"at": "0s"}, {"at": "12s", "gun_in_hand": 0.9}]`."""

_CONTENT = ("url", "url_full", "filename", "sha256", "text", "text_contains", "text_matches")
_WHOSE = ("metadata", "project", "patron_id", "post_id")
_WHEN = (*_CONTENT, *_WHOSE)
_BESIDE = ("fault", "latency", "media", "name")
_MOST = 80


class Unclear(TypeError):
    """A verb was called in a way that says nothing, or two things at once."""


def text_fixture(
    exact: str | None, contains: str | None, matches: str | None, said: Mapping[str, Any]
) -> Fields:
    """A fixture for texts; `said` are severities by class, and whatever else a fixture may have."""
    named = {"text": exact, "text_contains": contains, "text_matches": matches}
    patterns = {key: value for key, value in named.items() if value is not None}
    if len(patterns) != 1:
        raise Unclear("hive.text needs one of: a text, contains=..., matches=...")
    when, beside, scores = _sorted(said)
    return fixture({"when": {**patterns, **when}, "text": scores, **beside}, "text")


def visual_fixture(pattern: str | None, scores: Scores, said: Mapping[str, Any]) -> Fields:
    """A fixture for pictures: one address or file name, and scores by class."""
    when, beside, more = _sorted(said)
    when = {**_medium(pattern), **when}
    if not when:
        raise Unclear('hive.visual needs the address or file name, such as "*/a.jpg"')
    return fixture({"when": when, "visual": {**scores, **more}, **beside}, "visual")


def video_fixture(
    pattern: str | None, frames: Frames, between: str | None, duration: str | None, said: Fields
) -> Fields:
    """A fixture for videos, frame by frame."""
    when, beside, unknown = _sorted(said)
    when = {**_medium(pattern), **when}
    if not when or unknown:
        told = f": it has no {', '.join(unknown)}" if unknown else ""
        raise Unclear(f'hive.video needs the address or file name, such as "*/a.mp4"{told}')
    script: Fields = {} if between is None else {"between": between}
    script["frames"] = _frames(frames)
    if duration is not None:
        beside["media"] = {**beside.get("media", {}), "duration": duration}
    return fixture({"when": when, "video": script, **beside}, "video")


def _frames(frames: Frames) -> list[Mapping[str, Any]]:
    if isinstance(frames, Mapping):
        return [{"at": at, **scores} for at, scores in frames.items()]
    return list(frames)


def fixture(fields: Mapping[str, Any], verb: str = "fixture") -> Fields:
    """A fixture with a name by which its author knows it again: the call that made it."""
    when = fields.get("when")
    if fields.get("name") or not isinstance(when, Mapping):
        return dict(fields)
    return {"name": _name(verb, when), **fields}


def _name(verb: str, when: Mapping[str, Any]) -> str:
    shown = ", ".join(
        repr(value) if key in ("text", "url", "filename") else f"{key}={value!r}"
        for key, value in when.items()
    )
    name = f"hive.{verb}({shown})"
    # Cut, but still one name for each pattern.
    return name if len(name) <= _MOST else f"{name[:_MOST]}… {crc32(name.encode()):08x}"


def _medium(pattern: str | None) -> Fields:
    """A pattern with a slash is for addresses, one without for file names, also at their end."""
    if pattern is None:
        return {}
    return {"url" if "/" in pattern else "filename": pattern}


def _sorted(said: Mapping[str, Any]) -> tuple[Fields, Fields, Fields]:
    """What was said beside the pattern: more patterns, more of the fixture, and the scores."""
    when = {key: value for key, value in said.items() if key in _WHEN}
    beside = {key: value for key, value in said.items() if key in _BESIDE}
    rest = {key: value for key, value in said.items() if key not in (*_WHEN, *_BESIDE)}
    return when, beside, rest
