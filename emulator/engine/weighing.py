"""What things take in memory, roughly: what the bounds in bytes go by."""

from sys import getsizeof


def held_by(value: object) -> int:
    """Roughly what a value and all in it takes in memory, in bytes; of objects only themselves."""
    held, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        held += getsizeof(one)
        if isinstance(one, (list, tuple)):
            waiting += one
        elif isinstance(one, dict):
            waiting += one
            waiting += one.values()
    return held
