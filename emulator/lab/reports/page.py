"""What was found out as a page to look at: one file, without scripts, that loads nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from json import dumps

from emulator.core.rendering.values import number
from emulator.lab.axes import CHOICE, LANGUAGES, SCORE
from emulator.lab.comparing import Comparison, Difference
from emulator.lab.mapping import Map, Row
from emulator.lab.pairs import Pair
from emulator.lab.reports.html import Html, Palette, join, page, tag
from emulator.lab.reports.sections import SECTIONS, section_of
from emulator.lab.reports.words import changes, headline, notes, shown
from emulator.lab.trial import Finding

_TICKS = ("0", "0.25", "0.5", "0.75", "1")
_WIDE = 0.09
"""How much of the scale a stretch takes that has room for its word."""


def of_map(found: Map) -> bytes:
    """The map as a page."""
    palette = Palette(found.tokens, found.base)
    top = join(
        [
            tag("h1", tag("small", "Policy map"), found.policy),
            tag("p", headline(found).partition(" over ")[2].join(("Over ", ".")), class_="soft"),
            _cards(found),
        ]
    )
    parts = [_findings(found.findings)] if found.findings else []
    parts.append(_tools(found, palette))
    parts += [_section(name, rows, palette) for name, rows in _sections(found.rows)]
    parts += [_matrix(pair, palette) for pair in found.pairs]
    return page(f"Policy map: {found.policy}", top, join(parts, "\n"))


def _cards(found: Map) -> Html:
    direct = sum(row.direct for row in found.rows)
    bad = len(found.findings)
    items = [
        tag(
            "li", tag("b", " / ".join(map(shown, dict.fromkeys(found.base)))), "decided on the base"
        ),
        tag("li", tag("b", direct), f"of {len(found.rows)} lines decide by themselves"),
        tag("li", tag("b", len(found.never)), "never change the decision alone"),
        tag(
            "li",
            tag("b", bad or "none"),
            "findings: ",
            "see below" if bad else "it answers, and answers alike",
            class_="bad" if bad else "good",
        ),
        tag("li", tag("b", f"{found.asked:,}"), f"answers in {found.seconds:.1f} s"),
    ]
    return tag("ul", *items, class_="cards")


def _tools(found: Map, palette: Palette) -> Html:
    only = tag(
        "label",
        tag("input", type="checkbox", id="only"),
        "only what changes the decision",
        class_="only",
    )
    return tag("div", palette.legend(found.tokens), only, class_="bar-tools")


def _findings(findings: Iterable[Finding]) -> Html:
    items = []
    for one in findings:
        more = []
        if one.fixture is not None:
            fixture = dumps(one.fixture, indent=2, ensure_ascii=False)
            more.append(_folded("the input, as a fixture says it", fixture))
        if one.details:
            more.append(_folded("what was seen", one.details))
        items.append(tag("li", str(one), *more))
    heading = tag("h2", "Findings", id="findings")
    return join([heading, tag("ul", *items, class_="findings")])


def _folded(summary: str, inner: str) -> Html:
    return tag("details", tag("summary", summary), tag("pre", inner, tabindex="0"))


def _sections(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows by section, as the class page has them; those in which nothing matters last."""
    known: dict[str, list[Row]] = {name: [] for name in SECTIONS}
    for row in rows:
        name = section_of(row.axis.group) if row.axis.kind == SCORE else row.axis.group.capitalize()
        known.setdefault(name, []).append(row)
    there = [(name, found) for name, found in known.items() if found]
    return iter(sorted(there, key=lambda one: not any(row.matters for row in one[1])))


def _section(name: str, rows: Sequence[Row], palette: Palette) -> Html:
    """The heads in which something changes the decision as a table, all others in short."""
    heads = [list(group) for _, group in groupby(rows, key=lambda row: row.axis.group)]
    active = [head for head in heads if any(row.matters for row in head)]
    idle = [row for head in heads if head not in active for row in head]
    count = sum(row.matters for row in rows)
    told = tag("span", f"{count} of {len(rows)} change the decision")
    parts = [tag("h2", name, told)]
    if active:
        parts.append(_table(name, active, palette))
    if idle:
        parts.append(_idle(idle, palette))
    return tag("section", *parts, class_="group" if active else "group quiet")


def _table(name: str, heads: Sequence[Sequence[Row]], palette: Palette) -> Html:
    scores = heads[0][0].axis.kind == SCORE
    ticks = tag("div", *(tag("span", one) for one in _TICKS), class_="scale")
    titles = tag(
        "tr",
        tag("th", "class" if scores else "line", scope="col"),
        tag("th", ticks, scope="col", aria_label="score from 0 to 1")
        if scores
        else tag("th", "value", scope="col"),
        tag("th", "decides", scope="col", class_="says"),
    )
    columns = tag("colgroup", tag("col", class_="name"), tag("col"), tag("col", class_="says"))
    bodies = [_body(rows, palette, titled=scores) for rows in heads]
    caption = f"{name}: where each class alone changes the decision"
    hidden = tag("caption", caption, class_="hidden")
    return tag("table", hidden, columns, tag("thead", titles), *bodies, class_="map")


def _body(rows: Sequence[Row], palette: Palette, *, titled: bool) -> Html:
    name = rows[0].axis.group
    title = tag("tr", tag("th", name, colspan="3", scope="rowgroup"), class_="head")
    lines = [_line(row, palette) for row in rows]
    return tag("tbody", *([title, *lines] if titled else lines))


def _idle(rows: Sequence[Row], palette: Palette) -> Html:
    """Classes of heads in which nothing matters: a name and a thin line each."""
    items = [tag("li", tag("span", row.axis.name), _rail(row, palette)) for row in rows]
    return tag("ul", *items, class_="idle", aria_label="without effect alone")


def _line(row: Row, palette: Palette) -> Html:
    sort = "direct" if row.direct else "moves" if row.matters else "idle"
    negative = tag("span", "negative", class_="neg") if row.axis.negative else ""
    decides = join([tag("b", _printed(one)) for one in changes(row)], ", ")
    more = notes(row)
    note = tag("i", " · ".join(["", *more]) if decides else " · ".join(more)) if more else ""
    return tag(
        "tr",
        tag("th", row.axis.name, negative, scope="row"),
        tag("td", _rail(row, palette)),
        tag("td", decides, note, class_="says"),
        class_=sort,
    )


def _printed(words: str) -> str:
    """Comparisons as they are printed."""
    return words.replace(" >= ", " \N{GREATER-THAN OR EQUAL TO} ").replace(
        " <= ", " \N{LESS-THAN OR EQUAL TO} "
    )


def _rail(row: Row, palette: Palette) -> Html:
    label = "; ".join(changes(row)) or f"always {shown(row.base)}"
    exact = row.axis.kind == SCORE and not row.unsettled
    segments = _stretches(row, palette) if exact else _steps(row, palette)
    many = " many" if row.axis.group == LANGUAGES else ""
    classes = "rail" if row.axis.kind == SCORE else f"rail steps{many}"
    faded = row.matters and not row.direct
    return tag(
        "div",
        *segments,
        class_=f"{classes} moved" if faded else classes,
        role="img",
        aria_label=label,
    )


def _stretches(row: Row, palette: Palette) -> Iterator[Html]:
    """The scale from end to end, cut where the decision changes."""
    starts = [row.cells[0][0], *(change.above for change in row.changes)]
    for start, end, token in zip_longest(starts, starts[1:], row.decisions[: len(starts)]):
        until = row.cells[-1][0] if end is None else end
        width = until - start
        told = width >= _WIDE and token != row.base and row.direct
        word = shown(token) if told else ""
        title = f"{shown(token)} from {number(start)} to {number(until)}"
        yield _segment(token, width, word, title, palette)


def _steps(row: Row, palette: Palette) -> Iterator[Html]:
    """A piece for every value of the grid."""
    for value, token in row.cells:
        plain = row.axis.kind == SCORE
        word = palette.letter(token) if plain else str(value)
        if row.axis.kind == CHOICE and row.axis.group != LANGUAGES and token != row.base:
            word = f"{value}: {shown(token)}"
        elif not plain and token != row.base and row.axis.group != LANGUAGES:
            word = f"{value} {palette.letter(token)}"
        wide = max(1, len(word) / 3) if row.axis.group == LANGUAGES else 1
        yield _segment(token, wide, word, f"{value}: {shown(token)}", palette)


def _segment(token: str, width: float, word: str, title: str, palette: Palette) -> Html:
    return tag(
        "div",
        tag("span", word) if word else "",
        class_=f"seg {palette.class_of(token)}",
        style=f"--w:{max(width, 0.0001):.4f}",
        title=title,
    )


def _matrix(pair: Pair, palette: Palette) -> Html:
    columns = [tag("th", _value(value), scope="col") for value in pair.other.values]
    corner = tag("td", tag("span", "score of both", class_="hidden"))
    lines = [
        tag("tr", tag("th", _value(value), scope="row"), *(_cell(one, palette) for one in line))
        for value, line in zip(pair.one.values, pair.cells, strict=True)
    ]
    table = tag("table", tag("thead", tag("tr", corner, *columns)), tag("tbody", *lines))
    names = f"{pair.one.name} (down) and {pair.other.name} (across)"
    told = f"{len(pair.together)} pairs decide as neither class alone does"
    scroll = tag("div", table, class_="matrix", tabindex="0", role="region", aria_label=names)
    return tag("section", tag("h2", names, tag("span", told)), scroll, class_="group")


def _value(value: object) -> str:
    return number(value) if isinstance(value, int | float) else str(value)


def _cell(token: str | None, palette: Palette) -> Html:
    if token is None:
        return tag("td", "\N{EN DASH}", class_="cell none", title="no head has both scores")
    return tag(
        "td", palette.letter(token), class_=f"cell {palette.class_of(token)}", title=shown(token)
    )


def of_comparison(
    title: str, verdict: str, found: Comparison, say: Callable[[Difference], str], budget: int
) -> bytes:
    """A comparison as a page: what it came to, and a line for every difference."""
    tokens = [*dict.fromkeys(t for one in found.differences for t in (one.one, one.other))]
    palette = Palette(tokens, ())
    over = found.changed > budget
    setup = found.one.setup
    top = join(
        [
            tag("h1", tag("small", title), f"{found.one.asker.name} / {found.other.asker.name}"),
            tag("p", f"Over {setup.contract} answers; base: {setup.base_words}.", class_="soft"),
            tag(
                "ul",
                tag("li", tag("b", found.changed), "differ", class_="bad" if over else "good"),
                tag("li", tag("b", f"{found.compared:,}"), "inputs compared"),
                tag("li", tag("b", f"{found.submissions:,}"), "submissions of a corpus"),
                tag("li", tag("b", budget), "allowed to differ"),
                class_="cards",
            ),
            tag("p", verdict),
        ]
    )
    parts = [_findings(found.findings)] if found.findings else []
    if found.differences:
        parts.append(_differences(found, say, palette))
    return page(f"{title}: {found.one.asker.name}", top, join(parts, "\n"))


def _differences(found: Comparison, say: Callable[[Difference], str], palette: Palette) -> Html:
    heads = tag(
        "tr",
        *(tag("th", one, scope="col") for one in ("class", "where", "first", "second", "in words")),
    )
    lines = [
        tag(
            "tr",
            tag("th", one.of or "corpus", scope="row"),
            tag("td", one.at),
            tag("td", palette.chip(one.one)),
            tag("td", palette.chip(one.other)),
            tag("td", say(one)),
        )
        for one in found.differences
    ]
    table = tag("table", tag("thead", heads), tag("tbody", *lines), class_="plain")
    return tag("section", tag("h2", "Differences"), table, class_="group")
