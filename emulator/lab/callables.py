"""A policy that is a Python callable: `module:function`, imported from the current directory."""

import inspect
import sys
import traceback
from asyncio import new_event_loop
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, is_dataclass
from enum import Enum
from importlib import import_module
from io import TextIOBase
from json import loads
from pathlib import Path
from typing import Any

from emulator.core.suggest import did_you_mean, listed
from emulator.lab.asking import (
    PATIENCE,
    RAISES,
    TIMES_OUT,
    UNREADABLE,
    LabError,
    Outcome,
    Question,
    Trouble,
    decided,
)
from emulator.lab.crew import Crew
from emulator.lab.pointer import check_decision, resolve

Decide = Callable[[Any], Any]


class CallableAsker:
    """A Python callable: parsed answer → any value that JSON has, or that is as good as one.

    `decision` is a JSON pointer into that value, where it holds more than the decision. What it
    prints is dropped: it would stand in the middle of a report.
    """

    def __init__(
        self, name: str, decide: Decide, *, patience: float = PATIENCE, decision: str = ""
    ) -> None:
        self.name = name
        self._decision = check_decision(decision)
        self._decide = _finished(decide)
        self._patience = patience
        self._crew = Crew(self._work, self._overdue, hands=1, patience=patience)

    def ask(self, questions: Sequence[Question], /) -> Sequence[Outcome]:
        """The outcome of each question."""
        with redirect_stdout(_Nowhere()):
            return self._crew.do(questions)

    def _work(self, question: Question) -> Outcome:
        parsed = loads(question.answer)
        try:
            value = as_json(self._decide(parsed))
        except BaseException as error:
            return Outcome(trouble=_trouble(error))
        try:
            return decided(resolve(value, self._decision))
        except LookupError as error:
            return Outcome(trouble=Trouble(UNREADABLE, str(error)))

    def _overdue(self, question: Question) -> Outcome:  # noqa: ARG002 - as a crew calls it
        return Outcome(trouble=Trouble(TIMES_OUT, f"no decision within {self._patience:g} s"))


class _Nowhere(TextIOBase):
    def write(self, text: str, /) -> int:
        return len(text)


def _finished(decide: Decide) -> Decide:
    """The same as a plain function, where it is a coroutine function."""
    if not inspect.iscoroutinefunction(decide):
        return decide

    def finished(answer: Any) -> Any:
        loop = new_event_loop()
        try:
            return loop.run_until_complete(decide(answer))
        finally:
            loop.close()

    return finished


def as_json(value: Any) -> Any:
    """A decision as JSON would have it: an enum's value, a dataclass's fields, a set in order."""
    if isinstance(value, Enum):
        return as_json(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        return as_json(asdict(value))
    if isinstance(value, dict):
        return {as_json(key): as_json(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(as_json, value), key=repr)
    return [as_json(one) for one in value] if isinstance(value, list | tuple) else value


def _trouble(error: BaseException) -> Trouble:
    said = " ".join(str(error).split())
    what = type(error).__name__ + (f": {said}" if said else "")
    # The frames of the lab itself, which come first, are nobody's mistake.
    frames = traceback.extract_tb(error.__traceback__)[1:]
    lines = "".join(traceback.format_list(frames[-3:])).splitlines()
    where = [line for line in lines if line.strip(" ^~")]
    return Trouble(RAISES, what[:200], "\n".join(where))


def load_callable(name: str, folder: Path) -> Decide:
    """The callable of that name; `LabError` says what of the name is wrong."""
    module_name, _, path = name.partition(":")
    if module_name.endswith(".py"):
        module = ".".join(Path(module_name).with_suffix("").parts)
        raise LabError(f"{name!r}: a module is named without its ending: {module}:{path}")
    if not all(part.isidentifier() for part in (*module_name.split("."), *path.split("."))):
        raise LabError(
            f"{name!r} is no policy: expected module:function, an http:// address, a file of "
            "declared decisions (.yaml) or a template of a request (.http)"
        )
    found: Any = _module(module_name, folder)
    for part in path.split("."):
        if not hasattr(found, part):
            raise LabError(_nothing_there(found, module_name, part))
        found = getattr(found, part)
    if not callable(found):
        raise LabError(f"{name}: this is a {type(found).__name__}, which cannot be called")
    _check_signature(name, found)
    return found  # type: ignore[no-any-return]


def _check_signature(name: str, found: Decide) -> None:
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return
    try:
        signature.bind({})
    except TypeError as error:
        told = f"{name} cannot be called with an answer and nothing else: {error}"
        raise LabError(told) from None


def _module(name: str, folder: Path) -> Any:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        with redirect_stdout(_Nowhere()):
            return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise LabError(_no_module(name, folder)) from None
        raise LabError(f"the module {name!r} cannot be imported: {_why(error)}") from None
    except BaseException as error:
        raise LabError(f"the module {name!r} cannot be imported: {_why(error)}") from None


def _no_module(name: str, folder: Path) -> str:
    beside = [file.stem for file in sorted(folder.glob("*.py"))]
    hint = did_you_mean(name, beside)
    return f"there is no module {name!r} in {folder}, nor is one installed.{hint}".rstrip(".")


def _why(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    # Of a mistake in the grammar the place is told by the error itself.
    at = frames[-1]
    where = "" if isinstance(error, SyntaxError) else f" ({at.filename}:{at.lineno})"
    return f"{type(error).__name__}: {error}{where}"


def _nothing_there(holder: Any, module: str, name: str) -> str:
    there = [
        one
        for one, value in vars(holder).items()
        if callable(value)
        and not one.startswith("_")
        and getattr(value, "__module__", "") == module
    ]
    hint = did_you_mean(name, there)
    known = f" It has {listed(there, 6)}." if there and not hint else ""
    return f"there is no {name!r} in {module}.{hint}{known}".rstrip(".")
