"""Words of others that are shown to people."""


def plain(value: object, most: int | None = None) -> str:
    """A value in one line that does nothing to a terminal, and cut to so many characters."""
    words = " ".join(str(value).split())
    text = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in words)
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"
