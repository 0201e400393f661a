"""Bodies with a trouble in them: what a client must survive although the call itself went well."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from emulator.core.faults import setting
from emulator.core.model import Fault
from emulator.core.rendering.values import encode, to_bytes
from emulator.core.suggest import listed, shown

JSON: Final = "application/json"


class Body(NamedTuple):
    """What is sent: all of it, or the first `cut` bytes of it before the connection closes."""

    content: bytes
    content_type: str = JSON
    cut: int | None = None

    @property
    def sent(self) -> bytes:
        """The bytes that leave."""
        return self.content if self.cut is None else self.content[: self.cut]


def bend(fault: Fault, content: bytes) -> Body:
    """A JSON body as the trouble makes it; `KeyError` when the trouble is none of bodies.

    It is the body itself where `why_unchanged` says so.
    """
    return _BENDS[fault.name](fault, content) or Body(content)


def why_unchanged(fault: Fault, content: bytes) -> str | None:
    """Why a trouble finds nothing to change in a body; None where it does, as most always do."""
    why = _NOTHING_FOR.get(fault.name)
    return None if why is None or _BENDS[fault.name](fault, content) is not None else why(fault)


def _truncated(fault: Fault, content: bytes) -> Body:  # noqa: ARG001 - the shape of all
    return Body(content, cut=len(content) // 2)


def _malformed(fault: Fault, content: bytes) -> Body:  # noqa: ARG001
    return Body(content[:-1] + b",")


def _mislabelled(fault: Fault, content: bytes) -> Body:  # noqa: ARG001
    return Body(content, "text/html; charset=utf-8")


def _with_unknown_class(fault: Fault, content: bytes) -> Body | None:
    whole = json.loads(content)
    # Metadata is the client's own, whatever it calls things.
    found = [*_lists_of_classes({**whole, "metadata": None})]
    for classes in found:
        # The highest value that the others could have, so that nobody overlooks it.
        whole_number = all(isinstance(one["score"], int) for one in classes)
        score = 3 if whole_number else 0.99
        classes.append({"class": setting(fault, "class"), "score": score})
    return _written(whole) if found else None


def _lists_of_classes(value: object) -> Iterator[list[Any]]:
    """Every list that stands under the key `classes`, at any depth."""
    if isinstance(value, dict):
        classes = value.get("classes")
        if isinstance(classes, list):
            yield classes
        for inner in value.values():
            yield from _lists_of_classes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _lists_of_classes(inner)


def _without_field(fault: Fault, content: bytes) -> Body | None:
    whole = json.loads(content)
    path = setting(fault, "field") or next(filter(whole.__contains__, _EXPECTED), "")
    *way, last = path.split(".")
    found: Any = whole
    for name in way:
        found = _inner(found, name)
    if isinstance(found, dict) and last in found:
        del found[last]
    elif isinstance(found, list) and last.isdecimal() and int(last) < len(found):
        del found[int(last)]
    else:
        return None
    return _written(whole)


_EXPECTED = ("status", "task_id", "message")
"""What clients read first of a result, of an acknowledgement, and of a failure."""


def _inner(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return value[int(name)] if name.isdecimal() and int(name) < len(value) else None
    return value.get(name) if isinstance(value, dict) else None


def _oversized(fault: Fault, content: bytes) -> Body:
    padding = b"x" * setting(fault, "size")
    return Body(content[:-1] + b',"padding":"' + padding + b'"}')


def _of_another_task(fault: Fault, content: bytes) -> Body | None:  # noqa: ARG001
    whole = json.loads(content)
    named = whole.get("id") or whole.get("task_id")
    if named is None:
        # The notice of an action is about no task.
        return None
    task_id = str(named).encode()
    return Body(content.replace(task_id, another_id(task_id)))


def another_id(task_id: bytes) -> bytes:
    """An id like this one that no task ever has: its clock sequence counts from the other end."""
    before, sequence, node = task_id[:19], int(task_id[19:23], 16), task_id[23:]
    return before + b"%04x" % (sequence ^ 0x3FFF) + node


def _written(value: object) -> Body:
    return Body(to_bytes(encode(value)))


_BENDS: Mapping[str, Callable[[Fault, bytes], Body | None]] = {
    "truncated": _truncated,
    "malformed_json": _malformed,
    "wrong_content_type": _mislabelled,
    "unknown_class": _with_unknown_class,
    "missing_field": _without_field,
    "oversized": _oversized,
    "other_task_id": _of_another_task,
}
"""Each trouble of bodies, by its name in the table of troubles; None where it finds nothing."""


def _no_field(fault: Fault) -> str:
    path = setting(fault, "field")
    return f"the body has no {shown(path)}" if path else f"the body has none of {listed(_EXPECTED)}"


_NOTHING_FOR: Mapping[str, Callable[[Fault], str]] = {
    "unknown_class": lambda _: "the body has no list of classes",
    "missing_field": _no_field,
    "other_task_id": lambda _: "the body names no task",
}
"""Why a trouble may find nothing to change."""
