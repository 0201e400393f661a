"""A corpus of submissions, one a line: what was sent in, or a whole answer that was recorded.

{"url": "https://cdn.example.com/a.jpg"}
{"text_data": "hey there"}
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator.core.errors import Refusal
from emulator.core.suggest import shown
from emulator.lab.asking import LabError, Question
from emulator.lab.served import Served
from emulator.lab.setup import TEXT, VIDEO, VISUAL
from emulator.library.problems import LibraryError, Problems

_CONTENT = ("url", "text_data")
_OF = {VISUAL: "url", VIDEO: "url", TEXT: "text_data"}
_SHOWN = 60


def read_corpus(path: Path, served: Served, contract: str) -> list[Question]:
    """A question for every line that is of the contract's kind.

    `LibraryError` with everything that is wrong in it, each with its line.
    """
    problems = Problems()
    found = []
    for line, entry in _entries(path, problems):
        try:
            question = _question(entry, served, contract, f"line {line}")
        except (ValueError, Refusal) as error:
            problems.add(f"{path}:{line}", str(error))
        else:
            found += [] if question is None else [question]
    problems.raise_if_any()
    if not found:
        raise LabError(f"{path}: there is no submission in this file for {contract} answers")
    return found


def _entries(path: Path, problems: Problems) -> Iterator[tuple[int, Any]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        problems.add(str(path), f"cannot be read: {reason}")
        raise LibraryError(problems.found) from None
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield at, json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.add(f"{path}:{at}", f"this is not valid JSON: {error}")


def _question(entry: Any, served: Served, contract: str, where: str) -> Question | None:
    """The question of a line; None where it is of another kind than the contract."""
    if not isinstance(entry, dict) or not ({*_CONTENT, "status"} & entry.keys()):
        told = 'a submission such as {"url": …} or {"text_data": …}, or an answer with "status"'
        raise ValueError(f"expected {told}, found {shown(entry)}")
    if "status" in entry:
        body = json.dumps(entry).encode()
        return Question(f"{where} (a recorded answer)", lambda: body)
    wanted = _OF.get(contract)
    if wanted is not None and wanted not in entry:
        return None
    content = str(entry.get("url") or entry.get("text_data"))
    answer = served.answer(_sent(entry))
    return Question(f"{where} ({shown(content, _SHOWN)})", lambda: answer, content=content)


def _sent(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a request, without what would have it answered later."""
    return {name: value for name, value in entry.items() if name != "callback_url"}
