"""JSON pointers (RFC 6901): where in a reply a decision stands."""

from typing import Any

from emulator.lab.asking import LabError

STATUS = "status"
"""In place of a pointer: the decision is the reply's HTTP status."""


def check_decision(decision: str) -> str:
    """Where a decision is to be read; `LabError` when that is no place."""
    if decision and decision != STATUS and not decision.startswith("/"):
        told = "a JSON pointer such as /decision, empty for the whole, or 'status'"
        raise LabError(f"--decision {decision}: expected {told}")
    return decision


def resolve(value: Any, pointer: str) -> Any:
    """What stands there; LookupError says up to where there is something."""
    so_far = ""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (LookupError, TypeError, ValueError):
            there = f"at {so_far!r}" if so_far else "in the reply"
            raise LookupError(f"nothing stands at {pointer!r}: {there} is {_sort(value)}") from None
        so_far += f"/{part}"
    return value


def _sort(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(map(repr, list(value)[:6])) or 'nothing in it'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return repr(value)[:60]
