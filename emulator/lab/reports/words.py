"""The sentences that all reports share."""

from itertools import zip_longest

from emulator.core.rendering.values import number
from emulator.lab.axes import CHOICE, SEVERITY
from emulator.lab.heads import NEGATIVE, OWN
from emulator.lab.mapping import Map, Row
from emulator.lab.search import Change
from emulator.lab.setup import VIDEO
from emulator.lab.trial import is_trouble, said


def shown(token: str) -> str:
    """A decision in words; a trouble says that it is one."""
    return f"({token})" if is_trouble(token) else said(token)


def operator(change: Change, *, rising: bool) -> str:
    """How the threshold is compared: `>=` on its way up, `<` on its way down, and their like."""
    if rising:
        return ">=" if change.inclusive else ">"
    return "<" if change.inclusive else "<="


def changes(row: Row) -> list[str]:
    """What a class leads to and where, away from what is decided on the base."""
    if row.axis.kind == CHOICE:
        return _choices(row)
    if row.unsettled or not row.changes:
        return _cells(row)
    first = row.changes[0]
    told = []
    if first.before != row.base:
        told.append(f"{shown(first.before)} {operator(first, rising=False)} {_at(first)}")
    for change, following in zip_longest(row.changes, row.changes[1:]):
        if change.after == row.base:
            continue
        words = f"{shown(change.after)} {operator(change, rising=True)} {_at(change)}"
        if following is not None and following.after == row.base:
            words += f" and {operator(following, rising=False)} {_at(following)}"
        told.append(words)
    return told


def _at(change: Change) -> str:
    return number(change.threshold)


def _choices(row: Row) -> list[str]:
    by_token: dict[str, list[str]] = {}
    for value, token in row.cells:
        if token != row.base:
            by_token.setdefault(token, []).append(_quoted(str(value)))
    return [f"{shown(token)} with {' or '.join(values)}" for token, values in by_token.items()]


def _quoted(value: str) -> str:
    """Words in quotes; a code stands as it is."""
    return value if value.isalnum() else repr(value)


def _cells(row: Row) -> list[str]:
    if not row.matters:
        return []
    many = len({token for _, token in row.cells})
    return [f"{many} different decisions along the line: no thresholds were looked for"]


def notes(row: Row) -> list[str]:
    """What else is to be said of a class that matters."""
    told = []
    if row.matters and not row.direct:
        told.append(f"moves with {_through(row)}")
    elif any(one != OWN for one in row.reads):
        told.append(f"reads {next(one for one in row.reads if one != OWN)}")
    if row.axis.negative and row.direct:
        told.append(f"negative class of the head {row.axis.group}")
    if not row.monotone:
        told.append("not monotone")
    if row.frames is not None:
        told.append(f"frames: {row.frames.says}")
    return told


def _through(row: Row) -> str:
    head = row.axis.head
    if head is not None and NEGATIVE in row.reads:
        return head.negative
    others = [] if head is None else [name for name in head.classes if name != row.axis.name]
    return others[0] if len(others) == 1 else "the other classes of its head"


def headline(found: Map) -> str:
    """What was looked at, in one line."""
    setup = found.setup
    frames = f", {len(setup.bases[0].frames)} frames" if setup.contract == VIDEO else ""
    scores = any(row.axis.head is not None for row in found.rows)
    steps = f"; {found.steps} steps" if scores else ""
    return f"{found.policy} over {setup.contract} answers{frames}; base: {setup.base_words}{steps}"


def never(found: Map) -> str:
    """How many classes never change anything alone."""
    idle, every = len(found.never), len(found.rows)
    kinds = {row.axis.kind for row in found.rows}
    what = "classes" if SEVERITY not in kinds else "classes, patterns and languages"
    return f"{idle} of {every} {what} alone never change the decision on this base"
