"""`hive.intercept()`: calls of this process to Hive's own hosts come to a sandbox instead."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache

import pytest

from emulator.pytest_plugin.detour import Detour
from emulator.pytest_plugin.gateway import Gateway
from emulator.server.authority import Authority, NoCertificate

_open: list[str] = []
"""The sandboxes to which calls are led now: one, as often as its blocks are nested."""


@cache
def _authority() -> Authority:
    """One for the whole process: making it takes longer than a test."""
    return Authority()


@contextmanager
def intercepted(server: str, sandbox: str) -> Iterator[None]:
    """Lead this process's calls to either host to a sandbox while the block runs.

    The test fails where one would have reached Hive itself.
    """
    __tracebackhide__ = True
    if _open and _open[-1] != sandbox:
        raise RuntimeError(f"calls to Hive are led to the sandbox {_open[-1]!r} already")
    _open.append(sandbox)
    try:
        if len(_open) > 1:
            yield
        else:
            with _leading(server, sandbox):
                yield
    finally:
        _open.pop()


@contextmanager
def _leading(server: str, sandbox: str) -> Iterator[None]:
    __tracebackhide__ = True
    try:
        authority = _authority()
    except NoCertificate as error:
        pytest.fail(f"hive.intercept() cannot begin: {error}", pytrace=False)
    with closing(Gateway(server, sandbox, authority.serving())) as gateway:
        detour = Detour(gateway, authority.trusting())
        try:
            with detour.open():
                yield
        except Exception as error:
            if detour.leaks:
                error.add_note(_told(detour.leaks))
            raise
    if detour.leaks:
        pytest.fail(_told(detour.leaks), pytrace=False)


def _told(leaks: list[str]) -> str:
    lines = "".join(f"\n  {one}" for one in leaks)
    return f"within hive.intercept() Hive itself would have been called:{lines}"
