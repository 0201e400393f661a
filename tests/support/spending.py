"""How much work something is: the processor's time, which a busy machine does not stretch much."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail where the processor was busy for longer."""
    started = process_time()
    yield
    spent = process_time() - started
    assert spent <= seconds, f"took {spent:.1f} s of the processor, at most {seconds:g} s are fine"
