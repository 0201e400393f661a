"""What a video shows at each moment: completed once, and looked at frame by frame."""

from bisect import bisect_right
from collections.abc import Mapping
from math import inf

from emulator.core.model import NOTHING, Heads, Timeline, VideoScript
from emulator.core.prediction.completion import complete
from emulator.core.taxonomy.visual import Head, VisualTaxonomy

QUIET = Timeline()
"""A video in which nothing is ever seen."""


def always(heads: Heads) -> Timeline:
    """A video that shows the same from its beginning to its end."""
    return Timeline((0,), (heads,)) if heads else QUIET


def completed(script: VideoScript, taxonomy: VisualTaxonomy) -> Timeline:
    """The timeline with all heads filled in; ValueError where a frame of it cannot be."""
    if not any(frame.visual for frame in script.frames):
        return QUIET
    heads = [complete(taxonomy, frame.visual) for frame in script.frames]
    if script.linear:
        heads = _with_all(heads, taxonomy)
    return Timeline(tuple(frame.at for frame in script.frames), tuple(heads), script.linear)


def _with_all(
    heads: list[dict[int, tuple[float, ...]]], taxonomy: VisualTaxonomy
) -> list[dict[int, tuple[float, ...]]]:
    """Every frame with each head that it or a neighbour names: where it does not, nothing is seen.

    So no line ends in nothing, and what no frame names stays over the background.
    """
    whole = []
    for at, own in enumerate(heads):
        near = {place for one in heads[max(0, at - 1) : at + 2] for place in one}
        unseen = {place: _unseen(taxonomy.heads[place]) for place in sorted(near - own.keys())}
        whole.append({**own, **unseen})
    return whole


def _unseen(head: Head) -> tuple[float, ...]:
    return tuple(float(name == head.negative) for name in head.classes)


def heads_at(timeline: Timeline, moment: float) -> Heads:
    """What is seen at a moment, in seconds."""
    return held_at(timeline, moment)[0]


def held_at(timeline: Timeline, moment: float) -> tuple[Heads, float]:
    """What is seen at a moment, in seconds, and until when that holds: in a line, not at all."""
    moments = timeline.moments
    at = bisect_right(moments, moment) - 1
    end = moments[at + 1] if at + 1 < len(moments) else inf
    if at < 0:
        return NOTHING, end
    if not timeline.linear or end == inf:
        return timeline.heads[at], end
    part = (moment - moments[at]) / (end - moments[at])
    return _between(timeline.heads[at], timeline.heads[at + 1], part), moment


def _between(one: Heads, other: Heads, part: float) -> Mapping[int, tuple[float, ...]]:
    """So much of the way from the one to the other; a sum of 1 stays one."""
    if not part:
        return one
    return {
        place: tuple(a + (b - a) * part for a, b in zip(scores, other[place], strict=True))
        for place, scores in one.items()
        if place in other
    }
