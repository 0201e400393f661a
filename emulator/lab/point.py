"""What an answer is made to say: one point of the space that a policy decides over.

Scores stand over a silence: without noise every positive class of a head is exactly 0 and its
negative class exactly 1. A point is hashable, so that no answer has to be asked for twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from emulator.core.model import Kind, Match, TextScript
from emulator.core.rendering.values import number
from emulator.core.taxonomy.visual import Head, VisualTaxonomy

Scores = tuple[float, ...]
"""The scores of a head, in the order of its classes."""
Scene = tuple[tuple[int, Scores], ...]
"""What one frame shows: by the place of a head its scores, of the heads that are not silent."""
SILENT: Scene = ()
QUIET_WORDS = "Good morning"
_LISTS = ("text_filters", "pii_entities", "custom_classes", "urls")


class Said(NamedTuple):
    """A text: its words, in which patterns are really found, and what is scripted of it.

    `lists` has the matches that are scripted in place of those, by the name of the array.
    """

    words: str = QUIET_WORDS
    severities: tuple[tuple[str, int], ...] = ()
    language: str | None = None
    lists: tuple[tuple[str, tuple[Match, ...]], ...] = ()

    def with_severity(self, name: str, severity: int) -> "Said":
        """The same with another severity of a class."""
        return self._replace(severities=_sorted({**dict(self.severities), name: severity}))

    @property
    def script(self) -> TextScript:
        """What a fixture would say of it."""
        plain = TextScript(severities=dict(self.severities), language=self.language)
        found: Mapping[str, Any] = dict(self.lists)
        return replace(plain, **found) if found else plain


class Point(NamedTuple):
    """A text, a picture (one frame) or a video (a frame a second)."""

    kind: Kind
    frames: tuple[Scene, ...] = ()
    said: Said = Said()

    def showing(self, scene: Scene) -> "Point":
        """The same content with every frame like this."""
        return self._replace(frames=(scene,) * len(self.frames))

    def words(self, taxonomy: VisualTaxonomy) -> str:
        """It in words: "gun_in_hand 0.9, no_gun 0.1"."""
        if self.kind is Kind.TEXT:
            return _text_words(self.said)
        scenes = [_scene_words(scene, taxonomy) for scene in self.frames]
        if len(set(scenes)) == 1:
            return scenes[0] if len(scenes) == 1 else f"{scenes[0]} in all {len(scenes)} frames"
        return "; ".join(f"frame {at}: {told}" for at, told in enumerate(scenes, 1))

    def fixture(self, taxonomy: VisualTaxonomy) -> dict[str, Any]:
        """What a fixture says that makes such a content; frames as those of a video."""
        if self.kind is Kind.TEXT:
            language = {} if self.said.language is None else {"language": self.said.language}
            return {"text": {**dict(self.said.severities), **language}}
        shown = [scores_by_class(scene, taxonomy) for scene in self.frames]
        if len(set(self.frames)) == 1:
            return {"visual": shown[0]}
        frames = [{"at": f"{second}s", **scores} for second, scores in enumerate(shown)]
        return {"video": {"frames": frames}}


def with_head(scene: Scene, place: int, scores: Scores, head: Head) -> Scene:
    """The scene with other scores in a head; a silent head is not written down."""
    heads = dict(scene)
    heads[place] = scores
    if scores == silence(head):
        del heads[place]
    return tuple(sorted(heads.items()))


def silence(head: Head) -> Scores:
    """The scores of a head in which nothing at all is seen."""
    return tuple(1.0 if at == head.negative_at else 0.0 for at in range(len(head.classes)))


def scores_by_class(scene: Scene, taxonomy: VisualTaxonomy) -> dict[str, float]:
    """Every score of a scene that is not 0, by class."""
    return {
        name: score
        for place, scores in scene
        for name, score in zip(taxonomy.heads[place].classes, scores, strict=True)
        if score
    }


def _sorted(mapping: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, value) for name, value in mapping.items() if value))


def _scene_words(scene: Scene, taxonomy: VisualTaxonomy) -> str:
    return _told(scores_by_class(scene, taxonomy).items()) or "nothing"


def _text_words(said: Said) -> str:
    told = [repr(said.words), _told(said.severities)]
    language = "" if said.language is None else f"language {said.language}"
    return ", ".join(one for one in (*told, language) if one)


def _told(scores: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{name} {number(score)}" for name, score in scores)


def lists_of(script: TextScript) -> tuple[tuple[str, tuple[Match, ...]], ...]:
    """The matches that a script says there are, by the name of the array."""
    named = ((name, getattr(script, name)) for name in _LISTS)
    return tuple((name, matches) for name, matches in named if matches is not None)
