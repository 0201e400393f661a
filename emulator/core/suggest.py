"""Did you mean …? The one place that guesses what somebody wanted to type."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that names the nearest known word, with a blank before it, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words in one line, cut short where there are many: "a, b, c and 40 more"."""
    every = list(words)
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most} more"


def shown(value: object, most: int = 60) -> str:
    """A value as it was found, quoted and cut to a length that fits into a message.

    What JSON and YAML have words for is told in these.
    """
    text = _spelled(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _spelled(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_spelled(key)}: {_spelled(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    return repr(value)
