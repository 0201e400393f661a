"""The tables of docs/fidelity.md, and what they are held against: real answers, and the exchanges.

`python -m tests.contract.fidelity` writes the list of exchanges anew. All other tables are written
by hand, since how sure something is cannot be found in the code.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.contract.exchanges import EXCHANGES, Exchange

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "fidelity.md"
UNKNOWN: Final = "unknown, not answered"
"""The mark of what nobody wrote down, and of which the emulator makes nothing."""
FREE: Final = frozenset({"metadata", "conditions"})
"""Fields whose inside is the client's own, or the emulator's: it is not listed."""

Field = tuple[str, str]
"""What a field is of, and its name."""
Row = Sequence[str]


def table(name: str) -> list[Row]:
    """The rows of a table, without its head."""
    inner = DOCUMENT.read_text("utf-8").partition(f"<!-- {name} -->")[2]
    lines = inner.partition("<!-- end -->")[0].strip().splitlines()
    assert len(lines) > 2, f"docs/fidelity.md has no table {name!r}"
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def code(cell: str) -> str:
    """What stands in a cell as code, without the marks around it."""
    return cell.strip("`")


# The exchanges


def named(cell: str) -> Exchange:
    """The exchange that a cell names, as `file: name`."""
    for one in EXCHANGES:
        if label(one) == code(cell):
            return one
    raise AssertionError(f"docs/fidelity.md names an exchange that is not there: {cell}")


def label(exchange: Exchange) -> str:
    """How a table names an exchange."""
    return f"{exchange.file}: {exchange.name}"


def exchange_rows() -> list[str]:
    """The list of all exchanges, as it has to be."""
    rows = ["| exchange | mark | source |", "| --- | --- | --- |"]
    for one in EXCHANGES:
        source = str(one.data["source"]).replace("|", "\\|")
        rows.append(f"| `{label(one)}` | {one.data['mark']} | {source} |")
    return rows


# The fields of answers


def fields_of(message: Mapping[str, Any]) -> Iterator[Field]:
    """Every field of an answer or of a callback, with what it is of."""
    kind = kind_of(message)
    for name, value in message.items():
        yield kind, name
        if name == "status" and isinstance(value, list):
            yield from _fields_of_status(value)
        elif name == "triggered_rules":
            for rule in value:
                yield from _plain(f"rule of a {kind}", rule)


def kind_of(message: Mapping[str, Any]) -> str:
    """What an answer is, told by its fields."""
    kinds = {
        "return_code": "refusal",
        "content_id": "legacy answer",
        "triggered_rules": "standard answer",
        "action": "notice of an action",
        "code": "synchronous answer",
        "status": "callback",
        "message": "message about a task",
    }
    return next((kind for field, kind in kinds.items() if field in message), "acknowledgement")


def _plain(kind: str, value: Mapping[str, Any]) -> Iterator[Field]:
    """The fields of an object, and of the objects in it, by their paths."""
    for name, inner in value.items():
        yield kind, name
        if name in FREE:
            continue
        several = inner if isinstance(inner, list) else [inner]
        for one in several:
            if isinstance(one, dict):
                path = f"{name}[]" if isinstance(inner, list) else name
                yield from ((kind, f"{path}.{field}") for _, field in _plain(kind, one))


def _fields_of_status(elements: Sequence[Mapping[str, Any]]) -> Iterator[Field]:
    for element in elements:
        for name, value in element.items():
            yield "element of `status`", name
            if name == "response":
                about = _content(value.get("input", {}))
                yield from _plain(f"response about a {about}", value)
            else:
                yield from (("element of `status`", f"{name}.{inner}") for inner in value)


def _content(sent: Mapping[str, Any]) -> str:
    """What a response is about: the model and, of media, the type."""
    kinds = {"TEXT_CLASSIFICATION": "text", "PHOTO": "picture", "VIDEO": "video"}
    model = str(sent.get("model_type"))
    told = sent["media"]["type"] if model == "CATEGORIZATION" else model
    return kinds.get(told, told)


LISTED: Final = frozenset((row[0], code(row[1])) for row in table("fields"))


def unlisted(message: Mapping[str, Any]) -> list[str]:
    """The fields of an answer that the document does not list, each with the row that it lacks."""
    return [
        f"docs/fidelity.md, table 'fields', lacks a row: | {of} | `{name}` | <mark> |  |"
        for of, name in dict.fromkeys(fields_of(message))
        if (of, name) not in LISTED
    ]


def main() -> None:
    """Write the list of exchanges into the document."""
    before, start, rest = DOCUMENT.read_text("utf-8").partition("<!-- exchanges -->\n")
    _, end, after = rest.partition("<!-- end -->")
    DOCUMENT.write_text(before + start + "\n".join(exchange_rows()) + "\n" + end + after, "utf-8")


if __name__ == "__main__":
    main()
