"""Pieces of a page: everything that is written into it is escaped here, and nowhere else."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from emulator.lab.reports.words import shown
from emulator.lab.trial import is_trouble

_STYLE = Path(__file__).with_name("page.css")
# Nothing is loaded from anywhere, whatever a name or a decision says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_SEVERE = ("ban", "remove", "delete", "block", "reject", "deny", "true", "refuse")
_CAREFUL = ("review", "flag", "hold", "tag", "warn", "restrict", "queue", "blur")
_RED, _AMBER = 1, 2
_OTHERS = (3, 4, 5, 6, 7)


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object) -> Html:
    """A text as HTML; what is HTML already stays."""
    return value if isinstance(value, Html) else Html(escape(str(value), quote=True))


def tag(name: str, /, *inner: object, **attributes: Any) -> Html:
    """An element; `class_` is its class, an attribute that is None or False is left out."""
    written = "".join(
        f" {_attribute(key)}" + ("" if value is True else f'="{text(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in ("col", "input", "meta"):
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{''.join(map(text, inner))}</{name}>")


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def join(parts: Iterable[object], between: str = "") -> Html:
    """Several pieces, one after the other."""
    return Html(text(between).join(map(text, parts)))


@cache
def style() -> str:
    """The page's style."""
    return _STYLE.read_text("utf-8")


def page(title: str, top: Html, main: Html) -> bytes:
    """A whole page that needs nothing else."""
    head = join(
        [
            Html('<meta charset="utf-8">'),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
            tag("title", title),
            tag("style", Html(style())),
        ]
    )
    foot = tag(
        "footer",
        "Made offline by hive-emulator, whose answers these are. Where a class is looked at alone, "
        "all others stay as in the base.",
    )
    body = join([tag("header", top, class_="top"), tag("main", main), foot], "\n")
    document = tag("html", tag("head", head), tag("body", body), lang="en")
    return f"<!DOCTYPE html>\n{document}\n".encode()


class Palette:
    """A colour, a pattern and a letter for each decision; the base's is the quiet one."""

    def __init__(self, tokens: Sequence[str], base: Iterable[str]) -> None:
        self._base = set(base)
        self._classes: dict[str, str] = {}
        self._letters: dict[str, str] = {}
        others = [token for token in tokens if token not in self._base]
        free = list(_OTHERS)
        taken: set[int] = set()
        for at, token in enumerate(others):
            wanted = _meant(token)
            if wanted is None or wanted in taken:
                wanted = free.pop(0) if free else _OTHERS[-1]
            taken.add(wanted)
            self._classes[token] = "trouble" if is_trouble(token) else f"d{wanted}"
            self._letters[token] = chr(ord("A") + at) if at < 26 else "…"

    def class_of(self, token: str) -> str:
        """The class of what is decided so."""
        return self._classes.get(token, "d0")

    def letter(self, token: str) -> str:
        """The letter of a decision; a dot for that of the base."""
        return self._letters.get(token, "·")

    def chip(self, token: str) -> Html:
        """The decision in its colour."""
        return tag("span", shown(token), class_=f"chip {self.class_of(token)}")

    def legend(self, tokens: Sequence[str]) -> Html:
        """What every colour and letter stands for."""
        items = []
        for token in tokens:
            swatch = tag(
                "span",
                self.letter(token),
                class_=f"swatch {self.class_of(token)}",
                aria_hidden="true",
            )
            note = tag("span", " (on the base)", class_="soft") if token in self._base else ""
            what = tag("span", shown(token), note, class_="what", title=shown(token))
            items.append(tag("li", swatch, what))
        return tag("ul", *items, class_="legend", aria_label="Decisions")


def _meant(token: str) -> int | None:
    """The colour that a decision asks for by its word."""
    word = shown(token).lower()
    if any(one in word for one in _SEVERE) or is_trouble(token):
        return _RED
    return _AMBER if any(one in word for one in _CAREFUL) else None
