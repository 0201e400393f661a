"""The ini setting `hive_env`: variables that tell an application where Hive is."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from emulator.core.suggest import did_you_mean

_LINE = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_NAME = re.compile(r"\{(\w*)\}")


def variables(lines: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """The variables of these lines, `NAME = text with {url}`; `pytest.UsageError` if wrong."""
    return dict(_read(line, known) for line in lines)


def _read(line: str, known: Mapping[str, str]) -> tuple[str, str]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise pytest.UsageError(
            f"hive_env has the line {line!r}: it must be like MY_HIVE_URL = {{url}}"
        )
    name, value = found.groups()
    for one in _NAME.findall(value):
        if one not in known:
            raise pytest.UsageError(
                f"hive_env has {{{one}}} for {name}: there are {', '.join(known)}."
                f"{did_you_mean(one, known)}"
            )
    return name, _NAME.sub(lambda one: known[one[1]], value)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """These variables while the block runs; then what was there before."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
