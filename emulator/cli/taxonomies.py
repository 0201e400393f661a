"""`classes`: what the models know, as a table or as JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.core.taxonomy.text import TEXT_SEVERITIES, TEXT_TAXONOMIES
from emulator.core.taxonomy.visual import VISUAL_TAXONOMIES

VISUAL = "visual"
TEXT = "text"


def as_json(kinds: Sequence[str]) -> str:
    """Everything that is known of the classes of those kinds."""
    makers = {VISUAL: _visual, TEXT: _text}
    return json.dumps({kind: makers[kind]() for kind in kinds}, indent=2)


def as_table(kinds: Sequence[str]) -> str:
    """The same to be read: a line a class, those of a head together."""
    makers = {VISUAL: _visual_lines, TEXT: _text_lines}
    return "\n\n".join("\n".join(makers[kind]()) for kind in kinds)


def _visual() -> Mapping[str, Any]:
    return {
        name: [
            {"head": head.name, "classes": list(head.classes), "negative": head.negative}
            for head in taxonomy.heads
        ]
        for name, taxonomy in VISUAL_TAXONOMIES.items()
    }


def _text() -> Mapping[str, Any]:
    return {
        name: [{"class": one, "severities": list(TEXT_SEVERITIES[one])} for one in taxonomy.classes]
        for name, taxonomy in TEXT_TAXONOMIES.items()
    }


def _visual_lines() -> Sequence[str]:
    docs, recorded = VISUAL_TAXONOMIES["docs"], VISUAL_TAXONOMIES["2023-03"]
    lines = [f"{'HEAD':18}{'CLASS':34}IN TAXONOMY"]
    for head in docs.heads:
        where = "docs, 2023-03" if head in recorded.heads else "docs"
        for at, name in enumerate(head.classes):
            marked = f"{name} (negative)" if name == head.negative else name
            lines.append(f"{head.name if at == 0 else '':18}{marked:34}{where}")
    return [line.rstrip() for line in lines]


def _text_lines() -> Sequence[str]:
    docs, live = TEXT_TAXONOMIES["docs"], TEXT_TAXONOMIES["2026-01"]
    lines = [f"{'CLASS':30}{'SEVERITIES':14}IN TAXONOMY"]
    for name in (*docs.classes, *(one for one in live.classes if one not in docs.classes)):
        where = "docs, 2026-01" if name in docs.classes else "2026-01"
        also = ", docs with promotions" if name == "promotions" else ""
        severities = " ".join(map(str, TEXT_SEVERITIES[name]))
        lines.append(f"{name:30}{severities:14}{where}{also}")
    return lines
