"""An answer of the API as conditions look at it: its frames, or its severities and matches.

Only what an answer holds is known: nothing of other posts, and nothing of who sent it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from emulator.core.conditions.condition import Count
from emulator.core.model import NOTHING, NOTHING_FOUND, Found, Match


class Answer:
    """The facts in a parsed answer; whatever is not where it should be is not there.

    Takes the answers of the Task API and the legacy ones of the Dashboard, which end as those do.
    """

    def __init__(self, parsed: Any) -> None:
        self._parsed = parsed

    @cached_property
    def _response(self) -> Mapping[str, Any]:
        status = _mapping(self._parsed).get("status")
        first = status[0] if isinstance(status, list) and status else None
        return _mapping(_mapping(first).get("response"))

    @cached_property
    def _is_text(self) -> bool:
        return "text" in _mapping(self._response.get("input"))

    @cached_property
    def _frames(self) -> Sequence[Mapping[str, Any]]:
        return [
            {one["class"]: one["score"] for one in _entries(frame.get("classes"), "class", "score")}
            for frame in _entries(self._response.get("output"), "classes")
        ]

    @property
    def visual(self) -> Sequence[Mapping[str, float]] | None:
        """The scores by class, frame by frame; None where there are none."""
        return None if self._is_text or not self._frames else self._frames

    @property
    def severities(self) -> Mapping[str, int] | None:
        """The severities by class; None where this is no text."""
        return next(iter(self._frames), NOTHING) if self._is_text else None

    @property
    def text(self) -> str | None:
        """The text as it was sent."""
        return self._response["input"]["text"] if self._is_text else None

    @cached_property
    def found(self) -> Found:
        """What the patterns found."""
        if not self._is_text:
            return NOTHING_FOUND
        return Found(
            text_filters=_matches(self._response.get("text_filters")),
            pii_entities=_matches(self._response.get("pii_entities")),
            custom_classes=_matches(self._response.get("custom_classes")),
            urls=_matches(self._response.get("urls")),
        )

    @property
    def language(self) -> str | None:
        """The language of a text."""
        language = self._response.get("language") if self._is_text else None
        return language if isinstance(language, str) else None

    @property
    def content_metadata(self) -> Mapping[str, Any]:
        """What was sent along, where that is an object."""
        return _mapping(_mapping(self._parsed).get("metadata"))

    @property
    def patron_metadata(self) -> Mapping[str, Any]:
        """Nothing: no answer tells of it."""
        return NOTHING

    @property
    def patron_states(self) -> Collection[str]:
        """None: no answer tells of them."""
        return ()

    def count(self, counted: Count, /) -> int:
        """At most the post that is answered: no answer tells of others."""
        return int(counted.of.holds(self))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else NOTHING


def _entries(value: Any, *keys: str) -> Iterable[Mapping[str, Any]]:
    """The mappings in a list that have these keys."""
    every = value if isinstance(value, list) else []
    return [one for one in every if isinstance(one, dict) and all(key in one for key in keys)]


def _matches(value: Any) -> tuple[Match, ...]:
    return tuple(
        Match(
            str(one["value"]), one.get("start_index", 0), one.get("end_index", 0), str(one["type"])
        )
        for one in _entries(value, "value", "type")
    )
