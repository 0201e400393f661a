"""`verify`: a file with what is expected, in YAML or JSON, as `POST /verify` takes it."""

import json
import re
from typing import Any

from emulator.cli.leaving import BAD_USAGE, leave
from emulator.core.suggest import shown
from emulator.library.problems import Problems
from emulator.library.yaml import Row, parse_values

_MEANT = "a list of expectations, or a mapping with that under the key 'expect'"
_ITEM = re.compile(r"expect\[(\d{1,6})\]")


def read_expected(text: str, file: str) -> Any:
    """The body of the call; where a file has none, that is told, and the command leaves."""
    problems = Problems()
    value = _read(text, file, problems)
    if not problems.found and not isinstance(value, (list, dict)):
        problems.add(
            file, f"expected {_MEANT}, found {'nothing' if value is None else shown(value)}"
        )
    if problems.found:
        leave("\n".join(map(str, problems.found)), BAD_USAGE)
    return {"expect": value} if isinstance(value, list) else value


def _read(text: str, file: str, problems: Problems) -> Any:
    # What is JSON is read as that: YAML has other ideas of tabs and of characters written in two.
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
    values = [(line, one) for line, one in parse_values(text, file, problems) if one is not None]
    for line, _ in values[1:2]:
        problems.add(f"{file}:{line}", "what is expected is one document, this is a second")
    return values[0][1] if values else None


def placed(message: str, body: Any) -> str:
    """What the server says, with the place in the file of the expectation that it names."""
    listed = body.get("expect")
    found = _ITEM.match(message)
    if found is None or not isinstance(listed, Row) or int(found[1]) >= len(listed):
        return message
    return f"{listed.where(int(found[1]))}: {message}"
